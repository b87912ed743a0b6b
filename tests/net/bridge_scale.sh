#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
# slow
# Many ports, and many entries: bridge_scale.sh [full], which is 10,000 ports into
# 100 namespaces and 1,000,000 entries, and takes an hour in an emulated machine
# (make test-scale). Without it, a tenth of that. One more port costs what the
# first one did, coming and going; everything that shows the bridge answers; and
# nothing is left when all of it has gone.
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need jq nsbridge fdb ether
need_kind nsbridge nsveth

# A port costs the same however many there are, but for one thing: whenever a device
# is linked to a master or leaves it, the core goes through all that are, whatever
# the master is (to go by its source, in __netdev_find_adj() and
# __netdev_lower_depth()). So a port is compared with the same device under a vrf,
# with as many others. Instructions of "ip link set DEV
# master M" and of "nomaster", thousands, in Debian's 6.1 (qemu -icount):
#
#	others		    0	1,000	3,000	10,000
#	nsbridge	232 236	251 256	292 294	427 427
#	vrf		227 232	247 252	287 290	415 416
PORTS=1000 SPACES=50 ENTRIES=100000 SIDES=10 SAMPLE=100
[ "${1:-}" != full ] || {
	PORTS=10000 SPACES=100 ENTRIES=1000000 SAMPLE=500
}

# ip opens a namespace for each line of a batch, and closes none
ulimit -n 65536

now() { date +%s%N; }
# took NAME COMMAND...: sets MS to how long it took
took() {
	local name=$1 t0
	shift
	t0=$(now)
	check "$name" "$@"
	MS=$((($(now) - t0) / 1000000))
}
# batch FORMAT FROM TO: for ip; %d is the number, %s that of its namespace
batch() {
	local i line
	for ((i = $2; i < $3; i++)); do
		line=${1//%d/$i}
		echo "${line//%s/$((i % SPACES))}"
	done >"$TMP/batch"
	ip -n "$(real host)" -batch "$TMP/batch"
}
# under MASTER: the devices, all of which are down; the last ones of them are timed,
# CAME and WENT in ms
under() {
	took "$((PORTS - SAMPLE)) devices under $1" \
		batch "link set p%d master $1" 0 $((PORTS - SAMPLE))
	took "$SAMPLE more" batch "link set p%d master $1" $((PORTS - SAMPLE)) "$PORTS"
	CAME=$MS
	took "which leave it" batch "link set p%d nomaster" $((PORTS - SAMPLE)) "$PORTS"
	WENT=$MS
	note "$1 with $((PORTS - SAMPLE)) others: $((CAME * 1000 / SAMPLE)) us to come," \
		"$((WENT * 1000 / SAMPLE)) us to go"
}
# what the kernel has allocated, KB
memory() {
	sync
	awk '/^(MemTotal|MemFree|Buffers|Cached|SReclaimable):/ {
		m += $1 == "MemTotal:" ? $2 : -$2 } END { print m }' /proc/meminfo
}
# entries: of the table, by the allocator's own count; those that have just
# gone wait for RCU
allocated() { awk '$1 == "nsbridge_fdb" { print $2 }' /proc/slabinfo; }

# --- namespaces; nobody in them says anything by itself
setup_ns host
no_ipv6 host
bridge_up host br0
for ((i = 0; i < SPACES; i++)); do
	NS_LIST+=("s$i-$$")
	declare "s$i=s$i-$$"
	echo "netns add s$i-$$"
done >"$TMP/batch"
ip -batch "$TMP/batch" || fail "no $SPACES namespaces"
for ((i = 0; i < SPACES; i++)); do
	no_ipv6 "s$i"
done

# --- ports
add_port="link add p%d master br0 up type nsveth peer name e%d netns s%s-$$ up"
add_plain="link add c%d up type nsveth peer name d%d netns s%s-$$ up"
took "$SAMPLE cables, no ports" batch "$add_plain" 0 "$SAMPLE"
PLAIN_FEW=$MS
KB=$(memory)
took "the first $SAMPLE ports" batch "$add_port" 0 "$SAMPLE"
FIRST=$MS
took "$((PORTS - 2 * SAMPLE)) more" batch "$add_port" "$SAMPLE" $((PORTS - SAMPLE))
MANY=$MS
took "the last $SAMPLE of $PORTS" batch "$add_port" $((PORTS - SAMPLE)) "$PORTS"
LAST=$MS
KB=$(($(memory) - KB))
took "$SAMPLE more cables, no ports" batch "$add_plain" "$SAMPLE" $((2 * SAMPLE))
PLAIN_MANY=$MS
note "a port: $((FIRST * 1000 / SAMPLE)) us among the first $SAMPLE," \
	"$((LAST * 1000 / SAMPLE)) us among the last $SAMPLE of $PORTS;" \
	"all in $((FIRST + MANY + LAST)) ms"
