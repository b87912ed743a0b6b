// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "crossing.h"
#include "fdb.h"
#include "genl.h"
#include "pair.h"
#include "port.h"
#include "side.h"
#include <uapi/linux/nsbridge.h>

/* What is asked for is one object, and the answer has room for it. */
static int answer(struct genl_info *info, u8 cmd,
		  int (*fill)(struct sk_buff *skb, struct genl_info *info))
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &nsb_genl_family, 0, cmd);
	err = hdr ? fill(skb, info) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

struct pair_named {
	struct nsb_net_name from;
	struct nsb_net_name to;
	u32 target;
	const struct nlattr *since;
};

static int parse_pair(struct genl_info *info, struct pair_named *named)
{
	struct net *me = genl_info_net(info);
	struct nlattr **tb = info->attrs;

	named->target = NSBRIDGE_TARGET_NAMESPACE;
	if (tb[NSBRIDGE_A_CROSSING_TARGET])
		named->target = nla_get_u32(tb[NSBRIDGE_A_CROSSING_TARGET]);
	named->since = tb[NSBRIDGE_A_CROSSING_SINCE];
	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_FROM) ||
	    (named->target == NSBRIDGE_TARGET_NAMESPACE &&
	     GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_TO))) {
		NL_SET_ERR_MSG(info->extack,
			       "Name both namespaces, or one and the target");
		return -EINVAL;
	}
	return nsb_genl_name(me, tb[NSBRIDGE_A_CROSSING_FROM], info->extack,
			     &named->from) ?:
	       nsb_genl_name(me, tb[NSBRIDGE_A_CROSSING_TO], info->extack,
			     &named->to);
}

static bool seen_since(const struct nsb_sum *sum, const struct nlattr *since)
{
	return !since || (sum->last && nsb_jiffies_to_real(sum->last) >=
				       nla_get_u64(since));
}

static int fill_bridge(struct sk_buff *skb, struct net *me,
		       struct nsb_bridge *br, const struct pair_named *named)
{
	const struct nsb_crossing *x = NULL;
	struct nsb_side *from, *to;
	struct nsb_sum sum;

	from = nsb_genl_side(br, &named->from);
	if (!from)
		return -ENOENT;
	switch (named->target) {
	case NSBRIDGE_TARGET_NOWHERE:
		x = from->nowhere;
		break;
	case NSBRIDGE_TARGET_OTHER:
		x = from->other;
		break;
	default:
		to = nsb_genl_side(br, &named->to);
		if (to)
			x = nsb_crossing_find(from, to);
	}
	if (!x)
		return -ENOENT;
	nsb_count_sum(x->count, &sum);
	if (!seen_since(&sum, named->since))
		return -ENOENT;
	return nsb_genl_put_crossing(skb, me, x, &sum);
}

/* Which of the two directions is told by the namespaces, and by the end that
 * sends where both are in one.
 */
static int fill_cable(struct sk_buff *skb, struct net *me,
		      const struct net_device *dev,
		      const struct pair_named *named)
{
	const struct nsb_end *end = netdev_priv(dev);
	const struct net_device *peer = rcu_dereference(end->peer);
	const struct net_device *ends[] = { dev, peer };
	struct nsb_sum sum;
	int i;

	if (!peer || nsb_port_of(dev) || nsb_port_of(peer) ||
	    named->target != NSBRIDGE_TARGET_NAMESPACE)
		return -ENOENT;
	for (i = 0; i < 2; i++) {
		struct net *from = dev_net(ends[i]), *to = dev_net(ends[!i]);

		if (!nsb_net_is(&named->from, from->net_cookie,
				from->ns.inum) ||
		    !nsb_net_is(&named->to, to->net_cookie, to->ns.inum))
			continue;
		nsb_end_crossing(ends[i], &sum);
		if (!seen_since(&sum, named->since))
			return -ENOENT;
		return nsb_genl_put_cable(skb, me, dev, ends[i], ends[!i],
					  &sum);
	}
	return -ENOENT;
}

