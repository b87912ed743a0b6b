#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What ethtool shows of a device.
. "$(dirname "$0")/pair.inc" || exit 1
need jq ethtool
pair_up

# shows WHAT PATTERN [ETHTOOL-OPTION]
shows() {
	local out
	out=$(in_ns a ethtool ${3:+"$3"} ea 2>&1)
	grep -qE "$2" <<<"$out" || fail "$1: $out"
}
shows driver "^driver: $PAIR\$" -i
shows version '^version: [0-9]' -i
shows speed 'Speed: 10000Mb/s'
shows duplex 'Duplex: Full'
shows autoneg 'Auto-negotiation: off'
shows link 'Link detected: yes'
shows timestamps 'software-receive' -T
shows "timestamps (PHC)" 'PTP Hardware Clock: none' -T
[ "$(ethtool_of a ea peer_ifindex)" = "$(link b eb .ifindex)" ] ||
	fail "peer_ifindex"
[ "$(ethtool_of b eb peer_ifindex)" = "$(link a ea .ifindex)" ] ||
	fail "peer_ifindex of the peer"

# offloads as veth has them
for f in rx-checksumming tx-checksumming scatter-gather \
		tcp-segmentation-offload generic-segmentation-offload \
		rx-vlan-offload tx-vlan-offload tx-checksum-sctp tx-gso-list; do
	shows $f "$f: on" -k
done
shows gro 'generic-receive-offload: off' -k
in_ns a ethtool -K ea tso off tx off >/dev/null || fail "offloads do not go off"
shows tx 'tx-checksumming: off' -k
pings a 10.9.0.2 || fail "no traffic without offloads"
in_ns a ethtool -K ea tx on tso on >/dev/null || fail "offloads do not go on"
if modprobe veth 2>/dev/null && ours; then
	ip_ns a link add va type veth peer name vb
	in_ns a ethtool -k va | tail -n +2 >"$TMP/va"
	in_ns a ethtool -k ea | tail -n +2 >"$TMP/ea"
	diff "$TMP/va" "$TMP/ea" || fail "features differ from veth's"
fi

ip_ns b link set eb down
link_lost() { in_ns a ethtool ea | grep -q "Link detected: no"; }
wait_for 5 link_lost || fail "the link does not follow the peer"
exit 0
