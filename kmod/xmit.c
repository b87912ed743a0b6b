// SPDX-License-Identifier: GPL-2.0
/* What an end of an nsveth pair does with a frame: to the other end of the
 * cable, and if that is a port, on to where the frame goes.
 *
 * Nearly every frame needs no thought. It is for one address that one namespace
 * has, and bears its sender's own; both ports are ends of nsveth pairs, and
 * nobody watches, filters or queues at either. Then the whole way, with the
 * decision, is one function: direct(). It touches nothing until it knows that
 * the frame will go, and all other frames take the way of forward.c, which comes
 * to the same.
 *
 * What direct() reads of memory that other CPUs may write, nothing of which
 * changes with a frame, by cache line on 64 bit:
 *
 *	the sender's struct nsb_end, the first line	way, queues, counters
 *	the port it comes in by, the first two		bridge, side, source
 *	the port's device, five				hooks, taps, flags
 *	the bridge, the first three			switches, table
 *	the table, a bucket, and an entry's first line	key, side, port
 *	the sides, two; a row of crossings; the crossing
 *	the port it leaves by, the first, and its device, five
 *	the far end's device, two			address, namespace
 *
 * What it writes: the frame, this CPU's receive queue or the far end's own, and
 * three lines of counters that are this CPU's own.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "fdb.h"
#include "forward.h"
#include "latency.h"
#include "napi.h"
#include "pair.h"
#include "policy.h"
#include "port.h"
#include "side.h"
#include "trace.h"
#include "xmit.h"

/* A port device with these has nothing to do to a frame. */
#define IDLE_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			 NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC | \
			 NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)

/* ndo_start_xmit is called with bottom halves off, and RCU waits for that. Only
 * lockdep wants it said.
 */
static __always_inline void xmit_begin(void)
{
	if (IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_lock();
}

static __always_inline void xmit_end(void)
{
	if (IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_unlock();
}

/* The queue that a frame leaves by is the one it arrives on, if there is such.
 * Zero is left alone: a frame that seems to have been received on the first
 * queue would also leave a NIC that it is routed to by its first.
 */
static __always_inline void hop_queue(struct sk_buff *skb,
				      const struct net_device *to)
{
	u16 queue = skb_get_queue_mapping(skb);

	if (likely(!queue))
		return;
	if (queue < READ_ONCE(to->real_num_rx_queues))
		skb_record_rx_queue(skb, queue);
	else
		skb_set_queue_mapping(skb, 0);
}

/* eth_type_trans(), inline for nearly all frames. Their header can be read. */
static __always_inline __be16 hop_type(struct sk_buff *skb,
				       struct net_device *to)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;

	if (unlikely(!eth_proto_is_802_3(eth->h_proto) ||
		     !ether_addr_equal_64bits(eth->h_dest, to->dev_addr)))
		return eth_type_trans(skb, to);
	skb->dev = to;
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	return eth->h_proto;
}

/* skb_postpull_rcsum() for the Ethernet header, which means nothing to a frame
 * that says nothing about sums.
 */
static __always_inline void hop_csum(struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_NONE)
		skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
}

/* Into a receive queue of the peer of @last, its own or the CPU's. False: there
 * was no room.
 */
static __always_inline bool hop_into(const struct nsb_end *last,
				     struct sk_buff *skb)
{
	struct nsb_queues *into = rcu_dereference(last->into);

	if (unlikely(into))
		return nsb_napi_put(into, skb);
	return __netif_rx(skb) == NET_RX_SUCCESS;
}

/* To the device that the frame is for, the peer of @last. What dev_forward_skb()
 * does, once it was seen that it fits. False: there was no room.
 */
static __always_inline bool hop(const struct nsb_end *last, struct sk_buff *skb,
				struct net_device *to, bool xnet)
{
	hop_queue(skb, to);
	skb_scrub_packet(skb, xnet);
	skb->priority = 0;
	skb->protocol = hop_type(skb, to);
	hop_csum(skb);
	return hop_into(last, skb);
}

/* -- with thought -- */

static enum nsbridge_reason drop(struct nsb_end *end,
				 enum nsbridge_reason reason)
{
	nsb_count_drop(end->count, reason);
	return reason;
}

