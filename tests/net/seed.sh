#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What one types for veth and bridge works with the kinds swapped and nothing
# else changed: three namespaces, a cable, a bridge.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
need tcpdump ping
need_kind nsbridge nsveth
for n in red blue green; do
	[ ! -e "/run/netns/$n" ] || skip "there is a namespace $n"
done
NS_LIST=(red blue green)
on_exit "ip link del br0 2>/dev/null"
on_exit "ip link del veth-br-green 2>/dev/null"

set -e
ip netns add red; ip netns add blue; ip netns add green
ip link add veth-red type nsveth peer name veth-blue
ip link set veth-red netns red; ip link set veth-blue netns blue
ip netns exec red ip addr add 10.0.0.1/24 dev veth-red; ip netns exec red ip link set veth-red up; ip netns exec red ip link set lo up
ip netns exec blue ip addr add 10.0.0.2/24 dev veth-blue; ip netns exec blue ip link set veth-blue up; ip netns exec blue ip link set lo up
ip link add br0 type nsbridge; ip link set br0 up
ip link add veth-green type nsveth peer name veth-br-green
ip link set veth-green netns green; ip link set veth-br-green master br0
ip netns exec green ip addr add 10.0.0.3/24 dev veth-green; ip netns exec green ip link set veth-green up; ip link set veth-br-green up
ip netns exec red ping -c 3 10.0.0.2; ip netns exec red ip route
set +e

# the last of the commands does not end by itself
ip netns exec red tcpdump -i veth-red -nnvv -c 2 icmp >"$TMP/dump" 2>"$TMP/err" &
dump=$!
wait_for 10 grep -q 'listening on' "$TMP/err" || fail "tcpdump: $(cat "$TMP/err")"
check "red reaches blue" reaches red 10.0.0.2
wait $dump
check_eq "tcpdump sees two frames and ends" 0 $?
check_num "a request and its reply" \
	"$(grep -cE 'ICMP echo (request|reply)' "$TMP/dump")" -eq 2
check_eq "red has a route" 10.0.0.0/24 \
	"$(ip netns exec red ip route | awk '{ print $1 }')"

# green is on the bridge and has nobody to talk to but the bridge
check "green is up" wait_for 5 is_up green veth-green
ip addr add 10.0.0.4/24 dev br0
check "the bridge's namespace reaches green" ping -q -c 1 -W 2 10.0.0.3
check "green reaches the bridge's namespace" reaches green 10.0.0.4
check "green does not reach red" not_reaches green 10.0.0.1
