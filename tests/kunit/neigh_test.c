// SPDX-License-Identifier: GPL-2.0
/* Who has which IP address: the index, what was heard on trusted uplinks, and
 * the guard over ARP and neighbour discovery.
 */
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ndisc.h>

#include "fdb.h"
#include "neigh.h"
#include "rig.h"
#include "rig_nd.h"

#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
/* the group that a host with an address ending in 00:00:02 listens to */
#define NODE2	((const u8 []){ 0x33, 0x33, 0xff, 0, 0, 2 })

struct town {
	struct rig *rig;
	struct rig_port *a;
	struct rig_port *b;
	struct rig_port *c;
	struct rig_port *up;
	u32 all;	/* all that a sees */
};

static void town(struct kunit *test, struct town *t)
{
	t->rig = rig_new(test);
	t->a = rig_cable(t->rig, 1, RIG_MAC(1));
	t->b = rig_cable(t->rig, 2, RIG_MAC(2));
	t->c = rig_cable(t->rig, 3, RIG_MAC(3));
	t->up = rig_uplink(t->rig);
	t->all = rig_bit(t->b) | rig_bit(t->c) | rig_bit(t->up) |
		 rig_bit(t->rig->host);
}

static void ip4(struct rig_port *p, unsigned int net, const char *what,
		const char *ip)
{
	RIG_SH(p->rig->test, "n %u addr %s %s/24 dev %s", net, what, ip,
	       p->far->name);
}

static void ip6(struct rig_port *p, unsigned int net, const char *what,
		const char *ip)
{
	const char *dev = p->far->name;

	RIG_SH(p->rig->test,
	       "s %u ipv6/conf/%s/addr_gen_mode 1 ipv6/conf/%s/disable_ipv6 0",
	       net, dev, dev);
	RIG_SH(p->rig->test, "n %u addr %s %s/64 dev %s%s", net, what, ip, dev,
	       strcmp(what, "add") ? "" : " nodad");
}

static void ask(struct rig_port *from, const char *sender, const char *target)
{
	rig_send_arp(from, BCAST, ARPOP_REQUEST, sender, target);
}

static void claim(struct rig_port *from, const char *sender)
{
	rig_send_arp(from, RIG_MAC(3), ARPOP_REPLY, sender, "10.9.0.3");
}

/* -- the index -- */

static void index_host_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	RIG_SH(test, "ip addr add 10.9.0.254/24 dev %s",
	       t.rig->host->dev->name);
	ask(t.a, "10.9.0.1", "10.9.0.254");
	EXPECT_TO(test, t.rig, rig_bit(t.rig->host) | rig_bit(t.up));
	RIG_SH(test, "ip addr del 10.9.0.254/24 dev %s",
	       t.rig->host->dev->name);
	ask(t.a, "10.9.0.1", "10.9.0.254");
	EXPECT_TO(test, t.rig, t.all);
}

/* What the far end had before it was one, and what goes with the port. */
static void index_port_test(struct kunit *test)
{
	struct net_device *br;
	struct town t;

	town(test, &t);
	br = t.rig->br->dev;
	ip4(t.b, 2, "add", "10.9.0.2");
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, br->netdev_ops->ndo_del_slave(br, t.b->dev));
	rtnl_unlock();
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, t.all & ~rig_bit(t.b));

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0,
			br->netdev_ops->ndo_add_slave(br, t.b->dev, NULL));
	t.b->port = nsb_port_of(t.b->dev);
	rtnl_unlock();
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));

	/* Who has it asks for it: nobody else here has. */
	ask(t.b, "10.9.0.9", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.a) | rig_bit(t.c) | rig_bit(t.up) |
		  rig_bit(t.rig->host));
	/* An uplink that takes no broadcast gets no request either. */
	t.up->port->bcast_flood = false;
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b));
}

static void index_limit_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.b->port->addrs.max = 2;
	ip4(t.b, 2, "add", "10.9.0.2");
	ip4(t.b, 2, "add", "10.9.1.2");
	ip4(t.b, 2, "add", "10.9.2.2");
	KUNIT_EXPECT_EQ(test, 2, t.b->port->addrs.n);
	ask(t.a, "10.9.1.1", "10.9.1.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));
	/* Not known, so asked of everyone, and b can answer. */
	ask(t.a, "10.9.2.1", "10.9.2.2");
	EXPECT_TO(test, t.rig, t.all);
	/* To take away what was not remembered takes nothing else. */
	ip4(t.b, 2, "del", "10.9.2.2");
	KUNIT_EXPECT_EQ(test, 2, t.b->port->addrs.n);
	ip4(t.b, 2, "del", "10.9.0.2");
	ip4(t.b, 2, "del", "10.9.1.2");
	KUNIT_EXPECT_EQ(test, 0, t.b->port->addrs.n);
}

