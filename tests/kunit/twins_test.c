// SPDX-License-Identifier: GPL-2.0
/* One MAC in several namespaces: which of them can use a frame, and gets it. */
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/ndisc.h>

#include "rig.h"

#define X	RIG_MAC(0x10)
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })

/* Two namespaces with one MAC, the first of them longer; and 10.9.0.n for each
 * namespace n.
 */
static void twins(struct kunit *test, struct rig_town *t)
{
	unsigned int i;

	rig_town(test, t);
	rig_set_mac(t->a, X);
	rig_set_mac(t->b, X);
	for (i = 1; i <= 4; i++)
		RIG_SH(test, "s %u ipv4/ip_forward 0; n %u addr add 10.9.0.%u/24 dev %s",
		       i, i, i, t->rig->ports[i].far->name);
}

static void send_ip(struct rig_port *from, const u8 *dst, const char *to)
{
	struct iphdr ip = {
		.version	= 4,
		.ihl		= 5,
		.ttl		= 64,
		.protocol	= IPPROTO_UDP,
		.tot_len	= htons(46),
		.saddr		= in_aton("10.9.0.4"),
		.daddr		= in_aton(to),
	};
	struct rig_frame frame = {
		.dst	= dst,
		.proto	= ETH_P_IP,
		.data	= &ip,
		.len	= sizeof(ip),
	};

	ip.check = ip_fast_csum(&ip, ip.ihl);
	rig_send_frame(from, &frame);
}

static void send_arp(struct rig_port *from, const u8 *dst, const char *to)
{
	rig_send_arp(from, dst, ARPOP_REQUEST, "10.9.0.4", to);
}

static struct in6_addr in6(u16 prefix, u8 host)
{
	return (struct in6_addr){ .s6_addr = { prefix >> 8, prefix, [15] = host } };
}

/* With @target, a neighbour solicitation for it. */
static void send_ip6(struct rig_port *from, const u8 *dst, struct in6_addr to,
		     const struct in6_addr *target)
{
	struct {
		struct ipv6hdr ip;
		struct nd_msg nd;
	} __packed p = {
		.ip = {
			.version	= 6,
			.hop_limit	= 255,
			.payload_len	= htons(sizeof(p.nd)),
			.nexthdr	= target ? IPPROTO_ICMPV6 : IPPROTO_UDP,
			.saddr		= in6(0xfd09, 4),
			.daddr		= to,
		},
		.nd.icmph.icmp6_type	= NDISC_NEIGHBOUR_SOLICITATION,
	};
	struct rig_frame frame = {
		.dst	= dst,
		.proto	= ETH_P_IPV6,
		.data	= &p,
		.len	= sizeof(p),
	};

	if (target)
		p.nd.target = *target;
	rig_send_frame(from, &frame);
}