note "a cable that is no port: $((PLAIN_FEW * 1000 / SAMPLE)) us," \
	"and $((PLAIN_MANY * 1000 / SAMPLE)) us beside $PORTS ports"
note "memory: $((KB / PORTS)) KB for a port, its cable and both devices"
check_eq "the bridge has them" "$PORTS" "$(link_of host br0 .linkinfo.info_data.n_ports)"
check_num "a cable costs beside many ports what it did without" \
	$PLAIN_MANY -lt $((3 * PLAIN_FEW))

# --- what shows them
took "bridge link show" eval \
	"[ \"\$(bridge -n \$(real host) -j link show | jq length)\" = $PORTS ]"
note "bridge link show: $MS ms"
took "bridge fdb show" eval \
	"[ \"\$(bridge -n \$(real host) fdb show | grep -c extern_learn)\" = $PORTS ]"
note "bridge fdb show: $MS ms"
took "nsbridge fdb show" eval "[ \"\$(fdb_count '' '' owner)\" -gt $PORTS ]"
note "nsbridge fdb show: $MS ms"
took "nsbridge namespace list" eval \
	"[ \"\$(nsbridge -j namespace list | jq '[.[] | select(.name | endswith(\"-$$\"))] | length')\" = $((SPACES + 1)) ]"
note "nsbridge namespace list: $MS ms"

# --- traffic from the first to the last
a=s0 z=s$(((PORTS - 1) % SPACES))
ip_ns "$a" addr add 10.20.0.1/16 dev e0
ip_ns "$z" addr add 10.20.0.2/16 dev "e$((PORTS - 1))"
check "the first port reaches the last" reaches "$a" 10.20.0.2
check "and back" reaches "$z" 10.20.0.1
MS=$(now)
shot
MS=$((($(now) - MS) / 1000000))
note "nsbridge crossing show: $MS ms"
check_num "the crossing is counted" "$(crossed "$a" "$z" frames)" -ge 2

# --- ports go: a few of many, most, and the few that are left
del_port="link del p%d"
del_plain="link del c%d"
took "$SAMPLE cables go beside $PORTS ports" batch "$del_plain" 0 "$SAMPLE"
PLAIN_MANY=$MS
took "$SAMPLE ports of $PORTS go" batch "$del_port" 0 "$SAMPLE"
FIRST=$MS
took "$((PORTS - 2 * SAMPLE)) more go" batch "$del_port" "$SAMPLE" $((PORTS - SAMPLE))
MANY=$MS
took "the last $SAMPLE go" batch "$del_port" $((PORTS - SAMPLE)) "$PORTS"
LAST=$MS
took "the last cables go" batch "$del_plain" "$SAMPLE" $((2 * SAMPLE))
PLAIN_FEW=$MS
note "a port goes: $((FIRST * 1000 / SAMPLE)) us while there are $PORTS," \
	"$((LAST * 1000 / SAMPLE)) us among the last $SAMPLE; all in $((FIRST + MANY + LAST)) ms"
note "a cable that is no port: $((PLAIN_MANY * 1000 / SAMPLE)) us and $((PLAIN_FEW * 1000 / SAMPLE)) us"
check_num "a cable goes beside many ports as it does without" \
	$PLAIN_MANY -lt $((3 * PLAIN_FEW))
check_eq "the bridge has no port" 0 "$(link_of host br0 .linkinfo.info_data.n_ports)"
check_eq "and only its own entry" 1 "$(link_of host br0 .linkinfo.info_data.n_entries)"

# --- the same with the bridge's own end
took "$PORTS ports again" batch "$add_port" 0 "$PORTS"
took "the bridge goes from under $PORTS ports" ip_ns host link del br0
note "the bridge goes: $MS ms"
check "and leaves them as devices" ip_ns host link show dev p0

