// SPDX-License-Identifier: GPL-2.0
/* Where in a YAML file something is said. */
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "lines.h"

static int parse_error(const char *path, const yaml_parser_t *parser)
{
	/* What is no text has a place in bytes only. */
	if (parser->error == YAML_READER_ERROR)
		return fail("%s:1:1: byte %zu: %s: a lab is a text in UTF-8",
			    path, parser->problem_offset,
			    parser->problem ? parser->problem : "no text");
	return fail("%s:%zu:%zu: not YAML: %s%s%s", path,
		    parser->problem_mark.line + 1,
		    parser->problem_mark.column + 1,
		    parser->problem ? parser->problem : "cannot be read",
		    parser->context ? " " : "",
		    parser->context ? parser->context : "");
}

/* A second document would be ignored without a word. */
static int no_more(const char *path, yaml_parser_t *parser)
{
	yaml_document_t doc;
	yaml_node_t *root;
	int err = 0;

	if (!yaml_parser_load(parser, &doc))
		return parse_error(path, parser);
	root = yaml_document_get_root_node(&doc);
	if (root)
		err = fail("%s:%zu:%zu: a second document begins here: a file is one lab",
			   path, root->start_mark.line + 1,
			   root->start_mark.column + 1);
	yaml_document_delete(&doc);
	return err;
}

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
		err = parse_error(path, &parser);
		free(*lines);
		*lines = NULL;
	} else if (yaml_document_get_root_node(&(*lines)->doc)) {
		err = no_more(path, &parser);
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

struct lab_place lines_place(const yaml_node_t *node)
{
	struct lab_place place = { 1, 1 };

	if (node) {
		place.line = node->start_mark.line + 1;
		place.column = node->start_mark.column + 1;
	}
	return place;
}

static yaml_node_t *member(yaml_document_t *doc, yaml_node_t *map,
			   const char *key, size_t len)
{
	yaml_node_pair_t *pair;
	yaml_node_t *name;

	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		name = yaml_document_get_node(doc, pair->key);
		if (name && name->type == YAML_SCALAR_NODE &&
		    name->data.scalar.length == len &&
		    !memcmp(name->data.scalar.value, key, len))
			return yaml_document_get_node(doc, pair->value);
	}
	return NULL;
}

static yaml_node_t *element(yaml_document_t *doc, yaml_node_t *list,
			    unsigned long i)
{
	size_t n;

	if (!list || list->type != YAML_SEQUENCE_NODE)
		return NULL;
	n = list->data.sequence.items.top - list->data.sequence.items.start;
	if (i >= n)
		return NULL;
	return yaml_document_get_node(doc, list->data.sequence.items.start[i]);
}

struct lab_place lines_find(struct lab_lines *lines, const char *path)
{
	yaml_node_t *at = yaml_document_get_root_node(&lines->doc);
	yaml_node_t *next;
	char *end;
	size_t len;

	while (at && *path) {
		if (*path == '[') {
			next = element(&lines->doc, at,
				       strtoul(path + 1, &end, 10));
			path = *end ? end + 1 : end;
		} else {
			path += *path == '.';
			len = strcspn(path, ".[");
			next = member(&lines->doc, at, path, len);
			path += len;
		}
		if (!next)
			break;
		at = next;
	}
	return lines_place(at);
}
