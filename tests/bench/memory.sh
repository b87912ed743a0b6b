#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How much memory a pair, a bridge, a port, a namespace, an entry and a crossing
# take, and how much of that is charged to the control group of who made them.
# Prints for each
#
#	@ memory THING SLAB PERCPU CHARGED CHARGED-PERCPU
#
# bytes of one: in slabs, and in pages for each CPU that there may be, which the
# kernel takes by the page; then what is charged of either.
modprobe -qa dummy veth 2>/dev/null
CPUS=$(tr -c '0-9\n' ' ' </sys/devices/system/cpu/possible | awk '{ print $NF + 1 }')
GROUP=/sys/fs/cgroup/payer
echo +memory >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
mkdir -p $GROUP
[ -e $GROUP/memory.stat ] || { echo "no memory controller here"; exit 1; }
trap 'rmdir $GROUP' EXIT

# now: bytes in slabs and per CPU, of all; and what is charged to the group of these
now() {
	local s
	sleep 1
	for s in /sys/kernel/slab/*/shrink; do
		echo 1 >"$s"
	done 2>/dev/null
	awk 'FILENAME ~ /slabinfo/ && FNR > 2 { slab += $2 * $4 }
	     $1 == "Percpu:" { percpu = $2 * 1024 }
	     FILENAME ~ /stat$/ && $1 == "slab" { paid = $2 }
	     FILENAME ~ /stat$/ && $1 == "percpu" { paid_percpu = $2 }
	     END { printf "%d %d %d %d\n", slab, percpu, paid, paid_percpu }' \
		/proc/slabinfo /proc/meminfo $GROUP/memory.stat
}
# cost THING N COMMAND...: what N of them cost that the command makes in the group
cost() {
	local thing=$1 n=$2 before
	shift 2
	before=$(now)
	(
		echo $BASHPID >$GROUP/cgroup.procs
		"$@"
	) || echo "# $thing: $* failed"
	echo "$before $(now)" | awk -v t="$thing" -v n="$n" -v c="$CPUS" '{
		printf "@ memory %s %d %d %d %d\n", t, ($5 - $1) / n + 0.5,
			($6 - $2) / n / c + 0.5, ($7 - $3) / n + 0.5, ($8 - $4) / n / c + 0.5
	}'
}

batch() { ip -batch -; }
# pairs TYPE N [PREFIX]: PREFIXp0 PREFIXq0...
pairs() {
	local i
	for ((i = 0; i < $2; i++)); do
		echo "link add ${3:-}p$i type $1 peer name ${3:-}q$i"
	done | batch
}
bridges() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "link add $2$i type $2"
	done | batch
}
# enslave N [PREFIX]
enslave() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "link set ${2:-}p$i master br0 up"
	done | batch
}
# into namespaces of their own
spread() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "netns add n$i"
	done | batch
	for ((i = 0; i < $1; i++)); do
		echo "link set q$i netns n$i"
	done | batch
	for ((i = 0; i < $1; i++)); do
		ip -n "n$i" link set "q$i" up
	done
}
# one by each, with the address that it has
broadcasts() {
	local i mac
	for ((i = 0; i < $1; i++)); do
		mac=$(ip netns exec "n$i" cat "/sys/class/net/q$i/address")
		ip netns exec "n$i" ether send "q$i" -n 1 -s "$mac" >/dev/null
	done
}
# from many sources, to nobody
sources() {
	ip netns exec n0 ether send q0 -n "$1" -s 02:99:00:00:00:00 -S "$1" \
		-d 02:98:00:00:00:00 >/dev/null
}
N=200 SIDES=60
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
# they stay: what the next needed would otherwise come from pages for each CPU that
# these had freed, and not be seen
for kind in veth nsveth; do
	cost "$kind-pair" $N pairs $kind $N $kind
done
for kind in bridge nsbridge; do
	cost $kind 40 bridges 40 $kind
done

# ports into one namespace, which is there as a side already
ip link add br0 type nsbridge
ip link set br0 up
pairs nsveth $N m
ip netns add many
for ((i = 0; i < N; i++)); do echo "link set mq$i netns many"; done | batch
ip link add z type nsveth peer name z1 netns many
ip link set z master br0
cost port $N enslave $N m

# each into a namespace of its own: a port and a side
pairs nsveth $SIDES
spread $SIDES
cost port-and-namespace $SIDES enslave $SIDES
# a broadcast by each makes the crossings between all of them, and to the bridge's
cost crossing $((SIDES * SIDES)) broadcasts $SIDES
ip link set br0 type nsbridge quota 1000000
ip link set p0 type nsbridge_slave quota 1000000
cost entry 10000 sources 10000
cost crossing-latency $((SIDES * SIDES)) ip link set br0 type nsbridge latency on
ip link del br0
for ((i = 0; i < SIDES; i++)); do
	ip link del "p$i"
	ip netns del "n$i"
done
