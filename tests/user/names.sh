# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# The names of reasons and origins all come from the UAPI header.
uapi=$USER_DIR/../kmod/uapi/linux/nsbridge.h
for enum in reason origin target link verdict happening; do
	want=$(sed -n "/^enum nsbridge_$enum {/,/^};/p" "$uapi" | grep -c '	NSBRIDGE_')
	got=$(sh "$USER_DIR/lib/gen-names.sh" "$uapi" |
		sed -n "/nsb_${enum}_names/,/^};/p" | grep -c '= "')
	ok "every $enum has a name ($want)" test "$want" -gt 0 -a "$want" -eq "$got"
done
run sh "$USER_DIR/lib/gen-names.sh" "$uapi"
ok "names are in lower case with a dash" out_has '= "no-memory",'
