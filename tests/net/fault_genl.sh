#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the command asks of the family while memory is refused: entries, rules,
# settings, every kind of list, and who listens to events.
# Arguments are those of fault.inc.
# timeout: 1800
# uml.sh -F
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/fault.inc
. "$(dirname "$0")/fault.inc"
need jq nsbridge bridge ethtool ether state
need_kind nsbridge nsveth
how_to_fail
FEW='fdb add$|a rule for|crossing show'
two_spaces
on_exit 'for d in b0 p0 q0 c0; do ip link del $d; done 2>/dev/null'
ip link add b0 type nsbridge && ip link set b0 up
pair="ip link add p0 address $M:01 type nsveth peer name e0 address $M:02 netns $F"
for p in p0:$F q0:$O; do
	case $p in
	p0*) $pair ;;
	*) ip link add q0 type nsveth peer name e0 netns "$O" ;;
	esac && ip link set "${p%:*}" master b0 up &&
		ip -n "${p#*:}" link set e0 up || fail "no port"
done
# a cable on no bridge, to be shown
ip link add c0 type nsveth peer name c1 netns "$F"

set_rule() { nsbridge crossing "$1" bridge b0 from "$F" to "$2"; }
from_to="nsbridge crossing unset bridge b0 from $F to $O;
	nsbridge crossing unset bridge b0 from $F to any"
prepare='' undo="nsbridge fdb del 02:00:00:00:00:66 dev p0"
each "fdb add" nsbridge fdb add 02:00:00:00:00:66 dev p0 static
prepare="nsbridge fdb add 02:00:00:00:00:66 dev p0 static"
each "fdb del" nsbridge fdb del 02:00:00:00:00:66 dev p0
prepare='nsbridge fdb add 02:00:00:00:00:66 dev p0 dynamic'
each "fdb flush" nsbridge fdb flush dev p0
prepare='' undo=$from_to
each "a rule for a pair" nsbridge crossing deny bridge b0 from "$F" to "$O"
each "a rule for one" nsbridge crossing deny bridge b0 from "$F" to any
prepare="set_rule deny $O"
each "a rule is taken back" nsbridge crossing unset bridge b0 from "$F" to "$O"
# of a namespace that the bridge does not know yet
prepare="ip link add b1 address $M:03 type nsbridge"
undo="ip link del b1"
each "a rule for strangers" nsbridge crossing deny bridge b1 from "$F" to "$O"
prepare='' undo='nsbridge port set dev p0 locked off quota 1024'
each "settings of a port" nsbridge port set dev p0 locked on quota 100

reads=1 undo=''
each "crossing show" nsbridge -j crossing show
each "fdb show" nsbridge -j fdb show
each "namespace show" nsbridge -j namespace show
each "port show" nsbridge -j -s port show
each "bridge fdb show" bridge fdb show
each "bridge link show" bridge link show
each "bridge vlan show" bridge vlan show
each "ip link show" ip -d -s link show
each "ethtool -i of a bridge" ethtool -i b0
each "ethtool -S of a port" ethtool -S p0
reads=''

# Who listens is not told of what found no memory, and of all else.
nsbridge crossing monitor >"$TMP/events" 2>&1 &
nsbridge fdb monitor >"$TMP/fdb" 2>&1 &
undo="nsbridge fdb del 02:00:00:00:00:66 dev p0"
listening() {
	nsbridge fdb add 02:00:00:00:00:66 dev p0 static
	nsbridge fdb del 02:00:00:00:00:66 dev p0
	grep -q 00:66 "$TMP/fdb"
}
wait_for 10 listening || fail "no events"
each "fdb add, and somebody listens" nsbridge fdb add 02:00:00:00:00:66 dev p0 static
undo="ip link set q0 master b0"
each "a port goes, and somebody listens" ip link set q0 nomaster

# In the kernel's own time: a namespace goes with its last user.
for ((n = 1; n < 30; n++)); do
	ip netns add "g$$" && ip link add g0 type nsveth peer name e0 netns "g$$" &&
		ip link set g0 master b0 up && ip -n "g$$" link set e0 up || fail "no port"
	ip netns exec "g$$" ether send e0 -n 5 -S 5 -d ff:ff:ff:ff:ff:ff >/dev/null
	refuse "$n"
	ip netns del "g$$"
	wait_for 10 eval '! ip link show g0' || fail "g0 stays"
	wait_for 10 eval "[ \$(nsbridge -j namespace show | jq length) = 3 ]" ||
		fail "the namespace is still known"
	refused || break
done
check_num "a namespace goes with $((n - 1)) requests refused in turn" $n -lt 30
note "$ROUNDS requests refused: $REFUSED times the operation failed, $DEGRADED times it was done"
