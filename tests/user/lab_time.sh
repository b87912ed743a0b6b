#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# How long a lab of N namespaces (1000) takes: up, check and down, against the
# script that "up --plan" prints, and against a loop that does nothing but create
# the namespaces and the pairs. For a virtual machine:
#
#	tests/vm/run.sh -k 6.1 -c -- tests/user/lab_time.sh
N=${1:-1000}
BARE=${BARE:-$(command -v lab_bare)}

now() { date +%s%N; }
ms() { echo $((($(now) - $1) / 1000000)); }
# until the kernel is done with what was removed
settle()
{
	local i
	for ((i = 0; i < 1200; i++)); do
		[ "$(awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo 2>/dev/null || echo 0)" -le 20 ] && break
		sleep 0.1
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
for kind in nsbridge stock; do
	t=$(now); /usr/bin/env nsbridge lab up --kind $kind /tmp/many.yaml || exit; up=$(ms "$t")
	t=$(now); nsbridge lab check many >/tmp/out || tail -3 /tmp/out; check=$(ms "$t")
	t=$(now); nsbridge lab down many; down=$(ms "$t")
	settle; gone=$(ms "$t")
	echo "# $N namespaces on $kind: up $up ms, check $check ms, down $down ms (all gone after $gone ms)"
	nsbridge lab up --plan --kind $kind /tmp/many.yaml >/tmp/plan
	t=$(now); sh /tmp/plan >/dev/null || exit; plan=$(ms "$t")
	for n in /run/netns/*; do ip netns del "${n##*/}"; done
	settle
	bare=-
	if [ -n "$BARE" ]; then
		"$BARE" "$N" "$([ $kind = stock ] && echo veth || echo nsveth)" >/tmp/bare
		bare=$(cat /tmp/bare)
		settle
	fi
	echo "# the same by the plan: $plan ms; namespaces and pairs alone: $bare ms"
done
echo "ok 1 - measured"
