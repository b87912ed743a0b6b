// SPDX-License-Identifier: GPL-2.0
/* Frames for many: whose turn it is, what a full queue costs and whom, and that
 * a frame of which half of the copies are made is not lost when ports go.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "crossing.h"
#include "deliver.h"
#include "flood.h"
#include "rig.h"

#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define MCAST	((const u8 []){ 0x01, 0, 0x5e, 1, 2, 3 })
#define MANY	40
#define PAYLOAD	46

struct street {
	struct rig *rig;
	struct rig_port *p[5];	/* a, b, c, d, e */
};

static void street(struct kunit *test, struct street *s)
{
	int i;

	s->rig = rig_new(test);
	for (i = 0; i < ARRAY_SIZE(s->p); i++)
		s->p[i] = rig_cable(s->rig, i + 1, RIG_MAC(i + 1));
}

/* What is heard at a far end, in the order in which it comes. */
struct ear {
	struct packet_type tap;
	unsigned int n;
	struct heard {
		u8 from;
		u64 serial;
	} heard[2 * MANY];
};

static int hear(struct sk_buff *skb, struct net_device *dev,
		struct packet_type *pt, struct net_device *orig_dev)
{
	struct ear *ear = container_of(pt, struct ear, tap);
	struct heard *h = &ear->heard[ear->n];

	if (ear->n < ARRAY_SIZE(ear->heard) &&
	    !skb_copy_bits(skb, skb->len - sizeof(h->serial), &h->serial,
			   sizeof(h->serial))) {
		h->from = eth_hdr(skb)->h_source[ETH_ALEN - 1];
		ear->n++;
	}
	kfree_skb(skb);
	return 0;
}

static void deaf(void *arg)
{
	struct ear *ear = arg;

	dev_remove_pack(&ear->tap);
}

static struct ear *listen(struct kunit *test, struct rig_port *p)
{
	struct ear *ear = kunit_kzalloc(test, sizeof(*ear), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ear);
	ear->tap.type = htons(ETH_P_802_EX1);
	ear->tap.func = hear;
	ear->tap.dev = p->far;
	dev_add_pack(&ear->tap);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, deaf, ear));
	return ear;
}

/* A frame that takes a good deal of memory; its data is at the MAC header. */
static struct sk_buff *frame(struct rig_port *from, const u8 *dst,
			     unsigned int spare)
{
	struct ethhdr *eth;
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + ETH_HLEN + PAYLOAD + spare, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(from->rig->test, skb);
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_mac_header(skb);
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dst);
	ether_addr_copy(eth->h_source, from->far->dev_addr);
	eth->h_proto = htons(ETH_P_802_EX1);
	skb_set_network_header(skb, ETH_HLEN);
	skb_put_zero(skb, PAYLOAD - sizeof(u64));
	from->rig->serial++;
	skb_put_data(skb, &from->rig->serial, sizeof(u64));
	skb->dev = from->far;
	skb->protocol = eth->h_proto;
	return skb;
}

/* All of them before the first copy can be made. */
static void send_at_once(struct sk_buff *skbs[], unsigned int n)
{
	unsigned int i;

	local_bh_disable();
	for (i = 0; i < n; i++)
		dev_queue_xmit(skbs[i]);
	local_bh_enable();
	rig_settle();
}

static u64 flooded(const struct rig_port *from)
{
	struct nsb_sum sum;

	nsb_count_sum(rig_side(from)->nowhere->count, &sum);
	return sum.flooded;
}

/* Who has little to say does not wait for who has much. */
static void turns_test(struct kunit *test)
{
	struct sk_buff *skbs[MANY];
	struct street s;
	struct ear *ear;
	u64 last = 0;
	int i;

	street(test, &s);
	ear = listen(test, s.p[2]);
	for (i = 0; i < MANY - 2; i++)
		skbs[i] = frame(s.p[0], BCAST, 0);
	skbs[i++] = frame(s.p[1], BCAST, 0);
	skbs[i++] = frame(s.p[1], BCAST, 0);
	send_at_once(skbs, i);

	KUNIT_ASSERT_EQ(test, MANY, ear->n);
	KUNIT_EXPECT_EQ(test, 2, ear->heard[1].from);
	KUNIT_EXPECT_EQ(test, 2, ear->heard[3].from);
	/* What one sends stays in order. */
	for (i = 0; i < ear->n; i++) {
		if (ear->heard[i].from != 1)
			continue;
		KUNIT_EXPECT_GT(test, ear->heard[i].serial, last);
		last = ear->heard[i].serial;
	}
}

