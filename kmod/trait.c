// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bridge.h"
#include "port.h"
#include "trait.h"

static struct nsb_trait trait_of(struct net_device *dev)
{
	return (struct nsb_trait){
		.features = dev->features,
		.mtu = READ_ONCE(dev->mtu),
		.headroom = netdev_get_fwd_headroom(dev),
	};
}

static bool same(const struct nsb_trait *a, const struct nsb_trait *b)
{
	return a->features == b->features && a->mtu == b->mtu &&
	       a->headroom == b->headroom;
}

/**
 * nsb_trait_features() - what a bridge can do with the ports that it has
 * @br: the bridge
 * @features: what the bridge device could do by itself
 *
 * Context: process, RTNL.
 */
netdev_features_t nsb_trait_features(const struct nsb_bridge *br,
				     netdev_features_t features)
{
	netdev_features_t mask = features;
	const struct nsb_trait *t;

	if (list_empty(&br->traits))
		return features;
	features &= ~NETIF_F_ONE_FOR_ALL;
	list_for_each_entry(t, &br->traits, list)
		features = netdev_increment_features(features, t->features,
						     mask);
	return netdev_add_tso_features(features, mask);
}

/* A kind of port came or went. All ports have to be told only when the room
 * for headers that they are to leave is another one.
 */
static void follow(struct nsb_bridge *br)
{
	unsigned int mtu = ETH_MAX_MTU, headroom = 0;
	const struct nsb_trait *t;
	struct nsb_port *port;

	list_for_each_entry(t, &br->traits, list) {
		mtu = min(mtu, t->mtu);
		headroom = max(headroom, t->headroom);
	}
	if (list_empty(&br->traits))
		mtu = ETH_DATA_LEN;

	if (!br->mtu_set && br->dev->mtu != mtu) {
		dev_set_mtu(br->dev, mtu);
		br->mtu_set = false;
	}
	if (br->dev->needed_headroom != headroom) {
		br->dev->needed_headroom = headroom;
		list_for_each_entry(port, &br->ports, list)
			netdev_set_rx_headroom(port->dev, headroom);
	}
	netdev_update_features(br->dev);
}

static struct nsb_trait *find(struct nsb_bridge *br,
			      const struct nsb_trait *like)
{
	struct nsb_trait *t;

	list_for_each_entry(t, &br->traits, list)
		if (same(t, like))
			return t;
	return NULL;
}

static struct nsb_trait *get(struct nsb_bridge *br, struct net_device *dev,
			     bool *new)
{
	const struct nsb_trait like = trait_of(dev);
	struct nsb_trait *t = find(br, &like);

	*new = !t;
	if (!t) {
		t = kmemdup(&like, sizeof(like), GFP_KERNEL_ACCOUNT);
		if (!t)
			return NULL;
		list_add(&t->list, &br->traits);
	}
	t->ports++;
	return t;
}

/* Return: whether it was the last one of its kind. */
static bool put(struct nsb_trait *t)
{
	if (--t->ports)
		return false;
	list_del(&t->list);
	kfree(t);
	return true;
}

/**
 * nsb_trait_join() - a port came
 * @port: the port, not in the bridge's list yet
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM.
 */
int nsb_trait_join(struct nsb_port *port)
{
	struct nsb_bridge *br = port->br;
	bool new;

	ASSERT_RTNL();
	port->trait = get(br, port->dev, &new);
	if (!port->trait)
		return -ENOMEM;
	if (new)
		follow(br);
	netdev_set_rx_headroom(port->dev, br->dev->needed_headroom);
	return 0;
}

/**
 * nsb_trait_leave() - a port goes
 * @port: the port, not in the bridge's list any more
 *
 * Context: process, RTNL.
 */
void nsb_trait_leave(struct nsb_port *port)
{
	ASSERT_RTNL();
	if (put(port->trait))
		follow(port->br);
	port->trait = NULL;
	netdev_reset_rx_headroom(port->dev);
}

/**
 * nsb_trait_changed() - a port's device may have become of another kind
 * @port: the port
 *
 * Without memory it is taken for what it was, and asked again.
 *
 * Context: process, RTNL.
 */
void nsb_trait_changed(struct nsb_port *port)
{
	struct nsb_trait *t, *old = port->trait;
	bool new;

	ASSERT_RTNL();
	/* On its way in or out. */
	if (!old)
		return;
	t = get(port->br, port->dev, &new);
	if (!t) {
		WRITE_ONCE(port->br->lacking, true);
		return;
	}
	port->trait = t;
	if (put(old) || new)
		follow(port->br);
}
