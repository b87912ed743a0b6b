/* SPDX-License-Identifier: GPL-2.0 */
/* Builds a lab on the stock drivers and on nsbridge, and compares its probes. */
#ifndef NSB_LAB_COMPARE_H
#define NSB_LAB_COMPARE_H

#include "file.h"

/* 0 when nsbridge passed all checks, 1 when not, -1 after a message. */
int lab_compare(struct lab *lab, bool keep);

#endif /* NSB_LAB_COMPARE_H */
