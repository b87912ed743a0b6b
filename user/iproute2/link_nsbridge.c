// SPDX-License-Identifier: GPL-2.0
/* Teaches "ip link" the settings of an nsbridge. */
#include <linux/if_nsbridge.h>
#include "setting.h"

static const struct setting settings[] = {
	{ "ageing_time", IFLA_NSBRIDGE_AGEING_TIME, SETTING_U32, false,
	  "TIME (in 1/100 s)" },
	{ "quota", IFLA_NSBRIDGE_QUOTA, SETTING_U32, false,
	  "ENTRIES (per namespace)" },
	{ "group_fwd_mask", IFLA_NSBRIDGE_GROUP_FWD_MASK, SETTING_U16_HEX,
	  false, "MASK" },
	{ "max_entries", IFLA_NSBRIDGE_MAX_ENTRIES, SETTING_U32, false,
	  "NUMBER" },
	{ "max_crossings", IFLA_NSBRIDGE_MAX_CROSSINGS, SETTING_U32, false,
	  "NUMBER" },
	{ "default_verdict", IFLA_NSBRIDGE_DEFAULT_VERDICT, SETTING_VERDICT,
	  false, "allow | deny" },
	{ "neigh_direct", IFLA_NSBRIDGE_NEIGH_DIRECT, SETTING_SWITCH, false,
	  "on | off" },
	{ "neigh_guard", IFLA_NSBRIDGE_NEIGH_GUARD, SETTING_SWITCH, false,
	  "on | off" },
	/* As ip shows it of a stock bridge. */
	{ "vlan_filtering", IFLA_NSBRIDGE_VLAN_FILTERING, SETTING_BIT, false,
	  "0 | 1" },
	{ "vlan_default_pvid", IFLA_NSBRIDGE_VLAN_DEFAULT_PVID, SETTING_U16,
	  false, "VLAN (of ports that are added later, 0 for none)" },
	{ "max_ports", IFLA_NSBRIDGE_MAX_PORTS, SETTING_U32, false, "NUMBER" },
	{ "latency", IFLA_NSBRIDGE_LATENCY, SETTING_SWITCH, false,
	  "on | off (measure how long frames take)" },
	{ "n_ports", IFLA_NSBRIDGE_N_PORTS, SETTING_U32, true, NULL },
	{ "n_entries", IFLA_NSBRIDGE_N_ENTRIES, SETTING_U32, true, NULL },
	{ "n_crossings", IFLA_NSBRIDGE_N_CROSSINGS, SETTING_U32, true, NULL },
	{ "n_namespaces", IFLA_NSBRIDGE_N_NAMESPACES, SETTING_U32, true, NULL },
	{ }
};

static void print_help(struct link_util *lu, int argc, char **argv, FILE *fp)
{
	(void)lu;
	(void)argc;
	(void)argv;
	setting_help("ip link { add | set } DEV type nsbridge", settings, fp);
}

static int parse_opt(struct link_util *lu, int argc, char **argv,
		     struct nlmsghdr *n)
{
	return setting_parse(lu->id, settings, argc, argv, n);
}

static void print_opt(struct link_util *lu, FILE *fp, struct rtattr **tb)
{
	(void)lu;
	setting_print(settings, fp, tb);
}

struct link_util nsbridge_link_util = {
	.id		= "nsbridge",
	.maxattr	= IFLA_NSBRIDGE_MAX,
	.parse_opt	= parse_opt,
	.print_opt	= print_opt,
	.print_help	= print_help,
};
