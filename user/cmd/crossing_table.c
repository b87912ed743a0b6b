// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing matrix: how it is shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/out.h"
#include "../lib/text.h"
#include "crossing_matrix.h"

#define CORNER	"from \\ to"
#define WIDEST	4096
#define NAME_ROOM	512

struct cell {
	bool seen;
	uint64_t val;
	uint64_t drops;
};

/* A namespace that never sent has no row, and one that never received no column:
 * the rim, which is last, tells.
 */
static void number(struct matrix *m)
{
	size_t i;

	for (i = 0; i < m->n_passed; i++) {
		m->axis[m->passed[i].from].row = 1;
		m->axis[m->passed[i].to].column = 1;
	}
	m->rows = 1;
	m->columns = 1;
	for (i = 0; i < m->n; i++) {
		if (m->axis[i].row)
			m->axis[i].row = m->rows++;
		if (m->axis[i].column)
			m->axis[i].column = m->columns++;
	}
}

static struct cell *cell(struct matrix *m, size_t row, size_t column)
{
	return &m->cell[(row - 1) * m->columns + column - 1];
}

static void cell_add(struct cell *cell, const struct passed *e)
{
	cell->seen = true;
	cell->val += e->val;
	cell->drops += e->drops;
}

static void lay_out(struct matrix *m)
{
	const struct passed *e;
	size_t i, row, column;

	m->cell = xalloc(NULL, m->rows * m->columns * sizeof(*m->cell));
	for (i = 0; i < m->n_passed; i++) {
		e = &m->passed[i];
		row = m->axis[e->from].row;
		column = m->axis[e->to].column;
		cell_add(cell(m, row, column), e);
		cell_add(cell(m, row, m->columns), e);
		cell_add(cell(m, m->rows, column), e);
		cell_add(cell(m, m->rows, m->columns), e);
		if (e->val > m->max)
			m->max = e->val;
	}
}

/* In four columns, where it is to be brief. */
static void number_text(const struct matrix *m, uint64_t number, char *buf,
			size_t size)
{
	static const char units[] = " kMGTPE";
	double val = number;
	int unit = 0;

	if (!m->brief || number < 1000) {
		snprintf(buf, size, "%llu", (unsigned long long)number);
		return;
	}
	while (val >= 999.5 && units[unit + 1]) {
		val /= 1000;
		unit++;
	}
	snprintf(buf, size, "%.*f%c", val < 9.95, val, units[unit]);
}

struct text {
	char val[24];
	char drops[24];		/* behind it, in a colour of its own */
};

/* Returns its width. */
static int cell_text(const struct matrix *m, const struct cell *cell,
		     struct text *text)
{
	bool drops = cell->drops && m->what != COUNT_DROPS;

	text->drops[0] = '\0';
	if (!cell->seen)
		snprintf(text->val, sizeof(text->val), "-");
	else
		number_text(m, cell->val, text->val, sizeof(text->val));
	if (drops && m->brief)
		snprintf(text->drops, sizeof(text->drops), "!");
	else if (drops)
		snprintf(text->drops, sizeof(text->drops), "!%llu",
			 (unsigned long long)cell->drops);
	return strlen(text->val) + strlen(text->drops);
}

/* From cold to hot by powers, so that a few busy crossings do not hide the
 * others: what is hottest has the hue of alarm, what is cold stands back.
 */
