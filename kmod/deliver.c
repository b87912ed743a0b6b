// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/sch_generic.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "deliver.h"
#include "forward.h"
#include "latency.h"
#include "pair.h"
#include "port.h"
#include "side.h"
#include "trace.h"
#include "vlan.h"

/**
 * nsb_drop() - a frame ends here
 * @f: how it came
 * @x: the crossing it would have taken, or the sender's (from, nowhere)
 * @skb: the frame
 * @reason: why
 *
 * Context: RCU, bottom halves off.
 */
void nsb_drop(const struct nsb_frame *f, struct nsb_crossing *x,
	      struct sk_buff *skb, enum nsbridge_reason reason)
{
	trace_nsb_drop(x, skb, reason, f->copy);
	nsb_cross_drop(x, reason, f->copy);
	kfree_skb(skb);
}

/**
 * nsb_drop_nowhere() - a frame ends here that has no single destination
 * @f: how it came
 * @skb: the frame
 * @reason: why
 *
 * Context: RCU, bottom halves off.
 */
void nsb_drop_nowhere(const struct nsb_frame *f, struct sk_buff *skb,
		      enum nsbridge_reason reason)
{
	nsb_drop(f, f->from->nowhere, skb, reason);
}

/* Into the bridge's own namespace, by way of the bridge device. */
static void deliver_up(const struct nsb_frame *f, struct nsb_crossing *x,
		       struct sk_buff *skb)
{
	struct net_device *dev = f->br->dev;
	unsigned int bytes = skb->len + ETH_HLEN;
	unsigned int segs = nsb_segs(skb);

	if (unlikely(!(dev->flags & IFF_UP))) {
		nsb_drop(f, x, skb, NSBRIDGE_REASON_DOWN);
		return;
	}

	nsb_vlan_egress(&f->br->own_vlans, skb, f->vid);
	trace_nsb_forward(x, skb, NSBRIDGE_REASON_UNSPEC, f->copy);
	skb->dev = dev;
	if (ether_addr_equal(eth_hdr(skb)->h_dest, dev->dev_addr))
		skb->pkt_type = PACKET_HOST;

	if (f->since)
		nsb_latency_stamp(&f->br->watch, x, skb, f->since);
	/* The sender may hold the very socket that the frame is for. */
	if (!f->direct) {
		netif_receive_skb(skb);
	} else if (unlikely(__netif_rx(skb) != NET_RX_SUCCESS)) {
		nsb_cross_drop(x, NSBRIDGE_REASON_BACKLOG, f->copy);
		return;
	}
	nsb_cross_frame(x, bytes, segs, f->copy);
	dev_sw_netstats_rx_add(dev, bytes);
}

static enum nsbridge_reason deliver_check(const struct nsb_frame *f,
					  const struct nsb_port *out,
					  const struct nsb_side *to,
					  const struct sk_buff *skb)
{
	const struct net_device *far = rcu_dereference(out->far);
	const struct net_device *dev = out->dev;

	/* An entry may be older than the last move of the far end. */
	if (unlikely(!(dev->flags & IFF_UP) || !netif_carrier_ok(dev) ||
		     rcu_access_pointer(out->side) != to))
		return NSBRIDGE_REASON_DOWN;
	if (unlikely(!is_skb_forwardable(dev, skb) ||
		     (far && !is_skb_forwardable(far, skb))))
		return NSBRIDGE_REASON_MTU;
	return NSBRIDGE_REASON_UNSPEC;
}

/* Is there nothing between a port and the stack at its far end but the cable? A
 * far end that has receive queues of its own gets its copies there.
 */
static bool stack_is_next(const struct nsb_port *out)
{
	return out->end && !rcu_access_pointer(out->end->into) &&
	       !dev_nit_active_rcu(out->dev) && nsb_sends_untouched(out->dev);
}

/* Through the cable and up the stack at its far end: what the port's device
 * would do with it, but for the receive queue. That one is everybody's, and as
 * many copies as there may be would leave no room in it.
 */
static void hand_up(const struct nsb_frame *f, struct nsb_port *out,
		    struct net_device *far, struct nsb_crossing *x,
		    struct sk_buff *skb)
{
	unsigned int bytes = skb->len, segs = nsb_segs(skb);

	/* The queue it was sent by may be one that the far end does not have. */
	if (skb_rx_queue_recorded(skb) &&
	    skb_get_rx_queue(skb) >= READ_ONCE(far->real_num_rx_queues))
		skb_set_queue_mapping(skb, 0);
	/* It fits, so this can only be a device that was just closed. The skb
	 * is gone then.
	 */
	if (unlikely(__dev_forward_skb(far, skb))) {
		nsb_count_drop(out->end->count, NSBRIDGE_REASON_DOWN);
		nsb_cross_drop(x, NSBRIDGE_REASON_DOWN, true);
		return;
	}
	nsb_count_passed(out->end->count, bytes, segs);
	nsb_cross_frame(x, bytes, segs, true);
	if (f->since)
		nsb_latency_stamp(&out->watch, x, skb, f->since);
	netif_receive_skb(skb);
}

