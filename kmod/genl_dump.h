/* SPDX-License-Identifier: GPL-2.0 */
/* What the dumps of the family share: where they go on, and what they skip. */
#ifndef NSB_GENL_DUMP_H
#define NSB_GENL_DUMP_H

#include <linux/netlink.h>
#include "genl.h"

struct net_device;
struct nsb_bridge;

/**
 * struct nsb_dump - where a dump goes on
 * @bridge:	ifindex of the bridge it is at, 0 for the first
 * @past:	past the bridges: at the cables, or at the end
 * @named:	@from and @to are what the request says
 * @looked:	what it has looked at, see nsb_dump_rests()
 * @id:		side, entry, or position in a list
 * @to_id:	of a crossing: the other half
 * @from:	only what comes from this namespace
 * @to:		only what goes to this one
 *
 * Numbers of sides and entries do not shift when others come and go, so a dump
 * shows all that was there from its start to its end.
 */
struct nsb_dump {
	u32 bridge;
	bool past;
	bool named;
	u16 looked;
	unsigned long id;
	unsigned long to_id;
	struct nsb_net_name from;
	struct nsb_net_name to;
};

static inline struct nsb_dump *nsb_dump(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct nsb_dump) > sizeof(cb->ctx));
	return (struct nsb_dump *)cb->ctx;
}

/**
 * nsb_dump_rests() - is it time to let others run?
 * @cb: the dump
 *
 * Of a million entries a filter may leave none, and then nothing but this ends
 * the look at them. Who asks returns -EAGAIN if so, and is called again for what
 * it has not yet looked at.
 */
static inline bool nsb_dump_rests(struct netlink_callback *cb)
{
	return !(++nsb_dump(cb)->looked % 4096);
}

typedef int (*nsb_dump_one)(struct sk_buff *skb, struct netlink_callback *cb,
			    struct nsb_bridge *br);

void *nsb_dump_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
int nsb_dump_filter(struct netlink_callback *cb, int attr,
		    bool (*fits)(const struct net_device *dev), u32 *ifindex);
int nsb_dump_names(struct netlink_callback *cb, int from, int to);
int nsb_dump_part(struct sk_buff *skb, struct netlink_callback *cb, u32 ifindex,
		  nsb_dump_one dump);
int nsb_dump_all(struct sk_buff *skb, struct netlink_callback *cb, u32 ifindex,
		 nsb_dump_one dump);

#endif
