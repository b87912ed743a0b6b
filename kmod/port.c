// SPDX-License-Identifier: GPL-2.0
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bridge.h"
#include "compat/compat.h"
#include "far.h"
#include "fdb.h"
#include "forward.h"
#include "netns.h"
#include "pair.h"
#include "port.h"
#include "side.h"
#include "trait.h"
#include "xmit.h"
#include <uapi/linux/if_nsbridge.h>

/**
 * nsb_port_of() - the port that a device is
 * @dev: any device
 *
 * Context: RCU or RTNL.
 * Return: NULL if it is not a port of an nsbridge.
 */
struct nsb_port *nsb_port_of(const struct net_device *dev)
{
	if (rcu_access_pointer(dev->rx_handler) != nsb_forward_rx)
		return NULL;
	return rcu_dereference_rtnl(dev->rx_handler_data);
}

static void set_flood(struct nsb_port *port, bool flood)
{
	struct nsb_bridge *br = port->br;

	WRITE_ONCE(br->n_flood, br->n_flood + flood - port->flood);
	WRITE_ONCE(port->flood, flood);
}

/* Is its far end in the bridge's own namespace? */
static bool at_home(const struct nsb_port *port)
{
	const struct net_device *far = rtnl_dereference(port->far);

	return far && net_eq(dev_net(far), dev_net(port->br->dev));
}

/**
 * nsb_port_update_flood() - does a port take frames to unknown addresses now?
 * @port: a port that leads elsewhere than before, or whose setting has changed
 *
 * Context: RTNL.
 */
void nsb_port_update_flood(struct nsb_port *port)
{
	if (port->flood_set != NSBRIDGE_PORT_FLOOD_AUTO)
		set_flood(port, port->flood_set);
	else
		set_flood(port, port->uplink || at_home(port));
}

/**
 * nsb_port_set_flood() - does a port take frames to unknown addresses?
 * @port: the port
 * @flood: 0, 1, or NSBRIDGE_PORT_FLOOD_AUTO for what the side makes sensible:
 *	   yes, unless it is another namespace than the bridge's
 *
 * Context: RTNL.
 */
void nsb_port_set_flood(struct nsb_port *port, u8 flood)
{
	port->flood_set = flood;
	nsb_port_update_flood(port);
}

/**
 * nsb_port_update_limit() - how much may pass it without a thought?
 * @port: a port whose device or far end is no longer as it was
 *
 * Context: RTNL.
 */
void nsb_port_update_limit(struct nsb_port *port)
{
	u32 limit = nsb_xmit_limit(port->dev, rtnl_dereference(port->far));

	WRITE_ONCE(port->limit, limit);
	WRITE_ONCE(port->limit_in, port->end && port->end->queues ? 0 : limit);
}

static int port_refuse(const struct nsb_bridge *br, struct net_device *dev,
		       struct netlink_ext_ack *extack)
{
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "The loopback device cannot be a port, use an nsveth pair");
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !is_valid_ether_addr(dev->dev_addr)) {
		NL_SET_ERR_MSG(extack, "Only an Ethernet device with a valid address can be a port");
		return -EINVAL;
	}
	if (nsb_is_bridge(dev) || netif_is_bridge_master(dev)) {
		NL_SET_ERR_MSG(extack, "A bridge cannot be a port of a bridge, connect them with an nsveth pair");
		return -ELOOP;
	}
	if (netdev_master_upper_dev_get(dev)) {
		NL_SET_ERR_MSG(extack, "The device belongs to another one, take it out first with \"nomaster\"");
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG(extack, "Another driver takes the frames of this device, remove its macvlan or ipvlan devices first");
		return -EBUSY;
	}
	if (dev->priv_flags & IFF_DONT_BRIDGE) {
		NL_SET_ERR_MSG(extack, "This kind of device does not allow itself to be bridged");
		return -EOPNOTSUPP;
	}
	if (br->n_ports >= br->max_ports) {
		NL_SET_ERR_MSG(extack, "The bridge has as many ports as it may, raise max_ports or remove one");
		return -ENOSPC;
	}
	return 0;
}

/**
 * nsb_port_generation() - a mark for frames of a port as it leads now
 *
 * Not that of any port for long, so that what a device has in its queue from
 * when it was a port of another bridge is not taken for something fresh.
 *
 * Context: RTNL.
 * Return: another one every time, until they repeat after 65,536.
 */
u16 nsb_port_generation(void)
{
	static u16 last;

	ASSERT_RTNL();
	return ++last;
}

static struct nsb_port *port_new(struct nsb_bridge *br, struct net_device *dev)
{
	struct nsb_port *port;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return NULL;
	port->br = br;
	port->dev = dev;
	port->end = nsb_is_end(dev) ? netdev_priv(dev) : NULL;
	port->learning = true;
	port->mcast_flood = true;
	port->bcast_flood = true;
	port->flood_set = NSBRIDGE_PORT_FLOOD_AUTO;
	port->primary.port = port;
	port->watch.br = br;
	port->watch.port = port;
	port->generation = nsb_port_generation();
	INIT_LIST_HEAD(&port->owned);
	nsb_vlans_init(br, &port->vlans);
	nsb_group_set_init(&port->groups, port);
	nsb_neigh_set_init(&port->addrs, port, NSB_ADDRS_MAX);
	INIT_HLIST_HEAD(&port->entries);
	nsb_flood_queue_init(&port->flood_queue);
	netdev_hold(dev, &port->tracker, GFP_KERNEL);
	return port;
}

/* From here on, or no longer, what its far end sends is the bridge's. */
static void end_set_way(struct nsb_end *end, const struct net_device *peer)
{
	struct nsb_end *other = netdev_priv(peer);

	rcu_assign_pointer(end->way, rtnl_dereference(end->port) ?
			   NULL : rtnl_dereference(other->port));
}

