#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC theft from a neighbour: a container sends with the address of another
# one, or gives it to its own device.
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

MAC_theft_with_broadcasts() { siege -s $V; }
MAC_theft_with_unicasts() { siege -s $V -d $C -u $VIP,$CIP; }
# it passes as untagged at the other end
MAC_theft_with_a_priority_tag() { siege -s $V -d $C -q 0; }

# The device itself has the address, and so do all that the stack sends.
MAC_theft_by_the_device_address() {
	ip_ns attacker link set eth0 address $V
	siege -s $V -d $C
	ip_ns attacker link set eth0 address $A
}

MAC_theft_by_a_second_address() {
	ip_ns attacker link add mv link eth0 address $V type macvlan
	ip_ns attacker link set mv up
	siege -s $V -d $C
	ip_ns attacker link del mv
}

ALL=(MAC_theft_with_broadcasts MAC_theft_with_unicasts MAC_theft_with_a_priority_tag
	MAC_theft_by_the_device_address MAC_theft_by_a_second_address)
attacks neighbours "${ALL[@]}"
# a plain veth is an end in a namespace like any other
with_veth neighbours MAC_theft_with_unicasts MAC_theft_by_the_device_address
