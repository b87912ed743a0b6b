#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 260
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
	vlan_filtering on vlan_default_pvid 7 max_ports 99 latency on
run ip -d link show br0
ok "its settings" has 0 "nsbridge ageing_time 6000 quota 77 group_fwd_mask 0x8 max_entries 5000 max_crossings 3000 default_verdict deny neigh_direct off neigh_guard on vlan_filtering 1 vlan_default_pvid 7 max_ports 99 latency on n_ports 0"
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
run nsbridge -n red -j crossing show from red to blue since 60
ok "one crossing of many" json 'length == 1 and .[0].from.name == "red" and .[0].to.name == "blue"'
sleep 0.5
run nsbridge -n red -j crossing show since 0.1
ok "what was seen just now: nothing" json 'length == 0'
run nsbridge crossing show from no-such-netns
ok "from a namespace that is none" has 1 'no network namespace "no-such-netns"'
run nsbridge -n red crossing matrix
ok "the matrix" line '^red +[1-9][0-9]* +- +[1-9]'
run env COLUMNS=15 nsbridge -n red crossing matrix bytes
ok "a matrix that is too wide is a list" line '^red +blue +[1-9]'
works ip netns exec red ether send red0 -n 23000 -l 1314
run env COLUMNS=32 nsbridge -n red crossing matrix bytes
ok "before that it is told in short" line '^red +30M +- +30M$'
run env COLUMNS=80 nsbridge -n red crossing matrix bytes
ok "or in full" line '^red +30[0-9]{6} +- +30[0-9]{6}$'
run nsbridge namespace list
ok "a namespace on a bridge" line '^red .*br0 in .*: 1 port, 0 of 5 entries'
run nsbridge -j namespace list
ok "in JSON" json 'map(select(.name == "red"))[0].bridges[0] | .quota == 5 and .ports == 1'

run env COLUMNS=200 nsbridge -n red crossing matrix -i 0.3
ok "the matrix of a second" has 0 "(frames in a second"
ip netns exec red ping -q -i 0.05 10.9.0.2 >/dev/null &
PING=$!
run nsbridge -n red -j crossing matrix bytes -i 1
ok "with a rate" json 'map(select(.from.name == "red" and .to.name == "blue"))[0] | .bytes > 98 and .bytes < 98 * 60'
run nsbridge -n red crossing top -n 1 -i 0.5 --batch
ok "top, a list" line '^red0 +red +blue +[1-9]'
run nsbridge -n red -j crossing top frames -n 2 -i 0.5
ok "top in JSON, an object a line" eval '[ "$(wc -l <<<"$OUT")" -eq 4 ] && jq -s -e "map(select(.from.name == \"red\")) |
	length == 2 and .[1].frames > .[0].frames and .[1].time > .[0].time and .[1].frames_per_s > 1 and .[1].frames_per_s < 60" <<<"$OUT"'
if command -v script >/dev/null; then
	run env TERM=xterm-256color script -q -c "stty cols 120 rows 20; nsbridge -n red crossing top -n 2 -i 0.3" /dev/null
	ok "top on a terminal" eval 'is 0 && [[ $OUT == *"frames/s"* && $OUT == *red0* && $OUT == *"last minute"* ]]'
	run env TERM=no-such script -q -c "nsbridge crossing top" /dev/null
	ok "on a terminal that is not known" eval '[[ $OUT == *"the terminal \"no-such\" is not known"* ]]'
fi
kill $PING
wait $PING 2>/dev/null
# what is idle stays in the list, though the kernel is asked for changes only; what
# comes is in it at once, and what goes with its namespace is not
ip netns add gone
ip link add pg type nsveth peer name eth0 netns gone
ip link set pg master br0 up
ip -n gone link set eth0 up
ip netns exec gone ether send eth0 -n 5 >/dev/null
nsbridge -j crossing top bridge br0 -n 1000 -i 0.5 >/tmp/top &
TOP=$!
sleep 1.7
ip netns exec gone ether send eth0 -n 7 -d 02:99:00:00:00:00 >/dev/null
sleep 1
ip netns del gone
# the kernel takes its time with a namespace
for _ in $(seq 100); do
	nsbridge -j crossing show bridge br0 | jq -e 'any(.from.name == "gone")' >/dev/null || break
	sleep 0.5
done
sleep 3
kill $TOP
wait $TOP 2>/dev/null
OUT=$(sed '$d' /tmp/top)
CODE=0
rm -f /tmp/top
ok "top, look after look" eval 'jq -s -e "group_by(.time) | map(map(select(.from.name == \"gone\"))) |
	(.[0] | length > 0) and (.[1] | length > 0) and (.[-1] | length == 0) and
	any(map(.drops_per_s) | add > 0)" <<<"$OUT"'
run nsbridge namespace list addresses
ok "addresses and the number of devices" line "^red .* 3 eth0 fe80|^red .* 3 .*red0 10.9.0.1/24"
run nsbridge -j -s namespace
ok "in JSON" json 'map(select(.name == "red"))[0] | .devices == 3 and (.addresses | map(.address) | index("10.9.0.1/24"))'
run ip netns exec red crossings
ok "the example in C" line "^ *$(stat -Lc %i /run/netns/red) +$(stat -Lc %i /run/netns/blue) +[1-9][0-9]* +[1-9]"

