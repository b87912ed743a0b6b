// SPDX-License-Identifier: GPL-2.0
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "bridge.h"
#include "crossing.h"
#include "policy.h"
#include "side.h"

/**
 * nsb_policy_denies() - the verdict on a pair of sides without a rule of its own
 * @from: the side frames come from
 * @to: the side they go to
 *
 * A namespace may always send to itself: it needs no bridge for that.
 *
 * Context: any.
 */
bool nsb_policy_denies(const struct nsb_side *from, const struct nsb_side *to)
{
	u8 a = READ_ONCE(from->rule_from), b = READ_ONCE(to->rule_to);

	if (a == NSBRIDGE_VERDICT_DENY || b == NSBRIDGE_VERDICT_DENY)
		return true;
	if (a == NSBRIDGE_VERDICT_ALLOW || b == NSBRIDGE_VERDICT_ALLOW)
		return false;
	return from != to && READ_ONCE(from->br->deny);
}

static void update(struct nsb_crossing *x)
{
	WRITE_ONCE(x->deny, x->rule == NSBRIDGE_VERDICT_UNSET ?
			    nsb_policy_denies(x->from, x->to) :
			    x->rule == NSBRIDGE_VERDICT_DENY);
}

/* After a rule that is not about one pair. As many steps as there are pairs,
 * once, rather than more work for each frame.
 */
static void update_all(struct nsb_bridge *br)
{
	struct nsb_cross_row *row;
	struct nsb_crossing *x;
	struct nsb_side *from;
	unsigned long idx;
	unsigned int i, j;

	xa_for_each(&br->sides, idx, from) {
		spin_lock_bh(&br->cross_lock);
		for (i = 0; i < NSB_ROWS; i++) {
			row = rcu_dereference_protected(from->rows[i],
							lockdep_is_held(&br->cross_lock));
			for (j = 0; row && j < NSB_ROW_SIZE; j++) {
				x = rcu_dereference_protected(row->slot[j],
							      lockdep_is_held(&br->cross_lock));
				if (x)
					update(x);
			}
		}
		spin_unlock_bh(&br->cross_lock);
		cond_resched();
	}
}

static int set_pair(struct nsb_side *from, struct nsb_side *to,
		    enum nsbridge_verdict rule, struct netlink_ext_ack *extack)
{
	struct nsb_bridge *br = from->br;
	struct nsb_crossing *x, *mine;

	mine = nsb_crossing_alloc(br, GFP_KERNEL_ACCOUNT);
	if (!mine)
		return -ENOMEM;
	spin_lock_bh(&br->cross_lock);
	x = nsb_crossing_insert(from, to, mine);
	if (x) {
		WRITE_ONCE(x->rule, rule);
		update(x);
	}
	spin_unlock_bh(&br->cross_lock);
	if (x != mine)
		nsb_crossing_free(mine);
	if (x)
		return 0;
	NL_SET_ERR_MSG(extack, "No room or no memory for one more crossing, raise max_crossings of the bridge");
	return -ENOSPC;
}

/**
 * nsb_policy_rule() - the rule for a crossing
 * @from: the side frames come from, NULL for any
 * @to: the side they go to, NULL for any
 *
 * Context: RTNL.
 * Return: enum nsbridge_verdict; unset from any to any, where there is none.
 */
enum nsbridge_verdict nsb_policy_rule(struct nsb_side *from,
				      struct nsb_side *to)
{
	struct nsb_crossing *x;

	ASSERT_RTNL();

	if (from && to) {
		rcu_read_lock();
		x = nsb_crossing_find(from, to);
		rcu_read_unlock();
		return x ? x->rule : NSBRIDGE_VERDICT_UNSET;
	}
	if (from)
		return from->rule_from;
	return to ? to->rule_to : NSBRIDGE_VERDICT_UNSET;
}

/**
 * nsb_policy_set() - set the rule for a crossing, or take it back
 * @br: the bridge
 * @from: the side frames come from, NULL for any
 * @to: the side they go to, NULL for any
 * @rule: the rule
 * @extack: for the reason of a failure
 *
 * It holds for every frame that is looked at after this returns.
 *
 * Context: process, RTNL.
 * Return: 0, -EINVAL, -ENOMEM or -ENOSPC.
 */
int nsb_policy_set(struct nsb_bridge *br, struct nsb_side *from,
		   struct nsb_side *to, enum nsbridge_verdict rule,
		   struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();

	if (from && to)
		return set_pair(from, to, rule, extack);
	if (!from && !to) {
		NL_SET_ERR_MSG(extack, "From any to any is default_verdict of the bridge, a setting of the link");
		return -EINVAL;
	}
	if (from)
		WRITE_ONCE(from->rule_from, rule);
	else
		WRITE_ONCE(to->rule_to, rule);
	update_all(br);
	return 0;
}

/**
 * nsb_policy_set_default() - the verdict where no rule says anything
 * @br: the bridge
 * @deny: frames may not cross
 *
 * Context: process, RTNL.
 */
void nsb_policy_set_default(struct nsb_bridge *br, bool deny)
{
	ASSERT_RTNL();

	WRITE_ONCE(br->deny, deny);
	update_all(br);
}
