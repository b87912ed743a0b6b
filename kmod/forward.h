/* SPDX-License-Identifier: GPL-2.0 */
/* The decision: where a frame goes, and the way it takes there. */
#ifndef NSB_FORWARD_H
#define NSB_FORWARD_H

#include <linux/netdevice.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <net/pkt_sched.h>
#include <net/sch_generic.h>
#include <uapi/linux/nsbridge.h>
#include "compat/compat.h"

struct nsb_bridge;
struct nsb_fdb_entry;
struct nsb_port;
struct nsb_side;

extern u64 nsb_forward_key;

/* A frame that the bridge hands to a port carries a mark, which tells it from
 * what the namespace of the port sends by itself, and tells where the port led
 * to when it was handed over. It is in the last bytes of the control buffer,
 * which no queue uses on the way (struct tc_skb_cb ends before), and it is
 * secret, as others may leave anything there.
 */
#define NSB_FORWARD_MARK(skb) \
	((u64 *)&(skb)->cb[sizeof((skb)->cb) - sizeof(u64)])

static inline void nsb_forward_mark(struct sk_buff *skb, u16 generation)
{
	BUILD_BUG_ON(sizeof(struct tc_skb_cb) > sizeof(skb->cb) - sizeof(u64));
	*NSB_FORWARD_MARK(skb) = nsb_forward_key ^ generation;
}

/* Did the bridge hand it to a port, not long ago? */
static inline bool nsb_forward_marked(const struct sk_buff *skb)
{
	return (*NSB_FORWARD_MARK(skb) ^ nsb_forward_key) <= U16_MAX;
}

/* Takes the mark off. Return: the generation, or what is larger than any. */
static inline u64 nsb_forward_unmark(struct sk_buff *skb)
{
	u64 was = *NSB_FORWARD_MARK(skb) ^ nsb_forward_key;

	*NSB_FORWARD_MARK(skb) = 0;
	return was;
}

/**
 * nsb_unwatched() - would nobody see or touch a frame that a port receives?
 * @dev: the port's device
 *
 * Packet taps, tc and tcx, nft netdev hooks and generic XDP.
 *
 * Context: RCU.
 */
static inline bool nsb_unwatched(struct net_device *dev)
{
	return !dev_nit_active_rcu(dev) &&
	       !(nsb_ingress_hooks(dev) |
		 nsb_is_set(dev->xdp_prog));
}

/**
 * nsb_sends_untouched() - would no hook and no queue act on what a port sends?
 * @dev: the port's device
 *
 * The egress hooks of tc, tcx and nft, and a qdisc that queues: where queues are
 * many (TCQ_F_MQROOT), each may have one of its own. Whether a tap would see the
 * frame is for the caller to ask.
 *
 * Context: RCU.
 */
static __always_inline bool nsb_sends_untouched(const struct net_device *dev)
{
	const struct Qdisc *q = rcu_dereference(dev->qdisc);

	return !nsb_egress_hooks(dev) && !q->enqueue &&
	       !(q->flags & TCQ_F_MQROOT);
}

void nsb_forward_init(void);
void nsb_forward_waits(const struct nsb_port *port, struct sk_buff *skb);
void nsb_forward_direct(struct nsb_port *port, struct sk_buff *skb);
void nsb_forward_past_stamp(const struct nsb_port *port, struct sk_buff *skb);
bool nsb_forward_past_denied(const struct nsb_port *port);
void nsb_forward_past(const struct nsb_port *port, unsigned int bytes,
		      unsigned int segs, enum nsbridge_reason reason);
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
				 struct rhlist_head *lists[], int n,
				 const struct nsb_port *in,
				 struct nsb_side *from,
				 const struct sk_buff *skb, u16 vid);
bool nsb_may_forward(const struct nsb_port *in, struct nsb_side *from,
		     const struct nsb_port *out, struct nsb_side *to);

#endif
