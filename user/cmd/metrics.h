/* SPDX-License-Identifier: GPL-2.0 */
/* What "metrics" collects before it is printed. */
#ifndef NSB_METRICS_H
#define NSB_METRICS_H

#include "../lib/genl.h"
#include "../lib/netns.h"

struct family {
	const char *name;	/* without "nsbridge_" and "_total" */
	const char *help;
	bool counter;
};

struct sample {
	const struct family *family;
	char *labels;		/* in braces */
	uint64_t val;
};

struct metrics {
	struct netns_list names;
	struct dump samples;
};

/* Pairs of name and value, and a NULL; for the caller to free. */
char *metrics_labels(const char *const *labels);
void metrics_add(struct metrics *m, const struct family *family,
		 const char *labels, uint64_t val);
/* All that is counted in the namespace that the command is in, whose name is
 * home. Without m it only says whether that can be had. 0, or -1; silent unless
 * it is to speak.
 */
int metrics_collect(struct metrics *m, const char *home, bool speak);

#endif /* NSB_METRICS_H */
