/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.15 it had another name. */
#ifndef NSB_NO_DEV_NIT_ACTIVE_RCU_H
#define NSB_NO_DEV_NIT_ACTIVE_RCU_H

static inline bool dev_nit_active_rcu(struct net_device *dev)
{
	return dev_nit_active(dev);
}

#endif
