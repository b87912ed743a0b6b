// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
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
#include "policy.h"
#include "port.h"
#include "side.h"
#include <uapi/linux/nsbridge.h>

static struct genl_family family;

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
			  &family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int put_ns(struct sk_buff *skb, int attr, struct net *me,
		   struct net *net, u64 cookie, u32 inode)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int id;

	if (!nest ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NS_INODE, inode,
			      NSBRIDGE_A_NS_PAD) ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NS_COOKIE, cookie,
			      NSBRIDGE_A_NS_PAD))
		return -EMSGSIZE;
	if (net_eq(net, me)) {
		if (nla_put_flag(skb, NSBRIDGE_A_NS_SELF))
			return -EMSGSIZE;
	} else {
		id = peernet2id_alloc(me, net, GFP_ATOMIC);
		if (id >= 0 && nla_put_s32(skb, NSBRIDGE_A_NS_NSID, id))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_side(struct sk_buff *skb, int attr, struct net *me,
		    const struct nsb_side *side)
{
	return put_ns(skb, attr, me, side->net, side->cookie, side->inode);
}

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, NSBRIDGE_A_CROSSING_PAD);
}

static int put_drops(struct sk_buff *skb, const struct nsb_sum *sum)
{
	struct nlattr *nest;
	u64 total = 0;
	int i;

	for (i = 0; i < NSB_REASONS; i++) {
		if (!sum->drops[i])
			continue;
		total += sum->drops[i];
		nest = nla_nest_start(skb, NSBRIDGE_A_CROSSING_DROP);
		if (!nest ||
		    nla_put_u32(skb, NSBRIDGE_A_DROP_REASON, i) ||
		    nla_put_u64_64bit(skb, NSBRIDGE_A_DROP_FRAMES,
				      sum->drops[i], NSBRIDGE_A_DROP_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return put_u64(skb, NSBRIDGE_A_CROSSING_DROPS, total) ||
	       put_u64(skb, NSBRIDGE_A_CROSSING_DROP_COPIES, sum->drop_copies) ?
	       -EMSGSIZE : 0;
}

static int put_sum(struct sk_buff *skb, const struct nsb_sum *sum, u64 first)
{
	if (put_u64(skb, NSBRIDGE_A_CROSSING_FRAMES, sum->frames) ||
	    put_u64(skb, NSBRIDGE_A_CROSSING_SEGS, sum->segs) ||
	    put_u64(skb, NSBRIDGE_A_CROSSING_BYTES, sum->bytes) ||
	    put_u64(skb, NSBRIDGE_A_CROSSING_COPIES, sum->copies) ||
	    put_drops(skb, sum))
		return -EMSGSIZE;
	if (first && put_u64(skb, NSBRIDGE_A_CROSSING_FIRST_SEEN, first))
		return -EMSGSIZE;
	if (sum->last && put_u64(skb, NSBRIDGE_A_CROSSING_LAST_SEEN,
				 nsb_jiffies_to_real(sum->last)))
		return -EMSGSIZE;
	return 0;
}

static int put_verdict(struct sk_buff *skb, const struct nsb_crossing *x)
{
	return nla_put_u32(skb, NSBRIDGE_A_CROSSING_VERDICT,
			   READ_ONCE(x->deny) ? NSBRIDGE_VERDICT_DENY :
						NSBRIDGE_VERDICT_ALLOW) ||
	       nla_put_u32(skb, NSBRIDGE_A_CROSSING_RULE, READ_ONCE(x->rule)) ?
	       -EMSGSIZE : 0;
}

static int fill_crossing(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct nsb_bridge *br,
			 const struct nsb_crossing *x)
{
	struct net *me = sock_net(cb->skb->sk);
	struct nsb_sum sum;
	void *hdr;

	nsb_count_sum(x->count, &sum);
	if (x->target != NSBRIDGE_TARGET_NAMESPACE && !sum.last)
		return 0;

	hdr = put_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_CROSSING_LINK, NSBRIDGE_LINK_BRIDGE) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_IFINDEX, br->dev->ifindex) ||
	    put_side(skb, NSBRIDGE_A_CROSSING_FROM, me, x->from) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_TARGET, x->target) ||
	    (x->to && put_side(skb, NSBRIDGE_A_CROSSING_TO, me, x->to)) ||
	    (x->target == NSBRIDGE_TARGET_NOWHERE &&
	     put_u64(skb, NSBRIDGE_A_CROSSING_FLOODED, sum.flooded)) ||
	    (x->to && put_verdict(skb, x)) ||
	    put_sum(skb, &sum, READ_ONCE(x->first))) {
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
	const struct nsb_bridge *br = from->br;
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
			err = fill_crossing(skb, cb, br, x);
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

	hdr = put_header(skb, cb, NSBRIDGE_CMD_CROSSING_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_CROSSING_LINK, NSBRIDGE_LINK_CABLE) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_IFINDEX, mine->ifindex) ||
	    put_ns(skb, NSBRIDGE_A_CROSSING_FROM, me, from, from->net_cookie,
		    from->ns.inum) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_TARGET,
			NSBRIDGE_TARGET_NAMESPACE) ||
	    put_ns(skb, NSBRIDGE_A_CROSSING_TO, me, to, to->net_cookie,
		    to->ns.inum) ||
	    put_sum(skb, &sum, 0)) {
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
	rcu_read_lock();
}

