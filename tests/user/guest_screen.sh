#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
# What is shown on a terminal and as it changes: the screen of "crossing top" with
# its keys, bars of latencies, the matrix, the monitors; for a virtual machine:
#
#	tests/vm/run.sh -k 6.1 -c -- tests/user/guest_screen.sh
#
# Prints TAP.
# shellcheck disable=SC2016,SC2034,SC2094 # conditions are evaluated by ok, in eval
WORK=$(mktemp -d)
NSBRIDGE=nsbridge
# shellcheck source=tests/user/lib.sh
. "$NSB_DIR/tests/user/lib.sh"
trap 'rm -rf "$WORK"' EXIT
echo "TAP version 13"

ip link add br0 type nsbridge
ip link set br0 up
for n in 1 2 3; do
	ip netns add n$n
	ip link add p$n type nsveth peer name eth0 netns n$n
	ip link set p$n master br0 up
	ip -n n$n link set eth0 up
	ip -n n$n addr add 10.1.0.$n/24 dev eth0
done
# a name that no column has room for
ip netns add a-namespace-with-a-very-long-name-indeed
ip link add plong type nsveth peer name eth0 netns a-namespace-with-a-very-long-name-indeed
ip link set plong master br0 up
ip -n a-namespace-with-a-very-long-name-indeed link set eth0 up
ip -n a-namespace-with-a-very-long-name-indeed addr add 10.1.0.9/24 dev eth0
ip link add c0 type nsveth peer name c1 netns n1
nsbridge crossing deny bridge br0 from n1 to n3
works() { nsb "$@"; ok "$*" code_is 0; }
ping_all()
{
	while :; do
		ip netns exec n1 ping -q -c 5 -i 0.05 10.1.0.2
		ip netns exec n1 ping -q -c 1 -W 1 10.1.0.3
		ip netns exec n2 ping -q -c 2 -i 0.05 10.1.0.9
	done >/dev/null 2>&1
}

# ---- top
ping_all &
PING=$!
# typed KEYS ROWS COLUMNS [WORD...]: the screen while these are typed, one by one;
# "wait" is no key, it gives a busy machine time to show what came of the last
typed()
{
	local keys=$1 rows=$2 cols=$3
	shift 3
	: >"$WORK/out"
	{
		# what is typed before it is there shows nothing
		for _ in {1..100}; do
			grep -q -e 1049h -e nsbridge "$WORK/out" && break
			sleep 0.1
		done
		sleep 0.5
		for k in $keys; do
			[ "$k" != wait ] || { sleep 2; continue; }
			# shellcheck disable=SC2059 # escapes are meant
			printf "$k"
			sleep 0.3
		done
		sleep 0.5
		printf q
	} | timeout 60 script -q -f -e -c "stty rows $rows cols $cols; nsbridge crossing top -i 0.3 $*" /dev/null >"$WORK/out" 2>&1
	CODE=$?
	OUT=$(cat "$WORK/out")
}
if command -v script >/dev/null; then
	export TERM=xterm-256color
	LC_ALL=C.UTF-8 typed 'f ? wait ? t t s b c d n r r \040 wait \040 wait a a + - j k \033[6~ \033[5~ \033[H \033[B \033[A z' 20 160
	ok "top: every key" eval 'code_is 0 && out_has PAUSED && out_has "faster, slower" && out_has "the last minute" && out_has "█"'
	typed 't d' 12 70
	ok "narrow, with a short graph" eval 'code_is 0 && out_has n1 && out_has "last minute" && out_lacks "the last minute"'
	typed 't d' 12 52
	ok "narrower, without a graph" eval 'code_is 0 && out_has n1 && out_lacks minute'
	TERM=vt100 typed '' 20 120 drops
	ok "without colour, in ASCII" eval 'code_is 0 && out_has "drops/s" && out_has n1'
	NO_COLOR=1 typed 'a' 8 120 frames bridge br0
	ok "with no colour wanted, and of one bridge" eval 'code_is 0 && out_has br0 && out_lacks "c0 "'
	typed '- - - - - - - - - - +' 2 20 -n 2
	ok "where there is no room" eval '[ "$CODE" -eq 0 ]'
	{ sleep 3; pkill -x nsbridge; sleep 1; } |
		timeout 30 script -q -c "stty rows 20 cols 120; nsbridge crossing top" /dev/null >"$WORK/out" 2>&1
	ok "ended by a signal it leaves a terminal in order" grep -qF '[?1049l' "$WORK/out"
	ip netns add none
	{ sleep 1; printf 'aq'; } | timeout 30 script -q -e -c "stty rows 20 cols 120; nsbridge -n none crossing top" /dev/null >"$WORK/out" 2>&1
	ok "where nothing has crossed" grep -q "Nothing has crossed" "$WORK/out"
	ip netns del none
else
	skip "top" "no script here"
fi
nsb crossing top -b -n 2 -i 0.2 copies bridge br0
ok "top in a list" eval 'code_is 0 && [ "$(grep -c "in a second" "$WORK/out")" = 2 ]'
for v in frames segs bytes copies drops; do
	nsb crossing matrix $v bridge br0
	ok "matrix of $v" eval 'code_is 0 && out_has n1'
	nsb -j -p crossing matrix $v
	ok "in JSON" eval 'code_is 0 && json_ok'
