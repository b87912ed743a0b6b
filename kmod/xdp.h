/* SPDX-License-Identifier: GPL-2.0 */
/* XDP programs on an nsveth, run in the poll of its queues (napi.c) before
 * there is a GRO or a stack; and frames that programs elsewhere send by it.
 */
#ifndef NSB_XDP_H
#define NSB_XDP_H

#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <net/xdp.h>

struct bpf_prog;
struct nsb_end;
struct nsb_queue;

/* Counted per device; see nsb_xdp_stat_names for what users see. */
enum nsb_xdp_stat {
	NSB_XDP_PACKETS,	/* a program has seen them */
	NSB_XDP_DROPS,		/* and dropped them */
	NSB_XDP_ERRORS,		/* it would have had to see them, or send them on */
	NSB_XDP_REDIRECT,	/* and sent them to another device */
	NSB_XDP_TX,		/* and sent them back */
	NSB_XDP_TX_ERRORS,	/* which did not work */
	NSB_XDP_XMIT,		/* a program elsewhere sent them by this device */
	NSB_XDP_XMIT_ERRORS,	/* which did not work */
	NSB_XDP_STATS,
};

extern const char * const nsb_xdp_stat_names[NSB_XDP_STATS];

/**
 * struct nsb_xdp_count - one CPU's share of them
 * @v:	by enum nsb_xdp_stat
 * @syncp: for readers on 32 bit
 */
struct nsb_xdp_count {
	u64_stats_t v[NSB_XDP_STATS];
	struct u64_stats_sync syncp;
};

#define NSB_XDP_BULK	16

/**
 * struct nsb_xdp_bulk - what one poll has to do in the end
 * @n:		how many of @frames
 * @count:	to be counted, by enum nsb_xdp_stat
 * @frames:	to be sent back
 */
struct nsb_xdp_bulk {
	unsigned int n;
	unsigned int count[NSB_XDP_STATS];
	struct xdp_frame *frames[NSB_XDP_BULK];
};

/* In a ring are skbs and frames; a bit that no pointer has tells which. */
#define NSB_XDP_FRAME	BIT(0)

static inline bool nsb_xdp_is_frame(const void *entry)
{
	return (unsigned long)entry & NSB_XDP_FRAME;
}

static inline void *nsb_xdp_entry(struct xdp_frame *frame)
{
	return (void *)((unsigned long)frame | NSB_XDP_FRAME);
}

static inline struct xdp_frame *nsb_xdp_frame(void *entry)
{
	return (void *)((unsigned long)entry & ~NSB_XDP_FRAME);
}

struct sk_buff *nsb_xdp_run_skb(struct nsb_queue *q, struct bpf_prog *prog,
				struct sk_buff *skb, struct nsb_xdp_bulk *bulk);
struct sk_buff *nsb_xdp_run_frame(struct nsb_queue *q, struct bpf_prog *prog,
				  struct xdp_frame *frame,
				  struct nsb_xdp_bulk *bulk);
void nsb_xdp_begin(struct nsb_xdp_bulk *bulk);
void nsb_xdp_flush(struct nsb_queue *q, struct nsb_xdp_bulk *bulk);

int nsb_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames,
		 u32 flags);
int nsb_xdp_count_need(struct nsb_end *end, gfp_t gfp);
void nsb_xdp_count_add(struct nsb_end *end,
		       const unsigned int add[NSB_XDP_STATS]);
void nsb_xdp_count_sum(const struct nsb_end *end, u64 sum[NSB_XDP_STATS]);

int nsb_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
netdev_features_t nsb_xdp_fix_features(struct net_device *dev,
				       netdev_features_t features);

#endif
