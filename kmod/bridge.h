/* SPDX-License-Identifier: GPL-2.0 */
/* The link kind "nsbridge": the device itself and its settings. */
#ifndef NSB_BRIDGE_H
#define NSB_BRIDGE_H

#include <linux/netdevice.h>
#include <linux/ratelimit.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "event.h"
#include "fdb.h"
#include "flood.h"
#include "group.h"
#include "latency.h"
#include "neigh.h"
#include "vlan.h"

struct mem_cgroup;
struct nsb_latency;
struct nsb_side;

#define NSB_QUOTA_DEFAULT		1024U
#define NSB_AGEING_DEFAULT		(300 * HZ)
#define NSB_MAX_ENTRIES_DEFAULT		1048576U
#define NSB_MAX_CROSSINGS_DEFAULT	65536U
#define NSB_MAX_PORTS_DEFAULT		16384U

/**
 * struct nsb_bridge - private data of an nsbridge device
 *
 * Read for every frame, and written when something is configured:
 *
 * @dev:	the device
 * @host:	the bridge's own namespace as a side
 * @fdb:	the forwarding table, by (MAC, VLAN); see fdb.h
 * @groups:	who has joined which multicast group; see group.h
 * @neigh:	who has which IP address; see neigh.h
 * @ports:	RCU list, written under RTNL
 * @group_fwd_mask: which reserved groups are forwarded, by their last octet
 * @neigh_direct: ARP requests and neighbour solicitations go straight to the
 *		owner of the address
 * @neigh_guard: nobody may claim an address that another namespace had first
 * @vlan_filtering: frames have VLANs, and ports are members of some
 * @unready:	the device is down, or somebody watches on it
 * @care:	any of these three: frames do not pass without a thought
 * @deny:	the verdict where no rule says anything is deny
 * @ageing:	after how long a learned entry goes, jiffies
 * @latency:	NULL unless it is measured how long frames take. RCU, written
 *		under RTNL.
 *
 * Written when the table changes:
 *
 * @fdb_lock:	serialises the writers of the table and of what sides and ports
 *		know of it. Taken in softirq and under a far end's address list
 *		lock; nothing but allocator locks nests inside.
 * @ids:	the entries by number, for dumps and for ageing. RCU, fdb_lock.
 * @next_id:	where the search for a free number starts. fdb_lock.
 * @seq:	the age of the next entry: a lower one has been there longer.
 *		fdb_lock.
 * @n_entries:	how many entries there are. fdb_lock.
 * @max_entries: how many there may be
 * @own:	the bridge's own address, owned by @host. RTNL and fdb_lock.
 * @own_groups:	the groups that the bridge device has joined. fdb_lock.
 * @own_addrs:	the IP addresses of the bridge device. fdb_lock.
 * @heard:	IP addresses that trusted uplinks were heard to have. fdb_lock.
 * @gc:		removes what has aged out
 * @lacking:	something found no memory, and @gc is to try it again; see retry.c
 *
 * Of frames for many; see flood.c:
 *
 * @flood:	who makes the copies, per CPU
 * @own_queue:	what the bridge device sends to many
 * @port_seq:	the number of the next port. RTNL.
 * @ports_gone:	how many ports have gone. RTNL.
 * @n_flood:	how many ports take frames to unknown addresses. RTNL.
 * @member_seq:	the number of the next member of a group. fdb_lock.
 * @members_gone: how many members have gone. fdb_lock.
 *
 * Written when a side or a crossing comes or goes:
 *
 * @sides:	all sides by number. RCU, written under RTNL.
 * @n_sides:	how many. RTNL.
 * @idle:	those that have no port, the longest first. RTNL.
 * @cross_lock:	serialises the writers of the crossing matrix. Innermost.
 * @n_crossings: how many pairs of sides have a crossing. cross_lock.
 * @max_crossings: how many may have
 * @spares:	crossings ready for use. cross_lock.
 * @n_spares:	how many. cross_lock.
 * @refill:	makes @spares
 * @payer:	the control group that pays for what no process asks for
 * @measured:	new crossings get a histogram. Written under RTNL.
 *
 * Of the configuration, under RTNL:
 *
 * @list:	in nsb_net.bridges, RCU
 * @n_ports:	how many ports there are
 * @traits:	of what kinds they are; see trait.h
 * @quota:	what a new side may have in entries
 * @max_ports:	how many there may be
 * @vlan_default_pvid: the VLAN that a new port is a member of, 0 for none
 * @own_vlans:	the VLANs of the bridge device
 * @watch:	looks at what arrives at the bridge device while @latency is set
 * @mtu_set:	the user chose the MTU, it does not follow the ports
 * @limits:	of the events of each kind
 * @gone:	sides that wait for the device to be freed
 */
struct nsb_bridge {
	struct net_device *dev;
	struct nsb_side *host;
	struct rhltable fdb;
	struct rhashtable groups;
	struct rhltable neigh;
	struct list_head ports;
	u16 group_fwd_mask;
	bool neigh_direct;
	bool deny;
	union {
		struct {
			bool neigh_guard;
			bool vlan_filtering;
			bool unready;
		};
		u32 care;
	};
	unsigned long ageing;
	struct nsb_latency __rcu *latency;

	/* the table, and what sides and ports know of it */
	spinlock_t fdb_lock ____cacheline_aligned_in_smp;
	struct xarray ids;
	u32 next_id;
	u64 seq;
	u32 n_entries;
	u32 max_entries;
	struct nsb_owned own;
	struct nsb_member_set own_groups;
	struct nsb_addr_set own_addrs;
	struct nsb_addr_set heard;
	struct delayed_work gc;
	bool lacking;

	struct nsb_flood_cpu __percpu *flood;
	struct nsb_flood_queue own_queue;
	u64 port_seq;
	u32 ports_gone;
	u32 n_flood;
	u64 member_seq;
	u32 members_gone;

	struct xarray sides;
	u32 n_sides;
	struct list_head idle;
	spinlock_t cross_lock;	/* the crossing matrix and its spares */
	u32 n_crossings;
	u32 max_crossings;
	struct list_head spares;
	u32 n_spares;
	struct work_struct refill;
	struct mem_cgroup *payer;
	bool measured;

	struct list_head list;
	u32 n_ports;
	struct list_head traits;
	u32 max_ports;
	u32 quota;
	u16 vlan_default_pvid;
	struct nsb_vlans own_vlans;
	struct nsb_watch watch;
	bool mtu_set;
	struct ratelimit_state limits[NSB_HAPPENINGS];
	struct list_head gone;
};

extern const struct net_device_ops nsb_bridge_netdev_ops;

static inline bool nsb_is_bridge(const struct net_device *dev)
{
	return dev->netdev_ops == &nsb_bridge_netdev_ops;
}

void nsb_bridge_setup(struct net_device *dev);
void nsb_bridge_del_ports(struct nsb_bridge *br);

#endif
