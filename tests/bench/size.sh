#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a frame from a to b costs when the table is full, and what a frame and an
# ARP request cost when ports are many. Prints
#
#	@ entries PATH N NS	a unicast frame of 64 bytes, N other entries
#	@ ports PATH N NS	the same, N ports
#	@ arp PATH N NS		an ARP request for b, N ports
#
# with the generator's own cost as the path "none".
#
#	size.sh FRAMES ENTRIES,... PORTS,...		"-" for none
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
n=${1:-5000} entries=${2:-10,1000,100000,1000000} ports=${3:-2,10,100,1000,10000}
entries=${entries//[,-]/ } ports=${ports//[,-]/ }
modprobe -qa pktgen sch_ingress cls_matchall act_gact dummy 2>/dev/null

# unicast WHAT PATH N
unicast() {
	generate a eth0 100 64 "$DEST"
	generate a eth0 "$n" 64 "$DEST" && echo "@ $1 $2 $3 $((US * 1000 / n))"
}

# arp PATH N: the program's own cost is measured with a dummy device
ARP=1,$A_MAC,$A_IP,00:00:00:00:00:00,$B_IP
send_arp() {
	ip netns exec a ether send eth0 -n "$1" -s $A_MAC -d ff:ff:ff:ff:ff:ff -a $ARP >/dev/null
}
arp() {
	local t0 t1 t2 k=1000
	send_arp 10
	t0=$(date +%s%N)
	send_arp 10
	t1=$(date +%s%N)
	send_arp $((k + 10))
	t2=$(date +%s%N)
	echo "@ arp $1 $2 $((((t2 - t1) - (t1 - t0)) / k))"
}

quiet_ns a
ip -n a link add eth0 type dummy
ip -n a link set eth0 up
generate a eth0 "$n" 64 $B_MAC && echo "@ unicast none 0 $((US * 1000 / n))"
arp none 0
ip netns del a

# Sources by the number, out of a third namespace.
for path in nsbridge veth-bridge; do
	[ -n "${entries// }" ] || break
	path_up $path
	quiet_ns c
	if [ $path = nsbridge ]; then
		ip link set br0 type nsbridge max_entries 2000000 quota 1100000
		cable nsveth c 02:00:00:00:09:03 10.9.0.3
		# of a side that is there already
		ip link set p-c type nsbridge_slave quota 1100000
	else
		ip link set br0 type bridge fdb_max_learned 0 2>/dev/null
		cable veth c 02:00:00:00:09:03 10.9.0.3
	fi
	had=0
	for k in $entries; do
		# the stock bridge's cost is known by then
		[ $path = nsbridge ] || [ "$k" -le 100000 ] || continue
		generate c eth0 $((k - had)) 64 "$DEST" "src_mac_count $((k - had))" \
			"src_mac 0a:0$((had % 7)):00:00:00:00"
		had=$k
		echo "# $path: $(nsbridge -j namespace show 2>/dev/null |
			jq -c '[.[].entries] | max' 2>/dev/null || bridge fdb show br br0 | wc -l) entries"
		unicast entries $path "$k"
	done
	ip netns del c
	path_down 2>/dev/null
done

# Their far ends are in one namespace: it is the ports that count. "ip -batch" opens
# that one again for each, and a port that is new would greet its neighbours while
# it is measured.
ulimit -n 65536
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
for path in nsbridge veth-bridge; do
	[ -n "${ports// }" ] || break
	path_up $path
	quiet_ns many
	kind=nsveth
	[ $path = nsbridge ] || kind=veth
	have=2
	for k in $ports; do
		[ $path = nsbridge ] || [ "$k" -le 1000 ] || continue
		for ((i = have; i < k; i++)); do
			echo "link add q$i type $kind peer name e$i netns many"
			echo "link set q$i master br0 up"
		done | ip -batch - || break
		echo "# $path: $k ports"
		have=$k
		# shellcheck disable=SC2016	# for the shell inside
		ip netns exec many bash -c 'for d in /sys/class/net/e*; do
			echo "link set ${d##*/} up"; done | ip -batch -' 2>/dev/null
		sleep 1
		unicast ports $path "$k"
		b_listens
		arp $path "$k"
		ip netns exec b tc qdisc add dev eth0 clsact
		ip netns exec b tc filter add dev eth0 ingress matchall action drop
	done
	ip netns del many
	path_down 2>/dev/null
done
