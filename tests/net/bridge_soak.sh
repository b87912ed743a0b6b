#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every frame is accounted for, while everything changes: tests/net/tools/soak.c
# sends frames of all kinds from 50 namespaces on every CPU, and makes ports,
# cables, namespaces, verdicts and settings come and go.
# "bridge_soak.sh FRAMES SEED NAMESPACES" does it otherwise, or again.
# on: uml 6.1
# timeout: 300
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need soak
need_kind nsbridge nsveth dummy

FRAMES=200000
# what a debug kernel can do in its time
! slow_kernel || FRAMES=5000
FRAMES=${1:-$FRAMES}
SEED=${2:-1}

# It says by itself how far it is.
soak "$FRAMES" "$SEED" "${3:-50}" | tee "$TMP/soak" | sed -u 's/^/# /'
check_eq "$FRAMES frames, all accounted for" '0 0' \
	"${PIPESTATUS[0]} $(grep -c '^wrong:' "$TMP/soak")"
