#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The forwarding table: what is learned ages, and fills nobody else's quota;
# static entries; and how bridge and nsbridge show it.
# on: uml 6.1
# timeout: 120
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge
need_kind nsbridge nsveth

R=02:00:00:00:09:0a B=02:00:00:00:09:0b G=02:00:00:00:09:0c
X=02:00:00:00:09:99
setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
port red 10.13.0.1/24 $R
port blue 10.13.0.2/24 $B
port green 10.13.0.3/24 $G
hear() { in_ns "$1" ether send eth0 -n "${3:-1}" -S "${3:-1}" -s "$2" -d $G >/dev/null; }
entry() { in_ns host nsbridge -j fdb show | jq -r ".[] | select(.mac == \"$1\") | $2"; }

# --- learning
hear red $X
check_eq "a source is learned, for the namespace it came from" 1 "$(fdb_count $X red learned)"
check_eq "once" 1 "$(fdb_count $X)"
hear blue $X
check_eq "the same from another namespace is another entry" "1 1" \
	"$(fdb_count $X red) $(fdb_count $X blue)"
ip_ns host link set p-red type nsbridge_slave learning off
hear red 02:00:00:00:09:98
check_eq "learning off" 0 "$(fdb_count 02:00:00:00:09:98)"
ip_ns host link set p-red type nsbridge_slave learning on

# --- ageing: 2 seconds
ip_ns host link set br0 type nsbridge ageing_time 200
hear red 02:00:00:00:09:97
# beside the checks, which may take as long as an entry lives
spawn blue bash -c "while ether send eth0 -n 1 -s 02:00:00:00:09:96 -d $G; do sleep 0.2; done"
talker=$!
check "who is not heard goes" wait_for 10 fdb_is 0 02:00:00:00:09:97
check_eq "who is stays" 1 "$(fdb_count 02:00:00:00:09:96 blue)"
ended $talker
check_eq "owners stay" "1 1 1" "$(fdb_count $R) $(fdb_count $B) $(fdb_count $G)"
check "in the end all go" wait_for 10 fdb_is 0 '' '' learned
ip_ns host link set br0 type nsbridge ageing_time 30000

# --- a namespace fills its own quota and no other
hear blue $X
ip_ns host link set p-red type nsbridge_slave quota 200
hear red 02:aa:00:00:00:00 3000
check_eq "as much as the quota is learned" 200 "$(fdb_count '' red learned)"
check_eq "the rest is counted" 2800 "$(space red refused)"
check_eq "and the quota shown" "200 200" "$(space red quota) $(space red used)"
check_eq "another namespace keeps what it has" 1 "$(fdb_count $X blue)"
hear blue 02:bb:00:00:00:00 300
check_eq "and learns more" 301 "$(fdb_count '' blue learned)"
check "traffic goes on" reaches red 10.13.0.2
check "owners need no quota" eval \
	'ip_ns red link set eth0 address 02:00:00:00:09:1a && fdb_is 1 02:00:00:00:09:1a red owner'
ip_ns red link set eth0 address $R
ip_ns red link set eth0 down
check "without carrier everything learned is forgotten" wait_for 5 fdb_is 0 '' red learned
check_eq "owners are not" 1 "$(fdb_count $R red owner)"
ip_ns red link set eth0 up
wait_for 5 is_up red eth0
hear red 02:aa:00:00:00:00 3000
check_eq "the quota is free again, and fills again" 200 "$(fdb_count '' red learned)"
# the default
hear green 02:cc:00:00:00:00 3000
check_eq "the default quota" 1024 "$(fdb_count '' green learned)"
# secondary addresses count, device addresses do not
check_fails "no secondary address beyond the quota" eval \
	'bridge_ns green fdb add 02:dd:00:00:00:01 dev eth0 self; fdb_is 1 02:dd:00:00:00:01'
# the bridge's own limit
ip_ns host link set br0 type nsbridge max_entries 10
hear blue 02:ee:00:00:00:00
check_eq "no entry beyond max_entries" 0 "$(fdb_count 02:ee:00:00:00:00)"
ip_ns host link set br0 type nsbridge max_entries 1048576

