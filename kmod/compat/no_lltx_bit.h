/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.11 transmitting without the queue's lock was a feature flag. */
#ifndef NSB_NO_LLTX_BIT_H
#define NSB_NO_LLTX_BIT_H

static inline void nsb_set_lltx(struct net_device *dev)
{
	dev->features |= NETIF_F_LLTX;
}

#endif
