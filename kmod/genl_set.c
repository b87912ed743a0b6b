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

static int fdb_add(struct nsb_port *port, const u8 *addr, u16 vlan,
		   struct genl_info *info)
{
	const struct nlattr *origin = info->attrs[NSBRIDGE_A_FDB_ORIGIN];
	unsigned int flags = 0;

	if (info->attrs[NSBRIDGE_A_FDB_STICKY])
		flags |= NSB_FDB_STICKY;
	if (origin && nla_get_u32(origin) == NSBRIDGE_ORIGIN_LEARNED)
		flags |= NSB_FDB_DYNAMIC;
	if (origin && nla_get_u32(origin) == NSBRIDGE_ORIGIN_OWNER) {
		NL_SET_ERR_MSG_ATTR(info->extack, origin,
				    "Only the far end itself makes an owner entry, say static or learned");
		return -EINVAL;
	}
	return nsb_fdb_add(port, addr, vlan, flags, info->extack);
}

static int fdb_del(struct nsb_port *port, const u8 *addr, u16 vlan,
		   struct genl_info *info)
{
	return nsb_fdb_del(port, addr, vlan, info->extack);
}

/* Which attribute it was, where what refused it knows nothing of attributes. */
static void blame(struct genl_info *info, const struct nlattr *attr)
{
	if (info->extack && !info->extack->bad_attr)
		NL_SET_BAD_ATTR(info->extack, attr);
}

/* What fdb-add and fdb-del have in common: which port, and which address. */
static int fdb_change(struct genl_info *info,
		      int (*change)(struct nsb_port *port, const u8 *addr,
				    u16 vlan, struct genl_info *info))
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
			     info);
		if (err)
			blame(info, vlan && !port->br->vlan_filtering ?
				    tb[NSBRIDGE_A_FDB_VLAN] :
				    tb[NSBRIDGE_A_FDB_ADDR]);
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
	return fdb_change(info, fdb_add);
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
	return fdb_change(info, fdb_del);
}

/* The bridge that a request names; NULL if that is none. */
static struct nsb_bridge *bridge_named(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[NSBRIDGE_A_CROSSING_IFINDEX];
	struct net_device *dev;

	dev = __dev_get_by_index(genl_info_net(info), nla_get_u32(attr));
	if (dev && nsb_is_bridge(dev))
		return netdev_priv(dev);
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "This is not an nsbridge");
	return NULL;
}

/* The other end of the crossing. Where sides are many, one without a port is made
 * to go for a new one, which must not be @from.
 */
static struct nsb_side *crossing_to(struct nsb_bridge *br,
				    struct nsb_side *from,
				    struct genl_info *info)
{
	struct nsb_side *to;

	if (from)
		from->kept = true;
	to = nsb_genl_side_new(br, info, info->attrs[NSBRIDGE_A_CROSSING_TO]);
	if (from)
		from->kept = false;
	return to;
}

static int crossing_set_on(struct nsb_bridge *br, struct genl_info *info)
{
	struct nsb_side *from = NULL, *to = NULL;
	struct nlattr **tb = info->attrs;

	if (tb[NSBRIDGE_A_CROSSING_FROM]) {
		from = nsb_genl_side_new(br, info, tb[NSBRIDGE_A_CROSSING_FROM]);
		if (IS_ERR(from))
			return PTR_ERR(from);
	}
	if (tb[NSBRIDGE_A_CROSSING_TO]) {
		to = crossing_to(br, from, info);
		if (IS_ERR(to))
			return PTR_ERR(to);
	}
	return nsb_policy_set(br, from, to,
			      nla_get_u32(tb[NSBRIDGE_A_CROSSING_RULE]),
			      info->extack);
}

static int crossing_set_locked(struct genl_info *info)
{
	struct nsb_bridge *br = bridge_named(info);
	unsigned int n_sides;
	int err;

	if (!br)
		return -ENODEV;
	n_sides = br->n_sides;
	err = crossing_set_on(br, info);
	if (err) {
		blame(info, info->attrs[NSBRIDGE_A_CROSSING_RULE]);
		nsb_sides_undo(br, n_sides);
	}
	return err;
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

static int rule_del_locked(struct genl_info *info, struct nsb_net_name *from,
			   struct nsb_net_name *to)
{
	struct nsb_side *a = NULL, *b = NULL;
	struct nsb_bridge *br;

	br = bridge_named(info);
	if (!br)
		return -ENODEV;
	if (!nsb_net_any(from))
		a = nsb_genl_side(br, from);
	if (!nsb_net_any(to))
		b = nsb_genl_side(br, to);
	if ((!a && !nsb_net_any(from)) || (!b && !nsb_net_any(to)) ||
	    nsb_policy_rule(a, b) == NSBRIDGE_VERDICT_UNSET) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[NSBRIDGE_A_CROSSING_FROM] ?:
				    info->attrs[NSBRIDGE_A_CROSSING_TO] ?:
				    info->attrs[NSBRIDGE_A_CROSSING_IFINDEX],
				    "There is no such rule");
		return -ENOENT;
	}
	return nsb_policy_set(br, a, b, NSBRIDGE_VERDICT_UNSET, info->extack);
}

/**
 * nsb_genl_rule_del() - rule-del of the specification
 * @skb: the request
 * @info: what it asks for
 *
 * Other than crossing-set with "unset" it tells whether there was a rule, and
 * makes nothing of a namespace that the bridge does not know.
 *
 * Context: process.
 */
int nsb_genl_rule_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	struct nsb_net_name from, to;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NSBRIDGE_A_CROSSING_IFINDEX)) {
		NL_SET_ERR_MSG(info->extack, "Name the bridge");
		return -EINVAL;
	}
	err = nsb_genl_name(genl_info_net(info), tb[NSBRIDGE_A_CROSSING_FROM],
			    info->extack, &from) ?:
	      nsb_genl_name(genl_info_net(info), tb[NSBRIDGE_A_CROSSING_TO],
			    info->extack, &to);
	if (err)
		return err;
	rtnl_lock();
	err = rule_del_locked(info, &from, &to);
	rtnl_unlock();
	return err;
}
