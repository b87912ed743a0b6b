#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What can be a port and what cannot, with the reason; and the settings of
# bridges and ports as ip shows and changes them.
# on: 6.1
# timeout: 240
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge ethtool
need_kind nsbridge nsveth
setup_ns host red
no_ipv6 host red
bridge_up host br0
port red 10.10.0.1/24

# add NAME KIND...: a device, if this kernel has the kind
add() {
	local name=$1
	shift
	ip_ns host link add "$name" "$@" 2>/dev/null ||
		{ note "no device of this kind: $*"; return 1; }
}
enslave() { ip_ns host link set "$1" master br0; }
# refused DEV TEXT: and it is as it was
refused() {
	check_says "$1 is refused" "$2" enslave "$1"
	[ "$(link_of host "$1" .master)" != br0 ] ||
		check_eq "$1 is not a port" '' br0
}
# taken DEV: also given back
taken() {
	check "$1 becomes a port" enslave "$1"
	check_eq "$1 has a master" br0 "$(link_of host "$1" .master)"
	check_eq "$1 is promiscuous" 1 "$(link_of host "$1" .promiscuity)"
	check "$1 leaves" ip_ns host link set "$1" nomaster
	check_eq "$1 is as before" 0 "$(link_of host "$1" .promiscuity)"
}

# --- refused
refused lo 'loopback device cannot be a port'
add br1 type nsbridge && refused br1 'A bridge cannot be a port of a bridge'
refused br0 'A bridge cannot be a port'
add stock0 type bridge && refused stock0 'A bridge cannot be a port of a bridge'
if add v0 type veth peer name v1; then
	# ip takes a port from one master and gives it to the next, of any kind
	ip_ns host link set v0 master stock0
	check "from the stock bridge to ours in one command" enslave v0
	check_eq "it is ours" nsbridge "$(link_of host v0 .linkinfo.info_slave_kind)"
	check "and back" ip_ns host link set v0 master stock0
	check_eq "it is theirs" bridge "$(link_of host v0 .linkinfo.info_slave_kind)"
fi
ip_ns host link set p-red master br1 2>/dev/null
check_eq "from bridge to bridge in one command" br1 "$(link_of host p-red .master)"
ip_ns host link set p-red master br0
if add d0 type dummy; then
	add mv0 link d0 type macvlan mode bridge &&
		refused d0 'Another driver takes the frames'
	ip_ns host link del mv0 2>/dev/null
	add iv0 link d0 type ipvlan && refused iv0 ''
	ip_ns host link del iv0 2>/dev/null
	taken d0
	enslave d0
	check_fails "no macvlan on a port" ip_ns host link add mv0 link d0 type macvlan
	check_fails "no ipvlan either" ip_ns host link add iv0 link d0 type ipvlan
fi
if ip_ns host tuntap add tun0 mode tun 2>/dev/null; then
	refused tun0 'Only an Ethernet device'
fi
add sit1 type sit remote 10.0.0.1 local 10.0.0.2 &&
	refused sit1 'Only an Ethernet device'
if add bond0 type bond; then
	taken bond0
fi
if add vrf0 type vrf table 10; then
	check_fails "a VRF is no port" enslave vrf0
fi

# --- taken
add n0 type nsveth peer name n1 && taken n0
add v2 type veth peer name v3 && taken v2
add d2 type dummy && taken d2
ip_ns host tuntap add tap0 mode tap 2>/dev/null && taken tap0
add vx0 type vxlan id 1 remote 10.0.0.9 dstport 4789 && taken vx0
add vl0 link d2 type vlan id 5 && taken vl0
if add mt0 link d2 type macvtap; then
	refused mt0 'Another driver takes the frames'
	ip_ns host link del mt0
fi
ip_ns host link del vl0

# --- no flag that belongs to the stock bridge
show=$(ip_ns host -d link show)
check_eq "br0 is of kind nsbridge" nsbridge "$(link_of host br0 .linkinfo.info_kind)"
check_eq "p-red's master is one" nsbridge "$(link_of host p-red .linkinfo.info_slave_kind)"
check_eq "neither is shown as a stock bridge" '' \
	"$(grep -A8 -E 'br0:|p-red@' <<<"$show" | grep -wE 'bridge_id|bridge_slave|bridge')"

# --- settings
s() { link_of host p-red ".linkinfo.info_slave_data.$1"; }
b() { link_of host br0 ".linkinfo.info_data.$1"; }
for name in learning mcast_flood bcast_flood; do
	check_eq "$name is on by default" true "$(s $name)"
done
check_eq "flood is off by default" off "$(s flood)"
for name in locked isolated trusted uplink; do
	check_eq "$name is off by default" false "$(s $name)"
done
for v in off on; do
	ip_ns host link set p-red type nsbridge_slave flood $v
	check_eq "flood $v" $v "$(s flood)"
