#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inside bookworm-build: make the packages, judge them, and make the ones of the
# next version out of them. They are left in /mnt/exchange/{now,next}, and in
# tools the programs of tests/net, which a host has no compiler for.
# shellcheck source=tests/dkms/lib.sh
. "$(dirname "$0")/lib.sh"

NEXT=${VERSION%.*}.$((${VERSION##*.} + 1))
cd /mnt/exchange || exit 1
rm -rf now next tools
mkdir next tools

build() { make -C /mnt/nsbridge deb OUT=/mnt/exchange/now; }

judged() {
	lintian --allow-root -I --pedantic --fail-on error,warning,info \
		now/nsbridge_*.changes >"$WORK/lintian" 2>&1 &&
		! grep -E '^[EWIP]:' "$WORK/lintian" || { cat "$WORK/lintian"; return 1; }
}

# Only the number changes: in the name of the sources' folder, in the scripts
# that hand it to dkms, and in what dkms and the kernel are told.
repack() {
	local deb
	for deb in now/nsbridge_*.deb now/nsbridge-dkms_*.deb; do
		rm -rf "$WORK/p"
		dpkg-deb -R "$deb" "$WORK/p" || return
		[ ! -d "$WORK/p/usr/src" ] ||
			mv "$WORK/p/usr/src/nsbridge-$VERSION" "$WORK/p/usr/src/nsbridge-$NEXT"
		grep -rlF "$VERSION" "$WORK/p/DEBIAN" "$WORK/p/usr/src" 2>/dev/null |
			xargs sed -i "s/${VERSION//./\\.}/$NEXT/g"
		dpkg-deb --root-owner-group -b "$WORK/p" "next/" || return
	done
}

tools() {
	local source flags
	read -ra flags <<<"$(pkg-config --cflags --libs libnl-genl-3.0)"
	for source in /mnt/nsbridge/tests/net/tools/*.c; do
		# something to preload, which no booted test needs
		[[ $source != *.so.c ]] || continue
		gcc -O2 -o "tools/$(basename "$source" .c)" "$source" \
			-Wl,--as-needed -lpthread "${flags[@]}" || return
	done
}

ok "make deb" build
ok "lintian finds nothing" judged
ok "the packages of the next version" repack
ok "what tests/net needs" tools
done_testing
