// SPDX-License-Identifier: GPL-2.0
/* VLANs: of which one a frame is when it comes in, in what form it leaves, who
 * is a member, and how "bridge vlan" changes that.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/netlink.h>

#include "rig.h"
#include "vlan.h"

#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })

static struct nsb_vlans *vlans(struct kunit *test)
{
	struct nsb_vlans *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, v);
	return v;
}

/* -- a frame comes in -- */

/* As a port gets it, with a tag inside if @proto is not 0. */
static struct sk_buff *frame(struct kunit *test, u16 proto, u16 tci)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct ethhdr *eth;
	__be16 *p;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 64);
	skb_reset_mac_header(skb);
	eth = skb_put_zero(skb, ETH_HLEN);
	eth->h_proto = htons(proto ?: ETH_P_802_EX1);
	if (proto) {
		p = skb_put(skb, VLAN_HLEN);
		p[0] = htons(tci);
		p[1] = htons(ETH_P_802_EX1);
	}
	skb_put_zero(skb, 60);
	skb->protocol = eth->h_proto;
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	return skb;
}

static void ingress_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test);
	struct sk_buff *skb;
	u16 vid;

	set_bit(7, v->member);
	set_bit(9, v->member);

	/* Without a tag, and no VLAN for such: it stays out. */
	skb = frame(test, 0, 0);
	KUNIT_EXPECT_FALSE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_NOT_NULL(test, skb);
	/* With one for such. */
	v->pvid = 7;
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 7, vid);
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, 7, skb_vlan_tag_get(skb));
	kfree_skb(skb);
	/* It has to be a member, too. */
	v->pvid = 8;
	skb = frame(test, 0, 0);
	KUNIT_EXPECT_FALSE(test, nsb_vlan_ingress(v, &skb, &vid));
	kfree_skb(skb);
	v->pvid = 7;

	/* A tag inside the frame is taken out of it. */
	skb = frame(test, ETH_P_8021Q, 3 << VLAN_PRIO_SHIFT | 9);
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 9, vid);
	KUNIT_EXPECT_EQ(test, 3 << VLAN_PRIO_SHIFT | 9, skb_vlan_tag_get(skb));
	KUNIT_EXPECT_EQ(test, htons(ETH_P_802_EX1), skb->protocol);
	KUNIT_EXPECT_EQ(test, 60, skb->len);
	kfree_skb(skb);
	/* Of one that the port is no member of. */
	skb = frame(test, ETH_P_8021Q, 10);
	KUNIT_EXPECT_FALSE(test, nsb_vlan_ingress(v, &skb, &vid));
	kfree_skb(skb);
	/* Beside the frame, as a NIC leaves it. */
	skb = frame(test, 0, 0);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 9);
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 9, vid);
	kfree_skb(skb);

	/* A tag that has nothing but a priority keeps it. */
	skb = frame(test, ETH_P_8021Q, 5 << VLAN_PRIO_SHIFT);
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 7, vid);
	KUNIT_EXPECT_EQ(test, 5 << VLAN_PRIO_SHIFT | 7, skb_vlan_tag_get(skb));
	kfree_skb(skb);
	v->pvid = 0;
	skb = frame(test, ETH_P_8021Q, 5 << VLAN_PRIO_SHIFT);
	KUNIT_EXPECT_FALSE(test, nsb_vlan_ingress(v, &skb, &vid));
	kfree_skb(skb);
	v->pvid = 7;

	/* Cut off in its tag. */
	skb = frame(test, ETH_P_8021Q, 9);
	skb_trim(skb, 2);
	KUNIT_EXPECT_FALSE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_NULL(test, skb);
}

/* A provider's tag is payload, inside the frame or beside it. */
static void provider_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test);
	struct sk_buff *skb;
	u16 vid;

	v->pvid = 7;
	set_bit(7, v->member);
	set_bit(9, v->member);
	skb = frame(test, ETH_P_8021AD, 9);
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 7, vid);
	KUNIT_EXPECT_EQ(test, htons(ETH_P_8021AD), skb->protocol);
	kfree_skb(skb);

	skb = frame(test, 0, 0);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021AD), 9);
	KUNIT_EXPECT_TRUE(test, nsb_vlan_ingress(v, &skb, &vid));
	KUNIT_EXPECT_EQ(test, 7, vid);
	KUNIT_EXPECT_EQ(test, htons(ETH_P_8021AD), skb->protocol);
	KUNIT_EXPECT_EQ(test, 7, skb_vlan_tag_get(skb));
	KUNIT_EXPECT_EQ(test, htons(ETH_P_8021Q), skb->vlan_proto);
	KUNIT_EXPECT_EQ(test, htons(9), *(__be16 *)skb->data);
	KUNIT_EXPECT_EQ(test, 60 + VLAN_HLEN, skb->len);
	kfree_skb(skb);
}

static void egress_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test);
	struct sk_buff *skb = frame(test, 0, 0);

	set_bit(7, v->member);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 7);
	nsb_vlan_egress(v, skb, 7);
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	/* Not where the bridge does not filter. */
	set_bit(7, v->untagged);
	nsb_vlan_egress(v, skb, 0);
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	nsb_vlan_egress(v, skb, 7);
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	kfree_skb(skb);
}

