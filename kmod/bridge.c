// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "brport.h"
#include "compat/compat.h"
#include "crossing.h"
#include "fdb.h"
#include "forward.h"
#include "latency.h"
#include "netns.h"
#include "port.h"
#include "side.h"
#include "trait.h"

#define FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
		  NETIF_F_GSO_MASK | NETIF_F_HW_CSUM)

static int bridge_init(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);
	int err;

	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	err = nsb_fdb_init(br);
	if (err)
		goto err_stats;
	err = rhashtable_init(&br->groups, &nsb_group_params);
	if (err)
		goto err_fdb;
	err = rhltable_init(&br->neigh, &nsb_neigh_params);
	if (err)
		goto err_groups;
	err = nsb_crossings_init(br);
	if (err)
		goto err_neigh;

	err = nsb_flood_init(br);
	if (err)
		goto err_crossings;

	br->host = nsb_side_get(br, dev_net(dev), NULL);
	if (IS_ERR(br->host)) {
		err = PTR_ERR(br->host);
		goto err_flood;
	}
	br->own.side = br->host;
	err = nsb_fdb_own(br, &br->own, dev->dev_addr);
	if (err)
		goto err_side;

	list_add_tail_rcu(&br->list, &nsb_net(dev_net(dev))->bridges);
	queue_delayed_work(system_long_wq, &br->gc, HZ);
	return 0;

err_side:
	nsb_fdb_disown(br, &br->own);
	nsb_side_unlink(br->host, &br->gone);
	nsb_sides_free(&br->gone);
err_flood:
	nsb_flood_exit(br);
err_crossings:
	nsb_crossings_exit(br);
err_neigh:
	rhltable_destroy(&br->neigh);
err_groups:
	rhashtable_destroy(&br->groups);
err_fdb:
	nsb_fdb_exit(br);
err_stats:
	free_percpu(dev->tstats);
	return err;
}

/* The device is closed and has left its namespace's list, but frames and dumps
 * that have found it may still be under way: what they use is freed in
 * bridge_free().
 */
static void bridge_uninit(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);
	struct nsb_side *side;
	unsigned long idx;

	nsb_bridge_del_ports(br);
	nsb_flood_exit(br);
	nsb_fdb_disown(br, &br->own);
	nsb_group_leave_all(br, &br->own_groups);
	nsb_neigh_detach(br, &br->own_addrs);
	nsb_neigh_detach(br, &br->heard);
	cancel_delayed_work_sync(&br->gc);
	list_del_rcu(&br->list);
	/* Nothing counts any more. */
	xa_for_each(&br->sides, idx, side)
		nsb_side_unlink(side, &br->gone);
	list_for_each_entry(side, &br->gone, gone)
		nsb_crossings_end(side);
	nsb_latency_exit(br);
}

static void bridge_free(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);
	struct nsb_side *side, *tmp;

	nsb_crossings_exit(br);
	rhltable_destroy(&br->neigh);
	rhashtable_destroy(&br->groups);
	nsb_fdb_exit(br);
	list_for_each_entry_safe(side, tmp, &br->gone, gone)
		nsb_side_free(side);
	xa_destroy(&br->sides);
	free_percpu(dev->tstats);
}

/**
 * nsb_bridge_del_ports() - take out all ports
 * @br: the bridge
 *
 * Context: process, RTNL.
 */
void nsb_bridge_del_ports(struct nsb_bridge *br)
{
	struct nsb_port *port, *tmp;

	list_for_each_entry_safe(port, tmp, &br->ports, list)
		nsb_port_del(port);
}

static void update_unready(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);

	WRITE_ONCE(br->unready,
		   !netif_running(dev) || dev->flags & IFF_PROMISC);
}

static void bridge_change_rx_flags(struct net_device *dev, int flags)
{
	update_unready(dev);
}

static int bridge_open(struct net_device *dev)
{
	update_unready(dev);
	netdev_update_features(dev);
	netif_start_queue(dev);
	return 0;
}

static int bridge_stop(struct net_device *dev)
{
	update_unready(dev);
	netif_stop_queue(dev);
	return 0;
}

static void bridge_get_stats64(struct net_device *dev,
			       struct rtnl_link_stats64 *stats)
{
	netdev_stats_to_stats64(stats, &dev->stats);
	dev_fetch_sw_netstats(stats, dev->tstats);
}

static int mc_add(struct net_device *dev, const unsigned char *group)
{
	struct nsb_bridge *br = netdev_priv(dev);

	nsb_group_join(br, &br->own_groups, group);
	return 0;
}

static int mc_del(struct net_device *dev, const unsigned char *group)
{
	struct nsb_bridge *br = netdev_priv(dev);

	nsb_group_leave(br, &br->own_groups, group);
	return 0;
}

static void bridge_set_rx_mode(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);

	__dev_mc_sync(dev, mc_add, mc_del);
	nsb_group_take_all(br, &br->own_groups,
			   dev->flags & (IFF_ALLMULTI | IFF_PROMISC));
}

