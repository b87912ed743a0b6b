/* SPDX-License-Identifier: GPL-2.0 */
/* Put before everything else in the module of the debug kernel (NSB_FAULT=1):
 * what it asks for may be refused, and what it holds is counted.
 *
 * A request is refused when the task that makes it has come to the end of its
 * /proc/thread-self/fail-nth, or as the module's parameters fault_* say, in
 * the way of Documentation/fault-injection. The kernel's own failslab has no
 * say in memory per CPU, cannot tell this module's requests in softirq from
 * others, and a hash table asks for memory too seldom to wait for.
 */
#ifndef _NSB_TEST_INJECT_H
#define _NSB_TEST_INJECT_H

/* All that kmod/ includes and that asks for memory by itself, so that only what
 * is written in kmod/ is meant from here on.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/ptr_ring.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/xarray.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/genetlink.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include <net/xdp.h>

/* Is it this one's turn to be refused? */
bool nsb_inject(size_t size);
void *nsb_inject_got(void *p);
void nsb_inject_gave(const void *p);

static inline void *nsb_inject_kzalloc(size_t size, gfp_t gfp)
{
	return nsb_inject(size) ? NULL : nsb_inject_got(kzalloc(size, gfp));
}

static inline void *nsb_inject_kvzalloc(size_t size, gfp_t gfp)
{
	return nsb_inject(size) ? NULL : nsb_inject_got(kvzalloc(size, gfp));
}

static inline void *nsb_inject_kmemdup(const void *p, size_t size, gfp_t gfp)
{
	return nsb_inject(size) ? NULL : nsb_inject_got(kmemdup(p, size, gfp));
}

static inline void *nsb_inject_cache(struct kmem_cache *cache, gfp_t gfp)
{
	return nsb_inject(1) ? NULL :
	       nsb_inject_got(kmem_cache_zalloc(cache, gfp));
}

static inline void __percpu *nsb_inject_percpu(size_t size, size_t align,
					       gfp_t gfp)
{
	void __percpu *p = NULL;

	if (!nsb_inject(size))
		p = __alloc_percpu_gfp(size, align, gfp);
	nsb_inject_got((__force void *)p);
	return p;
}

static inline void nsb_inject_kfree(const void *p)
{
	nsb_inject_gave(p);
	kfree(p);
}

static inline void nsb_inject_kvfree(const void *p)
{
	nsb_inject_gave(p);
	kvfree(p);
}

static inline void nsb_inject_cache_free(struct kmem_cache *cache, void *p)
{
	nsb_inject_gave(p);
	kmem_cache_free(cache, p);
}

static inline void nsb_inject_free_percpu(void __percpu *p)
{
	nsb_inject_gave((__force void *)p);
	free_percpu(p);
}

static inline struct sk_buff *nsb_inject_msg(size_t size, gfp_t gfp)
{
	return nsb_inject(size) ? NULL : genlmsg_new(size, gfp);
}

static inline struct page *nsb_inject_page(void)
{
	return nsb_inject(PAGE_SIZE) ? NULL : dev_alloc_page();
}

static inline struct sk_buff *nsb_inject_clone(struct sk_buff *skb, gfp_t gfp)
{
	return nsb_inject(1) ? NULL : skb_clone(skb, gfp);
}

static inline struct sk_buff *nsb_inject_build(void *data, unsigned int size)
{
	return nsb_inject(1) ? NULL : build_skb(data, size);
}

static inline struct sk_buff *nsb_inject_xdp_skb(struct xdp_frame *frame,
						 struct net_device *dev)
{
	return nsb_inject(1) ? NULL : xdp_build_skb_from_frame(frame, dev);
}

static inline int nsb_inject_unclone(struct sk_buff *skb, gfp_t gfp)
{
	return skb_cloned(skb) && nsb_inject(1) ? -ENOMEM :
						  skb_unclone(skb, gfp);
}

