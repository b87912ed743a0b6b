# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# What bash, zsh and fish offer for a line that was begun.
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
share=$WORK/root/usr/share
ok "it is installed" test -f "$share/bash-completion/completions/nsbridge"
ok "and the timer, for the folder the command is in" \
	grep -q '^ExecStart=/usr/sbin/nsbridge metrics' "$WORK/root/usr/lib/systemd/system/nsbridge-metrics.service"

# The other two ask the first: where it has just been put.
mkdir -p "$WORK/zsh"
sed "s,/usr/share/bash,$share/bash,g" "$share/zsh/site-functions/_nsbridge" >"$WORK/zsh/_nsbridge"
sed "s,/usr/share/bash,$share/bash,g" "$share/fish/vendor_completions.d/nsbridge.fish" >"$WORK/nsbridge.fish"

cat >"$WORK/type.zsh" <<'END'
# type.zsh FOLDER LINE: the line as it is after a tab, in a terminal
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PS2= RPS1=; unsetopt zle_bracketed_paste; cd /'
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell 'say() { print -r -- "<<$BUFFER>>"; BUFFER=; }; zle -N say'
zpty -w shell 'bindkey "^I" complete-word; bindkey "^X" say; print rea""dy'
zpty -r shell out '*ready*'
zpty -w -n shell "$2"$'\t\x18'
zpty -r shell out '*<<*>>*'
print -r -- ${${out##*<<}%%>>*}
zpty -w shell exit
END
# becomes LINE LINE-AFTER-A-TAB
becomes()
{
	OUT=$(NSBRIDGE=$NSBRIDGE timeout 120 zsh -f "$WORK/type.zsh" "$WORK/zsh" "$1" 2>&1) || return
	[ "$OUT" = "$2" ]
}
if ! command -v zsh >/dev/null || ! command -v bash >/dev/null; then
	skip "completion in zsh" "no zsh"
else
	ok "zsh: an object" becomes "nsbridge cr" "nsbridge crossing "
	ok "zsh: a command" becomes "nsbridge crossing ma" "nsbridge crossing matrix "
	ok "zsh: a device" becomes "nsbridge fdb show dev l" "nsbridge fdb show dev lo "
	ok "zsh: nothing" becomes "nsbridge zz" "nsbridge zz"
fi

# fishes WORDS LINE: are all of these among what is offered?
fishes()
{
	OUT=$(cd / && HOME=$WORK NSBRIDGE=$NSBRIDGE timeout 120 fish --no-config -c \
		"source $WORK/nsbridge.fish; complete -C '$2'" 2>&1) || return
	for w in $1; do
		printf '%s\n' "$OUT" | cut -f1 | grep -qxF -e "$w" || return 1
	done
}
if ! command -v fish >/dev/null || ! command -v bash >/dev/null; then
	skip "completion in fish" "no fish"
else
	ok "fish: objects" fishes "crossing fdb port cable namespace lab metrics help" "nsbridge "
	ok "fish: an object" fishes "crossing" "nsbridge cr"
	ok "fish: commands" fishes "show matrix top monitor allow deny unset" "nsbridge crossing "
	ok "fish: a device" fishes "lo" "nsbridge fdb show dev l"
	ok "fish: nothing" eval '! fishes "crossing" "nsbridge zz"'
fi
