// SPDX-License-Identifier: GPL-2.0
/* What the kernel has in a namespace of a lab that is up. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "live.h"

struct reader {
	struct live *live;
	size_t n_links;		/* to go back to, as n_facts */
	size_t n_facts;
};

uint64_t live_number(const struct nlattr *attr)
{
	uint64_t val = 0;

	memcpy(&val, nla_data(attr), nla_len(attr) < 8 ? nla_len(attr) : 8);
	return val;
}

static void read_settings(struct live_setting *to, struct nlattr *nest)
{
	struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) >= LIVE_SETTINGS || nla_len(attr) > 8)
			continue;
		to[nla_type(attr)].given = true;
		to[nla_type(attr)].val = live_number(attr);
	}
}

static int on_link(struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *head = nlmsg_data(nlh);
	struct nlattr *tb[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	struct live *live = ((struct reader *)arg)->live;
	struct live_link *link;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlh, sizeof(*head), tb, IFLA_MAX, NULL) ||
	    !tb[IFLA_IFNAME])
		return 0;
	if (!(live->n_links & (live->n_links - 1)))
		live->link = xalloc(live->link, sizeof(*live->link) *
				    (live->n_links ? 2 * live->n_links : 1));
	link = &live->link[live->n_links++];
	memset(link, 0, sizeof(*link));
	link->index = head->ifi_index;
	link->flags = head->ifi_flags;
	nla_strlcpy(link->name, tb[IFLA_IFNAME], sizeof(link->name));
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == 6)
		memcpy(link->mac, nla_data(tb[IFLA_ADDRESS]), 6);
	if (tb[IFLA_MTU])
		link->mtu = nla_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_MASTER])
		link->master = nla_get_u32(tb[IFLA_MASTER]);
	if (tb[IFLA_LINK])
		link->peer = nla_get_u32(tb[IFLA_LINK]);
	if (!tb[IFLA_LINKINFO] ||
	    nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL))
		return 0;
	if (info[IFLA_INFO_KIND])
		nla_strlcpy(link->kind, info[IFLA_INFO_KIND],
			    sizeof(link->kind));
	if (info[IFLA_INFO_DATA])
		read_settings(link->data, info[IFLA_INFO_DATA]);
	if (info[IFLA_INFO_SLAVE_DATA])
		read_settings(link->port, info[IFLA_INFO_SLAVE_DATA]);
	return 0;
}

static struct live_fact *add(struct reader *reader, enum live_what what,
			     int index, char *key, char *val)
{
	struct live *live = reader->live;
	struct live_fact *fact;

	if (!(live->n_facts & (live->n_facts - 1)))
		live->fact = xalloc(live->fact, sizeof(*live->fact) *
				    (live->n_facts ? 2 * live->n_facts : 1));
	fact = &live->fact[live->n_facts++];
	fact->what = what;
	fact->index = index;
	fact->key = key;
	fact->val = val;
	fact->metric = 0;
	return fact;
}

static char *address_text(int family, const struct nlattr *attr)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, nla_data(attr), text, sizeof(text));
	return xstrdup(text);
}

char *live_normal(const char *address)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	char plain[64], text[INET6_ADDRSTRLEN];
	size_t len = strcspn(address, "/");
	unsigned char bytes[16];

	snprintf(plain, sizeof(plain), "%.*s", (int)len, address);
	if (inet_pton(family, plain, bytes) != 1 ||
	    !inet_ntop(family, bytes, text, sizeof(text)))
		return xstrdup(address);
	return xprintf("%s%s", text, address + len);
}

/* What the kernel gave itself is not of the file. */
static int on_address(struct nlmsghdr *nlh, void *arg)
{
	const struct ifaddrmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[IFA_MAX + 1], *attr;
	char *text;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse(nlh, sizeof(*head), tb, IFA_MAX, NULL))
		return 0;
	attr = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	if (!attr || (head->ifa_family == AF_INET6 &&
		      head->ifa_scope == RT_SCOPE_LINK &&
		      (head->ifa_flags & IFA_F_PERMANENT) &&
		      head->ifa_prefixlen == 64))
		return 0;
	text = address_text(head->ifa_family, attr);
	add(arg, LIVE_ADDRESS, head->ifa_index,
	    xprintf("%s/%d", text, head->ifa_prefixlen), xstrdup(""));
	free(text);
	return 0;
}

