#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "modprobe -r" takes the devices along, a hundred times, and the next device
# brings the module back by itself.
# timeout: 150
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need modprobe
ours || skip "about nsbridge"
grep -q '^nsbridge ' /proc/modules || skip "nsbridge is not a module here"

loaded() { grep -q '^nsbridge ' /proc/modules; }
gone() { ! loaded && ! ip -o link | grep -qE ' (b|p|q)[0-9]+[:@]'; }
on_exit modprobe nsbridge

ROUNDS=100
# every command takes several times as long there
! slow_kernel || ROUNDS=30
failed=0
for ((i = 0; i < ROUNDS; i++)); do
	{
		ip link add "b$i" type nsbridge && ip link set "b$i" up &&
			ip link add "p$i" type nsveth peer name "q$i" &&
			ip link set "p$i" master "b$i" up && ip link set "q$i" up
	} || { failed=$((failed + 1)); break; }
	for ((j = 0; j < 50; j++)); do
		modprobe -r nsbridge 2>/dev/null
		loaded || break
		sleep 0.1
	done
	gone || { failed=$((failed + 1)); break; }
	# the next device is to bring it back by itself
done
check_eq "unloaded $ROUNDS times, with devices, and loaded by their kind" "0 $ROUNDS" "$failed $i"

modprobe nsbridge
check "it is loaded" loaded
check "and goes" modprobe -r nsbridge
check_says "rmmod of what is not there says so" "not currently loaded" rmmod nsbridge
