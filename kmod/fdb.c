// SPDX-License-Identifier: GPL-2.0
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bridge.h"
#include "fdb.h"
#include "netns.h"
#include "payer.h"
#include "port.h"
#include "retry.h"
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

/**
 * nsb_fdb_insert() - a new entry
 * @br: the bridge
 * @side: whose
 * @port: where it leads, NULL for the bridge device
 * @key: its MAC and VLAN, of which @side has none but one that goes now
 * @origin: who vouches for it
 * @sticky: it stays with its port
 *
 * Context: fdb_lock.
 * Return: NULL without memory.
 */
struct nsb_fdb_entry *nsb_fdb_insert(struct nsb_bridge *br,
				     struct nsb_side *side,
				     struct nsb_port *port,
				     union nsb_fdb_key key,
				     enum nsbridge_origin origin, bool sticky)
{
	struct nsb_fdb_entry *e;
	struct mem_cgroup *was;

	lockdep_assert_held(&br->fdb_lock);

	was = nsb_payer_begin(br);
	e = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	nsb_payer_end(was);
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

/**
 * nsb_fdb_remove() - an entry goes
 * @br: the bridge
 * @e: the entry
 *
 * Context: fdb_lock.
 */
void nsb_fdb_remove(struct nsb_bridge *br, struct nsb_fdb_entry *e)
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
		/* nsb_fdb_takeover() may hold it and look at this, locked. */
		e->owned = NULL;
	}
	call_rcu(&e->rcu, entry_free_rcu);
}

/**
 * nsb_fdb_refuse() - there is no room for an address
 * @br: the bridge
 * @side: whose it is
 * @port: where it was seen
 * @addr: the address
 *
 * Context: fdb_lock.
 */
void nsb_fdb_refuse(struct nsb_bridge *br, struct nsb_side *side,
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
	if (side->used >= READ_ONCE(side->quota) ||
	    br->n_entries >= READ_ONCE(br->max_entries)) {
		nsb_fdb_refuse(br, side, port, addr);
		err = -ENOSPC;
		goto out;
	}
	if (!nsb_fdb_insert(br, side, port, nsb_fdb_key(addr, vlan),
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
		if (READ_ONCE(port->locked))
			return READ_ONCE(side->used) < READ_ONCE(side->quota) ?
			       -EPERM : -ENOSPC;
		if (READ_ONCE(port->learning))
			learn_new(port, side, addr, vlan);
		return 0;
	}

	if (e->origin == NSBRIDGE_ORIGIN_LEARNED) {
		if (unlikely(READ_ONCE(e->port) != port) &&
		    READ_ONCE(port->learning) && !READ_ONCE(port->locked) &&
		    !e->sticky)
			move(br, e, port);
		if (time_before(READ_ONCE(e->used), jiffies))
			WRITE_ONCE(e->used, jiffies);
	} else if (e->origin == NSBRIDGE_ORIGIN_OWNER &&
		   unlikely(READ_ONCE(e->port) != port) &&
		   READ_ONCE(side->shadowed) &&
		   time_before(READ_ONCE(e->used), jiffies)) {
		nsb_fdb_takeover(br, e, port);
	}
	return 0;
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
				nsb_fdb_remove(br, e);
				nsb_fdb_unshadow(br, e->side, e->key.addr);
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
				nsb_fdb_remove(br, e);
			spin_unlock_bh(&br->fdb_lock);
		}
		rcu_read_unlock();
		cond_resched();
	} while (n > BATCH);

	nsb_neigh_age(br);
	if (READ_ONCE(br->lacking))
		nsb_retry(br);
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
	xa_init_flags(&br->ids, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_BH |
				XA_FLAGS_ACCOUNT);
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
