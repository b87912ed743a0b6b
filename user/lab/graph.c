// SPDX-License-Identifier: GPL-2.0
/* Pictures of labs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "graph.h"
#include "plan.h"

/* Text as it may stand in XML, and in the labels of the other two. */
static void escaped(const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", stdout);
			break;
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			putchar(*text);
		}
	}
}

static void addresses(const struct lab_end *end, const char *between)
{
	unsigned int i;

	for (i = 0; i < end->addresses_count; i++)
		printf("%s%s", between, end->addresses[i]);
}

static void text_end(const struct lab_end *end)
{
	printf("%s.%s", end->namespace, end->device);
	addresses(end, " ");
}

static void graph_text(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	unsigned int i, k;
	bool last;

	for (i = 0; i < f->bridges_count; i++) {
		printf("%s (%s)", f->bridges[i].name,
		       lab_bridge_kind(lab, &f->bridges[i]));
		for (k = 0; k < f->bridges[i].addresses_count; k++)
			printf(" %s", f->bridges[i].addresses[k]);
		putchar('\n');
		for (k = 0; k < f->ports_count; k++) {
			const struct lab_port *port = &f->ports[k];
			unsigned int rest = k + 1;

			if (strcmp(port->bridge, f->bridges[i].name) != 0)
				continue;
			while (rest < f->ports_count &&
			       strcmp(f->ports[rest].bridge, port->bridge) != 0)
				rest++;
			last = rest == f->ports_count;
			printf("%s %s --- ", last ? "`--" : "|--", port->peer);
			text_end(&port->end);
			putchar('\n');
		}
	}
	for (i = 0; i < f->cables_count; i++) {
		text_end(&f->cables[i].ends[0]);
		printf(" --- ");
		text_end(&f->cables[i].ends[1]);
		putchar('\n');
	}
}

static void graph_dot(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	const struct lab_end *ends;
	unsigned int i;

	printf("graph \"%s\" {\n\tnode [shape=box];\n", lab->id);
	for (i = 0; i < f->namespaces_count; i++)
		printf("\t\"ns %s\" [label=\"%s\"];\n", f->namespaces[i].name,
		       f->namespaces[i].name);
	for (i = 0; i < f->bridges_count; i++) {
		printf("\t\"br ");
		escaped(f->bridges[i].name);
		printf("\" [shape=ellipse, label=\"");
		escaped(f->bridges[i].name);
		printf("\\n%s\"];\n", lab_bridge_kind(lab, &f->bridges[i]));
	}
	for (i = 0; i < f->ports_count; i++) {
		printf("\t\"ns %s\" -- \"br ", f->ports[i].end.namespace);
		escaped(f->ports[i].bridge);
		printf("\" [taillabel=\"");
		escaped(f->ports[i].end.device);
		addresses(&f->ports[i].end, "\\n");
		printf("\"];\n");
	}
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		printf("\t\"ns %s\" -- \"ns %s\" [style=bold, taillabel=\"",
		       ends[0].namespace, ends[1].namespace);
		escaped(ends[0].device);
		addresses(&ends[0], "\\n");
		printf("\", headlabel=\"");
		escaped(ends[1].device);
		addresses(&ends[1], "\\n");
		printf("\"];\n");
	}
	puts("}");
}

/* Mermaid's identifiers are plain, so nodes are numbered. */
static void graph_mermaid(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	const struct lab_end *ends;
	unsigned int i;

	puts("graph LR");
	for (i = 0; i < f->namespaces_count; i++)
		printf("    n%u[\"%s\"]\n", i, f->namespaces[i].name);
	for (i = 0; i < f->bridges_count; i++) {
		printf("    b%u((\"", i);
		escaped(f->bridges[i].name);
		printf("<br>%s\"))\n", lab_bridge_kind(lab, &f->bridges[i]));
	}
	for (i = 0; i < f->ports_count; i++) {
		printf("    n%d ---|\"",
		       lab_find_namespace(lab, f->ports[i].end.namespace));
		escaped(f->ports[i].end.device);
		addresses(&f->ports[i].end, "<br>");
		printf("\"| b%d\n", lab_find_bridge(lab, f->ports[i].bridge));
	}
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		printf("    n%d ===|\"",
		       lab_find_namespace(lab, ends[0].namespace));
		escaped(ends[0].device);
		addresses(&ends[0], " ");
		printf("<br>");
		escaped(ends[1].device);
		addresses(&ends[1], " ");
		printf("\"| n%d\n", lab_find_namespace(lab, ends[1].namespace));
	}
}

