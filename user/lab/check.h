/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the checks of a lab. */
#ifndef NSB_LAB_CHECK_H
#define NSB_LAB_CHECK_H

#include "file.h"
#include "probe.h"
#include "run.h"
#include "stream.h"

/* What one check found: one of the three, by its kind. */
struct check_result {
	const struct lab_check *check;
	const char *what;
	const struct lab_action *action;
	struct probe_result probe;
	struct stream_result stream;
	struct run_result run;
	enum lab_expect expect;	/* on these drivers */
	bool reach;		/* what is asked is to be answered */
	bool passed;		/* as was expected */
};

/* One result per check, for check_free(). 0, or -1 after a message. */
int check_run(const struct lab *lab, struct check_result **results);
void check_free(const struct lab *lab, struct check_result *results);
/* Prints them; 0, or 1 when one did not pass. */
int check_show(const struct lab *lab, const struct check_result *results);

#endif /* NSB_LAB_CHECK_H */
