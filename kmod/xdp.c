// SPDX-License-Identifier: GPL-2.0
/* What programs decide. How they come and go is in xdp_set.c.
 *
 * A program wants the frame in pages that can go elsewhere without the skb, and
 * room in front of it. What a namespace sends seldom is like that, and is copied;
 * what another program has redirected here is, and is not.
 */
#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

#include "compat.h"
#include "crossing.h"
#include "napi.h"
#include "pair.h"
#include "xdp.h"
#include "xmit.h"

/* What fits into a page between the room in front and what the skb needs. */
#define PAGE_ROOM	SKB_WITH_OVERHEAD(PAGE_SIZE - XDP_PACKET_HEADROOM)

/* A frame that was received was lost before anybody could decide about it. */
static void lost(struct nsb_queue *q, struct nsb_xdp_bulk *bulk)
{
	bulk->count[NSB_XDP_ERRORS]++;
	dev_core_stats_rx_dropped_inc(q->dev);
}

/* -- sending -- */

static void count_drops(struct nsb_end *end, enum nsbridge_reason reason, int n)
{
	while (n-- > 0)
		nsb_count_drop(end->count, reason);
}

/* Like any frame that the device sends: by a bridge, if there is one, or to
 * where frames are received from the queue of a CPU.
 */
static bool send_skb(struct net_device *dev, struct xdp_frame *frame)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(frame, dev);

	if (unlikely(!skb))
		return false;
	skb_push(skb, ETH_HLEN);
	nsb_xmit(skb, dev);
	return true;
}

/* Return: how many of them are gone, the first ones; what could not go is
 * counted as dropped.
 */
static int send(struct net_device *dev, struct xdp_frame **frames, int n)
{
	struct nsb_end *end = netdev_priv(dev), *other;
	enum nsbridge_reason reason = NSBRIDGE_REASON_NO_MEMORY;
	struct net_device *peer = rcu_dereference(end->peer);
	struct nsb_queues *into = rcu_dereference(end->into);
	int i;

	if (unlikely(!peer)) {
		count_drops(end, NSBRIDGE_REASON_DOWN, n);
		return 0;
	}
	other = netdev_priv(peer);
	if (into && !rcu_access_pointer(end->port) &&
	    !rcu_access_pointer(other->port)) {
		i = nsb_napi_put_frames(into, frames, n, &reason);
	} else {
		for (i = 0; i < n; i++)
			if (unlikely(!send_skb(dev, frames[i])))
				break;
	}
	count_drops(end, reason, n - i);
	return i;
}

/**
 * nsb_xdp_xmit() - programs on other devices send by this one
 * @dev: an nsveth
 * @n: how many frames
 * @frames: the frames
 * @flags: XDP_XMIT_FLUSH is not heeded: they always leave at once
 *
 * ndo_xdp_xmit.
 *
 * Context: RCU, bottom halves off.
 * Return: how many of them are gone, the first ones, or an error.
 */
int nsb_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames,
		 u32 flags)
{
	unsigned int add[NSB_XDP_STATS] = {};
	int sent;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (unlikely(nsb_xdp_count_need(netdev_priv(dev), GFP_ATOMIC |
					__GFP_NOWARN | __GFP_ACCOUNT)))
		return -ENOMEM;
	rcu_read_lock();
	sent = send(dev, frames, n);
	rcu_read_unlock();
	add[NSB_XDP_XMIT] = sent;
	add[NSB_XDP_XMIT_ERRORS] = n - sent;
	nsb_xdp_count_add(netdev_priv(dev), add);
	return sent;
}

static void send_back(struct nsb_queue *q, struct nsb_xdp_bulk *bulk)
{
	int sent = send(q->dev, bulk->frames, bulk->n);
	int i;

	for (i = sent; i < bulk->n; i++)
		xdp_return_frame(bulk->frames[i]);
	trace_xdp_bulk_tx(q->dev, sent, bulk->n - sent, 0);
	bulk->count[NSB_XDP_TX] += sent;
	bulk->count[NSB_XDP_TX_ERRORS] += bulk->n - sent;
	bulk->n = 0;
}

/* XDP_TX or XDP_REDIRECT. False: the frame is still there. */
static bool send_on(struct nsb_queue *q, struct bpf_prog *prog, u32 act,
		    struct xdp_buff *xdp, struct nsb_xdp_bulk *bulk)
{
	struct xdp_frame *frame;

	if (act == XDP_REDIRECT) {
		if (xdp_do_redirect(q->dev, xdp, prog))
			return false;
		bulk->count[NSB_XDP_REDIRECT]++;
		return true;
	}

	frame = xdp_convert_buff_to_frame(xdp);
	if (unlikely(!frame)) {
		trace_xdp_exception(q->dev, prog, act);
		return false;
	}
	if (bulk->n == NSB_XDP_BULK)
		send_back(q, bulk);
	bulk->frames[bulk->n++] = frame;
	return true;
}

