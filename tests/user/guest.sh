#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
# The command and the plugins of ip with the module loaded, for a virtual machine:
#
#	tests/vm/run.sh -k 6.1 -- tests/user/guest.sh
#
# Prints TAP.
# shellcheck disable=SC2016 # conditions are evaluated by ok, in eval
COUNT=0
FAILED=0
OUT=

run()
{
	OUT=$("$@" 2>&1 </dev/null)
	CODE=$?
}

ok()
{
	local name=$1

	shift
	COUNT=$((COUNT + 1))
	if "$@"; then
		echo "ok $COUNT - $name"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $name"
		printf '%s\n' "$OUT" | head -n 20 | sed 's/^/# /'
	fi
}

is()	{ [ "$CODE" -eq "$1" ]; }
has()	{ is "$1" && [[ $OUT == *"$2"* ]]; }
line()	{ is 0 && grep -Eq "$1" <<<"$OUT"; }
works()	{ run "$@"; ok "$*" is 0; }

json()
{
	command -v jq >/dev/null || return 0
	jq -e "$1" <<<"$OUT" >/dev/null
}

echo "TAP version 13"

# ---- ip, with the plugins
works ip netns add red
works ip netns add blue
works ip link add red0 netns red mtu 1300 address 02:00:00:00:00:11 type nsveth \
	peer name blue0 address 02:00:00:00:00:12 mtu 1300 netns blue txqueuelen 77 numtxqueues 2
run ip -n red link show red0
ok "one end, made in its namespace" eval 'has 0 "mtu 1300" && has 0 02:00:00:00:00:11 && has 0 "link-netns blue"'
run ip -n blue -d link show blue0
ok "the other end, with all that was said of it" \
	eval 'has 0 "mtu 1300" && has 0 02:00:00:00:00:12 && has 0 "qlen 77" && has 0 "numtxqueues 2" && has 0 nsveth'
works ip link add pa type nsveth peer pb
works ip link del pa
works ip link add type nsveth
run ip -br link show type nsveth
ok "a pair without names" eval 'is 0 && [ "$(wc -l <<<"$OUT")" -eq 2 ]'
works ip link del "$(sed -n '1s/@.*//p' <<<"$OUT")"

works ip link add br0 type nsbridge ageing_time 6000 quota 77 group_fwd_mask 0x8 \
	max_entries 5000 max_crossings 3000 default_verdict deny neigh_direct off neigh_guard on \
	vlan_filtering on vlan_default_pvid 7 max_ports 99
run ip -d link show br0
ok "its settings" has 0 "nsbridge ageing_time 6000 quota 77 group_fwd_mask 0x8 max_entries 5000 max_crossings 3000 default_verdict deny neigh_direct off neigh_guard on vlan_filtering 1 vlan_default_pvid 7 max_ports 99 n_ports 0"
works ip link set br0 type nsbridge ageing_time 12000 default_verdict allow neigh_direct on vlan_filtering off
run ip -d -j link show br0
ok "its settings in JSON" json '.[0].linkinfo.info_data | .ageing_time == 12000 and .group_fwd_mask == "0x8" and
	.default_verdict == "allow" and .neigh_direct == true and .neigh_guard == true'
run ip link set br0 type nsbridge group_fwd_mask 1
ok "a refusal in the kernel's words" eval 'has 2 "Error: " && [[ $OUT != *"Invalid argument"* ]]'

works ip link add port0 type nsveth peer name eth0 netns red
works ip link set port0 master br0
works ip link set port0 type nsbridge_slave learning off flood on mcast_flood off \
	bcast_flood off locked on isolated on quota 5
run ip -d link show port0
ok "a port's settings" has 0 "nsbridge_slave learning off flood on mcast_flood off bcast_flood off locked on isolated on trusted off quota 5 uplink off"
works ip link set port0 type nsbridge_slave flood auto learning on locked off
run ip -d -j link show port0
ok "a port's settings in JSON" json '.[0].linkinfo.info_slave_data | .learning == true and .locked == false and .uplink == false'
run ip link set port0 type nsbridge_slave trusted on
ok "what cannot be set is refused in the kernel's words" has 2 "uplink"

