#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module goes under traffic, takes its devices along, and comes back.
# timeout: 120
. "$(dirname "$0")/pair.inc" || exit 1
need jq rmmod modprobe
ours || skip "about nsveth"
grep -q '^nsbridge ' /proc/modules || skip "nsbridge is not a module here"

for i in 1 2 3; do
	pair_up
	begin a ping -f -q 10.9.0.2
	begin b ping -f -q 10.9.0.1
	# and pairs come and go while it does
	(for ((j = 0; j < 200; j++)); do
		ip_ns a link add "x$j" type nsveth peer name y netns "$b" &&
			ip_ns b link del y
	done) >/dev/null 2>&1 &
	sleep 1
	for ((j = 0; j < 50; j++)); do
		rmmod nsbridge 2>/dev/null && break
		sleep 0.1
	done
	[ "$j" -lt 50 ] || fail "the module does not go: $(rmmod nsbridge 2>&1)"
	end
	# "ip link add" may have loaded it again
	modprobe nsbridge || fail "does not load again ($i)"
	{ gone a ea && gone b eb; } || fail "devices outlive the module"
	del_ns a b
done
# by its kind, without modprobe
pair_up
pings a 10.9.0.2 || fail "no traffic after a reload"
exit 0
