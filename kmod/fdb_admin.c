// SPDX-License-Identifier: GPL-2.0
/* Entries that an administrator adds and deletes. */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "bridge.h"
#include "fdb.h"
#include "port.h"
#include "side.h"

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
	e = nsb_fdb_insert(br, side, port, nsb_fdb_key(addr, vlan), origin,
			   flags & NSB_FDB_STICKY);
	if (!e) {
		err = -ENOMEM;
		goto out;
	}
	if (old)
		nsb_fdb_remove(br, old);
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
		nsb_fdb_remove(br, e);
		nsb_fdb_unshadow(br, side, addr);
	}
	spin_unlock_bh(&br->fdb_lock);
	return err;
}
