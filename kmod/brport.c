// SPDX-License-Identifier: GPL-2.0
/* The settings of a port as "bridge link" shows and sets them: the same that
 * IFLA_INFO_SLAVE_DATA has, under the numbers of the stock bridge.
 */
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "bridge.h"
#include "brport.h"
#include "compat/compat.h"
#include "port.h"

static const struct nla_policy brport_policy[IFLA_BRPORT_MAX + 1] = {
	[IFLA_BRPORT_LEARNING]		= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_BRPORT_UNICAST_FLOOD]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_BRPORT_MCAST_FLOOD]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_BRPORT_BCAST_FLOOD]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_BRPORT_LOCKED]		= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_BRPORT_ISOLATED]		= NLA_POLICY_MAX(NLA_U8, 1),
};

static int fill_port(struct sk_buff *skb, const struct nsb_port *port)
{
	u8 state = netif_running(port->dev) && netif_oper_up(port->dev) ?
		   BR_STATE_FORWARDING : BR_STATE_DISABLED;

	return nla_put_u8(skb, IFLA_BRPORT_STATE, state) ||
	       nla_put_u8(skb, IFLA_BRPORT_LEARNING, port->learning) ||
	       nla_put_u8(skb, IFLA_BRPORT_UNICAST_FLOOD, port->flood) ||
	       nla_put_u8(skb, IFLA_BRPORT_MCAST_FLOOD, port->mcast_flood) ||
	       nla_put_u8(skb, IFLA_BRPORT_BCAST_FLOOD, port->bcast_flood) ||
	       nla_put_u8(skb, IFLA_BRPORT_LOCKED, port->locked) ||
	       nla_put_u8(skb, IFLA_BRPORT_ISOLATED, port->isolated) ?
	       -EMSGSIZE : 0;
}

static int fill_link(struct sk_buff *skb, const struct net_device *dev,
		     const struct nsb_port *port)
{
	int master = port ? port->br->dev->ifindex : dev->ifindex;
	u8 operstate = netif_running(dev) ? dev->operstate : IF_OPER_DOWN;

	if (nla_put_string(skb, IFLA_IFNAME, dev->name) ||
	    nla_put_u32(skb, IFLA_MASTER, master) ||
	    nla_put_u32(skb, IFLA_MTU, dev->mtu) ||
	    nla_put_u8(skb, IFLA_OPERSTATE, operstate) ||
	    nla_put(skb, IFLA_ADDRESS, dev->addr_len, dev->dev_addr))
		return -EMSGSIZE;
	return dev->ifindex == dev_get_iflink(dev) ? 0 :
	       nla_put_u32(skb, IFLA_LINK, dev_get_iflink(dev));
}

static int fill_protinfo(struct sk_buff *skb, const struct nsb_port *port)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_PROTINFO);

	if (!nest || fill_port(skb, port))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static struct nsb_bridge *bridge_of(struct net_device *dev,
				    const struct nsb_port *port)
{
	return port ? port->br : netdev_priv(dev);
}

