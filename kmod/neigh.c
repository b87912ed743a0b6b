// SPDX-License-Identifier: GPL-2.0
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/ipv6.h>
#include <net/ndisc.h>

#include "bridge.h"
#include "far.h"
#include "neigh.h"
#include "port.h"
#include "side.h"

const struct rhashtable_params nsb_neigh_params = {
	.key_len		= sizeof(struct in6_addr),
	.key_offset		= offsetof(struct nsb_addr, addr),
	.head_offset		= offsetof(struct nsb_addr, node),
	.automatic_shrinking	= true,
};

/* -- the index -- */

/**
 * nsb_neigh_set_init() - no address is known yet
 * @set: the addresses of a far end, or those that were heard
 * @port: the port, NULL for the bridge device
 * @max: how many there may be
 */
void nsb_neigh_set_init(struct nsb_addr_set *set, struct nsb_port *port,
			u32 max)
{
	set->port = port;
	set->max = max;
	INIT_LIST_HEAD(&set->addrs);
}

static struct nsb_addr *find(struct nsb_bridge *br,
			     const struct nsb_addr_set *set,
			     const struct in6_addr *addr)
{
	struct rhlist_head *list, *pos;
	struct nsb_addr *a;

	rcu_read_lock();
	list = rhltable_lookup(&br->neigh, addr, nsb_neigh_params);
	rhl_for_each_entry_rcu(a, pos, list, node)
		if (a->set == set)
			goto out;
	a = NULL;
out:
	rcu_read_unlock();
	return a;
}

/* Without memory or room the address is not known, and who asks for it asks
 * everyone; without memory it is tried again, unless a frame will do that.
 */
static void add(struct nsb_bridge *br, struct nsb_addr_set *set,
		struct nsb_port *port, struct nsb_side *side,
		const struct in6_addr *addr)
{
	struct nsb_addr *a;

	lockdep_assert_held(&br->fdb_lock);

	if (!side || set->n >= set->max || find(br, set, addr))
		return;
	a = kzalloc(sizeof(*a), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!a)
		goto err;
	a->addr = *addr;
	a->set = set;
	a->port = port;
	a->side = side;
	a->seq = br->seq++;
	a->seen = jiffies;
	if (rhltable_insert(&br->neigh, &a->node, nsb_neigh_params)) {
		kfree(a);
		goto err;
	}
	list_add(&a->list, &set->addrs);
	set->n++;
	return;

err:
	if (set != &br->heard)
		WRITE_ONCE(br->lacking, true);
}

static void forget(struct nsb_bridge *br, struct nsb_addr *a)
{
	lockdep_assert_held(&br->fdb_lock);

	rhltable_remove(&br->neigh, &a->node, nsb_neigh_params);
	list_del(&a->list);
	a->set->n--;
	kfree_rcu(a, rcu);
}

static struct nsb_side *side_of(struct nsb_bridge *br, struct nsb_port *port)
{
	return port ? rcu_dereference_protected(port->side,
						lockdep_is_held(&br->fdb_lock)) :
		      br->host;
}

static struct nsb_addr_set *set_of(struct nsb_bridge *br, struct nsb_port *port)
{
	return port ? &port->addrs : &br->own_addrs;
}

static void came(struct nsb_bridge *br, struct nsb_port *port,
		 const struct in6_addr *addr)
{
	spin_lock_bh(&br->fdb_lock);
	add(br, set_of(br, port), port, side_of(br, port), addr);
	spin_unlock_bh(&br->fdb_lock);
}

static void went(struct nsb_bridge *br, struct nsb_port *port,
		 const struct in6_addr *addr)
{
	struct nsb_addr *a;

	spin_lock_bh(&br->fdb_lock);
	a = find(br, set_of(br, port), addr);
	if (a)
		forget(br, a);
	spin_unlock_bh(&br->fdb_lock);
}

/**
 * nsb_neigh_attach() - enter the addresses that a device has
 * @br: the bridge
 * @port: the port whose far end it is, NULL for the bridge device
 *
 * Context: process, RTNL.
 */
void nsb_neigh_attach(struct nsb_bridge *br, struct nsb_port *port)
{
	struct net_device *dev = port ? rtnl_dereference(port->far) : br->dev;
	struct inet6_ifaddr *ifp;
	const struct in_ifaddr *ifa;
	struct in_device *in_dev;
	struct inet6_dev *idev;
	struct in6_addr addr;

	rcu_read_lock();
	in_dev = __in_dev_get_rcu(dev);
	if (in_dev)
		in_dev_for_each_ifa_rcu(ifa, in_dev) {
			ipv6_addr_set_v4mapped(ifa->ifa_local, &addr);
			came(br, port, &addr);
		}
	idev = IS_ENABLED(CONFIG_IPV6) ? __in6_dev_get(dev) : NULL;
	if (idev)
		list_for_each_entry_rcu(ifp, &idev->addr_list, if_list)
			came(br, port, &ifp->addr);
	rcu_read_unlock();
}

