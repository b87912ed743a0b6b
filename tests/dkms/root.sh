#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian systems in folders of the cache, and throw-away copies of them:
#
#	root.sh make NAME...		make them, where they are not there yet
#	root.sh run NAME COMMAND...	run COMMAND in a copy, and forget the copy
#
#	bookworm trixie		a host: kernel, its headers, dkms and what the
#				packages of nsbridge depend on; a newer
#				kernel waits in /srv/upgrade
#	sid			the same of unstable, with its one kernel
#	bookworm-build		what builds and judges the packages, .deb and .rpm
#	bookworm-programs	a host with podman, mininet and others which make
#				and list devices, with autopkgtest and rpm
#
# COMMAND finds the checkout in /mnt/nsbridge, where it cannot write, and a
# folder to exchange files with the caller, $EXCHANGE, in /mnt/exchange. This
# needs root: packages' own scripts run, and a file system is mounted.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"
# shellcheck source=tests/vm/mirror.sh
. "$VM/mirror.sh"

# A host is what dkms and "make install" ask for, and then what the packages of
# nsbridge depend on: they are to be installed, taken away and compared without
# the network. The second part is what tests/net needs besides.
HOST=(dkms openssl gcc make kmod initramfs-tools linux-image-cloud-amd64
	linux-headers-cloud-amd64 iproute2 libnl-3-200 libnl-genl-3-200
	libnl-route-3-200 libnftables1 libcyaml1 libyaml-0-2 libsmartcols1 libjson-c5
	libncursesw6 iputils-ping nftables udev systemd network-manager procps
	e2fsprogs less
	tcpdump ethtool jq socat iputils-arping)

describe() {
	UPGRADE='' TARGET=''
	case $1 in
	bookworm)
		SUITES=(bookworm bookworm-backports)
		PACKAGES=("${HOST[@]}")
		UPGRADE='6\.12\.[0-9.]+\+deb12-cloud-amd64'
		;;
	trixie)
		SUITES=(trixie trixie-backports)
		PACKAGES=("${HOST[@]}")
		UPGRADE='[7-9]\.[0-9.]+\+deb13-cloud-amd64'
		TARGET=trixie-backports
		;;
	sid)
		SUITES=(sid)
		# no longer there by itself
		PACKAGES=("${HOST[@]}" mount)
		;;
	bookworm-build)
		SUITES=(bookworm)
		# shellcheck disable=SC2207	# words
		PACKAGES=($("$VM/deps.sh" -l build) build-essential debhelper dh-dkms
			fakeroot libncurses-dev lintian man-db mandoc rpm rpmlint)
		;;
	bookworm-programs)
		SUITES=(bookworm)
		PACKAGES=("${HOST[@]}" autopkgtest autodep8 man-db
			podman crun mininet python3-pyroute2 lldpd rpm)
		;;
	*)
		die "unknown root '$1'; one of: bookworm trixie sid bookworm-build bookworm-programs"
		;;
	esac
}

# The newest kernel of a name, its headers, and what both depend on, are left in
# /srv/upgrade.
# shellcheck disable=SC2016	# for the shell of the hook
FETCH='set -e
[ -n "$UPGRADE" ] || exit 0
p=$(chroot "$1" apt-cache --names-only search "^linux-headers-$UPGRADE\$" |
	cut -d" " -f1 | sort -V | tail -n 1)
[ -n "$p" ] || { echo "no headers like $UPGRADE"; exit 1; }
rm -f "$1"/var/cache/apt/archives/*.deb
chroot "$1" apt-get -y -q --no-install-recommends -o APT::Keep-Downloaded-Packages=1 \
	${TARGET:+-t "$TARGET"} -d install "$p" "linux-image-${p#linux-headers-}"
mkdir -p "$1/srv/upgrade"
mv "$1"/var/cache/apt/archives/*.deb "$1/srv/upgrade/"'

make_root() {
	local name=$1 dir=$CACHE/root/debian-$1 key options=() line
	describe "$name"
	key=$({
		declare -f make_root
		echo "${SUITES[*]} ${PACKAGES[*]} $UPGRADE $TARGET $FETCH"
	} | cksum)
	[ "$(cat "$dir.key" 2>/dev/null)" != "$key" ] || return 0
	command -v mmdebstrap >/dev/null || "$VM/deps.sh" package
	step "making a Debian system for tests, $name (minutes)"
	mkdir -p "$CACHE/root" "$CACHE/log"
	rm -rf "$dir" "$dir.new" "$dir.key"
	while IFS= read -r line; do
		options+=(--aptopt="$line")
	done < <(apt-config dump |
		grep -E '^Acquire::(https?::.*[Pp]roxy|Check-(Valid-Until|Date)|ForceIPv[46]) ')
	sources "${SUITES[@]}" >"$dir.list"
	UPGRADE=$UPGRADE TARGET=$TARGET quietly "$CACHE/log/root-$name.log" \
		mmdebstrap --mode=root --variant=apt --format=directory \
		${options[@]+"${options[@]}"} \
		--aptopt='APT::Install-Recommends "0"' \
		--dpkgopt=path-exclude=/usr/share/locale/* \
		--include="$(IFS=,; echo "${PACKAGES[*]}")" \
		--customize-hook="$FETCH" \
		"${SUITES[0]}" "$dir.new" "$dir.list" ||
		die "cannot make $name; check the network, then try again"
	mv "$dir.new" "$dir"
	echo "$key" >"$dir.key"
}

run() {
	local lower=$CACHE/root/debian-$1 work root
	shift
	work=$(mktemp -d "$CACHE/run/root.XXXXXX")
	# shellcheck disable=SC2064	# this one
	trap "rm -rf '$work'" EXIT
	trap 'exit 130' INT TERM
	root=$work/root
	mkdir -p "$root" "$work/tmp" "${EXCHANGE:=$work/exchange}"
	# in namespaces of its own, so that nothing stays mounted or running
	NSB_ROOT=$root NSB_TMP=$work/tmp NSB_LOWER=$lower NSB_EXCHANGE=$EXCHANGE \
		unshare --mount --pid --fork --kill-child --uts --ipc \
		"$0" inside "$@"
}

inside() {
	mount -t tmpfs tmp "$NSB_TMP"
	mkdir "$NSB_TMP"/{upper,work}
	mount -t overlay overlay -o \
		"lowerdir=$NSB_LOWER,upperdir=$NSB_TMP/upper,workdir=$NSB_TMP/work" "$NSB_ROOT"
	mkdir -p "$NSB_ROOT"/mnt/{nsbridge,exchange}
	mount --bind "$TOP" "$NSB_ROOT/mnt/nsbridge"
	mount -o remount,bind,ro "$NSB_ROOT/mnt/nsbridge"
	mount --bind "$NSB_EXCHANGE" "$NSB_ROOT/mnt/exchange"
	mount -t proc proc "$NSB_ROOT/proc"
	mount --rbind /dev "$NSB_ROOT/dev"
	mount -t tmpfs run "$NSB_ROOT/run"
	hostname "${NSB_LOWER##*/}"
	exec chroot "$NSB_ROOT" /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

usage() { sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
case ${1:-} in
make)
	[ $# -gt 1 ] || usage
	shift
	[ "$(id -u)" = 0 ] || die "this needs root"
	(
		lock root
		for name; do
			make_root "$name"
		done
	)
	;;
run)
	[ $# -gt 2 ] || usage
	shift
	mkdir -p "$CACHE/run"
	"$0" make "$1"
	run "$@"
	;;
inside)
	shift
	inside "$@"
	;;
*)
	usage
	;;
esac
