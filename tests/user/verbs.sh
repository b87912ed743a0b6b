# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# What else "nsbridge lab" can do: plans, pictures, commands inside, new files.
cat >"$WORK/all.yaml" <<END
name: $TEST_LAB-all
kind: stock
namespaces:
  - {name: a, ipv6: off}
  - name: b
    sysctls: [net.ipv4.ip_forward=1, net.ipv4.conf.eth0.rp_filter=2]
    nftables: |
      table ip t {
          chain c {
              type filter hook input priority 0;
              ip saddr 10.1.0.77 drop
          }
      }
  - {name: many, replicas: 3}
bridges:
  - {name: br0, mac: 02:00:00:00:00:f0, addresses: [10.1.0.254/24, fd01::254/64], ageing_time: 6000, vlan_filtering: on}
ports:
  - {namespace: a, device: eth0, bridge: br0, mac: 02:00:00:00:00:01, mtu: 1400, addresses: [10.1.0.1/24]}
  - {namespace: b, device: eth0, bridge: br0, mac: 02:00:00:00:00:02, addresses: [10.1.0.2/24, fd01::2/64], learning: off, isolated: on, vlans: [20]}
  - {namespace: many, device: eth0, bridge: br0, mac: 02:00:00:00:00:10, addresses: [10.1.0.11/24], vlan: 20}
cables:
  - ends:
      - {namespace: many, device: up, mac: 02:00:00:00:01:10, addresses: [10.2.0.1/30]}
      - {namespace: b, device: down, mac: 02:00:00:00:02:10, addresses: [10.2.0.2/30]}
devices:
  - {namespace: b, device: eth0.20, link: eth0, vlan: 20, mac: 02:00:00:00:00:22, addresses: [10.3.0.2/24]}
verdicts:
  - {bridge: br0, from: many, to: a, verdict: deny}
neighbours:
  - {namespace: a, device: eth0, address: 10.1.0.66, mac: 02:00:00:00:00:66}
routes:
  - {namespace: a, to: 10.3.0.0/24, via: 10.1.0.2, metric: 7}
  - {namespace: b, to: "fd09::/64", via: "fd01::9"}
  - {namespace: many, to: default, via: 10.2.0.2, dev: up}
checks:
  - ping: {from: many1, to: 10.2.0.2 }
  - run: {in: a, command: 'echo "\$LAB \$LAB_SWITCH \$LAB_KIND"'}
END
# The cable's second network is not that of the first gateway.
sed -i '/to: default/d' "$WORK/all.yaml"

# Not every kernel has all of it.
have_stock && unshare -n ip link add t0 type bridge vlan_filtering 1 2>/dev/null ||
	sed -i 's/, vlan_filtering: on//; s/, vlans: \[20\]//; s/, vlan: 20}$/}/' "$WORK/all.yaml"
have_stock && unshare -n sh -c 'ip link add t0 type veth && ip link add link veth0 type vlan id 5' 2>/dev/null ||
	sed -i '/^devices:/,/^  -/d' "$WORK/all.yaml"

# All that can be seen of a lab: what is in FILE, in the order of names.
dump()
{
	for n in $(cd /run/netns && ls -d "$TEST_LAB-all"*); do
		echo "== $n"
		ip -n "$n" -d -j link show | jq -cS 'map(del(.ifindex, .link_index, .link_netnsid, .stats64,
			.promiscuity, .allmulti, .operstate, .link) | del(..|.bridge_id?, .root_id?, .hello_timer?, .tcn_timer?,
			.topology_change_timer?, .gc_timer?, .id?, .no?, .hold_timer?, .message_age_timer?,
			.forward_delay_timer?, .designated_bridge?, .designated_port?, .designated_root?,
			.root_port?) | if .ifname | test("-eth0$") then del(.address) else . end)
			| sort_by(.ifname)'
		ip -n "$n" -j addr | jq -cS 'map([.ifname, (.addr_info // [] | map(select(.scope == "global") |
			[.local, .prefixlen, .broadcast]) | sort)]) | sort'
		ip -n "$n" route show table main
		ip -n "$n" -6 route show table main proto static
		ip -n "$n" neigh show nud permanent
		ip netns exec "$n" nft list ruleset
		ip netns exec "$n" tc qdisc show dev eth0 2>/dev/null
		ip netns exec "$n" sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.disable_ipv6
		bridge -n "$n" -j vlan show | jq -cS 'sort'
	done
}

