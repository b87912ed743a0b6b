#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build the RPM packages into a folder:
#
#	build-rpm.sh [FOLDER] [RPMBUILD-OPTIONS...]		(rpm)
#
# On a system without RPM's database of packages: --nodeps.
set -eu

TOP=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=dkms/copy.inc
. "$TOP/dkms/copy.inc"
OUT=${1:-$TOP/rpm}
[ $# = 0 ] || shift
command -v rpmbuild >/dev/null || {
	echo "No rpmbuild here; type: dnf install rpm-build (or apt-get install rpm)" >&2
	exit 1
}
copy_for "$OUT"
rpmbuild -bb --build-in-place --define "_topdir $WORK/top" --define "_rpmdir $OUT" "$@" \
	dkms/nsbridge.spec
echo "The packages are in $OUT; type: dnf install $OUT/*/*nsbridge*.rpm"
