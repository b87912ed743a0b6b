// SPDX-License-Identifier: GPL-2.0
/* The forwarding table: who gets an entry, and at which port. */
#include "rig_fdb.h"

#define GROUP	((const u8 []){ 0x03, 0, 0, 0, 0, 1 })

static void key_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	u32 before = rig->br->n_entries;

	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(b, X));
	KUNIT_EXPECT_EQ(test, 0, learn(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, before + 2, rig->br->n_entries);
	/* VLANs are part of the key as well. */
	KUNIT_EXPECT_NULL(test, nsb_fdb_find(rig->br, rig_side(a), X, 1));

	KUNIT_EXPECT_EQ(test, 0, del(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
}

static void refresh_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_fdb_entry *e;
	u32 n;

	learn(a, X);
	learn(b, X);
	n = rig->br->n_entries;
	age(a, X, 100 * HZ);
	age(b, X, 100 * HZ);
	e = find(a, X);

	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_PTR_EQ(test, e, find(a, X));
	KUNIT_EXPECT_LT(test, jiffies - e->used, HZ * 50UL);
	KUNIT_EXPECT_GE(test, jiffies - find(b, X)->used, HZ * 100UL);
	KUNIT_EXPECT_EQ(test, n, rig->br->n_entries);
}

static void move_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));
	u64 seq;

	learn(a, X);
	seq = find(a, X)->seq;
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, ELSEWHERE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	/* The address has not become younger by it. */
	KUNIT_EXPECT_EQ(test, seq, find(a2, X)->seq);

	/* It goes with the port that it leads to now. */
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	rig_set_up(a2->dev, false);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
}

static void no_move_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	learn(a, X);
	a2->port->learning = false;
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	a2->port->learning = true;
	a2->port->locked = true;
	/* An entry of its side it is, so the frame may pass. */
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
}

/* What an administrator says of an entry that ages: to stay, or not. */
static void sticky_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));

	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_DYNAMIC));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));

	/* In place of what was learned. */
	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_DYNAMIC | NSB_FDB_STICKY));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	age(a, X, 100 * HZ);
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	/* It is seen all the same, so it does not age while it is in use. */
	KUNIT_EXPECT_LT(test, jiffies - find(a, X)->used, (unsigned long)HZ);
	/* Another namespace has nothing to do with it. */
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));

	/* Static above it, and one that ages never in place of that. */
	KUNIT_EXPECT_EQ(test, 0, add(a2, X, NSB_FDB_STICKY));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, X, NSB_FDB_DYNAMIC));
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, X, 0));
	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_REPLACE));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, X));
	KUNIT_EXPECT_FALSE(test, find(a, X)->sticky);
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, RIG_MAC(2), NSB_FDB_DYNAMIC |
					   NSB_FDB_REPLACE));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->used);
}

static void precedence_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	u32 used = rig_side(a)->used, n = rig->br->n_entries;

	learn(a2, X);
	KUNIT_EXPECT_EQ(test, 0, rig_add_mac(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));

	KUNIT_EXPECT_EQ(test, 0, add_static(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));

	/* Owned after it became static: still static. */
	rig_del_mac(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	rig_add_mac(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));

	/* Static in place of learned. */
	learn(a, Y);
	KUNIT_EXPECT_EQ(test, 0, add_static(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Y));

	KUNIT_EXPECT_EQ(test, 0, del(a2, X));
	KUNIT_EXPECT_EQ(test, 0, del(a, Y));
	rig_del_mac(a, X);
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, used, rig_side(a)->used);
	KUNIT_EXPECT_EQ(test, n, rig->br->n_entries);
}

static void shadow_static_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, add_static(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->shadowed);
	KUNIT_EXPECT_EQ(test, 0, del(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->shadowed);
}

/* The static entry does not go by hand, but with its port. */
static void shadow_flush_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	KUNIT_EXPECT_EQ(test, 0, add_static(a2, RIG_MAC(1)));
	rig_unplug(a2);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void shadow_host_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 0, RIG_MAC(1));
	u8 own[ETH_ALEN];

	ether_addr_copy(own, rig->host->dev->dev_addr);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(rig->host, own));
	KUNIT_EXPECT_EQ(test, 0, add_static(a, own));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, own));
	KUNIT_EXPECT_EQ(test, 0, del(a, own));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(rig->host, own));
}

