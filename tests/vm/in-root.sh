#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run a command with trixie's compiler; it sees the cache and the checkout
# where they are.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"

ROOT=$CACHE/root/trixie
[ -f "$ROOT/.done" ] || "$VM/fetch.sh" root

if [ -z "${NSB_IN_ROOT:-}" ]; then
	FLAGS=(-m)
	[ "$(id -u)" = 0 ] || FLAGS+=(-r)
	NSB_IN_ROOT=1 exec unshare "${FLAGS[@]}" "$0" "$@"
fi
for d in "$CACHE" "$TOP" /dev /proc; do
	mkdir -p "$ROOT$d"
	mount --rbind "$d" "$ROOT$d"
done
mkdir -p "$ROOT/tmp"
# shellcheck disable=SC2016	# for the inner shell
exec chroot "$ROOT" /usr/bin/env -i PATH=/usr/sbin:/usr/bin HOME=/tmp \
	LC_ALL=C TERM="${TERM:-dumb}" \
	bash -c 'cd "$0" && exec "$@"' "$PWD" "$@"
