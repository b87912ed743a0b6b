#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What crossed into a namespace is what its devices received, to the frame and
# to the byte; what a namespace sent was delivered or dropped, and each dropped
# frame has the right reason.
# timeout: 240
# slow
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge socat
need_kind nsbridge nsveth

MAC=02:00:00:00:03
ALL=(host ann bob cat dan)
setup_ns "${ALL[@]}"
no_ipv6 "${ALL[@]}"
bridge_up host br0
ip_ns host link set br0 address $MAC:fe
ip_ns host addr add 10.7.0.254/24 dev br0
# bob has two ports, one of them a plain veth
port ann 10.7.0.1/24 $MAC:0a
port bob 10.7.0.2/24 $MAC:0b
PAIR=veth	# for port
port bob 10.7.1.2/24 $MAC:1b
# shellcheck disable=SC2034
PAIR=nsveth
port cat 10.7.0.3/24 $MAC:0c
port dan 10.7.0.4/24 $MAC:0d

declare -A DEVS=([ann]=eth0 [bob]='eth0 eth1' [cat]=eth0 [dan]=eth0 [host]=br0)

# devices FILE: rx and tx of every namespace, summed over its devices
devices() {
	local to=$1 n d f files
	for n in "${ALL[@]}"; do
		files=()
		for d in ${DEVS[$n]}; do
			for f in rx_packets rx_bytes tx_packets; do
				files+=("/sys/class/net/$d/statistics/$f")
			done
		done
		# shellcheck disable=SC2046	# three words for each device
		set -- $(in_ns "$n" cat "${files[@]}") 0 0 0
		echo "$n $(($1 + $4)) $(($2 + $5)) $(($3 + $6))"
	done >"$to"
}

# settle: read devices and crossings, so that nothing passes in between
settle() {
	local i
	for ((i = 0; i < 20; i++)); do
		devices "$TMP/before"
		shot
		devices "$TMP/devs"
		! cmp -s "$TMP/before" "$TMP/devs" || return 0
		sleep 0.2
	done
	fail "the counters do not come to rest"
}

# balance WHAT: both equations, for every namespace
balance() {
	local n rp rb tp in_f in_b out bad=''
	settle
	TOTAL=0
	while read -r n rp rb tp; do
		in_f=$(crossed any "$n" frames)
		in_b=$(crossed any "$n" bytes)
		TOTAL=$((TOTAL + rp))
		[ "$in_f $in_b" = "$rp $rb" ] ||
			bad+="into $n: $in_f frames $in_b bytes crossed, $rp $rb received; "
		out=$(($(crossed "$n" any frames) - $(crossed "$n" any copies) +
			$(crossed "$n" nowhere flooded) +
			$(crossed "$n" any drops) - $(crossed "$n" any drop_copies)))
		# UNEVEN: sends past br0, or sent while it had no port
		[ "$out" = "$tp" ] || [[ " $UNEVEN " == *" $n "* ]] ||
			bad+="from $n: $tp sent, $out delivered, flooded or dropped; "
	done <"$TMP/devs"
	check_eq "$1: $TOTAL frames received, the crossings say the same" '' "$bad"
}

# storm NS COUNT OPTIONS...
storm() {
	local ns=$1 n=$2
	shift 2
	[ "$(in_ns "$ns" ether send "${VIA:-eth0}" -n "$n" "$@")" = "$n" ] ||
		fail "$ns could not send $n frames"
}

UNEVEN=
balance "to begin with"

# --- without a drop
storm ann 22000 -s $MAC:0a -d $MAC:0b -l 120
storm bob 20000 -s $MAC:0b -d $MAC:0a
storm cat 15000 -s $MAC:0c -d $MAC:1b -l 1514
storm dan 10000 -s $MAC:0d -d $MAC:fe -l 900
VIA=eth1 storm bob 5000 -s $MAC:1b -d $MAC:0d
VIA=br0 storm host 5000 -s $MAC:fe -d $MAC:0c
# five copies of each: three namespaces, one of them with two ports, and br0
storm ann 3000 -s $MAC:0a
storm cat 1000 -s $MAC:0c -d 01:00:5e:00:00:01
VIA=br0 storm host 1000 -s $MAC:fe
balance "unicast and broadcast"
check_num "that was enough" "$TOTAL" -ge 100000
check_eq "nothing was dropped" 0 "$(crossed any any drops)"
check_eq "each broadcast has a copy for each port" 3000 "$(crossed ann cat copies)"
check_eq "also for each of two ports into one namespace" 6000 "$(crossed ann bob copies)"
check_eq "and is counted once as sent" 3000 "$(crossed ann nowhere flooded)"
check_eq "a multicast frame reaches the bridge's namespace" 1000 "$(crossed cat host copies)"
check_eq "who sends does not receive" 0 "$(crossed ann ann frames)"
check_eq "one pair of namespaces, to the frame" 5000 "$(crossed bob dan frames)"
check_eq "and the byte" $((5000 * 60)) "$(crossed bob dan bytes)"

