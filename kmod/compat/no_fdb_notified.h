/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.14 ndo_fdb_add and ndo_fdb_del had no "bool *notified". */
#ifndef NSB_NO_FDB_NOTIFIED_H
#define NSB_NO_FDB_NOTIFIED_H

#define NSB_FDB_NOTIFIED

#endif
