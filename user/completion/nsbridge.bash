# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2207 # words without blanks
# Completion for the command nsbridge. What there is to complete is read from
# its own usage texts, so it knows what the installed version knows. Run as a
# program it prints what there is for the last of its arguments: that is how
# zsh and fish ask.

# Words in lower case of the usage text of an object, or of the command.
_nsbridge_words()
{
	"${NSBRIDGE:-nsbridge}" "$@" help 2>/dev/null |
		grep -E '^(Usage:|[[:blank:]]|[A-Z ]+:=)' |
		grep -oE '(^|[^A-Za-z<"-])[a-z][a-z_]+|--[a-z]+' |
		grep -oE '(--)?[a-z][a-z_]+' | grep -vx 'nsbridge' |
		sort -u
}

_nsbridge_namespaces()
{
	"${NSBRIDGE:-nsbridge}" -j namespace list 2>/dev/null |
		grep -oE '"name":"[^"/:[]*","source"' | cut -d'"' -f4
}

_nsbridge_devices()
{
	local dev
	for dev in /sys/class/net/*; do
		[ -e "$dev" ] && echo "${dev##*/}"
	done
}

_nsbridge_labs()
{
	local lab
	for lab in /run/nsbridge/labs/*.lab /usr/share/nsbridge/labs/*.yaml \
		   /usr/local/share/nsbridge/labs/*.yaml; do
		[ -e "$lab" ] || continue
		lab=${lab##*/}
		echo "${lab%.*}"
	done
}

_nsbridge()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local object='' i choices

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n|-netns|--netns)	i=$((i + 1)) ;;
		-*)			;;
		*)
			object=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $prev in
	-n|-netns|--netns)
		# of "crossing top" it is a number of times
		[ -z "$object" ] || return 0
		choices=$(_nsbridge_namespaces)
		;;
	from|to)
		choices="any $(_nsbridge_namespaces)"
		;;
	bridge|dev)
		choices=$(_nsbridge_devices)
		;;
	on|off|auto)
		choices=$(_nsbridge_words "$object")
		;;
	learning|mcast_flood|bcast_flood|locked|isolated|trusted)
		choices="on off"
		;;
	flood)
		choices="on off auto"
		;;
	--out)
		COMPREPLY=($(compgen -f -- "$cur"))
		return
		;;
	*)
		if [ -n "$object" ]; then
			choices=$(_nsbridge_words "$object")
			[ "$object" != lab ] || choices+=" $(_nsbridge_labs)"
			[ "$object" != cable ] || choices+=" $(_nsbridge_namespaces)"
		elif [[ $cur == -* ]]; then
			choices="-json -pretty -statistics -netns -Version -help"
		else
			choices="help $("${NSBRIDGE:-nsbridge}" help 2>/dev/null |
				sed -n 's/^OBJECT := {\(.*\)}/\1/p' | tr -d '|')"
		fi
		;;
	esac
	COMPREPLY=($(compgen -W "$choices" -- "$cur"))
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	COMP_WORDS=(nsbridge "$@") COMP_CWORD=$#
	_nsbridge
	printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
else
	complete -F _nsbridge nsbridge
fi
