# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Files with one thing wrong in each: refused with file, line, column, key and what
# would be right, and nothing built. All are made of one that is right, in which
# each line has its key behind it as "#@KEY".
cat >"$WORK/good" <<END
name: $TEST_LAB-bad #@name
kind: stock #@kind
ipv6: off #@ipv6
description: words #@description
needs: #@needs
  - sh #@needs[0]
namespaces: #@namespaces
  - name: a #@namespaces[0].name
    ipv6: off #@namespaces[0].ipv6
    nftables: add table t #@namespaces[0].nftables
    sysctls: #@namespaces[0].sysctls
      - net.ipv4.ip_forward=1 #@namespaces[0].sysctls[0]
  - name: b #@namespaces[1].name
  - name: c #@namespaces[2].name
    replicas: 3 #@namespaces[2].replicas
  - name: old #@namespaces[3].name
    netns: somewhere #@namespaces[3].netns
  - name: older #@namespaces[4].name
    pid: 1 #@namespaces[4].pid
bridges: #@bridges
  - name: br0 #@bridges[0].name
    kind: stock #@bridges[0].kind
    mac: 02:00:00:00:00:01 #@bridges[0].mac
    mtu: 1500 #@bridges[0].mtu
    ageing_time: 3000 #@bridges[0].ageing_time
    quota: 10 #@bridges[0].quota
    group_fwd_mask: 8 #@bridges[0].group_fwd_mask
    max_entries: 100 #@bridges[0].max_entries
    max_crossings: 100 #@bridges[0].max_crossings
    default_verdict: deny #@bridges[0].default_verdict
    neigh_direct: on #@bridges[0].neigh_direct
    neigh_guard: on #@bridges[0].neigh_guard
    vlan_filtering: on #@bridges[0].vlan_filtering
    addresses: #@bridges[0].addresses
      - 10.0.0.254/24 #@bridges[0].addresses[0]
  - name: br1 #@bridges[1].name
ports: #@ports
  - namespace: a #@ports[0].namespace
    device: eth0 #@ports[0].device
    bridge: br0 #@ports[0].bridge
    peer: pa #@ports[0].peer
    mac: 02:00:00:00:00:0a #@ports[0].mac
    mtu: 1500 #@ports[0].mtu
    learning: on #@ports[0].learning
    flood: auto #@ports[0].flood
    mcast_flood: on #@ports[0].mcast_flood
    bcast_flood: on #@ports[0].bcast_flood
    locked: off #@ports[0].locked
    isolated: off #@ports[0].isolated
    trusted: off #@ports[0].trusted
    quota: 10 #@ports[0].quota
    vlan: 10 #@ports[0].vlan
    delay: 5 #@ports[0].delay
    jitter: 1 #@ports[0].jitter
    loss: 0.5 #@ports[0].loss
    vlans: #@ports[0].vlans
      - 20 #@ports[0].vlans[0]
    addresses: #@ports[0].addresses
      - 10.0.0.1/24 #@ports[0].addresses[0]
      - fd00::1/64 #@ports[0].addresses[1]
  - namespace: c #@ports[1].namespace
    device: eth0 #@ports[1].device
    bridge: br1 #@ports[1].bridge
    clone: off #@ports[1].clone
    addresses: [10.1.0.1/24] #@ports[1].addresses
cables: #@cables
  - ends: #@cables[0].ends
      - namespace: a #@cables[0].ends[0].namespace
        device: wire #@cables[0].ends[0].device
        delay: 1 #@cables[0].ends[0].delay
      - namespace: b #@cables[0].ends[1].namespace
        device: wire #@cables[0].ends[1].device
        mac: 02:00:00:00:00:0b #@cables[0].ends[1].mac
        mtu: 1400 #@cables[0].ends[1].mtu
        loss: 1 #@cables[0].ends[1].loss
        addresses: #@cables[0].ends[1].addresses
          - 10.2.0.2/24 #@cables[0].ends[1].addresses[0]
devices: #@devices
  - namespace: a #@devices[0].namespace
    device: eth0.5 #@devices[0].device
    link: eth0 #@devices[0].link
    vlan: 5 #@devices[0].vlan
