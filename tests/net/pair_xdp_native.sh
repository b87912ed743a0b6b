#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# on: uml 6.1
# timeout: 150
# An XDP program in the driver sees what an end receives before all else, and can
# pass, drop, send back or redirect it: on a cable, at a port and at its far end.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge socat ethtool ether xdp
need_kind nsbridge nsveth

N=200
setup_ns host red green blue
no_ipv6 host red green blue
in_ns red xdp -g lo pass 2>"$TMP/why" ||
	skip "this kernel loads no XDP program: $(cat "$TMP/why")"
in_ns red xdp -g lo off
cable red ea green eb
cable green ec blue ed
ip_ns red addr add 10.18.0.1/24 dev ea
ip_ns green addr add 10.18.0.2/24 dev eb
ip_ns blue addr add 10.18.0.3/24 dev ed
EA=$(mac_of red ea) EB=$(mac_of green eb) ED=$(mac_of blue ed)
know red 10.18.0.2 "$EB" ea
know green 10.18.0.1 "$EA" eb
# past green, when that redirects
know red 10.18.0.3 "$ED" ea
know blue 10.18.0.1 "$EA" ed

# xdp_on NS DEV ACTION [OPTION]
xdp_on() { in_ns "$1" xdp ${4:+"$4"} "$2" "$3"; }
mode_of() { link_of "$1" "$2" .xdp.mode; }
tso_of() { in_ns "$1" ethtool -k "$2" | awk '$1 == "tcp-segmentation-offload:" { print $2 }'; }

# base NS DEV NAME...: remember counters; a name in lower case of ethtool's, or of
# the device's; rise NS DEV NAME: since then
declare -A BASE
value() {
	case $3 in
	*xdp*) ethtool_of "$1" "$2" "$3" ;;
	*) stat_of "$1" "$2" "$3" ;;
	esac
}
base() {
	local ns=$1 dev=$2 n
	shift 2
	for n; do
		BASE[$ns $dev $n]=$(value "$ns" "$dev" "$n")
	done
}
rise() { echo $(($(value "$@") - ${BASE[$1 $2 $3]})); }
risen() { [ "$(rise "$1" "$2" "$3")" = "$4" ]; }
# check_rise NAME NS DEV NAME NUMBER: with time for it
check_rise() {
	wait_for 10 risen "$2" "$3" "$4" "$5"
	check_eq "$1" "$5" "$(rise "$2" "$3" "$4")"
}

# all_heard NAME NS DEV: what "listen NS DEV -n $N" has waited for has come
deaf() { ! kill -0 "${LISTEN["$1 $2"]}" 2>/dev/null; }
all_heard() {
	wait_for 10 deaf "$2" "$3"
	check_eq "$1" $N "$(heard "$2" "$3")"
}

# stream FROM TO ADDRESS: over TCP, to its last word
stream() {
	transfer "$@" 512 || return
	hush
}

# shoot NS DEV DST [OPTIONS...]: N frames of the type that programs look for
shoot() {
	local ns=$1 dev=$2 dst=$3
	shift 3
	in_ns "$ns" ether send "$dev" -n $N -d "$dst" -s "$(mac_of "$ns" "$dev")" "$@" >/dev/null
}

# --- drop

check "a program is taken" xdp_on green eb 88b5:drop
check_eq "as the driver's own" 1 "$(mode_of green eb)"
check_eq "the peer does not send what is longer than a frame" off "$(tso_of red ea)"
base green eb rx_packets rx_dropped rx_xdp_packets rx_xdp_drops rx_xdp_errors
base red ea tx_packets tx_dropped
listen green eb -t 88b5
shoot red ea "$EB"
check_rise "drop: counted" green eb rx_xdp_drops $N
hush
check_eq "drop: nobody gets them" 0 "$(heard green eb)"
check_rise "drop: all were seen" green eb rx_xdp_packets $N
check_rise "drop: they had arrived, as on veth" green eb rx_packets $N
check_rise "drop: and were sent" red ea tx_packets $N
check_rise "drop: the sender has dropped nothing" red ea tx_dropped 0
check_rise "drop: nor has the stack" green eb rx_dropped 0
check "what it passes arrives" reaches red 10.18.0.2 -s 1400
check_rise "no errors" green eb rx_xdp_errors 0

