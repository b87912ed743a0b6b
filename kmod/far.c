// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/rtnetlink.h>

#include "bridge.h"
#include "compat/compat.h"
#include "far.h"
#include "fdb.h"
#include "latency.h"
#include "napi.h"
#include "pair.h"
#include "port.h"
#include "side.h"
#include <uapi/linux/if_nsbridge.h>

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
 * nsb_far_port() - the port whose far end a device is
 * @far: any device
 *
 * Context: RCU or RTNL.
 * Return: NULL if it is not the far end of a port of an nsbridge.
 */
struct nsb_port *nsb_far_port(const struct net_device *far)
{
	struct net_device *dev = far_find(far);

	return dev ? nsb_port_of(dev) : NULL;
}

/* Context for the next six: the address list lock of the far end, which keeps
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

/* Forget a secondary address of a far end, any of them if @addr is NULL. Return:
 * false if there is none.
 */
static bool secondary_del(struct nsb_port *port, const unsigned char *addr)
{
	struct nsb_bridge *br = port->br;
	struct nsb_owned *o, *found = NULL;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry(o, &port->owned, list)
		if (o->secondary &&
		    (!addr || ether_addr_equal(o->addr, addr))) {
			found = o;
			break;
		}
	spin_unlock_bh(&br->fdb_lock);
	if (!found)
		return false;
	/* Only this function takes one away, and the far end's address list
	 * lock keeps it from running twice.
	 */
	nsb_fdb_disown(br, found);
	kfree(found);
	return true;
}

static int uc_del(struct net_device *far, const unsigned char *addr)
{
	secondary_del(near_of(far), addr);
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
 * nsb_far_sync() - the address lists of a far end have changed, or its flags
 * @port: the port
 * @far: its far end, an nsveth
 *
 * Context: RCU or RTNL, bottom halves off, @far's address list lock held.
 */
void nsb_far_sync(struct nsb_port *port, struct net_device *far)
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
	nsb_far_sync(port, far);
	netif_addr_unlock_bh(far);
}

static void sync_stop(struct nsb_port *port, struct net_device *far)
{
	netif_addr_lock_bh(far);
	__dev_uc_unsync(far, uc_del);
	__dev_mc_unsync(far, mc_del);
	/* Of one that is deleted the core may have emptied the list already,
	 * and nobody was told.
	 */
	while (secondary_del(port, NULL))
		;
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
 * nsb_far_attach() - find out where a port leads, and enter what is there
 * @port: the port, which has no side
 * @extack: for the reason of a failure, or NULL
 *
 * Context: process, RTNL.
 * Return: 0; -ENOMEM or -ENOSPC. It may have a side all the same, and lack an
 * entry or multicast.
 */
int nsb_far_attach(struct nsb_port *port, struct netlink_ext_ack *extack)
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
	nsb_port_update_flood(port);
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

/**
 * nsb_far_detach() - forget where a port leads, and all that was known of there
 * @port: the port; nothing happens if it has no side
 *
 * Context: process, RTNL.
 */
void nsb_far_detach(struct nsb_port *port)
{
	struct nsb_side *side = rtnl_dereference(port->side);
	struct net_device *far = rtnl_dereference(port->far);
	struct nsb_bridge *br = port->br;

	if (!side)
		return;

	nsb_latency_unwatch(&port->watch);
	if (far && nsb_is_end(far))
		sync_stop(port, far);
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

/**
 * nsb_far_event() - something has happened to a far end
 * @port: the port
 * @far: its far end
 * @event: NETDEV_*
 *
 * Context: process, RTNL.
 */
void nsb_far_event(struct nsb_port *port, struct net_device *far,
		   unsigned long event)
{
	nsb_port_update_limit(port);
	switch (event) {
	case NETDEV_UNREGISTER:
		nsb_far_detach(port);
		/* No frame that was under way to the old side can leave by the
		 * port after this, and what waits in a queue of it is stale.
		 */
		synchronize_net();
		nsb_flood_queue_end(port->br, &port->flood_queue);
		/* Nor does what has come from there count for where it goes. */
		if (port->end)
			nsb_napi_drain(port->dev);
		WRITE_ONCE(port->generation, nsb_port_generation());
		break;
	case NETDEV_REGISTER:
		/* Back from a move. Nobody is there to be told of a failure but
		 * the log.
		 */
		if (rtnl_dereference(port->side) ||
		    !nsb_far_attach(port, NULL))
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
