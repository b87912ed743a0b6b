#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libFuzzer, with the address and undefined-behaviour sanitizers, on what the
# command reads: answers of the kernel (answers.c) and lab files (labs.c).
#
#	parsers.sh [-r RUNS] [-t SECONDS] [-c FOLDER] [answers|labs]...
#
# RUNS inputs each (20000), made from one valid input of each kind, or as many
# as there is time for. With -c the inputs that reach something new are kept in
# FOLDER, and taken up again the next time. Prints TAP; an input that breaks
# something is left in FOLDER or here, and "gen/fuzz/TARGET INPUT" in user/ shows
# what. Without clang's fuzzer all is skipped.
TOP=$(cd "$(dirname "$0")/../.." && pwd)
RUNS=20000 TIME=0 KEEP=
while getopts r:t:c: o; do
	case $o in
	r) RUNS=$OPTARG ;;
	t) TIME=$OPTARG RUNS=-1 ;;
	c) KEEP=$OPTARG ;;
	*) sed -n '3,/^TOP/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- answers labs
CLANG=${CLANG:-$(command -v clang-14 || echo clang)}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
N=0 FAILED=0

echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' >"$WORK/try.c"
if ! "$CLANG" -fsanitize=fuzzer,address,undefined -o "$WORK/try" "$WORK/try.c" 2>/dev/null; then
	echo "1..0 # SKIP no clang with libFuzzer: install clang-14 and libclang-rt-14-dev"
	exit
fi
if ! mkdir -p "$TOP/user/gen/fuzz" 2>/dev/null; then
	echo "1..0 # SKIP user/gen cannot be written"
	exit
fi

# seeds TARGET FOLDER
seeds() {
	case $1 in
	answers)
		/usr/bin/python3 "$TOP/tests/fuzz/seeds.py" \
			"$TOP/kmod/netlink/nsbridge.yaml" "$2" 2>"$WORK/err"
		;;
	labs)
		cp "$TOP"/user/labs/*.yaml "$2"
		;;
	esac
}

for target; do
	N=$((N + 1))
	mkdir -p "$WORK/$target" "${KEEP:-$WORK/keep}/$target"
	if ! make -s -C "$TOP/user" CLANG="$CLANG" "gen/fuzz/$target" >"$WORK/log" 2>&1; then
		echo "not ok $N - the fuzzer of $target is built"
		sed 's/^/# /' "$WORK/log" | tail -n 20
		FAILED=1
		continue
	fi
	seeds "$target" "$WORK/$target" || echo "# no seeds: $(tail -n 1 "$WORK/err")"
	keep=$(cd "${KEEP:-$WORK/keep}/$target" && pwd)
	# LeakSanitizer looks after each input that left something behind
	if (cd "${KEEP:-$TOP/user/gen/fuzz}" && exec "$TOP/user/gen/fuzz/$target" \
		-runs="$RUNS" -max_total_time="$TIME" -seed=1 -max_len=8192 -timeout=30 \
		-close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$target-" \
		"$keep" "$WORK/$target") >"$WORK/log" 2>&1; then
		echo "ok $N - $target: $(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$WORK/log") inputs, $(sed -nE 's/.* cov: ([0-9]+) .*/\1/p' \
			"$WORK/log" | tail -n 1) places reached"
	else
		echo "not ok $N - $target"
		grep -aE 'ERROR|SUMMARY|runtime error|^ +#[0-9]+ .*user/|Test unit' "$WORK/log" |
			head -n 30 | sed 's/^/# /'
		FAILED=1
	fi
done
echo "1..$N"
exit $FAILED