static int fill_crossing(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[NSBRIDGE_A_CROSSING_IFINDEX];
	struct net *me = genl_info_net(info);
	struct pair_named named;
	struct net_device *dev;
	int err;

	err = parse_pair(info, &named);
	if (err)
		return err;
	rcu_read_lock();
	dev = dev_get_by_index_rcu(me, nla_get_u32(attr));
	if (dev && nsb_is_bridge(dev))
		err = fill_bridge(skb, me, netdev_priv(dev), &named);
	else if (dev && nsb_is_end(dev))
		err = fill_cable(skb, me, dev, &named);
	else
		err = -ENODEV;
	rcu_read_unlock();
	if (err == -ENODEV)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "No such nsbridge or cable in this namespace");
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[NSBRIDGE_A_CROSSING_FROM],
				    "Nothing crossed there, and no rule was set");
	return err;
}

/**
 * nsb_genl_crossing_get() - crossing-get of the specification, for one
 * @skb: the request
 * @info: what it asks for
 *
 * Context: process, without RTNL.
 */
int nsb_genl_crossing_get(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_IFINDEX)) {
		NL_SET_ERR_MSG(info->extack, "Name the bridge or the cable");
		return -EINVAL;
	}
	return answer(info, NSBRIDGE_CMD_CROSSING_GET, fill_crossing);
}

/* The entry of the namespace; where none is named, the one that has been there
 * longest.
 */
static const struct nsb_fdb_entry *entry(struct nsb_bridge *br,
					 const struct nsb_net_name *name,
					 const u8 *addr, u16 vlan)
{
	const union nsb_fdb_key key = nsb_fdb_key(addr, vlan);
	const struct nsb_fdb_entry *e, *first = NULL;
	struct rhlist_head *list, *pos;

	list = rhltable_lookup(&br->fdb, &key, nsb_fdb_params);
	rhl_for_each_entry_rcu(e, pos, list, node)
		if (nsb_net_is(name, e->side->cookie, e->side->inode) &&
		    (!first || e->seq < first->seq))
			first = e;
	return first;
}

static int fill_fdb(struct sk_buff *skb, struct genl_info *info)
{
	struct net *me = genl_info_net(info);
	const struct nsb_fdb_entry *e = NULL;
	struct nlattr **tb = info->attrs;
	struct nsb_net_name name;
	struct net_device *dev;
	u16 vlan = 0;
	int err;

	err = nsb_genl_name(me, tb[NSBRIDGE_A_FDB_NS], info->extack, &name);
	if (err)
		return err;
	if (tb[NSBRIDGE_A_FDB_VLAN])
		vlan = nla_get_u16(tb[NSBRIDGE_A_FDB_VLAN]);
	rcu_read_lock();
	dev = dev_get_by_index_rcu(me, nla_get_u32(tb[NSBRIDGE_A_FDB_IFINDEX]));
	if (!dev || !nsb_is_bridge(dev)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NSBRIDGE_A_FDB_IFINDEX],
				    "This is not an nsbridge");
		err = -ENODEV;
		goto out;
	}
	e = entry(netdev_priv(dev), &name, nla_data(tb[NSBRIDGE_A_FDB_ADDR]),
		  vlan);
	if (e && tb[NSBRIDGE_A_FDB_PORT]) {
		const struct nsb_port *port = READ_ONCE(e->port);

		if (nla_get_u32(tb[NSBRIDGE_A_FDB_PORT]) !=
		    (port ? port->dev : dev)->ifindex)
			e = NULL;
	}
	if (e) {
		err = nsb_genl_put_fdb(skb, me, netdev_priv(dev), e);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NSBRIDGE_A_FDB_ADDR],
				    "There is no such entry");
		err = -ENOENT;
	}
out:
	rcu_read_unlock();
	return err;
}

/**
 * nsb_genl_fdb_get() - fdb-get of the specification, for one entry
 * @skb: the request
 * @info: what it asks for
 *
 * Context: process, without RTNL.
 */
int nsb_genl_fdb_get(struct sk_buff *skb, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_IFINDEX) ||
	    GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "Name the bridge and the address");
		return -EINVAL;
	}
	return answer(info, NSBRIDGE_CMD_FDB_GET, fill_fdb);
}
