#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch kernels into the cache, without installing anything on the host:
#
#	fetch.sh [-u] WHAT...
#
#	6.1 6.12 7.3	image, modules and headers of a Debian kernel (cloud flavour)
#	source		the newest linux-source-7.x, unpacked: UML, checkpatch, ynl
#	root		a folder with trixie's gcc and sparse, to build for 7.3
#	all		all of these
#	6.12-arm64	the same kernel for arm64, and arm64.root: a folder with what a
#			guest runs and what the command is linked with
#
# What is there stays as it is until -u asks for the newest versions.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/vm/mirror.sh
. "$VM/mirror.sh"

APT=$CACHE/apt
DEBS=$CACHE/debs
ARCH=amd64

# apt_do TOOL ARGS...: apt with its state in the cache; the host's proxy and
# authentication settings stay in force
apt_do() {
	local tool=$1
	shift
	"$tool" -q -q \
		-o Dir::State="$APT/state" -o Dir::State::status="$APT/status" \
		-o Dir::Cache="$APT/cache" -o Dir::Cache::pkgcache=pkgcache.bin \
		-o Dir::Cache::srcpkgcache=srcpkgcache.bin \
		-o Dir::Etc::sourcelist="$APT/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o APT::Architecture=$ARCH \
		-o APT::Architectures=$ARCH -o APT::Get::List-Cleanup=1 \
		-o APT::Sandbox::User=root -o Acquire::Retries=3 \
		-o Acquire::Languages=none -o APT::Install-Recommends=0 "$@"
}

apt_update() {
	[ -z "${APT_FRESH:-}" ] || return 0
	mkdir -p "$APT/state/lists/partial" "$APT/cache/archives/partial" "$DEBS"
	: >"$APT/status"
	{
		sources bookworm bookworm-backports
		sources trixie trixie-backports
	} >"$APT/sources.list"
	step "reading Debian's package lists"
	quietly "$APT/update.log" apt_do apt-get update ||
		die "cannot read the package lists; check the network and /etc/apt/sources.list*, then try again"
	APT_FRESH=1
}

# newest REGEX: the newest package whose name matches
newest() {
	apt_do apt-cache --names-only search "$1" | awk '{ print $1 }' |
		sort -V | tail -n 1
}

# get PACKAGE...: print the paths of the downloaded packages
get() {
	local p uri file
	for p in "$@"; do
		# one line: 'URI' file size hash
		read -r uri file _ < <(apt_do apt-get download --print-uris "$p") ||
			die "no package $p on the mirror"
		: "$uri"
		# the name that apt-get download gives it
		if [ ! -f "$DEBS/$file" ] && [ ! -f "$DEBS/${file//%3a/:}" ]; then
			mkdir -p "$DEBS/part.$$"
			(cd "$DEBS/part.$$" &&
				quietly "$APT/download.log" apt_do apt-get download "$p") ||
				die "cannot download $p; try again"
			mv "$DEBS/part.$$/"*.deb "$DEBS/"
			rmdir "$DEBS/part.$$"
		fi
		echo "$DEBS/$file"
	done
}

# deps PACKAGE REGEX: those of its dependencies whose name matches
deps() {
	apt_do apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' |
		tr '|' ,  | tr , '\n' | awk '{ print $1 }' | grep -E "$2" | sort -u || true
}

