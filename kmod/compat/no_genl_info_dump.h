/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.6 a dump had no struct genl_info. */
#ifndef NSB_NO_GENL_INFO_DUMP_H
#define NSB_NO_GENL_INFO_DUMP_H

static inline struct nlattr **nsb_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}

#endif
