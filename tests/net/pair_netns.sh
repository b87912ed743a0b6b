#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A pair whose ends move shows where the other end is, from both ends.
. "$(dirname "$0")/pair.inc" || exit 1
need jq
quiet_ns a b

# points NS DEV OTHER-NS OTHER-DEV: as "DEV@ifN link-netns OTHER-NS", or as
# "DEV@OTHER-DEV" where both are at home
points() {
	if [ "$1" = "$3" ]; then
		is "$1" "$2" .link "$4"
		is "$1" "$2" .link_netnsid null
	else
		is "$1" "$2" .link_index "$(link "$3" "$4" .ifindex)"
		local id
		id=$(link "$1" "$2" .link_netnsid)
		ip_ns "$1" netns list-id | grep -q "^nsid $id .*name: $(real "$3")" ||
			fail "$2 in $1: link-netnsid $id is not $3"
	fi
}
both() { points "$@"; points "$3" "$4" "$1" "$2"; }

ip_ns a link add ea type "$PAIR" peer name eb || fail "no pair"
both a ea a eb
ip_ns a link set eb netns "$b" || fail "the peer did not move"
both a ea b eb
ip_ns a link set ea netns "$b" || fail "the device did not move"
both b ea b eb
ip_ns b link set eb netns "$a" name moved || fail "no move with another name"
both b ea a moved
ip_ns b link set ea netns "$a"
both a ea a moved

# it works wherever it went
ip_ns a link set ea netns "$b"
ip_ns b addr add 10.9.0.1/24 dev ea
ip_ns a addr add 10.9.0.2/24 dev moved
ip_ns b link set ea up
ip_ns a link set moved up
pings b 10.9.0.2 || fail "no traffic after the moves"

# a name that is taken there
ip_ns b link add moved type dummy
ip_ns a link set moved netns "$b" 2>/dev/null && fail "moved onto a taken name"
both b ea a moved
exit 0
