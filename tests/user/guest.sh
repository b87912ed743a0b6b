#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
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
	max_entries 5000 max_crossings 3000
run ip -d link show br0
ok "its settings" has 0 "nsbridge ageing_time 6000 quota 77 group_fwd_mask 0x8 max_entries 5000 max_crossings 3000 n_ports 0"
works ip link set br0 type nsbridge ageing_time 12000
run ip -d -j link show br0
ok "its settings in JSON" json '.[0].linkinfo.info_data | .ageing_time == 12000 and .group_fwd_mask == "0x8"'
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

ip link del br0
ip netns del red
ip netns del blue
ip link del port0 2>/dev/null

# ---- labs
run nsbridge lab compare duplicate-mac
ok "duplicate-mac on both" eval 'is 0 && tail -n 1 <<<"$OUT" | grep -Eq "^demo: bridge sent=200 right=[0-9]+ wrong=[0-9]+ lost=[0-9]+; nsbridge sent=200 right=200 wrong=0 lost=0$"'
printf '%s\n' "$OUT" | sed 's/^/# /'
run nsbridge -j lab compare duplicate-mac
ok "in JSON" json 'map(select(.driver == "nsbridge")) | map(.right == .sent and .tcp_complete) | all'

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
