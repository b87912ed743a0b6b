# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run.sh and uml.sh: what both kinds of guest are given, and how
# their answers are read. The guest sees the stage as /run/nsb, laid out like
# the checkout:
#
#	init list env	what to do
#	bin/		nsbridge, modprobe, the programs of tests/net/tools
#	ip/		iproute2 plugins (IP_LIB_DIR)
#	modroot/	lib/modules/RELEASE with nsbridge.ko (and stock modules)
#	tests/ user/labs/ kmod/netlink/ scripts/

# header FILE NAME DEFAULT: the value of a "# NAME: VALUE" line
header() {
	local v
	v=$(sed -nE "1,20s/^# $2:[[:space:]]*([0-9]+).*/\1/p" "$1" | head -n 1)
	echo "${v:-$3}"
}

# userland: the command and the plugins, built; USERLAND is where. Another
# architecture (arch.inc) has them in a folder of its own.
userland() {
	USERLAND=$TOP/user
	quietly "$CACHE/log/user.log" make -C "$USERLAND" -j"$JOBS" ||
		die "the command does not build; type: make -C user"
}
TOOL_CC=("${CC:-gcc}")

# stage DIR FACTOR SCRIPT...: FACTOR stretches the scripts' time limits
stage() {
	local dir=$1 factor=$2 s path rel i=0 words
	shift 2
	mkdir -p "$dir"/{bin,ip,scripts,modroot,tests,user,kmod}
	install -m 755 "$VM/guest-init" "$dir/init"
	install -m 755 "$VM/guest-modprobe" "$dir/bin/modprobe"
	# no dummy0, bond0, ifb0 merely because the module came in
	printf 'options %s\n' dummy\ numdummies=0 bonding\ max_bonds=0 \
		ifb\ numifbs=0 >"$dir/modprobe.conf"
	for s in tests/net tests/bench tests/fuzz tests/user tests/vm user/labs user/examples \
		kmod/netlink; do
		[ ! -d "$TOP/$s" ] || cp -rL "$TOP/$s" "$dir/${s%/*}/"
	done
	userland
	for s in "$USERLAND/nsbridge" "$USERLAND/gen/examples/crossings"; do
		[ ! -f "$s" ] || cp "$s" "$dir/bin/"
	done
	# each tests/net/tools/NAME.c is a program NAME that scripts find, and
	# NAME.so.c something to preload
	for s in "$TOP"/tests/net/tools/*.so.c; do
		[ ! -f "$s" ] ||
			${CC:-gcc} -O2 -Wall -shared -fPIC \
				-o "$dir/bin/$(basename "$s" .c)" "$s" -ldl ||
			die "$s does not build"
	done
	for s in "$TOP"/tests/net/tools/*.c; do
		[ -f "$s" ] && [[ $s != *.so.c ]] || continue
		read -ra words <<<"$(pkg-config --cflags --libs libnl-genl-3.0)"
		"${TOOL_CC[@]}" -O2 -Wall -o "$dir/bin/$(basename "$s" .c)" "$s" \
			-Wl,--as-needed -lpthread "${words[@]}" ||
			die "$s does not build"
	done
	for s in "$USERLAND"/iproute2/*.so; do
		[ ! -f "$s" ] || cp "$s" "$dir/ip/"
	done
	{
		printf 'SPLATS=%q\n' "$SPLATS"
		printf 'OTHERS_RACES=%q\n' "$OTHERS_RACES"
		printf 'CHECK=%q\n' "${CHECK:-}"
		printf 'MODULE=%q\n' "${MODULE:-}"
		printf 'SHELL_ONLY=%q\n' "${SHELL_ONLY:-}"
		# a serial line does not tell its size
		[ -z "${SHELL_ONLY:-}" ] ||
			printf 'SIZE=%q\n' "$(stty size 2>/dev/null)"
		printf 'export TERM=%q\n' "${TERM:-linux}"
		printf 'export NSB_GUEST=%q NSB_SLOW=%q\n' "$GUEST" "$factor"
		printf 'export NSB_KERNEL=%q\n' "$K"
	} >"$dir/env"
	: >"$dir/list"
	for s in "$@"; do
		read -ra words <<<"$s"
		path=$(realpath -e "${words[0]}" 2>/dev/null) ||
			die "no such script: ${words[0]}"
		case $path in
		"$TOP"/tests/net/*|"$TOP"/tests/bench/*|"$TOP"/tests/vm/*)
			rel=${path#"$TOP"/} ;;
		*)
			rel=scripts/$((++i))-${path##*/}
			cp "$path" "$dir/$rel" ;;
		esac
		words[0]=$rel
		printf '%s\t%s\n' "$(($(header "$path" timeout 60) * factor))" \
			"${words[*]}" >>"$dir/list"
	done
}

# A script of a test run that hangs is the guest's to end; this is for a guest
# that hangs as a whole.
stage_limit() {
	awk -v t=60 -F'\t' '{ t += $1 + 10 } END { print t }' "$1/list"
}

# results: read what the guest says, print it (all of it with PROTOCOL set),
# and leave its exit status in the file $1
results() {
	local line
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		'@@ exit '*)
			echo "${line#@@ exit }" >"$1"
			;;
		'@@ '*)
			[ -z "${PROTOCOL:-}" ] || printf '%s\n' "$line"
			;;
		*)
			printf '%s\n' "$line"
			;;
		esac
	done
}

# finish STATUS-FILE LOG EMULATOR-STATUS: the whole run's exit status
finish() {
	local rc=0 splat=0
	scan_log "$2" || splat=1
	if [ ! -s "$1" ]; then
		if [ "$3" = 124 ] || [ "$3" = 137 ]; then
			say "the guest did not finish in time"
		else
			say "the guest ended before its scripts did"
		fi
		if [ $splat = 0 ] && [ -s "$2" ]; then
			say "end of its kernel log ($2):"
			tail -n 25 "$2" | sed 's/^/    /' >&2
		fi
		return 125
	fi
	rc=$(cat "$1")
	[ "$rc" != 0 ] || [ $splat = 0 ] || rc=126
	return "$rc"
}
