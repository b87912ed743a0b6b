// SPDX-License-Identifier: GPL-2.0
/* Which of several namespaces with one MAC is a frame for?
 *
 * The slow path: only frames whose destination is in the table more than once
 * come here. The kernel holds all these namespaces, so it can look up in each
 * of them whether it could do anything with the frame.
 *
 * The incumbent, by rank and then by age, gets every frame that it can use; so
 * a namespace that takes another's MAC, its IP addresses or both gains nothing
 * that the other could have used.
 */
#include <linux/etherdevice.h>
#include <linux/if_macvlan.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ndisc.h>
#include <net/route.h>

#include "bridge.h"
#include "compat/compat.h"
#include "forward.h"
#include "neigh.h"
#include "port.h"
#include "side.h"

/* More next hops than this for one route, and only the first ones count. */
#define HOPS	8

/* What a frame is for, as far as that can be told.
 *
 * @family:	AF_INET or AF_INET6; AF_UNSPEC: nothing the kernel could judge,
 *		so that every namespace can use it
 * @n_hops:	how many of @hop are valid; 0 if the sender did not route it
 * @dest:	the destination address, or what ARP or ND ask for
 * @hop:	the next hops that the sender's route names
 */
struct purpose {
	u8 family;
	u8 n_hops;
	union {
		__be32 v4;
		struct in6_addr v6;
	} dest, hop[HOPS];
};

/* The device that a namespace receives with, and sends with. */
static struct net_device *far_of(struct nsb_bridge *br,
				 const struct nsb_port *port)
{
	return port ? rcu_dereference(port->far) : br->dev;
}

static void parse_arp(struct purpose *p, const struct sk_buff *skb)
{
	const struct nsb_arp *arp;
	struct nsb_arp buf;

	arp = nsb_arp(skb, 0, &buf);
	if (!arp)
		return;
	p->family = AF_INET;
	p->dest.v4 = arp->target_ip;
}

static void parse_ipv4(struct purpose *p, const struct sk_buff *skb)
{
	struct iphdr buf;
	const struct iphdr *ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);

	if (!ip || ip->version != 4)
		return;
	p->family = AF_INET;
	p->dest.v4 = ip->daddr;
}

static void parse_ipv6(struct purpose *p, const struct sk_buff *skb)
{
	struct {
		struct ipv6hdr ip;
		struct nd_msg nd;
	} __packed buf;
	const struct ipv6hdr *ip = skb_header_pointer(skb, 0, sizeof(*ip), &buf);
	const struct nd_msg *nd;

	if (!ip || ip->version != 6)
		return;
	p->family = AF_INET6;
	p->dest.v6 = ip->daddr;
	if (ip->nexthdr != IPPROTO_ICMPV6)
		return;
	nd = skb_header_pointer(skb, sizeof(*ip), sizeof(*nd), &buf.nd);
	if (nd && nd->icmph.icmp6_type == NDISC_NEIGHBOUR_SOLICITATION)
		p->dest.v6 = nd->target;
}

static bool sends_by(const struct net_device *far, struct net_device *dev,
		     const struct sk_buff *skb)
{
	return dev && ether_addr_equal(dev->dev_addr, eth_hdr(skb)->h_source) &&
	       (dev == far ||
		netdev_has_upper_dev_all_rcu((struct net_device *)far, dev));
}

/* The routes are looked up again here rather than taken from the frame: to have
 * them there, every frame would have to keep a reference to its route.
 */
static void route_ipv4(struct purpose *p, const struct sk_buff *skb,
		       const struct net_device *far)
{
	struct flowi4 fl = { .daddr = p->dest.v4 };
	struct fib_result res = {};
	struct iphdr buf;
	const struct iphdr *ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	int i;

	if (!ip || skb->protocol != htons(ETH_P_IP))
		return;
	fl.saddr = ip->saddr;
	if (fib_lookup(dev_net(far), &fl, &res, FIB_LOOKUP_NOREF) ||
	    res.type != RTN_UNICAST || !res.fi)
		return;

	for (i = 0; i < fib_info_num_path(res.fi) && p->n_hops < HOPS; i++) {
		const struct fib_nh_common *nhc = fib_info_nhc(res.fi, i);

		if (!sends_by(far, nhc->nhc_dev, skb))
			continue;
		if (nhc->nhc_gw_family == AF_INET6) {
			/* RFC 5549. All hops of a frame are of one family. */
			p->n_hops = 0;
			return;
		}
		p->hop[p->n_hops++].v4 = nhc->nhc_gw_family ?
					 nhc->nhc_gw.ipv4 : p->dest.v4;
	}
}

