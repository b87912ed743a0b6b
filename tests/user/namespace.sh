# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# "namespace list" finds every network namespace, however it is held.
nsb namespace list
ok "namespace list" eval 'code_is 0 && quiet && out_has "$(stat -Lc %i /proc/self/ns/net)"'
nsb -j namespace list
ok "in JSON" eval 'code_is 0 && json_ok'
nsb -j -p namespace list
ok "in pretty JSON" eval 'code_is 0 && json_ok'

# The line of the list that has an inode number.
line_of()
{
	printf '%s\n' "$OUT" | grep -w "$1"
}

if ! is_root || ! unshare -n true 2>/dev/null; then
	skip "a namespace with a name" "needs root"
	skip "a namespace held only by a process" "needs root"
	skip "a namespace held only by an open file" "needs root"
	skip "a namespace mounted elsewhere" "needs root"
else
	ip netns add "$TEST_LAB-named"
	inode=$(stat -Lc %i "/run/netns/$TEST_LAB-named")
	nsb namespace list
	case $(line_of "$inode") in
	"$TEST_LAB-named "*named*)	found=true ;;
	*)				found=false ;;
	esac
	ok "a namespace with a name" $found
	nsb -n "$TEST_LAB-named" lab list
	ok "-n enters it by name" code_is 0
	nsb -n "$inode" lab list
	ok "-n enters it by the inode number" code_is 0
	nsb -n "net:[$inode]" lab list
	ok "-n enters it by the inode number as it is shown" code_is 0
	ip netns del "$TEST_LAB-named"

	unshare -n sleep 60 &
	pid=$!
	sleep 0.2
	inode=$(stat -Lc %i "/proc/$pid/ns/net")
	nsb namespace list
	case $(line_of "$inode") in
	"$pid/sleep "*process*)		found=true ;;
	*)				found=false ;;
	esac
	ok "a namespace held only by a process" $found
	nsb -n "$pid" lab list
	ok "-n enters it by the process" code_is 0
	nsb -n "pid:$pid" lab list
	ok "-n enters it by pid:PID" code_is 0
	nsb -n "$pid/sleep" lab list
	ok "-n enters it by the process as it is shown" code_is 0

	# A subshell keeps it open when the process is gone.
	(exec 9<"/proc/$pid/ns/net"; exec sleep 60) &
	holder=$!
	sleep 0.2
	kill "$pid"
	wait "$pid" 2>/dev/null
	nsb namespace list
	case $(line_of "$inode") in
	"$holder/sleep "*fd*"open in $holder/sleep"*)	found=true ;;
	*)						found=false ;;
	esac
	ok "a namespace held only by an open file" $found

	: >"$WORK/mounted"
	if nsenter --net="/proc/$holder/fd/9" true 2>/dev/null &&
	   mount --bind "/proc/$holder/fd/9" "$WORK/mounted" 2>/dev/null; then
		nsb namespace list
		case $(line_of "$inode") in
		"$WORK/mounted "*mount*)	found=true ;;
		*)				found=false ;;
		esac
		ok "a namespace mounted elsewhere" $found
		umount "$WORK/mounted"
	else
		skip "a namespace mounted elsewhere" "cannot mount it"
	fi
	kill "$holder"
	wait "$holder" 2>/dev/null
fi
