// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "bridge.h"
#include "compat/compat.h"
#include "fdb.h"
#include "latency.h"
#include "link.h"
#include "policy.h"
#include "port.h"
#include "side.h"
#include <uapi/linux/if_nsbridge.h>

/* IEEE 802.1D: bits that no bridge may forward, as BR_GROUPFWD_RESTRICTED. */
#define FWD_RESTRICTED	0x0007

static const struct nla_policy bridge_policy[IFLA_NSBRIDGE_MAX + 1] = {
	[IFLA_NSBRIDGE_AGEING_TIME]	= { .type = NLA_U32 },
	[IFLA_NSBRIDGE_QUOTA]		= { .type = NLA_U32 },
	[IFLA_NSBRIDGE_GROUP_FWD_MASK]	= { .type = NLA_U16 },
	[IFLA_NSBRIDGE_MAX_ENTRIES]	= NLA_POLICY_MIN(NLA_U32, 1),
	[IFLA_NSBRIDGE_MAX_CROSSINGS]	= { .type = NLA_U32 },
	[IFLA_NSBRIDGE_N_PORTS]		= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_N_ENTRIES]	= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_N_CROSSINGS]	= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_N_NAMESPACES]	= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_DEFAULT_VERDICT]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_NEIGH_DIRECT]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_NEIGH_GUARD]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_VLAN_FILTERING]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_VLAN_DEFAULT_PVID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[IFLA_NSBRIDGE_MAX_PORTS]	= { .type = NLA_U32 },
	[IFLA_NSBRIDGE_LATENCY]		= NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy port_policy[IFLA_NSBRIDGE_PORT_MAX + 1] = {
	[IFLA_NSBRIDGE_PORT_LEARNING]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_FLOOD]	= NLA_POLICY_MAX(NLA_U8,
							 NSBRIDGE_PORT_FLOOD_AUTO),
	[IFLA_NSBRIDGE_PORT_MCAST_FLOOD] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_BCAST_FLOOD] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_LOCKED]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_ISOLATED]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_TRUSTED]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_NSBRIDGE_PORT_QUOTA]	= { .type = NLA_U32 },
	[IFLA_NSBRIDGE_PORT_UPLINK]	= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_PORT_NETNSID]	= { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_PORT_NETNS_INODE] = { .type = NLA_REJECT },
	[IFLA_NSBRIDGE_PORT_NETNS_COOKIE] = { .type = NLA_REJECT },
};

/**
 * nsb_link_check_address() - is the address that a device is to have one?
 * @tb: attributes of a link, by IFLA_*
 * @extack: for what is wrong with it
 *
 * Context: any.
 * Return: 0, also if there is none; -EINVAL or -EADDRNOTAVAIL.
 */
int nsb_link_check_address(struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	const struct nlattr *addr = tb[IFLA_ADDRESS];

	if (!addr)
		return 0;
	if (nla_len(addr) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, addr,
				    "An Ethernet address has 6 bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(addr))) {
		NL_SET_ERR_MSG_ATTR(extack, addr,
				    "The address of a device must be neither multicast nor zero");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static int bridge_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	int err = nsb_link_check_address(tb, extack);

	if (err)
		return err;
	if (data && data[IFLA_NSBRIDGE_GROUP_FWD_MASK] &&
	    nla_get_u16(data[IFLA_NSBRIDGE_GROUP_FWD_MASK]) & FWD_RESTRICTED) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_NSBRIDGE_GROUP_FWD_MASK],
				    "The bits 0 to 2 (bridge groups, pause, LACP) cannot be forwarded");
		return -EINVAL;
	}
	return 0;
}

static void set_switch(bool *what, const struct nlattr *attr)
{
	if (attr)
		WRITE_ONCE(*what, nla_get_u8(attr));
}

static int bridge_changelink(struct net_device *dev, struct nlattr *tb[],
			     struct nlattr *data[],
			     struct netlink_ext_ack *extack)
{
	struct nsb_bridge *br = netdev_priv(dev);

	int err;

