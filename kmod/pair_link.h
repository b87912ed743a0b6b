/* SPDX-License-Identifier: GPL-2.0 */
/* Between pair.c, the devices, and pair_link.c, the link kind. Others need
 * pair.h only.
 */
#ifndef NSB_PAIR_LINK_H
#define NSB_PAIR_LINK_H

struct net_device;

void nsb_end_setup(struct net_device *dev);

#endif
