#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inside bookworm-build: the RPM packages, by Debian's rpm, which knows nothing of
# the packages that they are built with and depend on. They are left in
# /mnt/exchange/rpm.
# shellcheck source=tests/dkms/lib.sh
. "$(dirname "$0")/lib.sh"

cd /mnt/exchange || exit 1
rm -rf rpm
build() { make -C /mnt/nsbridge rpm OUT=/mnt/exchange/rpm RPMBUILD=--nodeps; }
# Warnings are about what Debian's rpm does not do: strip, compress pages.
judged() {
	rpmlint -r /mnt/nsbridge/dkms/nsbridge.rpmlintrc /mnt/nsbridge/dkms/nsbridge.spec \
		rpm/*/*.rpm >"$WORK/rpmlint" 2>&1
	cat "$WORK/rpmlint"
	! grep ': E: ' "$WORK/rpmlint"
}
version() { rpm -qp --qf '%{VERSION}\n' rpm/*/*.rpm | grep -vxF "$VERSION" && return 1; true; }
contents() {
	rpm -qlp rpm/*/nsbridge-"$VERSION"*.rpm | sort >"$WORK/list" || return
	cat "$WORK/list"
	for f in sbin/nsbridge share/man/man8/nsbridge.8 /ip/link_nsveth.so \
		share/nsbridge/labs/hardened.yaml 80-nsbridge.link; do
		grep -q "$f" "$WORK/list" || return
	done
}

ok "make rpm" build
ok "rpmlint finds no error" judged
ok "the version is the module's" version
ok "the command, the plugins, labs, pages" contents
done_testing
