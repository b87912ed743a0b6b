// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/random.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "deliver.h"
#include "fdb.h"
#include "flood.h"
#include "forward.h"
#include "latency.h"
#include "neigh.h"
#include "policy.h"
#include "port.h"
#include "side.h"
#include "vlan.h"

u64 nsb_forward_key __ro_after_init;

/**
 * nsb_may_forward() - does the configuration allow a frame on its way?
 * @in: where the frame came in, NULL for the bridge device
 * @from: the side it came from
 * @out: where it would leave, NULL for the bridge device
 * @to: the side that leads to
 *
 * Context: RCU, bottom halves off.
 */
bool nsb_may_forward(const struct nsb_port *in, struct nsb_side *from,
		     const struct nsb_port *out, struct nsb_side *to)
{
	return !(in && out && READ_ONCE(in->isolated) &&
		 READ_ONCE(out->isolated)) &&
	       !nsb_denied(nsb_crossing(from, to), from, to);
}

/* The one candidate, or one of several. */
static void forward_to(struct nsb_frame *f, const struct nsb_fdb_entry *e,
		       struct nsb_crossing *x, struct sk_buff *skb)
{
	struct nsb_port *out = READ_ONCE(e->port);

	/* Somebody watches on the bridge device. */
	if (unlikely(f->br->dev->flags & IFF_PROMISC) && out && f->in) {
		nsb_cross_flooded(f->from);
		f->copy = true;
		nsb_flood_to(f, NULL, skb);
	}
	nsb_deliver(f, out, e->side, x, skb);
}

/* An entry that leads back to where the frame came from is no candidate, but
 * tells that the way is not unknown.
 */
static void forward_unicast(struct nsb_frame *f, struct sk_buff *skb)
{
	struct nsb_crossing *x = NULL, *barred = NULL;
	struct nsb_fdb_entry *e, *only = NULL;
	struct rhlist_head *lists[2], *pos;
	bool back = false;
	int i, n;

	n = nsb_fdb_lookup(f->br, eth_hdr(skb)->h_dest, f->vid, lists);
	for (i = 0; i < n; i++) {
		rhl_for_each_entry_rcu(e, pos, lists[i], node) {
			struct nsb_port *out = READ_ONCE(e->port);
			struct nsb_crossing *to;

			if (unlikely(out == f->in)) {
				back = true;
				continue;
			}
			if (!nsb_vlan_member(f->br, out, f->vid))
				continue;
			to = nsb_crossing(f->from, e->side);
			if (unlikely(!nsb_may_forward(f->in, f->from, out,
						      e->side))) {
				barred = to;
				continue;
			}
			if (unlikely(only))
				goto several;
			only = e;
			x = to;
		}
	}

	if (likely(only))
		forward_to(f, only, x, skb);
	else if (barred)
		nsb_drop(f, barred, skb, NSBRIDGE_REASON_POLICY);
	else if (back)
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_HAIRPIN);
	else
		nsb_flood(f, skb);
	return;

several:
	only = nsb_choose(f->br, lists, n, f->in, f->from, skb, f->vid);
	/* All of them gone in this moment: the next frame will know. */
	if (unlikely(!only))
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_DOWN);
	else
		forward_to(f, only, nsb_crossing(f->from, only->side), skb);
}

/* Does the frame claim an IP address that another namespace had first? */
static noinline bool claims_stolen(const struct nsb_frame *f,
				   const struct sk_buff *skb)
{
	struct nsb_neigh_msg msg;

	if (!nsb_neigh_parse(skb, &msg) || !msg.claim ||
	    !nsb_neigh_stolen(f->br, f->in, f->from, &msg.source, skb, f->vid))
		return false;
	nsb_event_send(f->br, &(struct nsb_event){
		.what = NSBRIDGE_HAPPENING_NEIGH,
		.port = f->in,
		.side = f->from,
		.addr = eth_hdr(skb)->h_source,
		.ip = &msg.source,
	});
	return true;
}

static void forward(struct nsb_frame *f, struct sk_buff *skb)
{
	if (unlikely(READ_ONCE(f->br->neigh_guard)) && claims_stolen(f, skb)) {
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_NEIGH);
		return;
	}
	if (likely(!is_multicast_ether_addr(eth_hdr(skb)->h_dest)))
		forward_unicast(f, skb);
	else
		nsb_flood(f, skb);
}

/* IEEE 802.1D, table 7-10: these are between neighbours on a link. Whoever
 * listens on the port itself (LLDP, LACP) gets them; they go further only where
 * the administrator said so.
 */
static bool reserved_stays(const struct nsb_bridge *br, const u8 *dest)
{
	return !(READ_ONCE(br->group_fwd_mask) & BIT(dest[5]));
}

