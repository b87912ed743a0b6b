// SPDX-License-Identifier: GPL-2.0
/* A picture of a lab as SVG: namespaces in a column, each a box with a row for each
 * of its devices; bridges to the right of them; cables arcs at their left. Letters
 * are of one width, so that boxes can be as wide as what is in them. All lengths are
 * in pixels.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "graph.h"
#include "plan.h"

#define LETTER		7.3	/* as wide as the widest of these fonts has it */
#define ROW		18
#define PAD		8
#define GAP		16	/* between two boxes */
#define MARGIN		24
#define ARC		26	/* how much farther out the next cable is */
#define ARCS		5	/* then they begin anew */
#define CROSS		140	/* from namespaces to bridges */

struct svg {
	const struct lab *lab;
	int *top;		/* of the box of a namespace */
	unsigned int *rows;	/* in it */
	int left;		/* of all boxes */
	int right;
	int height;
	unsigned int *row;	/* of ports, of ends of cables, of devices */
};

static int box_height(unsigned int rows)
{
	return 2 * PAD + (1 + rows) * ROW;
}

static unsigned int more_rows(struct svg *svg, const struct lab_end *end)
{
	return svg->rows[lab_find_namespace(svg->lab, end->namespace)]++;
}

static void widen(size_t *width, const struct lab_end *end)
{
	char *text = graph_end(end);

	if (strlen(text) > *width)
		*width = strlen(text);
	free(text);
}

static void measure(struct svg *svg)
{
	const struct lab_file *f = svg->lab->file;
	size_t width = 20;
	unsigned int i, e, n = 0;
	int y = MARGIN;

	svg->top = xalloc(NULL, (f->namespaces_count + 1) * sizeof(*svg->top));
	svg->rows = xalloc(NULL, (f->namespaces_count + 1) * sizeof(*svg->rows));
	svg->row = xalloc(NULL, (f->ports_count + 2 * f->cables_count +
				 f->devices_count + 1) * sizeof(*svg->row));
	for (i = 0; i < f->ports_count; i++) {
		svg->row[n++] = more_rows(svg, &f->ports[i].end);
		widen(&width, &f->ports[i].end);
	}
	for (i = 0; i < f->cables_count; i++) {
		for (e = 0; e < 2; e++) {
			svg->row[n++] = more_rows(svg, &f->cables[i].ends[e]);
			widen(&width, &f->cables[i].ends[e]);
		}
	}
	for (i = 0; i < f->devices_count; i++) {
		svg->row[n++] = more_rows(svg, &f->devices[i].end);
		widen(&width, &f->devices[i].end);
	}
	for (i = 0; i < f->namespaces_count; i++) {
		svg->top[i] = y;
		y += box_height(svg->rows[i]) + GAP;
	}
	svg->height = y - GAP + MARGIN;
	svg->left = MARGIN;
	if (f->cables_count)
		svg->left += ARC * (f->cables_count < ARCS ?
				    f->cables_count : ARCS);
	svg->right = svg->left + 2 * PAD + width * LETTER;
}

/* The middle of the row of an end. */
static int row_y(const struct svg *svg, const struct lab_end *end,
		 unsigned int row)
{
	int ns = lab_find_namespace(svg->lab, end->namespace);

	return svg->top[ns] + PAD + (1 + row) * ROW + ROW / 2;
}

static void text_at(int x, int y, bool bold, const char *text)
{
	printf("<text x=\"%d\" y=\"%d\"%s>", x, y + 4,
	       bold ? " font-weight=\"bold\"" : "");
	graph_escaped(text);
	puts("</text>");
}

static void box(int x, int y, int width, int height, int round,
		const char *colour)
{
	printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"black\"/>\n",
	       x, y, width, height, round, colour);
}

static void draw_row(const struct svg *svg, const struct lab_end *end,
		     unsigned int row)
{
	char *text = graph_end(end);

	text_at(svg->left + PAD, row_y(svg, end, row), false, text);
	free(text);
}

static void draw_namespaces(const struct svg *svg)
{
	const struct lab_file *f = svg->lab->file;
	unsigned int i, e, n = 0;

	for (i = 0; i < f->namespaces_count; i++) {
		box(svg->left, svg->top[i], svg->right - svg->left,
		    box_height(svg->rows[i]), 4, "#f4f4f4");
		text_at(svg->left + PAD, svg->top[i] + PAD + ROW / 2, true,
			f->namespaces[i].name);
	}
	for (i = 0; i < f->ports_count; i++)
		draw_row(svg, &f->ports[i].end, svg->row[n++]);
	for (i = 0; i < f->cables_count; i++)
		for (e = 0; e < 2; e++)
			draw_row(svg, &f->cables[i].ends[e], svg->row[n++]);
	for (i = 0; i < f->devices_count; i++)
		draw_row(svg, &f->devices[i].end, svg->row[n++]);
}

