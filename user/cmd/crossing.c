// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing: what passed from namespace to namespace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"

#define HELP "nsbridge crossing help"

static const char usage[] =
	"Usage: nsbridge [ -s ] crossing [ show ] [ bridge DEV ]\n"
	"       nsbridge crossing matrix [ bridge DEV ] [ VALUE ]\n"
	"VALUE := { frames | segs | bytes | copies | drops }\n";

static const struct column columns[] = {
	{ "link", 0 },
	{ "kind", OUT_JSON_ONLY },
	{ "from", 0 },
	{ "to", 0 },
	{ "frames", OUT_RIGHT },
	{ "segs", OUT_RIGHT },
	{ "bytes", OUT_RIGHT },
	{ "copies", OUT_RIGHT },
	{ "drops", OUT_RIGHT },
	{ NULL, 0 }
};

static const struct column stat_columns[] = {
	{ "link", 0 },
	{ "kind", OUT_JSON_ONLY },
	{ "from", 0 },
	{ "to", 0 },
	{ "frames", OUT_RIGHT },
	{ "segs", OUT_RIGHT },
	{ "bytes", OUT_RIGHT },
	{ "copies", OUT_RIGHT },
	{ "drops", OUT_RIGHT },
	{ "reasons", 0 },
	{ "first_seen", 0 },
	{ "last_seen", 0 },
	{ NULL, 0 }
};

static void show_reasons(struct out *out, const struct crossing *c)
{
	struct json_object *json = json_object_new_object();
	char *text = xstrdup("");
	char *longer;
	int i;

	for (i = 0; i < NSB_REASONS; i++) {
		if (!c->drop[i])
			continue;
		json_u64(json, reason_name(i), c->drop[i]);
		longer = xprintf("%s%s%s %llu", text, *text ? ", " : "",
				 reason_name(i),
				 (unsigned long long)c->drop[i]);
		free(text);
		text = longer;
	}
	out_cell(out, "reasons", *text ? text : "-", json);
	free(text);
}

static void show_time(struct out *out, const char *key, uint64_t ns)
{
	time_t sec = ns / 1000000000;
	char text[48] = "-";
	char shown[64];
	struct tm tm;

	if (!ns)
		return;
	if (localtime_r(&sec, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(shown, sizeof(shown), "%s.%03llu", text,
		 (unsigned long long)ns / 1000000 % 1000);
	out_cell(out, key, shown, json_object_new_uint64(ns));
}

static void show_to(struct out *out, struct netns_list *names,
		    const struct crossing *c)
{
	struct json_object *json;
	char text[32];

	if (c->target == NSBRIDGE_TARGET_NAMESPACE) {
		out_ns(out, "to", names, &c->to);
		return;
	}
	/* In brackets, since a namespace may have any name. */
	snprintf(text, sizeof(text), "(%s)", target_name(c->target));
	json = json_object_new_object();
	json_str(json, "target", target_name(c->target));
	out_cell(out, "to", text, json);
}

static void show_one(struct out *out, struct netns_list *names,
		     struct dev_cache *devs, const struct crossing *c)
{
	out_row(out);
	out_str(out, "link", dev_cached(devs, c->ifindex));
	out_str(out, "kind", link_name(c->link));
	out_ns(out, "from", names, &c->from);
	show_to(out, names, c);
	out_u64(out, "frames", c->frames);
	out_u64(out, "segs", c->segs);
	out_u64(out, "bytes", c->bytes);
	out_u64(out, "copies", c->copies);
	out_u64(out, "drops", c->drops);
	if (opt.json) {
		out_u64(out, "flooded", c->flooded);
		out_u64(out, "drop_copies", c->drop_copies);
	}
	if (!opt.stats && !opt.json)
		return;
	show_reasons(out, c);
	show_time(out, "first_seen", c->first_seen);
	show_time(out, "last_seen", c->last_seen);
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct crossing *x = a, *y = b;
	struct netns_list *names = arg;
	int diff;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	diff = strcmp(netns_name(names, x->from.inode),
		      netns_name(names, y->from.inode));
	if (diff)
		return diff;
	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->target != NSBRIDGE_TARGET_NAMESPACE)
		return 0;
	return strcmp(netns_name(names, x->to.inode),
		      netns_name(names, y->to.inode));
}

static int crossing_show(uint32_t ifindex)
{
	struct dev_cache devs = { 0 };
	struct netns_list names;
	struct crossing *c;
	struct genl genl;
	struct dump dump;
	struct out *out;
	size_t i;

	if (genl_open(&genl))
		return -1;
	if (genl_crossings(&genl, ifindex, &dump)) {
		genl_fail(&genl, "crossings");
		genl_shut(&genl);
		free(dump.item);
		return -1;
	}
	genl_shut(&genl);
	netns_scan_names(&names);
	c = dump.item;
	if (dump.n)
		qsort_r(c, dump.n, sizeof(*c), by_name, &names);
	out = out_new(opt.stats ? stat_columns : columns);
	for (i = 0; i < dump.n; i++)
		show_one(out, &names, &devs, &c[i]);
	out_print(out);
	netns_free(&names);
	free(dump.item);
	return 0;
}

static bool matrix_word(const char **arg)
{
	static const char *const words[] = {
		"frames", "segs", "bytes", "copies", "drops",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (word(*arg, words[i])) {
			*arg = words[i];
			return true;
		}
	}
	return false;
}

int cmd_crossing(int argc, char **argv)
{
	const char *what = "frames";
	bool matrix = false;
	uint32_t ifindex = 0;

	if (argc > 0 && word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (argc > 0 && word(argv[0], "matrix"))
		matrix = true;
	else if (argc > 0 && !word(argv[0], "show") &&
		 !word(argv[0], "list"))
		return usage_error(HELP, "no command \"%s\" for crossing",
				   argv[0]);
	for (argc--, argv++; argc > 0; argc--, argv++) {
		const char *arg = argv[0];

		if (matrix && matrix_word(&arg)) {
			what = arg;
		} else if (argc > 1 && (word(arg, "bridge") ||
					!strcmp(arg, "dev"))) {
			ifindex = find_device(argv[1]);
			if (!ifindex)
				return -1;
			argc--;
			argv++;
		} else {
			return usage_error(HELP, "\"%s\" is out of place", arg);
		}
	}
	return matrix ? crossing_matrix(ifindex, what) : crossing_show(ifindex);
}
