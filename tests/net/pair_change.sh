#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Name, address, MTU and queue length change on a pair that is in use.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq
pair_up
pings a 10.9.0.2 || fail "no traffic"

# the address, while up; the other end is told by ARP alone
ip_ns a link set ea address 02:00:00:00:00:11 || fail "no new address while up"
is a ea .address 02:00:00:00:00:11
ip_ns b neigh flush dev eb
pings b 10.9.0.1 || fail "not reached at its new address"
ip_ns b -j neigh show 10.9.0.1 | grep -q 02:00:00:00:00:11 ||
	fail "the neighbour has another address"
ip_ns a link set ea address 01:00:00:00:00:11 2>/dev/null &&
	fail "took a multicast address"

# the name
ip_ns a link set ea down
ip_ns a link set ea name renamed || fail "no new name"
ip_ns a link set renamed alias "the red one" up || fail "no alias"
is a renamed .ifalias "the red one"
wait_for 5 pings a 10.9.0.2 || fail "no traffic after a new name"
is b eb .link_index "$(link a renamed .ifindex)"

# the MTU, up to what IP can use
ip_ns a link set renamed mtu 65535 || fail "no MTU of 65535"
ip_ns b link set eb mtu 65535
in_ns a ping -q -c 1 -W 2 -M "do" -s 65000 10.9.0.2 >/dev/null ||
	fail "a frame of 65000 bytes did not cross"
ip_ns a link set renamed mtu 68 || fail "no MTU of 68"
ip_ns a link set renamed mtu 67 2>/dev/null && fail "an MTU of 67"
ip_ns a link set renamed mtu 65536 2>/dev/null && fail "an MTU of 65536"
is a renamed .mtu 68
ip_ns a link set renamed mtu 1500 txqueuelen 17
is a renamed .txqlen 17

# limits of offload, which the core keeps for us
ip_ns a link set renamed gso_max_size 32768 gso_max_segs 20 ||
	fail "no gso_max_size"
is a renamed .gso_max_size 32768
is a renamed .gso_max_segs 20
exit 0
