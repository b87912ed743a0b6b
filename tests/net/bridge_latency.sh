#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How long frames take: every frame that arrives while it is measured is in the
# histogram of its crossing, none that was dropped is, a delay moves the bars to
# where it belongs, and switching it on and off disturbs nobody.
# on: 6.1
# timeout: 180
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge tc tcpdump
need_kind nsbridge nsveth
modprobe -qa sch_netem sch_tbf

MAC=02:00:00:00:0d
ALL=(host red blue old)
setup_ns "${ALL[@]}"
no_ipv6 "${ALL[@]}"
bridge_up host br0
ip_ns host link set br0 address $MAC:fe
ip_ns host addr add 10.27.0.254/24 dev br0
port red 10.27.0.1/24 $MAC:0a
port blue 10.27.0.2/24 $MAC:0b
PAIR=veth	# for port
port old 10.27.0.3/24 $MAC:0c
# shellcheck disable=SC2034
PAIR=nsveth

latency() { in_ns host nsbridge crossing latency bridge br0 "$1"; }

# bars: all histograms as they are now, as lines of FROM TO LEAST FRAMES
bars() {
	in_ns host nsbridge -j crossing show bridge br0 --latency |
		jq -r '.[] | .from.inode as $f | .to.inode as $t | .histogram[] |
			"\($f) \($t) \(.least_ns) \(.frames)"' >"$TMP/bars"
}
# counted FROM TO [LEAST]: in bars, of those that took so long or longer
counted() {
	awk -v f="$(ns_inode "$1")" -v t="$(ns_inode "$2")" -v l="${3:-0}" '
		f == $1 && t == $2 && $3 >= l { n += $4 } END { print n + 0 }' "$TMP/bars"
}
has_counted() {
	bars
	[ "$(counted "$1" "$2")" -ge "$3" ]
}
# arrived FROM TO N WHAT: so many have, and no more
arrived() {
	wait_for 10 has_counted "$1" "$2" "$3"
	check_eq "$4" "$3" "$(counted "$1" "$2")"
}
# storm NS DEV COUNT OPTIONS...
storm() {
	local ns=$1 dev=$2 n=$3
	shift 3
	[ "$(in_ns "$ns" ether send "$dev" -n "$n" "$@")" = "$n" ] ||
		fail "$ns could not send $n frames"
}
R=(-s "$MAC:0a") B=(-s "$MAC:0b")

# --- off, on, off
storm red eth0 100 "${R[@]}" -d $MAC:0b
check_eq "off to begin with" false \
	"$(ip_ns host -j -d link show br0 | jq '.[0].linkinfo.info_data.latency')"
check_says "and it says how to switch it on" "crossing latency bridge DEV on" \
	in_ns host nsbridge crossing show bridge br0 --latency
bars
check_eq "nothing is in JSON" '' "$(cat "$TMP/bars")"
check "switched on by ip" ip_ns host link set br0 type nsbridge latency on
check_eq "and shown" true \
	"$(ip_ns host -j -d link show br0 | jq '.[0].linkinfo.info_data.latency')"
check "switching it on again changes nothing" latency on
bars
check_eq "what was before is not counted" 0 "$(counted red blue)"

# --- each frame once
shot
keep
storm red eth0 3000 "${R[@]}" -d $MAC:0b
arrived red blue 3000 "namespace to namespace"
storm blue eth0 700 "${B[@]}" -d $MAC:fe
arrived blue host 700 "to the bridge's own namespace"
storm host br0 600 -s $MAC:fe -d $MAC:0b
arrived host blue 600 "from there"
storm red eth0 500 "${R[@]}" -d $MAC:0c
arrived red old 500 "to a plain veth"
storm old eth0 400 -s $MAC:0c -d $MAC:0a
arrived old red 400 "from a plain veth"
storm host p-blue 300 -s $MAC:ee -d $MAC:0b
arrived host blue 900 "past the bridge, by a port"
storm blue eth0 200 "${B[@]}"
arrived blue red 200 "copies of a broadcast"
arrived blue old 200 "and to the others"
arrived blue host 900 "and up"
shot
for pair in "red blue" "blue host" "host blue" "red old" "old red" "blue red"; do
	# shellcheck disable=SC2086	# two words
	set -- $pair
	check_eq "$1 to $2: as many as crossed" "$(grown "$1" "$2" frames)" \
		"$(counted "$1" "$2")"
