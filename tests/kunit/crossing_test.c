// SPDX-License-Identifier: GPL-2.0
/* The counters: frames counted by hand, and how long a counter lives. */
#include <linux/timekeeping.h>

#include "rig_crossing.h"

static void frame(struct nsb_side *from, struct nsb_side *to, bool copy)
{
	local_bh_disable();
	rcu_read_lock();
	nsb_cross_frame(nsb_crossing(from, to), 1500, 3, copy);
	rcu_read_unlock();
	local_bh_enable();
}

static void drop(struct nsb_side *from, struct nsb_side *to,
		 enum nsbridge_reason reason, bool copy)
{
	local_bh_disable();
	rcu_read_lock();
	nsb_cross_drop(nsb_crossing(from, to), reason, copy);
	rcu_read_unlock();
	local_bh_enable();
}

/* A side of every namespace, without a port. */
static void sides(struct kunit *test, struct nsb_bridge *br,
		  struct nsb_side **side)
{
	unsigned int i;

	for (i = 0; i < RIG_NETS; i++) {
		rtnl_lock();
		side[i] = nsb_side_get(br, rig_net(i), NULL);
		rtnl_unlock();
		KUNIT_ASSERT_FALSE(test, IS_ERR(side[i]));
	}
}

static void count_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_side *s[RIG_NETS];
	struct nsb_sum n;
	unsigned int i;

	sides(test, rig->br, s);
	for (i = 0; i < 10; i++)
		frame(s[1], s[2], i < 4);
	drop(s[1], s[2], NSBRIDGE_REASON_MTU, false);
	drop(s[1], s[2], NSBRIDGE_REASON_MTU, true);
	drop(s[1], s[2], NSBRIDGE_REASON_BACKLOG, false);

	n = sum(cross(s[1], s[2]));
	KUNIT_EXPECT_EQ(test, 10, n.frames);
	KUNIT_EXPECT_EQ(test, 30, n.segs);
	KUNIT_EXPECT_EQ(test, 15000, n.bytes);
	KUNIT_EXPECT_EQ(test, 4, n.copies);
	KUNIT_EXPECT_EQ(test, 0, n.flooded);
	KUNIT_EXPECT_EQ(test, 1, n.drop_copies);
	KUNIT_EXPECT_EQ(test, 2, n.drops[NSBRIDGE_REASON_MTU]);
	KUNIT_EXPECT_EQ(test, 1, n.drops[NSBRIDGE_REASON_BACKLOG]);
	KUNIT_EXPECT_EQ(test, 3, drops(&n));

	/* Ordered: the way back is another one, and so are all others. */
	KUNIT_EXPECT_NULL(test, cross(s[2], s[1]));
	KUNIT_EXPECT_NULL(test, cross(s[1], s[3]));
	KUNIT_EXPECT_EQ(test, 1, rig->br->n_crossings);
	/* A namespace may send to itself. */
	frame(s[1], s[1], false);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[1])).frames);
	KUNIT_EXPECT_EQ(test, 10, sum(cross(s[1], s[2])).frames);
	KUNIT_EXPECT_EQ(test, 2, rig->br->n_crossings);
}

