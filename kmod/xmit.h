/* SPDX-License-Identifier: GPL-2.0 */
/* What an end of an nsveth pair does with a frame. */
#ifndef NSB_XMIT_H
#define NSB_XMIT_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

netdev_tx_t nsb_xmit(struct sk_buff *skb, struct net_device *dev);
u32 nsb_xmit_limit(const struct net_device *dev, const struct net_device *far);

#endif
