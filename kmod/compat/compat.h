/* SPDX-License-Identifier: GPL-2.0 */
/* The sources are written for the newest kernel's API. probe.sh has found out
 * what this one lacks; each thing is made up for in a header of its own.
 * Where both ways need a name that no kernel has, the new way is here.
 */
#ifndef NSB_COMPAT_H
#define NSB_COMPAT_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/neighbour.h>
#include <net/rtnetlink.h>
#include <net/xdp.h>

#ifndef NSB_PROBED
#error "kmod/compat/probe.sh was not run, or did not find this kernel's headers"
#endif

/* Locking of devices has moved out of linux/netdevice.h. */
#ifndef NSB_NO_NETDEV_LOCK_H
#include <net/netdev_lock.h>
#endif

/* So has segmentation. */
#ifndef NSB_NO_NET_GSO_H
#include <net/gso.h>
#endif

#ifdef NSB_NO_ETHTOOL_PUTS
#include "no_ethtool_puts.h"
#endif

/* struct rtnl_newlink_params, the second argument of newlink. A kernel without
 * it needs another function: NSB_NEWLINK(f) is what goes into rtnl_link_ops,
 * and NSB_NEWLINK_WRAP(f), outside of functions, makes it.
 */
#ifdef NSB_NO_NEWLINK_PARAMS
#include "no_newlink_params.h"
#else
#define NSB_NEWLINK(f)		f
#define NSB_NEWLINK_WRAP(f)
#endif

/* rtnl_link_ops.peer_type, by which the core finds the peer's namespace. */
#ifdef NSB_NO_PEER_TYPE
#include "no_peer_type.h"
#else
#define NSB_PEER_TYPE(attr)	.peer_type = (attr),

static inline struct net *nsb_get_peer_net(struct rtnl_newlink_params *params,
					   struct nlattr **peer_tb,
					   struct netlink_ext_ack *extack)
{
	return get_net(rtnl_newlink_peer_net(params));
}
#endif

/* net_device.lltx */
#ifdef NSB_NO_LLTX_BIT
#include "no_lltx_bit.h"
#else
static inline void nsb_set_lltx(struct net_device *dev)
{
	dev->lltx = true;
}
#endif

/* net_device.netns_immutable */
#ifdef NSB_NO_NETNS_IMMUTABLE
#include "no_netns_immutable.h"
#else
static inline void nsb_set_netns_immutable(struct net_device *dev)
{
	dev->netns_immutable = true;
}
#endif

/* The argument "bool *notified" of ndo_fdb_add and ndo_fdb_del. We leave it
 * alone: the core's notification will do.
 */
#ifdef NSB_NO_FDB_NOTIFIED
#include "no_fdb_notified.h"
#else
#define NSB_FDB_NOTIFIED	bool *notified,
#endif

/* Does a namespace answer for an address, by "ip neigh add proxy"? Where the
 * list is under RCU, the core keeps its look-up to itself.
 */
#ifdef NSB_NO_PNEIGH_RCU
#include "no_pneigh_rcu.h"
#else
static inline bool nsb_pneigh_has(struct neigh_table *tbl, struct net *net,
				  const void *addr, struct net_device *dev)
{
	const struct pneigh_entry *n;
	unsigned int i;

	for (i = 0; i <= 0xf; i++)	/* PNEIGH_HASHMASK */
		for (n = rcu_dereference(tbl->phash_buckets[i]); n;
		     n = rcu_dereference(n->next))
			if (net_eq(pneigh_net(n), net) &&
			    (!n->dev || n->dev == dev) &&
			    !memcmp(n->key, addr, tbl->key_len))
				return true;
	return false;
}
#endif

/* The attributes of a dump request, as the family's policy found them. */
#ifdef NSB_NO_GENL_INFO_DUMP
#include "no_genl_info_dump.h"
#else
static inline struct nlattr **nsb_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#endif

/* How many entries of this device an earlier part of the dump has shown. */
#ifdef NSB_NO_FDB_DUMP_CONTEXT
#include "no_fdb_dump_context.h"
#else
static inline int nsb_fdb_dump_skip(const struct netlink_callback *cb)
{
	return ((const struct ndo_fdb_dump_context *)cb->ctx)->fdb_idx;
}
#endif

/* Was dev_get_flags(). */
#ifdef NSB_NO_NETIF_GET_FLAGS
#include "no_netif_get_flags.h"
#endif

/* Was dev_nit_active(). */
#ifdef NSB_NO_DEV_NIT_ACTIVE_RCU
#include "no_dev_nit_active_rcu.h"
#endif

/* Not 0 if there is a pointer, which is not followed: no compiler can spoil that. */
#define nsb_is_set(p)	data_race((unsigned long)(p))

/* Does anything of tc, tcx or nft act on what a device receives? Asked of every
 * frame, so the answers are combined rather than looked at one by one.
 */
#ifdef NSB_NO_TCX_INGRESS
#include "no_tcx_ingress.h"
#else
static inline unsigned long nsb_tc_ingress(const struct net_device *dev)
{
#ifdef CONFIG_NET_XGRESS
	return nsb_is_set(dev->tcx_ingress);
#else
	return 0;
#endif
}

static inline unsigned long nsb_tc_egress(const struct net_device *dev)
{
#ifdef CONFIG_NET_XGRESS
	return nsb_is_set(dev->tcx_egress);
#else
	return 0;
#endif
}
#endif

/* net_device.xdp_features: without, the core looks which functions there are. */
#ifdef NSB_NO_XDP_FEATURES
#include "no_xdp_features.h"
#else
static inline void nsb_set_xdp_features(struct net_device *dev)
{
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_RX_SG |
			    NETDEV_XDP_ACT_NDO_XMIT_SG;
}
#endif

/* Of what memory a frame is, for what runs a program on it. */
#ifdef NSB_NO_FRAME_MEM_TYPE
#include "no_frame_mem_type.h"
#else
static inline void nsb_rxq_of_frame(struct xdp_rxq_info *rxq,
				    const struct xdp_frame *frame)
{
	rxq->mem.type = frame->mem_type;
}
#endif

static inline unsigned long nsb_ingress_hooks(const struct net_device *dev)
{
	unsigned long any = nsb_tc_ingress(dev);

#ifdef CONFIG_NETFILTER_INGRESS
	any |= nsb_is_set(dev->nf_hooks_ingress);
#endif
	return any;
}

/* Or on what it sends? */
static inline unsigned long nsb_egress_hooks(const struct net_device *dev)
{
	unsigned long any = nsb_tc_egress(dev);

#ifdef CONFIG_NETFILTER_EGRESS
	any |= nsb_is_set(dev->nf_hooks_egress);
#endif
	return any;
}

#endif