/* -- what was heard -- */

static void age_heard(struct nsb_bridge *br, unsigned long by)
{
	struct nsb_addr *a;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry(a, &br->heard.addrs, list)
		WRITE_ONCE(a->seen, jiffies - by);
	spin_unlock_bh(&br->fdb_lock);
}

static void heard_age_test(struct kunit *test)
{
	struct nsb_bridge *br;
	struct town t;

	town(test, &t);
	br = t.rig->br;
	br->neigh_guard = true;
	/* An uplink that is not trusted is not believed. */
	claim(t.up, "10.9.0.5");
	KUNIT_EXPECT_EQ(test, 0, br->heard.n);
	claim(t.a, "10.9.0.5");
	EXPECT_TO(test, t.rig, rig_bit(t.c));

	t.up->port->trusted = true;
	claim(t.up, "10.9.0.5");
	claim(t.up, "10.9.0.5");
	KUNIT_EXPECT_EQ(test, 1, br->heard.n);
	claim(t.a, "10.9.0.5");
	EXPECT_TO(test, t.rig, 0);

	/* Heard again just before its time is over, it stays. */
	age_heard(br, br->ageing - HZ);
	claim(t.up, "10.9.0.5");
	nsb_neigh_age(br);
	age_heard(br, HZ);
	nsb_neigh_age(br);
	KUNIT_EXPECT_EQ(test, 1, br->heard.n);
	/* Silent for so long, it goes, and may be claimed. */
	age_heard(br, br->ageing + HZ);
	nsb_neigh_age(br);
	KUNIT_EXPECT_EQ(test, 0, br->heard.n);
	claim(t.a, "10.9.0.5");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

static bool none_heard(void *arg)
{
	return !READ_ONCE(((struct nsb_bridge *)arg)->heard.n);
}

/* The same by the clock, and a limit of its own. */
static void heard_clock_test(struct kunit *test)
{
	struct nsb_bridge *br;
	struct town t;

	town(test, &t);
	br = t.rig->br;
	br->neigh_guard = true;
	t.up->port->trusted = true;
	br->heard.max = 1;
	claim(t.up, "10.9.0.5");
	claim(t.up, "10.9.0.6");
	KUNIT_EXPECT_EQ(test, 1, br->heard.n);
	claim(t.a, "10.9.0.6");
	EXPECT_TO(test, t.rig, rig_bit(t.c));

	rtnl_lock();
	nsb_fdb_set_ageing(br, HZ);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, rig_wait(none_heard, br));
	claim(t.a, "10.9.0.5");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

/* A namespace that had the address first is not talked out of it by an uplink,
 * not even by one that is trusted.
 */
static void heard_late_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	t.up->port->trusted = true;
	ip4(t.b, 2, "add", "10.9.0.2");
	claim(t.up, "10.9.0.2");
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 0, t.rig->br->heard.n);
}

/* -- the guard over neighbour discovery -- */

static bool heard_nd(struct rig_port *from, u8 type, const char *source,
		     const char *target, u8 before)
{
	struct nd nd;
	const struct rig_frame frame = {
		.dst	= BCAST,
		.proto	= ETH_P_IPV6,
		.data	= &nd,
		.len	= nd_build(&nd, type, source, target, before),
	};

	rig_send_frame(from, &frame);
	return rig_got(from->rig);
}