static enum nsbridge_reason drop_free(struct nsb_end *end, struct sk_buff *skb,
				      enum nsbridge_reason reason)
{
	kfree_skb(skb);
	return drop(end, reason);
}

/* Into a receive queue of the peer, which may be a port. */
static bool queued(const struct nsb_end *end, const struct nsb_port *port,
		   struct sk_buff *skb)
{
	if (port) {
		nsb_forward_waits(port, skb);
		if (nsb_latency_on())
			nsb_latency_leave(port, skb);
	}
	return hop_into(end, skb);
}

/* To the other end of the cable. A frame for a port does not wait in a receive
 * queue on its way to the bridge, but is forwarded here and now, unless somebody
 * would miss it there, or the port has queues because it was told to.
 */
static enum nsbridge_reason cross(struct nsb_end *end, struct sk_buff *skb)
{
	struct net_device *peer = rcu_dereference(end->peer);
	unsigned int segs = nsb_segs(skb);
	unsigned int bytes = skb->len;
	struct nsb_port *port;

	if (unlikely(!peer))
		return drop_free(end, skb, NSBRIDGE_REASON_DOWN);
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return drop_free(end, skb, NSBRIDGE_REASON_INVALID);
	/* __dev_forward_skb() does it too, but would not say why it failed. */
	if (unlikely(skb_orphan_frags(skb, GFP_ATOMIC)))
		return drop_free(end, skb, NSBRIDGE_REASON_NO_MEMORY);

	hop_queue(skb, peer);
	skb_tx_timestamp(skb);
	/* The skb is gone after these, whatever they return. */
	if (unlikely(__dev_forward_skb(peer, skb)))
		return drop(end, READ_ONCE(peer->flags) & IFF_UP ?
				 NSBRIDGE_REASON_MTU : NSBRIDGE_REASON_DOWN);
	port = rcu_dereference(((struct nsb_end *)netdev_priv(peer))->port);
	if (port && likely(!rcu_access_pointer(end->into) &&
			   nsb_unwatched(peer) &&
			   !is_link_local_ether_addr(eth_hdr(skb)->h_dest)))
		nsb_forward_direct(port, skb);
	else if (unlikely(!queued(end, port, skb)))
		return drop(end, NSBRIDGE_REASON_BACKLOG);

	nsb_count_frame(end->count, bytes, segs);
	return NSBRIDGE_REASON_UNSPEC;
}

/* What a port's own namespace sends by it, past the bridge (its IPv6 stack
 * greets whatever is there), is a crossing of the bridge as well, with the same
 * verdict.
 */
static enum nsbridge_reason cross_past(struct nsb_end *end,
				       struct nsb_port *port,
				       struct sk_buff *skb)
{
	unsigned int bytes = skb->len, segs = nsb_segs(skb);
	enum nsbridge_reason reason;

	if (nsb_latency_on())
		nsb_forward_past_stamp(port, skb);
	if (nsb_forward_past_denied(port))
		reason = drop_free(end, skb, NSBRIDGE_REASON_POLICY);
	else
		reason = cross(end, skb);
	nsb_forward_past(port, bytes, segs, reason);
	return reason;
}

static noinline enum nsbridge_reason xmit_slow(struct nsb_end *end,
					       struct sk_buff *skb)
{
	struct nsb_port *port = rcu_dereference(end->port);
	u64 mark = nsb_forward_unmark(skb);

	if (port ? mark == READ_ONCE(port->generation) : mark > U16_MAX)
		return cross(end, skb);
	if (mark > U16_MAX)
		return cross_past(end, port, skb);
	/* It waited in a queue while the far end went elsewhere. */
	return drop_free(end, skb, NSBRIDGE_REASON_DOWN);
}

/* -- without -- */

/* Nobody sees or touches what the device sends. Taps on all devices of the
 * namespace have been looked for at the port that the frame came in by.
 */
static __always_inline bool leaves_unwatched(const struct net_device *dev)
{
	return list_empty(&dev->ptype_all) && nsb_sends_untouched(dev);
}