static int dump_end(struct sk_buff *skb, int err)
{
	rcu_read_unlock();
	return err && !skb->len ? err : skb->len;
}

static u32 attr_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static int crossing_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **tb = nsb_dump_attrs(cb);
	u32 ifindex = attr_u32(tb[NSBRIDGE_A_CROSSING_IFINDEX]);
	struct position *pos = position(cb);
	int err = 0;

	dump_begin(cb);
	if (!pos->cables)
		err = dump_bridges(skb, cb, ifindex, dump_crossings_of);
	if (!err) {
		pos->cables = true;
		err = dump_cables(skb, cb, ifindex);
	}
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
	    put_side(skb, NSBRIDGE_A_NAMESPACE_NS, me, side) ||
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

static int namespace_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **tb = nsb_dump_attrs(cb);
	struct position *pos = position(cb);
	int err = 0;

	dump_begin(cb);
	if (!pos->cables)
		err = dump_bridges(skb, cb,
				   attr_u32(tb[NSBRIDGE_A_NAMESPACE_IFINDEX]),
				   dump_sides_of);
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
	    put_side(skb, NSBRIDGE_A_FDB_NS, me, e->side) ||
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
	u32 filter = attr_u32(nsb_dump_attrs(cb)[NSBRIDGE_A_FDB_PORT]);
	struct position *pos = position(cb);
	struct nsb_fdb_entry *e;
	int err;

	xa_for_each_start(&br->ids, pos->id, e, pos->id) {
		const struct nsb_port *port = READ_ONCE(e->port);

		if (filter && filter != (port ? port->dev->ifindex :
						br->dev->ifindex))
			continue;
		err = fill_fdb(skb, cb, br, e, port);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

static int fdb_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **tb = nsb_dump_attrs(cb);
	struct position *pos = position(cb);
	int err = 0;

	dump_begin(cb);
	if (!pos->cables)
		err = dump_bridges(skb, cb,
				   attr_u32(tb[NSBRIDGE_A_FDB_IFINDEX]),
				   dump_fdb_of);
	pos->cables = !err;
	return dump_end(skb, err);
}

