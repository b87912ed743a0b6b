# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Every system call in turn is refused by strace, one in a run, until there is none
# left to refuse: the command ends with a message, hangs nowhere, and leaves
# nothing half done. Some of them only, but with FAULTS=all.
cat >"$WORK/tiny.yaml" <<END
name: $TEST_LAB-tiny
kind: stock
ipv6: off
namespaces:
  - {name: a, sysctls: [net.ipv4.ip_forward=1, net.ipv4.conf.eth0.rp_filter=2]}
  - {name: b, nftables: "table ip t { chain c { type filter hook input priority 0; ip saddr 10.1.0.77 drop; }; }"}
bridges: [{name: br0}]
ports:
  - {namespace: a, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24]}
checks:
  - ping: {from: a, to: 10.1.0.2}
  - tcp: {from: a, to: 10.1.0.2}
  - probe: {from: a, to: 10.1.0.2}
  - run: {in: b, command: "true"}
END
sed 's/10\.1\.0\.2/10.1.0.3/; s/addresses: \[10.1.0.3/mtu: 1400, &/; s/rp_filter=2/rp_filter=1/; s/0.77/0.78/' \
	"$WORK/tiny.yaml" >"$WORK/tiny2.yaml"

# refuse CALL N COMMAND...: 1 when there was no N-th call. What strace has to say
# is in $WORK/strace.
refuse()
{
	call=$1
	nth=$2
	shift 2
	run timeout -k 5 60 strace -f --seccomp-bpf -o "$WORK/strace" -e "trace=$call" \
		-e "inject=$call:error=$ERROR:when=$nth" "$NSBRIDGE" "$@"
	grep -q INJECTED "$WORK/strace"
}

# How many there are before the first of its own, when its libraries are loaded.
loading()
{
	strace -f --seccomp-bpf -o "$WORK/strace" -e "trace=$1" "$NSBRIDGE" help >/dev/null 2>&1
	grep -c "$1(" "$WORK/strace"
}

# What "lab diff" says when nothing is refused.
is_full()	{ [ -n "$FULL" ] && [ "$OUT" = "$FULL" ]; }
FULL=

# in_turn BEFORE AFTER COMMAND...: AFTER says whether all is well then
in_turn()
{
	before=$1
	after=$2
	shift 2
	for call in $CALLS; do
		bad=
		n=$(($(loading "$call") + 1))
		first=$n
		$before
		# of somebody else's namespaces there may be thousands
		while [ $((n - first)) -lt 50 ] && refuse "$call" "$n" "$@"; do
			if [ "$CODE" -ge 124 ] || { [ "$CODE" -ne 0 ] && ! err_has "nsbridge: " && ! err_has "mnl.c:" && ! is_full; }; then
				bad="$bad $n(exit $CODE: $ERR)"
			fi
			why=$ERR
			$after || bad="$bad $n($why; then $after: $ERR)"
			n=$((n + 1))
			$before
		done
		$after || bad="$bad all($ERR)"
		ERR=$bad
		ok "$*: $call refused $((n - first)) times" [ -z "$bad" ]
	done
}

tiny_gone()	{ [ ! -e "/run/nsbridge/labs/$TEST_LAB-tiny.lab" ] || "$NSBRIDGE" lab down "$TEST_LAB-tiny"; }
tiny_up()	{ [ -e "/run/nsbridge/labs/$TEST_LAB-tiny.lab" ] || "$NSBRIDGE" lab up "$WORK/tiny.yaml"; }
# Whatever came of it, it can be taken down, and what was refused left nothing:
# but for the way back into the namespace of the command, where it ends at once,
# and the socket that libnftables ends the process for.
tiny_clean()
{
	[ "$CODE" -eq 0 ] || err_has "cannot return" || err_has "mnl.c:" || no_names_left || return 1
	[ ! -e "/run/nsbridge/labs/$TEST_LAB-tiny.lab" ] || nsb lab down "$TEST_LAB-tiny"
	no_names_left
}
tiny_down()
{
	[ "$CODE" -eq 0 ] || nsb lab down "$TEST_LAB-tiny"
	code_is 0 && no_names_left
}
tiny_applied()
{
	nsb lab apply "$WORK/tiny2.yaml"
	code_is 0 && quiet || return 1
	nsb lab diff "$TEST_LAB-tiny" "$WORK/tiny2.yaml"
	code_is 0 && [ -z "$OUT" ] || return 1
	nsb lab apply "$WORK/tiny.yaml"
	code_is 0 && quiet
}
tiny_whole()
{
	nsb lab diff "$TEST_LAB-tiny" "$WORK/tiny.yaml"
	code_is 0 && quiet && [ -z "$OUT" ]
}

if ! command -v strace >/dev/null || ! have_stock; then
	skip "refused system calls" "needs root, veth, bridge and strace"
elif nm -D "$NSBRIDGE" 2>/dev/null | grep -q __asan; then
	skip "refused system calls" "not with the address sanitizer"
else
	ERROR=ENOMEM
	# calls ALL SOME: ALL is for who has minutes
	calls()	{ CALLS=$2; [ -z "$FAULTS" ] || CALLS=$1; }
	calls "unshare setns mount socket bind sendmsg sendto mkdir rename openat" "unshare setns mount sendmsg rename"
	in_turn tiny_gone tiny_clean lab up "$WORK/tiny.yaml"
	calls "setns socket umount2 unlink" "umount2 unlink"
	in_turn tiny_up tiny_down lab down "$TEST_LAB-tiny"
	tiny_up
	calls "setns sendmsg recvmsg unshare rename" "unshare rename"
	in_turn tiny_up tiny_applied lab apply "$WORK/tiny2.yaml"
	nsb lab diff "$TEST_LAB-tiny" "$WORK/tiny2.yaml"
	FULL=$OUT
	ok "there is something to see" eval 'code_is 1 && [ "$(wc -l <"$WORK/out")" -gt 4 ]'
	calls "setns sendmsg recvmsg unshare rename" "setns"
	in_turn : tiny_whole lab diff "$TEST_LAB-tiny" "$WORK/tiny2.yaml"
	FULL=
	calls "setns socket bind clone" "bind"
	in_turn : tiny_whole lab check "$TEST_LAB-tiny"
	calls "setns unshare mount openat" "setns mount"
	in_turn : tiny_whole lab exec a -- true
	calls "setns socket sendmsg" "socket"
	in_turn : true cable list "$TEST_LAB-tiny.a"
	in_turn : true namespace list
	nsb lab down "$TEST_LAB-tiny"
	ok "nothing is left of all that" no_names_left
fi
