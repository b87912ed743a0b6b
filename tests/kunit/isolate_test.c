// SPDX-License-Identifier: GPL-2.0
/* Who may send to whom, and who hears what: verdicts, multicast groups, ARP,
 * and VLANs.
 */
#include <linux/if_arp.h>
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "policy.h"
#include "rig.h"
#include "vlan.h"

#define BCAST	((const u8 []){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })
#define MCAST	((const u8 []){ 0x01, 0, 0x5e, 1, 2, 3 })

struct town {
	struct rig *rig;
	struct rig_port *a;
	struct rig_port *b;
	struct rig_port *c;
	struct rig_port *up;
};

static void town(struct kunit *test, struct town *t)
{
	t->rig = rig_new(test);
	t->a = rig_cable(t->rig, 1, RIG_MAC(1));
	t->b = rig_cable(t->rig, 2, RIG_MAC(2));
	t->c = rig_cable(t->rig, 3, RIG_MAC(3));
	t->up = rig_uplink(t->rig);
}

/* -- verdicts -- */

static int rule(struct town *t, const struct rig_port *from,
		const struct rig_port *to, enum nsbridge_verdict verdict)
{
	int err;

	rtnl_lock();
	err = nsb_policy_set(t->rig->br, from ? rig_side(from) : NULL,
			     to ? rig_side(to) : NULL, verdict, NULL);
	rtnl_unlock();
	return err;
}

static void by_default(struct town *t, bool deny)
{
	rtnl_lock();
	nsb_policy_set_default(t->rig->br, deny);
	rtnl_unlock();
}

static bool passes(struct rig_port *from, struct rig_port *to, u8 mac)
{
	rig_send(from, RIG_MAC(mac), NULL);
	return rig_got(from->rig) == rig_bit(to);
}

static void precedence_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));

	/* (from, any) and (any, to) stand above the default, */
	by_default(&t, true);
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_POLICY));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, NULL, NSBRIDGE_VERDICT_ALLOW));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_FALSE(test, passes(t.b, t.a, 1));
	/* of these two deny wins, */
	KUNIT_EXPECT_EQ(test, 0, rule(&t, NULL, t.b, NSBRIDGE_VERDICT_DENY));
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.c, 3));
	/* and the rule for the pair is above all. */
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, t.b, NSBRIDGE_VERDICT_ALLOW));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, t.b, NSBRIDGE_VERDICT_DENY));
	by_default(&t, false);
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.b, 2));

	/* Taken back one by one. */
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, t.b, NSBRIDGE_VERDICT_UNSET));
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, NULL, t.b, NSBRIDGE_VERDICT_UNSET));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			rule(&t, NULL, NULL, NSBRIDGE_VERDICT_DENY));
}

static void copies_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, t.b, NSBRIDGE_VERDICT_DENY));
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.up) |
		  rig_bit(t.rig->host));
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, t.b, NSBRIDGE_REASON_POLICY));
	rig_send(t.b, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a) | rig_bit(t.c) | rig_bit(t.up) |
		  rig_bit(t.rig->host));
}

/* One that is denied does not keep a frame from another with its MAC. */
static void denied_twin_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_set_mac(t.c, RIG_MAC(2));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, t.a, t.b, NSBRIDGE_VERDICT_DENY));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.c, 2));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, NULL, t.c, NSBRIDGE_VERDICT_DENY));
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, 0);
}

/* There is no room for a crossing, and all the same no way past a rule. */
static void full_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->max_crossings = 0;
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rule(&t, t.a, t.b, NSBRIDGE_VERDICT_DENY));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_EQ(test, 0, rule(&t, NULL, t.b, NSBRIDGE_VERDICT_DENY));
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.b, 2));
	KUNIT_EXPECT_TRUE(test, passes(t.a, t.c, 3));
	by_default(&t, true);
	KUNIT_EXPECT_FALSE(test, passes(t.a, t.c, 3));
}

/* -- multicast -- */

static void join(struct rig_port *p, const u8 *group, bool in)
{
	rtnl_lock();
	if (in)
		dev_mc_add(p->far, group);
	else
		dev_mc_del(p->far, group);
	rtnl_unlock();
}

