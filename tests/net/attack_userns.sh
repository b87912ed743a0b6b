#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A container's root, with every capability in a user namespace of its own,
# against the bridge: its settings, its ports, the netlink family, the events.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
# shellcheck source=tests/net/attack.inc
. "$(dirname "$0")/attack.inc"
need ether jq nsbridge ping unshare nsenter
need_kind nsbridge nsveth bridge veth
unshare -Urn true 2>/dev/null || skip "no user namespaces"

# every setting there is, with another value than it has
BRIDGE_SETTINGS=("ageing_time 100" "quota 2000" "group_fwd_mask 0x8" "max_entries 5000"
	"max_crossings 5000" "max_ports 500" "default_verdict deny" "neigh_direct off"
	"neigh_guard on" "vlan_filtering on" "vlan_default_pvid 7" "latency on")
PORT_SETTINGS=("learning off" "flood on" "mcast_flood off" "bcast_flood off" "locked on"
	"isolated on" "trusted off" "quota 3000")

# The container has its own user namespace, which owns its network namespace;
# its eth0 is a cable to the bridge.
scene() {
	spaces host victim client
	no_talk host victim client
	br0
	plug victim $V $VIP/24
	plug client $C $CIP/24
	know client $VIP $V
	know victim $CIP $C
	unshare -Urn sleep 1000 &
	ROOT=$!
	on_exit "kill $ROOT 2>/dev/null"
	wait_for 5 own_namespaces
	attacker=attacker-$$
	NS_LIST+=("$attacker")
	ip netns attach "$attacker" $ROOT || fail "no container"
	no_talk attacker
	plug attacker $A $AIP/24
	wait_for 5 reaches client $VIP || fail "no traffic on $KIND"
	inside reaches_client || fail "the container is cut off"
	PORT_INDEX=$(cat_index p-victim) BRIDGE_INDEX=$(cat_index br0)
	STATE=$(state)
}
own_namespaces() {
	[ "$(readlink /proc/$ROOT/ns/net)" != "$(readlink /proc/self/ns/net)" ] &&
		[ "$(cat /proc/$ROOT/uid_map | wc -l)" = 1 ]
}
cat_index() { ip netns exec "$host" cat "/sys/class/net/$1/ifindex"; }
# inside COMMAND...: as root of the container
inside() {
	case $1 in
	reaches_client) nsenter -U -n --preserve-credentials -t $ROOT ping -q -c 1 -W 2 $CIP >/dev/null ;;
	*) nsenter -U -n --preserve-credentials -t $ROOT "$@" ;;
	esac
}
# outside COMMAND...: in the network namespace of the bridge, as somebody who is
# root of a user namespace and nothing else
outside() { ip netns exec "$host" unshare -Ur "$@"; }
state() {
	# but for what runs by itself
	ip -n "$host" -d -o link show | sed -E 's/^[0-9]*: //; s/_timer +[0-9.]+//g'
	if ours; then
		ip netns exec "$host" nsbridge fdb show | awk '{ print $1, $2, $3, $5, $6 }'
	else
		bridge -n "$host" fdb show br br0 | grep -w p-victim
	fi
}
# listens_to SECONDS COMMAND...: it runs until it is told to end
listens_to() {
	timeout "$@"
	[ $? = 124 ]
}
# refused COMMAND...: counts what was not
refused() {
	if "$@" >"$TMP/refused" 2>&1; then
		left "${*:2}"
	fi
}
# shut NAME...: it changed nothing, and the victim has not noticed
unchanged() {
	[ "$(state)" = "$STATE" ] || left "another state"
	[ "$(pings client $VIP $N)" = $N ] || DURING=$N
}

