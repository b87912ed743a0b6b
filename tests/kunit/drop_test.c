// SPDX-License-Identifier: GPL-2.0
/* Where a frame ends that was on its way: what it takes for each of these places
 * to be reached, and that the frame is counted there, once, for its reason. What
 * a frame says and how the bridge is set are the other suites' affair; here a
 * device or a cable is in the way, in room_test.c a queue or memory.
 *
 * What only happens when two things meet is made to happen where a tracepoint,
 * a switched off NAPI or the RTNL lets the test in between.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/sch_generic.h>

#include "crossing.h"
#include "deliver.h"
#include "fdb.h"
#include "flood.h"
#include "forward.h"
#include "napi.h"
#include "pair.h"
#include "policy.h"
#include "rig.h"
#include "trace.h"

#define X	RIG_MAC(0x10)
#define LLDP	((const u8 []){ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e })
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })

static void set_mtu(struct net_device *dev, int mtu)
{
	rtnl_lock();
	dev_set_mtu(dev, mtu);
	rtnl_unlock();
}

/* -- the frame is not one -- */

static void short_test(struct kunit *test)
{
	struct rtnl_link_stats64 stats;
	struct rig_pair t;

	rig_pair(test, &t);
	rig_send_raw(rig_raw(t.host, t.host->dev, X, ETH_P_802_EX1, 6));
	dev_get_stats(t.rig->br->dev, &stats);
	KUNIT_EXPECT_EQ(test, 1, stats.tx_dropped);
	/* It does not get as far as the bridge. */
	rig_send_raw(rig_raw(t.a, t.a->far, X, ETH_P_802_EX1, 6));
	KUNIT_EXPECT_EQ(test, 1,
			rig_cable_drops(t.a->far, NSBRIDGE_REASON_INVALID));
}

/* Cut off in its tag. */
static void cut_tag_test(struct kunit *test)
{
	struct rig_pair t;

	rig_pair(test, &t);
	rig_send_raw(rig_raw(t.a, t.a->far, BCAST, ETH_P_8021Q, ETH_HLEN + 2));
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.a, NULL, NSBRIDGE_REASON_INVALID));
	t.rig->br->vlan_filtering = true;
	rig_send_raw(rig_raw(t.host, t.host->dev, BCAST, ETH_P_8021Q,
			     ETH_HLEN + 2));
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.host, NULL, NSBRIDGE_REASON_INVALID));
}

/* The sum is to be filled in behind a tag that is not all there. */
static void checksum_test(struct kunit *test)
{
	struct sk_buff *skb;
	struct rig_pair t;

	rig_pair(test, &t);
	skb = rig_raw(t.host, t.host->dev, RIG_MAC(1), ETH_P_8021Q, ETH_HLEN + 2);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + ETH_HLEN;
	rig_send_raw(skb);
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.host, t.a, NSBRIDGE_REASON_INVALID));
}

/* A port that cannot segment, and something that nobody can. */
static void segment_test(struct kunit *test)
{
	struct rig_port *up;
	struct sk_buff *skb;
	struct rig_pair t;

	rig_pair(test, &t);
	up = rig_uplink(t.rig);
	skb = rig_raw(t.a, t.a->far, X, ETH_P_802_EX1, 1400);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + ETH_HLEN;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 500;
	skb_shinfo(skb)->gso_segs = 3;
	rig_send_raw(skb);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, up, NSBRIDGE_REASON_INVALID));
}

static void mtu_test(struct kunit *test)
{
	struct rig_pair t;

	rig_pair(test, &t);
	/* The port, and then what is behind it. */
	set_mtu(t.b->dev, 500);
	rig_send_raw(rig_raw(t.a, t.a->far, RIG_MAC(2), ETH_P_802_EX1, 1000));
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_MTU));
	set_mtu(t.b->dev, ETH_DATA_LEN);
	set_mtu(t.b->far, 500);
	rig_send_raw(rig_raw(t.a, t.a->far, RIG_MAC(2), ETH_P_802_EX1, 1000));
	KUNIT_EXPECT_EQ(test, 2, rig_drops(t.a, t.b, NSBRIDGE_REASON_MTU));
	/* The way in. */
	set_mtu(t.a->dev, 500);
	rig_send_raw(rig_raw(t.a, t.a->far, RIG_MAC(2), ETH_P_802_EX1, 1000));
	KUNIT_EXPECT_EQ(test, 1, rig_cable_drops(t.a->far, NSBRIDGE_REASON_MTU));
}

