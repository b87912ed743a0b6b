// SPDX-License-Identifier: GPL-2.0
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "bridge.h"
#include "crossing.h"
#include "fdb.h"
#include "genl.h"
#include "hist.h"
#include "port.h"
#include "side.h"

static int put_ns(struct sk_buff *skb, int attr, bool self, int nsid,
		  u64 cookie, u32 inode)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NS_INODE, inode,
			      NSBRIDGE_A_NS_PAD) ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NS_COOKIE, cookie,
			      NSBRIDGE_A_NS_PAD) ||
	    (self && nla_put_flag(skb, NSBRIDGE_A_NS_SELF)) ||
	    (!self && nsid >= 0 &&
	     nla_put_s32(skb, NSBRIDGE_A_NS_NSID, nsid)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * nsb_genl_put_net() - name a namespace in all three ways
 * @skb: the message
 * @attr: the attribute to nest them in
 * @me: the namespace of who will read it, from which the nsid is seen
 * @net: the namespace
 * @cookie: its cookie
 * @inode: its inode number
 *
 * Context: RCU or RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_net(struct sk_buff *skb, int attr, struct net *me,
		     struct net *net, u64 cookie, u32 inode)
{
	bool self = net_eq(net, me);

	/* Without allocating one: events come from softirq. */
	return put_ns(skb, attr, self, self ? -1 : peernet2id(me, net), cookie,
		      inode);
}

/**
 * nsb_genl_put_side() - nsb_genl_put_net() for a side
 * @skb: the message
 * @attr: the attribute
 * @me: the namespace of who will read it, and that is the bridge's
 * @side: the side
 *
 * Context: RCU or RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_side(struct sk_buff *skb, int attr, struct net *me,
		      const struct nsb_side *side)
{
	bool self = net_eq(side->net, me);

	return put_ns(skb, attr, self, self ? -1 : nsb_side_nsid(side),
		      side->cookie, side->inode);
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

/**
 * nsb_genl_put_sum() - put counters into a message
 * @skb: the message
 * @sum: the counters
 * @first: when the first was counted, ns since 1970, or 0 for unknown
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_sum(struct sk_buff *skb, const struct nsb_sum *sum, u64 first)
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

static int put_latency(struct sk_buff *skb, const struct nsb_crossing *x)
{
	struct nsb_hist_sum sum;
	struct nlattr *nest;
	int i;

	if (!rcu_access_pointer(x->from->br->latency) || !x->hist ||
	    x->target == NSBRIDGE_TARGET_NOWHERE)
		return 0;
	nsb_hist_sum(x->hist, &sum);
	for (i = 0; i < NSB_HIST_BUCKETS; i++) {
		if (!sum.frames[i])
			continue;
		nest = nla_nest_start(skb, NSBRIDGE_A_CROSSING_LATENCY);
		if (!nest ||
		    nla_put_u64_64bit(skb, NSBRIDGE_A_LATENCY_LEAST,
				      nsb_hist_least(i),
				      NSBRIDGE_A_LATENCY_PAD) ||
		    nla_put_u64_64bit(skb, NSBRIDGE_A_LATENCY_FRAMES,
				      sum.frames[i], NSBRIDGE_A_LATENCY_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return put_u64(skb, NSBRIDGE_A_CROSSING_LATENCY_TOTAL, sum.total);
}

static int put_verdict(struct sk_buff *skb, const struct nsb_crossing *x)
{
	return nla_put_u32(skb, NSBRIDGE_A_CROSSING_VERDICT,
			   READ_ONCE(x->deny) ? NSBRIDGE_VERDICT_DENY :
						NSBRIDGE_VERDICT_ALLOW) ||
	       nla_put_u32(skb, NSBRIDGE_A_CROSSING_RULE, READ_ONCE(x->rule)) ?
	       -EMSGSIZE : 0;
}

/**
 * nsb_genl_put_crossing() - put a crossing of a bridge into a message
 * @skb: the message
 * @me: the namespace of who will read it
 * @x: the crossing
 * @sum: its counters
 *
 * Context: RCU or RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_crossing(struct sk_buff *skb, struct net *me,
			  const struct nsb_crossing *x,
			  const struct nsb_sum *sum)
{
	if (nla_put_u32(skb, NSBRIDGE_A_CROSSING_LINK, NSBRIDGE_LINK_BRIDGE) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_IFINDEX,
			x->from->br->dev->ifindex) ||
	    nsb_genl_put_side(skb, NSBRIDGE_A_CROSSING_FROM, me, x->from) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_TARGET, x->target) ||
	    nsb_genl_put_sum(skb, sum, READ_ONCE(x->first)))
		return -EMSGSIZE;
	if (x->to && (nsb_genl_put_side(skb, NSBRIDGE_A_CROSSING_TO, me,
					x->to) ||
		      put_verdict(skb, x)))
		return -EMSGSIZE;
	if (x->target == NSBRIDGE_TARGET_NOWHERE &&
	    put_u64(skb, NSBRIDGE_A_CROSSING_FLOODED, sum->flooded))
		return -EMSGSIZE;
	return put_latency(skb, x);
}

/**
 * nsb_genl_put_cable() - put one direction of a cable into a message
 * @skb: the message
 * @me: the namespace of who will read it
 * @mine: the end that it has
 * @dev: the end that sends
 * @peer: the end that receives
 * @sum: its counters
 *
 * Context: RCU.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_cable(struct sk_buff *skb, struct net *me,
		       const struct net_device *mine,
		       const struct net_device *dev,
		       const struct net_device *peer,
		       const struct nsb_sum *sum)
{
	struct net *from = dev_net(dev), *to = dev_net(peer);

	if (nla_put_u32(skb, NSBRIDGE_A_CROSSING_LINK, NSBRIDGE_LINK_CABLE) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_IFINDEX, mine->ifindex) ||
	    nsb_genl_put_net(skb, NSBRIDGE_A_CROSSING_FROM, me, from,
			     from->net_cookie, from->ns.inum) ||
	    nla_put_u32(skb, NSBRIDGE_A_CROSSING_TARGET,
			NSBRIDGE_TARGET_NAMESPACE) ||
	    nsb_genl_put_net(skb, NSBRIDGE_A_CROSSING_TO, me, to,
			     to->net_cookie, to->ns.inum))
		return -EMSGSIZE;
	return nsb_genl_put_sum(skb, sum, 0);
}

/**
 * nsb_genl_put_fdb() - put an entry of the forwarding table into a message
 * @skb: the message
 * @me: the namespace of who will read it
 * @br: the bridge
 * @e: the entry
 *
 * Context: RCU or fdb_lock.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_genl_put_fdb(struct sk_buff *skb, struct net *me,
		     const struct nsb_bridge *br,
		     const struct nsb_fdb_entry *e)
{
	const struct nsb_port *port = READ_ONCE(e->port);
	u32 ifindex = port ? port->dev->ifindex : br->dev->ifindex;
	u64 age = jiffies_to_msecs(jiffies - READ_ONCE(e->used));

	if (nla_put_u32(skb, NSBRIDGE_A_FDB_IFINDEX, br->dev->ifindex) ||
	    nla_put_u32(skb, NSBRIDGE_A_FDB_PORT, ifindex) ||
	    nla_put(skb, NSBRIDGE_A_FDB_ADDR, ETH_ALEN, e->key.addr) ||
	    nla_put_u16(skb, NSBRIDGE_A_FDB_VLAN, e->key.vlan) ||
	    nsb_genl_put_side(skb, NSBRIDGE_A_FDB_NS, me, e->side) ||
	    nla_put_u32(skb, NSBRIDGE_A_FDB_ORIGIN, e->origin) ||
	    (port && READ_ONCE(port->uplink) &&
	     nla_put_flag(skb, NSBRIDGE_A_FDB_UPLINK)) ||
	    (e->sticky &&
	     nla_put_flag(skb, NSBRIDGE_A_FDB_STICKY)) ||
	    (e->origin == NSBRIDGE_ORIGIN_LEARNED &&
	     nla_put_u64_64bit(skb, NSBRIDGE_A_FDB_AGE, age,
			       NSBRIDGE_A_FDB_PAD)))
		return -EMSGSIZE;
	return 0;
}