/* A program wants the frame nowhere, or says nothing that can be done. */
static void count_unwanted(struct nsb_queue *q, struct bpf_prog *prog,
			   u32 act, struct nsb_xdp_bulk *bulk)
{
	if (unlikely(act > XDP_REDIRECT))
		bpf_warn_invalid_xdp_action(q->dev, prog, act);
	if (unlikely(act != XDP_DROP))
		trace_xdp_exception(q->dev, prog, act);
	bulk->count[NSB_XDP_DROPS]++;
}

/**
 * nsb_xdp_begin() - a poll begins, and there is a program
 * @bulk: to be filled while it runs
 *
 * Context: NAPI poll.
 */
void nsb_xdp_begin(struct nsb_xdp_bulk *bulk)
{
	bulk->n = 0;
	memset(bulk->count, 0, sizeof(bulk->count));
	/* what is sent on may be of the pages of another device */
	xdp_set_return_frame_no_direct();
}

/**
 * nsb_xdp_flush() - it ends
 * @q: what was polled
 * @bulk: what is left to do
 *
 * Context: NAPI poll, RCU.
 */
void nsb_xdp_flush(struct nsb_queue *q, struct nsb_xdp_bulk *bulk)
{
	if (bulk->n)
		send_back(q, bulk);
	if (bulk->count[NSB_XDP_REDIRECT])
		xdp_do_flush();
	xdp_clear_return_frame_no_direct();
	nsb_xdp_count_add(netdev_priv(q->dev), bulk->count);
}

/* -- receiving -- */

/* A copy that is one page, and further ones if there has to be. */
static struct sk_buff *copy(const struct sk_buff *skb, bool frags)
{
	unsigned int size = min_t(unsigned int, skb->len, PAGE_ROOM);
	unsigned int done = size;
	struct sk_buff *new;
	struct page *page;

	if (unlikely(size < skb->len && !frags))
		return NULL;
	page = dev_alloc_page();
	if (unlikely(!page))
		return NULL;
	new = build_skb(page_address(page), PAGE_SIZE);
	if (unlikely(!new)) {
		put_page(page);
		return NULL;
	}
	skb_reserve(new, XDP_PACKET_HEADROOM);
	skb_put(new, size);
	skb_copy_header(new, skb);
	skb_headers_offset_update(new, skb_headroom(new) - skb_headroom(skb));
	if (unlikely(skb_copy_bits(skb, 0, new->data, size)))
		goto err;

	for (; unlikely(done < skb->len); done += size) {
		size = min_t(unsigned int, skb->len - done, PAGE_SIZE);
		if (skb_shinfo(new)->nr_frags == MAX_SKB_FRAGS)
			goto err;
		page = dev_alloc_page();
		if (!page)
			goto err;
		skb_add_rx_frag(new, skb_shinfo(new)->nr_frags, page, 0, size,
				PAGE_SIZE);
		if (skb_copy_bits(skb, done, page_address(page), size))
			goto err;
	}
	return new;

err:
	consume_skb(new);
	return NULL;
}

/* May a program write into it, and can its page do without the skb? */
static bool is_ready(const struct sk_buff *skb)
{
	return skb->head_frag && !skb_shared(skb) && !skb_cloned(skb) &&
	       !skb_is_nonlinear(skb) &&
	       skb_headroom(skb) >= XDP_PACKET_HEADROOM;
}

/* Return: the same frame, or a copy; NULL if it was lost. */
static struct sk_buff *prepare(struct nsb_queue *q, const struct bpf_prog *prog,
			       struct sk_buff *skb, struct xdp_buff *xdp)
{
	struct skb_shared_info *info;
	struct sk_buff *new;

	__skb_push(skb, skb->data - skb_mac_header(skb));
	/* Whatever the program does to the bytes, this would not follow. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	/* A tag belongs to the frame wherever that is sent. */
	if (unlikely(skb_vlan_tag_present(skb))) {
		skb = __vlan_hwaccel_push_inside(skb);
		if (!skb)
			return NULL;
	}
	if (!is_ready(skb)) {
		new = copy(skb, prog->aux->xdp_has_frags);
		if (unlikely(!new)) {
			kfree_skb(skb);
			return NULL;
		}
		consume_skb(skb);
		skb = new;
	}

	info = skb_shinfo(skb);
	xdp_init_buff(xdp, skb_end_offset(skb) +
		      SKB_DATA_ALIGN(sizeof(*info)), &q->rxq);
	xdp_prepare_buff(xdp, skb->head, skb_headroom(skb), skb_headlen(skb),
			 true);
	if (unlikely(info->nr_frags)) {
		info->xdp_frags_size = skb->data_len;
		xdp_buff_set_frags_flag(xdp);
	} else {
		xdp_buff_clear_frags_flag(xdp);
	}
	return skb;
}