static void member_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rig_send(t.a, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	join(t.b, MCAST, true);
	rig_send(t.a, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));
	/* A member hears others, and not itself. */
	rig_send(t.b, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
	join(t.rig->host, MCAST, true);
	rig_send(t.b, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up) | rig_bit(t.rig->host));
	join(t.b, MCAST, false);
	join(t.rig->host, MCAST, false);
	t.up->port->mcast_flood = false;
	rig_send(t.a, MCAST, NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, NULL, NSBRIDGE_REASON_NOBODY));
}

static void allmulti_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	rtnl_lock();
	dev_set_allmulti(t.c->far, 1);
	rtnl_unlock();
	/* Once, also if it is a member. */
	join(t.c, MCAST, true);
	rig_send(t.a, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.up));
	rtnl_lock();
	dev_set_allmulti(t.c->far, -1);
	rtnl_unlock();
	join(t.c, MCAST, false);
	rig_send(t.a, MCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));
}

/* -- ARP -- */

static void address(struct kunit *test, struct rig_port *p, unsigned int net,
		    const char *what, const char *ip)
{
	RIG_SH(test, "n %u addr %s %s/24 dev %s", net, what, ip, p->far->name);
}

static void ask(struct rig_port *from, const char *sender, const char *target)
{
	rig_send_arp(from, BCAST, ARPOP_REQUEST, sender, target);
}

static void direct_test(struct kunit *test)
{
	struct town t;
	u32 all;

	town(test, &t);
	all = rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.up) |
	      rig_bit(t.rig->host);
	address(test, t.b, 2, "add", "10.9.0.2");

	/* The owner, and the uplinks. */
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));
	/* A probe (RFC 5227) is to reach who has the address. */
	ask(t.a, "0.0.0.0", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.up));
	/* Nobody has it: everyone. */
	ask(t.a, "10.9.0.1", "10.9.0.9");
	EXPECT_TO(test, t.rig, all);
	/* An announcement: everyone. */
	ask(t.a, "10.9.0.2", "10.9.0.2");
	EXPECT_TO(test, t.rig, all);

	/* Two have it. */
	address(test, t.c, 3, "add", "10.9.0.2");
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.up));
	/* It moves. */
	address(test, t.b, 2, "del", "10.9.0.2");
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, rig_bit(t.c) | rig_bit(t.up));

	t.rig->br->neigh_direct = false;
	ask(t.a, "10.9.0.1", "10.9.0.2");
	EXPECT_TO(test, t.rig, all);
}

static void guard_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	address(test, t.b, 2, "add", "10.9.0.2");

	/* Whoever claims what b has is not heard: request, reply, uplink. */
	ask(t.a, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 2, rig_drops(t.a, NULL, NSBRIDGE_REASON_NEIGH));
	ask(t.up, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	/* Not even if it has it as well by now. */
	address(test, t.a, 1, "add", "10.9.0.2");
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	/* b itself is. */
	rig_send_arp(t.b, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	/* What nobody has may be claimed. */
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.7", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

/* What a packet socket was told is not what counts. */
static void guard_pretend_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	t.rig->pretend = ETH_P_IP;
	address(test, t.b, 2, "add", "10.9.0.2");
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.1", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

/* A receiver takes off as many as there are, so they hide nothing. */
static void guard_tags_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	address(test, t.b, 2, "add", "10.9.0.2");
	for (t.rig->tags = 0; t.rig->tags < 4; t.rig->tags++) {
		rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2",
			     "10.9.0.3");
		EXPECT_TO(test, t.rig, 0);
		rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.1",
			     "10.9.0.3");
		EXPECT_TO(test, t.rig, rig_bit(t.c));
	}
}

/* What came in with a tag leaves without one where it is of the port's VLAN. */
static void guard_vlan_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	t.rig->br->vlan_filtering = true;
	clear_bit(1, t.a->port->vlans.untagged);
	address(test, t.b, 2, "add", "10.9.0.2");
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	/* In another VLAN it is another address. */
	set_bit(7, t.a->port->vlans.member);
	set_bit(7, t.c->port->vlans.member);
	t.a->port->vlans.pvid = 7;
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.2", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

