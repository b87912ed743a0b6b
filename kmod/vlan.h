/* SPDX-License-Identifier: GPL-2.0 */
/* Which VLANs (IEEE 802.1Q) a port is a member of, on a bridge that filters.
 *
 * There a frame has its VLAN in the tag from when it comes in to when it
 * leaves, and all that is looked up is looked up for that VLAN. What a far end
 * owns is entered for all VLANs (as VLAN 0): the kernel knows of no others.
 */
#ifndef NSB_VLAN_H
#define NSB_VLAN_H

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/types.h>

struct netlink_ext_ack;
struct nlattr;
struct nsb_bridge;
struct nsb_port;
struct sk_buff;

/**
 * struct nsb_vlans - the VLANs of a port, or of the bridge device
 * @pvid:	the VLAN of frames that come in without a tag, 0 for none
 * @member:	frames of these come in and go out
 * @untagged:	of @member, those that go out without a tag
 *
 * Written under RTNL, read at any time.
 */
struct nsb_vlans {
	u16 pvid;
	DECLARE_BITMAP(member, VLAN_N_VID);
	DECLARE_BITMAP(untagged, VLAN_N_VID);
};

void nsb_vlans_init(const struct nsb_bridge *br, struct nsb_vlans *v);
bool nsb_vlan_ingress(const struct nsb_vlans *v, struct sk_buff **pskb,
		      u16 *vid);
void nsb_vlan_egress(const struct nsb_vlans *v, struct sk_buff *skb, u16 vid);
const struct nsb_vlans *nsb_vlans_of(const struct nsb_bridge *br,
				     const struct nsb_port *port);

int nsb_vlan_fill(struct sk_buff *skb, const struct nsb_vlans *v,
		  bool compressed);
int nsb_vlan_change(struct nsb_vlans *v, const struct nlattr *spec, bool add,
		    struct netlink_ext_ack *extack);

/**
 * nsb_vlan_member() - may frames of a VLAN leave by a port?
 * @br: the bridge
 * @port: the port, NULL for the bridge device
 * @vid: the VLAN; 0 when the bridge does not filter
 *
 * Context: any.
 */
static inline bool nsb_vlan_member(const struct nsb_bridge *br,
				   const struct nsb_port *port, u16 vid)
{
	return likely(!vid) || test_bit(vid, nsb_vlans_of(br, port)->member);
}

/**
 * nsb_vlan_plain() - is a frame at a port as the far end device sends it?
 * @br: the bridge
 * @port: the port, NULL for the bridge device
 * @skb: the frame
 * @vid: its VLAN; 0 when the bridge does not filter
 *
 * With a tag it is for a device on top of it, which may be anywhere. A tag that
 * only tells a priority is none: the receiver takes it off.
 *
 * Context: any.
 */
static inline bool nsb_vlan_plain(const struct nsb_bridge *br,
				  const struct nsb_port *port,
				  const struct sk_buff *skb, u16 vid)
{
	if (likely(!vid))
		return !skb_vlan_tag_present(skb) || !skb_vlan_tag_get_id(skb);
	return test_bit(vid, nsb_vlans_of(br, port)->untagged);
}

#endif
