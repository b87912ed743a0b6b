// SPDX-License-Identifier: GPL-2.0
/* What is sent on the bench, and what became of it; see rig.h. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/unaligned.h>

#include "compat/compat.h"
#include "crossing.h"
#include "pair.h"
#include "rig.h"

#define PAYLOAD		46	/* what makes a frame of 60 bytes */

static struct sk_buff *build(struct rig_port *from, const struct rig_frame *f)
{
	unsigned int len = max_t(unsigned int, f->len, PAYLOAD);
	unsigned int i, tags = from->rig->tags;
	__be16 proto = htons(f->proto ?: ETH_P_802_EX1);
	struct vlan_hdr *tag;
	struct ethhdr *eth;
	struct sk_buff *skb;
	u8 *data;

	skb = alloc_skb(LL_MAX_HEADER + ETH_HLEN + tags * VLAN_HLEN + len +
			sizeof(u64), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(from->rig->test, skb);
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_mac_header(skb);
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, f->dst);
	ether_addr_copy(eth->h_source, f->src ?: from->far->dev_addr);
	eth->h_proto = tags ? htons(ETH_P_8021Q) : proto;
	skb_set_network_header(skb, ETH_HLEN);
	for (i = 0; i < tags; i++) {
		tag = skb_put_zero(skb, VLAN_HLEN);
		tag->h_vlan_encapsulated_proto =
			i + 1 < tags ? htons(ETH_P_8021Q) : proto;
	}
	data = skb_put_zero(skb, len);
	if (f->data)
		memcpy(data, f->data, f->len);
	put_unaligned(++from->rig->serial, (u64 *)skb_put(skb, sizeof(u64)));

	skb->dev = from->far;
	skb->protocol = from->rig->pretend ? htons(from->rig->pretend) :
					     eth->h_proto;
	if (f->vlan)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), f->vlan);
	return skb;
}

/**
 * rig_raw() - a frame of any length, that no tap knows
 * @from: whose address it bears
 * @dev: the device that is to send it
 * @dst: destination MAC
 * @proto: what it says to be
 * @len: how many bytes, with as much of the header as there is room for
 */
struct sk_buff *rig_raw(struct rig_port *from, struct net_device *dev,
			const u8 *dst, u16 proto, unsigned int len)
{
	struct ethhdr eth = { .h_proto = htons(proto) };
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(from->rig->test, skb);
	ether_addr_copy(eth.h_dest, dst);
	ether_addr_copy(eth.h_source, from->far->dev_addr);
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_mac_header(skb);
	skb_put_data(skb, &eth, min_t(unsigned int, len, ETH_HLEN));
	if (len > ETH_HLEN)
		skb_put_zero(skb, len - ETH_HLEN);
	skb_set_network_header(skb, ETH_HLEN);
	skb->dev = dev;
	skb->protocol = eth.h_proto;
	return skb;
}

/**
 * rig_send_raw() - send it
 * @skb: the frame
 *
 * Returns when it has arrived, or not.
 */
void rig_send_raw(struct sk_buff *skb)
{
	dev_queue_xmit(skb);
	rig_settle();
}

/**
 * rig_send_frame() - a namespace sends
 * @from: by which port; an uplink receives
 * @frame: what
 *
 * Returns when it has arrived, or not; rig_got() tells where.
 */
void rig_send_frame(struct rig_port *from, const struct rig_frame *frame)
{
	struct sk_buff *skb = build(from, frame);
	unsigned int i;

	for (i = 0; i < from->rig->n_ports; i++)
		from->rig->ports[i].got = 0;

	if (rig_is_uplink(from)) {
		skb->protocol = eth_type_trans(skb, from->dev);
		local_bh_disable();
		netif_receive_skb(skb);
		local_bh_enable();
	} else {
		dev_queue_xmit(skb);
	}
	rig_settle();
}

/**
 * rig_send() - a namespace sends something that the kernel does not know
 * @from: by which port
 * @dst: to whom
 * @src: from whom, NULL for the address of the device that sends
 */
void rig_send(struct rig_port *from, const u8 *dst, const u8 *src)
{
	const struct rig_frame frame = { .dst = dst, .src = src };

	rig_send_frame(from, &frame);
}

/**
 * rig_got() - who got the last frame
 * @rig: the rig
 *
 * Return: a bit for each, rig_bit(), and RIG_TWICE if somebody got it twice.
 */
u32 rig_got(struct rig *rig)
{
	unsigned int i;
	u32 got = 0;

	for (i = 0; i < rig->n_ports; i++) {
		if (rig->ports[i].got)
			got |= BIT(i);
		if (rig->ports[i].got > 1)
			got |= RIG_TWICE;
	}
	return got;
}

/* An ARP message in which @sender says or asks something of @target. */
void rig_send_arp(struct rig_port *from, const u8 *dst, u16 op,
		  const char *sender, const char *target)
{
	struct nsb_arp arp = {
		.hdr = {
			.ar_hrd	= htons(ARPHRD_ETHER),
			.ar_pro	= htons(ETH_P_IP),
			.ar_hln	= ETH_ALEN,
			.ar_pln	= 4,
			.ar_op	= htons(op),
		},
		.sender_ip	= in_aton(sender),
		.target_ip	= in_aton(target),
	};
	struct rig_frame frame = {
		.dst	= dst,
		.proto	= ETH_P_ARP,
		.data	= &arp,
		.len	= sizeof(arp),
	};

	ether_addr_copy(arp.sender, from->far->dev_addr);
	rig_send_frame(from, &frame);
}

/* What was dropped on the way to @to, or to nowhere. */
u64 rig_drops(const struct rig_port *from, const struct rig_port *to,
	      enum nsbridge_reason reason)
{
	struct nsb_sum sum;

	local_bh_disable();
	rcu_read_lock();
	nsb_count_sum(nsb_crossing(rig_side(from), to ? rig_side(to) :
						   NULL)->count, &sum);
	rcu_read_unlock();
	local_bh_enable();
	return sum.drops[reason];
}

/* What the bridge lost before it could tell whose it was. */
u64 rig_rx_dropped(const struct rig *rig)
{
	struct rtnl_link_stats64 stats;

	dev_get_stats(rig->br->dev, &stats);
	return stats.rx_dropped;
}

/* What an end of a cable could not send. */
u64 rig_cable_drops(const struct net_device *dev, enum nsbridge_reason reason)
{
	struct nsb_sum sum;

	nsb_count_sum(((struct nsb_end *)netdev_priv(dev))->count, &sum);
	return sum.drops[reason];
}
