/* SPDX-License-Identifier: GPL-2.0 */
/* Frames for more than one: who gets a copy, and when it is made. */
#ifndef NSB_FLOOD_H
#define NSB_FLOOD_H

#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/nsbridge.h>

struct nsb_bridge;
struct nsb_flood_cpu;
struct nsb_frame;
struct nsb_port;

/* Who gets a copy of a broadcast, or of a frame to an unknown address: from UP
 * on; and of multicast: from GROUP on.
 */
enum nsb_flood_stage {
	NSB_FLOOD_NEW,
	NSB_FLOOD_UP,		/* the bridge device */
	NSB_FLOOD_PORTS,	/* every port that takes it */
	NSB_FLOOD_END,
	NSB_FLOOD_GROUP,	/* who has joined the group */
	NSB_FLOOD_ALL,		/* who takes all multicast */
};

/**
 * struct nsb_flood_at - how far a frame has got
 * @stage:	whose turn it is
 * @any:	somebody had a copy, or was denied one
 * @gone:	what the count of those that left was, when @last was current
 * @last:	who was served last, NULL at the beginning of a stage. It is only
 *		looked at if nobody has left since.
 * @seq:	the number of @last
 * @end:	who has this number or a higher one came too late for the frame
 */
struct nsb_flood_at {
	enum nsb_flood_stage stage;
	bool any;
	u32 gone;
	const struct list_head *last;
	u64 seq;
	u64 end;
};

/**
 * struct nsb_flood_queue - what one port sends to many
 * @lock:	of all but @at. A sender takes it for a frame that it may queue,
 *		and the CPU that makes the copies twice in each turn; nobody
 *		for a copy, and no two senders the same.
 * @frames:	waiting
 * @bytes:	what they take in memory, with the one that is being copied
 * @emptied:	the one that is being copied is not to come back
 * @cpu:	who makes the copies, NULL while there is nothing to do
 * @turn:	in nsb_flood_cpu.turns. The lock of @cpu.
 * @at:		how far the first frame has got; of whose turn it is
 */
struct nsb_flood_queue {
	spinlock_t lock;	/* see above */
	struct sk_buff_head frames;
	u32 bytes;
	bool emptied;
	struct nsb_flood_cpu *cpu;
	struct list_head turn;
	struct nsb_flood_at at;
};

/* So much memory may the frames of one queue take. The default send buffer of a
 * socket is less: who sends from one is made to wait, and loses nothing.
 */
#define NSB_FLOOD_BYTES	(256U << 10)

void nsb_flood(struct nsb_frame *f, struct sk_buff *skb);
bool nsb_flood_to(struct nsb_frame *f, struct nsb_port *out,
		  struct sk_buff *skb);

void nsb_flood_begin(const struct nsb_frame *f, const struct sk_buff *skb,
		     struct nsb_flood_at *at);
unsigned int nsb_flood_some(struct nsb_frame *f, struct sk_buff *skb,
			    struct nsb_flood_at *at, unsigned int room);
void nsb_flood_finish(const struct nsb_frame *f, struct sk_buff *skb, bool any,
		      enum nsbridge_reason reason);

void nsb_flood_later(const struct nsb_frame *f, struct nsb_flood_queue *q,
		     struct sk_buff *skb);
void nsb_flood_queue_init(struct nsb_flood_queue *q);
void nsb_flood_queue_end(struct nsb_bridge *br, struct nsb_flood_queue *q);

int nsb_flood_init(struct nsb_bridge *br);
void nsb_flood_exit(struct nsb_bridge *br);

#endif
