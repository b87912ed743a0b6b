// SPDX-License-Identifier: GPL-2.0
/* The forwarding table: who gets an entry, and when it goes. */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "fdb.h"
#include "rig.h"

/* What at() says where there is no origin. */
#define NONE		-1
#define ELSEWHERE	-2

#define X	RIG_MAC(0x10)
#define Y	RIG_MAC(0x11)
#define Z	RIG_MAC(0x12)
#define GROUP	((const u8 []){ 0x03, 0, 0, 0, 0, 1 })

static struct nsb_fdb_entry *find(const struct rig_port *p, const u8 *mac)
{
	return nsb_fdb_find(p->rig->br, rig_side(p), mac, 0);
}

/* The origin of the entry by which a port's side has an address at this port. */
static int at(const struct rig_port *p, const u8 *mac)
{
	const struct nsb_fdb_entry *e;
	int origin = NONE;

	rcu_read_lock();
	e = find(p, mac);
	if (e)
		origin = READ_ONCE(e->port) == p->port ? e->origin : ELSEWHERE;
	rcu_read_unlock();
	return origin;
}

static int learn_for(struct rig_port *p, struct nsb_side *side, const u8 *mac)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = nsb_fdb_learn(p->port, side, mac, 0);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int learn(struct rig_port *p, const u8 *mac)
{
	return learn_for(p, rig_side(p), mac);
}

static int add(struct rig_port *p, const u8 *mac, unsigned int flags)
{
	int err;

	rtnl_lock();
	err = nsb_fdb_add(p->port, mac, 0, flags, NULL);
	rtnl_unlock();
	return err;
}

static int add_static(struct rig_port *p, const u8 *mac)
{
	return add(p, mac, 0);
}

static int del(struct rig_port *p, const u8 *mac)
{
	int err;

	rtnl_lock();
	err = nsb_fdb_del(p->port, mac, 0, NULL);
	rtnl_unlock();
	return err;
}

/* As if it had been seen that long ago. */
static void age(const struct rig_port *p, const u8 *mac, unsigned long by)
{
	struct nsb_fdb_entry *e = find(p, mac);

	KUNIT_ASSERT_NOT_NULL(p->rig->test, e);
	WRITE_ONCE(e->used, jiffies - by);
}

static void key_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	u32 before = rig->br->n_entries;

	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(b, X));
	KUNIT_EXPECT_EQ(test, 0, learn(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, before + 2, rig->br->n_entries);
	/* VLANs are part of the key as well. */
	KUNIT_EXPECT_NULL(test, nsb_fdb_find(rig->br, rig_side(a), X, 1));

	KUNIT_EXPECT_EQ(test, 0, del(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
}

static void refresh_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_fdb_entry *e;
	u32 n;

	learn(a, X);
	learn(b, X);
	n = rig->br->n_entries;
	age(a, X, 100 * HZ);
	age(b, X, 100 * HZ);
	e = find(a, X);

	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_PTR_EQ(test, e, find(a, X));
	KUNIT_EXPECT_LT(test, jiffies - e->used, HZ * 50UL);
	KUNIT_EXPECT_GE(test, jiffies - find(b, X)->used, HZ * 100UL);
	KUNIT_EXPECT_EQ(test, n, rig->br->n_entries);
}

static void move_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));
	u64 seq;

	learn(a, X);
	seq = find(a, X)->seq;
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, ELSEWHERE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	/* The address has not become younger by it. */
	KUNIT_EXPECT_EQ(test, seq, find(a2, X)->seq);

	/* It goes with the port that it leads to now. */
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	rig_set_up(a2->dev, false);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
}

static void no_move_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	learn(a, X);
	a2->port->learning = false;
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	a2->port->learning = true;
	a2->port->locked = true;
	/* An entry of its side it is, so the frame may pass. */
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
}

/* What an administrator says of an entry that ages: to stay, or not. */
static void sticky_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));

	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_DYNAMIC));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));

	/* In place of what was learned. */
	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_DYNAMIC | NSB_FDB_STICKY));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	age(a, X, 100 * HZ);
	KUNIT_EXPECT_EQ(test, 0, learn(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	/* It is seen all the same, so it does not age while it is in use. */
	KUNIT_EXPECT_LT(test, jiffies - find(a, X)->used, (unsigned long)HZ);
	/* Another namespace has nothing to do with it. */
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));

	/* Static above it, and one that ages never in place of that. */
	KUNIT_EXPECT_EQ(test, 0, add(a2, X, NSB_FDB_STICKY));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, X, NSB_FDB_DYNAMIC));
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, X, 0));
	KUNIT_EXPECT_EQ(test, 0, add(a, X, NSB_FDB_REPLACE));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, X));
	KUNIT_EXPECT_FALSE(test, find(a, X)->sticky);
	KUNIT_EXPECT_EQ(test, -EEXIST, add(a, RIG_MAC(2), NSB_FDB_DYNAMIC |
					   NSB_FDB_REPLACE));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->used);
}

