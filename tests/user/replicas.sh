#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
# A lab of replicas with verdicts, delay and loss: each replica has rules and a delay
# of its own, an edit changes what it says and nothing else, and nothing stays behind.
# For a virtual machine:
#
#	tests/vm/run.sh -k 6.1 -c -- tests/user/replicas.sh
#
# Prints TAP.
# shellcheck disable=SC2016 # conditions are evaluated by ok, in eval
N=${1:-12}
COUNT=0
FAILED=0

# ok WHAT COMMAND...
ok()
{
	local what=$1
	shift
	COUNT=$((COUNT + 1))
	if "$@" >/tmp/out 2>&1; then
		echo "ok $COUNT - $what"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $what"
		tail -n 8 /tmp/out | cut -c 1-200 | sed 's/^/# /'
	fi
}

# slower FROM ADDRESS MS: none of three round trips is shorter
slower()
{
	nsbridge lab exec "$1" -- ping -q -c 3 -i 0.2 -W 5 "$2" | tee /dev/stderr |
		sed -n 's,.*= \([0-9]*\)[^0-9].*,\1,p' | { read -r ms && [ "$ms" -ge "$3" ]; }
}

# has_rules COUNT: on the bridge
has_rules()
{
	nsbridge -n crowd-switch -j crossing show >/tmp/rules &&
		[ "$(grep -o '"rule": *"allow"' /tmp/rules | wc -l)" = "$1" ]
}

# differ COUNT PATTERN: so many lines of a diff
differ()
{
	nsbridge lab diff crowd >/tmp/diff
	cat /tmp/diff
	[ "$(grep -Ec "$2" /tmp/diff)" = "$1" ]
}

netem() { tc -n "crowd.$1" qdisc show dev eth0 | grep 'netem '; }

cat >/tmp/crowd.yaml <<END
name: crowd
ipv6: off
namespaces: [{name: c, replicas: $N}, {name: gw}, {name: deaf}]
bridges: [{name: br0, default_verdict: deny}]
verdicts:
  - {bridge: br0, from: c, to: gw, verdict: allow}
  - {bridge: br0, from: gw, to: c, verdict: allow}
  - {bridge: br0, from: c1, to: deaf, verdict: allow}
  - {bridge: br0, from: deaf, to: c1, verdict: allow}
ports:
  - {namespace: c, device: eth0, bridge: br0, delay: 30, addresses: [10.0.0.1/24]}
  - {namespace: gw, device: eth0, bridge: br0, addresses: [10.0.0.250/24]}
  - {namespace: deaf, device: eth0, bridge: br0, loss: 100, addresses: [10.0.0.251/24]}
checks:
  - ping: {from: c, to: gw, timeout: 4000}
  - ping: {from: gw, to: c, timeout: 4000}
  - what: no replica reaches another
    ping: {from: c1, to: c}
    expect: fail
  - what: nor the last one the first
    ping: {from: c$N, to: c1}
    expect: fail
  - what: whose answers are all lost
    ping: {from: c1, to: deaf}
    expect: fail
END
echo "TAP version 13"
ok "up" nsbridge lab up /tmp/crowd.yaml
ok "its checks" nsbridge lab check crowd
ok "a rule for each replica and each way" has_rules $((2 * N + 2))
ok "each replica delays what it sends" eval 'for i in $(seq $N); do netem c$i | grep "delay 30" || exit 1; done'
ok "by that much" slower "c$N" 10.0.0.250 30
ok "the others do not" eval '! netem gw'
ok "nothing differs" differ 0 .

sed -i 's/delay: 30/delay: 60, loss: 1/; /from: gw, to: c,/s/to: c,/to: c1,/' /tmp/crowd.yaml
ok "after an edit the rules of all replicas but one differ" differ $((N - 1)) '^- .*from gw to c'
ok "and the delay of each" differ "$N" '^~ .*delay'
ok "apply" nsbridge lab apply crowd
ok "and nothing differs" differ 0 .
ok "as many rules are gone" has_rules $((N + 3))
ok "the first is answered, later than before" slower c1 10.0.0.250 60
ok "the second is not any more" eval '! nsbridge lab exec c2 -- ping -q -c 2 -W 1 10.0.0.250'
ok "down" nsbridge lab down crowd

ok "up on the stock drivers, which have no verdicts" nsbridge lab up --kind stock /tmp/crowd.yaml
ok "where the second is answered" slower c2 10.0.0.250 60
ok "and nothing differs there" differ 0 .
ok "down again" eval 'nsbridge lab down crowd; set -- /run/netns/*; [ ! -e "$1" ]'
echo "1..$COUNT"
[ $FAILED -eq 0 ]
