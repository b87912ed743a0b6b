/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.18 it had another name. */
#ifndef NSB_NO_NETIF_GET_FLAGS_H
#define NSB_NO_NETIF_GET_FLAGS_H

static inline unsigned int netif_get_flags(const struct net_device *dev)
{
	return dev_get_flags(dev);
}

#endif
