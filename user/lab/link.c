// SPDX-License-Identifier: GPL-2.0
/* The links of a lab, as rtnetlink requests. libnl writes no IFLA_INFO_DATA for a
 * kind it does not know, so links are put together by hand. The messages here are
 * far smaller than what libnl allocates for one, so that nothing put in them can
 * have failed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_nsbridge.h>
#include "../lib/mac.h"
#include "link.h"

static struct nl_msg *request(int type, int flags, const struct ifinfomsg *head)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg)
		nlmsg_append(msg, (void *)head, sizeof(*head), NLMSG_ALIGNTO);
	return msg;
}

static struct ifinfomsg head_of(const struct link_end *end)
{
	struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = end->index,
		.ifi_flags = end->up ? IFF_UP : 0,
		.ifi_change = end->up ? IFF_UP : 0,
	};

	return head;
}

static void put_mac(struct nl_msg *msg, const char *mac)
{
	unsigned char bytes[6];

	if (mac && !mac_parse(mac, bytes))
		nla_put(msg, IFLA_ADDRESS, sizeof(bytes), bytes);
}

static void put_end(struct nl_msg *msg, const struct link_end *end)
{
	nla_put_string(msg, IFLA_IFNAME, end->name);
	nla_put_u32(msg, IFLA_NET_NS_FD, end->netns);
	put_mac(msg, end->mac);
	if (end->mtu)
		nla_put_u32(msg, IFLA_MTU, *end->mtu);
	if (end->master)
		nla_put_u32(msg, IFLA_MASTER, end->master);
}

struct nl_msg *link_pair(const char *kind, const struct link_end *a,
			 const struct link_end *b)
{
	const struct ifinfomsg head = head_of(a), other = head_of(b);
	struct nlattr *info, *data, *peer;
	struct nl_msg *msg;

	msg = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head);
	if (!msg)
		return NULL;
	put_end(msg, a);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, kind);
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	/* The same number as VETH_INFO_PEER. */
	peer = nla_nest_start(msg, NSVETH_INFO_PEER);
	nlmsg_append(msg, (void *)&other, sizeof(other), NLMSG_ALIGNTO);
	put_end(msg, b);
	nla_nest_end(msg, peer);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return msg;
}

static void put_switch(struct nl_msg *msg, int attr, const bool *val)
{
	if (val && attr)
		nla_put_u8(msg, attr, *val);
}

static void put_bridge(struct nl_msg *msg, const char *kind,
		       const struct lab_bridge *br)
{
	if (!strcmp(kind, "bridge")) {
		if (br->ageing_time)
			nla_put_u32(msg, IFLA_BR_AGEING_TIME, *br->ageing_time);
		if (br->group_fwd_mask)
			nla_put_u16(msg, IFLA_BR_GROUP_FWD_MASK,
				    *br->group_fwd_mask);
		put_switch(msg, IFLA_BR_VLAN_FILTERING, br->vlan_filtering);
		return;
	}
	if (br->ageing_time)
		nla_put_u32(msg, IFLA_NSBRIDGE_AGEING_TIME, *br->ageing_time);
	if (br->quota)
		nla_put_u32(msg, IFLA_NSBRIDGE_QUOTA, *br->quota);
	if (br->group_fwd_mask)
		nla_put_u16(msg, IFLA_NSBRIDGE_GROUP_FWD_MASK,
			    *br->group_fwd_mask);
	if (br->max_entries)
		nla_put_u32(msg, IFLA_NSBRIDGE_MAX_ENTRIES, *br->max_entries);
	if (br->max_crossings)
		nla_put_u32(msg, IFLA_NSBRIDGE_MAX_CROSSINGS,
			    *br->max_crossings);
	if (br->default_verdict)
		nla_put_u8(msg, IFLA_NSBRIDGE_DEFAULT_VERDICT,
			   *br->default_verdict == LAB_DENY);
	put_switch(msg, IFLA_NSBRIDGE_NEIGH_DIRECT, br->neigh_direct);
	put_switch(msg, IFLA_NSBRIDGE_NEIGH_GUARD, br->neigh_guard);
	put_switch(msg, IFLA_NSBRIDGE_VLAN_FILTERING, br->vlan_filtering);
}

struct nl_msg *link_bridge(const char *kind, const struct lab_bridge *bridge,
			   int index)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};
	struct nlattr *info, *data;
	struct nl_msg *msg;

	msg = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head);
	if (!msg)
		return NULL;
	nla_put_string(msg, IFLA_IFNAME, bridge->name);
	put_mac(msg, bridge->mac);
	if (bridge->mtu)
		nla_put_u32(msg, IFLA_MTU, *bridge->mtu);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, kind);
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	put_bridge(msg, kind, bridge);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return msg;
}

/* What a stock bridge has no word for is left out, so that one file serves. */
static void put_port(struct nl_msg *msg, bool stock,
		     const struct lab_port *port)
{
	put_switch(msg, stock ? IFLA_BRPORT_LEARNING :
		   IFLA_NSBRIDGE_PORT_LEARNING, port->learning);
	put_switch(msg, stock ? IFLA_BRPORT_MCAST_FLOOD :
		   IFLA_NSBRIDGE_PORT_MCAST_FLOOD, port->mcast_flood);
	put_switch(msg, stock ? IFLA_BRPORT_BCAST_FLOOD :
		   IFLA_NSBRIDGE_PORT_BCAST_FLOOD, port->bcast_flood);
	put_switch(msg, stock ? IFLA_BRPORT_LOCKED :
		   IFLA_NSBRIDGE_PORT_LOCKED, port->locked);
	put_switch(msg, stock ? IFLA_BRPORT_ISOLATED :
		   IFLA_NSBRIDGE_PORT_ISOLATED, port->isolated);
	put_switch(msg, stock ? 0 : IFLA_NSBRIDGE_PORT_TRUSTED, port->trusted);
	if (port->flood && !(stock && *port->flood == LAB_AUTO))
		nla_put_u8(msg, stock ? IFLA_BRPORT_UNICAST_FLOOD :
			   IFLA_NSBRIDGE_PORT_FLOOD, *port->flood);
	if (port->quota && !stock)
		nla_put_u32(msg, IFLA_NSBRIDGE_PORT_QUOTA, *port->quota);
}

