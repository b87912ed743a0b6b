#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Somebody who begins to watch a port or to act on it in the middle of a flow
# sees and stops every frame from then on, and no frame is lost or counted twice
# when the way changes under it.
# on: 6.1
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need tcpdump ether jq nsbridge tc nft
need_kind nsbridge nsveth
modprobe -qa sch_ingress cls_matchall act_gact

R=02:00:00:00:0c:0a B=02:00:00:00:0c:0b
setup_ns host red blue
no_ipv6 host red blue
bridge_up host br0
port red 10.26.0.1/24 $R
port blue 10.26.0.2/24 $B

N=6000
# flow: N frames from red to blue, in the background; they take a while
flow() {
	R0=$(stat_of red eth0 tx_packets) B0=$(stat_of blue eth0 rx_packets)
	P0=$(stat_of host p-red rx_packets) Q0=$(stat_of host p-blue tx_packets)
	shot
	C0=$(crossed red blue frames)
	in_ns red ether send eth0 -n $N -g 500 -s $R -d $B >/dev/null 2>&1 &
	FLOW=$!
}
sent() { [ $(($(stat_of red eth0 tx_packets) - R0)) -ge "$1" ]; }
# same WHAT: all N were sent, went by every device, and crossed
same() {
	wait $FLOW
	sleep 0.2
	shot
	check_eq "$1: all sent" $N $(($(stat_of red eth0 tx_packets) - R0))
	check_eq "$1: in by the port" $N $(($(stat_of host p-red rx_packets) - P0))
	check_eq "$1: out by the port" $N $(($(stat_of host p-blue tx_packets) - Q0))
	check_eq "$1: received" $N $(($(stat_of blue eth0 rx_packets) - B0))
	check_eq "$1: crossed" $N $(($(crossed red blue frames) - C0))
}

flow
same "nobody watches"

# watchers come and go
for dev in p-red p-blue; do
	flow
	wait_for 20 sent 300
	seen=0
	for i in 1 2 3; do
		rm -f "$TMP/tap.err"
		ip netns exec "$(real host)" tcpdump -i $dev -n -w /dev/null 2>"$TMP/tap.err" &
		pid=$!
		wait_for 10 grep -q 'listening on' "$TMP/tap.err" || fail "tcpdump on $dev"
		sleep 0.2
		ended $pid
		seen=$((seen + $(sed -n 's/ packets* received by filter//p' "$TMP/tap.err")))
		sleep 0.1
	done
	same "tcpdump on $dev, on and off"
	check_num "$dev: it has seen frames" $seen -gt 0
done

# a rule in the middle stops every frame from then on, and they are counted
stops() {
	local name=$1 at
	sleep 0.2
	at=$(stat_of blue eth0 rx_packets)
	sleep 0.5
	check_eq "$name: nothing passes any more" "$at" "$(stat_of blue eth0 rx_packets)"
	check "$name: the flow goes on" kill -0 $FLOW
}
N=20000
in_ns host tc qdisc add dev p-red clsact || skip "no clsact"
in_ns host tc qdisc add dev p-blue clsact
for at in p-red,ingress p-blue,egress; do
	flow
	wait_for 20 sent 300
	in_ns host tc filter add dev ${at%,*} ${at#*,} matchall action drop || skip "no matchall"
	stops "tc on $at"
	in_ns host tc filter del dev ${at%,*} ${at#*,}
	sleep 0.3
	was=$(stat_of blue eth0 rx_packets)
	sleep 0.5
	check_num "tc on $at, gone: frames pass again" "$(stat_of blue eth0 rx_packets)" -gt "$was"
	ended $FLOW
done
in_ns host tc qdisc del dev p-red clsact
in_ns host tc qdisc del dev p-blue clsact

flow
wait_for 20 sent 300
in_ns host nft 'table netdev t { chain c { type filter hook ingress device p-red priority 0; counter drop; }; }' ||
	skip "no nft"
stops "nft on p-red"
in_ns host nft delete table netdev t
ended $FLOW

# a device in the way goes down, or takes less
flow
wait_for 20 sent 300
ip_ns host link set p-blue down
stops "p-blue down"
ip_ns host link set p-blue up
sleep 0.3
was=$(stat_of blue eth0 rx_packets)
sleep 0.5
check_num "p-blue up: frames pass again" "$(stat_of blue eth0 rx_packets)" -gt "$was"
ended $FLOW
