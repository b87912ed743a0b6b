/* SPDX-License-Identifier: GPL-2.0 */
/* Who may send to whom: a verdict for each crossing.
 *
 * The rules are kept with what they are about, and go with it: the rule for
 * exactly one pair in its crossing, those for (from, any) and (any, to) in the
 * side. What they come to is worked out when a rule changes and kept in the
 * crossing, so a frame costs one load.
 */
#ifndef NSB_POLICY_H
#define NSB_POLICY_H

#include "crossing.h"

struct netlink_ext_ack;

bool nsb_policy_denies(const struct nsb_side *from, const struct nsb_side *to);
int nsb_policy_set(struct nsb_bridge *br, struct nsb_side *from,
		   struct nsb_side *to, enum nsbridge_verdict rule,
		   struct netlink_ext_ack *extack);
enum nsbridge_verdict nsb_policy_rule(struct nsb_side *from,
				      struct nsb_side *to);
void nsb_policy_set_default(struct nsb_bridge *br, bool deny);

/**
 * nsb_denied() - may a frame not cross?
 * @x: nsb_crossing() of the two sides
 * @from: the side it comes from
 * @to: the side it goes to
 *
 * Context: RCU.
 */
static inline bool nsb_denied(const struct nsb_crossing *x,
			      const struct nsb_side *from,
			      const struct nsb_side *to)
{
	/* Shared by all that have no crossing of their own. */
	if (unlikely(x->target == NSBRIDGE_TARGET_OTHER))
		return nsb_policy_denies(from, to);
	return unlikely(READ_ONCE(x->deny));
}

#endif