static void route_ipv6(struct purpose *p, const struct sk_buff *skb,
		       const struct net_device *far)
{
	struct flowi6 fl = { .daddr = p->dest.v6 };
	struct ipv6hdr buf;
	const struct ipv6hdr *ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	struct dst_entry *dst;
	int flags = 0;

	if (!ip)
		return;
	fl.saddr = ip->saddr;
	if (rt6_need_strict(&fl.daddr)) {
		fl.flowi6_oif = far->ifindex;
		flags |= RT6_LOOKUP_F_IFACE;
	}
	dst = ip6_route_lookup(dev_net(far), &fl, skb, flags);
	if (!dst->error && sends_by(far, dst->dev, skb))
		p->hop[p->n_hops++].v6 =
			*rt6_nexthop(container_of(dst, struct rt6_info, dst),
				     &p->dest.v6);
	dst_release(dst);
}

static void parse(struct purpose *p, struct nsb_bridge *br,
		  const struct nsb_port *in, const struct sk_buff *skb, u16 vid)
{
	const struct net_device *far = far_of(br, in);

	p->family = AF_UNSPEC;
	p->n_hops = 0;

	/* The device that has the address behind a VLAN tag may be in yet
	 * another namespace, so a tagged frame is judged like one that is not
	 * IP at all.
	 */
	if (!nsb_vlan_plain(br, in, skb, vid))
		return;

	switch (skb->protocol) {
	case htons(ETH_P_ARP):
		parse_arp(p, skb);
		break;
	case htons(ETH_P_IP):
		parse_ipv4(p, skb);
		if (p->family && far)
			route_ipv4(p, skb, far);
		break;
#if IS_ENABLED(CONFIG_IPV6)
	case htons(ETH_P_IPV6):
		if (!ipv6_mod_enabled())
			break;
		parse_ipv6(p, skb);
		if (p->family && far)
			route_ipv6(p, skb, far);
		break;
#endif
	}
}

/* Does the namespace answer ARP for an address that is not its own? */
static bool proxies_ipv4(struct net_device *far, struct in_device *in_dev,
			 __be32 addr)
{
	struct flowi4 fl = { .daddr = addr };
	struct fib_result res = {};

	if (nsb_pneigh_has(&arp_tbl, dev_net(far), &addr, far))
		return true;
	if (!IN_DEV_PROXY_ARP(in_dev))
		return false;
	/* As arp_fwd_proxy(): only for what is routed out by another device. */
	return !fib_lookup(dev_net(far), &fl, &res, FIB_LOOKUP_NOREF) &&
	       res.type == RTN_UNICAST && res.nhc && res.nhc->nhc_dev != far;
}

