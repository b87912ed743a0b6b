// SPDX-License-Identifier: GPL-2.0
/* The decision: who gets a frame, and who does not. Real frames go in at far
 * ends and uplinks, and the taps tell where they came out. Who of several can use
 * a frame is in twins_test.c.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "fdb.h"
#include "rig.h"

#define X	RIG_MAC(0x10)
#define Y	RIG_MAC(0x11)
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define MCAST	((const u8 []){ 0x01, 0, 0x5e, 1, 2, 3 })
#define RESERVED(n)	((const u8 []){ 0x01, 0x80, 0xc2, 0, 0, (n) })

static u64 drops(const struct rig_port *from, enum nsbridge_reason reason)
{
	return rig_drops(from, NULL, reason);
}

/* -- one candidate, or none -- */

static void one_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.b, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.up, RIG_MAC(3), X);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	/* X was seen at the uplink. */
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	rig_send(t.a, t.rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rig_send(t.rig->host, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.rig->host, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

/* From one port of a namespace to another one. */
static void same_side_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	rig_send(a, RIG_MAC(2), NULL);
	EXPECT_TO(test, rig, rig_bit(a2));
}

static void unknown_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *near, *up;

	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(a, NSBRIDGE_REASON_UNKNOWN));
	rig_send(rig->host, X, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));

	up = rig_uplink(rig);
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(up));
	rig_send(up, X, Y);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 2, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));

	/* Into the bridge's own namespace as on any bridge. */
	near = rig_cable(rig, 0, RIG_MAC(3));
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(up) | rig_bit(near));

	rtnl_lock();
	nsb_port_set_flood(b->port, 1);
	nsb_port_set_flood(up->port, 0);
	rtnl_unlock();
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(b) | rig_bit(near));
	KUNIT_EXPECT_EQ(test, 1, drops(a, NSBRIDGE_REASON_UNKNOWN));
}

/* Somebody runs tcpdump on the bridge device. */
static void watched_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	rtnl_lock();
	dev_set_promiscuity(t.rig->host->dev, 1);
	rtnl_unlock();
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.rig->host));
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up) | rig_bit(t.rig->host));
	rig_send(t.a, t.rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rtnl_lock();
	dev_set_promiscuity(t.rig->host->dev, -1);
	rtnl_unlock();
}

static void hairpin_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	rig_send(t.a, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_HAIRPIN));
	/* Neither is it unknown, so it does not reach the uplink. */
	rig_send(t.b, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	/* With another namespace that has it, there is a way. */
	rig_send(t.c, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

static void isolated_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	t.a->port->isolated = true;
	t.b->port->isolated = true;
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_POLICY));
	rig_send(t.a, RIG_MAC(3), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_send(t.c, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.rig->host, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.d) | rig_bit(t.up) |
		  rig_bit(t.rig->host));
	/* A candidate that may not have it does not keep it from others. */
	rig_send(t.b, BCAST, X);
	rig_send(t.c, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static void broadcast_test(struct kunit *test)
{
	struct rig_town t;
	u32 all;

	rig_town(test, &t);
	all = rig_bit(t.a) | rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.d) |
	      rig_bit(t.up) | rig_bit(t.rig->host);
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.a));
	rig_send(t.rig->host, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.rig->host));
	rig_send(t.up, BCAST, X);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.up));

	t.b->port->bcast_flood = false;
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.a) & ~rig_bit(t.b));
}

/* A broadcast of the bridge's own, and not one port to copy it to. */
static void nobody_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);

	rig_send(rig->host, BCAST, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(rig->host, NSBRIDGE_REASON_NOBODY));
	KUNIT_EXPECT_EQ(test, 0, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));
}