/* A queue that is full costs who has filled it, and each frame once. */
static void full_test(struct kunit *test)
{
	struct sk_buff *skbs[MANY + 1];
	unsigned int i, mine = 0;
	struct street s;
	struct ear *ear;
	u32 room;

	street(test, &s);
	ear = listen(test, s.p[2]);
	for (i = 0; i < MANY; i++)
		skbs[i] = frame(s.p[0], BCAST, 16384);
	room = NSB_FLOOD_BYTES / skbs[0]->truesize;
	KUNIT_ASSERT_LT(test, room, MANY);
	skbs[i++] = frame(s.p[1], BCAST, 0);
	send_at_once(skbs, i);

	for (i = 0; i < ear->n; i++)
		mine += ear->heard[i].from == 1;
	KUNIT_EXPECT_EQ(test, room, mine);
	KUNIT_EXPECT_EQ(test, room + 1, ear->n);
	KUNIT_EXPECT_EQ(test, room, flooded(s.p[0]));
	KUNIT_EXPECT_EQ(test, MANY - room,
			rig_drops(s.p[0], NULL, NSBRIDGE_REASON_BACKLOG));
	KUNIT_EXPECT_EQ(test, 1, flooded(s.p[1]));
	KUNIT_EXPECT_EQ(test, 0,
			rig_drops(s.p[1], NULL, NSBRIDGE_REASON_BACKLOG));
	KUNIT_EXPECT_EQ(test, 0, READ_ONCE(s.p[0]->port->flood_queue.bytes));
}

/* One frame is as large as it likes, if it is alone. */
static void large_test(struct kunit *test)
{
	struct street s;
	struct sk_buff *skb;
	struct ear *ear;

	street(test, &s);
	ear = listen(test, s.p[2]);
	skb = frame(s.p[0], BCAST, NSB_FLOOD_BYTES);
	KUNIT_ASSERT_GT(test, skb->truesize, NSB_FLOOD_BYTES);
	send_at_once(&skb, 1);
	KUNIT_EXPECT_EQ(test, 1, ear->n);
}

/* -- half of the copies are made -- */

struct half {
	struct nsb_frame f;
	struct nsb_flood_at at;
	struct sk_buff *skb;
};

static void half_begin(struct street *s, struct half *h, const u8 *dst)
{
	struct rig_port *a = s->p[0];

	h->skb = frame(a, dst, 0);
	skb_pull(h->skb, ETH_HLEN);
	h->skb->dev = a->dev;
	h->f = (struct nsb_frame){
		.br = s->rig->br,
		.in = a->port,
		.from = rig_side(a),
	};
	nsb_flood_begin(&h->f, h->skb, &h->at);
}

/* One more of them. Return: false if that was the last. */
static bool half_step(struct half *h)
{
	local_bh_disable();
	rcu_read_lock();
	nsb_flood_some(&h->f, h->skb, &h->at, 1);
	rcu_read_unlock();
	local_bh_enable();
	return h->at.stage != NSB_FLOOD_END;
}

static void half_end(struct kunit *test, struct half *h)
{
	int i;

	for (i = 0; i < 20 && half_step(h); i++)
		;
	KUNIT_EXPECT_EQ(test, NSB_FLOOD_END, h->at.stage);
	kfree_skb(h->skb);
	rig_settle();
}

static void until_got(struct kunit *test, struct half *h, struct rig_port *p)
{
	int i;

	for (i = 0; i < 20 && !p->got; i++) {
		half_step(h);
		rig_settle();
	}
	KUNIT_ASSERT_EQ(test, 1, p->got);
}

/* The one who was served last goes, and one who was not; one comes too late. */
static void change(struct kunit *test, struct street *s, struct half *h)
{
	until_got(test, h, s->p[1]);
	rig_unplug(s->p[1]);
	rig_unplug(s->p[3]);
}

static void ports_test(struct kunit *test)
{
	struct street s;
	struct half h;

	street(test, &s);
	half_begin(&s, &h, BCAST);
	change(test, &s, &h);
	rig_cable(s.rig, 6, RIG_MAC(6));
	half_end(test, &h);
	EXPECT_TO(test, s.rig, rig_bit(s.rig->host) | rig_bit(s.p[1]) |
			       rig_bit(s.p[2]) | rig_bit(s.p[4]));
}

static int join(struct rig_port *p)
{
	int err;

	rtnl_lock();
	err = dev_mc_add(p->far, MCAST);
	rtnl_unlock();
	return err;
}

static void members_test(struct kunit *test)
{
	struct street s;
	struct half h;
	int i;

	street(test, &s);
	for (i = 1; i < ARRAY_SIZE(s.p); i++)
		KUNIT_ASSERT_EQ(test, 0, join(s.p[i]));
	half_begin(&s, &h, MCAST);
	change(test, &s, &h);
	KUNIT_ASSERT_EQ(test, 0, join(rig_cable(s.rig, 6, RIG_MAC(6))));
	half_end(test, &h);
	EXPECT_TO(test, s.rig, rig_bit(s.p[1]) | rig_bit(s.p[2]) |
			       rig_bit(s.p[4]));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(turns_test),
	KUNIT_CASE(full_test),
	KUNIT_CASE(large_test),
	KUNIT_CASE(ports_test),
	KUNIT_CASE(members_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-flood",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