# the same for a program that wants to see nothing of it
check "another program in its place" xdp_on green eb 88b5:aborted
base green eb rx_xdp_drops
shoot red ea "$EB"
check_rise "aborted: counted as a drop" green eb rx_xdp_drops $N

# --- pass

xdp_on green eb pass || fail "no program that passes"
listen green eb -t 88b5 -n $N
shoot red ea "$EB"
all_heard "pass: all arrive" green eb
listen green eb -t 88b5 -n $N
shoot red ea "$EB" -q 7
all_heard "pass: tagged ones, too" green eb
check "pass: TCP, every byte" stream red green 10.18.0.2
check "pass: and with GRO" in_ns green ethtool -K eb gro on
check "pass: TCP with GRO, every byte" stream red green 10.18.0.2
in_ns green ethtool -K eb gro off

# --- back

check "a program that sends back" xdp_on green eb 88b5:tx
base green eb rx_xdp_tx rx_xdp_tx_errors tx_packets
base red ea rx_packets
listen red ea -t 88b5 -n $N
shoot red ea "$EB"
check_rise "back: counted" green eb rx_xdp_tx $N
check_rise "back: sent" green eb tx_packets $N
check_rise "back: received" red ea rx_packets $N
all_heard "back: they are there" red ea
check_rise "back: no errors" green eb rx_xdp_tx_errors 0
# into queues of the peer
in_ns red ethtool -K ea gro on
base green eb rx_xdp_tx tx_packets
listen red ea -t 88b5 -n $N
shoot red ea "$EB"
check_rise "back into queues: sent" green eb tx_packets $N
all_heard "back into queues: they are there" red ea
in_ns red ethtool -K ea gro off

# --- elsewhere

# redirected NAME: from red by green to blue
redirected() {
	base green eb rx_xdp_redirect rx_xdp_errors
	base green ec tx_packets tx_xdp_xmit
	base blue ed rx_packets
	listen blue ed -t 88b5 -n $N
	shoot red ea "$ED"
	check_rise "$1: counted" green eb rx_xdp_redirect $N
	check_rise "$1: sent by the other device" green ec tx_xdp_xmit $N
	check_rise "$1: received" blue ed rx_packets $N
	check_rise "$1: which has sent them" green ec tx_packets $N
	all_heard "$1: they are there" blue ed
	check_rise "$1: no errors" green eb rx_xdp_errors 0
}
check "a program that redirects" xdp_on green eb redirect:ec
redirected "redirect"
in_ns blue ethtool -K ed gro on
redirected "redirect into queues"
in_ns blue ethtool -K ed gro off
# there and back, with checksums that are yet to be filled in
check "a program that redirects back" xdp_on green ec redirect:eb
check "red and blue talk by two programs" reaches red 10.18.0.3
check "TCP by two programs, every byte" stream red blue 10.18.0.3
check "and the other way" stream blue red 10.18.0.1
# a program at the receiver, which gets frames without skbs
check "a program sees what is redirected" xdp_on blue ed 88b5:drop
base blue ed rx_xdp_drops
shoot red ea "$ED"
check_rise "and drops it" blue ed rx_xdp_drops $N
check "but for what it passes" stream red blue 10.18.0.3
xdp_on blue ed 88b5:tx
listen red ea -t 88b5 -n $N
shoot red ea "$ED"
all_heard "sent back, and redirected back" red ea
xdp_on blue ed off
xdp_on green ec off

if ip_ns green link add va type veth peer name vb 2>/dev/null; then
	ip_ns green link set vb netns "$blue"
	ip_ns green link set va up
	ip_ns blue link set vb up
	# veth takes frames only for a peer that polls
	in_ns blue ethtool -K vb gro on >/dev/null 2>&1
	wait_for 5 is_up green va
	xdp_on green eb redirect:va
	listen blue vb -t 88b5 -n $N
	shoot red ea "$ED"
	all_heard "redirect to a veth" blue vb
	xdp_on green va redirect:ec
	listen blue ed -t 88b5 -n $N
	shoot blue vb "$ED"
	all_heard "redirect from a veth" blue ed
	ip_ns green link del va
fi

# --- what cannot be

