#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two programs that talk from namespace a to namespace b. Prints
#
#	@ stream PATH BYTES NS		a TCP stream
#	@ echo PATH ROUNDS NS		ping, one after the other
#
#	talk.sh ROUNDS MBYTES [PATH...]
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
rounds=${1:-3} mbytes=${2:-64}
shift 2
modprobe -qa sch_ingress cls_matchall act_gact dummy macvlan ipvlan netkit 2>/dev/null
read -ra set <<<"$PATHS"
[ $# = 0 ] || set=("$@")

for ((r = 0; r < rounds; r++)); do
	for path in "${set[@]}"; do
		if ! path_up "$path"; then
			echo "# this kernel has no $path"
			path_down 2>/dev/null
			continue
		fi
		b_listens
		ip netns exec b iperf3 -s -1 >/dev/null 2>&1 &
		server=$!
		sleep 1
		ns=$(ip netns exec a iperf3 -c $B_IP -n "${mbytes}M" -J 2>/dev/null |
			jq '.end.sum_received | .seconds * 1e9 | floor')
		[ -z "$ns" ] || [ "$ns" = null ] ||
			echo "@ stream $path $((mbytes * 1024 * 1024)) $ns"
		kill $server 2>/dev/null
		wait $server 2>/dev/null
		ns=$(ip netns exec a ping -q -A -c 500 $B_IP |
			sed -n 's,^rtt [^=]*= \([0-9.]*\)/\([0-9.]*\)/.*,\2,p')
		[ -z "$ns" ] || echo "@ echo $path 500 $(awk -v m="$ns" 'BEGIN { printf "%d", m * 1e6 }')"
		path_down 2>/dev/null
	done
done
