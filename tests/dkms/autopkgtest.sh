#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tests that the packages bring along, by Debian's own autopkgtest, in a
# booted system: it is the machine of its own that one of them asks for. The
# packages are installed, and stay as they are: to install them again would have
# dkms build in an emulator. The test that is generated for every dkms package is
# left out, as it wants all of linux-doc; life.sh does more.
WORK=$(mktemp -d)
mkdir "$WORK/nsbridge"
cp -r /opt/dkms/debian "$WORK/nsbridge/"
cd "$WORK/nsbridge" || exit
autopkgtest --no-built-binaries --ignore-restrictions=isolation-machine \
	--test-name=devices --test-name=command --output-dir="$WORK/out" ./ \
	-- null >"$WORK/log" 2>&1 </dev/null
cat "$WORK/out/summary"
# its status also tells that one was skipped
[ "$(grep -cE '^(devices|command) +PASS' "$WORK/out/summary")" = 2 ] || {
	tail -n 20 "$WORK/log"
	exit 1
}
