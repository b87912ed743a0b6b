# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# The plugins of "ip": what can be seen without the module.
plug()
{
	run env IP_LIB_DIR="$USER_DIR/iproute2" ip "$@"
}

if ! command -v ip >/dev/null; then
	skip "plugins of ip" "no ip here"
else
	for kind in nsveth nsbridge nsbridge_slave; do
		plug link help $kind
		ok "ip link help $kind" out_has "type $kind"
	done
	# Each setting of the header, but for those that are only read: the
	# plugin has to know what the kernel takes.
	# settings PREFIX: of the enumerators that begin with it
	settings()
	{
		sed -nE '/read only/d; s/^\t'"$1"'([A-Z_]+),.*/\1/p' \
			"$USER_DIR/../kmod/uapi/linux/if_nsbridge.h" |
			grep -vE '^(UNSPEC|PAD|PORT_.*)$' | tr '[:upper:]' '[:lower:]'
	}
	plug link help nsbridge
	for s in $(settings IFLA_NSBRIDGE_); do
		ok "nsbridge: ip knows $s" out_has "[ $s "
	done
	plug link help nsbridge_slave
	for s in $(settings IFLA_NSBRIDGE_PORT_); do
		ok "nsbridge_slave: ip knows $s" out_has "[ $s "
	done
	plug link add t0 type nsveth nonsense
	ok "nsveth: only a peer is taken" err_has 'expected "peer"'
	plug link add t0 type nsveth peer name t1 type nsveth
	ok "nsveth: a peer has no type" err_has 'leave out "type nsveth"'
	plug link add t0 type nsbridge nonsense 1
	ok "nsbridge: an unknown setting" err_has 'no setting "nonsense"'
	plug link add t0 type nsbridge quota
	ok "nsbridge: a setting without a value" err_has '"quota" needs a value'
	plug link add t0 type nsbridge group_fwd_mask 0x10000
	ok "nsbridge: a value out of range" err_has 'is no value for "group_fwd_mask"'
	plug link add t0 type nsbridge vlan_default_pvid 65536
	ok "nsbridge: a VLAN out of range" err_has 'is no value for "vlan_default_pvid"'
	plug link add t0 type nsbridge vlan_filtering 2
	ok "nsbridge: a bit is 0 or 1" err_has 'is no value for "vlan_filtering": it takes 0 | 1'
	plug link add t0 type nsbridge default_verdict unset
	ok "nsbridge: a verdict is allow or deny" err_has '"unset" is no value for "default_verdict": it takes allow | deny'
	plug link add t0 type nsbridge neigh_guard deny
	ok "nsbridge: a switch is on or off" err_has 'is no value for "neigh_guard"'
	plug link set lo type nsbridge_slave learning auto
	ok "nsbridge_slave: a switch is on or off" err_has 'is no value for "learning"'
	plug link set lo type nsbridge_slave uplink on
	ok "nsbridge_slave: what is read only" err_has 'no setting "uplink"'
fi

# The request for a pair must be veth's, byte by byte, but for the kind's name.
# What comes out is the data that goes with the kind, in hex.
cat >"$WORK/request.sh" <<'END'
strace -e trace=sendmsg -s 4000 -xx ip link add t0 mtu 1400 type "$1" \
	peer name t1 up mtu 1300 address 02:00:00:00:00:01 txqueuelen 500 \
	numtxqueues 2 index 4000 2>&1 |
	sed -n 's/.*IFLA_INFO_DATA}, "\([^"]*\)".*/\1/p'
END
if command -v strace >/dev/null && have_stock; then
	run env IP_LIB_DIR="$USER_DIR/iproute2" unshare -n sh "$WORK/request.sh" veth
	stock=$OUT
	run env IP_LIB_DIR="$USER_DIR/iproute2" unshare -n sh "$WORK/request.sh" nsveth
	ok "the request for a pair is as of veth" test -n "$stock" -a "$stock" = "$OUT"
else
	skip "the request for a pair is as of veth" "needs root, veth and strace"
fi
