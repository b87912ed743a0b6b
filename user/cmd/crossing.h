/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of "nsbridge crossing" share. */
#ifndef NSB_CROSSING_H
#define NSB_CROSSING_H

#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/rate.h"

#define CROSSING_HELP "nsbridge crossing help"

/* Fills in a row that was begun. */
void crossing_row(struct out *out, struct netns_list *names, const char *dev,
		  const struct crossing *c);
/* The target in brackets, where that is no namespace. */
const char *crossing_to(struct netns_list *names, const struct crossing *c);
/* "policy 3, unknown 2", or "-"; for the caller to free. */
char *crossing_reasons(const struct crossing *c);

/* Names that begin with "strip" and a dot or dash are shown without, if it is given. */
int crossing_matrix(uint32_t ifindex, const char *what, const char *strip);
/* Of what crosses in a second, when that is not 0. */
int crossing_matrix_of(uint32_t ifindex, enum count what, double seconds);
/* Histograms of how long frames took. */
int crossing_latencies(uint32_t ifindex);
int crossing_latency_set(int argc, char **argv);
int crossing_top(int argc, char **argv);
/* The namespace that a SIDE stands for; none in particular for "any" and NULL.
 * 0, or -1 after a message.
 */
int crossing_pick(const char *side, struct ns_pick *pick);
void crossing_unpick(struct ns_pick *pick);
int crossing_rule(uint32_t rule, int argc, char **argv);
int crossing_monitor(uint32_t ifindex);

#endif /* NSB_CROSSING_H */
