// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing matrix: namespaces by namespaces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "crossing.h"

struct cell {
	bool seen;
	uint64_t val;
	uint64_t drops;
	char text[48];
};

struct axis {
	const char *name;
	struct ns_ref ns;
	uint32_t target;	/* what it is, if not a namespace */
};

struct matrix {
	const char *what;
	const char *strip;
	struct netns_list names;
	struct axis *axis;	/* rows are the first n_from, columns are all */
	size_t n;
	size_t n_from;
	struct cell *cell;	/* n + 1 by n + 1: the rim has the sums */
	uint64_t max;
	bool drops;
};

static uint64_t value(const struct crossing *c, const char *what)
{
	if (!strcmp(what, "segs"))
		return c->segs;
	if (!strcmp(what, "bytes"))
		return c->bytes;
	if (!strcmp(what, "copies"))
		return c->copies;
	if (!strcmp(what, "drops"))
		return c->drops;
	return c->frames;
}

static const char *stripped(const struct matrix *m, const char *name)
{
	size_t len = m->strip ? strlen(m->strip) : 0;

	if (!len || strncmp(name, m->strip, len) != 0 ||
	    !name[len] || !strchr(".-", name[len]))
		return name;
	return name + len + 1;
}

static size_t axis_find(struct matrix *m, uint32_t target,
			const struct ns_ref *ns)
{
	struct axis *axis;
	char name[32];
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->axis[i].target == target &&
		    (target != NSBRIDGE_TARGET_NAMESPACE ||
		     m->axis[i].ns.inode == ns->inode))
			return i;
	m->axis = xalloc(m->axis, (m->n + 1) * sizeof(*m->axis));
	axis = &m->axis[m->n];
	axis->target = target;
	axis->ns = *ns;
	snprintf(name, sizeof(name), "(%s)", target_name(target));
	axis->name = xstrdup(target == NSBRIDGE_TARGET_NAMESPACE ?
			     stripped(m, netns_name(&m->names, ns->inode)) :
			     name);
	return m->n++;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct axis *)a)->name,
		      ((const struct axis *)b)->name);
}

static struct cell *cell(struct matrix *m, size_t from, size_t to)
{
	return &m->cell[from * (m->n + 1) + to];
}

static void cell_add(struct cell *cell, uint64_t val, uint64_t drops)
{
	cell->seen = true;
	cell->val += val;
	cell->drops += drops;
}

static void fill(struct matrix *m, const struct crossing *c, size_t n)
{
	size_t i, from, to;
	uint64_t val;

	/* All namespaces first, so that what is none comes last. */
	for (i = 0; i < n; i++) {
		axis_find(m, NSBRIDGE_TARGET_NAMESPACE, &c[i].from);
		if (c[i].target == NSBRIDGE_TARGET_NAMESPACE)
			axis_find(m, c[i].target, &c[i].to);
	}
	if (m->n)
		qsort(m->axis, m->n, sizeof(*m->axis), by_name);
	m->n_from = m->n;
	for (i = 0; i < n; i++)
		axis_find(m, c[i].target, &c[i].to);

	m->cell = xalloc(NULL, (m->n + 1) * (m->n + 1) * sizeof(*m->cell));
	for (i = 0; i < n; i++) {
		from = axis_find(m, NSBRIDGE_TARGET_NAMESPACE, &c[i].from);
		to = axis_find(m, c[i].target, &c[i].to);
		val = value(&c[i], m->what);
		cell_add(cell(m, from, to), val, c[i].drops);
		cell_add(cell(m, from, m->n), val, c[i].drops);
		cell_add(cell(m, m->n, to), val, c[i].drops);
		cell_add(cell(m, m->n, m->n), val, c[i].drops);
		if (cell(m, from, to)->val > m->max)
			m->max = cell(m, from, to)->val;
		m->drops |= c[i].drops;
	}
}

static void cell_text(const struct matrix *m, struct cell *cell)
{
	if (!cell->seen)
		snprintf(cell->text, sizeof(cell->text), "-");
	else if (cell->drops && strcmp(m->what, "drops") != 0)
		snprintf(cell->text, sizeof(cell->text), "%llu!%llu",
			 (unsigned long long)cell->val,
			 (unsigned long long)cell->drops);
	else
		snprintf(cell->text, sizeof(cell->text), "%llu",
			 (unsigned long long)cell->val);
}

/* From blue to red by powers: a few busy crossings do not hide the others. */
static const char *heat(const struct matrix *m, const struct cell *cell)
{
	static const char *const colours[] = {
		"\033[34m", "\033[36m", "\033[32m", "\033[33m", "\033[31m",
	};
	unsigned int bits = 0, max_bits = 0;
	uint64_t val;

	if (!cell->val || !out_colour())
		return "";
	for (val = cell->val; val; val >>= 1)
		bits++;
	for (val = m->max; val; val >>= 1)
		max_bits++;
	if (!max_bits || bits > max_bits)
		bits = max_bits;
	return colours[max_bits ? (bits - 1) * 5 / max_bits : 0];
}

