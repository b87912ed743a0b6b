// SPDX-License-Identifier: GPL-2.0
/* Entries that the kernel itself vouches for: the addresses that the far ends
 * of ports have.
 */
#include "bridge.h"
#include "fdb.h"
#include "port.h"
#include "side.h"

/* Give an owned address its entry, if nothing that ranks higher has the key. */
static int enter(struct nsb_bridge *br, struct nsb_owned *o)
{
	const union nsb_fdb_key key = nsb_fdb_key(o->addr, 0);
	struct nsb_fdb_entry *e, *old;

	old = nsb_fdb_find(br, o->side, o->addr, 0);
	if (old && old->origin != NSBRIDGE_ORIGIN_LEARNED)
		return 0;

	e = nsb_fdb_insert(br, o->side, o->port, key, NSBRIDGE_ORIGIN_OWNER,
			   false);
	if (!e) {
		WRITE_ONCE(br->lacking, true);
		return -ENOMEM;
	}
	e->owned = o;
	o->entry = e;
	o->side->shadowed--;
	if (old)
		nsb_fdb_remove(br, old);
	return 0;
}

/**
 * nsb_fdb_unshadow() - a side has given up a key
 * @br: the bridge
 * @side: the side
 * @addr: the MAC
 *
 * Another port of the side may own it as well.
 *
 * Context: fdb_lock.
 */
void nsb_fdb_unshadow(struct nsb_bridge *br, struct nsb_side *side,
		      const u8 *addr)
{
	struct nsb_port *port;
	struct nsb_owned *o;

	if (likely(!side->shadowed))
		return;
	if (side == br->host && !br->own.entry &&
	    ether_addr_equal(br->own.addr, addr)) {
		enter(br, &br->own);
		return;
	}
	list_for_each_entry(port, &side->port_list, side_list)
		list_for_each_entry(o, &port->owned, list)
			if (!o->entry && ether_addr_equal(o->addr, addr)) {
				enter(br, o);
				return;
			}
}

/**
 * nsb_fdb_own() - enter an address that the kernel vouches for
 * @br: the bridge
 * @o: where to keep it; @o->side, @o->port and @o->secondary are set, and it
 *     has no address yet
 * @addr: the address
 *
 * If another owner or a static entry has the key, the address is remembered
 * and gets its entry when that one goes.
 *
 * Context: any but hard interrupt; takes fdb_lock.
 * Return: 0; -ENOSPC if the quota of the side is used up; -ENOMEM, and then it
 * is remembered as well, and tried again.
 */
int nsb_fdb_own(struct nsb_bridge *br, struct nsb_owned *o, const u8 *addr)
{
	struct nsb_side *side = o->side;
	int err;

	spin_lock_bh(&br->fdb_lock);
	if (o->secondary) {
		if (side->used >= READ_ONCE(side->quota)) {
			nsb_fdb_refuse(br, side, o->port, addr);
			spin_unlock_bh(&br->fdb_lock);
			return -ENOSPC;
		}
		side->used++;
	}
	ether_addr_copy(o->addr, addr);
	side->shadowed++;
	if (o->port)
		list_add_tail(&o->list, &o->port->owned);
	err = enter(br, o);
	spin_unlock_bh(&br->fdb_lock);
	return err;
}

/* Context: fdb_lock. */
static void enter_again(struct nsb_bridge *br, struct nsb_owned *o)
{
	if (!o->entry && !is_zero_ether_addr(o->addr))
		enter(br, o);
}

/**
 * nsb_fdb_own_again() - give an address the entry that it found no memory for
 * @br: the bridge
 * @o: the address; with an entry, or without an address, nothing happens
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_fdb_own_again(struct nsb_bridge *br, struct nsb_owned *o)
{
	spin_lock_bh(&br->fdb_lock);
	enter_again(br, o);
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_fdb_own_again_all() - the same for all addresses of a far end
 * @port: its port
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_fdb_own_again_all(struct nsb_port *port)
{
	struct nsb_bridge *br = port->br;
	struct nsb_owned *o;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry(o, &port->owned, list)
		enter_again(br, o);
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_fdb_disown() - take back nsb_fdb_own()
 * @br: the bridge
 * @o: the address; without one nothing happens
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_fdb_disown(struct nsb_bridge *br, struct nsb_owned *o)
{
	struct nsb_side *side = o->side;
	u8 addr[ETH_ALEN];
	bool had;

	spin_lock_bh(&br->fdb_lock);
	if (is_zero_ether_addr(o->addr))
		goto out;
	ether_addr_copy(addr, o->addr);
	had = o->entry;
	if (had)
		nsb_fdb_remove(br, o->entry);
	side->shadowed--;
	if (o->secondary)
		side->used--;
	if (o->port)
		list_del(&o->list);
	eth_zero_addr(o->addr);
	if (had)
		nsb_fdb_unshadow(br, side, addr);
out:
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_fdb_takeover() - another port sends with an owned address
 * @br: the bridge
 * @e: the entry
 * @port: the port
 *
 * Two ports lead into one namespace, and their far ends have one address, as
 * the members of a bond do. The one that sends gets the traffic.
 *
 * Context: any but hard interrupt, RCU; takes fdb_lock.
 */
void nsb_fdb_takeover(struct nsb_bridge *br, struct nsb_fdb_entry *e,
		      struct nsb_port *port)
{
	struct nsb_owned *o, *old;

	spin_lock_bh(&br->fdb_lock);
	old = e->owned;
	if (!old)
		goto out;
	list_for_each_entry(o, &port->owned, list) {
		if (o->entry || o->side != e->side ||
		    !ether_addr_equal(o->addr, e->key.addr))
			continue;
		old->entry = NULL;
		o->entry = e;
		e->owned = o;
		hlist_del(&e->port_list);
		hlist_add_head(&e->port_list, &port->entries);
		WRITE_ONCE(e->port, port);
		WRITE_ONCE(e->used, jiffies);
		break;
	}
out:
	spin_unlock_bh(&br->fdb_lock);
}
