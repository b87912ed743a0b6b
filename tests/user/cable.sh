# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# "cable list" shows both ends of every pair, whichever namespaces they are in.
nsb cable list
ok "cable list" eval 'code_is 0 && quiet'
nsb -j cable list
ok "cable list in JSON" eval 'code_is 0 && json_ok'

if ! have_stock; then
	skip "a veth pair between two namespaces" "needs root and veth"
	skip "and whose it is" "needs root and veth"
else
	ip netns add "$TEST_LAB-x"
	unshare -n sleep 60 &
	pid=$!
	sleep 0.2
	ip -n "$TEST_LAB-x" link add vx type veth peer name vy netns "$pid"
	nsb cable list "$TEST_LAB-x"
	ok "a veth pair between two namespaces" \
		eval 'out_has "vx" && out_has "vy" && out_has "$TEST_LAB-x"'
	ok "and whose it is" out_has "$pid/sleep"
	nsb namespace list
	ok "each has two devices" eval '[ "$(printf "%s\n" "$OUT" | grep "$pid/sleep" | grep -c " 2 ")" -eq 1 ]'
	kill "$pid"
	ip netns del "$TEST_LAB-x"
fi
