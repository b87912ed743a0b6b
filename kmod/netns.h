/* SPDX-License-Identifier: GPL-2.0 */
/* What the module keeps for each network namespace of the host. */
#ifndef NSB_NETNS_H
#define NSB_NETNS_H

#include <linux/list.h>
#include <linux/types.h>

struct net;

/**
 * struct nsb_net - the module's part of a network namespace
 * @bridges:	bridges that live here, RCU list, written under RTNL
 * @sides:	this namespace as a side, once per bridge it is a side of. RTNL.
 * @gen:	changes with every bridge and side that comes or goes, so that a
 *		dump can tell that it was interrupted
 * @port_gen:	the same for ports
 */
struct nsb_net {
	struct list_head bridges;
	struct list_head sides;
	atomic_t gen;
	atomic_t port_gen;
};

struct nsb_net *nsb_net(const struct net *net);
int nsb_netns_init(void);
void nsb_netns_exit(void);

#endif
