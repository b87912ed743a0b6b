// SPDX-License-Identifier: GPL-2.0
/* Queues are there while the device is up and needs them. Whoever sends into it
 * finds them by way of the peer, nsb_end.into, so that a cable without queues
 * is told by a word that is at hand anyway.
 */
#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "napi.h"
#include "pair.h"

/* Like the queue of a CPU (net.core.netdev_max_backlog). */
#define RING_SIZE	1024

/* -- the poll -- */

/* Of many frames that arrive at once the first one asks for a poll. */
static void wake(struct nsb_queue *q)
{
	/* The ring is written before this is read: pairs with poll(). */
	smp_mb();
	if (READ_ONCE(q->awake) || !napi_schedule_prep(&q->napi))
		return;
	WRITE_ONCE(q->awake, true);
	__napi_schedule(&q->napi);
}

/* What is merged is written to, so it must not be anybody else's as well. */
static void receive(struct nsb_queue *q, struct sk_buff *skb)
{
	if (q->dev->features & NETIF_F_GRO) {
		skb_prepare_for_gro(skb);
		if (unlikely(skb_shared(skb) ||
			     skb_unclone(skb, GFP_ATOMIC))) {
			netif_receive_skb(skb);
			return;
		}
	}
	napi_gro_receive(&q->napi, skb);
}

static int poll(struct napi_struct *napi, int budget)
{
	struct nsb_queue *q = container_of(napi, struct nsb_queue, napi);
	struct sk_buff *skb;
	int done = 0;

	while (done < budget) {
		skb = __ptr_ring_consume(&q->ring);
		if (!skb)
			break;
		receive(q, skb);
		done++;
	}

	if (done < budget && napi_complete_done(napi, done)) {
		/* This is written before the ring is read: pairs with wake(). */
		smp_store_mb(q->awake, false);
		if (unlikely(!__ptr_ring_empty(&q->ring)))
			wake(q);
	}
	return done;
}

/**
 * nsb_napi_put() - a frame arrives
 * @queues: where
 * @skb: the frame, as a device driver would give it to the stack; it is taken
 *
 * Context: RCU, bottom halves off.
 * Return: false if there was no room. Then the device has counted it as
 * rx_dropped, as the core does.
 */
bool nsb_napi_put(struct nsb_queues *queues, struct sk_buff *skb)
{
	unsigned int i = skb_rx_queue_recorded(skb) ? skb_get_rx_queue(skb) : 0;
	struct nsb_queue *q = &queues->q[i < queues->n ? i : 0];

	if (unlikely(ptr_ring_produce(&q->ring, skb))) {
		dev_core_stats_rx_dropped_inc(q->dev);
		kfree_skb(skb);
		return false;
	}
	wake(q);
	return true;
}

/* -- to be and not to be -- */

static struct nsb_queues *queues_new(struct net_device *dev, unsigned int n)
{
	struct nsb_queues *queues;
	unsigned int i;

	queues = kvzalloc(struct_size(queues, q, n), GFP_KERNEL_ACCOUNT);
	if (!queues)
		return NULL;
	for (i = 0; i < n; i++) {
		queues->q[i].dev = dev;
		if (ptr_ring_init(&queues->q[i].ring, RING_SIZE,
				  GFP_KERNEL_ACCOUNT))
			goto err;
	}
	queues->n = n;
	for (i = 0; i < n; i++) {
		netif_napi_add(dev, &queues->q[i].napi, poll);
		napi_enable(&queues->q[i].napi);
	}
	return queues;

err:
	while (i--)
		ptr_ring_cleanup(&queues->q[i].ring, NULL);
	kvfree(queues);
	return NULL;
}

/* Nobody polls any more. What is left is received like any frame, unless the
 * device goes down, which is when the core drops such frames as well.
 */
static void queue_empty(struct nsb_queue *q, bool down)
{
	struct sk_buff *skb;

	local_bh_disable();
	while ((skb = __ptr_ring_consume(&q->ring))) {
		if (down) {
			dev_core_stats_rx_dropped_inc(q->dev);
			kfree_skb(skb);
		} else {
			netif_receive_skb(skb);
		}
	}
	local_bh_enable();
}

/* Nobody finds them any more. */
static void queues_free(struct nsb_queues *queues, bool down)
{
	unsigned int i;

	if (!queues)
		return;
	/* until nobody puts anything in */
	synchronize_net();
	for (i = 0; i < queues->n; i++) {
		napi_disable(&queues->q[i].napi);
		__netif_napi_del(&queues->q[i].napi);
	}
	/* for __netif_napi_del() */
	synchronize_net();
	for (i = 0; i < queues->n; i++) {
		queue_empty(&queues->q[i], down);
		ptr_ring_cleanup(&queues->q[i].ring, NULL);
	}
	kvfree(queues);
}

/* Return: what was there before. */
static struct nsb_queues *exchange(struct nsb_end *end,
				   struct nsb_queues *queues)
{
	struct net_device *peer = rtnl_dereference(end->peer);
	struct nsb_queues *old = end->queues;
	struct nsb_end *other;

	end->queues = queues;
	if (peer) {
		other = netdev_priv(peer);
		rcu_assign_pointer(other->into, queues);
	}
	return old;
}

static int start(struct net_device *dev)
{
	struct nsb_queues *queues = queues_new(dev, dev->real_num_rx_queues);

	if (!queues)
		return -ENOMEM;
	exchange(netdev_priv(dev), queues);
	return 0;
}

static void stop(struct net_device *dev, bool down)
{
	queues_free(exchange(netdev_priv(dev), NULL), down);
}

/* Does a device with these features need queues? */
static bool needed(netdev_features_t features)
{
	return features & NETIF_F_GRO;
}

/**
 * nsb_napi_open() - a device comes up
 * @dev: an nsveth
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM.
 */
int nsb_napi_open(struct net_device *dev)
{
	return needed(dev->features) ? start(dev) : 0;
}

/**
 * nsb_napi_stop() - a device goes down
 * @dev: an nsveth
 *
 * Context: process, RTNL. May sleep for RCU grace periods.
 */
void nsb_napi_stop(struct net_device *dev)
{
	stop(dev, true);
}

/**
 * nsb_napi_set_features() - GRO is to be on or off
 * @dev: an nsveth
 * @features: what it will have
 *
 * ndo_set_features.
 *
 * Context: process, RTNL. May sleep for RCU grace periods.
 * Return: 0 or -ENOMEM.
 */
int nsb_napi_set_features(struct net_device *dev, netdev_features_t features)
{
	struct nsb_end *end = netdev_priv(dev);
	bool need = needed(features);

	if (!netif_running(dev) || need == !!end->queues)
		return 0;
	if (need)
		return start(dev);
	stop(dev, false);
	return 0;
}

/**
 * nsb_napi_set_channels() - use so many queues
 * @dev: an nsveth
 * @tx: for sending
 * @rx: for receiving
 *
 * Context: process, RTNL. May sleep for RCU grace periods.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_napi_set_channels(struct net_device *dev, unsigned int tx,
			  unsigned int rx)
{
	struct nsb_end *end = netdev_priv(dev);
	struct nsb_queues *queues = NULL;
	int err;

	if (end->queues && end->queues->n != rx) {
		queues = queues_new(dev, rx);
		if (!queues)
			return -ENOMEM;
	}
	err = netif_set_real_num_queues(dev, tx, rx);
	if (queues)
		queues_free(err ? queues : exchange(end, queues), false);
	return err;
}