wait_carrier()
{
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ip -n "$TEST_LAB-all-switch" link show master br0 | grep -q 'state [^U]' || break
		sleep 0.2
	done
}

nsb lab up --plan "$WORK/all.yaml"
ok "up --plan prints a script" eval 'code_is 0 && quiet && out_has "ip netns add $TEST_LAB-all.many3"'
ok "and builds nothing" no_names_left
ok "which the shell can read" sh -n "$WORK/out"
nsb lab up --plan --kind nsbridge "$WORK/all.yaml"
ok "with kinds of ours, and verdicts" eval 'code_is 0 && out_has "type nsveth" &&
	out_has "crossing deny bridge br0 from $TEST_LAB-all.many2 to $TEST_LAB-all.a"'

for f in text dot mermaid svg; do
	nsb lab graph --format $f "$WORK/all.yaml"
	ok "graph: $f" eval 'code_is 0 && out_has br0 && out_has many3'
done
if command -v python3 >/dev/null; then
	cp "$WORK/out" "$WORK/svg"
	run python3 -c 'import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])' "$WORK/svg"
	ok "the last of them is XML" code_is 0
fi
nsb lab graph --format lions "$WORK/all.yaml"
ok "a picture of no format" refused 2 '"lions" is no format: one of text, dot, mermaid, svg is'

