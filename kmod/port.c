// SPDX-License-Identifier: GPL-2.0
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/rtnetlink.h>

#include "bridge.h"
#include "compat/compat.h"
#include "fdb.h"
#include "forward.h"
#include "latency.h"
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

/* The device at the other end of the cable. Many kinds of device have a link to
 * another one in another namespace; only the ends of a pair have each other.
 *
 * Context: RCU or RTNL.
 */
static struct net_device *far_find(const struct net_device *dev)
{
	const struct rtnl_link_ops *ops = dev->rtnl_link_ops;
	struct net_device *far;

	if (!ops || !ops->get_link_net)
		return NULL;
	rcu_read_lock();
	far = dev_get_by_index_rcu(ops->get_link_net(dev), dev_get_iflink(dev));
	rcu_read_unlock();
	if (!far || far == dev || far->rtnl_link_ops != ops ||
	    dev_get_iflink(far) != dev->ifindex ||
	    !net_eq(ops->get_link_net(far), dev_net(dev)))
		return NULL;
	return far;
}

/**
 * nsb_port_of_far() - the port whose far end a device is
 * @far: any device
 *
 * Context: RCU or RTNL.
 * Return: NULL if it is not the far end of a port of an nsbridge.
 */
struct nsb_port *nsb_port_of_far(const struct net_device *far)
{
	struct net_device *dev = far_find(far);

