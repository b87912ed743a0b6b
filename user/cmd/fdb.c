// SPDX-License-Identifier: GPL-2.0
/* nsbridge fdb: the forwarding table. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/mac.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"

#define HELP "nsbridge fdb help"

static const char usage[] =
	"Usage: nsbridge fdb [ show ] [ bridge DEV ] [ dev PORT ]\n"
	"       nsbridge fdb add MAC dev PORT [ vlan VLAN ] [ static | dynamic ] [ sticky ]\n"
	"       nsbridge fdb del MAC dev PORT [ vlan VLAN ]\n"
	"       nsbridge fdb flush dev PORT\n"
	"       nsbridge fdb monitor [ bridge DEV ] [ dev PORT ]\n";

static const struct column columns[] = {
	{ "bridge", 0 },
	{ "port", 0 },
	{ "mac", 0 },
	{ "vlan", OUT_RIGHT },
	{ "namespace", 0 },
	{ "origin", 0 },
	{ "uplink", 0 },
	{ "sticky", 0 },
	{ "age", OUT_RIGHT },
	{ NULL, 0 }
};

static void show_one(struct out *out, struct netns_list *names,
		     struct dev_cache *devs, const struct fdb_entry *f)
{
	char text[48];

	out_row(out);
	out_str(out, "bridge", dev_cached(devs, f->ifindex));
	out_str(out, "port", dev_cached(devs, f->port));
	out_str(out, "mac", mac_text(f->addr, text));
	if (f->vlan)
		out_u64(out, "vlan", f->vlan);
	out_ns(out, "namespace", names, &f->ns);
	out_str(out, "origin", origin_name(f->origin));
	out_bool(out, "uplink", f->uplink);
	out_bool(out, "sticky", f->sticky);
	if (f->has_age) {
		snprintf(text, sizeof(text), "%llu.%03llus",
			 (unsigned long long)f->age / 1000,
			 (unsigned long long)f->age % 1000);
		/* In JSON milliseconds, as the kernel has it. */
		out_cell(out, opt.json ? "age_ms" : "age", text,
			 json_object_new_uint64(f->age));
	}
}

static int fdb_show(uint32_t ifindex, uint32_t port)
{
	const struct fdb_entry *f;
	struct dev_cache devs = { 0 };
	struct netns_list names;
	struct genl genl;
	struct dump dump;
	struct out *out;
	size_t i;

	if (genl_open(&genl))
		return -1;
	if (genl_fdb(&genl, ifindex, port, &dump)) {
		genl_fail(&genl, "fdb");
		genl_shut(&genl);
		free(dump.item);
		return -1;
	}
	genl_shut(&genl);
	netns_scan_names(&names);
	out = out_new(columns);
	f = dump.item;
	for (i = 0; i < dump.n; i++)
		show_one(out, &names, &devs, &f[i]);
	out_print(out);
	netns_free(&names);
	dev_cache_free(&devs);
	free(dump.item);
	return 0;
}

struct fdb_args {
	const char *bridge;
	const char *dev;
	const char *mac;
	const char *vlan;
	bool dynamic;
	bool sticky;
	bool told;		/* what is only for an entry to add */
};

static int parse(struct fdb_args *args, int argc, char **argv)
{
	const char **val;

	for (; argc > 0; argc--, argv++) {
		val = NULL;
		if (argc > 1 && word(argv[0], "dev"))
			val = &args->dev;
		else if (argc > 1 && (word(argv[0], "bridge") ||
				      !strcmp(argv[0], "br")))
			val = &args->bridge;
		else if (argc > 1 && word(argv[0], "vlan"))
			val = &args->vlan;
		if (val) {
			*val = argv[1];
			argc--;
			argv++;
		} else if (!strcmp(argv[0], "static") ||
			   !strcmp(argv[0], "dynamic")) {
			args->dynamic = argv[0][0] == 'd';
			args->told = true;
		} else if (!strcmp(argv[0], "sticky")) {
			args->sticky = true;
			args->told = true;
		} else if (strchr(argv[0], ':') && !args->mac) {
			args->mac = argv[0];
		} else {
			return usage_error(HELP, "\"%s\" is out of place",
					   argv[0]);
		}
	}
	return 0;
}