static const char *head(const struct matrix *m, size_t i)
{
	return i == m->n ? "sum" : m->axis[i].name;
}

/* A namespace that never sent has no row, and one that never received no
 * column: the rim, which is last, tells.
 */
static bool has_row(struct matrix *m, size_t from)
{
	return from == m->n || cell(m, from, m->n)->seen;
}

static bool has_column(struct matrix *m, size_t to)
{
	return to == m->n || cell(m, m->n, to)->seen;
}

/* How wide each column must be; returns the width of the whole. */
static int widths(struct matrix *m, int *width, int *first)
{
	size_t from, to;
	int total, len;

	*first = strlen("from \\ to");
	for (from = 0; from <= m->n; from++) {
		if (!has_row(m, from))
			continue;
		len = strlen(head(m, from));
		*first = len > *first ? len : *first;
	}
	total = *first;
	for (to = 0; to <= m->n; to++) {
		if (!has_column(m, to))
			continue;
		width[to] = strlen(head(m, to));
		for (from = 0; from <= m->n; from++) {
			cell_text(m, cell(m, from, to));
			len = strlen(cell(m, from, to)->text);
			width[to] = len > width[to] ? len : width[to];
		}
		total += width[to] + 2;
	}
	return total;
}

static void print_table(struct matrix *m, const int *width, int first)
{
	const struct cell *at;
	const char *colour;
	size_t from, to;

	printf("%-*s", first, "from \\ to");
	for (to = 0; to <= m->n; to++)
		if (has_column(m, to))
			printf("  %*s", width[to], head(m, to));
	putchar('\n');
	for (from = 0; from <= m->n; from++) {
		if (!has_row(m, from))
			continue;
		printf("%-*s", first, head(m, from));
		for (to = 0; to <= m->n; to++) {
			if (!has_column(m, to))
				continue;
			at = cell(m, from, to);
			colour = from < m->n && to < m->n ? heat(m, at) : "";
			printf("  %s%*s%s", colour, width[to], at->text,
			       *colour ? "\033[0m" : "");
		}
		putchar('\n');
	}
	if (m->drops && strcmp(m->what, "drops") != 0)
		printf("(%s, N!D: D frames were dropped)\n", m->what);
}

static struct json_object *target_json(struct matrix *m,
				       const struct axis *axis)
{
	struct json_object *json;

	if (axis->target == NSBRIDGE_TARGET_NAMESPACE)
		return ns_json(&m->names, &axis->ns);
	json = json_object_new_object();
	json_str(json, "target", target_name(axis->target));
	return json;
}

/* A wide matrix, and every matrix in JSON, is a list of what was seen. */
static void print_list(struct matrix *m)
{
	bool only_drops = !strcmp(m->what, "drops");
	const struct column columns[] = {
		{ "from", 0 },
		{ "to", 0 },
		{ m->what, OUT_RIGHT },
		{ only_drops ? NULL : "drops", OUT_RIGHT },
		{ NULL, 0 }
	};
	struct out *out = out_new(columns);
	const struct axis *axis = m->axis;
	const struct cell *at;
	size_t from, to;

	for (from = 0; from < m->n_from; from++) {
		for (to = 0; to < m->n; to++) {
			at = cell(m, from, to);
			if (!at->seen)
				continue;
			out_row(out);
			out_cell(out, "from", axis[from].name,
				 target_json(m, &axis[from]));
			out_cell(out, "to", axis[to].name,
				 target_json(m, &axis[to]));
			out_u64(out, m->what, at->val);
			if (!only_drops)
				out_u64(out, "drops", at->drops);
		}
	}
	out_print(out);
}

static void print(struct matrix *m)
{
	int *width = xalloc(NULL, (m->n + 1) * sizeof(*width));
	int first, total;

	total = widths(m, width, &first);
	if (opt.json || (out_width() && total > out_width()))
		print_list(m);
	else
		print_table(m, width, first);
	free(width);
}

int crossing_matrix(uint32_t ifindex, const char *what, const char *strip)
{
	struct matrix m = { .what = what, .strip = strip };
	struct genl genl;
	struct dump dump;
	size_t i;

	if (genl_open(&genl))
		return -1;
	if (genl_crossings(&genl, ifindex, &dump)) {
		genl_fail(&genl, "crossings");
		genl_shut(&genl);
		free(dump.item);
		return -1;
	}
	genl_shut(&genl);
	netns_scan_names(&m.names);
	fill(&m, dump.item, dump.n);
	print(&m);
	for (i = 0; i < m.n; i++)
		free((char *)m.axis[i].name);
	free(m.axis);
	free(m.cell);
	netns_free(&m.names);
	free(dump.item);
	return 0;
}
