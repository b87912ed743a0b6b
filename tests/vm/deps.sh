#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The Debian packages that the project needs, by purpose; installs what is
# missing:
#
#	deps.sh [GROUP]...		build, demo, test, fuzz, analyse, package,
#					programs, arm64 (without any: the first three)
#	deps.sh -l [GROUP]...		only list them
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"

declare -A PKGS=(
	# the module and the command
	[build]="gcc make libc6-dev libelf-dev pahole pkg-config bc flex bison kmod
		cpio rsync xz-utils zstd libnl-3-dev libnl-genl-3-dev
		libnl-route-3-dev libnftables-dev libcyaml-dev libyaml-dev
		libsmartcols-dev libjson-c-dev libncurses-dev
		debian-archive-keyring ca-certificates"
	# a kernel to run them in, and what its userland is made of
	[demo]="qemu-system-x86 seabios busybox-static iproute2 iputils-ping
		iputils-arping tcpdump ethtool nftables iperf3 socat procps
		util-linux"
	# the debug kernel and the static checks
	[test]="sparse shellcheck perl libssl-dev python3 python3-yaml
		python3-jsonschema jq keepalived dsniff mandoc man-db"
	# libFuzzer, by the compiler that Debian 12 has; without it the parsers of
	# the command are not fuzzed
	[fuzz]="clang-14 libclang-rt-14-dev"
	# what make analyse uses
	[analyse]="clang-tidy coccinelle"
	# Debian systems in a folder, for dkms and the packages
	[package]="mmdebstrap debian-archive-keyring"
	# what tests/net/programs.sh and tests/user/completion.sh leave out
	# where it is missing; lldpd is a service, and would run on this host too
	[programs]="dnsmasq-base isc-dhcp-client lldpd tshark python3-pyroute2
		zsh fish"
	# the module for arm64, and a machine to run it
	[arm64]="qemu-system-arm gcc-aarch64-linux-gnu"
)

LIST=
if [ "${1:-}" = -l ]; then
	LIST=1
	shift
fi
[ $# -gt 0 ] || set -- build demo test
want=()
for group in "$@"; do
	[ -n "${PKGS[$group]:-}" ] ||
		die "no group '$group'; one of: ${!PKGS[*]}"
	# shellcheck disable=SC2206	# a list of words
	want+=(${PKGS[$group]})
done
if [ -n "$LIST" ]; then
	printf '%s\n' "${want[@]}"
	exit
fi

command -v dpkg-query >/dev/null || {
	say "not a Debian system; make sure that the equivalents of these are there:"
	say "${want[*]}"
	exit 0
}
# a package without a status line is unknown to dpkg: missing as well
have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${want[@]}" 2>/dev/null) || true
missing=()
for p in "${want[@]}"; do
	grep -qxF "installed $p" <<<"$have" || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get -y -q --no-install-recommends install "${missing[@]}")
[ "$(id -u)" = 0 ] || die "packages are missing; type: sudo ${install[*]}"
step "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$CACHE/apt-install.log
"${install[@]}" >"$log" 2>&1 </dev/null || {
	# most often the package lists are old or absent
	quietly "$log" apt-get -q update ||
		die "apt-get update fails; mend the network or /etc/apt, then try again"
	quietly "$log" "${install[@]}" ||
		die "cannot install them; type: ${install[*]}"
}
