/* SPDX-License-Identifier: GPL-2.0 */
/* The generic-netlink family; its contract is netlink/nsbridge.yaml. */
#ifndef NSB_GENL_H
#define NSB_GENL_H

int nsb_genl_init(void);
void nsb_genl_exit(void);

#endif
