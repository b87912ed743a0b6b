/* SPDX-License-Identifier: GPL-2.0 */
/* How long frames take from the transmit function that sent them to the moment
 * when the stack at the far end takes them.
 *
 * Measured where a bridge has it switched on, and counted in the histograms of
 * hist.h. While no bridge has, it costs a frame one no-op.
 *
 * A frame is stamped on its way and looked at where it arrives, by a packet tap
 * on the far end. In its last hop, through a receive queue, the stamp is in its
 * control buffer. In the queue of a port, where others write that, a note is
 * kept of it in a table of the bridge.
 */
#ifndef NSB_LATENCY_H
#define NSB_LATENCY_H

#include <linux/jump_label.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

struct netlink_ext_ack;
struct nsb_bridge;
struct nsb_crossing;
struct nsb_end;
struct nsb_port;

/**
 * struct nsb_watch - the tap on a device where frames arrive
 * @pt:		the tap
 * @br:		the bridge that they crossed
 * @port:	the port that the device is the far end of, NULL for the bridge
 *		device itself
 * @id:		what stamps are for, another one each time; 0 while there is no
 *		tap. Written under RTNL.
 */
struct nsb_watch {
	struct packet_type pt;
	struct nsb_bridge *br;
	struct nsb_port *port;
	u32 id;
};

DECLARE_STATIC_KEY_FALSE(nsb_latency_used);

u64 nsb_latency_begin(const struct nsb_bridge *br, const struct sk_buff *skb);
void nsb_latency_leave(const struct nsb_port *port, const struct sk_buff *skb);
void nsb_latency_stamp(const struct nsb_watch *watch,
		       const struct nsb_crossing *x, struct sk_buff *skb,
		       u64 since);
void nsb_latency_note(const struct nsb_port *out, const struct nsb_crossing *x,
		      const struct sk_buff *skb, u64 since);
void nsb_latency_polled(struct nsb_end *end, struct sk_buff *skb);

/**
 * nsb_latency_on() - does any bridge measure?
 *
 * To be asked before any of the functions above is called.
 */
static __always_inline bool nsb_latency_on(void)
{
	return static_branch_unlikely(&nsb_latency_used);
}

int nsb_latency_set(struct nsb_bridge *br, bool on,
		    struct netlink_ext_ack *extack);
void nsb_latency_watch(struct nsb_watch *watch, struct net_device *dev);
void nsb_latency_unwatch(struct nsb_watch *watch);
void nsb_latency_exit(struct nsb_bridge *br);
void nsb_latency_init(void);

#endif
