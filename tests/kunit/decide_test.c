// SPDX-License-Identifier: GPL-2.0
/* The decision: who gets a frame, and who does not. Real frames go in at far
 * ends and uplinks, and the taps tell where they came out.
 */
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ndisc.h>

#include "crossing.h"
#include "fdb.h"
#include "forward.h"
#include "rig.h"

#define X	RIG_MAC(0x10)
#define Y	RIG_MAC(0x11)
#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define MCAST	((const u8 []){ 0x01, 0, 0x5e, 1, 2, 3 })
#define RESERVED(n)	((const u8 []){ 0x01, 0x80, 0xc2, 0, 0, (n) })

/* A namespace each, the fourth mostly the sender, and an uplink. */
struct town {
	struct rig *rig;
	struct rig_port *a;
	struct rig_port *b;
	struct rig_port *c;
	struct rig_port *d;
	struct rig_port *up;
};

static void town(struct kunit *test, struct town *t)
{
	t->rig = rig_new(test);
	t->a = rig_cable(t->rig, 1, RIG_MAC(1));
	t->b = rig_cable(t->rig, 2, RIG_MAC(2));
	t->c = rig_cable(t->rig, 3, RIG_MAC(3));
	t->d = rig_cable(t->rig, 4, RIG_MAC(4));
	t->up = rig_uplink(t->rig);
}

static u64 drops(const struct rig_port *from, enum nsbridge_reason reason)
{
	return rig_drops(from, NULL, reason);
}

/* -- one candidate, or none -- */

static void one_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.b, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.up, RIG_MAC(3), X);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	/* X was seen at the uplink. */
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	rig_send(t.a, t.rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rig_send(t.rig->host, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.rig->host, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

/* From one port of a namespace to another one. */
static void same_side_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	rig_send(a, RIG_MAC(2), NULL);
	EXPECT_TO(test, rig, rig_bit(a2));
}

static void unknown_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *near, *up;

	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(a, NSBRIDGE_REASON_UNKNOWN));
	rig_send(rig->host, X, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));

	up = rig_uplink(rig);
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(up));
	rig_send(up, X, Y);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 2, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));

	/* Into the bridge's own namespace as on any bridge. */
	near = rig_cable(rig, 0, RIG_MAC(3));
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(up) | rig_bit(near));

	rtnl_lock();
	nsb_port_set_flood(b->port, 1);
	nsb_port_set_flood(up->port, 0);
	rtnl_unlock();
	rig_send(a, X, NULL);
	EXPECT_TO(test, rig, rig_bit(b) | rig_bit(near));
	KUNIT_EXPECT_EQ(test, 1, drops(a, NSBRIDGE_REASON_UNKNOWN));
}

/* Somebody runs tcpdump on the bridge device. */
static void watched_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rtnl_lock();
	dev_set_promiscuity(t.rig->host->dev, 1);
	rtnl_unlock();
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.rig->host));
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up) | rig_bit(t.rig->host));
	rig_send(t.a, t.rig->host->dev->dev_addr, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rtnl_lock();
	dev_set_promiscuity(t.rig->host->dev, -1);
	rtnl_unlock();
}

static void hairpin_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_send(t.a, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_HAIRPIN));
	/* Neither is it unknown, so it does not reach the uplink. */
	rig_send(t.b, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	/* With another namespace that has it, there is a way. */
	rig_send(t.c, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

static void isolated_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.a->port->isolated = true;
	t.b->port->isolated = true;
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_POLICY));
	rig_send(t.a, RIG_MAC(3), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_send(t.c, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.rig->host, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.d) | rig_bit(t.up) |
		  rig_bit(t.rig->host));
	/* A candidate that may not have it does not keep it from others. */
	rig_send(t.b, BCAST, X);
	rig_send(t.c, BCAST, X);
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static void broadcast_test(struct kunit *test)
{
	struct town t;
	u32 all;

	town(test, &t);
	all = rig_bit(t.a) | rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.d) |
	      rig_bit(t.up) | rig_bit(t.rig->host);
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.a));
	rig_send(t.rig->host, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.rig->host));
	rig_send(t.up, BCAST, X);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.up));

	t.b->port->bcast_flood = false;
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, all & ~rig_bit(t.a) & ~rig_bit(t.b));
}

/* A broadcast of the bridge's own, and not one port to copy it to. */
static void nobody_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);

	rig_send(rig->host, BCAST, NULL);
	EXPECT_TO(test, rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(rig->host, NSBRIDGE_REASON_NOBODY));
	KUNIT_EXPECT_EQ(test, 0, drops(rig->host, NSBRIDGE_REASON_UNKNOWN));
}

