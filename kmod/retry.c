// SPDX-License-Identifier: GPL-2.0
/* A device moves, or gets another address, and the bridge at the other end of its
 * cable finds no memory to note that. Nobody is there to be told, and nothing
 * would happen again by itself: the far end would be without a side, an entry or
 * its groups for as long as it stays.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "bridge.h"
#include "far.h"
#include "fdb.h"
#include "group.h"
#include "neigh.h"
#include "pair.h"
#include "port.h"
#include "retry.h"
#include "trait.h"

static void retry_own(struct nsb_bridge *br)
{
	struct net_device *dev = br->dev;

	nsb_fdb_own_again(br, &br->own);
	nsb_neigh_attach(br, NULL);
	netif_addr_lock_bh(dev);
	nsb_group_take_all(br, &br->own_groups,
			   dev->flags & (IFF_ALLMULTI | IFF_PROMISC));
	netif_addr_unlock_bh(dev);
}

static void retry_port(struct nsb_bridge *br, struct nsb_port *port)
{
	struct net_device *far;

	nsb_trait_changed(port);
	if (!rtnl_dereference(port->side) && nsb_far_attach(port, NULL)) {
		WRITE_ONCE(br->lacking, true);
		return;
	}
	far = rtnl_dereference(port->far);
	if (far && nsb_is_end(far)) {
		netif_addr_lock_bh(far);
		nsb_far_sync(port, far);
		netif_addr_unlock_bh(far);
	} else {
		nsb_group_take_all(br, &port->groups, true);
	}
	if (far)
		nsb_neigh_attach(br, port);
	nsb_fdb_own_again_all(port);
}

/**
 * nsb_retry() - enter what found no memory when it came
 * @br: the bridge, where br->lacking says that there is something
 *
 * When RTNL is taken it is for the next time: who holds it may wait for this.
 *
 * Context: process, without RTNL.
 */
void nsb_retry(struct nsb_bridge *br)
{
	struct nsb_port *port;

	if (!rtnl_trylock())
		return;
	/* What finds none now either sets it again. */
	WRITE_ONCE(br->lacking, false);
	retry_own(br);
	list_for_each_entry(port, &br->ports, list)
		retry_port(br, port);
	rtnl_unlock();
}