static void draw_cables(const struct svg *svg)
{
	const struct lab_file *f = svg->lab->file;
	unsigned int i, n = f->ports_count;
	int a, z, x;

	for (i = 0; i < f->cables_count; i++, n += 2) {
		a = row_y(svg, &f->cables[i].ends[0], svg->row[n]);
		z = row_y(svg, &f->cables[i].ends[1], svg->row[n + 1]);
		x = svg->left - ARC * (1 + i % ARCS);
		printf("<path d=\"M %d %d H %d V %d H %d\" fill=\"none\" stroke=\"black\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n",
		       svg->left, a, x, z, svg->left);
	}
}

/* What is in the box of a bridge, from its second line on. Returns how many lines. */
static unsigned int bridge_lines(const struct svg *svg, unsigned int i,
				 void (*line)(void *arg, const char *text),
				 void *arg)
{
	const struct lab_file *f = svg->lab->file;
	const struct lab_bridge *br = &f->bridges[i];
	const char *kind = lab_bridge_kind(svg->lab, br);
	unsigned int k, n = 1 + br->addresses_count;
	char *text;

	line(arg, kind);
	for (k = 0; k < br->addresses_count; k++)
		line(arg, br->addresses[k]);
	/* A stock bridge has no verdicts. */
	if (!strcmp(kind, "bridge"))
		return n;
	if (br->default_verdict && *br->default_verdict == LAB_DENY) {
		line(arg, "deny but for:");
		n++;
	}
	for (k = 0; k < f->verdicts_count; k++) {
		const struct lab_rule *rule = &f->verdicts[k];

		if (strcmp(rule->bridge, br->name) != 0)
			continue;
		text = xprintf("%s > %s: %s",
			       lab_any(rule->from) ? "any" : rule->from,
			       lab_any(rule->to) ? "any" : rule->to,
			       rule->verdict == LAB_DENY ? "deny" : "allow");
		line(arg, text);
		free(text);
		n++;
	}
	return n;
}

static void longest(void *arg, const char *text)
{
	size_t *width = arg;

	if (strlen(text) > *width)
		*width = strlen(text);
}

struct pen {
	int x;
	int y;
};

static void draw_line(void *arg, const char *text)
{
	struct pen *pen = arg;

	text_at(pen->x, pen->y, false, text);
	pen->y += ROW;
}

static int bridge_middle(const struct svg *svg, unsigned int i)
{
	return svg->height * (2 * i + 1) / (2 * svg->lab->file->bridges_count);
}

static int bridge_width(const struct svg *svg)
{
	size_t width = 14;
	unsigned int i;

	for (i = 0; i < svg->lab->file->bridges_count; i++)
		bridge_lines(svg, i, longest, &width);
	return 4 * PAD + width * LETTER;
}

static void draw_bridges(const struct svg *svg, int x, int width)
{
	const struct lab_file *f = svg->lab->file;
	unsigned int i, n;
	struct pen pen;
	size_t none = 0;
	int high;

	for (i = 0; i < f->ports_count; i++)
		printf("<path d=\"M %d %d L %d %d\" stroke=\"black\"/>\n",
		       svg->right, row_y(svg, &f->ports[i].end, svg->row[i]),
		       x, bridge_middle(svg, lab_find_bridge(svg->lab,
							     f->ports[i].bridge)));
	for (i = 0; i < f->bridges_count; i++) {
		n = bridge_lines(svg, i, longest, &none);
		high = box_height(n);
		pen.x = x + 2 * PAD;
		pen.y = bridge_middle(svg, i) - high / 2 + PAD + ROW / 2;
		box(x, bridge_middle(svg, i) - high / 2, width, high, 16,
		    "white");
		text_at(pen.x, pen.y, true, f->bridges[i].name);
		pen.y += ROW;
		bridge_lines(svg, i, draw_line, &pen);
	}
}

/* A bridge with many rules may be higher than all namespaces. */
static void make_room(struct svg *svg)
{
	const struct lab_file *f = svg->lab->file;
	size_t none = 0;
	unsigned int i;
	int high;

	for (i = 0; i < f->bridges_count; i++) {
		high = (box_height(bridge_lines(svg, i, longest, &none)) +
			GAP) * f->bridges_count + 2 * MARGIN;
		if (high > svg->height)
			svg->height = high;
	}
}

void graph_svg(const struct lab *lab)
{
	struct svg svg = { .lab = lab };
	int width = 0, x;

	measure(&svg);
	make_room(&svg);
	x = svg.right;
	if (lab->file->bridges_count) {
		width = bridge_width(&svg);
		x += CROSS;
	}
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"monospace\" font-size=\"12\">\n",
	       x + width + MARGIN, svg.height);
	printf("<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
	       lab->id);
	draw_cables(&svg);
	draw_bridges(&svg, x, width);
	draw_namespaces(&svg);
	puts("</svg>");
	free(svg.top);
	free(svg.rows);
	free(svg.row);
}
