// SPDX-License-Identifier: GPL-2.0
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "crossing.h"
#include "netns.h"
#include "side.h"

static struct nsb_side *side_find(struct nsb_bridge *br, const struct net *net)
{
	struct nsb_side *side;

	/* As many as there are bridges with a port into this namespace. */
	list_for_each_entry(side, &nsb_net(net)->sides, net_link)
		if (side->br == br)
			return side;
	return NULL;
}

/* The bridge is full. A namespace without a port on it can lose its counters
 * for the sake of one that is about to get a port.
 */
static bool side_evict(struct nsb_bridge *br)
{
	struct nsb_side *side;
	LIST_HEAD(gone);

	list_for_each_entry(side, &br->idle, idle) {
		if (side == br->host || side->kept)
			continue;
		nsb_side_unlink(side, &gone);
		nsb_sides_free(&gone);
		return true;
	}
	return false;
}

/**
 * nsb_side_get() - a namespace as a side of a bridge, new if need be
 * @br: the bridge
 * @net: the namespace
 * @extack: for the reason of a failure, or NULL
 *
 * Context: process, RTNL. May sleep.
 * Return: the side, or an ERR_PTR: -ENOMEM, or -ENOSPC when all sides are
 * namespaces that have a port.
 */
struct nsb_side *nsb_side_get(struct nsb_bridge *br, struct net *net,
			      struct netlink_ext_ack *extack)
{
	struct nsb_side *side;
	u32 idx;
	int err;

	ASSERT_RTNL();

	side = side_find(br, net);
	if (side)
		return side;

	side = kzalloc(sizeof(*side), GFP_KERNEL_ACCOUNT);
	if (!side)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&side->port_list);
	INIT_LIST_HEAD(&side->incoming);

	side->nowhere = nsb_crossing_alloc(br, GFP_KERNEL_ACCOUNT);
	side->other = nsb_crossing_alloc(br, GFP_KERNEL_ACCOUNT);
	if (!side->nowhere || !side->other) {
		err = -ENOMEM;
		goto err_free;
	}
	side->nowhere->from = side;
	side->nowhere->target = NSBRIDGE_TARGET_NOWHERE;
	side->other->from = side;
	side->other->target = NSBRIDGE_TARGET_OTHER;

	/* What it is called in the bridge's namespace. Later there is no good
	 * place to allocate that.
	 */
	side->nsid = NETNSA_NSID_NOT_ASSIGNED;
	if (!net_eq(net, dev_net(br->dev)))
		side->nsid = peernet2id_alloc(dev_net(br->dev), net,
					      GFP_KERNEL);

	side->br = br;
	side->net = net;
	side->cookie = net->net_cookie;
	side->inode = net->ns.inum;
	side->quota = br->quota;

	do {
		err = xa_alloc(&br->sides, &idx, NULL,
			       XA_LIMIT(0, NSB_SIDES_MAX - 1), GFP_KERNEL);
	} while (err == -EBUSY && side_evict(br));
	if (err) {
		if (err == -EBUSY) {
			NL_SET_ERR_MSG(extack,
				       "The bridge has ports into the greatest number of namespaces, remove a port first");
			err = -ENOSPC;
		}
		goto err_free;
	}
	side->idx = idx;

	/* The slot was reserved, this needs no memory. Readers see the side
	 * complete.
	 */
	xa_store(&br->sides, idx, side, GFP_KERNEL);
	list_add_tail(&side->net_link, &nsb_net(net)->sides);
	list_add_tail(&side->idle, &br->idle);
	br->n_sides++;
	atomic_inc(&nsb_net(dev_net(br->dev))->gen);
	return side;

err_free:
	nsb_side_free(side);
	return ERR_PTR(err);
}

/**
 * nsb_side_enter() - one more port leads to a side
 * @side: the side
 *
 * Context: process, RTNL.
 */
void nsb_side_enter(struct nsb_side *side)
{
	ASSERT_RTNL();
	if (!side->ports++)
		list_del_init(&side->idle);
}

