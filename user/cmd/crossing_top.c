// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing top: what crosses just now. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../lib/err.h"
#include "cmd.h"
#include "crossing.h"
#include "crossing_top.h"

static void batch_json(const struct top *t, uint64_t time)
{
	const struct top_line *l;
	struct out *out = out_lines();
	char key[32];
	size_t i;
	int what;

	for (i = 0; i < t->n; i++) {
		l = t->order[i];
		out_row(out);
		out_u64(out, "time", time);
		crossing_row(out, (struct netns_list *)&t->names, l->link,
			     &l->now);
		for (what = 0; what < COUNTS; what++) {
			snprintf(key, sizeof(key), "%s_per_s",
				 count_names[what]);
			out_cell(out, key, NULL,
				 json_object_new_double(l->rate.per_s[what]));
		}
		out_line(out);
	}
	free(out);
}

static void batch_text(const struct top *t, time_t time)
{
	static const struct column columns[] = {
		{ "link", 0 },
		{ "from", 0 },
		{ "to", 0 },
		{ "frames", OUT_RIGHT },
		{ "segs", OUT_RIGHT },
		{ "bytes", OUT_RIGHT },
		{ "copies", OUT_RIGHT },
		{ "drops", OUT_RIGHT },
		{ NULL, 0 }
	};
	const struct top_line *l;
	struct out *out;
	char text[32];
	struct tm tm;
	size_t i;
	int what;

	if (localtime_r(&time, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		printf("%s, %s\n", text, t->totals ? "totals" : "in a second");
	out = out_new(columns);
	for (i = 0; i < t->n; i++) {
		l = t->order[i];
		out_row(out);
		out_str(out, "link", l->link);
		out_str(out, "from", l->from);
		out_str(out, "to", l->to);
		for (what = 0; what < COUNTS; what++)
			out_cell(out, count_names[what],
				 count_text(top_value(t, l, what), text,
					    sizeof(text)), NULL);
	}
	out_print(out);
	putchar('\n');
	fflush(stdout);
}

static int batch(struct top *t)
{
	struct timespec ts;
	long i;
	int err;

	for (i = 0; !t->times || i < t->times; i++) {
		usleep(t->seconds * 1e6);
		err = top_look(t);
		if (err)
			return genl_fail(&t->genl, "crossings");
		clock_gettime(CLOCK_REALTIME, &ts);
		if (opt.json)
			batch_json(t, ts.tv_sec * 1000000000ull + ts.tv_nsec);
		else
			batch_text(t, ts.tv_sec);
		if (ferror(stdout))
			break;
	}
	return 0;
}

static int parse(struct top *t, int argc, char **argv)
{
	const char *arg;
	char *end;

	for (; argc > 0; argc--, argv++) {
		arg = argv[0];
		if (!strcmp(arg, "--batch") || !strcmp(arg, "-b")) {
			t->batch = true;
			continue;
		}
		if (*arg != '-' && count_named(arg) < COUNTS &&
		    !(argc > 1 && word(arg, "bridge") && strlen(arg) == 1)) {
			t->sort = count_named(arg);
			continue;
		}
		if (argc < 2)
			return usage_error(CROSSING_HELP,
					   "\"%s\" is out of place", arg);
		if (!strcmp(arg, "-i")) {
			if (parse_seconds(argv[1], &t->seconds))
				return usage_error(CROSSING_HELP,
						   "\"-i\" needs seconds, 0.1 to 3600");
		} else if (!strcmp(arg, "-n")) {
			t->times = strtol(argv[1], &end, 10);
			if (!*argv[1] || *end || t->times < 1)
				return usage_error(CROSSING_HELP,
						   "\"-n\" needs a number of times, 1 or more");
		} else if (word(arg, "bridge") || !strcmp(arg, "dev")) {
			t->ifindex = find_device(argv[1]);
			if (!t->ifindex)
				return -1;
		} else {
			return usage_error(CROSSING_HELP,
					   "\"%s\" is out of place", arg);
		}
		argc--;
		argv++;
	}
	return 0;
}

int crossing_top(int argc, char **argv)
{
	struct top t = { .seconds = 1, .sort = COUNT_BYTES };
	int err;

	err = parse(&t, argc, argv);
	if (err)
		return err;
	t.batch |= opt.json;
	if (!t.batch && (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)))
		return fail("this is no terminal: type \"nsbridge crossing top --batch\"");
	if (genl_open(&t.genl))
		return -1;
	netns_scan_names(&t.names);
	if (top_look(&t))
		err = genl_fail(&t.genl, "crossings");
	else
		err = t.batch ? batch(&t) : top_screen(&t);
	genl_shut(&t.genl);
	top_free(&t);
	return err;
}