	return dev ? nsb_port_of(dev) : NULL;
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

static void update_flood(struct nsb_port *port)
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
	update_flood(port);
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

/* Context for the next five: the address list lock of the far end, which keeps
 * what it is the far end of.
 */
static struct nsb_port *near_of(const struct net_device *far)
{
	return ((struct nsb_end *)netdev_priv(far))->near;
}

static int uc_add(struct net_device *far, const unsigned char *addr)
{
	struct nsb_port *port = near_of(far);
	struct nsb_owned *o;
	int err;

	o = kzalloc(sizeof(*o), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!o) {
		WRITE_ONCE(port->br->lacking, true);
		return -ENOMEM;
	}
	o->port = port;
	o->side = port->primary.side;
	o->secondary = true;
	err = nsb_fdb_own(port->br, o, addr);
	/* Without memory it is remembered, and without room it is not. */
	if (err == -ENOSPC)
		kfree(o);
	return err == -ENOSPC ? err : 0;
}

static int uc_del(struct net_device *far, const unsigned char *addr)
{
	struct nsb_port *port = near_of(far);
	struct nsb_bridge *br = port->br;
	struct nsb_owned *o, *found = NULL;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry(o, &port->owned, list)
		if (o->secondary && ether_addr_equal(o->addr, addr)) {
			found = o;
			break;
		}
	spin_unlock_bh(&br->fdb_lock);
	/* Only this function takes one away, and the far end's address list
	 * lock keeps it from running twice.
	 */
	if (found) {
		nsb_fdb_disown(br, found);
		kfree(found);
	}
	return 0;
}

static int mc_add(struct net_device *far, const unsigned char *group)
{
	struct nsb_port *port = near_of(far);

	nsb_group_join(port->br, &port->groups, group);
	return 0;
}

static int mc_del(struct net_device *far, const unsigned char *group)
{
	struct nsb_port *port = near_of(far);

	nsb_group_leave(port->br, &port->groups, group);
	return 0;
}

/**
 * nsb_port_sync() - the address lists of a far end have changed, or its flags
 * @port: the port
 * @far: its far end, an nsveth
 *
 * Context: RCU or RTNL, bottom halves off, @far's address list lock held.
 */
void nsb_port_sync(struct nsb_port *port, struct net_device *far)
{
	/* Not attached yet, or no more. */
	if (near_of(far) != port)
		return;
	__dev_uc_sync(far, uc_add, uc_del);
	__dev_mc_sync(far, mc_add, mc_del);
	nsb_group_take_all(port->br, &port->groups,
			   far->flags & (IFF_ALLMULTI | IFF_PROMISC));
}

static void sync_start(struct nsb_port *port, struct net_device *far)
{
	netif_addr_lock_bh(far);
	((struct nsb_end *)netdev_priv(far))->near = port;
	nsb_port_sync(port, far);
	netif_addr_unlock_bh(far);
}

static void sync_stop(struct net_device *far)
{
	netif_addr_lock_bh(far);
	__dev_uc_unsync(far, uc_del);
	__dev_mc_unsync(far, mc_del);
	((struct nsb_end *)netdev_priv(far))->near = NULL;
	netif_addr_unlock_bh(far);
}

static void tell(const struct nsb_port *port, const struct nsb_side *side,
		 enum nsbridge_happening what)
{
	nsb_event_send(port->br, &(struct nsb_event){
		.what = what,
		.port = port,
		.side = side,
	});
}

/**
 * nsb_port_attach() - find out where a port leads, and enter what is there
 * @port: the port, which has no side
 * @extack: for the reason of a failure, or NULL
 *
 * Context: process, RTNL.
 * Return: 0; -ENOMEM or -ENOSPC. It may have a side all the same, and lack an
 * entry or multicast.
 */
int nsb_port_attach(struct nsb_port *port, struct netlink_ext_ack *extack)
{
	struct nsb_bridge *br = port->br;
	struct net_device *far = far_find(port->dev);
	struct net *net = far ? dev_net(far) : dev_net(br->dev);
	struct nsb_side *side;
	int err = 0;

	side = nsb_side_get(br, net, extack);
	if (IS_ERR(side))
		return PTR_ERR(side);

	WRITE_ONCE(port->uplink, !far);
	port->primary.side = side;
	nsb_side_enter(side);
	spin_lock_bh(&br->fdb_lock);
	list_add_tail(&port->side_list, &side->port_list);
	rcu_assign_pointer(port->side, side);
	rcu_assign_pointer(port->far, far);
	spin_unlock_bh(&br->fdb_lock);
	update_flood(port);
	nsb_port_update_limit(port);
	nsb_latency_watch(&port->watch, far);
	tell(port, side, NSBRIDGE_HAPPENING_PORT_NEW);

	/* Only of an nsveth is it known what it has joined. */
	if (far && nsb_is_end(far))
		sync_start(port, far);
	else
		err = nsb_group_take_all(br, &port->groups, true);
	if (!far)
		return err;
	nsb_neigh_attach(br, port);
	return nsb_fdb_own(br, &port->primary, far->dev_addr) ?: err;
}

/* Forget where the port leads, and all that was known of there. */
static void detach(struct nsb_port *port)
{
	struct nsb_side *side = rtnl_dereference(port->side);
	struct net_device *far = rtnl_dereference(port->far);
	struct nsb_bridge *br = port->br;

	if (!side)
		return;

	nsb_latency_unwatch(&port->watch);
	if (far && nsb_is_end(far))
		sync_stop(far);
	nsb_group_leave_all(br, &port->groups);
	nsb_neigh_detach(br, &port->addrs);
	nsb_fdb_disown(br, &port->primary);

	spin_lock_bh(&br->fdb_lock);
	RCU_INIT_POINTER(port->side, NULL);
	RCU_INIT_POINTER(port->far, NULL);
	list_del(&port->side_list);
	spin_unlock_bh(&br->fdb_lock);
	nsb_port_update_limit(port);
	nsb_side_leave(side);
	tell(port, side, NSBRIDGE_HAPPENING_PORT_GONE);
	nsb_fdb_flush(port);
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

/* Not that of any port for long, so that what a device has in its queue from
 * when it was a port of another bridge is not taken for something fresh.
 */
static u16 generation_next(void)
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
	port->generation = generation_next();
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
	err = nsb_port_attach(port, extack);
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
	detach(port);
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
	detach(port);
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

static void far_event(struct nsb_port *port, struct net_device *far,
		      unsigned long event)
{
	nsb_port_update_limit(port);
	switch (event) {
	case NETDEV_UNREGISTER:
		detach(port);
		/* No frame that was under way to the old side can leave by the
		 * port after this, and what waits in a queue of it is stale.
		 */
		synchronize_net();
		nsb_flood_queue_end(port->br, &port->flood_queue);
		WRITE_ONCE(port->generation, generation_next());
		break;
	case NETDEV_REGISTER:
		/* Back from a move. Nobody is there to be told of a failure but
		 * the log.
		 */
		if (rtnl_dereference(port->side) ||
		    !nsb_port_attach(port, NULL))
			break;
		WRITE_ONCE(port->br->lacking, true);
		if (!rtnl_dereference(port->side))
			netdev_err(port->dev,
				   "no memory or no room for the namespace of its far end, it is tried again every few seconds\n");
		break;
	case NETDEV_CHANGEADDR:
		nsb_fdb_disown(port->br, &port->primary);
		nsb_fdb_own(port->br, &port->primary, far->dev_addr);
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

	/* It can be a port and the far end of another one. Only what far_event()
	 * has use for: of a device that is being made, its kind may not know
	 * yet where it leads.
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
	port = nsb_port_of_far(dev);
	if (port)
		far_event(port, dev, event);
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