static int on_route(struct nlmsghdr *nlh, void *arg)
{
	const struct rtmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[RTA_MAX + 1];
	struct live_fact *fact;
	char *to = NULL, *via = NULL, *key;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(nlh, sizeof(*head), tb, RTA_MAX, NULL) ||
	    head->rtm_table != RT_TABLE_MAIN ||
	    (head->rtm_flags & RTM_F_CLONED) ||
	    (head->rtm_protocol != RTPROT_STATIC &&
	     head->rtm_protocol != RTPROT_BOOT))
		return 0;
	if (tb[RTA_DST])
		to = address_text(head->rtm_family, tb[RTA_DST]);
	if (tb[RTA_GATEWAY])
		via = address_text(head->rtm_family, tb[RTA_GATEWAY]);
	if (to)
		key = xprintf("%s/%d", to, head->rtm_dst_len);
	else
		key = xprintf("default%s", head->rtm_family == AF_INET6 ?
			      "6" : "");
	fact = add(arg, LIVE_ROUTE, tb[RTA_OIF] ? nla_get_u32(tb[RTA_OIF]) : 0,
		   key, via ? xprintf("via %s", via) : xstrdup(""));
	if (tb[RTA_PRIORITY])
		fact->metric = nla_get_u32(tb[RTA_PRIORITY]);
	free(to);
	free(via);
	return 0;
}

static int on_neighbour(struct nlmsghdr *nlh, void *arg)
{
	const struct ndmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[NDA_MAX + 1];
	char mac[MAC_TEXT];

	if (nlh->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse(nlh, sizeof(*head), tb, NDA_MAX, NULL) ||
	    !(head->ndm_state & NUD_PERMANENT) || !tb[NDA_DST] ||
	    !tb[NDA_LLADDR] || nla_len(tb[NDA_LLADDR]) != 6 ||
	    (head->ndm_family != AF_INET && head->ndm_family != AF_INET6))
		return 0;
	add(arg, LIVE_NEIGHBOUR, head->ndm_ifindex,
	    address_text(head->ndm_family, tb[NDA_DST]),
	    xstrdup(mac_text(nla_data(tb[NDA_LLADDR]), mac)));
	return 0;
}

char *netem_text(int64_t delay_ns, int64_t jitter_ns, uint32_t loss)
{
	return xprintf("delay %.3f jitter %.3f loss %.4f", delay_ns / 1e6,
		       jitter_ns / 1e6, loss * 100.0 / UINT32_MAX);
}

static int on_qdisc(struct nlmsghdr *nlh, void *arg)
{
	const struct tcmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[TCA_MAX + 1], *attr;
	struct tc_netem_qopt opt;
	int64_t delay = 0, jitter = 0;
	int len;

	if (nlh->nlmsg_type != RTM_NEWQDISC ||
	    nlmsg_parse(nlh, sizeof(*head), tb, TCA_MAX, NULL) ||
	    head->tcm_parent != TC_H_ROOT || !tb[TCA_KIND] ||
	    nla_strcmp(tb[TCA_KIND], "netem") || !tb[TCA_OPTIONS] ||
	    nla_len(tb[TCA_OPTIONS]) < (int)sizeof(opt))
		return 0;
	memcpy(&opt, nla_data(tb[TCA_OPTIONS]), sizeof(opt));
	/* Attributes come behind the struct. */
	attr = (struct nlattr *)((char *)nla_data(tb[TCA_OPTIONS]) +
				 NLMSG_ALIGN(sizeof(opt)));
	len = nla_len(tb[TCA_OPTIONS]) - NLMSG_ALIGN(sizeof(opt));
	for (; nla_ok(attr, len); attr = nla_next(attr, &len)) {
		if (nla_type(attr) == TCA_NETEM_LATENCY64)
			delay = live_number(attr);
		else if (nla_type(attr) == TCA_NETEM_JITTER64)
			jitter = live_number(attr);
	}
	add(arg, LIVE_NETEM, head->tcm_ifindex, xstrdup(""),
	    netem_text(delay, jitter, opt.loss));
	return 0;
}

