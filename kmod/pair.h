/* SPDX-License-Identifier: GPL-2.0 */
/* The link kind "nsveth": a cable of two devices, like veth, whose two
 * directions are crossings. Either end may be a port of an nsbridge.
 */
#ifndef NSB_PAIR_H
#define NSB_PAIR_H

#include <linux/netdevice.h>
#include <linux/seqlock.h>
#include <net/rtnetlink.h>

#include "crossing.h"

struct bpf_prog;
struct nsb_port;
struct nsb_queues;
struct nsb_xdp_count;

/**
 * struct nsb_end - private data of an nsveth device
 * @way:	the peer's @port, unless this end is a port itself: where nearly all
 *		frames go, found at once. RCU, written under RTNL by port.c.
 * @peer:	the other end; NULL once either is being deleted. RCU, written
 *		under RTNL.
 * @port:	set while this end is a port of an nsbridge. RCU, written under
 *		RTNL by port.c.
 * @near:	the port at the other end, while this is its far end. Written by
 *		port.c, under the address list lock of this device.
 * @into:	the receive queues of the peer, NULL while it has none of its own
 *		and receives by the CPU's. RCU, written under RTNL by napi.c.
 * @count:	what this end sent, per CPU; what its peer received is the same.
 * @base_lock:	lets readers without RTNL see a whole @base
 * @base:	@count as it was when either end last changed its namespace: the
 *		crossing of this cable is what came since. Written under RTNL.
 * @since:	when @base was taken, ns since 1970
 * @headroom:	what this end was last asked to reserve, bytes
 * @queues:	those of this end. RTNL.
 * @prog:	the XDP program that sees what this end receives. RCU, written under
 *		RTNL by xdp_set.c.
 * @xdp:	what XDP programs did, per CPU; NULL as long as there was none
 */
struct nsb_end {
	struct nsb_port __rcu *way;
	struct net_device __rcu *peer;
	struct nsb_port __rcu *port;
	struct nsb_port *near;
	struct nsb_queues __rcu *into;
	struct nsb_count __percpu *count;
	seqlock_t base_lock;
	struct nsb_sum base;
	u64 since;
	unsigned int headroom;
	struct nsb_queues *queues;
	struct bpf_prog __rcu *prog;
	struct nsb_xdp_count __percpu *xdp;
};

extern struct rtnl_link_ops nsb_pair_link_ops;
extern const struct net_device_ops nsb_end_netdev_ops;

/**
 * nsb_is_end() - is this device an end of an nsveth pair?
 * @dev: any device
 *
 * Return: whether netdev_priv(@dev) is a struct nsb_end.
 */
static inline bool nsb_is_end(const struct net_device *dev)
{
	return dev->netdev_ops == &nsb_end_netdev_ops;
}

void nsb_end_crossing(const struct net_device *dev, struct nsb_sum *sum);
void nsb_end_restart(struct nsb_end *end);

int nsb_pair_init(void);
void nsb_pair_exit(void);

#endif
