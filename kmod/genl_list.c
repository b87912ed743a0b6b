// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "bridge.h"
#include "compat/compat.h"
#include "fdb.h"
#include "genl_dump.h"
#include "netns.h"
#include "port.h"
#include "side.h"

static void dump_begin(struct netlink_callback *cb)
{
	cb->seq = atomic_read(&nsb_net(sock_net(cb->skb->sk))->gen) + 1;
}

static int fill_namespace(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct nsb_bridge *br,
			  const struct nsb_side *side)
{
	struct net *me = sock_net(cb->skb->sk);
	void *hdr;

	hdr = nsb_dump_header(skb, cb, NSBRIDGE_CMD_NAMESPACE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_IFINDEX, br->dev->ifindex) ||
	    nsb_genl_put_side(skb, NSBRIDGE_A_NAMESPACE_NS, me, side) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_PORTS,
			READ_ONCE(side->ports)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_QUOTA,
			READ_ONCE(side->quota)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_USED,
			READ_ONCE(side->used)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_ENTRIES,
			READ_ONCE(side->entries)) ||
	    nla_put_u64_64bit(skb, NSBRIDGE_A_NAMESPACE_REFUSED,
			      READ_ONCE(side->refused),
			      NSBRIDGE_A_NAMESPACE_PAD) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_RULE_FROM,
			READ_ONCE(side->rule_from)) ||
	    nla_put_u32(skb, NSBRIDGE_A_NAMESPACE_RULE_TO,
			READ_ONCE(side->rule_to))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int dump_sides_of(struct sk_buff *skb, struct netlink_callback *cb,
			 struct nsb_bridge *br)
{
	struct nsb_dump *pos = nsb_dump(cb);
	struct nsb_side *side;
	int err;

