#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A segment that TCP made longer than the MTU crosses as one frame.
. "$(dirname "$0")/pair.inc" || exit 1
need jq iperf3 tcpdump
pair_up
serve b
ip netns exec "$b" timeout 20 tcpdump -i eb -nn -c 1 'ip src 10.9.0.1 and greater 20000' \
	>/dev/null 2>"$TMP/long" &
dump=$!
wait_for 5 grep -q listening "$TMP/long" || fail "tcpdump does not listen"
in_ns a iperf3 -c 10.9.0.2 -n 20M >/dev/null || fail "iperf3 failed"
wait $dump || fail "no frame longer than 20000 bytes arrived"

bytes=$(link a ea .stats64.tx.bytes)
frames=$(link a ea .stats64.tx.packets)
[ $((bytes / frames)) -gt 3000 ] || fail "frames are $((bytes / frames)) bytes long"
if ours; then
	segs=$(ethtool_of a ea tx_segs)
	[ "$segs" -gt $((frames * 2)) ] || fail "$frames frames, $segs segments"
	# nothing is counted twice or lost: a wire would see this many
	[ $((bytes / segs)) -le 1514 ] || fail "a segment is longer than a frame"
fi
is a ea .stats64.tx.dropped 0

# without offload the stack cuts
in_ns a ethtool -K ea tso off gso off >/dev/null
serve b
before=$(link a ea .stats64.tx.packets)
was=$(link a ea .stats64.tx.bytes)
in_ns a iperf3 -c 10.9.0.2 -n 2M >/dev/null || fail "iperf3 failed without offload"
frames=$(($(link a ea .stats64.tx.packets) - before))
bytes=$(($(link a ea .stats64.tx.bytes) - was))
[ $((bytes / frames)) -le 1514 ] || fail "tso off has no effect"
exit 0
