#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Memory that frames cause is charged to the control group of who sends them, and
# what no process asks for to that of who made the bridge.
# on: 6.12
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether
need_kind nsbridge nsveth

ROOT=/sys/fs/cgroup
grep -qw memory $ROOT/cgroup.controllers 2>/dev/null || skip "no memory controller here"
echo +memory >$ROOT/cgroup.subtree_control || skip "the memory controller is not to be had"
mkdir -p $ROOT/maker $ROOT/sender
on_exit "rmdir $ROOT/maker $ROOT/sender"
grep -q '^percpu ' $ROOT/maker/memory.stat || skip "no memory per CPU in memory.stat"

# in_group GROUP COMMAND...
in_group() {
	(
		echo $BASHPID >"$ROOT/$1/cgroup.procs"
		shift
		"$@"
	)
}
# paid GROUP NAME: bytes; percpu is for all CPUs together. From 6.8 on the file leaves
# out what is little, until two seconds have passed (mm/memcontrol.c, FLUSH_TIME).
paid() {
	sleep 3
	awk -v k="$2" '$1 == k { print $2 }' "$ROOT/$1/memory.stat"
}
CPUS=$(tr -c '0-9\n' ' ' </sys/devices/system/cpu/possible | awk '{ print $NF + 1 }')
ONE=$((192 * CPUS))

N=12 NAMES=()
for ((i = 1; i <= N; i++)); do NAMES+=("n$i"); done
setup_ns host "${NAMES[@]}"
no_ipv6 host "${NAMES[@]}"
check "a bridge is made" in_group maker ip -n "$(real host)" link add br0 type nsbridge
ip_ns host link set br0 up
# shellcheck disable=SC2034	# for port
BR_NS=host BR=br0
check_num "who made it pays for what it keeps ready" "$(paid maker percpu)" -ge $((64 * ONE))
for ((i = 1; i <= N; i++)); do
	port "n$i" - "02:00:00:00:03:$(printf %02x $i)"
done

was=$(paid sender percpu)
in_group sender ip netns exec "$(real n1)" ether send eth0 -n $((N - 1)) \
	-s 02:00:00:00:03:01 -d 02:00:00:00:03:02 -D $((N - 1)) >/dev/null
check_num "the sender pays for its crossings" \
	$(($(paid sender percpu) - was)) -ge $(((N - 1) * ONE))

was=$(paid sender slab)
in_group sender ip netns exec "$(real n1)" ether send eth0 -n 500 \
	-s 02:66:00:00:00:00 -S 500 -d 02:00:00:00:03:02 >/dev/null
check_num "and for the addresses that are learned from it" \
	$(($(paid sender slab) - was)) -ge $((400 * 128))

# the copies of a broadcast are made in softirq, by nobody in particular
was=$(paid maker percpu)
in_group sender ip netns exec "$(real n2)" ether send eth0 -n 1 -s 02:00:00:00:03:02 >/dev/null
hush
check_num "who made the bridge pays for what copies cause" \
	$(($(paid maker percpu) - was)) -ge $(((N - 2) * ONE))
ip_ns host link del br0
hush
check_num "and gets it back" "$(paid maker percpu)" -lt $ONE
