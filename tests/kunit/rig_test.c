// SPDX-License-Identifier: GPL-2.0
/* The bench that the suites work on: devices and who hears what; see rig.h. It
 * holds no suite of its own, and has its name so that it is linked in with them.
 * The namespaces are in rig_net_test.c, what is sent in rig_frame_test.c.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/unaligned.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "compat/compat.h"
#include "link.h"
#include "pair.h"
#include "crossing.h"
#include "rig.h"

/* -- taps -- */

static void arrived(struct rig_port *p, const struct sk_buff *skb)
{
	u64 serial;

	if (skb->len >= sizeof(serial) &&
	    !skb_copy_bits(skb, skb->len - sizeof(serial), &serial,
			   sizeof(serial)) &&
	    serial == p->rig->serial)
		p->got++;
}

static int tap(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *pt, struct net_device *orig_dev)
{
	arrived(container_of(pt, struct rig_port, tap), skb);
	kfree_skb(skb);
	return 0;
}

/* What an uplink sends has left the host, so that is where it has arrived. */
static netdev_tx_t uplink_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct rig_port **p = netdev_priv(dev);

	arrived(*p, skb);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops uplink_ops = {
	.ndo_start_xmit		= uplink_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
};

/* -- devices -- */

static struct rig_port *port_new(struct rig *rig, struct net_device *dev,
				 struct net_device *far)
{
	struct rig_port *p = &rig->ports[rig->n_ports++];

	p->rig = rig;
	p->dev = dev;
	p->far = far;
	p->port = nsb_port_of(dev);
	p->tap.type = htons(ETH_P_ALL);
	p->tap.func = tap;
	p->tap.dev = far;
	p->tap.ignore_outgoing = true;
	if (!rig_is_uplink(p))
		dev_add_pack(&p->tap);
	return p;
}

/* As RTM_NEWLINK does it, with all settings left out. */
static struct net_device *link_new(const struct rtnl_link_ops *ops,
				   struct net *peer_net)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	struct rtnl_newlink_params params = {
		.src_net	= &init_net,
		.peer_net	= peer_net,
		.tb		= tb,
	};
	struct net_device *dev;
	int err;

	dev = rtnl_create_link(&init_net, "rig%d", NET_NAME_ENUM, ops, tb,
			       NULL);
	if (IS_ERR(dev))
		return NULL;
	err = ops->newlink(dev, &params, NULL);
	if (err) {
		free_netdev(dev);
		return NULL;
	}
	rtnl_configure_link(dev, NULL, 0, NULL);
	return dev;
}

static void rig_free(void *arg)
{
	struct rig *rig = arg;
	LIST_HEAD(list);

	while (rig->n_ports > 1) {
		struct rig_port *p = &rig->ports[rig->n_ports - 1];

		if (p->dev)
			rig_unplug(p);
		rig->n_ports--;
	}
	dev_remove_pack(&rig->host->tap);
	rtnl_lock();
	nsb_bridge_link_ops.dellink(rig->host->dev, &list);
	unregister_netdevice_many(&list);
	rtnl_unlock();
}

/**
 * rig_new() - a bridge, up, in the initial namespace
 * @test: the test, at whose end it goes
 *
 * Skips the test if there are no namespaces.
 */
struct rig *rig_new(struct kunit *test)
{
	struct net_device *dev;
	struct rig *rig;
	unsigned int i;

	for (i = 0; i < RIG_NETS; i++)
		if (!rig_net(i))
			kunit_skip(test, "no namespaces: is there no ip here?");
	rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rig);

	rtnl_lock();
	dev = link_new(&nsb_bridge_link_ops, NULL);
	if (dev) {
		rig->test = test;
		rig->br = netdev_priv(dev);
		rig->host = port_new(rig, dev, dev);
		dev_open(dev, NULL);
	}
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, rig_free, rig));
	return rig;
}

/* Context: RTNL */
static int set_mac(struct net_device *dev, const u8 *mac)
{
	struct sockaddr_storage ss = { .ss_family = dev->type };

	memcpy(ss.__data, mac, ETH_ALEN);
	return dev_set_mac_address(dev, &ss, NULL);
}

/**
 * rig_cable() - a port with a cable into a namespace, both ends up
 * @rig: the rig
 * @net: number of the namespace
 * @mac: address of the far end
 */
struct rig_port *rig_cable(struct rig *rig, unsigned int net, const u8 *mac)
{
	struct net_device *dev, *far = NULL;
	struct rig_port *p = NULL;
	int err = -ENOMEM;

