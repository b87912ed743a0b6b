#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boot a Debian kernel in qemu, load the module, run scripts, power off:
#
#	run.sh [options] -- SCRIPT...		("SCRIPT ARG ARG" is one word)
#	run.sh [options] --shell
#
#	-k 6.1|6.12|7.3|6.12-arm64|kcsan	kernel (6.1); the last is kcsan.sh's
#	-s CPUS		(1)
#	-m MB		memory (1024)
#	-t SECONDS	limit for the whole run (600; from the scripts with -c)
#	-n		without nsbridge.ko: stock drivers only
#	-c		test run: every script has its time limit, must leave nothing
#			behind and must not upset the kernel
#	-p		print the guest's "@@" lines too
#	-a ARGS		more kernel arguments
#	-q ARGS		more qemu arguments
#
# Prints what the scripts print; the exit status is that of the last one that
# failed, 125 when the guest died, 126 when only the kernel log is bad.
set -euo pipefail
# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/vm/stage.sh
. "$VM/stage.sh"

K=6.1 SMP=1 MEM=1024 LIMIT='' MODULE=1 CHECK='' PROTOCOL='' SHELL_ONLY=''
APPEND='' QEMU='' GUEST=vm
usage() { sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while getopts 'k:s:m:t:ncpa:q:-:h' o; do
	case $o in
	k) K=$OPTARG ;;
	s) SMP=$OPTARG ;;
	m) MEM=$OPTARG ;;
	t) LIMIT=$OPTARG ;;
	n) MODULE='' ;;
	c) CHECK=1 ;;
	p) PROTOCOL=1 ;;
	a) APPEND=$OPTARG ;;
	q) QEMU=$OPTARG ;;
	-) [ "$OPTARG" = shell ] || usage
	   SHELL_ONLY=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || [ -n "$SHELL_ONLY" ] || usage

# What the guest's root is made of. Programs that the host lacks are left out:
# a script that needs one says so.
PROGRAMS=(bash sh ip bridge tc ss tcpdump ethtool nft ping arping iperf3 socat
	awk mawk gawk sed grep find xargs timeout mount umount unshare nsenter
	setpriv stty ps pgrep pkill sysctl dmesg kmod modprobe insmod rmmod lsmod
	depmod setsid sleep date cat ls cp mv rm mkdir rmdir ln chmod chown touch
	head tail sort uniq wc cut tr tee seq od dd env printf test true false
	basename dirname readlink realpath mktemp stat id uname nproc sha256sum
	diff cmp jq busybox script lsns taskset nice kill ip6tables-nft bpftool
	comm paste join shuf numfmt base64 xxd flock hostname getopt strace stdbuf
	keepalived macof)
MODULES=(veth bridge tun vxlan dummy macvlan macvtap ipvlan 8021q bonding vrf
	ifb geneve ip_gre nf_tables nft_chain_nat nft_ct nft_masq nft_nat nft_redir
	nft_reject nft_reject_inet nft_reject_netdev nft_reject_bridge nft_limit
	nft_log nft_numgen nft_objref nft_hash nft_quota nft_fib_inet nft_fib_netdev
	nft_fwd_netdev nft_dup_netdev nft_meta_bridge nf_conntrack nf_nat
	nf_conntrack_netlink nf_log_syslog br_netfilter sch_ingress sch_netem
	sch_fq sch_fq_codel sch_tbf sch_prio cls_matchall cls_u32 cls_flower
	cls_bpf act_gact act_mirred act_skbedit act_vlan act_police pktgen
	af_packet packet_diag af_packet_diag unix_diag inet_diag tcp_diag
	udp_diag raw_diag netlink_diag llc stp netkit ipv6)
# the few that scripts may take for granted; others come when asked for
PRELOAD=(af_packet bridge veth)

