/* SPDX-License-Identifier: GPL-2.0 */
/* Pictures of labs. */
#ifndef NSB_LAB_GRAPH_H
#define NSB_LAB_GRAPH_H

#include "file.h"

/* Format: text, dot, mermaid or svg; NULL is text. 0, or -1 if it is none of these. */
int lab_graph(const struct lab *lab, const char *format);
void graph_svg(const struct lab *lab);

/* Text as it may stand in XML. */
void graph_escaped(const char *text);
/* "DEVICE ADDRESS... mtu 1400", for the caller to free. */
char *graph_end(const struct lab_end *end);

#endif /* NSB_LAB_GRAPH_H */
