#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC theft from an uplink: frames come out of a tunnel with the MAC of a local
# container. And the other way round: a container takes MAC and address of a
# host that is reached by the tunnel.
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

# tunnel FAR MAC ADDRESS: br0 of host has a VXLAN device, which leads to eth0 of
# FAR
tunnel() {
	ip_ns host link add vx type vxlan id 42 local 192.0.2.1 remote 192.0.2.2 dstport 4789 ||
		skip "no vxlan"
	batch host <<-E
		link add under type veth peer name under netns ${!1}
		addr add 192.0.2.1/24 dev under
		link set under up
		link set vx master br0 up
	E
	batch "$1" <<-E
		addr add 192.0.2.2/24 dev under
		link set under up
		link add eth0 address $2 type vxlan id 42 local 192.0.2.2 remote 192.0.2.1 dstport 4789
		link set eth0 up
		addr add $3 dev eth0
	E
}

# --- the attacker is at the other end
from_outside() {
	spaces host victim client attacker
	no_talk host victim client attacker
	br0
	plug victim $V $VIP/24
	plug client $C $CIP/24
	tunnel attacker $A $AIP/24
	wait_for 5 reaches attacker $VIP || fail "no traffic through the tunnel on $KIND"
	know client $VIP $V
	know victim $CIP $C
}
# On ours what the uplink says is an entry of the bridge's namespace: it is
# there, and leads nobody anywhere.
siege_outside() {
	siege "$@"
	! ours || LEFT=${LEFT/the victim\'s MAC at vx p-victim/}
	! ours || LEFT=${LEFT/the victim\'s MAC at p-victim vx/}
}
MAC_theft_from_an_uplink() { siege_outside -s $V; }
MAC_theft_from_an_uplink_with_unicasts() { siege_outside -s $V -d $C; }
MAC_and_IP_theft_from_an_uplink() {
	ip_ns attacker link set eth0 address $V
	ip_ns attacker addr add $VIP/24 dev eth0
	siege_outside -s $V -d $C
}
attacks from_outside MAC_theft_from_an_uplink MAC_theft_from_an_uplink_with_unicasts \
	MAC_and_IP_theft_from_an_uplink

# --- the victim is at the other end
to_outside() {
	spaces host victim client attacker
	no_talk host victim client attacker
	br0
	plug client $C $CIP/24
	plug attacker $A $AIP/24
	tunnel victim $V $VIP/24
	wait_for 5 reaches client $VIP || fail "no traffic through the tunnel on $KIND"
	know client $VIP $V
}
trusted() {
	to_outside
	! ours || ip_ns host link set vx type nsbridge_slave trusted on ||
		fail "vx cannot be trusted"
	reaches victim $CIP >/dev/null
}
outside() {
	ip_ns attacker link set eth0 address $V
	ip_ns attacker addr add $VIP/24 dev eth0
	forge -s $V -d $C
	answered $VIP
	DURING=$((DURING + LOST))
	ended $FORGING
	in_ns attacker ether send eth0 -n 3 -s $V >/dev/null
	one_way
	AFTER=$((AFTER + LOST))
}
MAC_and_IP_address_of_a_host_behind_a_trusted_uplink() { outside; }
MAC_and_IP_address_of_a_host_behind_an_uplink() { outside; }
MAC_of_a_host_behind_an_uplink() {
	ip_ns attacker addr flush dev eth0
	ip_ns attacker link set eth0 address $V
	siege -s $V -d $C
}
attacks trusted MAC_and_IP_address_of_a_host_behind_a_trusted_uplink
DESIGN[MAC_and_IP_address_of_a_host_behind_an_uplink]="a local device outranks hearsay, unless the uplink is trusted"
attacks to_outside MAC_of_a_host_behind_an_uplink
attacks to_outside MAC_and_IP_address_of_a_host_behind_an_uplink
