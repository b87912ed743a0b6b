#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Pairs of things done at once, under traffic, by tests/net/tools/race.c: the
# kernel must not complain, and all must work afterwards. "bridge_race.sh N"
# does each N times as often and as long, "bridge_race.sh N PAIR SEED" one of them.
# timeout: 120
# asked
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need race modprobe
need_kind nsbridge nsveth
grep -q '^nsbridge ' /proc/modules || skip "nsbridge is not a module here"

TIMES=${1:-1}
SEED=${3:-$RANDOM}
note "seed $SEED"

# Where races are looked for, whoever is watched waits for the other processor:
# that takes many times as long, and seconds say less of how much was done. There,
# as in the debug kernel, one who only finds the module unloaded may never come to
# anything.
WHILE=$((4 * NSB_SLOW)) STARVED=0
! slow_kernel || STARVED=3
[ ! -e /sys/kernel/debug/kcsan ] || WHILE=10 STARVED=3
raced() { race "$@" || [ $? = $STARVED ]; }

# race_of PAIR ROUNDS
race_of() {
	[ -z "$PAIR_ONLY" ] || [ "$PAIR_ONLY" = "$1" ] || return 0
	check "$1" raced "$1" $(($2 * TIMES)) $((WHILE * TIMES)) "$SEED"
	note "$OUT"
}
# as in lib.sh, but keeps what was said
check() {
	local name=$1 rc=0
	shift
	OUT=$("$@" 2>&1) || rc=$?
	if [ $rc = 0 ]; then _ok "$name"; else _bad "$name" "$* (status $rc)" "$OUT"; fi
}
PAIR_ONLY=${2:-}
on_exit modprobe nsbridge

race_of enslave-move 100
race_of namespace-all 40
race_of address-choice 300
race_of rename-list 100
race_of administrators 300
race_of module-all 3
# how much was watched
[ ! -e /sys/kernel/debug/kcsan ] || note "$(paste -sd, /sys/kernel/debug/kcsan)"

modprobe nsbridge
setup_ns host red blue
bridge_up host br0
port red 10.1.0.1/24
port blue 10.1.0.2/24
check "and all works" reaches red 10.1.0.2
