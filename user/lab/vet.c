// SPDX-License-Identifier: GPL-2.0
/* Checks the form of a lab file against the tables that libcyaml reads it with.
 * That refuses as much, but names the line only, and not what would be right;
 * and it takes any word for "on" which is not one for "off".
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "schema.h"
#include "vet.h"

#define WORDS_SIZE	1024
#define SHOWN		60	/* of a value that is wrong */

struct vet {
	const char *file;
	yaml_document_t *doc;
};

/* A place in the file, in words: a chain from the root. */
struct path {
	const struct path *up;
	const char *key;	/* of a mapping */
	long i;			/* else in a list */
};

static void path_text(const struct path *path, char *buf, size_t size)
{
	size_t len;

	buf[0] = '\0';
	if (!path)
		return;
	path_text(path->up, buf, size);
	len = strlen(buf);
	if (path->key)
		snprintf(buf + len, size - len, "%s%s", len ? "." : "",
			 path->key);
	else
		snprintf(buf + len, size - len, "[%ld]", path->i);
}

static int __printf(4, 5) complain(const struct vet *v,
				   const yaml_node_t *node,
				   const struct path *path,
				   const char *fmt, ...)
{
	struct lab_place place = lines_place(node);
	char where[256], what[WORDS_SIZE + 256];
	va_list ap;

	path_text(path, where, sizeof(where));
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail("%s:%u:%u: %s%s%s", v->file, place.line, place.column,
		    where, *where ? ": " : "", what);
}

/* A value as it may be shown in one line. */
static const char *shown(const yaml_node_t *node, char *buf)
{
	const char *text = (const char *)node->data.scalar.value;
	int len = strcspn(text, "\r\n");

	snprintf(buf, SHOWN + 8, "\"%.*s%s\"", len > SHOWN ? SHOWN : len, text,
		 len > SHOWN || text[len] ? "..." : "");
	return buf;
}

static void add_word(char *buf, const char *word)
{
	size_t len = strlen(buf);

	snprintf(buf + len, WORDS_SIZE - len, "%s%s", len ? ", " : "", word);
}

static int vet_number(const struct vet *v, const yaml_node_t *node,
		      const struct path *path, unsigned int size)
{
	const char *text = (const char *)node->data.scalar.value;
	uint64_t max = size >= 8 ? UINT64_MAX : (1ull << size * 8) - 1;
	bool hex = !strncmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	char buf[SHOWN + 8];
	uint64_t val;
	char *end;

	errno = 0;
	val = strtoull(digits, &end, hex ? 16 : 10);
	/* Of a number that begins with 0 nobody knows what is meant. */
	if (*end || end == digits || errno || val > max ||
	    !strchr(hex ? "0123456789abcdefABCDEF" : "0123456789", *digits) ||
	    (!hex && *text == '0' && text[1]))
		return complain(v, node, path,
				"%s is not accepted: a whole number from 0 to %llu is",
				shown(node, buf), (unsigned long long)max);
	return 0;
}

static int vet_float(const struct vet *v, const yaml_node_t *node,
		     const struct path *path)
{
	const char *text = (const char *)node->data.scalar.value;
	char buf[SHOWN + 8];
	double val;
	char *end;

	errno = 0;
	val = strtod(text, &end);
	if (*end || end == text || errno || !isfinite(val) || val < 0 ||
	    strspn(text, "0123456789.eE-") != strlen(text))
		return complain(v, node, path,
				"%s is not accepted: a number like 2.5 is",
				shown(node, buf));
	return 0;
}

static int vet_bool(const struct vet *v, const yaml_node_t *node,
		    const struct path *path)
{
	static const char *const words[] = {
		"on", "off", "yes", "no", "true", "false",
	};
	char buf[SHOWN + 8];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp((char *)node->data.scalar.value, words[i]))
			return 0;
	return complain(v, node, path, "%s is not accepted: on or off is",
			shown(node, buf));
}

static int vet_enum(const struct vet *v, const yaml_node_t *node,
		    const struct path *path, const cyaml_schema_value_t *s)
{
	char words[WORDS_SIZE] = "";
	char buf[SHOWN + 8];
	uint32_t i;

	for (i = 0; i < s->enumeration.count; i++) {
		if (!strcmp((char *)node->data.scalar.value,
			    s->enumeration.strings[i].str))
			return 0;
		add_word(words, s->enumeration.strings[i].str);
	}
	return complain(v, node, path, "%s is not accepted: one of %s is",
			shown(node, buf), words);
}

static int vet_text(const struct vet *v, const yaml_node_t *node,
		    const struct path *path, const cyaml_schema_value_t *s)
{
	size_t len = node->data.scalar.length;

	if (strlen((char *)node->data.scalar.value) != len)
		return complain(v, node, path, "there is a zero byte in it");
	if (len < s->string.min)
		return complain(v, node, path, "is empty: a text is wanted");
	if (len > s->string.max)
		return complain(v, node, path,
				"is %zu characters long: %u are allowed", len,
				s->string.max);
	return 0;
}

