#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Exhaustion from the inside: a container gives its own device very many second
# MAC addresses, IP addresses and multicast groups, or moves it about.
# timeout: 240
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

# As many as there is time for: each costs its own namespace the more the more
# it has. What the bridge keeps of them ends far below.
M=${1:-100000}
BUDGET=${2:-6}

scene() {
	neighbours
	FORWARDED=$(entries)
}
# pour COMMAND...: it does what is in "lines", with probes meanwhile
pour() {
	local pid
	timeout "$BUDGET" ip netns exec "$attacker" "$@" -force -batch "$TMP/lines" >/dev/null 2>&1 &
	pid=$!
	answered $VIP
	DURING=$((DURING + LOST))
	wait $pid
	one_way
	AFTER=$((AFTER + LOST))
}
# unharmed: a namespace that comes now finds room
unharmed() {
	spaces "new"
	no_talk new
	plug new 02:00:00:00:01:0d 10.2.0.4/24
	[ "$(pings new $CIP 10)" = 10 ] || left "no room for a newcomer"
	ip_ns host link del p-new
	del_ns new
	NS_LIST=("${NS_LIST[@]/#new-$$/}")
}
# macs FORMAT [FIRST]: M lines, with a number in three bytes
macs() {
	awk -v m="$M" -v f="$1" -v n="${2:-0}" 'BEGIN { for (i = 0; i < m; i++)
		printf f, n + int(i / 65536), int(i / 256) % 256, i % 256 }' >"$TMP/lines"
}

second_MAC_addresses() {
	macs 'fdb add 02:66:00:%02x:%02x:%02x dev eth0 self\n'
	pour bridge
	note "$KIND: $(bridge -n "$attacker" fdb show dev eth0 | grep -c 02:66:00) addresses"
	! ours || check_num "no more than the quota are in the table" \
		$(($(entries) - FORWARDED)) -le 1024
	unharmed
}
multicast_groups() {
	macs 'maddr add 33:33:00:%02x:%02x:%02x dev eth0\n'
	pour ip
	note "$KIND: $(ip_ns attacker maddr show dev eth0 | grep -c link) groups"
	# what the victim has joined reaches it as before
	ip_ns victim addr add 239.1.2.3/32 dev eth0 autojoin
	sent 239.1.2.3 -d 01:00:5e:01:02:03
	AFTER=$((AFTER + LOST))
	GAINED=0
	unharmed
}
IP_addresses() {
	macs 'addr add 10.%d.%d.%d/32 dev eth0\n' 66
	pour ip
	note "$KIND: $(ip_ns attacker addr show dev eth0 | grep -c inet) addresses"
	unharmed
}
# through namespaces of his own, each of which the bridge gets to know
namespaces() {
	local i
	for ((i = 0; i < 12; i++)); do
		echo "netns add y$i-$$"
		NS_LIST+=("y$i-$$")
	done >"$TMP/lines"
	ip -batch "$TMP/lines"
	ip -n "$attacker" link set eth0 netns "y0-$$"
	for ((i = 0; i < 11; i++)); do
		ip -n "y$i-$$" link set eth0 up
		ip netns exec "y$i-$$" ether send eth0 -n 2000 -S 2000 -s 02:66:00:00:00:00 >/dev/null
		ip -n "y$i-$$" link set eth0 netns "y$((i + 1))-$$"
	done
	ip -n "y11-$$" link set eth0 netns "$attacker"
	ip -n "$attacker" link set eth0 up
	answered $VIP
	DURING=$LOST
	one_way
	AFTER=$LOST
	unharmed
	[ "$(entries)" -le $((FORWARDED + 1)) ] || ! ours || left "$(entries) entries"
}
for a in second_MAC_addresses multicast_groups IP_addresses namespaces; do
	HARM[$a]=none
done
attacks scene second_MAC_addresses multicast_groups IP_addresses namespaces