static void precedence_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	u32 used = rig_side(a)->used, n = rig->br->n_entries;

	learn(a2, X);
	KUNIT_EXPECT_EQ(test, 0, rig_add_mac(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));

	KUNIT_EXPECT_EQ(test, 0, add_static(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));

	/* Owned after it became static: still static. */
	rig_del_mac(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));
	rig_add_mac(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, X));

	/* Static in place of learned. */
	learn(a, Y);
	KUNIT_EXPECT_EQ(test, 0, add_static(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Y));

	KUNIT_EXPECT_EQ(test, 0, del(a2, X));
	KUNIT_EXPECT_EQ(test, 0, del(a, Y));
	rig_del_mac(a, X);
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, used, rig_side(a)->used);
	KUNIT_EXPECT_EQ(test, n, rig->br->n_entries);
}

static void shadow_static_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, add_static(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->shadowed);
	KUNIT_EXPECT_EQ(test, 0, del(a2, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->shadowed);
}

/* The static entry does not go by hand, but with its port. */
static void shadow_flush_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	KUNIT_EXPECT_EQ(test, 0, add_static(a2, RIG_MAC(1)));
	rig_unplug(a2);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void shadow_host_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 0, RIG_MAC(1));
	u8 own[ETH_ALEN];

	ether_addr_copy(own, rig->host->dev->dev_addr);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(rig->host, own));
	KUNIT_EXPECT_EQ(test, 0, add_static(a, own));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, own));
	KUNIT_EXPECT_EQ(test, 0, del(a, own));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(rig->host, own));
}

static void shadow_owner_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *b = rig_cable(rig, 2, X);

	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	KUNIT_EXPECT_EQ(test, ELSEWHERE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, X));
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a2)->shadowed);

	/* The shadowed one goes first. */
	a = rig_cable(rig, 1, X);
	KUNIT_EXPECT_EQ(test, 1, rig_side(a2)->shadowed);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a2)->shadowed);
}

static void change_mac_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);

	rig_set_mac(a, Y);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	rig_set_mac(a2, Z);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, Z));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->used);
	KUNIT_EXPECT_EQ(test, 2, rig_side(a)->entries);
}

static void takeover_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *b = rig_cable(rig, 2, X);
	struct nsb_fdb_entry *e = find(a, X);

	/* It happens at most once a jiffy. */
	age(a, X, HZ);
	learn(b, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	learn(a2, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	KUNIT_EXPECT_PTR_EQ(test, e, find(a2, X));
	KUNIT_EXPECT_NULL(test, a->port->primary.entry);
	KUNIT_EXPECT_PTR_EQ(test, e, a2->port->primary.entry);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, X));

	age(a2, X, HZ);
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));

	/* Whose port goes is the one that has it. */
	age(a, X, HZ);
	learn(a2, X);
	rig_unplug(a2);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->shadowed);
}

/* The same by frames, and with a third port that does not have the address. */
static void takeover_frame_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, X);
	struct rig_port *a2 = rig_cable(rig, 1, X);
	struct rig_port *a3 = rig_cable(rig, 1, Y);
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(1));

	age(a, X, HZ);
	rig_send(a3, RIG_MAC(1), X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, X));
	rig_send(a2, RIG_MAC(1), NULL);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, X));
	rig_send(b, X, NULL);
	KUNIT_EXPECT_EQ(test, rig_bit(a2), rig_got(rig));
	age(a2, X, HZ);
	rig_send(a, RIG_MAC(1), NULL);
	rig_send(b, X, NULL);
	KUNIT_EXPECT_EQ(test, rig_bit(a), rig_got(rig));
}

static void quota_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));
	struct nsb_side *side = rig_side(a);

	/* The device's address does not count. */
	KUNIT_EXPECT_EQ(test, 0, side->used);
	KUNIT_EXPECT_EQ(test, 1, side->entries);
	side->quota = 2;
	learn(a, X);
	KUNIT_EXPECT_EQ(test, 0, rig_add_mac(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Y));
	KUNIT_EXPECT_EQ(test, 2, side->used);
	KUNIT_EXPECT_EQ(test, 0, side->refused);

	/* A frame that finds no room passes all the same. */
	KUNIT_EXPECT_EQ(test, 0, learn(a, Z));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Z));
	KUNIT_EXPECT_EQ(test, 1, side->refused);
	rig_add_mac(a, RIG_MAC(3));
	KUNIT_EXPECT_EQ(test, NONE, at(a, RIG_MAC(3)));
	KUNIT_EXPECT_EQ(test, 2, side->refused);
	KUNIT_EXPECT_EQ(test, 2, side->used);
	/* What is there already is refreshed. */
	age(a, X, HZ);
	learn(a, X);
	KUNIT_EXPECT_LT(test, jiffies - find(a, X)->used, (unsigned long)HZ);
	KUNIT_EXPECT_EQ(test, 2, side->refused);

	KUNIT_EXPECT_EQ(test, 0, learn(b, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, Z));
	KUNIT_EXPECT_EQ(test, 0, rig_side(b)->refused);

	/* What goes makes room. */
	rig_del_mac(a, RIG_MAC(3));
	rig_del_mac(a, Y);
	KUNIT_EXPECT_EQ(test, 1, side->used);
	learn(a, Z);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, Z));
}