static bool usable_ipv4(const struct purpose *p, struct net_device *far)
{
	struct in_device *in_dev = __in_dev_get_rcu(far);
	unsigned int type;
	int i;

	if (!in_dev)
		return false;
	for (i = 0; i < p->n_hops; i++)
		if (inet_addr_type_dev_table(dev_net(far), far,
					     p->hop[i].v4) == RTN_LOCAL ||
		    proxies_ipv4(far, in_dev, p->hop[i].v4))
			return true;
	if (p->n_hops)
		return false;

	type = inet_addr_type_dev_table(dev_net(far), far, p->dest.v4);
	return type == RTN_LOCAL || type == RTN_BROADCAST ||
	       type == RTN_MULTICAST || IN_DEV_FORWARD(in_dev) ||
	       proxies_ipv4(far, in_dev, p->dest.v4);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool local_ipv6(struct net_device *far, const struct in6_addr *addr)
{
	bool link = ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;

	return ipv6_chk_addr(dev_net(far), addr, far, link);
}

static bool proxies_ipv6(struct net_device *far, struct inet6_dev *idev,
			 const struct in6_addr *addr)
{
	return (READ_ONCE(idev->cnf.proxy_ndp) ||
		READ_ONCE(dev_net(far)->ipv6.devconf_all->proxy_ndp)) &&
	       nsb_pneigh_has(&nd_tbl, dev_net(far), addr, far);
}

static bool usable_ipv6(const struct purpose *p, struct net_device *far)
{
	struct inet6_dev *idev = __in6_dev_get(far);
	int i;

	if (!idev)
		return false;
	for (i = 0; i < p->n_hops; i++)
		if (local_ipv6(far, &p->hop[i].v6) ||
		    proxies_ipv6(far, idev, &p->hop[i].v6))
			return true;
	if (p->n_hops)
		return false;

	return ipv6_addr_is_multicast(&p->dest.v6) ||
	       local_ipv6(far, &p->dest.v6) ||
	       READ_ONCE(idev->cnf.forwarding) ||
	       proxies_ipv6(far, idev, &p->dest.v6);
}
#else
static bool usable_ipv6(const struct purpose *p, struct net_device *far)
{
	return true;
}
#endif

/* The device that will take a frame which a far end receives; NULL if there may
 * be anything behind it.
 *
 * Several namespaces can have a macvlan of one MAC, as the routers of one VRRP
 * group do (RFC 5798), and then it is the address of that device which tells
 * them apart.
 */
static struct net_device *taker_of(struct net_device *far, const u8 *dest)
{
	struct net_device *upper;
	struct list_head *iter;

	if (likely(!rcu_access_pointer(far->rx_handler)))
		return far;
	if (!netif_is_macvlan_port(far))
		return NULL;
	netdev_for_each_upper_dev_rcu(far, upper, iter) {
		const struct macvlan_dev *vlan = netdev_priv(upper);

		if (!netif_is_macvlan(upper))
			continue;
		/* These take frames whose destination is not their own. */
		if (vlan->mode == MACVLAN_MODE_SOURCE ||
		    vlan->mode == MACVLAN_MODE_PASSTHRU)
			return NULL;
		if (upper->flags & IFF_UP &&
		    ether_addr_equal(upper->dev_addr, dest))
			return rcu_access_pointer(upper->rx_handler) ? NULL :
								       upper;
	}
	return ether_addr_equal(far->dev_addr, dest) ? far : NULL;
}

static bool usable(const struct purpose *p, struct nsb_bridge *br,
		   const struct nsb_fdb_entry *e, const struct sk_buff *skb,
		   u16 vid)
{
	const struct nsb_port *out = READ_ONCE(e->port);
	struct net_device *dev = far_of(br, out);

	if (out && !(out->dev->flags & IFF_UP && netif_carrier_ok(out->dev)))
		return false;
	/* An uplink: who is there is not known. */
	if (!dev || p->family == AF_UNSPEC ||
	    !nsb_vlan_plain(br, out, skb, vid))
		return true;
	/* A bridge, ipvlan or the like takes the frames of the far end, and the
	 * addresses may be anywhere behind it.
	 */
	dev = taker_of(dev, eth_hdr(skb)->h_dest);
	if (!dev)
		return true;
	return p->family == AF_INET ? usable_ipv4(p, dev) : usable_ipv6(p, dev);
}

unsigned int nsb_fdb_rank(const struct nsb_fdb_entry *e)
{
	const struct nsb_port *port = READ_ONCE(e->port);

	switch (e->origin) {
	case NSBRIDGE_ORIGIN_STATIC:
		return 0;
	case NSBRIDGE_ORIGIN_OWNER:
		return 2;
	default:
		return port && READ_ONCE(port->uplink) &&
		       READ_ONCE(port->trusted) ? 1 : 3;
	}
}

static bool before(const struct nsb_fdb_entry *a, const struct nsb_fdb_entry *b)
{
	unsigned int ra = nsb_fdb_rank(a), rb = nsb_fdb_rank(b);

	return ra != rb ? ra < rb : a->seq < b->seq;
}

/* All that the search for a candidate needs. */
struct search {
	struct nsb_bridge *br;
	struct rhlist_head **lists;
	int n;
	const struct nsb_port *in;
	struct nsb_side *from;
	u16 vid;
};

/* The best candidate that comes after @last. */
static struct nsb_fdb_entry *next(const struct search *s,
				  const struct nsb_fdb_entry *last)
{
	struct nsb_fdb_entry *e, *best = NULL;
	struct rhlist_head *pos;
	int i;

	for (i = 0; i < s->n; i++)
		rhl_for_each_entry_rcu(e, pos, s->lists[i], node) {
			const struct nsb_port *out = READ_ONCE(e->port);

			if (out == s->in ||
			    !nsb_vlan_member(s->br, out, s->vid) ||
			    !nsb_may_forward(s->in, s->from, out, e->side))
				continue;
			if (last && (e == last || !before(last, e)))
				continue;
			if (!best || before(e, best))
				best = e;
		}
	return best;
}

/**
 * nsb_choose() - which of several entries of one MAC a frame is for
 * @br: the bridge
 * @lists: the entries, as nsb_fdb_lookup() has found them
 * @n: how many lists
 * @in: where the frame came in, NULL for the bridge device
 * @from: the side that sent it
 * @skb: the frame, its data at the network header
 * @vid: its VLAN, 0 while the bridge does not filter
 *
 * In rank order, the first that can use the frame, or if none can the first.
 *
 * Context: RCU, bottom halves off.
 * Return: the entry; NULL if all of them went away meanwhile, or are denied.
 */
struct nsb_fdb_entry *nsb_choose(struct nsb_bridge *br,
				 struct rhlist_head *lists[], int n,
				 const struct nsb_port *in,
				 struct nsb_side *from,
				 const struct sk_buff *skb, u16 vid)
{
	const struct search s = {
		.br = br,
		.lists = lists,
		.n = n,
		.in = in,
		.from = from,
		.vid = vid,
	};
	struct nsb_fdb_entry *first, *e;
	struct purpose p;

	first = next(&s, NULL);
	if (!first)
		return NULL;
	parse(&p, br, in, skb, vid);
	for (e = first; e; e = next(&s, e))
		if (usable(&p, br, e, skb, vid))
			return e;
	return first;
}
