#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Build the kernel that finds data races (KCSAN; kcsan.config), if it is not
# there. It is then to run.sh a kernel like Debian's: run.sh -k kcsan -s 2.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"

"$VM/fetch.sh" source
SRC=$(readlink -f "$CACHE/src/linux")
VER=$(cat "$SRC/.version")
# Only this is watched besides the module: it is what the module shares its
# data with, and every watched access costs time that an emulator lacks.
WATCHED=net/core
DIR=$(kdir kcsan)
KEY="$VER $WATCHED $(cat "$VM/uml.config" "$VM/kcsan.config" | sha256sum | cut -c1-16) $(gcc -dumpfullversion)"
[ "$(cat "$DIR/key" 2>/dev/null)" != "$KEY" ] || exit 0
lock kcsan
[ "$(cat "$DIR/key" 2>/dev/null)" != "$KEY" ] || exit 0
BUILD=$DIR/build
LOG=$CACHE/log/kcsan-build.log
mkdir -p "$BUILD"
rm -f "$DIR/key"
# what comes last counts
awk -F= '/^CONFIG_/ { if (!($1 in v)) name[++n] = $1; v[$1] = $2 }
	END { for (i = 1; i <= n; i++) print name[i] "=" v[name[i]] }' \
	"$VM/uml.config" "$VM/kcsan.config" >"$DIR/fragment"
quietly "$LOG" make -C "$SRC" ARCH=x86_64 O="$BUILD" \
	KCONFIG_ALLCONFIG="$DIR/fragment" allnoconfig
missing=$(grep -v '=n$' "$DIR/fragment" | grep -vxFf "$BUILD/.config") || true
[ -z "$missing" ] || die "options that $VER does not take: ${missing//$'\n'/ }"
step "building the KCSAN kernel $VER (about 10 minutes on two cores)"
quietly "$LOG" nice -n 5 make -C "$BUILD" ARCH=x86_64 -j"$JOBS" \
	"KCSAN_SANITIZE=\$(if \$(filter $WATCHED,\$(obj)),y,n)" bzImage modules_prepare ||
	die "the KCSAN kernel does not build"
[ -f "$BUILD/Module.symvers" ] || cp "$BUILD/vmlinux.symvers" "$BUILD/Module.symvers"
REL=$(cat "$BUILD/include/config/kernel.release")
mkdir -p "$DIR/lib/modules/$REL"
for f in modules.order modules.builtin modules.builtin.modinfo; do
	[ ! -f "$BUILD/$f" ] || cp "$BUILD/$f" "$DIR/lib/modules/$REL/"
	[ -f "$BUILD/$f" ] || : >"$DIR/lib/modules/$REL/$f"
done
cp "$BUILD/arch/x86/boot/bzImage" "$DIR/vmlinuz"
ln -sfn build "$DIR/headers"
echo "$REL" >"$DIR/release"
echo "$KEY" >"$DIR/key"
step "the KCSAN kernel is built"
