#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Build the module for one kernel, from a copy of its sources in the cache:
#
#	build.sh [-f SUFFIX] [-o FILE] KERNEL [MAKE-ARGUMENTS...]
#
# KERNEL is 6.1, 6.12, 7.3, 6.12-arm64, kcsan, uml or uml-kunit; uml-VARIANT and
# uml-VARIANT-kunit are for the variants of uml.sh -V; uml-fault is another module
# for the debug kernel itself (uml.sh -F).
#
# With -f everything is compiled anew, in a folder of its own; -o copies the
# module, which another build might otherwise take away before it is used.
# Prints the path of nsbridge.ko. The compiler's output goes to stderr when
# the build fails, and always to BUILD/build.log.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"

FRESH='' OUT=''
while :; do
	case ${1:-} in
	-f) FRESH=$2 ;;
	-o) OUT=$2 ;;
	*) break ;;
	esac
	shift 2
done
K=${1:?usage: build.sh KERNEL [MAKE-ARGUMENTS...]}
shift
# another folder with a Kbuild file, to test the harness itself
SRC=${NSB_SRC:-$TOP}
DIR=$(build_dir "$K${FRESH:+-$FRESH}" "$SRC")
RUN=()
ARGS=("M=$DIR" "$@")

case $K in
uml|uml-*)
	V=${K#uml}
	V=${V%-kunit}
	# not another kernel, but another module for the debug kernel
	case $V in
	-fault)	V='' ARGS+=(NSB_FAULT=1) ;;
	-cov)	ARGS+=(NSB_FAULT=1 NSB_GCOV=1) ;;
	esac
	KSRC=$CACHE/uml/current$V
	[ -e "$KSRC/linux" ] || "$VM/uml.sh" ${V:+-V "${V#-}"} build
	ARGS+=(ARCH=um)
	[[ $K != *-kunit ]] || ARGS+=(NSB_KUNIT=1)
	;;
6.1|6.12)
	"$VM/fetch.sh" "$K"
	KSRC=$(kdir "$K")/headers
	# the compiler that these headers were made with, where there is one
	! command -v gcc-12 >/dev/null || ARGS+=(CC=gcc-12)
	;;
kcsan)
	"$VM/kcsan.sh"
	KSRC=$(kdir kcsan)/headers
	;;
6.12-arm64)
	"$VM/fetch.sh" "${K%-*}" "$K"
	# they bring the architecture and the compiler's name along
	KSRC=$(kdir "$K")/headers
	;;
7.3)
	"$VM/fetch.sh" "$K" root
	KSRC=$(kdir "$K")/headers
	RUN=("$VM/in-root.sh")
	;;
*)
	die "unknown kernel '$K'; one of: ${KERNELS[*]} kcsan 6.12-arm64 uml uml-kunit uml-VARIANT"
	;;
esac

[ -f "$SRC/Kbuild" ] || die "no Kbuild in $SRC"
lock "build.$(basename "$(dirname "$DIR")").$K$FRESH"
[ -z "$FRESH" ] || rm -rf "$DIR"
mkdir -p "$DIR"
# --delete would take the objects away too, so name what is ours
rsync -rlt --delete --delete-excluded --filter='P *.o' --filter='P .*.cmd' \
	--filter='P *.ko' --filter='P *.mod' --filter='P *.mod.c' \
	--filter='P *.order' --filter='P *.symvers' --filter='P *.log' \
	--filter='P .kernel' --filter='P *.gcno' --include=/Kbuild --include=/kmod/ \
	--include='/kmod/**' --include=/tests/ --include=/tests/kunit/ \
	--include='/tests/kunit/**' --exclude='*' "$SRC/" "$DIR/"
# another kernel under the same name: nothing old fits
if [ "$(cat "$DIR/.kernel" 2>/dev/null)" != "$(readlink -f "$KSRC")" ]; then
	[ ! -f "$DIR/.kernel" ] ||
		find "$DIR" \( -name '*.o' -o -name '.*.cmd' \) -delete
	readlink -f "$KSRC" >"$DIR/.kernel"
fi
# Never boot yesterday's module because today's did not build.
rm -f "$DIR/nsbridge.ko"
if ! ${RUN[@]+"${RUN[@]}"} make -C "$KSRC" -j"$JOBS" "${ARGS[@]}" modules \
		>"$DIR/build.log" 2>&1 </dev/null; then
	grep -E 'error|warning|\*\*\*|undefined|[Nn]o rule' -A3 "$DIR/build.log" |
		head -n 60 >&2 || tail -n 30 "$DIR/build.log" >&2
	die "nsbridge.ko does not build for $K; whole output: $DIR/build.log"
fi
[ -f "$DIR/nsbridge.ko" ] ||
	die "the build for $K made no nsbridge.ko, see $DIR/build.log"
[ -z "$OUT" ] || cp "$DIR/nsbridge.ko" "$OUT"
echo "$DIR/nsbridge.ko"
