#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
# Labs on our own drivers with a bit of everything, in a virtual machine: what is
# built, what a later look at it finds, what an edit changes, and back.
#
#	tests/vm/run.sh -k 6.1 -c -- tests/user/guest_lab.sh
#
# Prints TAP.
# shellcheck disable=SC2016,SC2034 # conditions are evaluated by ok, in eval
WORK=$(mktemp -d)
NSBRIDGE=nsbridge
# shellcheck source=tests/user/lib.sh
. "$NSB_DIR/tests/user/lib.sh"
trap 'lab_cleanup; rm -rf "$WORK"' EXIT
LAB=$TEST_LAB-all
echo "TAP version 13"

cat >"$WORK/all.yaml" <<END
name: $LAB
namespaces:
  - {name: a, ipv6: off}
  - {name: b, sysctls: [net.ipv4.conf.eth0.rp_filter=2, net.ipv4.neigh.eth0.retrans_time_ms=700]}
  - {name: many, replicas: 3}
bridges:
  - {name: br0, mac: 02:00:00:00:00:f0, mtu: 1450, addresses: [10.1.0.254/24, fd01::254/64], ageing_time: 6000,
     quota: 99, group_fwd_mask: 8, max_entries: 5000, max_crossings: 3000, neigh_direct: on, neigh_guard: on}
  - {name: br1, vlan_filtering: on, default_verdict: deny}
  - {name: br2, kind: bridge, group_fwd_mask: 8, vlan_filtering: on}
ports:
  - {namespace: a, device: eth0, bridge: br0, mac: 02:00:00:00:00:01, mtu: 1400, addresses: [10.1.0.1/24],
     quota: 9, flood: on, delay: 1.5, jitter: 0.2, loss: 0.001}
  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24, fd01::2/64], flood: auto, learning: off}
  - {namespace: many, device: eth0, bridge: br0, addresses: [10.1.0.11/24], delay: 2}
  - {namespace: a, device: eth1, bridge: br1, vlan: 20, vlans: [30, 31], addresses: [10.5.0.1/24]}
  - {namespace: b, device: eth1, bridge: br1, vlans: [1, 30], addresses: [10.6.0.2/24]}
  - {namespace: many, device: eth1, bridge: br1, vlan: 20, addresses: [10.5.0.11/24]}
  - {namespace: a, device: eth2, bridge: br2, flood: off, vlan: 7}
cables:
  - ends:
      - {namespace: a, device: wire, mac: 02:00:00:00:01:01, mtu: 1300, addresses: [10.2.0.1/30]}
      - {namespace: b, device: wire, mac: 02:00:00:00:01:02, mtu: 1300, addresses: [10.2.0.2/30], loss: 0.5}
devices:
  - {namespace: a, device: eth1.30, link: eth1, vlan: 30, mac: 02:00:00:00:00:22, addresses: [10.3.0.1/24]}
  - {namespace: b, device: eth1.30, link: eth1, vlan: 30, mtu: 1400, addresses: [10.3.0.2/24]}
  - {namespace: b, device: dum0, mac: 02:00:00:00:00:33, mtu: 1300, addresses: [10.4.0.1/24, fd04::1/64]}
verdicts:
  - {bridge: br0, from: many, to: a, verdict: deny}
  - {bridge: br0, to: br0, from: a, verdict: deny}
  - {bridge: br1, from: any, to: a, verdict: allow}
  - {bridge: br1, from: a, verdict: allow}
  - {bridge: br1, from: many, to: a, verdict: allow}
neighbours:
  - {namespace: a, device: eth0, address: 10.1.0.66, mac: 02:00:00:00:00:66}
  - {namespace: b, device: eth0, address: "fd01::66", mac: 02:00:00:00:00:66}
routes:
  - {namespace: a, to: 10.9.0.0/24, via: 10.1.0.2, dev: eth0, metric: 7}
  - {namespace: b, to: default, via: 10.1.0.254}
  - {namespace: b, to: default, via: "fd01::254"}
  - {namespace: many, to: 10.8.0.0/24, dev: eth0}
