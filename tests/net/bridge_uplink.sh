#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two bridges joined by a VXLAN tunnel, which is an uplink of either. What is
# behind an uplink is learned; a frame that comes back from there with a local
# container's address moves nothing, where on the stock bridge it does.
# on: 6.12
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge socat
need_kind "$KIND" "$PAIR" veth

E=02:00:00:00:08:0e W=02:00:00:00:08:0f
N=50

# host HOST UNDERLAY OTHER: a bridge there, with the tunnel as a port
host() {
	bridge_up "$1" br0
	ip_ns "$1" link add vx type vxlan id 42 local "$2" remote "$3" dstport 4789 ||
		skip "no vxlan"
	ip_ns "$1" link set vx mtu 1450 master br0 up || fail "vx does not join br0"
}
tunnel() {
	setup_ns east west ecar ebus wcar
	no_ipv6 east west ecar ebus wcar
	ip_ns east link add under type veth peer name under netns "$(real west)"
	ip_ns east addr add 192.0.2.1/24 dev under
	ip_ns west addr add 192.0.2.2/24 dev under
	ip_ns east link set under up
	ip_ns west link set under up
	host west 192.0.2.2 192.0.2.1
	port wcar 10.12.0.3/24 $W
	host east 192.0.2.1 192.0.2.2
	port ecar 10.12.0.1/24 $E
	port ebus 10.12.0.2/24
	for n in ecar ebus wcar; do
		ip_ns $n link set eth0 mtu 1450
	done
	wait_for 5 reaches ecar 10.12.0.3 || fail "no traffic through the tunnel on $KIND"
}
# back: a frame with ecar's address comes out of the tunnel; then sets KEPT and
# LEFT, of N frames from ebus to ecar
back() {
	local was
	in_ns wcar ether send eth0 -n 3 -s $E >/dev/null
	sleep 0.2
	was=$(stat_of east vx tx_packets)
	listen ecar eth0 -d $E
	in_ns ebus ether send eth0 -n $N -d $E -s "$(mac_of ebus eth0)" >/dev/null
	hush
	KEPT=$(heard ecar eth0)
	LEFT=$(($(stat_of east vx tx_packets) - was))
}

stock tunnel
stock back
note "bridge: of $N frames to a local address $KEPT stayed, $LEFT left by the tunnel"
check_num "the stock bridge sends them away (control)" "$LEFT" -gt $((N / 2))
del_ns east west ecar ebus wcar

tunnel
back
note "$KIND: of $N frames to a local address $KEPT stayed, $LEFT left by the tunnel"
check_eq "a frame that comes back moves nothing" "$N" "$KEPT"
# an ARP request of what was to be reached before may come in between
check_num "and sends none away" "$LEFT" -lt $((N / 10))
check_eq "what it said is known, of the uplink" 1 "$(fdb_count $E east learned)"

# --- end to end
check_eq "pings" 20 "$(pings ebus 10.12.0.3 20)"
check "TCP" transfer ecar wcar 10.12.0.3 1024
check "TCP back" transfer wcar ebus 10.12.0.2 1024
check_eq "the far container is learned on the tunnel" vx \
	"$(in_ns east nsbridge -j fdb show | jq -r ".[] | select(.mac == \"$W\") | .port")"
check_eq "as behind an uplink" true \
	"$(in_ns east nsbridge -j fdb show | jq -r ".[] | select(.mac == \"$W\") | .uplink")"
check_eq "the tunnel is an uplink" true "$(link_of east vx .linkinfo.info_slave_data.uplink)"

# --- a known address leaves by the tunnel alone, an unknown one too
listen ecar eth0 -t 88b5
was=$(stat_of east vx tx_packets)
in_ns ebus ether send eth0 -n 10 -d $W >/dev/null
in_ns ebus ether send eth0 -n 10 -d 02:00:00:00:08:99 >/dev/null
hush
check_eq "both left by the tunnel" $((was + 20)) "$(stat_of east vx tx_packets)"
check_eq "neither entered another container" 0 "$(heard ecar eth0)"
# broadcast goes both ways
listen wcar eth0 -t 88b5
listen ecar eth0 -t 88b5
in_ns ebus ether send eth0 -n 10 >/dev/null
hush
check_eq "a broadcast reaches both ends, once" "10 10" "$(heard wcar eth0) $(heard ecar eth0)"
# what is unknown and comes from outside enters nobody
listen ecar eth0 -t 88b5
in_ns wcar ether send eth0 -n 10 -d 02:00:00:00:08:98 >/dev/null
hush
check_eq "nor what is unknown, from outside" 0 "$(heard ecar eth0)"

# --- hearsay and trust
ip_ns east link set vx type nsbridge_slave trusted on
back
check_eq "a trusted uplink is believed" "0 $N" "$KEPT $LEFT"
ip_ns east link set vx type nsbridge_slave trusted off
back
check_eq "and no longer when it is not" "$N 0" "$KEPT $LEFT"
in_ns east nsbridge fdb add $E dev p-ecar || fail "no static entry"
ip_ns east link set vx type nsbridge_slave trusted on
back
check_eq "a static entry outranks it" "$N 0" "$KEPT $LEFT"
ip_ns east link set vx type nsbridge_slave trusted off

# --- a container migrates here with its address, and is reached at once
ip_ns west link del p-wcar
BR_NS=east
setup_ns moved
no_ipv6 moved
port moved 10.12.0.3/24 $W
check_eq "a container that came from outside" 20 "$(pings ebus 10.12.0.3 20)"

# --- longer than the tunnel
ip_ns ecar link set eth0 mtu 1500
shot
was=$(crossed ecar east drop:mtu)
in_ns ecar ether send eth0 -n 10 -s $E -d 02:00:00:00:08:97 -l 1514 >/dev/null
shot
check_eq "what is too long for the tunnel is dropped, with the reason" $((was + 10)) \
	"$(crossed ecar east drop:mtu)"
# the tunnel's carrier
ip_ns east link set vx down
check_eq "an uplink that goes down is forgotten" 0 "$(fdb_count $W east learned)"

# --- the same with a dummy, which takes everything
ip_ns east link add du type dummy
ip_ns east link set du master br0 up
was=$(stat_of east du tx_packets)
in_ns ebus ether send eth0 -n 10 -d 02:00:00:00:08:96 >/dev/null
check_eq "a dummy is an uplink too" $((was + 10)) "$(stat_of east du tx_packets)"
