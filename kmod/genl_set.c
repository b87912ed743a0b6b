// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "fdb.h"
#include "genl.h"
#include "policy.h"
#include "port.h"
#include "side.h"

/* What fdb-add and fdb-del have in common: which port, and which address. */
static int fdb_change(struct genl_info *info,
		      int (*change)(struct nsb_port *port, const u8 *addr,
				    u16 vlan, struct netlink_ext_ack *extack))
{
	struct nlattr **tb = info->attrs;
	struct net_device *dev;
	struct nsb_port *port;
	u16 vlan = 0;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_PORT) ||
	    GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_FDB_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "Name the port and the address");
		return -EINVAL;
	}
	if (tb[NSBRIDGE_A_FDB_VLAN])
		vlan = nla_get_u16(tb[NSBRIDGE_A_FDB_VLAN]);

	rtnl_lock();
	dev = __dev_get_by_index(genl_info_net(info),
				 nla_get_u32(tb[NSBRIDGE_A_FDB_PORT]));
	port = dev ? nsb_port_of(dev) : NULL;
	if (port) {
		err = change(port, nla_data(tb[NSBRIDGE_A_FDB_ADDR]), vlan,
			     info->extack);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NSBRIDGE_A_FDB_PORT],
				    "This is not a port of an nsbridge");
		err = -ENODEV;
	}
	rtnl_unlock();
	return err;
}

/**
 * nsb_genl_fdb_add() - fdb-add of the specification
 * @skb: the request
 * @info: what it asks for
 *
 * Context: process.
 */
int nsb_genl_fdb_add(struct sk_buff *skb, struct genl_info *info)
{
	return fdb_change(info, nsb_fdb_add_static);
}

/**
 * nsb_genl_fdb_del() - fdb-del of the specification
 * @skb: the request
 * @info: what it asks for
 *
 * Context: process.
 */
int nsb_genl_fdb_del(struct sk_buff *skb, struct genl_info *info)
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

/**
 * nsb_genl_crossing_set() - crossing-set of the specification
 * @skb: the request
 * @info: what it asks for
 *
 * Context: process.
 */
int nsb_genl_crossing_set(struct sk_buff *skb, struct genl_info *info)
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