static void sum_test(struct kunit *test)
{
	struct nsb_count __percpu *count = nsb_count_alloc(GFP_KERNEL);
	unsigned int n = 0;
	struct nsb_sum s;
	int cpu, i;

	KUNIT_ASSERT_NOT_NULL(test, (void __force *)count);
	nsb_count_sum(count, &s);
	KUNIT_EXPECT_EQ(test, 0, s.frames);
	KUNIT_EXPECT_EQ(test, 0, drops(&s));
	KUNIT_EXPECT_EQ(test, 0, s.last);

	for_each_possible_cpu(cpu) {
		struct nsb_count *c = per_cpu_ptr(count, cpu);

		n++;
		u64_stats_set(&c->frames, 1ULL << 40);
		u64_stats_set(&c->segs, 2);
		u64_stats_set(&c->bytes, 3);
		u64_stats_set(&c->copies, 4);
		u64_stats_set(&c->flooded, 5);
		u64_stats_set(&c->drop_copies, 6);
		for (i = 0; i < NSB_REASONS; i++)
			u64_stats_set(&c->drops[i], 10 + i);
		/* On the far side of a wrap, and still the latest. */
		c->last = n == 1 ? 5 : -5UL;
	}
	nsb_count_sum(count, &s);
	free_percpu(count);
	KUNIT_EXPECT_EQ(test, (u64)n << 40, s.frames);
	KUNIT_EXPECT_EQ(test, 2 * n, s.segs);
	KUNIT_EXPECT_EQ(test, 3 * n, s.bytes);
	KUNIT_EXPECT_EQ(test, 4 * n, s.copies);
	KUNIT_EXPECT_EQ(test, 5 * n, s.flooded);
	KUNIT_EXPECT_EQ(test, 6 * n, s.drop_copies);
	for (i = 0; i < NSB_REASONS; i++)
		KUNIT_EXPECT_EQ(test, (10 + i) * n, s.drops[i]);
	KUNIT_EXPECT_EQ(test, 5, s.last);
}

static void seen_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_side *s[RIG_NETS];
	u64 before, after, last;

	sides(test, rig->br, s);
	KUNIT_EXPECT_EQ(test, 0, s[1]->nowhere->first);
	KUNIT_EXPECT_EQ(test, 0, s[1]->other->first);
	before = ktime_get_real_ns();
	frame(s[1], s[2], false);
	drop(s[1], NULL, NSBRIDGE_REASON_UNKNOWN, false);
	after = ktime_get_real_ns();
	KUNIT_EXPECT_GE(test, cross(s[1], s[2])->first, before);
	KUNIT_EXPECT_LE(test, cross(s[1], s[2])->first, after);
	KUNIT_EXPECT_GE(test, s[1]->nowhere->first, before);
	KUNIT_EXPECT_LE(test, s[1]->nowhere->first, after);
	KUNIT_EXPECT_EQ(test, 0, s[1]->other->first);

	schedule_timeout_uninterruptible(HZ / 5);
	frame(s[1], s[2], false);
	KUNIT_EXPECT_LE(test, cross(s[1], s[2])->first, after);
	last = nsb_jiffies_to_real(sum(cross(s[1], s[2])).last);
	KUNIT_EXPECT_GE(test, last, after + 100 * NSEC_PER_MSEC);
	KUNIT_EXPECT_LE(test, last, ktime_get_real_ns());
	last = nsb_jiffies_to_real(sum(s[1]->nowhere).last);
	KUNIT_EXPECT_LE(test, last, after + 100 * NSEC_PER_MSEC);
	KUNIT_EXPECT_GE(test, last, before - 50 * NSEC_PER_MSEC);
}

/* What has no room for a crossing of its own is counted all the same. */
static void other_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_side *s[RIG_NETS];

	sides(test, rig->br, s);
	frame(s[1], s[2], false);
	rig->br->max_crossings = 2;
	frame(s[2], s[1], false);
	frame(s[1], s[3], false);
	frame(s[1], s[4], true);
	drop(s[1], s[5], NSBRIDGE_REASON_DOWN, false);
	frame(s[1], s[2], false);
	KUNIT_EXPECT_EQ(test, 2, rig->br->n_crossings);
	KUNIT_EXPECT_NULL(test, cross(s[1], s[3]));
	KUNIT_EXPECT_NULL(test, cross(s[1], s[4]));
	KUNIT_EXPECT_NULL(test, cross(s[1], s[5]));
	KUNIT_EXPECT_EQ(test, 2, sum(s[1]->other).frames);
	KUNIT_EXPECT_EQ(test, 1, sum(s[1]->other).copies);
	KUNIT_EXPECT_EQ(test, 1, sum(s[1]->other).drops[NSBRIDGE_REASON_DOWN]);
	KUNIT_EXPECT_NE(test, 0, s[1]->other->first);
	KUNIT_EXPECT_EQ(test, 2, sum(cross(s[1], s[2])).frames);
	KUNIT_EXPECT_EQ(test, 0, sum(s[2]->other).frames);
	KUNIT_EXPECT_EQ(test, 4, sent(s[1]).frames);

	rig->br->max_crossings = 3;
	frame(s[1], s[3], false);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[3])).frames);
	KUNIT_EXPECT_EQ(test, 2, sum(s[1]->other).frames);
}

