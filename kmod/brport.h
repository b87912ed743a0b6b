/* SPDX-License-Identifier: GPL-2.0 */
/* "bridge link": the settings of ports in the words of the stock bridge. */
#ifndef NSB_BRPORT_H
#define NSB_BRPORT_H

#include <linux/types.h>

struct net_device;
struct netlink_ext_ack;
struct nlmsghdr;
struct sk_buff;

int nsb_brport_getlink(struct sk_buff *skb, u32 pid, u32 seq,
		       struct net_device *dev, u32 filter_mask, int flags);
int nsb_brport_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack);
int nsb_brport_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags);

#endif
