// SPDX-License-Identifier: GPL-2.0
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "crossing.h"
#include "ethtool.h"
#include "napi.h"
#include "pair.h"
#include "reason.h"
#include "xdp.h"

static const char * const stats[] = {
	"peer_ifindex",
	"tx_frames",
	"tx_segs",
	"tx_bytes",
};

/* The first reason stands for "none" and is never counted. */
#define FIRST_REASON	(NSBRIDGE_REASON_UNSPEC + 1)
#define STATS_LEN	(ARRAY_SIZE(stats) + NSB_REASONS - FIRST_REASON + \
			 NSB_XDP_STATS)

static void end_get_drvinfo(struct net_device *dev,
			    struct ethtool_drvinfo *info)
{
	strscpy(info->driver, nsb_pair_link_ops.kind, sizeof(info->driver));
	/* else the core fills in the kernel's */
	if (THIS_MODULE->version)
		strscpy(info->version, THIS_MODULE->version,
			sizeof(info->version));
}

/* There is no wire, but programs (bonding, monitoring) ask for a speed. */
static int end_get_link_ksettings(struct net_device *dev,
				  struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED_10000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_TP;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static int end_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? STATS_LEN : -EOPNOTSUPP;
}

static void end_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	int i;

	if (sset != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(stats); i++)
		ethtool_puts(&data, stats[i]);
	for (i = FIRST_REASON; i < NSB_REASONS; i++)
		ethtool_sprintf(&data, "tx_drop_%s", nsb_reason_name(i));
	for (i = 0; i < NSB_XDP_STATS; i++)
		ethtool_puts(&data, nsb_xdp_stat_names[i]);
}

static void end_get_ethtool_stats(struct net_device *dev,
				  struct ethtool_stats *hdr, u64 *data)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(end->peer);
	struct nsb_sum sum;
	int i;

	nsb_count_sum(end->count, &sum);
	*data++ = peer ? peer->ifindex : 0;
	*data++ = sum.frames;
	*data++ = sum.segs;
	*data++ = sum.bytes;
	for (i = FIRST_REASON; i < NSB_REASONS; i++)
		*data++ = sum.drops[i];
	nsb_xdp_count_sum(end, data);
}

static void end_get_channels(struct net_device *dev,
			     struct ethtool_channels *channels)
{
	channels->max_rx = dev->num_rx_queues;
	channels->max_tx = dev->num_tx_queues;
	channels->rx_count = dev->real_num_rx_queues;
	channels->tx_count = dev->real_num_tx_queues;
}

static int end_set_channels(struct net_device *dev,
			    struct ethtool_channels *channels)
{
	/* The core has checked the upper bounds. */
	if (!channels->rx_count || !channels->tx_count)
		return -EINVAL;
	return nsb_napi_set_channels(dev, channels->tx_count,
				     channels->rx_count);
}

const struct ethtool_ops nsb_end_ethtool_ops = {
	.get_drvinfo		= end_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= end_get_link_ksettings,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_sset_count		= end_get_sset_count,
	.get_strings		= end_get_strings,
	.get_ethtool_stats	= end_get_ethtool_stats,
	.get_channels		= end_get_channels,
	.set_channels		= end_set_channels,
};
