// SPDX-License-Identifier: GPL-2.0
/* A frame for many is not copied where it comes in. It waits in a queue of the
 * port that it came in by, and a NAPI of the bridge makes its copies, and hands
 * each to the stack at the far end at once. So
 *
 *  - no copy needs room in the receive backlog of the CPU. That has room for
 *    1,000 frames of all devices together, and five broadcasts among 200
 *    namespaces would leave none for anybody else;
 *  - who sends faster than the copies can be made fills a queue of its own, and
 *    the frame that finds it full is its own loss (reason "backlog");
 *  - the queues take turns. In one turn a sender gets one frame copied, or as
 *    much of it as a poll may do, so another one's frame waits no longer than
 *    for one frame of everybody else.
 *
 * A sender's frames to one group address, and those to an unknown one, stay in
 * order. Frames to different addresses may overtake each other as on any bridge
 * (IEEE 802.1Q, 8.6.6): a unicast frame, or an ARP request of which the one who
 * has the address is known, does not wait behind a broadcast. What has but a few
 * copies goes without the queue unless the queue has something in it; it may
 * still sit in the backlog when the next one, which does not, has arrived. That
 * takes a group which grew just then.
 */
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <net/dst.h>

#include "bridge.h"
#include "deliver.h"
#include "flood.h"
#include "port.h"

/**
 * struct nsb_flood_cpu - the copies that one CPU makes for a bridge
 * @napi:	when it does
 * @lock:	of @turns. Taken inside that of a queue.
 * @turns:	queues that have something, in turn
 */
struct nsb_flood_cpu {
	struct napi_struct napi;
	spinlock_t lock;	/* of turns */
	struct list_head turns;
};

/* What a frame has in its control buffer while it waits. */
struct waiting {
	struct nsb_side *from;
	u64 since;
	u16 vid;
};

static struct waiting *waiting(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct waiting) > sizeof(skb->cb));
	return (struct waiting *)skb->cb;
}

static bool full(const struct nsb_flood_queue *q, const struct sk_buff *skb)
{
	u32 bytes = READ_ONCE(q->bytes);

	return bytes && bytes + skb->truesize > NSB_FLOOD_BYTES;
}

/* Return: false if there is no room. */
static bool enqueue(struct nsb_bridge *br, struct nsb_flood_queue *q,
		    struct sk_buff *skb)
{
	struct nsb_flood_cpu *cpu;
	bool ok;

	/* A storm does not hold up who makes the copies. */
	if (full(q, skb))
		return false;

	spin_lock(&q->lock);
	ok = !full(q, skb);
	if (ok) {
		__skb_queue_tail(&q->frames, skb);
		WRITE_ONCE(q->bytes, q->bytes + skb->truesize);
	}
	if (ok && !q->cpu) {
		cpu = this_cpu_ptr(br->flood);
		q->cpu = cpu;
		spin_lock(&cpu->lock);
		list_add_tail(&q->turn, &cpu->turns);
		spin_unlock(&cpu->lock);
		napi_schedule(&cpu->napi);
	}
	spin_unlock(&q->lock);
	return ok;
}

static void wait_with(const struct nsb_frame *f, struct sk_buff *skb)
{
	*waiting(skb) = (struct waiting){
		.from = f->from,
		.since = f->since,
		.vid = f->vid,
	};
}

/**
 * nsb_flood_later() - let a frame wait for its copies
 * @f: how it came
 * @q: the queue of where it came in
 * @skb: the frame; it is gone after this
 *
 * Context: RCU, bottom halves off.
 */
void nsb_flood_later(const struct nsb_frame *f, struct nsb_flood_queue *q,
		     struct sk_buff *skb)
{
	/* None of the copies will have it, and what it leads to may go. */
	skb_dst_drop(skb);
	wait_with(f, skb);
	if (!enqueue(f->br, q, skb))
		nsb_drop_nowhere(f, skb, NSBRIDGE_REASON_BACKLOG);
}

/* A frame that waited, on its way again. What it had in its control buffer is
 * not for others to see.
 */
static struct nsb_frame resume(struct nsb_bridge *br, struct nsb_port *in,
			       struct sk_buff *skb)
{
	struct nsb_frame f = {
		.br = br,
		.in = in,
		.from = waiting(skb)->from,
		.vid = waiting(skb)->vid,
		.polled = true,
		.since = waiting(skb)->since,
	};

	memset(skb->cb, 0, sizeof(skb->cb));
	return f;
}

static struct nsb_port *port_of(struct nsb_bridge *br,
				struct nsb_flood_queue *q)
{
	return q == &br->own_queue ? NULL :
	       container_of(q, struct nsb_port, flood_queue);
}

/* Whether there is more is for the CPU that makes the copies to know. */
static void turn_over(struct nsb_flood_queue *q, struct nsb_flood_cpu *cpu)
{
	lockdep_assert_held(&q->lock);

	if (skb_queue_empty(&q->frames)) {
		q->cpu = NULL;
		return;
	}
	spin_lock(&cpu->lock);
	list_add_tail(&q->turn, &cpu->turns);
	spin_unlock(&cpu->lock);
}

/* One frame of a queue, or as much of it as there is room for. No lock is held
 * while the copies are made, as what they lead to may send.
 *
 * Return: what it cost.
 */
static unsigned int turn(struct nsb_bridge *br, struct nsb_flood_cpu *cpu,
			 struct nsb_flood_queue *q, unsigned int room)
{
	struct nsb_frame f = {};
	unsigned int cost = 1;
	struct sk_buff *skb;
	bool any, over;

	spin_lock(&q->lock);
	if (q->emptied)
		q->at.stage = NSB_FLOOD_NEW;
	q->emptied = false;
	skb = __skb_dequeue(&q->frames);
	if (!skb)
		turn_over(q, cpu);
	spin_unlock(&q->lock);
	if (!skb)
		return cost;

