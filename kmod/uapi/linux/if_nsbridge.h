/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Link settings of the kinds "nsveth" and "nsbridge", as rtnetlink carries them
 * in IFLA_INFO_DATA and IFLA_INFO_SLAVE_DATA.
 */
#ifndef _UAPI_LINUX_IF_NSBRIDGE_H
#define _UAPI_LINUX_IF_NSBRIDGE_H

/* IFLA_INFO_DATA of "nsveth". The same number and form as VETH_INFO_PEER, so
 * that a program which makes veth pairs makes these by the name of the kind.
 */
enum {
	NSVETH_INFO_UNSPEC,
	NSVETH_INFO_PEER,	/* struct ifinfomsg, then IFLA_* attributes */

	__NSVETH_INFO_MAX,
	NSVETH_INFO_MAX = (__NSVETH_INFO_MAX - 1)
};

/* IFLA_INFO_DATA of "nsbridge" */
enum {
	IFLA_NSBRIDGE_UNSPEC,
	IFLA_NSBRIDGE_AGEING_TIME,	/* u32, 1/100 s, as IFLA_BR_AGEING_TIME */
	IFLA_NSBRIDGE_QUOTA,		/* u32, entries a namespace may have unless set for it */
	IFLA_NSBRIDGE_GROUP_FWD_MASK,	/* u16, as IFLA_BR_GROUP_FWD_MASK */
	IFLA_NSBRIDGE_MAX_ENTRIES,	/* u32 */
	IFLA_NSBRIDGE_MAX_CROSSINGS,	/* u32 */
	IFLA_NSBRIDGE_N_PORTS,		/* u32, read only */
	IFLA_NSBRIDGE_N_ENTRIES,	/* u32, read only */
	IFLA_NSBRIDGE_N_CROSSINGS,	/* u32, read only */
	IFLA_NSBRIDGE_N_NAMESPACES,	/* u32, read only */
	IFLA_NSBRIDGE_DEFAULT_VERDICT,	/* u8, 0 allow or 1 deny */
	IFLA_NSBRIDGE_NEIGH_DIRECT,	/* u8, 0 or 1 */
	IFLA_NSBRIDGE_NEIGH_GUARD,	/* u8, 0 or 1 */
	IFLA_NSBRIDGE_VLAN_FILTERING,	/* u8, 0 or 1 */
	IFLA_NSBRIDGE_VLAN_DEFAULT_PVID, /* u16, of ports that are added later */
	IFLA_NSBRIDGE_MAX_PORTS,	/* u32 */
	IFLA_NSBRIDGE_LATENCY,		/* u8, 0 or 1: measure how long frames take */

	__IFLA_NSBRIDGE_MAX,
	IFLA_NSBRIDGE_MAX = (__IFLA_NSBRIDGE_MAX - 1)
};

/* IFLA_INFO_SLAVE_DATA of "nsbridge". Switches are u8, 0 or 1. */
enum {
	IFLA_NSBRIDGE_PORT_UNSPEC,
	IFLA_NSBRIDGE_PORT_LEARNING,
	IFLA_NSBRIDGE_PORT_FLOOD,	/* frames to unknown addresses; also 2: by the side */
	IFLA_NSBRIDGE_PORT_MCAST_FLOOD,
	IFLA_NSBRIDGE_PORT_BCAST_FLOOD,
	IFLA_NSBRIDGE_PORT_LOCKED,
	IFLA_NSBRIDGE_PORT_ISOLATED,
	IFLA_NSBRIDGE_PORT_TRUSTED,	/* what is learned here ranks above owners */
	IFLA_NSBRIDGE_PORT_QUOTA,	/* u32, of the port's side */
	IFLA_NSBRIDGE_PORT_UPLINK,	/* u8, read only: the port has no far end */
	IFLA_NSBRIDGE_PORT_NETNSID,	/* s32, read only: the side's */
	IFLA_NSBRIDGE_PORT_NETNS_INODE,	/* u64, read only */
	IFLA_NSBRIDGE_PORT_NETNS_COOKIE, /* u64, read only */
	IFLA_NSBRIDGE_PORT_PAD,

	__IFLA_NSBRIDGE_PORT_MAX,
	IFLA_NSBRIDGE_PORT_MAX = (__IFLA_NSBRIDGE_PORT_MAX - 1)
};

#define NSBRIDGE_PORT_FLOOD_AUTO	2

#endif /* _UAPI_LINUX_IF_NSBRIDGE_H */
