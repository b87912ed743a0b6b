// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing matrix: namespaces by namespaces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/rate.h"
#include "../lib/text.h"
#include "crossing.h"

#define CORNER	"from \\ to"

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
	enum count what;
	double seconds;		/* of a rate, or 0 */
	const char *strip;
	struct netns_list names;
	struct axis *axis;	/* rows are the first n_from, columns are all */
	size_t n;
	size_t n_from;
	struct cell *cell;	/* n + 1 by n + 1: the rim has the sums */
	uint64_t max;
	bool drops;
};

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

/* A little is not nothing. */
static uint64_t whole(double rate)
{
	return rate > 0 && rate < 1 ? 1 : (uint64_t)(rate + 0.5);
}

static void fill(struct matrix *m, const struct crossing *c,
		 const struct rate *rate, size_t n)
{
	size_t i, from, to;
	uint64_t val, drops;

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
		val = rate ? whole(rate[i].per_s[m->what]) :
			     count_of(&c[i], m->what);
		drops = rate ? whole(rate[i].per_s[COUNT_DROPS]) : c[i].drops;
		cell_add(cell(m, from, to), val, drops);
		cell_add(cell(m, from, m->n), val, drops);
		cell_add(cell(m, m->n, to), val, drops);
		cell_add(cell(m, m->n, m->n), val, drops);
		if (cell(m, from, to)->val > m->max)
			m->max = cell(m, from, to)->val;
		m->drops |= drops;
	}
}

static void cell_text(const struct matrix *m, struct cell *cell)
{
	if (!cell->seen)
		snprintf(cell->text, sizeof(cell->text), "-");
	else if (cell->drops && m->what != COUNT_DROPS)
		snprintf(cell->text, sizeof(cell->text), "%llu!%llu",
			 (unsigned long long)cell->val,
			 (unsigned long long)cell->drops);
	else
		snprintf(cell->text, sizeof(cell->text), "%llu",
			 (unsigned long long)cell->val);
}

/* From cold to hot by powers, so that a few busy crossings do not hide the
 * others: what is hottest has the hue of alarm, what is cold stands back.
 */
static const char *heat(const struct matrix *m, const struct cell *cell)
{
	static const char *const hues[] = {
		"\033[38;5;67m", "\033[38;5;73m", "\033[38;5;108m",
		"\033[38;5;179m", "\033[38;5;173m", "\033[1;38;5;167m",
	};
	static const char *const colours[] = {
		"\033[34m", "\033[36m", "\033[32m", "\033[33m", "\033[35m",
		"\033[1;31m",
	};
	unsigned int bits = 0, max_bits = 0, step;
	uint64_t val;

	if (!cell->val || !m->max)
		return "\033[2m";
	for (val = cell->val; val; val >>= 1)
		bits++;
	for (val = m->max; val; val >>= 1)
		max_bits++;
	if (bits > max_bits)
		bits = max_bits;
	step = (bits - 1) * ARRAY_SIZE(hues) / max_bits;
	return out_hues() ? hues[step] : colours[step];
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

	*first = strlen(CORNER);
	for (from = 0; from <= m->n; from++) {
		if (!has_row(m, from))
			continue;
		len = text_width(head(m, from));
		*first = len > *first ? len : *first;
	}
	total = *first;
	for (to = 0; to <= m->n; to++) {
		if (!has_column(m, to))
			continue;
		width[to] = text_width(head(m, to));
		for (from = 0; from <= m->n; from++) {
			cell_text(m, cell(m, from, to));
			len = strlen(cell(m, from, to)->text);
			width[to] = len > width[to] ? len : width[to];
		}
		total += width[to] + 2;
	}
	return total;
}