static bool pool_full(void *arg)
{
	struct nsb_bridge *br = arg;

	return READ_ONCE(br->n_spares) == 64;
}

static void spares_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_bridge *br = rig->br;
	struct nsb_side *s[RIG_NETS];
	struct nsb_crossing *x, *tmp;
	unsigned int i, j, own = 0;
	LIST_HEAD(taken);

	sides(test, br, s);
	KUNIT_EXPECT_EQ(test, 64, br->n_spares);
	spin_lock_bh(&br->cross_lock);
	list_splice_init(&br->spares, &taken);
	br->n_spares = 0;
	spin_unlock_bh(&br->cross_lock);
	list_for_each_entry_safe(x, tmp, &taken, spare)
		nsb_crossing_free(x);

	/* None left: there is memory for one, and more are made meanwhile. */
	frame(s[1], s[2], false);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[2])).frames);
	KUNIT_EXPECT_EQ(test, 0, sum(s[1]->other).frames);
	KUNIT_EXPECT_TRUE(test, rig_wait(pool_full, br));

	/* As if there were none. */
	spin_lock_bh(&br->cross_lock);
	x = nsb_crossing_insert(s[1], s[3], NULL);
	spin_unlock_bh(&br->cross_lock);
	KUNIT_EXPECT_PTR_EQ(test, x, cross(s[1], s[3]));
	KUNIT_EXPECT_EQ(test, 63, br->n_spares);
	frame(s[1], s[3], false);
	KUNIT_EXPECT_EQ(test, 1, sum(x).frames);

	/* Enough of them to come below the mark at which more are made, and one
	 * frame to see that.
	 */
	spin_lock_bh(&br->cross_lock);
	for (i = 0; i < RIG_NETS; i++)
		for (j = 0; j < RIG_NETS; j++)
			if (i || j)
				nsb_crossing_insert(s[i], s[j], NULL);
	spin_unlock_bh(&br->cross_lock);
	for (i = 0; i < RIG_NETS; i++)
		for (j = 0; j < RIG_NETS; j++)
			frame(s[i], s[j], false);
	for (i = 0; i < RIG_NETS; i++)
		for (j = 0; j < RIG_NETS; j++) {
			x = cross(s[i], s[j]);
			own += x && x->from == s[i] && x->to == s[j];
		}
	KUNIT_EXPECT_EQ(test, RIG_NETS * RIG_NETS, own);
	KUNIT_EXPECT_EQ(test, RIG_NETS * RIG_NETS, br->n_crossings);
	KUNIT_EXPECT_TRUE(test, rig_wait(pool_full, br));
}

/* Sides with high numbers have rows of their own. */
static void row_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_side *s[RIG_NETS];
	unsigned int i;

	for (i = 1; i < 3 * NSB_ROW_SIZE; i++)
		KUNIT_ASSERT_EQ(test, 0,
				xa_reserve(&rig->br->sides, i, GFP_KERNEL));
	sides(test, rig->br, s);
	for (i = 1; i < 3 * NSB_ROW_SIZE; i++)
		xa_release(&rig->br->sides, i);
	KUNIT_ASSERT_EQ(test, 3 * NSB_ROW_SIZE, s[1]->idx);
	frame(s[0], s[1], false);
	frame(s[0], s[2], false);
	frame(s[1], s[0], false);
	frame(s[2], s[1], false);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[0], s[1])).frames);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[0], s[2])).frames);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[0])).frames);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[2], s[1])).frames);
	KUNIT_EXPECT_NULL(test, cross(s[0], s[0]));
	KUNIT_EXPECT_EQ(test, 4, rig->br->n_crossings);
}