static void ipv4_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	send_ip(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* None can use it: the incumbent. */
	send_ip(t.d, X, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* From outside, where no route can be looked up. */
	send_ip(t.up, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.up, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* From the bridge's own namespace, which has no route there. */
	send_ip(t.rig->host, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Not an IPv4 header, so nothing that could be judged. */
	rig_send_frame(t.d, &(struct rig_frame){ .dst = X, .proto = ETH_P_IP });
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

static void arp_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	send_arp(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_arp(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_arp(t.d, X, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	/* A proxy can use what it answers for. */
	RIG_SH(test, "n 2 neigh add proxy 10.9.0.9 dev %s", t.b->far->name);
	send_arp(t.d, X, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.d, X, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_arp(t.d, X, "10.9.0.8");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* fd09::n for each namespace n. The twins would have one link-local address. */
static void ipv6_on(struct rig_town *t, unsigned int i)
{
	const char *dev = t->rig->ports[i].far->name;

	RIG_SH(t->rig->test,
	       "s %u ipv6/conf/%s/addr_gen_mode 1 ipv6/conf/%s/disable_ipv6 0",
	       i, dev, dev);
	RIG_SH(t->rig->test, "n %u addr add fd09::%u/64 dev %s nodad", i, i,
	       dev);
}

static void ipv6_test(struct kunit *test)
{
	struct in6_addr a = in6(0xfd09, 1), b = in6(0xfd09, 2);
	struct in6_addr lb = in6(0xfe80, 2);
	struct rig_town t;
	unsigned int i;

	if (!IS_ENABLED(CONFIG_IPV6))
		kunit_skip(test, "no IPv6");
	twins(test, &t);
	for (i = 1; i <= 4; i++)
		ipv6_on(&t, i);
	RIG_SH(test, "n 2 addr add fe80::2/64 dev %s nodad", t.b->far->name);

	send_ip6(t.d, X, a, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_ip6(t.d, X, b, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip6(t.d, X, in6(0xfd09, 9), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_ip6(t.up, X, b, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip6(t.d, X, lb, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip6(t.up, X, lb, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));

	/* A solicitation is for who has the target, whatever it was sent to:
	 * the address, or the group that a host listens to for it.
	 */
	send_ip6(t.d, X, in6(0xff02, 1), &b);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip6(t.d, X, in6(0xff02, 1), &a);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* Who forwards can use every frame, so the attacker who has taken a gateway's
 * MAC and adds the addresses of remote servers gets nothing.
 */
static void gateway_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	RIG_SH(test, "n 2 addr add 192.0.2.1/32 dev %s", t.b->far->name);
	/* The incumbent does not forward. */
	send_ip(t.up, X, "192.0.2.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	RIG_SH(test, "s 1 ipv4/ip_forward 1");
	send_ip(t.up, X, "192.0.2.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* Nor can it be had by taking what the gateway itself has. */
	send_ip(t.up, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "s 1 ipv4/ip_forward 0; s 2 ipv4/ip_forward 1");
	/* The newcomer forwards: what the incumbent cannot use is for it. */
	send_ip(t.up, X, "198.51.100.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.up, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* Where the sender's own stack routed the frame, the next hop says whose it is,
 * whatever the destination is.
 */
static void next_hop_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	/* The incumbent has the address, and forwards. */
	RIG_SH(test, "n 1 addr add 192.0.2.1/32 dev %s", t.a->far->name);
	RIG_SH(test, "s 1 ipv4/ip_forward 1");
	RIG_SH(test, "n 4 route add 192.0.2.0/24 via 10.9.0.2 dev %s",
	       t.d->far->name);
	RIG_SH(test, "n 4 route add 198.51.100.0/24 via 10.9.0.1 dev %s",
	       t.d->far->name);
	send_ip(t.d, X, "192.0.2.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.d, X, "198.51.100.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* On the link, the next hop is the destination. */
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Not this sender's route: whoever it was that routed it. */
	send_ip(t.up, X, "192.0.2.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* Any of several next hops may be meant, but none of another family. */
static void next_hops_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	RIG_SH(test, "n 4 route add 192.0.2.0/24 nexthop via 10.9.0.7 dev %s nexthop via 10.9.0.2 dev %s",
	       t.d->far->name, t.d->far->name);
	send_ip(t.d, X, "192.0.2.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	if (!IS_ENABLED(CONFIG_IPV6))
		return;
	ipv6_on(&t, 2);
	ipv6_on(&t, 4);
	/* RFC 5549: nothing is known, so that the incumbent has it, */
	RIG_SH(test, "n 4 route add 198.51.100.0/24 via inet6 fd09::2 dev %s",
	       t.d->far->name);
	send_ip(t.d, X, "198.51.100.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* and with IPv6 behind it, it is. */
	RIG_SH(test, "n 4 route add fd0a::/64 via fd09::2 dev %s",
	       t.d->far->name);
	send_ip6(t.d, X, in6(0xfd0a, 1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* Who answers for others has something routed elsewhere, or a list of them. */
static void proxy_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	RIG_SH(test, "s 2 ipv4/conf/%s/proxy_arp 1; n 2 link add dum0 up type dummy; n 2 route add 203.0.113.0/24 dev dum0",
	       t.b->far->name);
	send_arp(t.d, X, "203.0.113.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_arp(t.d, X, "198.51.100.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "n 2 link del dum0");
	send_arp(t.d, X, "203.0.113.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	if (!IS_ENABLED(CONFIG_IPV6))
		return;
	ipv6_on(&t, 2);
	RIG_SH(test, "s 2 ipv6/conf/%s/proxy_ndp 1; n 2 neigh add proxy fd09::9 dev %s",
	       t.b->far->name, t.b->far->name);
	send_ip6(t.up, X, in6(0xfd09, 9), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip6(t.up, X, in6(0xfd09, 8), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* The same MAC and the same IP address: all of it stays with the incumbent. */
static void newcomer_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	RIG_SH(test, "n 2 addr add 10.9.0.1/24 dev %s", t.b->far->name);
	rig_send(t.b, BCAST, NULL);
	send_ip(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_ip(t.up, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	send_arp(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* It can only get what the incumbent cannot use. */
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* What is behind a tag cannot be judged by the addresses in front of it. */
static void tagged_test(struct kunit *test)
{
	struct iphdr ip = {
		.version	= 4,
		.ihl		= 5,
		.ttl		= 64,
		.daddr		= in_aton("10.9.0.2"),
	};
	struct rig_frame frame = {
		.dst	= X,
		.proto	= ETH_P_IP,
		.data	= &ip,
		.len	= sizeof(ip),
	};
	struct rig_town t;

	twins(test, &t);
	rig_send_frame(t.d, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	frame.vlan = 7;
	rig_send_frame(t.d, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send_frame(t.rig->host, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* A namespace that bridges its end of the cable may have anybody behind it. */
static void bridging_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	RIG_SH(test, "n 1 link add br0 type bridge; n 1 link set %s master br0",
	       t.a->far->name);
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "n 1 link del br0");
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* Routers that share a MAC, each with a macvlan that has it. */
static void macvlan_test(struct kunit *test)
{
	const u8 *vmac = (const u8 []){ 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33 };
	struct rig_town t;
	int i;

	twins(test, &t);
	for (i = 1; i <= 2; i++)
		RIG_SH(test, "n %u link add mv0 link %s address %pM type macvlan mode private; n %u link set mv0 up",
		       i, t.rig->ports[i].far->name, vmac, i);
	send_ip(t.d, vmac, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "n 2 addr add 10.9.0.9/24 dev mv0");
	send_ip(t.d, vmac, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* What is for the device below is not the macvlan's. */
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "n 2 addr del 10.9.0.9/24 dev mv0; n 1 addr add 10.9.0.9/24 dev mv0");
	send_ip(t.d, vmac, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* Behind this one is something that is not known. */
	RIG_SH(test, "n 1 addr del 10.9.0.9/24 dev mv0; n 2 addr add 10.9.0.9/24 dev mv0; n 1 link add br0 type bridge; n 1 link set mv0 master br0");
	send_ip(t.d, vmac, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	RIG_SH(test, "n 1 link del br0; n 1 link del mv0; n 2 link del mv0");
}

/* Who has no carrier can use nothing. */
static void no_carrier_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_set_up(t.a->dev, false);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* None can use it: the incumbent, where it is counted. */
	send_ip(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.d, t.a, NSBRIDGE_REASON_DOWN));
}

/* Behind an uplink may be anybody. Trusted, it comes first; else last. */
static void uplink_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	rig_send(t.up, BCAST, X);
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Nobody here can use it. */
	send_ip(t.d, X, "10.9.0.9");
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	t.up->port->trusted = true;
	send_ip(t.d, X, "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

/* Three, of which the first may not have it. */
static void policy_choice_test(struct kunit *test)
{
	struct rig_town t;

	twins(test, &t);
	rig_set_mac(t.c, X);
	t.a->port->isolated = true;
	t.d->port->isolated = true;
	send_ip(t.d, X, "10.9.0.1");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	send_ip(t.d, X, "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	t.b->port->isolated = true;
	t.c->port->isolated = true;
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, 0);
	/* Once, whichever of them it is counted towards. */
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.d, t.a, NSBRIDGE_REASON_POLICY) +
			rig_drops(t.d, t.b, NSBRIDGE_REASON_POLICY) +
			rig_drops(t.d, t.c, NSBRIDGE_REASON_POLICY));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ipv4_test),
	KUNIT_CASE(arp_test),
	KUNIT_CASE(ipv6_test),
	KUNIT_CASE(gateway_test),
	KUNIT_CASE(next_hop_test),
	KUNIT_CASE(next_hops_test),
	KUNIT_CASE(proxy_test),
	KUNIT_CASE(newcomer_test),
	KUNIT_CASE(tagged_test),
	KUNIT_CASE(bridging_test),
	KUNIT_CASE(macvlan_test),
	KUNIT_CASE(no_carrier_test),
	KUNIT_CASE(uplink_test),
	KUNIT_CASE(policy_choice_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-twins",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
