#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What it costs to look at a big bridge: many namespaces that all have sent to
# each other, and a full table. Prints
#
#	@ memory KIND N BYTES		of the kernel, for N of them
#	@ dump KIND N BYTES MS CPU US	the kernel's part alone (tools/dump.c)
#	@ command NAME N MS CPU KIB	with its greatest memory
#	@ top CPU KIB			for one more look of "crossing top"
#	@ beside KIND FRAMES NS DUMP	the time of frames, with dumps of that KIND (or
#					"none") one after the other, and that of dumps
#
#	dump.sh SPACES ENTRIES FRAMES
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
spaces=${1:-317} entries=${2:-1000000} n=${3:-200000}
modprobe -qa pktgen sch_ingress cls_matchall act_gact dummy 2>/dev/null
used=$(mktemp)

# what the kernel has allocated, in bytes
memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(MemTotal|MemFree|Buffers|Cached|SReclaimable):/ {
		m += $1 == "MemTotal:" ? $2 : -$2 } END { printf "%.0f\n", m * 1024 }' /proc/meminfo
}
crossings() { dump crossing | cut -d' ' -f1; }

# --- namespaces, each with a port; all of them send to all. Nobody says anything by
# himself, and as few programs are started as can be.
ulimit -n 65536
sysctl -qw net.core.devconf_inherit_init_net=1 net.ipv6.conf.all.disable_ipv6=1 \
	net.ipv6.conf.default.disable_ipv6=1
ip link add br0 type nsbridge max_entries 2000000 max_crossings 200000
ip link set br0 up
names=()
for ((i = 0; i < spaces; i++)); do
	names+=("p$i")
	echo "netns add s$i"
	printf 'link add p%d master br0 up type nsveth peer name eth0 address %s netns s%d up\n' \
		"$i" "$(printf 02:01:00:00:%02x:%02x $((i >> 8)) $((i & 255)))" "$i"
done >"$used"
ip -batch "$used"
echo "# $(ip -br link show type nsveth | wc -l) ports"
want=$((spaces * (spaces - 1))) had=$(memory)
# A broadcast makes as many crossings as the bridge has in stock.
for ((r = 0; r < 5; r++)); do
	ip -all netns exec ether send eth0 -n 15 -g 3000 >/dev/null
	have=$(crossings)
	echo "# $have crossings"
	[ "$have" -lt "$want" ] || break
done
sleep 1
echo "@ memory crossing $have $(($(memory) - had))"
had=$(memory)
fdb add "$entries" 02:77:00:00:00:00 "${names[@]}"
sleep 1
echo "@ memory fdb $entries $(($(memory) - had))"

# --- the kernel's part: all, and what has changed in the last second
for kind in crossing fdb namespace port; do
	dump -n 2 $kind >"$used"
	echo "@ dump $kind $(cat "$used")"
done
sleep 2
echo "@ dump changed $(dump -n 2 -s 1 crossing)"

# --- frames, while others look. pktgen and they share a processor, so what they
# were at work is taken off.
beside() {
	local kind=$1 pid=$$ before after
	if [ "$kind" != none ]; then
		dump -n 0 "$kind" &
		pid=$!
		sleep 0.5
	fi
	# nothing but the start is between two looks at its clock
	ip netns exec s0 bash -s "$n" 02:01:00:00:00:01 <<'END'
echo rem_device_all >/proc/net/pktgen/kpktgend_0
echo "add_device eth0" >/proc/net/pktgen/kpktgend_0
for s in "count $1" "pkt_size 60" "delay 0" "clone_skb 0" "dst_mac $2" "dst 10.9.0.2" \
		"src_min 10.9.0.1" "src_max 10.9.0.1" "udp_src_min 9" "udp_src_max 9"; do
	echo "$s" >/proc/net/pktgen/eth0
done
END
	# shellcheck disable=SC2016	# for the shell inside
	ip netns exec s0 bash -c '
		read -ra from <"/proc/$1/stat"
		echo start >/proc/net/pktgen/pgctrl
		read -ra to <"/proc/$1/stat"
		echo $((from[13] + from[14])) $((to[13] + to[14]))' - "$pid" >"$used"
	read -r before after <"$used"
	US=$(ip netns exec s0 sed -n 's/^Result: OK: \([0-9]*\)(.*/\1/p' /proc/net/pktgen/eth0)
	[ "$kind" != none ] || after=$before
	echo "@ beside $kind $n $((US * 1000)) $(((after - before) * 10000000))"
	[ "$kind" = none ] || kill "$pid"
	wait 2>/dev/null
}
ip netns exec s1 tc qdisc add dev eth0 clsact
ip netns exec s1 tc filter add dev eth0 ingress matchall action drop
for kind in none crossing fdb none; do
	beside $kind
done

# --- the command
command() {
	local name=$1
	shift
	usage "$used" nsbridge "$@" >/dev/null || echo "# nsbridge $*: status $?"
	echo "@ command $name $COUNT $(cat "$used")"
}
COUNT=$have
command crossing-show-json -j crossing show
command crossing-show crossing show
command crossing-matrix crossing matrix
command crossing-metrics metrics
COUNT=$(dump fdb | cut -d' ' -f1)
command fdb-show-json -j fdb show
command fdb-show fdb show
# of one look among few and one among many
for t in 2 6; do
	usage "$used" nsbridge crossing top --batch -i 1 -n $t >/dev/null
	read -r _ cpu kib <"$used"
	[ $t = 2 ] || echo "@ top $(((cpu - few) / 4)) $kib"
	few=$cpu
done
ip link del br0
ip -all netns del
rm -f "$used"
