#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The bridge's MTU follows the smallest of its ports', unless it was set; and a
# frame that is too long for where it goes is dropped, however it got there.
# on: 6.1
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge
need_kind nsbridge nsveth
B=02:00:00:00:0a:0b
setup_ns host red blue
no_ipv6 host red blue
bridge_up host br0
mtu() { link_of host br0 .mtu; }
check_eq "without ports" 1500 "$(mtu)"
port red 10.14.0.1/24
port blue 10.14.0.2/24 $B
check_eq "with ports" 1500 "$(mtu)"
ip_ns host link set p-blue mtu 1400
check_eq "the smallest counts" 1400 "$(mtu)"
ip_ns host link set p-blue nomaster
check_eq "while it is a port" 1500 "$(mtu)"
ip_ns host link set p-blue master br0
check_eq "and again" 1400 "$(mtu)"
for p in p-red p-blue; do
	ip_ns host link set $p mtu 9000
done
check_eq "upwards too" 9000 "$(mtu)"
ip_ns host link set br0 mtu 1300
ip_ns host link set p-red mtu 2000
check_eq "one that was set stays" 1300 "$(mtu)"

# the far ends' MTU is theirs, the ports' is what limits
for p in p-red p-blue; do
	ip_ns host link set $p mtu 9000
done
ip_ns red link set eth0 mtu 9000
ip_ns blue link set eth0 mtu 9000
check "jumbo frames" reaches red 10.14.0.2 -s 8972 -M "do"
ip_ns host addr add 10.14.0.254/24 dev br0
check "to the bridge as well" reaches red 10.14.0.254 -s 1200
ip_ns host link set p-blue mtu 1500
know red 10.14.0.2 $B
shot
was=$(crossed red blue drop:mtu)
# as on any bridge, there is room for a tag whether it has one or not
for l in 1514 1518 1519 8000; do
	in_ns red ether send eth0 -d $B -l $l >/dev/null
done
in_ns red ether send eth0 -d $B -q 5 -l 1518 >/dev/null
in_ns red ether send eth0 -d $B -q 5 -l 1523 >/dev/null
shot
check_eq "what is longer than the port is dropped" $((was + 3)) "$(crossed red blue drop:mtu)"
check_fails "a ping that must not be cut" reaches red 10.14.0.2 -s 3000 -M "do"
ip_ns red link set eth0 mtu 1500
ip_ns blue link set eth0 mtu 1500
check "one that may" reaches red 10.14.0.2 -s 3000
# the far end is shorter than its port: its own to drop, and the port counts it
ip_ns blue link set eth0 mtu 1000
in_ns red ether send eth0 -d $B -l 1400 >/dev/null
shot
check_eq "into a far end that is shorter" "$(stat_of blue eth0 rx_packets)" \
	"$(crossed any blue frames)"
