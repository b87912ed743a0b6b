// SPDX-License-Identifier: GPL-2.0
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "bridge.h"
#include "crossing.h"
#include "hist.h"
#include "side.h"

/**
 * nsb_hist_alloc() - a histogram, all zero
 * @gfp: how to allocate
 *
 * Return: NULL without memory; free_percpu() frees it.
 */
struct nsb_hist __percpu *nsb_hist_alloc(gfp_t gfp)
{
	struct nsb_hist __percpu *hist;
	int cpu;

	hist = alloc_percpu_gfp(struct nsb_hist, gfp);
	if (!hist)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(hist, cpu)->syncp);
	return hist;
}

/**
 * nsb_hist_sum() - add up what all CPUs counted
 * @hist: the histogram
 * @sum: the result
 *
 * Context: any.
 */
void nsb_hist_sum(const struct nsb_hist __percpu *hist,
		  struct nsb_hist_sum *sum)
{
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct nsb_hist *h = per_cpu_ptr(hist, cpu);
		struct nsb_hist_sum one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&h->syncp);
			one.total = u64_stats_read(&h->total);
			for (i = 0; i < NSB_HIST_BUCKETS; i++)
				one.frames[i] = u64_stats_read(&h->frames[i]);
		} while (u64_stats_fetch_retry(&h->syncp, start));

		sum->total += one.total;
		for (i = 0; i < NSB_HIST_BUCKETS; i++)
			sum->frames[i] += one.frames[i];
	}
}

/**
 * nsb_hist_add() - count a frame
 * @hist: the histogram
 * @ns: how long it took
 *
 * Context: bottom halves off.
 */
void nsb_hist_add(struct nsb_hist __percpu *hist, u64 ns)
{
	struct nsb_hist *h = this_cpu_ptr(hist);

	u64_stats_update_begin(&h->syncp);
	u64_stats_add(&h->total, ns);
	u64_stats_inc(&h->frames[nsb_hist_bucket(ns)]);
	u64_stats_update_end(&h->syncp);
}

static int give(struct nsb_crossing *x)
{
	struct nsb_hist __percpu *hist;

	if (x->hist)
		return 0;
	hist = nsb_hist_alloc(GFP_KERNEL_ACCOUNT);
	if (!hist)
		return -ENOMEM;
	/* Who finds it finds it all zero. */
	smp_store_release(&x->hist, hist);
	return 0;
}

static int drop(struct nsb_crossing *x)
{
	free_percpu(x->hist);
	x->hist = NULL;
	return 0;
}

/* For every crossing there is. RTNL keeps them; those that are made meanwhile
 * are missed or not.
 */
static int each_crossing(struct nsb_bridge *br,
			 int (*func)(struct nsb_crossing *x))
{
	struct nsb_side *from;
	unsigned long idx;
	int i, j, err;

	xa_for_each(&br->sides, idx, from) {
		err = func(from->other);
		if (err)
			return err;
		for (i = 0; i < NSB_ROWS; i++) {
			struct nsb_cross_row *row =
				rcu_dereference_rtnl(from->rows[i]);

			for (j = 0; row && j < NSB_ROW_SIZE; j++) {
				struct nsb_crossing *x =
					rcu_dereference_rtnl(row->slot[j]);

				err = x ? func(x) : 0;
				if (err)
					return err;
			}
		}
		cond_resched();
	}
	return 0;
}

/* The crossings that wait for a first frame cannot be given their histograms one
 * by one, as they may be taken at any moment.
 */
static int spares_give(struct nsb_bridge *br)
{
	struct nsb_crossing *x;
	LIST_HEAD(ready);
	LIST_HEAD(old);
	u32 n, i;

	spin_lock_bh(&br->cross_lock);
	n = br->n_spares;
	spin_unlock_bh(&br->cross_lock);
	for (i = 0; i < n; i++) {
		x = nsb_crossing_alloc(br, GFP_KERNEL_ACCOUNT);
		if (!x)
			break;
		list_add(&x->spare, &ready);
	}
	if (i == n) {
		spin_lock_bh(&br->cross_lock);
		list_splice_init(&br->spares, &old);
		list_splice_init(&ready, &br->spares);
		br->n_spares = n;
		spin_unlock_bh(&br->cross_lock);
	}
	nsb_crossings_free(&old);
	nsb_crossings_free(&ready);
	return i == n ? 0 : -ENOMEM;
}

static void spares_drop(struct nsb_bridge *br)
{
	struct nsb_crossing *x;

	spin_lock_bh(&br->cross_lock);
	list_for_each_entry(x, &br->spares, spare)
		drop(x);
	spin_unlock_bh(&br->cross_lock);
}

/* After this nobody makes a crossing who has not seen it. */
static void measure(struct nsb_bridge *br, bool on)
{
	WRITE_ONCE(br->measured, on);
	flush_work(&br->refill);
	synchronize_net();
}

/**
 * nsb_hists_drop() - no crossing of a bridge has a histogram any more
 * @br: the bridge; nobody counts or reads
 *
 * Context: process, RTNL. May sleep.
 */
void nsb_hists_drop(struct nsb_bridge *br)
{
	measure(br, false);
	spares_drop(br);
	each_crossing(br, drop);
}

/**
 * nsb_hists_give() - every crossing of a bridge has a histogram from now on
 * @br: the bridge
 *
 * Context: process, RTNL. May sleep.
 * Return: 0, or -ENOMEM and none has.
 */
int nsb_hists_give(struct nsb_bridge *br)
{
	int err;

	/* First what comes into being from now on, then what is there. */
	measure(br, true);
	err = spares_give(br) ?: each_crossing(br, give);
	if (err)
		nsb_hists_drop(br);
	return err;
}
