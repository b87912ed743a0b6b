/* SPDX-License-Identifier: GPL-2.0 */
/* A port: a device that is enslaved to an nsbridge, and where it leads. */
#ifndef NSB_PORT_H
#define NSB_PORT_H

#include <linux/netdevice.h>
#include "fdb.h"
#include "flood.h"
#include "group.h"
#include "latency.h"
#include "neigh.h"
#include "vlan.h"

struct ndmsg;
struct netlink_ext_ack;
struct nsb_bridge;
struct nsb_end;
struct nsb_side;
struct nsb_trait;

/**
 * struct nsb_port - a device that is enslaved to an nsbridge
 * @br:		the bridge
 * @dev:	the device
 * @end:	its private data if it is an nsveth, else NULL
 * @side:	where it leads: the namespace of its far end, or the bridge's own
 *		if it has none; NULL while the far end is between namespaces.
 *		RCU, written under RTNL.
 * @far:	the far end, NULL if there is none. RCU, written under RTNL.
 * @limit:	the longest frame that leaves by it without a thought, bytes; see
 *		nsb_xmit_limit(). Written under RTNL.
 * @limit_in:	the same for one that comes in by it: none, where it has receive
 *		queues to come in by. Written under RTNL.
 * @generation:	another one after every move of the far end. RTNL.
 * @uplink:	it has no far end
 * @flood:	it takes frames to unknown addresses, as things stand
 * @flood_set:	what the user chose for @flood: 0, 1 or NSBRIDGE_PORT_FLOOD_AUTO
 * @mcast_flood: it takes multicast
 * @bcast_flood: it takes broadcast
 * @learning:	source addresses are learned
 * @locked:	a source must be an entry of the side
 * @isolated:	no frames to and from other isolated ports
 * @trusted:	what is learned here ranks above what far ends own. Uplinks only.
 * @primary:	the far end's device address. fdb_lock.
 * @owned:	all addresses of the far end, @primary first. fdb_lock.
 * @entries:	all entries that lead here. fdb_lock.
 * @groups:	the multicast groups that the far end has joined
 * @addrs:	the IP addresses of the far end
 * @vlans:	the VLANs it is a member of
 * @watch:	looks at what arrives at the far end while the bridge measures
 *		how long frames take
 * @trait:	what it has in common with others, NULL while it comes or goes.
 *		RTNL.
 * @flood_queue: what the far end sends to many
 * @seq:	a lower one has been a port longer; the order of nsb_bridge.ports
 * @list:	in nsb_bridge.ports, RCU
 * @side_list:	in nsb_side.port_list. RTNL and fdb_lock.
 * @tracker:	of the reference to @dev
 * @rcu:	to free it
 *
 * 1496 bytes, of a slot of 2048; 1032 of them are the VLANs.
 */
struct nsb_port {
	struct nsb_bridge *br;
	struct net_device *dev;
	struct nsb_end *end;
	struct nsb_side __rcu *side;
	struct net_device __rcu *far;
	u32 limit;
	u32 limit_in;
	bool uplink;
	bool flood;
	bool mcast_flood;
	bool bcast_flood;
	bool learning;
	bool locked;
	bool isolated;
	bool trusted;
	struct nsb_owned primary;

	u16 generation;
	u8 flood_set;
	struct list_head owned;
	struct hlist_head entries;
	struct nsb_member_set groups;
	struct nsb_addr_set addrs;
	struct nsb_vlans vlans;
	struct nsb_watch watch;
	struct nsb_trait *trait;
	struct nsb_flood_queue flood_queue;
	u64 seq;
	struct list_head list;
	struct list_head side_list;
	netdevice_tracker tracker;
	struct rcu_head rcu;
};

struct nsb_port *nsb_port_of(const struct net_device *dev);
int nsb_port_add(struct nsb_bridge *br, struct net_device *dev,
		 struct netlink_ext_ack *extack);
void nsb_port_del(struct nsb_port *port);
void nsb_port_update_limit(struct nsb_port *port);
void nsb_port_set_flood(struct nsb_port *port, u8 flood);
void nsb_port_update_flood(struct nsb_port *port);
u16 nsb_port_generation(void);

int nsb_port_fdb_add(struct nsb_port *port, const struct ndmsg *ndm,
		     const unsigned char *addr, u16 vlan, u16 flags,
		     struct netlink_ext_ack *extack);
int nsb_port_fdb_del(struct nsb_port *port, const unsigned char *addr,
		     u16 vlan, struct netlink_ext_ack *extack);
int nsb_port_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      struct net_device *dev, struct nsb_port *port, int *idx);

int nsb_port_init(void);
void nsb_port_exit(void);

#endif
