// SPDX-License-Identifier: GPL-2.0
/* Devices of a network namespace, as rtnetlink tells of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/rtnetlink.h>
#include "err.h"
#include "rtlink.h"

static void get_text(char *text, size_t size, struct nlattr *attr)
{
	if (attr)
		nla_strlcpy(text, attr, size);
}

static uint64_t get_number(const struct nlattr *attr)
{
	uint64_t val = 0;

	/* The machine is little-endian, or the kernel's numbers are not read. */
	if (attr && nla_len(attr) <= (int)sizeof(val))
		memcpy(&val, nla_data(attr), nla_len(attr));
	return val;
}

static void get_settings(struct rtlink *link, struct nlattr *data)
{
	struct nlattr *tb[IFLA_NSBRIDGE_PORT_MAX + 1];
	int i;

	if (nla_parse_nested(tb, IFLA_NSBRIDGE_PORT_MAX, data, NULL))
		return;
	for (i = 1; i <= IFLA_NSBRIDGE_PORT_MAX; i++) {
		if (!tb[i] || i == IFLA_NSBRIDGE_PORT_PAD)
			continue;
		link->setting[i].given = true;
		link->setting[i].val = get_number(tb[i]);
	}
}

static void get_info(struct rtlink *link, struct nlattr *info)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (nla_parse_nested(tb, IFLA_INFO_MAX, info, NULL))
		return;
	get_text(link->kind, sizeof(link->kind), tb[IFLA_INFO_KIND]);
	get_text(link->slave_kind, sizeof(link->slave_kind),
		 tb[IFLA_INFO_SLAVE_KIND]);
	if (tb[IFLA_INFO_SLAVE_DATA] && !strcmp(link->slave_kind, "nsbridge"))
		get_settings(link, tb[IFLA_INFO_SLAVE_DATA]);
}

static int parse(struct nlmsghdr *nlh, struct rtlink *link)
{
	const struct ifinfomsg *head = nlmsg_data(nlh);
	struct nlattr *tb[IFLA_MAX + 1];

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlh, sizeof(*head), tb, IFLA_MAX, NULL))
		return -1;
	link->ifindex = head->ifi_index;
	link->flags = head->ifi_flags;
	link->peer_nsid = -1;
	get_text(link->name, sizeof(link->name), tb[IFLA_IFNAME]);
	link->master = get_number(tb[IFLA_MASTER]);
	link->peer = get_number(tb[IFLA_LINK]);
	if (tb[IFLA_LINK_NETNSID])
		link->peer_nsid = (int32_t)get_number(tb[IFLA_LINK_NETNSID]);
	link->carrier = get_number(tb[IFLA_CARRIER]);
	if (tb[IFLA_LINKINFO])
		get_info(link, tb[IFLA_LINKINFO]);
	return 0;
}

static int on_link(struct nlmsghdr *nlh, void *arg)
{
	struct dump *dump = arg;

	if (parse(nlh, dump_next(dump, sizeof(struct rtlink))))
		dump->n--;
	return 0;
}

static int on_one(struct nlmsghdr *nlh, void *arg)
{
	parse(nlh, arg);
	return 0;
}

static struct nl_msg *request(uint32_t ifindex, int flags)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, flags);

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO)) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return msg;
}

int rtlink_dump(struct nl *nl, uint32_t master, const char *kind,
		struct dump *out)
{
	struct nl_msg *msg = request(0, NLM_F_DUMP);
	struct nlattr *info;
	int err;

	memset(out, 0, sizeof(*out));
	if (master)
		nla_put_u32(msg, IFLA_MASTER, master);
	if (kind) {
		info = nla_nest_start(msg, IFLA_LINKINFO);
		nla_put_string(msg, IFLA_INFO_KIND, kind);
		nla_nest_end(msg, info);
	}
	/* Statistics of each device would be the greater part. */
	nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = nl_talk_dump(nl, msg, on_link, dump_restart, out);
	nlmsg_free(msg);
	return err;
}

int rtlink_get(struct nl *nl, uint32_t ifindex, int nsid, struct rtlink *link)
{
	struct nl_msg *msg = request(ifindex, 0);
	int err;

	memset(link, 0, sizeof(*link));
	if (nsid >= 0)
		nla_put_u32(msg, IFLA_TARGET_NETNSID, nsid);
	nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	/* No flag asks for an end, and the answer is the end. */
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	err = nl_talk(nl, msg, on_one, link);
	nlmsg_free(msg);
	return err;
}
