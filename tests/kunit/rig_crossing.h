/* SPDX-License-Identifier: GPL-2.0 */
/* What the suites of the counters share: sums, as the counters' readers make them. */
#ifndef NSB_RIG_CROSSING_H
#define NSB_RIG_CROSSING_H

#include <linux/rtnetlink.h>

#include "crossing.h"
#include "reason.h"
#include "rig.h"

/* @to: NULL for nowhere */
static inline struct nsb_crossing *cross(const struct nsb_side *from,
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

static inline struct nsb_sum sum(const struct nsb_crossing *x)
{
	struct nsb_sum s = {};

	if (x)
		nsb_count_sum(x->count, &s);
	return s;
}

static inline struct nsb_sum between(const struct rig_port *from,
				     const struct rig_port *to)
{
	return sum(cross(rig_side(from), to ? rig_side(to) : NULL));
}

static inline u64 drops(const struct nsb_sum *s)
{
	u64 n = 0;
	int i;

	for (i = 0; i < NSB_REASONS; i++)
		n += s->drops[i];
	return n;
}

static inline void add(struct nsb_sum *all, const struct nsb_sum *s)
{
	all->frames += s->frames;
	all->copies += s->copies;
	all->flooded += s->flooded;
	all->drop_copies += s->drop_copies;
	all->drops[0] += drops(s);
}

/* All that a side sent; the drops are put together in drops[0]. */
static inline struct nsb_sum sent(const struct nsb_side *from)
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

static inline u64 offered(const struct nsb_side *from)
{
	struct nsb_sum all = sent(from);

	return all.frames - all.copies + all.flooded + all.drops[0] -
	       all.drop_copies;
}

#endif
