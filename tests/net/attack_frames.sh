#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames that nobody should send: reserved groups, too short and too long ones,
# group addresses and zero as source, the bridge's own address, headers that say
# what is not so.
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

BIP=10.2.0.254
N=15

# Everything the attacker sends here has one type, so that who gets it can tell.
scene() {
	neighbours
	ip_ns host addr add $BIP/24 dev br0
	B=$(mac_of host br0)
	know client $BIP "$B"
	answered $BIP
	[ $LOST = 0 ] || fail "no traffic to the bridge on $KIND"
	STATE=$(state)
}
# what could be left behind
state() { ip -n "$host" -o link show | sed 's/^[0-9]*: //'; }
# harmless: nobody else notices
harmless() {
	one_way
	AFTER=$LOST
	answered $BIP
	AFTER=$((AFTER + LOST))
	[ "$(state)" = "$STATE" ] || left "changed devices"
	speak
}
throw() { in_ns attacker ether send eth0 -n 20 "$@" >/dev/null 2>&1; }
# unheard COMMAND...: and what is thrown meanwhile reaches nobody
unheard() {
	local him
	ear victim -t 88b5
	him=$EAR
	"$@"
	hush
	heard_by "$him" victim
	[ "$HEARD" = 0 ] || left "$HEARD frames at the victim"
	harmless
}

all_reserved() {
	local last
	for last in 00 01 02 03 0e 0f; do
		throw -d 01:80:c2:00:00:$last "$@"
	done
}
reserved_groups() { unheard all_reserved; }
reserved_groups_from_the_victims_MAC() { unheard all_reserved -s $V; }
group_sources() {
	throw -s 01:00:5e:00:00:05 -d $V
	throw -s ff:ff:ff:ff:ff:ff
	throw -s 33:33:00:00:00:01 -d $V
	throw -s 00:00:00:00:00:00 -d $V
}
source_is_a_group_or_zero() { unheard group_sources; }
source_is_the_bridge() {
	forge -s "$B" -d $V
	answered $BIP
	DURING=$LOST
	ended $FORGING
	throw -s "$B"
	throw -s "$B" -d "$B"
	harmless
}
source_is_the_port() {
	local p
	p=$(mac_of host p-victim)
	throw -s "$p" -d $V
	throw -s "$p"
	harmless
}
source_is_the_destination() {
	throw -s $V -d $V
	throw -s $A -d $A
	harmless
}
too_short() {
	local t
	for t in 0800 0806 86dd 8100 88a8 0000 002e ffff; do
		throw -l 14 -t $t -d $V
		throw -l 15 -t $t
		throw -l 18 -t $t -d "$B"
	done
	harmless
}
too_long() {
	local t
	# his own device first
	ip_ns attacker link set eth0 mtu 9000
	for t in 88b5 0800; do
		throw -l 9014 -t $t -d $V
		throw -l 9014 -t $t
		throw -l 1600 -t $t -d "$B"
	done
	ip_ns attacker link set eth0 mtu 1500
	harmless
}
headers_that_lie() {
	# lengths beyond the end, of IPv4, IPv6, ARP, ND, a VLAN tag in a tag
	throw -t 0800 -d $V -p 4fffffff00000000401100000a0203010a020001
	throw -t 0800 -p 45000400000020004001
	throw -t 86dd -d $V -p 6000000000ff3aff
	throw -t 86dd -d 33:33:00:00:00:01 -p 60000000000800ff
	throw -t 0806 -p 0001080006ff
	throw -t 0806 -d $V -l 22 -p 0001080006040001
	throw -q 0 -t 8100 -p 0000810000008100
	throw -q 4095 -t 88a8 -p 0fff0800
	throw -t 8863 -d $V
	throw -t 8808 -d $V
	harmless
}
ALL=(reserved_groups source_is_a_group_or_zero source_is_the_bridge source_is_the_port
	source_is_the_destination too_short too_long headers_that_lie)
for a in "${ALL[@]}"; do
	HARM[$a]=none
done
attacks scene reserved_groups_from_the_victims_MAC "${ALL[@]}"