/* -- who is a member -- */

static void forget_all(struct nsb_vlans *v)
{
	bitmap_zero(v->member, VLAN_N_VID);
	bitmap_zero(v->untagged, VLAN_N_VID);
	v->pvid = 0;
}

/* The bridge device is a port like any other, coming and going. */
static void host_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	rig->br->vlan_filtering = true;
	rig_send(rig->host, BCAST, NULL);
	EXPECT_TO(test, rig, rig_bit(a) | rig_bit(b));
	rig_send(a, rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, rig, rig_bit(rig->host));

	forget_all(&rig->br->own_vlans);
	rig_send(rig->host, BCAST, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(rig->host, NULL, NSBRIDGE_REASON_VLAN));
	rig_send(a, BCAST, NULL);
	EXPECT_TO(test, rig, rig_bit(b));
	rig_send(a, rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(a, NULL, NSBRIDGE_REASON_UNKNOWN));
}

/* Nobody else is in the VLAN: each way to find a destination says so. */
static void alone_test(struct kunit *test)
{
	const u8 group[] = { 0x01, 0, 0x5e, 1, 2, 3 };
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *up = rig_uplink(rig);
	struct rig_frame tagged = { .dst = RIG_MAC(2), .vlan = 7, .len = 64 };

	rig->br->vlan_filtering = true;
	set_bit(7, a->port->vlans.member);
	rtnl_lock();
	dev_mc_add(b->far, group);
	rtnl_unlock();

	/* an entry, */
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, 0);
	/* nobody's, and flooded to the uplink, */
	tagged.dst = RIG_MAC(0x20);
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 2, rig_drops(a, NULL, NSBRIDGE_REASON_UNKNOWN));
	/* a group that has a member, everyone. */
	tagged.dst = group;
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, 0);
	tagged.dst = BCAST;
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 2, rig_drops(a, NULL, NSBRIDGE_REASON_NOBODY));

	/* Nothing of that was for somebody who is no member, and does not
	 * count as a copy that was dropped.
	 */
	KUNIT_EXPECT_EQ(test, 0, rig_drops(a, b, NSBRIDGE_REASON_VLAN));
	set_bit(7, up->port->vlans.member);
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, rig_bit(up));
}

/* Two namespaces with one MAC, one of them in the VLAN. */
static void twins_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *c = rig_cable(rig, 3, RIG_MAC(2));
	struct rig_frame tagged = { .dst = RIG_MAC(2), .vlan = 7, .len = 64 };

	rig->br->vlan_filtering = true;
	set_bit(7, a->port->vlans.member);
	set_bit(7, c->port->vlans.member);
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, rig_bit(c));
	/* Both: the one that has been there longer. */
	set_bit(7, b->port->vlans.member);
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, rig_bit(b));
	/* Denied to that one, the other gets it. */
	clear_bit(7, b->port->vlans.member);
	a->port->isolated = true;
	c->port->isolated = true;
	rig_send_frame(a, &tagged);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(a, c, NSBRIDGE_REASON_POLICY));
}

/* -- "bridge vlan" -- */

struct change {
	struct sk_buff *skb;
	struct nlattr *spec;
};

static void change_start(struct kunit *test, struct change *c)
{
	c->skb = alloc_skb(512, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, c->skb);
	c->spec = nla_nest_start_noflag(c->skb, IFLA_AF_SPEC);
}

static void change_vlan(struct change *c, u16 vid, u16 flags)
{
	struct bridge_vlan_info info = { .vid = vid, .flags = flags };

	nla_put(c->skb, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static int change_done(struct change *c, struct nsb_vlans *v, bool add)
{
	int err;

	nla_nest_end(c->skb, c->spec);
	err = nsb_vlan_change(v, c->spec, add, NULL);
	kfree_skb(c->skb);
	return err;
}

static int one(struct kunit *test, struct nsb_vlans *v, u16 vid, u16 flags,
	       bool add)
{
	struct change c;

	change_start(test, &c);
	change_vlan(&c, vid, flags);
	return change_done(&c, v, add);
}

static int range(struct kunit *test, struct nsb_vlans *v, u16 from, u16 to,
		 u16 flags, bool add)
{
	struct change c;

	change_start(test, &c);
	change_vlan(&c, from, flags | BRIDGE_VLAN_INFO_RANGE_BEGIN);
	change_vlan(&c, to, flags | BRIDGE_VLAN_INFO_RANGE_END);
	return change_done(&c, v, add);
}

static void change_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test);

	KUNIT_EXPECT_EQ(test, 0, one(test, v, 7, BRIDGE_VLAN_INFO_PVID |
				     BRIDGE_VLAN_INFO_UNTAGGED, true));
	KUNIT_EXPECT_TRUE(test, test_bit(7, v->member) &&
			  test_bit(7, v->untagged) && v->pvid == 7);
	/* The same again, with less. */
	KUNIT_EXPECT_EQ(test, 0, one(test, v, 7, 0, true));
	KUNIT_EXPECT_TRUE(test, test_bit(7, v->member) &&
			  !test_bit(7, v->untagged) && !v->pvid);
	/* There is one PVID, the last. */
	one(test, v, 7, BRIDGE_VLAN_INFO_PVID, true);
	one(test, v, 8, BRIDGE_VLAN_INFO_PVID, true);
	KUNIT_EXPECT_EQ(test, 8, v->pvid);
	KUNIT_EXPECT_EQ(test, 0, one(test, v, 7, 0, false));
	KUNIT_EXPECT_EQ(test, 8, v->pvid);
	KUNIT_EXPECT_EQ(test, 0, one(test, v, 8, 0, false));
	KUNIT_EXPECT_EQ(test, 0, v->pvid);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(v->member, VLAN_N_VID));

	KUNIT_EXPECT_EQ(test, 0, range(test, v, 10, 20, 0, true));
	KUNIT_EXPECT_EQ(test, 11, bitmap_weight(v->member, VLAN_N_VID));
	KUNIT_EXPECT_EQ(test, 0, range(test, v, 12, 18, 0, false));
	KUNIT_EXPECT_EQ(test, 4, bitmap_weight(v->member, VLAN_N_VID));
	KUNIT_EXPECT_EQ(test, 0, range(test, v, 1, 4094, 0, true));
	KUNIT_EXPECT_EQ(test, 4094, bitmap_weight(v->member, VLAN_N_VID));
}

