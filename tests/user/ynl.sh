#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 260
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

CLI=("$PYTHON" -B -u "$LINUX/tools/net/ynl/pyynl/cli.py" --spec "$SPEC"
	--schema "$LINUX/Documentation/netlink/genetlink.yaml")

# ynl ARGUMENT...: what the client prints in OUT, its exit code in CODE
ynl()
{
	local line

	OUT=''
	CODE=255
	jq -cn '$ARGS.positional' --args -- --spec "$SPEC" --no-schema --output-json "$@" \
		>&"${SERVER[1]}"
	while IFS= read -r line <&"${SERVER[0]}"; do
		case $line in
		'@@ '*)
			CODE=${line#@@ }
			return
			;;
		esac
		OUT+=${OUT:+$'\n'}$line
	done
}

# subscribe GROUP: what it tells goes to /tmp/GROUP, the client is LISTEN
subscribe()
{
	"${CLI[@]}" --output-json --subscribe "$1" >"/tmp/$1" 2>&1 &
	LISTEN=$!
	listening $LISTEN
}

# heard GROUP CONDITION: once it is true of all that was told; a minute at most
heard()
{
	local i heard=1

	for ((i = 0; i < 300 && heard; i++)); do
		jq -s -e "$2" "/tmp/$1" >/dev/null 2>&1 && heard=0 || sleep 0.2
	done
	kill $LISTEN
	wait $LISTEN 2>/dev/null
	OUT=$(cat "/tmp/$1")
	return $heard
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
# listening PID: it does not say when it listens, but its socket shows the group
listening()
{
	for _ in {1..200}; do
		awk -v pid="$1" '$2 == 16 && $3 == pid && $4 != "00000000" { on = 1 } END { exit !on }' \
			/proc/net/netlink && return
		sleep 0.1
	done
}
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

# one process for all requests; 7 is a namespace by descriptor
exec 7</run/netns/red
coproc SERVER { exec "$PYTHON" -B "${NSB_DIR:-/run/nsb}/tests/user/ynl_serve.py" "$LINUX"; }

OUT=$("${CLI[@]}" --validate 2>&1)
CODE=$?
ok "the specification is valid in the kernel's schema" eval '[ "$CODE" -eq 0 ] && [ -z "$OUT" ]'

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

# ---- one, and filters
PAIR="\"ifindex\": $BR, \"from\": {\"inode\": $RED}, \"to\": {\"inode\": $BLUE}"
do_ crossing-get "{$PAIR}"
ok "crossing-get, do" json "$CROSSING and .ifindex == $BR and .frames >= 3 and .verdict == \"allow\""
SEEN=$(jq '."last-seen"' <<<"$OUT")
do_ crossing-get "{\"ifindex\": $BR, \"from\": {\"inode\": $RED}, \"target\": \"nowhere\"}"
ok "what went nowhere" json ".target == \"nowhere\" and .from.inode == $RED and (has(\"to\") | not)"
do_ crossing-get "{\"ifindex\": $BR, \"from\": {\"inode\": 1}, \"to\": {\"inode\": $BLUE}}"
ok "a crossing that is none" refused "Nothing crossed there, and no rule was set: No such file or directory" .from
do_ crossing-get "{\"ifindex\": $BR, \"from\": {\"pid\": 4194304}, \"to\": {\"self\": true}}"
ok "a crossing from a namespace that is none" refused "No such namespace" .from
do_ crossing-get "{\"ifindex\": $BR}"
ok "a crossing without a name" eval '[ $CODE -eq 1 ] && [[ $OUT == *"Name both namespaces"*"miss-type"*"from"* ]]'
do_ crossing-get "{\"ifindex\": 1, \"from\": {\"self\": true}, \"to\": {\"self\": true}}"
ok "a bridge that is none, for get" refused "No such nsbridge or cable in this namespace: No such device" .ifindex
do_ crossing-get "{\"from\": {\"inode\": $RED}, \"to\": {\"inode\": $BLUE}}"
ok "a crossing of nothing" eval '[ $CODE -eq 1 ] && [[ $OUT == *"Name the bridge or the cable"* ]]'
do_ crossing-get "{\"ifindex\": $BR, \"from\": {\"inode\": $RED}, \"target\": \"other\"}"
ok "what had no counter of its own" json '.target == "other" and .frames == 0 and .drops == 0'
# a cable on no bridge is two crossings as well
ip link add c0 type nsveth peer name c1 netns red
ip addr add 10.8.0.1/24 dev c0
ip link set c0 up
ip -n red addr add 10.8.0.2/24 dev c1
ip -n red link set c1 up
ping -q -c 2 -i 0.1 10.8.0.2 >/dev/null
CABLE=$(index c0)
do_ crossing-get "{\"ifindex\": $CABLE, \"from\": {\"self\": true}, \"to\": {\"inode\": $RED}}"
ok "a crossing of a cable" json ".link == \"cable\" and .ifindex == $CABLE and .from.self and .to.inode == $RED and .frames >= 2"
do_ crossing-get "{\"ifindex\": $CABLE, \"from\": {\"inode\": $RED}, \"to\": {\"self\": true}}"
ok "its way back" json ".link == \"cable\" and .from.inode == $RED and .to.self and .frames >= 2"
do_ crossing-get "{\"ifindex\": $CABLE, \"from\": {\"inode\": $RED}, \"to\": {\"inode\": $BLUE}}"
ok "where the cable does not lead" refused "Nothing crossed there" .from
ip link del c0
dump crossing-get "{\"from\": {\"inode\": $RED}}"
ok "only from a namespace" json "length > 1 and all(.from.inode == $RED)"
dump crossing-get "{\"ifindex\": $BR, \"to\": {\"inode\": $BLUE}}"
ok "only to a namespace" json "length > 0 and all(.to.inode == $BLUE)"
dump crossing-get '{"target": "nowhere"}'
ok "only to nowhere" json 'length > 0 and all(.target == "nowhere")'
dump crossing-get '{"from": {"fd": 7}, "to": {"pid": '$$'}}'
ok "namespaces by fd and pid" json "all(.from.inode == $RED and .to.self)"
dump crossing-get '{"from": {"pid": 4194304}}'
ok "a filter for a namespace that is none" refused "No such namespace" .from
dump crossing-get '{"since": 4000000000000000000}'
ok "only what was seen since: nothing" json 'length == 0'
dump crossing-get "{\"since\": $SEEN}"
ok "only what was seen since: something" json "map(select($CROSSING)) | length == 1"
dump port-get '{}'
ok "port-get, dump" json "length == 2 and (map(select(.ns.inode == $RED))[0] |
	.ifindex == $BR and .port == $P and .far == $(ip netns exec red cat /sys/class/net/eth0/ifindex) and
	(has(\"uplink\") | not))"
dump port-get "{\"ifindex\": $BR, \"ns\": {\"inode\": $BLUE}}"
ok "only those into a namespace" json "length == 1 and .[0].ns.inode == $BLUE"
dump port-get "{\"port\": $BR}"
ok "a port that is none, of a dump" refused "No such nsbridge, port or cable" .port
MAC='"addr": "02:00:00:00:00:11"'
do_ fdb-get "{\"ifindex\": $BR, $MAC}"
ok "fdb-get, do" json ".port == $P and .origin == \"owner\" and .ns.inode == $RED"
do_ fdb-get "{\"ifindex\": $BR, $MAC, \"ns\": {\"inode\": $BLUE}}"
ok "the entry of another namespace" refused "There is no such entry: No such file or directory" .addr
do_ fdb-get "{\"ifindex\": $BR, $MAC, \"vlan\": 7}"
ok "the entry of another VLAN" refused "There is no such entry" .addr
do_ fdb-get "{\"ifindex\": $BR, $MAC, \"port\": $P}"
ok "the entry at a port" json ".port == $P"
do_ fdb-get "{\"ifindex\": $BR, $MAC, \"port\": $(index p-blue)}"
ok "the entry at another port" refused "There is no such entry" .addr
do_ fdb-get "{\"ifindex\": $P, $MAC}"
ok "a bridge that is none, for an entry" refused "This is not an nsbridge" .ifindex
do_ fdb-get "{$MAC}"
ok "an entry of no bridge" eval '[ $CODE -eq 1 ] && [[ $OUT == *"Name the bridge and the address"* ]]'
dump fdb-get "{$MAC}"
ok "who has an address" json "length == 1 and .[0].ns.inode == $RED"
dump fdb-get "{\"ns\": {\"inode\": $BLUE}}"
ok "what a namespace has" json "length > 0 and all(.ns.inode == $BLUE)"

# ---- requests
subscribe fdb
ENTRY="\"port\": $P, \"addr\": \"02:00:00:00:00:77\""
do_ fdb-add "{$ENTRY}"
ok "fdb-add" [ "$CODE" -eq 0 ]
dump fdb-get "{\"port\": $P}"
ok "the entry is there" json 'map(select(.addr == "02:00:00:00:00:77"))[0].origin == "static"'
do_ fdb-add "{$ENTRY}"
ok "fdb-add twice is refused" refused "There is a static entry for this address and namespace, delete it first: File exists" .addr
do_ fdb-del "{$ENTRY, \"vlan\": 0}"
ok "fdb-del" [ "$CODE" -eq 0 ]
do_ fdb-del "{$ENTRY}"
ok "fdb-del twice is refused" refused "No entry for this address leads to this port: No such file or directory" .addr
do_ fdb-add "{$ENTRY, \"vlan\": 7}"
ok "a VLAN where there are none is refused" refused "The bridge does not filter VLANs" .vlan

for from in "\"fd\": 7" "\"inode\": $RED" "\"nsid\": $(ip netns list-id | sed -n 's/nsid \([0-9]*\).*name: red.*/\1/p')"; do
	do_ crossing-set "{\"ifindex\": $BR, \"from\": {$from}, \"to\": {\"inode\": $BLUE}, \"rule\": \"deny\"}"
	ok "crossing-set, the namespace by ${from%%:*}" [ "$CODE" -eq 0 ]
	dump crossing-get "{\"ifindex\": $BR}"
	ok "the rule is there" json "map(select($CROSSING))[0] | .verdict == \"deny\" and .rule == \"deny\""
	do_ crossing-set "{\"ifindex\": $BR, \"from\": {$from}, \"to\": {\"inode\": $BLUE}, \"rule\": \"unset\"}"
done
do_ crossing-set "{$PAIR, \"rule\": \"allow\"}"
do_ rule-del "{$PAIR}"
ok "rule-del" [ "$CODE" -eq 0 ]
do_ crossing-get "{$PAIR}"
ok "the rule is gone" json '.rule == "unset"'
do_ rule-del "{$PAIR}"
ok "rule-del twice is refused" refused "There is no such rule: No such file or directory" .from
do_ crossing-set "{\"ifindex\": $BR, \"from\": {\"pid\": $$}, \"rule\": \"allow\"}"
ok "crossing-set, the namespace by pid, to any" [ "$CODE" -eq 0 ]
do_ crossing-set "{\"ifindex\": $BR, \"to\": {\"self\": true}, \"rule\": \"deny\"}"
ok "crossing-set, to the own one" [ "$CODE" -eq 0 ]
dump namespace-get "{\"ifindex\": $BR}"
ok "both rules are there" json 'map(select(.ns.self))[0] | ."rule-from" == "allow" and ."rule-to" == "deny"'

do_ rule-del "{\"ifindex\": $BR, \"to\": {\"self\": true}}"
ok "rule-del, to one from any" [ "$CODE" -eq 0 ]
do_ crossing-set "{\"ifindex\": $BR, \"to\": {\"self\": true}, \"rule\": \"deny\"}"
ok "entries that came and went" heard fdb "map(select(.msg.addr == \"02:00:00:00:00:77\")) |
	map(.name) == [\"fdb-new\", \"fdb-gone\"] and all(.msg.port == $P and .msg.origin == \"static\" and .msg.ns.inode == $RED)"
CALLED+="$(jq -r '"\(.name) notify"' /tmp/fdb)"$'\n'

# ---- a dump that is interrupted says so, and one that is not does not
OUT=$($PYTHON -B - 2>&1 <<'END'
import socket, struct, subprocess

def ask(sock, seq, family, flags, cmd, attrs=b""):
    genl = struct.pack("BBH", cmd, 1, 0) + attrs
    sock.send(struct.pack("IHHII", 16 + len(genl), family, flags, seq, 0) + genl)

def messages(data):
    while data:
        size, kind, flags = struct.unpack_from("IHH", data)
        yield kind, flags, data[16:size]
        data = data[(size + 3) & ~3:]

def attrs(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]

def family():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    name = b"nsbridge\0"
    ask(sock, 1, 16, 1, 3, struct.pack("HH", 4 + len(name), 2) + name + b"\0" * (-len(name) % 4))
    for kind, flags, body in messages(sock.recv(65536)):
        for attr, value in attrs(body[4:]):
            if attr == 1:
                return struct.unpack("H", value)[0]

def dump(cmd, between):
    """The flags of all messages, with something done after the first part."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    # parts are as big as the reader's buffer, and the kernel is one ahead
    ask(sock, 1, FAMILY, 0x301, cmd)
    seen = parts = 0
    while True:
        parts += 1
        for kind, flags, body in messages(sock.recv(4096)):
            seen |= flags
            if kind == 3:
                return parts, bool(seen & 0x10)
        if parts == 1:
            between()

FAMILY = family()
ip = lambda *args: subprocess.run(("ip",) + args, check=True)
PORTS = 100
def batch(line):
    text = "".join(line.format(i) + "\n" for i in range(PORTS))
    subprocess.run(("ip", "-batch", "-"), input=text, text=True, check=True)
batch("link add q{0} master br0 type nsveth peer name r{0}")
CROSSING, NAMESPACE, FDB, PORT = 1, 2, 3, 10
quiet = lambda: None
for cmd, churn in ((FDB, lambda: ip("link", "add", "br1", "type", "nsbridge")),
                   (FDB, lambda: ip("link", "del", "br1")),
                   (PORT, lambda: ip("link", "set", "q3", "nomaster"))):
    parts, intr = dump(cmd, quiet)
    assert parts > 2 and not intr, (cmd, parts, intr)
    parts, intr = dump(cmd, churn)
    assert parts > 2 and intr, (cmd, parts, intr)
batch("link del q{0}")
END
)
CODE=$?
ok "NLM_F_DUMP_INTR" [ "$CODE" -eq 0 ]

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
ok "from any to any" refused "From any to any is default_verdict of the bridge, a setting of the link: Invalid argument" .rule
do_ crossing-set "{\"ifindex\": $BR, \"to\": {\"self\": true}}"
ok "a rule that is missing" eval '[ $CODE -eq 1 ] && [[ $OUT == *"miss-type"*"rule"* ]]'
ynl --do fdb-add --policy
ok "the policy, as the kernel tells it" json '.vlan."max-value" == 4094 and .addr."min-length" == 6 and (has("ns") | not)'

# ---- events
subscribe events
ip -n blue link set eth0 address 02:00:00:00:00:11
ip netns del blue
ENDED="map(select(.name == \"crossing-end\").msg | select($CROSSING))[0]"
HAPPENED='map(select(.name == "event").msg.happening)'
heard events "($ENDED | . != null) and ($HAPPENED | contains([\"port-gone\", \"namespace-gone\"]))"
events() { jq -s -e "$1" /tmp/events >/dev/null; }
ok "event: a duplicate" events "map(select(.name == \"event\").msg | select(.happening == \"duplicate\"))[0] |
	.addr == \"02:00:00:00:00:11\" and .ifindex == $BR and .ns.inode == $BLUE and .other.inode == $RED"
ok "event: a port and a namespace are gone" events "$HAPPENED |
	contains([\"port-gone\", \"namespace-gone\"])"
ok "crossing-end, with its last counters" events "$ENDED |
	.frames >= 3 and .bytes > 200"
CALLED+="$(jq -r '"\(.name) event"' /tmp/events)"$'\n'

# ---- the example
OUT=$($PYTHON -B "${NSB_DIR:-/run/nsb}/user/examples/crossings.py" "$LINUX" "$SPEC" 2>&1)
CODE=$?
ok "the example in Python" eval '[ "$CODE" -eq 0 ] && [[ $OUT == *"from "*"frames"* ]] && grep -Eq "^red +\(nowhere\) +0 +0  [a-z]" <<<"$OUT"'

# ---- nothing of the specification was left out
OUT=$("${CLI[@]}" --list-msgs)
missed=$(awk -F '  \\[ | \\]' '{ n = split($2, mode, ", "); for (i = 1; i <= n; i++) print $1, mode[i] }' <<<"$OUT" |
	grep -vxF "${CALLED%$'\n'}")
ok "every operation was called" eval '[ -n "$OUT" ] && [ -z "$missed" ]'
[ -z "$missed" ] || echo "# not called: $missed"

kill "$SERVER_PID"
exec 7<&-
rm -f /tmp/events /tmp/fdb
ip link del br0
ip netns del red
ip link del p-red 2>/dev/null
ip link del p-blue 2>/dev/null
echo "1..$COUNT"
[ "$FAILED" -eq 0 ]
