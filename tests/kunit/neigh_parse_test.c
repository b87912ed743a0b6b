// SPDX-License-Identifier: GPL-2.0
/* What a frame says of who has an IP address and who asks for it. */
#include <linux/if_arp.h>
#include <linux/inet.h>
#include <linux/skbuff.h>
#include <net/ndisc.h>

#include "neigh.h"
#include "rig.h"
#include "rig_nd.h"

static bool parse(struct kunit *test, u16 proto, const void *data,
		  unsigned int len, struct nsb_neigh_msg *msg)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);
	bool is;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, data, len);
	skb->protocol = htons(proto);
	is = nsb_neigh_parse(skb, msg);
	kfree_skb(skb);
	return is;
}

static void parse_test(struct kunit *test)
{
	struct nsb_neigh_msg msg;
	struct in6_addr want;
	unsigned int len;
	struct nd nd;

	len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "fd09::1", "fd09::2", 0);
	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_IPV6, &nd, len, &msg));
	KUNIT_EXPECT_TRUE(test, msg.ask && msg.claim);
	in6_pton("fd09::2", -1, want.s6_addr, -1, NULL);
	KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&msg.target, &want));
	in6_pton("fd09::1", -1, want.s6_addr, -1, NULL);
	KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&msg.source, &want));

	/* Too short for what it says it is. */
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IPV6, &nd, len - 1, &msg));
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IPV6, &nd,
				       sizeof(nd.ip) + 2, &msg));
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IPV6, &nd, 20, &msg));
	len = nd_build(&nd, NDISC_NEIGHBOUR_ADVERTISEMENT, "fd09::1", NULL, 0);
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IPV6, &nd, len, &msg));
	/* Not IPv6 at all, whatever the frame's type is. */
	len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "fd09::1", "fd09::2", 0);
	nd.ip.version = 4;
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IPV6, &nd, len, &msg));
	nd.ip.version = 6;
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_IP, &nd, len, &msg));

	/* RFC 4862: from nowhere it asks, and claims nothing. */
	len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "::", "fd09::2", 0);
	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_IPV6, &nd, len, &msg));
	KUNIT_EXPECT_TRUE(test, msg.ask && !msg.claim);
}

static void parse_arp_test(struct kunit *test)
{
	struct nsb_arp arp = {
		.hdr = {
			.ar_hrd	= htons(ARPHRD_ETHER),
			.ar_pro	= htons(ETH_P_IP),
			.ar_hln	= ETH_ALEN,
			.ar_pln	= 4,
			.ar_op	= htons(ARPOP_REQUEST),
		},
		.sender_ip	= htonl(0x0a090001),
		.target_ip	= htonl(0x0a090002),
	};
	struct nsb_neigh_msg msg;

	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	KUNIT_EXPECT_TRUE(test, msg.ask && msg.claim);
	/* RFC 5227: an announcement is for everyone, a probe claims nothing. */
	arp.target_ip = arp.sender_ip;
	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	KUNIT_EXPECT_TRUE(test, !msg.ask && msg.claim);
	arp.sender_ip = 0;
	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	KUNIT_EXPECT_TRUE(test, msg.ask && !msg.claim);
	/* A reply asks nothing. */
	arp.hdr.ar_op = htons(ARPOP_REPLY);
	KUNIT_ASSERT_TRUE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	KUNIT_EXPECT_FALSE(test, msg.ask);

	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp) - 1,
				       &msg));
	arp.hdr.ar_hln = 8;
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	arp.hdr.ar_hln = ETH_ALEN;
	arp.hdr.ar_pln = 16;
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
	arp.hdr.ar_pln = 4;
	arp.hdr.ar_pro = htons(ETH_P_IPV6);
	KUNIT_EXPECT_FALSE(test, parse(test, ETH_P_ARP, &arp, sizeof(arp), &msg));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(parse_test),
	KUNIT_CASE(parse_arp_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-neigh-parse",
	.test_cases	= cases,
};

kunit_test_suite(suite);