/* The skb becomes what the program has made of the frame. */
static void follow(struct sk_buff *skb, struct xdp_buff *xdp)
{
	unsigned int linear = xdp->data_end - xdp->data;

	skb->data = xdp->data;
	skb_set_tail_pointer(skb, linear);
	skb->data_len = xdp_buff_has_frags(xdp) ?
			skb_shinfo(skb)->xdp_frags_size : 0;
	skb->len = linear + skb->data_len;
}

/* Where the frame goes now nobody knows that its checksum is yet to be filled
 * in.
 */
static void fill_checksum(struct sk_buff *skb)
{
	int start;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return;
	start = skb_checksum_start_offset(skb);
	if (start >= 0 &&
	    start + skb->csum_offset + sizeof(__sum16) <= skb_headlen(skb))
		skb_checksum_help(skb);
}

/* The frame without the skb. */
static void strip(struct sk_buff *skb, const struct xdp_buff *xdp)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	int i;

	get_page(virt_to_head_page(xdp->data));
	for (i = 0; i < info->nr_frags; i++)
		get_page(skb_frag_page(&info->frags[i]));
	consume_skb(skb);
}

/**
 * nsb_xdp_run_skb() - a program decides about what was received
 * @q: where
 * @prog: the program
 * @skb: what the peer sent, as for the stack; it is taken
 * @bulk: of this poll
 *
 * Context: NAPI poll, RCU.
 * Return: what is left for the stack, or NULL.
 */
struct sk_buff *nsb_xdp_run_skb(struct nsb_queue *q, struct bpf_prog *prog,
				struct sk_buff *skb, struct nsb_xdp_bulk *bulk)
{
	struct xdp_buff xdp;
	u32 act;

	bulk->count[NSB_XDP_PACKETS]++;
	skb = prepare(q, prog, skb, &xdp);
	if (unlikely(!skb)) {
		lost(q, bulk);
		return NULL;
	}

	act = bpf_prog_run_xdp(prog, &xdp);
	switch (act) {
	case XDP_PASS:
		follow(skb, &xdp);
		skb->pkt_type = PACKET_HOST;
		skb->protocol = eth_type_trans(skb, q->dev);
		if (xdp.data > xdp.data_meta)
			skb_metadata_set(skb, xdp.data - xdp.data_meta);
		return skb;
	case XDP_TX:
	case XDP_REDIRECT:
		follow(skb, &xdp);
		fill_checksum(skb);
		strip(skb, &xdp);
		if (unlikely(!send_on(q, prog, act, &xdp, bulk))) {
			xdp_return_buff(&xdp);
			lost(q, bulk);
		}
		return NULL;
	default:
		count_unwanted(q, prog, act, bulk);
		kfree_skb(skb);
		return NULL;
	}
}

static struct sk_buff *frame_skb(struct nsb_queue *q, struct xdp_frame *frame)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(frame, q->dev);

	if (unlikely(!skb))
		xdp_return_frame(frame);
	return skb;
}

/**
 * nsb_xdp_run_frame() - the same about a frame that a program sent here
 * @q: where
 * @prog: the program, NULL if there is none
 * @frame: the frame; it is taken
 * @bulk: of this poll; without a program it is not used
 *
 * Context: NAPI poll, RCU; without a program, bottom halves off.
 * Return: what is left for the stack, or NULL.
 */
struct sk_buff *nsb_xdp_run_frame(struct nsb_queue *q, struct bpf_prog *prog,
				  struct xdp_frame *frame,
				  struct nsb_xdp_bulk *bulk)
{
	struct xdp_rxq_info rxq = q->rxq;
	struct xdp_frame was = *frame;
	struct sk_buff *skb;
	struct xdp_buff xdp;
	u32 act;

	if (!prog) {
		skb = frame_skb(q, frame);
		if (unlikely(!skb))
			dev_core_stats_rx_dropped_inc(q->dev);
		return skb;
	}

	bulk->count[NSB_XDP_PACKETS]++;
	nsb_rxq_of_frame(&rxq, frame);
	xdp_convert_frame_to_buff(frame, &xdp);
	xdp.rxq = &rxq;
	act = bpf_prog_run_xdp(prog, &xdp);
	switch (act) {
	case XDP_PASS:
		if (unlikely(xdp_update_frame_from_buff(&xdp, frame)))
			break;
		skb = frame_skb(q, frame);
		if (unlikely(!skb))
			lost(q, bulk);
		return skb;
	case XDP_TX:
	case XDP_REDIRECT:
		if (likely(send_on(q, prog, act, &xdp, bulk)))
			return NULL;
		break;
	default:
		count_unwanted(q, prog, act, bulk);
		xdp_return_frame(frame);
		return NULL;
	}
	/* Trying may have written over it. */
	xdp_return_frame(&was);
	lost(q, bulk);
	return NULL;
}
