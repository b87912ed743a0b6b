/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.17 the list of proxied addresses was under the lock of the table. */
#ifndef NSB_NO_PNEIGH_RCU_H
#define NSB_NO_PNEIGH_RCU_H

static inline bool nsb_pneigh_has(struct neigh_table *tbl, struct net *net,
				  const void *addr, struct net_device *dev)
{
	return pneigh_lookup(tbl, net, addr, dev, 0);
}

#endif
