/* SPDX-License-Identifier: GPL-2.0 */
/* A check that is a command. */
#ifndef NSB_LAB_RUN_H
#define NSB_LAB_RUN_H

#include "file.h"

struct run_result {
	int status;		/* as the shell has it; -1 when it took too long */
	char last[256];		/* line that it printed */
};

/* 0, or -1 after a message when it could not be started. */
int run_command(const struct lab *lab, const struct lab_run *run,
		struct run_result *result);

#endif /* NSB_LAB_RUN_H */
