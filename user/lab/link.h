/* SPDX-License-Identifier: GPL-2.0 */
/* The rtnetlink requests a lab is built with. All return 0, or -errno with
 * nl->msg set.
 */
#ifndef NSB_LAB_LINK_H
#define NSB_LAB_LINK_H

#include "../lib/nl.h"
#include "file.h"

/* One end of a pair to be made. */
struct link_end {
	const char *name;
	int netns;		/* fd of the namespace to make it in */
	const char *mac;
	const uint32_t *mtu;
	int master;		/* ifindex of a bridge, or 0 */
};

int link_add_pair(struct nl *nl, const char *kind, const struct link_end *a,
		  const struct link_end *b);
int link_add_bridge(struct nl *nl, const char *kind,
		    const struct lab_bridge *bridge);
int link_set_port(struct nl *nl, const char *bridge_kind,
		  const struct lab_port *port);
int link_up(struct nl *nl, const char *name);
/* The ifindex, or -errno. */
int link_index(struct nl *nl, const char *name);
/* Devices that are up and not yet running, or -errno. */
int link_pending(struct nl *nl);
int link_address(struct nl *nl, const char *name, const char *address);
int link_route(struct nl *nl, const struct lab_route *route);

#endif /* NSB_LAB_LINK_H */
