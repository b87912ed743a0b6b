/* SPDX-License-Identifier: GPL-2.0 */
/* What a lab file means: checked as a whole before anything is built. */
#ifndef NSB_LAB_PLAN_H
#define NSB_LAB_PLAN_H

#include "file.h"

/* Fills in what was left out, and finds what is wrong. 0, or -1 after a message. */
int lab_plan(struct lab *lab);

/* The names in /run/netns, for the caller to free: LAB.NAMESPACE, and LAB-switch,
 * where the bridges are. A lab's name has no dot, so that no two labs meet.
 */
char *lab_netns(const struct lab *lab, const char *namespace);
char *lab_switch(const struct lab *lab);

bool lab_name_valid(const char *name);
const char *lab_pair_kind(const struct lab *lab);
const char *lab_bridge_kind(const struct lab *lab,
			    const struct lab_bridge *bridge);
int lab_find_namespace(const struct lab *lab, const char *name);
int lab_find_bridge(const struct lab *lab, const char *name);
/* Of a side in a rule. */
bool lab_any(const char *side);
/* The namespace that has an address, or -1. */
int lab_find_address(const struct lab *lab, const char *address);
bool lab_ipv6(const struct lab *lab, int namespace);
/* Takes the first of the words in *list off, into buf; false at the end. */
bool lab_word(const char **list, char *buf, size_t size);

#endif /* NSB_LAB_PLAN_H */