# --- what a master costs
check "they are down" ip_ns host link set group default down
bridge_up host br2
under br2
BR_CAME=$CAME BR_WENT=$WENT
ip_ns host link del br2
if ip_ns host link add vrf2 type vrf table 2; then
	under vrf2
	# in instructions 1.02 to 1.03 times as much
	check_num "a port comes at the price of any master" $BR_CAME -lt $((2 * CAME))
	check_num "and goes at it" $BR_WENT -lt $((2 * WENT))
	ip_ns host link del vrf2
fi
for ((i = SIDES; i < SPACES; i++)); do
	echo "netns del s$i-$$"
done >"$TMP/batch"
took "$((SPACES - SIDES)) namespaces go with $((PORTS / SPACES)) devices each" \
	ip -batch "$TMP/batch"
for ((i = 0; i < PORTS; i++)); do
	[ $((i % SPACES)) -ge $SIDES ] || echo "link del p$i"
done >"$TMP/batch"
check "the other devices go" ip -n "$(real host)" -batch "$TMP/batch"
gone() { [ -z "$(ip_ns host -o link show type nsveth)" ]; }

# --- entries
check "no device is left" wait_for 60 gone
bridge_up host br1 max_entries $((ENTRIES + 1000))
names=()
for ((i = 0; i < SIDES; i++)); do
	check "port $i" ip_ns host link add "q$i" master br1 up type nsveth \
		peer name f0 netns "s$i-$$" up
	names+=("q$i")
done
mac=$(mac_of s0 f0)
was=$(allocated) KB=$(memory)
lookups() {
	# to addresses all over the table, by turns for every port
	in_ns s0 ether send f0 -s "$mac" -d 02:77:00:00:00:00 -D "$ENTRIES" -n 20000
}
took "a few entries" in_ns host fdb add 1000 02:77:00:00:00:00 "${names[@]}"
ENTRIES_ALL=$ENTRIES ENTRIES=1000
took "20000 frames over 1000 entries" lookups
FEW=$MS ENTRIES=$ENTRIES_ALL
took "$((ENTRIES - 1000)) more" in_ns host fdb add $((ENTRIES - 1000)) \
	02:77:00:00:03:e8 "${names[@]}"
note "entries: $((MS * 1000 / (ENTRIES - 1000))) us for one to be added," \
	"$((($(memory) - KB) * 1024 / ENTRIES)) bytes for one, index and hash included"
check_eq "they are all there" $((ENTRIES + SIDES + 1)) \
	"$(link_of host br1 .linkinfo.info_data.n_entries)"
took "20000 frames over $ENTRIES entries" lookups
note "20000 frames over 1000 entries: $FEW ms; over $ENTRIES: $MS ms"
check_num "look-ups stay flat" $MS -lt $((2 * FEW))
# The last one of them leads where it should: into one namespace, as one frame.
listen "s$(((ENTRIES - 1) % SIDES))" f0 -t 88b5
listen s0 f0 -t 88b5
last=$(printf '02:77:00:%02x:%02x:%02x' $(((ENTRIES - 1) >> 16)) \
	$(((ENTRIES - 1) >> 8 & 255)) $(((ENTRIES - 1) & 255)))
in_ns s1 ether send f0 -s "$(mac_of s1 f0)" -d "$last" -n 10 >/dev/null
hush
check_eq "frames to the last entry arrive" 10 "$(heard "s$(((ENTRIES - 1) % SIDES))" f0)"
check_eq "and nowhere else" 0 "$(heard s0 f0)"

MS=$(now)
n=$(in_ns host fdb count br1)
MS=$((($(now) - MS) / 1000000))
check_eq "a dump has all" $((ENTRIES + SIDES + 1)) "$n"
note "the netlink family's dump: $MS ms"
# a dump that starts from the beginning for each part would take minutes
took "a dump by bridge fdb" eval \
	"[ \"\$(bridge -n \$(real host) fdb show dev q1 | grep -c ^02:77)\" = $((ENTRIES / SIDES)) ]"
note "bridge fdb show of a port with $((ENTRIES / SIDES)) entries: $MS ms"

took "a port goes with its $((ENTRIES / SIDES)) entries" ip_ns host link del q0
note "$MS ms"
check_eq "those of others stay" $((ENTRIES - ENTRIES / SIDES + SIDES)) \
	"$(link_of host br1 .linkinfo.info_data.n_entries)"
took "the bridge goes with all others" ip_ns host link del br1
note "$MS ms"
# where the allocator keeps them apart from others of their size
freed() { [ "$(allocated)" -le $((was + 1000)) ]; }
[ -z "$was" ] || check "their memory is free" wait_for 30 freed
