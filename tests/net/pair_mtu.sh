#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A frame that is too long for the other end is dropped, and counted once on
# either end.
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
need jq ethtool
pair_up
acquainted
pings a 10.9.0.2 || fail "no traffic"
ip_ns b link set eb mtu 1000

# 986 + 28 + 14 is the longest that arrives: 1000, its header, and room for a
# VLAN tag that it does not have
in_ns a ping -q -c 3 -i 0.2 -W 1 -M "do" -s $((1000 - 28 + 4)) 10.9.0.2 >/dev/null
sent=$(link a ea .stats64.tx.packets)
received=$(link b eb .stats64.rx.packets)
is a ea .stats64.tx.dropped 0

in_ns a ping -q -c 3 -i 0.2 -W 1 -M "do" -s $((1000 - 28 + 5)) 10.9.0.2 >/dev/null &&
	fail "a frame longer than the other end's MTU crossed"
# ping is told, and tries again, so that it is no use to count its attempts
dropped=$(link a ea .stats64.tx.dropped)
[ "$dropped" -ge 3 ] || fail "ea counts $dropped drops"
is b eb .stats64.rx.dropped "$dropped"
is a ea .stats64.tx.packets "$sent"
is b eb .stats64.rx.packets "$received"
if ours; then
	[ "$(ethtool_of a ea tx_drop_mtu)" = "$dropped" ] || fail "tx_drop_mtu is not $dropped"
	[ "$(in_ns a ethtool -S ea | awk '/tx_drop/ { n += $2 } END { print n }')" = "$dropped" ] ||
		fail "a drop has more than one reason"
fi
exit 0