root_of_a_container() {
	local w pid
	# what happens on the bridge it is not told of
	if ours; then
		inside timeout $((2 * ${NSB_SLOW:-1})) nsbridge crossing monitor >"$TMP/told" 2>&1 &
		pid=$!
		sleep "${NSB_SLOW:-1}"
		ip_ns host link set p-client nomaster
		ip_ns host link set p-client master br0
		wait $pid
		! grep -qE 'br0|p-client' "$TMP/told" || left "is told what happens"
		STATE=$(state)
	fi
	# there is nothing to be seen of the bridge
	inside ip -o link show >"$TMP/seen"
	! grep -qE 'br0|p-victim' "$TMP/seen" || left "sees devices"
	# by way of the other end of the own cable
	refused inside ip link set p-attacker down
	refused inside ip link set eth0 master br0
	refused inside ip link add mv link-netnsid 0 link p-victim type macvlan
	refused inside ip link add vx link-netnsid 0 type vxlan id 7 dstport 4789
	refused inside ip link set eth0 netns 1
	refused inside bridge fdb add $V dev p-attacker master static
	refused inside bridge link set dev p-attacker isolated on
	if ours; then
		for w in crossing fdb; do
			[ "$(inside nsbridge -j $w show | jq length)" = 0 ] || left "sees $w"
		done
		refused inside nsbridge fdb add $V dev p-attacker
		refused inside nsbridge fdb add $V dev eth0
		refused inside nsbridge crossing show bridge br0
		refused inside nsbridge crossing deny bridge br0 from any to any
		refused inside nsbridge crossing deny bridge br0 from any to pid:$ROOT
		refused inside nsbridge fdb flush dev p-victim
		refused inside nsbridge namespace show bridge br0
		for w in "${PORT_SETTINGS[@]}"; do
			# shellcheck disable=SC2086	# words
			refused inside ip link set eth0 type nsbridge_slave $w
		done
		# a bridge of its own is nobody else's business
		inside ip link add br0 type nsbridge || left "cannot have a bridge"
		inside ip link set eth0 master br0
		[ "$(inside nsbridge -j fdb show | jq "[.[] | select(.mac == \"$V\")] | length")" = 0 ] ||
			left "sees the victim's MAC"
		inside ip link del br0
	fi
	unchanged
}
root_of_nothing() {
	local w
	refused outside ip link set p-victim down
	refused outside ip link set p-victim nomaster
	refused outside ip link del br0
	refused outside ip link set br0 type "$KIND" ageing_time 100
	refused outside ip link set p-victim type "${KIND}_slave" learning off
	refused outside ip link add p-x type "$PAIR" peer name p-y
	refused outside ip link add br1 type "$KIND"
	refused outside bridge fdb add 02:00:00:00:99:01 dev p-victim master static
	refused outside bridge fdb add 02:00:00:00:99:01 dev p-victim self
	refused outside bridge link set dev p-victim learning off
	refused outside ip link set p-victim xdp off
	refused outside ethtool -K p-victim tso off
	if ours; then
		refused outside nsbridge crossing show
		refused outside nsbridge crossing matrix
		refused outside nsbridge fdb show
		refused outside nsbridge fdb add 02:00:00:00:99:01 dev p-victim
		refused outside nsbridge fdb del $V dev p-victim
		refused listens_to 2 ip netns exec "$host" unshare -Ur nsbridge crossing monitor
		refused outside nsbridge fdb flush dev p-victim
		refused outside nsbridge namespace show bridge br0
		refused outside bridge vlan add vid 7 dev p-victim
		for w in "${BRIDGE_SETTINGS[@]}"; do
			# shellcheck disable=SC2086	# words
			refused outside ip link set br0 type nsbridge $w
		done
		for w in "${PORT_SETTINGS[@]}"; do
			# shellcheck disable=SC2086	# words
			refused outside ip link set p-victim type nsbridge_slave $w
		done
		refused outside nsbridge crossing deny bridge br0 from "$client" to "$victim"
	fi
	unchanged
}
HARM[root_of_a_container]=none HARM[root_of_nothing]=none
attacks scene root_of_a_container root_of_nothing

# what was refused there is what an administrator may do, so that no refusal
# above was one of a mistyped command
scene
outside() { ip netns exec "$host" "$@"; }
check "an administrator may: nsbridge crossing monitor" \
	listens_to 2 ip netns exec "$host" nsbridge crossing monitor
for what in "${BRIDGE_SETTINGS[@]/#/ip link set br0 type nsbridge }" \
		"${PORT_SETTINGS[@]/#/ip link set p-victim type nsbridge_slave }" \
		"bridge vlan add vid 7 dev p-victim" "nsbridge fdb flush dev p-victim" \
		"nsbridge crossing deny bridge br0 from $client to $victim" \
		"nsbridge crossing unset bridge br0 from $client to $victim" \
		"nsbridge namespace show bridge br0" \
		"ip link add p-x type nsveth peer name p-y" \
		"bridge fdb add 02:00:00:00:99:01 dev p-victim self" \
		"nsbridge crossing show" "nsbridge crossing matrix" "nsbridge fdb show" \
		"nsbridge fdb del 02:00:00:00:99:01 dev p-victim" \
		"ip link set p-victim down" "ip link set p-victim nomaster" "ip link del br0"; do
	# shellcheck disable=SC2086	# words
	check "an administrator may: $what" outside $what
done
