// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "genl_dump.h"
#include "netns.h"
#include "pair.h"
#include "port.h"
#include "side.h"

/* Of the other half of a crossing: these two come before the sides. */
#define TO_NOWHERE	0
#define TO_OTHER	1
#define TO_SIDE		2

/* Was it seen since the time that the request gives, and is it of the kind? Who
 * asks again and again is told only what has changed, and pays for that: what
 * has not is not even added up.
 */
static bool wanted(struct netlink_callback *cb, int target, unsigned long last)
{
	struct nlattr **attrs = nsb_dump_attrs(cb);
	const struct nlattr *only = attrs[NSBRIDGE_A_CROSSING_TARGET];
	const struct nlattr *since = attrs[NSBRIDGE_A_CROSSING_SINCE];

	if (only && nla_get_u32(only) != target)
		return false;
	/* A time that was told before may have been a tick later. */
	return !since || (last && nsb_jiffies_to_real(last) + TICK_NSEC >=
				  nla_get_u64(since));
}

static int fill_crossing(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nsb_crossing *x)
{
	unsigned long last = nsb_count_last(x->count);
	struct nsb_sum sum;
	void *hdr;

	if ((x->target != NSBRIDGE_TARGET_NAMESPACE && !last) ||
	    !wanted(cb, x->target, last))
		return 0;
	nsb_count_sum(x->count, &sum);

	hdr = nsb_dump_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nsb_genl_put_crossing(skb, sock_net(cb->skb->sk), x, &sum)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static bool leads_to(const struct nsb_crossing *x,
		     const struct nsb_net_name *name)
{
	if (nsb_net_any(name))
		return true;
	return x->to && nsb_net_is(name, x->to->cookie, x->to->inode);
}

/* All crossings from one side, from where the dump was interrupted. */
static int dump_from(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nsb_side *from)
{
	struct nsb_dump *pos = nsb_dump(cb);
	unsigned long *to = &pos->to_id;
	int err = 0;

	for (; *to < TO_SIDE + NSB_SIDES_MAX; (*to)++) {
		const struct nsb_crossing *x = NULL;
		const struct nsb_cross_row *row;

		if (nsb_dump_rests(cb))
			return -EAGAIN;
		if (*to == TO_NOWHERE) {
			x = from->nowhere;
		} else if (*to == TO_OTHER) {
			x = from->other;
		} else {
			unsigned long i = *to - TO_SIDE;

			row = rcu_dereference(from->rows[i >> NSB_ROW_BITS]);
			if (!row) {
				*to += NSB_ROW_SIZE - 1 - i % NSB_ROW_SIZE;
				continue;
			}
			x = rcu_dereference(row->slot[i % NSB_ROW_SIZE]);
		}
		if (x && leads_to(x, &pos->to))
			err = fill_crossing(skb, cb, x);
		if (err)
			return err;
	}
	*to = 0;
	return 0;
}

static int dump_crossings_of(struct sk_buff *skb, struct netlink_callback *cb,
			     struct nsb_bridge *br)
{
	struct nsb_dump *pos = nsb_dump(cb);
	struct nsb_side *side;
	int err;

	xa_for_each_start(&br->sides, pos->id, side, pos->id) {
		if (READ_ONCE(side->dead) ||
		    !nsb_net_is(&pos->from, side->cookie, side->inode))
			continue;
		err = dump_from(skb, cb, side);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

static int fill_cable(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct net_device *mine,
		      const struct net_device *dev,
		      const struct net_device *peer)
{
	struct net *me = sock_net(cb->skb->sk), *from, *to;
	struct nsb_dump *pos = nsb_dump(cb);
	struct nsb_sum sum;
	void *hdr;

	from = dev_net(dev);
	to = dev_net(peer);
	if (!nsb_net_is(&pos->from, from->net_cookie, from->ns.inum) ||
	    !nsb_net_is(&pos->to, to->net_cookie, to->ns.inum))
		return 0;
	nsb_end_crossing(dev, &sum);
	if (!wanted(cb, NSBRIDGE_TARGET_NAMESPACE, sum.last))
		return 0;
	if (!net_eq(from, to))
		peernet2id_alloc(me, net_eq(from, me) ? to : from, GFP_ATOMIC);

	hdr = nsb_dump_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nsb_genl_put_cable(skb, me, mine, dev, peer, &sum)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Both directions of every cable that has an end here. A cable that leads to a
 * bridge is part of the bridge's crossings, and one that has both ends here is
 * shown once.
 */
static int dump_cables(struct sk_buff *skb, struct netlink_callback *cb,
		       u32 ifindex)
{
	struct net *net = sock_net(cb->skb->sk);
	struct nsb_dump *pos = nsb_dump(cb);
	unsigned long n = 0;
	struct net_device *dev, *peer;
	struct nsb_end *end;
	int err;

	for_each_netdev_rcu(net, dev) {
		if (n++ < pos->id || !nsb_is_end(dev) ||
		    (ifindex && ifindex != dev->ifindex))
			continue;
		end = netdev_priv(dev);
		peer = rcu_dereference(end->peer);
		if (!peer || nsb_port_of(dev) || nsb_port_of(peer) ||
		    (!ifindex && net_eq(dev_net(peer), net) &&
		     peer->ifindex < dev->ifindex))
			continue;
		if (!pos->to_id) {
			err = fill_cable(skb, cb, dev, dev, peer);
			if (err)
				return err;
			pos->to_id = 1;
		}
		err = fill_cable(skb, cb, dev, peer, dev);
		if (err)
			return err;
		pos->to_id = 0;
		pos->id = n;
	}
	pos->id = n;
	return 0;
}

static bool has_crossings(const struct net_device *dev)
{
	return nsb_is_bridge(dev) || nsb_is_end(dev);
}

/**
 * nsb_genl_crossing_dump() - the dump of crossing-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_crossing_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(cb->skb->sk);
	u32 ifindex;
	int err;

	err = nsb_dump_filter(cb, NSBRIDGE_A_CROSSING_IFINDEX, has_crossings,
			      &ifindex) ?:
	      nsb_dump_names(cb, NSBRIDGE_A_CROSSING_FROM,
			     NSBRIDGE_A_CROSSING_TO);
	if (err)
		return err;
	/* The list of devices, where the cables are, has a number of its own. */
	cb->seq = atomic_read(&nsb_net(net)->gen) +
		  READ_ONCE(net->dev_base_seq) + 1;
	err = nsb_dump_part(skb, cb, ifindex, dump_crossings_of);
	if (err)
		return err;
	rcu_read_lock();
	err = dump_cables(skb, cb, ifindex);
	rcu_read_unlock();
	return err && !skb->len ? err : skb->len;
}
