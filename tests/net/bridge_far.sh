#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the far ends of the ports own is in the table, and stays right when they
# change their addresses, move into another namespace, or go.
# on: uml
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge
need_kind nsbridge nsveth

A=02:00:00:00:05:0a
X=02:00:00:00:05:01
setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
port red 10.9.0.1/24 $A
port blue 10.9.0.2/24 02:00:00:00:05:0b

owner() { fdb_count "$1" "$2" owner; }
# side PORT: the inode of the namespace behind it, as ip has it
side() { link_of host "$1" .linkinfo.info_slave_data.netns_inode; }

check_eq "the far end's address is entered" 1 "$(owner $A red)"
check_eq "for nobody else" 1 "$(fdb_count $A)"
check_eq "ip shows the side" "$(ns_inode red)" "$(side p-red)"

# --- its address changes, while it is up
ip_ns red link set eth0 address 02:00:00:00:05:1a
check_eq "a new address is entered" 1 "$(owner 02:00:00:00:05:1a red)"
check_eq "and the old one gone" 0 "$(fdb_count $A)"
check "traffic goes on" reaches blue 10.9.0.1
ip_ns red link set eth0 address $A

# --- secondary addresses
bridge_ns red fdb add $X dev eth0 self
check_eq "an address added to the far end is entered" 1 "$(owner $X red)"
listen red eth0 -d $X
in_ns blue ether send eth0 -n 5 -d $X >/dev/null
hush
check_eq "frames to it arrive" 5 "$(heard red eth0)"
bridge_ns red fdb del $X dev eth0 self
check_eq "taken away, it is gone" 0 "$(fdb_count $X)"
ip_ns red link add link eth0 name mv0 address $X type macvlan mode bridge
ip_ns red link set mv0 up
check_eq "a macvlan's address is entered" 1 "$(owner $X red)"
ip_ns red addr add 10.9.0.11/24 dev mv0
ip_ns red route add 10.9.0.2/32 dev mv0 src 10.9.0.11
check "and is reached" reaches blue 10.9.0.11
ip_ns red link set mv0 address 02:00:00:00:05:02
check_eq "also when it changes" "0 1" "$(fdb_count $X) $(owner 02:00:00:00:05:02 red)"
ip_ns red link del mv0
check_eq "and goes" 0 "$(fdb_count 02:00:00:00:05:02)"

# --- the far end moves
in_ns red ether send eth0 -n 1 -s 02:00:00:00:05:99 >/dev/null
check_eq "red is heard with another address" 1 "$(fdb_count 02:00:00:00:05:99 red learned)"
bridge_ns red fdb add $X dev eth0 self
ip_ns red link set eth0 netns "$(real green)" name eth0
check_eq "what red owned is gone" 0 "$(fdb_count '' red)"
check_eq "what was learned there too" 0 "$(fdb_count 02:00:00:00:05:99)"
check_eq "the address is green's" 1 "$(owner $A green)"
check_eq "ip shows the new side" "$(ns_inode green)" "$(side p-red)"
ip_ns green addr add 10.9.0.3/24 dev eth0
ip_ns green link set eth0 up
check "it works in the new place" reaches blue 10.9.0.3

# nothing meant for the old side enters the new one: traffic runs through the
# whole move, and what arrives afterwards has been sent afterwards
spawn blue ether send eth0 -n 100000000 -s 02:00:00:00:05:0b -d $X
flood=$!
sleep 0.3
ip_ns green link set eth0 netns "$(real red)"
ip_ns red link set eth0 up
listen red eth0 -d $X
hush
ended $flood
check_eq "no frame for an address that stayed behind" 0 "$(heard red eth0)"

# several times, under traffic, and it is always one or the other
know blue 10.9.0.1 $A
spawn blue ping -q -f 10.9.0.1
flood=$!
ok=1
for i in 1 2 3 4 5; do
	ip_ns red link set eth0 netns "$(real green)"
	[ "$(owner $A green) $(owner $A red)" = "1 0" ] || ok=0
	ip_ns green link set eth0 netns "$(real red)"
	[ "$(owner $A green) $(owner $A red)" = "0 1" ] || ok=0
done
ended $flood
check_eq "moved to and fro, it is always owned by one" 1 $ok
ip_ns red addr replace 10.9.0.1/24 dev eth0
ip_ns red link set eth0 up
check "and works in the end" wait_for 5 reaches blue 10.9.0.1

# --- enslaved when the far end is away already, or is still at home
ip_ns host link set p-red nomaster
check_eq "a port taken out takes its entries along" 0 "$(fdb_count $A)"
ip_ns host link set p-red master br0
check_eq "put back, they are back" 1 "$(owner $A red)"
check "with traffic" wait_for 5 reaches blue 10.9.0.1
ip_ns host link add p-home type nsveth peer name home address $X
ip_ns host link set p-home master br0 up
ip_ns host link set home up
check_eq "a far end at home is the bridge's own side" 1 "$(owner $X host)"
check_eq "and is flooded to" on \
	"$(link_of host p-home .linkinfo.info_slave_data.flood)"
ip_ns host link set home netns "$(real green)" name eth5
check_eq "then it moves" "1 0" "$(owner $X green) $(fdb_count $X host)"
check_eq "and is not flooded to any more" off \
	"$(link_of host p-home .linkinfo.info_slave_data.flood)"
ip_ns green link set eth5 up
bridge_ns green fdb add 02:00:00:00:05:77 dev eth5
check_eq "a second address counts against the quota" 1 "$(space green used)"
ip_ns green link del eth5
check_eq "a far end that is deleted leaves nothing" 0 "$(fdb_count $X)"
check_eq "and gives back what its addresses had of the quota" 0 "$(space green used)"

# --- a plain veth is a far end as well
ip_ns host link add p-veth type veth peer name eth7 address $X netns "$(real green)"
ip_ns host link set p-veth master br0 up
check_eq "a veth's far end is entered" 1 "$(owner $X green)"
ip_ns green addr add 10.9.0.7/24 dev eth7
ip_ns green link set eth7 up
check "and is reached" wait_for 5 reaches blue 10.9.0.7
ip_ns green link set eth7 address 02:00:00:00:05:03
check_eq "its address changes" "0 1" "$(fdb_count $X) $(owner 02:00:00:00:05:03 green)"
ip_ns green link set eth7 netns "$(real red)"
check_eq "it moves" "0 1" "$(fdb_count '' green) $(owner 02:00:00:00:05:03 red)"

# --- the port itself moves, and is no port any more
ip_ns host link set p-blue netns "$(real green)"
check_eq "a port that moves away has no master" null "$(link_of green p-blue .master)"
check_eq "its entries are gone" 0 "$(fdb_count '' blue)"
ip_ns green link set p-blue netns "$(real host)"
ip_ns host link set p-blue master br0 up
check "back, it is a port again" wait_for 5 reaches blue 10.9.0.1

# --- namespaces go
del_ns blue
check "with a namespace its port and its entries go" wait_for 5 eval \
	'! has_dev host p-blue && fdb_is 0 02:00:00:00:05:0b'
