/* SPDX-License-Identifier: GPL-2.0 */
/* The forwarding table, keyed on (network namespace, MAC, VLAN).
 *
 * The hash is over MAC and VLAN alone, so one look-up finds what every
 * namespace has under an address: the list of candidates for a frame. Within
 * that list there is one entry per namespace.
 *
 * VLAN 0 stands for all. Where the bridge filters, what far ends own is entered
 * so, and a frame's address is looked up twice.
 */
#ifndef NSB_FDB_H
#define NSB_FDB_H

#include <linux/bits.h>
#include <linux/etherdevice.h>
#include <linux/rhashtable.h>
#include <linux/swab.h>
#include <linux/types.h>
#include <uapi/linux/nsbridge.h>

struct net_device;
struct netlink_callback;
struct netlink_ext_ack;
struct nsb_bridge;
struct nsb_fdb_entry;
struct nsb_port;
struct nsb_side;
struct sk_buff;

union nsb_fdb_key {
	struct {
		u8 addr[ETH_ALEN];
		u16 vlan;
	};
	u64 val;
};

/**
 * struct nsb_owned - an address that the kernel vouches for
 * @list:	in nsb_port.owned. fdb_lock.
 * @entry:	its entry; NULL while another one of the same key is in the
 *		table. fdb_lock.
 * @port:	the port whose far end has it, NULL for the bridge's own
 * @side:	the side it was entered for. fdb_lock.
 * @addr:	the address; zero for none. fdb_lock.
 * @secondary:	it is in the far end's address list rather than the address of
 *		the device, and counts against the side's quota
 */
struct nsb_owned {
	struct list_head list;
	struct nsb_fdb_entry *entry;
	struct nsb_port *port;
	struct nsb_side *side;
	u8 addr[ETH_ALEN];
	bool secondary;
};

/**
 * struct nsb_fdb_entry - where a namespace has an address
 * @node:	in nsb_bridge.fdb
 * @key:	MAC and VLAN
 * @side:	the namespace
 * @port:	the port, NULL for the bridge device itself. Changes when a learned
 *		address moves between the ports of its side.
 * @origin:	enum nsbridge_origin, fixed
 * @counted:	counts against the side's quota
 * @sticky:	does not move to another port of its side, whatever is heard there;
 *		fixed
 * @seq:	a lower one has been there longer
 * @used:	jiffies when it was last seen as a source. Learned entries only,
 *		and at most once a jiffy.
 * @owned:	what it stands for, of an owner entry. fdb_lock.
 * @id:		its number in nsb_bridge.ids
 * @port_list:	in nsb_port.entries. fdb_lock.
 * @rcu:	to free it
 *
 * The first cache line is what a frame on its way reads, and it is only
 * written for learned addresses.
 *
 * 104 bytes, of a slot of 128.
 */
struct nsb_fdb_entry {
	struct rhlist_head node;
	union nsb_fdb_key key;
	struct nsb_side *side;
	struct nsb_port *port;
	u8 origin;
	bool counted;
	bool sticky;
	u32 id;
	u64 seq;

	unsigned long used;
	struct nsb_owned *owned;
	struct hlist_node port_list;
	struct rcu_head rcu;
};

/* Odd, random, and nobody's business. */
extern u64 nsb_fdb_secret;

/* Multiplicative hashing: with a secret factor nobody can choose addresses that
 * meet in one bucket, and it costs a tenth of jhash. The buckets are told by the
 * lowest bits, and in a product it is the highest ones that depend on all of the
 * key. Seeded by the table as well.
 */
static __always_inline u32 nsb_fdb_hash(const void *data, u32 len, u32 seed)
{
	u64 key = *(const u64 *)data;

	return (u32)swab64((key ^ seed) * nsb_fdb_secret);
}

static inline int nsb_fdb_differs(struct rhashtable_compare_arg *arg,
				  const void *obj)
{
	const struct nsb_fdb_entry *e = obj;

	return e->key.val != *(const u64 *)arg->key;
}

