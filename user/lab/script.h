/* SPDX-License-Identifier: GPL-2.0 */
/* What "lab up" does, as a script of the usual commands. */
#ifndef NSB_LAB_SCRIPT_H
#define NSB_LAB_SCRIPT_H

#include "file.h"

/* 0, or -1 after a message. */
int lab_script(const struct lab *lab);

#endif /* NSB_LAB_SCRIPT_H */
