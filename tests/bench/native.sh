#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Nanoseconds a frame, on a processor rather than in an emulator: every path is
# up at once, and they are measured in turn, round by round, so that whatever
# disturbs one disturbs the others. Of the rounds the best counts. Prints
#
#	@ native PATH 64 FRAMES NS	from namespace to namespace, and the
#					generator's own cost as the path "none"
#	@ full same|any PATH N FRAMES NS with N entries in the table: always to
#					the same one beside them, and each frame
#					to any of them at random
#
#	native.sh ROUNDS FRAMES
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
rounds=${1:-25} n=${2:-50000}
paths="none $PATHS" entries='10 1000000'
modprobe -qa pktgen sch_ingress cls_matchall act_gact dummy macvlan ipvlan netkit 2>/dev/null

declare -A to

# frames that go no further than the generator
nowhere() {
	quiet_ns "a$T"
	ip -n "a$T" link add eth0 type dummy
	ip -n "a$T" link set eth0 up
	DEST=$B_MAC
}

ways=()
for path in $paths; do
	T=-${#ways[@]}
	if [ "$path" = none ]; then
		nowhere
	elif ! path_up "$path"; then
		echo "# this kernel has no $path"
		ip netns del "a$T"
		ip netns del "b$T"
		continue
	fi
	to[$path]=$DEST
	ways+=("$path")
done
for ((r = 0; r < rounds; r++)); do
	for i in "${!ways[@]}"; do
		path=${ways[i]}
		generate "a-$i" eth0 "$n" 64 "${to[$path]}" || exit
		[ $r = 0 ] || echo "@ native $path 64 $n $((US * 1000))"
	done
done
for i in "${!ways[@]}"; do
	T=-$i
	path_down 2>/dev/null
done

# What lives behind a third namespace, by source addresses heard from there.
for k in $entries; do
	T=-$k
	path_up nsbridge
	to[$k]=$DEST
	quiet_ns "c$T"
	ip link set "br0$T" type nsbridge max_entries 2000000 quota 1100000
	cable nsveth "c$T" 02:00:00:00:09:03 10.9.0.3
	ip link set "p-c$T" type nsbridge_slave quota 1100000
	ip netns exec "c$T" tc qdisc add dev eth0 clsact
	ip netns exec "c$T" tc filter add dev eth0 ingress matchall action drop
	generate "c$T" eth0 "$k" 64 "$DEST" "src_mac_count $k" "src_mac 0a:00:00:00:00:00"
	echo "# $k: $(nsbridge -j namespace show | jq -c '[.[].entries] | max') entries"
done
T=-none
nowhere
# any NS N: to the addresses behind c
any() {
	generate "$1" eth0 "$n" 64 0a:00:00:00:00:00 "dst_mac_count $2" "flag MACDST_RND"
}
for ((r = 0; r < rounds; r++)); do
	for k in $entries; do
		generate "a-$k" eth0 "$n" 64 "${to[$k]}" || exit
		[ $r = 0 ] || echo "@ full same nsbridge $k $n $((US * 1000))"
		generate a-none eth0 "$n" 64 $B_MAC || exit
		[ $r = 0 ] || echo "@ full same none $k $n $((US * 1000))"
		any "a-$k" "$k" || exit
		[ $r = 0 ] || echo "@ full any nsbridge $k $n $((US * 1000))"
		any a-none "$k" || exit
		[ $r = 0 ] || echo "@ full any none $k $n $((US * 1000))"
	done
done
