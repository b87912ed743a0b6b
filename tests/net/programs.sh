#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Programs that were written for veth and bridge do their work on our devices:
# DHCP both ways round, ARP, streams, LLDP, captures, monitors, netlink from
# Python. One that is not installed here is named and left out. NetworkManager,
# networkd and udev are in tests/dkms/booted.sh, keepalived in bridge_vrrp.sh.
# on: 6.12
# timeout: 150
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need_kind "$KIND" "$PAIR"

# have PROGRAM: is it here?
have() { command -v "$1" >/dev/null || { note "left out: no $1 here"; return 1; }; }
# said FILE TEXT
said() { grep -qE -- "$2" "$1"; }
# show FILE: for whoever has to find out
show() { tail -n 15 "$1" | sed 's/^/# /'; }
address() { ip_ns "$1" -4 -o addr show dev eth0 | grep -q " 10\.17\.0\.$2"; }

setup_ns host red blue
no_ipv6 host red blue
bridge_up host br0
port red -
port blue -
ip_ns blue addr add 10.17.0.2/24 dev eth0

# --- DHCP, over the bridge: broadcasts, and an address that is not there yet
cat >"$TMP/script" <<'END'
#!/bin/sh
case "$reason$1" in
BOUND|REBOOT|bound)
	ip addr replace "${new_ip_address:-$ip}/24" dev "$interface" ;;
esac
END
chmod +x "$TMP/script"
if have dnsmasq; then
	spawn blue dnsmasq --no-daemon --conf-file=/dev/null --port=0 --user=root \
		--interface=eth0 --bind-interfaces --no-ping --log-dhcp \
		--dhcp-range=10.17.0.50,10.17.0.99,1h --dhcp-leasefile="$TMP/leases" \
		--log-facility="$TMP/dnsmasq.log" --pid-file
	server=$!
	wait_for 10 in_ns blue ss -Hlun sport = :67
	if busybox udhcpc --help >/dev/null 2>&1; then
		in_ns red busybox udhcpc -i eth0 -q -n -f -t 10 -T 1 -s "$TMP/script" >"$TMP/udhcpc" 2>&1 ||
			show "$TMP/udhcpc"
		check "udhcpc has an address of dnsmasq" address red '[5-9][0-9]'
		ip_ns red addr flush dev eth0
	fi
	if have dhclient; then
		in_ns red timeout 30 dhclient -1 -v -sf "$TMP/script" -lf "$TMP/lease" \
			-pf "$TMP/dhclient.pid" eth0 >"$TMP/dhclient" 2>&1 || show "$TMP/dhclient"
		check "dhclient has an address of dnsmasq" address red '[5-9][0-9]'
		kill "$(cat "$TMP/dhclient.pid" 2>/dev/null)" 2>/dev/null
		ip_ns red addr flush dev eth0
	fi
	ended $server
fi
ip_ns red addr add 10.17.0.1/24 dev eth0
check "and red reaches blue" reaches red 10.17.0.2

if have arping; then
	check "arping has answers" in_ns red arping -c 2 -w 10 -I eth0 10.17.0.2
	# DAD of an address that is taken must see it
	check_fails "arping -D sees that an address is taken" \
		in_ns red arping -q -D -c 2 -w 5 -I eth0 10.17.0.2
fi

if have iperf3; then
	spawn blue iperf3 -s -1
	wait_for 10 in_ns blue ss -Hltn sport = :5201
	check "iperf3 sends a stream" in_ns red iperf3 -c 10.17.0.2 -n 2M
fi

if have ethtool; then
	check "ethtool names the driver of a cable" eval \
		'in_ns red ethtool -i eth0 | grep -q "^driver: $PAIR\$"'
	check "ethtool -k" eval 'in_ns red ethtool -k eth0 | grep -q tcp-segmentation-offload'
	check "ethtool -S" in_ns red ethtool -S eth0
	check "ethtool names the driver of a bridge" eval \
		'in_ns host ethtool -i br0 | grep -q "^driver: $KIND\$"'
fi

