// SPDX-License-Identifier: GPL-2.0
/* How long frames take: the buckets, and who has a histogram when. */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "crossing.h"
#include "hist.h"
#include "latency.h"
#include "rig.h"

static void bucket_test(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, 0, nsb_hist_bucket(0));
	KUNIT_EXPECT_EQ(test, 0, nsb_hist_bucket(127));
	KUNIT_EXPECT_EQ(test, 1, nsb_hist_bucket(128));
	KUNIT_EXPECT_EQ(test, 0, nsb_hist_least(0));
	for (i = 1; i < NSB_HIST_BUCKETS; i++) {
		u64 least = nsb_hist_least(i);

		KUNIT_EXPECT_EQ(test, 64ULL << i, least);
		KUNIT_EXPECT_EQ(test, i, nsb_hist_bucket(least));
		KUNIT_EXPECT_EQ(test, i - 1, nsb_hist_bucket(least - 1));
	}
	/* The last has no end. */
	i = NSB_HIST_BUCKETS - 1;
	KUNIT_EXPECT_EQ(test, 1ULL << 33, nsb_hist_least(i));
	KUNIT_EXPECT_EQ(test, i, nsb_hist_bucket(1ULL << 34));
	KUNIT_EXPECT_EQ(test, i, nsb_hist_bucket(U64_MAX));
}

/* What two CPUs counted is added up, bucket by bucket. */
static void sum_test(struct kunit *test)
{
	struct nsb_hist __percpu *hist = nsb_hist_alloc(GFP_KERNEL);
	unsigned int cpu, i, n = 0;
	struct nsb_hist_sum sum;

	KUNIT_ASSERT_NOT_NULL(test, (void __force *)hist);
	nsb_hist_sum(hist, &sum);
	KUNIT_EXPECT_EQ(test, 0, sum.total);
	for_each_possible_cpu(cpu) {
		struct nsb_hist *h = per_cpu_ptr(hist, cpu);

		u64_stats_add(&h->total, 1000);
		for (i = 0; i < NSB_HIST_BUCKETS; i++)
			u64_stats_add(&h->frames[i], i + cpu);
		n++;
	}
	nsb_hist_sum(hist, &sum);
	KUNIT_EXPECT_EQ(test, 1000 * n, sum.total);
	for (i = 0; i < NSB_HIST_BUCKETS; i++)
		KUNIT_EXPECT_EQ(test, i * n + n * (n - 1) / 2, sum.frames[i]);
	free_percpu(hist);
}

static int set(struct nsb_bridge *br, bool on)
{
	int err;

	rtnl_lock();
	err = nsb_latency_set(br, on, NULL);
	rtnl_unlock();
	return err;
}

static struct nsb_crossing *between(const struct rig_port *from,
				    const struct rig_port *to)
{
	struct nsb_crossing *x;

	rcu_read_lock();
	x = nsb_crossing_find(rig_side(from), rig_side(to));
	rcu_read_unlock();
	return x;
}

static u64 counted(const struct nsb_crossing *x)
{
	struct nsb_hist_sum sum;
	u64 n = 0;
	int i;

	nsb_hist_sum(x->hist, &sum);
	for (i = 0; i < NSB_HIST_BUCKETS; i++)
		n += sum.frames[i];
	return n;
}

static unsigned int spares_with(struct nsb_bridge *br)
{
	struct nsb_crossing *x;
	unsigned int n = 0;

	spin_lock_bh(&br->cross_lock);
	list_for_each_entry(x, &br->spares, spare)
		n += !!x->hist;
	spin_unlock_bh(&br->cross_lock);
	return n;
}

static void switch_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(0x11));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(0x12));
	struct rig_port *c;

	rig_send(a, RIG_MAC(0x12), NULL);
	EXPECT_TO(test, rig, rig_bit(b));
	KUNIT_EXPECT_NULL(test, (void __force *)between(a, b)->hist);
	KUNIT_EXPECT_FALSE(test, nsb_latency_on());

	KUNIT_ASSERT_EQ(test, 0, set(rig->br, true));
	KUNIT_EXPECT_TRUE(test, nsb_latency_on());
	KUNIT_ASSERT_NOT_NULL(test, (void __force *)between(a, b)->hist);
	KUNIT_EXPECT_EQ(test, rig->br->n_spares, spares_with(rig->br));
	KUNIT_EXPECT_EQ(test, 0, counted(between(a, b)));

	/* What was there, what is made of a spare, and what comes later. */
	rig_send(a, RIG_MAC(0x12), NULL);
	rig_settle();
	KUNIT_EXPECT_EQ(test, 1, counted(between(a, b)));
	rig_send(b, RIG_MAC(0x11), NULL);
	rig_settle();
	KUNIT_ASSERT_NOT_NULL(test, between(b, a));
	KUNIT_EXPECT_EQ(test, 1, counted(between(b, a)));
	c = rig_cable(rig, 3, RIG_MAC(0x13));
	rig_send(a, RIG_MAC(0x13), NULL);
	rig_settle();
	KUNIT_EXPECT_EQ(test, 1, counted(between(a, c)));
	/* A copy each, and one for the bridge's own namespace. */
	rig_send(a, ((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }), NULL);
	rig_settle();
	KUNIT_EXPECT_EQ(test, 2, counted(between(a, b)));
	KUNIT_EXPECT_EQ(test, 2, counted(between(a, c)));
	KUNIT_EXPECT_EQ(test, 1, counted(between(a, rig->host)));

	KUNIT_EXPECT_EQ(test, 0, set(rig->br, false));
	KUNIT_EXPECT_FALSE(test, nsb_latency_on());
	KUNIT_EXPECT_NULL(test, (void __force *)between(a, b)->hist);
	KUNIT_EXPECT_NULL(test, (void __force *)between(a, c)->hist);
	KUNIT_EXPECT_EQ(test, 0, spares_with(rig->br));

	/* Anew; and the bridge goes while it measures. */
	KUNIT_ASSERT_EQ(test, 0, set(rig->br, true));
	rig_send(a, RIG_MAC(0x12), NULL);
	rig_settle();
	KUNIT_EXPECT_EQ(test, 1, counted(between(a, b)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bucket_test),
	KUNIT_CASE(sum_test),
	KUNIT_CASE(switch_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-latency",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