	if (!data)
		return 0;
	/* First, as nothing else can fail. */
	if (data[IFLA_NSBRIDGE_LATENCY]) {
		err = nsb_latency_set(br,
				      nla_get_u8(data[IFLA_NSBRIDGE_LATENCY]),
				      extack);
		if (err)
			return err;
	}
	if (data[IFLA_NSBRIDGE_AGEING_TIME]) {
		u32 t = nla_get_u32(data[IFLA_NSBRIDGE_AGEING_TIME]);

		nsb_fdb_set_ageing(br, clock_t_to_jiffies(t));
	}
	if (data[IFLA_NSBRIDGE_QUOTA])
		br->quota = nla_get_u32(data[IFLA_NSBRIDGE_QUOTA]);
	if (data[IFLA_NSBRIDGE_GROUP_FWD_MASK])
		WRITE_ONCE(br->group_fwd_mask,
			   nla_get_u16(data[IFLA_NSBRIDGE_GROUP_FWD_MASK]));
	if (data[IFLA_NSBRIDGE_MAX_ENTRIES])
		WRITE_ONCE(br->max_entries,
			   nla_get_u32(data[IFLA_NSBRIDGE_MAX_ENTRIES]));
	if (data[IFLA_NSBRIDGE_MAX_CROSSINGS])
		WRITE_ONCE(br->max_crossings,
			   nla_get_u32(data[IFLA_NSBRIDGE_MAX_CROSSINGS]));
	if (data[IFLA_NSBRIDGE_DEFAULT_VERDICT])
		nsb_policy_set_default(br,
				       nla_get_u8(data[IFLA_NSBRIDGE_DEFAULT_VERDICT]));
	set_switch(&br->neigh_direct, data[IFLA_NSBRIDGE_NEIGH_DIRECT]);
	set_switch(&br->neigh_guard, data[IFLA_NSBRIDGE_NEIGH_GUARD]);
	set_switch(&br->vlan_filtering, data[IFLA_NSBRIDGE_VLAN_FILTERING]);
	if (data[IFLA_NSBRIDGE_VLAN_DEFAULT_PVID])
		br->vlan_default_pvid =
			nla_get_u16(data[IFLA_NSBRIDGE_VLAN_DEFAULT_PVID]);
	if (data[IFLA_NSBRIDGE_MAX_PORTS])
		br->max_ports = nla_get_u32(data[IFLA_NSBRIDGE_MAX_PORTS]);
	return 0;
}

static int bridge_newlink(struct net_device *dev,
			  struct rtnl_newlink_params *params,
			  struct netlink_ext_ack *extack)
{
	struct nsb_bridge *br = netdev_priv(dev);
	int err;

	if (!params->tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	br->mtu_set = params->tb[IFLA_MTU];

	/* Before it can be seen, so that the first port finds the quota. */
	if (params->data && params->data[IFLA_NSBRIDGE_QUOTA])
		br->quota = nla_get_u32(params->data[IFLA_NSBRIDGE_QUOTA]);

	err = register_netdevice(dev);
	if (err)
		return err;
	err = bridge_changelink(dev, params->tb, params->data, extack);
	if (err)
		unregister_netdevice(dev);
	return err;
}

NSB_NEWLINK_WRAP(bridge_newlink)

static void bridge_dellink(struct net_device *dev, struct list_head *head)
{
	nsb_bridge_del_ports(netdev_priv(dev));
	unregister_netdevice_queue(dev, head);
}

static size_t bridge_get_size(const struct net_device *dev)
{
	return 9 * nla_total_size(sizeof(u32)) +
	       2 * nla_total_size(sizeof(u16)) + 5 * nla_total_size(sizeof(u8));
}

static int bridge_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct nsb_bridge *br = netdev_priv(dev);
	u32 ageing = jiffies_to_clock_t(READ_ONCE(br->ageing));

	if (nla_put_u32(skb, IFLA_NSBRIDGE_AGEING_TIME, ageing) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_QUOTA, br->quota) ||
	    nla_put_u16(skb, IFLA_NSBRIDGE_GROUP_FWD_MASK,
			READ_ONCE(br->group_fwd_mask)) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_MAX_ENTRIES, br->max_entries) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_MAX_CROSSINGS, br->max_crossings) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_N_PORTS, br->n_ports) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_N_ENTRIES,
			READ_ONCE(br->n_entries)) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_N_CROSSINGS,
			READ_ONCE(br->n_crossings)) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_N_NAMESPACES, br->n_sides) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_DEFAULT_VERDICT, br->deny) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_NEIGH_DIRECT, br->neigh_direct) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_NEIGH_GUARD, br->neigh_guard) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_VLAN_FILTERING,
		       br->vlan_filtering) ||
	    nla_put_u16(skb, IFLA_NSBRIDGE_VLAN_DEFAULT_PVID,
			br->vlan_default_pvid) ||
	    nla_put_u32(skb, IFLA_NSBRIDGE_MAX_PORTS, br->max_ports) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_LATENCY,
		       !!rcu_access_pointer(br->latency)))
		return -EMSGSIZE;
	return 0;
}