static const struct rhashtable_params nsb_fdb_params __maybe_unused = {
	.key_len		= sizeof(u64),
	.key_offset		= offsetof(struct nsb_fdb_entry, key),
	.head_offset		= offsetof(struct nsb_fdb_entry, node),
	.hashfn			= nsb_fdb_hash,
	.obj_cmpfn		= nsb_fdb_differs,
	.automatic_shrinking	= true,
};

static inline union nsb_fdb_key nsb_fdb_key(const u8 *addr, u16 vlan)
{
	union nsb_fdb_key key;

	ether_addr_copy(key.addr, addr);
	key.vlan = vlan;
	return key;
}

/**
 * nsb_fdb_key_of() - the key that a frame's destination has, on VLAN 0
 * @eth: the Ethernet header
 *
 * In one load: what follows the address is there, and is cut off.
 */
static __always_inline u64 nsb_fdb_key_of(const struct ethhdr *eth)
{
	u64 both = get_unaligned((const u64 *)eth->h_dest);

#ifdef __BIG_ENDIAN
	return both & ~0xffffULL;
#else
	return both & ~0ULL >> 16;
#endif
}

int nsb_fdb_lookup(struct nsb_bridge *br, const u8 *addr, u16 vlan,
		   struct rhlist_head *lists[2]);
int nsb_fdb_init(struct nsb_bridge *br);
void nsb_fdb_exit(struct nsb_bridge *br);

int nsb_fdb_learn(struct nsb_port *port, struct nsb_side *side,
		  const u8 *addr, u16 vlan);
struct nsb_fdb_entry *nsb_fdb_find(struct nsb_bridge *br,
				   const struct nsb_side *side,
				   const u8 *addr, u16 vlan);

int nsb_fdb_own(struct nsb_bridge *br, struct nsb_owned *o, const u8 *addr);
void nsb_fdb_own_again(struct nsb_bridge *br, struct nsb_owned *o);
void nsb_fdb_own_again_all(struct nsb_port *port);
void nsb_fdb_disown(struct nsb_bridge *br, struct nsb_owned *o);

/* How an entry is added by hand. */
#define NSB_FDB_DYNAMIC	BIT(0)	/* it ages as if it had been learned */
#define NSB_FDB_STICKY	BIT(1)	/* it stays with its port */
#define NSB_FDB_REPLACE	BIT(2)	/* in place of what is there */

int nsb_fdb_add(struct nsb_port *port, const u8 *addr, u16 vlan,
		unsigned int flags, struct netlink_ext_ack *extack);
int nsb_fdb_del(struct nsb_port *port, const u8 *addr, u16 vlan,
		struct netlink_ext_ack *extack);
void nsb_fdb_flush_learned(struct nsb_port *port);
void nsb_fdb_flush(struct nsb_port *port);
void nsb_fdb_set_ageing(struct nsb_bridge *br, unsigned long ageing);

/* What fdb.c, fdb_own.c and fdb_admin.c have in common; nobody else's business. */
struct nsb_fdb_entry *nsb_fdb_insert(struct nsb_bridge *br,
				     struct nsb_side *side,
				     struct nsb_port *port,
				     union nsb_fdb_key key,
				     enum nsbridge_origin origin, bool sticky);
void nsb_fdb_remove(struct nsb_bridge *br, struct nsb_fdb_entry *e);
void nsb_fdb_refuse(struct nsb_bridge *br, struct nsb_side *side,
		    const struct nsb_port *port, const u8 *addr);
void nsb_fdb_unshadow(struct nsb_bridge *br, struct nsb_side *side,
		      const u8 *addr);
void nsb_fdb_takeover(struct nsb_bridge *br, struct nsb_fdb_entry *e,
		      struct nsb_port *port);

int nsb_fdb_cache_init(void);
void nsb_fdb_cache_exit(void);

#endif
