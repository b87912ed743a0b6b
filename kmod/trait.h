/* SPDX-License-Identifier: GPL-2.0 */
/* What the bridge device takes over from its ports: their features, the room
 * that they need for headers, and their MTU.
 *
 * There may be thousands of ports, and they are of very few kinds. So they are
 * counted by kind, and the bridge looks at the kinds: one more port of a kind
 * that is there already changes nothing, and costs as much as the first one.
 */
#ifndef NSB_TRAIT_H
#define NSB_TRAIT_H

#include <linux/list.h>
#include <linux/netdev_features.h>

struct nsb_bridge;
struct nsb_port;

/**
 * struct nsb_trait - what some ports have in common
 * @list:	in nsb_bridge.traits
 * @ports:	how many ports
 * @features:	their features
 * @mtu:	their MTU
 * @headroom:	what they need in front of a frame, bytes
 *
 * All under RTNL.
 */
struct nsb_trait {
	struct list_head list;
	unsigned int ports;
	netdev_features_t features;
	unsigned int mtu;
	unsigned int headroom;
};

int nsb_trait_join(struct nsb_port *port);
void nsb_trait_leave(struct nsb_port *port);
void nsb_trait_changed(struct nsb_port *port);
netdev_features_t nsb_trait_features(const struct nsb_bridge *br,
				     netdev_features_t features);

#endif