done
{ timeout 20 script -q -e -c "stty cols 150; nsbridge crossing matrix bytes; nsbridge crossing show; nsbridge -s crossing; nsbridge namespace" /dev/null; } >"$WORK/out" 2>&1
ok "in colour on a terminal" grep -q "$(printf '\033\[')" "$WORK/out"
TERM=xterm timeout 20 script -q -e -c "stty cols 150; nsbridge crossing matrix bytes -i 0.3" /dev/null >"$WORK/out" 2>&1
ok "in few colours" grep -q "$(printf '\033\[')" "$WORK/out"
nsb -s crossing
ok "a verdict has a column, and drops a reason" eval 'out_has deny && out_has "policy "'

# ---- latency
nsb crossing show --latency
ok "latency is not measured at first" refused 1 "no bridge measures how long frames take"
works crossing latency bridge br0 on
ip netns exec n1 ping -q -c 5 -i 0.05 10.1.0.2 >/dev/null
for opts in "" "-j"; do
	nsb $opts crossing show --latency
	ok "latencies $opts" eval 'code_is 0 && out_has n2'
	nsb $opts crossing show bridge br0 --latency
	ok "of a bridge $opts" eval 'code_is 0 && out_has n2'
done
LC_ALL=C.UTF-8 nsb crossing show --latency
ok "in blocks" eval 'code_is 0 && out_has "█"'
{ timeout 20 script -q -e -c "stty cols 100; nsbridge crossing show --latency" /dev/null; } >"$WORK/out" 2>&1
ok "on a terminal" grep -q n2 "$WORK/out"
works crossing latency dev br0 off
nsb crossing latency bridge br0 maybe
ok "latency is on or off" refused 2 'and not "maybe"'
nsb crossing latency br0 on
ok "latency of a bridge" refused 2 '"latency" needs'
nsb crossing latency bridge lo on
ok "latency of what is no bridge" eval '[ "$CODE" = 1 ] && err_has lo'
nsb crossing latency bridge no-such-dev on
ok "latency of what is not there" refused 1 'no device "no-such-dev"'
kill $PING
wait $PING 2>/dev/null

# ---- fdb
works fdb add 02:00:00:00:00:10 dev p1 dynamic sticky
nsb fdb add 02:00:00:00:00:11 dev p1 sticky
nsb fdb show dev p1
ok "a dynamic entry has an age" eval 'out_has "s$" || grep -Eq "02:00:00:00:00:10 .*learned.*[0-9]s" "$WORK/out"'
nsb fdb del 02:00:00:00:00:10 dev p1 static
ok "del takes no origin" refused 2 'are for "add"'
nsb fdb show br br0
ok "of a bridge" eval 'code_is 0 && out_has owner'
nsb -j -p fdb
ok "in JSON" eval 'code_is 0 && json_ok'
nsb fdb show dev no-such-dev
ok "of no port" refused 1 no-such-dev
nsb fdb show bridge no-such-dev
ok "of no bridge" refused 1 no-such-dev
nsb fdb add 02:00:00:00:00:12 dev p1 vlan 7
ok "an entry of a VLAN" eval 'code_is 0 || [ -n "$ERR" ]'
nsb fdb flush dev no-such-dev
ok "flush of no port" refused 1 no-such-dev

# ---- what is not privileged
if command -v setpriv >/dev/null; then
	for c in "fdb" "crossing" "crossing matrix" "crossing monitor" "fdb monitor" "namespace show" "metrics" \
		"crossing show --latency" "crossing deny bridge br0 from n1 to n2" "crossing latency bridge br0 on" \
		"port set dev p1 locked on" "fdb add 02:00:00:00:00:77 dev p1" "fdb flush dev p1" "crossing top -b -n 1"; do
		# shellcheck disable=SC2086 # words
		run timeout 10 setpriv --reuid 65534 --clear-groups --bounding-set=-all nsbridge $c
		ok "without privilege: $c" eval '[ "$CODE" = 1 ] && one_line'
	done
fi

# ---- monitors
nsbridge crossing monitor bridge br0 >"$WORK/one" 2>&1 &
ONE=$!
nsbridge -j -p crossing monitor >"$WORK/json" 2>&1 &
JSON=$!
nsbridge fdb monitor bridge br0 dev p1 >"$WORK/fdb" 2>&1 &
FDB=$!
ip link add br1 type nsbridge
for _ in {1..50}; do
	[ "$(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l)" -ge 3 ] && break
	sleep 0.1
done
sleep 0.5
ip netns exec n1 ping -q -c 1 10.1.0.2 >/dev/null
nsbridge fdb add 02:00:00:00:00:20 dev p2
nsbridge fdb add 02:00:00:00:00:21 dev p1
ip link add q0 type nsveth peer name q1 netns n3
ip link set q0 master br1
ip link del br1
ip netns del n2
for _ in {1..50}; do
	grep -q namespace-gone "$WORK/one" && grep -q namespace-gone "$WORK/json" && break
	sleep 0.1
done
kill $ONE $JSON $FDB
wait $ONE $JSON $FDB 2>/dev/null
run cat "$WORK/one"
ok "events of one bridge" eval 'out_has namespace-gone && out_has crossing-end && out_lacks br1'
run cat "$WORK/json"
ok "events of all, in JSON" eval 'out_has br1 && out_has namespace-gone'
run cat "$WORK/fdb"
ok "entries of one port" eval 'out_has 00:21 && out_lacks 00:20'

# ---- all of it goes
ip link del br0
ip link del c0
ip link del q0
for n in n1 n3 a-namespace-with-a-very-long-name-indeed; do ip netns del $n; done
echo "1..$COUNT"
[ "$FAILED" -eq 0 ]