verdicts: #@verdicts
  - bridge: br0 #@verdicts[0].bridge
    from: a #@verdicts[0].from
    to: any #@verdicts[0].to
    verdict: allow #@verdicts[0].verdict
routes: #@routes
  - namespace: b #@routes[0].namespace
    to: 10.3.0.0/24 #@routes[0].to
    via: 10.2.0.1 #@routes[0].via
    dev: wire #@routes[0].dev
    metric: 5 #@routes[0].metric
neighbours: #@neighbours
  - namespace: b #@neighbours[0].namespace
    device: wire #@neighbours[0].device
    address: 10.2.0.9 #@neighbours[0].address
    mac: 02:00:00:00:00:09 #@neighbours[0].mac
processes: #@processes
  - namespace: b #@processes[0].namespace
    command: sleep 1 #@processes[0].command
    listen: 80 #@processes[0].listen
checks: #@checks
  - what: words #@checks[0].what
    expect: pass #@checks[0].expect
    stock: fault #@checks[0].stock
    ping: #@checks[0].ping
      from: a #@checks[0].ping.from
      to: b #@checks[0].ping.to
      count: 3 #@checks[0].ping.count
      interval: 5 #@checks[0].ping.interval
      timeout: 500 #@checks[0].ping.timeout
  - tcp: #@checks[1].tcp
      from: a #@checks[1].tcp.from
      to: 10.2.0.2 #@checks[1].tcp.to
      bytes: 1000 #@checks[1].tcp.bytes
  - run: #@checks[2].run
      in: a #@checks[2].run.in
      command: "true" #@checks[2].run.command
      timeout: 1000 #@checks[2].run.timeout
END

# where KEY: sets LINE, COLUMN of its value and INDENT of the key
where()
{
	# shellcheck disable=SC2046 # three numbers
	set -- $(awk -v k="#@$1" '$NF == k {
		match($0, /^ *(- )?/); indent = RLENGTH
		match($0, /^ *(- )?([a-z0-9_]+: )?/); print NR, RLENGTH + 1, indent; exit }' "$WORK/good")
	LINE=$1 COLUMN=$2 INDENT=$3
}

# refuse NAME WORDS: the file "bad" is, with FILE:WORDS
refuse()
{
	nsb lab up "$WORK/bad.yaml"
	ok "$1" refused 1 "$WORK/bad.yaml:$2"
}

# value KEY VALUE WORDS: with that value
value()
{
	where "$1"
	awk -v k="#@$1" -v v="$2" '$NF == k { match($0, /^ *(- )?([a-z0-9_]+: )?/)
		print substr($0, 1, RLENGTH) v; next } { print }' "$WORK/good" >"$WORK/bad.yaml"
	refuse "$1: $2" "$LINE:$COLUMN: $1: $3"
}

# key KEY: with an unknown key behind that one, and with that one twice
key()
{
	where "$1"
	awk -v k="#@$1" '$NF == k { print; match($0, /^ *(- )?/)
		printf "%*slions: 3\n", RLENGTH, ""; next } { print }' "$WORK/good" >"$WORK/bad.yaml"
	refuse "$1: another key" "$((LINE + 1)):$((INDENT + 1)): ${2}lions: unknown key: accepted are "
	awk -v k="#@$1" '$NF == k { print; sub(/- /, "  "); print; next } { print }' \
		"$WORK/good" >"$WORK/bad.yaml"
	refuse "$1: twice" "$((LINE + 1)):$((INDENT + 1)): $1: is given twice: before in line $LINE"
}

# missing KEY OF: without it; it is missing in OF
missing()
{
	awk -v k="#@$1" '$NF == k { if ($0 ~ /^ *- /) { sub(/- .*/, "- #"); print }; next } { print }' \
		"$WORK/good" >"$WORK/bad.yaml"
	nsb lab up "$WORK/bad.yaml"
	words="$2: \"${1##*.}\" is missing"
	ok "$1: missing" eval 'refused 1 "$words" &&
		printf %s "$ERR" | grep -Eq "bad.yaml:[0-9]+:[0-9]+: "'
}

