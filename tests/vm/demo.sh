#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make demo: from nothing to a lab in a virtual machine. The last line is the
# guest's "demo: ..." line.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"

K=${K:-6.1}
step "host packages"
"$VM/deps.sh" build demo
step "kernel $K"
"$VM/fetch.sh" "$K"
step "the module"
"$VM/build.sh" "$K" >/dev/null
if [ -f "$TOP/user/Makefile" ]; then
	step "the command"
	quietly "$CACHE/log/user.log" make -C "$TOP/user" -j"$JOBS" ||
		die "the command does not build; type: make -C user"
fi
step "booting a virtual machine with it"
# the last line is kept back: it has to stay the last whatever else happens
rc=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$VM/run.sh" -k "$K" -t 240 -- "$VM/demo-guest.sh" |
	while IFS= read -r line; do
		case $line in
		'demo: '*) printf '%s\n' "$line" >"$out" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done || rc=$?
step "done"
if [ ! -s "$out" ]; then
	[ $rc -ne 0 ] || rc=1
	echo 'demo: failed; to look around, type: make vm-shell' >"$out"
fi
cat "$out"
exit $rc
