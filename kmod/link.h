/* SPDX-License-Identifier: GPL-2.0 */
/* The link kind "nsbridge" as rtnetlink knows it: how bridges are made, and the
 * settings of bridges and ports.
 */
#ifndef NSB_LINK_H
#define NSB_LINK_H

struct netlink_ext_ack;
struct nlattr;

extern struct rtnl_link_ops nsb_bridge_link_ops;

int nsb_link_check_address(struct nlattr *tb[], struct netlink_ext_ack *extack);

#endif
