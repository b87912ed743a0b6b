#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
# The kernel's own unmodified ynl client against the family, every operation,
# for a guest that sees the files of its host:
#
#	tests/vm/uml.sh run -- "tests/user/ynl.sh ~/.cache/nsbridge/src/linux"
#
# The argument is a kernel's source. Prints TAP.
# shellcheck disable=SC2016 # conditions are evaluated by ok, in eval
LINUX=${1:-}
PYTHON=/usr/bin/python3
SPEC=${NSB_DIR:-/run/nsb}/kmod/netlink/nsbridge.yaml
COUNT=0
FAILED=0
OUT=
CODE=0

skip()
{
	echo "ok 1 - the ynl client # SKIP $*"
	exit 4
}

[ -r "$LINUX/tools/net/ynl/pyynl/cli.py" ] || skip "no ynl client in ${LINUX:-the first argument}"
[ -r "$SPEC" ] || skip "no $SPEC"
$PYTHON -c 'import yaml, jsonschema' 2>/dev/null || skip "no python3-yaml or python3-jsonschema"
command -v jq >/dev/null || skip "no jq"

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

CLI=("$PYTHON" -B "$LINUX/tools/net/ynl/pyynl/cli.py" --spec "$SPEC"
	--schema "$LINUX/Documentation/netlink/genetlink.yaml")

# ynl ARGUMENT...: what it prints in OUT, its exit code in CODE
ynl()
{
	OUT=$("${CLI[@]}" --output-json "$@" 2>&1 </dev/null)
	CODE=$?
}

# What was called of what there is, "NAME MODE" a line
CALLED=
dump()
{
	CALLED+="$1 dump"$'\n'
	ynl --dump "$1" --json "$2"
}

do_()
{
	CALLED+="$1 do"$'\n'
	ynl --do "$1" --json "$2"
}

json()		{ [ "$CODE" -eq 0 ] && jq -e "$1" <<<"$OUT" >/dev/null; }
# refused TEXT ATTRIBUTE: in the kernel's words, and which attribute is to blame
refused()	{ [ "$CODE" -eq 1 ] && [[ $OUT == "Netlink error: $1"* ]] && [[ $OUT == *"'bad-attr': '$2'"* ]]; }
index()		{ cat "/sys/class/net/$1/ifindex"; }
inode()		{ stat -Lc %i "$1"; }

echo "TAP version 13"
ip netns add red
ip netns add blue
ip link add br0 type nsbridge
for n in red blue; do
	ip link add p-$n type nsveth peer name eth0 netns $n
	ip link set p-$n master br0 up
	ip -n $n link set eth0 up
done
ip link set br0 up
ip -n red link set eth0 address 02:00:00:00:00:11
ip -n red addr add 10.9.0.1/24 dev eth0
ip -n blue addr add 10.9.0.2/24 dev eth0
ip netns exec red ping -q -c 3 -i 0.1 10.9.0.2 >/dev/null
BR=$(index br0) P=$(index p-red)
RED=$(inode /run/netns/red) BLUE=$(inode /run/netns/blue)

OUT=$("${CLI[@]}" --validate 2>&1)
CODE=$?
ok "the specification is valid in the kernel's schema" eval '[ $CODE -eq 0 ] && [ -z "$OUT" ]'

# ---- dumps
CROSSING=".from.inode == $RED and .to.inode == $BLUE"
dump crossing-get '{}'
ok "crossing-get, dump" json "map(select($CROSSING))[0] |
	.link == \"bridge\" and .ifindex == $BR and .target == \"namespace\" and
	.frames >= 3 and .segs >= 3 and .bytes > 200 and .verdict == \"allow\" and
	.rule == \"unset\" and .\"last-seen\" >= .\"first-seen\""
ok "what had no destination, with its reasons" json 'map(select(.target == "nowhere")) |
	length > 0 and all(.drops == ([.drop[]?.frames] | add))'
dump crossing-get "{\"ifindex\": $BR}"
ok "crossing-get of a bridge" json "length > 0 and all(.ifindex == $BR)"
dump namespace-get "{\"ifindex\": $BR}"
ok "namespace-get, dump" json "(map(select(.ns.inode == $RED))[0] |
	.ports == 1 and .quota == 1024 and .entries == 1 and .\"rule-from\" == \"unset\" and .ns.nsid >= 0) and
	(map(select(.ns.self))[0].ns.inode == $(inode /proc/self/ns/net))"
dump fdb-get "{\"ifindex\": $BR, \"port\": $P}"
ok "fdb-get, dump" json "length == 1 and (.[0] | .addr == \"02:00:00:00:00:11\" and
	.port == $P and .vlan == 0 and .origin == \"owner\" and .ns.inode == $RED)"

# ---- requests
ENTRY="\"port\": $P, \"addr\": \"02:00:00:00:00:77\""
do_ fdb-add "{$ENTRY}"
ok "fdb-add" [ $CODE -eq 0 ]
dump fdb-get "{\"port\": $P}"
ok "the entry is there" json 'map(select(.addr == "02:00:00:00:00:77"))[0].origin == "static"'
do_ fdb-add "{$ENTRY}"
ok "fdb-add twice is refused" eval '[ $CODE -eq 1 ] && [[ $OUT == "Netlink error: "*": File exists"* ]]'
do_ fdb-del "{$ENTRY, \"vlan\": 0}"
ok "fdb-del" [ $CODE -eq 0 ]
do_ fdb-del "{$ENTRY}"
ok "fdb-del twice is refused" eval '[ $CODE -eq 1 ] && [[ $OUT == "Netlink error: "*": No such file or directory"* ]]'

