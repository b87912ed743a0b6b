#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Namespaces with one MAC get what is theirs, and a newcomer gets nothing that
# somebody who was there before could have used.
# timeout: 180
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need tcpdump ether jq nsbridge socat
need_kind "$KIND" "$PAIR"

M=02:00:00:00:02:0a
N=50

star() {
	setup_ns host ann bob cat
	[ "$1" = 6 ] || no_ipv6 host ann bob cat
	bridge_up host br0
	port ann 10.3.0.1/24 $M
	port bob 10.3.0.2/24 $M
	port cat 10.3.0.3/24 02:00:00:00:02:0c
	[ "$1" = 6 ] || return 0
	ip_ns ann addr add fd03::1/64 dev eth0
	ip_ns bob addr add fd03::2/64 dev eth0
	ip_ns cat addr add fd03::3/64 dev eth0
}

# both: ping a and b from c in turns; sets BACK_A, BACK_B, WRONG
both() {
	watch ann eth0 "not arp and dst host $2"
	watch bob eth0 "not arp and dst host $1"
	in_ns cat ping -q -n -c $N -i 0.02 -W 1 "$1" >"$TMP/a" 2>&1 &
	local pid=$!
	in_ns cat ping -q -n -c $N -i 0.02 -W 1 "$2" >"$TMP/b" 2>&1
	wait $pid
	BACK_A=$(received "$TMP/a") BACK_B=$(received "$TMP/b")
	WRONG=$(($(seen ann eth0) + $(seen bob eth0)))
}

stock star 4
both 10.3.0.1 10.3.0.2
note "bridge: of $N pings to a $BACK_A came back, of $N to b $BACK_B; $WRONG delivered to the wrong one"
check_num "the stock bridge fails (control)" $((BACK_A + BACK_B)) -lt $((2 * N))
del_ns host ann bob cat

# --- two with one MAC
star 6
both 10.3.0.1 10.3.0.2
note "$KIND: of $N pings to a $BACK_A came back, of $N to b $BACK_B; $WRONG delivered to the wrong one"
check_eq "IPv4: everything is delivered" "$N $N" "$BACK_A $BACK_B"
check_eq "IPv4: nothing to the wrong one" 0 "$WRONG"
both fd03::1 fd03::2
check_eq "IPv6: everything is delivered" "$N $N" "$BACK_A $BACK_B"
check_eq "IPv6: nothing to the wrong one" 0 "$WRONG"

transfer cat ann 10.3.0.1 2048 7001 &
pid=$!
check "TCP to both at a time" transfer cat bob 10.3.0.2 2048 7002
wait $pid
check_eq "and to the other" 0 $?
check "TCP over IPv6" transfer cat bob '[fd03::2]' 512 7003
check "TCP from them" transfer bob cat 10.3.0.3 512 7004

# link-local addresses are made of the MAC, so these are the same as well
ip_ns bob addr add fe80::b/64 dev eth0
check "a link-local address that only b has" reaches cat fe80::b%eth0

# ARP and ND answers are unicast to one MAC and differ in the target only
for n in ann bob; do
	ip_ns $n neigh flush dev eth0
	check "an ARP reply reaches $n" reaches $n 10.3.0.3
	ip_ns $n neigh flush dev eth0
	check "a neighbour advertisement reaches $n" reaches $n fd03::3
done
# unicast ARP requests, as for an entry that is old
watch ann eth0 arp and dst host 10.3.0.2
watch bob eth0 arp and dst host 10.3.0.1
in_ns cat ether send eth0 -n 5 -s 02:00:00:00:02:0c -d $M \
	-a 1,02:00:00:00:02:0c,10.3.0.3,00:00:00:00:00:00,10.3.0.1 >/dev/null
in_ns cat ether send eth0 -n 5 -s 02:00:00:00:02:0c -d $M \
	-a 1,02:00:00:00:02:0c,10.3.0.3,00:00:00:00:00:00,10.3.0.2 >/dev/null
check_eq "a unicast ARP request goes to whom it asks for" "0 0" \
	"$(seen ann eth0) $(seen bob eth0)"
# frames that are not IP, which everybody can use: to the first
watch ann eth0 ether proto 0x88b5
watch bob eth0 ether proto 0x88b5
in_ns cat ether send eth0 -n 20 -s 02:00:00:00:02:0c -d $M >/dev/null
check_eq "what is not IP goes to who was there first" "20 0" \
	"$(seen ann eth0) $(seen bob eth0)"
# and an address that nobody has, which none can use
watch ann eth0 dst host 10.3.0.77
watch bob eth0 dst host 10.3.0.77
in_ns cat ether send eth0 -n 20 -s 02:00:00:00:02:0c -d $M -u 10.3.0.3,10.3.0.77 >/dev/null
check_eq "what none can use as well" "20 0" "$(seen ann eth0) $(seen bob eth0)"

