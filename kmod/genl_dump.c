// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "bridge.h"
#include "compat/compat.h"
#include "crossing.h"
#include "fdb.h"
#include "genl.h"
#include "netns.h"
#include "pair.h"
#include "port.h"
#include "side.h"

/* Where a dump goes on. Numbers of sides and entries do not shift when others
 * come and go, so a dump shows all that was there from its start to its end.
 */
struct position {
	u32 bridge;	/* ifindex of the bridge it is at, 0 for the first */
	bool cables;	/* past the bridges */
	unsigned long id;	/* side, entry, or position in the list of devices */
	unsigned long to;	/* of a crossing: the other half */
};

/* Of the other half of a crossing: these two come before the sides. */
#define TO_NOWHERE	0
#define TO_OTHER	1
#define TO_SIDE		2

static struct position *position(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct position) > sizeof(cb->ctx));
	return (struct position *)cb->ctx;
}

static void *put_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &nsb_genl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int fill_crossing(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nsb_crossing *x)
{
	struct nsb_sum sum;
	void *hdr;

	nsb_count_sum(x->count, &sum);
	if (x->target != NSBRIDGE_TARGET_NAMESPACE && !sum.last)
		return 0;

	hdr = put_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nsb_genl_put_crossing(skb, sock_net(cb->skb->sk), x, &sum)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* All crossings from one side, from @to on. */
static int dump_from(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nsb_side *from, unsigned long *to)
{
	int err = 0;

	for (; *to < TO_SIDE + NSB_SIDES_MAX; (*to)++) {
		const struct nsb_crossing *x = NULL;
		const struct nsb_cross_row *row;

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
		if (x)
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
	struct position *pos = position(cb);
	struct nsb_side *side;
	int err;

	xa_for_each_start(&br->sides, pos->id, side, pos->id) {
		if (READ_ONCE(side->dead))
			continue;
		err = dump_from(skb, cb, side, &pos->to);
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
	struct nsb_sum sum;
	void *hdr;

	nsb_end_crossing(dev, &sum);
	from = dev_net(dev);
	to = dev_net(peer);
	if (!net_eq(from, to))
		peernet2id_alloc(me, net_eq(from, me) ? to : from, GFP_ATOMIC);

	hdr = put_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_CROSSING_LINK, NSBRIDGE_LINK_CABLE) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_IFINDEX, mine->ifindex) ||
	    nsb_genl_put_net(skb, NSBRIDGE_A_CROSSING_FROM, me, from,
			     from->net_cookie, from->ns.inum) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_TARGET,
			NSBRIDGE_TARGET_NAMESPACE) ||
	    nsb_genl_put_net(skb, NSBRIDGE_A_CROSSING_TO, me, to,
			     to->net_cookie, to->ns.inum) ||
	    nsb_genl_put_sum(skb, &sum, 0)) {
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
	struct position *pos = position(cb);
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
		if (!pos->to) {
			err = fill_cable(skb, cb, dev, dev, peer);
			if (err)
				return err;
			pos->to = 1;
		}
		err = fill_cable(skb, cb, dev, peer, dev);
		if (err)
			return err;
		pos->to = 0;
		pos->id = n;
	}
	pos->id = n;
	return 0;
}

/* Calls @dump for the bridges of the requester's namespace, the one with
 * @ifindex or all, from where the dump was interrupted.
 */
static int dump_bridges(struct sk_buff *skb, struct netlink_callback *cb,
			u32 ifindex,
			int (*dump)(struct sk_buff *skb,
				    struct netlink_callback *cb,
				    struct nsb_bridge *br))
{
	struct nsb_net *nn = nsb_net(sock_net(cb->skb->sk));
	struct position *pos = position(cb);
	struct nsb_bridge *br;
	int err;

	list_for_each_entry_rcu(br, &nn->bridges, list) {
		u32 this = br->dev->ifindex;

		if (pos->bridge && pos->bridge != this)
			continue;
		if (ifindex && ifindex != this)
			continue;
		pos->bridge = this;
		err = dump(skb, cb, br);
		if (err)
			return err;
		/* The next one from its beginning. */
		pos->bridge = 0;
	}
	/* A bridge that went away in the middle, together with those behind it
	 * in the list, is not looked for again: the change of nsb_net.gen tells
	 * the client to ask once more.
	 */
	return 0;
}

static void dump_begin(struct netlink_callback *cb)
{
	cb->seq = atomic_read(&nsb_net(sock_net(cb->skb->sk))->gen) + 1;
}

static int dump_end(const struct sk_buff *skb, int err)
{
	return err && !skb->len ? err : skb->len;
}

/* The device that a dump is about, as far as the request names one: asking for
 * what there cannot be is a mistake, and not to be answered with nothing.
 */
static int filter(struct netlink_callback *cb, int attr,
		  bool (*fits)(const struct net_device *dev), u32 *ifindex)
{
	const struct nlattr *a = nsb_dump_attrs(cb)[attr];
	struct net_device *dev;
	bool ok;

	*ifindex = 0;
	if (!a)
		return 0;
	*ifindex = nla_get_u32(a);

	rcu_read_lock();
	dev = dev_get_by_index_rcu(sock_net(cb->skb->sk), *ifindex);
	ok = dev && fits(dev);
	rcu_read_unlock();
	if (ok)
		return 0;
	NL_SET_ERR_MSG_ATTR(cb->extack, a,
			    "No such nsbridge, port or cable in this namespace");
	return -ENODEV;
}

