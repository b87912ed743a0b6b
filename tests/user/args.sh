# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Arguments: what is accepted, and how a wrong one is refused.
nsb
ok "no argument: usage on stderr, exit 2" code_is 2
nsb help
ok "help" eval 'code_is 0 && out_has "Usage: nsbridge" && quiet'
nsb -h
ok "-h" eval 'code_is 0 && out_has "Usage: nsbridge"'
nsb -V
ok "-V" eval 'code_is 0 && out_has "nsbridge "'
nsb -Version
ok "-Version" code_is 0
for object in crossing fdb port cable namespace lab metrics; do
	nsb "$object" help
	ok "$object help" eval 'code_is 0 && out_has "Usage: nsbridge" && quiet'
	nsb "$object" nonsense
	ok "$object: an unknown command is refused" \
		refused 2 "no command \"nonsense\" for $object: see \"nsbridge $object help\""
done
nsb nonsense
ok "an unknown object is refused" refused 2 'no object "nonsense"'
nsb --nonsense lab
ok "an unknown option is refused" refused 2 'no option "--nonsense"'
nsb -n
ok "-n without a namespace is refused" refused 2 '-n needs a namespace'
nsb -n no-such-netns lab list
ok "-n with no such namespace is refused" refused 1 'no network namespace "no-such-netns"'
nsb c h
ok "objects and commands may be abbreviated" eval 'code_is 0 && out_has "crossing"'
nsb crossing show bridge
ok "bridge without a name is refused" refused 2 '"bridge" is out of place'
nsb crossing show bridge no-such-dev
ok "a bridge that is not there" refused 1 'no device "no-such-dev"'
nsb crossing matrix lions
ok "an unknown value of the matrix" refused 2 '"lions" is out of place'
nsb crossing monitor lions
ok "monitor takes a bridge only" refused 2 '"lions" is out of place'
nsb crossing deny from any to any
ok "a rule without a bridge" refused 2 'a rule needs "bridge", "from" and "to"'
nsb crossing allow bridge lo from any
ok "a rule without an end" refused 2 'a rule needs "bridge", "from" and "to"'
nsb crossing unset bridge lo from any to
ok "an end without a value" refused 2 '"to" is out of place'
nsb crossing deny bridge lo from any to any
ok "from any to any" refused 2 'set it with "ip link set lo type nsbridge default_verdict deny"'
nsb crossing allow bridge lo from any to any
ok "allow from any to any" refused 2 'default_verdict allow"'
nsb crossing deny bridge no-such-dev from any to 1
ok "a rule for a bridge that is not there" refused 1 'no device "no-such-dev"'
for side in no-such-netns /no/such/path pid:4194305 999999 5/no-such; do
	nsb crossing deny bridge lo from any to $side
	ok "a rule for a namespace that is not there: $side" \
		refused 1 "no network namespace \"$side\""
done
nsb namespace show bridge no-such-dev
ok "namespaces of a bridge that is not there" refused 1 'no device "no-such-dev"'
nsb namespace show lions
ok "namespaces of no bridge" refused 2 '"lions" is out of place'
nsb fdb flush
ok "fdb flush without a port" refused 2 '"flush" needs "dev PORT"'
nsb fdb flush 02:00:00:00:00:01 dev lo
ok "fdb flush of an address" refused 2 '"flush" needs "dev PORT"'
nsb fdb add dev lo
ok "fdb add without a MAC" refused 2 'an entry needs MAC and "dev PORT"'
nsb fdb add 02:00:00:00:00:01
ok "fdb add without a port" refused 2 'an entry needs MAC and "dev PORT"'
nsb fdb add 02:00:00:00:00:01 dev lo vlan 4095
ok "fdb add with a VLAN that is none" refused 2 '"4095" is not a VLAN'
nsb lab up
ok "lab up without a lab" refused 2 '"up" needs a lab'
nsb lab up --kind lions "$USER_DIR/labs/duplicate-mac.yaml"
ok "lab up with an unknown kind" refused 2 '"lions" is not a kind of lab'
nsb lab up no-such-lab
ok "lab up with no such lab" refused 1 'no lab "no-such-lab" is up'
nsb lab down no-such-lab
ok "lab down with no such lab" refused 1 'no lab "no-such-lab" is up'
nsb lab check no-such-lab
ok "lab check with no such lab" refused 1 'no lab "no-such-lab" is up'
nsb crossing show since
ok "crossings since no time" refused 2 '"since" needs seconds, 0.1 to 3600'
nsb crossing show since yesterday
ok "crossings since what is no time" refused 2 '"since" needs seconds, 0.1 to 3600'
nsb crossing show from
ok "crossings from nobody" refused 2 '"from" is out of place'
nsb crossing matrix from lions
ok "a matrix of some" refused 2 '"from" is out of place'
nsb crossing show from any --latency
ok "latency of some" refused 2 '"--latency" takes a bridge and no more'
nsb crossing matrix -i
ok "a rate without seconds" refused 2 '"-i" needs seconds, 0.1 to 3600'
nsb crossing matrix -i 0
ok "a rate over no time" refused 2 '"-i" needs seconds, 0.1 to 3600'
nsb crossing top -i nan --batch
ok "top with seconds that are none" refused 2 '"-i" needs seconds, 0.1 to 3600'
nsb crossing top -n 0 --batch
ok "top no times" refused 2 '"-n" needs a number of times, 1 or more'
nsb crossing top lions
ok "top of what is not counted" refused 2 '"lions" is out of place'
nsb crossing top bridge no-such-dev
ok "top of a bridge that is not there" refused 1 'no device "no-such-dev"'
nsb crossing top
ok "top without a terminal" refused 1 'this is no terminal: type "nsbridge crossing top --batch"'
nsb fdb monitor 02:00:00:00:00:01
ok "fdb monitor of an address" refused 2 '"monitor" takes a bridge or a port'
nsb port set locked on
ok "port set without a port" refused 2 '"set" needs "dev PORT"'
nsb port set dev lo
ok "port set of nothing" refused 2 'there is nothing to set'
nsb port set dev lo lions on
ok "port set of what is no setting" refused 2 'a port has no setting "lions"'
nsb port set dev lo locked auto
ok "a switch is on or off" refused 2 '"locked" takes on or off, and not "auto"'
nsb port set dev lo quota -1
ok "a quota is a number" refused 2 '"quota" takes a number from 0 to 4294967295, and not "-1"'
nsb port set dev lo flood
ok "a setting without a value" refused 2 '"flood" takes on, off or auto'
nsb port set dev lo locked on
ok "a device that is no port" refused 1 'lo is not a port of an nsbridge'
nsb port show dev no-such-dev
ok "a port that is not there" refused 1 'no device "no-such-dev"'
nsb cable list no-such-netns
ok "cables of no namespace" refused 1 'no network namespace "no-such-netns"'
nsb metrics --out
ok "metrics into no file" refused 2 '"--out" needs a file'
nsb metrics --lions
ok "metrics with an unknown option" refused 2 'no option "--lions"'
sed -n 's/^	IFLA_NSBRIDGE_PORT_\([A-Z_]*\),.*/\1/p' \
	"$USER_DIR/../kmod/uapi/linux/if_nsbridge.h" >"$WORK/settings"
while read -r s; do
	case $s in UNSPEC|UPLINK|NETNS*|PAD) continue ;; esac
	nsb port help
	ok "port help knows $s" out_has "$(echo "$s" | tr '[:upper:]' '[:lower:]')"
done <"$WORK/settings"