# --- a newcomer takes MAC and addresses of a, which is talking
ip_ns host link add p-new type "$PAIR" peer name eth0 address $M
in_ns cat ping -q -n -c 200 -i 0.02 -W 1 10.3.0.1 >"$TMP/a" 2>&1 &
p4=$!
in_ns cat ping -q -n -c 200 -i 0.02 -W 1 fd03::1 >"$TMP/b" 2>&1 &
p6=$!
sleep 1
setup_ns new
ip_ns host link set eth0 netns "$(real new)"
ip_ns host link set p-new master br0 up
# quietly: it does not announce itself, and answers no request
in_ns new sysctl -qw net.ipv4.conf.all.arp_ignore=8 net.ipv6.conf.eth0.disable_ipv6=0
ip_ns new link set eth0 up
wait_for 5 is_up new eth0
watch new eth0 "ether dst $M"
for x in 10.3.0.1/24 10.3.0.2/24 fd03::1/64 fd03::2/64; do
	ip_ns new addr add "$x" dev eth0
done
in_ns new ether send eth0 -n 20 -s $M -u 10.3.0.1,10.3.0.3 \
	-d 02:00:00:00:02:0c >/dev/null
in_ns new sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
wait $p4; wait $p6
check_eq "a loses no ping to one with its MAC and address" "200 200" \
	"$(received "$TMP/a") $(received "$TMP/b")"
check_eq "b loses nothing either" 20 "$(pings cat 10.3.0.2 20)"
check "TCP to a goes on" transfer cat ann 10.3.0.1 512 7005
check_eq "the newcomer gets nothing" 0 "$(seen new eth0)"
ip_ns new addr flush dev eth0
in_ns new sysctl -qw net.ipv4.conf.all.arp_ignore=0
ip_ns new addr add 10.3.0.4/24 dev eth0
check_eq "but does get what is for an address that is only its own" 20 \
	"$(pings cat 10.3.0.4 20)"
# the incumbent goes, and the newcomer is the first
ip_ns host link del p-ann
ip_ns new addr add 10.3.0.1/24 dev eth0
ip_ns cat neigh flush dev eth0
check "what an incumbent leaves behind is free" reaches cat 10.3.0.1
del_ns host ann bob cat new

# --- a gateway, whose MAC and whose servers' addresses a newcomer takes
setup_ns host gw cat server evil
bridge_up host br0
port gw 10.4.0.1/24,fd04::1/64 $M
port cat 10.4.0.3/24,fd04::3/64
cable gw out server eth0
ip_ns gw addr add 10.5.0.1/24 dev out
ip_ns gw addr add fd05::1/64 dev out nodad
ip_ns server addr add 10.5.0.2/24 dev eth0
ip_ns server addr add fd05::2/64 dev eth0 nodad
in_ns gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
for n in cat evil; do
	[ $n = cat ] || port evil 10.4.0.9/24,fd04::9/64 $M
	ip_ns $n route add default via 10.4.0.1
	ip_ns $n route add default via fd04::1
done
ip_ns server route add default via 10.5.0.1
ip_ns server route add default via fd05::1
check "the server is reached through the gateway" reaches cat 10.5.0.2
watch evil eth0 "ether dst $M and (host 10.5.0.2 or host fd05::2)"
for x in 10.5.0.2/32 fd05::2/128; do
	ip_ns evil addr add "$x" dev lo
done
in_ns evil sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
check_eq "frames to a server stay with the gateway" 20 "$(pings cat 10.5.0.2 20)"
check_eq "over IPv6 too" 20 "$(pings cat fd05::2 20)"
check "TCP to the server" transfer cat server 10.5.0.2 512 7006
check_eq "who took MAC and server addresses gets nothing" 0 "$(seen evil eth0)"
check_eq "who took them is reached at its own" 20 "$(pings cat 10.4.0.9 20)"
# frames that no route of the sender tells about, so by their destination
watch evil eth0 "ether dst $M and udp"
watch gw eth0 "ether dst $M and udp"
in_ns cat ether send eth0 -n 20 -s 02:11:11:11:11:11 -d $M -u 10.4.0.3,10.5.0.2 >/dev/null
check_eq "raw frames to the server too" "20 0" "$(seen gw eth0) $(seen evil eth0)"
del_ns host gw cat server evil

# --- the bridge's own address, which a container has as well
setup_ns host dan cat
bridge_up host br0
ip_ns host link set br0 address $M
ip_ns host addr add 10.6.0.254/24 dev br0
ip_ns host addr add fd06::fe/64 dev br0 nodad
port dan 10.6.0.1/24,fd06::1/64 $M
port cat 10.6.0.3/24,fd06::3/64
for x in 10.6.0.254 10.6.0.1 fd06::fe fd06::1; do
	check_eq "$x, behind the bridge's own MAC" 20 "$(pings cat $x 20)"
done
check "TCP to the bridge's namespace" transfer cat host 10.6.0.254 512 7007
check "TCP to the container" transfer cat dan 10.6.0.1 512 7008
