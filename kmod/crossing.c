// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/memcontrol.h>
#include <linux/slab.h>

#include "bridge.h"
#include "crossing.h"
#include "event.h"
#include "hist.h"
#include "payer.h"
#include "policy.h"
#include "side.h"

/* A crossing is made when its first frame passes, in the sender's transmit
 * function more often than not, and then the sender's control group pays for it.
 * Memory that has to be there at once is soon used up when many namespaces meet,
 * so a bridge also keeps some crossings ready, and a work item makes more.
 */
#define SPARES_FULL	64
#define SPARES_LOW	32

/**
 * nsb_count_alloc() - counters, all zero
 * @gfp: how to allocate
 *
 * Return: NULL without memory; free_percpu() frees them.
 */
struct nsb_count __percpu *nsb_count_alloc(gfp_t gfp)
{
	struct nsb_count __percpu *count;
	int cpu;

	count = alloc_percpu_gfp(struct nsb_count, gfp);
	if (!count)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(count, cpu)->syncp);
	return count;
}

/**
 * nsb_count_sum() - add up what all CPUs counted
 * @count: the counters
 * @sum: the result
 *
 * Context: any.
 */
void nsb_count_sum(const struct nsb_count __percpu *count, struct nsb_sum *sum)
{
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct nsb_count *c = per_cpu_ptr(count, cpu);
		struct nsb_sum one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.frames = u64_stats_read(&c->frames);
			one.segs = u64_stats_read(&c->segs);
			one.bytes = u64_stats_read(&c->bytes);
			one.copies = u64_stats_read(&c->copies);
			one.flooded = u64_stats_read(&c->flooded);
			one.drop_copies = u64_stats_read(&c->drop_copies);
			for (i = 0; i < NSB_REASONS; i++)
				one.drops[i] = u64_stats_read(&c->drops[i]);
			one.last = READ_ONCE(c->last);
		} while (u64_stats_fetch_retry(&c->syncp, start));

		sum->frames += one.frames;
		sum->segs += one.segs;
		sum->bytes += one.bytes;
		sum->copies += one.copies;
		sum->flooded += one.flooded;
		sum->drop_copies += one.drop_copies;
		for (i = 0; i < NSB_REASONS; i++)
			sum->drops[i] += one.drops[i];
		if (one.last && (!sum->last || time_after(one.last, sum->last)))
			sum->last = one.last;
	}
}

/**
 * nsb_count_last() - when did any CPU last count something?
 * @count: the counters
 *
 * One line of each CPU, where nsb_count_sum() reads all three.
 *
 * Context: any.
 * Return: jiffies, 0 for never.
 */
unsigned long nsb_count_last(const struct nsb_count __percpu *count)
{
	unsigned long last = 0, one;
	int cpu;

	for_each_possible_cpu(cpu) {
		one = READ_ONCE(per_cpu_ptr(count, cpu)->last);
		if (one && (!last || time_after(one, last)))
			last = one;
	}
	return last;
}

/**
 * nsb_jiffies_to_real() - when was that?
 * @then: jiffies of a moment in the past
 *
 * Return: ns since 1970, to the tick.
 */
u64 nsb_jiffies_to_real(unsigned long then)
{
	return ktime_get_real_ns() - jiffies_to_nsecs(jiffies - then);
}

/**
 * nsb_crossing_alloc() - a crossing with its counters
 * @br: the bridge it is for
 * @gfp: how to allocate
 *
 * Return: NULL without memory.
 */
struct nsb_crossing *nsb_crossing_alloc(const struct nsb_bridge *br, gfp_t gfp)
{
	struct nsb_crossing *x;

	x = kzalloc(sizeof(*x), gfp);
	if (!x)
		return NULL;
	x->count = nsb_count_alloc(gfp);
	if (!x->count)
		goto err;
	if (READ_ONCE(br->measured)) {
		x->hist = nsb_hist_alloc(gfp);
		if (!x->hist)
			goto err;
	}
	return x;

err:
	nsb_crossing_free(x);
	return NULL;
}

/**
 * nsb_crossing_free() - free a crossing that no reader can hold any more
 * @x: the crossing, or NULL
 */
void nsb_crossing_free(struct nsb_crossing *x)
{
	if (!x)
		return;
	free_percpu(x->hist);
	free_percpu(x->count);
	kfree(x);
}

/**
 * nsb_crossings_free() - free crossings that were never used, or no longer are
 * @list: the crossings, empty after this
 */
void nsb_crossings_free(struct list_head *list)
{
	struct nsb_crossing *x, *tmp;

	list_for_each_entry_safe(x, tmp, list, spare)
		nsb_crossing_free(x);
	INIT_LIST_HEAD(list);
}