/* Namespaces stand in a column on the left, bridges on the right; cables are
 * arcs at the far left. All lengths are in pixels.
 */
#define BOX_X		180
#define BOX_WIDTH	260
#define BOX_HEIGHT	44
#define STEP		70
#define BRIDGE_X	640
#define BRIDGE_WIDTH	160
#define MARGIN		30

static int middle(unsigned int i)
{
	return MARGIN + i * STEP + BOX_HEIGHT / 2;
}

/* Bridges are spread over the height of the namespaces. */
static int bridge_middle(const struct lab_file *f, unsigned int i)
{
	unsigned int n = f->namespaces_count;

	if (f->bridges_count >= n)
		return middle(i);
	return MARGIN + (2 * i + 1) * n * STEP / (2 * f->bridges_count);
}

static void svg_box(int x, int y, int width, int round, const char *name,
		    const char *below)
{
	printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"white\" stroke=\"black\"/>\n",
	       x, y - BOX_HEIGHT / 2, width, BOX_HEIGHT, round);
	printf("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">", x + 10, y - 4);
	escaped(name);
	printf("</text>\n<text x=\"%d\" y=\"%d\">", x + 10, y + 14);
	escaped(below);
	puts("</text>");
}

/* All addresses of a namespace, for the caller to free. */
static char *all_addresses(const struct lab *lab, const char *namespace)
{
	const struct lab_file *f = lab->file;
	char *text = xstrdup(""), *longer;
	unsigned int i, e;

#define add(end) do { \
	const struct lab_end *end_ = (end); \
	if (end_->addresses_count && !strcmp(end_->namespace, namespace)) { \
		longer = xprintf("%s%s%s", text, *text ? ", " : "", \
				 end_->addresses[0]); \
		free(text); \
		text = longer; \
	} \
} while (0)
	for (i = 0; i < f->ports_count; i++)
		add(&f->ports[i].end);
	for (i = 0; i < f->cables_count; i++)
		for (e = 0; e < 2; e++)
			add(&f->cables[i].ends[e]);
#undef add
	return text;
}

static void graph_svg(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	unsigned int rows = f->namespaces_count > f->bridges_count ?
			    f->namespaces_count : f->bridges_count;
	unsigned int i;
	char *text;
	int a, b;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n",
	       BRIDGE_X + BRIDGE_WIDTH + MARGIN, 2 * MARGIN + rows * STEP);
	printf("<title>%s</title>\n", lab->id);
	for (i = 0; i < f->ports_count; i++) {
		a = middle(lab_find_namespace(lab, f->ports[i].end.namespace));
		b = bridge_middle(f, lab_find_bridge(lab, f->ports[i].bridge));
		printf("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"black\"/>\n<text x=\"%d\" y=\"%d\">",
		       BOX_X + BOX_WIDTH, a, BRIDGE_X, b,
		       BOX_X + BOX_WIDTH + 8, a - 5);
		escaped(f->ports[i].end.device);
		puts("</text>");
	}
	for (i = 0; i < f->cables_count; i++) {
		a = middle(lab_find_namespace(lab,
					      f->cables[i].ends[0].namespace));
		b = middle(lab_find_namespace(lab,
					      f->cables[i].ends[1].namespace));
		printf("<path d=\"M %d %d C %d %d %d %d %d %d\" fill=\"none\" stroke=\"black\" stroke-width=\"2\"/>\n",
		       BOX_X, a, BOX_X - 130, a, BOX_X - 130, b, BOX_X, b);
	}
	for (i = 0; i < f->namespaces_count; i++) {
		text = all_addresses(lab, f->namespaces[i].name);
		svg_box(BOX_X, middle(i), BOX_WIDTH, 4, f->namespaces[i].name,
			text);
		free(text);
	}
	for (i = 0; i < f->bridges_count; i++)
		svg_box(BRIDGE_X, bridge_middle(f, i), BRIDGE_WIDTH,
			BOX_HEIGHT / 2, f->bridges[i].name,
			lab_bridge_kind(lab, &f->bridges[i]));
	puts("</svg>");
}

int lab_graph(const struct lab *lab, const char *format)
{
	static const struct {
		const char *name;
		void (*print)(const struct lab *lab);
	} formats[] = {
		{ "text", graph_text },
		{ "dot", graph_dot },
		{ "mermaid", graph_mermaid },
		{ "svg", graph_svg },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (format && strcmp(format, formats[i].name) != 0)
			continue;
		formats[i].print(lab);
		return 0;
	}
	return -1;
}
