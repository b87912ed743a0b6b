// SPDX-License-Identifier: GPL-2.0
/* The forwarding table: when an entry goes. */
#include "rig_fdb.h"

struct mac_at {
	struct rig_port *p;
	const u8 *mac;
	struct rig_port *busy;
	const u8 *refreshed;
};

static bool is_gone(void *arg)
{
	struct mac_at *m = arg;

	if (m->busy)
		learn(m->busy, m->refreshed);
	return at(m->p, m->mac) == NONE;
}

static void ageing_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct mac_at x = { .p = a, .mac = X, .busy = a, .refreshed = Y };
	struct mac_at y = { .p = a, .mac = Y };
	unsigned long start;

	learn(a, X);
	learn(a, Y);
	add_static(a, Z);
	rig_add_mac(a, RIG_MAC(2));
	start = jiffies;
	rtnl_lock();
	nsb_fdb_set_ageing(rig->br, HZ);
	rtnl_unlock();

	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &x));
	KUNIT_EXPECT_GE(test, jiffies - start, HZ * 9UL / 10);
	KUNIT_EXPECT_LT(test, jiffies - start, HZ * 3UL);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, Y));
	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, 2, rig_side(a)->used);
}

static void flush_down_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	learn(a, X);
	learn(b, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void flush_carrier_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct mac_at x = { .p = a, .mac = X };

	learn(a, X);
	rig_set_up(a->far, false);
	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &x));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void flush_removal_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	u32 before = rig->br->n_entries;
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct nsb_side *side = rig_side(a);

	learn(a, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	KUNIT_EXPECT_EQ(test, 4, side->entries);
	KUNIT_EXPECT_EQ(test, 3, side->used);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 0, side->entries);
	KUNIT_EXPECT_EQ(test, 0, side->used);
	KUNIT_EXPECT_EQ(test, 0, side->shadowed);
	KUNIT_EXPECT_EQ(test, 0, side->ports);
	KUNIT_EXPECT_EQ(test, before, rig->br->n_entries);
}

/* More than are flushed in one go, and those that stay are among them. */
static void flush_many_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	u8 mac[ETH_ALEN] = { 0x02, 0, 0, 1 };
	unsigned int i, kept = 0;
	struct nsb_fdb_entry *e;
	int bad = 0;

	rig_side(a)->quota = 2000;
	for (i = 0; i < 1200; i++) {
		mac[4] = i >> 8;
		mac[5] = i;
		bad |= i & 1 ? add_static(a, mac) : learn(a, mac);
	}
	KUNIT_EXPECT_EQ(test, 0, bad);
	KUNIT_EXPECT_EQ(test, 1200, rig_side(a)->used);
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, 600, rig_side(a)->used);
	hlist_for_each_entry(e, &a->port->entries, port_list)
		kept += e->origin == NSBRIDGE_ORIGIN_STATIC;
	KUNIT_EXPECT_EQ(test, 600, kept);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 1, rig->br->n_entries);
}

/* The far end goes into another namespace, and a frame that it sent from where
 * it was is still under way.
 */
static void far_moves_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct nsb_side *was = rig_side(a);

	learn(a, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-2", a->far->name);
	KUNIT_ASSERT_PTR_NE(test, was, rig_side(a));
	KUNIT_ASSERT_PTR_EQ(test, rig_net(2), rig_side(a)->net);

	/* What it has came along, what others said of the old place did not. */
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, 0, was->entries);
	KUNIT_EXPECT_EQ(test, 0, was->used);
	KUNIT_EXPECT_EQ(test, 0, was->ports);

	KUNIT_EXPECT_EQ(test, 0, learn_for(a, was, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_NULL(test, nsb_fdb_find(rig->br, was, X, 0));
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
}

/* The same, where the old side still has an entry, at another port: it must not
 * be moved to this one.
 */
static void far_moves_entry_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct nsb_side *was = rig_side(a);

	learn(a2, X);
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-2", a->far->name);
	KUNIT_ASSERT_PTR_NE(test, was, rig_side(a));
	learn_for(a, was, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	learn_for(a, was, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, RIG_MAC(2)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_SLOW(ageing_test),
	KUNIT_CASE(flush_down_test),
	KUNIT_CASE(flush_carrier_test),
	KUNIT_CASE(flush_removal_test),
	KUNIT_CASE(flush_many_test),
	KUNIT_CASE(far_moves_test),
	KUNIT_CASE(far_moves_entry_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-fdb-flush",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
