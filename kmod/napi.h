/* SPDX-License-Identifier: GPL-2.0 */
/* The queues of an nsveth that has asked for some: what its peer sends waits
 * there for a NAPI poll, which can merge frames (GRO), hand them up as lists, and
 * run in a thread. Without, it waits in the CPU's queue, as with any virtual
 * device.
 */
#ifndef NSB_NAPI_H
#define NSB_NAPI_H

#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <net/xdp.h>
#include <uapi/linux/nsbridge.h>

/**
 * struct nsb_queue - a receive queue
 * @napi:	polls it
 * @dev:	the device that receives
 * @awake:	a poll has been asked for, and has not yet found the ring empty
 * @ring:	what has arrived: skbs and frames, see nsb_xdp_is_frame()
 * @rxq:	what XDP programs are told of the queue
 */
struct nsb_queue {
	struct napi_struct napi;
	struct net_device *dev;
	bool awake;
	struct ptr_ring ring;
	struct xdp_rxq_info rxq;
} ____cacheline_aligned_in_smp;

/**
 * struct nsb_queues - those of one device
 * @n:	how many
 * @q:	each
 */
struct nsb_queues {
	unsigned int n;
	struct nsb_queue q[];
};

int nsb_napi_adapt(struct net_device *dev);
void nsb_napi_stop(struct net_device *dev);
int nsb_napi_set_features(struct net_device *dev, netdev_features_t features);
int nsb_napi_set_channels(struct net_device *dev, unsigned int tx,
			  unsigned int rx);
void nsb_napi_drain(struct net_device *dev);
bool nsb_napi_put(struct nsb_queues *queues, struct sk_buff *skb);
int nsb_napi_put_frames(struct nsb_queues *queues, struct xdp_frame **frames,
			int n, enum nsbridge_reason *reason);

#endif