# ---- ports and cables
run nsbridge port show bridge br0
ok "a port" line '^port0 +br0 +red +eth0 +- '
ok "what is set for it" line '^port0 .* flood off mcast_flood off bcast_flood off isolated on quota 5$|^port0 .* mcast_flood off bcast_flood off isolated on quota 5$'
run nsbridge -s port show dev port0
ok "and what is not" line '^port0 .* learning on .* locked off .* trusted off'
works nsbridge port set dev port0 locked on quota 9 flood on
run nsbridge -j port
ok "what was set" json '.[0] | .settings.locked and .settings.quota == 9 and .settings.flood and .far_end == "eth0" and .namespace.name == "red"'
works nsbridge port set locked off quota 5 flood auto dev port0
run nsbridge port set dev port0 trusted on
ok "a refusal of the kernel for a port" has 1 "nsbridge: port0: Only an uplink can be trusted"
run nsbridge port set dev br0 locked on
ok "what is no port" has 1 "br0 is not a port of an nsbridge"
run nsbridge cable list
ok "a cable between two namespaces" line '^nsveth +blue0 +blue +- +- +red0 +red +- +- +up$|^nsveth +blue0 +blue .* red0 +red .* down$'
ok "a cable to a port" line 'eth0 +red .* port0 .* br0|port0 .* br0 +eth0 +red '
ip link add v0 type veth peer name v1
run nsbridge cable list dev v1
ok "a veth pair in one namespace, once" eval 'is 0 && [ "$(grep -c v0 <<<"$OUT")" -eq 1 ]'
ip link del v0
run nsbridge -j cable list red
ok "in JSON, those of a namespace" json 'length == 2 and (map(select(.ends | map(.dev) | sort == ["blue0", "red0"])) | length == 1)'
# the same numbers on both sides of two pairs: only the namespaces tell them apart
for i in 1 2; do
	ip netns add same$i-a
	ip netns add same$i-b
	ip -n same$i-a link add s$i index 77 type nsveth peer name t$i index 78 netns same$i-b
done
run nsbridge -j cable list
ok "pairs with the same numbers" json 'map(select(.ends | map(.ifindex) | sort == [77, 78])) | length == 2 and
	all((.ends | map(.namespace) | sort) == ["same1-a", "same1-b"] or (.ends | map(.namespace) | sort) == ["same2-a", "same2-b"])'
for i in 1 2; do ip netns del same$i-a; ip netns del same$i-b; done

# ---- metrics
run nsbridge -n red metrics
ok "metrics" line '^nsbridge_crossing_frames_total\{netns="red",link="red0",kind="cable",from="red",to="blue"\} [1-9]'
run nsbridge metrics all --out /tmp/nsbridge.prom
ok "metrics of all namespaces, into a file" eval 'is 0 && [ -z "$OUT" ] && [ "$(stat -c %a /tmp/nsbridge.prom)" = 644 ]'
run cat /tmp/nsbridge.prom
ok "what is in it" eval 'line "^nsbridge_crossing_frames_total.netns=\"red\"" && line "^nsbridge_namespace_quota.*bridge=\"br0\",namespace=\"red\". 5$"'
ok "each family once, each sample once" eval '[ -z "$(grep "^# TYPE" <<<"$OUT" | sort | uniq -d)" ] && [ -z "$(grep -v "^#" <<<"$OUT" | sed "s/ [0-9]*$//" | sort | uniq -d)" ]'
ok "nothing is left of how it was written" eval '[ "$(echo /tmp/nsbridge.prom*)" = /tmp/nsbridge.prom ]'
rm -f /tmp/nsbridge.prom
run nsbridge metrics --openmetrics
ok "metrics in OpenMetrics" eval 'line "^# TYPE nsbridge_crossing_frames counter|^# TYPE nsbridge_namespace_ports gauge" && [ "$(tail -n 1 <<<"$OUT")" = "# EOF" ]'
run nsbridge metrics --out /no/such/folder/file
ok "a file that cannot be written" has 1 "cannot write /no/such/folder/file"

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
nsbridge fdb monitor dev port0 >/tmp/fdb 2>&1 &
FDB=$!
nsbridge -j fdb monitor bridge br0 >/tmp/fdb.json 2>&1 &
FDB_JSON=$!
for _ in {1..50}; do
	[ "$(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l)" -ge 4 ] && break
	sleep 0.1
done
works send -s 02:00:00:00:01:00 -S 3 -n 3
works nsbridge fdb add 02:00:00:00:00:77 dev port0
run nsbridge fdb show dev port0
ok "three were learned" [ "$(grep -c learned <<<"$OUT")" -eq 3 ]
works nsbridge fdb flush dev port0
run nsbridge fdb show dev port0
ok "what was learned is flushed, and only that" \
	eval 'line "02:00:00:00:00:77 .*static" && line owner && [[ $OUT != *learned* ]]'

for _ in {1..50}; do
	[ "$(cat /tmp/fdb /tmp/fdb.json | grep -c gone)" -ge 6 ] && break
	sleep 0.1
done
kill $FDB $FDB_JSON
wait $FDB $FDB_JSON 2>/dev/null
run cat /tmp/fdb
ok "an entry that came" line '^[0-9:.]+ new br0 port0 02:00:00:00:01:00 namespace red learned$'
ok "an entry that went" line '^[0-9:.]+ gone br0 port0 02:00:00:00:01:0[0-2] namespace red learned$'
run jq -s -c . /tmp/fdb.json
rm -f /tmp/fdb /tmp/fdb.json
ok "in JSON" json 'map(select(.event == "gone" and .origin == "learned")) | length == 3 and all(.namespace.name == "red" and .port == "port0")'

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
