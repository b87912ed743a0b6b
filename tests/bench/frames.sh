#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a frame costs from namespace a to namespace b, on every path. Prints
#
#	@ frame PATH BYTES FRAMES RECEIVED NS
#
# with the generator's own cost, into a dummy device, as the path "none".
#
#	frames.sh ROUNDS FRAMES [PATH...]
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
rounds=${1:-3} n=${2:-10000}
shift 2
modprobe -qa pktgen sch_ingress cls_matchall act_gact dummy macvlan ipvlan netkit 2>/dev/null
[ $# -gt 0 ] || read -ra set <<<"none $PATHS"
[ $# = 0 ] || set=("$@")

measure() {
	local path=$1 bytes=$2 before
	if [ "$path" = none ]; then
		quiet_ns a
		ip -n a link add eth0 type dummy
		ip -n a link set eth0 up
		generate a eth0 "$n" "$bytes" $B_MAC
		echo "@ frame none $bytes $n $n $((US * 1000))"
		ip netns del a
		sleep 0.2
		return
	fi
	if path_up "$path"; then
		# caches, the first crossing, ARP: all of that happens once
		generate a eth0 100 "$bytes" "$DEST"
		before=$(received)
		generate a eth0 "$n" "$bytes" "$DEST" &&
			echo "@ frame $path $bytes $n $(($(received) - before)) $((US * 1000))"
	else
		echo "# this kernel has no $path"
	fi
	path_down 2>/dev/null
}

for ((r = 0; r < rounds; r++)); do
	for bytes in 64 1518; do
		for path in "${set[@]}"; do
			measure "$path" $bytes
		done
	done
done