/* As the kernel's: the frame is gone when there is no memory. */
static inline struct sk_buff *nsb_inject_share_check(struct sk_buff *skb,
						     gfp_t gfp)
{
	if (skb_shared(skb) && nsb_inject(1)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb_share_check(skb, gfp);
}

static inline int nsb_inject_rhl_insert(struct rhltable *t,
					struct rhlist_head *node,
					const struct rhashtable_params params)
{
	return nsb_inject(1) ? -ENOMEM : rhltable_insert(t, node, params);
}

static inline int nsb_inject_rht_insert(struct rhashtable *t,
					struct rhash_head *node,
					const struct rhashtable_params params)
{
	return nsb_inject(1) ? -ENOMEM :
	       rhashtable_insert_fast(t, node, params);
}

static inline int nsb_inject_rhl_init(struct rhltable *t,
				      const struct rhashtable_params *params)
{
	return nsb_inject(1) ? -ENOMEM : rhltable_init(t, params);
}

static inline int nsb_inject_rht_init(struct rhashtable *t,
				      const struct rhashtable_params *params)
{
	return nsb_inject(1) ? -ENOMEM : rhashtable_init(t, params);
}

static inline int nsb_inject_ring(struct ptr_ring *ring, int size, gfp_t gfp)
{
	return nsb_inject(1) ? -ENOMEM : ptr_ring_init(ring, size, gfp);
}

static inline int nsb_inject_promiscuity(struct net_device *dev, int inc)
{
	return inc > 0 && nsb_inject(1) ? -ENOMEM :
	       dev_set_promiscuity(dev, inc);
}

#undef kzalloc
#undef kvzalloc
#undef kmemdup
#undef kfree_rcu
#undef kmem_cache_zalloc
#undef __alloc_percpu_gfp
#undef dev_alloc_page
#undef ptr_ring_init
#undef rhltable_init
#undef rhashtable_init
#define kzalloc(size, gfp)		nsb_inject_kzalloc(size, gfp)
#define kvzalloc(size, gfp)		nsb_inject_kvzalloc(size, gfp)
#define kmemdup(p, size, gfp)		nsb_inject_kmemdup(p, size, gfp)
#define kmem_cache_zalloc(cache, gfp)	nsb_inject_cache(cache, gfp)
#define __alloc_percpu_gfp(size, align, gfp) nsb_inject_percpu(size, align, gfp)
#define kfree(p)			nsb_inject_kfree(p)
#define kfree_rcu(ptr, rcu)						\
	do {								\
		typeof(ptr) ptr_ = (ptr);				\
									\
		nsb_inject_gave(ptr_);					\
		kvfree_rcu_arg_2(ptr_, rcu);				\
	} while (0)
#define kvfree(p)			nsb_inject_kvfree(p)
#define kmem_cache_free(cache, p)	nsb_inject_cache_free(cache, p)
#define free_percpu(p)			nsb_inject_free_percpu(p)
#define genlmsg_new(size, gfp)		nsb_inject_msg(size, gfp)
#define dev_alloc_page()		nsb_inject_page()
#define skb_clone(skb, gfp)		nsb_inject_clone(skb, gfp)
#define skb_unclone(skb, gfp)		nsb_inject_unclone(skb, gfp)
#define build_skb(data, size)		nsb_inject_build(data, size)
#define xdp_build_skb_from_frame(frame, dev) nsb_inject_xdp_skb(frame, dev)
#define skb_share_check(skb, gfp)	nsb_inject_share_check(skb, gfp)
#define rhltable_insert(t, node, params) nsb_inject_rhl_insert(t, node, params)
#define rhashtable_insert_fast(t, node, params)				\
	nsb_inject_rht_insert(t, node, params)

/* What only fails for want of memory */
#define rhltable_init(t, params)	nsb_inject_rhl_init(t, params)
#define rhashtable_init(t, params)	nsb_inject_rht_init(t, params)
#define xa_alloc(xa, id, p, limit, gfp)					\
	(nsb_inject(1) ? -ENOMEM : xa_alloc(xa, id, p, limit, gfp))
#define xa_alloc_cyclic(xa, id, p, limit, next, gfp)			\
	(nsb_inject(1) ? -ENOMEM : xa_alloc_cyclic(xa, id, p, limit, next, gfp))
#define ptr_ring_init(ring, size, gfp)	nsb_inject_ring(ring, size, gfp)
#define xdp_rxq_info_reg(rxq, dev, queue, napi)				\
	(nsb_inject(1) ? -ENOMEM : xdp_rxq_info_reg(rxq, dev, queue, napi))
#define dev_set_promiscuity(dev, inc)	nsb_inject_promiscuity(dev, inc)
#define netdev_rx_handler_register(dev, handler, data)			\
	(nsb_inject(1) ? -ENOMEM :					\
			 netdev_rx_handler_register(dev, handler, data))
#define netdev_master_upper_dev_link(dev, up, priv, info, extack)	\
	(nsb_inject(1) ? -ENOMEM :					\
			 netdev_master_upper_dev_link(dev, up, priv, info, extack))

/* When the module is loaded */
#define register_pernet_subsys(ops)					\
	(nsb_inject(1) ? -ENOMEM : register_pernet_subsys(ops))
#define genl_register_family(family)					\
	(nsb_inject(1) ? -ENOMEM : genl_register_family(family))
#define register_netdevice_notifier(nb)					\
	(nsb_inject(1) ? -ENOMEM : register_netdevice_notifier(nb))
#define register_inetaddr_notifier(nb)					\
	(nsb_inject(1) ? -ENOMEM : register_inetaddr_notifier(nb))
#define register_inet6addr_notifier(nb)					\
	(nsb_inject(1) ? -ENOMEM : register_inet6addr_notifier(nb))
#define rtnl_link_register(ops)						\
	(nsb_inject(1) ? -ENOMEM : rtnl_link_register(ops))

#endif