static int on_vlan(struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *head = nlmsg_data(nlh);
	const struct bridge_vlan_info *info;
	struct nlattr *tb[IFLA_MAX + 1], *attr;
	int rem;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlh, sizeof(*head), tb, IFLA_MAX, NULL) ||
	    !tb[IFLA_AF_SPEC])
		return 0;
	nla_for_each_nested(attr, tb[IFLA_AF_SPEC], rem) {
		if (nla_type(attr) != IFLA_BRIDGE_VLAN_INFO)
			continue;
		info = nla_data(attr);
		add(arg, LIVE_VLAN, head->ifi_index, xprintf("%u", info->vid),
		    xstrdup(info->flags & BRIDGE_VLAN_INFO_UNTAGGED ?
			    "untagged" : "tagged"));
	}
	return 0;
}

static void free_facts(struct live *live, size_t from)
{
	while (live->n_facts > from) {
		free(live->fact[--live->n_facts].key);
		free(live->fact[live->n_facts].val);
	}
}

static void again(void *arg)
{
	struct reader *reader = arg;

	reader->live->n_links = reader->n_links;
	free_facts(reader->live, reader->n_facts);
}

static int dump(struct space *space, struct reader *reader, struct nl_msg *msg,
		nl_each each)
{
	int err;

	reader->n_links = reader->live->n_links;
	reader->n_facts = reader->live->n_facts;
	err = msg ? nl_talk_dump(&space->nl, msg, each, again, reader) : -1;
	nlmsg_free(msg);
	if (err)
		return fail("cannot read what is in \"%s\": %s", space->name,
			    msg ? space->nl.msg : "out of memory");
	return 0;
}

static struct nl_msg *ask(int type, const void *head, size_t len)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);

	if (msg)
		nlmsg_append(msg, (void *)head, len, NLMSG_ALIGNTO);
	return msg;
}

int live_read(struct live *live, struct space *space)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
	const struct ifinfomsg bridge = { .ifi_family = AF_BRIDGE };
	const struct ifaddrmsg address = { .ifa_family = AF_UNSPEC };
	const struct rtmsg route = { .rtm_family = AF_UNSPEC };
	const struct ndmsg neighbour = { .ndm_family = AF_UNSPEC };
	const struct tcmsg qdisc = { .tcm_family = AF_UNSPEC };
	struct reader reader = { .live = live };
	struct nl_msg *vlans;

	memset(live, 0, sizeof(*live));
	vlans = ask(RTM_GETLINK, &bridge, sizeof(bridge));
	if (vlans)
		nla_put_u32(vlans, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
	if (dump(space, &reader, ask(RTM_GETLINK, &link, sizeof(link)),
		 on_link) ||
	    dump(space, &reader, ask(RTM_GETADDR, &address, sizeof(address)),
		 on_address) ||
	    dump(space, &reader, ask(RTM_GETROUTE, &route, sizeof(route)),
		 on_route) ||
	    dump(space, &reader, ask(RTM_GETNEIGH, &neighbour,
				     sizeof(neighbour)), on_neighbour) ||
	    dump(space, &reader, ask(RTM_GETQDISC, &qdisc, sizeof(qdisc)),
		 on_qdisc)) {
		nlmsg_free(vlans);
		live_free(live);
		return -1;
	}
	if (dump(space, &reader, vlans, on_vlan)) {
		live_free(live);
		return -1;
	}
	return 0;
}

void live_free(struct live *live)
{
	free_facts(live, 0);
	free(live->fact);
	free(live->link);
	memset(live, 0, sizeof(*live));
}

const struct live_link *live_link(const struct live *live, const char *name)
{
	size_t i;

	for (i = 0; i < live->n_links; i++)
		if (!strcmp(live->link[i].name, name))
			return &live->link[i];
	return NULL;
}

const struct live_link *live_link_at(const struct live *live, int index)
{
	size_t i;

	for (i = 0; i < live->n_links; i++)
		if (live->link[i].index == index)
			return &live->link[i];
	return NULL;
}
