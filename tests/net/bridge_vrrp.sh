#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# VRRP with the real keepalived: two namespaces share a virtual MAC (use_vmac,
# so each has a macvlan with it). Whoever is the master gets all that is for the
# virtual address, from the first frame on, and the other one keeps what is for
# itself.
# on: 6.12
# timeout: 100
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq keepalived ping
need_kind "$KIND" "$PAIR"

VIRTUAL=10.3.0.100 VMAC=00:00:5e:00:01:33
declare -A IP=([red]=10.3.0.1 [blue]=10.3.0.2) PRIORITY=([red]=150 [blue]=100)
declare -A DAEMON=()
N=30

# daemon NS: keepalived there; its configuration differs in the priority only
daemon() {
	cat >"$TMP/$1.conf" <<-E
		global_defs {
			router_id $1
			vrrp_version 3
		}
		vrrp_instance one {
			state BACKUP
			interface eth0
			use_vmac vrrp51
			virtual_router_id 51
			priority ${PRIORITY[$1]}
			advert_int 0.25
			virtual_ipaddress {
				$VIRTUAL/24
			}
		}
	E
	ip netns exec "${!1}" keepalived -n -l -P -f "$TMP/$1.conf" \
		-p "$TMP/$1.pid" -r "$TMP/$1.vrrp.pid" >>"$TMP/$1.log" 2>&1 &
	DAEMON[$1]=$!
}
# what it has said, for whoever has to find out
explain() { sed "s/^/# $1: /" "$TMP/$1.log"; }

has() { [ -n "$(ip_ns "$1" -o addr show to "$VIRTUAL")" ]; }
lacks() { ! has "$1"; }
# up is how it has the MAC, also as a backup
shares() { ip_ns "$1" -o link show up | grep -q $VMAC; }

# listen_at NS: counts what comes for the virtual address
listen_at() {
	: >"$TMP/ear-$1.err"
	ip netns exec "${!1}" ether count eth0 -i $VIRTUAL -d $VMAC \
		>"$TMP/ear-$1" 2>"$TMP/ear-$1.err" &
	LISTEN[$1]=$!
	wait_for 5 test -s "$TMP/ear-$1.err" || fail "cannot listen in $1"
}

# master NS OTHER WHAT: NS has the address by now, and what is said about it in
# the name of the check goes for it
master() {
	local ns=$1 other=$2 own
	wait_for 20 has "$ns" || { explain "$ns"; fail "$ns does not become the master: $3"; }
	wait_for 20 lacks "$other" || { explain "$other"; fail "$other stays the master: $3"; }
	listen_at "$ns"
	listen_at "$other"
	# not by way of the stack, which would wait for an answer first
	in_ns client ether send eth0 -n $N -s "$CLIENT" -d $VMAC -u 10.3.0.9,$VIRTUAL >/dev/null
	hush
	for own in "$ns" "$other"; do
		ended "${LISTEN[$own]}"
	done
	check_eq "$3: all frames for the virtual address are at $ns, from the first on" \
		"$N 0" "$(<"$TMP/ear-$ns") $(<"$TMP/ear-$other")"
	check_eq "$3: all are answered" $N "$(pings client $VIRTUAL $N)"
}
# own_traffic NS...: it keeps what is for itself
own_traffic() {
	local ns
	for ns; do
		check_eq "$ns keeps its own traffic" $N "$(pings client "${IP[$ns]}" $N)"
	done
}

setup_ns host red blue client
no_ipv6 host red blue client
bridge_up host br0
for ns in red blue; do
	port $ns "${IP[$ns]}/24"
done
port client 10.3.0.9/24
CLIENT=$(mac_of client eth0)

daemon red
daemon blue
master red blue "at first"
check "the master has the virtual MAC" shares red
check "the backup has it, too" shares blue
ours && check_eq "the table has it for both" 2 "$(fdb_count $VMAC "" owner)"
own_traffic red blue

# it gives up the address, and its macvlan with it
ended "${DAEMON[red]}"
master blue red "after the master has ended"
own_traffic red

# back, by its priority; blue has had the MAC for longer
daemon red
master red blue "after the former master has come back"
ours && check_eq "the table has it for both again" 2 "$(fdb_count $VMAC "" owner)"
own_traffic blue

# nothing is given up, and nobody is told
ip_ns red link set eth0 down
master blue red "after the master's link has gone down"
ip_ns red link set eth0 up
master red blue "after it has come up again"
own_traffic red blue

for ns in red blue; do
	ended "${DAEMON[$ns]}"
done
ours && check_eq "nothing is left in the table" 0 "$(fdb_count $VMAC)"
