#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A namespace that sends with its neighbour's source address gets none of the
# neighbour's frames. On the stock bridge, run next to it, it gets all.
# on: 6.12
# timeout: 90
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge
need_kind "$KIND" "$PAIR"

V=02:00:00:00:01:0a C=02:00:00:00:01:0c F=02:00:00:00:01:0f
N=100

# measure: sets STOLEN and KEPT, of N frames sent to the victim
measure() {
	listen forger eth0 -d $V
	listen victim eth0 -d $V
	in_ns client ether send eth0 -n $N -s $C -d $V >/dev/null
	hush
	STOLEN=$(heard forger eth0)
	KEPT=$(heard victim eth0)
}

run() {
	setup_ns host victim client forger
	no_ipv6 host victim client forger
	bridge_up host br0
	ip_ns host addr add 10.2.0.254/24 dev br0
	port victim 10.2.0.1/24 $V
	port client 10.2.0.2/24 $C
	port forger 10.2.0.3/24 $F
	know client 10.2.0.1 $V
	reaches client 10.2.0.1 >/dev/null || fail "no traffic on $KIND"
	# one frame is all it takes
	in_ns forger ether send eth0 -s $V >/dev/null
	measure
}

stock run
note "bridge: of $N frames to the victim, the victim got $KEPT, the forger $STOLEN"
check_num "the stock bridge hands them over (control)" "$STOLEN" -gt $((N / 2))
del_ns host victim client forger

run
note "$KIND: of $N frames to the victim, the victim got $KEPT, the forger $STOLEN"
check_eq "the victim gets every frame" $N "$KEPT"
check_eq "the forger gets none" 0 "$STOLEN"
check_eq "the address is the victim's, and once learned the forger's" 2 "$(fdb_count $V)"
check_eq "the forger's is its own" 1 "$(fdb_count $V forger learned)"

# forging before, during and after, to any kind of destination
for d in $C $V $F 02:00:00:00:99:99 ff:ff:ff:ff:ff:ff 01:00:5e:00:00:05; do
	in_ns forger ether send eth0 -n 20 -s $V -d "$d" >/dev/null
done
spawn forger ether send eth0 -n 20000 -s $V -d $F
pid=$!
measure
ended $pid
check_eq "the victim gets every frame while one is forging" $N "$KEPT"
check_eq "and the forger none" 0 "$STOLEN"

# an answer goes to who asked, although somebody sent with its address
check_eq "pings between the others" 20 "$(pings victim 10.2.0.2 20)"

# the bridge's own address
B=$(mac_of host br0)
know client 10.2.0.254 "$B"
in_ns forger ether send eth0 -n 20 -s "$B" >/dev/null
check_eq "who forges the bridge's address does not get its traffic" 20 \
	"$(pings client 10.2.0.254 20)"
listen forger eth0 -d "$B"
in_ns client ether send eth0 -n $N -s $C -d "$B" >/dev/null
hush
check_eq "nor any frame to it" 0 "$(heard forger eth0)"

# group addresses are nobody's source
shot
in_ns forger ether send eth0 -n 10 -s 03:00:00:00:00:01 -d $V >/dev/null
was=$(crossed forger nowhere drop:invalid)
shot
check_eq "a group address as source is dropped" $((was + 10)) \
	"$(crossed forger nowhere drop:invalid)"

# a locked port lets nothing through that is not an address of its side
ip_ns host link set p-forger type nsbridge_slave locked on learning off ||
	fail "no locked port"
in_ns host nsbridge fdb del $V dev p-forger
shot
was=$(crossed forger any frames)
in_ns forger ether send eth0 -n 10 -s $V -d $C >/dev/null
shot
check_eq "a locked port drops what is forged" 10 "$(crossed forger nowhere drop:spoof)"
check_eq "all of it" "$was" "$(crossed forger any frames)"
check "and lets the rest through" reaches forger 10.2.0.2
