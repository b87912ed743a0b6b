/* SPDX-License-Identifier: GPL-2.0 */
/* Multicast: which far ends have joined a group. The kernel holds every list,
 * so there is nothing to snoop and nothing to time out.
 */
#ifndef NSB_GROUP_H
#define NSB_GROUP_H

#include "fdb.h"

/* So many groups may a port join before it simply gets all multicast. */
#define NSB_GROUPS_MAX	1024U

/**
 * struct nsb_group - a group that somebody has joined
 * @node:	in nsb_bridge.groups
 * @key:	its MAC
 * @members:	who has. RCU, written under fdb_lock.
 * @rcu:	to free it
 *
 * Some groups (all hosts, all nodes) have every port as a member, so these are
 * in a list of which one is taken out without a search.
 */
struct nsb_group {
	struct rhash_head node;
	union nsb_fdb_key key;
	struct list_head members;
	struct rcu_head rcu;
};

/**
 * struct nsb_member - a far end that has joined a group
 * @node:	in nsb_group.members
 * @group:	the group. fdb_lock.
 * @set:	of whom
 * @seq:	a lower one has been there longer; the order of the list
 * @list:	in nsb_member_set.members. fdb_lock.
 * @rcu:	to free it
 */
struct nsb_member {
	struct list_head node;
	struct nsb_group *group;
	struct nsb_member_set *set;
	u64 seq;
	struct list_head list;
	struct rcu_head rcu;
};

/**
 * struct nsb_member_set - the groups of one port, or of the bridge device
 * @port:	the port, NULL for the bridge device
 * @members:	its groups. fdb_lock.
 * @n:		how many. fdb_lock.
 * @all:	it gets all multicast: it is a member of nsb_group_all, which is no
 *		group. fdb_lock.
 * @full:	it joined more than can be remembered, so it has to get all.
 *		fdb_lock.
 */
struct nsb_member_set {
	struct nsb_port *port;
	struct list_head members;
	unsigned int n;
	bool all;
	bool full;
};

extern const u8 nsb_group_all[ETH_ALEN];

static inline int nsb_group_differs(struct rhashtable_compare_arg *arg,
				    const void *obj)
{
	const struct nsb_group *g = obj;

	return g->key.val != *(const u64 *)arg->key;
}

static const struct rhashtable_params nsb_group_params __maybe_unused = {
	.key_len		= sizeof(u64),
	.key_offset		= offsetof(struct nsb_group, key),
	.head_offset		= offsetof(struct nsb_group, node),
	.hashfn			= nsb_fdb_hash,
	.obj_cmpfn		= nsb_group_differs,
	.automatic_shrinking	= true,
};

struct list_head *nsb_group_members(struct nsb_bridge *br, const u8 *group);
void nsb_group_set_init(struct nsb_member_set *set, struct nsb_port *port);
void nsb_group_join(struct nsb_bridge *br, struct nsb_member_set *set,
		    const u8 *group);
void nsb_group_leave(struct nsb_bridge *br, struct nsb_member_set *set,
		     const u8 *group);
void nsb_group_leave_all(struct nsb_bridge *br, struct nsb_member_set *set);
int nsb_group_take_all(struct nsb_bridge *br, struct nsb_member_set *set,
		       bool all);

#endif