# --- static entries
S=02:00:00:00:09:5a
check "bridge fdb add on a port" bridge_ns host fdb add $S dev p-red
check_eq "static" "static p-red" "$(entry $S '"\(.origin) \(.port)"')"
listen red eth0 -d $S
in_ns blue ether send eth0 -n 5 -d $S >/dev/null
hush
check_eq "frames go there" 5 "$(heard red eth0)"
check_says "twice is once too often" 'delete it first' bridge_ns host fdb add $S dev p-red
check "bridge fdb replace" bridge_ns host fdb replace $S dev p-red
check "bridge fdb del" bridge_ns host fdb del $S dev p-red
check_eq "gone" 0 "$(fdb_count $S)"
check_fails "once" bridge_ns host fdb del $S dev p-red
check "nsbridge fdb add" in_ns host nsbridge fdb add $S dev p-red
check "another namespace may have the same" in_ns host nsbridge fdb add $S dev p-blue
check_eq "two entries" 2 "$(fdb_count $S '' static)"
check_says "not twice" 'delete it first' in_ns host nsbridge fdb add $S dev p-red
check "nsbridge fdb del" in_ns host nsbridge fdb del $S dev p-red
check_eq "one is left" 1 "$(fdb_count $S blue)"
check_says "not where it does not lead" 'No entry' in_ns host nsbridge fdb del $S dev p-red
check_says "not of a far end" 'change it there' in_ns host nsbridge fdb del $R dev p-red
check_says "not on a device that is no port" 'not a port' in_ns host nsbridge fdb add $S dev br0
check_says "no group address" unicast in_ns host nsbridge fdb add 01:00:5e:00:00:01 dev p-red
check_fails "no VLAN" bridge_ns host fdb add $S dev p-red vlan 5
hear red $S
hear blue $S
check_eq "a static entry is not replaced by learning" static "$(entry $S 'select(.port == "p-blue") | .origin')"
# "dynamic" ages and moves between the ports of its namespace, "sticky" stays
port red -
D=02:00:00:00:09:5d
check "bridge fdb add dynamic" bridge_ns host fdb add $D dev p-red dynamic
check_eq "ages" "learned p-red false" "$(entry $D '"\(.origin) \(.port) \(.sticky)"')"
in_ns red ether send eth1 -s $D -d $G >/dev/null
check_eq "and moves to where it is heard" p-red-1 "$(entry $D .port)"
for how in dynamic static; do
	check "bridge fdb replace $how sticky" bridge_ns host fdb replace $D dev p-red $how sticky
	check_eq "nsbridge shows it" "p-red true" "$(entry $D '"\(.port) \(.sticky)"')"
	check_eq "bridge does" sticky "$(bridge_ns host -j fdb show dev p-red |
		jq -r ".[] | select(.mac == \"$D\") | .flags[]")"
	in_ns red ether send eth1 -s $D -d $G >/dev/null
	check_eq "it stays where it is" p-red "$(entry $D .port)"
done
check "nsbridge fdb del" in_ns host nsbridge fdb del $D dev p-red
check "nsbridge fdb add dynamic sticky" in_ns host nsbridge fdb add $D dev p-red dynamic sticky
check_eq "has both" "learned true" "$(entry $D '"\(.origin) \(.sticky)"')"
check_says "nothing that ages beside an owner" 'never count' \
	in_ns host nsbridge fdb add $R dev p-red dynamic
check_fails "sticky is for what is added" in_ns host nsbridge fdb del $D dev p-red sticky
in_ns host nsbridge fdb del $D dev p-red
ip_ns host link del p-red-1

# it outranks an owner
check "a static entry for another's address" in_ns host nsbridge fdb add $G dev p-red
listen red eth0 -d $G
listen green eth0 -d $G
in_ns blue ether send eth0 -n 5 -d $G >/dev/null
hush
check_eq "outranks the owner" "5 0" "$(heard red eth0) $(heard green eth0)"
in_ns host nsbridge fdb del $G dev p-red
# and the owner of the same namespace, without losing it
in_ns host nsbridge fdb add $R dev p-red
check_eq "it replaces the owner entry of its namespace" "static" "$(entry $R .origin)"
in_ns host nsbridge fdb del $R dev p-red
check_eq "which comes back" owner "$(entry $R .origin)"
ip_ns red link set eth0 down
check_eq "static entries outlive the carrier" 1 "$(fdb_count $S blue static)"
ip_ns red link set eth0 up
ip_ns host link set p-blue nomaster
check_eq "not the port" 0 "$(fdb_count $S blue)"
ip_ns host link set p-blue master br0

# --- as it is shown
n=$(fdb_count)
check_num "there is enough to need several messages" "$n" -gt 1000
# br0's own lines that are not entries: its multicast and secondary addresses
check_eq "bridge fdb show has every entry of the table" \
	"$(in_ns host nsbridge -j fdb show | jq -r '.[].mac' | sort | uniq -c)" \
	"$(bridge_ns host -j fdb show | jq -r '.[] | select(.master == "br0") | .mac' | sort | uniq -c)"
check_eq "of one port" "$(fdb_count '' green)" \
	"$(bridge_ns host -j fdb show dev p-green | jq '[.[] | select(.master == "br0")] | length')"
check_eq "nsbridge of one port" "$(fdb_count '' green)" \
	"$(in_ns host nsbridge -j fdb show dev p-green | jq length)"
check_eq "an owner is external, not learned here" extern_learn \
	"$(bridge_ns host -j fdb show dev p-green | jq -r ".[] | select(.mac == \"$G\") | .flags[]")"
check "ages are shown" eval \
	'bridge_ns host -s fdb show dev p-green | grep -qE "02:cc:.* used [0-9]+/[0-9]+"'
# nothing is older than this script
check_num "and are right" "$(entry 02:cc:00:00:00:00 .age_ms)" -lt $((SECONDS * 1000 + 1000))
check_eq "and in JSON to the millisecond" number "$(entry 02:cc:00:00:00:00 '.age_ms | type')"