static int bridge_set_mac_address(struct net_device *dev, void *p)
{
	struct nsb_bridge *br = netdev_priv(dev);
	int err;

	err = eth_mac_addr(dev, p);
	if (err)
		return err;
	/* Without memory the entry comes later, the address is remembered. */
	nsb_fdb_disown(br, &br->own);
	nsb_fdb_own(br, &br->own, dev->dev_addr);
	return 0;
}

static int bridge_change_mtu(struct net_device *dev, int mtu)
{
	struct nsb_bridge *br = netdev_priv(dev);

	WRITE_ONCE(dev->mtu, mtu);
	br->mtu_set = true;
	return 0;
}

static int bridge_add_slave(struct net_device *dev, struct net_device *slave,
			    struct netlink_ext_ack *extack)
{
	return nsb_port_add(netdev_priv(dev), slave, extack);
}

static int bridge_del_slave(struct net_device *dev, struct net_device *slave)
{
	struct nsb_port *port = nsb_port_of(slave);

	if (!port || port->br != netdev_priv(dev))
		return -EINVAL;
	nsb_port_del(port);
	return 0;
}

static netdev_features_t bridge_fix_features(struct net_device *dev,
					     netdev_features_t features)
{
	return nsb_trait_features(netdev_priv(dev), features);
}

static int bridge_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb,
			   struct net_device *dev,
			   struct net_device *filter_dev, int *idx)
{
	int err;

	err = ndo_dflt_fdb_dump(skb, cb, dev, filter_dev, idx);
	if (err)
		return err;
	return nsb_port_fdb_dump(skb, cb, dev, NULL, idx);
}

const struct net_device_ops nsb_bridge_netdev_ops = {
	.ndo_init		= bridge_init,
	.ndo_uninit		= bridge_uninit,
	.ndo_open		= bridge_open,
	.ndo_stop		= bridge_stop,
	.ndo_change_rx_flags	= bridge_change_rx_flags,
	.ndo_start_xmit		= nsb_forward_tx,
	.ndo_get_stats64	= bridge_get_stats64,
	.ndo_set_rx_mode	= bridge_set_rx_mode,
	.ndo_set_mac_address	= bridge_set_mac_address,
	.ndo_change_mtu		= bridge_change_mtu,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_add_slave		= bridge_add_slave,
	.ndo_del_slave		= bridge_del_slave,
	.ndo_fix_features	= bridge_fix_features,
	.ndo_features_check	= passthru_features_check,
	.ndo_fdb_dump		= bridge_fdb_dump,
	.ndo_bridge_getlink	= nsb_brport_getlink,
	.ndo_bridge_setlink	= nsb_brport_setlink,
	.ndo_bridge_dellink	= nsb_brport_dellink,
};

static void bridge_get_drvinfo(struct net_device *dev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "nsbridge", sizeof(info->driver));
	strscpy(info->version, THIS_MODULE->version, sizeof(info->version));
	strscpy(info->bus_info, "N/A", sizeof(info->bus_info));
}

static const struct ethtool_ops bridge_ethtool_ops = {
	.get_drvinfo	= bridge_get_drvinfo,
	.get_link	= ethtool_op_get_link,
};

/**
 * nsb_bridge_setup() - what every nsbridge device starts as
 * @dev: the device, not registered yet
 */
void nsb_bridge_setup(struct net_device *dev)
{
	struct nsb_bridge *br = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &nsb_bridge_netdev_ops;
	dev->ethtool_ops = &bridge_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = bridge_free;
	dev->max_mtu = ETH_MAX_MTU;
	/* Not IFF_EBRIDGE: the stock bridge takes devices that have it for its
	 * own.
	 */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	dev->features = FEATURES | NETIF_F_HW_VLAN_CTAG_TX |
			NETIF_F_HW_VLAN_STAG_TX;
	dev->hw_features = dev->features;
	dev->vlan_features = FEATURES;
	nsb_set_lltx(dev);
	nsb_set_netns_immutable(dev);

	br->dev = dev;
	br->watch.br = br;
	br->ageing = NSB_AGEING_DEFAULT;
	br->unready = true;
	br->quota = NSB_QUOTA_DEFAULT;
	br->max_entries = NSB_MAX_ENTRIES_DEFAULT;
	br->neigh_direct = true;
	nsb_event_init(br);
	nsb_group_set_init(&br->own_groups, NULL);
	nsb_neigh_set_init(&br->own_addrs, NULL, NSB_ADDRS_MAX);
	nsb_neigh_set_init(&br->heard, NULL, NSB_HEARD_MAX);
	br->max_ports = NSB_MAX_PORTS_DEFAULT;
	br->vlan_default_pvid = 1;
	nsb_vlans_init(br, &br->own_vlans);
	br->max_crossings = NSB_MAX_CROSSINGS_DEFAULT;
	INIT_LIST_HEAD(&br->ports);
	INIT_LIST_HEAD(&br->traits);
	INIT_LIST_HEAD(&br->idle);
	INIT_LIST_HEAD(&br->gone);
	xa_init_flags(&br->sides, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
}
