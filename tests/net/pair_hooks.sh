#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A tap, tc and nft see, and act on, what passes either end.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq tcpdump tc nft
pair_up
acquainted
pings a 10.9.0.2 || fail "no traffic"

# a tap sees either direction on either end
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	ip netns exec "$(real "$1")" timeout 20 tcpdump -i "$2" -nn -l -c 4 icmp >"$TMP/tap" 2>"$TMP/tap.e" &
	dump=$!
	wait_for 5 grep -q listening "$TMP/tap.e" || fail "tcpdump does not listen"
	in_ns a ping -q -c 2 -i 0.2 10.9.0.2 >/dev/null
	wait $dump || fail "tcpdump on $2 saw too little"
	[ "$(grep -oE 'echo (request|reply)' "$TMP/tap" | sort | uniq -c | tr -s ' \n' ' ')" = \
		" 2 echo reply 2 echo request " ] || fail "tcpdump on $2: $(cat "$TMP/tap")"
done

# tc, in either direction on either end
modprobe -a sch_ingress cls_matchall act_gact 2>/dev/null
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	in_ns "$1" tc qdisc add dev "$2" clsact || skip "no clsact"
	for way in ingress egress; do
		in_ns "$1" tc filter add dev "$2" $way protocol ip matchall action drop ||
			fail "no tc filter on $2"
		blocked a 10.9.0.2 || fail "tc $way on $2 does not drop"
		in_ns "$1" tc -s filter show dev "$2" $way | grep -q 'dropped [1-9]' ||
			fail "tc $way on $2 has counted nothing"
		in_ns "$1" tc filter del dev "$2" $way
		pings a 10.9.0.2 || fail "tc $way on $2 still drops"
	done
	in_ns "$1" tc qdisc del dev "$2" clsact
done

# a qdisc that queues
in_ns a tc qdisc add dev ea root tbf rate 10mbit burst 20kb latency 50ms 2>/dev/null && {
	pings a 10.9.0.2 || fail "no traffic through tbf"
	in_ns a tc -s qdisc show dev ea | grep -q 'Sent [1-9]' ||
		fail "the qdisc saw nothing"
	in_ns a tc qdisc del dev ea root
}

# nft at ingress
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	in_ns "$1" nft "table netdev t { chain c { type filter hook ingress device $2 priority 0; ip protocol icmp counter drop; }; }" ||
		skip "no nft netdev family"
	blocked a 10.9.0.2 || fail "nft on $2 does not drop"
	in_ns "$1" nft list table netdev t | grep -q 'counter packets [1-9]' ||
		fail "nft on $2 has counted nothing"
	in_ns "$1" nft delete table netdev t
	pings a 10.9.0.2 || fail "nft on $2 still drops"
done

# a drop by a hook is the hook's, not the pair_up's
is a ea .stats64.tx.dropped 0
is b eb .stats64.tx.dropped 0
exit 0
