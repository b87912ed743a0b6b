// SPDX-License-Identifier: GPL-2.0
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bridge.h"
#include "fdb.h"
#include "netns.h"
#include "port.h"
#include "side.h"

/* How many entries are handled in one go before others get their turn. */
#define BATCH	256U

static struct kmem_cache *cache __read_mostly;

u64 nsb_fdb_secret __ro_after_init;

static void entry_free_rcu(struct rcu_head *head)
{
	kmem_cache_free(cache, container_of(head, struct nsb_fdb_entry, rcu));
}

/**
 * nsb_fdb_find() - the entry that a namespace has for an address
 * @br: the bridge
 * @side: the namespace
 * @addr: the MAC
 * @vlan: the VLAN, 0 while the bridge does not filter
 *
 * Context: RCU, or under fdb_lock.
 */
struct nsb_fdb_entry *nsb_fdb_find(struct nsb_bridge *br,
				   const struct nsb_side *side,
				   const u8 *addr, u16 vlan)
{
	const union nsb_fdb_key key = nsb_fdb_key(addr, vlan);
	struct rhlist_head *list, *pos;
	struct nsb_fdb_entry *e;

	rcu_read_lock();
	list = rhltable_lookup(&br->fdb, &key, nsb_fdb_params);
	rhl_for_each_entry_rcu(e, pos, list, node)
		if (e->side == side)
			goto out;
	e = NULL;
out:
	rcu_read_unlock();
	return e;
}

/* Two namespaces with one MAC. Both get what is theirs, and somebody should
 * know.
 */
static void tell_duplicate(struct nsb_bridge *br, const struct nsb_fdb_entry *e)
{
	const struct nsb_fdb_entry *o, *first = NULL;
	struct rhlist_head *list, *pos;

	rcu_read_lock();
	list = rhltable_lookup(&br->fdb, &e->key, nsb_fdb_params);
	rhl_for_each_entry_rcu(o, pos, list, node)
		if (o->side != e->side && (!first || o->seq < first->seq))
			first = o;
	if (unlikely(first))
		nsb_event_send(br, &(struct nsb_event){
			.what = NSBRIDGE_HAPPENING_DUPLICATE,
			.port = e->port,
			.side = e->side,
			.other = first->side,
			.addr = e->key.addr,
		});
	rcu_read_unlock();
}

/* The same for a frame's source: what is entered for all VLANs counts, too. */
static struct nsb_fdb_entry *find_source(struct nsb_bridge *br,
					 const struct nsb_side *side,
					 const u8 *addr, u16 vlan)
{
	struct nsb_fdb_entry *e = nsb_fdb_find(br, side, addr, vlan);

	return e || !vlan ? e : nsb_fdb_find(br, side, addr, 0);
}

/**
 * nsb_fdb_lookup() - what all namespaces have under an address
 * @br: the bridge
 * @addr: the MAC
 * @vlan: the VLAN, 0 while the bridge does not filter
 * @lists: the entries, as one or two lists
 *
 * Context: RCU.
 * Return: how many lists.
 */
int nsb_fdb_lookup(struct nsb_bridge *br, const u8 *addr, u16 vlan,
		   struct rhlist_head *lists[2])
{
	union nsb_fdb_key key = nsb_fdb_key(addr, vlan);

	lists[0] = rhltable_lookup(&br->fdb, &key, nsb_fdb_params);
	if (likely(!vlan))
		return 1;
	key.vlan = 0;
	lists[1] = rhltable_lookup(&br->fdb, &key, nsb_fdb_params);
	return 2;
}

static struct nsb_fdb_entry *insert(struct nsb_bridge *br,
				    struct nsb_side *side,
				    struct nsb_port *port,
				    union nsb_fdb_key key,
				    enum nsbridge_origin origin, bool sticky)
{
	struct nsb_fdb_entry *e;

	lockdep_assert_held(&br->fdb_lock);

