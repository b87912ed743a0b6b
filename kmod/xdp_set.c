// SPDX-License-Identifier: GPL-2.0
/* XDP programs come and go. */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "napi.h"
#include "pair.h"
#include "xdp.h"

/* What is received has to fit into a page, unless the program can do with many:
 * a frame with two tags, the room in front, and what the skb needs. No kernel's
 * limit is below the number that the message gives.
 */
static unsigned int mtu_max(const struct bpf_prog *prog)
{
	unsigned int max = SKB_WITH_OVERHEAD(PAGE_SIZE - XDP_PACKET_HEADROOM) -
			   ETH_HLEN - 2 * VLAN_HLEN;

	BUILD_BUG_ON(SKB_WITH_OVERHEAD(PAGE_SIZE - XDP_PACKET_HEADROOM) <
		     3000 + ETH_HLEN + 2 * VLAN_HLEN);
	if (prog && prog->aux->xdp_has_frags)
		max += MAX_SKB_FRAGS * PAGE_SIZE;
	return prog ? min_t(unsigned int, max, ETH_MAX_MTU) : ETH_MAX_MTU;
}

/* Only at this end is there something that the peer's MTU has to fit. */
static int set(struct net_device *dev, struct bpf_prog *prog,
	       struct netlink_ext_ack *extack)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(end->peer);
	struct bpf_prog *old = rtnl_dereference(end->prog);
	int err;

	if (prog && !peer) {
		NL_SET_ERR_MSG(extack,
			       "The other end of the pair is being deleted, there is nothing to receive from");
		return -ENOTCONN;
	}
	if (prog && peer->mtu > mtu_max(prog)) {
		NL_SET_ERR_MSG(extack,
			       "The MTU of the peer is too large for a program without fragments: lower it to 3000, or mark the program as able to have them (xdp.frags)");
		return -ERANGE;
	}

	err = prog ? nsb_xdp_count_need(end, GFP_KERNEL_ACCOUNT) : 0;
	if (err) {
		NL_SET_ERR_MSG(extack, "No memory for the program's counters");
		return err;
	}
	rcu_assign_pointer(end->prog, prog);
	err = nsb_napi_adapt(dev);
	if (err) {
		rcu_assign_pointer(end->prog, old);
		NL_SET_ERR_MSG(extack, "No memory for receive queues");
		return err;
	}
	if (old)
		bpf_prog_put(old);
	if (!peer)
		return 0;
	peer->max_mtu = mtu_max(prog);
	if (!old != !prog)
		netdev_update_features(peer);
	return 0;
}

/**
 * nsb_xdp_bpf() - set or remove a device's own XDP program
 * @dev: an nsveth
 * @bpf: what to do
 *
 * ndo_bpf.
 *
 * Context: process, RTNL. May sleep for RCU grace periods.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return set(dev, bpf->prog, bpf->extack);
	default:
		return -EINVAL;
	}
}

/**
 * nsb_xdp_fix_features() - what a device can do as things stand
 * @dev: an nsveth
 * @features: what is wanted
 *
 * ndo_fix_features. A program at the other end wants frames as they would be on
 * a wire.
 *
 * Context: process, RTNL.
 */
netdev_features_t nsb_xdp_fix_features(struct net_device *dev,
				       netdev_features_t features)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(end->peer);

	if (!peer)
		return features;
	end = netdev_priv(peer);
	if (rcu_access_pointer(end->prog))
		features &= ~NETIF_F_GSO_SOFTWARE;
	return features;
}
