#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
# slow
# What one ARP request costs among many namespaces: bridge_arp.sh [NUMBER]. On
# nsbridge it is one delivery, to the namespace that has the address; the stock
# bridge, beside it, delivers one to each.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq ether
need_kind nsbridge nsveth bridge veth

N=${1:-100}
# ip opens a namespace for each line of a batch, and closes none
ulimit -n 65536

setup_ns host
no_ipv6 host
for ((i = 0; i < N; i++)); do
	NS_LIST+=("s$i-$$")
	declare "s$i=s$i-$$"
	echo "netns add s$i-$$"
done >"$TMP/batch"
ip -batch "$TMP/batch" || fail "no $N namespaces"

# batch FORMAT: for each namespace, its number in place of %d
batch() {
	local i
	for ((i = 0; i < N; i++)); do
		echo "${1//%d/$i}"
	done >"$TMP/batch"
	ip -n "$(real host)" -batch "$TMP/batch"
}

# sent: what all ports but the asker's have delivered so far
sent() {
	ip -n "$(real host)" -s -j link show master br0 |
		jq '[.[] | select(.ifname != "p0") | .stats64.tx.packets] | add'
}

# deliveries NAME DST OP,SHA,SPA,THA,TPA: sets GOT to what one such frame costs
deliveries() {
	local before
	before=$(sent)
	check "$1" in_ns s0 ether send e0 -d "$2" -t 0806 -a "$3"
	hush
	GOT=$(($(sent) - before))
}

# round KIND PAIR: sets ASK and ALL
round() {
	local KIND=$1 PAIR=$2 i last=$((N - 1)) mac
	bridge_up host br0
	batch "link add p%d type $PAIR peer name e%d netns s%d-$$" ||
		fail "no $N cables"
	batch "link set p%d master br0 up" || fail "no $N ports on $KIND"
	for ((i = 0; i < N; i++)); do
		# without an address of IPv6 nobody says anything by itself
		printf '%s\n' "addr add 10.30.$((i >> 8)).$((i & 255))/16 dev e$i" \
			"link set e$i addrgenmode none" "link set e$i up" |
			ip -n "s$i-$$" -batch -
	done
	mac=$(mac_of s0 e0)
	# no port of the stock bridge is forwarding before it has seen its carrier
	wait_for 10 in_ns s0 ping -q -c 1 -W 1 "10.30.$((last >> 8)).$((last & 255))"
	check "$KIND: the first reaches the last" \
		reaches s0 "10.30.$((last >> 8)).$((last & 255))"
	# What is not known is not asked again in a while, by the way.
	ip_ns s0 neigh flush all
	ip_ns "s$last" neigh flush all
	deliveries "$KIND: a request for an address that one has" \
		ff:ff:ff:ff:ff:ff \
		"1,$mac,10.30.0.0,00:00:00:00:00:00,10.30.$((last >> 8)).$((last & 255))"
	ASK=$GOT
	deliveries "$KIND: a request for one that nobody has" \
		ff:ff:ff:ff:ff:ff "1,$mac,10.30.0.0,00:00:00:00:00:00,10.30.255.1"
	NOBODY=$GOT
	deliveries "$KIND: an announcement" \
		ff:ff:ff:ff:ff:ff "1,$mac,10.30.0.0,00:00:00:00:00:00,10.30.0.0"
	ALL=$GOT
	note "$KIND, $N namespaces: deliveries of a request $ASK," \
		"for an unknown address $NOBODY, of an announcement $ALL"
	batch "link del p%d"
	ip_ns host link del br0
}

round nsbridge nsveth
check_eq "one request among $N namespaces is one delivery" 1 $ASK
check_eq "what nobody is known to have reaches everyone" $((N - 1)) $NOBODY
check_eq "so does an announcement" $((N - 1)) $ALL
if [ "$N" -gt 1023 ]; then
	note "the stock bridge has 1023 ports at most"
else
	round bridge veth
	check_eq "on the stock bridge it is $((N - 1))" $((N - 1)) $ASK
fi
