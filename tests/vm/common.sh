# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the scripts of this folder and by tests/run.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034	# for those who source this
VM=$TOP/tests/vm
CACHE=${NSB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nsbridge}
JOBS=${JOBS:-$(nproc)}
# Short names of the kernels the project supports: "7.3" is the newest 7.x of
# trixie-backports, whatever it is by now.
# shellcheck disable=SC2034
KERNELS=(6.1 6.12 7.3)

export LC_ALL=C
mkdir -p "$CACHE"

say()  { printf '%s\n' "$*" >&2; }
die()  { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# step TEXT: a progress line with the seconds since the start
STEP_T0=${STEP_T0:-$(date +%s)}
export STEP_T0
step() { printf '[%3ds] %s\n' $(($(date +%s) - STEP_T0)) "$*" >&2; }

# quietly LOG COMMAND...: the output of a long command goes to a file and is
# shown only when the command fails
quietly() {
	local log=$1 rc=0
	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	if [ $rc -ne 0 ]; then
		tail -n 40 "$log" >&2
		say "failed ($rc): $*"
		say "whole output: $log"
	fi
	return $rc
}

# lock NAME: one at a time, held until the (sub)shell ends
lock() {
	local fd
	mkdir -p "$CACHE/lock"
	exec {fd}>"$CACHE/lock/$1"
	if ! flock -n "$fd"; then
		step "waiting for another run ($1)"
		flock "$fd"
	fi
}

# Lines that a healthy kernel does not print.
SPLATS='Kernel panic|Oops|BUG:|WARNING:|UBSAN:|KASAN:|INFO: task .* blocked for more|'
SPLATS+='INFO: rcu.* (detected|self-detected)|soft lockup|general protection fault|'
SPLATS+='unregister_netdevice: waiting|ref_tracker: .* (has|leaked)|leaked reference|'
SPLATS+='possible (circular|recursive) locking|inconsistent lock state|'
SPLATS+='suspicious RCU usage|sleeping function called|refcount_t:|ODEBUG:|'
SPLATS+='kernel BUG at|Unable to handle|nobody cared|module verification failed: bad'

# Of the data races that KCSAN reports, those that the module has no part in
# are left out: one of the two accesses has to be its own.
# shellcheck disable=SC2016	# awk's
OTHERS_RACES='/BUG: KCSAN:/ { on = 1; text = ""; mine = 0 }
	!on { print; next }
	{ text = text $0 "\n" }
	access && /\[nsbridge\]/ { mine = 1 }
	{ access = /(read|write|marked|assert).* (by|at) (task|interrupt|unknown)/ }
	/=====/ { on = 0; if (mine) printf "%s", text }
	END { if (on && mine) printf "%s", text }'

# scan_log FILE: print what is wrong in a kernel log, with some context
scan_log() {
	local n log
	log=$(awk "$OTHERS_RACES" "$1")
	n=$(grep -nEm1 "$SPLATS" <<<"$log" | cut -d: -f1) || true
	[ -n "$n" ] || return 0
	say "kernel log, from its first complaint on:"
	sed -n "$((n > 3 ? n - 3 : 1)),$((n + 45))p" <<<"$log" | sed 's/^/    /' >&2
	say "    ($(grep -cE "$SPLATS" <<<"$log") such lines; whole log: $1)"
	return 1
}

# checkout [SOURCES]: a name for what is kept of one checkout
checkout() {
	local src=${1:-${NSB_SRC:-$TOP}}
	printf '%s' "$(basename "$src")-$(cksum <<<"$src" | cut -d' ' -f1)"
}

# build_dir KERNEL [SOURCES]: where the module is built. One per checkout: make
# goes by dates, and would take another's objects for this one's.
build_dir() { printf '%s' "$CACHE/build/$(checkout "${2:-}")/$1"; }

# kdir NAME: where a kernel is kept
kdir() { printf '%s' "$CACHE/kernels/$1"; }