	KUNIT_ASSERT_LT(rig->test, rig->n_ports, RIG_PORTS);
	rtnl_lock();
	dev = link_new(&nsb_pair_link_ops, rig_net(net));
	if (dev) {
		struct nsb_end *end = netdev_priv(dev);

		far = rtnl_dereference(end->peer);
		err = set_mac(far, mac) ?:
		      nsb_port_add(rig->br, dev, NULL) ?:
		      dev_open(far, NULL) ?: dev_open(dev, NULL);
		p = port_new(rig, dev, far);
	}
	rtnl_unlock();
	KUNIT_ASSERT_EQ(rig->test, 0, err);
	/* Until the core has seen the carrier, what is sent is dropped. */
	KUNIT_ASSERT_TRUE(rig->test, rig_wait(rig_has_queue, dev));
	KUNIT_ASSERT_TRUE(rig->test, rig_wait(rig_has_queue, far));
	return p;
}

/**
 * rig_uplink() - a port that leads out of the host, up
 * @rig: the rig
 */
struct rig_port *rig_uplink(struct rig *rig)
{
	struct rig_port *p = NULL, **priv;
	struct net_device *dev;
	int err;

	KUNIT_ASSERT_LT(rig->test, rig->n_ports, RIG_PORTS);
	dev = alloc_netdev(sizeof(*priv), "rigup%d", NET_NAME_ENUM,
			   ether_setup);
	KUNIT_ASSERT_NOT_NULL(rig->test, dev);
	dev->netdev_ops = &uplink_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
	eth_hw_addr_random(dev);

	rtnl_lock();
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
	} else {
		dev->needs_free_netdev = true;
		priv = netdev_priv(dev);
		*priv = &rig->ports[rig->n_ports];
		err = nsb_port_add(rig->br, dev, NULL) ?: dev_open(dev, NULL);
		p = port_new(rig, dev, dev);
	}
	rtnl_unlock();
	KUNIT_ASSERT_EQ(rig->test, 0, err);
	KUNIT_ASSERT_TRUE(rig->test, rig_wait(rig_has_queue, dev));
	return p;
}

/**
 * rig_unplug() - delete a port's device, and its far end with it
 * @p: the port
 */
void rig_unplug(struct rig_port *p)
{
	LIST_HEAD(list);

	if (!rig_is_uplink(p))
		dev_remove_pack(&p->tap);
	rtnl_lock();
	if (rig_is_uplink(p))
		unregister_netdevice_queue(p->dev, &list);
	else
		nsb_pair_link_ops.dellink(p->dev, &list);
	unregister_netdevice_many(&list);
	rtnl_unlock();
	p->dev = NULL;
	p->port = NULL;
}

/**
 * rig_set_mac() - change the device address of a far end
 * @p: the port
 * @mac: the address
 */
void rig_set_mac(struct rig_port *p, const u8 *mac)
{
	int err;

	rtnl_lock();
	err = set_mac(p->far, mac);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(p->rig->test, 0, err);
}

/**
 * rig_add_mac() - give a far end a secondary address
 * @p: the port
 * @mac: the address
 */
int rig_add_mac(struct rig_port *p, const u8 *mac)
{
	int err;

	rtnl_lock();
	err = dev_uc_add(p->far, mac);
	rtnl_unlock();
	return err;
}

/**
 * rig_del_mac() - take a secondary address away
 * @p: the port
 * @mac: the address
 */
void rig_del_mac(struct rig_port *p, const u8 *mac)
{
	rtnl_lock();
	dev_uc_del(p->far, mac);
	rtnl_unlock();
}

/**
 * rig_set_up() - open or close a device
 * @dev: the device
 * @up: which of the two
 */
void rig_set_up(struct net_device *dev, bool up)
{
	rtnl_lock();
	if (up)
		dev_open(dev, NULL);
	else
		dev_close(dev);
	rtnl_unlock();
}

/**
 * rig_side() - where a port leads
 * @p: the port
 */
struct nsb_side *rig_side(const struct rig_port *p)
{
	return p->port ? rcu_access_pointer(p->port->side) : p->rig->br->host;
}

/* -- towns -- */

/**
 * rig_town() - four namespaces and an uplink
 * @test: the test
 * @t: the result
 */
void rig_town(struct kunit *test, struct rig_town *t)
{
	t->rig = rig_new(test);
	t->a = rig_cable(t->rig, 1, RIG_MAC(1));
	t->b = rig_cable(t->rig, 2, RIG_MAC(2));
	t->c = rig_cable(t->rig, 3, RIG_MAC(3));
	t->d = rig_cable(t->rig, 4, RIG_MAC(4));
	t->up = rig_uplink(t->rig);
}

/**
 * rig_pair() - two namespaces that have all their crossings already
 * @test: the test
 * @t: the result
 *
 * Nothing needs memory any more that is not a frame's.
 */
void rig_pair(struct kunit *test, struct rig_pair *t)
{
	const u8 broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	t->rig = rig_new(test);
	t->a = rig_cable(t->rig, 1, RIG_MAC(1));
	t->b = rig_cable(t->rig, 2, RIG_MAC(2));
	t->host = t->rig->host;
	rig_send(t->a, broadcast, NULL);
	rig_send(t->b, broadcast, NULL);
	rig_send(t->host, broadcast, NULL);
}