static void nd_guard_test(struct kunit *test)
{
	static const u8 types[] = {
		NDISC_ROUTER_SOLICITATION, NDISC_ROUTER_ADVERTISEMENT,
		NDISC_NEIGHBOUR_SOLICITATION, NDISC_REDIRECT,
	};
	struct town t;
	u64 n = 0;
	int i;

	if (!IS_ENABLED(CONFIG_IPV6))
		kunit_skip(test, "no IPv6");
	town(test, &t);
	t.rig->br->neigh_guard = true;
	ip6(t.b, 2, "add", "fd09::2");

	/* Each of these may say which MAC their source has. */
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		KUNIT_EXPECT_FALSE_MSG(test, heard_nd(t.a, types[i], "fd09::2",
						      "fd09::3", 0),
				       "type %u", types[i]);
		KUNIT_EXPECT_EQ(test, ++n,
				rig_drops(t.a, NULL, NSBRIDGE_REASON_NEIGH));
		/* From who has it, and from nowhere, they pass. */
		KUNIT_EXPECT_TRUE_MSG(test, heard_nd(t.b, types[i], "fd09::2",
						     "fd09::3", 0),
				      "type %u", types[i]);
		KUNIT_EXPECT_TRUE_MSG(test, heard_nd(t.a, types[i], "::",
						     "fd09::2", 0),
				      "type %u", types[i]);
	}
	/* An advertisement claims its target, whoever it comes from. */
	KUNIT_EXPECT_FALSE(test, heard_nd(t.a, NDISC_NEIGHBOUR_ADVERTISEMENT,
					  "fd09::1", "fd09::2", 0));
	KUNIT_EXPECT_TRUE(test, heard_nd(t.a, NDISC_NEIGHBOUR_ADVERTISEMENT,
					 "fd09::2", "fd09::1", 0));
	KUNIT_EXPECT_EQ(test, ++n,
			rig_drops(t.a, NULL, NSBRIDGE_REASON_NEIGH));
	/* Not past the guard behind an extension header. */
	KUNIT_EXPECT_FALSE(test, heard_nd(t.a, NDISC_NEIGHBOUR_ADVERTISEMENT,
					  "fd09::1", "fd09::2",
					  IPPROTO_DSTOPTS));
	KUNIT_EXPECT_EQ(test, ++n,
			rig_drops(t.a, NULL, NSBRIDGE_REASON_NEIGH));
	/* Anything else is no claim. */
	KUNIT_EXPECT_TRUE(test, heard_nd(t.a, ICMPV6_ECHO_REQUEST, "fd09::2",
					 "fd09::3", 0));
	KUNIT_EXPECT_EQ(test, n, rig_drops(t.a, NULL, NSBRIDGE_REASON_NEIGH));

	/* What b has no more, others may have. */
	ip6(t.b, 2, "del", "fd09::2");
	KUNIT_EXPECT_TRUE(test, heard_nd(t.a, NDISC_NEIGHBOUR_ADVERTISEMENT,
					 "fd09::1", "fd09::2", 0));
}

static void nd_direct_test(struct kunit *test)
{
	struct rig_frame frame = { .dst = NODE2, .proto = ETH_P_IPV6 };
	struct town t;
	struct nd nd;

	if (!IS_ENABLED(CONFIG_IPV6))
		kunit_skip(test, "no IPv6");
	town(test, &t);
	ip6(t.b, 2, "add", "fd09::2");
	ip6(t.c, 3, "add", "fd09:9::2");
	/* b and c are members of one group, and one of them is asked for. */
	frame.data = &nd;
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "fd09::1",
			     "fd09::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));
	/* Duplicate address detection has to reach who has the address. */
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "::",
			     "fd09:9::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.up));
	/* Nobody is known to have it: the members of the group. */
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "fd09::1",
			     "fd09:7::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.up));
	/* An advertisement is for all of them. */
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_ADVERTISEMENT, "fd09::1",
			     "fd09::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.up));
}

/* What is behind a tag is for a device on top, of which nothing is known. */
static void tagged_test(struct kunit *test)
{
	struct rig_frame frame = { .dst = BCAST, .proto = ETH_P_IPV6, .vlan = 7 };
	struct town t;
	struct nd nd;

	if (!IS_ENABLED(CONFIG_IPV6))
		kunit_skip(test, "no IPv6");
	town(test, &t);
	t.rig->br->neigh_guard = true;
	ip6(t.b, 2, "add", "fd09::2");
	frame.data = &nd;
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_ADVERTISEMENT, "fd09::1",
			     "fd09::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, t.all);
	frame.len = nd_build(&nd, NDISC_NEIGHBOUR_SOLICITATION, "fd09::1",
			     "fd09::2", 0);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, t.all);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(index_host_test),
	KUNIT_CASE(index_port_test),
	KUNIT_CASE(index_limit_test),
	KUNIT_CASE(heard_age_test),
	KUNIT_CASE(heard_clock_test),
	KUNIT_CASE(heard_late_test),
	KUNIT_CASE(nd_guard_test),
	KUNIT_CASE(nd_direct_test),
	KUNIT_CASE(tagged_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-neigh",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
