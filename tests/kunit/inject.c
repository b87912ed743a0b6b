// SPDX-License-Identifier: GPL-2.0
/* What inject.h has asked for, and the parameters of the debug kernel's module:
 *
 *	fault_probability fault_interval fault_times	as failslab's, for any
 *			context; "times" goes down with each refusal
 *	fault_count	requests so far, which the interval goes by
 *	fault_hits	how many requests were refused
 *	fault_live	how many objects the module holds
 */
#include <linux/fault-inject.h>
#include <linux/moduleparam.h>

static struct fault_attr attr = {
	.interval = 1,
	.require_end = ULONG_MAX,
	.ratelimit_state = RATELIMIT_STATE_INIT_DISABLED,
	.dname = "nsbridge",
};

static atomic_t hits = ATOMIC_INIT(0), live = ATOMIC_INIT(0);

bool nsb_inject(size_t size)
{
	if (!should_fail(&attr, size))
		return false;
	atomic_inc(&hits);
	return true;
}

void *nsb_inject_got(void *p)
{
	if (p)
		atomic_inc(&live);
	return p;
}

void nsb_inject_gave(const void *p)
{
	if (p)
		atomic_dec(&live);
}

/* What waits for readers to be done is held no more. */
static int live_get(char *buf, const struct kernel_param *kp)
{
	rcu_barrier();
	return sysfs_emit(buf, "%d\n", atomic_read(&live));
}

static const struct kernel_param_ops live_ops = {
	.get = live_get,
};

module_param_named(fault_probability, attr.probability, ulong, 0600);
module_param_named(fault_interval, attr.interval, ulong, 0600);
module_param_named(fault_count, attr.count, ulong, 0600);
module_param_named(fault_times, attr.times.counter, int, 0600);
module_param_named(fault_hits, hits.counter, int, 0600);
module_param_cb(fault_live, &live_ops, NULL, 0400);
