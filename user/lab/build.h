/* SPDX-License-Identifier: GPL-2.0 */
/* Builds a lab, and takes one away. */
#ifndef NSB_LAB_BUILD_H
#define NSB_LAB_BUILD_H

#include "file.h"
#include "state.h"

/* Up whole or not at all, unless what there is of it is to be kept. 0, or -1 after
 * a message.
 */
int lab_up(struct lab *lab, bool keep);
/* Removes what the state says was made, and nothing else. -1 after a message. */
int lab_down(const char *id);
int lab_down_state(struct state *state);
/* One namespace of it, by its name in /run/netns. */
int lab_down_space(const struct state *state, const char *name);

#endif /* NSB_LAB_BUILD_H */