static bool has_crossings(const struct net_device *dev)
{
	return nsb_is_bridge(dev) || nsb_is_end(dev);
}

static bool is_where_entries_lead(const struct net_device *dev)
{
	return nsb_is_bridge(dev) || nsb_port_of(dev);
}

/**
 * nsb_genl_crossing_dump() - crossing-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_crossing_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct position *pos = position(cb);
	u32 ifindex;
	int err;

	err = filter(cb, NSBRIDGE_A_CROSSING_IFINDEX, has_crossings, &ifindex);
	if (err)
		return err;
	dump_begin(cb);
	rcu_read_lock();
	if (!pos->cables)
		err = dump_bridges(skb, cb, ifindex, dump_crossings_of);
	if (!err) {
		pos->cables = true;
		err = dump_cables(skb, cb, ifindex);
	}
	rcu_read_unlock();
	return dump_end(skb, err);
}

static int fill_namespace(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct nsb_bridge *br,
			  const struct nsb_side *side)
{
	struct net *me = sock_net(cb->skb->sk);
	void *hdr;

	hdr = put_header(skb, cb, NSBRIDGE_CMD_NAMESPACE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_IFINDEX, br->dev->ifindex) ||
	    nsb_genl_put_side(skb, NSBRIDGE_A_NAMESPACE_NS, me, side) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_PORTS,
			READ_ONCE(side->ports)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_QUOTA,
			READ_ONCE(side->quota)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_USED,
			READ_ONCE(side->used)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_ENTRIES,
			READ_ONCE(side->entries)) ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NAMESPACE_REFUSED,
			      READ_ONCE(side->refused),
			      NSBRIDGE_A_NAMESPACE_PAD) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_RULE_FROM,
			READ_ONCE(side->rule_from)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_RULE_TO,
			READ_ONCE(side->rule_to))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int dump_sides_of(struct sk_buff *skb, struct netlink_callback *cb,
			 struct nsb_bridge *br)
{
	struct position *pos = position(cb);
	struct nsb_side *side;
	int err;

	xa_for_each_start(&br->sides, pos->id, side, pos->id) {
		if (READ_ONCE(side->dead))
			continue;
		err = fill_namespace(skb, cb, br, side);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

/**
 * nsb_genl_namespace_dump() - namespace-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_namespace_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct position *pos = position(cb);
	u32 ifindex;
	int err;

	err = filter(cb, NSBRIDGE_A_NAMESPACE_IFINDEX, nsb_is_bridge, &ifindex);
	if (err)
		return err;
	dump_begin(cb);
	rcu_read_lock();
	if (!pos->cables)
		err = dump_bridges(skb, cb, ifindex, dump_sides_of);
	rcu_read_unlock();
	pos->cables = !err;
	return dump_end(skb, err);
}

static int fill_fdb(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct nsb_bridge *br, const struct nsb_fdb_entry *e,
		    const struct nsb_port *port)
{
	struct net *me = sock_net(cb->skb->sk);
	u32 ifindex = port ? port->dev->ifindex : br->dev->ifindex;
	u64 age = jiffies_to_msecs(jiffies - READ_ONCE(e->used));
	void *hdr;

	hdr = put_header(skb, cb, NSBRIDGE_CMD_FDB_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_FDB_IFINDEX, br->dev->ifindex) ||
	    nla_put_u32(skb, NSBRIDGE_A_FDB_PORT, ifindex) ||
	    nla_put(skb, NSBRIDGE_A_FDB_ADDR, ETH_ALEN, e->key.addr) ||
	    nla_put_u16(skb, NSBRIDGE_A_FDB_VLAN, e->key.vlan) ||
	    nsb_genl_put_side(skb, NSBRIDGE_A_FDB_NS, me, e->side) ||
	    nla_put_u32(skb, NSBRIDGE_A_FDB_ORIGIN, e->origin) ||
	    (port && port->uplink &&
	     nla_put_flag(skb, NSBRIDGE_A_FDB_UPLINK)) ||
	    (e->origin == NSBRIDGE_ORIGIN_LEARNED &&
	     nla_put_u64_64bit(skb, NSBRIDGE_A_FDB_AGE, age,
			       NSBRIDGE_A_FDB_PAD))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int dump_fdb_of(struct sk_buff *skb, struct netlink_callback *cb,
		       struct nsb_bridge *br)
{
	const struct nlattr *only = nsb_dump_attrs(cb)[NSBRIDGE_A_FDB_PORT];
	struct position *pos = position(cb);
	struct nsb_fdb_entry *e;
	int err;

	xa_for_each_start(&br->ids, pos->id, e, pos->id) {
		const struct nsb_port *port = READ_ONCE(e->port);

		if (only && nla_get_u32(only) != (port ? port->dev->ifindex :
							 br->dev->ifindex))
			continue;
		err = fill_fdb(skb, cb, br, e, port);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

/**
 * nsb_genl_fdb_dump() - fdb-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct position *pos = position(cb);
	u32 ifindex, port;
	int err;

	err = filter(cb, NSBRIDGE_A_FDB_IFINDEX, nsb_is_bridge, &ifindex) ?:
	      filter(cb, NSBRIDGE_A_FDB_PORT, is_where_entries_lead, &port);
	if (err)
		return err;
	dump_begin(cb);
	rcu_read_lock();
	if (!pos->cables)
		err = dump_bridges(skb, cb, ifindex, dump_fdb_of);
	rcu_read_unlock();
	pos->cables = !err;
	return dump_end(skb, err);
}
