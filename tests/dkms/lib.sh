# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by what runs inside a throw-away system of root.sh: results in TAP,
# and what was there before.

N=0 FAILED=0
WORK=$(mktemp -d)

# ok NAME COMMAND...: it must succeed
ok() {
	local name=$1
	shift
	N=$((N + 1))
	if "$@" >"$WORK/out" 2>&1; then
		echo "ok $N - $name"
	else
		echo "not ok $N - $name"
		echo "# $*"
		tail -n 25 "$WORK/out" | sed 's/^/# /'
		FAILED=1
	fi
}

not() { ! "$@"; }
says() {
	local text=$1
	shift
	"$@" 2>&1 | tee "$WORK/said" | grep -qE -- "$text" || { cat "$WORK/said"; return 1; }
}
done_testing() { echo "1..$N"; exit $FAILED; }

# kernels: those whose headers are installed
kernels() {
	local h
	for h in /usr/src/linux-headers-*-cloud-amd64; do
		echo "${h##*/linux-headers-}"
	done
}

# files FILE: all files of the system, and what is in those of /etc. Left out is
# what others keep in order on their own: caches, logs, the lists that depmod
# writes, and the key that dkms makes for itself.
files() {
	find / -xdev \( -path /proc -o -path /dev -o -path /mnt -o -path /tmp \
		-o -path /run -o -path /var/log -o -path /var/cache \
		-o -path /srv/upgrade -o -path '/var/lib/dkms/mok.*' \) -prune -o -printf '%p %l\n' |
		grep -vE '^/(usr/)?lib/modules/[^/]*/modules\.|^/var/lib/dpkg/(status|available|lock|triggers|.*-old)|^/var/lib/apt' |
		sort >"$1"
	find /etc -xdev -type f -exec cksum {} + | grep -v /etc/ld.so.cache | sort >>"$1"
}

# nothing_left: since "files $WORK/before"
nothing_left() {
	files "$WORK/after"
	diff "$WORK/before" "$WORK/after"
}

# module_found KERNEL: where dkms puts it, by the names under which the kernel
# will ask for it, and made for this kernel
module_found() {
	local k=$1 alias
	modinfo -k "$k" -F filename nsbridge | grep "/lib/modules/$k/updates/dkms/nsbridge.ko" &&
		[ "$(modinfo -k "$k" -F vermagic nsbridge | cut -d' ' -f1)" = "$k" ] &&
		[ "$(modinfo -k "$k" -F version nsbridge)" = "$VERSION" ] || return
	for alias in rtnl-link-nsbridge rtnl-link-nsveth net-pf-16-proto-16-family-nsbridge; do
		modprobe -n -v -S "$k" "$alias" | grep updates/dkms/nsbridge.ko || return
	done
}
module_gone() {
	! modinfo -k "$1" nsbridge && ! modprobe -n -S "$1" rtnl-link-nsbridge
}
# signed KERNEL: with the key that dkms has made here
signed() {
	local key
	key=$(openssl x509 -inform der -in /var/lib/dkms/mok.pub -noout -serial | cut -d= -f2)
	modinfo -k "$1" -F sig_key nsbridge | tr -d : | grep -i "$key"
}
VERSION=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' /mnt/nsbridge/dkms/dkms.conf)