/**
 * nsb_neigh_detach() - remove all addresses of a far end, or all that was heard
 * @br: the bridge
 * @set: the addresses
 *
 * Context: any but hard interrupt; takes fdb_lock.
 */
void nsb_neigh_detach(struct nsb_bridge *br, struct nsb_addr_set *set)
{
	struct nsb_addr *a, *tmp;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry_safe(a, tmp, &set->addrs, list)
		forget(br, a);
	spin_unlock_bh(&br->fdb_lock);
}

/* An address came or went somewhere on this host. */
static void changed(struct net_device *dev, const struct in6_addr *addr,
		    unsigned long event)
{
	struct nsb_bridge *br = NULL;
	struct nsb_port *port = NULL;

	rcu_read_lock();
	if (nsb_is_bridge(dev)) {
		br = netdev_priv(dev);
	} else {
		port = nsb_far_port(dev);
		if (port)
			br = port->br;
	}
	if (br && event == NETDEV_UP)
		came(br, port, addr);
	else if (br && event == NETDEV_DOWN)
		went(br, port, addr);
	rcu_read_unlock();
}

static int inet_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct in6_addr addr;

	ipv6_addr_set_v4mapped(ifa->ifa_local, &addr);
	changed(ifa->ifa_dev->dev, &addr, event);
	return NOTIFY_DONE;
}

static struct notifier_block inet_nb = {
	.notifier_call = inet_event,
};

#if IS_ENABLED(CONFIG_IPV6)
static int inet6_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct inet6_ifaddr *ifp = ptr;

	changed(ifp->idev->dev, &ifp->addr, event);
	return NOTIFY_DONE;
}

static struct notifier_block inet6_nb = {
	.notifier_call = inet6_event,
};
#endif

int __init nsb_neigh_init(void)
{
	int err = register_inetaddr_notifier(&inet_nb);

#if IS_ENABLED(CONFIG_IPV6)
	if (!err) {
		err = register_inet6addr_notifier(&inet6_nb);
		if (err)
			unregister_inetaddr_notifier(&inet_nb);
	}
#endif
	return err;
}

void nsb_neigh_exit(void)
{
#if IS_ENABLED(CONFIG_IPV6)
	unregister_inet6addr_notifier(&inet6_nb);
#endif
	unregister_inetaddr_notifier(&inet_nb);
}

/* -- frames -- */

/* What a receiver will see: it takes off all the tags in front that only tell a
 * priority. Behind any other tag this is none of our business.
 */
static __be16 skip_priority_tags(const struct sk_buff *skb, int *start)
{
	__be16 proto = skb->protocol;
	const struct vlan_hdr *tag;
	struct vlan_hdr buf;

	*start = 0;
	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, *start, sizeof(buf), &buf);
		if (!tag || tag->h_vlan_TCI & htons(VLAN_VID_MASK))
			return 0;
		proto = tag->h_vlan_encapsulated_proto;
		*start += VLAN_HLEN;
	}
	return proto;
}

static bool parse_arp(const struct sk_buff *skb, int start,
		      struct nsb_neigh_msg *msg)
{
	const struct nsb_arp *arp;
	struct nsb_arp buf;

	arp = nsb_arp(skb, start, &buf);
	if (!arp)
		return false;
	/* RFC 5227: who announces an address asks for it, and everyone is to
	 * hear that; who probes for one claims nothing yet.
	 */
	msg->ask = arp->hdr.ar_op == htons(ARPOP_REQUEST) &&
		   arp->sender_ip != arp->target_ip;
	msg->claim = arp->sender_ip != 0;
	ipv6_addr_set_v4mapped(arp->target_ip, &msg->target);
	ipv6_addr_set_v4mapped(arp->sender_ip, &msg->source);
	return true;
}

/* Extension headers are skipped as the receiver will: they are not a way past
 * this (RFC 7113). What is in a fragment no Linux takes for ND (RFC 6980).
 */
static bool parse_nd(const struct sk_buff *skb, int start,
		     struct nsb_neigh_msg *msg)
{
	const struct in6_addr *target;
	const struct icmp6hdr *icmp;
	const struct ipv6hdr *ip;
	struct icmp6hdr icmp_buf;
	struct ipv6hdr ip_buf;
	struct in6_addr buf;
	__be16 frag;
	u8 next;

