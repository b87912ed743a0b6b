#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A secondary address of an end that is no port is kept, shown and taken away.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq bridge
pair_up
mac=02:00:00:00:00:77
shown() { bridge_ns a fdb show "$@" | grep -q "^$mac.*self permanent"; }

bridge_ns a fdb add $mac dev ea self permanent || fail "not added"
shown dev ea || fail "not shown for the device"
shown || fail "not shown among all"
# veth has no filter, so it goes promiscuous
! ours || is a ea .promiscuity 0
bridge_ns a fdb add $mac dev ea self permanent 2>/dev/null && fail "added twice"
bridge_ns a fdb del $mac dev ea self || fail "not deleted"
shown dev ea && fail "still shown"
bridge_ns a fdb del $mac dev ea self 2>/dev/null && fail "deleted twice"

# as macvlan does it
modprobe macvlan 2>/dev/null
if ip_ns a link add mv link ea address $mac type macvlan mode bridge 2>/dev/null; then
	ip_ns a addr add 10.9.0.3/24 dev mv
	ip_ns a link set mv up
	shown dev ea || fail "a macvlan's address is not shown"
	pings b 10.9.0.3 || fail "a macvlan on an end is not reached"
	ip_ns a link del mv
	shown dev ea && fail "a macvlan left its address"
fi
exit 0
