#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A 64 KiB TCP segment crosses the bridge as one frame, checksums are left to be
# filled in, and where a device cannot take either they are done before it.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge socat ethtool
need_kind nsbridge nsveth veth

setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
ip_ns host addr add 10.17.0.254/24 dev br0
port red 10.17.0.1/24
port blue 10.17.0.2/24
PAIR=veth
port green 10.17.0.3/24

# send FROM TO ADDRESS [TAG]: 4 MiB; sets FRAMES and SEGS
send() {
	shot
	keep
	check "$1 to $2${4:+, $4}: every byte" transfer "$1" "$2" "$3" 4096
	shot
	FRAMES=$(grown "$1" "$2" frames) SEGS=$(grown "$1" "$2" segs)
	note "$1 to $2${4:+, $4}: $FRAMES frames, $SEGS segments"
}
# long WHAT: at least so many segments in a frame
long() { check_num "$1: long segments stay whole" "$SEGS" -ge $((5 * FRAMES)); }

send red blue 10.17.0.2
long "nsveth to nsveth"
# 4 MiB in segments of 1448 bytes
check_num "as many segments as there would be on a wire" "$SEGS" -ge 2897
check_num "no more" "$SEGS" -le 3100
send red green 10.17.0.3
long "nsveth to veth"
send green blue 10.17.0.2
long "veth to nsveth"
send red host 10.17.0.254
long "to the bridge's namespace"
send host red 10.17.0.1
long "from the bridge's namespace"

in_ns red ethtool -K eth0 tso off gso off >/dev/null 2>&1
send red blue 10.17.0.2 "cut by the sender"
check_eq "a frame is a segment" "$FRAMES" "$SEGS"
in_ns red ethtool -K eth0 tso on gso on >/dev/null 2>&1

# the port out has to have it cut and summed
in_ns host ethtool -K p-blue tx off tso off gso off >/dev/null 2>&1
send red blue 10.17.0.2 "cut by the port"
check_eq "a frame is a segment there, too" "$FRAMES" "$SEGS"
check_eq "what crossed is what was received" "$(stat_of blue eth0 rx_packets)" \
	"$(crossed any blue frames)"
in_ns host ethtool -K p-blue tx on tso on gso on >/dev/null 2>&1
in_ns blue ethtool -K eth0 rx off >/dev/null 2>&1
send red blue 10.17.0.2 "the receiver checks sums itself"
in_ns blue ethtool -K eth0 rx on >/dev/null 2>&1

# the bridge offers what all ports have
feature() { in_ns host ethtool -k br0 | awk -v f="$1:" '$1 == f { print $2 }'; }
check_eq "the bridge has TSO" on "$(feature tcp-segmentation-offload)"
check_eq "and scatter-gather" on "$(feature scatter-gather)"

# UDP segmentation and fragments
check "fragments of a long datagram" reaches red 10.17.0.2 -s 60000