processes:
  - {namespace: b, command: "exec socat TCP4-LISTEN:8080,fork,reuseaddr SYSTEM:'echo served'", listen: 8080}
  - {namespace: b, command: "exec sleep 1001"}
  - {namespace: b, command: "exec sleep 1001"}
checks:
  - ping: {from: a, to: 10.1.0.2 10.5.0.12 10.3.0.2}
  - ping: {from: b, to: "fd01::254 10.4.0.1"}
  - ping: {from: many1, to: 10.1.0.1, count: 1, timeout: 500}
    expect: fail
  - tcp: {from: many2, to: 10.1.0.2}
  - probe: {from: many2, to: 10.1.0.2 10.1.0.11}
  - run: {in: a, command: "socat -u TCP4:10.1.0.2:8080 - | grep served"}
  - run: {in: a, command: "false"}
    expect: fail
END
# same [FILE]: nothing differs, from another file than that it was built from
same()
{
	nsb lab diff "$LAB" ${1:+"$1"}
	code_is 0 && quiet && [ -z "$OUT" ]
}

nsb lab up --plan "$WORK/all.yaml"
ok "a plan of it" eval 'code_is 0 && quiet &&
	out_has " netem delay 1.5ms 0.2ms loss 0.001%" && out_has "vlan add dev a-eth1 vid 20 pvid untagged" &&
	out_has "vlan del dev a-eth1 vid 1" && out_has "crossing deny bridge br0 from $LAB.a to $LAB-switch" &&
	out_has "default_verdict deny" && out_has " mtu 1300 type dummy" && out_has "type vlan id 30"'
cp "$WORK/out" "$WORK/plan"
nsb lab up "$WORK/all.yaml"
ok "up" eval 'code_is 0 && quiet'
ok "nothing differs" same
nsb lab check "$LAB"
ok "its checks" code_is 0
[ "$CODE" = 0 ] || sed 's/^/# /' "$WORK/out"
nsb -j lab check "$LAB"
ok "in JSON" eval 'code_is 0 && json_ok'
run ip netns exec "$LAB.a" tc qdisc show dev eth0
ok "delay, jitter and loss" out_has "delay 1.5ms  200us loss 0.0"
nsb -n "$LAB-switch" namespace show
ok "verdicts of a namespace" eval 'code_is 0 && out_has "$LAB.a"'
nsb lab show "$LAB"
ok "show" eval 'code_is 0 && out_has deny'
for f in text dot mermaid svg; do
	nsb lab graph --format $f "$LAB"
	ok "graph: $f" eval 'code_is 0 && out_has many3 && out_has br2'
done

# ---- an edit
cp "$WORK/all.yaml" "$WORK/edited.yaml"
sed -i -e 's/quota: 99/quota: 98/; s/group_fwd_mask: 8, max/max/; s/neigh_guard: on/neigh_guard: off/; s/mtu: 1450, //' \
	-e 's/delay: 1.5/delay: 2.5/; s/, delay: 2}/}/; s/, loss: 0.5//' \
	-e 's/vlan: 20, vlans: \[30, 31\]/vlan: 21, vlans: [30]/; s/quota: 9, flood: on/mcast_flood: off/' \
	-e 's/from: many, to: a, verdict: deny/from: many, to: a, verdict: allow/; /to: br0, from/d' \
	-e '/device: dum0/d; s/10.4.0.1}/10.1.0.2}/; s/ 10.4.0.1"/"/; s/02:00:00:00:00:22/02:00:00:00:00:23/' \
	-e 's/, net.ipv4.neigh.eth0.retrans_time_ms=700//; /fd01::66/d; s/mac: 02:00:00:00:01:01, //' \
	-e '0,/exec sleep 1001/{/exec sleep 1001/d}' "$WORK/edited.yaml"
nsb lab diff "$LAB" "$WORK/edited.yaml"
sed 's/^/# /' "$WORK/out"
ok "what an edit changes" eval 'code_is 1 && quiet && out_has "~ verdict (switch) br0 from many1 to a: deny -> allow" &&
	out_has "- verdict (switch) br0 from a to " && out_has "vlan (switch) a-eth1 20" && out_has "- device b dum0" &&
	out_has "~ setting (switch) br0 quota: 99 -> 98" && out_has "netem a eth0" && out_has "netem many1 eth0" && out_has "- process b"'
