#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Duplicates set on purpose: a container takes the MAC of a victim that already
# talks, its IP address, or both, quietly; or it is there before the victim; or
# it takes a gateway's MAC together with the addresses of remote servers.
# timeout: 180
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

SERVER=10.5.0.2

# talk [ADDRESS]: what the client sends, while the attacker does so too
talk() {
	local to=${1:-$VIP}
	forge -s "$(mac_of attacker eth0)" -d $C
	answered "$to"
	DURING=$((DURING + LOST))
	ended $FORGING
}
# frames that have not been routed by a stack of ours, so that only they
# themselves tell who they are for
raw() {
	one_way
	AFTER=$((AFTER + LOST))
}

duplicate_of_the_MAC() {
	ip_ns attacker link set eth0 address $V
	talk
	raw
	ip_ns attacker link set eth0 address $A
	speak
}
# without ARP there is nothing in the way of frames that the MAC would decide
duplicate_of_the_IP_address() {
	ip_ns attacker addr add $VIP/24 dev eth0
	talk
	raw
	ip_ns attacker addr del $VIP/24 dev eth0
}
duplicate_of_MAC_and_IP_address() {
	ip_ns attacker link set eth0 address $V
	ip_ns attacker addr add $VIP/24 dev eth0
	set_of attacker net.ipv4.ip_forward=1
	talk
	raw
	set_of attacker net.ipv4.ip_forward=0
	ip_ns attacker addr del $VIP/24 dev eth0
	ip_ns attacker link set eth0 address $A
	speak
}
HARM[duplicate_of_the_IP_address]=none
attacks neighbours duplicate_of_the_MAC duplicate_of_the_IP_address \
	duplicate_of_MAC_and_IP_address

# The victim goes, and comes back when the attacker has what was its own.
later() {
	spaces victim
	no_talk victim
	plug victim $V $VIP/24
	know victim $CIP $C
}
away() {
	ip_ns host link del p-victim
	del_ns victim
}
duplicate_of_the_IP_address_before_the_victim() {
	away
	ip_ns attacker addr add $VIP/24 dev eth0
	later
	talk
	raw
	ip_ns attacker addr del $VIP/24 dev eth0
}
# from here on it keeps the MAC
duplicate_of_the_MAC_before_the_victim() {
	away
	ip_ns attacker link set eth0 address $V
	later
	talk
	raw
}
duplicate_of_MAC_and_IP_address_before_the_victim() {
	away
	ip_ns attacker addr add $VIP/24 dev eth0
	later
	talk
	raw
	ip_ns attacker addr del $VIP/24 dev eth0
}
duplicate_of_the_MAC_by_a_router_before_the_victim() {
	away
	set_of attacker net.ipv4.ip_forward=1
	later
	talk
	raw
}
DESIGN[duplicate_of_MAC_and_IP_address_before_the_victim]="who was there first keeps what it can use"
HARM[duplicate_of_the_IP_address_before_the_victim]=none
attacks neighbours duplicate_of_the_IP_address_before_the_victim \
	duplicate_of_the_MAC_before_the_victim \
	duplicate_of_MAC_and_IP_address_before_the_victim \
	duplicate_of_the_MAC_by_a_router_before_the_victim

# --- the victim is a gateway, and it is the servers behind it that are wanted
gateway() {
	neighbours
	spaces server
	no_talk server
	batch victim <<-E
		link add out type veth peer name eth0 netns $server
		link set out up
		addr add 10.5.0.1/24 dev out
	E
	batch server <<-E
		link set eth0 up
		addr add $SERVER/24 dev eth0
		route add default via 10.5.0.1
	E
	set_of victim net.ipv4.ip_forward=1
	ip_ns client route add default via $VIP
	wait_for 5 reaches client $SERVER || fail "no way to the server on $KIND"
}
remote() {
	ip_ns attacker link set eth0 address $V
	ip_ns attacker addr add $SERVER/32 dev lo
	"$@"
	talk $SERVER
	TARGET=server sent $SERVER -d $V
	AFTER=$((AFTER + LOST))
	ip_ns attacker addr del $SERVER/32 dev lo
	ip_ns attacker link set eth0 address $A
	speak
}
gateways_MAC_and_a_servers_address() { remote true; }
gateways_MAC_and_a_servers_address_forwarding() {
	remote set_of attacker net.ipv4.ip_forward=1
	set_of attacker net.ipv4.ip_forward=0
}
gateways_MAC_and_a_servers_address_by_proxy_ARP() {
	remote set_of attacker net.ipv4.conf.all.proxy_arp=1
	set_of attacker net.ipv4.conf.all.proxy_arp=0
}
attacks gateway gateways_MAC_and_a_servers_address \
	gateways_MAC_and_a_servers_address_forwarding \
	gateways_MAC_and_a_servers_address_by_proxy_ARP

# --- the victim is a container in a container, behind a bridge there
nested() {
	spaces host victim client attacker inner
	no_talk host victim client attacker inner
	br0
	plug victim 02:00:00:00:01:1a
	plug client $C $CIP/24
	plug attacker $A $AIP/24
	batch victim <<-E
		link add nest type bridge
		link set nest up
		link set eth0 master nest
		link add in type veth peer name eth0 address $V netns $inner
		link set in master nest up
	E
	batch inner <<-E
		link set eth0 up
		addr add $VIP/24 dev eth0
	E
	wait_for 10 reaches client $VIP || fail "no way inside on $KIND"
	know client $VIP $V
}
duplicate_of_the_MAC_of_a_container_in_a_container() {
	ip_ns attacker link set eth0 address $V
	ip_ns attacker addr add $VIP/24 dev eth0
	talk
	TARGET=inner raw
	ip_ns attacker addr del $VIP/24 dev eth0
	ip_ns attacker link set eth0 address $A
}
DESIGN[duplicate_of_the_MAC_of_a_container_in_a_container]="a device's address outranks what was only learned"
attacks nested duplicate_of_the_MAC_of_a_container_in_a_container
