#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Pairs, bridges and namespaces come, move, are renamed and go at random, 1000
# times under traffic; then the module goes, with what is left. Nothing is
# leaked, and it comes back. "bridge_churn.sh STEPS SEED" does it again.
# on: uml
# timeout: 400
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/net/bridge.inc
. "$(dirname "$0")/bridge.inc"
need ether jq nsbridge modprobe dmesg
need_kind nsbridge nsveth
grep -q '^nsbridge ' /proc/modules || skip "nsbridge is not a module here"

COUNT=1000
# a debug kernel and an emulated machine take minutes for a thousand
[ "${NSB_SLOW:-1}" = 1 ] || COUNT=200
! slow_kernel || COUNT=100
COUNT=${1:-$COUNT}
SEED=${2:-$RANDOM}
note "$COUNT steps, seed $SEED"
RANDOM=$SEED
echo "nsb: churn seed $SEED" >/dev/kmsg

setup_ns host
HOST=$(real host)
PREFIX=x$$-
SPACES=() BRIDGES=() N=0
# a port that is not of our kind, among them
ip_ns host link add plug type dummy
ip_ns host link set plug up

# shellcheck disable=SC2016	# expanded at the end
on_exit 'for n in /run/netns/$PREFIX*; do ip netns del "${n##*/}" 2>/dev/null; done'