static int port_changelink(struct net_device *dev, struct net_device *slave,
			   struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	struct nsb_port *port = nsb_port_of(slave);
	struct nsb_side *side;

	if (!data || !port)
		return 0;
	side = rtnl_dereference(port->side);

	/* Refuse before anything is changed. */
	if (data[IFLA_NSBRIDGE_PORT_TRUSTED] && !port->uplink &&
	    nla_get_u8(data[IFLA_NSBRIDGE_PORT_TRUSTED])) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_NSBRIDGE_PORT_TRUSTED],
				    "Only an uplink can be trusted, and the far end of this port is on this host");
		return -EINVAL;
	}
	if (data[IFLA_NSBRIDGE_PORT_QUOTA] && !side) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_NSBRIDGE_PORT_QUOTA],
				    "The far end of the port is moving, try again");
		return -ENOLINK;
	}

	set_switch(&port->learning, data[IFLA_NSBRIDGE_PORT_LEARNING]);
	set_switch(&port->mcast_flood, data[IFLA_NSBRIDGE_PORT_MCAST_FLOOD]);
	set_switch(&port->bcast_flood, data[IFLA_NSBRIDGE_PORT_BCAST_FLOOD]);
	set_switch(&port->locked, data[IFLA_NSBRIDGE_PORT_LOCKED]);
	set_switch(&port->isolated, data[IFLA_NSBRIDGE_PORT_ISOLATED]);
	set_switch(&port->trusted, data[IFLA_NSBRIDGE_PORT_TRUSTED]);
	if (data[IFLA_NSBRIDGE_PORT_FLOOD])
		nsb_port_set_flood(port,
				   nla_get_u8(data[IFLA_NSBRIDGE_PORT_FLOOD]));
	if (data[IFLA_NSBRIDGE_PORT_QUOTA])
		WRITE_ONCE(side->quota,
			   nla_get_u32(data[IFLA_NSBRIDGE_PORT_QUOTA]));
	return 0;
}

static size_t port_get_size(const struct net_device *dev,
			    const struct net_device *slave)
{
	return 8 * nla_total_size(sizeof(u8)) + 2 * nla_total_size(sizeof(u32)) +
	       2 * nla_total_size_64bit(sizeof(u64));
}

static int port_fill_side(struct sk_buff *skb, const struct net_device *dev,
			  const struct nsb_side *side)
{
	struct net *net = dev_net(dev);
	int id;

	if (nla_put_u32(skb, IFLA_NSBRIDGE_PORT_QUOTA, side->quota) ||
	    nla_put_u64_64bit(skb, IFLA_NSBRIDGE_PORT_NETNS_INODE, side->inode,
			      IFLA_NSBRIDGE_PORT_PAD) ||
	    nla_put_u64_64bit(skb, IFLA_NSBRIDGE_PORT_NETNS_COOKIE,
			      side->cookie, IFLA_NSBRIDGE_PORT_PAD))
		return -EMSGSIZE;
	if (net_eq(side->net, net))
		return 0;
	id = nsb_side_nsid(side);
	return id < 0 ? 0 : nla_put_s32(skb, IFLA_NSBRIDGE_PORT_NETNSID, id);
}

static int port_fill_info(struct sk_buff *skb, const struct net_device *dev,
			  const struct net_device *slave)
{
	const struct nsb_port *port = nsb_port_of(slave);
	const struct nsb_side *side;
	int err = 0;

	if (!port)
		return 0;
	if (nla_put_u8(skb, IFLA_NSBRIDGE_PORT_LEARNING, port->learning) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_FLOOD, port->flood) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_MCAST_FLOOD,
		       port->mcast_flood) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_BCAST_FLOOD,
		       port->bcast_flood) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_LOCKED, port->locked) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_ISOLATED, port->isolated) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_TRUSTED, port->trusted) ||
	    nla_put_u8(skb, IFLA_NSBRIDGE_PORT_UPLINK, port->uplink))
		return -EMSGSIZE;

	rcu_read_lock();
	side = rcu_dereference(port->side);
	if (side)
		err = port_fill_side(skb, dev, side);
	rcu_read_unlock();
	return err;
}

struct rtnl_link_ops nsb_bridge_link_ops = {
	.kind			= "nsbridge",
	.priv_size		= sizeof(struct nsb_bridge),
	.setup			= nsb_bridge_setup,
	.maxtype		= IFLA_NSBRIDGE_MAX,
	.policy			= bridge_policy,
	.validate		= bridge_validate,
	.newlink		= NSB_NEWLINK(bridge_newlink),
	.changelink		= bridge_changelink,
	.dellink		= bridge_dellink,
	.get_size		= bridge_get_size,
	.fill_info		= bridge_fill_info,
	.slave_maxtype		= IFLA_NSBRIDGE_PORT_MAX,
	.slave_policy		= port_policy,
	.slave_changelink	= port_changelink,
	.get_slave_size		= port_get_size,
	.fill_slave_info	= port_fill_info,
};

MODULE_ALIAS_RTNL_LINK("nsbridge");
