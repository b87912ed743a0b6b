#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whoever watches a port or the bridge sees what passes, and whoever filters
# there stops it: tcpdump, tc, nft, XDP, a queue.
# on: uml
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need tcpdump ether jq nsbridge tc nft
need_kind nsbridge nsveth
modprobe -qa sch_ingress cls_matchall act_gact

R=02:00:00:00:0b:0a B=02:00:00:00:0b:0b G=02:00:00:00:0b:0c
setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
ip_ns host addr add 10.16.0.254/24 dev br0
port red 10.16.0.1/24 $R
port blue 10.16.0.2/24 $B
port green 10.16.0.3/24 $G
# the kernel asks again, some seconds later, about neighbours that it was not
# told of for good; no such frame may come into what is counted here
know red 10.16.0.2 $B
know red 10.16.0.3 $G
know blue 10.16.0.1 $R
know blue 10.16.0.3 $G
know green 10.16.0.1 $R
know green 10.16.0.2 $B

# --- tcpdump sees both directions, on far ends, ports and the bridge
# seen N: tcpdump has printed as much
seen() { [ "$(grep -c 'ICMP echo' "$TMP/tap")" -ge "$1" ]; }
# sees NS DEV WANTED NAME [FILTER]: of 10 pings, and their replies
sees() {
	local f=$TMP/tap pid
	# or what the last one said would count
	rm -f "$f" "$f.err"
	ip netns exec "$(real "$1")" tcpdump -i "$2" -n -l -U icmp >"$f" 2>"$f.err" &
	pid=$!
	wait_for 10 grep -q 'listening on' "$f.err" || fail "tcpdump on $2"
	in_ns red ping -q -n -c 10 -i 0.01 "${5:-10.16.0.2}" >/dev/null
	# a loaded machine may be late with what it has seen
	wait_for 20 seen "$3" || true
	sleep 0.5
	ended $pid
	check_eq "$4" "$3" "$(grep -c 'ICMP echo' "$f")"
}
sees red eth0 20 "the sender's far end"
sees host p-red 20 "the sender's port"
sees host p-blue 20 "the receiver's port"
sees blue eth0 20 "the receiver's far end"
sees green eth0 0 "a bystander"
sees host p-green 0 "and its port"
# stock: the bridge device is given only what is for it, unless promiscuous;
# tcpdump makes it so
sees host br0 20 "the bridge device, watched"
sees host br0 20 "traffic with the bridge" 10.16.0.254

# --- they act. stops NAME: red no longer reaches blue, green still does
stops() {
	check "$1 stops red" not_reaches red 10.16.0.2
	check "$1 stops red only" reaches green 10.16.0.2
}
check "red reaches blue" reaches red 10.16.0.2
in_ns host tc qdisc add dev p-red clsact || skip "no clsact"
for way in ingress egress; do
	in_ns host tc filter add dev p-red $way protocol ip matchall action drop ||
		skip "no matchall"
	stops "tc $way on the port"
	check "tc $way has counted it" eval \
		"in_ns host tc -s filter show dev p-red $way | grep -q 'dropped [1-9]'"
	in_ns host tc filter del dev p-red $way
	check "without tc $way" reaches red 10.16.0.2
done
in_ns host tc qdisc del dev p-red clsact

if in_ns host nft 'table netdev t { chain c { type filter hook ingress device p-red priority 0; ip protocol icmp counter drop; }; }'; then
	stops "nft on the port"
	check "nft has counted it" eval "in_ns host nft list table netdev t | grep -q 'packets [1-9]'"
	in_ns host nft delete table netdev t
	check "without nft" reaches red 10.16.0.2
fi
if in_ns red nft 'table netdev t { chain c { type filter hook ingress device eth0 priority 0; ip protocol icmp drop; }; }'; then
	stops "nft at the far end"
	in_ns red nft delete table netdev t
	check "without nft there" reaches red 10.16.0.2
fi
# a queue on a port; what it drops it counts
if modprobe -q sch_tbf; in_ns host tc qdisc add dev p-blue root tbf rate 1mbit burst 4kb limit 20kb 2>/dev/null; then
	shot
	was=$(crossed any blue frames)
	before=$(stat_of blue eth0 rx_packets)
	in_ns red ether send eth0 -n 500 -l 1000 -s $R -d $B >/dev/null 2>&1
	sleep 1
	lost=$(in_ns host tc -s -j qdisc show dev p-blue | jq '.[0].drops')
	check_num "a queue on a port drops" "$lost" -gt 100
	empty() { [ "$(in_ns host tc -s -j qdisc show dev p-blue | jq '.[0].qlen // 0')" = 0 ]; }
	wait_for 10 empty
	shot
	got=$(($(stat_of blue eth0 rx_packets) - before))
	note "of 500 frames the queue dropped $lost, blue got $got," \
		"$(($(crossed any blue frames) - was)) crossed," \
		"$(crossed red blue drop:backlog) were dropped as backlog"
	check_eq "what the queue let through crossed" $got \
		$(($(crossed any blue frames) - was))
	check_eq "and the rest is counted as dropped" $((500 - got)) \
		"$(crossed red blue drop:backlog)"
	in_ns host tc qdisc del dev p-blue root
fi
# generic XDP, with the program of the pairs' test
if command -v base64 gzip >/dev/null &&
		sed -n '/^H4sI/,/^END/{/^END/!p}' "$(dirname "$0")/pair_xdp.sh" |
		base64 -d 2>/dev/null | gzip -d >"$TMP/drop.o" 2>/dev/null &&
		ip_ns host link set dev p-red xdpgeneric obj "$TMP/drop.o" sec xdp 2>"$TMP/xdp.err"; then
	stops "XDP on the port"
	ip_ns host link set dev p-red xdpgeneric off
	check "without XDP" reaches red 10.16.0.2
else
	note "no XDP here: $(head -c 200 "$TMP/xdp.err" 2>/dev/null)"
fi
check_eq "at the end everything passes" 20 "$(pings red 10.16.0.2 20)"
