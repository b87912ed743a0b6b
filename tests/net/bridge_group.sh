#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A broadcast reaches all the others, once each, and the bridge's namespace; a
# multicast those who have joined; a reserved group address stays on its link.
# on: 6.12
# timeout: 90
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need tcpdump ether jq nsbridge
need_kind nsbridge nsveth veth

setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
port red 10.15.0.1/24
port blue 10.15.0.2/24
PAIR=veth
port green 10.15.0.3/24

# cast DST [NS DEV]: 10 frames from there (red); sets GOT to what red, blue,
# green and br0 had of them
cast() {
	local ns
	for ns in red blue green; do
		listen $ns eth0 -d "$1"
	done
	listen host br0 -d "$1"
	in_ns "${2:-red}" ether send "${3:-eth0}" -n 10 -d "$1" >/dev/null
	hush
	GOT="$(heard red eth0) $(heard blue eth0) $(heard green eth0) $(heard host br0)"
}
# expect NAME WANTED ARGS...
expect() {
	local name=$1 wanted=$2
	shift 2
	cast "$@"
	check_eq "$name" "$wanted" "$GOT"
}
slave() { ip_ns host link set "$1" type nsbridge_slave "${@:2}" || fail "$*"; }

G=01:00:5e:01:02:03
join() { ip_ns "$1" maddr add $G dev "${2:-eth0}" || fail "$1 cannot join"; }
leave() { ip_ns "$1" maddr del $G dev "${2:-eth0}"; }

expect "a broadcast reaches everybody else, once" "0 10 10 10" ff:ff:ff:ff:ff:ff
expect "from the bridge's namespace" "10 10 10 0" ff:ff:ff:ff:ff:ff host br0
expect "from a plain veth" "10 10 0 10" ff:ff:ff:ff:ff:ff green

# what a plain veth has joined cannot be known in time, so it gets every group
expect "a group that nobody has joined" "0 0 10 0" $G
join blue
expect "one that blue has" "0 10 10 0" $G
join host br0
expect "and the bridge's namespace" "0 10 10 10" $G
join red
expect "who sends does not get it" "0 10 10 10" $G
expect "from the bridge's namespace" "10 10 10 0" $G host br0
expect "another group" "0 0 10 0" 01:00:5e:01:02:04
leave blue
expect "left by blue" "0 0 10 10" $G
ip_ns blue link set eth0 allmulticast on
expect "a far end that takes all" "0 10 10 10" $G
ip_ns blue link set eth0 allmulticast off
join blue
expect "the group of all hosts, which everybody is in" "0 10 10 10" 01:00:5e:00:00:01

# the switches
slave p-blue bcast_flood off
expect "bcast_flood off" "0 0 10 10" ff:ff:ff:ff:ff:ff
expect "is about broadcast" "0 10 10 10" $G
slave p-blue bcast_flood on
slave p-green mcast_flood off
expect "mcast_flood off: only what was joined" "0 10 0 10" $G
slave p-green mcast_flood on
slave p-blue isolated on
slave p-red isolated on
expect "isolated ports do not hear each other" "0 0 10 10" ff:ff:ff:ff:ff:ff
expect "nor groups" "0 0 10 10" $G
expect "but all others" "10 10 0 10" ff:ff:ff:ff:ff:ff green
check "nor do they reach each other" not_reaches red 10.15.0.2
check "while others do" reaches green 10.15.0.2
slave p-blue isolated off
slave p-red isolated off

# --- reserved groups: to who listens on the port itself, and no further
for last in 00 02 03 0e; do
	listen host p-red -d "01:80:c2:00:00:$last"
	expect "01:80:c2:00:00:$last is not forwarded" "0 0 0 0" "01:80:c2:00:00:$last"
	check_eq "but is seen on the port" 10 "$(heard host p-red)"
done
shot
check_eq "and counted as such" 40 "$(crossed red nowhere drop:reserved)"
expect "01:80:c2:00:00:10 is no reserved one" "0 0 10 0" 01:80:c2:00:00:10
for n in blue host; do
	dev=eth0
	[ $n = blue ] || dev=br0
	ip_ns $n link set $dev allmulticast on
done
ip_ns host link set br0 type nsbridge group_fwd_mask 0x4008
expect "forwarded if the mask says so: LLDP" "0 10 10 10" 01:80:c2:00:00:0e
expect "and 802.1X" "0 10 10 10" 01:80:c2:00:00:03
expect "no other" "0 0 0 0" 01:80:c2:00:00:02
ip_ns host link set br0 type nsbridge group_fwd_mask 0
expect "not any more" "0 0 0 0" 01:80:c2:00:00:0e

# --- nobody is there
ip_ns host link set p-blue nomaster
ip_ns host link set p-green nomaster
ip_ns host link set br0 down
ip_ns host link set br0 up
listen host br0 -d ff:ff:ff:ff:ff:ff
in_ns red ether send eth0 -n 5 >/dev/null
hush
check_eq "with one port the bridge still hears it" 5 "$(heard host br0)"
ip_ns host link set p-red nomaster
shot
was=$(crossed host nowhere drop:nobody)
in_ns host ether send br0 -n 5 >/dev/null
shot
check_eq "with none there is nobody" $((was + 5)) "$(crossed host nowhere drop:nobody)"
