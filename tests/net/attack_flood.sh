#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC flood: a container sends from 100,000 addresses, with a tool of our own and
# with macof (of dsniff), whose addresses are all random.
# timeout: 200
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping
need_kind nsbridge nsveth bridge veth

M=100000
QUOTA=1024

# flood COMMAND...: the attacker does that, with probes meanwhile, and after it
flood() {
	local was had
	had=$(entries)
	leads $V
	was=$WHERE
	spawn attacker "$@"
	FORGING=$!
	answered $VIP
	DURING=$LOST
	wait $FORGING
	one_way
	AFTER=$LOST
	leads $V
	[ "$WHERE" = "$was" ] || left "the victim's MAC at $WHERE"
	HAS=$(entries)
	note "$KIND: the table has $HAS entries, $had before"
	# what is in his own quota is in nobody's way
	! ours || check_eq "he has his quota full" $((had + QUOTA)) "$HAS"
	[ $((HAS - had)) -le $QUOTA ] || left "$((HAS - had)) entries"
}
from_many() { flood ether send eth0 -n $M -S $M -s 02:66:00:00:00:00; }
MAC_flood() { from_many; }
# it does not say whether it could send
MAC_flood_by_macof() {
	local was
	was=$(stat_of attacker eth0 tx_packets)
	flood macof -i eth0 -n $M
	was=$(($(stat_of attacker eth0 tx_packets) - was))
	check_num "macof sends $M frames" $was -ge $M
}
# who comes while the table is full
newcomer() {
	spaces new
	no_talk new
	plug new 02:00:00:00:01:0d 10.2.0.4/24
	know new $CIP $C
	[ "$(pings new $CIP 10)" = 10 ] || DURING=$((DURING + 10))
	# addresses that the newcomer has besides its own
	in_ns new ether send eth0 -n 100 -S 100 -s 02:77:00:00:00:00 -d $C >/dev/null
}
MAC_flood_before_somebody_comes() {
	local had
	newcomer
	! ours || check_eq "who comes later has a quota of its own" 100 \
		"$(fdb_count "" new learned)"
	# and it all goes with him
	had=$(entries)
	ip_ns host link del p-attacker
	wait_for 10 fewer "$had" || left "$(entries) entries"
}
fewer() { [ "$(entries)" -le $(($1 - QUOTA)) ]; }
HARM[MAC_flood_before_somebody_comes]=none
attacks neighbours MAC_flood MAC_flood_before_somebody_comes
if command -v macof >/dev/null; then
	attacks neighbours MAC_flood_by_macof
else
	note "no macof, which is in Debian's package dsniff"
fi

# the whole table can be used up on the stock bridge only by way of a limit
full() {
	neighbours
	if ours; then
		ip_ns host link set br0 type nsbridge quota $QUOTA
	else
		ip_ns host link set br0 type bridge fdb_max_learned $QUOTA 2>/dev/null ||
			note "this stock bridge knows no limit at all"
	fi
}
M=$((2 * QUOTA))
MAC_flood_of_a_table_with_a_limit() {
	from_many
	# the victim has a second address, behind its own bridge for example
	spawn victim ether send eth0 -n 5 -s 02:88:00:00:00:01 -d $C
	wait $!
	leads 02:88:00:00:00:01
	[ "$WHERE" = p-victim ] || left "no room for others"
}
attacks full MAC_flood_of_a_table_with_a_limit
