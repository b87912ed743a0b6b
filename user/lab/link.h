/* SPDX-License-Identifier: GPL-2.0 */
/* The rtnetlink requests a lab is built with. */
#ifndef NSB_LAB_LINK_H
#define NSB_LAB_LINK_H

#include "../lib/nl.h"
#include "file.h"

/* One end of a pair to be made. */
struct link_end {
	const char *name;
	int netns;		/* fd of the namespace to make it in */
	int index;		/* that it shall have; 0 leaves it to the kernel */
	const char *mac;
	const uint32_t *mtu;
	int master;		/* ifindex of a bridge, or 0 */
	bool up;
};

/* Messages for batch_add(). None can fail but for want of memory: then NULL. */
struct nl_msg *link_pair(const char *kind, const struct link_end *a,
			 const struct link_end *b);
struct nl_msg *link_bridge(const char *kind, const struct lab_bridge *bridge,
			   int index);
bool link_has_settings(const struct lab_port *port);
struct nl_msg *link_settings(int index, const char *bridge_kind,
			     const struct lab_port *port);
struct nl_msg *link_device(const struct lab_device *dev, int index, int link);
struct nl_msg *link_up(int index);
struct nl_msg *link_down(int index);
struct nl_msg *link_delete(int index);
/* One thing of a device that is there: its bridge, MAC address or MTU, where
 * they are not 0.
 */
struct nl_msg *link_change(int index, int master, const char *mac,
			   uint32_t mtu);
/* One setting of a bridge, or of a port of one, with the length it has. */
struct nl_msg *link_setting(int index, const char *bridge_kind, bool slave,
			    unsigned int attr, uint64_t val, unsigned int len);
struct nl_msg *link_netem_del(int index);
struct nl_msg *link_address_del(int index, const char *address);
struct nl_msg *link_vlan(int port, uint32_t vid, bool tagged);
struct nl_msg *link_vlan_del(int port, uint32_t vid);
struct nl_msg *link_netem(int index, const struct lab_end *end);
struct nl_msg *link_address(int index, const char *address);
struct nl_msg *link_route(const struct lab_route *route, int index);
struct nl_msg *link_neighbour(const struct lab_neighbour *n, int index);

/* The ifindex, or -errno with nl->msg set. */
int link_index(struct nl *nl, const char *name);
/* Whether a device is up and not yet running, in the namespace of the socket. */
bool link_pending(const struct nl *nl, const char *name);

#endif /* NSB_LAB_LINK_H */