/* Does a far end send with its own address? */
static __always_inline bool sends_as(const struct nsb_port *in,
				     const struct ethhdr *eth)
{
	/* data_race: as in source_ok() */
	return data_race(ether_addr_equal_64bits(eth->h_source,
						 in->primary.addr));
}

/* Is it more than neigh_guard that makes frames wait for a thought? */
static __always_inline bool cares_anyway(const struct nsb_bridge *br)
{
	/* data_race: one load of both, and it was marked just before */
	return data_race(br->vlan_filtering || br->unready);
}

static __always_inline bool both_isolated(const struct nsb_port *a,
					  const struct nsb_port *b)
{
	/* data_race: READ_ONCE() of two bytes would be an instruction more */
	return data_race(a->isolated & b->isolated);
}

/* Is it something that neigh_guard looks into? What the frame itself says
 * counts, since skb->protocol is whatever a packet socket was given.
 */
static __always_inline bool may_claim(const struct ethhdr *eth)
{
	return eth->h_proto != htons(ETH_P_IP);
}

/* The one entry for an address, NULL if there are several or none, or if it is
 * in the next table already while this one is being replaced.
 */
static __always_inline const struct nsb_fdb_entry *
only_entry(struct nsb_bridge *br, const struct ethhdr *eth)
{
	const struct bucket_table *tbl = rcu_dereference(br->fdb.ht.tbl);
	const u64 key = nsb_fdb_key_of(eth);
	const struct rhash_head *pos;
	const struct nsb_fdb_entry *e;
	unsigned int hash;

	hash = rht_key_hashfn(&br->fdb.ht, tbl, &key, nsb_fdb_params);
	/* rht_ptr_rcu() without the mark that tells whose end a chain has */
	pos = (void *)((unsigned long)rcu_dereference(*rht_bucket(tbl, hash)) &
		       ~BIT(0));
	for (; pos && !rht_is_a_nulls(pos); pos = rcu_dereference(pos->next)) {
		e = container_of(pos, struct nsb_fdb_entry, node.rhead);
		if (likely(e->key.val == key))
			return rcu_access_pointer(e->node.next) ? NULL : e;
	}
	return NULL;
}

/* A frame of many segments is not measured, but @dev has to take it whole. */
static noinline bool takes_gso(struct net_device *dev, struct sk_buff *skb)
{
	struct net_device *was = skb->dev;
	bool ok;

	skb->dev = dev;
	ok = !netif_needs_gso(skb, netif_skb_features(skb));
	skb->dev = was;
	return ok;
}

/* From an unwatched port by the bridge to where it goes. False: nothing has
 * happened to the frame.
 */
static __always_inline bool direct(struct nsb_end *end, struct nsb_port *in,
				   struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int bytes = skb->len, segs = 1;
	struct nsb_bridge *br = in->br;
	const struct nsb_fdb_entry *e;
	struct net_device *dev, *far;
	struct nsb_side *from, *to;
	struct nsb_crossing *x;
	struct nsb_port *out;
	struct nsb_end *last;

	if (unlikely(is_multicast_ether_addr(eth->h_dest) ||
		     !sends_as(in, eth) || !READ_ONCE(in->primary.entry)))
		return false;
	/* Most frames are none of neigh_guard's business. */
	if (unlikely(READ_ONCE(br->care)) &&
	    (cares_anyway(br) || may_claim(eth)))
		return false;

	e = only_entry(br, eth);
	if (unlikely(!e))
		return false;
	out = READ_ONCE(e->port);
	from = rcu_dereference(in->side);
	to = e->side;
	if (unlikely(!out || out == in || both_isolated(in, out) ||
		     !from || rcu_access_pointer(out->side) != to ||
		     /* then no namespace need be crossed, which is rare */
		     to == br->host))
		return false;
	if (unlikely(info->gso_size)) {
		if (!READ_ONCE(in->limit_in) || !READ_ONCE(out->limit) ||
		    !takes_gso(out->dev, skb))
			return false;
		segs = nsb_segs(skb);
	} else if (unlikely(bytes > READ_ONCE(in->limit_in) ||
			    bytes > READ_ONCE(out->limit))) {
		return false;
	}

	/* The first frame makes the crossing, and is the one to ask when. */
	x = nsb_crossing_find(from, to);
	if (unlikely(!x || READ_ONCE(x->care)))
		return false;
	dev = out->dev;
	far = rcu_dereference(out->far);
	if (unlikely(!far || !leaves_unwatched(dev)))
		return false;

	if (trace_nsb_forward_enabled()) {
		skb_reset_mac_header(skb);
		trace_nsb_forward(x, skb, NSBRIDGE_REASON_UNSPEC, false);
	}
	if (nsb_latency_on())
		nsb_latency_stamp(&out->watch, x, skb, 0);
	last = out->end;
	/* The cables of ports are no crossings of their own. */
	nsb_count_passed(end->count, bytes, segs);
	if (likely(hop(last, skb, far, true))) {
		nsb_count_passed(last->count, bytes, segs);
		nsb_cross_count(x, bytes, segs);
	} else {
		nsb_count_drop(last->count, NSBRIDGE_REASON_BACKLOG);
		nsb_cross_drop(x, NSBRIDGE_REASON_BACKLOG, false);
	}
	return true;
}

