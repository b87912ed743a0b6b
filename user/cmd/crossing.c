// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing: what passed from namespace to namespace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "cmd.h"
#include "crossing.h"

static const char usage[] =
	"Usage: nsbridge [ -s ] crossing [ show ] [ bridge DEV ] [ from SIDE ] [ to SIDE ]\n"
	"                                [ since SECONDS ]\n"
	"       nsbridge crossing show [ bridge DEV ] --latency\n"
	"       nsbridge crossing matrix [ bridge DEV ] [ VALUE ] [ -i SECONDS ]\n"
	"       nsbridge crossing top [ bridge DEV ] [ VALUE ] [ -i SECONDS ] [ -n TIMES ]\n"
	"                             [ --batch ]\n"
	"       nsbridge crossing monitor [ bridge DEV ]\n"
	"       nsbridge crossing latency bridge DEV { on | off }\n"
	"       nsbridge crossing { allow | deny | unset } bridge DEV from SIDE to SIDE\n"
	"VALUE := { frames | segs | bytes | copies | drops }\n"
	"With \"-i\", the matrix shows what crosses in a second, over that time.\n"
	"With \"since\", only what was seen in the last SECONDS is shown.\n"
	"SIDE := { NAME | PATH | pid:PID | INODE | any }\n";

#define VERDICT_COLUMN	9
#define STAT_COLUMN	10

/* The verdict is shown where one was ever set, what follows with -s. */
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
	[VERDICT_COLUMN] = { "verdict", 0 },
	[STAT_COLUMN] = { "rule", 0 },
	{ "reasons", 0 },
	{ "first_seen", 0 },
	{ "last_seen", 0 },
	{ NULL, 0 }
};

static bool any_verdict(const struct crossing *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c[i].has_verdict && (c[i].rule != NSBRIDGE_VERDICT_UNSET ||
					 c[i].verdict != NSBRIDGE_VERDICT_ALLOW))
			return true;
	return false;
}

static void choose_columns(struct column *chosen, bool verdict)
{
	size_t i;

	for (i = 0; columns[i].key; i++)
		if ((i != VERDICT_COLUMN || verdict || opt.stats) &&
		    (i < STAT_COLUMN || opt.stats))
			*chosen++ = columns[i];
	chosen->key = NULL;
}

char *crossing_reasons(const struct crossing *c)
{
	char *text = xstrdup("");
	char *longer;
	int i;

	for (i = 0; i < NSB_REASONS; i++) {
		if (!c->drop[i])
			continue;
		longer = xprintf("%s%s%s %llu", text, *text ? ", " : "",
				 reason_name(i),
				 (unsigned long long)c->drop[i]);
		free(text);
		text = longer;
	}
	if (*text)
		return text;
	free(text);
	return xstrdup("-");
}

static void show_reasons(struct out *out, const struct crossing *c)
{
	struct json_object *json = json_object_new_object();
	char *text = crossing_reasons(c);
	int i;

	for (i = 0; i < NSB_REASONS; i++)
		if (c->drop[i])
			json_u64(json, reason_name(i), c->drop[i]);
	out_cell(out, "reasons", text, json);
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

const char *crossing_to(struct netns_list *names, const struct crossing *c)
{
	static char text[32];

	if (c->target == NSBRIDGE_TARGET_NAMESPACE)
		return netns_name(names, c->to.inode);
	/* In brackets, since a namespace may have any name. */
	snprintf(text, sizeof(text), "(%s)", target_name(c->target));
	return text;
}

static void show_to(struct out *out, struct netns_list *names,
		    const struct crossing *c)
{
	struct json_object *json;

	if (c->target == NSBRIDGE_TARGET_NAMESPACE) {
		out_ns(out, "to", names, &c->to);
		return;
	}
	json = json_object_new_object();
	json_str(json, "target", target_name(c->target));
	out_cell(out, "to", crossing_to(names, c), json);
}

void crossing_row(struct out *out, struct netns_list *names, const char *dev,
		  const struct crossing *c)
{
	out_str(out, "link", dev);
	out_str(out, "kind", link_name(c->link));
	out_ns(out, "from", names, &c->from);
	show_to(out, names, c);
	out_u64(out, "frames", c->frames);
	out_u64(out, "segs", c->segs);
	out_u64(out, "bytes", c->bytes);
	out_u64(out, "copies", c->copies);
	out_u64(out, "drops", c->drops);
	if (c->has_verdict) {
		out_str(out, "verdict", verdict_name(c->verdict));
		if (opt.json || c->rule != NSBRIDGE_VERDICT_UNSET)
			out_str(out, "rule", verdict_name(c->rule));
	}
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

struct row {
	const struct crossing *c;
	const char *from;
	const char *to;
};

static int by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int diff;

	if (x->c->ifindex != y->c->ifindex)
		return x->c->ifindex < y->c->ifindex ? -1 : 1;
	diff = strverscmp(x->from, y->from);
	if (diff)
		return diff;
	if (x->c->target != y->c->target)
		return x->c->target < y->c->target ? -1 : 1;
	return strverscmp(x->to, y->to);
}

/* Each name is looked for once, and not for each comparison. */
static struct row *rows_by_name(const struct dump *dump, struct netns_list *names)
{
	struct row *row = xalloc(NULL, (dump->n + 1) * sizeof(*row));
	const struct crossing *c = dump->item;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		row[i].c = &c[i];
		row[i].from = netns_name(names, c[i].from.inode);
		row[i].to = c[i].target == NSBRIDGE_TARGET_NAMESPACE ?
			    netns_name(names, c[i].to.inode) : "";
	}
	qsort(row, dump->n, sizeof(*row), by_name);
	return row;
}

