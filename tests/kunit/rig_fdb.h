/* SPDX-License-Identifier: GPL-2.0 */
/* What the suites of the forwarding table share: short words for one port. */
#ifndef NSB_RIG_FDB_H
#define NSB_RIG_FDB_H

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

static inline struct nsb_fdb_entry *find(const struct rig_port *p, const u8 *mac)
{
	return nsb_fdb_find(p->rig->br, rig_side(p), mac, 0);
}

/* The origin of the entry by which a port's side has an address at this port. */
static inline int at(const struct rig_port *p, const u8 *mac)
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

static inline int learn_for(struct rig_port *p, struct nsb_side *side, const u8 *mac)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = nsb_fdb_learn(p->port, side, mac, 0);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static inline int learn(struct rig_port *p, const u8 *mac)
{
	return learn_for(p, rig_side(p), mac);
}

static inline int add(struct rig_port *p, const u8 *mac, unsigned int flags)
{
	int err;

	rtnl_lock();
	err = nsb_fdb_add(p->port, mac, 0, flags, NULL);
	rtnl_unlock();
	return err;
}

static inline int add_static(struct rig_port *p, const u8 *mac)
{
	return add(p, mac, 0);
}

static inline int del(struct rig_port *p, const u8 *mac)
{
	int err;

	rtnl_lock();
	err = nsb_fdb_del(p->port, mac, 0, NULL);
	rtnl_unlock();
	return err;
}

/* As if it had been seen that long ago. */
static inline void age(const struct rig_port *p, const u8 *mac, unsigned long by)
{
	struct nsb_fdb_entry *e = find(p, mac);

	KUNIT_ASSERT_NOT_NULL(p->rig->test, e);
	WRITE_ONCE(e->used, jiffies - by);
}

#endif
