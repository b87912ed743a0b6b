// SPDX-License-Identifier: GPL-2.0
/* The counters: what real frames that pass, and those that do not, leave there. */
#include <linux/netdevice.h>

#include "fdb.h"
#include "pair.h"
#include "rig_crossing.h"

#define X	RIG_MAC(0x10)
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define RESERVED	((const u8 []){ 0x01, 0x80, 0xc2, 0, 0, 0 })
#define FRAME	(14 + 46 + 8)	/* what rig_send() sends */

static void pair_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *up = rig_uplink(rig);
	struct nsb_sum s;
	unsigned int i;

	for (i = 0; i < 5; i++)
		rig_send(a, RIG_MAC(2), NULL);
	for (i = 0; i < 3; i++)
		rig_send(b, RIG_MAC(1), NULL);
	rig_send(a, rig->host->dev->dev_addr, NULL);
	rig_send(rig->host, RIG_MAC(1), NULL);
	rig_send(up, RIG_MAC(1), X);

	s = between(a, b);
	KUNIT_EXPECT_EQ(test, 5, s.frames);
	KUNIT_EXPECT_EQ(test, 5, s.segs);
	KUNIT_EXPECT_EQ(test, 5 * FRAME, s.bytes);
	KUNIT_EXPECT_EQ(test, 0, s.copies);
	KUNIT_EXPECT_EQ(test, 0, drops(&s));
	s = between(b, a);
	KUNIT_EXPECT_EQ(test, 3, s.frames);
	KUNIT_EXPECT_EQ(test, 3 * FRAME, s.bytes);
	s = between(a, rig->host);
	KUNIT_EXPECT_EQ(test, 1, s.frames);
	KUNIT_EXPECT_EQ(test, FRAME, s.bytes);
	/* The host's own, and what came in by its uplink. */
	s = between(rig->host, a);
	KUNIT_EXPECT_EQ(test, 2, s.frames);
	KUNIT_EXPECT_EQ(test, 2 * FRAME, s.bytes);
	KUNIT_EXPECT_EQ(test, 4, rig->br->n_crossings);
	KUNIT_EXPECT_EQ(test, 0, between(a, NULL).flooded);
}

static void flood_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *c = rig_cable(rig, 3, RIG_MAC(3));
	struct rig_port *c2 = rig_cable(rig, 3, RIG_MAC(4));
	struct nsb_sum s;

	rig_send(a, BCAST, NULL);
	KUNIT_EXPECT_EQ(test, rig_bit(b) | rig_bit(c) | rig_bit(c2) |
			rig_bit(rig->host), rig_got(rig));
	s = between(a, NULL);
	KUNIT_EXPECT_EQ(test, 1, s.flooded);
	KUNIT_EXPECT_EQ(test, 0, s.frames);
	KUNIT_EXPECT_EQ(test, 0, drops(&s));
	KUNIT_EXPECT_EQ(test, 1, between(a, b).frames);
	KUNIT_EXPECT_EQ(test, 1, between(a, b).copies);
	KUNIT_EXPECT_EQ(test, 2, between(a, c).frames);
	KUNIT_EXPECT_EQ(test, 2, between(a, c).copies);
	KUNIT_EXPECT_EQ(test, 1, between(a, rig->host).copies);

	/* A copy that finds its port down is a drop, but not another frame. */
	rig_set_up(b->dev, false);
	rig_send(a, BCAST, NULL);
	s = between(a, b);
	KUNIT_EXPECT_EQ(test, 1, s.frames);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_DOWN]);
	KUNIT_EXPECT_EQ(test, 1, s.drop_copies);
	KUNIT_EXPECT_EQ(test, 2, offered(rig_side(a)));
}

static void drop_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_sum s;

	rig_send(a, RESERVED, NULL);
	rig_send(a, X, NULL);
	rig_send(a, RIG_MAC(2), BCAST);
	rig_set_up(rig->host->dev, false);
	rig_send(a, RIG_MAC(2), NULL);
	rig_set_up(rig->host->dev, true);
	a->port->locked = true;
	rig_send(a, RIG_MAC(2), X);
	a->port->locked = false;
	rig_send(a, RIG_MAC(2), X);
	rig_send(a, X, NULL);
	a->port->isolated = true;
	b->port->isolated = true;
	rig_send(a, RIG_MAC(2), NULL);
	b->port->isolated = false;

	s = between(a, NULL);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_RESERVED]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_UNKNOWN]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_INVALID]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_DOWN]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_SPOOF]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_HAIRPIN]);
	KUNIT_EXPECT_EQ(test, 6, drops(&s));
	KUNIT_EXPECT_EQ(test, 0, s.drop_copies);

	/* Those with a destination are counted towards it. */
	rtnl_lock();
	dev_set_mtu(b->dev, 68);
	rtnl_unlock();
	rig_send_frame(a, &(struct rig_frame){ .dst = RIG_MAC(2), .len = 200 });
	rtnl_lock();
	dev_set_mtu(b->dev, 1500);
	dev_set_mtu(b->far, 68);
	rtnl_unlock();
	rig_send_frame(a, &(struct rig_frame){ .dst = RIG_MAC(2), .len = 200 });
	rig_set_up(b->dev, false);
	rig_send(a, RIG_MAC(2), NULL);
	s = between(a, b);
	KUNIT_EXPECT_EQ(test, 1, s.frames);
	KUNIT_EXPECT_EQ(test, 2, s.drops[NSBRIDGE_REASON_MTU]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_DOWN]);
	KUNIT_EXPECT_EQ(test, 1, s.drops[NSBRIDGE_REASON_POLICY]);
	KUNIT_EXPECT_EQ(test, 4, drops(&s));
	KUNIT_EXPECT_EQ(test, 11, offered(rig_side(a)));
}

