/* SPDX-License-Identifier: GPL-2.0 */
/* What passed from one network namespace into another, and what did not.
 *
 * A crossing is a row of counters, one copy per CPU, so that counting writes
 * no cache line that another CPU reads. A bridge keeps its crossings in a
 * matrix indexed by the numbers of the two sides; see side.h.
 */
#ifndef NSB_CROSSING_H
#define NSB_CROSSING_H

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/nsbridge.h>
#include "side.h"

struct nsb_bridge;
struct nsb_hist;

#define NSB_REASONS	(NSBRIDGE_REASON_VLAN + 1)

/**
 * struct nsb_count - one CPU's share of a crossing
 * @frames:	delivered, copies included
 * @segs:	the same after segmentation
 * @bytes:	the same in bytes, with the Ethernet header and without FCS
 * @last:	jiffies of the last write, 0 for never
 * @syncp:	for readers on 32 bit
 * @copies:	of @frames, copies of flooded ones
 * @flooded:	frames that were flooded, once each; used by (from, nowhere) only
 * @drop_copies: of @drops, copies of flooded frames
 * @drops:	by reason
 *
 * A forwarded frame touches the first five members, and they are one cache
 * line. Written with bottom halves off.
 */
struct nsb_count {
	u64_stats_t frames;
	u64_stats_t segs;
	u64_stats_t bytes;
	unsigned long last;
	struct u64_stats_sync syncp;
	u64_stats_t copies;
	u64_stats_t flooded;
	u64_stats_t drop_copies;
	u64_stats_t drops[NSB_REASONS];
} ____cacheline_aligned;

/**
 * struct nsb_sum - counters of all CPUs together, or the difference of two
 * @last: jiffies of the last write, 0 for never
 */
struct nsb_sum {
	u64 frames;
	u64 segs;
	u64 bytes;
	u64 copies;
	u64 flooded;
	u64 drop_copies;
	u64 drops[NSB_REASONS];
	unsigned long last;
};

/**
 * struct nsb_crossing - the counters of one ordered pair of sides
 * @count:	per CPU
 * @from:	where the frames came from
 * @to:		where they went; NULL unless @target is a namespace
 * @first:	when it was first counted, ns since 1970; 0 for never
 * @target:	enum nsbridge_target
 * @rule:	enum nsbridge_verdict, the rule for exactly this pair. cross_lock.
 * @deny:	no frame may cross: what all rules come to. cross_lock.
 * @fresh:	it was made for a pair of sides, and never counted
 * @care:	@deny or @fresh: no frame passes without a thought
 * @spare:	link in the bridge's pool while not in use, then in @to->incoming.
 *		cross_lock.
 * @hist:	how long the frames took, per CPU; NULL unless the bridge measures
 *		that. Written under RTNL, read only while nsb_bridge.latency is
 *		set.
 *
 * 64 bytes, and 192 for each CPU that there may be; 240 more of @hist.
 */
struct nsb_crossing {
	struct nsb_count __percpu *count;
	struct nsb_side *from;
	struct nsb_side *to;
	u64 first;
	u8 target;
	u8 rule;
	union {
		struct {
			bool deny;
			bool fresh;
		};
		u16 care;
	};
	struct list_head spare;
	struct nsb_hist __percpu *hist;
};

/**
 * nsb_count_begin() - start to write a CPU's share of a crossing
 * @count: the counters
 *
 * Context: bottom halves off. Ends with nsb_count_end().
 */
static inline struct nsb_count *nsb_count_begin(struct nsb_count __percpu *count)
{
	struct nsb_count *c = this_cpu_ptr(count);

	u64_stats_update_begin(&c->syncp);
	return c;
}

static inline void nsb_count_end(struct nsb_count *c)
{
	WRITE_ONCE(c->last, jiffies);
	u64_stats_update_end(&c->syncp);
}

static __always_inline void nsb_count_add(struct nsb_count *c,
					  unsigned int bytes, unsigned int segs)
{
	u64_stats_inc(&c->frames);
	u64_stats_add(&c->segs, segs);
	u64_stats_add(&c->bytes, bytes);
}

/**
 * nsb_count_frame() - count a frame that went on
 * @count: the counters
 * @bytes: its length with the Ethernet header
 * @segs: what it is on a wire, in frames
 *
 * Context: bottom halves off.
 */
static __always_inline void nsb_count_frame(struct nsb_count __percpu *count,
					    unsigned int bytes,
					    unsigned int segs)
{
	struct nsb_count *c = nsb_count_begin(count);

	nsb_count_add(c, bytes, segs);
	nsb_count_end(c);
}

/**
 * nsb_count_passed() - the same where nobody will ask when
 * @count: the counters
 * @bytes: its length with the Ethernet header
 * @segs: what it is on a wire, in frames
 *
 * Context: bottom halves off.
 */