# --- monitors: what happens is told
ip netns exec "$host" timeout 60 ip monitor link >"$TMP/ip" 2>&1 &
MONITORS=($!)
ip netns exec "$host" timeout 60 bridge monitor fdb >"$TMP/bridge" 2>&1 &
MONITORS+=($!)
sleep "${NSB_SLOW:-1}"
ip_ns host link add p-new type "$PAIR" peer name new netns "$red"
ip_ns host link set p-new master br0 up
ip_ns host link del p-new
check "ip monitor tells of a port" wait_for 10 said "$TMP/ip" 'p-new.* master br0'
check "and that it went" wait_for 10 said "$TMP/ip" 'Deleted .*p-new'
# What an administrator adds. Of owners and of what is learned the kernel sends
# no rtnetlink message; "nsbridge fdb" and the family's events have these.
WHERE=self
ours || WHERE=master
bridge_ns host fdb add 02:00:00:00:17:99 dev p-red $WHERE static
check "bridge monitor tells of an entry" wait_for 10 said "$TMP/bridge" '02:00:00:00:17:99 dev p-red'
bridge_ns host fdb del 02:00:00:00:17:99 dev p-red $WHERE
check "and that it went" wait_for 10 said "$TMP/bridge" 'Deleted 02:00:00:00:17:99'
kill "${MONITORS[@]}" 2>/dev/null

# --- captures
if have tshark && [ -w "${HOME:-/}" ]; then
	spawn red ping -q -i 0.2 10.17.0.2
	pinger=$!
	in_ns host timeout $((30 * ${NSB_SLOW:-1})) tshark -Q -l -n -i p-red -c 4 \
		-w "$TMP/pcap" icmp >"$TMP/tshark" 2>&1 || show "$TMP/tshark"
	ended $pinger
	check "tshark captures on a port" eval '[ "$(tshark -n -r "$TMP/pcap" 2>/dev/null |
		grep -c "Echo (ping)")" = 4 ]'
fi

# --- LLDP stays on its cable, as on any bridge, unless the mask says otherwise
if have lldpd && have lldpcli; then
	lldp() {
		spawn "$1" lldpd -d -u "/run/lldpd/$1" -I eth0 -S "system-$1" -X /dev/null
	}
	neighbour() {
		in_ns "$1" lldpcli -u "/run/lldpd/$1" show neighbors 2>/dev/null | grep -q "system-$2"
	}
	mkdir -p /run/lldpd
	lldp red
	LLDP=($!)
	lldp blue
	LLDP+=($!)
	if wait_for 10 in_ns red lldpcli -u "/run/lldpd/red" show configuration; then
		sleep 2
		check_fails "lldpd: no neighbour through the bridge" neighbour red blue
		ip_ns host link set br0 type "$KIND" group_fwd_mask 0x4000
		in_ns blue lldpcli -u "/run/lldpd/blue" update >/dev/null 2>&1
		check "lldpd: a neighbour, once the mask lets it pass" \
			wait_for 40 neighbour red blue
	else
		note "left out: lldpd does not start here"
	fi
	for p in "${LLDP[@]}"; do ended "$p"; done
fi

# --- netlink from Python
cat >"$TMP/make-bridge.py" <<'END'
import sys
from pyroute2 import IPRoute

kind, pair = sys.argv[1:]
with IPRoute() as ip:
    ip.link("add", ifname="br9", kind=kind)
    bridge = ip.link_lookup(ifname="br9")[0]
    ip.link("add", ifname="py0", kind="veth", peer="py1")
    port = ip.link_lookup(ifname="py0")[0]
    ip.link("set", index=port, master=bridge)
    ip.link("set", index=bridge, state="up")
    link = ip.get_links(bridge)[0]
    info = link.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_KIND")
    assert info == kind, info
    assert ip.get_links(port)[0].get_attr("IFLA_MASTER") == bridge
    assert any(l.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_KIND") == pair
               for l in ip.get_links() if l.get_attr("IFLA_LINKINFO"))
    ip.link("del", index=port)
    ip.link("del", index=bridge)
END
if have python3 && /usr/bin/python3 -c 'import pyroute2' 2>/dev/null; then
	check "pyroute2 makes a bridge, and lists ours" in_ns host \
		/usr/bin/python3 "$TMP/make-bridge.py" "$KIND" "$PAIR"
else
	note "left out: no pyroute2 here"
fi