exec 7</run/netns/red
for from in "\"fd\": 7" "\"inode\": $RED" "\"nsid\": $(ip netns list-id | sed -n 's/nsid \([0-9]*\).*name: red.*/\1/p')"; do
	do_ crossing-set "{\"ifindex\": $BR, \"from\": {$from}, \"to\": {\"inode\": $BLUE}, \"rule\": \"deny\"}"
	ok "crossing-set, the namespace by ${from%%:*}" [ $CODE -eq 0 ]
	dump crossing-get "{\"ifindex\": $BR}"
	ok "the rule is there" json "map(select($CROSSING))[0] | .verdict == \"deny\" and .rule == \"deny\""
	do_ crossing-set "{\"ifindex\": $BR, \"from\": {$from}, \"to\": {\"inode\": $BLUE}, \"rule\": \"unset\"}"
done
exec 7<&-
do_ crossing-set "{\"ifindex\": $BR, \"from\": {\"pid\": $$}, \"rule\": \"allow\"}"
ok "crossing-set, the namespace by pid, to any" [ $CODE -eq 0 ]
do_ crossing-set "{\"ifindex\": $BR, \"to\": {\"self\": true}, \"rule\": \"deny\"}"
ok "crossing-set, to the own one" [ $CODE -eq 0 ]
dump namespace-get "{\"ifindex\": $BR}"
ok "both rules are there" json 'map(select(.ns.self))[0] | ."rule-from" == "allow" and ."rule-to" == "deny"'

# ---- refusals
do_ fdb-add "{\"port\": $P, \"addr\": \"02:00:00:00:00:77\", \"vlan\": 4095}"
ok "what the policy does not allow" refused "integer out of range" .vlan
ok "and what it does" eval '[[ $OUT == *"'\''max-value'\'': 4094"* ]]'
do_ fdb-add "{\"port\": 9999, \"addr\": \"02:00:00:00:00:77\"}"
ok "a port that is none" refused "This is not a port of an nsbridge: No such device" .port
do_ crossing-set "{\"ifindex\": $P, \"from\": {\"inode\": $RED}, \"rule\": \"deny\"}"
ok "a bridge that is none" refused "This is not an nsbridge: No such device" .ifindex
do_ crossing-set "{\"ifindex\": $BR, \"from\": {\"inode\": 1}, \"rule\": \"deny\"}"
ok "a namespace that is none" refused "No such namespace" .from
do_ crossing-set "{\"ifindex\": $BR, \"rule\": \"deny\"}"
ok "from any to any" eval '[ $CODE -eq 1 ] && [[ $OUT == "Netlink error: "*default_verdict*": Invalid argument"* ]]'
do_ crossing-set "{\"ifindex\": $BR, \"to\": {\"self\": true}}"
ok "a rule that is missing" eval '[ $CODE -eq 1 ] && [[ $OUT == *"miss-type"*"rule"* ]]'
ynl --do fdb-add --policy
ok "the policy, as the kernel tells it" json '.vlan."max-value" == 4094 and .addr."min-length" == 6 and (has("ns") | not)'

# ---- events
"${CLI[@]}" --output-json --subscribe events --duration 8 >/tmp/events 2>&1 &
# it does not say when it listens, but its socket shows the group
for _ in {1..200}; do
	awk -v pid=$! '$2 == 16 && $3 == pid && $4 != "00000000" { on = 1 } END { exit !on }' \
		/proc/net/netlink && break
	sleep 0.1
done
ip -n blue link set eth0 address 02:00:00:00:00:11
ip netns del blue
wait $!
OUT=$(cat /tmp/events)
events() { jq -s -e "$1" /tmp/events >/dev/null; }
ok "event: a duplicate" events "map(select(.name == \"event\").msg | select(.happening == \"duplicate\"))[0] |
	.addr == \"02:00:00:00:00:11\" and .ifindex == $BR and .ns.inode == $BLUE and .other.inode == $RED"
ok "event: a port and a namespace are gone" events 'map(select(.name == "event").msg.happening) |
	contains(["port-gone", "namespace-gone"])'
ok "crossing-end, with its last counters" events "map(select(.name == \"crossing-end\").msg | select($CROSSING))[0] |
	.frames >= 3 and .bytes > 200"
CALLED+="$(jq -r '"\(.name) event"' /tmp/events)"$'\n'

# ---- nothing of the specification was left out
OUT=$("${CLI[@]}" --list-msgs)
missed=$(awk -F '  \\[ | \\]' '{ n = split($2, mode, ", "); for (i = 1; i <= n; i++) print $1, mode[i] }' <<<"$OUT" |
	grep -vxF "${CALLED%$'\n'}")
ok "every operation was called" eval '[ -n "$OUT" ] && [ -z "$missed" ]'
[ -z "$missed" ] || echo "# not called: $missed"

rm -f /tmp/events
ip link del br0
ip netns del red
ip link del p-red 2>/dev/null
ip link del p-blue 2>/dev/null
echo "1..$COUNT"
[ "$FAILED" -eq 0 ]
