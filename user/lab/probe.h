/* SPDX-License-Identifier: GPL-2.0 */
/* Sends pings, and looks in every namespace of the lab which of them enter it. */
#ifndef NSB_LAB_PROBE_H
#define NSB_LAB_PROBE_H

#include "file.h"

/* What became of the probes to one address. */
struct probe_target {
	char address[64];
	int namespace;		/* whose address it is */
	uint32_t sent;
	uint32_t right;		/* entered that namespace */
	uint32_t wrong;		/* entered another one */
	uint32_t lost;		/* entered none */
	uint32_t replies;	/* were answered */
};

struct probe_result {
	struct probe_target *target;
	unsigned int n;
	struct probe_target sum;
};

/* Probes go to the targets in turn. With watch, "right", "wrong" and "lost"
 * are counted; without, only replies. 0, or -1 after a message.
 */
int probe_run(const struct lab *lab, const struct lab_action *action,
	      bool watch, struct probe_result *result);
void probe_free(struct probe_result *result);

#endif /* NSB_LAB_PROBE_H */
