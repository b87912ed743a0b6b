/* SPDX-License-Identifier: GPL-2.0 */
/* Whose control group pays for memory.
 *
 * What is configured is paid for by who configures it, and what a frame causes, an
 * entry or a crossing, by who sends: nearly always that is in the sender's transmit
 * function, and the kernel knows. Where no process sends (copies are made in
 * softirq) or a work item runs, the control group pays that made the bridge.
 */
#ifndef NSB_PAYER_H
#define NSB_PAYER_H

#include <linux/preempt.h>
#include <linux/sched/mm.h>
#include "bridge.h"

/**
 * nsb_payer_begin() - a frame is about to ask for memory
 * @br: the bridge
 *
 * Context: bottom halves off. Ends with nsb_payer_end().
 * Return: for nsb_payer_end().
 */
static inline struct mem_cgroup *nsb_payer_begin(const struct nsb_bridge *br)
{
	return in_task() ? NULL : set_active_memcg(br->payer);
}

static inline void nsb_payer_end(struct mem_cgroup *was)
{
	if (!in_task())
		set_active_memcg(was);
}

#endif