/* What fdb-add and fdb-del have in common: which port, and which address. */
static int fdb_change(struct genl_info *info,
		      int (*change)(struct nsb_port *port, const u8 *addr,
				    u16 vlan, struct netlink_ext_ack *extack))
{
	struct nlattr **tb = info->attrs;
	struct net_device *dev;
	struct nsb_port *port;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_PORT) ||
	    GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "Name the port and the address");
		return -EINVAL;
	}
	if (tb[NSBRIDGE_A_FDB_VLAN] && nla_get_u16(tb[NSBRIDGE_A_FDB_VLAN])) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NSBRIDGE_A_FDB_VLAN],
				    "The bridge does not filter VLANs, leave the VLAN out");
		return -EINVAL;
	}

	rtnl_lock();
	dev = __dev_get_by_index(genl_info_net(info),
				 nla_get_u32(tb[NSBRIDGE_A_FDB_PORT]));
	port = dev ? nsb_port_of(dev) : NULL;
	if (port) {
		err = change(port, nla_data(tb[NSBRIDGE_A_FDB_ADDR]), 0,
			     info->extack);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NSBRIDGE_A_FDB_PORT],
				    "This is not a port of an nsbridge");
		err = -ENODEV;
	}
	rtnl_unlock();
	return err;
}

static int fdb_add(struct sk_buff *skb, struct genl_info *info)
{
	return fdb_change(info, nsb_fdb_add_static);
}

static int fdb_del(struct sk_buff *skb, struct genl_info *info)
{
	return fdb_change(info, nsb_fdb_del);
}

/* The namespace that a request names, as a side of a bridge. One that has no
 * port yet can be named by what the requester holds of it.
 */
static struct nsb_side *side_named(struct nsb_bridge *br, struct genl_info *info,
				   const struct nlattr *nest)
{
	struct nlattr *tb[NSBRIDGE_A_NS_MAX + 1];
	struct nsb_side *side;
	struct net *net = NULL;
	unsigned long idx;
	int err;

	/* Validated together with the rest of the message. */
	err = nla_parse_nested(tb, NSBRIDGE_A_NS_MAX, nest, NULL, info->extack);
	if (err)
		return ERR_PTR(err);

	if (tb[NSBRIDGE_A_NS_COOKIE] || tb[NSBRIDGE_A_NS_INODE]) {
		xa_for_each(&br->sides, idx, side) {
			if (side->dead ||
			    (tb[NSBRIDGE_A_NS_COOKIE] &&
			     nla_get_u64(tb[NSBRIDGE_A_NS_COOKIE]) != side->cookie) ||
			    (tb[NSBRIDGE_A_NS_INODE] &&
			     nla_get_u64(tb[NSBRIDGE_A_NS_INODE]) != side->inode))
				continue;
			return side;
		}
	} else if (tb[NSBRIDGE_A_NS_SELF]) {
		net = get_net(genl_info_net(info));
	} else if (tb[NSBRIDGE_A_NS_FD]) {
		net = get_net_ns_by_fd(nla_get_u32(tb[NSBRIDGE_A_NS_FD]));
	} else if (tb[NSBRIDGE_A_NS_PID]) {
		net = get_net_ns_by_pid(nla_get_u32(tb[NSBRIDGE_A_NS_PID]));
	} else if (tb[NSBRIDGE_A_NS_NSID]) {
		net = get_net_ns_by_id(genl_info_net(info),
				       nla_get_s32(tb[NSBRIDGE_A_NS_NSID]));
	}
	if (IS_ERR_OR_NULL(net)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest,
				    "No such namespace; one without a port on this bridge can be named by fd, pid or nsid");
		return ERR_PTR(-ENOENT);
	}
	side = nsb_side_get(br, net, info->extack);
	put_net(net);
	return side;
}

static int crossing_set_locked(struct genl_info *info)
{
	struct nsb_side *from = NULL, *to = NULL;
	struct nlattr **tb = info->attrs;
	struct net_device *dev;
	struct nsb_bridge *br;

	dev = __dev_get_by_index(genl_info_net(info),
				 nla_get_u32(tb[NSBRIDGE_A_CROSSING_IFINDEX]));
	if (!dev || !nsb_is_bridge(dev)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    tb[NSBRIDGE_A_CROSSING_IFINDEX],
				    "This is not an nsbridge");
		return -ENODEV;
	}
	br = netdev_priv(dev);

	if (tb[NSBRIDGE_A_CROSSING_FROM]) {
		from = side_named(br, info, tb[NSBRIDGE_A_CROSSING_FROM]);
		if (IS_ERR(from))
			return PTR_ERR(from);
	}
	if (tb[NSBRIDGE_A_CROSSING_TO]) {
		to = side_named(br, info, tb[NSBRIDGE_A_CROSSING_TO]);
		if (IS_ERR(to))
			return PTR_ERR(to);
	}
	return nsb_policy_set(br, from, to,
			      nla_get_u32(tb[NSBRIDGE_A_CROSSING_RULE]),
			      info->extack);
}

