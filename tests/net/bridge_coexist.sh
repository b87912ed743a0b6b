#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The stock bridge and nsbridge in one kernel: loaded in either order, side by
# side, and each with ports of the other's kind of pair.
# on: 6.1
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge modprobe
need_kind nsbridge nsveth bridge veth

setup_ns host red blue green grey
bridge_up host ours
port red 10.11.0.1/24
PAIR=veth port blue 10.11.0.2/24
KIND=bridge PAIR=veth bridge_up host stock
port green 10.11.0.3/24
PAIR=nsveth port grey 10.11.0.4/24

# a ping to each way on either bridge
both() {
	check "$1: a port of ours reaches another" reaches red 10.11.0.2
	check "$1: a port of the stock bridge reaches another" reaches green 10.11.0.4
}
both "side by side"
check_eq "whose ports are whose" \
	"nsbridge nsbridge bridge bridge" \
	"$(for d in p-red p-blue p-green p-grey; do link_of host $d .linkinfo.info_slave_kind; done | xargs)"

# --- everything that the stock module hears of, said about our devices
for d in ours p-red; do
	bridge_ns host vlan add vid 5 dev $d >/dev/null 2>&1
	bridge_ns host vlan add vid 5 dev $d self >/dev/null 2>&1
	bridge_ns host vlan show dev $d >/dev/null 2>&1
	bridge_ns host vlan del vid 5 dev $d >/dev/null 2>&1
	bridge_ns host vlan del vid 6 dev $d self >/dev/null 2>&1
	bridge_ns host link set dev $d state 3 >/dev/null 2>&1
	bridge_ns host link set dev $d learning off >/dev/null 2>&1
	bridge_ns host -d link show dev $d >/dev/null 2>&1
	bridge_ns host mdb show dev $d >/dev/null 2>&1
	bridge_ns host mdb add dev $d port $d grp 239.1.1.1 >/dev/null 2>&1
	bridge_ns host fdb show dev $d >/dev/null 2>&1
	bridge_ns host fdb get 02:00:00:00:00:01 br $d >/dev/null 2>&1
	bridge_ns host fdb flush dev $d >/dev/null 2>&1
	ip_ns host link set $d mtu 1400
	ip_ns host link set $d address 02:00:00:00:07:0$((RANDOM % 10))
	ip_ns host link set $d down
	ip_ns host link set $d name other
	ip_ns host link set other name $d
	ip_ns host link set $d promisc on
	ip_ns host link set $d promisc off
	ip_ns host link set $d up
	in_ns host ethtool -K $d tso off >/dev/null 2>&1
	in_ns host ethtool -K $d tso on >/dev/null 2>&1
done
wait_for 5 is_up red eth0
both "after everything"
check_eq "bridge link shows the stock bridge's ports, and ours" "ours ours stock stock" \
	"$(bridge_ns host -j link show | jq -r '[.[] | select(.ifname[:2] == "p-") | .master] | sort | join(" ")')"
check "bridge vlan show does" eval 'bridge_ns host vlan show | grep -q p-grey'
check "bridge fdb show shows both" eval \
	'bridge_ns host fdb show | grep -q p-red && bridge_ns host fdb show | grep -q p-grey'

# --- an nsveth from one bridge to the other is one network
ip_ns host link add x0 type nsveth peer name x1
ip_ns host link set x0 master ours up
ip_ns host link set x1 master stock up
check "the two joined by a cable" wait_for 5 reaches red 10.11.0.3
check "also from there" reaches grey 10.11.0.2
ip_ns host link del x0

# --- filters of the stock bridge are about the stock bridge
if in_ns host nft 'table bridge t { chain c { type filter hook forward priority 0; drop; }; }' 2>/dev/null; then
	check "nft's bridge family stops the stock bridge" not_reaches green 10.11.0.4
	check "but not ours" reaches red 10.11.0.2
	in_ns host nft delete table bridge t
fi

# --- load order. What is in use does not go, so everything is taken down.
del_ns host red blue green grey
wait_for 5 modprobe -r bridge
if ! modprobe -r bridge 2>/dev/null || grep -q '^bridge ' /proc/modules; then
	skip_order=1
	note "the stock bridge is built in or in use, its load order cannot change"
fi
star() {
	setup_ns host red blue green grey
	bridge_up host ours
	port red 10.11.0.1/24
	port blue 10.11.0.2/24
	KIND=bridge PAIR=veth bridge_up host stock
	PAIR=veth port green 10.11.0.3/24
	PAIR=nsveth port grey 10.11.0.4/24
	both "$1"
}
if [ -z "${skip_order:-}" ]; then
	modprobe -r nsbridge && modprobe nsbridge && modprobe bridge
	star "nsbridge loaded first"
	# the stock module goes and comes while ours has devices
	ip_ns host link del stock
	check "the stock module goes while ours is in use" wait_for 5 modprobe -r bridge
	check "ours works without" reaches red 10.11.0.2
	check "it comes back" modprobe bridge
	check "ours works with it" reaches red 10.11.0.2
	del_ns host red blue green grey
	wait_for 5 modprobe -r bridge
	modprobe -r nsbridge
	modprobe bridge && modprobe nsbridge
	star "the stock bridge loaded first"
fi
if grep -q '^nsbridge ' /proc/modules; then
	[ -n "${skip_order:-}" ] || ip_ns host link del ours
	# ours goes while the stock bridge has devices, and an nsveth as port
	check "nsbridge goes while a stock bridge is in use" wait_for 5 modprobe -r nsbridge
	check "and comes back" modprobe nsbridge
fi