# --- long segments
keep
check "TCP from port to port" transfer ann bob 10.7.0.2 4096
check "TCP to the bridge's namespace" transfer cat host 10.7.0.254 2048
check "TCP from the bridge's namespace" transfer host dan 10.7.0.4 2048
balance "TCP"
frames=$(grown ann bob frames) segs=$(grown ann bob segs)
note "4 MiB of TCP: $frames frames, $segs segments"
check_num "a segment longer than the MTU is one frame" "$segs" -gt $((2 * frames))

# --- one reason each. The sum is in the balance.
# expect REASON NS COUNT FROM TO OPTIONS...
expect() {
	local reason=$1 count=$3 from=$4 to=$5 was
	local ns=$2
	shift 5
	was=$(crossed "$from" "$to" "drop:$reason")
	storm "$ns" "$count" "$@"
	settle
	check_eq "$reason" "$count" \
		$(($(crossed "$from" "$to" "drop:$reason") - was))
}
settle
expect unknown ann 1000 ann nowhere -s $MAC:0a -d 02:99:00:00:00:00 -D 100
VIA=br0 expect unknown host 1000 host nowhere -s $MAC:fe -d 02:99:00:00:00:01
expect hairpin ann 500 ann nowhere -s $MAC:0a -d $MAC:0a
expect reserved bob 500 bob nowhere -s $MAC:0b -d 01:80:c2:00:00:03
expect invalid ann 500 ann nowhere -s 03:00:00:00:00:01 -d $MAC:0b
expect invalid ann 500 ann nowhere -s 00:00:00:00:00:00

slave() { ip_ns host link set "$@" || fail "$*"; }
slave p-dan mtu 1000
expect mtu cat 1000 cat dan -s $MAC:0c -d $MAC:0d -l 1200
storm cat 100 -s $MAC:0c -d $MAC:0d -l 1014
was=$(crossed ann any drop_copies)
storm ann 200 -s $MAC:0a -l 1200
settle
check_eq "a copy too long for one port is dropped there" 200 \
	$(($(crossed ann any drop_copies) - was))
balance "mtu"
slave p-dan mtu 1500

ip_ns dan link set eth0 down
expect down cat 1000 cat dan -s $MAC:0c -d $MAC:0d
ip_ns dan link set eth0 up
wait_for 5 is_up dan eth0 || fail "eth0 in dan does not come up"

slave p-ann type nsbridge_slave isolated on
slave p-bob type nsbridge_slave isolated on
expect policy ann 1000 ann bob -s $MAC:0a -d $MAC:0b
storm ann 100 -s $MAC:0a -d $MAC:1b
slave p-ann type nsbridge_slave isolated off
slave p-bob type nsbridge_slave isolated off

slave p-cat type nsbridge_slave locked on
expect spoof cat 1000 cat nowhere -s 02:98:00:00:00:00 -S 1000 -d $MAC:0a
slave p-cat type nsbridge_slave quota 0
expect quota cat 1000 cat nowhere -s 02:98:00:00:00:00 -d $MAC:0a
slave p-cat type nsbridge_slave locked off quota 1024
balance "drops"
check_eq "no reason that was not asked for" \
	'["down","hairpin","invalid","mtu","policy","quota","reserved","spoof","unknown"]' \
	"$(jq -c '[.[].reasons // {} | keys[]] | unique' "$TMP/shot")"

# the bridge is down: what came in by a port is dropped, and told
ip_ns host link set br0 down
expect down ann 100 ann nowhere -s $MAC:0a -d $MAC:0b
ip_ns host link set br0 up

# --- everybody at a time, on all CPUs, while ports come and go
pids=()
for n in ann bob cat dan; do
	spawn $n ether send eth0 -n 4000 -s "$(mac_of $n eth0)" -d $MAC:0a -D 8
	pids+=($!)
done
spawn host ether send br0 -n 4000 -s $MAC:fe -d $MAC:0a -D 8
pids+=($!)
for i in 1 2 3 4 5; do
	slave p-dan nomaster
	slave p-dan master br0
done
for p in "${pids[@]}"; do wait "$p"; done
settle
for n in ann bob cat; do
	check_eq "in a storm: into $n" "$(grep "^$n " "$TMP/devs" | cut -d' ' -f2)" \
		"$(crossed any $n frames)"
done

# --- IPv6 says what it likes, the ports' own too, which comes from the bridge's
# namespace past the bridge. Only what a plain veth says that way nobody can
# count, so it stays quiet.
for n in ann bob cat dan; do
	in_ns $n sysctl -qw net.ipv6.conf.all.disable_ipv6=0
done
for d in br0 p-ann p-bob p-cat p-dan; do
	in_ns host sysctl -qw net.ipv6.conf.$d.disable_ipv6=0
done
UNEVEN="host dan"
ip_ns ann addr add fd07::1/64 dev eth0
ip_ns bob addr add fd07::2/64 dev eth0
check "IPv6 works" wait_for 5 reaches ann fd07::2
sleep 2
balance IPv6
