#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module of this checkout under dkms, which builds it again for every kernel
# that is installed later:
#
#	manage.sh install [KERNEL-RELEASE]	(the running one)
#	manage.sh remove [KERNEL-RELEASE]	(all, and the sources)
#	manage.sh copy FOLDER			what dkms needs of the checkout
set -eu

TOP=$(cd "$(dirname "$0")/.." && pwd)
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP/dkms/dkms.conf")
MODULE=nsbridge/$VERSION
SRC=/usr/src/nsbridge-$VERSION

die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

copy()
{
	rm -rf "$1"
	mkdir -p "$1"
	cp "$TOP/dkms/dkms.conf" "$TOP/Kbuild" "$TOP/LICENSE" "$1/"
	(cd "$TOP" && find kmod \( -name '*.[ch]' -o -name '*.sh' \) ! -name '*.mod.c') |
		while read -r file; do
			mkdir -p "$1/${file%/*}"
			cp "$TOP/$file" "$1/$file"
		done
}

added() { dkms status "$MODULE" | grep -q .; }

able()
{
	command -v dkms >/dev/null || die "No dkms here; type: apt-get install dkms"
	[ "$(id -u)" = 0 ] || die "dkms writes to /usr/src and /lib/modules: run this as root"
}

case ${1:-} in
install)
	able
	kernel=${2:-$(uname -r)}
	[ -e "/lib/modules/$kernel/build/Makefile" ] ||
		die "No headers of kernel $kernel; type: apt-get install linux-headers-$kernel"
	# this checkout again, which may have changed
	! added || dkms remove "$MODULE" --all
	copy "$SRC"
	dkms add "$MODULE"
	dkms install "$MODULE" -k "$kernel"
	;;
remove)
	able
	if [ -n "${2:-}" ]; then
		dkms remove "$MODULE" -k "$2"
		exit
	fi
	! added || dkms remove "$MODULE" --all
	rm -rf "$SRC"
	;;
copy)
	copy "${2:?a folder}"
	;;
*)
	sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
