# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the scripts of this folder. A script exits with 0, 4 (skipped) or
# something else (failed); the header lines
#
#	# timeout: SECONDS	time limit, 60 without it
#	# slow			not in the debug kernel
#	# asked			only when asked for
#
# are read by tests/run. KIND and PAIR are the link kinds under test: with
# KIND=bridge PAIR=veth the same script runs on the stock drivers.
#
# Namespaces have short names in a script and unique ones in the kernel:
# setup_ns red makes one and sets $red to its real name; every function here
# takes the short one. They go when the script ends.

KIND=${KIND:-nsbridge}
PAIR=${PAIR:-nsveth}
FAILED=0
CHECKS=0
NS_LIST=()
ON_EXIT=()
BR_NS='' BR=''

# on_exit COMMAND: run it at the end, the last one first
on_exit() { ON_EXIT=("$*" "${ON_EXIT[@]}"); }

_end() {
	local rc=$? n p c
	trap - EXIT
	for c in "${ON_EXIT[@]}"; do
		eval "$c"
	done
	for p in $(jobs -p); do
		kill "$p" 2>/dev/null
	done
	for n in "${NS_LIST[@]}"; do
		for p in $(ip netns pids "$n" 2>/dev/null); do
			kill -9 "$p" 2>/dev/null
		done
		ip netns del "$n" 2>/dev/null
	done
	wait 2>/dev/null
	rm -rf "$TMP"
	[ $rc != 0 ] || rc=$FAILED
	[ $rc != 0 ] || [ "$CHECKS" = 0 ] || echo "1..$CHECKS"
	exit $rc
}
trap _end EXIT
trap 'exit 143' INT TERM
TMP=$(mktemp -d "/tmp/nsb.XXXXXX")

skip() { echo "SKIP: $*"; exit 4; }
fail() { echo "FAIL: $*"; exit 1; }

# need PROGRAM...
need() {
	local p
	for p; do
		command -v "$p" >/dev/null || skip "no program $p"
	done
}

# need_kind KIND...: link kinds that this kernel must know
need_kind() {
	local k
	for k; do
		case $k in
		bridge|dummy|ifb|nsbridge) ip link add "t$$" type "$k" 2>/dev/null ;;
		*) ip link add "t$$" type "$k" peer name "u$$" 2>/dev/null ;;
		esac || skip "no link kind $k"
		ip link del "t$$"
	done
}

# --- namespaces

# real NAME: the name in the kernel ("-" is where the script itself runs)
real() { printf '%s' "${!1:-$1}"; }

setup_ns() {
	local n r
	for n; do
		r=$n-$$
		ip netns add "$r" || fail "cannot make namespace $n"
		NS_LIST+=("$r")
		declare -g "$n=$r"
		ip -n "$r" link set lo up
		# duplicate address detection only makes tests slow
		in_ns "$n" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.all.accept_dad=0 2>/dev/null || true
	done
}

del_ns() {
	local n
	for n; do
		ip netns del "$(real "$n")" || return
		unset "$n"
	done
}

# in_ns NAME COMMAND...
in_ns() {
	local n
	n=$(real "$1")
	shift
	if [ "$n" = - ]; then
		"$@"
	else
		ip netns exec "$n" "$@"
	fi
}

# ip_ns NAME ARGS...: ip there, bridge_ns: bridge there
ip_ns() {
	local n
	n=$(real "$1")
	shift
	if [ "$n" = - ]; then ip "$@"; else ip -n "$n" "$@"; fi
}
bridge_ns() {
	local n
	n=$(real "$1")
	shift
	if [ "$n" = - ]; then bridge "$@"; else bridge -n "$n" "$@"; fi
}

# no_ipv6 NAME...: nobody there says anything by itself
no_ipv6() {
	local n
	for n; do
		in_ns "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
}

# --- topology

# bridge_up NS NAME [OPTIONS...]: a bridge; port uses the last one made
bridge_up() {
	BR_NS=$1 BR=$2
	shift 2
	ip_ns "$BR_NS" link add "$BR" type "$KIND" "$@" || fail "no $KIND $BR"
	ip_ns "$BR_NS" link set "$BR" up
}

