// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "bridge.h"
#include "group.h"

/* Whoever takes all multicast is a member of this, so that a flood finds them
 * without a look at every port.
 */
const u8 nsb_group_all[ETH_ALEN];

/**
 * nsb_group_set_init() - a port that has joined nothing
 * @set: its groups
 * @port: the port, NULL for the bridge device
 */
void nsb_group_set_init(struct nsb_member_set *set, struct nsb_port *port)
{
	set->port = port;
	INIT_LIST_HEAD(&set->members);
}

static struct nsb_group *find(struct nsb_bridge *br, const u8 *group)
{
	const union nsb_fdb_key key = nsb_fdb_key(group, 0);

	return rhashtable_lookup(&br->groups, &key, nsb_group_params);
}

/**
 * nsb_group_members() - who has joined a group
 * @br: the bridge
 * @group: the group's MAC, or nsb_group_all
 *
 * Context: RCU.
 * Return: a list of struct nsb_member, by their node; maybe an empty one.
 */
struct list_head *nsb_group_members(struct nsb_bridge *br, const u8 *group)
{
	static LIST_HEAD(nobody);
	struct nsb_group *g = find(br, group);

	return g ? &g->members : &nobody;
}

static struct nsb_group *group_get(struct nsb_bridge *br, const u8 *group)
{
	struct nsb_group *g;

	rcu_read_lock();
	g = find(br, group);
	rcu_read_unlock();
	if (g)
		return g;
	g = kzalloc(sizeof(*g), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!g)
		return NULL;
	g->key = nsb_fdb_key(group, 0);
	INIT_LIST_HEAD(&g->members);
	if (rhashtable_insert_fast(&br->groups, &g->node, nsb_group_params)) {
		kfree(g);
		return NULL;
	}
	return g;
}

static int join(struct nsb_bridge *br, struct nsb_member_set *set,
		const u8 *group)
{
	struct nsb_member *m;

	lockdep_assert_held(&br->fdb_lock);

	m = kzalloc(sizeof(*m), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!m)
		return -ENOMEM;
	m->group = group_get(br, group);
	if (!m->group) {
		kfree(m);
		return -ENOMEM;
	}
	m->set = set;
	m->seq = br->member_seq;
	list_add_tail_rcu(&m->node, &m->group->members);
	WRITE_ONCE(br->member_seq, m->seq + 1);
	list_add(&m->list, &set->members);
	set->n++;
	return 0;
}

static void forget(struct nsb_bridge *br, struct nsb_member *m)
{
	struct nsb_group *g = m->group;

	lockdep_assert_held(&br->fdb_lock);

	list_del_rcu(&m->node);
	/* pairs with go_on() in flood.c */
	smp_store_release(&br->members_gone, br->members_gone + 1);
	list_del(&m->list);
	m->set->n--;
	kfree_rcu(m, rcu);
	if (!list_empty(&g->members))
		return;
	rhashtable_remove_fast(&br->groups, &g->node, nsb_group_params);
	kfree_rcu(g, rcu);
}

static void leave(struct nsb_bridge *br, struct nsb_member_set *set,
		  const u8 *group)
{
	const union nsb_fdb_key key = nsb_fdb_key(group, 0);
	struct nsb_member *m;

	lockdep_assert_held(&br->fdb_lock);

	list_for_each_entry(m, &set->members, list)
		if (m->group->key.val == key.val) {
			forget(br, m);
			return;
		}
}

static int take_all(struct nsb_bridge *br, struct nsb_member_set *set, bool all)
{
	int err;

	all |= set->full;
	if (set->all == all)
		return 0;
	if (all) {
		err = join(br, set, nsb_group_all);
		if (err) {
			WRITE_ONCE(br->lacking, true);
			return err;
		}
	} else {
		leave(br, set, nsb_group_all);
	}
	WRITE_ONCE(set->all, all);
	return 0;
}

/**
 * nsb_group_take_all() - does a port get all multicast?
 * @br: the bridge
 * @set: the port's groups
 * @all: yes, or only what it has joined
 *
 * Context: any but hard interrupt; takes fdb_lock.
 * Return: 0 or -ENOMEM.
 */
int nsb_group_take_all(struct nsb_bridge *br, struct nsb_member_set *set,
		       bool all)
{
	int err;

	spin_lock_bh(&br->fdb_lock);
	err = take_all(br, set, all);
	spin_unlock_bh(&br->fdb_lock);
	return err;
}

/**
 * nsb_group_join() - a far end has joined a group
 * @br: the bridge
 * @set: the port's groups
 * @group: the group's MAC; the caller joins it once
 *
 * If it cannot be remembered the port gets all multicast: too much is better
 * than too little. If that cannot be either, it is tried again.
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_group_join(struct nsb_bridge *br, struct nsb_member_set *set,
		    const u8 *group)
{
	spin_lock_bh(&br->fdb_lock);
	if (set->n >= NSB_GROUPS_MAX || join(br, set, group)) {
		set->full = true;
		take_all(br, set, true);
	}
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_group_leave() - a far end has left a group
 * @br: the bridge
 * @set: the port's groups
 * @group: the group's MAC
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_group_leave(struct nsb_bridge *br, struct nsb_member_set *set,
		     const u8 *group)
{
	spin_lock_bh(&br->fdb_lock);
	leave(br, set, group);
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_group_leave_all() - nobody is at the far end any more
 * @br: the bridge
 * @set: the port's groups
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_group_leave_all(struct nsb_bridge *br, struct nsb_member_set *set)
{
	struct nsb_member *m, *tmp;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry_safe(m, tmp, &set->members, list)
		forget(br, m);
	set->full = false;
	WRITE_ONCE(set->all, false);
	spin_unlock_bh(&br->fdb_lock);
}