static void forget_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct nsb_bridge *br = rig->br;
	struct nsb_side *s[RIG_NETS];
	LIST_HEAD(gone);
	u32 n, idx;

	sides(test, br, s);
	frame(s[1], s[2], false);
	frame(s[2], s[1], false);
	frame(s[2], s[2], false);
	frame(s[1], s[3], false);
	frame(s[3], s[1], false);
	frame(s[4], s[2], false);
	KUNIT_EXPECT_EQ(test, 6, br->n_crossings);
	n = br->n_sides;
	idx = s[2]->idx;

	rtnl_lock();
	nsb_side_unlink(s[2], &gone);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, 2, br->n_crossings);
	KUNIT_EXPECT_EQ(test, n - 1, br->n_sides);
	KUNIT_EXPECT_NULL(test, cross(s[1], s[2]));
	KUNIT_EXPECT_NULL(test, cross(s[4], s[2]));
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[3])).frames);

	/* A frame that was under way: counted, but no crossing comes of it. */
	frame(s[1], s[2], false);
	frame(s[2], s[5], false);
	KUNIT_EXPECT_EQ(test, 2, br->n_crossings);
	KUNIT_EXPECT_NULL(test, cross(s[1], s[2]));
	KUNIT_EXPECT_EQ(test, 1, sum(s[1]->other).frames);
	KUNIT_EXPECT_EQ(test, 1, sum(s[2]->other).frames);

	rtnl_lock();
	nsb_sides_free(&gone);
	/* The number is free again, and what it counts starts anew. */
	s[2] = nsb_side_get(br, rig_net(2), NULL);
	rtnl_unlock();
	KUNIT_ASSERT_FALSE(test, IS_ERR(s[2]));
	KUNIT_EXPECT_EQ(test, idx, s[2]->idx);
	frame(s[1], s[2], false);
	KUNIT_EXPECT_EQ(test, 1, sum(cross(s[1], s[2])).frames);
	KUNIT_EXPECT_EQ(test, 3, br->n_crossings);
}

static bool no_crossings(void *arg)
{
	struct nsb_bridge *br = arg;

	return !READ_ONCE(br->n_crossings);
}

/* The same when the namespace itself dies, with a port into it. */
static void netns_death_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	RIG_SH(test, "ip netns add nsb-kunit-dies");
	RIG_SH(test, "s dies ipv6/conf/default/disable_ipv6 1 || :");
	RIG_SH(test, "n 2 link set %s netns nsb-kunit-dies", b->far->name);
	RIG_SH(test, "n dies link set %s up", b->far->name);
	rig_unplug(rig_cable(rig, 3, RIG_MAC(3)));
	KUNIT_EXPECT_EQ(test, 5, rig->br->n_sides);
	schedule_timeout_uninterruptible(HZ / 10);
	rig_send(a, RIG_MAC(2), NULL);
	KUNIT_EXPECT_EQ(test, 1, between(a, b).frames);
	KUNIT_EXPECT_EQ(test, 1, rig->br->n_crossings);

	/* Sides without a port stay, for their counters, as long as they can. */
	dev_remove_pack(&b->tap);
	b->dev = NULL;
	RIG_SH(test, "ip netns del nsb-kunit-dies");
	KUNIT_EXPECT_TRUE(test, rig_wait(no_crossings, rig->br));
	KUNIT_EXPECT_EQ(test, 4, rig->br->n_sides);
	KUNIT_EXPECT_EQ(test, 1, rig->br->n_ports);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(count_test),
	KUNIT_CASE(sum_test),
	KUNIT_CASE(seen_test),
	KUNIT_CASE(other_test),
	KUNIT_CASE(spares_test),
	KUNIT_CASE(row_test),
	KUNIT_CASE(forget_test),
	KUNIT_CASE(netns_death_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-crossing",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
