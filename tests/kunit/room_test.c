// SPDX-License-Identifier: GPL-2.0
/* Where a frame ends for want of room in a queue, or of memory. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "rig.h"

#define X	RIG_MAC(0x10)

/* -- room -- */

/* Both before the first one can be taken off a queue. */
static void send_two(struct rig_port *from, const u8 *dst)
{
	struct sk_buff *skb[2];
	int i;

	for (i = 0; i < ARRAY_SIZE(skb); i++)
		skb[i] = rig_raw(from, from->far, dst, ETH_P_802_EX1, 60);
	local_bh_disable();
	for (i = 0; i < ARRAY_SIZE(skb); i++)
		dev_queue_xmit(skb[i]);
	local_bh_enable();
	rig_settle();
}

static void restore_backlog(void *arg)
{
	rig_sh("echo 1000 >/proc/sys/net/core/netdev_max_backlog");
}

static int see(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *pt, struct net_device *orig_dev)
{
	kfree_skb(skb);
	return 0;
}

/* The CPU's queue takes one frame of all devices together. */
static void backlog_test(struct kunit *test)
{
	struct packet_type watch = {
		.type = htons(ETH_P_ALL),
		.func = see,
	};
	struct rig_pair t;

	rig_pair(test, &t);
	RIG_SH(test, "echo 0 >/proc/sys/net/core/netdev_max_backlog");
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, restore_backlog, NULL));
	/* From far end to far end, */
	send_two(t.a, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_BACKLOG));
	KUNIT_EXPECT_EQ(test, 1,
			rig_cable_drops(t.b->dev, NSBRIDGE_REASON_BACKLOG));
	/* up into the bridge's namespace, down from there, */
	send_two(t.a, t.host->dev->dev_addr);
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.a, t.host, NSBRIDGE_REASON_BACKLOG));
	send_two(t.host, RIG_MAC(1));
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.host, t.a, NSBRIDGE_REASON_BACKLOG));
	/* and into a port that somebody watches. */
	watch.dev = t.a->dev;
	dev_add_pack(&watch);
	send_two(t.a, RIG_MAC(2));
	dev_remove_pack(&watch);
	KUNIT_EXPECT_EQ(test, 1,
			rig_cable_drops(t.a->far, NSBRIDGE_REASON_BACKLOG));
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_BACKLOG));
}

/* A queue of the port's own, without room for anything. */
static void qdisc_test(struct kunit *test)
{
	struct rig_pair t;

	rig_pair(test, &t);
	RIG_SH(test, "tc qdisc add dev %s root pfifo limit 0", t.b->dev->name);
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_BACKLOG));
}

/* -- memory -- */

#ifdef CONFIG_FAILSLAB
/* The first request that this task makes from here on is refused. */
static void no_memory(struct kunit *test)
{
	current->fail_nth = 1;
}

static void memory(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, current->fail_nth);
	current->fail_nth = 0;
}
#else
static void no_memory(struct kunit *test)
{
	kunit_skip(test, "no failslab");
}

static void memory(struct kunit *test)
{
}
#endif

/* Of two copies the first cannot be made. */
static void copy_memory_test(struct kunit *test)
{
	struct rig_port *up;
	struct sk_buff *skb;
	struct rig_pair t;

	rig_pair(test, &t);
	up = rig_uplink(t.rig);
	skb = rig_raw(t.a, t.a->far, X, ETH_P_802_EX1, 60);
	local_bh_disable();
	no_memory(test);
	dev_queue_xmit(skb);
	memory(test);
	local_bh_enable();
	rig_settle();
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, up, NSBRIDGE_REASON_NO_MEMORY));
}

/* Somebody else has the frame as well, and there is no memory for a copy. */
static void share_memory_test(struct kunit *test)
{
	struct nsb_side *side;
	struct rig_port *up;
	struct sk_buff *skb;
	struct rig_pair t;
	int i;

	rig_pair(test, &t);
	up = rig_uplink(t.rig);
	side = rig_side(up);
	for (i = 0; i < 2; i++) {
		u64 lost = rig_rx_dropped(t.rig);

		skb = rig_raw(up, up->dev, RIG_MAC(1), ETH_P_802_EX1, 60);
		skb->protocol = eth_type_trans(skb, up->dev);
		skb_get(skb);
		/* the second one while it leads nowhere */
		rcu_assign_pointer(up->port->side, i ? NULL : side);
		local_bh_disable();
		no_memory(test);
		netif_receive_skb(skb);
		memory(test);
		local_bh_enable();
		rcu_assign_pointer(up->port->side, side);
		kfree_skb(skb);
		KUNIT_EXPECT_EQ(test, lost + i, rig_rx_dropped(t.rig));
		KUNIT_EXPECT_EQ(test, 1, rig_drops(up, NULL,
						   NSBRIDGE_REASON_NO_MEMORY));
	}
}

static void pages_done(struct sk_buff *skb, struct ubuf_info *pages, bool ok)
{
}

/* A process may still write into the frame, which would have to be copied. */
static void pages_memory_test(struct kunit *test)
{
	static const struct ubuf_info_ops ops = { .complete = pages_done };
	struct ubuf_info pages = {
		.ops	= &ops,
		.refcnt	= REFCOUNT_INIT(1),
		.flags	= SKBFL_ZEROCOPY_FRAG,
	};
	struct sk_buff *skb, *clone;
	struct rig_pair t;

	rig_pair(test, &t);
	skb = rig_raw(t.a, t.a->far, RIG_MAC(2), ETH_P_802_EX1, 60);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	skb_zcopy_init(clone, &pages);
	local_bh_disable();
	no_memory(test);
	dev_queue_xmit(clone);
	memory(test);
	local_bh_enable();
	rig_settle();
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, 1,
			rig_cable_drops(t.a->far, NSBRIDGE_REASON_NO_MEMORY));
}

/* A provider's tag beside the frame goes into it, for which there is no room. */
static void tag_memory_test(struct kunit *test)
{
	struct sk_buff *skb, *clone;
	struct rig_pair t;

	rig_pair(test, &t);
	t.rig->br->vlan_filtering = true;
	skb = rig_raw(t.host, t.host->dev, RIG_MAC(2), ETH_P_802_EX1, 60);
	/* the header is another one's, too */
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	__vlan_hwaccel_put_tag(clone, htons(ETH_P_8021AD), 9);
	local_bh_disable();
	no_memory(test);
	dev_queue_xmit(clone);
	memory(test);
	local_bh_enable();
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.host, NULL, NSBRIDGE_REASON_NO_MEMORY));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(backlog_test),
	KUNIT_CASE(qdisc_test),
	KUNIT_CASE(copy_memory_test),
	KUNIT_CASE(share_memory_test),
	KUNIT_CASE(pages_memory_test),
	KUNIT_CASE(tag_memory_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-room",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
