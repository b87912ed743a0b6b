// SPDX-License-Identifier: GPL-2.0
/* The devices of an nsveth pair. How pairs are made and unmade is in
 * pair_link.c.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "crossing.h"
#include "ethtool.h"
#include "far.h"
#include "napi.h"
#include "pair.h"
#include "pair_link.h"
#include "port.h"
#include "xdp.h"
#include "xmit.h"

#define VLAN_FEATURES	(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX | \
			 NETIF_F_HW_VLAN_STAG_TX | NETIF_F_HW_VLAN_STAG_RX)
#define FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			 NETIF_F_HW_CSUM | NETIF_F_RXCSUM | \
			 NETIF_F_SCTP_CRC | NETIF_F_GSO_SOFTWARE | \
			 NETIF_F_GSO_ENCAP_ALL | VLAN_FEATURES)

/* Context: RTNL, or RCU without bottom halves, so that a device on its way out
 * can be asked as well.
 */
static struct net_device *peer_of(const struct net_device *dev)
{
	const struct nsb_end *end = netdev_priv(dev);

	return rcu_dereference_rtnl(end->peer);
}

/* -- counters -- */

static void end_get_stats64(struct net_device *dev,
			    struct rtnl_link_stats64 *stats)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer;
	struct nsb_sum sum;
	int i;

	/* what bpf_redirect_peer() put into this end, past the cable */
	dev_fetch_sw_netstats(stats, dev->tstats);

	nsb_count_sum(end->count, &sum);
	stats->tx_packets += sum.frames;
	stats->tx_bytes += sum.bytes;
	for (i = 0; i < NSB_REASONS; i++)
		stats->tx_dropped += sum.drops[i];

	/* What the peer could not deliver here the core has counted as this
	 * end's rx_dropped already.
	 */
	rcu_read_lock();
	peer = peer_of(dev);
	if (peer) {
		end = netdev_priv(peer);
		nsb_count_sum(end->count, &sum);
		stats->rx_packets += sum.frames;
		stats->rx_bytes += sum.bytes;
	}
	rcu_read_unlock();
}

/**
 * nsb_end_crossing() - what one direction of a cable carried
 * @dev: an nsveth device
 * @sum: filled with what crossed from @dev to its peer since both have been in
 *	the namespaces they are in
 *
 * Context: RCU or RTNL
 */
void nsb_end_crossing(const struct net_device *dev, struct nsb_sum *sum)
{
	struct nsb_end *end = netdev_priv(dev);
	unsigned int seq;
	u64 any;
	int i;

	do {
		seq = read_seqbegin(&end->base_lock);
		nsb_count_sum(end->count, sum);
		sum->frames -= end->base.frames;
		sum->segs -= end->base.segs;
		sum->bytes -= end->base.bytes;
		sum->copies -= end->base.copies;
		sum->flooded -= end->base.flooded;
		sum->drop_copies -= end->base.drop_copies;
		any = sum->frames;
		for (i = 0; i < NSB_REASONS; i++) {
			sum->drops[i] -= end->base.drops[i];
			any |= sum->drops[i];
		}
	} while (read_seqretry(&end->base_lock, seq));

	if (!any)
		sum->last = 0;
}

static void end_restart(struct nsb_end *end)
{
	struct nsb_sum sum;

	nsb_count_sum(end->count, &sum);
	write_seqlock_bh(&end->base_lock);
	end->base = sum;
	end->since = ktime_get_real_ns();
	write_sequnlock_bh(&end->base_lock);
}

/**
 * nsb_end_restart() - begin the crossings of a cable anew
 * @end: an end that has another namespace now, or is no longer a port
 *
 * Context: RTNL
 */
void nsb_end_restart(struct nsb_end *end)
{
	struct net_device *peer = rtnl_dereference(end->peer);

	end_restart(end);
	if (peer)
		end_restart(netdev_priv(peer));
}

/* -- state -- */

static int end_init(struct net_device *dev)
{
	struct nsb_end *end = netdev_priv(dev);

	netdev_lockdep_set_classes(dev);
	seqlock_init(&end->base_lock);
	end->count = nsb_count_alloc(GFP_KERNEL_ACCOUNT);
	return end->count ? 0 : -ENOMEM;
}

/* The counters outlive ndo_uninit: who holds a reference may still read them. */
static void end_free(struct net_device *dev)
{
	struct nsb_end *end = netdev_priv(dev);

	free_percpu(end->count);
	free_percpu(end->xdp);
}

static int end_open(struct net_device *dev)
{
	struct net_device *peer = peer_of(dev);
	int err;

	if (!peer)
		return -ENOTCONN;
	err = nsb_napi_adapt(dev);
	if (err)
		return err;
	if (peer->flags & IFF_UP) {
		netif_carrier_on(dev);
		netif_carrier_on(peer);
	}
	return 0;
}

static int end_stop(struct net_device *dev)
{
	struct net_device *peer = peer_of(dev);

	netif_carrier_off(dev);
	if (peer)
		netif_carrier_off(peer);
	nsb_napi_stop(dev);
	return 0;
}

static int end_get_iflink(const struct net_device *dev)
{
	const struct net_device *peer;
	int ifindex;

	rcu_read_lock();
	peer = peer_of(dev);
	ifindex = peer ? READ_ONCE(peer->ifindex) : 0;
	rcu_read_unlock();
	return ifindex;
}