number='a whole number from 0 to'
netns_before=$(ls /run/netns 2>/dev/null)

sed 's/ #@[^ ]*$//' "$WORK/good" >"$WORK/bad.yaml"
nsb lab graph "$WORK/bad.yaml"
ok "the file that all these are made of is right" code_is 0

for k in namespaces[2].replicas namespaces[4].pid bridges[0].mtu bridges[0].ageing_time \
	 bridges[0].quota bridges[0].group_fwd_mask bridges[0].max_entries \
	 bridges[0].max_crossings ports[0].mtu ports[0].quota ports[0].vlan \
	 ports[0].vlans[0] cables[0].ends[1].mtu devices[0].vlan routes[0].metric \
	 processes[0].listen checks[0].ping.count checks[0].ping.interval \
	 checks[0].ping.timeout checks[2].run.timeout; do
	for v in -1 1.5 huge 012 0x 4294967296; do
		value "$k" "$v" "\"$v\" is not accepted: $number 4294967295 is"
	done
	value "$k" '[1]' 'is a list: a single value is wanted'
done
value checks[1].tcp.bytes 99999999999999999999 "\"99999999999999999999\" is not accepted: $number 18446744073709551615"

for k in ipv6 namespaces[0].ipv6 bridges[0].neigh_direct bridges[0].neigh_guard \
	 bridges[0].vlan_filtering ports[0].learning ports[0].mcast_flood \
	 ports[0].bcast_flood ports[0].locked ports[0].isolated ports[0].trusted \
	 ports[1].clone; do
	for v in maybe 2; do
		value "$k" "$v" "\"$v\" is not accepted: on or off is"
	done
	value "$k" '{a: b}' 'is a mapping: a single value is wanted'
done

for k in ports[0].delay ports[0].jitter ports[0].loss cables[0].ends[0].delay \
	 cables[0].ends[1].loss; do
	for v in -1 nan 5ms; do
		value "$k" "$v" "\"$v\" is not accepted: a number like 2.5 is"
	done
done

value kind lions '"lions" is not accepted: one of nsbridge, nsveth, bridge, veth, stock is'
value bridges[0].kind lions '"lions" is not accepted: one of nsbridge'
value bridges[0].default_verdict maybe '"maybe" is not accepted: one of allow, deny is'
value verdicts[0].verdict unset '"unset" is not accepted: one of allow, deny is'
value ports[0].flood maybe '"maybe" is not accepted: one of off, on, auto is'
value checks[0].expect maybe '"maybe" is not accepted: one of pass, fail, fault is'
value checks[0].stock maybe '"maybe" is not accepted: one of pass, fail, fault is'

for k in name description namespaces[1].name namespaces[0].nftables namespaces[0].sysctls[0] \
	 bridges[1].name bridges[0].addresses[0] ports[0].namespace ports[0].device \
	 ports[0].bridge ports[0].peer ports[0].mac cables[0].ends[0].device \
	 devices[0].link verdicts[0].bridge verdicts[0].from routes[0].to routes[0].via \
	 neighbours[0].address processes[0].command checks[0].ping.to checks[2].run.in; do
	value "$k" '""' 'is empty: a text is wanted'
	value "$k" '[a, b]' 'is a list: a single value is wanted'
done

for k in needs namespaces bridges ports cables devices verdicts routes neighbours processes \
	 checks; do
	awk -v k="$k:" '$1 == k { print k " 5"; skip = 1; next } /^[a-z]/ { skip = 0 } !skip' \
		"$WORK/good" >"$WORK/bad.yaml"
	where "$k"
	refuse "$k: no list" "$LINE:$((${#k} + 3)): $k: is a single value: a list is wanted"
	[ "$k" != needs ] || continue
	awk -v k="$k:" '$1 == k { print k " [5]"; skip = 1; next } /^[a-z]/ { skip = 0 } !skip' \
		"$WORK/good" >"$WORK/bad.yaml"
	refuse "$k: no mapping" "$LINE:$((${#k} + 4)): ${k}[0]: is a single value: a mapping of keys is wanted"
