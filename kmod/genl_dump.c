// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "bridge.h"
#include "compat/compat.h"
#include "genl_dump.h"
#include "netns.h"

/**
 * nsb_dump_header() - begin a message of a dump
 * @skb: where to
 * @cb: the dump
 * @cmd: the operation
 *
 * Return: NULL if there is no room for it.
 */
void *nsb_dump_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &nsb_genl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/**
 * nsb_dump_filter() - the device that a dump is about, if the request names one
 * @cb: the dump
 * @attr: the attribute that does
 * @fits: is the dump about such a device?
 * @ifindex: the result, 0 for all
 *
 * Asking for what there cannot be is a mistake, and not to be answered with
 * nothing.
 *
 * Context: process.
 * Return: 0 or -ENODEV.
 */
int nsb_dump_filter(struct netlink_callback *cb, int attr,
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

/**
 * nsb_dump_names() - the namespaces that a dump is about, if it names any
 * @cb: the dump
 * @from: the attribute for nsb_dump.from
 * @to: the attribute for nsb_dump.to, or 0
 *
 * Looked up once: what is a file descriptor of the requester need not be one of
 * who reads on.
 *
 * Context: process.
 * Return: 0 or -ENOENT.
 */
int nsb_dump_names(struct netlink_callback *cb, int from, int to)
{
	struct nlattr **attrs = nsb_dump_attrs(cb);
	struct net *me = sock_net(cb->skb->sk);
	struct nsb_dump *pos = nsb_dump(cb);
	struct nsb_net_name name;
	int err;

	if (pos->named)
		return 0;
	err = nsb_genl_name(me, attrs[from], cb->extack, &name);
	if (err)
		return err;
	pos->from = name;
	if (to) {
		err = nsb_genl_name(me, attrs[to], cb->extack, &name);
		if (err)
			return err;
		pos->to = name;
	}
	pos->named = true;
	return 0;
}

/* Go through the bridges of the requester's namespace. */
static int dump_bridges(struct sk_buff *skb, struct netlink_callback *cb,
			u32 ifindex, nsb_dump_one dump)
{
	struct nsb_net *nn = nsb_net(sock_net(cb->skb->sk));
	struct nsb_dump *pos = nsb_dump(cb);
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

/**
 * nsb_dump_part() - the part of a dump that is about bridges
 * @skb: where to
 * @cb: the dump; its seq is set
 * @ifindex: of the only bridge that is wanted, or 0
 * @dump: called for each, under RCU, from where the dump was interrupted
 *
 * Context: process, without RTNL.
 * Return: 0 when there is no more of that, else what a dump returns: bytes put
 * into @skb, or an error.
 */
int nsb_dump_part(struct sk_buff *skb, struct netlink_callback *cb, u32 ifindex,
		  nsb_dump_one dump)
{
	struct nsb_dump *pos = nsb_dump(cb);
	int err;

	while (!pos->past) {
		rcu_read_lock();
		err = dump_bridges(skb, cb, ifindex, dump);
		rcu_read_unlock();
		if (err == -EAGAIN) {
			cond_resched();
			if (fatal_signal_pending(current))
				return -EINTR;
			continue;
		}
		if (err)
			return skb->len ?: err;
		pos->past = true;
	}
	return 0;
}

/**
 * nsb_dump_all() - a dump that is about bridges and nothing else
 * @skb: where to
 * @cb: the dump; its seq is set
 * @ifindex: of the only bridge that is wanted, or 0
 * @dump: called for each
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_dump_all(struct sk_buff *skb, struct netlink_callback *cb, u32 ifindex,
		 nsb_dump_one dump)
{
	return nsb_dump_part(skb, cb, ifindex, dump) ?: skb->len;
}
