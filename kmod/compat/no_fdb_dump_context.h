/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.14 the position was one of the arguments of the callback. */
#ifndef NSB_NO_FDB_DUMP_CONTEXT_H
#define NSB_NO_FDB_DUMP_CONTEXT_H

static inline int nsb_fdb_dump_skip(const struct netlink_callback *cb)
{
	return cb->args[2];
}

#endif