static int vet_value(const struct vet *v, yaml_node_t *node,
		     const struct path *path, const cyaml_schema_value_t *s);

static int vet_list(const struct vet *v, yaml_node_t *node,
		    const struct path *path, const cyaml_schema_value_t *s)
{
	size_t n = node->data.sequence.items.top -
		   node->data.sequence.items.start;
	struct path at = { .up = path };
	yaml_node_t *entry;
	size_t i;

	if (n < s->sequence.min || n > s->sequence.max)
		return complain(v, node, path, "has %zu entries: %u are wanted",
				n, s->sequence.min);
	for (i = 0; i < n; i++) {
		at.i = i;
		entry = yaml_document_get_node(v->doc,
					       node->data.sequence.items.start[i]);
		if (vet_value(v, entry, &at, s->sequence.entry))
			return -1;
	}
	return 0;
}

static int unknown_key(const struct vet *v, const yaml_node_t *key,
		       const struct path *path, const cyaml_schema_value_t *s)
{
	const cyaml_schema_field_t *field;
	char words[WORDS_SIZE] = "";

	for (field = s->mapping.fields; field->key; field++)
		add_word(words, field->key);
	return complain(v, key, path, "unknown key: accepted are %s", words);
}

static int vet_member(const struct vet *v, yaml_node_t *node, size_t i,
		      const struct path *path, const cyaml_schema_value_t *s,
		      const yaml_node_t **seen)
{
	yaml_node_pair_t *pair = &node->data.mapping.pairs.start[i];
	const yaml_node_t *key = yaml_document_get_node(v->doc, pair->key);
	const cyaml_schema_field_t *field = s->mapping.fields;
	struct path at = { .up = path };
	size_t k;

	if (key->type != YAML_SCALAR_NODE)
		return complain(v, key, path, "a key is wanted here");
	at.key = (char *)key->data.scalar.value;
	for (k = 0; field[k].key; k++)
		if (!strcmp(field[k].key, at.key))
			break;
	if (!field[k].key)
		return unknown_key(v, key, &at, s);
	if (seen[k])
		return complain(v, key, &at,
				"is given twice: before in line %zu",
				seen[k]->start_mark.line + 1);
	seen[k] = key;
	return vet_value(v, yaml_document_get_node(v->doc, pair->value), &at,
			 &field[k].value);
}

static int vet_mapping(const struct vet *v, yaml_node_t *node,
		       const struct path *path, const cyaml_schema_value_t *s)
{
	const cyaml_schema_field_t *field = s->mapping.fields;
	const yaml_node_t *seen[64] = { 0 };
	size_t n, i;

	n = node->data.mapping.pairs.top - node->data.mapping.pairs.start;
	for (i = 0; i < n; i++)
		if (vet_member(v, node, i, path, s, seen))
			return -1;
	for (i = 0; field[i].key; i++)
		if (!seen[i] && !(field[i].value.flags & CYAML_FLAG_OPTIONAL))
			return complain(v, node, path, "\"%s\" is missing",
					field[i].key);
	return 0;
}

static int vet_scalar(const struct vet *v, const yaml_node_t *node,
		      const struct path *path, const cyaml_schema_value_t *s)
{
	switch (s->type) {
	case CYAML_UINT:
		return vet_number(v, node, path, s->data_size);
	case CYAML_FLOAT:
		return vet_float(v, node, path);
	case CYAML_BOOL:
		return vet_bool(v, node, path);
	case CYAML_ENUM:
		return vet_enum(v, node, path, s);
	default:
		return vet_text(v, node, path, s);
	}
}

static int vet_value(const struct vet *v, yaml_node_t *node,
		     const struct path *path, const cyaml_schema_value_t *s)
{
	static const char *const found[] = {
		[YAML_SCALAR_NODE] = "a single value",
		[YAML_SEQUENCE_NODE] = "a list",
		[YAML_MAPPING_NODE] = "a mapping",
	};

	switch (s->type) {
	case CYAML_MAPPING:
		if (node->type == YAML_MAPPING_NODE)
			return vet_mapping(v, node, path, s);
		return complain(v, node, path,
				"is %s: a mapping of keys is wanted, \"%s: ...\"",
				found[node->type], s->mapping.fields->key);
	case CYAML_SEQUENCE:
	case CYAML_SEQUENCE_FIXED:
		if (node->type == YAML_SEQUENCE_NODE)
			return vet_list(v, node, path, s);
		return complain(v, node, path,
				"is %s: a list is wanted, in [ ] or with \"-\" before each entry",
				found[node->type]);
	default:
		if (node->type == YAML_SCALAR_NODE)
			return vet_scalar(v, node, path, s);
		return complain(v, node, path,
				"is %s: a single value is wanted",
				found[node->type]);
	}
}

int lab_vet(const char *path, struct lab_lines *lines)
{
	struct vet v = { .file = path, .doc = &lines->doc };
	yaml_node_t *root = yaml_document_get_root_node(&lines->doc);

	if (!root)
		return fail("%s:1:1: nothing is in it: a lab begins with \"name: NAME\"",
			    path);
	return vet_value(&v, root, NULL, &lab_schema);
}
