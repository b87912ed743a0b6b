#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A frame to an address that nobody has enters no namespace; the stock bridge
# copies it into each. Uplinks and ports whose far end is at home do get it,
# and so does whoever is told to.
# on: 6.1
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge
need_kind "$KIND" "$PAIR" dummy

U=02:00:00:00:06:99
N=50
star() {
	setup_ns host red blue green
	no_ipv6 host red blue green
	bridge_up host br0
	port red - 02:00:00:00:06:0a
	port blue - 02:00:00:00:06:0b
	port green - 02:00:00:00:06:0c
}
# probe: sets IN_BLUE and IN_GREEN
probe() {
	listen blue eth0 -d $U
	listen green eth0 -d $U
	in_ns red ether send eth0 -n $N -s 02:00:00:00:06:0a -d $U >/dev/null
	hush
	IN_BLUE=$(heard blue eth0) IN_GREEN=$(heard green eth0)
}

stock star
stock probe
note "bridge: of $N frames to nobody, blue got $IN_BLUE and green $IN_GREEN"
check_eq "the stock bridge copies them into every namespace (control)" "$N $N" \
	"$IN_BLUE $IN_GREEN"
del_ns host red blue green

star
shot
probe
note "$KIND: of $N frames to nobody, blue got $IN_BLUE and green $IN_GREEN"
check_eq "no namespace gets them" "0 0" "$IN_BLUE $IN_GREEN"
shot
check_eq "they are counted as dropped" $N "$(crossed red nowhere drop:unknown)"
check_eq "and as nothing else" 0 "$(crossed red any frames)"

# an address that somebody had
in_ns blue ether send eth0 -s $U >/dev/null
probe
check_eq "a learned address is found" "$N 0" "$IN_BLUE $IN_GREEN"
ip_ns host link set br0 type nsbridge ageing_time 100
check "it ages out" wait_for 10 fdb_is 0 $U
probe
check_eq "and its frames go nowhere again" "0 0" "$IN_BLUE $IN_GREEN"

# --- uplinks, and what is at home
ip_ns host link add up0 type dummy
ip_ns host link set up0 master br0 up
ip_ns host link add p-home type nsveth peer name home
ip_ns host link set p-home master br0 up
ip_ns host link set home up
for d in up0 p-home; do
	check_eq "$d takes unknown frames" on "$(link_of host $d .linkinfo.info_slave_data.flood)"
done
for d in p-red p-blue; do
	check_eq "$d does not" off "$(link_of host $d .linkinfo.info_slave_data.flood)"
done
was=$(stat_of host up0 tx_packets)
listen host home -d $U
probe
check_eq "they leave by the uplink" $((was + N)) "$(stat_of host up0 tx_packets)"
check_eq "and into the bridge's own namespace" $N "$(heard host home)"
check_eq "but still enter no other" "0 0" "$IN_BLUE $IN_GREEN"
# also those that the bridge's namespace sends
listen blue eth0 -d $U
in_ns host ether send br0 -n 10 -d $U >/dev/null
hush
check_eq "nor do the bridge's own" 0 "$(heard blue eth0)"
ip_ns host link del up0
ip_ns host link del p-home

# --- as the administrator wants it
ip_ns host link set p-blue type nsbridge_slave flood on || fail "no flood on"
probe
check_eq "flood on: it gets them" "$N 0" "$IN_BLUE $IN_GREEN"
ip_ns host link set p-blue type nsbridge_slave flood off
probe
check_eq "flood off: it does not" "0 0" "$IN_BLUE $IN_GREEN"
ip_ns host link set p-blue type nsbridge_slave flood auto
check_eq "auto is off for another namespace" off \
	"$(link_of host p-blue .linkinfo.info_slave_data.flood)"

# --- the bridge device sees everything while somebody watches it
ip_ns host link set br0 promisc on
listen host br0 -d $U
probe
check_eq "promiscuous, the bridge device has them" $N "$(heard host br0)"