kernel() {
	local k=$1 dir tmp re image rel p f all=() todo=()
	dir=$(kdir "$k")
	[ -n "$UPDATE" ] || [ ! -f "$dir/release" ] || return 0
	apt_update
	case $k in
	6.1)	re='6\.1\.0-[0-9]+' ;;
	6.12*)	re='6\.12\.[0-9.]+\+deb12' ;;
	7.3)	re='7\.[0-9.]+\+deb13' ;;
	*)	die "unknown kernel '$k'; one of: ${KERNELS[*]}" ;;
	esac
	image=$(newest "^linux-image-$re-cloud-$ARCH\$")
	[ -n "$image" ] || die "no cloud kernel $k on the mirror"
	rel=${image#linux-image-}
	[ "$(cat "$dir/release" 2>/dev/null)" != "$rel" ] || return 0
	step "fetching kernel $rel and its headers"
	# Newer kernels are split into several packages; take the same version's.
	todo=("$image" "linux-headers-$rel")
	while [ ${#todo[@]} -gt 0 ]; do
		p=${todo[0]}
		todo=("${todo[@]:1}")
		case " ${all[*]} " in *" $p "*) continue ;; esac
		all+=("$p")
		mapfile -t -O ${#todo[@]} todo < <(deps "$p" \
			'^linux-(headers|kbuild|modules|binary|base-[0-9])' |
			grep -v -- '-unsigned$')
	done
	get "${all[@]}" >"$APT/debs.$k"
	tmp=$dir.new
	rm -rf "$tmp"
	mkdir -p "$tmp"
	while read -r f; do
		dpkg-deb -x "$f" "$tmp"
	done <"$APT/debs.$k"
	[ -d "$tmp/lib/modules/$rel/kernel" ] || [ ! -d "$tmp/usr/lib/modules" ] || {
		mkdir -p "$tmp/lib/modules"
		mv "$tmp/usr/lib/modules/"* "$tmp/lib/modules/"
	}
	[ "$ARCH" = amd64 ] || host_tools "$tmp" "$k"
	# The headers' makefiles name each other by absolute paths.
	grep -rlIE '/usr/(src|lib)/linux-' "$tmp/usr/src/linux-headers-$rel" \
		--include=Makefile --include=.kernelvariables |
		xargs -r sed -i -E "s,(^|[ =])/usr/(src|lib)/linux-,\1$dir/usr/\2/linux-,g"
	ln -s "usr/src/linux-headers-$rel" "$tmp/headers"
	for f in "$tmp"/boot/vmlinuz-* "$tmp/lib/modules/$rel/vmlinuz"; do
		[ ! -f "$f" ] || { mv "$f" "$tmp/vmlinuz"; break; }
	done
	[ -f "$tmp/vmlinuz" ] || die "no vmlinuz in the packages of $rel"
	quietly "$APT/depmod.log" depmod -b "$tmp" "$rel"
	rm -rf "$dir"
	echo "$rel" >"$tmp/release"
	mv "$tmp" "$dir"
}

# host_tools DIR KERNEL-ARCH: what the headers bring to build with is of the
# other architecture; this one's does the same
host_tools() {
	local dir
	for dir in "$1"/usr/lib/linux-kbuild-*; do
		[ -d "$(kdir "${2%-*}")/usr/lib/${dir##*/}" ] ||
			die "kernel ${2%-*} is another version than $2; type: fetch.sh -u ${2%-*} $2"
		rm -rf "$dir"
		cp -r "$(kdir "${2%-*}")/usr/lib/${dir##*/}" "$dir"
	done
}

source_tree() {
	local p deb ver dir tmp
	[ -n "$UPDATE" ] || [ ! -e "$CACHE/src/linux" ] || return 0
	apt_update
	p=$(newest '^linux-source-7\.[0-9]+$')
	[ -n "$p" ] || die "no linux-source-7.x on the mirror"
	deb=$(get "$p" | tail -n 1)
	ver=$(dpkg-deb -f "$deb" Version)
	dir=$CACHE/src/$p-$ver
	[ "$(readlink "$CACHE/src/linux")" != "${dir##*/}" ] || return 0
	step "unpacking $p $ver"
	if [ ! -f "$dir/.version" ]; then
		tmp=$dir.new
		rm -rf "$tmp" "$dir"
		mkdir -p "$tmp"
		# without what is big and not needed
		dpkg-deb --fsys-tarfile "$deb" |
			tar xO "./usr/src/$p.tar.xz" |
			tar xJ -C "$tmp" --strip-components=1 \
				--exclude='*/arch/*/boot/dts' --exclude='*/sound/*.c' \
				--exclude='*/drivers/gpu/drm/amd/include'
		echo "$ver" >"$tmp/.version"
		mv "$tmp" "$dir"
	fi
	ln -sfn "${dir##*/}" "$CACHE/src/linux"
}

# A folder with another release's compiler. It is only ever used through
# chroot, so unpacking is enough.
build_root() {
	local dir=$CACHE/root/trixie tmp=$CACHE/root/trixie.new
	[ -n "$UPDATE" ] || [ ! -f "$dir/.done" ] || return 0
	apt_update
	step "fetching trixie's compiler"
	unpack_root "$tmp" trixie base-files bash coreutils \
		findutils gcc-14 gcc libc6-dev make mawk sed grep gawk sparse \
		libelf1t64 diffutils gzip xz-utils perl-base kmod binutils libssl3t64 \
		cpio bc pahole
	ln -sf mawk "$tmp/usr/bin/awk"
	[ -e "$tmp/usr/bin/sh" ] || ln -s bash "$tmp/usr/bin/sh"
	chroot_in "$tmp" gcc --version >"$APT/root.log" 2>&1 ||
		die "trixie's compiler does not start, see $APT/root.log"
	: >"$tmp/.done"
	rm -rf "$dir"
	mv "$tmp" "$dir"
}

# unpack_root DIR SUITE PACKAGE...: with all that they depend on. Only unpacked:
# no package scripts, no root needed.
unpack_root() {
	local dir=$1 suite=$2 f
	shift 2
	rm -rf "$dir"
	mkdir -p "$dir" "$APT/cache/archives/partial"
	quietly "$APT/root.log" apt_do apt-get -y --download-only \
		-o APT::Default-Release="$suite" install "$@" ||
		die "cannot download what is to be in $dir; try again"
	mkdir -p "$dir"/usr/{bin,sbin,lib,lib64} "$dir"/{tmp,proc,dev}
	for f in bin sbin lib lib64; do
		ln -s "usr/$f" "$dir/$f"
	done
	for f in "$APT"/cache/archives/*.deb; do
		# tar keeps the links of a merged /usr, dpkg-deb -x does not
		dpkg-deb --fsys-tarfile "$f" | tar x -C "$dir" --keep-directory-symlink
	done
	rm -rf "$APT"/cache/archives/*.deb
}

# Another architecture's programs and libraries, for the guest and the compiler.
arm64_root() {
	local dir=$CACHE/root/arm64 packages
	[ -n "$UPDATE" ] || [ ! -f "$dir/.done" ] || return 0
	apt_update
	step "fetching an arm64 userland"
	# what is for the host only, left out
	mapfile -t packages < <("$VM/deps.sh" -l build demo |
		grep -E -- '-dev$|^(busy|iproute|iputils|tcpd|eth|nft|iperf|socat|procps|util)')
	unpack_root "$dir.new" bookworm base-files bash bsdutils coreutils diffutils \
		findutils gawk grep hostname jq kmod libc-bin libc6-dev mawk mount \
		ncurses-bin sed tar xxd "${packages[@]}"
	: >"$dir.new/.done"
	rm -rf "$dir"
	mv "$dir.new" "$dir"
}

chroot_in() {
	local root=$1
	shift
	if [ "$(id -u)" = 0 ]; then
		chroot "$root" "$@"
	else
		unshare -r chroot "$root" "$@"
	fi
}

UPDATE=
if [ "${1:-}" = -u ]; then
	UPDATE=1
	shift
fi
[ $# -gt 0 ] || die "usage: fetch.sh [-u] 6.1|6.12|7.3|source|root|all|..."
[ "$1" != all ] || set -- "${KERNELS[@]}" source root
mkdir -p "$CACHE/kernels" "$CACHE/src" "$CACHE/root" "$DEBS"
(
	lock fetch
	for what in "$@"; do
		case $what in
		source)	source_tree ;;
		root)	build_root ;;
		*-arm64|arm64.root)
			ARCH=arm64 APT=$CACHE/apt-arm64 APT_FRESH=''
			if [ "$what" = arm64.root ]; then arm64_root; else kernel "$what"; fi
			ARCH=amd64 APT=$CACHE/apt
			;;
		*)	kernel "$what" ;;
		esac
	done
)
