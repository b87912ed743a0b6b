// SPDX-License-Identifier: GPL-2.0
/* Who gets a copy of a frame for many. When, is in flood_queue.c. */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>

#include "bridge.h"
#include "crossing.h"
#include "deliver.h"
#include "flood.h"
#include "forward.h"
#include "group.h"
#include "neigh.h"
#include "port.h"
#include "side.h"
#include "vlan.h"

/* So few copies are made at once: they are no more than the unicast frames that
 * a sender has to send for the same effect, and to a silent host behind the
 * uplink a stream may go for long.
 */
#define FEW	2

/* A copy that has to go through a queue after all (somebody watches the port, or
 * its cable is not ours) costs as much as so many others: what comes of it has
 * to be taken out of the backlog meanwhile.
 */
#define QUEUED_COST	4

/**
 * nsb_flood_to() - one copy of a frame
 * @f: how it came, marked as a copy
 * @out: who gets it, NULL for the bridge device
 * @skb: the frame, which stays the caller's
 *
 * It is checked like a frame that is meant for @out alone.
 *
 * Context: RCU, bottom halves off.
 * Return: false if it is none of its business, so that nothing was counted.
 */
bool nsb_flood_to(struct nsb_frame *f, struct nsb_port *out,
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
		nsb_deliver(f, out, to, x, copy);
	else
		nsb_cross_drop(x, NSBRIDGE_REASON_NO_MEMORY, true);
	return true;
}

/* Who an ARP request or a neighbour solicitation is for. The uplinks get it in
 * any case: an address that is on this host may be that of a host outside, too.
 *
 * Return: false if nobody here is known to have the address.
 */
static bool flood_direct(struct nsb_frame *f, struct sk_buff *skb,
			 const struct in6_addr *target)
{
	struct list_head *all = nsb_group_members(f->br, nsb_group_all);
	struct rhlist_head *list, *pos;
	struct nsb_member *m;
	struct nsb_addr *a;
	bool any = false;

	f->copy = true;
	list = rhltable_lookup(&f->br->neigh, target, nsb_neigh_params);
	rhl_for_each_entry_rcu(a, pos, list, node) {
		if (a->port == f->in || a->set == &f->br->heard ||
		    !nsb_vlan_plain(f->br, a->port, skb, f->vid))
			continue;
		any |= nsb_flood_to(f, a->port, skb);
	}
	if (!any)
		goto out;

	list_for_each_entry_rcu(m, all, node) {
		struct nsb_port *port = m->set->port;

		if (port && port != f->in && READ_ONCE(port->uplink) &&
		    READ_ONCE(port->bcast_flood))
			nsb_flood_to(f, port, skb);
	}
out:
	f->copy = false;
	return any;
}

/* The stages of multicast go through lists of members, in the order in which
 * they joined, and that of broadcast through the list of ports. To go on where
 * the last turn ended, all of them say so: who was served last is still in its
 * list if nobody has left any since, and if somebody has, its number tells who
 * was before it.
 *
 * The count goes up after somebody was taken out of a list, and before the
 * grace period for that. So in a turn that begins with the old count all who
 * were in a list in the turn before are still valid, and one that begins with
 * the new count finds the lists without whoever has left.
 *
 * Return: after whom to go on, @head for the beginning.
 */
static const struct list_head *go_on(struct nsb_flood_at *at,
				     const struct list_head *head,
				     u64 (*seq)(const struct list_head *pos),
				     const u32 *gone, const u64 *next)
{
	/* pairs with nsb_port_del(), and forget() in group.c */
	u32 now = smp_load_acquire(gone);
	const struct list_head *pos, *last = head;

	if (!at->last) {
		at->end = READ_ONCE(*next);
	} else if (now == at->gone) {
		last = at->last;
	} else {
		while ((pos = rcu_dereference(list_next_rcu(last))) != head &&
		       seq(pos) <= at->seq)
			last = pos;
	}
	at->gone = now;
	return last;
}

