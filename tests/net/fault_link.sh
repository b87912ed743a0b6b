#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Pairs, bridges and ports are made, changed, moved and unmade while memory is
# refused: each operation is done, or fails and changes nothing.
# "fault_link.sh ours [REGEX]" tries all operations (or those that match), and not
# only some; "fault_link.sh all [REGEX]" refuses every request in the kernel, too.
# Both take minutes.
# timeout: 700
# uml.sh -F
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/fault.inc
. "$(dirname "$0")/fault.inc"
need jq nsbridge bridge ethtool
need_kind nsbridge nsveth
how_to_fail
ONLY=${2:-}
[ $# -gt 0 ] || ONLY='pair is made|veth becomes|moves$|bridge fdb add'
setup_ns far other
no_ipv6 far other
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
on_exit sysctl -qw net.ipv6.conf.default.disable_ipv6=0
spaces='far other'
F=$far O=$other

# MACs are the same each time, so that what is there can be compared
M=02:00:00:00:0a
bridge="ip link add b0 address $M:00 type nsbridge"
pair="ip link add p0 address $M:01 type nsveth peer name e0 address $M:02 netns $F"
ports="$bridge && ip link set b0 up && $pair && ip link set p0 master b0 up && ip -n $F link set e0 up"
gone="ip link del p0; ip link del b0; ip -n $F link del e0; ip -n $O link del e0; ip -n $O link del p0"
undo=$gone

prepare=
each "a pair is made" ip link add p0 type nsveth peer name e0 netns "$F"
# most of it for crossings in reserve
alike='8 128'
each "a bridge is made" ip link add b0 address "$M:00" type nsbridge
alike='0 0'
prepare=$bridge
each "a bridge goes up" ip link set b0 up
each "a bridge is deleted" ip link del b0
prepare=$pair
each "a pair is deleted" ip link del p0
prepare="$bridge && $pair && ip -n $F link set e0 up && ip -n $F addr add 10.8.0.1/24 dev e0"
each "a port comes" ip link set p0 master b0
prepare="$bridge && ${pair/nsveth/veth}"
each "a veth becomes a port" ip link set p0 master b0
prepare="$bridge && ip link add p0 address $M:01 type dummy"
each "an uplink comes" ip link set p0 master b0
prepare=$ports
each "a port goes" ip link set p0 nomaster
each "a bridge with a port is deleted" ip link del b0
each "the far end of a port is deleted" ip -n "$F" link del e0
each "the far end of a port moves" ip -n "$F" link set e0 netns "$O"
each "a port moves away" ip link set p0 netns "$O"
each "settings of a bridge" ip link set b0 type nsbridge default_verdict deny \
	neigh_guard on ageing_time 5000 max_entries 500
each "settings of a port" ip link set p0 type nsbridge_slave locked on flood on \
	learning off trusted on
each "its far end gets another MAC" ip -n "$F" link set e0 address 02:00:00:00:00:77
each "its far end gets an address" ip -n "$F" addr add 10.8.0.1/24 dev e0
each "its far end joins a group" ip -n "$F" maddr add 01:00:5e:00:00:55 dev e0
each "its far end gets a second MAC" ip -n "$F" link add link e0 name mv0 type macvlan mode bridge
each "its far end gets queues of its own" ip netns exec "$F" ethtool -K e0 gro on
each "a port gets another MTU" ip link set p0 mtu 1400
each "bridge fdb add" bridge fdb add 02:00:00:00:00:66 dev p0 self
prepare="$ports && bridge fdb add 02:00:00:00:00:66 dev p0 self"
each "bridge fdb del" bridge fdb del 02:00:00:00:00:66 dev p0 self
prepare="$bridge vlan_filtering 1 && $pair && ip link set p0 master b0"
each "a port joins VLANs" bridge vlan add vid 5-9 dev p0
each "a bridge stops filtering" ip link set b0 type nsbridge vlan_filtering 0
each "a port leaves a VLAN" bridge vlan del vid 1 dev p0

note "$ROUNDS requests refused: $REFUSED times the operation failed, $DEGRADED times it was done"