/* Between the two steps frames take the way of an end without a port, by the
 * receive queue of the port's device, which leads to the bridge as well.
 */
static void end_set_port(const struct net_device *dev, struct nsb_port *port)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer;

	if (!nsb_is_end(dev))
		return;
	rcu_assign_pointer(end->port, port);
	/* Two ends that are being deleted have no way any more. */
	peer = rtnl_dereference(end->peer);
	if (peer) {
		end_set_way(end, peer);
		end_set_way(netdev_priv(peer), dev);
	}
}

/**
 * nsb_port_add() - make a device a port
 * @br: the bridge
 * @dev: the device
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_port_add(struct nsb_bridge *br, struct net_device *dev,
		 struct netlink_ext_ack *extack)
{
	struct nsb_port *port;
	unsigned int n_sides;
	int err;

	ASSERT_RTNL();
	err = port_refuse(br, dev, extack);
	if (err)
		return err;

	port = port_new(br, dev);
	if (!port)
		return -ENOMEM;

	call_netdevice_notifiers(NETDEV_JOIN, dev);

	err = dev_set_promiscuity(dev, 1);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device refused to receive what is not sent to its own address");
		goto err_free;
	}
	err = netdev_rx_handler_register(dev, nsb_forward_rx, port);
	if (err)
		goto err_promisc;
	err = netdev_master_upper_dev_link(dev, br->dev, NULL, NULL, extack);
	if (err)
		goto err_handler;

	end_set_port(dev, port);
	n_sides = br->n_sides;
	err = nsb_far_attach(port, extack);
	if (err)
		goto err_attach;

	dev_disable_lro(dev);
	err = nsb_trait_join(port);
	if (err)
		goto err_attach;
	port->seq = br->port_seq;
	list_add_tail_rcu(&port->list, &br->ports);
	WRITE_ONCE(br->port_seq, port->seq + 1);
	atomic_inc(&nsb_net(dev_net(br->dev))->port_gen);
	WRITE_ONCE(br->n_ports, br->n_ports + 1);
	return 0;

err_attach:
	nsb_far_detach(port);
	nsb_sides_undo(br, n_sides);
	end_set_port(dev, NULL);
	netdev_upper_dev_unlink(dev, br->dev);
err_handler:
	netdev_rx_handler_unregister(dev);
err_promisc:
	dev_set_promiscuity(dev, -1);
err_free:
	/* It may have been sent by already. */
	nsb_flood_queue_end(br, &port->flood_queue);
	set_flood(port, false);
	netdev_put(dev, &port->tracker);
	kfree_rcu(port, rcu);
	return err;
}

/**
 * nsb_port_del() - make a port an ordinary device again
 * @port: the port
 *
 * Context: process, RTNL. May sleep for an RCU grace period.
 */
void nsb_port_del(struct nsb_port *port)
{
	struct nsb_bridge *br = port->br;
	struct net_device *dev = port->dev;

	ASSERT_RTNL();
	list_del_rcu(&port->list);
	/* pairs with go_on() in flood.c */
	smp_store_release(&br->ports_gone, br->ports_gone + 1);
	atomic_inc(&nsb_net(dev_net(br->dev))->port_gen);
	WRITE_ONCE(br->n_ports, br->n_ports - 1);
	end_set_port(dev, NULL);
	/* It waits for who has found the port, so no frame comes in after it. */
	netdev_rx_handler_unregister(dev);
	nsb_flood_queue_end(br, &port->flood_queue);
	set_flood(port, false);
	netdev_upper_dev_unlink(dev, br->dev);
	nsb_far_detach(port);
	/* From here on the cable is a crossing of its own again. */
	if (port->end)
		nsb_end_restart(port->end);
	dev_set_promiscuity(dev, -1);
	nsb_trait_leave(port);
	netdev_put(dev, &port->tracker);
	kfree_rcu(port, rcu);
}

static void port_event(struct nsb_port *port, unsigned long event)
{
	nsb_port_update_limit(port);
	switch (event) {
	case NETDEV_UNREGISTER:
		/* Deleted, or on its way into another namespace. */
		nsb_port_del(port);
		break;
	case NETDEV_CHANGEMTU:
	case NETDEV_FEAT_CHANGE:
		nsb_trait_changed(port);
		break;
	case NETDEV_DOWN:
		nsb_fdb_flush_learned(port);
		break;
	case NETDEV_CHANGE:
		if (!netif_carrier_ok(port->dev))
			nsb_fdb_flush_learned(port);
		break;
	}
}

static int port_notify(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct nsb_port *port = nsb_port_of(dev);

	if (port) {
		/* A port has to stay an Ethernet device. */
		if (event == NETDEV_PRE_TYPE_CHANGE)
			return NOTIFY_BAD;
		port_event(port, event);
	}

	/* It can be a port and the far end of another one. Only what
	 * nsb_far_event() has use for: of a device that is being made, its kind
	 * may not know yet where it leads.
	 */
	switch (event) {
	case NETDEV_UNREGISTER:
	case NETDEV_REGISTER:
	case NETDEV_CHANGEADDR:
	case NETDEV_CHANGEMTU:
	case NETDEV_UP:
	case NETDEV_DOWN:
		break;
	default:
		return NOTIFY_DONE;
	}
	port = nsb_far_port(dev);
	if (port)
		nsb_far_event(port, dev, event);
	return NOTIFY_DONE;
}

static struct notifier_block port_nb = {
	.notifier_call = port_notify,
};

int nsb_port_init(void)
{
	return register_netdevice_notifier(&port_nb);
}

void nsb_port_exit(void)
{
	unregister_netdevice_notifier(&port_nb);
}