static void refill(struct work_struct *work)
{
	struct nsb_bridge *br = container_of(work, struct nsb_bridge, refill);
	struct mem_cgroup *was = set_active_memcg(br->payer);
	struct nsb_crossing *x;
	bool full;

	do {
		x = nsb_crossing_alloc(br, GFP_KERNEL_ACCOUNT);
		if (!x)
			break;
		spin_lock_bh(&br->cross_lock);
		full = br->n_spares >= SPARES_FULL;
		if (!full) {
			list_add(&x->spare, &br->spares);
			br->n_spares++;
		}
		spin_unlock_bh(&br->cross_lock);
	} while (!full);
	set_active_memcg(was);
	nsb_crossing_free(x);
}

/* One for a frame that just passes, if there is room for it. What is about to
 * change is looked at again by nsb_crossing_insert().
 */
static struct nsb_crossing *alloc_now(const struct nsb_bridge *br)
{
	if (READ_ONCE(br->n_crossings) >= READ_ONCE(br->max_crossings))
		return NULL;
	return nsb_crossing_alloc(br, GFP_ATOMIC | __GFP_NOWARN |
				      __GFP_ACCOUNT);
}

/**
 * nsb_crossings_init() - make a bridge ready to hold crossings
 * @br: the bridge
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM.
 */
int nsb_crossings_init(struct nsb_bridge *br)
{
	spin_lock_init(&br->cross_lock);
	INIT_LIST_HEAD(&br->spares);
	INIT_WORK(&br->refill, refill);
	br->payer = get_mem_cgroup_from_mm(current->mm);
	refill(&br->refill);
	if (br->n_spares < SPARES_FULL) {
		nsb_crossings_exit(br);
		return -ENOMEM;
	}
	return 0;
}

/**
 * nsb_crossings_exit() - free what no crossing was made of
 * @br: the bridge; nothing forwards on it any more
 *
 * Context: process. May sleep.
 */
void nsb_crossings_exit(struct nsb_bridge *br)
{
	cancel_work_sync(&br->refill);
	nsb_crossings_free(&br->spares);
	br->n_spares = 0;
	mem_cgroup_put(br->payer);
	br->payer = NULL;
}

static struct nsb_cross_row *row_get(struct nsb_side *from, unsigned int i)
{
	struct nsb_cross_row *row;

	row = rcu_dereference_protected(from->rows[i],
					lockdep_is_held(&from->br->cross_lock));
	if (row)
		return row;
	row = kzalloc(sizeof(*row),
		      GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (row)
		rcu_assign_pointer(from->rows[i], row);
	return row;
}

/**
 * nsb_crossing_insert() - give a pair of sides a crossing
 * @from: the side frames come from
 * @to: the side they go to
 * @x: the crossing to use if they have none yet, or NULL for a spare one
 *
 * Context: cross_lock.
 * Return: their crossing, which is not @x if they had one; NULL if there is no
 * room for it.
 */
struct nsb_crossing *nsb_crossing_insert(struct nsb_side *from,
					 struct nsb_side *to,
					 struct nsb_crossing *x)
{
	struct nsb_crossing __rcu **slot;
	struct nsb_bridge *br = from->br;
	struct nsb_cross_row *row;

	lockdep_assert_held(&br->cross_lock);

	if (from->dead || to->dead)
		return NULL;
	row = row_get(from, to->idx >> NSB_ROW_BITS);
	if (!row)
		return NULL;
	slot = &row->slot[to->idx % NSB_ROW_SIZE];
	if (rcu_access_pointer(*slot))
		return rcu_dereference_protected(*slot,
						 lockdep_is_held(&br->cross_lock));
	if (br->n_crossings >= READ_ONCE(br->max_crossings))
		return NULL;
	if (!x) {
		x = list_first_entry_or_null(&br->spares, struct nsb_crossing,
					     spare);
		if (!x)
			return NULL;
		list_del(&x->spare);
		br->n_spares--;
	}
	WRITE_ONCE(br->n_crossings, br->n_crossings + 1);
	x->from = from;
	x->to = to;
	x->target = NSBRIDGE_TARGET_NAMESPACE;
	x->deny = nsb_policy_denies(from, to);
	x->fresh = true;
	list_add(&x->spare, &to->incoming);
	rcu_assign_pointer(*slot, x);
	return x;
}

/**
 * nsb_crossing_new() - the first frame from one side to another
 * @from: the side it comes from
 * @to: the side it goes to
 *
 * Without room for a crossing of their own it is counted under (from, other),
 * so that what a namespace sent always adds up.
 *
 * Context: RCU, bottom halves off.
 */
noinline struct nsb_crossing *nsb_crossing_new(struct nsb_side *from,
					       struct nsb_side *to)
{
	struct nsb_bridge *br = from->br;
	struct mem_cgroup *was = nsb_payer_begin(br);
	struct nsb_crossing *x, *mine = alloc_now(br);
	bool low;