# ---- fdb
works nsbridge fdb add 02:00:00:00:00:77 dev port0
run nsbridge fdb show bridge br0
ok "a static entry is listed" line '^br0 +port0 +02:00:00:00:00:77 .*red .*static'
ok "the address of the far end is listed" line '^br0 +port0 .*red .*owner'
run nsbridge -j fdb show dev port0
ok "fdb in JSON" json 'map(select(.mac == "02:00:00:00:00:77"))[0].namespace.name == "red"'
run nsbridge fdb add 02:00:00:00:00:77 dev br0
ok "a device that is no port" has 1 "nsbridge: 02:00:00:00:00:77: "
run nsbridge fdb add 03:00:00:00:00:77 dev port0
ok "an address that cannot be an entry" has 1 "nsbridge: 03:00:00:00:00:77: "
works nsbridge fdb del 02:00:00:00:00:77 dev port0
run nsbridge fdb del 02:00:00:00:00:77 dev port0
ok "an entry that is not there" has 1 "nsbridge: 02:00:00:00:00:77: "
if command -v setpriv >/dev/null; then
	run setpriv --reuid 65534 --clear-groups --bounding-set=-all nsbridge fdb
	ok "without privilege it says so" has 1 CAP_NET_ADMIN
fi

# ---- crossings and namespaces
ip -n red addr add 10.9.0.1/24 dev red0
ip -n blue addr add 10.9.0.2/24 dev blue0
ip -n red link set red0 up
ip -n blue link set blue0 up
works ip netns exec red ping -q -c 3 -i 0.2 10.9.0.2
run nsbridge -n red crossing show
ok "a cable's crossing" line '^red0 +red +blue +[1-9]'
run nsbridge -n red -j crossing show
ok "a cable's crossing in JSON" json 'map(select(.from.name == "red" and .link == "red0"))[0] | .kind == "cable" and .frames >= 3'
run nsbridge -n red -s crossing
ok "with the time it was seen" line '^red0 +red +blue .* 20[0-9][0-9]-'
run nsbridge -n red crossing matrix
ok "the matrix" line '^red +[1-9][0-9]* +- +[1-9]'
run env COLUMNS=20 nsbridge -n red crossing matrix bytes
ok "a matrix that is too wide is a list" line '^red +blue +[1-9]'
run nsbridge namespace list
ok "a namespace on a bridge" line '^red .*br0 in .*: 1 port, 0 of 5 entries'
run nsbridge -j namespace list
ok "in JSON" json 'map(select(.name == "red"))[0].bridges[0] | .quota == 5 and .ports == 1'

