/* SPDX-License-Identifier: GPL-2.0 */
/* In which line of a YAML file something is said. libcyaml tells this only of
 * what it refuses itself, not of what is found to be wrong later.
 */
#ifndef NSB_LAB_LINES_H
#define NSB_LAB_LINES_H

#include <stddef.h>

struct lab_lines;

/* 0, or -1 after a message when it is no YAML at all. */
int lines_load(struct lab_lines **lines, const char *path, const char *text,
	       size_t len);
void lines_free(struct lab_lines *lines);
/* The line of LIST[i].KEY, or of as much of that as there is; from 1. */
int lines_find(const struct lab_lines *lines, const char *list, unsigned int i,
	       const char *key);

#endif /* NSB_LAB_LINES_H */