/* A device that is being closed, or has a carrier but is not activated yet, has
 * queues that accept everything and drop it. The core takes its queues up and down
 * from the first to the last.
 */
static bool is_void(const struct net_device *dev, unsigned int queue)
{
	const struct netdev_queue *txq = netdev_get_tx_queue(dev, queue);
	const struct Qdisc *qdisc = rcu_dereference(txq->qdisc);

	return !qdisc->enqueue || qdisc == &noop_qdisc;
}

/* What dev_queue_xmit() comes to. @was_void tells of the last queue before: one
 * that was not up then may be by now. One that went down is down yet, since its
 * device does not come up again before RCU has passed.
 */
static enum nsbridge_reason not_sent(const struct net_device *dev, int err,
				     bool was_void)
{
	if (likely(err == NET_XMIT_SUCCESS))
		return NSBRIDGE_REASON_UNSPEC;
	if (err != NET_XMIT_CN)
		return err == -ENETDOWN ? NSBRIDGE_REASON_DOWN :
					  NSBRIDGE_REASON_BACKLOG;
	return was_void || is_void(dev, 0) ? NSBRIDGE_REASON_DOWN :
					     NSBRIDGE_REASON_UNSPEC;
}

/* What the device's own queue accepted is delivered: a qdisc that drops it later
 * shows that in its own statistics.
 */
static void hand_over(struct nsb_frame *f, struct nsb_port *out,
		      struct nsb_crossing *x, struct sk_buff *skb)
{
	struct net_device *far = rcu_dereference(out->far);
	unsigned int bytes = skb->len, segs = nsb_segs(skb);
	enum nsbridge_reason reason;
	bool was_void;

	trace_nsb_forward(x, skb, NSBRIDGE_REASON_UNSPEC, f->copy);
	if (f->polled && far && stack_is_next(out)) {
		hand_up(f, out, far, x, skb);
		return;
	}
	f->queued++;
	nsb_forward_mark(skb, READ_ONCE(out->generation));
	if (f->since)
		nsb_latency_note(out, x, skb, f->since);
	was_void = is_void(out->dev, out->dev->num_tx_queues - 1);
	reason = not_sent(out->dev, dev_queue_xmit(skb), was_void);
	if (likely(!reason))
		nsb_cross_frame(x, bytes, segs, f->copy);
	else
		nsb_cross_drop(x, reason, f->copy);
}

/* A port that does not segment gets the segments, and they are what crosses:
 * the core would cut the frame behind our back.
 *
 * Return: false if there is nothing to cut.
 */
static bool cut(struct nsb_frame *f, struct nsb_port *out,
		struct nsb_crossing *x, struct sk_buff *skb)
{
	netdev_features_t features = netif_skb_features(skb);
	struct sk_buff *segs, *next;

	if (likely(!netif_needs_gso(skb, features)))
		return false;
	segs = skb_gso_segment(skb, features);
	if (IS_ERR(segs)) {
		nsb_drop(f, x, skb, NSBRIDGE_REASON_INVALID);
		return true;
	}
	if (!segs)
		return false;
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		hand_over(f, out, x, skb);
	}
	return true;
}

static void deliver_port(struct nsb_frame *f, struct nsb_port *out,
			 struct nsb_side *to, struct nsb_crossing *x,
			 struct sk_buff *skb)
{
	enum nsbridge_reason reason;
	int depth;

	skb_push(skb, ETH_HLEN);
	reason = deliver_check(f, out, to, skb);
	if (unlikely(reason)) {
		nsb_drop(f, x, skb, reason);
		return;
	}

	nsb_vlan_egress(&out->vlans, skb, f->vid);
	/* The tag is inside the frame, so the checksum to be filled in is that
	 * of a header behind it.
	 */
	if (unlikely(skb->ip_summed == CHECKSUM_PARTIAL &&
		     eth_type_vlan(skb->protocol))) {
		if (!vlan_get_protocol_and_depth(skb, skb->protocol, &depth)) {
			nsb_drop(f, x, skb, NSBRIDGE_REASON_INVALID);
			return;
		}
		skb_set_network_header(skb, depth);
	}
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);

	skb->dev = out->dev;
	if (unlikely(skb_is_gso(skb)) && cut(f, out, x, skb))
		return;
	hand_over(f, out, x, skb);
}

/**
 * nsb_deliver() - to where a frame goes
 * @f: how it came
 * @out: where it leaves, NULL for the bridge device
 * @to: the side that leads to
 * @x: the crossing it takes
 * @skb: the frame, its data at the network header; it is gone after this
 *
 * Context: RCU, bottom halves off.
 */
void nsb_deliver(struct nsb_frame *f, struct nsb_port *out,
		 struct nsb_side *to, struct nsb_crossing *x,
		 struct sk_buff *skb)
{
	if (out)
		deliver_port(f, out, to, x, skb);
	else
		deliver_up(f, x, skb);
}