/* Nothing of a request with a mistake is done, wherever it is. */
static void mistake_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test);
	struct change c;

	KUNIT_EXPECT_EQ(test, -EINVAL, one(test, v, 0, 0, true));
	KUNIT_EXPECT_EQ(test, -EINVAL, one(test, v, 4095, 0, true));
	KUNIT_EXPECT_EQ(test, -EINVAL, range(test, v, 20, 10, 0, true));
	KUNIT_EXPECT_EQ(test, -EINVAL, range(test, v, 10, 10, 0, true));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			range(test, v, 10, 20, BRIDGE_VLAN_INFO_PVID, true));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			one(test, v, 10, BRIDGE_VLAN_INFO_RANGE_END, true));

	change_start(test, &c);
	change_vlan(&c, 5, 0);
	change_vlan(&c, 4095, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, change_done(&c, v, true));
	change_start(test, &c);
	change_vlan(&c, 5, 0);
	nla_put_u16(c.skb, IFLA_BRIDGE_VLAN_TUNNEL_INFO, 1);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, change_done(&c, v, true));
	change_start(test, &c);
	change_vlan(&c, 5, 0);
	nla_put_u16(c.skb, IFLA_BRIDGE_VLAN_INFO, 1);
	KUNIT_EXPECT_EQ(test, -EINVAL, change_done(&c, v, true));
	KUNIT_EXPECT_TRUE(test, bitmap_empty(v->member, VLAN_N_VID));

	/* "self" or "master" */
	change_start(test, &c);
	nla_put_u16(c.skb, IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
	change_vlan(&c, 5, 0);
	KUNIT_EXPECT_EQ(test, 0, change_done(&c, v, true));
	KUNIT_EXPECT_TRUE(test, test_bit(5, v->member));
}

/* What is shown can be given back, and is the same. */
static void fill_test(struct kunit *test)
{
	struct nsb_vlans *v = vlans(test), *w = vlans(test);
	struct sk_buff *skb;
	int compressed, rem, n;
	struct nlattr *attr;

	range(test, v, 10, 20, 0, true);
	range(test, v, 21, 30, BRIDGE_VLAN_INFO_UNTAGGED, true);
	one(test, v, 15, BRIDGE_VLAN_INFO_PVID, true);
	one(test, v, 4094, 0, true);
	for (compressed = 0; compressed < 2; compressed++) {
		skb = alloc_skb(1024, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, 0, nsb_vlan_fill(skb, v, compressed));
		n = 0;
		nla_for_each_nested(attr, (struct nlattr *)skb->data, rem)
			n++;
		/* 10-14, 15, 16-20, 21-30, 4094 */
		KUNIT_EXPECT_EQ(test, compressed ? 8 : 22, n);
		forget_all(w);
		KUNIT_EXPECT_EQ(test, 0, nsb_vlan_change(w, (struct nlattr *)skb->data,
							 true, NULL));
		KUNIT_EXPECT_EQ(test, 0, memcmp(v, w, sizeof(*v)));
		kfree_skb(skb);
	}
	/* A message that it does not fit into. */
	skb = alloc_skb(32, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put(skb, skb_tailroom(skb) - 32);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, nsb_vlan_fill(skb, v, false));
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ingress_test),
	KUNIT_CASE(provider_test),
	KUNIT_CASE(egress_test),
	KUNIT_CASE(host_test),
	KUNIT_CASE(alone_test),
	KUNIT_CASE(twins_test),
	KUNIT_CASE(change_test),
	KUNIT_CASE(mistake_test),
	KUNIT_CASE(fill_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-vlan",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
