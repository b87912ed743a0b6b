// SPDX-License-Identifier: GPL-2.0
/* The counters: what passed from whom to whom, and what did not. */
#include <linux/ctype.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/timekeeping.h>

#include "crossing.h"
#include "fdb.h"
#include "pair.h"
#include "reason.h"
#include "rig.h"

#define X	RIG_MAC(0x10)
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define RESERVED	((const u8 []){ 0x01, 0x80, 0xc2, 0, 0, 0 })
#define FRAME	(14 + 46 + 8)	/* what rig_send() sends */

/* @to: NULL for nowhere */
static struct nsb_crossing *cross(const struct nsb_side *from,
				  const struct nsb_side *to)
{
	struct nsb_crossing *x = NULL;
	struct nsb_cross_row *row;

	if (!to)
		return from->nowhere;
	rcu_read_lock();
	row = rcu_dereference(from->rows[to->idx >> NSB_ROW_BITS]);
	if (row)
		x = rcu_dereference(row->slot[to->idx % NSB_ROW_SIZE]);
	rcu_read_unlock();
	return x;
}

static struct nsb_sum sum(const struct nsb_crossing *x)
{
	struct nsb_sum s = {};

	if (x)
		nsb_count_sum(x->count, &s);
	return s;
}

static struct nsb_sum between(const struct rig_port *from,
			      const struct rig_port *to)
{
	return sum(cross(rig_side(from), to ? rig_side(to) : NULL));
}

static u64 drops(const struct nsb_sum *s)
{
	u64 n = 0;
	int i;

	for (i = 0; i < NSB_REASONS; i++)
		n += s->drops[i];
	return n;
}

static void add(struct nsb_sum *all, const struct nsb_sum *s)
{
	all->frames += s->frames;
	all->copies += s->copies;
	all->flooded += s->flooded;
	all->drop_copies += s->drop_copies;
	all->drops[0] += drops(s);
}

/* All that a side sent; the drops are put together in drops[0]. */
static struct nsb_sum sent(const struct nsb_side *from)
{
	struct nsb_sum all = {}, s;
	struct nsb_side *to;
	unsigned long idx;

	xa_for_each(&from->br->sides, idx, to) {
		s = sum(cross(from, to));
		add(&all, &s);
	}
	s = sum(from->nowhere);
	add(&all, &s);
	s = sum(from->other);
	add(&all, &s);
	return all;
}

static u64 offered(const struct nsb_side *from)
{
	struct nsb_sum all = sent(from);

	return all.frames - all.copies + all.flooded + all.drops[0] -
	       all.drop_copies;
}

/* -- frames counted by hand -- */

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

/* -- real frames -- */

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

/* -- reasons -- */

#define REASON(id)	{ NSBRIDGE_REASON_##id, #id }

static const struct {
	enum nsbridge_reason reason;
	const char *id;
} reasons[] = {
	REASON(UNSPEC), REASON(POLICY), REASON(UNKNOWN), REASON(NOBODY),
	REASON(SPOOF), REASON(QUOTA), REASON(NEIGH), REASON(MTU), REASON(DOWN),
	REASON(RESERVED), REASON(INVALID), REASON(HAIRPIN), REASON(NO_MEMORY),
	REASON(BACKLOG), REASON(VLAN),
};

/* The name is the identifier in small letters, with dashes. */
static bool named(const char *name, const char *id)
{
	for (; *name && *id; name++, id++)
		if (*name != (*id == '_' ? '-' : tolower(*id)))
			return false;
	return *name == *id;
}

static void reason_test(struct kunit *test)
{
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, NSB_REASONS, ARRAY_SIZE(reasons));
	for (i = 0; i < NSB_REASONS; i++) {
		const char *name = nsb_reason_name(i);

		KUNIT_ASSERT_NOT_NULL(test, name);
		KUNIT_EXPECT_EQ(test, i, reasons[i].reason);
		KUNIT_EXPECT_TRUE_MSG(test, named(name, reasons[i].id),
				      "%s is called %s", reasons[i].id, name);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, name, nsb_reason_name(j));
	}
	KUNIT_EXPECT_STREQ(test, "unspec", nsb_reason_name(NSB_REASONS));
	KUNIT_EXPECT_STREQ(test, "unspec", nsb_reason_name(-1));
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
	KUNIT_CASE(pair_test),
	KUNIT_CASE(flood_test),
	KUNIT_CASE(drop_test),
	KUNIT_CASE_SLOW(equation_test),
	KUNIT_CASE(cable_test),
	KUNIT_CASE(reason_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-crossing",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
