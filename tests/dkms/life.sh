#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inside a throw-away system: the module under dkms, from its first build to
# its end. life.sh [quick]: with one kernel only.
# shellcheck source=tests/dkms/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=$(kernels)
cd /mnt/nsbridge || exit 1
mkdir -p /usr/src
files "$WORK/before"

ok "make dkms-install" make dkms-install KVER="$KERNEL"
ok "dkms has it" says "nsbridge/$VERSION, ${KERNEL//+/\\+}, .*: installed" dkms status
ok "depmod finds it" module_found "$KERNEL"
[ ! -e /var/lib/dkms/mok.pub ] ||
	ok "signed with the key of dkms" signed "$KERNEL"
ok "a second make dkms-install" make dkms-install KVER="$KERNEL"
ok "depmod finds it again" module_found "$KERNEL"

if [ "${1:-}" != quick ]; then
	# what a user types, a step at a time
	ok "dkms remove" dkms remove "nsbridge/$VERSION" --all
	ok "nobody finds it" module_gone "$KERNEL"
	ok "dkms add" dkms add "nsbridge/$VERSION"
	ok "dkms build" dkms build "nsbridge/$VERSION" -k "$KERNEL"
	ok "built, and not installed" module_gone "$KERNEL"
	ok "dkms install" dkms install "nsbridge/$VERSION" -k "$KERNEL"
	ok "depmod finds what was built" module_found "$KERNEL"

	# kernels for which it is not meant
	old=/lib/modules/5.10.0-0-old no_ns=/lib/modules/$KERNEL-no-ns
	mkdir -p "$old" "$no_ns/build"
	ln -s "/lib/modules/$KERNEL/build" "$old/build"
	cp -rs "/lib/modules/$KERNEL/build/." "$no_ns/build/"
	# dkms 3.0 reads one of these, 3.2 the other
	for config in .config include/config/auto.conf; do
		rm "$no_ns/build/$config"
		sed 's/^CONFIG_NET_NS=y/# CONFIG_NET_NS is not set/' \
			"/lib/modules/$KERNEL/build/$config" >"$no_ns/build/$config"
	done
	ok "5.10 is too old" says 'BUILD_EXCLUSIVE|does not match' \
		dkms build "nsbridge/$VERSION" -k "${old##*/}"
	ok "a kernel without network namespaces" says 'BUILD_EXCLUSIVE|does not match' \
		dkms build "nsbridge/$VERSION" -k "${no_ns##*/}"
	rm -rf "$old" "$no_ns"
fi
ok "make dkms-remove" make dkms-remove
ok "nobody finds it any more" module_gone "$KERNEL"
ok "nothing is left" nothing_left
[ "${1:-}" != quick ] && [ -d /srv/upgrade ] || done_testing

# Somebody upgrades the kernel.
make dkms-install KVER="$KERNEL" >/dev/null 2>&1
ok "a newer kernel and its headers are installed" apt-get -y install /srv/upgrade/*.deb
NEWER=$(kernels | grep -vxF "$KERNEL")
echo "# $KERNEL, then $NEWER"
ok "the new kernel's module was built by itself" module_found "$NEWER"
ok "signed with the same key" signed "$NEWER"
ok "that of the old kernel is still there" module_found "$KERNEL"
# a machine that was off while dkms was not there
ok "dkms remove for one kernel" make dkms-remove KVER="$NEWER"
ok "it has gone from there" module_gone "$NEWER"
ok "and not from the other" module_found "$KERNEL"
ok "dkms autoinstall, as at boot" dkms autoinstall -k "$NEWER"
ok "it is back" module_found "$NEWER"
ok "the old kernel's packages go" dpkg --remove --force-depends "linux-headers-$KERNEL"
ok "make dkms-remove, two kernels" make dkms-remove
ok "gone from the new kernel" module_gone "$NEWER"
ok "gone from the old one" module_gone "$KERNEL"
ok "no sources are left" not test -e "/usr/src/nsbridge-$VERSION" -o -e /var/lib/dkms/nsbridge
done_testing
