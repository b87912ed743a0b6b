// SPDX-License-Identifier: GPL-2.0
/* The forwarding table as rtnetlink shows and changes it: "bridge fdb". */
#include <linux/neighbour.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "bridge.h"
#include "compat/compat.h"
#include "fdb.h"
#include "port.h"
#include "side.h"

static int fill(struct sk_buff *skb, const struct netlink_callback *cb,
		const struct nsb_bridge *br, const struct nsb_fdb_entry *e)
{
	const struct nsb_port *port = READ_ONCE(e->port);
	const struct net_device *dev = port ? port->dev : br->dev;
	struct nda_cacheinfo info = {};
	struct nlmsghdr *nlh;
	struct ndmsg *ndm;
	int id;

	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			RTM_NEWNEIGH, sizeof(*ndm), NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	ndm = nlmsg_data(nlh);
	memset(ndm, 0, sizeof(*ndm));
	ndm->ndm_family = AF_BRIDGE;
	ndm->ndm_ifindex = dev->ifindex;
	/* What a far end owns is as good as what a control plane has entered:
	 * "extern_learn" tells it from what an administrator has.
	 */
	switch (e->origin) {
	case NSBRIDGE_ORIGIN_LEARNED:
		ndm->ndm_state = NUD_REACHABLE;
		break;
	case NSBRIDGE_ORIGIN_OWNER:
		ndm->ndm_state = port ? NUD_NOARP : NUD_PERMANENT;
		ndm->ndm_flags = port ? NTF_EXT_LEARNED : 0;
		break;
	default:
		ndm->ndm_state = NUD_NOARP;
	}

	if (e->sticky)
		ndm->ndm_flags |= NTF_STICKY;
	if (e->origin == NSBRIDGE_ORIGIN_LEARNED)
		info.ndm_used = jiffies_to_clock_t(jiffies - READ_ONCE(e->used));
	info.ndm_updated = info.ndm_used;

	if (nla_put(skb, NDA_LLADDR, ETH_ALEN, e->key.addr) ||
	    nla_put_u32(skb, NDA_MASTER, br->dev->ifindex) ||
	    nla_put(skb, NDA_CACHEINFO, sizeof(info), &info) ||
	    (e->key.vlan && nla_put_u16(skb, NDA_VLAN, e->key.vlan)))
		goto cancel;
	if (!net_eq(e->side->net, dev_net(br->dev))) {
		id = nsb_side_nsid(e->side);
		if (id >= 0 && nla_put_s32(skb, NDA_LINK_NETNSID, id))
			goto cancel;
	}
	nlmsg_end(skb, nlh);
	return 0;

cancel:
	nlmsg_cancel(skb, nlh);
	return -EMSGSIZE;
}

/* The core only counts the entries, and those of a large table would be counted
 * from the first one for every part of the dump. So the number of the entry to
 * go on with is kept beside that, in what the core has no use for.
 */
struct resume {
	long idx;
	unsigned long id;
};

static struct resume *resume_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct resume) > 2 * sizeof(cb->args[0]));
	BUILD_BUG_ON(ARRAY_SIZE(cb->args) < 6);
	return (struct resume *)&cb->args[4];
}

/**
 * nsb_port_fdb_dump() - ndo_fdb_dump of a bridge or of a port of it
 * @skb: where to
 * @cb: the dump
 * @dev: the bridge, or the port's device
 * @port: only entries that lead here, or NULL for all
 * @idx: counts the entries seen
 *
 * Context: process, RTNL.
 * Return: 0, or -EMSGSIZE when @skb is full.
 */
int nsb_port_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      struct net_device *dev, struct nsb_port *port, int *idx)
{
	struct nsb_bridge *br = port ? port->br : netdev_priv(dev);
	int skip = nsb_fdb_dump_skip(cb), err = 0;
	struct resume *resume = resume_of(cb);
	struct nsb_fdb_entry *e;
	unsigned long id = 0;

	if (skip > *idx && resume->idx == skip) {
		*idx = skip;
		id = resume->id;
	}
	rcu_read_lock();
	xa_for_each_start(&br->ids, id, e, id) {
		if (port && READ_ONCE(e->port) != port)
			continue;
		if (*idx >= skip) {
			err = fill(skb, cb, br, e);
			if (err) {
				resume->idx = *idx;
				resume->id = id;
				break;
			}
		}
		(*idx)++;
	}
	rcu_read_unlock();
	return err;
}

/**
 * nsb_port_fdb_add() - ndo_fdb_add of a port: "bridge fdb add MAC dev PORT"
 * @port: the port
 * @ndm: header of the request: "dynamic" or "static", and "sticky"
 * @addr: the MAC
 * @vlan: the VLAN, or 0 for all
 * @flags: NLM_F_*
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 */
int nsb_port_fdb_add(struct nsb_port *port, const struct ndmsg *ndm,
		     const unsigned char *addr, u16 vlan, u16 flags,
		     struct netlink_ext_ack *extack)
{
	unsigned int how = 0;

	if (ndm->ndm_state & NUD_REACHABLE)
		how |= NSB_FDB_DYNAMIC;
	if (ndm->ndm_flags & NTF_STICKY)
		how |= NSB_FDB_STICKY;
	/* "replace" and "append" */
	if (!(flags & NLM_F_EXCL))
		how |= NSB_FDB_REPLACE;
	return nsb_fdb_add(port, addr, vlan, how, extack);
}

/**
 * nsb_port_fdb_del() - ndo_fdb_del of a port: "bridge fdb del MAC dev PORT"
 * @port: the port
 * @addr: the MAC
 * @vlan: the VLAN, or 0 for all
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 */
int nsb_port_fdb_del(struct nsb_port *port, const unsigned char *addr,
		     u16 vlan, struct netlink_ext_ack *extack)
{
	return nsb_fdb_del(port, addr, vlan, extack);
}
