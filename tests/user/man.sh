# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# The manual pages: well formed, and about what there is: every line of a help
# text, every reason, setting, key of a lab and attribute of the family.
MAN=$USER_DIR/man
TOP_DIR=$USER_DIR/..

# page NAME.SECTION: as plain text, one blank between words
page()
{
	mandoc -T ascii -O width=300 "$MAN/$1" 2>/dev/null | col -bx | tr -s ' '
}

# has_lines PAGE: all lines of OUT are in it, wherever it breaks lines
has_lines()
{
	page "$1" | tr '\n' ' ' | tr -s ' ' >"$WORK/page"
	printf '%s\n' "$OUT" | sed 's/^Usage: //; s/^ *//' | tr -s ' ' >"$WORK/lines"
	ERR=
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		grep -qF -- "$line" "$WORK/page" || ERR="$1 has no line \"$line\""
	done <"$WORK/lines"
	[ -z "$ERR" ] && [ -s "$WORK/lines" ]
}

# has_tags PAGE: all words of OUT are the head of a paragraph, or in such a head
has_tags()
{
	page "$1" >"$WORK/page"
	ERR=
	for tag in $OUT; do
		grep -qE "^ ([a-z_, -]*, )?$tag([ ,]|\$)" "$WORK/page" ||
			ERR="$ERR$1 has no paragraph \"$tag\"; "
	done
	[ -z "$ERR" ] && [ -n "$OUT" ]
}

# well_formed PAGE
well_formed()
{
	ERR=$(mandoc -T lint -W style "$MAN/$1" 2>&1)
	! command -v man >/dev/null ||
		ERR=$ERR$(man --warnings -E UTF-8 -l -Tutf8 -Z "$MAN/$1" 2>&1 >/dev/null)
	[ -z "$ERR" ]
}

if ! command -v mandoc >/dev/null || ! command -v col >/dev/null; then
	skip "manual pages" "no mandoc or col here"
else
	for file in "$MAN"/*.[1-9]; do
		OUT='' CODE=0
		ok "${file##*/} is well formed" well_formed "${file##*/}"
	done
	nsb help
	OBJECTS=$(printf '%s\n' "$OUT" | sed -n 's/^OBJECT := { \(.*\) }$/\1/p' | tr -d '|')
	ok "nsbridge.8 has what \"nsbridge help\" says" has_lines nsbridge.8
	for object in $OBJECTS; do
		nsb "$object" help
		ok "nsbridge-$object.8 has what \"nsbridge $object help\" says" \
			has_lines "nsbridge-$object.8"
	done

	OUT=$(sed -nE 's/.*\[NSBRIDGE_REASON_[A-Z_]+\][[:space:]]*=[[:space:]]*"([^"]*)".*/\1/p' \
		"$TOP_DIR/kmod/reason.c" | grep -vx unspec)
	ok "nsbridge.4 has every reason" has_tags nsbridge.4
	OUT=$(sed -nE 's/^[[:space:]]\{ "([a-z_]+)", IFLA_NSBRIDGE.*/\1/p' \
		"$USER_DIR"/iproute2/link_*.c)
	ok "nsbridge.4 has every setting" has_tags nsbridge.4
	OUT=$(sed -nE 's/^[[:space:]](TEXT|BOOL|UINT|ENUM|FLOAT|LIST|CYAML_FIELD_[A-Z_]+)(_OPT)?\("([a-z0-9_]+)".*/\3/p' \
		"$USER_DIR"/lab/*.c | sort -u)
	ok "nsbridge-lab.5 has every key" has_tags nsbridge-lab.5
fi

if ! /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
	skip "nsbridge-netlink.7 is what the specification says" "no python3-yaml here"
else
	run /usr/bin/python3 "$MAN/netlink.py" "$TOP_DIR/kmod/netlink/nsbridge.yaml"
	printf '%s\n' "$OUT" >"$WORK/wanted"
	run diff "$WORK/wanted" "$MAN/nsbridge-netlink.7"
	ERR='type "make uapi"'
	ok "nsbridge-netlink.7 is what the specification says" code_is 0
fi

# One version, wherever it has to be written.
run sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP_DIR/dkms/dkms.conf"
VERSION=$OUT
nsb -V
ok "version: the command and dkms.conf" test "$OUT" = "nsbridge $VERSION"
ok "version: the module" grep -qF "MODULE_VERSION(\"$VERSION\")" "$TOP_DIR/kmod/main.c"
run sed -nE '1s/^nsbridge \(([^)]*)\).*/\1/p' "$TOP_DIR/dkms/debian/changelog"
ok "version: the packages" test "$OUT" = "$VERSION"
