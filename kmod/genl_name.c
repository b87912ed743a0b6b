// SPDX-License-Identifier: GPL-2.0
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "genl.h"
#include "side.h"
#include <uapi/linux/nsbridge.h>

static int parse(struct nlattr *tb[], const struct nlattr *nest,
		 struct netlink_ext_ack *extack)
{
	/* Validated together with the rest of the message. */
	return nla_parse_nested(tb, NSBRIDGE_A_NS_MAX, nest, NULL, extack);
}

/* What the requester holds of it, or an ERR_PTR; NULL if nothing was given. */
static struct net *net_held(struct net *me, struct nlattr *tb[])
{
	if (tb[NSBRIDGE_A_NS_SELF])
		return get_net(me);
	if (tb[NSBRIDGE_A_NS_FD])
		return get_net_ns_by_fd(nla_get_u32(tb[NSBRIDGE_A_NS_FD]));
	if (tb[NSBRIDGE_A_NS_PID])
		return get_net_ns_by_pid(nla_get_u32(tb[NSBRIDGE_A_NS_PID]));
	if (tb[NSBRIDGE_A_NS_NSID])
		return get_net_ns_by_id(me,
					nla_get_s32(tb[NSBRIDGE_A_NS_NSID]));
	return NULL;
}

static bool by_number(struct nlattr *tb[], struct nsb_net_name *name)
{
	u64 inode = 0;

	memset(name, 0, sizeof(*name));
	if (tb[NSBRIDGE_A_NS_COOKIE])
		name->cookie = nla_get_u64(tb[NSBRIDGE_A_NS_COOKIE]);
	if (tb[NSBRIDGE_A_NS_INODE])
		inode = nla_get_u64(tb[NSBRIDGE_A_NS_INODE]);
	/* A number that is too big for an inode is that of none. */
	name->inode = inode > U32_MAX ? U32_MAX : inode;
	return name->cookie || name->inode;
}

/**
 * nsb_genl_name() - which namespace a request is about
 * @me: the namespace of the requester
 * @nest: the attribute, or NULL for none in particular
 * @extack: for the reason of a failure
 * @name: the result
 *
 * Context: process, the requester's.
 * Return: 0, or -ENOENT where there is no such namespace.
 */
int nsb_genl_name(struct net *me, const struct nlattr *nest,
		  struct netlink_ext_ack *extack, struct nsb_net_name *name)
{
	struct nlattr *tb[NSBRIDGE_A_NS_MAX + 1];
	struct net *net;
	int err;

	memset(name, 0, sizeof(*name));
	if (!nest)
		return 0;
	err = parse(tb, nest, extack);
	if (err)
		return err;
	if (by_number(tb, name))
		return 0;
	net = net_held(me, tb);
	if (IS_ERR_OR_NULL(net)) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "No such namespace: name it by inode, cookie, nsid, fd or pid");
		return -ENOENT;
	}
	name->cookie = net->net_cookie;
	put_net(net);
	return 0;
}

/**
 * nsb_genl_side() - the namespace that a request names, as a side of a bridge
 * @br: the bridge
 * @name: the namespace
 *
 * Context: RCU or RTNL.
 * Return: NULL if it is none.
 */
struct nsb_side *nsb_genl_side(struct nsb_bridge *br,
			       const struct nsb_net_name *name)
{
	struct nsb_side *side;
	unsigned long idx;

	xa_for_each(&br->sides, idx, side)
		if (!READ_ONCE(side->dead) &&
		    nsb_net_is(name, side->cookie, side->inode))
			return side;
	return NULL;
}

/**
 * nsb_genl_side_new() - as nsb_genl_side(), and makes one of a namespace
 * @br: the bridge
 * @info: the request
 * @nest: the attribute that names it
 *
 * One that has no port yet can be named by what the requester holds of it.
 *
 * Context: process, the requester's; RTNL.
 * Return: the side, or an ERR_PTR.
 */
struct nsb_side *nsb_genl_side_new(struct nsb_bridge *br,
				   struct genl_info *info,
				   const struct nlattr *nest)
{
	struct nlattr *tb[NSBRIDGE_A_NS_MAX + 1];
	struct nsb_net_name name;
	struct nsb_side *side;
	struct net *net;
	int err;

	err = parse(tb, nest, info->extack);
	if (err)
		return ERR_PTR(err);
	if (by_number(tb, &name)) {
		side = nsb_genl_side(br, &name);
		if (side)
			return side;
		net = NULL;
	} else {
		net = net_held(genl_info_net(info), tb);
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