	e = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!e)
		return NULL;
	e->key = key;
	e->side = side;
	e->port = port;
	e->origin = origin;
	e->counted = origin != NSBRIDGE_ORIGIN_OWNER;
	e->sticky = sticky;
	e->seq = br->seq;
	e->used = jiffies;

	if (xa_alloc_cyclic(&br->ids, &e->id, e, xa_limit_32b, &br->next_id,
			    GFP_ATOMIC | __GFP_NOWARN) < 0)
		goto err_free;
	if (rhltable_insert(&br->fdb, &e->node, nsb_fdb_params))
		goto err_id;

	br->seq++;
	br->n_entries++;
	side->entries++;
	if (e->counted)
		side->used++;
	if (port)
		hlist_add_head(&e->port_list, &port->entries);
	nsb_event_fdb(br, e, NSBRIDGE_CMD_FDB_NEW);
	tell_duplicate(br, e);
	return e;

err_id:
	xa_erase(&br->ids, e->id);
err_free:
	/* A dump may have seen it by its number. */
	call_rcu(&e->rcu, entry_free_rcu);
	return NULL;
}

static void remove(struct nsb_bridge *br, struct nsb_fdb_entry *e)
{
	lockdep_assert_held(&br->fdb_lock);

	nsb_event_fdb(br, e, NSBRIDGE_CMD_FDB_GONE);
	rhltable_remove(&br->fdb, &e->node, nsb_fdb_params);
	xa_erase(&br->ids, e->id);
	hlist_del_init(&e->port_list);
	br->n_entries--;
	e->side->entries--;
	if (e->counted)
		e->side->used--;
	if (e->owned) {
		e->owned->entry = NULL;
		e->side->shadowed++;
		/* takeover() may hold it, and look at this under the lock. */
		e->owned = NULL;
	}
	call_rcu(&e->rcu, entry_free_rcu);
}

static void refuse(struct nsb_bridge *br, struct nsb_side *side,
		   const struct nsb_port *port, const u8 *addr)
{
	side->refused++;
	nsb_event_send(br, &(struct nsb_event){
		.what = NSBRIDGE_HAPPENING_QUOTA,
		.port = port,
		.side = side,
		.addr = addr,
	});
}

/* Give an owned address its entry, if nothing that ranks higher has the key. */
static int enter(struct nsb_bridge *br, struct nsb_owned *o)
{
	const union nsb_fdb_key key = nsb_fdb_key(o->addr, 0);
	struct nsb_fdb_entry *e, *old;

	old = nsb_fdb_find(br, o->side, o->addr, 0);
	if (old && old->origin != NSBRIDGE_ORIGIN_LEARNED)
		return 0;

	e = insert(br, o->side, o->port, key, NSBRIDGE_ORIGIN_OWNER, false);
	if (!e)
		return -ENOMEM;
	e->owned = o;
	o->entry = e;
	o->side->shadowed--;
	if (old)
		remove(br, old);
	return 0;
}

