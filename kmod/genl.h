/* SPDX-License-Identifier: GPL-2.0 */
/* The generic-netlink family; its contract is netlink/nsbridge.yaml.
 *
 * genl.c has its tables, genl_fill.c what goes into messages, genl_dump.c,
 * genl_set.c and event.c the operations.
 */
#ifndef NSB_GENL_H
#define NSB_GENL_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct net;
struct netlink_callback;
struct nsb_crossing;
struct nsb_side;
struct nsb_sum;
struct sk_buff;

extern struct genl_family nsb_genl_family;

int nsb_genl_put_net(struct sk_buff *skb, int attr, struct net *me,
		     struct net *net, u64 cookie, u32 inode);
int nsb_genl_put_side(struct sk_buff *skb, int attr, struct net *me,
		      const struct nsb_side *side);
int nsb_genl_put_sum(struct sk_buff *skb, const struct nsb_sum *sum, u64 first);
int nsb_genl_put_crossing(struct sk_buff *skb, struct net *me,
			  const struct nsb_crossing *x,
			  const struct nsb_sum *sum);

int nsb_genl_crossing_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_namespace_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_fdb_add(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_fdb_del(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_crossing_set(struct sk_buff *skb, struct genl_info *info);

int nsb_genl_init(void);
void nsb_genl_exit(void);

#endif
