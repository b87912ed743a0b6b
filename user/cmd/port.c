// SPDX-License-Identifier: GPL-2.0
/* nsbridge port: where the ports lead, and what is set for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/rtlink.h"
#include "cmd.h"
#include "port.h"

static const char usage[] =
	"Usage: nsbridge [ -s ] port [ show ] [ bridge DEV ] [ dev PORT ]\n"
	"       nsbridge port set dev PORT SETTING VALUE ...\n"
	"SETTING VALUE := { learning | mcast_flood | bcast_flood | locked | isolated |\n"
	"                   trusted } { on | off } |\n"
	"                 flood { on | off | auto } | quota ENTRIES\n"
	"Without \"-s\" only the settings are shown that are not as they were at first.\n";

static const struct column columns[] = {
	{ "port", 0 },
	{ "bridge", 0 },
	{ "namespace", 0 },
	{ "far_end", 0 },
	{ "uplink", 0 },
	{ "carrier", 0 },
	{ "settings", 0 },
	{ NULL, 0 }
};

const struct port_setting port_settings[] = {
	{ "learning", IFLA_NSBRIDGE_PORT_LEARNING, PORT_SWITCH, 1 },
	{ "flood", IFLA_NSBRIDGE_PORT_FLOOD, PORT_AUTO, NSBRIDGE_PORT_FLOOD_AUTO },
	{ "mcast_flood", IFLA_NSBRIDGE_PORT_MCAST_FLOOD, PORT_SWITCH, 1 },
	{ "bcast_flood", IFLA_NSBRIDGE_PORT_BCAST_FLOOD, PORT_SWITCH, 1 },
	{ "locked", IFLA_NSBRIDGE_PORT_LOCKED, PORT_SWITCH, 0 },
	{ "isolated", IFLA_NSBRIDGE_PORT_ISOLATED, PORT_SWITCH, 0 },
	{ "trusted", IFLA_NSBRIDGE_PORT_TRUSTED, PORT_SWITCH, 0 },
	{ "quota", IFLA_NSBRIDGE_PORT_QUOTA, PORT_NUMBER, 1024 },
	{ }
};

static void show_settings(struct out *out, const struct rtlink *link)
{
	struct json_object *json = json_object_new_object();
	const struct port_setting *s;
	char *text = xstrdup("");
	uint64_t val, usual;
	char number[24];
	char *longer;

	for (s = port_settings; s->name; s++) {
		if (!link->setting[s->attr].given)
			continue;
		val = link->setting[s->attr].val;
		usual = s->usual;
		/* The kernel tells what comes of "auto". */
		if (s->form == PORT_AUTO)
			usual = link->setting[IFLA_NSBRIDGE_PORT_UPLINK].val;
		if (s->form == PORT_NUMBER)
			json_u64(json, s->name, val);
		else
			json_add(json, s->name, json_object_new_boolean(val));
		if (val == usual && !opt.stats)
			continue;
		snprintf(number, sizeof(number), "%llu", (unsigned long long)val);
		longer = xprintf("%s%s%s %s", text, *text ? " " : "", s->name,
				 s->form == PORT_NUMBER ? number :
				 val ? "on" : "off");
		free(text);
		text = longer;
	}
	out_cell(out, "settings", *text ? text : "-", json);
	free(text);
}

/* By its name, which needs a right over the namespace that it is in. */
static void show_far(struct out *out, struct nl *nl, const struct port *p)
{
	struct rtlink far;
	char text[32];

	if (!p->far)
		return;
	snprintf(text, sizeof(text), "if%u", p->far);
	if ((p->ns.self || p->ns.has_nsid) &&
	    !rtlink_get(nl, p->far, p->ns.self ? -1 : p->ns.nsid, &far) &&
	    *far.name)
		snprintf(text, sizeof(text), "%s", far.name);
	out_str(out, "far_end", text);
	if (opt.json)
		out_u64(out, "far_ifindex", p->far);
}

static void show_one(struct out *out, struct nl *nl, struct netns_list *names,
		     struct dev_cache *devs, const struct port *p)
{
	struct rtlink link;

	out_row(out);
	out_str(out, "port", dev_cached(devs, p->port));
	out_str(out, "bridge", dev_cached(devs, p->ifindex));
	if (p->has_ns)
		out_ns(out, "namespace", names, &p->ns);
	show_far(out, nl, p);
	out_bool(out, "uplink", p->uplink);
	/* It may have gone since it was listed. */
	if (rtlink_get(nl, p->port, -1, &link))
		return;
	out_bool(out, "carrier", link.carrier);
	show_settings(out, &link);
}

static int port_show(uint32_t ifindex, uint32_t port)
{
	struct dev_cache devs = { 0 };
	struct netns_list names;
	struct dump dump = { 0 };
	const struct port *p;
	struct genl genl;
	struct out *out;
	struct nl nl;
	size_t i;
	int err;

	if (genl_open(&genl))
		return -1;
	err = genl_ports(&genl, ifindex, port, &dump);
	if (err)
		genl_fail(&genl, "ports");
	genl_shut(&genl);
	if (!err && nl_open(&nl, NETLINK_ROUTE))
		err = fail("cannot open a netlink socket: %s", nl.msg);
	if (err) {
		free(dump.item);
		return -1;
	}
	netns_scan_names(&names);
	out = out_new(columns);
	p = dump.item;
	for (i = 0; i < dump.n; i++)
		show_one(out, &nl, &names, &devs, &p[i]);
	out_print(out);
	netns_free(&names);
	dev_cache_free(&devs);
	free(dump.item);
	nl_shut(&nl);
	return 0;
}

int cmd_port(int argc, char **argv)
{
	uint32_t bridge = 0, port = 0, *dev;

	if (argc > 0 && word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (argc > 0 && word(argv[0], "set"))
		return port_set(argc - 1, argv + 1);
	if (argc > 0 && !word(argv[0], "show") && !word(argv[0], "list"))
		return usage_error(PORT_HELP, "no command \"%s\" for port",
				   argv[0]);
	for (argc--, argv++; argc > 0; argc -= 2, argv += 2) {
		dev = NULL;
		if (word(argv[0], "bridge") || !strcmp(argv[0], "br"))
			dev = &bridge;
		else if (word(argv[0], "dev"))
			dev = &port;
		if (!dev || argc < 2)
			return usage_error(PORT_HELP, "\"%s\" is out of place",
					   argv[0]);
		*dev = find_device(argv[1]);
		if (!*dev)
			return -1;
	}
	return port_show(bridge, port);
}