/* A key of a side was given up: another port of the side may own it as well. */
static void unshadow(struct nsb_bridge *br, struct nsb_side *side,
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
 * is remembered as well.
 */
int nsb_fdb_own(struct nsb_bridge *br, struct nsb_owned *o, const u8 *addr)
{
	struct nsb_side *side = o->side;
	int err;

	spin_lock_bh(&br->fdb_lock);
	if (o->secondary) {
		if (side->used >= side->quota) {
			refuse(br, side, o->port, addr);
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
		remove(br, o->entry);
	side->shadowed--;
	if (o->secondary)
		side->used--;
	if (o->port)
		list_del(&o->list);
	eth_zero_addr(o->addr);
	if (had)
		unshadow(br, side, addr);
out:
	spin_unlock_bh(&br->fdb_lock);
}

/* Two ports lead into one namespace, and their far ends have one address, as
 * the members of a bond do. The one that sends gets the traffic.
 */
static void takeover(struct nsb_bridge *br, struct nsb_fdb_entry *e,
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

static void move(struct nsb_bridge *br, struct nsb_fdb_entry *e,
		 struct nsb_port *port)
{
	spin_lock_bh(&br->fdb_lock);
	/* Gone in the meantime, or the port leads elsewhere? */
	if (xa_load(&br->ids, e->id) == e &&
	    rcu_access_pointer(port->side) == e->side) {
		hlist_del(&e->port_list);
		hlist_add_head(&e->port_list, &port->entries);
		WRITE_ONCE(e->port, port);
	}
	spin_unlock_bh(&br->fdb_lock);
}

static noinline int learn_new(struct nsb_port *port, struct nsb_side *side,
			      const u8 *addr, u16 vlan)
{
	struct nsb_bridge *br = port->br;
	int err = 0;

	spin_lock_bh(&br->fdb_lock);
	/* The far end may have moved on since the frame came in: what it sent
	 * from where it was must not be known to lead where it is.
	 */
	if (rcu_access_pointer(port->side) != side ||
	    find_source(br, side, addr, vlan))
		goto out;
	if (side->used >= side->quota || br->n_entries >= br->max_entries) {
		refuse(br, side, port, addr);
		err = -ENOSPC;
		goto out;
	}
	if (!insert(br, side, port, nsb_fdb_key(addr, vlan),
		    NSBRIDGE_ORIGIN_LEARNED, false))
		err = -ENOMEM;
out:
	spin_unlock_bh(&br->fdb_lock);
	return err;
}

/**
 * nsb_fdb_learn() - a frame came in with this source address
 * @port: the port
 * @side: the side it led to when the frame came in
 * @addr: the source, a unicast address
 * @vlan: its VLAN, 0 while the bridge does not filter
 *
 * Only entries of @side are looked at and changed. Takes fdb_lock only when
 * the table has to change.
 *
 * Context: RCU, bottom halves off.
 * Return: 0 if the frame may pass. On a locked port: -EPERM if the source is
 * not an entry of the side, -ENOSPC if the quota is why it is not.
 */
int nsb_fdb_learn(struct nsb_port *port, struct nsb_side *side,
		  const u8 *addr, u16 vlan)
{
	struct nsb_bridge *br = port->br;
	struct nsb_fdb_entry *e;

	e = find_source(br, side, addr, vlan);
	if (unlikely(!e)) {
		if (port->locked)
			return READ_ONCE(side->used) < READ_ONCE(side->quota) ?
			       -EPERM : -ENOSPC;
		if (port->learning)
			learn_new(port, side, addr, vlan);
		return 0;
	}

	if (e->origin == NSBRIDGE_ORIGIN_LEARNED) {
		if (unlikely(READ_ONCE(e->port) != port) && port->learning &&
		    !port->locked && !e->sticky)
			move(br, e, port);
		if (time_before(READ_ONCE(e->used), jiffies))
			WRITE_ONCE(e->used, jiffies);
	} else if (e->origin == NSBRIDGE_ORIGIN_OWNER &&
		   unlikely(READ_ONCE(e->port) != port) &&
		   READ_ONCE(side->shadowed) &&
		   time_before(READ_ONCE(e->used), jiffies)) {
		takeover(br, e, port);
	}
	return 0;
}

/* What keeps an administrator's entry out of the table? */
static int add_refused(const struct nsb_bridge *br,
		       const struct nsb_fdb_entry *old, unsigned int flags,
		       struct netlink_ext_ack *extack)
{
	if (!old && br->n_entries >= br->max_entries) {
		NL_SET_ERR_MSG(extack, "The table is full, raise max_entries of the bridge");
		return -ENOSPC;
	}
	if (!old || old->origin == NSBRIDGE_ORIGIN_LEARNED)
		return 0;
	if (old->origin == NSBRIDGE_ORIGIN_OWNER && flags & NSB_FDB_DYNAMIC) {
		NL_SET_ERR_MSG(extack, "A far end has this address, so that an entry that ages would never count");
		return -EEXIST;
	}
	if (old->origin == NSBRIDGE_ORIGIN_STATIC &&
	    !(flags & NSB_FDB_REPLACE)) {
		NL_SET_ERR_MSG(extack, "There is a static entry for this address and namespace, delete it first");
		return -EEXIST;
	}
	return 0;
}

/**
 * nsb_fdb_add() - an administrator says where an address is
 * @port: the port
 * @addr: the MAC
 * @vlan: the VLAN, 0 while the bridge does not filter
 * @flags: NSB_FDB_*
 * @extack: for the reason of a failure
 *
 * The entry belongs to the side of the port, and goes with the port.
 *
 * Context: process, RTNL.
 * Return: 0, -EINVAL, -EEXIST, -ENOLINK, -ENOSPC or -ENOMEM.
 */
int nsb_fdb_add(struct nsb_port *port, const u8 *addr, u16 vlan,
		unsigned int flags, struct netlink_ext_ack *extack)
{
	enum nsbridge_origin origin = flags & NSB_FDB_DYNAMIC ?
				      NSBRIDGE_ORIGIN_LEARNED :
				      NSBRIDGE_ORIGIN_STATIC;
	struct nsb_side *side = rtnl_dereference(port->side);
	struct nsb_bridge *br = port->br;
	struct nsb_fdb_entry *e, *old;
	int err;

	if (!is_valid_ether_addr(addr)) {
		NL_SET_ERR_MSG(extack, "Give a unicast address that is not zero");
		return -EINVAL;
	}
	if (!side) {
		NL_SET_ERR_MSG(extack, "The far end of the port is moving, try again");
		return -ENOLINK;
	}
	if (vlan && !br->vlan_filtering) {
		NL_SET_ERR_MSG(extack, "The bridge does not filter VLANs, leave the VLAN out or set vlan_filtering");
		return -EINVAL;
	}

	spin_lock_bh(&br->fdb_lock);
	old = nsb_fdb_find(br, side, addr, vlan);
	err = add_refused(br, old, flags, extack);
	if (err)
		goto out;
	e = insert(br, side, port, nsb_fdb_key(addr, vlan), origin,
		   flags & NSB_FDB_STICKY);
	if (!e) {
		err = -ENOMEM;
		goto out;
	}
	if (old)
		remove(br, old);
out:
	spin_unlock_bh(&br->fdb_lock);
	return err;
}

/**
 * nsb_fdb_del() - delete an entry by hand
 * @port: the port it leads to
 * @addr: the MAC
 * @vlan: the VLAN, 0 while the bridge does not filter
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 * Return: 0, -ENOENT, or -EPERM for an address of the far end.
 */
int nsb_fdb_del(struct nsb_port *port, const u8 *addr, u16 vlan,
		struct netlink_ext_ack *extack)
{
	struct nsb_side *side = rtnl_dereference(port->side);
	struct nsb_bridge *br = port->br;
	struct nsb_fdb_entry *e = NULL;
	int err = 0;

	spin_lock_bh(&br->fdb_lock);
	if (side)
		e = nsb_fdb_find(br, side, addr, vlan);
	if (!e || e->port != port) {
		NL_SET_ERR_MSG(extack, "No entry for this address leads to this port");
		err = -ENOENT;
	} else if (e->origin == NSBRIDGE_ORIGIN_OWNER) {
		NL_SET_ERR_MSG(extack, "The device at the far end has this address, change it there");
		err = -EPERM;
	} else {
		remove(br, e);
		unshadow(br, side, addr);
	}
	spin_unlock_bh(&br->fdb_lock);
	return err;
}

/* Nothing enters while this runs that it would have to remove: learning has
 * been stopped, or is welcome to go on.
 */
static void flush(struct nsb_port *port, bool learned_only)
{
	struct nsb_bridge *br = port->br;
	struct nsb_fdb_entry *e;
	struct hlist_node *tmp;
	HLIST_HEAD(keep);
	unsigned int n;

	do {
		n = 0;
		spin_lock_bh(&br->fdb_lock);
		hlist_for_each_entry_safe(e, tmp, &port->entries, port_list) {
			if (++n > BATCH)
				break;
			if (!learned_only ||
			    e->origin == NSBRIDGE_ORIGIN_LEARNED) {
				remove(br, e);
				unshadow(br, e->side, e->key.addr);
				continue;
			}
			/* Out of the way, so that the next batch is others. */
			hlist_del(&e->port_list);
			hlist_add_head(&e->port_list, &keep);
		}
		if (n <= BATCH)
			hlist_move_list(&keep, &port->entries);
		spin_unlock_bh(&br->fdb_lock);
		cond_resched();
	} while (n > BATCH);
}

/**
 * nsb_fdb_flush_learned() - forget what was learned on a port
 * @port: the port
 *
 * Context: process, RTNL.
 */
void nsb_fdb_flush_learned(struct nsb_port *port)
{
	flush(port, true);
}

/**
 * nsb_fdb_flush() - remove all entries of a port
 * @port: the port; nothing is learned on it any more, and what its far end
 *        owned has been disowned
 *
 * Context: process, RTNL.
 */
void nsb_fdb_flush(struct nsb_port *port)
{
	flush(port, false);
}

/* Walks by number rather than through a list of its own: one more pointer in
 * every entry would cost more than the walk does.
 */
static void gc(struct work_struct *work)
{
	struct nsb_bridge *br = container_of(to_delayed_work(work),
					     struct nsb_bridge, gc);
	unsigned long ageing = READ_ONCE(br->ageing);
	struct nsb_fdb_entry *e;
	unsigned long id = 0;
	unsigned int n;

	do {
		n = 0;
		rcu_read_lock();
		xa_for_each_start(&br->ids, id, e, id) {
			if (++n > BATCH)
				break;
			if (e->origin != NSBRIDGE_ORIGIN_LEARNED ||
			    time_before(jiffies, READ_ONCE(e->used) + ageing))
				continue;
			spin_lock_bh(&br->fdb_lock);
			if (xa_load(&br->ids, e->id) == e)
				remove(br, e);
			spin_unlock_bh(&br->fdb_lock);
		}
		rcu_read_unlock();
		cond_resched();
	} while (n > BATCH);

	nsb_neigh_age(br);
	queue_delayed_work(system_long_wq, &br->gc,
			   clamp_t(unsigned long, ageing / 8, HZ / 4, 10 * HZ));
}

/**
 * nsb_fdb_set_ageing() - set after how long a learned entry goes
 * @br: the bridge
 * @ageing: jiffies
 *
 * Context: process, RTNL.
 */
void nsb_fdb_set_ageing(struct nsb_bridge *br, unsigned long ageing)
{
	WRITE_ONCE(br->ageing, ageing);
	mod_delayed_work(system_long_wq, &br->gc, 0);
}

/**
 * nsb_fdb_init() - make a bridge's table
 * @br: the bridge
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int nsb_fdb_init(struct nsb_bridge *br)
{
	spin_lock_init(&br->fdb_lock);
	xa_init_flags(&br->ids, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_BH);
	INIT_DELAYED_WORK(&br->gc, gc);
	return rhltable_init(&br->fdb, &nsb_fdb_params);
}

/**
 * nsb_fdb_exit() - free a bridge's table
 * @br: the bridge; it has no port, and its own address has been disowned
 *
 * Context: process. May sleep.
 */
void nsb_fdb_exit(struct nsb_bridge *br)
{
	cancel_delayed_work_sync(&br->gc);
	WARN_ON_ONCE(br->n_entries);
	rhltable_destroy(&br->fdb);
	xa_destroy(&br->ids);
}

int nsb_fdb_cache_init(void)
{
	get_random_bytes(&nsb_fdb_secret, sizeof(nsb_fdb_secret));
	nsb_fdb_secret |= 1;
	cache = kmem_cache_create("nsbridge_fdb", sizeof(struct nsb_fdb_entry),
				  0, SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	return cache ? 0 : -ENOMEM;
}

void nsb_fdb_cache_exit(void)
{
	/* Entries on their way through RCU. */
	rcu_barrier();
	kmem_cache_destroy(cache);
}