done
for name in learning mcast_flood bcast_flood locked isolated; do
	for v in off on; do
		ip_ns host link set p-red type nsbridge_slave $name $v
		check_eq "$name $v" "$([ $v = on ] && echo true || echo false)" "$(s $name)"
	done
done
ip_ns host link set p-red type nsbridge_slave locked off isolated off flood auto quota 77
check_eq "several at a time" "false false off 77" "$(s locked) $(s isolated) $(s flood) $(s quota)"
check_says "trusted is for uplinks" 'Only an uplink can be trusted' \
	ip_ns host link set p-red type nsbridge_slave trusted on
enslave d2
check "an uplink can be trusted" ip_ns host link set d2 type nsbridge_slave trusted on
check_eq "ip shows it" "true true" \
	"$(link_of host d2 .linkinfo.info_slave_data.trusted) $(link_of host d2 .linkinfo.info_slave_data.uplink)"
ip_ns host link set d2 nomaster
enslave d2
check_eq "a new port starts from the defaults" false \
	"$(link_of host d2 .linkinfo.info_slave_data.trusted)"

ip_ns host link set br0 type nsbridge ageing_time 12300 quota 55 max_entries 1000 max_crossings 99
check_eq "the bridge's settings" "12300 55 1000 99" \
	"$(b ageing_time) $(b quota) $(b max_entries) $(b max_crossings)"
# set NAME VALUE JSON: as ip shows it in text, too
set_to() {
	check "$1 $2" ip_ns host link set br0 type nsbridge "$1" "$2"
	check_eq "$1 $2 in JSON" "$3" "$(b "$1")"
	check_eq "$1 $2 in text" "$2" \
		"$(ip_ns host -d link show br0 | grep -oE " $1 [^ ]+" | cut -d' ' -f3)"
}
set_to ageing_time 45600 45600
set_to quota 66 66
set_to group_fwd_mask 0x4008 0x4008
set_to max_entries 2000 2000
set_to max_crossings 88 88
set_to max_ports 77 77
set_to vlan_filtering 1 1
set_to vlan_filtering 0 0
set_to vlan_default_pvid 7 7
set_to vlan_default_pvid 1 1
for v in on off; do
	j=$([ $v = on ] && echo true || echo false)
	set_to neigh_guard $v "$j"
	set_to neigh_direct $v "$j"
	set_to latency $v "$j"
done
set_to neigh_direct on true
set_to default_verdict deny deny
set_to default_verdict allow allow
check_fails "a VLAN that there is not" ip_ns host link set br0 type nsbridge vlan_default_pvid 4095
check "group_fwd_mask" ip_ns host link set br0 type nsbridge group_fwd_mask 0x4008
check_says "not the groups that no bridge forwards" 'cannot be forwarded' \
	ip_ns host link set br0 type nsbridge group_fwd_mask 0x1
check_fails "max_entries 0" ip_ns host link set br0 type nsbridge max_entries 0
check_fails "what is read-only" ip_ns host link set br0 type nsbridge n_ports 5
check_fails "what does not exist" ip_ns host link set br0 type nsbridge stp_state 1
n=$(ip_ns host -j link show master br0 | jq length)
check_eq "the number of ports" "$n" "$(b n_ports)"
check "settings at creation" ip_ns host link add br9 type nsbridge quota 5 ageing_time 100
check_eq "they are set" "5 100" \
	"$(link_of host br9 .linkinfo.info_data.quota) $(link_of host br9 .linkinfo.info_data.ageing_time)"
enslave n0
ip_ns host link set n0 master br9
check_eq "a port's namespace has the bridge's quota" 5 \
	"$(link_of host n0 .linkinfo.info_slave_data.quota)"

check_eq "its driver, as ethtool says" nsbridge \
	"$(in_ns host ethtool -i br0 | sed -n 's/^driver: //p')"

# the same by "bridge link"
l() { bridge_ns host -j -d link show dev p-red | jq -r ".[0].$1"; }
check_eq "bridge link shows a port" "br0 forwarding true" "$(l master) $(l state) $(l learning)"
for name in learning mcast_flood bcast_flood flood isolated locked; do
	for v in off on; do
		bridge_ns host link set dev p-red $name $v
		check_eq "bridge link: $name $v" "$([ $v = on ] && echo true || echo false)" "$(l $name)"
	done
done
ip_ns host link set p-red type nsbridge_slave locked off isolated off flood auto

# the text form shows the same, and can be read back
check "ip shows port settings" eval \
	'ip_ns host -d link show p-red | grep -q "nsbridge_slave.*learning on"'
# the bridge goes with ports on it, of all kinds
check "deleting a bridge frees its ports" ip_ns host link del br0
check_eq "they stay" null "$(link_of host p-red .master)"
