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

/* A crossing over time. */
struct top_line {
	struct crossing now;
	struct rate rate;
	char *link;
	char *from;
	char *to;
	double graph[TOP_CELLS][COUNTS];	/* greatest rate in each */
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
	struct dump last;
	double last_when;
	long cell;		/* of the graph, that is being filled */
	struct top_line *line;
	struct top_line **order;	/* of those above, as they are shown */
	size_t n;
};

/* Looks, and counts what has changed since. 0, or -errno. */
int top_look(struct top *t);
void top_sort(struct top *t);
double top_value(const struct top *t, const struct top_line *l, enum count what);
/* Shows it until it is told to end; an exit code, or -1 after a message. */
int top_screen(struct top *t);

#endif /* NSB_CROSSING_TOP_H */
