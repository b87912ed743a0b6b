/* SPDX-License-Identifier: GPL-2.0 */
/* Adds to a list of namespaces; used by those that fill one. */
#ifndef NSB_NETNS_PROC_H
#define NSB_NETNS_PROC_H

#include "netns.h"

struct netns *netns_add(struct netns_list *list, uint64_t inode,
			enum netns_source source, const char *path);

#endif /* NSB_NETNS_PROC_H */
