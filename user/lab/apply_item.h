/* SPDX-License-Identifier: GPL-2.0 */
/* One change to a lab that is up. */
#ifndef NSB_LAB_APPLY_ITEM_H
#define NSB_LAB_APPLY_ITEM_H

#include "build_space.h"
#include "diff.h"

/* 0, or -1 after a message that names the place in the file, the change, and the
 * kernel's own words.
 */
int apply_item(struct build *b, struct diff *diff, const struct change *change);

#endif /* NSB_LAB_APPLY_ITEM_H */