# port NS ADDRESS[,ADDRESS...]|- [MAC]: a cable from NS (eth0, eth1...) to the
# bridge (p-NS, p-NS-1...); sets DEV and PORT to the two names
port() {
	local ns=$1 addrs=$2 mac=${3:-} i=0 a
	while in_ns "$ns" test -e "/sys/class/net/eth$i"; do
		i=$((i + 1))
	done
	DEV=eth$i PORT=p-$ns
	[ $i = 0 ] || PORT+=-$i
	# shellcheck disable=SC2086	# no address, no words
	ip_ns "$BR_NS" link add "$PORT" type "$PAIR" peer name "$DEV" \
		${mac:+address $mac} netns "$(real "$ns")" || fail "no cable to $ns"
	ip_ns "$BR_NS" link set "$PORT" master "$BR" || fail "$PORT does not join $BR"
	ip_ns "$BR_NS" link set "$PORT" up
	ip_ns "$ns" link set "$DEV" up
	[ "$addrs" = - ] || for a in ${addrs//,/ }; do
		ip_ns "$ns" addr add "$a" dev "$DEV" || fail "$a in $ns"
	done
	wait_for 5 is_up "$ns" "$DEV" || fail "$DEV in $ns does not come up"
}

# cable NS1 DEV1 NS2 DEV2: a pair on no bridge
cable() {
	ip_ns "$1" link add "$2" type "$PAIR" peer name "$4" netns "$(real "$3")" ||
		fail "no cable $1-$3"
	ip_ns "$1" link set "$2" up
	ip_ns "$3" link set "$4" up
	wait_for 5 is_up "$1" "$2"
}

is_up() { [ "$(in_ns "$1" cat "/sys/class/net/$2/operstate" 2>/dev/null)" = up ]; }
has_dev() { ip_ns "$1" link show dev "$2" >/dev/null 2>&1; }
mac_of() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# --- results

_ok() { CHECKS=$((CHECKS + 1)); echo "ok - $1"; }
_bad() {
	CHECKS=$((CHECKS + 1))
	FAILED=1
	echo "not ok - $1"
	shift
	printf '%s\n' "$@" | sed 's/^/    # /'
}

# check NAME COMMAND...: it must succeed
check() {
	local name=$1 out rc=0
	shift
	out=$("$@" 2>&1) || rc=$?
	if [ $rc = 0 ]; then
		_ok "$name"
	else
		_bad "$name" "$* (status $rc)" "$out"
	fi
	return 0
}

# check_fails NAME COMMAND...: it must not
check_fails() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		_bad "$name" "$* (succeeded)" "$out"
	else
		_ok "$name"
	fi
	return 0
}

# check_says NAME TEXT COMMAND...: it must fail, and say that
check_says() {
	local name=$1 text=$2 out
	shift 2
	if out=$("$@" 2>&1); then
		_bad "$name" "$* (succeeded)" "$out"
	elif ! grep -qiF -- "$text" <<<"$out"; then
		_bad "$name" "$* (does not say '$text')" "$out"
	else
		_ok "$name"
	fi
	return 0
}

# check_eq NAME WANTED FOUND
check_eq() {
	if [ "$2" = "$3" ]; then
		_ok "$1"
	else
		_bad "$1" "wanted '$2', found '$3'"
	fi
}

# check_num NAME NUMBER -eq|-ne|-lt|-le|-gt|-ge NUMBER
check_num() {
	if test "$2" "$3" "$4"; then
		_ok "$1"
	else
		_bad "$1" "not so: $2 $3 $4"
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; slow kernels get more time
wait_for() {
	local end=$((SECONDS + $1 * ${NSB_SLOW:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# --- traffic and counters

# reaches NS ADDRESS [PING-OPTIONS...]
reaches() {
	local ns=$1 addr=$2
	shift 2
	in_ns "$ns" ping -q -n -c 1 -W $((2 * ${NSB_SLOW:-1})) "$@" "$addr"
}

# not_reaches NS ADDRESS: waits less, since it has to wait in full
not_reaches() { ! in_ns "$1" ping -q -n -c 1 -W 1 "$2"; }

# stat NS DEV NAME: rx_packets, tx_dropped...
stat_of() { in_ns "$1" cat "/sys/class/net/$2/statistics/$3"; }

# ethtool_of NS DEV NAME
ethtool_of() {
	in_ns "$1" ethtool -S "$2" |
		awk -v n="$3:" '$1 == n { print $2; f = 1 } END { exit !f }'
}

# frame DST SRC TYPE [PAYLOAD]: bytes in hex, padded to 60
frame() {
	local hex
	hex=$(tr -d ': ' <<<"$1$2$3${4:-}")
	while [ ${#hex} -lt 120 ]; do
		hex+=00
	done
	printf '%s' "$hex"
}

# send_frame NS DEV HEX [COUNT]: as it is, past the IP stack
send_frame() {
	local i bytes
	bytes=$(sed 's/../\\x&/g' <<<"$3")
	for ((i = 0; i < ${4:-1}; i++)); do
		# shellcheck disable=SC2059	# the bytes are the format
		printf "$bytes" | in_ns "$1" socat -u STDIN "INTERFACE:$2" || return
	done
}

# watch NS DEV [FILTER...]: count frames from now on, with tcpdump; seen says
# how many so far. Several at a time: the key is "NS DEV".
declare -A WATCH
watch() {
	local ns=$1 dev=$2 f=$TMP/watch-$1-$2 n run=()
	shift 2
	n=$(real "$ns")
	[ "$n" = - ] || run=(ip netns exec "$n")
	# no function call: the process to kill has to be tcpdump itself.
	# -Q in: not what it sends itself
	"${run[@]}" tcpdump -i "$dev" -n -e -l -U -Q in "$@" >"$f" 2>"$f.err" &
	WATCH["$ns $dev"]=$!
	wait_for 10 grep -q 'listening on' "$f.err" ||
		fail "tcpdump on $dev in $ns: $(cat "$f.err")"
}
# seen NS DEV: ends the watching (so that the count is final), prints it
seen() {
	local f=$TMP/watch-$1-$2 pid=${WATCH["$1 $2"]}
	# what is on its way
	sleep "$((${NSB_SLOW:-1})).2"
	kill "$pid" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	grep -c '^[0-9][0-9]:' "$f"
}
# frames NS DEV: what was seen
frames() { cat "$TMP/watch-$1-$2"; }
