#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Names of the enums in the UAPI header, as they are shown to people. The header
# is the only list; this makes a C table of it.
# usage: gen-names.sh UAPI-HEADER
set -eu

table()
{
	prefix=$(echo "NSBRIDGE_$2_" | tr '[:lower:]' '[:upper:]')
	echo
	echo "static const char *const nsb_$2_names[] = {"
	sed -n "/^enum nsbridge_$2 {/,/^};/s/^[[:space:]]*${prefix}\([A-Z0-9_]*\),.*/\1/p" "$1" |
	while read -r name; do
		shown=$(echo "$name" | tr '[:upper:]_' '[:lower:]-')
		printf '\t[%s%s] = "%s",\n' "$prefix" "$name" "$shown"
	done
	echo "};"
}

echo "/* SPDX-License-Identifier: GPL-2.0 */"
echo "/* Made by user/lib/gen-names.sh from the UAPI header. */"
for enum in reason origin target link verdict happening; do
	table "$1" "$enum"
done