/* Whatever is sent, and however it ends: nothing is lost and nothing counted
 * twice.
 */
static void equation_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *p[5] = {
		rig->host,
		rig_cable(rig, 1, RIG_MAC(1)),
		rig_cable(rig, 2, RIG_MAC(2)),
		rig_cable(rig, 3, RIG_MAC(3)),
		rig_uplink(rig),
	};
	const u8 *dst[] = { BCAST, RESERVED, X, rig->host->dev->dev_addr,
			    RIG_MAC(1), RIG_MAC(2), RIG_MAC(3), RIG_MAC(5) };
	const u8 *src[] = { NULL, NULL, X, RIG_MAC(5), RIG_MAC(2), BCAST };
	u64 n[ARRAY_SIZE(p)] = {}, arrived[ARRAY_SIZE(p)] = {}, into;
	u32 seed = 12345;
	unsigned int i, j;

	rig->br->max_crossings = 9;
	p[3]->port->isolated = true;
	for (i = 0; i < 600; i++) {
		struct rig_port *from;
		const u8 *source;

		seed = seed * 1664525 + 1013904223;
		from = p[(seed >> 8) % ARRAY_SIZE(p)];
		source = src[(seed >> 16) % ARRAY_SIZE(src)];
		/* Of its own it has none, and the bridge sends as it is told. */
		if (from == p[4] && !source)
			source = RIG_MAC(6);
		if (from == rig->host)
			source = NULL;
		if (i % 100 == 50)
			p[2]->port->isolated = !p[2]->port->isolated;
		if (i % 150 == 70)
			p[1]->port->locked = !p[1]->port->locked;
		if (i % 200 == 120)
			rig_set_up(p[1]->dev, false);
		if (i % 200 == 160) {
			rig_set_up(p[1]->dev, true);
			KUNIT_ASSERT_TRUE(test, rig_wait(rig_has_queue,
							 p[1]->far));
		}
		if (from == p[1] && !(p[1]->dev->flags & IFF_UP))
			continue;
		n[from - rig->ports]++;
		rig_send(from, dst[(seed >> 24) % ARRAY_SIZE(dst)], source);
		for (j = 0; j < ARRAY_SIZE(p); j++)
			arrived[j] += p[j]->got;
	}

	KUNIT_EXPECT_EQ(test, n[0] + n[4], offered(rig_side(p[0])));
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_GT(test, n[i], 50);
		KUNIT_EXPECT_EQ(test, n[i], offered(rig_side(p[i])));
	}
	/* Some of it had no crossing of its own. */
	KUNIT_EXPECT_EQ(test, 9, rig->br->n_crossings);

	/* And into each, what has arrived there. */
	for (i = 0, into = 0; i < 4; i++)
		into += sent(rig_side(p[i])).frames;
	for (i = 0; i < ARRAY_SIZE(p); i++)
		into -= arrived[i];
	KUNIT_EXPECT_EQ(test, 0, into);
}

/* A cable is a pair of crossings as well, which start anew when an end moves. */
static void cable_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_end *end = netdev_priv(a->far);
	struct nsb_sum s;
	u64 since;

	rig_send(a, RIG_MAC(2), NULL);
	rig_send(a, RIG_MAC(2), NULL);
	rig_send(b, RIG_MAC(1), NULL);
	nsb_end_crossing(a->far, &s);
	KUNIT_EXPECT_EQ(test, 2, s.frames);
	KUNIT_EXPECT_EQ(test, 2 * FRAME, s.bytes);
	nsb_end_crossing(a->dev, &s);
	KUNIT_EXPECT_EQ(test, 1, s.frames);

	since = end->since;
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-3", a->far->name);
	RIG_SH(test, "n 3 link set %s up", a->far->name);
	KUNIT_EXPECT_GT(test, end->since, since);
	nsb_end_crossing(a->far, &s);
	KUNIT_EXPECT_EQ(test, 0, s.frames);
	KUNIT_EXPECT_EQ(test, 0, s.last);
	nsb_end_crossing(a->dev, &s);
	KUNIT_EXPECT_EQ(test, 0, s.frames);
	/* The other cable has not moved. */
	nsb_end_crossing(b->far, &s);
	KUNIT_EXPECT_EQ(test, 1, s.frames);
	/* Neither have the devices' own counters. */
	nsb_count_sum(end->count, &s);
	KUNIT_EXPECT_EQ(test, 2, s.frames);

	/* On no bridge, it is a crossing that nothing else tells of. */
	rig_send(b, RIG_MAC(1), NULL);
	RIG_SH(test, "ip link set %s nomaster", b->dev->name);
	nsb_end_crossing(b->far, &s);
	KUNIT_EXPECT_EQ(test, 0, s.frames);
	KUNIT_EXPECT_EQ(test, 0, s.last);
	rig_send(b, RIG_MAC(1), NULL);
	nsb_end_crossing(b->far, &s);
	KUNIT_EXPECT_EQ(test, 1, s.frames);
	KUNIT_EXPECT_NE(test, 0, s.last);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pair_test),
	KUNIT_CASE(flood_test),
	KUNIT_CASE(drop_test),
	KUNIT_CASE_SLOW(equation_test),
	KUNIT_CASE(cable_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-crossing-frame",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
