// SPDX-License-Identifier: GPL-2.0
#include <linux/if_bridge.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "bridge.h"
#include "port.h"
#include "vlan.h"

/**
 * nsb_vlans_of() - the VLANs of a port
 * @br: the bridge
 * @port: the port, NULL for the bridge device
 */
const struct nsb_vlans *nsb_vlans_of(const struct nsb_bridge *br,
				     const struct nsb_port *port)
{
	return port ? &port->vlans : &br->own_vlans;
}

/**
 * nsb_vlans_init() - what a new port is a member of
 * @br: the bridge
 * @v: the port's VLANs, all zero
 */
void nsb_vlans_init(const struct nsb_bridge *br, struct nsb_vlans *v)
{
	if (!br->vlan_default_pvid)
		return;
	v->pvid = br->vlan_default_pvid;
	set_bit(v->pvid, v->member);
	set_bit(v->pvid, v->untagged);
}

/**
 * nsb_vlan_ingress() - find out of which VLAN a frame is, and tag it with that
 * @v: the VLANs of where it came in
 * @pskb: the frame, its data at the network header; NULL after an error
 *	  without memory
 * @vid: the result
 *
 * Context: softirq.
 * Return: false if it may not come in.
 */
bool nsb_vlan_ingress(const struct nsb_vlans *v, struct sk_buff **pskb,
		      u16 *vid)
{
	struct sk_buff *skb = *pskb;

	if (!skb_vlan_tag_present(skb) &&
	    skb->protocol == htons(ETH_P_8021Q)) {
		skb = skb_vlan_untag(skb);
		*pskb = skb;
		if (unlikely(!skb))
			return false;
	}
	/* A tag of another kind is payload: this bridge is no provider's. */
	if (unlikely(skb_vlan_tag_present(skb) &&
		     skb->vlan_proto != htons(ETH_P_8021Q))) {
		skb_push(skb, ETH_HLEN);
		skb = vlan_insert_tag_set_proto(skb, skb->vlan_proto,
						skb_vlan_tag_get(skb));
		*pskb = skb;
		if (unlikely(!skb))
			return false;
		__vlan_hwaccel_clear_tag(skb);
		skb_pull(skb, ETH_HLEN);
		skb_reset_mac_len(skb);
	}

	*vid = skb_vlan_tag_present(skb) ? skb_vlan_tag_get_id(skb) : 0;
	if (!*vid) {
		/* No tag, or one that has nothing but a priority. */
		u16 tci = skb_vlan_tag_present(skb) ? skb_vlan_tag_get(skb) : 0;

		*vid = READ_ONCE(v->pvid);
		if (!*vid)
			return false;
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci | *vid);
	}
	return test_bit(*vid, v->member);
}

/**
 * nsb_vlan_egress() - give a frame the form in which it leaves
 * @v: the VLANs of where it leaves
 * @skb: the frame
 * @vid: its VLAN; 0 when the bridge does not filter, and then nothing happens
 */
void nsb_vlan_egress(const struct nsb_vlans *v, struct sk_buff *skb, u16 vid)
{
	if (unlikely(vid) && test_bit(vid, v->untagged))
		__vlan_hwaccel_clear_tag(skb);
}

static u16 info_flags(const struct nsb_vlans *v, u16 vid)
{
	return (test_bit(vid, v->untagged) ? BRIDGE_VLAN_INFO_UNTAGGED : 0) |
	       (vid == v->pvid ? BRIDGE_VLAN_INFO_PVID : 0);
}