# ---- verdicts
works ip link add port1 type nsveth peer name eth0 netns blue
works ip link set port1 master br0
works ip link set port0 type nsbridge_slave isolated off flood auto mcast_flood on bcast_flood on
ip -n red addr add 10.8.0.1/24 dev eth0
ip -n blue addr add 10.8.0.2/24 dev eth0
for n in red blue; do ip -n $n link set eth0 up; done
for d in br0 port0 port1; do ip link set $d up; done
nsbridge crossing monitor bridge br0 >/tmp/text 2>&1 &
MONITOR=$!
nsbridge -j crossing monitor >/tmp/json 2>&1 &
MONITOR_JSON=$!
red_to_blue() { ip netns exec red ping -q -c 2 -i 0.2 -W 1 10.8.0.2; }
works red_to_blue
run nsbridge crossing show bridge br0
ok "no verdicts: no column for them" eval 'is 0 && [[ $OUT != *verdict* ]]'
run nsbridge -j crossing show bridge br0
ok "but in JSON" json 'map(select(.from.name == "red" and .to.name == "blue"))[0] | .verdict == "allow" and .rule == "unset"'
works nsbridge crossing deny bridge br0 from red to blue
run red_to_blue
ok "what is denied does not cross" is 1
run nsbridge crossing show bridge br0
ok "the verdict is shown" line '^br0 +red +blue +[1-9].* deny$'
ok "of others as well" line '^br0 +blue +red +[1-9].* allow$'
run nsbridge -s crossing show bridge br0
ok "the rule and the reasons" line '^br0 +red +blue +[1-9].* deny +deny +policy [1-9]'
works nsbridge crossing unset bridge br0 to blue from red
works red_to_blue
works nsbridge crossing deny bridge br0 from "$(stat -Lc %i /run/netns/red)" to any
run red_to_blue
ok "denied from an inode number to any" is 1
works nsbridge crossing allow bridge br0 from red to /run/netns/blue
works red_to_blue
ip netns add far
works nsbridge crossing deny bridge br0 from any to far
works nsbridge crossing deny bridge br0 from pid:1 to far
run nsbridge namespace show bridge br0
ok "a namespace without a port has its rule" line '^br0 +far +0 .* - +deny$'
ok "and one with a port" line '^br0 +red +1 .* deny +-$'
run nsbridge -j namespace show
ok "in JSON" json 'map(select(.namespace.name == "far"))[0] | .rule_from == "unset" and .rule_to == "deny"'
run nsbridge namespace list
ok "and in the list" line '^far .*br0 in .*: 0 ports, .* entries, to deny'
works nsbridge crossing unset bridge br0 from red to any
works nsbridge crossing unset bridge br0 from red to blue
run nsbridge crossing deny bridge br0 from any to any
ok "any to any is the bridge's default" has 2 'ip link set br0 type nsbridge default_verdict deny'
run nsbridge crossing deny bridge lo from red to any
ok "not a bridge" has 1 "nsbridge: lo: This is not an nsbridge"
run nsbridge crossing deny bridge br0 from 4111111111 to any
ok "an inode number of no namespace" has 1 "nsbridge: br0: No such namespace"
works ip link set br0 type nsbridge default_verdict deny
run red_to_blue
ok "the default denies" is 1
works ip link set br0 type nsbridge default_verdict allow

# ---- learned entries, and those that are flushed
works ip link set port0 type nsbridge_slave learning on
send() { ip netns exec red ether send eth0 -d ff:ff:ff:ff:ff:ff "$@" >/dev/null; }
works send -s 02:00:00:00:01:00 -S 3 -n 3
works nsbridge fdb add 02:00:00:00:00:77 dev port0
run nsbridge fdb show dev port0
ok "three were learned" [ "$(grep -c learned <<<"$OUT")" -eq 3 ]
works nsbridge fdb flush dev port0
run nsbridge fdb show dev port0
ok "what was learned is flushed, and only that" \
	eval 'line "02:00:00:00:00:77 .*static" && line owner && [[ $OUT != *learned* ]]'

# ---- events
works ip link set br0 type nsbridge neigh_guard on
works send -s 02:00:00:00:01:00 -S 9 -n 9
works ip link set port0 type nsbridge_slave locked on
works send -s 02:00:00:00:02:00
works ip link set port0 type nsbridge_slave locked off
works send -a 1,02:00:00:00:00:11,10.8.0.2,00:00:00:00:00:00,10.8.0.77
ip -n blue link set eth0 address "$(ip netns exec red cat /sys/class/net/eth0/address)"
ip netns del blue
for _ in {1..50}; do
	grep -q "crossing-end.*to blue" /tmp/text && grep -q crossing-end /tmp/json && break
	sleep 0.1