static void reserved_test(struct kunit *test)
{
	struct town t;
	unsigned int i;

	town(test, &t);
	for (i = 0; i < 16; i++) {
		rig_send(t.a, RESERVED(i), NULL);
		EXPECT_TO(test, t.rig, 0);
	}
	KUNIT_EXPECT_EQ(test, 16, drops(t.a, NSBRIDGE_REASON_RESERVED));
	t.rig->br->group_fwd_mask = BIT(0xe);
	/* Like any group: to the uplinks, and to who has joined it. */
	rig_send(t.a, RESERVED(0xe), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	rig_send(t.a, RESERVED(0xd), NULL);
	EXPECT_TO(test, t.rig, 0);
	/* The next one is a group like others. */
	rig_send(t.a, RESERVED(0x10), NULL);
	KUNIT_EXPECT_NE(test, 0, rig_got(t.rig));
	KUNIT_EXPECT_EQ(test, 17, drops(t.a, NSBRIDGE_REASON_RESERVED));
}

static void invalid_source_test(struct kunit *test)
{
	static const u8 zero[ETH_ALEN];
	struct town t;
	u32 n;

	town(test, &t);
	n = t.rig->br->n_entries;
	rig_send(t.a, RIG_MAC(2), MCAST);
	EXPECT_TO(test, t.rig, 0);
	rig_send(t.a, RIG_MAC(2), zero);
	EXPECT_TO(test, t.rig, 0);
	rig_send(t.up, RIG_MAC(2), BCAST);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 2, drops(t.a, NSBRIDGE_REASON_INVALID));
	KUNIT_EXPECT_EQ(test, 1, drops(t.rig->host, NSBRIDGE_REASON_INVALID));
	KUNIT_EXPECT_EQ(test, n, t.rig->br->n_entries);
}

static void locked_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.a->port->locked = true;
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.a, RIG_MAC(2), RIG_MAC(3));
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_SPOOF));
	rig_side(t.a)->quota = 0;
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_QUOTA));
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_SPOOF));
}

/* Whoever sends with another namespace's address gets none of its traffic. */
static void spoof_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_send(t.a, BCAST, RIG_MAC(2));
	rig_send(t.c, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.up, BCAST, RIG_MAC(2));
	rig_send(t.c, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static void down_test(struct kunit *test)
{
	struct town t;
	u32 n;

	town(test, &t);
	n = t.rig->br->n_entries;
	rig_set_up(t.rig->host->dev, false);
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, drops(t.a, NSBRIDGE_REASON_DOWN));
	KUNIT_EXPECT_EQ(test, n, t.rig->br->n_entries);
	rig_set_up(t.rig->host->dev, true);
	rig_send(t.a, RIG_MAC(2), X);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* -- several candidates: rank and age -- */

static void set_static(struct rig_port *p, const u8 *mac, bool there)
{
	int err;

	rtnl_lock();
	err = there ? nsb_fdb_add(p->port, mac, 0, 0, NULL) :
		      nsb_fdb_del(p->port, mac, 0, NULL);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(p->rig->test, 0, err);
}

static void rank_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	/* The lowest rank first, so that age is against the order. */
	rig_send(t.a, BCAST, X);
	rig_add_mac(t.b, X);
	rig_send(t.up, BCAST, X);
	set_static(t.c, X, true);
	t.up->port->trusted = true;

	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	set_static(t.c, X, false);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	t.up->port->trusted = false;
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_del_mac(t.b, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	/* Nobody gets what it sent itself. */
	rig_send(t.a, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

static void age_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_send(t.b, BCAST, X);
	rig_send(t.a, BCAST, X);
	rig_send(t.c, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Noise makes nobody older. */
	rig_send(t.a, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	/* Who comes back is the newcomer. */
	rig_set_up(t.b->dev, false);
	rig_set_up(t.b->dev, true);
	rig_send(t.b, BCAST, X);
	rig_send(t.d, X, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));

	rig_add_mac(t.c, Y);
	rig_add_mac(t.a, Y);
	rig_send(t.d, Y, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	rig_del_mac(t.c, Y);
	rig_add_mac(t.c, Y);
	rig_send(t.d, Y, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
}

/* The bridge's namespace is a side like any other. */
static void host_rank_test(struct kunit *test)
{
	const u8 *own;
	struct town t;

	town(test, &t);
	own = t.rig->host->dev->dev_addr;
	rig_add_mac(t.a, own);
	rig_send(t.d, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host));
	rig_send(t.rig->host, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	set_static(t.b, own, true);
	rig_send(t.d, own, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

/* -- several candidates: who can use it -- */

/* Two namespaces with one MAC, the first of them longer; and 10.9.0.n for each
 * namespace n.
 */
static void twins(struct kunit *test, struct town *t)
{
	unsigned int i;

	town(test, t);
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
	struct town t;

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
	struct town t;

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
static void ipv6_on(struct town *t, unsigned int i)
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
	struct town t;
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
	struct town t;

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
	struct town t;

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

/* The same MAC and the same IP address: all of it stays with the incumbent. */
static void newcomer_test(struct kunit *test)
{
	struct town t;

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
	struct town t;

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
	struct town t;

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
	struct town t;
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
	struct town t;

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
	struct town t;

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
	struct town t;

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
	KUNIT_CASE(one_test),
	KUNIT_CASE(same_side_test),
	KUNIT_CASE(unknown_test),
	KUNIT_CASE(watched_test),
	KUNIT_CASE(hairpin_test),
	KUNIT_CASE(isolated_test),
	KUNIT_CASE(broadcast_test),
	KUNIT_CASE(nobody_test),
	KUNIT_CASE(reserved_test),
	KUNIT_CASE(invalid_source_test),
	KUNIT_CASE(locked_test),
	KUNIT_CASE(spoof_test),
	KUNIT_CASE(down_test),
	KUNIT_CASE(rank_test),
	KUNIT_CASE(age_test),
	KUNIT_CASE(host_rank_test),
	KUNIT_CASE(ipv4_test),
	KUNIT_CASE(arp_test),
	KUNIT_CASE(ipv6_test),
	KUNIT_CASE(gateway_test),
	KUNIT_CASE(next_hop_test),
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
	.name		= "nsbridge-decide",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