static void shadow_owner_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *b = rig_cable(rig, 2, X);

	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	KUNIT_EXPECT_EQ(test, ELSEWHERE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, X));
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a2)->shadowed);

	/* The shadowed one goes first. */
	a = rig_cable(rig, 1, X);
	KUNIT_EXPECT_EQ(test, 1, rig_side(a2)->shadowed);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a2)->shadowed);
}

static void change_mac_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);

	rig_set_mac(a, Y);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	rig_set_mac(a2, Z);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, Z));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->used);
	KUNIT_EXPECT_EQ(test, 2, rig_side(a)->entries);
}

static void takeover_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *b = rig_cable(rig, 2, X);
	struct nsb_fdb_entry *e = find(a, X);

	/* It happens at most once a jiffy. */
	age(a, X, HZ);
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_PTR_EQ(test, e, find(a2, X));
	KUNIT_EXPECT_NULL(test, a->port->primary.entry);
	KUNIT_EXPECT_PTR_EQ(test, e, a2->port->primary.entry);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, X));

	age(a2, X, HZ);
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));

	/* Whose port goes is the one that has it. */
	age(a, X, HZ);
	learn(a2, X);
	rig_unplug(a2);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->shadowed);
}

/* The same by frames, and with a third port that does not have the address. */
static void takeover_frame_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *a3 = rig_cable(rig, 1, Y);
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(1));

	age(a, X, HZ);
	rig_send(a3, RIG_MAC(1), X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	rig_send(a2, RIG_MAC(1), NULL);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	rig_send(b, X, NULL);
	KUNIT_EXPECT_EQ(test, rig_bit(a2), rig_got(rig));
	age(a2, X, HZ);
	rig_send(a, RIG_MAC(1), NULL);
	rig_send(b, X, NULL);
	KUNIT_EXPECT_EQ(test, rig_bit(a), rig_got(rig));
}

static void learning_off_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));

	learn(a, X);
	a->port->learning = false;
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->refused);
}

static void locked_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	learn(a, X);
	add_static(a, Y);
	a->port->locked = true;
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, 0, learn(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, -EPERM, learn(a, Z));
	/* Another side's entry is no excuse. */
	KUNIT_EXPECT_EQ(test, -EPERM, learn(a, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Z));
	KUNIT_EXPECT_EQ(test, 0, learn(b, Z));

	rig_side(a)->quota = rig_side(a)->used;
	KUNIT_EXPECT_EQ(test, -ENOSPC, learn(a, Z));
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
}

static void refusal_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));
	static const u8 zero[ETH_ALEN];

	KUNIT_EXPECT_EQ(test, -EINVAL, add_static(a, GROUP));
	KUNIT_EXPECT_EQ(test, -EINVAL, add_static(a, zero));
	KUNIT_EXPECT_EQ(test, 0, add_static(a, X));
	KUNIT_EXPECT_EQ(test, -EEXIST, add_static(a, X));
	/* One entry for a key, at whichever port of the side. */
	KUNIT_EXPECT_EQ(test, -EEXIST, add_static(a2, X));
	KUNIT_EXPECT_EQ(test, 0, add_static(b, X));

	KUNIT_EXPECT_EQ(test, -ENOENT, del(a, Y));
	KUNIT_EXPECT_EQ(test, -ENOENT, del(a2, X));
	KUNIT_EXPECT_EQ(test, -EPERM, del(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, del(a, X));
	KUNIT_EXPECT_EQ(test, -ENOENT, del(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(b, X));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(key_test),
	KUNIT_CASE(refresh_test),
	KUNIT_CASE(move_test),
	KUNIT_CASE(no_move_test),
	KUNIT_CASE(sticky_test),
	KUNIT_CASE(precedence_test),
	KUNIT_CASE(shadow_static_test),
	KUNIT_CASE(shadow_flush_test),
	KUNIT_CASE(shadow_host_test),
	KUNIT_CASE(shadow_owner_test),
	KUNIT_CASE(change_mac_test),
	KUNIT_CASE(takeover_test),
	KUNIT_CASE(takeover_frame_test),
	KUNIT_CASE(learning_off_test),
	KUNIT_CASE(locked_test),
	KUNIT_CASE(refusal_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-fdb",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