/* What to show, as it was said. */
struct show_args {
	uint32_t ifindex;
	const char *from;
	const char *to;
	double since;
};

static int list(struct genl *genl, const struct show_args *args,
		struct dump *dump)
{
	struct which which = { .ifindex = args->ifindex };
	struct timespec ts;
	int err;

	memset(dump, 0, sizeof(*dump));
	which.to.fd = -1;
	err = crossing_pick(args->from, &which.from) ?:
	      crossing_pick(args->to, &which.to);
	if (!err) {
		clock_gettime(CLOCK_REALTIME, &ts);
		if (args->since > 0)
			which.since = ts.tv_sec * 1000000000ull + ts.tv_nsec -
				      (uint64_t)(args->since * 1e9);
		err = genl_crossings_which(genl, &which, dump);
		if (err)
			genl_fail(genl, "crossings");
	}
	crossing_unpick(&which.from);
	crossing_unpick(&which.to);
	return err;
}

static int crossing_show(const struct show_args *args)
{
	struct column chosen[ARRAY_SIZE(columns)];
	struct dev_cache devs = { 0 };
	struct netns_list names;
	struct row *row;
	struct genl genl;
	struct dump dump;
	struct out *out;
	size_t i;

	if (genl_open(&genl))
		return -1;
	if (list(&genl, args, &dump)) {
		genl_shut(&genl);
		free(dump.item);
		return -1;
	}
	genl_shut(&genl);
	netns_scan_names(&names);
	row = rows_by_name(&dump, &names);
	choose_columns(chosen, any_verdict(dump.item, dump.n));
	out = out_new(chosen);
	for (i = 0; i < dump.n; i++) {
		out_row(out);
		crossing_row(out, &names,
			     dev_cached(&devs, row[i].c->ifindex), row[i].c);
	}
	out_print(out);
	free(row);
	netns_free(&names);
	dev_cache_free(&devs);
	free(dump.item);
	return 0;
}

enum command {
	SHOW,
	MATRIX,
	TOP,
	MONITOR,
	ALLOW,
	DENY,
	UNSET,
	LATENCY,
	COMMANDS,
};

static enum command command_of(const char *arg)
{
	static const char *const words[COMMANDS] = {
		[SHOW] = "show",
		[MATRIX] = "matrix",
		[TOP] = "top",
		[MONITOR] = "monitor",
		[ALLOW] = "allow",
		[DENY] = "deny",
		[UNSET] = "unset",
		[LATENCY] = "latency",
	};
	int i;

	for (i = 0; i < COMMANDS; i++)
		if (word(arg, words[i]))
			return i;
	return word(arg, "list") ? SHOW : COMMANDS;
}

int cmd_crossing(int argc, char **argv)
{
	enum command command = SHOW;
	enum count what = COUNT_FRAMES;
	struct show_args show = { 0 };
	double seconds = 0;
	bool latency = false;

	if (argc > 0) {
		if (word(argv[0], "help")) {
			fputs(usage, stdout);
			return EXIT_OK;
		}
		command = command_of(argv[0]);
		if (command == COMMANDS)
			return usage_error(CROSSING_HELP,
					   "no command \"%s\" for crossing",
					   argv[0]);
		argc--;
		argv++;
	}
	if (command == ALLOW)
		return crossing_rule(NSBRIDGE_VERDICT_ALLOW, argc, argv);
	if (command == DENY)
		return crossing_rule(NSBRIDGE_VERDICT_DENY, argc, argv);
	if (command == TOP)
		return crossing_top(argc, argv);
	if (command == UNSET)
		return crossing_rule(NSBRIDGE_VERDICT_UNSET, argc, argv);
	if (command == LATENCY)
		return crossing_latency_set(argc, argv);
	for (; argc > 0; argc--, argv++) {
		const char *arg = argv[0];

		if (command == MATRIX && !strcmp(arg, "-i")) {
			if (argc < 2 || parse_seconds(argv[1], &seconds))
				return usage_error(CROSSING_HELP,
						   "\"-i\" needs seconds, 0.1 to 3600");
			argc--;
			argv++;
		} else if (command == SHOW && !strcmp(arg, "--latency")) {
			latency = true;
		} else if (command == MATRIX && count_named(arg) < COUNTS) {
			what = count_named(arg);
		} else if (argc > 1 && (word(arg, "bridge") ||
					!strcmp(arg, "dev"))) {
			show.ifindex = find_device(argv[1]);
			if (!show.ifindex)
				return -1;
			argc--;
			argv++;
		} else if (command == SHOW && !strcmp(arg, "since")) {
			if (argc < 2 || parse_seconds(argv[1], &show.since))
				return usage_error(CROSSING_HELP,
						   "\"since\" needs seconds, 0.1 to 3600");
			argc--;
			argv++;
		} else if (command == SHOW && argc > 1 &&
			   (word(arg, "from") || word(arg, "to"))) {
			*(*arg == 'f' ? &show.from : &show.to) = argv[1];
			argc--;
			argv++;
		} else {
			return usage_error(CROSSING_HELP,
					   "\"%s\" is out of place", arg);
		}
	}
	if (command == MATRIX)
		return crossing_matrix_of(show.ifindex, what, seconds);
	if (command == MONITOR)
		return crossing_monitor(show.ifindex);
	if (latency && (show.from || show.to || show.since > 0))
		return usage_error(CROSSING_HELP,
				   "\"--latency\" takes a bridge and no more");
	return latency ? crossing_latencies(show.ifindex) :
			 crossing_show(&show);
}
