/* SPDX-License-Identifier: GPL-2.0 */
/* The decision: where a frame goes, and the way it takes there. */
#ifndef NSB_FORWARD_H
#define NSB_FORWARD_H

#include <linux/netdevice.h>
#include <linux/rhashtable.h>

struct nsb_bridge;
struct nsb_fdb_entry;
struct nsb_port;
struct nsb_side;

rx_handler_result_t nsb_forward_rx(struct sk_buff **pskb);
netdev_tx_t nsb_forward_tx(struct sk_buff *skb, struct net_device *dev);

/**
 * nsb_fdb_rank() - what an entry is worth among others of its MAC
 * @e: the entry
 *
 * What is behind an uplink is hearsay, so a namespace of this host outranks
 * it, unless the administrator trusts the uplink.
 *
 * Return: lower is better.
 */
unsigned int nsb_fdb_rank(const struct nsb_fdb_entry *e);

struct nsb_fdb_entry *nsb_choose(struct nsb_bridge *br,
				 struct rhlist_head *list,
				 const struct nsb_port *in,
				 const struct nsb_side *from,
				 const struct sk_buff *skb);
bool nsb_may_forward(const struct nsb_port *in, const struct nsb_port *out);

#endif
