#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Either end or either namespace goes, under traffic, and the other end goes
# with it.
# on: uml 6.1
# timeout: 120
. "$(dirname "$0")/pair.inc" || exit 1
need jq

# flood: from both ends, until they are gone
flood() {
	begin a ping -f -q 10.9.0.2
	begin b ping -f -q 10.9.0.1
	sleep 1
	[ "$(link a ea .stats64.rx.packets)" -gt 20 ] || fail "no traffic"
}
pair_up; flood
ip_ns a link del ea || fail "the device stays"
{ gone a ea && gone b eb; } || fail "an end is left of the device"
end; del_ns a b

pair_up; flood
ip_ns b link del eb || fail "the peer stays"
{ gone a ea && gone b eb; } || fail "an end is left of the peer"
end; del_ns a b

# a namespace goes when its last process has
for n in "a b eb" "b a ea"; do
	# shellcheck disable=SC2086	# words are meant
	set -- $n
	pair_up; flood
	ip netns pids "$(real "$1")" | xargs -r kill
	del_ns "$1"
	wait_for 10 gone "$2" "$3" || fail "the end in $2 outlives namespace $1"
	end; del_ns "$2"
done

# both at once, and many
quiet_ns a b
for ((i = 0; i < 20; i++)); do
	ip_ns a link add "e$i" up type "$PAIR" peer name "f$i" netns "$b" ||
		fail "no pair $i"
done
ip netns del "$a" &
ip netns del "$b" &
wait
exit 0
