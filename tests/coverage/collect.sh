#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest, after the tests: what was counted there leaves by the only way out.
# timeout: 120
dir=$(mktemp -d)
mkdir "$dir/kmod" "$dir/user"
# the module's; what of it was unloaded is there as well. Files of debugfs have
# no size that tar would believe
find /sys/kernel/debug/gcov -name '*.gcda' | while read -r f; do
	mkdir -p "$dir/kmod/$(dirname "${f#/sys/kernel/debug/gcov/}")"
	cat "$f" >"$dir/kmod/${f#/sys/kernel/debug/gcov/}"
done
# the command's (GCOV_PREFIX)
[ ! -d /run/gcov ] || cp -r /run/gcov/. "$dir/user/"
tar -C "$dir" -czf - . | base64 -w 100 | sed 's/^/gcov:/'
rm -rf "$dir"
