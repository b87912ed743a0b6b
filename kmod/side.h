/* SPDX-License-Identifier: GPL-2.0 */
/* A side: one network namespace, as one bridge sees it.
 *
 * It comes into being with the first port that leads into the namespace, and
 * stays until the namespace or the bridge is gone, so that counters outlive
 * ports. It holds no reference that would keep the namespace alive: when the
 * namespace goes, netns.c takes its sides away and waits for RCU, and only
 * then does the core free the namespace. So whoever holds a side under RCU may
 * also use @net.
 */
#ifndef NSB_SIDE_H
#define NSB_SIDE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct nsb_bridge;
struct nsb_crossing;
struct sk_buff;

#define NSB_ROW_BITS	6
#define NSB_ROW_SIZE	BIT(NSB_ROW_BITS)
#define NSB_SIDES_MAX	16384U
#define NSB_ROWS	(NSB_SIDES_MAX >> NSB_ROW_BITS)

/* Crossings to NSB_ROW_SIZE neighbouring sides. */
struct nsb_cross_row {
	struct nsb_crossing __rcu *slot[NSB_ROW_SIZE];
};

/**
 * struct nsb_side - a namespace as a side of a bridge
 * @br:		the bridge
 * @net:	the namespace
 * @cookie:	its cookie (net->net_cookie)
 * @inode:	its nsfs inode number
 * @idx:	its number on this bridge, below NSB_SIDES_MAX
 * @dead:	no crossing is made for it any more. The bridge's cross_lock.
 * @rule_from:	enum nsbridge_verdict for frames from here to any side
 * @rule_to:	enum nsbridge_verdict for frames from any side to here
 * @nowhere:	the crossing for frames without a single destination
 * @other:	the crossing for destinations that found no room for their own
 * @nsid:	what the bridge's namespace calls it, negative if it is that one or
 *		had no number when the side was made
 * @ports:	how many ports lead here. RTNL.
 * @kept:	it is not to make room for another side just now. RTNL.
 * @port_list:	these ports. RTNL and the bridge's fdb_lock to write.
 * @quota:	how many entries it may have, device addresses of far ends apart
 * @used:	how many of its entries count against @quota. fdb_lock.
 * @entries:	all its entries. fdb_lock.
 * @shadowed:	owned addresses that another entry of the same key keeps out of
 *		the table. fdb_lock.
 * @refused:	addresses turned away because @quota was used up. fdb_lock.
 * @net_link:	in nsb_net.sides. RTNL.
 * @idle:	in nsb_bridge.idle while it has no port. RTNL.
 * @gone:	in a list of sides to be freed
 * @incoming:	crossings to here, in the rows of other sides: cross_lock. Once
 *		the side is dead they are in no row, and are freed with it.
 * @rows:	crossings from here, by the number of the other side: RCU,
 *		written under the bridge's cross_lock
 *
 * 2216 bytes, of a slot of 4096; 512 for each 64 sides that it has sent to; and
 * two crossings, @nowhere and @other.
 */
struct nsb_side {
	struct nsb_bridge *br;
	struct net *net;
	u64 cookie;
	u32 inode;
	int nsid;
	u16 idx;
	bool dead;
	u8 rule_from;
	u8 rule_to;
	struct nsb_crossing *nowhere;
	struct nsb_crossing *other;

	unsigned int ports;
	bool kept;
	struct list_head port_list;
	u32 quota;
	u32 used;
	u32 entries;
	u32 shadowed;
	u64 refused;

	struct list_head net_link;
	struct list_head idle;
	struct list_head gone;
	struct list_head incoming;
	struct nsb_cross_row __rcu *rows[NSB_ROWS];
};

/* For who only wants to name it: 0 is nowhere. */
static inline u64 nsb_side_cookie(const struct nsb_side *side)
{
	return side ? side->cookie : 0;
}

struct nsb_side *nsb_side_get(struct nsb_bridge *br, struct net *net,
			      struct netlink_ext_ack *extack);
void nsb_side_enter(struct nsb_side *side);
void nsb_side_leave(struct nsb_side *side);
int nsb_side_nsid(const struct nsb_side *side);
void nsb_side_unlink(struct nsb_side *side, struct list_head *gone);
void nsb_sides_free(struct list_head *gone);
void nsb_sides_undo(struct nsb_bridge *br, unsigned int n);
void nsb_side_free(struct nsb_side *side);

#endif
