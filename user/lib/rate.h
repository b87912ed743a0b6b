/* SPDX-License-Identifier: GPL-2.0 */
/* What crosses in a second, from two looks at the counters. */
#ifndef NSB_RATE_H
#define NSB_RATE_H

#include "genl.h"

/* What is counted on a crossing, and what can be chosen to look at. */
enum count {
	COUNT_FRAMES,
	COUNT_SEGS,
	COUNT_BYTES,
	COUNT_COPIES,
	COUNT_DROPS,
	COUNTS,
};

extern const char *const count_names[COUNTS];

struct rate {
	double per_s[COUNTS];
};

uint64_t count_of(const struct crossing *c, enum count what);
/* The number that a word stands for, or COUNTS. */
enum count count_named(const char *word);
/* Sorts the first look by what they are counters of. */
void rates_begin(struct dump *dump);
/* The same for the next one, and fills rate[] for each of it: what was not
 * there before began at zero.
 */
void rates(struct dump *now, const struct dump *before, double seconds,
	   struct rate *rate);
/* What was counted from one look to another; old is NULL for nothing. */
double rate_of(const struct crossing *old, const struct crossing *new,
	       enum count what);
/* Are these the counters of one crossing? Less than, equal or more than 0. */
int crossing_cmp(const struct crossing *a, const struct crossing *b);
/* Seconds, from a tenth to a day. 0, or -1. */
int parse_seconds(const char *text, double *seconds);
/* Monotonic, in seconds. */
double seconds_now(void);
/* 1234567 as "1.23M" and the like, at most six characters. */
const char *count_text(double val, char *buf, size_t size);

#endif /* NSB_RATE_H */
