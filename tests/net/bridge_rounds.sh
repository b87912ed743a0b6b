#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bridge with ports, cables, namespaces, entries, rules and crossings comes and
# goes 200 times under traffic, and the kernel has no more memory in use after
# that than before. "bridge_rounds.sh N" does it N times ("make soak": 1000).
# timeout: 300
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need rounds awk
need_kind nsbridge nsveth dummy

N=200
! slow_kernel || N=60
N=${1:-$N}
LIVE=/sys/module/nsbridge/parameters/fault_live

# rest: nothing is on its way to be freed any more. What a namespace leaves behind
# the kernel clears away later, so wait until it has no more of them.
rest() {
	local i was now=''
	for ((i = 0; i < 50; i++)); do
		was=$now
		now=$(awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo 2>/dev/null)
		[ "$was" != "$now" ] || [ "$i" -lt 4 ] || break
		sleep 0.5
	done
	# a grace period, and what CPUs keep for themselves
	echo 3 >/proc/sys/vm/drop_caches
	for i in /sys/kernel/slab/*/shrink; do
		echo 1 >"$i"
	done 2>/dev/null
}
# in_use: bytes in the caches that hold what is ours, and what it hangs on; then
# bytes per CPU; one line each
in_use() {
	awk '$1 ~ /^(kmalloc-|nsbridge|net_namespace|skbuff)/ { slab += $2 * $4 }
	     END { print "slab", slab + 0 }' /proc/slabinfo 2>/dev/null
	awk '$1 == "Percpu:" { print "percpu", $2 * 1024 }
	     $1 == "MemAvailable:" { print "available", $2 * 1024 }' /proc/meminfo
	awk '$1 ~ /^nsbridge_fdb/ { print "entries", $2 }' /proc/slabinfo 2>/dev/null
	[ ! -e $LIVE ] || echo "objects $(cat $LIVE)"
}
figure() { awk -v k="$2" '$1 == k { print $2 }' "$TMP/$1"; }
grown() { echo $(($(figure after "$1") - $(figure before "$1"))); }

# so that what is only allocated once is there
check_eq "$((N / 10)) rounds to begin with" $((N / 10)) "$(rounds $((N / 10)))"
rest
in_use >"$TMP/before"
check_eq "$N rounds" "$N" "$(rounds "$N")"
rest
in_use >"$TMP/after"
note "bytes before: $(paste -sd' ' "$TMP/before"), after: $(paste -sd' ' "$TMP/after")"

# One object of the smallest kind that is left behind in each round would show: a
# counter takes 192 bytes for each CPU, a port 2048, an entry 128.
if [ -n "$(figure after slab)" ]; then
	check_num "no objects are left: bytes in slabs, more" "$(grown slab)" -lt $((N * 64))
fi
check_num "bytes per CPU, more" "$(grown percpu)" -lt $((N * 64 + 65536))
if [ -n "$(figure after entries)" ]; then
	check_eq "no entry is left" 0 "$(figure after entries)"
fi
if [ -n "$(figure after objects)" ]; then
	check_eq "of the module's objects none is left" 0 "$(grown objects)"
fi
# of all, for what is in none of these
check_num "bytes available, less" $((-$(grown available))) -lt $((N * 1024 + 4194304))
