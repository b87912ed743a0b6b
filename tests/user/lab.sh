# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Labs on the stock drivers: up, check, down, and what must not be touched.
cat >"$WORK/lab.yaml" <<END
name: $TEST_LAB
kind: stock
namespaces:
  - {name: a, ipv6: off, sysctls: [net.ipv4.conf.eth0.rp_filter=2]}
  - {name: b, sysctls: [net.ipv4.ip_forward=1]}
  - {name: c}
bridges:
  - {name: br0, addresses: [10.1.0.254/24], ageing_time: 6000}
ports:
  - {namespace: a, device: eth0, bridge: br0, mac: 02:00:00:00:00:0a, addresses: [10.1.0.1/24], mtu: 1400}
  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24, fd00::2/64], learning: off, peer: bee}
cables:
  - ends:
      - {namespace: b, device: wire, addresses: [10.2.0.1/24]}
      - {namespace: c, device: wire, addresses: [10.2.0.2/24]}
routes:
  - {namespace: a, to: 10.2.0.0/24, via: 10.1.0.2}
  - {namespace: c, to: default, via: 10.2.0.1, dev: wire}
checks:
  - ping: {from: a, to: 10.1.0.2}
  - ping: {from: a, to: 10.2.0.2, count: 2}
  - tcp: {from: c, to: 10.1.0.1, bytes: 100000}
  - probe: {from: a, to: 10.1.0.2, count: 10}
END
sed -e "s/^name:.*/name: $TEST_LAB-fails/" -e 's/via: 10.1.0.2/via: 10.9.9.9/' \
	"$WORK/lab.yaml" >"$WORK/fails.yaml"
sed -e "s/^name:.*/name: $TEST_LAB-wrong/" -e '/^checks:/,$d' \
	"$WORK/lab.yaml" >"$WORK/wrong.yaml"
cat >>"$WORK/wrong.yaml" <<END
checks:
  - ping: {from: a, to: 10.2.0.2, timeout: 300}
    expect: fail
END

if ! have_stock; then
	skip "labs on the stock drivers" "needs root, veth and bridge"
else
	in_a="ip netns exec $TEST_LAB.a"
	nsb lab up "$WORK/lab.yaml"
	ok "lab up" eval 'code_is 0 && quiet'
	nsb lab up "$WORK/lab.yaml"
	ok "a second lab up is refused" refused 1 "is there already: take it down with \"nsbridge lab down $TEST_LAB\""
	run $in_a ip -d link show eth0
	ok "MAC and MTU of a port" eval 'out_has 02:00:00:00:00:0a && out_has "mtu 1400"'
	run $in_a cat /proc/sys/net/ipv4/conf/eth0/rp_filter
	ok "a sysctl of a device" out_has 2
	run $in_a ip -6 addr
	ok "ipv6: off leaves no IPv6 address" test -z "$OUT"
	run ip -n "$TEST_LAB-switch" -d link show bee
	ok "a port's setting, and the name given with peer" eval 'out_has "learning off" && out_has "master br0"'
	run ip -n "$TEST_LAB-switch" -d link show br0
	ok "a bridge's setting" out_has "ageing_time 6000"
	nsb lab check "$TEST_LAB"
	ok "lab check passes" eval 'code_is 0 && quiet && out_lacks "NOT OK"'
	nsb -j lab check "$TEST_LAB"
	ok "lab check in JSON" eval 'code_is 0 && json_ok'
	nsb lab list
	ok "lab list" out_has "$TEST_LAB bridge up"
	nsb -j lab list
	ok "lab list in JSON" json_ok
	nsb lab show "$TEST_LAB"
	ok "lab show" eval 'out_has "$TEST_LAB.a" && out_has "a-eth0"'
	nsb -j lab show "$TEST_LAB"
	ok "lab show in JSON" json_ok

	nsb lab up "$WORK/wrong.yaml"
	ok "two labs with the same devices and addresses" code_is 0
	nsb lab check "$WORK/wrong.yaml"
	ok "a check that should fail and does not" \
		eval 'refused 1 "1 of 1 checks did not pass" && out_has "NOT OK"'
	nsb lab down "$TEST_LAB-wrong"
	ok "lab down of one" code_is 0
	cat >"$WORK/half.yaml" <<-END
		name: $TEST_LAB-half
		kind: stock
		namespaces: [{name: a}, {name: b}, {name: c, sysctls: [net.ipv4.icmp_echo_ignore_all=1]}]
		bridges: [{name: br0}]
		ports:
		  - {namespace: a, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
		  - {namespace: b, device: eth0, bridge: br0, addresses: [10.1.0.2/24]}
		  - {namespace: c, device: eth0, bridge: br0, addresses: [10.1.0.3/24]}
		checks:
		  - ping: {from: a, to: 10.1.0.2 10.1.0.3, count: 1, timeout: 500}
	END
	nsb lab up "$WORK/half.yaml"
	nsb lab check "$TEST_LAB-half"
	ok "of several the one that does not answer" eval 'code_is 1 &&
		grep -Eq "10.1.0.2 b +pass +ok " "$WORK/out" && grep -Eq "10.1.0.3 c +pass +NOT OK " "$WORK/out"'
	nsb lab down "$TEST_LAB-half"
	nsb lab check "$TEST_LAB"
	ok "leaves the other alone" code_is 0
	nsb lab down "$WORK/lab.yaml"
	ok "lab down by file" eval 'code_is 0 && quiet && no_names_left'

	nsb lab up "$WORK/fails.yaml"
	ok "a lab that fails names file, line and the kernel's words" \
		refused 1 "fails.yaml:17:5: routes[0]: cannot add the route to 10.2.0.0/24: Nexthop has invalid gateway"
	ok "and leaves nothing behind" no_names_left

	ip netns add "$TEST_LAB.b"
	nsb lab up "$WORK/lab.yaml"
	ok "a name that somebody else has is refused" refused 1 "a namespace \"$TEST_LAB.b\" is there already"
	ok "and not touched" test -e "/run/netns/$TEST_LAB.b"
	ip netns del "$TEST_LAB.b"
	ok "and everything else is gone" no_names_left

	nsb lab up "$WORK/lab.yaml"
	ip netns del "$TEST_LAB.c"
	ip netns add "$TEST_LAB.c"
	nsb lab down "$TEST_LAB"
	ok "down leaves alone what took the name of one of its own" \
		eval 'code_is 0 && test -e "/run/netns/$TEST_LAB.c" && ! test -e "/run/netns/$TEST_LAB.a"'
	ip netns del "$TEST_LAB.c"

	nsb lab up --kind nsbridge "$WORK/lab.yaml"
	if [ "$CODE" -eq 0 ]; then
		nsb lab check "$TEST_LAB"
		ok "the same file on nsbridge" code_is 0
		nsb lab down "$TEST_LAB"
	else
		ok "nsbridge without the module says what to type" refused 1 'modprobe nsbridge'
	fi
	ok "nothing is left" no_names_left
fi

if is_root && command -v setpriv >/dev/null; then
	chmod 755 "$WORK"
	chmod 644 "$WORK"/*.yaml
	run setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all \
		"$NSBRIDGE" lab up "$WORK/lab.yaml"
	ok "without privilege it says so" refused 1 "needs root"
	ok "and makes nothing" no_names_left
fi
