#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Pairs, bridges and ports are made, changed, moved and unmade while memory is
# refused: each operation is done, or fails and changes nothing. Arguments are
# those of fault.inc; "ours" and "all" take minutes.
# timeout: 1800
# uml.sh -F
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/fault.inc
. "$(dirname "$0")/fault.inc"
need jq nsbridge bridge ethtool xdp state
need_kind nsbridge nsveth
how_to_fail
FEW='pair is made|veth becomes|far end of a port moves|bridge fdb add|far end gets an XDP'
two_spaces

# What finds no memory is tried again every quarter of a second.
bridge="ip link add b0 address $M:00 type nsbridge ageing_time 200"
pair="ip link add p0 address $M:01 type nsveth peer name e0 address $M:02 netns $F"
ports="$bridge && ip link set b0 up && $pair && ip link set p0 master b0 up && ip -n $F link set e0 up"
gone="ip link del p0; ip link del b0; ip link del b9; ip -n $F link del e0; ip -n $O link del e0; ip -n $O link del p0"
undo=$gone
in_far() { ip netns exec "$F" "$@"; }

prepare=
# shellcheck disable=SC2086	# words
each "a pair is made" $pair
# most of it for crossings in reserve
alike='8 128'
each "a bridge is made" ip link add b0 address "$M:00" type nsbridge
each "a bridge is made that measures" ip link add b0 address "$M:00" type nsbridge latency on
alike='0 0'
prepare=$bridge
each "a bridge goes up" ip link set b0 up
each "a bridge gets another MAC" ip link set b0 address 02:00:00:00:00:77
each "a bridge gets an address" ip addr add 10.8.0.1/24 dev b0
each "a bridge gets another name" ip link set b0 name b9
each "a bridge is deleted" ip link del b0
prepare="$bridge && ip link set b0 up"
each "a bridge takes everything" ip link set b0 promisc on
each "a bridge joins a group" ip maddr add 01:00:5e:00:00:55 dev b0
prepare=$pair
each "a pair is deleted" ip link del p0
each "an end goes up" ip link set p0 up
each "an end moves" ip link set p0 netns "$O"
each "an end gets another name" ip link set p0 name b9
prepare="$bridge && $pair && ip -n $F link set e0 up && ip -n $F addr add 10.8.0.1/24 dev e0"
each "a port comes" ip link set p0 master b0
prepare="$bridge && $pair && ip -n $F link set e0 up && ip -n $F link add link e0 name mv0 address $M:03 type macvlan mode bridge && ip -n $F link set mv0 up"
each "a port comes with two MACs" ip link set p0 master b0
prepare="$bridge latency on && $pair && ip -n $F link set e0 up"
each "a port comes and is measured" ip link set p0 master b0
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
each "a port gets another name" ip link set p0 name b9
each "settings of a bridge" ip link set b0 type nsbridge default_verdict deny \
	neigh_guard on ageing_time 5000 max_entries 500
each "settings of a port" ip link set p0 type nsbridge_slave locked on flood on \
	learning off isolated on
each "latency is measured" ip link set b0 type nsbridge latency on
each "its far end gets another MAC" ip -n "$F" link set e0 address 02:00:00:00:00:77
each "its far end gets another name" ip -n "$F" link set e0 name e9
each "its far end gets an address" ip -n "$F" addr add 10.8.0.1/24 dev e0
each "its far end joins a group" ip -n "$F" maddr add 01:00:5e:00:00:55 dev e0
each "its far end takes all groups" ip -n "$F" link set e0 allmulticast on
each "its far end goes down" ip -n "$F" link set e0 down
each "its far end gets a second MAC" ip -n "$F" link add link e0 name mv0 address "$M:03" type macvlan mode bridge
each "its far end gets a VLAN" ip -n "$F" link add link e0 name v0 address "$M:03" type vlan id 7
each "its far end gets queues of its own" in_far ethtool -K e0 gro on
# counters of what programs do stay once there have been any (xdp_count.c)
keeps=1
each "its far end gets an XDP program" in_far xdp e0 pass
each "a port gets an XDP program" xdp p0 pass
keeps=0
each "a port gets another MTU" ip link set p0 mtu 1400
each "bridge fdb add" bridge fdb add 02:00:00:00:00:66 dev p0 self
prepare="$ports && bridge fdb add 02:00:00:00:00:66 dev p0 self"
each "bridge fdb del" bridge fdb del 02:00:00:00:00:66 dev p0 self
prepare="$ports && ip link set b0 type nsbridge latency on"
each "latency is measured no more" ip link set b0 type nsbridge latency off
each "the far end of a measured port moves" ip -n "$F" link set e0 netns "$O"
prepare="$ports && in_far xdp e0 pass"
each "an XDP program comes for another" in_far xdp e0 drop
each "an XDP program goes" in_far xdp e0 off
each "an end with a program goes down" ip -n "$F" link set e0 down
prepare="$ports && in_far xdp e0 pass && ip -n $F link set e0 down"
each "an end with a program goes up" ip -n "$F" link set e0 up
prepare="$bridge vlan_filtering 1 && $pair && ip link set p0 master b0"
each "a port joins VLANs" bridge vlan add vid 5-9 dev p0
each "a bridge joins a VLAN" bridge vlan add vid 7 dev b0 self
each "a bridge stops filtering" ip link set b0 type nsbridge vlan_filtering 0
each "a port leaves a VLAN" bridge vlan del vid 1 dev p0

note "$ROUNDS requests refused: $REFUSED times the operation failed, $DEGRADED times it was done"
