// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing top: looking at what crosses, again and again. A look costs
 * what has changed since the one before: the kernel is asked for no more.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../lib/err.h"
#include "../lib/text.h"
#include "crossing.h"
#include "crossing_top.h"

/* Everything is looked at again after so many seconds. What has gone is no
 * change that the kernel tells of; a namespace that has gone is found out at
 * once, and only cables may stay for that long.
 */
#define ALL_AGAIN	10

/* What was counted while the last look was going on may have the time of a tick
 * before it, and be told twice.
 */
#define SLACK		100000000ull

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Each name is there once, and stays: namespaces may go while they are shown. */
static const char *kept(struct top *t, const char *text)
{
	char **found = tfind(text, &t->strings, by_text);

	if (!found)
		found = tsearch(xstrdup(text), &t->strings, by_text);
	if (!found) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return *found;
}

static void line_init(struct top *t, struct top_line *l, const struct crossing *c)
{
	memset(l, 0, sizeof(*l));
	l->now = *c;
	if (!netns_find(&t->names, c->from.inode) ||
	    (c->target == NSBRIDGE_TARGET_NAMESPACE &&
	     !netns_find(&t->names, c->to.inode))) {
		netns_free(&t->names);
		netns_scan_names(&t->names);
	}
	l->link = kept(t, dev_cached(&t->devs, c->ifindex));
	l->from = kept(t, netns_name(&t->names, c->from.inode));
	l->to = kept(t, crossing_to(&t->names, c));
}

/* Into the cell of the time that it is; all that were passed over since the last
 * look have the same.
 */
static void graph(const struct top *t, struct top_line *l, long cell, bool idle)
{
	long at = t->cell;
	double rate;
	float *val;
	int what;

	if (idle && cell - l->busy >= TOP_CELLS) {
		free(l->graph);
		l->graph = NULL;
	}
	if (!l->graph) {
		if (idle)
			return;
		l->graph = xalloc(NULL, TOP_CELLS * sizeof(*l->graph));
	}
	if (!idle)
		l->busy = cell;
	if (cell - at > TOP_CELLS)
		at = cell - TOP_CELLS;
	do {
		if (at < cell)
			at++;
		val = l->graph[at % TOP_CELLS];
		for (what = 0; what < COUNTS; what++) {
			rate = l->rate.per_s[what];
			if (at > t->cell || rate > val[what])
				val[what] = rate;
		}
	} while (at < cell);
}

/* What was counted before the first look has no rate. */
static void line_count(const struct top *t, struct top_line *l,
		       const struct crossing *c, double seconds, long cell)
{
	bool idle = true;
	int what;

	for (what = 0; what < COUNTS; what++) {
		l->rate.per_s[what] = 0;
		if (t->last_when > 0 && c != &l->now)
			l->rate.per_s[what] = rate_of(&l->now, c, what) / seconds;
		idle &= l->rate.per_s[what] <= 0;
	}
	if (c != &l->now)
		l->now = *c;
	graph(t, l, cell, idle);
}

/* What is new began at zero. */
static void line_new(struct top *t, struct top_line *l, const struct crossing *c,
		     double seconds, long cell)
{
	struct crossing zero = *c;

	zero.frames = 0;
	zero.segs = 0;
	zero.bytes = 0;
	zero.copies = 0;
	zero.drops = 0;
	line_init(t, l, &zero);
	line_count(t, l, c, seconds, cell);
}

static int by_name(const void *a, const void *b)
{
	const struct top_line *x = *(struct top_line *const *)a;
	const struct top_line *y = *(struct top_line *const *)b;

	return strcmp(x->link, y->link) ?: strverscmp(x->from, y->from) ?:
	       strverscmp(x->to, y->to);
}

/* There are other lines than before. */
static void relist(struct top *t)
{
	const char *last = NULL;
	struct top_line *l;
	size_t i;
	int width;

	t->by_name = xalloc(t->by_name, (t->n + 1) * sizeof(*t->by_name));
	t->order = xalloc(t->order, (t->n + 1) * sizeof(*t->order));
	t->longest = 0;
	t->longest_link = 0;
	t->twins = false;
	for (i = 0; i < t->n; i++) {
		l = &t->line[i];
		t->by_name[i] = l;
		t->twins |= l->now.nth > 0;
		width = text_width(l->to);
		if (l->from != last && text_width(l->from) > width)
			width = text_width(l->from);
		last = l->from;
		if (width > t->longest)
			t->longest = width;
		width = strlen(l->link);
		if (width > t->longest_link)
			t->longest_link = width;
	}
	qsort(t->by_name, t->n, sizeof(*t->by_name), by_name);
}

/* Lines that are there are counted where they are. Says how many of the list are
 * new, and how many are not in it.
 */
static void count_old(struct top *t, const struct dump *dump, bool all,
		      double seconds, long cell, size_t *fresh, size_t *gone)
{
	const struct crossing *c = dump->item;
	struct top_line *l = t->line, *end = l + t->n;
	size_t i = 0;
	int diff;

	*fresh = 0;
	*gone = 0;
	while (i < dump->n || l < end) {
		diff = l == end ? 1 : i == dump->n ? -1 :
		       crossing_cmp(&l->now, &c[i]);
		if (diff > 0) {
			++*fresh;
			i++;
		} else if (diff < 0) {
			l->gone = all;
			*gone += all;
			line_count(t, l, &l->now, seconds, cell);
			l++;
		} else {
			line_count(t, l, &c[i++], seconds, cell);
			l++;
		}
	}
}

