#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 700
# Every bundled lab, on nsbridge and on the stock drivers: up, checked, down. For a
# virtual machine:
#
#	tests/vm/run.sh -k 6.1 -c -- tests/user/labs.sh
#
# With names, those only; with "quick", those that take no half minute, on nsbridge.
# Prints TAP.
COUNT=0
FAILED=0
KINDS=(nsbridge stock)

result()
{
	COUNT=$((COUNT + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $COUNT - $2"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $2"
		sed 's/^/# /' /tmp/out
	fi
}

# what is in "needs:" and not here
missing()
{
	sed -nE 's/^needs: \[(.*)\]/\1/p' "$1" | tr -d , | tr ' ' '\n' | while read -r c; do
		[ -z "$c" ] || command -v "$c" >/dev/null || echo "$c"
	done
}

# one LAB KIND
one()
{
	local lab=$1 kind=$2 rc=0 start=$SECONDS left

	timeout 120 nsbridge lab up --kind "$kind" "$lab" >/tmp/out 2>&1 || rc=$?
	if [ $rc -eq 0 ]; then
		timeout 170 nsbridge lab check "$lab" >/tmp/out 2>&1 || rc=$?
		timeout 60 nsbridge lab down "$lab" >>/tmp/out 2>&1 || rc=$?
	fi
	for left in /run/netns/* /run/nsbridge/labs/*; do
		[ -e "$left" ] || continue
		echo "left behind: $left" >>/tmp/out
		rc=1
	done
	result $rc "$lab on $kind, $((SECONDS - start)) s"
	[ -z "$NSB_VERBOSE" ] || sed 's/^/# /' /tmp/out
}

echo "TAP version 13"
if [ "$*" = quick ] || [ $# -eq 0 ]; then
	QUICK=$*
	[ "$QUICK" != quick ] || KINDS=(nsbridge)
	set --
	for file in "$NSB_LABS"/*.yaml; do
		lab=$(basename "$file" .yaml)
		case "$QUICK $lab" in
		"quick neighbour-table"|"quick vrrp"|"quick crossing-cost") ;;
		*) set -- "$@" "$lab" ;;
		esac
	done
fi
for lab; do
	why=$(missing "$NSB_LABS/$lab.yaml")
	for kind in "${KINDS[@]}"; do
		if [ -n "$why" ]; then
			COUNT=$((COUNT + 1))
			echo "ok $COUNT - $lab on $kind # SKIP no $why here"
		else
			one "$lab" "$kind"
		fi
	done
done
echo "1..$COUNT"
[ $FAILED -eq 0 ]