done

key name ''
key namespaces[1].name namespaces[1].
key bridges[1].name bridges[1].
key ports[0].device ports[0].
key cables[0].ends[0].device cables[0].ends[0].
key devices[0].device devices[0].
key verdicts[0].from verdicts[0].
key routes[0].to routes[0].
key neighbours[0].mac neighbours[0].
key processes[0].command processes[0].
key checks[0].what checks[0].
key checks[0].ping.to checks[0].ping.
key checks[1].tcp.to checks[1].tcp.
key checks[2].run.command checks[2].run.

missing name 1:1
for k in ports[0].device ports[0].bridge verdicts[0].verdict routes[0].to neighbours[0].mac \
	 neighbours[0].address neighbours[0].device processes[0].command checks[0].ping.to \
	 checks[1].tcp.to checks[2].run.command devices[0].device cables[0].ends[0].device; do
	missing "$k" "${k%.*}"
done

# what is of the right kind, and still wrong
value name a.b '"a.b" must be up to 100 letters, digits'
value name "a$(printf '%0100d' 0)" '"a0000'
value namespaces[1].name 'a b' '"a b" must be'
value namespaces[1].name ../x '"../x" must be'
value namespaces[1].name a '"a" is there twice'
value namespaces[2].replicas 0 '0 is not from 1 to 100000'
value namespaces[2].replicas 100001 '100001 is not from 1 to 100000'
value namespaces[4].pid 0 '0 is no process id'
value namespaces[0].sysctls[0] kernel.panic=1 '"kernel.panic=1" is not of the form net.NAME=VALUE'
value namespaces[0].sysctls[0] net.ipv4.ip_forward '"net.ipv4.ip_forward" is not of the form'
value namespaces[0].sysctls[0] net.../kernel.panic=1 '"net.../kernel.panic=1" is not of the form'
for v in sixteen-letters- this-is-too-long; do
	for k in bridges[1].name ports[0].device ports[0].peer cables[0].ends[1].device \
		 devices[0].device; do
		value "$k" "$v" "\"$v\" is too long for a device: 15 characters"
	done
done
for v in a/b . .. a:b 'a b' eth%d lo all; do
	value ports[0].device "$v" "\"$v\" cannot be the name of a device"
done
value bridges[1].name br0 '"br0" is there twice'
value ports[0].peer br1 '"br1" is the name of a bridge'
value cables[0].ends[0].device eth0 '"eth0" is there twice'
value devices[0].device wire '"wire" is there twice'
for k in bridges[0].mac ports[0].mac cables[0].ends[1].mac; do
	value "$k" 02:00:00 '"02:00:00" is no MAC address: write it as'
	value "$k" 03:00:00:00:00:01 '"03:00:00:00:00:01" is a group address, which no device can have'
	value "$k" 00:00:00:00:00:00 '"00:00:00:00:00:00" is all zero, which no device can have'
done
value neighbours[0].mac lions '"lions" is no MAC address'
for k in bridges[0].mtu ports[0].mtu cables[0].ends[1].mtu; do
	value "$k" 67 '67 is not from 68 to 65535'
	value "$k" 65536 '65536 is not from 68 to 65535'
done
value bridges[0].group_fwd_mask 65536 '65536 is not from 0 to 65535'
for k in bridges[0].addresses[0] ports[0].addresses[0] ports[0].addresses[1] \
	 cables[0].ends[1].addresses[0]; do
	for v in 10.0.0.1 10.0.0.300/24 10.0.0.1/33 10.0.0.1/ fd00::1/129 fd00::g/64 10.0.0.1/x \
		 default any 10.0.0.1/-1; do
		value "$k" "$v" "\"$v\" is no address: write it as 10.0.0.1/24"
	done