/* -- the way is no longer there -- */

/* A far end is between two namespaces: the port leads nowhere. */
static void between_test(struct kunit *test)
{
	struct nsb_side *side;
	struct rig_pair t;
	u64 was;

	rig_pair(test, &t);
	side = rig_side(t.a);
	was = rig_rx_dropped(t.rig);
	RCU_INIT_POINTER(t.a->port->side, NULL);

	/* Whose frames these are can not be told any more. */
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, was + 1, rig_rx_dropped(t.rig));
	rig_send_raw(rig_raw(t.a, t.a->far, BCAST, ETH_P_8021Q, ETH_HLEN + 2));
	KUNIT_EXPECT_EQ(test, was + 2, rig_rx_dropped(t.rig));
	/* No copy goes there, nor what its own namespace sends by it. */
	rig_send(t.b, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.host));
	rig_send_raw(rig_raw(t.host, t.a->dev, RIG_MAC(1), ETH_P_802_EX1, 60));
	/* The entry is still that of where it led to. */
	rig_send(t.b, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, 0);

	rcu_assign_pointer(t.a->port->side, side);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.b, t.a, NSBRIDGE_REASON_DOWN));
	rig_send(t.b, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* It has waited in a queue of the port while the far end went elsewhere. */
static void stale_test(struct kunit *test)
{
	struct sk_buff *skb;
	struct rig_pair t;

	rig_pair(test, &t);
	skb = rig_raw(t.host, t.a->dev, RIG_MAC(1), ETH_P_802_EX1, 60);
	nsb_forward_mark(skb, t.a->port->generation - 1);
	rig_send_raw(skb);
	KUNIT_EXPECT_EQ(test, 1, rig_cable_drops(t.a->dev, NSBRIDGE_REASON_DOWN));
	skb = rig_raw(t.host, t.a->dev, RIG_MAC(1), ETH_P_802_EX1, 60);
	nsb_forward_mark(skb, t.a->port->generation);
	rig_send_raw(skb);
	KUNIT_EXPECT_EQ(test, 1, rig_cable_drops(t.a->dev, NSBRIDGE_REASON_DOWN));
}

/* It has waited for the bridge while the far end went elsewhere: in the CPU's
 * receive queue, as what may be for the port's own namespace does ...
 */
static void late_test(struct kunit *test)
{
	struct sk_buff *skb;
	struct rig_pair t;
	u64 was;

	rig_pair(test, &t);
	t.rig->br->group_fwd_mask = BIT(LLDP[5]);
	RIG_SH(test, "n 2 link set %s allmulticast on", t.b->far->name);
	rig_send(t.a, LLDP, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));

	was = rig_rx_dropped(t.rig);
	skb = rig_raw(t.a, t.a->far, LLDP, ETH_P_802_EX1, 60);
	local_bh_disable();
	dev_queue_xmit(skb);
	t.a->port->generation++;
	local_bh_enable();
	rig_settle();
	KUNIT_EXPECT_EQ(test, was + 1, rig_rx_dropped(t.rig));
	rig_send(t.a, LLDP, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	KUNIT_EXPECT_EQ(test, was + 1, rig_rx_dropped(t.rig));
}

/* ... and in one of the port's own, whose poll does not come. */
static void late_queue_test(struct kunit *test)
{
	struct nsb_end *end;
	struct rig_pair t;
	u64 was;

	rig_pair(test, &t);
	end = netdev_priv(t.a->dev);
	RIG_SH(test, "ethtool -K %s gro on", t.a->dev->name);
	KUNIT_ASSERT_NOT_NULL(test, end->queues);
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));

	was = rig_rx_dropped(t.rig);
	end->queues->q[0].awake = true;
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, was, rig_rx_dropped(t.rig));
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-3", t.a->far->name);
	KUNIT_EXPECT_EQ(test, was + 1, rig_rx_dropped(t.rig));
	RIG_SH(test, "n 3 link set %s up", t.a->far->name);
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	KUNIT_EXPECT_EQ(test, was + 1, rig_rx_dropped(t.rig));
}

