#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The far end of a port moves into another namespace while frames are on their
# way to it: none that was for the old namespace enters the new one.
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping tc
need_kind nsbridge nsveth bridge veth

# The attacker is who gets the device next, with another MAC from the moment it
# is up, so that no frame to the victim's is for it any more.
scene() {
	spaces host victim client attacker
	no_talk host victim client attacker
	br0
	plug victim $V $VIP/24
	plug client $C $CIP/24
	know client $VIP $V
	wait_for 5 reaches client $VIP || fail "no traffic on $KIND"
}
# there, and up, in one request: nobody has time to notice that it was down
hand_over() { ip -n "$victim" link set eth0 netns "$attacker" address $A up; }
hand_back() {
	ip -n "$attacker" link set eth0 netns "$victim" address $V up
	wait_for 5 is_up victim eth0
	ip_ns victim addr add $VIP/24 dev eth0
	know victim $CIP $C
	wait_for 5 reaches client $VIP || left "no way to the victim"
}
# ear, on whatever device there will be
ear_all() {
	: >"$TMP/ear-all.err"
	ip netns exec "$attacker" ether count any -i $VIP >"$TMP/ear-all" 2>"$TMP/ear-all.err" &
	EAR=$!
	wait_for 5 test -s "$TMP/ear-all.err"
}
pour() { spawn client ether send eth0 -n "$1" -s $C -d $V -u $CIP,$VIP; }

move_in_flight() {
	local i him me
	ear_all
	him=$EAR
	for ((i = 0; i < 5; i++)); do
		# without pause
		WAS=$(stat_of victim eth0 rx_packets)
		pour 1000000
		me=$!
		wait_for 5 passing
		hand_over
		ended $me
		hush
		hand_back
	done
	heard_by $him all
	GAINED=$HEARD
	after
}
passing() { [ "$(stat_of victim eth0 rx_packets)" -gt $((WAS + 10)) ]; }
# a queue on the port holds frames back until the far end has moved
move_with_a_queue() {
	local him
	ear_all
	him=$EAR
	ip netns exec "$host" tc qdisc add dev p-victim root netem delay 1s ||
		skip "no netem"
	pour $N
	wait $!
	hand_over
	# what was held back is on its way by now
	sleep 2
	heard_by $him all
	GAINED=$HEARD
	ip netns exec "$host" tc qdisc del dev p-victim root
	hand_back
	after
}
# there is no device to listen on at the attacker's any more
after() {
	ear victim -i $VIP -n $N -w 10
	pour $N
	wait $EAR
	AFTER=$((N - $(<"$TMP/ear-victim")))
}
attacks scene move_in_flight move_with_a_queue
