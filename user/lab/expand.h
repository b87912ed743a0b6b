/* SPDX-License-Identifier: GPL-2.0 */
/* Counts out what a lab file says once for many: "replicas". */
#ifndef NSB_LAB_EXPAND_H
#define NSB_LAB_EXPAND_H

#include "file.h"

#define LAB_REPLICAS_MAX	100000

/* Makes lab->file of lab->parsed. Namespaces with "replicas: N" become NAME1 to
 * NAMEN, and what refers to NAME is there for each of them, with addresses that
 * count up. 0, or -1 after a message.
 */
int lab_expand(struct lab *lab);
void lab_expand_free(struct lab *lab);
/* Which entry of the file an entry of lab->file came from. */
unsigned int lab_origin(const struct lab *lab, const char *list,
			unsigned int i);
/* Keeps a string as long as the lab. */
char *lab_own(struct lab *lab, char *text);

#endif /* NSB_LAB_EXPAND_H */