static const char *heat(const struct matrix *m, const struct cell *cell)
{
	static const char *const hues[] = {
		/* To be read on black and on white. */
		"\033[38;5;67m", "\033[38;5;30m", "\033[38;5;65m",
		"\033[38;5;136m", "\033[38;5;166m", "\033[1;38;5;167m",
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

/* What is above a column. Rows have the same number and their name. */
static const char *heading(const struct matrix *m, size_t i, char *buf,
			   size_t size)
{
	if (!m->numbered)
		return m->axis[i].name;
	snprintf(buf, size, "%zu", i + 1);
	return buf;
}

static const char *row_name(const struct matrix *m, size_t i, char *buf,
			    size_t size)
{
	if (!m->numbered)
		return m->axis[i].name;
	snprintf(buf, size, "%zu %s", i + 1, m->axis[i].name);
	return buf;
}

/* How wide each column must be; returns the width of the whole. */
static int widths(struct matrix *m, int *width, int *first)
{
	const struct axis *axis;
	size_t row, column, i;
	char buf[NAME_ROOM];
	struct text text;
	int total, len;

	*first = strlen(CORNER);
	width[m->columns] = strlen("sum");
	for (i = 0; i < m->n; i++) {
		axis = &m->axis[i];
		len = text_width(row_name(m, i, buf, sizeof(buf)));
		if (axis->row && len > *first)
			*first = len;
		len = text_width(heading(m, i, buf, sizeof(buf)));
		if (axis->column)
			width[axis->column] = len;
	}
	total = *first;
	for (column = 1; column <= m->columns; column++) {
		for (row = 1; row <= m->rows; row++) {
			len = cell_text(m, cell(m, row, column), &text);
			width[column] = len > width[column] ? len :
					width[column];
		}
		total += width[column] + 2;
	}
	return total;
}

/* A number in its heat, and what was dropped behind it in red. */
static void print_cell(const struct matrix *m, const struct cell *at,
		       const char *colour, int width)
{
	struct text text;

	printf("  %*s", width - cell_text(m, at, &text), "");
	if (!out_colour()) {
		printf("%s%s", text.val, text.drops);
		return;
	}
	if (m->what == COUNT_DROPS && at->drops)
		colour = "\033[31m";
	printf("%s%s\033[0m", colour, text.val);
	if (*text.drops)
		printf("\033[31m%s\033[0m", text.drops);
}

static void print_row(struct matrix *m, const char *name, size_t row,
		      const int *width, int first)
{
	const struct cell *at;
	size_t column;
	bool rim;

	text_pad(name, first, false);
	for (column = 1; column <= m->columns; column++) {
		at = cell(m, row, column);
		rim = row == m->rows || column == m->columns;
		print_cell(m, at, rim ? "\033[1m" : heat(m, at), width[column]);
	}
	putchar('\n');
}

/* Numbers that no row has. */
static void print_numbers(const struct matrix *m)
{
	const char *sep = "columns: ";
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (!m->axis[i].column || m->axis[i].row)
			continue;
		printf("%s%zu %s", sep, i + 1, m->axis[i].name);
		sep = ", ";
	}
	if (*sep == ',')
		putchar('\n');
}

static void print_foot(const struct matrix *m)
{
	bool drops = m->drops && m->what != COUNT_DROPS;

	if (m->numbered)
		print_numbers(m);
	if (m->seconds || drops)
		printf("(%s%s%s)\n", count_names[m->what],
		       m->seconds ? " in a second" : "",
		       !drops ? "" : m->brief ? ", !: and frames were dropped" :
		       ", N!D: D frames were dropped");
}

static void print_table(struct matrix *m, const int *width, int first)
{
	bool colour = out_colour();
	const struct axis *axis;
	char buf[NAME_ROOM];
	size_t i;

	printf("%s%-*s", colour ? "\033[4m" : "", first, CORNER);
	for (i = 0; i < m->n; i++) {
		axis = &m->axis[i];
		if (!axis->column)
			continue;
		fputs("  ", stdout);
		text_pad(heading(m, i, buf, sizeof(buf)), width[axis->column],
			 true);
	}
	fputs("  ", stdout);
	text_pad("sum", width[m->columns], true);
	puts(colour ? "\033[0m" : "");
	for (i = 0; i < m->n; i++)
		if (m->axis[i].row)
			print_row(m, row_name(m, i, buf, sizeof(buf)),
				  m->axis[i].row, width, first);
	print_row(m, "sum", m->rows, width, first);
	print_foot(m);
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
	const struct passed *e;
	size_t i;

	for (i = 0; i < m->n_passed; i++) {
		e = &m->passed[i];
		/* Of all that passed few may have been dropped. */
		if (only_drops && !opt.json && !e->val)
			continue;
		out_row(out);
		out_cell(out, "from", axis[e->from].name,
			 opt.json ? target_json(m, &axis[e->from]) : NULL);
		out_cell(out, "to", axis[e->to].name,
			 opt.json ? target_json(m, &axis[e->to]) : NULL);
		out_u64(out, name, e->val);
		if (!only_drops)
			out_u64(out, "drops", e->drops);
	}
	out_print(out);
}

/* From what tells most to what needs least room. */
static bool fit(struct matrix *m, int *width, int *first, size_t room)
{
	static const struct {
		bool brief;
		bool numbered;
	} ways[] = { { false, false }, { true, false }, { true, true } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		m->brief = ways[i].brief;
		m->numbered = ways[i].numbered;
		if ((size_t)widths(m, width, first) <= room)
			return true;
	}
	return false;
}

/* Where there is no terminal a table may be as wide as somebody can make use of. */
void matrix_print(struct matrix *m)
{
	size_t room = out_width() ? out_width() : WIDEST;
	int *width, first;

	number(m);
	/* No column is narrower than three. */
	if (opt.json || m->columns * 3 > room) {
		print_list(m);
		return;
	}
	lay_out(m);
	width = xalloc(NULL, (m->columns + 1) * sizeof(*width));
	if (fit(m, width, &first, room))
		print_table(m, width, first);
	else
		print_list(m);
	free(width);
	free(m->cell);
}
