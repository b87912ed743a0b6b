#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The debug kernel: User Mode Linux with KASAN, lockdep and more (uml.config).
#
#	uml.sh [-V VARIANT] build		build it, if it is not there
#	uml.sh run [options] -- SCRIPT...	boot it, load the module, run scripts
#	uml.sh run [options] --shell
#
#	-m MB -t SECONDS -n -c -p -a ARGS	as for run.sh
#	-K	the module with its kunit suites, which run when it is loaded;
#		the kernel log is then printed as well
#	-F	the module that can be refused what it asks for (tests/kunit/inject.h)
#	-V NAME	another kernel: uml.config with what uml-NAME.config says on top,
#		the later word counting; in build folders of its own. For the
#		module it is the kernel "uml-NAME" of build.sh.
#
#	fast	without what catches faults, to measure time
#	cov	the same with gcov, and a module with counters in its lines that can
#		be refused what it asks for, see tests/coverage
#
# Its root is the host's, read-only; exit status as for run.sh.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/vm/stage.sh
. "$VM/stage.sh"

K=uml MEM=1536 LIMIT='' MODULE=1 CHECK='' PROTOCOL='' SHELL_ONLY='' KUNIT=''
APPEND='' GUEST=uml VARIANT='' OTHER=''
usage() { sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# The build folder is kept when the fragment changes: only what the change
# touches is built again.
build() {
	local src ver dir key v=${VARIANT:+-$VARIANT}
	local fragments=("$VM/uml.config")
	if [ -n "$v" ]; then
		fragments+=("$VM/uml$v.config")
		[ -f "${fragments[1]}" ] || die "no variant '$VARIANT': no ${fragments[1]}"
	fi
	"$VM/fetch.sh" source
	src=$(readlink -f "$CACHE/src/linux")
	ver=$(cat "$src/.version")
	dir=$CACHE/uml/$ver$v
	key="$ver $(cat "${fragments[@]}" | sha256sum | cut -c1-16) $(gcc -dumpfullversion)"
	if [ "$(cat "$dir/.key" 2>/dev/null)" = "$key" ]; then
		ln -sfn "$ver$v" "$CACHE/uml/current$v"
		return 0
	fi
	lock "uml$v"
	# somebody else may have built it while this one waited
	[ "$(cat "$dir/.key" 2>/dev/null)" != "$key" ] || return 0
	mkdir -p "$dir"
	rm -f "$dir/.key"
	awk -F= '/^CONFIG_/ { last[$1] = $0 } END { for (i in last) print last[i] }' \
		"${fragments[@]}" | sort >"$dir.config"
	quietly "$dir.log" make -C "$src" ARCH=um O="$dir" \
		KCONFIG_ALLCONFIG="$dir.config" allnoconfig
	# an option that did not take would only be missed much later
	missing=$(grep -v '=n$' "$dir.config" | grep -vxFf "$dir/.config") || true
	[ -z "$missing" ] || die "options that $ver does not take: ${missing//$'\n'/ }"
	step "building the debug kernel $ver$v (about 6 minutes on two cores)"
	progress "$dir.log" &
	PROGRESS=$!
	quietly "$dir.log" nice -n 5 make -C "$dir" ARCH=um -j"$JOBS" || {
		kill $PROGRESS
		die "the debug kernel does not build"
	}
	kill $PROGRESS
	[ -f "$dir/Module.symvers" ] || cp "$dir/vmlinux.symvers" "$dir/Module.symvers"
	ln -sfn "$ver$v" "$CACHE/uml/current$v"
	echo "$key" >"$dir/.key"
	step "the debug kernel is built"
}

# a sign of life every half minute
progress() {
	while sleep 30; do
		step "debug kernel: $(wc -l <"$1") files done"
	done
}

while [ "${1:-}" = -V ]; do
	VARIANT=${2:-}
	shift 2 || usage
done
case ${1:-} in
build)
	build
	exit
	;;
run)
	shift
	;;
*)
	usage
	;;
esac

