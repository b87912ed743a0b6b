/* SPDX-License-Identifier: GPL-2.0 */
/* Checks the form of a lab file: keys and kinds of values. */
#ifndef NSB_LAB_VET_H
#define NSB_LAB_VET_H

#include "lines.h"

/* 0, or -1 after a message with file, line, column, key and what would be right. */
int lab_vet(const char *path, struct lab_lines *lines);

#endif /* NSB_LAB_VET_H */
