#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A generic XDP program acts on what either end receives.
. "$(dirname "$0")/pair.inc" || exit 1
need jq base64 gzip
pair_up
acquainted
pings a 10.9.0.2 || fail "no traffic"

# clang -target bpf -O2 -c, stripped of debug sections, of:
#	__attribute__((section("xdp"))) int drop(void *ctx) { return XDP_DROP; }
#	char _license[] __attribute__((section("license"))) = "GPL";
base64 -d <<'END' | gzip -d >"$TMP/drop.o" || skip "cannot unpack"
H4sIAAAAAAACA6t39XFjYmRkgAFGhu8MCB4CPEBiO0BJdqDK7WA9DAxToXLuAT4M+AA7EAsxMMP5
AlBaDogFGVjg4jAWEzODXklqRQlDSlF+AUNFSgGDXk5OWW58YkpKUXFmOkN8TmZyal5xKoNecUlR
SWISkK7MBdFUAupAzIxFfBGUNkcTZ8TCB2E2NHEHHPaxoPF5COgXQBPnQOPLQ/Wj+yEAh33o7geZ
z+zzPx9INSCLL4DFDwH9+ljUgEAElPZACyeY+yWgEQgA/NR+k6ACAAA=
END
for d in "a ea" "b eb"; do
	# shellcheck disable=SC2086
	set -- $d
	out=$(ip_ns "$1" link set dev "$2" xdpgeneric obj "$TMP/drop.o" sec xdp 2>&1) || {
		case $out in
		*"No ELF library"*|*"without"*support*) skip "ip cannot load XDP" ;;
		esac
		fail "no generic XDP on $2: $out"
	}
	link "$1" "$2" .xdp.mode | grep -q 2 || fail "$2 shows no generic XDP"
	blocked a 10.9.0.2 || fail "XDP on $2 does not drop"
	ip_ns "$1" link set dev "$2" xdpgeneric off || fail "XDP on $2 stays"
	wait_for 5 pings a 10.9.0.2 || fail "XDP on $2 still drops"
done
exit 0