done
value ports[0].vlan 0 '0 is not from 1 to 4094'
value ports[0].vlan 4095 '4095 is not from 1 to 4094'
value ports[0].vlans[0] 4095 '4095 is not from 1 to 4094'
value ports[0].vlans[0] 10 '10 is "vlan" already'
value devices[0].vlan 4095 '4095 is not from 1 to 4094'
value ports[0].delay 60001 'more than 60000 milliseconds'
value ports[0].jitter 6 'more than "delay" is not accepted'
value ports[0].loss 101 'it is in percent: from 0 to 100'
for k in ports[0].namespace cables[0].ends[1].namespace devices[0].namespace \
	 routes[0].namespace neighbours[0].namespace processes[0].namespace \
	 checks[0].ping.from checks[1].tcp.from checks[2].run.in; do
	value "$k" nobody 'no namespace "nobody" in this lab: "namespaces" lists them'
done
value ports[0].bridge br9 'no bridge "br9" in this lab: "bridges" lists them'
value verdicts[0].bridge br9 'no bridge "br9" in this lab'
value verdicts[0].from d '"d" is no namespace of this lab, nor the bridge itself, nor "any"'
value verdicts[0].to br1 '"br1" is no namespace of this lab'
value devices[0].link eth9 'no device "eth9" in the namespace "a"'
value devices[0].namespace old '"old" is a namespace that is there already'
value processes[0].namespace old '"old" is a namespace that is there already'
value routes[0].to 10.0.0.0/40 '"10.0.0.0/40" is no network and not "default"'
value routes[0].to everywhere '"everywhere" is no network'
value routes[0].via 10.2.0.1/24 '"10.2.0.1/24" is no address: write it as 10.0.0.1'
value routes[0].via fd00::1 '"fd00::1" is not of the same version of IP'
value routes[0].dev eth9 'no device "eth9" in the namespace "b"'
value neighbours[0].address 10.2.0.9/24 '"10.2.0.9/24" is no address'
value neighbours[0].device eth9 'no device "eth9"'
value processes[0].listen 0 '0 is not from 1 to 65535'
value processes[0].listen 65536 '65536 is not from 1 to 65535'
value checks[0].expect fault '"fault" is not accepted: one of pass, fail is'
value checks[0].ping.to 10.9.9.9 'no namespace of this lab has the address "10.9.9.9"'
value checks[0].ping.to '" "' 'an address is wanted, or a namespace'
value checks[0].ping.count 100001 'more than 100000 is not accepted'
value checks[0].ping.interval 3600001 'more than 3600000 is not accepted'
value checks[2].run.timeout 3600001 'more than 3600000 is not accepted'
value needs[0] no-such-command 'there is no command "no-such-command" here: install it'

# whole NAME TEXT WORDS: a file of its own
whole()
{
	printf '%b' "$2" >"$WORK/bad.yaml"
	refuse "$1" "$3"
}
ab='name: x\nnamespaces: [{name: a}]\nbridges: [{name: b}]\n'
whole "an empty file" '' '1:1: nothing is in it'
whole "a comment only" '# lab\n' '1:1: nothing is in it'
whole "a list" '- a\n- b\n' '1:1: is a list: a mapping of keys is wanted'
whole "a word" 'lions\n' '1:1: is a single value: a mapping'
whole "no end of a list" 'name: x\nnamespaces: [\n' '3:1: not YAML: '
whole "a bracket too many" 'name: x\nnamespaces: [{name: a}]]\n' '2:24: not YAML: '
whole "a tab" 'name: x\nnamespaces:\n\t- name: a\n' '3:1: not YAML: '
whole "indented under nothing" 'name: x\n  kind: stock\n' '2:7: not YAML: '
whole "an unknown alias" 'name: *x\n' '1:7: not YAML: '
whole "two documents" 'name: x\n---\nname: y\n' '3:1: a second document begins here'
whole "no UTF-8" 'name: \0377\n' '1:1: byte 6: '
whole "a zero byte" 'name: "a\\0b"\n' '1:7: name: there is a zero byte in it'
whole "a key that is a list" '[a]: b\n' '1:1: a key is wanted here'
whole "one end" 'name: x\nnamespaces: [{name: a}]\ncables:\n  - ends: [{namespace: a, device: e}]\n' \
	'4:11: cables[0].ends: has 1 entries: 2 are wanted'
