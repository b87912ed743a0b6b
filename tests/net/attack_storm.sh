#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Broadcast storm against 200 namespaces, and what one ARP request or neighbour
# solicitation costs among 200 and among 1,000. "attack_storm.sh COUNT" does it
# with so many.
# timeout: 300
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

CROWD=${1:-200}

# The crowd is only there: it has devices that are up, and says nothing.
crowd() {
	local i
	echo "netns add crowd-$$"
	for ((i = 0; i < CROWD; i++)); do
		echo "netns add x$i-$$"
	done
}
crowd >"$TMP/crowd"
# shellcheck disable=SC2016	# at the end
on_exit 'sed "s/ add / del /" "$TMP/crowd" | ip -force -batch - 2>/dev/null'
# A namespace is born with these; no IPv6 at all is not among what it inherits.
INHERIT=$(sysctl -n net.core.devconf_inherit_init_net 2>/dev/null)
MODE=$(sysctl -n net.ipv6.conf.default.addr_gen_mode)
on_exit "sysctl -qw net.core.devconf_inherit_init_net=$INHERIT net.ipv6.conf.default.addr_gen_mode=$MODE"
sysctl -qw net.core.devconf_inherit_init_net=1 net.ipv6.conf.default.addr_gen_mode=1 ||
	skip "namespaces cannot be born silent"
ip -batch "$TMP/crowd" || fail "no crowd"

scene() {
	local i
	neighbours
	for ((i = 0; i < CROWD; i++)); do
		echo "link add x$i type $PAIR peer name y$i"
		echo "link set x$i master br0 up"
		echo "link set y$i name eth0 netns x$i-$$ up"
	done | batch host
}
# delivered: frames that went out of the bridge's ports so far
delivered() {
	ip -n "$host" -j -s link show | jq '[.[] | select(.master == "br0")
		| .stats64.tx.packets] | add'
}

# backlog: what the processors have dropped since they had no room for it, ours
# and others'
backlog() {
	local dropped n=0
	while read -r _ dropped _; do
		n=$((n + 16#$dropped))
	done </proc/net/softnet_stat
	echo $n
}

# the attacker's own frames that are lost are nobody's loss
broadcast_storm() {
	local was full
	was=$(delivered) full=$(backlog)
	spawn attacker ether send eth0 -n 1000000 -s $A
	FORGING=$!
	answered $VIP
	DURING=$LOST
	ended $FORGING
	one_way
	AFTER=$LOST
	note "$KIND: $(($(delivered) - was)) deliveries to $((CROWD + 2)) namespaces meanwhile, $(($(backlog) - full)) frames had no room in the backlog"
	# in full
	was=$(delivered)
	in_ns attacker ether send eth0 -n 50 -s $A -g 10000 >/dev/null
	note "$KIND: one broadcast is $((($(delivered) - was) / 50)) deliveries"
}
# how many namespaces a request of the attacker's disturbs; that is all he gains
request() {
	local was
	hush
	was=$(delivered)
	in_ns attacker ether send eth0 -n 10 -s $A -g 50000 "$@" >/dev/null
	hush
	COST=$((($(delivered) - was) / 10))
	GAINED=$((COST - 1))
	note "$KIND: one request among $((CROWD + 3)) namespaces is $COST deliveries"
}
# it names no sender, so that the victim's answer is not counted with it
storm_of_ARP_requests() {
	set_of victim net.ipv4.conf.eth0.arp_ignore=8
	request -a 1,$A,$AIP,00:00:00:00:00:00,$VIP
	! ours || check_eq "one ARP request among $((CROWD + 3)) namespaces is one delivery" \
		1 "$COST"
}
storm_of_neighbour_solicitations() {
	set_of victim net.ipv6.conf.eth0.disable_ipv6=0
	ip_ns victim addr add fd02::1/64 dev eth0 nodad
	request -d 33:33:ff:00:00:01 -v "135,fd02::3,ff02::1:ff00:1,fd02::1,$A"
	! ours || check_num "one solicitation is one delivery, and its answer" "$COST" -le 2
	GAINED=0
	[ "$COST" -le 2 ] || GAINED=$((COST - 2))
}
# one processor takes each broadcast to the end before the next is sent
HARM[broadcast_storm]=none
attacks scene broadcast_storm storm_of_ARP_requests storm_of_neighbour_solicitations