/* A number in its heat, and what was dropped behind it in red. */
static void print_cell(const struct matrix *m, const struct cell *at,
		       const char *colour, int width)
{
	int len = strcspn(at->text, "!");

	printf("  %*s", width - (int)strlen(at->text), "");
	if (!out_colour()) {
		fputs(at->text, stdout);
		return;
	}
	if (m->what == COUNT_DROPS && at->drops)
		colour = "\033[31m";
	printf("%s%.*s\033[0m", colour, len, at->text);
	if (at->text[len])
		printf("\033[31m%s\033[0m", at->text + len);
}

static void print_row(struct matrix *m, size_t from, const int *width, int first)
{
	const struct cell *at;
	const char *colour;
	size_t to;

	text_pad(head(m, from), first, false);
	for (to = 0; to <= m->n; to++) {
		if (!has_column(m, to))
			continue;
		at = cell(m, from, to);
		colour = from < m->n && to < m->n ? heat(m, at) : "\033[1m";
		print_cell(m, at, colour, width[to]);
	}
	putchar('\n');
}

static void print_table(struct matrix *m, const int *width, int first)
{
	bool colour = out_colour();
	size_t from, to;

	printf("%s%-*s", colour ? "\033[4m" : "", first, CORNER);
	for (to = 0; to <= m->n; to++) {
		if (!has_column(m, to))
			continue;
		fputs("  ", stdout);
		text_pad(head(m, to), width[to], true);
	}
	puts(colour ? "\033[0m" : "");
	for (from = 0; from <= m->n; from++)
		if (has_row(m, from))
			print_row(m, from, width, first);
	if (m->seconds || (m->drops && m->what != COUNT_DROPS))
		printf("(%s%s%s)\n", count_names[m->what],
		       m->seconds ? " in a second" : "",
		       m->drops && m->what != COUNT_DROPS ?
		       ", N!D: D frames were dropped" : "");
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
	bool only_drops = m->what == COUNT_DROPS;
	const char *name = count_names[m->what];
	const struct column columns[] = {
		{ "from", 0 },
		{ "to", 0 },
		{ name, OUT_RIGHT },
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
			out_u64(out, name, at->val);
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

/* The counters, and where a rate is wanted how they change in that time. */
static int look(struct genl *genl, uint32_t ifindex, double seconds,
		struct dump *now, struct rate **rate)
{
	struct dump before = { 0 };
	double start = seconds_now();
	int err = 0;

	*rate = NULL;
	if (seconds > 0) {
		err = genl_crossings(genl, ifindex, &before);
		if (!err) {
			rates_begin(&before);
			usleep(seconds * 1e6);
		}
	}
	if (!err)
		err = genl_crossings(genl, ifindex, now);
	if (!err && seconds > 0) {
		*rate = xalloc(NULL, now->n * sizeof(**rate));
		rates(now, &before, seconds_now() - start, *rate);
	}
	free(before.item);
	return err;
}

static int matrix(uint32_t ifindex, enum count what, double seconds,
		  const char *strip)
{
	struct matrix m = { .what = what, .seconds = seconds,
			    .strip = strip };
	struct dump dump = { 0 };
	struct genl genl;
	struct rate *rate;
	size_t i;
	int err;

	if (genl_open(&genl))
		return -1;
	err = look(&genl, ifindex, seconds, &dump, &rate);
	if (err)
		genl_fail(&genl, "crossings");
	genl_shut(&genl);
	if (!err) {
		netns_scan_names(&m.names);
		fill(&m, dump.item, rate, dump.n);
		print(&m);
		netns_free(&m.names);
	}
	for (i = 0; i < m.n; i++)
		free((char *)m.axis[i].name);
	free(m.axis);
	free(m.cell);
	free(rate);
	free(dump.item);
	return err ? -1 : 0;
}

int crossing_matrix_of(uint32_t ifindex, enum count what, double seconds)
{
	return matrix(ifindex, what, seconds, NULL);
}

int crossing_matrix(uint32_t ifindex, const char *what, const char *strip)
{
	return matrix(ifindex, count_named(what), 0, strip);
}
