// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/u64_stats_sync.h>

#include "pair.h"
#include "xdp.h"

const char * const nsb_xdp_stat_names[NSB_XDP_STATS] = {
	[NSB_XDP_PACKETS]	= "rx_xdp_packets",
	[NSB_XDP_DROPS]		= "rx_xdp_drops",
	[NSB_XDP_ERRORS]	= "rx_xdp_errors",
	[NSB_XDP_REDIRECT]	= "rx_xdp_redirect",
	[NSB_XDP_TX]		= "rx_xdp_tx",
	[NSB_XDP_TX_ERRORS]	= "rx_xdp_tx_errors",
	[NSB_XDP_XMIT]		= "tx_xdp_xmit",
	[NSB_XDP_XMIT_ERRORS]	= "tx_xdp_xmit_errors",
};

/**
 * nsb_xdp_count_need() - have counters, now that there is something to count
 * @end: an end of a pair
 * @gfp: how to allocate
 *
 * Most devices never see a program. Once made they stay.
 *
 * Context: any.
 * Return: 0 or -ENOMEM.
 */
int nsb_xdp_count_need(struct nsb_end *end, gfp_t gfp)
{
	struct nsb_xdp_count __percpu *count;
	int cpu;

	if (likely(READ_ONCE(end->xdp)))
		return 0;
	count = alloc_percpu_gfp(struct nsb_xdp_count, gfp);
	if (!count)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(count, cpu)->syncp);
	/* Somebody else may have been quicker. */
	if (cmpxchg(&end->xdp, NULL, count))
		free_percpu(count);
	return 0;
}

/**
 * nsb_xdp_count_add() - programs did more
 * @end: an end of a pair, with counters
 * @add: how much more, by enum nsb_xdp_stat
 *
 * Context: bottom halves off.
 */
void nsb_xdp_count_add(struct nsb_end *end,
		       const unsigned int add[NSB_XDP_STATS])
{
	struct nsb_xdp_count *c = this_cpu_ptr(READ_ONCE(end->xdp));
	int i;

	u64_stats_update_begin(&c->syncp);
	for (i = 0; i < NSB_XDP_STATS; i++)
		if (add[i])
			u64_stats_add(&c->v[i], add[i]);
	u64_stats_update_end(&c->syncp);
}

/**
 * nsb_xdp_count_sum() - what programs did, on all CPUs
 * @end: an end of a pair
 * @sum: to be filled, by enum nsb_xdp_stat
 *
 * Context: any.
 */
void nsb_xdp_count_sum(const struct nsb_end *end, u64 sum[NSB_XDP_STATS])
{
	const struct nsb_xdp_count __percpu *count = READ_ONCE(end->xdp);
	const struct nsb_xdp_count *c;
	u64 v[NSB_XDP_STATS];
	unsigned int seq;
	int cpu, i;

	memset(sum, 0, sizeof(v));
	if (!count)
		return;
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(count, cpu);
		do {
			seq = u64_stats_fetch_begin(&c->syncp);
			for (i = 0; i < NSB_XDP_STATS; i++)
				v[i] = u64_stats_read(&c->v[i]);
		} while (u64_stats_fetch_retry(&c->syncp, seq));
		for (i = 0; i < NSB_XDP_STATS; i++)
			sum[i] += v[i];
	}
}