/* One quota for a namespace, not for each of its ports. */
static void quota_ports_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));

	rig_side(a)->quota = 1;
	learn(a, X);
	learn(a2, Y);
	KUNIT_EXPECT_EQ(test, NONE, at(a2, Y));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->refused);
}

static void max_entries_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b;

	rig->br->max_entries = rig->br->n_entries + 1;
	learn(a, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, 1, rig_side(a)->refused);
	KUNIT_EXPECT_EQ(test, -ENOSPC, add_static(a, Y));

	/* A namespace must be reached nevertheless. */
	b = rig_cable(rig, 2, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(b, RIG_MAC(2)));
}

struct mac_at {
	struct rig_port *p;
	const u8 *mac;
	struct rig_port *busy;
	const u8 *refreshed;
};

static bool is_gone(void *arg)
{
	struct mac_at *m = arg;

	if (m->busy)
		learn(m->busy, m->refreshed);
	return at(m->p, m->mac) == NONE;
}

static void ageing_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct mac_at x = { .p = a, .mac = X, .busy = a, .refreshed = Y };
	struct mac_at y = { .p = a, .mac = Y };
	unsigned long start;

	learn(a, X);
	learn(a, Y);
	add_static(a, Z);
	rig_add_mac(a, RIG_MAC(2));
	start = jiffies;
	rtnl_lock();
	nsb_fdb_set_ageing(rig->br, HZ);
	rtnl_unlock();

	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &x));
	KUNIT_EXPECT_GE(test, jiffies - start, HZ * 9UL / 10);
	KUNIT_EXPECT_LT(test, jiffies - start, HZ * 3UL);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, Y));
	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, 2, rig_side(a)->used);
}

static void flush_down_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	learn(a, X);
	learn(b, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(b, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, Z));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void flush_carrier_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct mac_at x = { .p = a, .mac = X };

	learn(a, X);
	rig_set_up(a->far, false);
	KUNIT_EXPECT_TRUE(test, rig_wait(is_gone, &x));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
}

static void flush_removal_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	u32 before = rig->br->n_entries;
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct nsb_side *side = rig_side(a);

	learn(a, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	KUNIT_EXPECT_EQ(test, 4, side->entries);
	KUNIT_EXPECT_EQ(test, 3, side->used);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 0, side->entries);
	KUNIT_EXPECT_EQ(test, 0, side->used);
	KUNIT_EXPECT_EQ(test, 0, side->shadowed);
	KUNIT_EXPECT_EQ(test, 0, side->ports);
	KUNIT_EXPECT_EQ(test, before, rig->br->n_entries);
}

/* More than are flushed in one go, and those that stay are among them. */
static void flush_many_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	u8 mac[ETH_ALEN] = { 0x02, 0, 0, 1 };
	unsigned int i, kept = 0;
	struct nsb_fdb_entry *e;
	int bad = 0;

	rig_side(a)->quota = 2000;
	for (i = 0; i < 1200; i++) {
		mac[4] = i >> 8;
		mac[5] = i;
		bad |= i & 1 ? add_static(a, mac) : learn(a, mac);
	}
	KUNIT_EXPECT_EQ(test, 0, bad);
	KUNIT_EXPECT_EQ(test, 1200, rig_side(a)->used);
	rig_set_up(a->dev, false);
	KUNIT_EXPECT_EQ(test, 600, rig_side(a)->used);
	hlist_for_each_entry(e, &a->port->entries, port_list)
		kept += e->origin == NSBRIDGE_ORIGIN_STATIC;
	KUNIT_EXPECT_EQ(test, 600, kept);
	rig_unplug(a);
	KUNIT_EXPECT_EQ(test, 1, rig->br->n_entries);
}

static void learning_off_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));

	learn(a, X);
	a->port->learning = false;
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
	KUNIT_EXPECT_EQ(test, 0, rig_side(a)->refused);
}