/**
 * nsb_brport_getlink() - ndo_bridge_getlink of a bridge
 * @skb: where to
 * @pid: who asks
 * @seq: of the request
 * @dev: the bridge, or a port of one
 * @filter_mask: RTEXT_FILTER_*
 * @flags: of the message
 *
 * Context: process, RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_brport_getlink(struct sk_buff *skb, u32 pid, u32 seq,
		       struct net_device *dev, u32 filter_mask, int flags)
{
	bool compressed = filter_mask & RTEXT_FILTER_BRVLAN_COMPRESSED;
	bool vlans = compressed || filter_mask & RTEXT_FILTER_BRVLAN;
	const struct nsb_port *port = nsb_port_of(dev);
	const struct nsb_vlans *v;
	struct ifinfomsg *hdr;
	struct nlmsghdr *nlh;

	if (!port && !vlans)
		return 0;
	v = nsb_vlans_of(bridge_of(dev, port), port);
	nlh = nlmsg_put(skb, pid, seq, RTM_NEWLINK, sizeof(*hdr), flags);
	if (!nlh)
		return -EMSGSIZE;
	hdr = nlmsg_data(nlh);
	memset(hdr, 0, sizeof(*hdr));
	hdr->ifi_family = AF_BRIDGE;
	hdr->ifi_type = dev->type;
	hdr->ifi_index = dev->ifindex;
	hdr->ifi_flags = netif_get_flags(dev);
	if (fill_link(skb, dev, port) || (port && fill_protinfo(skb, port)) ||
	    (vlans && nsb_vlan_fill(skb, v, compressed))) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}

static void set_switch(bool *what, const struct nlattr *attr)
{
	if (attr)
		WRITE_ONCE(*what, nla_get_u8(attr));
}

static struct nsb_vlans *vlans_to_change(struct net_device *dev,
					 struct nsb_port *port)
{
	return port ? &port->vlans :
	       &((struct nsb_bridge *)netdev_priv(dev))->own_vlans;
}

static int parse_switches(const struct nsb_port *port,
			  const struct nlattr *protinfo, struct nlattr **tb,
			  struct netlink_ext_ack *extack)
{
	int err, i;

	if (!port) {
		NL_SET_ERR_MSG(extack, "The device is not a port of an nsbridge");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, IFLA_BRPORT_MAX, protinfo, brport_policy,
			       extack);
	if (err)
		return err;
	for (i = 1; i <= IFLA_BRPORT_MAX; i++)
		if (tb[i] && !brport_policy[i].type) {
			NL_SET_ERR_MSG_ATTR(extack, tb[i],
					    "An nsbridge port has learning, flood, mcast_flood, bcast_flood, locked and isolated");
			return -EOPNOTSUPP;
		}
	return 0;
}

static void set_switches(struct nsb_port *port, struct nlattr **tb)
{
	set_switch(&port->learning, tb[IFLA_BRPORT_LEARNING]);
	set_switch(&port->mcast_flood, tb[IFLA_BRPORT_MCAST_FLOOD]);
	set_switch(&port->bcast_flood, tb[IFLA_BRPORT_BCAST_FLOOD]);
	set_switch(&port->locked, tb[IFLA_BRPORT_LOCKED]);
	set_switch(&port->isolated, tb[IFLA_BRPORT_ISOLATED]);
	if (tb[IFLA_BRPORT_UNICAST_FLOOD])
		nsb_port_set_flood(port,
				   nla_get_u8(tb[IFLA_BRPORT_UNICAST_FLOOD]));
}

/**
 * nsb_brport_setlink() - ndo_bridge_setlink of a bridge
 * @dev: a port; for its VLANs, also the bridge
 * @nlh: the request: switches (IFLA_PROTINFO), VLANs (IFLA_AF_SPEC), or both
 * @flags: BRIDGE_FLAGS_*
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_brport_setlink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_BRPORT_MAX + 1], *protinfo, *spec;
	struct nsb_port *port = nsb_port_of(dev);
	int err;

	protinfo = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg),
				   IFLA_PROTINFO);
	spec = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_AF_SPEC);
	if (protinfo) {
		err = parse_switches(port, protinfo, tb, extack);
		if (err)
			return err;
	}
	if (spec) {
		err = nsb_vlan_change(vlans_to_change(dev, port), spec, true,
				      extack);
		if (err)
			return err;
	}
	if (protinfo)
		set_switches(port, tb);
	return 0;
}

/**
 * nsb_brport_dellink() - ndo_bridge_dellink of a bridge: "bridge vlan del"
 * @dev: a port, or the bridge
 * @nlh: the request
 * @flags: BRIDGE_FLAGS_*
 *
 * Context: process, RTNL.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_brport_dellink(struct net_device *dev, struct nlmsghdr *nlh, u16 flags)
{
	struct nlattr *spec;

	spec = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_AF_SPEC);
	return spec ? nsb_vlan_change(vlans_to_change(dev, nsb_port_of(dev)),
				      spec, false, NULL) : 0;
}
