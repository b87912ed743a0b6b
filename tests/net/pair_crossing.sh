#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The two crossings of a cable begin anew when an end moves to another
# namespace; the counters of its devices go on.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq nsbridge
ours || skip "about nsveth"
pair_up
acquainted
quiet_ns c

# crossed NS FROM TO: frames from one namespace to another, as NS shows it
crossed() {
	in_ns "$1" nsbridge -j crossing show | jq -r --arg from "$(real "$2")" \
		--arg to "$(real "$3")" '[.[] | select(.kind == "cable" and
			.from.name == $from and .to.name == $to) | .frames] | add'
}

in_ns a ping -q -c 5 -i 0.1 10.9.0.2 >/dev/null || fail "no traffic"
for n in a b; do
	[ "$(crossed $n a b)" = 5 ] || fail "seen from $n: a to b: $(crossed $n a b)"
	[ "$(crossed $n b a)" = 5 ] || fail "seen from $n: b to a: $(crossed $n b a)"
done

ip_ns b link set eb netns "$c" || fail "no move"
[ "$(crossed a a b)" = null ] || fail "a to b is still there"
[ "$(crossed a a c)" = 0 ] || fail "a to c begins with $(crossed a a c)"
[ "$(crossed c c a)" = 0 ] || fail "c to a begins with $(crossed c c a)"
is a ea .stats64.tx.packets 5

ip_ns c addr add 10.9.0.2/24 dev eb
ip_ns c link set eb up
ip_ns c neigh replace 10.9.0.1 lladdr "$(mac_of a ea)" dev eb nud permanent
wait_for 5 is_up a ea || fail "ea does not come up"
in_ns a ping -q -c 3 -i 0.1 10.9.0.2 >/dev/null || fail "no traffic after the move"
[ "$(crossed a a c)" = 3 ] || fail "a to c: $(crossed a a c)"
[ "$(crossed c c a)" = 3 ] || fail "c to a: $(crossed c c a)"
is a ea .stats64.tx.packets 8
exit 0
