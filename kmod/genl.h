/* SPDX-License-Identifier: GPL-2.0 */
/* The generic-netlink family; its contract is netlink/nsbridge.yaml.
 *
 * genl.c has its tables, genl_name.c how a request names a namespace,
 * genl_fill.c what goes into messages; the operations are in genl_get.c,
 * genl_set.c and event.c, and the dumps in genl_dump.c (what they share),
 * genl_crossing.c and genl_list.c.
 */
#ifndef NSB_GENL_H
#define NSB_GENL_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct net;
struct net_device;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct nsb_bridge;
struct nsb_crossing;
struct nsb_fdb_entry;
struct nsb_port;
struct nsb_side;
struct nsb_sum;
struct sk_buff;

/* The multicast groups of the family, in their order. */
enum {
	NSB_GROUP_EVENTS,
	NSB_GROUP_FDB,
};

/**
 * struct nsb_net_name - which namespace a request is about
 * @cookie: its cookie, 0 for any
 * @inode: its inode number, 0 for any
 */
struct nsb_net_name {
	u64 cookie;
	u32 inode;
} __packed __aligned(4);

static inline bool nsb_net_is(const struct nsb_net_name *name, u64 cookie,
			      u32 inode)
{
	return (!name->cookie || name->cookie == cookie) &&
	       (!name->inode || name->inode == inode);
}

static inline bool nsb_net_any(const struct nsb_net_name *name)
{
	return !name->cookie && !name->inode;
}

extern struct genl_family nsb_genl_family;

int nsb_genl_name(struct net *me, const struct nlattr *nest,
		  struct netlink_ext_ack *extack, struct nsb_net_name *name);
struct nsb_side *nsb_genl_side(struct nsb_bridge *br,
			       const struct nsb_net_name *name);
struct nsb_side *nsb_genl_side_new(struct nsb_bridge *br,
				   struct genl_info *info,
				   const struct nlattr *nest);

int nsb_genl_put_net(struct sk_buff *skb, int attr, struct net *me,
		     struct net *net, u64 cookie, u32 inode);
int nsb_genl_put_side(struct sk_buff *skb, int attr, struct net *me,
		      const struct nsb_side *side);
int nsb_genl_put_sum(struct sk_buff *skb, const struct nsb_sum *sum, u64 first);
int nsb_genl_put_crossing(struct sk_buff *skb, struct net *me,
			  const struct nsb_crossing *x,
			  const struct nsb_sum *sum);
int nsb_genl_put_cable(struct sk_buff *skb, struct net *me,
		       const struct net_device *mine,
		       const struct net_device *dev,
		       const struct net_device *peer,
		       const struct nsb_sum *sum);
int nsb_genl_put_fdb(struct sk_buff *skb, struct net *me,
		     const struct nsb_bridge *br,
		     const struct nsb_fdb_entry *e);

int nsb_genl_crossing_get(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_fdb_get(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_crossing_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_namespace_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_fdb_add(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_fdb_del(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_port_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nsb_genl_rule_del(struct sk_buff *skb, struct genl_info *info);
int nsb_genl_crossing_set(struct sk_buff *skb, struct genl_info *info);

int nsb_genl_init(void);
void nsb_genl_exit(void);

#endif
