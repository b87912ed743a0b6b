// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/ratelimit.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "crossing.h"
#include "event.h"
#include "genl.h"
#include "port.h"
#include "side.h"

#define BURST	10	/* of one kind, in a second, on one bridge */

/**
 * nsb_event_init() - make a bridge ready to tell what happens
 * @br: the bridge
 */
void nsb_event_init(struct nsb_bridge *br)
{
	int i;

	for (i = 0; i < NSB_HAPPENINGS; i++) {
		ratelimit_state_init(&br->limits[i], HZ, BURST);
		/* Not a line in the kernel's log for those that are left out. */
		ratelimit_set_flags(&br->limits[i], RATELIMIT_MSG_ON_RELEASE);
	}
}

static bool nobody_listens(const struct nsb_bridge *br, unsigned int group)
{
	return !genl_has_listeners(&nsb_genl_family, dev_net(br->dev), group);
}

static void tell(const struct nsb_bridge *br, struct sk_buff *skb,
		 unsigned int group, gfp_t gfp)
{
	genlmsg_multicast_netns(&nsb_genl_family, dev_net(br->dev), skb, 0,
				group, gfp);
}

static int put_event(struct sk_buff *skb, const struct nsb_bridge *br,
		     const struct nsb_event *event)
{
	struct net *me = dev_net(br->dev);

	if (nla_put_u32(skb, NSBRIDGE_A_EVENT_HAPPENING, event->what) ||
	    nla_put_u32(skb, NSBRIDGE_A_EVENT_IFINDEX, br->dev->ifindex))
		return -EMSGSIZE;
	if (event->port && nla_put_u32(skb, NSBRIDGE_A_EVENT_PORT,
				       event->port->dev->ifindex))
		return -EMSGSIZE;
	if (event->side && nsb_genl_put_side(skb, NSBRIDGE_A_EVENT_NS, me,
					     event->side))
		return -EMSGSIZE;
	if (event->other && nsb_genl_put_side(skb, NSBRIDGE_A_EVENT_OTHER, me,
					      event->other))
		return -EMSGSIZE;
	if (event->addr && nla_put(skb, NSBRIDGE_A_EVENT_ADDR, ETH_ALEN,
				   event->addr))
		return -EMSGSIZE;
	if (event->ip && nla_put(skb, NSBRIDGE_A_EVENT_IP, sizeof(*event->ip),
				 event->ip))
		return -EMSGSIZE;
	return 0;
}

/**
 * nsb_event_send() - tell what happened
 * @br: where
 * @event: what
 *
 * What an attacker can make happen as often as he likes is told a few times in
 * a second. An event that finds no memory is not told.
 *
 * Context: RCU or RTNL; any but hard interrupt.
 */
void nsb_event_send(struct nsb_bridge *br, const struct nsb_event *event)
{
	struct sk_buff *skb;
	void *hdr;

	if (nobody_listens(br, NSB_GROUP_EVENTS) || !__ratelimit(&br->limits[event->what]))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return;
	hdr = genlmsg_put(skb, 0, 0, &nsb_genl_family, 0, NSBRIDGE_CMD_EVENT);
	if (!hdr || put_event(skb, br, event)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	tell(br, skb, NSB_GROUP_EVENTS, GFP_ATOMIC);
}

/**
 * nsb_event_crossing_end() - tell the last counters of a crossing
 * @x: the crossing; nothing counts on it any more
 *
 * Context: process, RTNL.
 */
void nsb_event_crossing_end(const struct nsb_crossing *x)
{
	const struct nsb_bridge *br = x->from->br;
	struct nsb_sum sum;
	struct sk_buff *skb;
	void *hdr;

	if (nobody_listens(br, NSB_GROUP_EVENTS))
		return;
	nsb_count_sum(x->count, &sum);
	if (!sum.last)
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		goto err;
	hdr = genlmsg_put(skb, 0, 0, &nsb_genl_family, 0,
			  NSBRIDGE_CMD_CROSSING_END);
	if (!hdr || nsb_genl_put_crossing(skb, dev_net(br->dev), x, &sum)) {
		nlmsg_free(skb);
		goto err;
	}
	genlmsg_end(skb, hdr);
	tell(br, skb, NSB_GROUP_EVENTS, GFP_KERNEL);
	return;

err:
	/* Nobody can ask for these counters later, so whoever adds them up has
	 * to know that some are missing: as if they had found no room.
	 */
	genl_set_err(&nsb_genl_family, dev_net(br->dev), 0, NSB_GROUP_EVENTS,
		     -ENOBUFS);
}

/**
 * nsb_event_fdb() - tell that an entry of the forwarding table came or went
 * @br: the bridge
 * @e: the entry
 * @cmd: NSBRIDGE_CMD_FDB_NEW or NSBRIDGE_CMD_FDB_GONE
 *
 * In a group of their own, since there may be many. How many a namespace can
 * make come and go is limited by its quota and the ageing time.
 *
 * Context: fdb_lock.
 */
void nsb_event_fdb(const struct nsb_bridge *br, const struct nsb_fdb_entry *e,
		   u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	if (likely(nobody_listens(br, NSB_GROUP_FDB)))
		return;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return;
	hdr = genlmsg_put(skb, 0, 0, &nsb_genl_family, 0, cmd);
	if (!hdr || nsb_genl_put_fdb(skb, dev_net(br->dev), br, e)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	tell(br, skb, NSB_GROUP_FDB, GFP_ATOMIC);
}
