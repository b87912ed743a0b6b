/* SPDX-License-Identifier: GPL-2.0 */
/* Where in a YAML file something is said. libcyaml tells only the line, and that
 * only of what it refuses itself.
 */
#ifndef NSB_LAB_LINES_H
#define NSB_LAB_LINES_H

#include <stddef.h>
#include <yaml.h>

struct lab_lines {
	yaml_document_t doc;
};

struct lab_place {
	unsigned int line;	/* from 1 */
	unsigned int column;
};

/* 0, or -1 after a message when it is no YAML at all. */
int lines_load(struct lab_lines **lines, const char *path, const char *text,
	       size_t len);
void lines_free(struct lab_lines *lines);
/* Where "ports[3].mac" is, or as much of that as there is. */
struct lab_place lines_find(struct lab_lines *lines, const char *path);
struct lab_place lines_place(const yaml_node_t *node);

#endif /* NSB_LAB_LINES_H */
