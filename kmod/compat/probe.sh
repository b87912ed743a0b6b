#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What does the kernel being built for lack? Prints a -DNSB_NO_... for each
# thing, for ccflags. Debian backports into its kernels, so the headers are
# asked and never the version.
#
#	probe.sh SRCTREE
#
# Each flag has a header no_<what>.h here, which compat.h includes.

SRCTREE=${1:?usage: probe.sh SRCTREE}

# need FLAG HEADER PATTERN: PATTERN is an extended regular expression, matched
# against the whole header with every run of white space made one space
need()
{
	if [ ! -r "$SRCTREE/include/$2" ]; then
		echo "$0: no include/$2 in $SRCTREE" >&2
		exit 1
	fi
	tr -s '[:space:]' ' ' <"$SRCTREE/include/$2" | grep -qE -e "$3" ||
		printf '%s' "-DNSB_NO_$1 "
}

# need_header FLAG HEADER
need_header()
{
	[ -r "$SRCTREE/include/$2" ] || printf '%s' "-DNSB_NO_$1 "
}

need_header NETDEV_LOCK_H	net/netdev_lock.h
need ETHTOOL_PUTS	linux/ethtool.h		'void ethtool_puts\('
need NEWLINK_PARAMS	net/rtnetlink.h	'struct rtnl_newlink_params \{'
need PEER_TYPE		net/rtnetlink.h	'u16 peer_type;'
need LLTX_BIT		linux/netdevice.h	' lltx:1;'
need NETNS_IMMUTABLE	linux/netdevice.h	' netns_immutable:1;'
need NETNS_LOCAL_BIT	linux/netdevice.h	' netns_(local|immutable):1;'
need FDB_NOTIFIED	linux/netdevice.h	'\(\*ndo_fdb_add\)\([^)]*bool \*notified'

# $(shell) in make ignores how this ends. compat.h asks for this one.
echo "-DNSB_PROBED"
need PNEIGH_RCU		net/neighbour.h	'struct pneigh_entry __rcu \*\*phash_buckets;'
need GENL_INFO_DUMP	net/genetlink.h		'genl_info_dump\('
need FDB_DUMP_CONTEXT	linux/rtnetlink.h	'struct ndo_fdb_dump_context \{'
need NETIF_GET_FLAGS	linux/netdevice.h	'netif_get_flags\('
need DEV_NIT_ACTIVE_RCU	linux/netdevice.h	'dev_nit_active_rcu\('
need TCX_INGRESS		linux/netdevice.h	'tcx_ingress;'
need_header NET_GSO_H	net/gso.h
need XDP_FEATURES	linux/netdevice.h	'xdp_features_t xdp_features;'
need FRAME_MEM_TYPE	net/xdp.h		'enum xdp_mem_type mem_type:32;'