static int put_info(struct sk_buff *skb, u16 vid, u16 flags)
{
	struct bridge_vlan_info info = { .vid = vid, .flags = flags };

	return nla_put(skb, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

static int put_range(struct sk_buff *skb, u16 from, u16 to, u16 flags)
{
	if (from == to)
		return put_info(skb, from, flags);
	return put_info(skb, from, flags | BRIDGE_VLAN_INFO_RANGE_BEGIN) ?:
	       put_info(skb, to, flags | BRIDGE_VLAN_INFO_RANGE_END);
}

/**
 * nsb_vlan_fill() - put VLANs into a message, as "bridge vlan show" wants them
 * @skb: the message
 * @v: the VLANs
 * @compressed: as ranges
 *
 * Context: process, RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int nsb_vlan_fill(struct sk_buff *skb, const struct nsb_vlans *v,
		  bool compressed)
{
	unsigned long vid, end;
	struct nlattr *nest;
	u16 flags;

	nest = nla_nest_start_noflag(skb, IFLA_AF_SPEC);
	if (!nest)
		return -EMSGSIZE;
	for (vid = find_first_bit(v->member, VLAN_N_VID); vid < VLAN_N_VID;
	     vid = find_next_bit(v->member, VLAN_N_VID, end + 1)) {
		flags = info_flags(v, vid);
		end = vid;
		while (compressed && end + 1 < VLAN_N_VID &&
		       test_bit(end + 1, v->member) &&
		       info_flags(v, end + 1) == flags)
			end++;
		if (put_range(skb, vid, end, flags))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static void change_one(struct nsb_vlans *v, u16 vid, u16 flags, bool add)
{
	assign_bit(vid, v->member, add);
	assign_bit(vid, v->untagged, add && flags & BRIDGE_VLAN_INFO_UNTAGGED);
	if (add && flags & BRIDGE_VLAN_INFO_PVID)
		WRITE_ONCE(v->pvid, vid);
	else if (v->pvid == vid)
		WRITE_ONCE(v->pvid, 0);
}

/* One pass only looks, so that a mistake at the end changes nothing. */
static int change(struct nsb_vlans *v, const struct nlattr *spec, bool add,
		  bool commit, struct netlink_ext_ack *extack)
{
	const struct bridge_vlan_info *info;
	const struct nlattr *attr;
	u16 begin = 0, vid;
	int rem;

	nla_for_each_nested(attr, spec, rem) {
		/* "self" or "master", by which rtnetlink has found this bridge */
		if (nla_type(attr) == IFLA_BRIDGE_FLAGS)
			continue;
		if (nla_type(attr) != IFLA_BRIDGE_VLAN_INFO) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "Only the VLANs of a port can be set, not tunnels, MRP or CFM");
			return -EOPNOTSUPP;
		}
		if (nla_len(attr) != sizeof(*info))
			return -EINVAL;
		info = nla_data(attr);
		if (!info->vid || info->vid >= VLAN_VID_MASK) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "A VLAN id is from 1 to 4094");
			return -EINVAL;
		}
		if (info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
			if (info->flags & BRIDGE_VLAN_INFO_PVID) {
				NL_SET_ERR_MSG_ATTR(extack, attr, "Only one VLAN can be the PVID, not a range");
				return -EINVAL;
			}
			begin = info->vid;
			continue;
		}
		if (info->flags & BRIDGE_VLAN_INFO_RANGE_END &&
		    (!begin || begin >= info->vid)) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "A range goes from a lower VLAN id to a higher one");
			return -EINVAL;
		}
		if (!(info->flags & BRIDGE_VLAN_INFO_RANGE_END))
			begin = info->vid;
		for (vid = begin; commit && vid <= info->vid; vid++)
			change_one(v, vid, info->flags, add);
		begin = 0;
	}
	return 0;
}

/**
 * nsb_vlan_change() - "bridge vlan add" and "bridge vlan del"
 * @v: the VLANs of a port or of the bridge device
 * @spec: IFLA_AF_SPEC of the request
 * @add: add, or delete
 * @extack: for the reason of a failure
 *
 * Context: process, RTNL.
 * Return: 0, or an error and nothing has changed.
 */
int nsb_vlan_change(struct nsb_vlans *v, const struct nlattr *spec, bool add,
		    struct netlink_ext_ack *extack)
{
	return change(v, spec, add, false, extack) ?:
	       change(v, spec, add, true, extack);
}
