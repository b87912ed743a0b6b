#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What one end sent the other received: the same frames and bytes, and those
# that the sender says.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq ping
pair_up
acquainted
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	for f in rx.packets tx.packets rx.bytes tx.bytes rx.dropped tx.dropped; do
		is "$1" "$2" ".stats64.$f" 0
	done
done

n=500 size=100
in_ns a ping -q -f -c $n -s $size 10.9.0.2 >/dev/null || fail "ping lost some"
bytes=$((n * (size + 8 + 20 + 14)))
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	for f in rx tx; do
		is "$1" "$2" ".stats64.$f.packets" $n
		is "$1" "$2" ".stats64.$f.bytes" $bytes
		is "$1" "$2" ".stats64.$f.dropped" 0
	done
	if ours; then
		[ "$(ethtool_of "$1" "$2" tx_frames)" = $n ] || fail "tx_frames"
		[ "$(ethtool_of "$1" "$2" tx_segs)" = $n ] || fail "tx_segs"
		[ "$(ethtool_of "$1" "$2" tx_bytes)" = $bytes ] || fail "tx_bytes"
	fi
done

# one way only
in_ns b sysctl -qw net.ipv4.icmp_echo_ignore_all=1
in_ns a ping -q -c 5 -i 0.1 -W 1 10.9.0.2 >/dev/null
is a ea .stats64.tx.packets $((n + 5))
is b eb .stats64.rx.packets $((n + 5))
is b eb .stats64.tx.packets $n
is a ea .stats64.rx.packets $n
exit 0
