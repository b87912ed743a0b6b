# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What the tests of the command are written with.
COUNT=0
FAILED=0
OUT=
ERR=
CODE=0

# run COMMAND...: keeps what it prints in OUT and ERR, and its exit code in CODE.
run()
{
	"$@" >"$WORK/out" 2>"$WORK/err" </dev/null
	CODE=$?
	OUT=$(cat "$WORK/out")
	ERR=$(cat "$WORK/err")
}

nsb()
{
	run "$NSBRIDGE" "$@"
}

# ok NAME COMMAND...: passes when the command does.
ok()
{
	name=$1
	shift
	COUNT=$((COUNT + 1))
	if "$@"; then
		echo "ok $COUNT - $name"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $name"
		echo "# failed: $*"
		echo "# exit $CODE, stderr: $ERR"
		printf '%s\n' "$OUT" | head -5 | sed 's/^/# stdout: /'
	fi
}

skip()
{
	COUNT=$((COUNT + 1))
	echo "ok $COUNT - $1 # SKIP $2"
}

code_is()	{ [ "$CODE" -eq "$1" ]; }
err_has()	{ case $ERR in *"$1"*) ;; *) return 1 ;; esac; }
out_has()	{ case $OUT in *"$1"*) ;; *) return 1 ;; esac; }
out_lacks()	{ ! out_has "$1"; }
quiet()		{ [ -z "$ERR" ]; }
one_line()	{ [ "$(wc -l <"$WORK/err")" -eq 1 ]; }

# Ended with that code, and said so in one line that has those words.
refused()
{
	code_is "$1" && one_line && err_has "nsbridge: " && err_has "$2"
}

is_root()
{
	[ "$(id -u)" -eq 0 ]
}

# Whether labs on the stock drivers can be built here.
have_stock()
{
	[ -n "$STOCK" ] && return "$STOCK"
	STOCK=1
	if is_root && unshare -n sh -c \
	   'ip link add t0 type veth peer name t1 && ip link add t2 type bridge' \
	   2>/dev/null; then
		STOCK=0
	fi
	return $STOCK
}
STOCK=

json_ok()
{
	if command -v python3 >/dev/null; then
		python3 -c 'import json, sys; json.load(sys.stdin)' <"$WORK/out"
	elif command -v jq >/dev/null; then
		jq . <"$WORK/out" >/dev/null
	else
		[ -s "$WORK/out" ]
	fi
}

# Labs of the tests have names of their own, so that this finds only theirs.
TEST_LAB=nsbtest$$
lab_cleanup()
{
	is_root || return 0
	for lab in "/run/nsbridge/labs/$TEST_LAB"*.lab; do
		[ -e "$lab" ] || continue
		"$NSBRIDGE" lab down "$(basename "$lab" .lab)"
	done
}

no_names_left()
{
	for remains in "/run/netns/$TEST_LAB"* "/run/nsbridge/labs/$TEST_LAB"*; do
		[ -e "$remains" ] || continue
		echo "# left: $remains"
		return 1
	done
}
