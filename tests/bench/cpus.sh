#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two flows that have nothing to do with each other, on one CPU in turn and on
# two at once, in a guest with two. Prints
#
#	@ cpus PATH 1|2 NS		for the same number of frames
#
#	cpus.sh ROUNDS FRAMES [PATH...]
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
rounds=${1:-5} n=${2:-100000}
shift 2
modprobe -qa pktgen sch_ingress cls_matchall act_gact 2>/dev/null
[ $# -gt 0 ] || set -- nsbridge veth-bridge
for path; do
	path_up "$path"
	kind=nsveth
	[ "$path" = nsbridge ] || kind=veth
	for ns in c d; do
		quiet_ns $ns
		cable $kind $ns 02:00:00:00:0a:0$((++i)) 10.9.1.$i
	done
	ip netns exec d tc qdisc add dev eth0 clsact
	ip netns exec d tc filter add dev eth0 ingress matchall action drop
	D=$(ip -n d -j link show eth0 | sed -n 's/.*"address":"\([^"]*\)".*/\1/p')
	for ((r = 0; r < rounds; r++)); do
		CPU=0 generate a eth0 "$n" 64 "$DEST" || exit
		one=$US
		CPU=1 generate c eth0 "$n" 64 "$D" || exit
		echo "@ cpus $path 1 $(((one + US) * 1000))"
		# the slower one counts
		# shellcheck disable=SC2030,SC2031	# meant so
		(export CPU=0; generate a eth0 "$n" 64 "$DEST"; echo "$US" >/tmp/us.0) &
		# shellcheck disable=SC2030,SC2031
		(export CPU=1; generate c eth0 "$n" 64 "$D"; echo "$US" >/tmp/us.1) &
		wait
		us=$(sort -n /tmp/us.0 /tmp/us.1 | tail -n 1)
		echo "@ cpus $path 2 $((us * 1000))"
	done
	ip netns del c
	ip netns del d
	path_down 2>/dev/null
done