	ip = skb_header_pointer(skb, start, sizeof(ip_buf), &ip_buf);
	if (!ip || ip->version != 6)
		return false;
	next = ip->nexthdr;
	start = ipv6_skip_exthdr(skb, start + sizeof(*ip), &next, &frag);
	if (start < 0 || next != IPPROTO_ICMPV6)
		return false;
	icmp = skb_header_pointer(skb, start, sizeof(icmp_buf), &icmp_buf);
	if (!icmp)
		return false;
	target = skb_header_pointer(skb, start + offsetof(struct nd_msg, target),
				    sizeof(buf), &buf);

	msg->ask = false;
	msg->claim = true;
	switch (icmp->icmp6_type) {
	case NDISC_NEIGHBOUR_SOLICITATION:
		if (!target)
			return false;
		msg->ask = true;
		msg->target = *target;
		fallthrough;
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_ROUTER_ADVERTISEMENT:
	case NDISC_REDIRECT:
		/* All of them can say which MAC their source has. From nowhere
		 * it is duplicate address detection (RFC 4862, 5.4).
		 */
		msg->claim = !ipv6_addr_any(&ip->saddr);
		msg->source = ip->saddr;
		return true;
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		if (!target)
			return false;
		msg->source = *target;
		return true;
	}
	return false;
}

/**
 * nsb_neigh_parse() - is it ARP or neighbour discovery, and what does it say?
 * @skb: the frame
 * @msg: the result
 *
 * Its data is at the network header. A tag outside of the data is not looked at.
 *
 * Return: false if it is neither.
 */
bool nsb_neigh_parse(const struct sk_buff *skb, struct nsb_neigh_msg *msg)
{
	int start;

	switch (skip_priority_tags(skb, &start)) {
	case htons(ETH_P_ARP):
		return parse_arp(skb, start, msg);
	case htons(ETH_P_IPV6):
		return parse_nd(skb, start, msg);
	}
	return false;
}

/**
 * nsb_neigh_stolen() - does somebody claim what another namespace had first?
 * @br: the bridge
 * @in: where the claim came in, NULL for the bridge device
 * @from: the side that claims
 * @addr: the address
 * @skb: the frame that says so
 * @vid: its VLAN, 0 while the bridge does not filter
 *
 * It is those who get the frame without a tag that are in the index: how the
 * claim came in, with a tag or without, says nothing about that.
 *
 * What is claimed on a trusted uplink is remembered, and is that of whoever is
 * there until it has been silent for as long as a learned MAC may be.
 *
 * Context: RCU, bottom halves off.
 */
bool nsb_neigh_stolen(struct nsb_bridge *br, struct nsb_port *in,
		      struct nsb_side *from, const struct in6_addr *addr,
		      const struct sk_buff *skb, u16 vid)
{
	bool uplink = in && READ_ONCE(in->uplink);
	bool trusted = uplink && READ_ONCE(in->trusted);
	struct rhlist_head *list, *pos;
	struct nsb_addr *a, *first = NULL;

	list = rhltable_lookup(&br->neigh, addr, nsb_neigh_params);
	rhl_for_each_entry_rcu(a, pos, list, node)
		if (nsb_vlan_plain(br, a->port, skb, vid) &&
		    (!first || a->seq < first->seq))
			first = a;

	if (!first && trusted && nsb_vlan_plain(br, in, skb, vid)) {
		spin_lock_bh(&br->fdb_lock);
		add(br, &br->heard, in, side_of(br, in), addr);
		spin_unlock_bh(&br->fdb_lock);
		return false;
	}
	if (!first)
		return false;
	if (first->set == &br->heard && trusted) {
		if (time_before(READ_ONCE(first->seen), jiffies))
			WRITE_ONCE(first->seen, jiffies);
		return false;
	}
	/* An uplink shares its side with the bridge device, and is somebody
	 * else all the same.
	 */
	return first->side != from ||
	       (first->port != in && (uplink || first->set == &br->heard));
}

/**
 * nsb_neigh_age() - forget what trusted uplinks have not said for long
 * @br: the bridge
 *
 * Context: process.
 */
void nsb_neigh_age(struct nsb_bridge *br)
{
	unsigned long ageing = READ_ONCE(br->ageing);
	struct nsb_addr *a, *tmp;

	spin_lock_bh(&br->fdb_lock);
	list_for_each_entry_safe(a, tmp, &br->heard.addrs, list)
		if (time_after(jiffies, READ_ONCE(a->seen) + ageing))
			forget(br, a);
	spin_unlock_bh(&br->fdb_lock);
}