static void reserved_test(struct kunit *test)
{
	struct rig_town t;
	unsigned int i;

	rig_town(test, &t);
	for (i = 0; i < 16; i++) {
		rig_send(t.a, RESERVED(i), NULL);
		EXPECT_TO(test, t.rig, 0);
	}
	KUNIT_EXPECT_EQ(test, 16, drops(t.a, NSBRIDGE_REASON_RESERVED));
	t.rig->br->group_fwd_mask = BIT(0xe);
	/* Like any group: to the uplinks, and to who has joined it. */
	rig_send(t.a, RESERVED(0xe), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	rig_send(t.a, RESERVED(0xd), NULL);
	EXPECT_TO(test, t.rig, 0);
	/* The next one is a group like others. */
	rig_send(t.a, RESERVED(0x10), NULL);
	KUNIT_EXPECT_NE(test, 0, rig_got(t.rig));
	KUNIT_EXPECT_EQ(test, 17, drops(t.a, NSBRIDGE_REASON_RESERVED));
}

static void invalid_source_test(struct kunit *test)
{
	static const u8 zero[ETH_ALEN];
	struct rig_town t;
	u32 n;

	rig_town(test, &t);
	n = t.rig->br->n_entries;
	rig_send(t.a, RIG_MAC(2), MCAST);
	EXPECT_TO(test, t.rig, 0);
	rig_send(t.a, RIG_MAC(2), zero);
	EXPECT_TO(test, t.rig, 0);
	rig_send(t.up, RIG_MAC(2), BCAST);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 2, drops(t.a, NSBRIDGE_REASON_INVALID));
	KUNIT_EXPECT_EQ(test, 1, drops(t.rig->host, NSBRIDGE_REASON_INVALID));
	KUNIT_EXPECT_EQ(test, n, t.rig->br->n_entries);
}

static void locked_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	t.a->port->locked = true;
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.a, RIG_MAC(2), RIG_MAC(3));
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_SPOOF));
	rig_side(t.a)->quota = 0;
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_QUOTA));
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_SPOOF));
}

/* Whoever sends with another namespace's address gets none of its traffic. */
static void spoof_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	rig_send(t.a, BCAST, RIG_MAC(2));
	rig_send(t.c, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.up, BCAST, RIG_MAC(2));
	rig_send(t.c, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static void down_test(struct kunit *test)
{
	struct rig_town t;
	u32 n;

	rig_town(test, &t);
	n = t.rig->br->n_entries;
	rig_set_up(t.rig->host->dev, false);
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_DOWN));
	KUNIT_EXPECT_EQ(test, n, t.rig->br->n_entries);
	rig_set_up(t.rig->host->dev, true);
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* -- several candidates: rank and age -- */

static void set_static(struct rig_port *p, const u8 *mac, bool there)
{
	int err;

	rtnl_lock();
	err = there ? nsb_fdb_add(p->port, mac, 0, 0, NULL) :
		      nsb_fdb_del(p->port, mac, 0, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(p->rig->test, 0, err);
}

static void rank_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	/* The lowest rank first, so that age is against the order. */
	rig_send(t.a, BCAST, X);
	rig_add_mac(t.b, X);
	rig_send(t.up, BCAST, X);
	set_static(t.c, X, true);
	t.up->port->trusted = true;

	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	set_static(t.c, X, false);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	t.up->port->trusted = false;
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_del_mac(t.b, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* Nobody gets what it sent itself. */
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

static void age_test(struct kunit *test)
{
	struct rig_town t;

	rig_town(test, &t);
	rig_send(t.b, BCAST, X);
	rig_send(t.a, BCAST, X);
	rig_send(t.c, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Noise makes nobody older. */
	rig_send(t.a, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Who comes back is the newcomer. */
	rig_set_up(t.b->dev, false);
	rig_set_up(t.b->dev, true);
	rig_send(t.b, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	rig_add_mac(t.c, Y);
	rig_add_mac(t.a, Y);
	rig_send(t.d, Y, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_del_mac(t.c, Y);
	rig_add_mac(t.c, Y);
	rig_send(t.d, Y, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* The bridge's namespace is a side like any other. */
static void host_rank_test(struct kunit *test)
{
	const u8 *own;
	struct rig_town t;

	rig_town(test, &t);
	own = t.rig->host->dev->dev_addr;
	rig_add_mac(t.a, own);
	rig_send(t.d, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rig_send(t.rig->host, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	set_static(t.b, own, true);
	rig_send(t.d, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_test),
	KUNIT_CASE(same_side_test),
	KUNIT_CASE(unknown_test),
	KUNIT_CASE(watched_test),
	KUNIT_CASE(hairpin_test),
	KUNIT_CASE(isolated_test),
	KUNIT_CASE(broadcast_test),
	KUNIT_CASE(nobody_test),
	KUNIT_CASE(reserved_test),
	KUNIT_CASE(invalid_source_test),
	KUNIT_CASE(locked_test),
	KUNIT_CASE(spoof_test),
	KUNIT_CASE(down_test),
	KUNIT_CASE(rank_test),
	KUNIT_CASE(age_test),
	KUNIT_CASE(host_rank_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-decide",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
