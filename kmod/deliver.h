/* SPDX-License-Identifier: GPL-2.0 */
/* The way out: a frame, of which is decided where it goes, goes there. */
#ifndef NSB_DELIVER_H
#define NSB_DELIVER_H

#include <linux/types.h>
#include <uapi/linux/nsbridge.h>

struct nsb_bridge;
struct nsb_crossing;
struct nsb_port;
struct nsb_side;
struct sk_buff;

/**
 * struct nsb_frame - one frame on its way
 * @br:		the bridge
 * @in:		where it came in, NULL if the bridge device sent it
 * @from:	the side it came from
 * @vid:	its VLAN, 0 while the bridge does not filter
 * @direct:	it is still in the sender's transmit function
 * @polled:	it has left that, and the receive queues behind it: a stack can
 *		have it here and now
 * @copy:	one of several copies of a flooded frame
 * @queued:	how many copies went into a queue all the same
 * @since:	when it was sent, 0 if nobody wants to know
 *
 * It is passed down in registers and on the stack, so that nothing has to be
 * kept in the frame.
 */
struct nsb_frame {
	struct nsb_bridge *br;
	struct nsb_port *in;
	struct nsb_side *from;
	u16 vid;
	bool direct;
	bool polled;
	bool copy;
	unsigned int queued;
	u64 since;
};

void nsb_drop(const struct nsb_frame *f, struct nsb_crossing *x,
	      struct sk_buff *skb, enum nsbridge_reason reason);
void nsb_drop_nowhere(const struct nsb_frame *f, struct sk_buff *skb,
		      enum nsbridge_reason reason);
void nsb_deliver(struct nsb_frame *f, struct nsb_port *out,
		 struct nsb_side *to, struct nsb_crossing *x,
		 struct sk_buff *skb);

#endif