bool link_has_settings(const struct lab_port *port)
{
	return port->learning || port->flood || port->mcast_flood ||
	       port->bcast_flood || port->locked || port->isolated ||
	       port->trusted || port->quota;
}

struct nl_msg *link_settings(int index, const char *bridge_kind,
			     const struct lab_port *port)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};
	struct nlattr *info, *data;
	struct nl_msg *msg;

	msg = request(RTM_NEWLINK, 0, &head);
	if (!msg)
		return NULL;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_SLAVE_KIND, bridge_kind);
	data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
	put_port(msg, !strcmp(bridge_kind, "bridge"), port);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return msg;
}

struct nl_msg *link_device(const struct lab_device *dev, int index, int link)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};
	struct nlattr *info, *data;
	struct nl_msg *msg;

	msg = request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head);
	if (!msg)
		return NULL;
	nla_put_string(msg, IFLA_IFNAME, dev->end.device);
	put_mac(msg, dev->end.mac);
	if (dev->end.mtu)
		nla_put_u32(msg, IFLA_MTU, *dev->end.mtu);
	if (link)
		nla_put_u32(msg, IFLA_LINK, link);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, link ? "vlan" : "dummy");
	if (link) {
		data = nla_nest_start(msg, IFLA_INFO_DATA);
		nla_put_u16(msg, IFLA_VLAN_ID, *dev->vlan);
		nla_nest_end(msg, data);
	}
	nla_nest_end(msg, info);
	return msg;
}

struct nl_msg *link_up(int index)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	return request(RTM_NEWLINK, 0, &head);
}

struct nl_msg *link_down(int index)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
		.ifi_change = IFF_UP,
	};

	return request(RTM_NEWLINK, 0, &head);
}

struct nl_msg *link_delete(int index)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};

	return request(RTM_DELLINK, 0, &head);
}

struct nl_msg *link_change(int index, int master, const char *mac,
			   uint32_t mtu)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};
	struct nl_msg *msg = request(RTM_NEWLINK, 0, &head);

	if (!msg)
		return NULL;
	put_mac(msg, mac);
	if (master)
		nla_put_u32(msg, IFLA_MASTER, master);
	if (mtu)
		nla_put_u32(msg, IFLA_MTU, mtu);
	return msg;
}

struct nl_msg *link_setting(int index, const char *bridge_kind, bool slave,
			    unsigned int attr, uint64_t val, unsigned int len)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = index,
	};
	struct nl_msg *msg = request(RTM_NEWLINK, 0, &head);
	struct nlattr *info, *data;

	if (!msg)
		return NULL;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, slave ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND,
		       bridge_kind);
	data = nla_nest_start(msg, slave ? IFLA_INFO_SLAVE_DATA :
			      IFLA_INFO_DATA);
	nla_put(msg, attr, len, &val);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return msg;
}

static struct nl_msg *vlan_request(int type, int port, uint16_t vid,
				   uint16_t flags)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_BRIDGE,
		.ifi_index = port,
	};
	const struct bridge_vlan_info info = { .vid = vid, .flags = flags };
	struct nl_msg *msg = request(type, 0, &head);
	struct nlattr *spec;

	if (!msg)
		return NULL;
	spec = nla_nest_start(msg, IFLA_AF_SPEC);
	nla_put(msg, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
	nla_nest_end(msg, spec);
	/* Older code of the kernel's does not know the bit for a nest here. */
	spec->nla_type &= ~NLA_F_NESTED;
	return msg;
}

struct nl_msg *link_vlan(int port, uint32_t vid, bool tagged)
{
	return vlan_request(RTM_SETLINK, port, vid, tagged ? 0 :
			    BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED);
}

struct nl_msg *link_vlan_del(int port, uint32_t vid)
{
	return vlan_request(RTM_DELLINK, port, vid, 0);
}

static int refuse(struct nl *nl, int error, const char *text)
{
	nl->error = error;
	snprintf(nl->msg, sizeof(nl->msg), "%s", text);
	return -error;
}

static int on_index(struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *head = nlmsg_data(nlh);

	if (nlh->nlmsg_type == RTM_NEWLINK)
		*(int *)arg = head->ifi_index;
	return 0;
}

int link_index(struct nl *nl, const char *name)
{
	const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nl_msg *msg = request(RTM_GETLINK, NLM_F_ACK, &head);
	int index = 0;
	int err;

	if (!msg)
		return refuse(nl, ENOMEM, strerror(ENOMEM));
	nla_put_string(msg, IFLA_IFNAME, name);
	err = nl_talk(nl, msg, on_index, &index);
	nlmsg_free(msg);
	if (!err && !index)
		err = refuse(nl, ENODEV, strerror(ENODEV));
	return err ? err : index;
}

bool link_pending(const struct nl *nl, const char *name)
{
	struct ifreq ifr = { 0 };

	/* Any socket will do, and this takes no lock in the kernel. */
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	return !ioctl(nl_socket_get_fd(nl->sock), SIOCGIFFLAGS, &ifr) &&
	       (ifr.ifr_flags & IFF_UP) && !(ifr.ifr_flags & IFF_RUNNING);
}