done
works ip link del port0
works ip netns del far
sleep 1
kill $MONITOR $MONITOR_JSON
wait $MONITOR $MONITOR_JSON 2>/dev/null
run cat /tmp/text
printf '%s\n' "$OUT" | sed 's/^/# /'
ok "event: a duplicate" line '^[0-9:.]+ br0 duplicate namespace blue port port1 mac [0-9a-f:]+ first red$'
ok "event: a quota is used up" line '^[0-9:.]+ br0 quota namespace red port port0 mac 02:00:00:00:01:'
ok "event: a forged MAC" line '^[0-9:.]+ br0 spoof namespace red port port0 mac 02:00:00:00:02:00$'
ok "event: a claimed IP address" line '^[0-9:.]+ br0 neigh namespace red port port0 mac [0-9a-f:]+ ip 10.8.0.2'
ok "event: a port is gone" line '^[0-9:.]+ br0 port-gone namespace blue port port1$'
ok "event: a namespace is gone, by its name" line '^[0-9:.]+ br0 namespace-gone namespace blue$'
ok "a crossing's last counters" line '^[0-9:.]+ br0 crossing-end from red to blue frames [1-9][0-9]* segs .* drops [1-9][0-9]* \(.*policy [1-9]'
ok "event: a port that is deleted, by its name" line '^[0-9:.]+ br0 port-gone namespace red port port0$'
run jq -s -c . /tmp/json
ok "events in JSON, an object a line" json 'length == '"$(wc -l </tmp/json)"' and
	(map(select(.event == "duplicate"))[0] | .namespace.name == "blue" and .first.name == "red" and .bridge == "br0" and .port == "port1") and
	(map(select(.event == "crossing-end" and .to.name == "blue"))[0] | .from.name and .frames >= 0 and .reasons)'
rm -f /tmp/text /tmp/json

ip link del br0
ip netns del red

# ---- labs
run nsbridge lab compare duplicate-mac
ok "duplicate-mac on both" eval 'is 0 && tail -n 1 <<<"$OUT" | grep -Eq "^demo: bridge sent=200 right=[0-9]+ wrong=[0-9]+ lost=[0-9]+; nsbridge sent=200 right=200 wrong=0 lost=0$"'
printf '%s\n' "$OUT" | sed 's/^/# /'
run nsbridge -j lab compare duplicate-mac
ok "in JSON" json 'map(select(.driver == "nsbridge")) | map(.right == .sent and .tcp_complete) | all'

run nsbridge lab up hardened
ok "hardened" is 0
run nsbridge lab check hardened
ok "its checks" is 0
printf '%s\n' "$OUT" | sed 's/^/# /'
run nsbridge -j -n hardened-switch namespace show
ok "its rules" json 'map(select(.namespace.name == "hardened.gateway"))[0] | .rule_from == "allow" and .rule_to == "allow"'
works nsbridge lab down hardened

{
	printf 'name: many\nipv6: off\nbridges: [{name: br0}]\nnamespaces:\n'
	for i in {1..100}; do echo "  - name: n$i"; done
	echo "ports:"
	for i in {1..100}; do
		echo "  - {namespace: n$i, device: eth0, bridge: br0, addresses: [10.3.0.$i/24]}"
	done
	echo "checks:"
	echo "  - ping: {from: n1, to: 10.3.0.2 10.3.0.50 10.3.0.100}"
	echo "  - tcp: {from: n7, to: 10.3.0.99}"
} >/tmp/many.yaml
works nsbridge lab up /tmp/many.yaml
run nsbridge lab check many
ok "a lab of 100 namespaces" is 0
run nsbridge -n many-switch crossing matrix
ok "its matrix" line 'n100'
works nsbridge lab down many
rm -f /tmp/many.yaml
# Namespaces go a moment after their names.
for _ in {1..50}; do
	[ "$(ls /run/netns 2>/dev/null)" ] || break
	sleep 0.1
done
ok "nothing is left" eval '[ -z "$(ls /run/netns /run/nsbridge/labs 2>/dev/null | grep -v :)" ]'

echo "1..$COUNT"
[ "$FAILED" -eq 0 ]
