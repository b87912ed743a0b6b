#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build the Debian packages into a folder:
#
#	build-deb.sh [FOLDER]		(deb)
#
# debian/ has to be at the top there, so a copy of the sources is built.
set -eu

TOP=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=dkms/copy.inc
. "$TOP/dkms/copy.inc"
OUT=${1:-$TOP/deb}
command -v dh_dkms >/dev/null && command -v dpkg-buildpackage >/dev/null || {
	echo "The packages need more to be built; type: apt-get install dpkg-dev debhelper dh-dkms" >&2
	exit 1
}
copy_for "$OUT"
mv dkms/debian .
dpkg-buildpackage -us -uc -b
mv "$WORK"/*.deb "$WORK"/*.changes "$WORK"/*.buildinfo "$OUT/"
echo "The packages are in $OUT; type: apt install $OUT/nsbridge*.deb"