# pick ARRAY: sets PICKED to one of it
pick() {
	local -n list=$1
	[ ${#list[@]} -gt 0 ] || return 1
	PICKED=${list[RANDOM % ${#list[@]}]}
}
drop_from() {
	local -n list=$1
	local x keep=()
	for x in "${list[@]}"; do
		[ "$x" = "$2" ] || keep+=("$x")
	done
	list=("${keep[@]}")
}
# pick_dev NETNS [LETTER]: sets DEV to a device of ours there, or none
pick_dev() {
	local devs=()
	read -ra devs <<<"$(ip netns exec "$1" ls /sys/class/net | grep "^${2:-[ep]}[0-9]" | xargs)"
	[ ${#devs[@]} -gt 0 ] || return 1
	DEV=${devs[RANDOM % ${#devs[@]}]}
}
# pick_place: sets PLACE to a namespace, often the one with the bridges
pick_place() {
	if [ $((RANDOM % 3)) = 0 ] || ! pick SPACES; then
		PLACE=$HOST
	else
		PLACE=$PICKED
	fi
}

# Most of these may fail: the one who picked does not look whether it fits.
new_space() {
	[ ${#SPACES[@]} -lt 6 ] || return
	N=$((N + 1))
	ip netns add "$PREFIX$N" && SPACES+=("$PREFIX$N")
}
del_space() {
	[ ${#SPACES[@]} -gt 2 ] && pick SPACES || return
	drop_from SPACES "$PICKED"
	# sometimes with a process that keeps it a while longer
	[ $((RANDOM % 4)) != 0 ] || ip netns exec "$PICKED" sleep 0.5 &
	ip netns del "$PICKED"
}
new_bridge() {
	[ ${#BRIDGES[@]} -lt 3 ] || return
	N=$((N + 1))
	ip -n "$HOST" link add "br$N" type nsbridge && BRIDGES+=("br$N")
	ip -n "$HOST" link set "br$N" up
	[ $((RANDOM % 2)) = 0 ] || ip -n "$HOST" link set plug master "br$N"
}
del_bridge() {
	[ ${#BRIDGES[@]} -gt 1 ] && pick BRIDGES || return
	drop_from BRIDGES "$PICKED"
	ip -n "$HOST" link del "$PICKED"
}
new_pair() {
	local kind=nsveth
	pick SPACES || return
	[ "$(ip netns exec "$HOST" ls /sys/class/net | wc -l)" -lt 20 ] || return
	N=$((N + 1))
	[ $((RANDOM % 8)) != 0 ] || kind=veth
	ip -n "$HOST" link add "p$N" type $kind peer name "e$N" netns "$PICKED" || return
	ip -n "$PICKED" addr add "10.8.$((RANDOM % 250)).$((RANDOM % 250 + 1))/16" dev "e$N"
	ip -n "$PICKED" link set "e$N" up
	pick BRIDGES && ip -n "$HOST" link set "p$N" master "$PICKED" up
}
del_pair() { pick_place; pick_dev "$PLACE" && ip -n "$PLACE" link del "$DEV"; }
# Only one end of a pair: with both, two bridges would make a loop, and one
# broadcast would take the machine.
enslave() {
	pick_dev "$HOST" p && pick BRIDGES &&
		ip -n "$HOST" link set "$DEV" master "$PICKED" up
}
release() { pick_dev "$HOST" && ip -n "$HOST" link set "$DEV" nomaster; }
move() {
	local from
	pick_place
	from=$PLACE
	pick_place
	pick_dev "$from" && ip -n "$from" link set "$DEV" netns "$PLACE" &&
		ip -n "$PLACE" link set "$DEV" up
}
rename() {
	N=$((N + 1))
	pick_place
	pick_dev "$PLACE" || return
	# older kernels rename only what is down
	[ $((RANDOM % 2)) = 0 ] || ip -n "$PLACE" link set "$DEV" down
	ip -n "$PLACE" link set "$DEV" name "${DEV:0:1}$N" &&
		ip -n "$PLACE" link set "${DEV:0:1}$N" up
}
change() {
	pick_place
	pick_dev "$PLACE" || return
	case $((RANDOM % 8)) in
	0) ip -n "$PLACE" link set "$DEV" down ;;
	1) ip -n "$PLACE" link set "$DEV" mtu $((RANDOM % 8000 + 68)) ;;
	2) ip -n "$PLACE" link set "$DEV" address "02:00:00:00:04:0$((RANDOM % 4))" ;;
	3) bridge -n "$PLACE" fdb add "02:00:00:00:04:1$((RANDOM % 4))" dev "$DEV" ;;
	4) bridge -n "$PLACE" fdb del "02:00:00:00:04:1$((RANDOM % 4))" dev "$DEV" ;;
	5) ip -n "$PLACE" link add link "$DEV" name "m$N" type macvlan mode bridge &&
		ip -n "$PLACE" link set "m$N" up ;;
	*) ip -n "$PLACE" link set "$DEV" up ;;
	esac
}
look() {
	case $((RANDOM % 4)) in
	0) ip netns exec "$HOST" nsbridge -j crossing show ;;
	1) ip netns exec "$HOST" nsbridge fdb show ;;
	2) ip -n "$HOST" -d -s link show ;;
	3) bridge -n "$HOST" fdb show ;;
	esac
}
STEPS=(new_space new_space del_space new_bridge new_bridge del_bridge
	new_pair new_pair new_pair new_pair del_pair enslave enslave release
	move move move rename change change change look)

# Frames of every kind from every device of ours, until the file is gone.
traffic() {
	local n d i=0 dst
	exec >"$TMP/sent" 2>/dev/null
	while [ -e "$TMP/go" ]; do
		for n in /run/netns/"$PREFIX"* "/run/netns/$HOST"; do
			for d in $(ip netns exec "${n##*/}" ls /sys/class/net | grep '^[epb]'); do
				i=$((i + 1))
				case $((i % 4)) in
				0) dst=ff:ff:ff:ff:ff:ff ;;
				1) dst=02:00:00:00:04:0$((i % 3)) ;;
				2) dst=02:00:00:00:04:1$((i % 3)) ;;
				3) dst=02:00:00:00:99:$((i % 90 + 10)) ;;
				esac
				ip netns exec "${n##*/}" timeout 5 ether send "$d" -n 100 \
					-S 7 -d "$dst" -u 10.8.0.1,10.8.0.2
			done
		done
		sleep 0.3
	done
}

for s in new_space new_space new_bridge new_pair new_pair new_pair; do
	$s 2>/dev/null
done
touch "$TMP/go"
traffic &
TRAFFIC=$!
declare -A WORKED
for ((step = 0; step < COUNT; step++)); do
	s=${STEPS[RANDOM % ${#STEPS[@]}]}
	$s >/dev/null 2>&1 && WORKED[$s]=$((${WORKED[$s]:-0} + 1))
done
for s in "${!WORKED[@]}"; do
	echo "$s ${WORKED[$s]}"
done | sort | paste -sd, | sed 's/^/# done: /'
for s in "${STEPS[@]}"; do
	[ "${WORKED[$s]:-0}" -gt 0 ] || [ "$COUNT" -lt 300 ] || fail "$s never worked"
done
new_pair >/dev/null 2>&1

check "the module goes, under traffic" wait_for 20 modprobe -r nsbridge
rm "$TMP/go"
wait $TRAFFIC
check_num "there was traffic" "$(awk '{ n += $1 } END { print n + 0 }' "$TMP/sent")" -gt $((COUNT * 5))
check_fails "it is gone" grep -q '^nsbridge ' /proc/modules
left=$(for n in /run/netns/"$PREFIX"* "/run/netns/$HOST"; do
	ip -n "${n##*/}" -o -d link show
done | grep -cE 'nsveth|nsbridge')
check_eq "and its devices with it" 0 "$left"
for n in "${SPACES[@]}"; do
	ip netns del "$n"
done
ip_ns host link del plug

# what the kernel still waits for it complains of after 10 seconds
sleep 12
check_eq "the kernel has nothing to complain of" '' "$(dmesg |
	sed "1,/nsb: churn seed $SEED/d" |
	grep -E 'BUG:|WARNING:|unregister_netdevice: waiting|leaked|KASAN' | head -n 3)"

check "the module loads again" modprobe nsbridge
setup_ns red blue
bridge_up host br0
port red 10.1.0.1/24
port blue 10.1.0.2/24
check "and works" reaches red 10.1.0.2
