// SPDX-License-Identifier: GPL-2.0
/* Pictures of labs. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "graph.h"
#include "plan.h"

/* Text as it may stand in XML, and in the labels of the other two. */
void graph_escaped(const char *text)
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

static void __printf(2, 3) add(char **text, const char *fmt, ...)
{
	char *more, *longer;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&more, fmt, ap) < 0)
		more = NULL;
	va_end(ap);
	if (!more)
		return;
	longer = xprintf("%s%s", *text, more);
	free(more);
	free(*text);
	*text = longer;
}

char *graph_end(const struct lab_end *end)
{
	char *text = xstrdup(end->device);
	unsigned int i;

	for (i = 0; i < end->addresses_count; i++)
		add(&text, " %s", end->addresses[i]);
	if (end->mac)
		add(&text, " mac %s", end->mac);
	if (end->mtu)
		add(&text, " mtu %u", *end->mtu);
	if (end->delay)
		add(&text, " delay %g ms", *end->delay);
	if (end->loss)
		add(&text, " loss %g %%", *end->loss);
	return text;
}

static void addresses(const struct lab_end *end, const char *between)
{
	unsigned int i;

	for (i = 0; i < end->addresses_count; i++)
		printf("%s%s", between, end->addresses[i]);
}

/* Its kind and its addresses. */
static void bridge_text(const struct lab *lab, const struct lab_bridge *br,
			const char *between)
{
	unsigned int i;

	printf("%s%s", between, lab_bridge_kind(lab, br));
	for (i = 0; i < br->addresses_count; i++)
		printf("%s%s", between, br->addresses[i]);
}

static void text_end(const struct lab_end *end)
{
	char *text = graph_end(end);

	printf("%s.%s", end->namespace, text);
	free(text);
}

/* Whether nothing else in the picture has its name. */
static bool alone(const struct lab_file *f, const char *namespace)
{
	unsigned int i;

	for (i = 0; i < f->ports_count; i++)
		if (!strcmp(f->ports[i].end.namespace, namespace))
			return false;
	for (i = 0; i < f->cables_count; i++)
		if (!strcmp(f->cables[i].ends[0].namespace, namespace) ||
		    !strcmp(f->cables[i].ends[1].namespace, namespace))
			return false;
	for (i = 0; i < f->devices_count; i++)
		if (!strcmp(f->devices[i].end.namespace, namespace))
			return false;
	return true;
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
	for (i = 0; i < f->devices_count; i++) {
		text_end(&f->devices[i].end);
		putchar('\n');
	}
	for (i = 0; i < f->namespaces_count; i++)
		if (alone(f, f->namespaces[i].name))
			puts(f->namespaces[i].name);
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
		graph_escaped(f->bridges[i].name);
		printf("\" [shape=ellipse, label=\"");
		graph_escaped(f->bridges[i].name);
		bridge_text(lab, &f->bridges[i], "\\n");
		printf("\"];\n");
	}
	for (i = 0; i < f->ports_count; i++) {
		printf("\t\"ns %s\" -- \"br ", f->ports[i].end.namespace);
		graph_escaped(f->ports[i].bridge);
		printf("\" [taillabel=\"");
		graph_escaped(f->ports[i].end.device);
		addresses(&f->ports[i].end, "\\n");
		printf("\"];\n");
	}
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		printf("\t\"ns %s\" -- \"ns %s\" [style=bold, taillabel=\"",
		       ends[0].namespace, ends[1].namespace);
		graph_escaped(ends[0].device);
		addresses(&ends[0], "\\n");
		printf("\", headlabel=\"");
		graph_escaped(ends[1].device);
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
		graph_escaped(f->bridges[i].name);
		bridge_text(lab, &f->bridges[i], "<br>");
		printf("\"))\n");
	}
	for (i = 0; i < f->ports_count; i++) {
		printf("    n%d ---|\"",
		       lab_find_namespace(lab, f->ports[i].end.namespace));
		graph_escaped(f->ports[i].end.device);
		addresses(&f->ports[i].end, "<br>");
		printf("\"| b%d\n", lab_find_bridge(lab, f->ports[i].bridge));
	}
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		printf("    n%d ===|\"",
		       lab_find_namespace(lab, ends[0].namespace));
		graph_escaped(ends[0].device);
		addresses(&ends[0], " ");
		printf("<br>");
		graph_escaped(ends[1].device);
		addresses(&ends[1], " ");
		printf("\"| n%d\n", lab_find_namespace(lab, ends[1].namespace));
	}
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