nsb -j lab diff "$LAB" "$WORK/edited.yaml"
ok "in JSON" eval 'code_is 1 && json_ok'
nsb lab apply "$LAB" "$WORK/edited.yaml"
ok "apply" eval 'code_is 0 && quiet && same "$WORK/edited.yaml"'
run ip netns exec "$LAB.a" tc qdisc show dev eth0
ok "another delay" out_has "delay 2.5ms"
nsb lab apply "$LAB" "$WORK/all.yaml"
ok "and back" eval 'code_is 0 && quiet && same'

# ---- by hand
nsbridge -n "$LAB-switch" crossing allow bridge br0 from "$LAB.many2" to "$LAB.a"
nsbridge -n "$LAB-switch" crossing deny bridge br0 from any to "$LAB.b"
bridge -n "$LAB-switch" vlan add dev a-eth1 vid 77
bridge -n "$LAB-switch" vlan del dev b-eth1 vid 30
ip netns exec "$LAB.a" tc qdisc del dev eth0 root
ip netns exec "$LAB.b" tc qdisc add dev eth0 root netem delay 9ms
ip -n "$LAB.b" link del dum0
ip -n "$LAB.a" link set wire address 02:00:00:00:01:99
ip -n "$LAB.b" link add dum1 type dummy
nsb lab diff "$LAB"
sed 's/^/# /' "$WORK/out"
ok "what was changed by hand" eval 'code_is 1 && out_has "~ verdict (switch) br0 from many2 to a: allow -> deny" &&
	out_has "- verdict (switch) br0 from any to b" && out_has "- vlan (switch) a-eth1 77" && out_has "+ vlan (switch) b-eth1 30" &&
	out_has "+ netem a eth0" && out_has "- netem b eth0" && out_has "+ device b dum0" && out_has "mac a wire"'
nsb lab apply "$LAB"
ok "apply puts it back" eval 'code_is 0 && quiet && same'
ip -n "$LAB.b" link del dum1 2>/dev/null

# ---- whole or not at all
sed 's/vlan: 20, vlans: \[30, 31\]/vlan: 20, vlans: [30, 4094]/; s/via: 10.1.0.254/via: 10.77.0.1/' "$WORK/all.yaml" >"$WORK/bad.yaml"
nsb lab apply "$LAB" "$WORK/bad.yaml"
ok "a failure names the step, and all is taken back" eval 'code_is 1 && err_has "cannot change route b default: " && err_has "is taken back" && same'

# ---- what is not in a file can be asked of any of them
nsb lab exec a -- true
nsb lab up "$WORK/all.yaml"
ok "up again" refused 1 "is there already"
sed "s/^name:.*/name: $TEST_LAB-two/" "$WORK/all.yaml" >"$WORK/two.yaml"
nsb lab up "$WORK/two.yaml"
ok "another lab of the same" eval 'code_is 0 && quiet'
nsb lab exec a -- true
ok "a name that two labs have" refused 1 '"a" is in more than one lab: say '
nsb lab list
ok "list" eval 'code_is 0 && out_has "$LAB" && out_has "$TEST_LAB-two"'
nsb lab down "$TEST_LAB-two"
ok "one of them down" code_is 0
nsb lab down "$LAB"
ok "and the other" eval 'code_is 0 && no_names_left'

# ---- as the plan says
if command -v nft >/dev/null && sh -e "$WORK/plan" >"$WORK/out" 2>&1; then
	run bridge -n "$LAB-switch" vlan show dev a-eth1
	ok "the plan builds it too" eval 'out_has 20 && out_has 31'
else
	OUT=$(cat "$WORK/out")
	ok "the plan builds it too" false
fi
for n in $(cd /run/netns && ls -d "$LAB"*); do
	for p in $(ip netns pids "$n"); do kill -9 "$p"; done
	ip netns del "$n"
done

# ---- refusals
printf '%s\n' "name: $TEST_LAB-slow" "namespaces: [{name: a}]" "checks:" \
	"  - run: {in: a, command: sleep 5, timeout: 200}" >"$WORK/slow.yaml"