static void stage_over(struct nsb_flood_at *at, enum nsb_flood_stage next)
{
	at->stage = next;
	at->last = NULL;
}

static u64 port_seq(const struct list_head *pos)
{
	return list_entry(pos, struct nsb_port, list)->seq;
}

static u64 member_seq(const struct list_head *pos)
{
	return list_entry(pos, struct nsb_member, node)->seq;
}

/* What a visit costs, whether there is a copy or not. */
static unsigned int give(struct nsb_frame *f, struct nsb_port *out,
			 struct sk_buff *skb, struct nsb_flood_at *at)
{
	unsigned int queued = f->queued;

	at->any |= nsb_flood_to(f, out, skb);
	return queued == f->queued ? 1 : QUEUED_COST;
}

/* Every port that takes it: a broadcast, or an unknown address. */
static unsigned int to_ports(struct nsb_frame *f, struct sk_buff *skb,
			     struct nsb_flood_at *at, unsigned int room)
{
	bool group = is_multicast_ether_addr(eth_hdr(skb)->h_dest);
	const struct list_head *head = &f->br->ports;
	unsigned int done = 0;
	struct nsb_port *port;

	port = list_entry(go_on(at, head, port_seq, &f->br->ports_gone,
				&f->br->port_seq), struct nsb_port, list);
	list_for_each_entry_continue_rcu(port, head, list) {
		if (port->seq >= at->end)
			break;
		if (done >= room)
			return done;
		at->last = &port->list;
		at->seq = port->seq;
		if (port != f->in && READ_ONCE(*(group ? &port->bcast_flood :
							  &port->flood)))
			done += give(f, port, skb, at);
		else
			done++;
	}
	stage_over(at, NSB_FLOOD_END);
	return done;
}

/* Does a member get it in this stage? Who takes all multicast gets it in the
 * last one.
 */
static bool takes(const struct nsb_frame *f, const struct nsb_member *m,
		  enum nsb_flood_stage stage)
{
	const struct nsb_port *port = m->set->port;

	if (port == f->in)
		return false;
	if (stage == NSB_FLOOD_GROUP)
		return !READ_ONCE(m->set->all);
	return !port || READ_ONCE(port->mcast_flood);
}

static const u8 *group_of(const struct sk_buff *skb, enum nsb_flood_stage stage)
{
	return stage == NSB_FLOOD_GROUP ? eth_hdr(skb)->h_dest : nsb_group_all;
}

/* Those who have joined the group, or those who take all of them. */
static unsigned int to_members(struct nsb_frame *f, struct sk_buff *skb,
			       struct nsb_flood_at *at, unsigned int room)
{
	const struct list_head *head;
	unsigned int done = 0;
	struct nsb_member *m;

	head = nsb_group_members(f->br, group_of(skb, at->stage));
	m = list_entry(go_on(at, head, member_seq, &f->br->members_gone,
			     &f->br->member_seq), struct nsb_member, node);
	list_for_each_entry_continue_rcu(m, head, node) {
		if (m->seq >= at->end)
			break;
		if (done >= room)
			return done;
		at->last = &m->node;
		at->seq = m->seq;
		if (takes(f, m, at->stage))
			done += give(f, m->set->port, skb, at);
		else
			done++;
	}
	stage_over(at, at->stage == NSB_FLOOD_GROUP ? NSB_FLOOD_ALL :
						      NSB_FLOOD_END);
	return done;
}

/**
 * nsb_flood_begin() - who is the first to have a copy?
 * @f: how the frame came
 * @skb: the frame
 * @at: the result
 */
void nsb_flood_begin(const struct nsb_frame *f, const struct sk_buff *skb,
		     struct nsb_flood_at *at)
{
	const u8 *dest = eth_hdr(skb)->h_dest;

	at->any = false;
	at->last = NULL;
	if (is_multicast_ether_addr(dest) && !is_broadcast_ether_addr(dest))
		at->stage = NSB_FLOOD_GROUP;
	/* The bridge device gets what is not known only if somebody watches. */
	else if (f->in && (is_multicast_ether_addr(dest) ||
			   f->br->dev->flags & IFF_PROMISC))
		at->stage = NSB_FLOOD_UP;
	else
		at->stage = NSB_FLOOD_PORTS;
}

