// SPDX-License-Identifier: GPL-2.0
/* nsbridge port set. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_nsbridge.h>
#include <linux/rtnetlink.h>
#include "../lib/err.h"
#include "../lib/rtlink.h"
#include "cmd.h"
#include "port.h"

static const char *takes(const struct port_setting *s)
{
	switch (s->form) {
	case PORT_AUTO:
		return "on, off or auto";
	case PORT_NUMBER:
		return "a number from 0 to 4294967295";
	default:
		return "on or off";
	}
}

static int add(struct nl_msg *msg, const struct port_setting *s, const char *val)
{
	unsigned long long number;
	char *end;

	if (s->form == PORT_NUMBER) {
		errno = 0;
		number = strtoull(val, &end, 10);
		if (*val && *val != '-' && !*end && !errno &&
		    number <= UINT32_MAX)
			return nla_put_u32(msg, s->attr, number);
	} else if (!strcmp(val, "on")) {
		return nla_put_u8(msg, s->attr, 1);
	} else if (!strcmp(val, "off")) {
		return nla_put_u8(msg, s->attr, 0);
	} else if (s->form == PORT_AUTO && !strcmp(val, "auto")) {
		return nla_put_u8(msg, s->attr, NSBRIDGE_PORT_FLOOD_AUTO);
	}
	return usage_error(PORT_HELP, "\"%s\" takes %s, and not \"%s\"", s->name,
			   takes(s), val);
}

/* All but the device, in pairs. */
static int add_all(struct nl_msg *msg, int argc, char **argv)
{
	const struct port_setting *s;
	int err, n = 0;

	for (; argc > 0; argc -= 2, argv += 2) {
		if (word(argv[0], "dev"))
			continue;
		for (s = port_settings; s->name; s++)
			if (!strcmp(argv[0], s->name))
				break;
		if (!s->name)
			return usage_error(PORT_HELP,
					   "a port has no setting \"%s\"",
					   argv[0]);
		if (argc < 2)
			return usage_error(PORT_HELP, "\"%s\" takes %s", s->name,
					   takes(s));
		err = add(msg, s, argv[1]);
		if (err)
			return err;
		n++;
	}
	return n ? 0 : usage_error(PORT_HELP, "there is nothing to set");
}

static int submit(struct nl_msg *msg, uint32_t ifindex, const char *dev)
{
	struct rtlink link;
	struct nl nl;
	int err;

	if (nl_open(&nl, NETLINK_ROUTE))
		return fail("cannot open a netlink socket: %s", nl.msg);
	/* The kernel passes over settings for what is no port at all. */
	if (!rtlink_get(&nl, ifindex, -1, &link) &&
	    strcmp(link.slave_kind, "nsbridge") != 0) {
		nl_shut(&nl);
		return fail("%s is not a port of an nsbridge: \"nsbridge port\" shows what there is",
			    dev);
	}
	err = nl_talk(&nl, msg, NULL, NULL);
	if (nl.error == EPERM)
		fail("%s: %s: this needs CAP_NET_ADMIN, run it as root", dev,
		     nl.msg);
	else if (err)
		fail("%s: %s", dev, nl.msg);
	nl_shut(&nl);
	return err ? -1 : 0;
}

/* RTM_NEWLINK with the settings in IFLA_INFO_SLAVE_DATA, as "ip" does it. */
static int set(uint32_t ifindex, const char *dev, int argc, char **argv)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_ACK);
	struct nlattr *info, *data;
	int err;

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO))
		return fail("out of memory");
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_SLAVE_KIND, "nsbridge");
	data = nla_nest_start(msg, IFLA_INFO_SLAVE_DATA);
	err = add_all(msg, argc, argv);
	if (!err) {
		nla_nest_end(msg, data);
		nla_nest_end(msg, info);
		err = submit(msg, ifindex, dev);
	}
	nlmsg_free(msg);
	return err;
}

int port_set(int argc, char **argv)
{
	const char *dev = NULL;
	uint32_t ifindex;
	int i;

	for (i = 0; i + 1 < argc; i += 2)
		if (word(argv[i], "dev"))
			dev = argv[i + 1];
	if (!dev)
		return usage_error(PORT_HELP, "\"set\" needs \"dev PORT\"");
	ifindex = find_device(dev);
	return ifindex ? set(ifindex, dev, argc, argv) : -1;
}
