// SPDX-License-Identifier: GPL-2.0
/* Addresses, routes, neighbours and delays, as rtnetlink requests. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include "../lib/mac.h"
#include "link.h"

#define NETEM_LIMIT	1000	/* packets that wait, as tc has it */
#define NS_PER_MS	1000000.0

/* An address of either version, with the length behind it. */
struct prefix {
	unsigned char bytes[16];
	int family;
	int size;
	int length;
};

/* The file was checked: what comes here is an address. */
static void parse(const char *text, struct prefix *p)
{
	const char *slash = strchr(text, '/');
	char plain[64];

	memset(p, 0, sizeof(*p));
	snprintf(plain, sizeof(plain), "%.*s",
		 slash ? (int)(slash - text) : (int)strlen(text), text);
	p->family = strchr(plain, ':') ? AF_INET6 : AF_INET;
	p->size = p->family == AF_INET ? 4 : 16;
	inet_pton(p->family, plain, p->bytes);
	p->length = slash ? atoi(slash + 1) : p->size * 8;
}

struct nl_msg *link_address(int index, const char *address)
{
	struct ifaddrmsg head = { .ifa_index = index };
	unsigned char broadcast[4];
	struct nl_msg *msg;
	struct prefix p;
	int bit;

	parse(address, &p);
	head.ifa_family = p.family;
	head.ifa_prefixlen = p.length;
	/* Nobody else in a lab has it, unless the file says so. */
	if (p.family == AF_INET6)
		head.ifa_flags = IFA_F_NODAD;
	msg = nlmsg_alloc_simple(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	if (!msg)
		return NULL;
	nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put(msg, IFA_LOCAL, p.size, p.bytes);
	nla_put(msg, IFA_ADDRESS, p.size, p.bytes);
	if (p.family == AF_INET && p.length < 31) {
		memcpy(broadcast, p.bytes, sizeof(broadcast));
		for (bit = p.length; bit < 32; bit++)
			broadcast[bit / 8] |= 0x80 >> bit % 8;
		nla_put(msg, IFA_BROADCAST, sizeof(broadcast), broadcast);
	}
	return msg;
}

/* The host part must be zero, and people write it otherwise. */
static void mask(struct prefix *p)
{
	int bit;

	for (bit = p->length; bit < p->size * 8; bit++)
		p->bytes[bit / 8] &= ~(0x80 >> bit % 8);
}

struct nl_msg *link_route(const struct lab_route *route, int index)
{
	struct rtmsg head = {
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_type = RTN_UNICAST,
		.rtm_scope = route->via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
	};
	struct prefix to = { .family = AF_INET }, via;
	struct nl_msg *msg;

	if (route->via) {
		parse(route->via, &via);
		to.family = via.family;
	}
	if (strcmp(route->to, "default") != 0)
		parse(route->to, &to);
	mask(&to);
	head.rtm_family = to.family;
	head.rtm_dst_len = to.length;
	if (to.family == AF_INET6)
		head.rtm_scope = RT_SCOPE_UNIVERSE;
	msg = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	if (!msg)
		return NULL;
	nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO);
	if (to.length)
		nla_put(msg, RTA_DST, to.size, to.bytes);
	if (route->via)
		nla_put(msg, RTA_GATEWAY, via.size, via.bytes);
	if (index)
		nla_put_u32(msg, RTA_OIF, index);
	if (route->metric)
		nla_put_u32(msg, RTA_PRIORITY, *route->metric);
	return msg;
}

struct nl_msg *link_neighbour(const struct lab_neighbour *n, int index)
{
	struct ndmsg head = {
		.ndm_ifindex = index,
		.ndm_state = NUD_PERMANENT,
	};
	unsigned char mac[6] = { 0 };
	struct nl_msg *msg;
	struct prefix p;

	parse(n->address, &p);
	head.ndm_family = p.family;
	mac_parse(n->mac, mac);
	msg = nlmsg_alloc_simple(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL);
	if (!msg)
		return NULL;
	nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put(msg, NDA_DST, p.size, p.bytes);
	nla_put(msg, NDA_LLADDR, sizeof(mac), mac);
	return msg;
}

/* Of what the device sends. */
struct nl_msg *link_netem(int index, const struct lab_end *end)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = index,
		.tcm_parent = TC_H_ROOT,
	};
	struct tc_netem_qopt opt = { .limit = NETEM_LIMIT };
	int64_t delay = end->delay ? (int64_t)(*end->delay * NS_PER_MS + 0.5) : 0;
	int64_t jitter = end->jitter ? (int64_t)(*end->jitter * NS_PER_MS + 0.5) : 0;
	struct nlattr *options;
	struct nl_msg *msg;

	if (end->loss)
		opt.loss = (uint32_t)(*end->loss / 100 * UINT32_MAX);
	msg = nlmsg_alloc_simple(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL);
	if (!msg)
		return NULL;
	nlmsg_append(msg, (void *)&head, sizeof(head), NLMSG_ALIGNTO);
	nla_put_string(msg, TCA_KIND, "netem");
	/* Attributes that come behind a struct. */
	options = nla_reserve(msg, TCA_OPTIONS, sizeof(opt));
	memcpy(nla_data(options), &opt, sizeof(opt));
	nla_put(msg, TCA_NETEM_LATENCY64, sizeof(delay), &delay);
	nla_put(msg, TCA_NETEM_JITTER64, sizeof(jitter), &jitter);
	options->nla_len = (char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)options;
	return msg;
}

struct nl_msg *link_netem_del(int index)
{
	const struct tcmsg head = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = index,
		.tcm_parent = TC_H_ROOT,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_DELQDISC, 0);

	if (msg)
		nlmsg_append(msg, (void *)&head, sizeof(head), NLMSG_ALIGNTO);
	return msg;
}

struct nl_msg *link_address_del(int index, const char *address)
{
	struct ifaddrmsg head = { .ifa_index = index };
	struct nl_msg *msg;
	struct prefix p;

	parse(address, &p);
	head.ifa_family = p.family;
	head.ifa_prefixlen = p.length;
	msg = nlmsg_alloc_simple(RTM_DELADDR, 0);
	if (!msg)
		return NULL;
	nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put(msg, IFA_LOCAL, p.size, p.bytes);
	return msg;
}