static __always_inline void nsb_count_passed(struct nsb_count __percpu *count,
					     unsigned int bytes,
					     unsigned int segs)
{
	struct nsb_count *c = nsb_count_begin(count);

	nsb_count_add(c, bytes, segs);
	u64_stats_update_end(&c->syncp);
}

/**
 * nsb_count_drop() - count a frame that did not
 * @count: the counters
 * @reason: why
 *
 * Context: bottom halves off.
 */
static inline void nsb_count_drop(struct nsb_count __percpu *count,
				  enum nsbridge_reason reason)
{
	struct nsb_count *c = nsb_count_begin(count);

	u64_stats_inc(&c->drops[reason]);
	nsb_count_end(c);
}

/**
 * nsb_segs() - what a frame will be on a wire, in frames
 * @skb: the frame
 */
static inline unsigned int nsb_segs(const struct sk_buff *skb)
{
	return max_t(unsigned int, 1, skb_shinfo(skb)->gso_segs);
}

struct nsb_crossing *nsb_crossing_alloc(const struct nsb_bridge *br, gfp_t gfp);
void nsb_crossing_free(struct nsb_crossing *x);
void nsb_crossings_free(struct list_head *list);
struct nsb_count __percpu *nsb_count_alloc(gfp_t gfp);
void nsb_count_sum(const struct nsb_count __percpu *count, struct nsb_sum *sum);
unsigned long nsb_count_last(const struct nsb_count __percpu *count);
u64 nsb_jiffies_to_real(unsigned long then);

struct nsb_crossing *nsb_crossing_new(struct nsb_side *from,
				      struct nsb_side *to);
struct nsb_crossing *nsb_crossing_insert(struct nsb_side *from,
					 struct nsb_side *to,
					 struct nsb_crossing *x);

/**
 * nsb_crossing() - the counters for frames from one side to another
 * @from: the side they come from
 * @to: the side they go to, or NULL for nowhere
 *
 * Two loads from side to side, and no hash. If there is no room for a crossing
 * of their own, the one of (from, other).
 *
 * Context: RCU, bottom halves off.
 * Return: never NULL.
 */
static __always_inline struct nsb_crossing *nsb_crossing(struct nsb_side *from,
							 struct nsb_side *to)
{
	struct nsb_cross_row *row;
	struct nsb_crossing *x;

	if (unlikely(!to))
		return from->nowhere;
	row = rcu_dereference(from->rows[to->idx >> NSB_ROW_BITS]);
	if (unlikely(!row))
		return nsb_crossing_new(from, to);
	x = rcu_dereference(row->slot[to->idx % NSB_ROW_SIZE]);
	if (unlikely(!x))
		return nsb_crossing_new(from, to);
	return x;
}

/**
 * nsb_crossing_find() - as nsb_crossing(), but makes none
 * @from: the side they come from
 * @to: the side they go to
 *
 * Context: RCU.
 * Return: NULL if they have none.
 */
static inline struct nsb_crossing *nsb_crossing_find(struct nsb_side *from,
						     const struct nsb_side *to)
{
	unsigned long idx = to->idx;
	struct nsb_cross_row *row;

	row = rcu_dereference(from->rows[idx >> NSB_ROW_BITS]);
	return row ? rcu_dereference(row->slot[idx % NSB_ROW_SIZE]) : NULL;
}

/**
 * nsb_cross_first() - a crossing is about to be counted
 * @x: the crossing
 *
 * Some are there before their first frame.
 *
 * Context: any.
 */
static __always_inline void nsb_cross_first(struct nsb_crossing *x)
{
	if (unlikely(!READ_ONCE(x->first))) {
		WRITE_ONCE(x->first, ktime_get_real_ns());
		WRITE_ONCE(x->fresh, false);
	}
}

/**
 * nsb_cross_count() - count a frame that was delivered, and is no copy
 * @x: the crossing, not @fresh
 * @bytes: its length with the Ethernet header
 * @segs: what it is on a wire, in frames
 *
 * Context: RCU, bottom halves off.
 */
static __always_inline void nsb_cross_count(struct nsb_crossing *x,
					    unsigned int bytes,
					    unsigned int segs)
{
	nsb_count_frame(x->count, bytes, segs);
}

void nsb_cross_frame(struct nsb_crossing *x, unsigned int bytes,
		     unsigned int segs, bool copy);
void nsb_cross_drop(struct nsb_crossing *x, enum nsbridge_reason reason,
		    bool copy);
void nsb_cross_flooded(struct nsb_side *from);

int nsb_crossings_init(struct nsb_bridge *br);
void nsb_crossings_exit(struct nsb_bridge *br);
void nsb_crossings_forget(struct nsb_side *side);
void nsb_crossings_end(struct nsb_side *side);

#endif
