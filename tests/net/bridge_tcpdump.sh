#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Four that count the same frames, each in its own way: the crossings, tcpdump at
# every far end, "ip -s link" and "ethtool -S". They agree to the frame, the byte
# and the segment: on the short way and on the ordinary one, through ports that
# are watched, with frames of any size, long TCP segments, what is denied, what
# nobody has, and what is copied to all or to some.
# timeout: 400
# asked
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need tcpdump ether jq nsbridge socat ethtool awk
need_kind nsbridge nsveth

ALL=(red blue green)
declare -A MAC=([red]=02:00:00:00:0d:0a [blue]=02:00:00:00:0d:0b
	[green]=02:00:00:00:0d:0c [host]=02:00:00:00:0d:fe)
GROUP=01:00:5e:07:07:07
setup_ns host "${ALL[@]}"
no_ipv6 host "${ALL[@]}"
bridge_up host br0
ip_ns host link set br0 address "${MAC[host]}"
ip_ns host addr add 10.31.0.254/24 dev br0
i=0
for n in "${ALL[@]}"; do
	port "$n" "10.31.0.$((++i))/24" "${MAC[$n]}"
done
# nobody asks for an address while frames are counted
know red 10.31.0.2 "${MAC[blue]}"
know blue 10.31.0.1 "${MAC[red]}"
know red 10.31.0.254 "${MAC[host]}"
know host 10.31.0.1 "${MAC[red]}" br0
ip_ns blue maddr add $GROUP dev eth0
check "a rule" nsbridge -n "$(real host)" crossing deny bridge br0 from "$(real red)" to "$(real green)"

# --- what each says: "FRAMES BYTES" or "FRAMES BYTES SEGS"

