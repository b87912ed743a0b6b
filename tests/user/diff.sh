# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# "lab diff" and "lab apply": what an edit changes, and nothing else.
cat >"$WORK/edit.yaml" <<END
name: $TEST_LAB-edit
kind: stock
namespaces:
  - {name: a, ipv6: off}
  - name: b
    sysctls: [net.ipv4.ip_forward=1, net.ipv4.conf.eth0.rp_filter=2]
    nftables: |
      table ip t {
          chain c {
              type filter hook input priority 0;
              ip saddr 10.1.0.77 counter drop
          }
      }
  - {name: many, replicas: 3}
bridges:
  - {name: br0, mac: 02:00:00:00:00:f0, addresses: [10.1.0.254/24, fd01::254/64], ageing_time: 6000}
ports:
  - {namespace: a, device: eth0, bridge: br0, mac: 02:00:00:00:00:01, mtu: 1400, addresses: [10.1.0.1/24]}
  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24, fd01::2/64], learning: off, isolated: on}
  - {namespace: many, device: eth0, bridge: br0, addresses: [10.1.0.11/24]}
cables:
  - ends:
      - {namespace: many, device: up, addresses: [10.2.0.1/30]}
      - {namespace: b, device: down, addresses: [10.2.0.2/30]}
neighbours:
  - {namespace: a, device: eth0, address: 10.1.0.66, mac: 02:00:00:00:00:66}
routes:
  - {namespace: a, to: 10.3.0.0/24, via: 10.1.0.2, metric: 7}
  - {namespace: b, to: "fd09::/64", via: "fd01::9"}
processes:
  - {namespace: a, command: exec sleep 1001$$}
  - {namespace: a, command: exec sleep 1002$$}
checks:
  - ping: {from: many1, to: 10.1.0.11 10.2.0.2}
END

# All devices of a namespace with their numbers: what was not made anew has the same.
numbers()
{
	for n in "$@"; do ip -n "$TEST_LAB-edit$n" -o link; done | sed 's/:.*@.*//; s/: .*//' | tr '\n' ' '
}

same()
{
	nsb lab diff "$TEST_LAB-edit"
	code_is 0 && quiet && [ -z "$OUT" ]
}

if ! have_stock; then
	skip "lab diff and apply" "needs root, veth and bridge"
else
	cp "$WORK/edit.yaml" "$WORK/edited.yaml"
	nsb lab diff "$TEST_LAB-edit"
	ok "diff of a lab that is not up" refused 2 'no lab "'"$TEST_LAB"'-edit" is up'
	nsb lab apply "$WORK/edited.yaml"
	ok "apply to a lab that is not up" refused 1 'no lab "'"$TEST_LAB"'-edit" is up'
	nsb lab up "$WORK/edited.yaml"
	ok "nothing differs in a lab that was just built" same
	before=$(numbers .a .b .many1 .many3 -switch)
	some=$(numbers .a .many1 .many3)
	pid=$(pgrep -xf "sleep 1002$$")

	sed -i -e 's/mtu: 1400/mtu: 1300/; s/, isolated: on//; s/ageing_time: 6000/ageing_time: 7000/' \
		-e 's/10.1.0.1\/24/10.1.0.9\/24/; s/replicas: 3/replicas: 4/; s/metric: 7/metric: 8/' \
		-e 's/10.1.0.77 counter/10.1.0.78 counter/; s/:66}/:67}/; s/net.ipv4.ip_forward=1, //' "$WORK/edited.yaml"
	nsb lab diff "$TEST_LAB-edit"
	cat >"$WORK/want" <<END