/* Along a cable that ends there. False: nothing has happened to the frame. */
static __always_inline bool cable(struct nsb_end *end, struct net_device *peer,
				  struct sk_buff *skb, netdev_tx_t *ret)
{
	unsigned int bytes = skb->len, segs = nsb_segs(skb);

	if (unlikely(!__is_skb_forwardable(peer, skb, true)))
		return false;
	if (likely(hop(end, skb, peer,
		       !net_eq(dev_net(peer), dev_net(skb->dev)))))
		nsb_count_frame(end->count, bytes, segs);
	else
		*ret = drop(end, NSBRIDGE_REASON_BACKLOG) ? NET_XMIT_DROP :
							    NETDEV_TX_OK;
	return true;
}

/* For both ways: the header can be read, no part of the frame belongs to a
 * process that might still write it, nobody asked when it was sent, and it was
 * not handed to this device when that was a port.
 */
static __always_inline bool plain_frame(struct sk_buff *skb)
{
	return skb_headlen(skb) >= ETH_HLEN &&
	       !(skb_shinfo(skb)->flags & SKBFL_ZEROCOPY_ENABLE) &&
	       !skb_shinfo(skb)->tx_flags && !nsb_forward_marked(skb);
}

/**
 * nsb_xmit() - an end of a pair sends
 * @skb: the frame
 * @dev: the end
 *
 * ndo_start_xmit of an nsveth.
 *
 * Context: bottom halves off.
 */
netdev_tx_t nsb_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nsb_end *end = netdev_priv(dev);
	netdev_tx_t ret = NETDEV_TX_OK;
	struct net_device *peer;
	struct nsb_port *port;

	xmit_begin();
	port = rcu_dereference(end->way);
	if (port) {
		if (likely(nsb_unwatched(port->dev) && plain_frame(skb) &&
			   direct(end, port, skb)))
			goto out;
	} else {
		peer = rcu_dereference(end->peer);
		if (likely(peer && !rcu_access_pointer(end->port) &&
			   plain_frame(skb) && cable(end, peer, skb, &ret)))
			goto out;
	}
	/* Whoever called dev_queue_xmit() is told. */
	if (xmit_slow(end, skb))
		ret = NET_XMIT_DROP;
out:
	xmit_end();
	return ret;
}

/**
 * nsb_xmit_limit() - how much goes through a port without a thought
 * @dev: the port's device
 * @far: its far end, or NULL
 *
 * Context: RTNL.
 * Return: the length of a frame in bytes, with the Ethernet header; 0 if the
 * port is not up, or not an nsveth, or has something to do to frames.
 */
u32 nsb_xmit_limit(const struct net_device *dev, const struct net_device *far)
{
	if (!far || !nsb_is_end(dev) || !(dev->flags & far->flags & IFF_UP) ||
	    !netif_carrier_ok(dev) ||
	    (dev->features & IDLE_FEATURES) != IDLE_FEATURES)
		return 0;
	return min(dev->mtu, far->mtu) + ETH_HLEN + VLAN_HLEN;
}
