#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# on: uml 6.1
# timeout: 120
# With GRO on, an nsveth merges what it receives, in queues and polls of its own:
# alone, as a port and as the far end of one, and nothing is lost or counted
# twice.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge socat ethtool tc
need_kind nsbridge nsveth

setup_ns host red green
no_ipv6 host red green

gro() { in_ns "$1" ethtool -K "$2" gro "$3" >"$TMP/ethtool" 2>&1; }
is_gro() { in_ns "$1" ethtool -k "$2" | grep -q "^generic-receive-offload: $3"; }
# bursts NS DEV: the sender cuts, and sends in bursts: there is something to merge,
# and at a time
bursts() {
	in_ns "$1" ethtool -K "$2" tso off gso off >/dev/null 2>&1
	in_ns "$1" tc qdisc add dev "$2" root netem limit 10000 slot 5ms ||
		skip "no netem"
}

# ip_counters NS: sets RECEIVES, what the IP stack there was given, and SEGMENTS,
# how many frames of a wire that is
ip_counters() {
	in_ns "$1" cat /proc/net/snmp /proc/net/netstat >"$TMP/snmp"
	RECEIVES=$(column_of Ip: InReceives)
	SEGMENTS=$(($(column_of IpExt: InNoECTPkts) + $(column_of IpExt: InECT0Pkts) +
		$(column_of IpExt: InECT1Pkts) + $(column_of IpExt: InCEPkts)))
}
column_of() {
	awk -v p="$1" -v n="$2" '$1 == p && !c { for (i = 2; i <= NF; i++) if ($i == n) c = i; next }
		$1 == p { print $c; exit }' "$TMP/snmp"
}

# merged NAME FROM TO ADDRESS: a transfer; sets WIRE, how many frames that was for
# TO, and STACK, what its stack saw of them
merged() {
	local r s
	ip_counters "$3"
	r=$RECEIVES s=$SEGMENTS
	check "$1: every byte" transfer "$2" "$3" "$4" 1024
	ip_counters "$3"
	WIRE=$((SEGMENTS - s)) STACK=$((RECEIVES - r))
	note "$1: $WIRE frames, $STACK after merging"
}

# sums NAME NS DEV NS DEV: what one end has sent the other has received; the last
# words of a connection may still be under way
counters() { in_ns "$1" sh -c "cd /sys/class/net/$2/statistics && cat tx_packets rx_packets"; }
still() {
	local was
	was=$(counters "$1" "$2")
	hush
	[ "$(counters "$1" "$2")" = "$was" ]
}
sums() {
	wait_for 10 still "$2" "$3"
	check_eq "$1: $3 to $5" "$(stat_of "$2" "$3" tx_packets) $(stat_of "$2" "$3" tx_bytes)" \
		"$(stat_of "$4" "$5" rx_packets) $(stat_of "$4" "$5" rx_bytes)"
	check_eq "$1: $5 to $3" "$(stat_of "$4" "$5" tx_packets) $(stat_of "$4" "$5" tx_bytes)" \
		"$(stat_of "$2" "$3" rx_packets) $(stat_of "$2" "$3" rx_bytes)"
	check_eq "$1: what is dropped is said at both ends of the way" \
		"$(stat_of "$2" "$3" tx_dropped) $(stat_of "$4" "$5" tx_dropped)" \
		"$(stat_of "$4" "$5" rx_dropped) $(stat_of "$2" "$3" rx_dropped)"
}

# deaf NS DEV: what listens there has heard as many frames as it wanted
deaf() { ! kill -0 "${LISTEN["$1 $2"]}" 2>/dev/null; }

# --- a cable

cable red ea green eb
ip_ns red addr add 10.18.0.1/24 dev ea
ip_ns green addr add 10.18.0.2/24 dev eb
know red 10.18.0.2 "$(mac_of green eb)" ea
know green 10.18.0.1 "$(mac_of red ea)" eb
# TCP never has more under way than a queue has room for
in_ns red sysctl -qw net.ipv4.tcp_wmem="4096 65536 1048576"
modprobe -q sch_netem
bursts red ea

merged "off" red green 10.18.0.2
check_num "off: nothing is merged" "$STACK" -ge "$WIRE"
check "GRO goes on" gro green eb on
check "and is shown" is_gro green eb on
merged "on" red green 10.18.0.2
check_num "on: it is merged" $((3 * STACK)) -le "$WIRE"
check_num "on: nothing is missing" "$WIRE" -ge 725
sums "on" red ea green eb
check "short frames arrive as well" reaches red 10.18.0.2

threads() { pgrep -c "napi/$1-" | grep -qx "$2"; }
check "NAPI goes into a thread" in_ns green sh -c "echo 1 >/sys/class/net/eb/threaded"
if command -v pgrep >/dev/null; then
	check "which is there" threads eb 1
fi
merged "threaded" red green 10.18.0.2
check_num "threaded: it is merged" $((2 * STACK)) -le "$WIRE"
sums "threaded" red ea green eb