/* What came in by a port is past this. What the bridge's own namespace sends may
 * say that it has a tag, and end there.
 */
static bool cut_off(struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_8021Q) &&
	       !skb_vlan_tag_present(skb) &&
	       !pskb_may_pull(skb, VLAN_HLEN + sizeof(__be16));
}

static bool vlan_ok(struct nsb_frame *f, struct sk_buff **pskb)
{
	if (unlikely(cut_off(*pskb))) {
		nsb_drop_nowhere(f, *pskb, NSBRIDGE_REASON_INVALID);
		return false;
	}
	if (nsb_vlan_ingress(nsb_vlans_of(f->br, f->in), pskb, &f->vid))
		return true;
	if (*pskb)
		nsb_drop_nowhere(f, *pskb, NSBRIDGE_REASON_VLAN);
	else
		nsb_cross_drop(f->from->nowhere, NSBRIDGE_REASON_NO_MEMORY,
			       false);
	return false;
}

static bool source_ok(const struct nsb_frame *f, struct sk_buff *skb)
{
	const u8 *source = eth_hdr(skb)->h_source;
	int err;

	/* The usual case: the far end sends with its own address. One that is
	 * half changed is still nobody's but the side's.
	 */
	if (likely(data_race(ether_addr_equal(source, f->in->primary.addr)) &&
		   READ_ONCE(f->in->primary.entry)))
		return true;

	err = nsb_fdb_learn(f->in, f->from, source, f->vid);
	if (likely(!err))
		return true;
	nsb_event_send(f->br, &(struct nsb_event){
		.what = NSBRIDGE_HAPPENING_SPOOF,
		.port = f->in,
		.side = f->from,
		.addr = source,
	});
	nsb_drop_nowhere(f, skb, err == -ENOSPC ? NSBRIDGE_REASON_QUOTA :
						NSBRIDGE_REASON_SPOOF);
	return false;
}

/* A frame that came in by a port is gone before anything was done to it. */
static void lost(const struct nsb_port *in, enum nsbridge_reason reason)
{
	struct nsb_side *from = rcu_dereference(in->side);

	if (from)
		nsb_cross_drop(from->nowhere, reason, false);
	else
		DEV_STATS_INC(in->br->dev, rx_dropped);
}

/* What the mark of a frame says that waits for the bridge: at which port, and
 * where that led to. Larger than any generation, so that it means nothing on the
 * other way.
 */
static u64 waits_at(const struct nsb_port *port)
{
	return (u64)port->dev->ifindex << 32 | BIT(16) |
	       READ_ONCE(port->generation);
}

/**
 * nsb_forward_waits() - a far end's frame will wait in the receive queue of a CPU
 * @port: the port that it arrives at
 * @skb: the frame
 *
 * That queue is not emptied when the far end goes elsewhere.
 *
 * Context: RCU, bottom halves off; the sender's transmit function.
 */
void nsb_forward_waits(const struct nsb_port *port, struct sk_buff *skb)
{
	*NSB_FORWARD_MARK(skb) = nsb_forward_key ^ waits_at(port);
}

/* Has the far end gone elsewhere while the frame waited? One that waited at
 * another port, as tc can bring about, is none of that port's any more.
 */
static bool came_late(const struct nsb_port *in, struct sk_buff *skb)
{
	u64 was = nsb_forward_unmark(skb);

	/* Whoever has read the new side reads the new generation: pairs with
	 * rcu_assign_pointer() in nsb_far_attach().
	 */
	smp_rmb();
	return (was ^ waits_at(in)) - 1 < U16_MAX;
}

/* Whose frame it is can no longer be told: the far end is on its way into another
 * namespace, or was when the frame waited.
 */
static void nobodys(const struct nsb_bridge *br, struct sk_buff *skb)
{
	/* The core's own counter starts when it has found memory. */
	DEV_STATS_INC(br->dev, rx_dropped);
	kfree_skb(skb);
}

/* Return: false if the stack of the port's namespace is to have it. */
static bool receive(struct nsb_frame *f, struct sk_buff *skb)
{
	f->br = f->in->br;
	f->from = rcu_dereference(f->in->side);
	if (nsb_latency_on())
		f->since = nsb_latency_begin(f->br, skb);
	if (unlikely(!f->from || (!f->direct && came_late(f->in, skb)))) {
		nobodys(f->br, skb);
		return true;
	}

	if (unlikely(!is_valid_ether_addr(eth_hdr(skb)->h_source))) {
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_INVALID);
		return true;
	}
	if (unlikely(!(f->br->dev->flags & IFF_UP))) {
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_DOWN);
		return true;
	}
	if (unlikely(is_link_local_ether_addr(eth_hdr(skb)->h_dest)) &&
	    reserved_stays(f->br, eth_hdr(skb)->h_dest)) {
		nsb_cross_drop(f->from->nowhere, NSBRIDGE_REASON_RESERVED,
			       false);
		return false;
	}
	if (unlikely(READ_ONCE(f->br->vlan_filtering)) && !vlan_ok(f, &skb))
		return true;
	if (likely(source_ok(f, skb)))
		forward(f, skb);
	return true;
}

