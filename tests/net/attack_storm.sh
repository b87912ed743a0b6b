#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Broadcast storm against 200 namespaces: what others say gets through, to one
# and to all; and what one ARP request or neighbour solicitation costs among 200
# and among 1,000. "attack_storm.sh COUNT" does it with so many, and
# "attack_storm.sh COUNT PINGS" asks so often in the storm.
# timeout: 500
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nproc nsbridge ping
need_kind nsbridge nsveth bridge veth

CROWD=${1:-200}
PINGS=${2:-100}

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

# rest: until the last copy of what was sent is there
rest() {
	local was='' now
	while now=$(delivered); [ "$now" != "$was" ]; do
		was=$now
		hush
	done
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

# storm: the attacker sends broadcasts as fast as it can, by more processes than
# there are processors: the kernel's own thread, which takes frames from receive
# queues, has to wait for its turn among them. calm: until then. The attacker's
# own frames that are lost are nobody's loss.
STORM=()
storm() {
	local i
	for ((i = 0; i <= $(nproc); i++)); do
		spawn attacker ether send eth0 -n 10000000 -s $A
		STORM+=($!)
	done
}
calm() {
	local pid
	for pid in "${STORM[@]}"; do
		ended "$pid"
	done
	STORM=()
}

broadcast_storm() {
	local was full N=$PINGS
	# on the stock bridge there is nothing to be sure of
	ours || N=10
	was=$(delivered) full=$(backlog)
	storm
	answered $VIP
	DURING=$LOST
	calm
	one_way
	AFTER=$LOST
	note "$KIND: $(($(delivered) - was)) deliveries to $((CROWD + 2)) namespaces meanwhile, $(($(backlog) - full)) frames had no room in the backlog"
	# in full
	rest
	was=$(delivered)
	in_ns attacker ether send eth0 -n 50 -s $A -g 10000 >/dev/null
	rest
	note "$KIND: one broadcast is $((($(delivered) - was) / 50)) deliveries"
	! ours || check_eq "and each is copied to the last namespace" \
		$((50 * (CROWD + 2))) $(($(delivered) - was))
}
# what the victim has to say to all is heard while somebody else shouts: 50 ARP
# requests for an address that nobody has, and 50 broadcasts
broadcasts_of_the_victim() {
	local ear
	storm
	ear client -s $V -n 100 -w $((20 * ${NSB_SLOW:-1}))
	ear=$EAR
	in_ns victim ether send eth0 -n 50 -g 2000 -s $V \
		-a "1,$V,$VIP,00:00:00:00:00:00,10.2.0.99" >/dev/null
	in_ns victim ether send eth0 -n 50 -g 2000 -s $V -u "$VIP,10.2.0.255" >/dev/null
	if ours; then
		wait "$ear"
		HEARD=$(<"$TMP/ear-client")
	else
		hush
		heard_by "$ear" client
	fi
	DURING=$((100 - HEARD))
	calm
	rest
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
# most often one processor takes each broadcast to the end before the next is sent
HARM[broadcast_storm]=none
HARM[broadcasts_of_the_victim]=none
attacks scene broadcast_storm broadcasts_of_the_victim storm_of_ARP_requests storm_of_neighbour_solicitations