- route a 10.3.0.0/24 metric 7: via 10.1.0.2
- address a eth0 10.1.0.1/24
+ namespace many4
+ port many4 eth0: to many4-eth0
+ cable many4 up: to b down4
~ setting (switch) b-eth0 isolated: on -> off
~ setting (switch) br0 ageing_time: 6000 -> 7000
~ mtu a eth0: 1400 -> 1300
+ address a eth0 10.1.0.9/24
+ address b down4 10.2.0.14/30
+ address many4 up 10.2.0.13/30
+ address many4 eth0 10.1.0.14/24
~ neighbour a eth0 10.1.0.66: 02:00:00:00:00:66 -> 02:00:00:00:00:67
+ route a 10.3.0.0/24 metric 8: via 10.1.0.2
~ sysctl b net.ipv4.ip_forward: 1 -> 0
~ nftables b
END
	ok "what an edit changes" eval 'code_is 1 && quiet && cmp -s "$WORK/want" "$WORK/out"'
	nsb -j lab diff "$TEST_LAB-edit"
	ok "in JSON" eval 'code_is 1 && json_ok && out_has "\"change\":\"add\",\"what\":\"namespace many4\""'
	nsb lab apply "$WORK/edited.yaml"
	ok "apply" eval 'code_is 0 && quiet'
	ok "then nothing differs" same
	nsb lab check "$TEST_LAB-edit"
	ok "and its checks pass" code_is 0
	ok "what stays was not made anew" eval '[ -n "$some" ] && [ "$(numbers .a .many1 .many3)" = "$some" ] &&
		[ -n "$pid" ] && [ "$(pgrep -xf "sleep 1002$$")" = "$pid" ]'
	run ip netns exec "$TEST_LAB-edit.b" nft list ruleset
	ok "the rules are the new ones" eval 'out_has 10.1.0.78 && out_lacks 10.1.0.77'
	run ip -n "$TEST_LAB-edit.a" addr show dev eth0
	ok "the address and the MTU are" eval 'out_has 10.1.0.9/24 && out_lacks 10.1.0.1/24 && out_has "mtu 1300"'

	cp "$WORK/edit.yaml" "$WORK/edited.yaml"
	nsb lab apply "$TEST_LAB-edit" "$WORK/edit.yaml"
	ok "and back, with another file" eval 'code_is 0 && quiet && same && [ ! -e "/run/netns/$TEST_LAB-edit.many4" ]'
	# what was in a namespace goes a moment after it
	for i in $(seq 50); do
		[ "$(ip -n "$TEST_LAB-edit.b" -o link | grep -c down4)" -gt 0 ] || break
		sleep 0.1
	done
	ok "all devices are those that were built at first" [ "$(numbers .a .b .many1 .many3 -switch)" = "$before" ]

	# whatever somebody did to it by hand
	ip -n "$TEST_LAB-edit.a" addr add 10.9.9.9/24 dev eth0
	ip -n "$TEST_LAB-edit.a" route del 10.3.0.0/24
	ip -n "$TEST_LAB-edit.b" link set down down1
	ip netns del "$TEST_LAB-edit.many2"
	ip -n "$TEST_LAB-edit-switch" link del br0
	kill -9 "$pid"
	for i in $(seq 50); do
		nsb lab diff "$TEST_LAB-edit"
		! out_has "+ process" || break
		sleep 0.1
	done
	ok "what was changed by hand" eval 'code_is 1 && out_has "- address a eth0 10.9.9.9/24" &&
		out_has "+ namespace many2" && out_has "+ bridge (switch) br0: bridge" && out_has "~ state b down1: down -> up" &&
		out_has "~ bridge of (switch) a-eth0: - -> br0" && out_has "+ route a 10.3.0.0/24 metric 7"'
	nsb lab apply "$TEST_LAB-edit"
	ok "apply puts it back" eval 'code_is 0 && quiet && same'
	nsb lab check "$TEST_LAB-edit"
	ok "and the checks pass" code_is 0

	# whole or not at all
	sed -i -e 's/replicas: 3/replicas: 1/; s/via: "fd01::9"/via: "fd77::9"/; s/mtu: 1400/mtu: 1300/' \
		-e 's/sleep 1002/sleep 1003/' "$WORK/edited.yaml"
	nsb lab apply "$TEST_LAB-edit"
	ok "a failure names file, line, step and the kernel's words" eval 'code_is 1 &&
		err_has "edited.yaml:29:5: routes[1]: cannot change route b fd09::/64: " && err_has "is taken back"'
	cp "$WORK/edit.yaml" "$WORK/edited.yaml"
	ok "and the lab is as it was" same
	sed -i 's/counter drop/counter lions/' "$WORK/edited.yaml"
	nsb lab apply "$TEST_LAB-edit"
	ok "nftables' own words" eval 'code_is 1 && err_has "cannot change nftables b: " && err_has "syntax error"'
	cp "$WORK/edit.yaml" "$WORK/edited.yaml"
	ok "and the rules are as they were" same
	sed -i 's/^kind: .*/kind: nsbridge/' "$WORK/edited.yaml"
	nsb lab apply "$TEST_LAB-edit"
	ok "the kind of a lab stays" refused 1 "edited.yaml:2:7: kind: cannot change while the lab is up"
	sed -i 's/^kind: .*/kind: lions/' "$WORK/edited.yaml"
	nsb lab diff "$TEST_LAB-edit"
	ok "a file that is wrong" refused 2 "edited.yaml:2:7: kind: "
	nsb lab down "$TEST_LAB-edit"
	ok "down" eval 'code_is 0 && no_names_left'
	ok "its processes are gone" eval 'for i in $(seq 50); do pgrep -xf "sleep 100[123]$$" >/dev/null || break; sleep 0.1; done
		! pgrep -xf "sleep 100[123]$$" >/dev/null'
fi
