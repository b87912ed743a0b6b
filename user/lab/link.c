// SPDX-License-Identifier: GPL-2.0
/* The rtnetlink requests a lab is built with. libnl writes no IFLA_INFO_DATA
 * for a kind it does not know, so links are put together by hand.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_nsbridge.h>
#include <netlink/addr.h>
#include <netlink/route/addr.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include "../lib/mac.h"
#include "link.h"

static int refuse(struct nl *nl, int error, const char *text)
{
	nl->error = error;
	snprintf(nl->msg, sizeof(nl->msg), "%s", text);
	return -error;
}

static struct nl_msg *link_request(int type, int flags,
				   const struct ifinfomsg *head)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, (void *)head, sizeof(*head),
				NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* Sends and frees it. The messages here are far smaller than what libnl
 * allocates for one, so that nothing put in them can have failed.
 */
static int send_request(struct nl *nl, struct nl_msg *msg)
{
	int err;

	if (!msg)
		return refuse(nl, ENOMEM, strerror(ENOMEM));
	err = nl_talk(nl, msg, NULL, NULL);
	nlmsg_free(msg);
	return err;
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

int link_add_pair(struct nl *nl, const char *kind, const struct link_end *a,
		  const struct link_end *b)
{
	const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nlattr *info, *data, *peer;
	struct nl_msg *msg;

	msg = link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
			   &head);
	if (msg) {
		put_end(msg, a);
		info = nla_nest_start(msg, IFLA_LINKINFO);
		nla_put_string(msg, IFLA_INFO_KIND, kind);
		data = nla_nest_start(msg, IFLA_INFO_DATA);
		/* The same number as VETH_INFO_PEER. */
		peer = nla_nest_start(msg, NSVETH_INFO_PEER);
		nlmsg_append(msg, (void *)&head, sizeof(head), NLMSG_ALIGNTO);
		put_end(msg, b);
		nla_nest_end(msg, peer);
		nla_nest_end(msg, data);
		nla_nest_end(msg, info);
	}
	return send_request(nl, msg);
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
}

int link_add_bridge(struct nl *nl, const char *kind,
		    const struct lab_bridge *bridge)
{
	const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nlattr *info, *data;
	struct nl_msg *msg;

	msg = link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
			   &head);
	if (msg) {
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
	}
	return send_request(nl, msg);
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

int link_set_port(struct nl *nl, const char *bridge_kind,
		  const struct lab_port *port)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nlattr *info, *data;
	struct nl_msg *msg;

	if (!port->learning && !port->flood && !port->mcast_flood &&
	    !port->bcast_flood && !port->locked && !port->isolated &&
	    !port->trusted && !port->quota)
		return 0;
	head.ifi_index = link_index(nl, port->peer);
	if (head.ifi_index < 0)
		return head.ifi_index;
	msg = link_request(RTM_NEWLINK, NLM_F_ACK, &head);
	if (msg) {
		info = nla_nest_start(msg, IFLA_LINKINFO);
		nla_put_string(msg, IFLA_INFO_SLAVE_KIND, bridge_kind);
		data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
		put_port(msg, !strcmp(bridge_kind, "bridge"), port);
		nla_nest_end(msg, data);
		nla_nest_end(msg, info);
	}
	return send_request(nl, msg);
}

int link_up(struct nl *nl, const char *name)
{
	const struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_msg *msg = link_request(RTM_NEWLINK, NLM_F_ACK, &head);

	if (msg)
		nla_put_string(msg, IFLA_IFNAME, name);
	return send_request(nl, msg);
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
	struct nl_msg *msg = link_request(RTM_GETLINK, NLM_F_ACK, &head);
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

static int on_pending(struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *head = nlmsg_data(nlh);

	if ((head->ifi_flags & IFF_UP) && !(head->ifi_flags & IFF_RUNNING))
		++*(int *)arg;
	return 0;
}

static void pending_restart(void *arg)
{
	*(int *)arg = 0;
}

int link_pending(struct nl *nl)
{
	const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nl_msg *msg = link_request(RTM_GETLINK, NLM_F_DUMP, &head);
	int pending = 0;
	int err;

	if (!msg)
		return refuse(nl, ENOMEM, strerror(ENOMEM));
	err = nl_talk_dump(nl, msg, on_pending, pending_restart, &pending);
	nlmsg_free(msg);
	return err ? err : pending;
}

int link_address(struct nl *nl, const char *name, const char *address)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local = NULL;
	struct nl_msg *msg = NULL;
	int index, err;

	index = link_index(nl, name);
	if (index < 0) {
		rtnl_addr_put(addr);
		return index;
	}
	err = nl_addr_parse(address, AF_UNSPEC, &local);
	if (!err) {
		rtnl_addr_set_ifindex(addr, index);
		err = rtnl_addr_set_local(addr, local);
		/* Nobody else in a lab has it, unless the file says so. */
		if (nl_addr_get_family(local) == AF_INET6)
			rtnl_addr_set_flags(addr, IFA_F_NODAD);
	}
	if (!err)
		err = rtnl_addr_build_add_request(addr, NLM_F_CREATE |
						  NLM_F_EXCL | NLM_F_ACK,
						  &msg);
	nl_addr_put(local);
	rtnl_addr_put(addr);
	if (err)
		return refuse(nl, EINVAL, nl_geterror(err));
	return send_request(nl, msg);
}

static int hop_of(struct nl *nl, const struct lab_route *route,
		  struct rtnl_nexthop *hop, int *family)
{
	struct nl_addr *via;
	int index;

	if (route->via && !nl_addr_parse(route->via, AF_UNSPEC, &via)) {
		rtnl_route_nh_set_gateway(hop, via);
		*family = nl_addr_get_family(via);
		nl_addr_put(via);
	}
	if (route->dev) {
		index = link_index(nl, route->dev);
		if (index < 0)
			return index;
		rtnl_route_nh_set_ifindex(hop, index);
	}
	return 0;
}

int link_route(struct nl *nl, const struct lab_route *route)
{
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct rtnl_route *r = rtnl_route_alloc();
	struct nl_msg *msg = NULL;
	struct nl_addr *to = NULL;
	int family = AF_INET;
	int err;

	err = hop_of(nl, route, hop, &family);
	/* The route takes the hop over, and frees it. */
	rtnl_route_add_nexthop(r, hop);
	if (err) {
		rtnl_route_put(r);
		return err;
	}
	if (!strcmp(route->to, "default"))
		err = nl_addr_parse(family == AF_INET6 ? "::/0" : "0.0.0.0/0",
				    family, &to);
	else
		err = nl_addr_parse(route->to, AF_UNSPEC, &to);
	if (!err)
		err = rtnl_route_set_dst(r, to);
	if (!err)
		err = rtnl_route_set_type(r, RTN_UNICAST);
	rtnl_route_set_scope(r, route->via ? RT_SCOPE_UNIVERSE :
			     RT_SCOPE_LINK);
	rtnl_route_set_table(r, RT_TABLE_MAIN);
	rtnl_route_set_protocol(r, RTPROT_STATIC);
	if (!err)
		err = rtnl_route_build_add_request(r, NLM_F_CREATE |
						   NLM_F_EXCL | NLM_F_ACK,
						   &msg);
	nl_addr_put(to);
	rtnl_route_put(r);
	if (err)
		return refuse(nl, EINVAL, nl_geterror(err));
	return send_request(nl, msg);
}