/* The other end is being deleted. */
static void half_cable_test(struct kunit *test)
{
	struct nsb_end *end;
	struct net_device *peer;
	struct rig_pair t;

	rig_pair(test, &t);
	end = netdev_priv(t.a->far);
	peer = rcu_access_pointer(end->peer);
	RCU_INIT_POINTER(end->peer, NULL);
	rig_send_raw(rig_raw(t.a, t.a->far, BCAST, ETH_P_802_EX1, 60));
	rcu_assign_pointer(end->peer, peer);
	KUNIT_EXPECT_EQ(test, 1, rig_cable_drops(t.a->far, NSBRIDGE_REASON_DOWN));
}

/* The bridge device was closed after the frame had come in. */
static void closed_up_test(struct kunit *test)
{
	struct sk_buff *skb;
	struct nsb_frame f;
	struct rig_pair t;

	rig_pair(test, &t);
	skb = rig_raw(t.a, t.a->dev, BCAST, ETH_P_802_EX1, 60);
	skb_pull(skb, ETH_HLEN);
	f = (struct nsb_frame){
		.br = t.rig->br,
		.in = t.a->port,
		.from = rig_side(t.a),
		.copy = true,
	};
	rig_set_up(t.host->dev, false);
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, nsb_flood_to(&f, NULL, skb));
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.host, NSBRIDGE_REASON_DOWN));
}

/* A tracepoint's probe, in the place of another CPU that closes a far end after
 * the frame was seen to fit.
 */
static void close_now(void *far, const struct nsb_crossing *x,
		      const struct sk_buff *skb, enum nsbridge_reason reason,
		      bool copy)
{
	((struct net_device *)far)->flags &= ~IFF_UP;
}

static void closed_far_test(struct kunit *test)
{
	struct sk_buff *skb;
	struct nsb_frame f;
	struct rig_pair t;

	rig_pair(test, &t);
	skb = rig_raw(t.a, t.a->dev, BCAST, ETH_P_802_EX1, 60);
	skb_pull(skb, ETH_HLEN);
	/* as the NAPI that makes the copies of a frame for many */
	f = (struct nsb_frame){
		.br = t.rig->br,
		.in = t.a->port,
		.from = rig_side(t.a),
		.copy = true,
		.polled = true,
	};
	KUNIT_ASSERT_EQ(test, 0,
			register_trace_nsb_forward(close_now, t.b->far));
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, nsb_flood_to(&f, t.b->port, skb));
	rcu_read_unlock();
	local_bh_enable();
	unregister_trace_nsb_forward(close_now, t.b->far);
	tracepoint_synchronize_unregister();
	kfree_skb(skb);
	KUNIT_EXPECT_FALSE(test, t.b->far->flags & IFF_UP);
	t.b->far->flags |= IFF_UP;
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_DOWN));
	KUNIT_EXPECT_EQ(test, 1, rig_cable_drops(t.b->dev, NSBRIDGE_REASON_DOWN));
}

static bool no_queue(void *arg)
{
	return !rig_has_queue(arg);
}

/* Until the core has seen that the carrier is back, nothing is sent. It needs
 * the RTNL for that.
 */
static void no_queue_test(struct kunit *test)
{
	struct rig_pair t;

	rig_pair(test, &t);
	rig_set_up(t.a->far, false);
	KUNIT_ASSERT_TRUE(test, rig_wait(no_queue, t.a->dev));
	rtnl_lock();
	dev_open(t.a->far, NULL);
	rig_send(t.host, RIG_MAC(1), NULL);
	rtnl_unlock();
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.host, t.a, NSBRIDGE_REASON_DOWN));
}

/* The core's tracepoint between looking for a queue and using it. */
static void find_queued(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, "net_dev_queue"))
		*(struct tracepoint **)found = tp;
}

struct activate {
	struct netdev_queue *txq;
	struct Qdisc *qdisc;
};

static void activate(void *arg, struct sk_buff *skb)
{
	struct activate *to = arg;

	if (skb->dev == to->txq->dev)
		rcu_assign_pointer(to->txq->qdisc, to->qdisc);
}