# Where frames are taken: at every far end, and on the ordinary way at every port.
# Without -p a device would join all groups. What is longer than a frame may be is
# a TCP segment to be cut into pieces of 1448 bytes behind 66 of headers.
declare -A TAP
tap() {
	local key="$1 $2" f=$TMP/tap-$1-$2
	ip netns exec "$(real "$1")" tcpdump -p -i "$2" -n -s 96 -B 8192 --immediate-mode \
		-U -w "$f" 2>"$f.err" &
	TAP[$key]=$!
	wait_for 20 grep -q 'listening on' "$f.err" || fail "tcpdump on $2 in $1"
}
# taps_end: with nothing missed; TAPPED says what each saw come from, and not from,
# the far end
declare -A TAPPED
taps_end() {
	local key f missed='' mac
	TAPPED=()
	# what is on its way to them
	sleep "${NSB_SLOW:-1}.2"
	for key in "${!TAP[@]}"; do
		f=$TMP/tap-${key/ /-}
		ended "${TAP[$key]}"
		missed+=$(awk -v key="$key" '/captured/ { n -= $1 } /received by/ { n += $1 }
			/dropped by kernel/ { n += $1 } END { if (n) print key, n "; " }' "$f.err")
		# far ends are "NS eth0", ports are "host p-NS"
		mac=${key#host p-} mac=${MAC[${mac% eth0}]}
		TAPPED[$key]=$(tcpdump -r "$f" -e -n -t -q 2>/dev/null | awk -v mac="$mac" '
			match($0, /, length [0-9]+:/) {
				len = substr($0, RSTART + 9, RLENGTH - 10) + 0
				way = $1 == mac ? "from" : "to"
				n[way]++; b[way] += len
				s[way] += len > 1514 ? int((len - 66 + 1447) / 1448) : 1
			}
			END { print n["from"] + 0, b["from"] + 0, s["from"] + 0,
				n["to"] + 0, b["to"] + 0, s["to"] + 0 }')
	done
	TAP=()
	check_eq "$WAY: tcpdump missed nothing" '' "$missed"
}
saw_from() { cut -d' ' -f1-3 <<<"${TAPPED[$1]}"; }
saw_to() { cut -d' ' -f4-6 <<<"${TAPPED[$1]}"; }

# devices: what they have counted since the last time
declare -A WAS DEV
devices() {
	local n key val
	for n in "${ALL[@]}"; do
		ip_ns "$n" -j -s link show dev eth0 | stats64 "$n"
		ip_ns host -j -s link show dev "p-$n" | stats64 "p-$n"
		in_ns "$n" ethtool -S eth0 | driver "$n"
		in_ns host ethtool -S "p-$n" | driver "p-$n"
	done >"$TMP/devices"
	ip_ns host -j -s link show dev br0 | stats64 host >>"$TMP/devices"
	while read -r key val; do
		DEV[$key]=$((val - ${WAS[$key]:-0}))
		WAS[$key]=$val
	done <"$TMP/devices"
}
stats64() {
	jq -r --arg n "$1" '.[0].stats64 | "\($n)-rx \(.rx.packets)", "\($n)-rxb \(.rx.bytes)",
		"\($n)-tx \(.tx.packets)", "\($n)-txb \(.tx.bytes)"'
}
driver() {
	awk -v n="$1" '{ sub(":", "", $1) } $1 ~ /^tx_(frames|segs|bytes)$/ { print n "-" $1, $2 }'
}
# hops: how often any frame was taken from a queue of the stack, the same for all
# namespaces
hops() {
	local n sum=0
	while read -r n _; do sum=$((sum + 0x$n)); done </proc/net/softnet_stat
	echo $sum
}

into() { echo "$(grown any "$1" frames) $(grown any "$1" bytes)"; }
sent() {
	echo $(($(grown "$1" any frames) - $(grown "$1" any copies) +
		$(grown "$1" nowhere flooded) +
		$(grown "$1" any drops) - $(grown "$1" any drop_copies)))
}

# agree WHAT: all of them
agree() {
	local n
	shot
	devices
	for n in "${ALL[@]}"; do
		check_eq "$1: into $n, tcpdump: $(saw_to "$n eth0")" \
			"$(saw_to "$n eth0")" "$(into "$n") $(grown any "$n" segs)"
		check_eq "$1: into $n, ip -s link" "${DEV[$n-rx]} ${DEV[$n-rxb]}" "$(into "$n")"
		check_eq "$1: into $n, its port" "${DEV[p-$n-tx]} ${DEV[p-$n-txb]}" "$(into "$n")"
		check_eq "$1: into $n, ethtool -S of its port" \
			"${DEV[p-$n-tx_frames]} ${DEV[p-$n-tx_bytes]} ${DEV[p-$n-tx_segs]}" \
			"$(into "$n") $(grown any "$n" segs)"
		check_eq "$1: from $n, tcpdump: $(saw_from "$n eth0")" \
			"$(saw_from "$n eth0")" \
			"${DEV[$n-tx_frames]} ${DEV[$n-tx_bytes]} ${DEV[$n-tx_segs]}"
		check_eq "$1: from $n, ip -s link" "${DEV[$n-tx]} ${DEV[$n-tx_frames]}" \
			"$(sent "$n") $(sent "$n")"
		check_eq "$1: from $n, its port" "${DEV[p-$n-rx]} ${DEV[p-$n-rxb]}" \
			"${DEV[$n-tx]} ${DEV[$n-txb]}"
		[ "$WAY" = ordinary ] || continue
		check_eq "$1: into $n, tcpdump on its port" \
			"$(saw_to "host p-$n")" "$(saw_to "$n eth0")"
		check_eq "$1: from $n, tcpdump on its port" \
			"$(saw_from "host p-$n")" "$(saw_from "$n eth0")"
	done
	check_eq "$1: into the bridge's namespace" "${DEV[host-rx]} ${DEV[host-rxb]}" \
		"$(into host)"
}

# begin: from here on everybody counts
begin() {
	local n
	shot
	keep
	devices
	for n in "${ALL[@]}"; do
		tap "$n" eth0
		[ "$WAY" = direct ] || tap host "p-$n"
	done
	HOPS=$(hops)
}

# ether_send NS COUNT OPTIONS...
ether_send() {
	local ns=$1 n=$2
	shift 2
	[ "$(in_ns "$ns" ether send eth0 -n "$n" -s "${MAC[$ns]}" "$@")" = "$n" ] ||
		fail "$ns could not send $n frames"
}

# the first frame of a crossing goes another way than those after it
pings red 10.31.0.2 3 >/dev/null
pings red 10.31.0.254 3 >/dev/null
hush

for WAY in direct ordinary; do
	begin
	ether_send red 2000 -d "${MAC[blue]}"
	ether_send blue 500 -d "${MAC[red]}" -l 1514
	hush
	n=$(($(hops) - HOPS))
	note "$WAY: 2500 frames were taken from a queue $n times"
	# others' frames, on lo or elsewhere, are few
	if [ $WAY = direct ]; then
		check_num "$WAY: one queue from namespace to namespace" $n -lt 3000
	else
		check_num "$WAY: two" $n -ge 5000
	fi
	check_eq "$WAY: pings" 100 "$(pings red 10.31.0.2 100)"
	check_eq "$WAY: pings of the bridge" 20 "$(pings red 10.31.0.254 20)"
	taps_end
	agree "$WAY, small and full frames"
	check_num "$WAY: as many as were sent" "$(grown red blue frames)" -eq 2100

	begin
	check "$WAY: TCP" transfer red blue 10.31.0.2 4096
	taps_end
	agree "$WAY, long segments"
	note "$WAY: $(grown red blue frames) frames, $(grown red blue segs) segments"
	check_num "$WAY: a frame had several segments" "$(grown red blue segs)" -gt \
		$((2 * $(grown red blue frames)))

	begin
	ether_send red 300 -d "${MAC[green]}"
	ether_send red 200 -d 02:99:00:00:00:00
	ether_send red 50 -d "${MAC[red]}"
	ether_send red 100 -d "${MAC[blue]}"
	taps_end
	agree "$WAY, drops"
	check_eq "$WAY: denied, unknown, back to itself" "300 200 50" \
		"$(grown red green drop:policy) $(grown red nowhere drop:unknown) $(grown red nowhere drop:hairpin)"
	check_eq "$WAY: green saw none" "0 0 0" "$(saw_to "green eth0")"

	begin
	ether_send red 100
	ether_send green 60 -l 700
	ether_send green 40 -d $GROUP
	taps_end
	agree "$WAY, floods"
	check_eq "$WAY: copies into blue, of both groups" 200 "$(grown any blue copies)"
	check_eq "$WAY: none of red's into green" "0 100" \
		"$(grown red green frames) $(grown red green drop:policy)"
	check_eq "$WAY: red has not joined the group" "60 42000 60" "$(saw_to "red eth0")"
done
