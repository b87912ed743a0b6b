/* SPDX-License-Identifier: GPL-2.0 */
/* Waits until what was set up is running. */
#ifndef NSB_LAB_CARRIER_H
#define NSB_LAB_CARRIER_H

#include "build_space.h"

/* For the devices of the i-th namespace, and no longer than some seconds. 0. */
int build_wait_carrier(struct build *b, unsigned int i);
/* After the last of them. */
void carrier_end(void);

#endif /* NSB_LAB_CARRIER_H */