# on and off, down and up in the middle of a flow that green only listens to, so
# that nothing else is counted
begin_flood() {
	spawn green socat -u UDP4-RECV:7000 OPEN:/dev/null
	HEARD=$!
	spawn red socat -u -b 200 OPEN:/dev/zero UDP4-SENDTO:10.18.0.2:7000
	FLOOD=$!
	wait_for 10 grown_past "$(stat_of green eb rx_packets)"
}
# own_drops NS DEV: without what the core drops before, while there is no carrier
own_drops() { in_ns "$1" ethtool -S "$2" | awk '/tx_drop_/ { n += $2 } END { print n + 0 }'; }
grown_past() { [ "$(stat_of green eb rx_packets)" -gt "$1" ]; }
in_ns red tc qdisc del dev ea root
begin_flood
failed=''
for i in 1 2 3 4 5; do
	gro green eb off || failed+=" off"
	gro red ea on || failed+=" on"
	# into queues that are there, and out of them again
	wait_for 10 grown_past "$(stat_of green eb rx_packets)"
	gro green eb on || failed+=" on"
	wait_for 10 grown_past "$(stat_of green eb rx_packets)"
	ip_ns green link set eb down
	gro green eb off || failed+=" off"
	gro green eb on || failed+=" on"
	ip_ns green link set eb up || failed+=" up"
	is_gro green eb on || failed+=" lost"
	gro red ea off || failed+=" off"
	: "$i"
done
check_eq "toggled under traffic" "" "$failed"
check "traffic goes on" wait_for 10 grown_past "$(stat_of green eb rx_packets)"
ended "$FLOOD"
# from here on nobody asks for an address, whatever is said when HEARD ends
know green 10.18.0.1 "$(mac_of red ea)" eb
wait_for 10 still green eb
ended "$HEARD"
ip_counters green
# what is not even taken is counted as dropped at both ends
check_eq "toggled: all that came in was received, or counted as dropped" \
	"$(($(stat_of green eb rx_packets) + $(own_drops red ea) -
		$(stat_of green eb rx_dropped)))" "$SEGMENTS"
check "and can be answered" wait_for 5 reaches red 10.18.0.2
bursts red ea
merged "after that" red green 10.18.0.2
check_num "after that: it is merged" $((2 * STACK)) -le "$WIRE"

# another namespace, and gone while it is on
begin_flood
ended "$HEARD"
ip_ns green link set eb netns "$host"
ip_ns host addr add 10.18.0.3/24 dev eb
ip_ns host link set eb up
know red 10.18.0.3 "$(mac_of host eb)" ea
know host 10.18.0.1 "$(mac_of red ea)" eb
check "GRO moves with it" is_gro host eb on
check "there is traffic there" wait_for 5 reaches red 10.18.0.3
ended "$FLOOD"
spawn red ping -q -f 10.18.0.3
FLOOD=$!
check "queues are changed while in use" in_ns host sh -c '
	n=$(ethtool -l eb | awk "/^RX:/ { print \$2; exit }")
	for i in 1 2 3; do
		ethtool -L eb rx $n || true
		[ $n = 1 ] || ethtool -L eb rx 1 || exit 1
		[ $n = 1 ] || ethtool -L eb rx $n || exit 1
	done'
check "there is traffic still" wait_for 5 reaches red 10.18.0.3
check "the cable goes in the middle of it" ip_ns red link del ea
ended "$FLOOD"

# --- a bridge

bridge_up host br0
port red 10.17.0.1/24
port green 10.17.0.2/24
know red 10.17.0.2 "$(mac_of green eth0)"
know green 10.17.0.1 "$(mac_of red eth0)"
bursts red eth0
shot
keep

# crossing NAME: what crossed is what green's device got, and segment for segment
# what red's sent
crossing() {
	wait_for 10 still red eth0
	shot
	check_eq "$1: crossings and devices agree" \
		"$(stat_of green eth0 rx_packets) $(stat_of green eth0 rx_bytes)" \
		"$(crossed any green frames) $(crossed any green bytes)"
	check_eq "$1: segment for segment" "$(ethtool_of red eth0 tx_segs)" \
		"$(crossed red green segs)"
	FRAMES=$(grown red green frames) SEGS=$(grown red green segs)
	keep
}

check "the far end merges" gro green eth0 on
merged "far end" red green 10.17.0.2
check_num "far end: it is merged" $((3 * STACK)) -le "$WIRE"
crossing "far end"
check_eq "far end: and not before" "$FRAMES" "$SEGS"
listen green eth0 -t 88b5 -n 5
send_frame red eth0 "$(frame ffffffffffff "$(mac_of red eth0)" 88b5)" 5
wait_for 10 deaf green eth0
check_eq "far end: broadcasts arrive" 5 "$(heard green eth0)"

check "the port merges" gro green eth0 off
gro host p-red on || fail "no GRO on the port"
merged "port" red green 10.17.0.2
crossing "port"
check_num "port: what crosses is merged" $((2 * FRAMES)) -le "$SEGS"

check "both" gro green eth0 on
merged "both" red green 10.17.0.2
crossing "both"
check "the port stops" gro host p-red off
merged "stopped" red green 10.17.0.2
crossing "stopped"
check_eq "stopped: nothing is merged on the way" "$FRAMES" "$SEGS"

# everything goes with queues in use
gro red eth0 on
gro host p-green on
spawn red ping -q -f 10.17.0.2
FLOOD=$!
del_ns green
check "a namespace goes" test ! -e "/run/netns/green-$$"
ended "$FLOOD"
check "the bridge goes" ip_ns host link del br0
