# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# What bash offers for a line that was begun.
cat >"$WORK/complete" <<'END'
# complete BINARY FILE WORD...: what is offered for the last of the words
export NSBRIDGE=$1
. "$2"
shift 2
COMP_WORDS=(nsbridge "$@")
COMP_CWORD=$#
_nsbridge
printf '%s\n' "${COMPREPLY[@]}"
END
# offers WORDS WORD...: are all of these among what is offered?
offers()
{
	want=$1
	shift
	run bash "$WORK/complete" "$NSBRIDGE" "$USER_DIR/completion/nsbridge.bash" "$@"
	code_is 0 && quiet || return 1
	for w in $want; do
		printf '%s\n' "$OUT" | grep -qxF -e "$w" || return 1
	done
}
only()
{
	offers "$@" && [ "$(printf '%s\n' "$OUT" | wc -w)" -eq "$(echo "$1" | wc -w)" ]
}

if ! command -v bash >/dev/null; then
	skip "completion" "no bash"
else
	ok "objects" only "crossing fdb port cable namespace lab metrics help" ""
	ok "an object that was begun" only "crossing" cr
	ok "after options" only "port" -j -s po
	ok "commands" offers "show matrix top monitor allow deny unset" crossing ""
	ok "a command that was begun" only "matrix" crossing ma
	ok "devices" offers "lo" fdb show dev l
	ok "a side of a rule" offers "any" crossing deny bridge lo from ""
	ok "settings" offers "learning locked quota flood" port set dev lo ""
	ok "values of a setting" only "on off auto" port set dev lo flood ""
	ok "options of metrics" offers "--out --openmetrics" metrics --
	ok "options" offers "-json -netns" -
	ok "no prose" eval 'offers "list" cable "" && out_lacks machine'
fi
run make -C "$USER_DIR" -s install "DESTDIR=$WORK/root" PREFIX=/usr
ok "it is installed" test -f "$WORK/root/usr/share/bash-completion/completions/nsbridge"
ok "and the timer, for the folder the command is in" \
	grep -q '^ExecStart=/usr/sbin/nsbridge metrics' "$WORK/root/usr/lib/systemd/system/nsbridge-metrics.service"
