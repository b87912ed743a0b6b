#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module is loaded while memory is refused: it comes, or nothing of it stays.
# "fault_module.sh all" refuses every request in the kernel.
# timeout: 300
# uml.sh -F
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/fault.inc
. "$(dirname "$0")/fault.inc"
need insmod rmmod modprobe
grep -q '^nsbridge ' /proc/modules || skip "nsbridge is not a module here"
how_to_fail

loaded() { grep -q '^nsbridge ' /proc/modules; }
KO=$(find "$NSB_DIR/modroot" -name nsbridge.ko | head -n 1)
on_exit "loaded || modprobe nsbridge"
caches() { grep -c nsbridge /proc/slabinfo; }

rmmod nsbridge || fail "it does not go"
for ((n = 1; n < 3000; n++)); do
	nth "$n" insmod "$KO"
	[ -n "$HIT" ] || break
	if [ $RC = 0 ]; then
		loaded || fail "request $n: insmod says that it is loaded"
		rmmod nsbridge || fail "request $n: it does not go"
	else
		! loaded || fail "request $n: insmod says that it is not loaded: $OUT"
	fi
	[ ! -e /sys/module/nsbridge ] || fail "request $n: the module is still there"
	[ "$(caches)" = 0 ] || fail "request $n: its cache is still there"
done
check_eq "the module is loaded in the end, after $((n - 1)) refusals" 0 "$RC"
check_num "something was refused" "$n" -gt 1
check "it works" ip link add "f$$" type nsveth
check "and goes" rmmod nsbridge
check "and comes back" modprobe nsbridge