static void locked_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(2));

	learn(a, X);
	add_static(a, Y);
	a->port->locked = true;
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, 0, learn(a, Y));
	KUNIT_EXPECT_EQ(test, 0, learn(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, -EPERM, learn(a, Z));
	/* Another side's entry is no excuse. */
	KUNIT_EXPECT_EQ(test, -EPERM, learn(a, RIG_MAC(2)));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Z));
	KUNIT_EXPECT_EQ(test, 0, learn(b, Z));

	rig_side(a)->quota = rig_side(a)->used;
	KUNIT_EXPECT_EQ(test, -ENOSPC, learn(a, Z));
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
}

static void refusal_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct rig_port *b = rig_cable(rig, 2, RIG_MAC(3));
	static const u8 zero[ETH_ALEN];

	KUNIT_EXPECT_EQ(test, -EINVAL, add_static(a, GROUP));
	KUNIT_EXPECT_EQ(test, -EINVAL, add_static(a, zero));
	KUNIT_EXPECT_EQ(test, 0, add_static(a, X));
	KUNIT_EXPECT_EQ(test, -EEXIST, add_static(a, X));
	/* One entry for a key, at whichever port of the side. */
	KUNIT_EXPECT_EQ(test, -EEXIST, add_static(a2, X));
	KUNIT_EXPECT_EQ(test, 0, add_static(b, X));

	KUNIT_EXPECT_EQ(test, -ENOENT, del(a, Y));
	KUNIT_EXPECT_EQ(test, -ENOENT, del(a2, X));
	KUNIT_EXPECT_EQ(test, -EPERM, del(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, 0, del(a, X));
	KUNIT_EXPECT_EQ(test, -ENOENT, del(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_STATIC, at(b, X));
}

/* The far end goes into another namespace, and a frame that it sent from where
 * it was is still under way.
 */
static void far_moves_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct nsb_side *was = rig_side(a);

	learn(a, X);
	add_static(a, Y);
	rig_add_mac(a, Z);
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-2", a->far->name);
	KUNIT_ASSERT_PTR_NE(test, was, rig_side(a));
	KUNIT_ASSERT_PTR_EQ(test, rig_net(2), rig_side(a)->net);

	/* What it has came along, what others said of the old place did not. */
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a, RIG_MAC(1)));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, Y));
	KUNIT_EXPECT_EQ(test, 0, was->entries);
	KUNIT_EXPECT_EQ(test, 0, was->used);
	KUNIT_EXPECT_EQ(test, 0, was->ports);

	KUNIT_EXPECT_EQ(test, 0, learn_for(a, was, X));
	KUNIT_EXPECT_EQ(test, NONE, at(a, X));
	KUNIT_EXPECT_NULL(test, nsb_fdb_find(rig->br, was, X, 0));
	KUNIT_EXPECT_EQ(test, 0, learn(a, X));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a, X));
}

/* The same, where the old side still has an entry, at another port: it must not
 * be moved to this one.
 */
static void far_moves_entry_test(struct kunit *test)
{
	struct rig *rig = rig_new(test);
	struct rig_port *a = rig_cable(rig, 1, RIG_MAC(1));
	struct rig_port *a2 = rig_cable(rig, 1, RIG_MAC(2));
	struct nsb_side *was = rig_side(a);

	learn(a2, X);
	RIG_SH(test, "n 1 link set %s netns nsb-kunit-2", a->far->name);
	KUNIT_ASSERT_PTR_NE(test, was, rig_side(a));
	learn_for(a, was, X);
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_LEARNED, at(a2, X));
	learn_for(a, was, RIG_MAC(2));
	KUNIT_EXPECT_EQ(test, NSBRIDGE_ORIGIN_OWNER, at(a2, RIG_MAC(2)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(key_test),
	KUNIT_CASE(refresh_test),
	KUNIT_CASE(move_test),
	KUNIT_CASE(no_move_test),
	KUNIT_CASE(sticky_test),
	KUNIT_CASE(precedence_test),
	KUNIT_CASE(shadow_static_test),
	KUNIT_CASE(shadow_flush_test),
	KUNIT_CASE(shadow_host_test),
	KUNIT_CASE(shadow_owner_test),
	KUNIT_CASE(change_mac_test),
	KUNIT_CASE(takeover_test),
	KUNIT_CASE(takeover_frame_test),
	KUNIT_CASE(quota_test),
	KUNIT_CASE(quota_ports_test),
	KUNIT_CASE(max_entries_test),
	KUNIT_CASE_SLOW(ageing_test),
	KUNIT_CASE(flush_down_test),
	KUNIT_CASE(flush_carrier_test),
	KUNIT_CASE(flush_removal_test),
	KUNIT_CASE(flush_many_test),
	KUNIT_CASE(learning_off_test),
	KUNIT_CASE(locked_test),
	KUNIT_CASE(refusal_test),
	KUNIT_CASE(far_moves_test),
	KUNIT_CASE(far_moves_entry_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-fdb",
	.suite_init	= rig_suite_init,
	.suite_exit	= rig_suite_exit,
	.test_cases	= cases,
};

kunit_test_suite(suite);
