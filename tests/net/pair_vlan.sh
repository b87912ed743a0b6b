#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tagged frames cross with their tag, 802.1Q and 802.1ad, in the skb or not.
. "$(dirname "$0")/pair.inc" || exit 1
need jq
pair_up
modprobe 8021q 2>/dev/null
for p in 802.1Q 802.1ad; do
	for n in "a ea 1" "b eb 2"; do
		# shellcheck disable=SC2086
		set -- $n
		ip_ns "$1" link add v link "$2" type vlan proto $p id 5 || skip "no VLANs"
		ip_ns "$1" addr add "10.9.5.$3/24" dev v
		ip_ns "$1" link set v up
	done
	for how in on off; do
		for n in "a ea" "b eb"; do
			# shellcheck disable=SC2086
			set -- $n
			in_ns "$1" ethtool -K "$2" txvlan $how rxvlan $how tx-vlan-stag-hw-insert $how \
				rx-vlan-stag-hw-parse $how >/dev/null 2>&1
		done
		wait_for 5 pings a 10.9.5.2 || fail "$p, offload $how: not reached"
		# a full frame with its tag
		in_ns a ping -q -c 1 -W 2 -M "do" -s 1472 10.9.5.2 >/dev/null ||
			fail "$p, offload $how: a full frame did not cross"
	done
	ip_ns a link del v
	ip_ns b link del v
done
exit 0