xdp_on green eb off
check_eq "the program is gone" null "$(mode_of green eb)"
check_eq "and the peer sends long frames again" on "$(tso_of red ea)"
ip_ns red link set ea mtu 9000
ip_ns green link set eb mtu 9000
check_says "too long for a page" "lower it to 3000" xdp_on green eb pass
check "not if the program can have several" xdp_on green eb pass -f
check "which then pass" reaches red 10.18.0.2 -s 8000
check "TCP in pages, every byte" stream red green 10.18.0.2
xdp_on green eb off
ip_ns red link set ea mtu 3000
ip_ns green link set eb mtu 3000
check "3000 fit into a page" xdp_on green eb pass
check "and pass" reaches red 10.18.0.2 -s 2900
check_fails "a larger MTU is refused" ip_ns red link set ea mtu 9000
check_says "a generic one beside it" "at the same time" xdp_on green eb drop -g
ip_ns red link set ea mtu 1500
ip_ns green link set eb mtu 1500

# --- down and up, other queues, another namespace

xdp_on green eb 88b5:drop
# acts NAME NS: it is still there
acts() {
	base "$2" eb rx_xdp_drops
	shoot red ea "$EB"
	check_rise "$1: the program acts" "$2" eb rx_xdp_drops $N
}
ip_ns green link set eb down
ip_ns green link set eb up
wait_for 5 is_up red ea
acts "down and up" green
in_ns green sh -c 'ethtool -L eb rx $(ethtool -l eb | awk "/^RX:/ { print \$2; exit }")' 2>/dev/null
acts "more queues" green
in_ns green ethtool -L eb rx 1 2>/dev/null
acts "one queue" green
in_ns green ethtool -K eb gro on
acts "with GRO" green
in_ns green ethtool -K eb gro off
acts "without" green
ip_ns green link set eb netns "$host"
ip_ns host link set eb up
wait_for 5 is_up red ea
acts "moved" host
ip_ns red link del ea

# --- a bridge

bridge_up host br0
port red 10.17.0.1/24
port green 10.17.0.2/24
know red 10.17.0.2 "$(mac_of green eth0)"
know green 10.17.0.1 "$(mac_of red eth0)"
GREEN=$(mac_of green eth0) RED=$(mac_of red eth0)
check "without a program" stream red green 10.17.0.2

check "a program at the port" xdp_on host p-red 88b5:drop
shot
keep
base host p-red rx_xdp_drops rx_packets
listen green eth0 -t 88b5
shoot red eth0 "$GREEN"
check_rise "port: it sees every frame" host p-red rx_xdp_drops $N
check_rise "port: which had arrived there" host p-red rx_packets $N
hush
check_eq "port: none goes on" 0 "$(heard green eth0)"
shot
check_eq "port: none crosses" 0 "$(grown red any frames)"
check "port: what it passes crosses" stream red green 10.17.0.2
check "port: and the other way" stream green red 10.17.0.1
shot
check_eq "port: crossings and devices agree" \
	"$(stat_of green eth0 rx_packets) $(stat_of green eth0 rx_bytes)" \
	"$(crossed any green frames) $(crossed any green bytes)"
xdp_on host p-red off

check "a program at the far end" xdp_on green eth0 88b5:drop
shot
keep
base green eth0 rx_xdp_drops rx_packets
shoot red eth0 "$GREEN"
check_rise "far end: it sees every frame" green eth0 rx_xdp_drops $N
check_rise "far end: which had arrived there" green eth0 rx_packets $N
shot
check_eq "far end: and crossed" $N "$(grown red green frames)"
check "far end: what it passes arrives" stream red green 10.17.0.2
check "far end: and the other way" stream green red 10.17.0.1
xdp_on green eth0 off
shot
check_eq "far end: crossings and devices agree" \
	"$(stat_of green eth0 rx_packets) $(stat_of green eth0 rx_bytes)" \
	"$(crossed any green frames) $(crossed any green bytes)"

# what a far end is given by a program crosses the bridge
xdp_on green ec redirect:eth0
shot
keep
listen red eth0 -t 88b5 -n $N
shoot blue ed "$RED" -s "$GREEN"
all_heard "redirected to a far end: across the bridge" red eth0
shot
check_eq "and counted there" $N "$(grown green red frames)"
xdp_on green ec off

# everything goes with programs at work
xdp_on host p-red pass
xdp_on green eth0 88b5:tx
spawn red ping -q -f 10.17.0.2
FLOOD=$!
del_ns green
check "a namespace goes" test ! -e "/run/netns/green-$$"
ended "$FLOOD"
check "the bridge goes" ip_ns host link del br0