/**
 * nsb_flood_some() - make copies, as many as there is room for
 * @f: how the frame came
 * @skb: the frame, which stays the caller's
 * @at: how far it has got
 * @room: what the copies may cost; the last one may cost more
 *
 * Context: RCU, bottom halves off.
 * Return: what they cost.
 */
unsigned int nsb_flood_some(struct nsb_frame *f, struct sk_buff *skb,
			    struct nsb_flood_at *at, unsigned int room)
{
	unsigned int done = 0;

	f->copy = true;
	while (done < room && at->stage != NSB_FLOOD_END) {
		switch (at->stage) {
		case NSB_FLOOD_UP:
			done += give(f, NULL, skb, at);
			stage_over(at, NSB_FLOOD_PORTS);
			break;
		case NSB_FLOOD_PORTS:
			done += to_ports(f, skb, at, room - done);
			break;
		default:
			done += to_members(f, skb, at, room - done);
		}
	}
	f->copy = false;
	return done;
}

/**
 * nsb_flood_finish() - count a frame, once, and let go of it
 * @f: how it came
 * @skb: the frame; it is gone after this
 * @any: somebody had a copy, or was denied one
 * @reason: why it is dropped if nobody had, 0 if there was just nobody
 *
 * Context: RCU, bottom halves off.
 */
void nsb_flood_finish(const struct nsb_frame *f, struct sk_buff *skb, bool any,
		      enum nsbridge_reason reason)
{
	if (any) {
		nsb_cross_flooded(f->from);
		consume_skb(skb);
		return;
	}
	if (!reason && is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		reason = NSBRIDGE_REASON_NOBODY;
	nsb_drop_nowhere(f, skb, reason ?: NSBRIDGE_REASON_UNKNOWN);
}

static bool few_in(const struct nsb_frame *f, const u8 *group,
		   unsigned int *room)
{
	struct nsb_member *m;

	list_for_each_entry_rcu(m, nsb_group_members(f->br, group), node)
		if (!(*room)--)
			return false;
	return true;
}

/* Is it for so few that it need not wait? */
static bool for_few(const struct nsb_frame *f, const struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	unsigned int room = FEW + !!f->in;

	if (!is_multicast_ether_addr(dest))
		return READ_ONCE(f->br->n_flood) <= FEW;
	if (is_broadcast_ether_addr(dest))
		return READ_ONCE(f->br->n_ports) <= FEW;
	return few_in(f, dest, &room) && few_in(f, nsb_group_all, &room);
}

/**
 * nsb_flood() - a frame that is not for one alone
 * @f: how it came
 * @skb: the frame, its data at the network header; it is gone after this
 *
 * Context: RCU, bottom halves off.
 */
void nsb_flood(struct nsb_frame *f, struct sk_buff *skb)
{
	bool group = is_multicast_ether_addr(eth_hdr(skb)->h_dest);
	struct nsb_flood_queue *q = f->in ? &f->in->flood_queue :
					    &f->br->own_queue;
	struct nsb_neigh_msg msg;
	struct nsb_flood_at at;

	if (group && READ_ONCE(f->br->neigh_direct) &&
	    nsb_vlan_plain(f->br, f->in, skb, f->vid) &&
	    nsb_neigh_parse(skb, &msg) && msg.ask &&
	    flood_direct(f, skb, &msg.target)) {
		nsb_flood_finish(f, skb, true, NSBRIDGE_REASON_UNSPEC);
		return;
	}

	if (!READ_ONCE(q->bytes) && for_few(f, skb)) {
		nsb_flood_begin(f, skb, &at);
		nsb_flood_some(f, skb, &at, UINT_MAX);
		nsb_flood_finish(f, skb, at.any, NSBRIDGE_REASON_UNSPEC);
		return;
	}

	nsb_flood_later(f, q, skb);
}
