#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Either end has a carrier while both are up.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq
quiet_ns a b
ip_ns a link add ea type "$PAIR" peer name eb netns "$b" || fail "no pair"

# carrier NS DEV 0|1
carrier() { [ "$(in_ns "$1" cat "/sys/class/net/$2/carrier" 2>/dev/null)" = "$3" ]; }
states() {
	wait_for 5 carrier a ea "$1" || fail "$3: carrier of ea is not $1"
	wait_for 5 carrier b eb "$2" || fail "$3: carrier of eb is not $2"
}

ip_ns a link set ea up
wait_for 2 carrier a ea 0 || fail "a carrier before the peer is up"
[ "$(link a ea .operstate)" = LOWERLAYERDOWN ] ||
	[ "$(link a ea .operstate)" = DOWN ] || fail "up before the peer"
ip_ns b link set eb up
states 1 1 "both up"
wait_for 5 is_up a ea || fail "ea is not UP"
wait_for 5 is_up b eb || fail "eb is not UP"
ip_ns a link set ea down
wait_for 5 carrier b eb 0 || fail "eb has a carrier and ea is down"
ip_ns a link set ea up
states 1 1 "up again"
ip_ns b link set eb down
wait_for 5 carrier a ea 0 || fail "ea has a carrier and eb is down"
ip_ns b link set eb up
states 1 1 "up once more"
# a move takes the device down
ip_ns b link set eb netns "$a"
wait_for 5 carrier a ea 0 || fail "ea has a carrier and eb has moved"
ip_ns a link set eb up
wait_for 5 carrier a ea 1 || fail "no carrier after a move"
exit 0