/* It comes up between the two, with a queue that keeps what it accepts. */
static void late_queue_up_test(struct kunit *test)
{
	struct tracepoint *tp = NULL;
	struct activate to;
	struct rig_pair t;

	rig_pair(test, &t);
	for_each_kernel_tracepoint(find_queued, &tp);
	if (!tp)
		kunit_skip(test, "this kernel has no tracepoint net_dev_queue");
	RIG_SH(test, "tc qdisc add dev %s root pfifo", t.a->dev->name);
	rig_send(t.host, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	to.txq = netdev_get_tx_queue(t.a->dev, 0);
	to.qdisc = rcu_access_pointer(to.txq->qdisc);
	rcu_assign_pointer(to.txq->qdisc, &noop_qdisc);
	KUNIT_ASSERT_EQ(test, 0, tracepoint_probe_register(tp, activate, &to));
	rig_send(t.host, RIG_MAC(1), NULL);
	tracepoint_probe_unregister(tp, activate, &to);
	tracepoint_synchronize_unregister();
	KUNIT_EXPECT_PTR_EQ(test, to.qdisc,
			    rcu_access_pointer(to.txq->qdisc));
	rcu_assign_pointer(to.txq->qdisc, to.qdisc);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.host, t.a, NSBRIDGE_REASON_DOWN));
}

/* A port goes while frames of it wait for their copies. */
static void waiting_test(struct kunit *test)
{
	struct napi_struct *napi;
	struct nsb_side *side;
	struct nsb_sum sum;
	struct rig_pair t;

	rig_pair(test, &t);
	rig_cable(t.rig, 3, RIG_MAC(3));
	side = rig_side(t.a);
	list_for_each_entry(napi, &t.rig->br->dev->napi_list, dev_list)
		napi_disable(napi);
	rig_send(t.a, BCAST, NULL);
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, 0);
	rig_unplug(t.a);
	list_for_each_entry(napi, &t.rig->br->dev->napi_list, dev_list)
		napi_enable(napi);
	nsb_count_sum(side->nowhere->count, &sum);
	KUNIT_EXPECT_EQ(test, 2, sum.drops[NSBRIDGE_REASON_DOWN]);
}

/* -- it may not -- */

/* By the port itself, past the bridge, nothing goes that may not cross. */
static void past_test(struct kunit *test)
{
	struct rig_pair t;

	rig_pair(test, &t);
	rtnl_lock();
	nsb_policy_set(t.rig->br, t.rig->br->host, rig_side(t.a),
		       NSBRIDGE_VERDICT_DENY, NULL);
	rtnl_unlock();
	rig_send_raw(rig_raw(t.host, t.a->dev, RIG_MAC(1), ETH_P_802_EX1, 60));
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.host, t.a, NSBRIDGE_REASON_POLICY));
	rig_send_raw(rig_raw(t.host, t.b->dev, RIG_MAC(2), ETH_P_802_EX1, 60));
	KUNIT_EXPECT_EQ(test, 0,
			rig_drops(t.host, t.b, NSBRIDGE_REASON_POLICY));
}

/* Two had the address when it was looked up, and may not have it any more when
 * one is to be chosen.
 */
static void nobody_left_test(struct kunit *test)
{
	struct rhlist_head *lists[2];
	struct sk_buff *skb;
	struct rig_port *c;
	struct rig_pair t;
	int n;

	rig_pair(test, &t);
	c = rig_cable(t.rig, 3, RIG_MAC(2));
	skb = rig_raw(t.a, t.a->dev, RIG_MAC(2), ETH_P_802_EX1, 60);
	local_bh_disable();
	rcu_read_lock();
	n = nsb_fdb_lookup(t.rig->br, RIG_MAC(2), 0, lists);
	KUNIT_EXPECT_NOT_NULL(test,
			      nsb_choose(t.rig->br, lists, n, t.a->port,
					 rig_side(t.a), skb, 0));
	t.a->port->isolated = true;
	t.b->port->isolated = true;
	c->port->isolated = true;
	KUNIT_EXPECT_NULL(test,
			  nsb_choose(t.rig->br, lists, n, t.a->port,
				     rig_side(t.a), skb, 0));
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(short_test),
	KUNIT_CASE(cut_tag_test),
	KUNIT_CASE(checksum_test),
	KUNIT_CASE(segment_test),
	KUNIT_CASE(mtu_test),
	KUNIT_CASE(between_test),
	KUNIT_CASE(stale_test),
	KUNIT_CASE(late_test),
	KUNIT_CASE(late_queue_test),
	KUNIT_CASE(half_cable_test),
	KUNIT_CASE(closed_up_test),
	KUNIT_CASE(closed_far_test),
	KUNIT_CASE(no_queue_test),
	KUNIT_CASE(late_queue_up_test),
	KUNIT_CASE(waiting_test),
	KUNIT_CASE(past_test),
	KUNIT_CASE(nobody_left_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-drop",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
