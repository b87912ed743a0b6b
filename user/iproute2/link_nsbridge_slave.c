// SPDX-License-Identifier: GPL-2.0
/* Teaches "ip link" the settings of a port of an nsbridge. "ip" asks for the
 * kind of the master with "_slave" after it, and looks for that in a file of
 * this name.
 */
#include <linux/if_nsbridge.h>
#include "setting.h"

#define ON_OFF	"on | off"

static const struct setting settings[] = {
	{ "learning", IFLA_NSBRIDGE_PORT_LEARNING, SETTING_SWITCH, false,
	  ON_OFF },
	{ "flood", IFLA_NSBRIDGE_PORT_FLOOD, SETTING_SWITCH_AUTO, false,
	  ON_OFF " | auto" },
	{ "mcast_flood", IFLA_NSBRIDGE_PORT_MCAST_FLOOD, SETTING_SWITCH, false,
	  ON_OFF },
	{ "bcast_flood", IFLA_NSBRIDGE_PORT_BCAST_FLOOD, SETTING_SWITCH, false,
	  ON_OFF },
	{ "locked", IFLA_NSBRIDGE_PORT_LOCKED, SETTING_SWITCH, false,
	  ON_OFF },
	{ "isolated", IFLA_NSBRIDGE_PORT_ISOLATED, SETTING_SWITCH, false,
	  ON_OFF },
	{ "trusted", IFLA_NSBRIDGE_PORT_TRUSTED, SETTING_SWITCH, false,
	  ON_OFF },
	{ "quota", IFLA_NSBRIDGE_PORT_QUOTA, SETTING_U32, false,
	  "ENTRIES (of the namespace behind the port)" },
	{ "uplink", IFLA_NSBRIDGE_PORT_UPLINK, SETTING_SWITCH, true, NULL },
	{ "netnsid", IFLA_NSBRIDGE_PORT_NETNSID, SETTING_S32, true, NULL },
	{ "netns_inode", IFLA_NSBRIDGE_PORT_NETNS_INODE, SETTING_U64, true,
	  NULL },
	{ "netns_cookie", IFLA_NSBRIDGE_PORT_NETNS_COOKIE, SETTING_U64, true,
	  NULL },
	{ }
};

static void print_help(struct link_util *lu, int argc, char **argv, FILE *fp)
{
	(void)lu;
	(void)argc;
	(void)argv;
	setting_help("ip link set DEV type nsbridge_slave", settings, fp);
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

struct link_util nsbridge_slave_link_util = {
	.id		= "nsbridge_slave",
	.maxattr	= IFLA_NSBRIDGE_PORT_MAX,
	.parse_opt	= parse_opt,
	.print_opt	= print_opt,
	.print_help	= print_help,
};