while getopts 'm:t:ncpKFV:a:-:h' o; do
	case $o in
	m) MEM=$OPTARG ;;
	t) LIMIT=$OPTARG ;;
	n) MODULE='' ;;
	c) CHECK=1 ;;
	p) PROTOCOL=1 ;;
	K) KUNIT=1 ;;
	F) OTHER=-fault ;;
	V) VARIANT=$OPTARG ;;
	a) APPEND=$OPTARG ;;
	-) [ "$OPTARG" = shell ] || usage
	   SHELL_ONLY=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || [ -n "$SHELL_ONLY$KUNIT" ] || usage
! grep -q noexec <(findmnt -nT "$CACHE" -o OPTIONS) ||
	die "$CACHE is mounted noexec; set NSB_CACHE to another folder"

command -v busybox >/dev/null || "$VM/deps.sh" demo
(build)
K=uml${VARIANT:+-$VARIANT}
DIR=$CACHE/uml/current${VARIANT:+-$VARIANT}
REL=$(cat "$DIR/include/config/kernel.release")
mkdir -p "$CACHE/run" "$CACHE/log"

RUN=$(mktemp -d "$CACHE/run/uml.XXXXXX")
trap 'rm -rf "$RUN"' EXIT
trap 'exit 130' INT TERM
[ -z "$MODULE" ] ||
	"$VM/build.sh" -o "$RUN/nsbridge.ko" "$K$OTHER${KUNIT:+-kunit}" >/dev/null
stage "$RUN/nsb" 3 "$@"
MODDIR=$RUN/nsb/modroot/lib/modules/$REL
mkdir -p "$MODDIR/extra"
[ -z "$MODULE" ] || cp "$RUN/nsbridge.ko" "$MODDIR/extra/"
for f in modules.order modules.builtin modules.builtin.modinfo; do
	[ ! -f "$DIR/$f" ] || cp "$DIR/$f" "$MODDIR/"
done
depmod -b "$RUN/nsb/modroot" "$REL" 2>/dev/null

if [ -z "$LIMIT" ]; then
	LIMIT=600
	[ -z "$CHECK" ] || LIMIT=$(stage_limit "$RUN/nsb")
	[ -z "$SHELL_ONLY" ] || LIMIT=0
fi
LOG=$RUN/kernel.log
: >"$LOG"
# The kernel's words go to file descriptor 2, answers to 1. Its memory is a
# file in TMPDIR: one that is not on a disk is quicker.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
# shellcheck disable=SC2206,SC2054	# words are meant, and commas
CMD=("$DIR/linux" "mem=${MEM}M" "umid=nsb$$" uml_dir="$RUN/"
	root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$RUN/nsb/init"
	con=null con0=null,fd:2 ssl=null ssl0=fd:0,fd:1 console=tty0
	loglevel=8 panic=-1 kunit.enable=1 kunit.autorun=1
	dummy.numdummies=0 bonding.max_bonds=0
	nsb_tty=ttyS0 "nsb_dir=$RUN/nsb" $APPEND)

if [ -n "$SHELL_ONLY" ]; then
	old=$(stty -g)
	"${CMD[@]}" 2>"$LOG" || true
	stty "$old"
	exit
fi
rc=0
# --foreground: in the caller's process group, or it would outlive it
# KILL: its own handling of TERM makes a splat that is nobody's fault
timeout --foreground -s KILL -k 5 "$LIMIT" "${CMD[@]}" </dev/null 2>"$LOG" |
	results "$RUN/status" || rc=${PIPESTATUS[0]}
# a killed one leaves the processes that ran its userland, in its own group
pid=$(cat "$RUN/nsb$$/pid" 2>/dev/null) && kill -KILL -- "-$pid" 2>/dev/null
OUT=$CACHE/log/$K${KUNIT:+-kunit}.log
tr -d '\r' <"$LOG" >"$OUT"
[ -z "$KUNIT" ] || cat "$OUT"
finish "$RUN/status" "$OUT" "$rc"