/* Both lists are in the same order. What is not in that of the kernel has gone if
 * it has all, and else has not changed.
 */
static void merge(struct top *t, const struct dump *dump, bool all, double seconds,
		  long cell)
{
	const struct crossing *c = dump->item;
	struct top_line *line, *l, *old, *end;
	size_t fresh, gone, i = 0;

	count_old(t, dump, all, seconds, cell, &fresh, &gone);
	if (!fresh && !gone)
		return;
	line = xalloc(NULL, (t->n + fresh - gone + 1) * sizeof(*line));
	l = line;
	old = t->line;
	end = old + t->n;
	while (i < dump->n || old < end) {
		if (old < end && old->gone) {
			free(old++->graph);
		} else if (old < end && (i == dump->n ||
					 crossing_cmp(&old->now, &c[i]) <= 0)) {
			i += i < dump->n && !crossing_cmp(&old->now, &c[i]);
			*l++ = *old++;
		} else {
			line_new(t, l++, &c[i++], seconds, cell);
		}
	}
	free(t->line);
	t->line = line;
	t->n = l - line;
	relist(t);
}

static uint64_t ns_now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* Are the sides of all bridges those of the last look? */
static bool same_sides(struct top *t)
{
	const struct side *a, *b;
	struct dump dump;
	bool same = false;
	size_t i;

	if (!genl_sides(&t->genl, 0, &dump) && dump.n == t->sides.n) {
		a = dump.item;
		b = t->sides.item;
		for (i = 0; i < dump.n; i++)
			if (a[i].ifindex != b[i].ifindex ||
			    a[i].ns.cookie != b[i].ns.cookie)
				break;
		same = i == dump.n;
	}
	free(t->sides.item);
	t->sides = dump;
	return same;
}

/* A list of what has changed is of use only where all else is as it was. */
static bool must_see_all(struct top *t, double now, uint64_t real)
{
	bool same = same_sides(t);
	double stepped = (double)(real - t->last_real) / 1e9 -
			 (now - t->last_when);

	return !same || !t->last_when || t->twins ||
	       now - t->all_when >= ALL_AGAIN || stepped > 0.001 ||
	       stepped < -0.001;
}

int top_look(struct top *t)
{
	uint64_t real = ns_now(CLOCK_REALTIME);
	double now = seconds_now(), seconds;
	bool all = must_see_all(t, now, real);
	const struct which which = {
		.ifindex = t->ifindex,
		.from = { .fd = -1 },
		.to = { .fd = -1 },
		.since = all ? 0 : t->last_real - SLACK,
	};
	long cell = now / TOP_CELL;
	struct dump dump;
	int err;

	err = genl_crossings_which(&t->genl, &which, &dump);
	if (err) {
		free(dump.item);
		return err;
	}
	if (all) {
		dev_cache_free(&t->devs);
		t->all_when = now;
	}
	rates_begin(&dump);
	seconds = now - t->last_when;
	merge(t, &dump, all, seconds > 0.001 ? seconds : 0.001, cell);
	free(dump.item);
	t->cell = cell;
	t->last_when = now;
	t->last_real = real;
	top_sort(t);
	return 0;
}

double top_value(const struct top *t, const struct top_line *l, enum count what)
{
	return t->totals ? count_of(&l->now, what) : l->rate.per_s[what];
}

static int by_value(const void *a, const void *b, void *arg)
{
	struct top_line *const *x = a, *const *y = b;
	const struct top *t = arg;
	double diff = top_value(t, *y, t->sort) - top_value(t, *x, t->sort);

	return diff > 0 ? 1 : diff < 0 ? -1 : by_name(a, b);
}

/* What is zero stays in the order of the names, behind all that is not. */
void top_sort(struct top *t)
{
	struct top_line *l, **front = t->order, **back;
	size_t i, busy = 0;

	if (t->sort < COUNTS)
		for (i = 0; i < t->n; i++)
			busy += top_value(t, &t->line[i], t->sort) > 0;
	back = t->order + busy;
	for (i = 0; i < t->n; i++) {
		l = t->by_name[i];
		if (busy && top_value(t, l, t->sort) > 0)
			*front++ = l;
		else
			*back++ = l;
	}
	if (busy)
		qsort_r(t->order, busy, sizeof(*t->order), by_value, t);
	for (i = 0; t->reverse && i < t->n / 2; i++) {
		l = t->order[i];
		t->order[i] = t->order[t->n - 1 - i];
		t->order[t->n - 1 - i] = l;
	}
}

void top_free(struct top *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->line[i].graph);
	free(t->line);
	free(t->by_name);
	free(t->order);
	free(t->sides.item);
	tdestroy(t->strings, free);
	netns_free(&t->names);
	dev_cache_free(&t->devs);
}
