#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames while memory is refused: a frame goes where it has to or is counted as
# dropped, what could not be learned is learned from the next one, and the
# counters add up.
# "fault_frames.sh all" refuses what the rest of the kernel asks for as well.
# timeout: 300
# uml.sh -F
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/fault.inc
. "$(dirname "$0")/fault.inc"
need jq nsbridge ether ethtool xdp
need_kind nsbridge nsveth
how_to_fail
setup_ns host red blue green plain
no_ipv6 host red blue green plain
bridge_up host br0 neigh_guard on
port red 10.1.0.1/24
port blue 10.1.0.2/24
port green 10.1.0.3/24
# frames of this one come by way of softirq
PAIR=veth port plain 10.1.0.4/24
BLUE=$(mac_of blue eth0) GREEN=$(mac_of green eth0)

# offered_by NS, sent_by NS: how many frames it sent says the bridge, and the
# device
offered_by() {
	local n drops=0 k from
	shot
	from=${SHOT[inode $(real "$1")]}
	for k in "${!SHOT[@]}"; do
		[[ $k != "$from any drop:"* ]] || drops=$((drops + SHOT[$k]))
	done
	# what was flooded is counted once, its copies apart
	n=$(crossed "$1" any frames)
	echo $((n - $(crossed "$1" any copies) + $(crossed "$1" any flooded) +
		drops - $(crossed "$1" any drop_copies)))
}

# Several rounds, each with addresses of its own, until nothing is refused.
# send NAME NS ETHER-ARGUMENTS...: @ in them is the round
send() {
	local name=$1 ns=$2 n sent=0 args hits=0 before after
	shift 2
	before=$(offered_by "$ns")
	for ((n = 1; n < 60; n++)); do
		args=("${@//@/$(printf %02x "$n")}")
		nth "$n" ip netns exec "$(real "$ns")" ether send eth0 "${args[@]}"
		[ -n "$HIT" ] || { sent=$((sent + 1)); break; }
		hits=$((hits + 1))
		# in a packet socket's own hands it was not sent at all
		[ $RC != 0 ] || sent=$((sent + 1))
	done
	after=$(offered_by "$ns")
	if [ "$ALL" = all ]; then
		# some died between the socket and the device
		check_num "$name, $hits refused: no more than was sent" \
			$((after - before)) -le "$sent"
	else
		check_eq "$name, $hits refused: all are counted" "$sent" $((after - before))
		check_num "$name: something was refused" "$hits" -gt "${LEAST:-0}"
	fi
}

send "a new source" red -s 02:00:00:00:01:@ -d "$BLUE"
nth 100 ip netns exec "$red" ether send eth0 -s 02:00:00:00:01:01 -d "$BLUE"
check_eq "what was not learned is learned from the next frame" 1 \
	"$(fdb_count 02:00:00:00:01:01 red learned)"
send "a flood" red -s 02:00:00:00:02:@ -d ff:ff:ff:ff:ff:ff
send "to nobody" red -s 02:00:00:00:03:@ -d 02:00:00:00:99:99
# of the module itself this needs nothing
LEAST=-1 send "an ARP request" red -s "$(mac_of red eth0)" -d ff:ff:ff:ff:ff:ff \
	-a "1,$(mac_of red eth0),10.1.0.1,00:00:00:00:00:00,10.1.0.77"

# The first frame of all makes a crossing, and what leads to it: on a new bridge
# each time.
bad=''
for ((n = 1; n < 30; n++)); do
	ip_ns host link del br0
	bridge_up host br0 neigh_guard on
	for p in red blue green plain; do
		ip_ns host link set "p-$p" master br0 || fail "p-$p does not join"
	done
	nth "$n" ip netns exec "$blue" ether send eth0 -s 02:00:00:00:04:01 -d "$GREEN"
	found=$(offered_by blue)
	# some die between the socket and the device
	[ "$found" = 1 ] || [ "$ALL $found" = "all 0" ] || bad+="request $n: $found; "
	[ -n "$HIT" ] || break
done
check_eq "the first frame of all, $((n - 1)) refused: each is counted" '' "$bad"

# Through softirq
before=$(offered_by plain)
for ((n = 1; n < 30; n++)); do
	refuse "$n"
	in_ns plain ether send eth0 -s "02:00:00:00:05:$(printf %02x "$n")" \
		-d ff:ff:ff:ff:ff:ff >/dev/null
	hush
	refused || break
done
check_num "a plain veth floods, $((n - 1)) refused" $n -lt 30
check_num "at least one was refused" $n -gt 1
all_counted() { [ $(($(offered_by plain) - before)) = "$n" ]; }
check "and all are counted" wait_for 10 all_counted

# Into the hands of a program, in the kernel's own time: a page, and what makes a
# frame of it.
in_ns green xdp eth0 pass || fail "no program"
listen green eth0 -s 02:00:00:00:06:01
before=$(stat_of green eth0 rx_dropped)
for ((n = 1; n < 30; n++)); do
	refuse "$n"
	in_ns red ether send eth0 -s 02:00:00:00:06:01 -d "$GREEN" >/dev/null
	hush
	refused || break
done
check_num "to a program, $((n - 1)) refused" $n -lt 30
check_num "at least two were refused" $n -gt 2
check_eq "and each was passed on or is counted as dropped" "$n" \
	$(($(heard green eth0) + $(stat_of green eth0 rx_dropped) - before))
in_ns green xdp eth0 tx || fail "no program"
sent_on() {
	in_ns green ethtool -S eth0 |
		awk '/rx_xdp_tx(_errors)?:|rx_xdp_errors:/ { n += $2 } END { print n + 0 }'
}
before=$(sent_on)
for ((n = 1; n < 30; n++)); do
	refuse "$n"
	in_ns red ether send eth0 -s 02:00:00:00:06:01 -d "$GREEN" >/dev/null
	hush
	refused || break
done
check_num "sent back by a program, $((n - 1)) refused" $n -gt 2
check_eq "and each was sent or is counted as lost" "$n" $(($(sent_on) - before))
in_ns green xdp eth0 off

check "everybody is still there" reaches red 10.1.0.2
check "and by way of softirq" reaches plain 10.1.0.3
