/* SPDX-License-Identifier: GPL-2.0 */
/* TCP transfers from one namespace to one or several addresses at once. */
#ifndef NSB_LAB_STREAM_H
#define NSB_LAB_STREAM_H

#include "file.h"

struct stream_target {
	char address[64];
	int namespace;
	uint64_t bytes;		/* to be sent */
	uint64_t got;		/* that arrived, and were what was sent */
	uint64_t ms;
	bool complete;
	bool corrupt;
};

struct stream_result {
	struct stream_target *target;
	unsigned int n;
};

/* 0, or -1 after a message. A transfer that stalls is no error. */
int stream_run(const struct lab *lab, const struct lab_action *action,
	       struct stream_result *result);
void stream_free(struct stream_result *result);

#endif /* NSB_LAB_STREAM_H */
