/* SPDX-License-Identifier: GPL-2.0 */
/* What "crossing top" knows, and who shows it. */
#ifndef NSB_CROSSING_TOP_H
#define NSB_CROSSING_TOP_H

#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/rate.h"

#define TOP_CELLS	30	/* of the graph, */
#define TOP_CELL	2	/* of so many seconds each: a minute */

enum top_sort {
	TOP_BY_NAME = COUNTS,	/* or by one of the counts */
};

/* A crossing over time. Of a hundred thousand of them most are idle. */
struct top_line {
	struct crossing now;
	struct rate rate;
	const char *link;
	const char *from;
	const char *to;
	float (*graph)[COUNTS];	/* greatest rate in each cell, NULL: nothing */
	long busy;		/* the last cell of it that is not nothing */
	bool gone;
};

struct top {
	uint32_t ifindex;	/* of the only bridge or cable, or 0 */
	double seconds;		/* from look to look */
	unsigned int sort;
	bool reverse;
	bool totals;
	long times;		/* 0 for ever */
	bool batch;

	struct genl genl;
	struct netns_list names;
	struct dev_cache devs;
	void *strings;		/* a tree of the names of lines */
	int longest;		/* of those of namespaces, in columns */
	int longest_link;	/* and of devices */

	struct dump sides;	/* as they were at the last look */
	double last_when;	/* of it, 0 before the first */
	double all_when;	/* of the last look at all */
	uint64_t last_real;	/* the same as last_when, ns since 1970 */
	bool twins;		/* two lines have one name, see rates() */

	long cell;		/* of the graph, that is being filled */
	struct top_line *line;	/* in the order of crossing_cmp() */
	struct top_line **by_name;
	struct top_line **order;	/* as they are shown */
	size_t n;
};

/* Looks, and counts what has changed since. 0, or -errno. */
int top_look(struct top *t);
void top_sort(struct top *t);
void top_free(struct top *t);
double top_value(const struct top *t, const struct top_line *l, enum count what);
/* Shows it until it is told to end; an exit code, or -1 after a message. */
int top_screen(struct top *t);

#endif /* NSB_CROSSING_TOP_H */
