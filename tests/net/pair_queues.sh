#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A pair has the queues that were asked for, at creation and later.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq ethtool
[ -d /sys/class/net/lo/queues/rx-0 ] || skip "this kernel shows no receive queues"
quiet_ns a b

# queues NS DEV RX TX: how many are in use
queues() {
	local have
	have=$(in_ns "$1" sh -c "cd /sys/class/net/$2/queues && echo \$(ls | grep -c ^rx) \$(ls | grep -c ^tx)")
	[ "$have" = "$3 $4" ] || fail "$2 has $have queues and not $3 $4"
}

ip_ns a link add ea numrxqueues 3 numtxqueues 4 type "$PAIR" \
	peer name eb netns "$b" numrxqueues 2 numtxqueues 5 || fail "no pair"
is a ea .num_rx_queues 3
is a ea .num_tx_queues 4
is b eb .num_rx_queues 2
is b eb .num_tx_queues 5
queues a ea 3 4
queues b eb 2 5
ip_ns a addr add 10.9.0.1/24 dev ea
ip_ns b addr add 10.9.0.2/24 dev eb
ip_ns a link set ea up
ip_ns b link set eb up
pings a 10.9.0.2 || fail "no traffic"

# many flows, so that all queues see some; more of them than the other end has
if command -v iperf3 >/dev/null; then
	serve b
	in_ns a iperf3 -c 10.9.0.2 -P 8 -n 4M >/dev/null || fail "8 flows failed"
fi

# fewer of them under way, and more again
in_ns a ethtool -L ea rx 2 tx 1 || fail "no fewer queues"
queues a ea 2 1
pings a 10.9.0.2 || fail "no traffic with fewer queues"
in_ns a ethtool -L ea rx 3 tx 4 || fail "no more queues"
queues a ea 3 4
in_ns a ethtool -L ea tx 5 2>/dev/null && fail "more queues than there are"
in_ns a ethtool -L ea tx 0 2>/dev/null && fail "no queue at all"
queues a ea 3 4
[ "$(in_ns a ethtool -l ea | awk '/^[RT]X:/ { printf "%s ", $2 }')" = "3 4 3 4 " ] ||
	fail "ethtool -l: $(in_ns a ethtool -l ea)"
pings a 10.9.0.2 || fail "no traffic at the end"
ip_ns a link del ea

# one in use where nothing was said, however many there may be
ip_ns a link add ea type "$PAIR" peer name eb || fail "no plain pair"
queues a ea 1 1
queues a eb 1 1
exit 0
