#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 100
# The netlink family under a fuzzer that knows its specification (netlink.py),
# for a guest that sees the Python of its host: as root, from a user namespace
# that has the right over a bridge of its own, and from one that has none.
#
#	tests/vm/uml.sh run -c -- "tests/fuzz/netlink.sh [COUNT [SEED [SECONDS]]]"
#
# COUNT messages each, or what there is time for; another SEED sends others.
# Prints TAP.
COUNT=${1:-4000} SEED=${2:-1}
export NSB_FUZZ_SECONDS=${3:-9}
DIR=${NSB_DIR:-/run/nsb}
SPEC=$DIR/kmod/netlink/nsbridge.yaml
FUZZ=(/usr/bin/python3 -B "$DIR/tests/fuzz/netlink.py" "$SPEC" "$COUNT")
N=0 FAILED=0

/usr/bin/python3 -c 'import yaml' 2>/dev/null || {
	echo "ok 1 - the fuzzer # SKIP no python3-yaml"
	exit 4
}

# check NAME COMMAND...
check() {
	local name=$1 out
	shift
	N=$((N + 1))
	if out=$("$@" 2>&1 </dev/null); then
		echo "ok $N - $name"
	else
		echo "not ok $N - $name"
		FAILED=1
	fi
	[ -z "$out" ] || sed 's/^/# /' <<<"$out"
}

# scene: in this network namespace a bridge with two namespaces, and a cable
scene() {
	local pids=() n
	ip link add br0 type nsbridge
	ip link set br0 up
	for n in 1 2; do
		unshare -n sleep 1000 &
		pids+=($!)
	done
	for n in 1 2; do
		until [ "$(readlink "/proc/${pids[n - 1]}/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do
			sleep 0.1
		done
		ip link add "p$n" type nsveth peer name eth0 netns "${pids[n - 1]}"
		ip link set "p$n" master br0 up
		nsenter -n -t "${pids[n - 1]}" ip link set eth0 up
	done
	ip link add c0 type nsveth peer name c1
	ip link set c0 up
	ip link set c1 up
	PIDS="${pids[*]}"
}

# inside COMMAND...: in a scene of its own
inside() {
	scene
	"$@"
	local rc=$?
	# shellcheck disable=SC2086 # a list of them
	kill $PIDS
	return "$rc"
}

# forwards: a new bridge does what it is for
forwards() {
	ip netns add one
	ip netns add two
	ip link add br1 type nsbridge
	ip link set br1 up
	local n i=0
	for n in one two; do
		i=$((i + 1))
		ip link add "q$i" type nsveth peer name eth0 netns "$n"
		ip link set "q$i" master br1 up
		ip -n "$n" addr add "10.77.0.$i/24" dev eth0
		ip -n "$n" link set eth0 up
	done
	ip netns exec one ping -q -c 3 -i 0.2 -W 5 10.77.0.2
	local rc=$?
	ip link del br1
	ip netns del one
	ip netns del two
	return "$rc"
}

# an unprivileged one, root in its own user namespace
UNPRIVILEGED=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all
	unshare -Ur)

case ${NSB_FUZZ_INSIDE:-} in
scene)
	inside "${FUZZ[@]}" "$SEED"
	exit
	;;
esac

echo "TAP version 13"
export NSB_FUZZ_INSIDE=scene
check "as root" unshare -n "$0" "$COUNT" "$SEED" "$NSB_FUZZ_SECONDS"
check "from a user namespace, on its own bridge" \
	"${UNPRIVILEGED[@]}" -n "$0" "$COUNT" $((SEED + 1)) "$NSB_FUZZ_SECONDS"
unset NSB_FUZZ_INSIDE
PIDS=
scene
check "from a user namespace, on the bridge of another" \
	"${UNPRIVILEGED[@]}" "${FUZZ[@]}" $((SEED + 2)) refused
ip link del br0
ip link del c0
# shellcheck disable=SC2086 # a list of them
kill $PIDS
for d in p1 p2; do ip link del $d 2>/dev/null; done
check "a bridge still forwards" forwards
echo "1..$N"
exit $FAILED
