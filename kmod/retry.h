/* SPDX-License-Identifier: GPL-2.0 */
/* What found no memory where nobody could be told of it is tried again. */
#ifndef NSB_RETRY_H
#define NSB_RETRY_H

struct nsb_bridge;

void nsb_retry(struct nsb_bridge *br);

#endif