/**
 * nsb_forward_rx() - a frame came in by a port
 * @pskb: the frame
 *
 * The rx_handler of every port.
 *
 * Context: softirq, RCU.
 */
rx_handler_result_t nsb_forward_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct nsb_frame f = {};

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	f.in = rcu_dereference(skb->dev->rx_handler_data);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		lost(f.in, NSBRIDGE_REASON_NO_MEMORY);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	return receive(&f, skb) ? RX_HANDLER_CONSUMED : RX_HANDLER_PASS;
}

/**
 * nsb_forward_direct() - a far end sends, and nobody watches the port
 * @port: the port
 * @skb: the frame, as __dev_forward_skb() has left it for the port's device
 *
 * In place of a receive queue and nsb_forward_rx(), so what the core does in
 * between is done here. Not for reserved group addresses: these may be for the
 * port's own namespace.
 *
 * Context: RCU, bottom halves off; the sender's transmit function.
 */
void nsb_forward_direct(struct nsb_port *port, struct sk_buff *skb)
{
	struct nsb_frame f = { .in = port, .direct = true };

	skb->skb_iif = skb->dev->ifindex;
	if (unlikely(eth_type_vlan(skb->protocol))) {
		skb = skb_vlan_untag(skb);
		if (unlikely(!skb)) {
			lost(port, NSBRIDGE_REASON_INVALID);
			return;
		}
	}
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	receive(&f, skb);
}

/**
 * nsb_forward_past_stamp() - a port's namespace is about to send by the port
 * @port: the port, an nsveth
 * @skb: the frame
 *
 * Context: RCU, bottom halves off; nsb_latency_on().
 */
void nsb_forward_past_stamp(const struct nsb_port *port, struct sk_buff *skb)
{
	struct nsb_side *to = rcu_dereference(port->side);

	if (to)
		nsb_latency_stamp(&port->watch,
				  nsb_crossing(port->br->host, to), skb, 0);
}

/**
 * nsb_forward_past_denied() - may a port's namespace not send by the port?
 * @port: the port, an nsveth
 *
 * Context: RCU, bottom halves off.
 */
bool nsb_forward_past_denied(const struct nsb_port *port)
{
	struct nsb_side *from = port->br->host;
	struct nsb_side *to = rcu_dereference(port->side);

	return to && nsb_denied(nsb_crossing(from, to), from, to);
}

/**
 * nsb_forward_past() - a port's namespace sent a frame by the port itself
 * @port: the port, an nsveth
 * @bytes: its length with the Ethernet header
 * @segs: what it is on a wire, in frames
 * @reason: why it was not delivered, or 0
 *
 * Context: RCU, bottom halves off.
 */
void nsb_forward_past(const struct nsb_port *port, unsigned int bytes,
		      unsigned int segs, enum nsbridge_reason reason)
{
	struct nsb_side *to = rcu_dereference(port->side);
	struct nsb_crossing *x;

	if (!to)
		return;
	x = nsb_crossing(port->br->host, to);
	if (reason)
		nsb_cross_drop(x, reason, false);
	else
		nsb_cross_frame(x, bytes, segs, false);
}

void __init nsb_forward_init(void)
{
	/* Not small: a control buffer that is all zero has no mark. */
	do {
		get_random_bytes(&nsb_forward_key, sizeof(nsb_forward_key));
	} while (nsb_forward_key <= U16_MAX);
}

/**
 * nsb_forward_tx() - the bridge's own namespace sends
 * @skb: the frame
 * @dev: the bridge device
 *
 * ndo_start_xmit of the bridge device.
 *
 * Context: bottom halves off.
 */
netdev_tx_t nsb_forward_tx(struct sk_buff *skb, struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);
	struct nsb_frame f = { .br = br, .from = br->host };

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		kfree_skb(skb);
		DEV_STATS_INC(dev, tx_dropped);
		return NETDEV_TX_OK;
	}

	dev_sw_netstats_tx_add(dev, 1, skb->len);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);

	rcu_read_lock();
	if (nsb_latency_on())
		f.since = nsb_latency_begin(br, skb);
	if (likely(!READ_ONCE(br->vlan_filtering)) || vlan_ok(&f, &skb))
		forward(&f, skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}
