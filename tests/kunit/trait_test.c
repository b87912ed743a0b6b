// SPDX-License-Identifier: GPL-2.0
/* What the bridge device takes over from its ports, and that it looks at kinds
 * of ports rather than at ports.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "rig.h"
#include "trait.h"

static void set_mtu(struct kunit *test, struct net_device *dev, int mtu)
{
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, dev_set_mtu(dev, mtu));
	rtnl_unlock();
}

static void want(struct net_device *dev, netdev_features_t feature, bool on)
{
	rtnl_lock();
	if (on)
		dev->wanted_features |= feature;
	else
		dev->wanted_features &= ~feature;
	netdev_update_features(dev);
	rtnl_unlock();
}

/* How many kinds, and together how many ports. */
static unsigned int kinds(const struct rig *rig, unsigned int *ports)
{
	const struct nsb_trait *t;
	unsigned int n = 0;

	*ports = 0;
	list_for_each_entry(t, &rig->br->traits, list) {
		*ports += t->ports;
		n++;
	}
	return n;
}

static void kind_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	unsigned int ports;

	KUNIT_EXPECT_EQ(test, 1, kinds(rig, &ports));
	KUNIT_EXPECT_EQ(test, 2, ports);
	KUNIT_EXPECT_PTR_EQ(test, a->port->trait, b->port->trait);
	set_mtu(test, a->dev, 1400);
	KUNIT_EXPECT_EQ(test, 2, kinds(rig, &ports));
	KUNIT_EXPECT_EQ(test, 2, ports);
	/* Both by turns: one of a kind becomes another kind. */
	set_mtu(test, b->dev, 1400);
	KUNIT_EXPECT_EQ(test, 1, kinds(rig, &ports));
	set_mtu(test, b->dev, 1300);
	set_mtu(test, b->dev, 1200);
	KUNIT_EXPECT_EQ(test, 2, kinds(rig, &ports));
	rig_unplug(b);
	KUNIT_EXPECT_EQ(test, 1, kinds(rig, &ports));
	KUNIT_EXPECT_EQ(test, 1, ports);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 0, kinds(rig, &ports));
}

/* As short as the shortest port, unless the user chose. */
static void mtu_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct net_device *br = rig->br->dev;
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct rig_port *c = rig_cable(rig, 3, RIG_MAC(3));

	KUNIT_EXPECT_EQ(test, 1500, br->mtu);
	set_mtu(test, a->dev, 1400);
	KUNIT_EXPECT_EQ(test, 1400, br->mtu);
	set_mtu(test, b->dev, 1300);
	KUNIT_EXPECT_EQ(test, 1300, br->mtu);
	set_mtu(test, c->dev, 9000);
	KUNIT_EXPECT_EQ(test, 1300, br->mtu);
	rig_unplug(b);
	KUNIT_EXPECT_EQ(test, 1400, br->mtu);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 9000, br->mtu);
	set_mtu(test, br, 1000);
	set_mtu(test, c->dev, 2000);
	KUNIT_EXPECT_EQ(test, 1000, br->mtu);
	rig_unplug(c);
	KUNIT_EXPECT_EQ(test, 1000, br->mtu);
}

/* What one of them can do the bridge can, by software for the others; what none
 * of them can, it cannot.
 */
static void features_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct net_device *br = rig->br->dev;
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	const netdev_features_t f = NETIF_F_FRAGLIST;

	KUNIT_EXPECT_TRUE(test, br->features & f);
	want(a->dev, f, false);
	KUNIT_EXPECT_TRUE(test, br->features & f);
	want(b->dev, f, false);
	KUNIT_EXPECT_FALSE(test, br->features & f);
	want(b->dev, f, true);
	KUNIT_EXPECT_TRUE(test, br->features & f);
	rig_unplug(b);
	KUNIT_EXPECT_FALSE(test, br->features & f);
	/* Without a port, all that it could do. */
	rig_unplug(a);
	KUNIT_EXPECT_TRUE(test, br->features & f);
}

/* What a port needs in front of a frame, every other one has to leave. */
static void headroom_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct net_device *br = rig->br->dev;
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *up = rig_uplink(rig);
	struct rig_port *b;

	KUNIT_EXPECT_EQ(test, 0, br->needed_headroom);
	/* No notifier tells of it: with the next change it is seen. */
	up->dev->needed_headroom = 64;
	set_mtu(test, up->dev, 1490);
	KUNIT_EXPECT_EQ(test, 64, br->needed_headroom);
	KUNIT_EXPECT_EQ(test, 64, a->dev->needed_headroom);
	KUNIT_EXPECT_EQ(test, 64, a->far->needed_headroom);
	b = rig_cable(rig, 2, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, 64, b->far->needed_headroom);
	rig_unplug(up);
	KUNIT_EXPECT_EQ(test, 0, br->needed_headroom);
	KUNIT_EXPECT_EQ(test, 0, a->far->needed_headroom);
	KUNIT_EXPECT_EQ(test, 0, b->far->needed_headroom);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(kind_test),
	KUNIT_CASE(mtu_test),
	KUNIT_CASE(features_test),
	KUNIT_CASE(headroom_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-trait",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