static void trusted_test(struct kunit *test)
{
	struct town t;

	town(test, &t);
	t.rig->br->neigh_guard = true;
	t.up->port->trusted = true;
	/* First seen on the uplink, then claimed by a namespace. */
	rig_send_arp(t.up, RIG_MAC(3), ARPOP_REPLY, "10.9.0.5", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
	address(test, t.a, 1, "add", "10.9.0.5");
	rig_send_arp(t.a, RIG_MAC(3), ARPOP_REPLY, "10.9.0.5", "10.9.0.3");
	EXPECT_TO(test, t.rig, 0);
	rig_send_arp(t.up, RIG_MAC(3), ARPOP_REPLY, "10.9.0.5", "10.9.0.3");
	EXPECT_TO(test, t.rig, rig_bit(t.c));
}

/* -- VLANs -- */

static void vlan_test(struct kunit *test)
{
	struct town t;
	struct rig_frame frame = { .dst = RIG_MAC(2), .len = 64 };
	struct nsb_vlans *v;

	town(test, &t);
	t.rig->br->vlan_filtering = true;
	/* All are untagged members of 1. */
	rig_send(t.a, RIG_MAC(2), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	rig_send(t.a, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.b) | rig_bit(t.c) | rig_bit(t.up) |
		  rig_bit(t.rig->host));

	/* a is no member of 7. */
	frame.vlan = 7;
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.a, NULL, NSBRIDGE_REASON_VLAN));
	set_bit(7, t.a->port->vlans.member);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1,
			rig_drops(t.a, NULL, NSBRIDGE_REASON_UNKNOWN));
	set_bit(7, t.b->port->vlans.member);
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b));
	frame.dst = BCAST;
	rig_send_frame(t.a, &frame);
	EXPECT_TO(test, t.rig, rig_bit(t.b));

	/* c has 7 as its own, without a tag. */
	v = &t.c->port->vlans;
	bitmap_zero(v->member, VLAN_N_VID);
	bitmap_zero(v->untagged, VLAN_N_VID);
	set_bit(7, v->member);
	set_bit(7, v->untagged);
	v->pvid = 7;
	rig_send(t.c, BCAST, NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a) | rig_bit(t.b));
	rig_send(t.c, RIG_MAC(1), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	rig_send(t.a, RIG_MAC(3), NULL);
	EXPECT_TO(test, t.rig, rig_bit(t.up));

	/* Nothing without a tag. */
	v->pvid = 0;
	rig_send(t.c, BCAST, NULL);
	EXPECT_TO(test, t.rig, 0);
	KUNIT_EXPECT_EQ(test, 1, rig_drops(t.c, NULL, NSBRIDGE_REASON_VLAN));
}

/* The same MAC, learned in two VLANs at two ports of one namespace. */
static void vlan_learn_test(struct kunit *test)
{
	const u8 *x = RIG_MAC(0x20);
	struct rig_frame frame = { .dst = BCAST, .src = x, .len = 64 };
	struct rig_frame back = { .dst = x, .len = 64 };
	struct rig_port *a2;
	struct town t;
	int i;

	town(test, &t);
	a2 = rig_cable(t.rig, 1, RIG_MAC(9));
	t.rig->br->vlan_filtering = true;
	for (i = 7; i < 9; i++) {
		set_bit(i, t.a->port->vlans.member);
		set_bit(i, a2->port->vlans.member);
		set_bit(i, t.b->port->vlans.member);
	}
	frame.vlan = 7;
	rig_send_frame(t.a, &frame);
	frame.vlan = 8;
	rig_send_frame(a2, &frame);
	back.vlan = 7;
	rig_send_frame(t.b, &back);
	EXPECT_TO(test, t.rig, rig_bit(t.a));
	back.vlan = 8;
	rig_send_frame(t.b, &back);
	EXPECT_TO(test, t.rig, rig_bit(a2));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(precedence_test),
	KUNIT_CASE(copies_test),
	KUNIT_CASE(denied_twin_test),
	KUNIT_CASE(full_test),
	KUNIT_CASE(member_test),
	KUNIT_CASE(allmulti_test),
	KUNIT_CASE(direct_test),
	KUNIT_CASE(guard_test),
	KUNIT_CASE(guard_pretend_test),
	KUNIT_CASE(guard_tags_test),
	KUNIT_CASE(guard_vlan_test),
	KUNIT_CASE(trusted_test),
	KUNIT_CASE(vlan_test),
	KUNIT_CASE(vlan_learn_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-isolate",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