nsb lab up "$WORK/slow.yaml"
nsb lab check "$TEST_LAB-slow"
ok "a command that takes too long" eval '[ "$CODE" -ne 0 ] && out_has "took too long"'
nsb lab down "$TEST_LAB-slow"
sed 's/listen: 8080/listen: 8081/' "$WORK/all.yaml" >"$WORK/deaf.yaml"
nsb lab up "$WORK/deaf.yaml"
ok "a process that does not listen" eval 'code_is 1 && err_has "nothing listens on port 8081" && no_names_left'
sed 's/max_entries: 5000/max_entries: 0/' "$WORK/all.yaml" >"$WORK/none.yaml"
nsb lab up "$WORK/none.yaml"
ok "a refusal in the kernel's words" eval 'code_is 1 && [ -n "$ERR" ] && no_names_left'
sed 's/link: eth1, vlan: 30, mtu/link: eth9, vlan: 30, mtu/' "$WORK/all.yaml" >"$WORK/link.yaml"
nsb lab up "$WORK/link.yaml"
ok "a VLAN of a device that is not there" eval '[ "$CODE" -ne 0 ] && err_has eth9 && no_names_left'

# ---- compare
cat >"$WORK/cmp.yaml" <<END
name: $TEST_LAB-cmp
namespaces: [{name: a}, {name: b}]
bridges: [{name: br0}]
ports:
  - {namespace: a, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24]}
checks:
  - probe: {from: a, to: 10.1.0.2, count: 10}
  - tcp: {from: a, to: 10.1.0.2, bytes: 10000}
END
nsb lab compare "$WORK/cmp.yaml"
ok "compare" eval 'code_is 0 && tail -n 1 "$WORK/out" |
	grep -q "^demo: bridge sent=10 right=10 wrong=0 lost=0; nsbridge sent=10 right=10 wrong=0 lost=0$"'
nsb lab compare --keep "$WORK/cmp.yaml"
ok "and keep both" eval 'code_is 0 && [ -e "/run/netns/$TEST_LAB-cmp-stock.a" ]'
nsb -j lab compare "$WORK/cmp.yaml"
ok "once more, which takes them away first" eval 'code_is 0 && json_ok && no_names_left'
sed 's/{name: br0}/{name: br0, kind: stock}/' "$WORK/cmp.yaml" >"$WORK/cmp2.yaml"
nsb lab compare "$WORK/cmp2.yaml"
ok "a lab that says what is compared" eval '[ "$CODE" -ne 0 ] && err_has "bridges[0].kind"'
sed '/^checks/,$d' "$WORK/cmp.yaml" >"$WORK/cmp3.yaml"
nsb lab compare "$WORK/cmp3.yaml"
ok "a lab with nothing to compare" eval '[ "$CODE" -ne 0 ] && err_has "checks"'

# ---- whose a namespace is
if mkdir -p /sys/fs/cgroup/x.slice 2>/dev/null; then
	id=$(printf '0123456789abcdef%.0s' 1 2 3 4)
	for box in "docker-$id.scope=docker 0123456789ab" "libpod-$id.scope=podman 0123456789ab" \
		"lxc.payload.web=lxc web" "machine-box.scope=machine box" "user.service=/sleep"; do
		mkdir "/sys/fs/cgroup/x.slice/${box%%=*}"
		unshare -n sh -c 'echo $$ >"$1" && exec sleep 60' - "/sys/fs/cgroup/x.slice/${box%%=*}/cgroup.procs" &
		pid=$!
		for _ in {1..50}; do
			[ "$(cat /proc/$pid/comm)" != sleep ] || break
			sleep 0.1
		done
		ip link add v0 type veth peer name v1 netns $pid
		nsb cable list dev v0
		ok "whose a namespace is: ${box#*=}" out_has "${box#*=}"
		ip link del v0
		kill $pid
		wait $pid 2>/dev/null
		rmdir "/sys/fs/cgroup/x.slice/${box%%=*}"
	done
	rmdir /sys/fs/cgroup/x.slice
fi
ok "nothing is left" no_names_left
echo "1..$COUNT"
[ "$FAILED" -eq 0 ]
