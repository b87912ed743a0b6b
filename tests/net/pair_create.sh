#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A pair is made in every form that "ip link add" has, or not at all.
. "$(dirname "$0")/pair.inc" || exit 1
need jq
quiet_ns a b c

# names by the kernel
ip_ns a link add type "$PAIR" || fail "without names"
is a "${PAIR}0" .linkinfo.info_kind "$PAIR"
is a "${PAIR}1" .linkinfo.info_kind "$PAIR"
ip_ns a link del "${PAIR}1"
gone a "${PAIR}0" || fail "one end outlived the other"

# one name, then a pattern
ip_ns a link add one type "$PAIR" || fail "with one name"
is a one .link "${PAIR}0"
is a "${PAIR}0" .link one
[ "$(link a one .address)" != "$(link a "${PAIR}0" .address)" ] ||
	fail "both ends have the same address"
ip_ns a link del one
ip_ns a link add p%d type "$PAIR" peer name q%d || fail "with patterns"
is a p0 .link q0
ip_ns a link del q0

# both names, and everything said of each
ip_ns a link add one address 02:00:00:00:00:01 mtu 1400 txqueuelen 7 \
	type "$PAIR" peer name two address 02:00:00:00:00:02 mtu 9000 ||
	fail "with attributes"
is a one .address 02:00:00:00:00:01
is a one .mtu 1400
is a one .txqlen 7
is a two .address 02:00:00:00:00:02
is a two .mtu 9000
is a one .operstate DOWN
ip_ns a link del one

# an address of the device is not the peer's as well
ip_ns a link add one address 02:00:00:00:00:01 type "$PAIR" || fail "address"
[ "$(link a "${PAIR}0" .address)" != 02:00:00:00:00:01 ] ||
	fail "the peer has the device's address"
ip_ns a link del one

# indices
ip_ns a link add one index 1001 type "$PAIR" peer name two index 1002 ||
	fail "with indices"
is a one .ifindex 1001
is a two .ifindex 1002
ip_ns a link del one

# in other namespaces: the peer, the device, both
ip_ns a link add one type "$PAIR" peer name two netns "$b" || fail "peer netns"
{ has_dev a one && has_dev b two; } || fail "peer netns: not there"
gone a two || fail "peer netns: left behind"
ip_ns b link del two
gone a one || fail "peer netns: other end left"
ip_ns a link add one netns "$b" type "$PAIR" peer name two || fail "netns"
{ has_dev b one && has_dev a two; } || fail "netns: not there"
ip_ns a link del two
ip_ns a link add one netns "$b" type "$PAIR" peer name one netns "$c" ||
	fail "both, with the same name"
{ has_dev b one && has_dev c one; } || fail "both: not there"
ip_ns b link del one
gone c one || fail "both: other end left"

# up at once, which veth refuses for the peer
if ours; then
	ip_ns a link add one up type "$PAIR" peer name two netns "$b" up ||
		fail "up"
	wait_for 5 is_up a one || fail "one is not up"
	wait_for 5 is_up b two || fail "two is not up"
	ip_ns a link del one
fi

# refusals, and what they leave
t="type $PAIR peer name"
# shellcheck disable=SC2086	# words are meant
{
refused "neither multicast nor zero" ip_ns a link add one address 01:00:00:00:00:01 $t two
refused "neither multicast nor zero" ip_ns a link add one $t two address 01:00:00:00:00:01
refused "neither multicast nor zero" ip_ns a link add one $t two address 00:00:00:00:00:00
refused "from 68 to 65535" ip_ns a link add one mtu 67 $t two
refused "from 68 to 65535" ip_ns a link add one $t two mtu 65536
ip_ns b link add taken type dummy
refused "name of the peer" ip_ns a link add one $t taken netns "$b"
refused "this name already" ip_ns a link add one $t one
refused "this name already" ip_ns a link add one netns "$b" $t one netns "$b"
refused "" ip_ns a link add taken netns "$b" $t two
refused "" ip_ns a link add one $t two netns 2147483647
}
sleep 0.5
for n in one two; do
	{ gone a $n && gone b $n; } || fail "a refused pair left $n behind"
done
exit 0
