#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build the Debian packages into a folder:
#
#	build-deb.sh [FOLDER]		(deb)
#
# debian/ has to be at the top there, so a copy of the sources is built.
set -eu

TOP=$(cd "$(dirname "$0")/.." && pwd)
OUT=${1:-$TOP/deb}
command -v dh_dkms >/dev/null && command -v dpkg-buildpackage >/dev/null || {
	echo "The packages need more to be built; type: apt-get install dpkg-dev debhelper dh-dkms" >&2
	exit 1
}
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
# "make" may have called this
unset MAKEFLAGS MFLAGS MAKELEVEL

mkdir "$WORK/nsbridge"
cd "$TOP"
cp -r Kbuild Makefile LICENSE README.md dkms kmod user "$WORK/nsbridge/"
cd "$WORK/nsbridge"
mv dkms/debian .
find kmod user \( -name '*.o' -o -name '*.so' -o -name '.*.cmd' \) -delete
rm -rf user/gen user/nsbridge
dpkg-buildpackage -us -uc -b
mv "$WORK"/*.deb "$WORK"/*.changes "$WORK"/*.buildinfo "$OUT/"
echo "The packages are in $OUT; type: apt install $OUT/nsbridge*.deb"
