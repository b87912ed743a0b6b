/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between a lab that is up and its file. */
#ifndef NSB_LAB_DIFF_H
#define NSB_LAB_DIFF_H

#include "items.h"
#include "view.h"

/* To be done to make them the same, in that order. */
struct change {
	char sign;		/* '+', '-' or '~' */
	const struct item *item; /* as wanted, of '-' as it is */
	const struct item *now;	/* as it is, or NULL */
	bool quiet;		/* goes without saying */
};

struct diff {
	struct view view;
	struct items wanted;
	struct items built;
	struct items live;
	struct change *change;
	size_t n;
};

/* Of the lab with that state, as wanted, against what it was built from. 0, or
 * -1 after a message.
 */
int diff_open(struct diff *diff, struct state *state, const struct lab *wanted,
	      const struct lab *built);
void diff_close(struct diff *diff);
/* One line for each, or JSON; the number of lines. */
unsigned int diff_show(const struct diff *diff);

/* Brings a lab to what is wanted, or leaves it as it was built. 0, or -1 after a
 * message.
 */
int lab_apply(struct state *state, struct lab *wanted, struct lab *built);

#endif /* NSB_LAB_DIFF_H */
