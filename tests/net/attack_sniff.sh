#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sniffing: frames to an address that the bridge does not know, or no longer,
# and multicast that the attacker has not joined.
# timeout: 90
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

GROUP=239.1.2.3 GMAC=01:00:5e:01:02:03

# a host that is nowhere, or behind something that nobody has heard of
sniffing_unknown_unicast() {
	TARGET='' sent 10.2.0.99 -d 02:00:00:00:99:99
}
# the victim has been silent for longer than the table remembers
sniffing_aged_unicast() {
	if ours; then
		ip_ns host link set br0 type nsbridge ageing_time 100
	else
		ip_ns host link set br0 type bridge ageing_time 100
	fi
	# until it has forgotten what it can forget
	in_ns attacker ether send eth0 -s 02:00:00:00:77:77 -d $A >/dev/null
	wait_for 30 forgot || fail "nothing ages on $KIND"
	# and it says nothing to what it gets
	spawn victim socat -u UDP4-RECV:9 OPEN:/dev/null
	wait_for 5 silenced
	one_way
	DURING=$LOST
}
silenced() { in_ns victim ss -Hlun 'sport = 9' | grep -q .; }
forgot() {
	leads 02:00:00:00:77:77
	[ -z "$WHERE" ] || return
	ours || { leads $V; [ -z "$WHERE" ]; }
}
sniffing_multicast_not_joined() {
	ip_ns victim addr add $GROUP/32 dev eth0 autojoin
	sent $GROUP -d $GMAC
	DURING=$LOST
}
sniffing_multicast_joined_by_nobody() {
	TARGET='' sent 239.1.2.4 -d 01:00:5e:01:02:04
}
sniffing_IPv6_multicast_not_joined() {
	ip_ns victim maddr add 33:33:00:00:12:34 dev eth0
	FROM=fd02::2 sent ff05::1234 -d 33:33:00:00:12:34
	DURING=$LOST
}
# who takes all multicast has asked for it, as he could for each group
sniffing_multicast_in_promiscuous_mode() {
	ip_ns attacker link set eth0 promisc on
	sent $GROUP -d $GMAC
	DURING=$LOST
	ip_ns attacker link set eth0 promisc off
}
sniffing_unicast_in_promiscuous_mode() {
	ip_ns attacker link set eth0 promisc on
	answered $VIP
	DURING=$LOST
	ip_ns attacker link set eth0 promisc off
}
HARM[sniffing_unicast_in_promiscuous_mode]=none
DESIGN[sniffing_multicast_in_promiscuous_mode]="a promiscuous device has joined everything"
attacks neighbours sniffing_unicast_in_promiscuous_mode sniffing_unknown_unicast \
	sniffing_multicast_not_joined sniffing_multicast_joined_by_nobody \
	sniffing_IPv6_multicast_not_joined sniffing_multicast_in_promiscuous_mode sniffing_aged_unicast