whole "two checks in one" 'name: x\nchecks:\n  - ping: {from: a, to: b}\n    tcp: {from: a, to: b}\n' \
	'3:5: checks[0]: a check is one of'
whole "no check" 'name: x\nchecks:\n  - what: nothing\n' '3:5: checks[0]: a check is one of'
whole "any to any" 'name: x\nbridges: [{name: b}]\nverdicts:\n  - {bridge: b, verdict: deny}\n' \
	'4:5: verdicts[0]: from any to any is what "default_verdict"'
whole "a route to nowhere" "${ab}routes:\n  - {namespace: a, to: default}\n" \
	'5:5: routes[0]: a route needs "via" or "dev"'
whole "jitter of nothing" "${ab}ports:\n  - {namespace: a, device: e, bridge: b, jitter: 1}\n" \
	'5:50: ports[0].jitter: there is no "delay"'
whole "VLANs without filtering" "${ab}ports:\n  - {namespace: a, device: e, bridge: b, vlan: 1}\n" \
	'5:48: ports[0].vlan: the bridge "b" has no "vlan_filtering: on"'
whole "a network too small" 'name: x\nnamespaces: [{name: a, replicas: 9}]\nbridges: [{name: b}]\nports:\n  - {namespace: a, device: e, bridge: b, addresses: [10.0.0.1/29]}\n' \
	'5:53: ports[0].addresses: "10.0.0.1/29" has no room for 7 replicas'
whole "as many of one as of the other" 'name: x\nnamespaces: [{name: a, replicas: 2}, {name: b, replicas: 3}]\ncables:\n  - ends: [{namespace: a, device: e}, {namespace: b, device: e}]\n' \
	'4:5: cables[0]: one end is 2 namespaces, the other 3'
whole "a name too long for a replica" 'name: x\nnamespaces: [{name: namespace, replicas: 10}]\nbridges: [{name: b}]\nports:\n  - {namespace: namespace, device: ether, bridge: b}\n' \
	'5:5: ports[0].peer: "namespace1-ether" is too long for a device: 15 characters are allowed, give a shorter one'
whole "two ways to a namespace" 'name: x\nnamespaces:\n  - {name: a, pid: 1, netns: b}\n' \
	'3:5: namespaces[0]: one of "netns", "pid" and "docker"'
whole "rules for one that is there" 'name: x\nnamespaces:\n  - {name: a, pid: 1, nftables: flush ruleset}\n' \
	'3:33: namespaces[0].nftables: is not for a namespace that is there already'
whole "a container with a strange name" 'name: x\nnamespaces:\n  - {name: a, docker: a/../b}\n' \
	'3:23: namespaces[0].docker: "a/../b" cannot be the name of a container'
whole "a cable between two that are there" 'name: x\nnamespaces: [{name: a, pid: 1}, {name: b, pid: 2}]\ncables:\n  - ends: [{namespace: a, device: e}, {namespace: b, device: e}]\n' \
	'4:5: cables[0]: both ends are in namespaces that are there already'
whole "a VLAN of nothing" 'name: x\nnamespaces: [{name: a}]\ndevices:\n  - {namespace: a, device: e, vlan: 4}\n' \
	'4:37: devices[0].vlan: a VLAN device needs both'
whole "a probe into a bridge" 'name: x\nnamespaces: [{name: a}]\nbridges: [{name: b, addresses: [10.0.0.1/24]}]\nchecks:\n  - probe: {from: a, to: 10.0.0.1}\n' \
	'5:26: checks[0].probe.to: "10.0.0.1" is of a bridge'
whole "any as a name" 'name: x\nnamespaces: [{name: any}]\nbridges: [{name: b}]\nverdicts:\n  - {bridge: b, from: any, to: any, verdict: deny}\n' \
	'5:23: verdicts[0].from: "any" is also a namespace'

nsb lab up "$WORK/no-such.yaml"
ok "a file that is not there" refused 1 "$WORK/no-such.yaml: No such file"
nsb lab up "$WORK/"
ok "a directory" refused 1 "Is a directory"
ok "nothing was built" eval 'no_names_left && [ "$(ls /run/netns 2>/dev/null)" = "$netns_before" ]'