static int fdb_change(int cmd, const struct fdb_args *args)
{
	struct fdb_entry f = {
		.origin = args->dynamic ? NSBRIDGE_ORIGIN_LEARNED :
					  NSBRIDGE_ORIGIN_STATIC,
		.sticky = args->sticky,
	};
	struct genl genl;
	long vlan = 0;
	char *end;
	int err;

	if (!args->mac || !args->dev || args->bridge)
		return usage_error(HELP, "an entry needs MAC and \"dev PORT\"");
	if (args->told && cmd != NSBRIDGE_CMD_FDB_ADD)
		return usage_error(HELP, "\"static\", \"dynamic\" and \"sticky\" are for \"add\"");
	if (mac_parse(args->mac, f.addr))
		return usage_error(HELP, "\"%s\" is not a MAC address",
				   args->mac);
	if (args->vlan) {
		vlan = strtol(args->vlan, &end, 10);
		if (*end || vlan < 1 || vlan > 4094)
			return usage_error(HELP, "\"%s\" is not a VLAN, 1 to 4094",
					   args->vlan);
	}
	f.vlan = vlan;
	f.port = find_device(args->dev);
	if (!f.port || genl_open(&genl))
		return -1;
	err = genl_fdb_change(&genl, cmd, &f);
	if (err)
		genl_fail(&genl, args->mac);
	genl_shut(&genl);
	return err ? -1 : 0;
}

/* What was learned on a port. */
static int fdb_flush(const struct fdb_args *args)
{
	const struct fdb_entry *f;
	struct genl genl;
	struct dump dump;
	uint32_t port;
	size_t i;
	int err;

	if (!args->dev || args->bridge || args->mac || args->vlan ||
	    args->told)
		return usage_error(HELP, "\"flush\" needs \"dev PORT\" and no more");
	port = find_device(args->dev);
	if (!port || genl_open(&genl))
		return -1;
	err = genl_fdb(&genl, 0, port, &dump);
	f = dump.item;
	for (i = 0; i < dump.n && !err; i++) {
		if (f[i].origin != NSBRIDGE_ORIGIN_LEARNED)
			continue;
		err = genl_fdb_change(&genl, NSBRIDGE_CMD_FDB_DEL, &f[i]);
		/* It may have aged out meanwhile. */
		if (err == -ENOENT)
			err = 0;
	}
	if (err)
		genl_fail(&genl, args->dev);
	free(dump.item);
	genl_shut(&genl);
	return err ? -1 : 0;
}

int cmd_fdb(int argc, char **argv)
{
	struct fdb_args args = { 0 };
	uint32_t bridge = 0, port = 0;
	bool monitor;
	int err;

	if (argc > 0 && word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	err = argc > 0 ? parse(&args, argc - 1, argv + 1) : 0;
	if (err)
		return err;
	if (argc > 0 && word(argv[0], "add"))
		return fdb_change(NSBRIDGE_CMD_FDB_ADD, &args);
	if (argc > 0 && word(argv[0], "delete"))
		return fdb_change(NSBRIDGE_CMD_FDB_DEL, &args);
	if (argc > 0 && word(argv[0], "flush"))
		return fdb_flush(&args);
	monitor = argc > 0 && word(argv[0], "monitor");
	if (argc > 0 && !monitor && !word(argv[0], "show") &&
	    !word(argv[0], "list"))
		return usage_error(HELP, "no command \"%s\" for fdb", argv[0]);
	if (args.mac || args.vlan || args.told)
		return usage_error(HELP, "\"%s\" takes a bridge or a port",
				   monitor ? "monitor" : "show");
	if (args.bridge) {
		bridge = find_device(args.bridge);
		if (!bridge)
			return -1;
	}
	if (args.dev) {
		port = find_device(args.dev);
		if (!port)
			return -1;
	}
	return monitor ? fdb_monitor(bridge, port) : fdb_show(bridge, port);
}