static int crossing_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_RULE)) {
		NL_SET_ERR_MSG(info->extack, "Name the bridge and the rule");
		return -EINVAL;
	}
	rtnl_lock();
	err = crossing_set_locked(info);
	rtnl_unlock();
	return err;
}

static const struct nla_policy ns_policy[] = {
	[NSBRIDGE_A_NS_NSID] = { .type = NLA_S32, },
	[NSBRIDGE_A_NS_INODE] = { .type = NLA_U64, },
	[NSBRIDGE_A_NS_COOKIE] = { .type = NLA_U64, },
	[NSBRIDGE_A_NS_SELF] = { .type = NLA_FLAG, },
	[NSBRIDGE_A_NS_FD] = { .type = NLA_U32, },
	[NSBRIDGE_A_NS_PID] = { .type = NLA_U32, },
};

static const struct nla_policy crossing_set_policy[] = {
	[NSBRIDGE_A_CROSSING_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_CROSSING_FROM] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_TO] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_RULE] = NLA_POLICY_MAX(NLA_U32, 2),
};

static const struct nla_policy crossing_get_policy[] = {
	[NSBRIDGE_A_CROSSING_IFINDEX] = { .type = NLA_U32, },
};

static const struct nla_policy namespace_get_policy[] = {
	[NSBRIDGE_A_NAMESPACE_IFINDEX] = { .type = NLA_U32, },
};

static const struct nla_policy fdb_get_policy[] = {
	[NSBRIDGE_A_FDB_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_PORT] = { .type = NLA_U32, },
};

static const struct nla_policy fdb_change_policy[] = {
	[NSBRIDGE_A_FDB_PORT] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_ADDR] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[NSBRIDGE_A_FDB_VLAN] = NLA_POLICY_MAX(NLA_U16, 4094),
};

/* GENL_UNS_ADMIN_PERM: whoever may configure the namespace may look into it,
 * and that is the one the bridges of a request live in.
 */
static const struct genl_ops ops[] = {
	{
		.cmd		= NSBRIDGE_CMD_CROSSING_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= crossing_get_policy,
		.maxattr	= ARRAY_SIZE(crossing_get_policy) - 1,
		.dumpit		= crossing_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_NAMESPACE_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= namespace_get_policy,
		.maxattr	= ARRAY_SIZE(namespace_get_policy) - 1,
		.dumpit		= namespace_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_get_policy,
		.maxattr	= ARRAY_SIZE(fdb_get_policy) - 1,
		.dumpit		= fdb_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_ADD,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_change_policy,
		.maxattr	= ARRAY_SIZE(fdb_change_policy) - 1,
		.doit		= fdb_add,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_change_policy,
		.maxattr	= ARRAY_SIZE(fdb_change_policy) - 1,
		.doit		= fdb_del,
	},
	{
		.cmd		= NSBRIDGE_CMD_CROSSING_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= crossing_set_policy,
		.maxattr	= ARRAY_SIZE(crossing_set_policy) - 1,
		.doit		= crossing_set,
	},
};

static const struct genl_multicast_group groups[] = {
	{ .name = NSBRIDGE_MCGRP_EVENTS, },
};

static struct genl_family family __ro_after_init = {
	.name		= NSBRIDGE_FAMILY_NAME,
	.version	= NSBRIDGE_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

int __init nsb_genl_init(void)
{
	return genl_register_family(&family);
}

void nsb_genl_exit(void)
{
	genl_unregister_family(&family);
}

MODULE_ALIAS_GENL_FAMILY(NSBRIDGE_FAMILY_NAME);
