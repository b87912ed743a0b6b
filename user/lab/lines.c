// SPDX-License-Identifier: GPL-2.0
/* In which line of a YAML file something is said. */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>
#include "../lib/err.h"
#include "lines.h"

struct lab_lines {
	yaml_document_t doc;
};

int lines_load(struct lab_lines **lines, const char *path, const char *text,
	       size_t len)
{
	yaml_parser_t parser;
	int err = 0;

	*lines = xalloc(NULL, sizeof(**lines));
	if (!yaml_parser_initialize(&parser)) {
		free(*lines);
		*lines = NULL;
		return fail("out of memory");
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &(*lines)->doc)) {
		err = fail("%s:%zu: %s%s%s", path,
			   parser.problem_mark.line + 1,
			   parser.problem ? parser.problem : "not YAML",
			   parser.context ? " " : "",
			   parser.context ? parser.context : "");
		free(*lines);
		*lines = NULL;
	}
	yaml_parser_delete(&parser);
	return err;
}

void lines_free(struct lab_lines *lines)
{
	if (!lines)
		return;
	yaml_document_delete(&lines->doc);
	free(lines);
}

static yaml_node_t *member(yaml_document_t *doc, yaml_node_t *map,
			   const char *key)
{
	yaml_node_pair_t *pair;
	yaml_node_t *name;

	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		name = yaml_document_get_node(doc, pair->key);
		if (name && name->type == YAML_SCALAR_NODE &&
		    !strcmp((char *)name->data.scalar.value, key))
			return yaml_document_get_node(doc, pair->value);
	}
	return NULL;
}

int lines_find(const struct lab_lines *lines, const char *list, unsigned int i,
	       const char *key)
{
	/* The library's readers take no const, and change nothing. */
	yaml_document_t *doc = (yaml_document_t *)&lines->doc;
	yaml_node_t *at = yaml_document_get_root_node(doc);
	yaml_node_item_t *item;
	yaml_node_t *next;
	int line = 1;

	if (list) {
		at = member(doc, at, list);
		if (at)
			line = at->start_mark.line + 1;
		if (!at || at->type != YAML_SEQUENCE_NODE)
			return line;
		item = at->data.sequence.items.start + i;
		if (item >= at->data.sequence.items.top)
			return line;
		at = yaml_document_get_node(doc, *item);
		if (at)
			line = at->start_mark.line + 1;
	}
	next = key ? member(doc, at, key) : NULL;
	return next ? (int)next->start_mark.line + 1 : line;
}
