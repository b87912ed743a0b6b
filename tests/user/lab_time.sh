#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# How long a lab of N namespaces (1000) takes: up, check and down, against a loop
# that does nothing but create the namespaces and the pairs, and against the script
# that "up --plan" prints. The shortest of three is what compares (on the stock
# drivers: of one). For a virtual machine:
#
#	tests/vm/uml.sh -V fast run -c -- "tests/user/lab_time.sh 200"
#
# The script starts several programs for each namespace: for a thousand, it takes
# five minutes on a real machine and most of an hour on an emulated one.
#
# With "exact" behind the number it is for a machine whose clock counts instructions
# ("make test-labs" has its options): then one round is enough, the first comparison
# has a limit, and the second, which takes long, is left out.
N=${1:-1000}
BARE=${BARE:-$(command -v lab_bare)}
COUNT=0
FAILED=0
EXACT=${2:-}
LIMIT=/proc/sys/net/ipv4/neigh/default/gc_thresh3

# ok WHAT COMMAND...
ok()
{
	local what=$1
	shift
	COUNT=$((COUNT + 1))
	if "$@" 2>/tmp/err; then
		echo "ok $COUNT - $what"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $what"
		tail -n 5 /tmp/err /tmp/out | cut -c 1-200 | sed 's/^/# /'
	fi
}

lab()	{ usage /tmp/usage nsbridge lab "$@" >/tmp/out; }
took()	{ cut -d ' ' -f "${1:-1}" /tmp/usage; }
now()	{ date +%s%N; }
ms()	{ echo $((($(now) - $1) / 1000000)); }
least()	{ printf '%s\n' "$@" | sort -n | head -n 1; }
# How many namespaces the kernel has, or things of the same size.
spaces()
{
	local n=0 slab=/sys/kernel/slab/net_namespace
	# else those that are free are counted as well
	echo 1 >$slab/shrink
	read -r n _ <$slab/objects
	echo "$n"
} 2>/dev/null
BEFORE=$(spaces)

# until the kernel is done with what was removed
settle()
{
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(spaces)" -gt $((BEFORE + 20)) ] || break
		sleep 0.2
	done
	sleep 1
}

cat >/tmp/many.yaml <<END
name: many
namespaces: [{name: c, replicas: $N}]
bridges: [{name: br0}]
ports: [{namespace: c, device: eth0, bridge: br0, addresses: [10.0.0.1/16]}]
checks: [{ping: {from: c1, to: c}}]
END
echo "TAP version 13"
limit=$(cat $LIMIT)
for kind in nsbridge stock; do
	rounds='1 2 3'
	[ $kind = nsbridge ] && [ -z "$EXACT" ] || rounds=1
	ups='' bares='' cpus=''
	for round in $rounds; do
		ok "$N namespaces on $kind, up" lab up --kind $kind /tmp/many.yaml
		ups="$ups $(took)" cpus="$cpus $(took 2)" rss=$(took 3)
		if [ "$round" = 1 ]; then
			# Two entries for every pair that talks, of 1,024 that all
			# namespaces of the host have together.
			# shellcheck disable=SC2016 # ok evaluates it
			ok "check, or the table that was full is named" eval \
				'lab check many || grep -q "$LIMIT is $limit" /tmp/err'
			echo $((4 * N + limit)) >$LIMIT
			ok "check" lab check many
			check=$(took)
			echo "$limit" >$LIMIT
		fi
		ok "down" lab down many
		down=$(took)
		t=$(now); settle; gone=$(ms "$t")
		if [ -n "$BARE" ]; then
			"$BARE" "$N" "$([ $kind = stock ] && echo veth || echo nsveth)" >/tmp/bare
			bares="$bares $(cat /tmp/bare)"
			settle
		fi
	done
	# shellcheck disable=SC2086 # words
	up=$(least $ups) bare=$(least $bares)
	echo "# $kind: up$ups ms (at work$cpus ms, at most $rss KiB), check $check ms, down $down ms (all gone $gone ms later)"
	[ -z "$BARE" ] || echo "# namespaces and pairs alone:$bares ms; up is $(awk "BEGIN { printf \"%.2f\", $up / $bare }") times that"
	ok "memory is bounded: $((rss / N)) KiB a namespace" [ "$rss" -lt $((16384 + 64 * N)) ]
	if [ -n "$EXACT" ]; then
		# On the stock drivers a third of it is the kernel's br_add_if().
		[ $kind = stock ] ||
			ok "at most 1.5 times namespaces and pairs alone" [ $((10 * up)) -le $((15 * bare)) ]
		continue
	fi
	nsbridge lab up --plan --kind $kind /tmp/many.yaml >/tmp/plan
	t=$(now); ok "the plan" sh /tmp/plan >/dev/null; plan=$(ms "$t")
	for n in /run/netns/*; do ip netns del "${n##*/}"; done
	settle
	echo "# the same by the plan: $plan ms; up is $(awk "BEGIN { printf \"%.1f\", $plan / $up }") times as fast"
	ok "five times as fast as the plan" [ "$plan" -gt $((5 * up)) ]
done
echo "1..$COUNT"
[ $FAILED -eq 0 ]
