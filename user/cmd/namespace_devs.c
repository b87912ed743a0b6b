// SPDX-License-Identifier: GPL-2.0
/* nsbridge namespace list: devices and addresses of each. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include "../lib/err.h"
#include "../lib/rtlink.h"
#include "namespace_devs.h"

static int on_addr(struct nlmsghdr *nlh, void *arg)
{
	const struct ifaddrmsg *head = nlmsg_data(nlh);
	struct nlattr *tb[IFA_MAX + 1], *attr;
	char text[INET6_ADDRSTRLEN];
	struct ns_addr *addr;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse(nlh, sizeof(*head), tb, IFA_MAX, NULL))
		return 0;
	attr = tb[IFA_LOCAL] ?: tb[IFA_ADDRESS];
	if (!attr || head->ifa_scope == RT_SCOPE_HOST ||
	    !inet_ntop(head->ifa_family, nla_data(attr), text, sizeof(text)))
		return 0;
	addr = dump_next(arg, sizeof(*addr));
	dev_name(head->ifa_index, addr->dev);
	snprintf(addr->text, sizeof(addr->text), "%s/%u", text,
		 head->ifa_prefixlen);
	return 0;
}

static void look_addresses(struct nl *nl, struct dump *out)
{
	struct ifaddrmsg head = { .ifa_family = AF_UNSPEC };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP);

	if (msg && !nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO))
		nl_talk_dump(nl, msg, on_addr, dump_restart, out);
	nlmsg_free(msg);
}

void ns_devs_look(struct ns_devs *d, bool addresses)
{
	struct dump links;
	struct nl nl;

	if (nl_open(&nl, NETLINK_ROUTE))
		return;
	if (!rtlink_dump(&nl, 0, NULL, &links))
		d->n = links.n;
	free(links.item);
	if (addresses)
		look_addresses(&nl, &d->addr);
	nl_shut(&nl);
}

static void show_addresses(struct out *out, const struct ns_devs *d)
{
	struct json_object *json = json_object_new_array(), *one;
	const struct ns_addr *a = d->addr.item;
	char *text = xstrdup("");
	char *longer;
	size_t i;

	for (i = 0; i < d->addr.n; i++) {
		one = json_object_new_object();
		json_str(one, "dev", a[i].dev);
		json_str(one, "address", a[i].text);
		json_object_array_add(json, one);
		if (i && !strcmp(a[i].dev, a[i - 1].dev))
			longer = xprintf("%s %s", text, a[i].text);
		else
			longer = xprintf("%s%s%s %s", text, i ? ", " : "",
					 a[i].dev, a[i].text);
		free(text);
		text = longer;
	}
	out_cell(out, "addresses", *text ? text : "-", json);
	free(text);
}

void ns_devs_show(struct out *out, const struct ns_devs *d, bool addresses)
{
	out_u64(out, "devices", d->n);
	if (addresses)
		show_addresses(out, d);
}