	xa_for_each_start(&br->sides, pos->id, side, pos->id) {
		if (READ_ONCE(side->dead))
			continue;
		err = fill_namespace(skb, cb, br, side);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

/**
 * nsb_genl_namespace_dump() - namespace-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_namespace_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	u32 ifindex;
	int err;

	err = nsb_dump_filter(cb, NSBRIDGE_A_NAMESPACE_IFINDEX, nsb_is_bridge,
			      &ifindex);
	if (err)
		return err;
	dump_begin(cb);
	return nsb_dump_all(skb, cb, ifindex, dump_sides_of);
}

static int fill_port(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nsb_bridge *br, const struct nsb_port *port,
		     const struct nsb_side *side)
{
	const struct net_device *far = rcu_dereference(port->far);
	struct net *me = sock_net(cb->skb->sk);
	void *hdr;

	hdr = nsb_dump_header(skb, cb, NSBRIDGE_CMD_PORT_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSBRIDGE_A_PORT_IFINDEX, br->dev->ifindex) ||
	    nla_put_u32(skb, NSBRIDGE_A_PORT_PORT, port->dev->ifindex) ||
	    (side && nsb_genl_put_side(skb, NSBRIDGE_A_PORT_NS, me, side)) ||
	    (far && nla_put_u32(skb, NSBRIDGE_A_PORT_FAR, far->ifindex)) ||
	    (port->uplink && nla_put_flag(skb, NSBRIDGE_A_PORT_UPLINK))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int dump_ports_of(struct sk_buff *skb, struct netlink_callback *cb,
			 struct nsb_bridge *br)
{
	const struct nlattr *only = nsb_dump_attrs(cb)[NSBRIDGE_A_PORT_PORT];
	struct nsb_dump *pos = nsb_dump(cb);
	const struct nsb_side *side;
	struct nsb_port *port;
	unsigned long n = 0;
	int err;

	list_for_each_entry_rcu(port, &br->ports, list) {
		if (n++ < pos->id)
			continue;
		side = rcu_dereference(port->side);
		if ((!only || nla_get_u32(only) == port->dev->ifindex) &&
		    (nsb_net_any(&pos->from) ||
		     (side && nsb_net_is(&pos->from, side->cookie,
					 side->inode)))) {
			err = fill_port(skb, cb, br, port, side);
			if (err)
				return err;
		}
		pos->id = n;
	}
	pos->id = 0;
	return 0;
}

static bool is_port(const struct net_device *dev)
{
	return nsb_port_of(dev);
}

/**
 * nsb_genl_port_dump() - port-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	u32 ifindex, port;
	int err;

	err = nsb_dump_filter(cb, NSBRIDGE_A_PORT_IFINDEX, nsb_is_bridge,
			      &ifindex) ?:
	      nsb_dump_filter(cb, NSBRIDGE_A_PORT_PORT, is_port, &port) ?:
	      nsb_dump_names(cb, NSBRIDGE_A_PORT_NS, 0);
	if (err)
		return err;
	/* Places in the list of ports shift with every one that comes or goes. */
	cb->seq = atomic_read(&nsb_net(sock_net(cb->skb->sk))->port_gen) + 1;
	return nsb_dump_all(skb, cb, ifindex, dump_ports_of);
}

static int fill_fdb(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct nsb_bridge *br, const struct nsb_fdb_entry *e)
{
	void *hdr;

	hdr = nsb_dump_header(skb, cb, NSBRIDGE_CMD_FDB_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nsb_genl_put_fdb(skb, sock_net(cb->skb->sk), br, e)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static bool fdb_wanted(struct nlattr **attrs, const struct nsb_dump *pos,
		       const struct nsb_bridge *br,
		       const struct nsb_fdb_entry *e)
{
	const struct nlattr *only = attrs[NSBRIDGE_A_FDB_PORT];
	const struct nlattr *addr = attrs[NSBRIDGE_A_FDB_ADDR];
	const struct nlattr *vlan = attrs[NSBRIDGE_A_FDB_VLAN];
	const struct nsb_port *port = READ_ONCE(e->port);

	return (!only || nla_get_u32(only) == (port ? port->dev->ifindex :
						      br->dev->ifindex)) &&
	       (!addr || ether_addr_equal(nla_data(addr), e->key.addr)) &&
	       (!vlan || nla_get_u16(vlan) == e->key.vlan) &&
	       nsb_net_is(&pos->from, e->side->cookie, e->side->inode);
}

static int dump_fdb_of(struct sk_buff *skb, struct netlink_callback *cb,
		       struct nsb_bridge *br)
{
	struct nlattr **attrs = nsb_dump_attrs(cb);
	struct nsb_dump *pos = nsb_dump(cb);
	struct nsb_fdb_entry *e;
	int err;

	xa_for_each_start(&br->ids, pos->id, e, pos->id) {
		if (nsb_dump_rests(cb))
			return -EAGAIN;
		if (!fdb_wanted(attrs, pos, br, e))
			continue;
		err = fill_fdb(skb, cb, br, e);
		if (err)
			return err;
	}
	pos->id = 0;
	return 0;
}

static bool is_where_entries_lead(const struct net_device *dev)
{
	return nsb_is_bridge(dev) || nsb_port_of(dev);
}

/**
 * nsb_genl_fdb_dump() - the dump of fdb-get of the specification
 * @skb: where to
 * @cb: the dump
 *
 * Context: process, without RTNL.
 * Return: bytes put into @skb, or an error.
 */
int nsb_genl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	u32 ifindex, port;
	int err;

	err = nsb_dump_filter(cb, NSBRIDGE_A_FDB_IFINDEX, nsb_is_bridge,
			      &ifindex) ?:
	      nsb_dump_filter(cb, NSBRIDGE_A_FDB_PORT, is_where_entries_lead,
			      &port) ?:
	      nsb_dump_names(cb, NSBRIDGE_A_FDB_NS, 0);
	if (err)
		return err;
	dump_begin(cb);
	return nsb_dump_all(skb, cb, ifindex, dump_fdb_of);
}
