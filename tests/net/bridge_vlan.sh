#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bridge that filters VLANs, set up with bridge(8): untagged ports, a trunk, the
# bridge's own device. The stock bridge answers the same questions beside it.
# on: 6.12
# timeout: 240
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq tcpdump
modprobe 8021q 2>/dev/null
need_kind nsbridge nsveth
setup_ns host red blue green
no_ipv6 host red blue green

vlan() { bridge_ns host vlan "$@"; }
# vids DEV: its VLANs, as bridge(8) lists them
vids() {
	bridge_ns host -j vlan show dev "$1" | jq -r '.[0].vlans // [] | map((.vlan | tostring) +
		(if .vlanEnd then "-\(.vlanEnd)" else "" end) +
		(if (.flags // []) != [] then ":" + (.flags | sort | join(":")) else "" end)) | join(" ")'
}
# tagged NS DEV ADDR: what is with a tag there, an address in it
tagged() {
	ip_ns "$1" link add link "$2" name "$2.10" type vlan id 10 || skip "no VLANs"
	ip_ns "$1" addr add "$3" dev "$2.10"
	ip_ns "$1" link set "$2.10" up
}

all() {
	local k="$KIND:"
	bridge_up host br0 vlan_filtering 1
	port red 10.1.0.1/24
	port blue 10.1.0.2/24
	port green -
	ip_ns green link set eth0 up
	tagged green eth0 10.1.0.3/24
	tagged host br0 10.1.0.9/24
	check_eq "$k a port begins in the default VLAN" "1:Egress Untagged:PVID" "$(vids p-red)"
	check "$k they reach each other there" reaches red 10.1.0.2

	check "$k vlan add" vlan add vid 10 dev p-red pvid untagged
	check "$k one in another VLAN reaches nobody" not_reaches red 10.1.0.2
	check "$k vlan add, master" vlan add vid 10 dev p-blue pvid untagged master
	check "$k another VLAN" reaches red 10.1.0.2
	check "$k vlan del" vlan del vid 1 dev p-red
	check_eq "$k what is left" "10:Egress Untagged:PVID" "$(vids p-red)"

	check "$k the trunk is in no VLAN but the first" not_reaches red 10.1.0.3
	check "$k vlan add, tagged" vlan add vid 10 dev p-green
	check "$k vlan add, a range" vlan add vid 20-22 dev p-green
	check_eq "$k the trunk's VLANs" "1:Egress Untagged:PVID 10 20 21 22" \
		"$(vids p-green | sed 's/20-22/20 21 22/')"
	watch green eth0 vlan 10 and icmp
	check "$k the trunk is reached" reaches red 10.1.0.3
	check_num "$k with a tag" "$(seen green eth0)" -ge 1

	check "$k the bridge's own device is not in the VLAN" not_reaches red 10.1.0.9
	check "$k vlan add, self" vlan add vid 10 dev br0 self
	check_eq "$k its VLANs" "1:Egress Untagged:PVID 10" "$(vids br0)"
	check "$k it is reached" reaches red 10.1.0.9
	check "$k vlan del, self" vlan del vid 10 dev br0 self
	check "$k it is reached no more" not_reaches red 10.1.0.9
	check "$k the others are" reaches red 10.1.0.3

	! ours || check_says "$k what it has no use for" 'not tunnels, MRP or CFM' \
		vlan add vid 5 dev p-red tunnel_info id 5
	check "$k a switch of the port, master" \
		bridge_ns host link set dev p-red learning off master
	check_eq "$k it is set" false \
		"$(bridge_ns host -j -d link show dev p-red | jq -r '.[0].learning')"
	check "$k filtering off" ip_ns host link set br0 type "$KIND" vlan_filtering 0
	check "$k everybody reaches everybody" reaches red 10.1.0.2
	ip_ns host link del br0
	for n in red blue green; do ip_ns "$n" link del eth0; done
}
all
stock all
