/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the namespaces of a lab, and what is set in them besides devices. */
#ifndef NSB_LAB_BUILD_SPACE_H
#define NSB_LAB_BUILD_SPACE_H

#include "../lib/genl.h"
#include "batch.h"
#include "file.h"
#include "space.h"
#include "state.h"

/* A lab that is being built. */
struct build {
	struct lab *lab;
	struct state state;
	struct space *space;	/* one per namespace, then the switch */
	struct batch *batch;	/* as many */
	unsigned int n;
	int home;
	int first_index;	/* of new namespaces, where it matters */
};

/* Steps for the i-th namespace. 0, or -1 after a message. */
int build_space(struct build *b, unsigned int i);
int build_late_sysctls(struct build *b, unsigned int i);
int build_nftables(struct build *b, unsigned int i);

/* Steps for the i-th of what the name says, which add to batches. */
int build_bridge(struct build *b, unsigned int i);
int build_port(struct build *b, unsigned int i);
int build_cable(struct build *b, unsigned int i);
int build_device(struct build *b, unsigned int i);
/* One side of a verdict. */
void build_pick_side(struct build *b, const char *side, struct ns_pick *pick);

#endif /* NSB_LAB_BUILD_SPACE_H */
