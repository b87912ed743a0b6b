// SPDX-License-Identifier: GPL-2.0
/* What a command shows: one list of rows, as a table or as JSON. */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <libsmartcols.h>
#include "err.h"
#include "out.h"

struct options opt;

struct out {
	const struct column *columns;
	struct libscols_table *table;
	struct libscols_line *line;
	struct json_object *row;
	size_t n;
};

/* A table is laid out this many rows at a time, so that a long one takes
 * neither all memory nor all patience before its first line.
 */
#define BATCH	16384

/* Names of devices that are remembered. */
#define DEVS_MIN	256
#define DEVS_MAX	65536

static void no_memory(void)
{
	fail("out of memory");
	exit(EXIT_FAILED);
}

static void table_new(struct out *out)
{
	const struct column *c;
	struct libscols_column *cl;
	char head[64];
	size_t i;

	out->table = scols_new_table();
	if (!out->table)
		no_memory();
	/* A heading stays where there is no terminal to fit a line to. */
	if (!out_width())
		scols_table_set_termforce(out->table, SCOLS_TERMFORCE_NEVER);
	for (c = out->columns; c->key; c++) {
		if (c->flags & OUT_JSON_ONLY)
			continue;
		for (i = 0; c->key[i] && i < sizeof(head) - 1; i++)
			head[i] = c->key[i] == '_' ? ' ' : c->key[i];
		head[i] = '\0';
		cl = scols_table_new_column(out->table, head, 0,
					    (c->flags & OUT_RIGHT ?
					     SCOLS_FL_RIGHT : 0) |
					    (c->flags & OUT_WRAP ?
					     SCOLS_FL_TRUNC : 0));
		if (!cl)
			no_memory();
	}
}

static const char *json_text(struct json_object *val)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (opt.pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	return json_object_to_json_string_ext(val, flags);
}

struct out *out_new(const struct column *columns)
{
	struct out *out = xalloc(NULL, sizeof(*out));

	out->columns = columns;
	if (opt.json)
		putchar('[');
	else
		table_new(out);
	return out;
}

static void print_row(struct out *out, const char *end)
{
	if (out->row)
		printf("%s%s", json_text(out->row), end);
	json_object_put(out->row);
	out->row = NULL;
}

static void print_batch(struct out *out)
{
	fflush(stdout);
	scols_print_table(out->table);
	scols_unref_table(out->table);
}

struct out *out_lines(void)
{
	return xalloc(NULL, sizeof(struct out));
}

void out_line(struct out *out)
{
	print_row(out, "\n");
	fflush(stdout);
}

void out_row(struct out *out)
{
	const struct column *c;
	size_t i = 0;

	if (opt.json) {
		print_row(out, opt.pretty ? ",\n" : ",");
		out->row = json_object_new_object();
		return;
	}
	if (out->n && !(out->n % BATCH)) {
		print_batch(out);
		table_new(out);
		scols_table_enable_noheadings(out->table, 1);
	}
	out->n++;
	out->line = scols_table_new_line(out->table, NULL);
	if (!out->line)
		no_memory();
	for (c = out->columns; c->key; c++)
		if (!(c->flags & OUT_JSON_ONLY))
			scols_line_set_data(out->line, i++, "-");
}

void out_cell(struct out *out, const char *key, const char *text,
	      struct json_object *val)
{
	const struct column *c;
	size_t i = 0;

	if (opt.json) {
		json_object_object_add(out->row, key, val);
		return;
	}
	json_object_put(val);
	for (c = out->columns; c->key; c++) {
		if (c->flags & OUT_JSON_ONLY)
			continue;
		if (!strcmp(c->key, key)) {
			scols_line_set_data(out->line, i, text);
			return;
		}
		i++;
	}
}

/* A million rows are worth not making what is not shown. */
void out_str(struct out *out, const char *key, const char *val)
{
	out_cell(out, key, val, opt.json ? json_object_new_string(val) : NULL);
}

void out_u64(struct out *out, const char *key, uint64_t val)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)val);
	out_cell(out, key, text, opt.json ? json_object_new_uint64(val) : NULL);
}

void out_bool(struct out *out, const char *key, bool val)
{
	out_cell(out, key, val ? "yes" : "-",
		 opt.json ? json_object_new_boolean(val) : NULL);
}

void json_add(struct json_object *to, const char *key, struct json_object *val)
{
	if (json_object_object_add(to, key, val))
		no_memory();
}

void json_str(struct json_object *to, const char *key, const char *val)
{
	json_add(to, key, json_object_new_string(val));
}

void json_u64(struct json_object *to, const char *key, uint64_t val)
{
	json_add(to, key, json_object_new_uint64(val));
}

struct json_object *ns_json(struct netns_list *list, const struct ns_ref *ref)
{
	struct json_object *ns = json_object_new_object();

	json_str(ns, "name", netns_name(list, ref->inode));
	json_u64(ns, "inode", ref->inode);
	json_u64(ns, "cookie", ref->cookie);
	if (ref->has_nsid)
		json_add(ns, "nsid", json_object_new_int(ref->nsid));
	if (ref->self)
		json_add(ns, "self", json_object_new_boolean(1));
	return ns;
}

void out_ns(struct out *out, const char *key, struct netns_list *list,
	    const struct ns_ref *ref)
{
	out_cell(out, key, netns_name(list, ref->inode),
		 opt.json ? ns_json(list, ref) : NULL);
}

void out_print(struct out *out)
{
	if (opt.json) {
		print_row(out, "");
		printf("]\n");
	} else {
		print_batch(out);
	}
	free(out);
}

int out_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return atoi(columns);
	if (isatty(STDOUT_FILENO) &&
	    !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 0;
}

/* Asked for each of a hundred thousand fields, so the kernel is asked once. */
bool out_colour(void)
{
	const char *no = getenv("NO_COLOR");
	static int tty = -1;

	if (tty < 0)
		tty = isatty(STDOUT_FILENO);
	return tty && !(no && *no);
}

bool out_hues(void)
{
	const char *term = getenv("TERM"), *depth = getenv("COLORTERM");

	return (term && strstr(term, "256color")) || (depth && *depth);
}

const char *dev_name(uint32_t ifindex, char *buf)
{
	if (!if_indextoname(ifindex, buf))
		snprintf(buf, IF_NAMESIZE, "if%u", ifindex);
	return buf;
}

/* Room for twice as many, without those that were there. */
static void dev_cache_grow(struct dev_cache *cache)
{
	cache->room = cache->room ? cache->room * 2 : DEVS_MIN;
	free(cache->slot);
	cache->slot = xalloc(NULL, cache->room * sizeof(*cache->slot));
}

void dev_cache_free(struct dev_cache *cache)
{
	free(cache->slot);
	memset(cache, 0, sizeof(*cache));
}

/* The ports of a bridge mostly follow each other, so with room for all of them
 * each has a place of its own.
 */
const char *dev_cached(struct dev_cache *cache, uint32_t ifindex)
{
	size_t i = cache->room ? ifindex % cache->room : 0;

	if (!cache->room ||
	    (cache->slot[i].ifindex && cache->slot[i].ifindex != ifindex &&
	     cache->room < DEVS_MAX)) {
		dev_cache_grow(cache);
		i = ifindex % cache->room;
	}
	if (cache->slot[i].ifindex != ifindex) {
		dev_name(ifindex, cache->slot[i].name);
		cache->slot[i].ifindex = ifindex;
	}
	return cache->slot[i].name;
}
