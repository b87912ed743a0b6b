/* SPDX-License-Identifier: GPL-2.0 */
/* How long the frames of a crossing took: counted per CPU, in buckets that are
 * each twice as wide as the one before. What is counted is measured in
 * latency.c, and only while a bridge measures do its crossings have histograms.
 */
#ifndef NSB_HIST_H
#define NSB_HIST_H

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct nsb_bridge;

/* The first bucket is for less than 128 ns, the last for 8.6 s and more. */
#define NSB_HIST_SHIFT	7
#define NSB_HIST_BUCKETS	28

/**
 * struct nsb_hist - one CPU's share of a histogram
 * @syncp:	for readers on 32 bit
 * @total:	all times together, ns
 * @frames:	how many frames took so long, by bucket
 */
struct nsb_hist {
	struct u64_stats_sync syncp;
	u64_stats_t total;
	u64_stats_t frames[NSB_HIST_BUCKETS];
};

/* The same of all CPUs together. */
struct nsb_hist_sum {
	u64 total;
	u64 frames[NSB_HIST_BUCKETS];
};

/**
 * nsb_hist_bucket() - where a time is counted
 * @ns: how long it took
 */
static inline unsigned int nsb_hist_bucket(u64 ns)
{
	return min_t(unsigned int, fls64(ns >> NSB_HIST_SHIFT),
		     NSB_HIST_BUCKETS - 1);
}

/**
 * nsb_hist_least() - the shortest time that a bucket is for
 * @bucket: its number
 *
 * Return: nanoseconds.
 */
static inline u64 nsb_hist_least(unsigned int bucket)
{
	return bucket ? 1ULL << (bucket - 1 + NSB_HIST_SHIFT) : 0;
}

struct nsb_hist __percpu *nsb_hist_alloc(gfp_t gfp);
void nsb_hist_sum(const struct nsb_hist __percpu *hist,
		  struct nsb_hist_sum *sum);
void nsb_hist_add(struct nsb_hist __percpu *hist, u64 ns);

int nsb_hists_give(struct nsb_bridge *br);
void nsb_hists_drop(struct nsb_bridge *br);

#endif
