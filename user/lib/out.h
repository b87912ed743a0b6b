/* SPDX-License-Identifier: GPL-2.0 */
/* What a command shows: one list of rows, as a table or as JSON. */
#ifndef NSB_OUT_H
#define NSB_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <json-c/json.h>
#include "genl.h"
#include "netns.h"

/* The options before the object. */
struct options {
	bool json;
	bool pretty;
	bool stats;
};

extern struct options opt;

enum {
	OUT_RIGHT = 1,
	OUT_JSON_ONLY = 2,
	OUT_WRAP = 4,
};

struct column {
	const char *key;	/* of JSON; the heading is the same */
	int flags;
};

struct out;

/* Columns end with a key of NULL. */
struct out *out_new(const struct column *columns);
/* JSON, one object a line as soon as out_line() ends it; no table. */
struct out *out_lines(void);
void out_line(struct out *out);
/* Cells of a row may come in any order; one that is not given is "-". */
void out_row(struct out *out);
void out_str(struct out *out, const char *key, const char *val);
void out_u64(struct out *out, const char *key, uint64_t val);
void out_bool(struct out *out, const char *key, bool val);
void out_ns(struct out *out, const char *key, struct netns_list *list,
	    const struct ns_ref *ref);
/* A cell whose text and JSON differ; takes over the JSON value. */
void out_cell(struct out *out, const char *key, const char *text,
	      struct json_object *val);
/* Prints and frees it. */
void out_print(struct out *out);

/* Adds a member to a JSON object. */
void json_add(struct json_object *to, const char *key, struct json_object *val);
void json_str(struct json_object *to, const char *key, const char *val);
void json_u64(struct json_object *to, const char *key, uint64_t val);
struct json_object *ns_json(struct netns_list *list, const struct ns_ref *ref);
/* Columns of the terminal, or 0 where there is none. */
int out_width(void);
bool out_colour(void);
/* The terminal knows 256 of them. */
bool out_hues(void);
const char *dev_name(uint32_t ifindex, char *buf);

/* Names of devices in one namespace: asking for each of a million rows would
 * take far longer than the rows themselves.
 */
struct dev_cache {
	struct {
		uint32_t ifindex;
		char name[16];
	} *slot;
	uint32_t room;
};

/* Until the next is asked for. */
const char *dev_cached(struct dev_cache *cache, uint32_t ifindex);
void dev_cache_free(struct dev_cache *cache);

#endif /* NSB_OUT_H */
