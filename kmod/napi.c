// SPDX-License-Identifier: GPL-2.0
/* Queues are there while the device is up and needs them. Whoever sends into it
 * finds them by way of the peer, nsb_end.into, so that a cable without queues
 * is told by a word that is at hand anyway.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/gro.h>
#include <net/sock.h>

#include "compat.h"
#include "latency.h"
#include "napi.h"
#include "pair.h"
#include "port.h"
#include "xdp.h"

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

/* Return: what there is for the stack in an entry of the ring, or NULL. */
static struct sk_buff *entry_skb(struct nsb_queue *q, struct bpf_prog *prog,
				 void *entry, struct nsb_xdp_bulk *bulk)
{
	if (unlikely(nsb_xdp_is_frame(entry)))
		return nsb_xdp_run_frame(q, prog, nsb_xdp_frame(entry), bulk);
	if (prog)
		return nsb_xdp_run_skb(q, prog, entry, bulk);
	return entry;
}

static int poll(struct napi_struct *napi, int budget)
{
	struct nsb_queue *q = container_of(napi, struct nsb_queue, napi);
	struct nsb_end *end = netdev_priv(q->dev);
	struct nsb_xdp_bulk bulk;
	struct bpf_prog *prog;
	int done;

	rcu_read_lock();
	prog = rcu_dereference(end->prog);
	if (prog)
		nsb_xdp_begin(&bulk);
	for (done = 0; done < budget; done++) {
		void *entry = __ptr_ring_consume(&q->ring);
		struct sk_buff *skb;

		if (!entry)
			break;
		if (nsb_latency_on() && !nsb_xdp_is_frame(entry))
			nsb_latency_polled(end, entry);
		skb = entry_skb(q, prog, entry, &bulk);
		if (skb)
			receive(q, skb);
	}
	if (prog)
		nsb_xdp_flush(q, &bulk);
	rcu_read_unlock();

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

/**
 * nsb_napi_put_frames() - frames without skbs arrive
 * @queues: where
 * @frames: the frames
 * @n: how many
 * @reason: set if not all of them could be taken
 *
 * They are counted as what the peer sent.
 *
 * Context: RCU, bottom halves off.
 * Return: how many were taken, the first ones.
 */
int nsb_napi_put_frames(struct nsb_queues *queues, struct xdp_frame **frames,
			int n, enum nsbridge_reason *reason)
{
	struct nsb_queue *q = &queues->q[smp_processor_id() % queues->n];
	struct nsb_end *end = netdev_priv(q->dev);
	struct net_device *peer = rcu_dereference(end->peer);
	unsigned int max = READ_ONCE(q->dev->mtu) + ETH_HLEN + VLAN_HLEN;
	struct nsb_end *from;
	int i, j;

	*reason = NSBRIDGE_REASON_DOWN;
	if (unlikely(!peer))
		return 0;
	from = netdev_priv(peer);

	spin_lock(&q->ring.producer_lock);
	for (i = 0; i < n; i++) {
		unsigned int bytes = xdp_get_frame_len(frames[i]);

		if (unlikely(bytes > max)) {
			*reason = NSBRIDGE_REASON_MTU;
			break;
		}
		if (unlikely(__ptr_ring_produce(&q->ring,
						nsb_xdp_entry(frames[i])))) {
			*reason = NSBRIDGE_REASON_BACKLOG;
			for (j = i; j < n; j++)
				dev_core_stats_rx_dropped_inc(q->dev);
			break;
		}
		nsb_count_frame(from->count, bytes, 1);
	}
	spin_unlock(&q->ring.producer_lock);
	wake(q);
	return i;
}

/* -- to be and not to be -- */

static int queue_init(struct nsb_queue *q, struct net_device *dev,
		      unsigned int i)
{
	int err;

	q->dev = dev;
	err = ptr_ring_init(&q->ring, RING_SIZE, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	netif_napi_add(dev, &q->napi, poll);
	err = xdp_rxq_info_reg(&q->rxq, dev, i, q->napi.napi_id);
	if (err)
		goto err_napi;
	err = xdp_rxq_info_reg_mem_model(&q->rxq, MEM_TYPE_PAGE_SHARED, NULL);
	if (err)
		goto err_rxq;
	return 0;

err_rxq:
	xdp_rxq_info_unreg(&q->rxq);
err_napi:
	netif_napi_del(&q->napi);
	ptr_ring_cleanup(&q->ring, NULL);
	return err;
}

/* Its NAPI is gone, and an RCU grace period has passed since. */
static void queue_exit(struct nsb_queue *q)
{
	xdp_rxq_info_unreg(&q->rxq);
	ptr_ring_cleanup(&q->ring, NULL);
}

static struct nsb_queues *queues_new(struct net_device *dev, unsigned int n)
{
	struct nsb_queues *queues;
	unsigned int i;

	queues = kvzalloc(struct_size(queues, q, n), GFP_KERNEL_ACCOUNT);
	if (!queues)
		return NULL;
	for (i = 0; i < n; i++) {
		if (queue_init(&queues->q[i], dev, i))
			goto err;
		queues->n++;
	}
	for (i = 0; i < n; i++)
		napi_enable(&queues->q[i].napi);
	return queues;

err:
	for (i = 0; i < queues->n; i++)
		__netif_napi_del(&queues->q[i].napi);
	synchronize_net();
	for (i = 0; i < queues->n; i++)
		queue_exit(&queues->q[i]);
	kvfree(queues);
	return NULL;
}

/* Nobody polls any more. What is left is received like any frame, unless the
 * device goes down, which is when the core drops such frames as well.
 */
static void queue_empty(struct nsb_queue *q, bool down)
{
	struct sk_buff *skb;
	void *entry;

	local_bh_disable();
	while ((entry = __ptr_ring_consume(&q->ring))) {
		skb = entry_skb(q, NULL, entry, NULL);
		if (!skb)
			continue;
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
		queue_exit(&queues->q[i]);
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
	/* What comes in by it has to come by here, or need no longer. */
	if (rtnl_dereference(end->port))
		nsb_port_update_limit(rtnl_dereference(end->port));
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

static int adapt(struct net_device *dev, netdev_features_t features)
{
	struct nsb_end *end = netdev_priv(dev);
	bool need = features & NETIF_F_GRO || rcu_access_pointer(end->prog);

	if (!netif_running(dev) || need == !!end->queues)
		return 0;
	if (need)
		return start(dev);
	stop(dev, false);
	return 0;
}

/**
 * nsb_napi_adapt() - have queues if there is need for them
 * @dev: an nsveth that comes up, or whose XDP program is another one
 *
 * Context: process, RTNL. May sleep for RCU grace periods.
 * Return: 0 or -ENOMEM.
 */
int nsb_napi_adapt(struct net_device *dev)
{
	return adapt(dev, dev->features);
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
 * nsb_napi_drain() - the stack gets what waits in the queues, here and now
 * @dev: an nsveth whose peer is closed, and has been for an RCU grace period
 *
 * What XDP would have done with it is left out.
 *
 * Context: process, RTNL. May sleep until a poll has ended.
 */
void nsb_napi_drain(struct net_device *dev)
{
	struct nsb_end *end = netdev_priv(dev);
	struct nsb_queue *q;
	unsigned int i;

	ASSERT_RTNL();
	for (i = 0; end->queues && i < end->queues->n; i++) {
		q = &end->queues->q[i];
		napi_disable(&q->napi);
		queue_empty(q, false);
		/* What it has kept to merge waits until the end of a poll. */
		local_bh_disable();
		napi_gro_flush(&q->napi, false);
		local_bh_enable();
		napi_enable(&q->napi);
		local_bh_disable();
		napi_schedule(&q->napi);
		local_bh_enable();
		napi_synchronize(&q->napi);
	}
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
	return adapt(dev, features);
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
