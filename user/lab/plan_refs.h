/* SPDX-License-Identifier: GPL-2.0 */
/* The half of lab_plan() that looks at what refers to namespaces and devices. */
#ifndef NSB_LAB_PLAN_REFS_H
#define NSB_LAB_PLAN_REFS_H

#include "file.h"

int plan_refs(const struct lab *lab);

#endif /* NSB_LAB_PLAN_REFS_H */