done
check_num "most of them did not take long" \
	"$(($(counted red blue) - $(counted red blue 67108864)))" -gt 1500
check_eq "as bars as well" 1 \
	"$(in_ns host nsbridge crossing show --latency |
		grep -c "from $(real red) to $(real blue): 3000 frames")"

# --- somebody watches
watch host p-red ether src $MAC:0a
watch blue eth0 ether src $MAC:0a
storm red eth0 250 "${R[@]}" -d $MAC:0b
arrived red blue 3250 "counted while tcpdump looks on"
check_eq "which sees all at the port" 250 "$(seen host p-red)"
check_eq "and where they arrive" 250 "$(seen blue eth0)"

# --- a delay
latency off
latency on
if in_ns host tc qdisc add dev p-blue root netem delay 150ms limit 3000; then
	storm red eth0 300 "${R[@]}" -d $MAC:0b
	arrived red blue 300 "counted through a queue that delays"
	check_eq "none before its time" 300 "$(counted red blue 134217728)"
	in_ns host tc qdisc change dev p-blue root netem delay 0ms loss 50% limit 3000
	before=$(stat_of blue eth0 rx_packets)
	storm red eth0 600 "${R[@]}" -d $MAC:0b
	hush
	n=$(($(stat_of blue eth0 rx_packets) - before))
	check_num "half of them are lost" "$n" -lt 600
	arrived red blue $((300 + n)) "what is lost on the way is not counted"
	in_ns host tc qdisc del dev p-blue root
else
	echo "# no netem"
fi
if in_ns host tc qdisc add dev p-old root tbf rate 64kbit burst 4kb limit 8kb; then
	shot
	keep
	before=$(stat_of old eth0 rx_packets)
	storm red eth0 500 "${R[@]}" -d $MAC:0c -l 1000
	hush
	shot
	check_num "a full queue drops" "$(grown red old drop:backlog)" -gt 0
	arrived red old "$(grown red old frames)" "and what it did not is counted"
	check_eq "as it was received" "$(grown red old frames)" \
		$(($(stat_of old eth0 rx_packets) - before))
	in_ns host tc qdisc del dev p-old root
else
	echo "# no tbf"
fi

# --- on and off, and on, in the middle of a flow
N=4000
before=$(stat_of blue eth0 rx_packets)
in_ns red ether send eth0 -n $N -g 500 "${R[@]}" -d $MAC:0b >/dev/null 2>&1 &
flow=$!
rounds=0
while kill -0 $flow 2>/dev/null && [ $rounds -lt 30 ]; do
	latency off || fail "cannot switch off"
	latency on || fail "cannot switch on"
	rounds=$((rounds + 1))
done
wait $flow
has_received() { [ $(($(stat_of blue eth0 rx_packets) - before)) -ge $N ]; }
wait_for 10 has_received
check_eq "no frame is lost while it is switched ($rounds times)" $N \
	$(($(stat_of blue eth0 rx_packets) - before))
latency off
storm red eth0 50 "${R[@]}" -d $MAC:0b
check "on from the beginning" latency on
storm red eth0 60 "${R[@]}" -d $MAC:0b
arrived red blue 60 "nothing is counted while it is off"

# --- what comes and goes
setup_ns new
no_ipv6 new
port new 10.27.0.4/24 $MAC:0d
storm red eth0 70 "${R[@]}" -d $MAC:0d
arrived red new 70 "a port that comes later"
ip_ns host link set p-blue nomaster
ip_ns host link set p-blue master br0
storm red eth0 40 "${R[@]}" -d $MAC:0b
arrived red blue 100 "a port that was gone"
ip_ns blue link set eth0 netns "$(real new)" name eth9
ip_ns new link set eth9 up
wait_for 5 is_up new eth9
storm red eth0 30 "${R[@]}" -d $MAC:0b
arrived red new 100 "a far end that has moved"
check "a namespace goes" del_ns new
storm old eth0 20 -s $MAC:0c -d $MAC:0a
arrived old red 20 "the others stay"
check "the bridge goes" ip_ns host link del br0
bridge_up host br1 latency on
check_eq "it can be on from the first moment" true \
	"$(ip_ns host -j -d link show br1 | jq '.[0].linkinfo.info_data.latency')"
