/* SPDX-License-Identifier: GPL-2.0 */
/* What "crossing matrix" has added up, and who shows it. */
#ifndef NSB_CROSSING_MATRIX_H
#define NSB_CROSSING_MATRIX_H

#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/rate.h"

/* What passed from one place of the axis to another. */
struct passed {
	size_t from;
	size_t to;
	uint64_t val;
	uint64_t drops;
};

struct place;

struct axis {
	const char *name;
	struct ns_ref ns;
	uint32_t target;	/* what it is, if not a namespace */
	struct place *place;
	size_t row;		/* in the table, from 1; 0 if it never sent */
	size_t column;		/* likewise */
};

struct matrix {
	enum count what;
	double seconds;		/* of a rate, or 0 */
	const char *strip;
	struct netns_list names;
	struct axis *axis;	/* the namespaces, and then what is none */
	size_t n;
	size_t room;
	void *found;		/* a tree of places in axis */
	struct passed *passed;	/* in the order of the axis */
	size_t n_passed;
	bool drops;

	size_t rows;		/* of the table, with the sums at its rim */
	size_t columns;
	struct cell *cell;
	uint64_t max;
	bool brief;		/* 1.2M, where all of it has no room */
	bool numbered;		/* columns are, like the rows */
};

/* As a table, or as a list where that has no room; frees what only it needs. */
void matrix_print(struct matrix *m);

#endif /* NSB_CROSSING_MATRIX_H */
