/* SPDX-License-Identifier: GPL-2.0 */
/* What a lab file means: checked as a whole before anything is built. */
#ifndef NSB_LAB_PLAN_H
#define NSB_LAB_PLAN_H

#include "file.h"

/* Fills in what was left out, and finds what is wrong. 0, or -1 after a message. */
int lab_plan(struct lab *lab);

/* The names in /run/netns, for the caller to free: LAB.NAMESPACE, and LAB-switch,
 * where the bridges are. A lab's name has no dot, so that no two labs meet. Of
 * a namespace that is not of the lab, what netns_open() understands.
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
/* Sorts the namespaces by name, for lab_find_namespace(). */
void lab_index(struct lab *lab);
/* "ADDRESS/LENGTH" of a namespace's first device that has one, or NULL. */
const char *lab_first_address(const struct lab *lab, const char *namespace);
/* Whether a node of the lab is a namespace that was there before. */
bool lab_is_foreign(const struct lab_namespace *ns);
/* Whether it says which VLANs it is in, and the first is not one of them. */
bool lab_leaves_vlan1(const struct lab_port *port);
/* By its place in the list; the place behind the last one is the switch. */
char *lab_netns_at(const struct lab *lab, unsigned int i);
const char *lab_name_at(const struct lab *lab, unsigned int i);
/* The namespace that has an address, or -1. */
int lab_find_address(const struct lab *lab, const char *address);
bool lab_ipv6(const struct lab *lab, int namespace);
/* Takes the first of the words in *list off, into buf; false at the end. */
bool lab_word(const char **list, char *buf, size_t size);

#endif /* NSB_LAB_PLAN_H */