nsb lab bundled
ok "bundled labs" eval 'code_is 0 && out_has duplicate-mac && out_has "two namespaces with one MAC"'
nsb -j lab bundled
ok "in JSON" json_ok
for lab in "$USER_DIR"/labs/*.yaml; do
	nsb lab graph "$lab"
	ok "the bundled $(basename "$lab") is well formed" code_is 0
	ok "and has the name of its file, and words" eval \
		'grep -qx "name: $(basename "$lab" .yaml)" "$lab" && grep -q "^description: " "$lab"'
	page=$USER_DIR/labs/doc/$(basename "$lab" .yaml)
	ok "and a page with a picture" grep -qF "]($(basename "$page").svg)" "$page.md"
	nsb lab graph --format svg "$lab"
	ok "which is the one that graph draws (make -C user pictures)" cmp -s "$WORK/out" "$page.svg"
done
nsb lab graph "$USER_DIR/labs/private-loopback.yaml"
ok "a namespace without any device is in the picture" out_has empty
nsb lab graph --format svg "$USER_DIR/labs/three-tier.yaml"
ok "and verdicts are" eval 'out_has "deny but for:" && out_has "web &gt; app: allow"'
nsb lab graph --format svg --kind stock "$USER_DIR/labs/three-tier.yaml"
ok "but not of a stock bridge, which has none" eval 'code_is 0 && ! out_has "web &gt; app"'
nsb lab schema
ok "the schema for editors is what the command reads" cmp -s "$WORK/out" "$USER_DIR/labs/lab.schema.json"
if python3 -c 'import jsonschema, yaml' 2>/dev/null || /usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null; then
	PY=python3
	python3 -c 'import jsonschema, yaml' 2>/dev/null || PY=/usr/bin/python3
	cat >"$WORK/validate.py" <<'END'
import json, sys, jsonschema, yaml
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
for f in sys.argv[2:]:
    jsonschema.validate(yaml.safe_load(open(f)), schema)
def all_described(s):
    for k, v in s.get("properties", {}).items():
        assert "description" in v, k
        all_described(v)
    if "items" in s:
        all_described(s["items"])
all_described(schema)
END
	run $PY "$WORK/validate.py" "$USER_DIR/labs/lab.schema.json" "$USER_DIR"/labs/*.yaml "$WORK/all.yaml"
	ok "all labs are what it says" code_is 0
	sed 's/^bridges:/brigdes:/' "$WORK/all.yaml" >"$WORK/typo.yaml"
	run $PY "$WORK/validate.py" "$USER_DIR/labs/lab.schema.json" "$WORK/typo.yaml"
	ok "and one with a typing error is not" code_is 1
else
	skip "labs and their schema" "no jsonschema for python3"
fi

nsb lab new "$WORK/$TEST_LAB-new.yaml"
ok "new writes a file" eval 'code_is 0 && out_has "Next: nsbridge lab up"'
nsb lab graph "$WORK/$TEST_LAB-new.yaml"
ok "that is a lab" code_is 0
nsb lab new "$WORK/$TEST_LAB-new.yaml"
ok "and never writes over one" refused 1 'File exists'
nsb lab new "$WORK/a.b.yaml"
ok "new with a name that is none" refused 1 '"a.b" cannot be the name of a lab'
for c in exec shell capture graph new; do
	nsb lab $c
	ok "$c of nothing" refused 2 "\"$c\" needs a"
done
nsb lab exec no-such-namespace -- true
ok "exec in no namespace" refused 1 'no namespace "no-such-namespace" in a lab that is up'

if ! have_stock || ! command -v jq >/dev/null; then
	skip "plans and commands in labs" "needs root, veth, bridge and jq"
else
	nsb lab up "$WORK/all.yaml"
	ok "a lab with a bit of everything" eval 'code_is 0 && quiet'
	wait_carrier
	dump >"$WORK/dump.up" 2>&1
	nsb lab check "$TEST_LAB-all"
	ok "checks" eval 'code_is 0 && out_has "$TEST_LAB-all $TEST_LAB-all-switch stock"'
	nsb lab show "$TEST_LAB-all"
	ok "show lists verdicts" eval 'out_has "verdict" && grep -Eq "br0 +$TEST_LAB-all.many1 +$TEST_LAB-all.a +deny" "$WORK/out"'
	nsb -j lab show "$TEST_LAB-all"
	ok "in JSON" eval 'json_ok && jq -e "map(select(.verdict == \"deny\")) | length == 3" "$WORK/out" >/dev/null'
	nsb lab exec many2 -- ip -br addr show eth0
	ok "exec, with the namespace alone" eval 'code_is 0 && out_has 10.1.0.12/24'
	nsb lab exec "$TEST_LAB-all.a" sh -c 'exit 7'
	ok "exec, with the lab's name, and the command's code" code_is 7
	nsb lab exec "$TEST_LAB-all-switch" -- ls /sys/class/net
	ok "exec has the /sys of there" eval 'out_has br0 && out_has many3-eth0'
	nsb lab exec a -- no-such-command
	ok "exec of nothing that is there" refused 1 'cannot run "no-such-command"'
	run env SHELL=/bin/sh "$NSBRIDGE" lab shell a
	ok "shell" code_is 0
	if command -v tcpdump >/dev/null; then
		timeout 20 "$NSBRIDGE" lab capture b/eth0 -w "$WORK/pcap" -- arp >/dev/null 2>"$WORK/capture" &
		pid=$!
		for i in $(seq 50); do
			grep -q listening "$WORK/capture" && break
			sleep 0.1
		done
		"$NSBRIDGE" lab exec b -- arping -q -c 2 -w 2 -I eth0 10.1.0.99 2>/dev/null ||
			"$NSBRIDGE" lab exec b -- ping -q -c 1 -W 1 10.1.0.99 >/dev/null
		for i in $(seq 50); do
			[ "$(tcpdump -n -r "$WORK/pcap" 2>/dev/null | grep -c 'who-has 10.1.0.99')" -gt 0 ] && break
			sleep 0.1
		done
		kill $pid
		wait $pid 2>/dev/null
		run tcpdump -n -r "$WORK/pcap"
		ok "capture" out_has 'who-has 10.1.0.99'
	fi
	nsb lab down "$TEST_LAB-all"
	ok "down" eval 'code_is 0 && no_names_left'

	"$NSBRIDGE" lab up --plan "$WORK/all.yaml" >"$WORK/plan"
	run sh -x "$WORK/plan"
	ok "the plan is a script that runs" code_is 0
	wait_carrier
	dump >"$WORK/dump.plan" 2>&1
	for n in $(cd /run/netns && ls -d "$TEST_LAB-all"*); do
		ip netns del "$n"
	done
	run diff "$WORK/dump.up" "$WORK/dump.plan"
	ok "and builds the same as lab up" eval 'code_is 0 && [ "$(wc -l <"$WORK/dump.up")" -gt 40 ]'
	sed 's/ mtu 1400//g' "$WORK/plan" >"$WORK/plan2"
	sh "$WORK/plan2" 2>/dev/null
	wait_carrier
	dump >"$WORK/dump.plan" 2>&1
	for n in $(cd /run/netns && ls -d "$TEST_LAB-all"*); do
		ip netns del "$n"
	done
	run diff "$WORK/dump.up" "$WORK/dump.plan"
	ok "a plan with another MTU does not" code_is 1

	sed 's/drop$/lions/' "$WORK/all.yaml" >"$WORK/nft.yaml"
	nsb lab up "$WORK/nft.yaml"
	ok "nftables' own words, and nothing built" eval 'refused 1 "namespaces[1].nftables: " &&
		err_has "syntax error" && no_names_left'
	nsb lab up --keep "$WORK/nft.yaml"
	ok "up --keep leaves what there is" eval 'code_is 1 && err_has "is left as it is" &&
		[ -e "/run/netns/$TEST_LAB-all.a" ]'
	nsb lab check "$TEST_LAB-all"
	ok "which is not whole" refused 1 'is not whole'
	nsb lab down "$TEST_LAB-all"
	ok "and is taken down" eval 'code_is 0 && no_names_left'

	# processes, and a node that was there before
	ip netns add "$TEST_LAB-mine"
	cat >"$WORK/node.yaml" <<END
name: $TEST_LAB-node
kind: stock
namespaces:
  - {name: a}
  - {name: mine, netns: $TEST_LAB-mine}
bridges: [{name: br0}]
ports:
  - {namespace: a, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
  - {namespace: mine, device: lab0, bridge: br0, addresses: [10.1.0.2/24]}
cables:
  - ends:
      - {namespace: mine, device: lab1, addresses: [10.4.0.1/24]}
      - {namespace: a, device: wire, addresses: [10.4.0.2/24]}
routes:
  - {namespace: mine, to: 10.9.0.0/24, via: 10.1.0.1, dev: lab0}
processes:
  - {namespace: a, command: "sleep 1000 & sleep 1001"}
checks:
  - ping: {from: mine, to: 10.1.0.1 10.4.0.2}
END
	nsb lab up "$WORK/node.yaml"
	ok "a namespace that was there is a node" eval 'code_is 0 && quiet'
	nsb lab check "$TEST_LAB-node"
	ok "that reaches the others" code_is 0
	for i in $(seq 50); do
		[ "$(ip netns pids "$TEST_LAB-node.a" | wc -l)" -lt 2 ] || break
		sleep 0.1
	done
	ok "the lab's processes run" eval '[ "$(ip netns pids "$TEST_LAB-node.a" | wc -l)" -ge 2 ]'
	pids=$(ip netns pids "$TEST_LAB-node.a")
	nsb lab down "$TEST_LAB-node"
	# what is in a namespace goes some time after that
	for i in $(seq 50); do
		[ "$(ip -n "$TEST_LAB-mine" -o link | wc -l)" -gt 1 ] || break
		sleep 0.1
	done
	ok "down leaves it there, with what it had" eval 'code_is 0 && quiet &&
		[ "$(ip -n "$TEST_LAB-mine" -o link | wc -l)" -eq 1 ]'
	left=
	for p in $pids; do
		for i in $(seq 50); do
			# where nobody reaps them they stay, as zombies
			grep -q '^State:[^Z]*$' "/proc/$p/status" 2>/dev/null || break
			sleep 0.1
		done
		! grep -q '^State:[^Z]*$' "/proc/$p/status" 2>/dev/null || left="$left $p"
	done
	ok "and ends the processes, and those that they started" \
		eval '[ -n "$pids" ] && [ -z "$left" ]'
	ip netns del "$TEST_LAB-mine"
	nsb lab up "$WORK/node.yaml"
	ok "a node that is not there" eval 'code_is 1 && err_has "namespaces[1]: this namespace is not there"'
	ok "nothing is left of all that" no_names_left
fi
