#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a Debian system that was booted with the packages installed: does all work
# with no further step, do its daemons leave the devices alone, and do tests of
# tests/net pass with the module that dkms has built?
# shellcheck source=tests/dkms/booted.inc
. /opt/tests/dkms/booted.inc
property() { has "^$2=$3\$" udevadm info -q property "/sys/class/net/$1"; }
unmanaged() { has "^$1:unmanaged" nmcli -t -f DEVICE,STATE device; }
address() { cat "/sys/class/net/$1/address"; }
same() { local a; a=$(address "$1"); echo "$a, was $2"; [ "$a" = "$2" ]; }

echo "# $(uname -r), $(systemctl is-active NetworkManager systemd-networkd systemd-udevd | xargs)"
ok "the module is not loaded" not grep -q '^nsbridge ' /proc/modules
ok "ip link add type nsbridge" ip link add br0 type nsbridge
ok "ip link add type nsveth peer name" ip link add p-a type nsveth peer name far-a
ok "the module was loaded" grep -q '^nsbridge ' /proc/modules
BR=$(address br0) PA=$(address p-a) FAR=$(address far-a)
udevadm settle -t 120
for dev in br0 p-a far-a; do
	ok "udev takes our .link for $dev" property "$dev" ID_NET_LINK_FILE '.*/80-nsbridge.link'
	ok "udev tells NetworkManager to leave $dev" property "$dev" NM_UNMANAGED 1
	ok "NetworkManager leaves $dev" unmanaged "$dev"
	ok "networkd leaves $dev" has 'unmanaged' networkctl --no-pager --no-legend list "$dev"
done
ok "br0 has the address it was made with" same br0 "$BR"
ok "p-a has" same p-a "$PA"
ok "far-a has" same far-a "$FAR"
for n in a b; do
	ip netns add "$n"
	[ $n = a ] || ip link add p-b type nsveth peer name far-b
	ip link set "far-$n" netns "$n"
	ip link set "p-$n" master br0 up
	ip -n "$n" link set "far-$n" up
done
ip link set br0 up
ip -n a addr add 10.9.0.1/24 dev far-a
ip -n b addr add 10.9.0.2/24 dev far-b
ok "a reaches b over br0" ip netns exec a ping -q -c 3 -W 10 10.9.0.2
ok "nsbridge crossing show" has ' a +b ' nsbridge crossing show bridge br0
ok "nsbridge fdb show" has 'owner' nsbridge fdb show bridge br0
ok "a lab comes up" nsbridge lab up hardened
ok "its checks pass" nsbridge lab check hardened
ok "it goes" nsbridge lab down hardened
ip netns del a
ip netns del b
ip link del br0
ok "the module goes" modprobe -r nsbridge
# the daemons are still there
for t in seed pair_create bridge_far bridge_counters bridge_switch; do
	net "$t"
done
# udevd has something to do for each of its devices: it takes a third of the rounds
NSB_SLOW=3 net module_unload
healthy