	spin_lock_bh(&br->cross_lock);
	x = nsb_crossing_insert(from, to, mine);
	low = br->n_spares < SPARES_LOW;
	spin_unlock_bh(&br->cross_lock);
	nsb_payer_end(was);
	if (x != mine)
		nsb_crossing_free(mine);
	if (low)
		schedule_work(&br->refill);
	return x ?: from->other;
}

/**
 * nsb_cross_frame() - count a frame that was delivered
 * @x: the crossing
 * @bytes: its length with the Ethernet header
 * @segs: what it is on a wire, in frames
 * @copy: it is a copy of a flooded frame
 *
 * Context: RCU, bottom halves off.
 */
void nsb_cross_frame(struct nsb_crossing *x, unsigned int bytes,
		     unsigned int segs, bool copy)
{
	struct nsb_count *c;

	nsb_cross_first(x);
	c = nsb_count_begin(x->count);
	nsb_count_add(c, bytes, segs);
	if (copy)
		u64_stats_inc(&c->copies);
	nsb_count_end(c);
}

/**
 * nsb_cross_drop() - count a frame that was not delivered
 * @x: the crossing it would have taken, or the sender's (from, nowhere)
 * @reason: why
 * @copy: it was a copy of a flooded frame
 *
 * Context: RCU, bottom halves off.
 */
void nsb_cross_drop(struct nsb_crossing *x, enum nsbridge_reason reason,
		    bool copy)
{
	struct nsb_count *c;

	nsb_cross_first(x);
	c = nsb_count_begin(x->count);
	u64_stats_inc(&c->drops[reason]);
	if (copy)
		u64_stats_inc(&c->drop_copies);
	nsb_count_end(c);
}

/**
 * nsb_cross_flooded() - count a frame, once, of which copies were made
 * @from: the side it came from
 *
 * Context: RCU, bottom halves off.
 */
void nsb_cross_flooded(struct nsb_side *from)
{
	struct nsb_count *c;

	nsb_cross_first(from->nowhere);
	c = nsb_count_begin(from->nowhere->count);
	u64_stats_inc(&c->flooded);
	nsb_count_end(c);
}

/**
 * nsb_crossings_forget() - end all crossings of a side
 * @side: the side; it is dead after this
 *
 * Those from the side stay where readers may find them until the side is
 * freed; those to it are taken from the other sides and freed together with it.
 *
 * Context: process, RTNL.
 */
void nsb_crossings_forget(struct nsb_side *side)
{
	struct nsb_bridge *br = side->br;
	struct nsb_cross_row *row;
	struct nsb_crossing *x;
	unsigned int i, j;
	u32 n = 0;

	spin_lock_bh(&br->cross_lock);
	side->dead = true;
	for (i = 0; i < NSB_ROWS; i++) {
		row = rcu_dereference_protected(side->rows[i],
						lockdep_is_held(&br->cross_lock));
		for (j = 0; row && j < NSB_ROW_SIZE; j++) {
			x = rcu_dereference_protected(row->slot[j],
						      lockdep_is_held(&br->cross_lock));
			if (!x)
				continue;
			list_del(&x->spare);
			n++;
		}
	}
	/* What is left are those from other sides. */
	list_for_each_entry(x, &side->incoming, spare) {
		row = rcu_dereference_protected(x->from->rows[side->idx >> NSB_ROW_BITS],
						lockdep_is_held(&br->cross_lock));
		RCU_INIT_POINTER(row->slot[side->idx % NSB_ROW_SIZE], NULL);
		n++;
	}
	WRITE_ONCE(br->n_crossings, br->n_crossings - n);
	spin_unlock_bh(&br->cross_lock);
}

/**
 * nsb_crossings_end() - tell the last counters of all crossings of a side
 * @side: the side; it is dead, and no reader counts on it any more
 *
 * Context: process, RTNL.
 */
void nsb_crossings_end(struct nsb_side *side)
{
	struct nsb_cross_row *row;
	struct nsb_crossing *x;
	unsigned int i, j;

	list_for_each_entry(x, &side->incoming, spare)
		nsb_event_crossing_end(x);
	for (i = 0; i < NSB_ROWS; i++) {
		row = rcu_dereference_protected(side->rows[i], true);
		for (j = 0; row && j < NSB_ROW_SIZE; j++) {
			x = rcu_dereference_protected(row->slot[j], true);
			if (x)
				nsb_event_crossing_end(x);
		}
	}
	nsb_event_crossing_end(side->nowhere);
	nsb_event_crossing_end(side->other);
}
