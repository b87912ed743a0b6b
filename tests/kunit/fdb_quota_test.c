// SPDX-License-Identifier: GPL-2.0
/* The forwarding table: for how many addresses there is room. */
#include "rig_fdb.h"

static void quota_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_side *side = rig_side(a);

	/* The device's address does not count. */
	KUNIT_EXPECT_EQ(test, 0, side->used);
	KUNIT_EXPECT_EQ(test, 1, side->entries);
	side->quota = 2;
	learn(a, X);
	KUNIT_EXPECT_EQ(test, 0, rig_add_mac(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Y));
	KUNIT_EXPECT_EQ(test, 2, side->used);
	KUNIT_EXPECT_EQ(test, 0, side->refused);

	/* A frame that finds no room passes all the same. */
	KUNIT_EXPECT_EQ(test, 0, learn(a, Z));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Z));
	KUNIT_EXPECT_EQ(test, 1, side->refused);
	rig_add_mac(a, RIG_MAC(3));
	KUNIT_EXPECT_EQ(test, NONE, at(a, RIG_MAC(3)));
	KUNIT_EXPECT_EQ(test, 2, side->refused);
	KUNIT_EXPECT_EQ(test, 2, side->used);
	/* What is there already is refreshed. */
	age(a, X, HZ);
	learn(a, X);
	KUNIT_EXPECT_LT(test, jiffies - find(a, X)->used, (unsigned long)HZ);
	KUNIT_EXPECT_EQ(test, 2, side->refused);

	KUNIT_EXPECT_EQ(test, 0, learn(b, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, Z));
	KUNIT_EXPECT_EQ(test, 0, rig_side(b)->refused);

	/* What goes makes room. */
	rig_del_mac(a, RIG_MAC(3));
	rig_del_mac(a, Y);
	KUNIT_EXPECT_EQ(test, 1, side->used);
	learn(a, Z);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, Z));
}

/* One quota for a namespace, not for each of its ports. */
static void quota_ports_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	rig_side(a)->quota = 1;
	learn(a, X);
	learn(a2, Y);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, Y));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->refused);
}

static void max_entries_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b;

	rig->br->max_entries = rig->br->n_entries + 1;
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->refused);
	KUNIT_EXPECT_EQ(test, -ENOSPC, add_static(a, Y));

	/* A namespace must be reached nevertheless. */
	b = rig_cable(rig, 2, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, RIG_MAC(2)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(quota_test),
	KUNIT_CASE(quota_ports_test),
	KUNIT_CASE(max_entries_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-fdb-quota",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
