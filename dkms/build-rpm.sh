#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build the RPM packages into a folder:
#
#	build-rpm.sh [FOLDER] [RPMBUILD-OPTIONS...]		(rpm)
#
# On a system without RPM's database of packages: --nodeps.
set -eu

TOP=$(cd "$(dirname "$0")/.." && pwd)
OUT=${1:-$TOP/rpm}
[ $# = 0 ] || shift
command -v rpmbuild >/dev/null || {
	echo "No rpmbuild here; type: dnf install rpm-build (or apt-get install rpm)" >&2
	exit 1
}
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
# "make" may have called this
unset MAKEFLAGS MFLAGS MAKELEVEL

# built in a copy of the sources, in place
mkdir "$WORK/nsbridge"
cd "$TOP"
cp -r Kbuild Makefile LICENSE README.md dkms kmod user "$WORK/nsbridge/"
cd "$WORK/nsbridge"
find kmod user \( -name '*.o' -o -name '*.so' -o -name '.*.cmd' \) -delete
rm -rf user/gen user/nsbridge
rpmbuild -bb --build-in-place --define "_topdir $WORK/top" --define "_rpmdir $OUT" "$@" \
	dkms/nsbridge.spec
echo "The packages are in $OUT; type: dnf install $OUT/*/*nsbridge*.rpm"