/**
 * nsb_side_leave() - take back nsb_side_enter()
 * @side: the side
 *
 * Context: process, RTNL.
 */
void nsb_side_leave(struct nsb_side *side)
{
	ASSERT_RTNL();
	if (!--side->ports)
		list_add_tail(&side->idle, &side->br->idle);
}

/**
 * nsb_side_nsid() - what the bridge's namespace calls a side
 * @side: the side
 *
 * A number once given is kept for as long as the namespace lives. The kernel
 * looks through all of them to find one, so it is not asked for each entry.
 *
 * Context: RCU or RTNL.
 * Return: the nsid, negative if there is none.
 */
int nsb_side_nsid(const struct nsb_side *side)
{
	return side->nsid >= 0 ? side->nsid :
	       peernet2id(dev_net(side->br->dev), side->net);
}

/**
 * nsb_side_unlink() - take a side off its bridge
 * @side: the side; it has no port
 * @gone: list to add it to
 *
 * Its number stays taken until nsb_sides_free(), as readers may hold it.
 *
 * Context: process, RTNL.
 */
void nsb_side_unlink(struct nsb_side *side, struct list_head *gone)
{
	struct nsb_bridge *br = side->br;

	ASSERT_RTNL();
	WARN_ON_ONCE(side->ports);

	nsb_crossings_forget(side);
	/* Dumps do not find it any more. Storing nothing needs no memory. */
	xa_store(&br->sides, side->idx, NULL, GFP_KERNEL);
	list_del(&side->net_link);
	list_del(&side->idle);
	list_add_tail(&side->gone, gone);
	br->n_sides--;
	atomic_inc(&nsb_net(dev_net(br->dev))->gen);
}

/**
 * nsb_side_free() - free a side that no reader can hold any more
 * @side: the side
 */
void nsb_side_free(struct nsb_side *side)
{
	struct nsb_crossing *x, *tmp;
	unsigned int i, j;

	for (i = 0; i < NSB_ROWS; i++) {
		struct nsb_cross_row *row;

		row = rcu_dereference_protected(side->rows[i], true);
		if (!row)
			continue;
		for (j = 0; j < NSB_ROW_SIZE; j++)
			nsb_crossing_free(rcu_dereference_protected(row->slot[j],
								    true));
		kfree(row);
	}
	list_for_each_entry_safe(x, tmp, &side->incoming, spare)
		nsb_crossing_free(x);
	nsb_crossing_free(side->nowhere);
	nsb_crossing_free(side->other);
	kfree(side);
}

/**
 * nsb_sides_free() - wait for readers, then free sides
 * @gone: what nsb_side_unlink() was given
 *
 * Context: process, RTNL, which keeps the bridges of these sides. May sleep for
 * an RCU grace period.
 */
void nsb_sides_free(struct list_head *gone)
{
	struct nsb_side *side, *tmp;

	if (list_empty(gone))
		return;

	synchronize_net();
	/* Nothing counts any more. All of them are told before any is freed:
	 * a crossing may be between two of them.
	 */
	list_for_each_entry(side, gone, gone)
		nsb_crossings_end(side);
	list_for_each_entry_safe(side, tmp, gone, gone) {
		list_del(&side->gone);
		xa_erase(&side->br->sides, side->idx);
		nsb_side_free(side);
	}
}

/**
 * nsb_sides_undo() - take back sides that were made for something that failed
 * @br: the bridge
 * @n: how many sides it had before
 *
 * They have no port, and nobody became idle after them.
 *
 * Context: process, RTNL. May sleep for an RCU grace period.
 */
void nsb_sides_undo(struct nsb_bridge *br, unsigned int n)
{
	LIST_HEAD(gone);

	ASSERT_RTNL();

	while (br->n_sides > n)
		nsb_side_unlink(list_last_entry(&br->idle, struct nsb_side,
						idle), &gone);
	nsb_sides_free(&gone);
}