static struct net_device *end_get_peer_dev(struct net_device *dev)
{
	return peer_of(dev);
}

/* Either end sends into the other, so both must have what either one needs. */
static void end_set_rx_headroom(struct net_device *dev, int headroom)
{
	struct nsb_end *end = netdev_priv(dev), *other;
	struct net_device *peer;
	unsigned int both;

	rcu_read_lock();
	peer = peer_of(dev);
	if (peer) {
		other = netdev_priv(peer);
		end->headroom = max(headroom, 0);
		both = max(end->headroom, other->headroom);
		dev->needed_headroom = both;
		peer->needed_headroom = both;
	}
	rcu_read_unlock();
}

/* The addresses of this end belong in the table of the bridge at the other.
 * Context: the address list's lock held
 */
static void end_set_rx_mode(struct net_device *dev)
{
	struct net_device *peer;
	struct nsb_port *port;
	struct nsb_end *other;

	rcu_read_lock();
	peer = peer_of(dev);
	if (peer) {
		other = netdev_priv(peer);
		port = rcu_dereference(other->port);
		if (port)
			nsb_far_sync(port, dev);
	}
	rcu_read_unlock();
}

/* -- "bridge fdb" on a device: its table is its port's, if it is one -- */

static int end_fdb_add(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid, u16 flags, NSB_FDB_NOTIFIED
		       struct netlink_ext_ack *extack)
{
	struct nsb_end *end = netdev_priv(dev);
	struct nsb_port *port = rtnl_dereference(end->port);

	if (port)
		return nsb_port_fdb_add(port, ndm, addr, vid, flags, extack);
	return ndo_dflt_fdb_add(ndm, tb, dev, addr, vid, flags);
}

static int end_fdb_del(struct ndmsg *ndm, struct nlattr *tb[],
		       struct net_device *dev, const unsigned char *addr,
		       u16 vid, NSB_FDB_NOTIFIED
		       struct netlink_ext_ack *extack)
{
	struct nsb_end *end = netdev_priv(dev);
	struct nsb_port *port = rtnl_dereference(end->port);

	if (port)
		return nsb_port_fdb_del(port, addr, vid, extack);
	return ndo_dflt_fdb_del(ndm, tb, dev, addr, vid);
}

/* Does a request for a dump name this device? What the core made of it is not
 * handed on. A struct ifinfomsg, the older form, has the index in the same
 * place.
 */
static bool dump_is_for(const struct netlink_callback *cb,
			const struct net_device *dev)
{
	const struct ndmsg *ndm = nlmsg_data(cb->nlh);

	static_assert(offsetof(struct ndmsg, ndm_ifindex) ==
		      offsetof(struct ifinfomsg, ifi_index));
	return nlmsg_len(cb->nlh) >= sizeof(*ndm) &&
	       ndm->ndm_ifindex == dev->ifindex;
}

static int end_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb,
			struct net_device *dev, struct net_device *filter_dev,
			int *idx)
{
	struct nsb_end *end = netdev_priv(dev);
	struct nsb_port *port = rtnl_dereference(end->port);
	int err;

	/* In a dump of all devices the bridge itself shows the whole table. */
	if (port && dump_is_for(cb, dev)) {
		err = nsb_port_fdb_dump(skb, cb, dev, port, idx);
		if (err)
			return err;
	}
	return ndo_dflt_fdb_dump(skb, cb, dev, filter_dev, idx);
}

const struct net_device_ops nsb_end_netdev_ops = {
	.ndo_init		= end_init,
	.ndo_open		= end_open,
	.ndo_stop		= end_stop,
	.ndo_start_xmit		= nsb_xmit,
	.ndo_features_check	= passthru_features_check,
	.ndo_fix_features	= nsb_xdp_fix_features,
	.ndo_set_features	= nsb_napi_set_features,
	.ndo_bpf		= nsb_xdp_bpf,
	.ndo_xdp_xmit		= nsb_xdp_xmit,
	.ndo_get_stats64	= end_get_stats64,
	.ndo_set_rx_mode	= end_set_rx_mode,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_get_iflink		= end_get_iflink,
	.ndo_get_peer_dev	= end_get_peer_dev,
	.ndo_set_rx_headroom	= end_set_rx_headroom,
	.ndo_fdb_add		= end_fdb_add,
	.ndo_fdb_del		= end_fdb_del,
	.ndo_fdb_dump		= end_fdb_dump,
};

/**
 * nsb_end_setup() - make a new device an end of a pair
 * @dev: what was just allocated, with room for a struct nsb_end
 */
void nsb_end_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &nsb_end_netdev_ops;
	dev->ethtool_ops = &nsb_end_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = end_free;
	/* for bpf_redirect_peer(), which counts what it puts in */
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;

	/* An skb may be the sender's no longer once it has crossed. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* Nothing filters, so a second address costs no promiscuity. */
	dev->priv_flags |= IFF_UNICAST_FLT;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE |
			   IFF_PHONY_HEADROOM | IFF_DISABLE_NETPOLL;
	nsb_set_lltx(dev);
	nsb_set_xdp_features(dev);

	dev->features |= FEATURES;
	dev->hw_features = FEATURES;
	dev->hw_enc_features = FEATURES;
	dev->vlan_features = FEATURES & ~VLAN_FEATURES;
	dev->mpls_features = NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE;
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);
	dev->max_mtu = ETH_MAX_MTU;
}