	f = resume(br, port_of(br, q), skb);
	if (q->at.stage == NSB_FLOOD_NEW)
		nsb_flood_begin(&f, skb, &q->at);
	cost = nsb_flood_some(&f, skb, &q->at, room);
	any = q->at.any;
	over = q->at.stage == NSB_FLOOD_END;

	spin_lock(&q->lock);
	/* Its port went away meanwhile, and so do all of its frames. */
	if (q->emptied) {
		over = true;
	} else if (over) {
		WRITE_ONCE(q->bytes, q->bytes - skb->truesize);
		q->at.stage = NSB_FLOOD_NEW;
	} else {
		wait_with(&f, skb);
		__skb_queue_head(&q->frames, skb);
	}
	turn_over(q, cpu);
	spin_unlock(&q->lock);

	if (over)
		nsb_flood_finish(&f, skb, any, NSBRIDGE_REASON_UNSPEC);
	/* A frame for nobody is not for free. */
	return max(cost, 1U);
}

static struct nsb_flood_queue *next_queue(struct nsb_flood_cpu *cpu)
{
	struct nsb_flood_queue *q;

	spin_lock(&cpu->lock);
	q = list_first_entry_or_null(&cpu->turns, struct nsb_flood_queue, turn);
	if (q)
		list_del_init(&q->turn);
	spin_unlock(&cpu->lock);
	return q;
}

static int flood_poll(struct napi_struct *napi, int budget)
{
	struct nsb_flood_cpu *cpu = container_of(napi, struct nsb_flood_cpu,
						 napi);
	struct nsb_bridge *br = netdev_priv(napi->dev);
	struct nsb_flood_queue *q;
	int done = 0;

	/* A queue is its port's, and nobody waits for this but by RCU. */
	rcu_read_lock();
	while (done < budget) {
		q = next_queue(cpu);
		if (!q)
			break;
		done += turn(br, cpu, q, budget - done);
	}
	rcu_read_unlock();

	/* The last copy may have cost more than there was left. */
	if (done >= budget)
		return budget;
	napi_complete_done(napi, done);
	return done;
}

/**
 * nsb_flood_queue_init() - nothing waits yet
 * @q: the queue of a new port, or of the bridge device
 */
void nsb_flood_queue_init(struct nsb_flood_queue *q)
{
	spin_lock_init(&q->lock);
	__skb_queue_head_init(&q->frames);
	INIT_LIST_HEAD(&q->turn);
}

/**
 * nsb_flood_queue_end() - drop what waits
 * @br: the bridge
 * @q: the queue of a port that has gone, or whose far end has. Nobody who found
 *     it before can still add to it.
 *
 * Whoever is making copies of one of its frames right now does so in an RCU
 * section, and afterwards leaves the queue alone.
 *
 * Context: process, RTNL, which keeps the sides that the frames came from.
 */
void nsb_flood_queue_end(struct nsb_bridge *br, struct nsb_flood_queue *q)
{
	struct nsb_flood_cpu *cpu;
	struct sk_buff_head gone;
	struct nsb_frame f;
	struct sk_buff *skb;
	bool any = false;

	ASSERT_RTNL();
	__skb_queue_head_init(&gone);

	spin_lock_bh(&q->lock);
	cpu = q->cpu;
	if (cpu) {
		spin_lock(&cpu->lock);
		if (!list_empty(&q->turn)) {
			list_del_init(&q->turn);
			q->cpu = NULL;
			any = q->at.stage != NSB_FLOOD_NEW && q->at.any;
		}
		spin_unlock(&cpu->lock);
	}
	skb_queue_splice_init(&q->frames, &gone);
	WRITE_ONCE(q->bytes, 0);
	q->emptied = true;
	spin_unlock_bh(&q->lock);

	local_bh_disable();
	rcu_read_lock();
	while ((skb = __skb_dequeue(&gone))) {
		f = resume(br, port_of(br, q), skb);
		nsb_flood_finish(&f, skb, any, NSBRIDGE_REASON_DOWN);
		any = false;
	}
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * nsb_flood_init() - make a bridge ready to copy frames
 * @br: the bridge
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM.
 */
int nsb_flood_init(struct nsb_bridge *br)
{
	int i;

	nsb_flood_queue_init(&br->own_queue);
	br->flood = alloc_percpu_gfp(struct nsb_flood_cpu, GFP_KERNEL_ACCOUNT);
	if (!br->flood)
		return -ENOMEM;
	for_each_possible_cpu(i) {
		struct nsb_flood_cpu *cpu = per_cpu_ptr(br->flood, i);

		spin_lock_init(&cpu->lock);
		INIT_LIST_HEAD(&cpu->turns);
		set_bit(NAPI_STATE_NO_BUSY_POLL, &cpu->napi.state);
		netif_napi_add(br->dev, &cpu->napi, flood_poll);
		napi_enable(&cpu->napi);
	}
	return 0;
}

/**
 * nsb_flood_exit() - take back nsb_flood_init()
 * @br: the bridge; it has no ports, and its device sends no more
 *
 * Context: process, RTNL. May sleep for an RCU grace period.
 */
void nsb_flood_exit(struct nsb_bridge *br)
{
	int i;

	for_each_possible_cpu(i) {
		struct nsb_flood_cpu *cpu = per_cpu_ptr(br->flood, i);

		napi_disable(&cpu->napi);
		__netif_napi_del(&cpu->napi);
	}
	nsb_flood_queue_end(br, &br->own_queue);
	/* netpoll looks at a device's NAPIs under RCU. */
	synchronize_net();
	free_percpu(br->flood);
}
