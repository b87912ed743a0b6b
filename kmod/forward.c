// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/random.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "fdb.h"
#include "forward.h"
#include "group.h"
#include "neigh.h"
#include "policy.h"
#include "port.h"
#include "side.h"
#include "trace.h"
#include "vlan.h"

u64 nsb_forward_key __ro_after_init;

/* One frame on its way. It is passed down in registers and on the stack, so
 * that nothing has to be kept in the frame.
 */
struct frame {
	struct nsb_bridge *br;
	struct nsb_port *in;	/* NULL: sent by the bridge device */
	struct nsb_side *from;
	bool direct;		/* out of the sender's transmit function */
	u16 vid;		/* its VLAN, 0 while the bridge does not filter */
	bool copy;		/* one of several copies of a flooded frame */
};

static void drop(const struct frame *f, struct nsb_crossing *x,
		 struct sk_buff *skb, enum nsbridge_reason reason)
{
	trace_nsb_drop(x, skb, reason, f->copy);
	nsb_cross_drop(x, reason, f->copy);
	kfree_skb(skb);
}

static void drop_nowhere(const struct frame *f, struct sk_buff *skb,
			 enum nsbridge_reason reason)
{
	drop(f, f->from->nowhere, skb, reason);
}

/* Into the bridge's own namespace, by way of the bridge device. */
static void deliver_up(const struct frame *f, struct nsb_crossing *x,
		       struct sk_buff *skb)
{
	struct net_device *dev = f->br->dev;
	unsigned int bytes = skb->len + ETH_HLEN;
	unsigned int segs = nsb_segs(skb);

	if (unlikely(!(dev->flags & IFF_UP))) {
		drop(f, x, skb, NSBRIDGE_REASON_DOWN);
		return;
	}

