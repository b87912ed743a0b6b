# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# What the command reads, under a fuzzer for a few seconds: tests/fuzz/parsers.sh
# says how. "make fuzz" does it for long.
run "$USER_DIR/../tests/fuzz/parsers.sh" -r "${FUZZ_RUNS:-20000}"
case $OUT in
1..0*)
	skip "fuzzed: answers of the kernel, lab files" "${OUT#*SKIP }"
	;;
*)
	printf '%s\n' "$OUT" | grep '^#'
	ok "fuzzed: answers of the kernel, lab files" \
		test "$CODE $(printf '%s\n' "$OUT" | grep -c '^ok ')" = "0 2"
	;;
esac