base_root() {
	local key dir p f
	key=$({
		declare -f base_root
		dpkg-query -W 2>/dev/null
		printf '%s\n' "${PROGRAMS[@]}"
	} | sha256sum | cut -c1-16)
	BASE=$CACHE/vm/base-$key.cpio
	[ ! -f "$BASE" ] || return 0
	step "making the guest's root"
	dir=$CACHE/vm/base.$$
	mkdir -p "$dir"/usr/{bin,sbin,lib,lib64,share} \
		"$dir"/{etc,proc,sys,dev,run,tmp,var,root,nsb}
	for p in bin sbin lib lib64; do
		ln -s "usr/$p" "$dir/$p"
	done
	ln -s ../run "$dir/var/run"
	mkdir -p "$dir/lib/modules"
	printf '%s\n' root:x:0:0:root:/root:/bin/bash tcpdump:x:100:100::/:/bin/false \
		nobody:x:65534:65534::/:/bin/false >"$dir/etc/passwd"
	printf '%s\n' root:x:0: tcpdump:x:100: nogroup:x:65534: >"$dir/etc/group"
	echo 'passwd: files' >"$dir/etc/nsswitch.conf"
	for f in /etc/iproute2 /usr/share/iproute2 /etc/protocols /etc/services \
			/etc/ethertypes /usr/lib/tc /usr/share/terminfo /lib/terminfo; do
		[ ! -e "$f" ] || { mkdir -p "$dir${f%/*}"; cp -rL "$f" "$dir${f%/*}/"; }
	done
	rm -rf "$dir/usr/share/terminfo/"[!lxsv]*
	for p in "${PROGRAMS[@]}"; do
		f=$(command -v "$p" 2>/dev/null) || continue
		case $f in /*) ;; *) f=$(type -P "$p") || continue ;; esac
		if [ "$(readlink -f "$f")" = "$(readlink -f /bin/kmod)" ]; then
			cp -L "$f" "$dir/usr/sbin/$p"
		else
			cp -L "$f" "$dir/usr/bin/$p"
		fi
		ldd "$f" 2>/dev/null | grep -o '/[^ ]*' >>"$dir.libs" || true
	done
	sort -u "$dir.libs" | while read -r f; do
		mkdir -p "$dir$(dirname "$f")"
		cp -Lu "$f" "$dir$f"
	done
	busybox --list | while read -r p; do
		[ -e "$dir/usr/bin/$p" ] || [ -e "$dir/usr/sbin/$p" ] ||
			ln -s busybox "$dir/usr/bin/$p"
	done
	(cd "$dir" && find . | cpio -o -H newc --quiet -R 0:0) >"$BASE.$$"
	mv "$BASE.$$" "$BASE"
	rm -rf "$dir" "$dir.libs"
}

# The stock modules, uncompressed: unpacking them is slow in an emulator.
module_tree() {
	local src rel key m f
	src=$(kdir "$K")
	rel=$(cat "$src/release")
	key=$(echo "$rel ${MODULES[*]}" | sha256sum | cut -c1-16)
	TREE=$CACHE/vm/modules-$K-$key
	[ ! -d "$TREE" ] || return 0
	rm -rf "$TREE.new"
	mkdir -p "$TREE.new/lib/modules/$rel/kernel"
	for m in "${MODULES[@]}"; do
		modprobe -d "$src" -S "$rel" --show-depends "$m" 2>/dev/null || true
	done | sed -n 's/^insmod //p' | sort -u | while read -r f _; do
		m=$TREE.new/lib/modules/$rel/kernel/$(basename "$f")
		case $f in
		*.xz) xz -dc "$f" >"${m%.xz}" ;;
		*.zst) zstd -qdc "$f" >"${m%.zst}" ;;
		*) cp "$f" "$m" ;;
		esac
	done
	cp "$src/lib/modules/$rel"/modules.{order,builtin*} "$TREE.new/lib/modules/$rel/"
	mv "$TREE.new" "$TREE"
}

# A real boot decides: /dev/kvm may be there and yet not run a kernel.
accelerator() {
	local key note=$CACHE/vm/accel
	[ -z "${NSB_ACCEL:-}" ] || { ACCEL=$NSB_ACCEL; return; }
	if [ ! -w /dev/kvm ]; then
		ACCEL=tcg
		return
	fi
	key="$(uname -r) $(cat /proc/sys/kernel/random/boot_id) $(grep -m1 '^model name' /proc/cpuinfo)"
	if [ "$(head -n 1 "$note" 2>/dev/null)" != "$key" ]; then
		step "trying KVM (10 s at most)"
		printf 'true\n' >"$CACHE/vm/true.sh"
		if NSB_ACCEL=kvm "$0" -k "$K" -n -t 10 -- "$CACHE/vm/true.sh" >/dev/null 2>&1; then
			ACCEL=kvm
		else
			ACCEL=tcg
		fi
		printf '%s\n%s\n' "$key" "$ACCEL" >"$note"
	fi
	ACCEL=$(sed -n 2p "$note")
}

if ! command -v qemu-system-x86_64 >/dev/null || ! command -v busybox >/dev/null; then
	"$VM/deps.sh" demo
fi
# What another architecture has otherwise (arm64.inc): these, base_root, userland
CPU=max
MACHINE=(qemu-system-x86_64)
CONSOLE='console=ttyS0 nsb_tty=ttyS1'
ANSWERS=(-serial chardev:s)
if [[ $K == *-arm64 ]]; then
	# shellcheck source=tests/vm/arm64.inc
	. "$VM/arm64.inc"
elif [ "$K" = kcsan ]; then
	"$VM/kcsan.sh"
else
	"$VM/fetch.sh" "$K"
fi
mkdir -p "$CACHE/vm" "$CACHE/run" "$CACHE/log"
RUN=$(mktemp -d "$CACHE/run/$K.XXXXXX")
trap 'rm -rf "$RUN"' EXIT
trap 'exit 130' INT TERM
[ -z "$MODULE" ] || "$VM/build.sh" -o "$RUN/nsbridge.ko" "$K" >/dev/null
accelerator
# two at a time, since each may have to make them
(lock base; base_root; module_tree)
base_root
module_tree
# those of earlier versions; one in use is younger
touch "$BASE" "$TREE"
find "$CACHE/vm" -mindepth 1 -maxdepth 1 -mtime +3 \( -name 'base-*' -o -name 'modules-*' \) \
	-exec rm -rf {} +
FACTOR=1
[ "$ACCEL" = kvm ] || FACTOR=2
# There the other processor has to come by while the first one waits, which in an
# emulator on a busy host takes long.
[ "$K" != kcsan ] || {
	FACTOR=$((FACTOR * 3))
	APPEND+=" kcsan.udelay_task=1000 kcsan.udelay_interrupt=200 kcsan.skip_watch=200"
}

stage "$RUN/nsb" "$FACTOR" "$@"
REL=$(cat "$(kdir "$K")/release")
cp -rl "$TREE/lib" "$RUN/nsb/modroot/"
[ -z "$MODULE" ] || {
	mkdir -p "$RUN/nsb/modroot/lib/modules/$REL/extra"
	cp "$RUN/nsbridge.ko" "$RUN/nsb/modroot/lib/modules/$REL/extra/"
}
depmod -b "$RUN/nsb/modroot" "$REL"
printf '%s\n' "${PRELOAD[@]}" >"$RUN/nsb/stock"
# what the command is linked with; the base knows nothing of it
ROOT=$RUN/root
mkdir -p "$ROOT"
{ ldd "$RUN/nsb/bin/nsbridge" 2>/dev/null || true; } | { grep -o '/[^ ]*' || true; } |
	while read -r lib; do
		# the base's links of a merged /usr stay links
		lib=${lib#/usr}
		mkdir -p "$ROOT/usr${lib%/*}"
		cp -L "$lib" "$ROOT/usr$lib"
	done
mv "$RUN/nsb" "$ROOT/nsb"
ln -s nsb/init "$ROOT/init"
{
	cat "$BASE"
	cd "$ROOT" && find . -mindepth 1 | cpio -o -H newc --quiet -R 0:0
} >"$RUN/initrd"

if [ -z "$LIMIT" ]; then
	LIMIT=600
	[ -z "$CHECK" ] || LIMIT=$(stage_limit "$ROOT/nsb")
	[ -z "$SHELL_ONLY" ] || LIMIT=0
fi
LOG=$RUN/kernel.log
: >"$LOG"
ACCELERATOR=tcg
[ "$SMP" = 1 ] || ACCELERATOR=tcg,thread=multi
[ "$ACCEL" = tcg ] || CPU=host ACCELERATOR=kvm
QUIET=quiet
[ -z "${NSB_VERBOSE:-}" ] || QUIET=
# shellcheck disable=SC2206	# words are meant
CMD=("${MACHINE[@]}" -accel $ACCELERATOR -cpu $CPU -smp "$SMP" -m "$MEM"
	-nodefaults -no-user-config -display none -nic none -no-reboot
	-kernel "$(kdir "$K")/vmlinuz" -initrd "$RUN/initrd"
	-append "$CONSOLE $QUIET panic=-1 oops=panic nokaslr mitigations=off
		hung_task_panic=0 net.ifnames=0 nsb_dir=/nsb $APPEND"
	-serial "file:$LOG" $QEMU)

if [ -n "$SHELL_ONLY" ]; then
	"${CMD[@]}" -chardev stdio,id=s,signal=off "${ANSWERS[@]}"
	exit
fi
rc=0
# not in the background, so that ^C reaches it
# --foreground: in the caller's process group, or it would outlive it
timeout --foreground -k 5 "$LIMIT" "${CMD[@]}" -chardev stdio,id=s "${ANSWERS[@]}" \
	</dev/null 2>"$RUN/qemu.err" |
	results "$RUN/status" || rc=${PIPESTATUS[0]}
[ ! -s "$RUN/qemu.err" ] || grep -v terminating "$RUN/qemu.err" >&2 || true
cp "$LOG" "$CACHE/log/vm-$K.log"
finish "$RUN/status" "$CACHE/log/vm-$K.log" "$rc"