	nsb_vlan_egress(&f->br->own_vlans, skb, f->vid);
	trace_nsb_forward(x, skb, NSBRIDGE_REASON_UNSPEC, f->copy);
	skb->dev = dev;
	if (ether_addr_equal(eth_hdr(skb)->h_dest, dev->dev_addr))
		skb->pkt_type = PACKET_HOST;

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

static enum nsbridge_reason deliver_check(const struct frame *f,
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

/* What the device's own queue accepted is delivered: a qdisc that drops it later
 * shows that in its own statistics.
 */
static void hand_over(const struct frame *f, struct nsb_port *out,
		      struct nsb_crossing *x, struct sk_buff *skb)
{
	unsigned int bytes = skb->len, segs = nsb_segs(skb);
	int err;

	trace_nsb_forward(x, skb, NSBRIDGE_REASON_UNSPEC, f->copy);
	nsb_forward_mark(skb, READ_ONCE(out->generation));
	err = dev_queue_xmit(skb);
	if (likely(!net_xmit_eval(err)))
		nsb_cross_frame(x, bytes, segs, f->copy);
	else
		nsb_cross_drop(x, NSBRIDGE_REASON_BACKLOG, f->copy);
}

/* A port that does not segment gets the segments, and they are what crosses:
 * the core would cut the frame behind our back.
 *
 * Return: false if there is nothing to cut.
 */
static bool cut(const struct frame *f, struct nsb_port *out,
		struct nsb_crossing *x, struct sk_buff *skb)
{
	netdev_features_t features = netif_skb_features(skb);
	struct sk_buff *segs, *next;

	if (likely(!netif_needs_gso(skb, features)))
		return false;
	segs = skb_gso_segment(skb, features);
	if (IS_ERR(segs)) {
		drop(f, x, skb, NSBRIDGE_REASON_INVALID);
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

static void deliver_port(const struct frame *f, struct nsb_port *out,
			 struct nsb_side *to, struct nsb_crossing *x,
			 struct sk_buff *skb)
{
	enum nsbridge_reason reason;
	int depth;

	skb_push(skb, ETH_HLEN);
	reason = deliver_check(f, out, to, skb);
	if (unlikely(reason)) {
		drop(f, x, skb, reason);
		return;
	}

	nsb_vlan_egress(&out->vlans, skb, f->vid);
	/* The tag is inside the frame, so the checksum to be filled in is that
	 * of a header behind it.
	 */
	if (unlikely(skb->ip_summed == CHECKSUM_PARTIAL &&
		     eth_type_vlan(skb->protocol))) {
		if (!vlan_get_protocol_and_depth(skb, skb->protocol, &depth)) {
			drop(f, x, skb, NSBRIDGE_REASON_INVALID);
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

static void deliver(const struct frame *f, struct nsb_port *out,
		    struct nsb_side *to, struct nsb_crossing *x,
		    struct sk_buff *skb)
{
	if (out)
		deliver_port(f, out, to, x, skb);
	else
		deliver_up(f, x, skb);
}

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
	return !(in && out && in->isolated && out->isolated) &&
	       !nsb_denied(nsb_crossing(from, to), from, to);
}

/* One copy of a flooded frame: for @out, or for the bridge device if that is
 * NULL. It is checked like a frame that is meant for it alone.
 *
 * Return: false if it is none of its business, so that nothing was counted.
 */
static bool flood_to(const struct frame *f, struct nsb_port *out,
		     struct sk_buff *skb)
{
	struct nsb_side *to = out ? rcu_dereference(out->side) : f->br->host;
	struct nsb_crossing *x;
	struct sk_buff *copy;

	if (unlikely(!to) || !nsb_vlan_member(f->br, out, f->vid))
		return false;
	x = nsb_crossing(f->from, to);
	if (!nsb_may_forward(f->in, f->from, out, to)) {
		nsb_cross_drop(x, NSBRIDGE_REASON_POLICY, true);
		return true;
	}
	copy = skb_clone(skb, GFP_ATOMIC);
	if (likely(copy))
		deliver(f, out, to, x, copy);
	else
		nsb_cross_drop(x, NSBRIDGE_REASON_NO_MEMORY, true);
	return true;
}

/* Who an ARP request or a neighbour solicitation is for. The uplinks get it in
 * any case: an address that is on this host may be that of a host outside, too.
 *
 * Return: false if nobody here is known to have the address.
 */
static bool flood_direct(const struct frame *f, struct sk_buff *skb,
			 const struct in6_addr *target)
{
	struct list_head *all = nsb_group_members(f->br, nsb_group_all);
	struct rhlist_head *list, *pos;
	struct nsb_member *m;
	struct nsb_addr *a;
	bool any = false;

	list = rhltable_lookup(&f->br->neigh, target, nsb_neigh_params);
	rhl_for_each_entry_rcu(a, pos, list, node) {
		if (a->port == f->in || a->set == &f->br->heard ||
		    !nsb_vlan_plain(f->br, a->port, skb, f->vid))
			continue;
		any |= flood_to(f, a->port, skb);
	}
	if (!any)
		return false;

	list_for_each_entry_rcu(m, all, node) {
		struct nsb_port *port = m->set->port;

		if (port && port->uplink && port != f->in && port->bcast_flood)
			flood_to(f, port, skb);
	}
	return true;
}

/* To those who have joined the group, and to those who take all of them. */
static bool flood_multicast(const struct frame *f, struct sk_buff *skb)
{
	struct list_head *list;
	struct nsb_member *m;
	bool any = false;

	list = nsb_group_members(f->br, eth_hdr(skb)->h_dest);
	list_for_each_entry_rcu(m, list, node) {
		if (m->set->port == f->in || READ_ONCE(m->set->all))
			continue;
		any |= flood_to(f, m->set->port, skb);
	}

	list = nsb_group_members(f->br, nsb_group_all);
	list_for_each_entry_rcu(m, list, node) {
		struct nsb_port *port = m->set->port;

		if (port == f->in || (port && !port->mcast_flood))
			continue;
		any |= flood_to(f, port, skb);
	}
	return any;
}

/* To every port that takes it: a broadcast, or an unknown address. */
static bool flood_all(const struct frame *f, struct sk_buff *skb)
{
	bool group = is_multicast_ether_addr(eth_hdr(skb)->h_dest);
	struct nsb_port *port;
	bool any = false;

	/* The bridge device gets what is not known only if somebody watches. */
	if (f->in && (group || f->br->dev->flags & IFF_PROMISC))
		any = flood_to(f, NULL, skb);

	list_for_each_entry_rcu(port, &f->br->ports, list) {
		if (port == f->in || !(group ? port->bcast_flood : port->flood))
			continue;
		any |= flood_to(f, port, skb);
	}
	return any;
}

static void flood(struct frame *f, struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	bool group = is_multicast_ether_addr(dest);
	struct nsb_neigh_msg msg;
	bool any;

	f->copy = true;
	if (group && f->br->neigh_direct &&
	    nsb_vlan_plain(f->br, f->in, skb, f->vid) &&
	    nsb_neigh_parse(skb, &msg) && msg.ask && flood_direct(f, skb, &msg.target))
		any = true;
	else if (group && !is_broadcast_ether_addr(dest))
		any = flood_multicast(f, skb);
	else
		any = flood_all(f, skb);

	f->copy = false;
	if (any) {
		nsb_cross_flooded(f->from);
		consume_skb(skb);
	} else {
		drop_nowhere(f, skb, group ? NSBRIDGE_REASON_NOBODY :
					     NSBRIDGE_REASON_UNKNOWN);
	}
}

/* The one candidate, or one of several. */
static void forward_to(struct frame *f, const struct nsb_fdb_entry *e,
		       struct nsb_crossing *x, struct sk_buff *skb)
{
	struct nsb_port *out = READ_ONCE(e->port);

	/* Somebody watches on the bridge device. */
	if (unlikely(f->br->dev->flags & IFF_PROMISC) && out && f->in) {
		nsb_cross_flooded(f->from);
		f->copy = true;
		flood_to(f, NULL, skb);
	}
	deliver(f, out, e->side, x, skb);
}

/* An entry that leads back to where the frame came from is no candidate, but
 * tells that the way is not unknown.
 */
static void forward_unicast(struct frame *f, struct sk_buff *skb)
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
		drop(f, barred, skb, NSBRIDGE_REASON_POLICY);
	else if (back)
		drop_nowhere(f, skb, NSBRIDGE_REASON_HAIRPIN);
	else
		flood(f, skb);
	return;

several:
	only = nsb_choose(f->br, lists, n, f->in, f->from, skb, f->vid);
	/* All of them gone in this moment: the next frame will know. */
	if (unlikely(!only))
		drop_nowhere(f, skb, NSBRIDGE_REASON_DOWN);
	else
		forward_to(f, only, nsb_crossing(f->from, only->side), skb);
}

/* Does the frame claim an IP address that another namespace had first? */
static noinline bool claims_stolen(const struct frame *f,
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

static void forward(struct frame *f, struct sk_buff *skb)
{
	if (unlikely(f->br->neigh_guard) && claims_stolen(f, skb)) {
		drop_nowhere(f, skb, NSBRIDGE_REASON_NEIGH);
		return;
	}
	if (likely(!is_multicast_ether_addr(eth_hdr(skb)->h_dest)))
		forward_unicast(f, skb);
	else
		flood(f, skb);
}

/* IEEE 802.1D, table 7-10: these are between neighbours on a link. Whoever
 * listens on the port itself (LLDP, LACP) gets them; they go further only where
 * the administrator said so.
 */
static bool reserved_stays(const struct nsb_bridge *br, const u8 *dest)
{
	return !(READ_ONCE(br->group_fwd_mask) & BIT(dest[5]));
}

static bool vlan_ok(struct frame *f, struct sk_buff **pskb)
{
	if (nsb_vlan_ingress(nsb_vlans_of(f->br, f->in), pskb, &f->vid))
		return true;
	if (*pskb)
		drop_nowhere(f, *pskb, NSBRIDGE_REASON_VLAN);
	else
		nsb_cross_drop(f->from->nowhere, NSBRIDGE_REASON_NO_MEMORY,
			       false);
	return false;
}

static bool source_ok(const struct frame *f, struct sk_buff *skb)
{
	const u8 *source = eth_hdr(skb)->h_source;
	int err;

	/* The usual case: the far end sends with its own address. */
	if (likely(ether_addr_equal(source, f->in->primary.addr) &&
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
	drop_nowhere(f, skb, err == -ENOSPC ? NSBRIDGE_REASON_QUOTA :
						NSBRIDGE_REASON_SPOOF);
	return false;
}

/* Return: false if the stack of the port's namespace is to have it. */
static bool receive(struct frame *f, struct sk_buff *skb)
{
	f->br = f->in->br;
	f->from = rcu_dereference(f->in->side);
	/* The far end is on its way into another namespace, and whose frame
	 * this is can no longer be told.
	 */
	if (unlikely(!f->from)) {
		dev_core_stats_rx_dropped_inc(f->br->dev);
		kfree_skb(skb);
		return true;
	}

	if (unlikely(!is_valid_ether_addr(eth_hdr(skb)->h_source))) {
		drop_nowhere(f, skb, NSBRIDGE_REASON_INVALID);
		return true;
	}
	if (unlikely(!(f->br->dev->flags & IFF_UP))) {
		drop_nowhere(f, skb, NSBRIDGE_REASON_DOWN);
		return true;
	}
	if (unlikely(is_link_local_ether_addr(eth_hdr(skb)->h_dest)) &&
	    reserved_stays(f->br, eth_hdr(skb)->h_dest)) {
		nsb_cross_drop(f->from->nowhere, NSBRIDGE_REASON_RESERVED,
			       false);
		return false;
	}
	if (unlikely(f->br->vlan_filtering) && !vlan_ok(f, &skb))
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
	struct frame f = {};

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;
	*pskb = skb;
	f.in = rcu_dereference(skb->dev->rx_handler_data);
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
	struct frame f = { .in = port, .direct = true };

	skb->skb_iif = skb->dev->ifindex;
	if (unlikely(eth_type_vlan(skb->protocol))) {
		skb = skb_vlan_untag(skb);
		if (unlikely(!skb))
			return;
	}
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	receive(&f, skb);
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
	struct frame f = { .br = br, .from = br->host };

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		kfree_skb(skb);
		DEV_STATS_INC(dev, tx_dropped);
		return NETDEV_TX_OK;
	}

	dev_sw_netstats_tx_add(dev, 1, skb->len);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);

	rcu_read_lock();
	if (likely(!br->vlan_filtering) || vlan_ok(&f, &skb))
		forward(&f, skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}
