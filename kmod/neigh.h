/* SPDX-License-Identifier: GPL-2.0 */
/* Which far end has which IP address, for ARP (RFC 826) and neighbour
 * discovery (RFC 4861). The kernel is told of every address that is added to a
 * device, in every namespace, so nothing has to be learned of them.
 */
#ifndef NSB_NEIGH_H
#define NSB_NEIGH_H

#include <linux/if_arp.h>
#include <linux/in6.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/types.h>

struct nsb_bridge;
struct nsb_port;
struct nsb_side;

/* So many addresses are remembered of one far end, and of what was heard on
 * trusted uplinks.
 */
#define NSB_ADDRS_MAX	1024U
#define NSB_HEARD_MAX	4096U

/**
 * struct nsb_addr - an IP address that is at home at a far end
 * @node:	in nsb_bridge.neigh
 * @addr:	the address, an IPv4 one mapped into IPv6
 * @port:	the port, NULL for the bridge device
 * @side:	the side it was entered for
 * @seq:	a lower one has been there longer
 * @seen:	jiffies when a trusted uplink was last heard to have it
 * @set:	what it belongs to
 * @list:	in nsb_addr_set.addrs. fdb_lock.
 * @rcu:	to free it
 */
struct nsb_addr {
	struct rhlist_head node;
	struct in6_addr addr;
	struct nsb_port *port;
	struct nsb_side *side;
	u64 seq;
	unsigned long seen;
	struct nsb_addr_set *set;
	struct list_head list;
	struct rcu_head rcu;
};

/**
 * struct nsb_addr_set - the addresses of one far end, or those that were heard
 * @port:	the port, NULL for the bridge device
 * @addrs:	the addresses. fdb_lock.
 * @n:		how many. fdb_lock.
 * @max:	how many are remembered; who asks for another one asks everyone
 */
struct nsb_addr_set {
	struct nsb_port *port;
	struct list_head addrs;
	u32 n;
	u32 max;
};

extern const struct rhashtable_params nsb_neigh_params;

/* What a frame says in ARP or neighbour discovery.
 *
 * @ask:	it asks who has @target
 * @claim:	it says that the sender has @source
 */
struct nsb_neigh_msg {
	bool ask;
	bool claim;
	struct in6_addr target;
	struct in6_addr source;
};

/**
 * struct nsb_arp - an ARP message between Ethernet and IPv4 (RFC 826), as on the wire
 * @hdr:	what all ARP messages have
 * @sender:	who says it
 * @sender_ip:	and the address that it claims; 0 claims nothing
 * @target:	whom it asks, in a reply whom it tells
 * @target_ip:	the address that is asked for
 */
struct nsb_arp {
	struct arphdr hdr;
	u8 sender[ETH_ALEN];
	__be32 sender_ip;
	u8 target[ETH_ALEN];
	__be32 target_ip;
} __packed;

/* Return: NULL if there is no such message at @start, else it, perhaps in @buf. */
static inline const struct nsb_arp *
nsb_arp(const struct sk_buff *skb, int start, struct nsb_arp *buf)
{
	const struct nsb_arp *arp;

	arp = skb_header_pointer(skb, start, sizeof(*buf), buf);
	if (!arp || arp->hdr.ar_hln != ETH_ALEN || arp->hdr.ar_pln != 4 ||
	    arp->hdr.ar_pro != htons(ETH_P_IP))
		return NULL;
	return arp;
}

bool nsb_neigh_parse(const struct sk_buff *skb, struct nsb_neigh_msg *msg);
bool nsb_neigh_stolen(struct nsb_bridge *br, struct nsb_port *in,
		      struct nsb_side *from, const struct in6_addr *addr,
		      const struct sk_buff *skb, u16 vid);
void nsb_neigh_age(struct nsb_bridge *br);

void nsb_neigh_set_init(struct nsb_addr_set *set, struct nsb_port *port,
			u32 max);
void nsb_neigh_attach(struct nsb_bridge *br, struct nsb_port *port);
void nsb_neigh_detach(struct nsb_bridge *br, struct nsb_addr_set *set);

int nsb_neigh_init(void);
void nsb_neigh_exit(void);

#endif
