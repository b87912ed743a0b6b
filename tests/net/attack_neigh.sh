#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ARP and ND theft: a container tells others that a neighbour's IP address is at
# its own MAC. On ours with neigh_guard on.
# timeout: 240
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

N=10
VIP6=fd02::1 CIP6=fd02::2 AIP6=fd02::3 SERVER=fd05::2
VLL=fe80::ff:fe00:10a
BC=ff:ff:ff:ff:ff:ff ALL=33:33:00:00:00:01 NIL=00:00:00:00:00:00

scene() {
	spaces host victim client attacker
	no_talk host
	br0
	! ours || ip_ns host link set br0 type nsbridge neigh_guard on ||
		skip "no neigh_guard"
	plug victim $V $VIP/24 $VIP6/64
	plug client $C $CIP/24 $CIP6/64
	plug attacker $A $AIP/24 $AIP6/64
	# a change is taken at once, not only after a second
	set_of client net.ipv4.neigh.eth0.locktime=0
	# the victim is a router, too
	set_of victim net.ipv6.conf.all.forwarding=1
	ip_ns victim addr add $SERVER/128 dev lo
	ip_ns client route add fd05::/64 via $VLL dev eth0
}

# believe ADDRESS ETHER-ARGS...: the attacker says so while the client, which
# knows better, talks to the address, and after that
believe() {
	local to=$1 hop=${VIA:-$1} lladdr
	shift
	ip_ns client neigh flush dev eth0
	wait_for 5 reaches client "$to" || fail "no traffic to $to on $KIND"
	forge "$@"
	answered "$to"
	DURING=$((DURING + LOST))
	ended $FORGING
	in_ns attacker ether send eth0 -n 3 "$@" >/dev/null
	answered "$to"
	AFTER=$((AFTER + LOST))
	lladdr=$(ip_ns client -j neigh show dev eth0 "$hop" | jq -r '.[0].lladdr')
	[ "$lladdr" != $A ] || left "the victim's address at the attacker's MAC"
}

ARP_theft_by_gratuitous_request() { believe $VIP -a 1,$A,$VIP,$NIL,$VIP -d $BC; }
ARP_theft_by_gratuitous_reply() { believe $VIP -a 2,$A,$VIP,$BC,$VIP -d $BC; }
ARP_theft_by_unsolicited_reply() { believe $VIP -a 2,$A,$VIP,$C,$CIP -d $C; }
ARP_theft_by_request_for_another() { believe $VIP -a 1,$A,$VIP,$NIL,$CIP -d $BC; }
ARP_theft_with_a_priority_tag() { believe $VIP -q 0 -a 2,$A,$VIP,$C,$CIP -d $C; }
# a receiver takes off as many as there are, of either kind
ARP_theft_with_two_priority_tags() {
	believe $VIP -q 0 -p 00000806 -a 2,$A,$VIP,$C,$CIP -t 8100 -d $C
}
ARP_theft_with_another_kind_of_priority_tag() {
	believe $VIP -q 0 -p 00000806 -a 2,$A,$VIP,$C,$CIP -t 88a8 -d $C
}
ARP_theft_with_the_victims_MAC_as_source() { believe $VIP -s $V -a 2,$A,$VIP,$C,$CIP -d $C; }
# the attacker's own stack answers, too
ARP_theft_by_having_the_address() {
	ip_ns attacker addr add $VIP/24 dev eth0
	believe $VIP -a 1,$A,$VIP,$NIL,$VIP -d $BC
	ip_ns attacker addr del $VIP/24 dev eth0
}

# nd TYPE,FROM,TO,TARGET [OPTIONS...]: to the client
nd() {
	local what=$1
	shift
	believe "${VICTIM:-$VIP6}" -d $C "$@" -v "$what,$A"
}
ND_theft_by_advertisement() { nd 136,$VIP6,$CIP6,$VIP6; }
ND_theft_by_advertisement_from_itself() { nd 136,$AIP6,$CIP6,$VIP6; }
ND_theft_by_advertisement_to_all() { believe $VIP6 -d $ALL -v 136,$VIP6,ff02::1,$VIP6,$A; }
ND_theft_by_solicitation() { nd 135,$VIP6,$CIP6,$CIP6; }
ND_theft_with_a_priority_tag() { nd 136,$VIP6,$CIP6,$VIP6 -q 0; }
ND_theft_with_two_priority_tags() {
	believe $VIP6 -q 0 -p 000086dd -v 136,$VIP6,$CIP6,$VIP6,$A -t 8100 -d $C
}
ND_theft_with_destination_options() { nd 136,$VIP6,$CIP6,$VIP6 -x; }
# these are about the router's link-local address, and what is behind it
ND_theft_by_router_advertisement() { VIA=$VLL VICTIM=$SERVER nd 134,$VLL,ff02::1,$VLL -d $ALL; }
ND_theft_by_redirect() {
	VICTIM=$SERVER nd 137,$VLL,$CIP6,$SERVER
	ip_ns client route flush cache
}
# only routers listen to that
ND_theft_by_router_solicitation() {
	in_ns client sysctl -qw net.ipv6.conf.all.forwarding=1
	nd 133,$VIP6,ff02::2,$VIP6
}

attacks scene ARP_theft_by_gratuitous_request ARP_theft_by_gratuitous_reply \
	ARP_theft_by_unsolicited_reply ARP_theft_by_request_for_another \
	ARP_theft_with_a_priority_tag ARP_theft_with_two_priority_tags \
	ARP_theft_with_another_kind_of_priority_tag \
	ARP_theft_with_the_victims_MAC_as_source \
	ARP_theft_by_having_the_address ND_theft_by_advertisement \
	ND_theft_by_advertisement_from_itself ND_theft_by_advertisement_to_all \
	ND_theft_by_solicitation ND_theft_with_a_priority_tag \
	ND_theft_with_two_priority_tags ND_theft_with_destination_options \
	ND_theft_by_router_advertisement ND_theft_by_redirect \
	ND_theft_by_router_solicitation

# --- the bridge filters VLANs; the attacker is in that of the others, but with
# a tag
tagged() {
	scene
	ip_ns host link set br0 type "$KIND" vlan_filtering 1 ||
		fail "$KIND does not filter VLANs"
	bridge -n "$host" vlan add vid 1 dev p-attacker
}
ARP_theft_from_a_tagged_port() { believe $VIP -q 1 -a 2,$A,$VIP,$C,$CIP -d $C; }
ND_theft_from_a_tagged_port() { nd 136,$VIP6,$CIP6,$VIP6 -q 1; }
# the inner tag is one that the bridge leaves as it is
ARP_theft_with_a_tag_in_the_tag() {
	believe $VIP -q 1 -p 00000806 -a 2,$A,$VIP,$C,$CIP -t 8100 -d $C
}
attacks tagged ARP_theft_from_a_tagged_port ND_theft_from_a_tagged_port \
	ARP_theft_with_a_tag_in_the_tag
