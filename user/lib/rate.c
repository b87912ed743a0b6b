// SPDX-License-Identifier: GPL-2.0
/* What crosses in a second, from two looks at the counters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "rate.h"

const char *const count_names[COUNTS] = {
	[COUNT_FRAMES]	= "frames",
	[COUNT_SEGS]	= "segs",
	[COUNT_BYTES]	= "bytes",
	[COUNT_COPIES]	= "copies",
	[COUNT_DROPS]	= "drops",
};

uint64_t count_of(const struct crossing *c, enum count what)
{
	switch (what) {
	case COUNT_SEGS:
		return c->segs;
	case COUNT_BYTES:
		return c->bytes;
	case COUNT_COPIES:
		return c->copies;
	case COUNT_DROPS:
		return c->drops;
	default:
		return c->frames;
	}
}

enum count count_named(const char *word)
{
	size_t len = strlen(word);
	int i;

	for (i = 0; i < COUNTS; i++)
		if (len && !strncmp(word, count_names[i], len))
			return i;
	return COUNTS;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

int crossing_cmp(const struct crossing *a, const struct crossing *b)
{
	return cmp_u64(a->ifindex, b->ifindex) ?:
	       cmp_u64(a->from.cookie, b->from.cookie) ?:
	       cmp_u64(a->target, b->target) ?:
	       cmp_u64(a->to.cookie, b->to.cookie) ?:
	       /* The directions of a cable with both ends in one namespace. */
	       cmp_u64(a->nth, b->nth);
}

static int cmp(const void *a, const void *b)
{
	return crossing_cmp(a, b);
}

void rates_begin(struct dump *dump)
{
	struct crossing *c = dump->item;
	size_t i;

	for (i = 0; i < dump->n; i++)
		c[i].nth = i && c[i - 1].ifindex == c[i].ifindex &&
			   c[i].from.cookie == c[i].to.cookie &&
			   c[i - 1].from.cookie == c[i].from.cookie &&
			   c[i - 1].target == c[i].target &&
			   c[i - 1].to.cookie == c[i].to.cookie;
	if (dump->n)
		qsort(c, dump->n, sizeof(*c), cmp);
}

double rate_of(const struct crossing *old, const struct crossing *new,
	       enum count what)
{
	uint64_t a = count_of(new, what), b = old ? count_of(old, what) : 0;

	/* A cable that was moved begins again. */
	return a >= b ? a - b : a;
}

void rates(struct dump *now, const struct dump *before, double seconds,
	   struct rate *rate)
{
	const struct crossing *new, *old = before->item, *was;
	size_t i, j = 0;
	int what;

	rates_begin(now);
	new = now->item;
	for (i = 0; i < now->n; i++) {
		while (j < before->n && crossing_cmp(&old[j], &new[i]) < 0)
			j++;
		was = j < before->n && !crossing_cmp(&old[j], &new[i]) ?
		      &old[j] : NULL;
		for (what = 0; what < COUNTS; what++)
			rate[i].per_s[what] = rate_of(was, &new[i], what) /
					      seconds;
	}
}

int parse_seconds(const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	return *text && !*end && *seconds >= 0.1 && *seconds <= 3600 ? 0 : -1;
}

double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

const char *count_text(double val, char *buf, size_t size)
{
	static const char units[] = " kMGTPE";
	int unit = 0;

	while (val >= 999.5 && units[unit + 1]) {
		val /= 1000;
		unit++;
	}
	if (!unit)
		snprintf(buf, size, "%.0f", val);
	else
		snprintf(buf, size, "%.*f%c", val < 9.995 ? 2 : val < 99.95 ? 1 : 0,
			 val, units[unit]);
	return buf;
}
