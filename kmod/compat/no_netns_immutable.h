/* SPDX-License-Identifier: GPL-2.0 */
/* What keeps a device in its namespace was netns_local before, and a feature
 * flag before that.
 */
#ifndef NSB_NO_NETNS_IMMUTABLE_H
#define NSB_NO_NETNS_IMMUTABLE_H

static inline void nsb_set_netns_immutable(struct net_device *dev)
{
#ifdef NSB_NO_NETNS_LOCAL_BIT
	dev->features |= NETIF_F_NETNS_LOCAL;
#else
	dev->netns_local = true;
#endif
}

#endif
