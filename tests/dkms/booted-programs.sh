#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In Debian 12, booted with the packages installed: containers of podman that get
# their end of a cable by pid, a network of mininet, and other programs that are
# too much for the small guest of tests/net; then the packages' own tests.
# shellcheck source=tests/dkms/booted.inc
. /opt/tests/dkms/booted.inc

pid_of() { podman inspect -f '{{.State.Pid}}' "$1"; }
inside() { local pid; pid=$(pid_of "$1") || return; shift; nsenter -t "$pid" -n "$@"; }
pings() { inside "$1" ping -q -c 1 -W 10 "$2"; }
# wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1 * NSB_SLOW))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

echo "# $(podman --version), mininet $(mn --version 2>&1 | tail -n 1), $(crun --version | head -n 1)"

# --- podman: a container without a network of its own, and a cable into it
image() {
	local p lib
	mkdir -p "/srv/image/tmp" /srv/image/{proc,sys,dev,etc,run}
	for p in /bin/sleep /bin/cat; do
		for lib in "$p" $(ldd "$p" | grep -o '/[^ ]*'); do
			mkdir -p "/srv/image$(dirname "$lib")"
			cp -L "$lib" "/srv/image$lib"
		done
	done
	tar -C /srv/image -c . | podman import - sleeper
}
start() { podman run -d --name "$1" --network none sleeper /bin/sleep 100000; }
# attach NAME ADDRESS: by the pid of the container's first process
attach() {
	local pid
	pid=$(pid_of "$1") || return
	ip link add "p-$1" type nsveth peer name eth0 netns "$pid" &&
		ip link set "p-$1" master br0 up &&
		inside "$1" ip link set eth0 up && inside "$1" ip addr add "$2/24" dev eth0
}
ok "podman imports an image" image
ok "a bridge" ip link add br0 type nsbridge
ip link set br0 up
for c in red blue; do
	ok "podman starts $c" start $c
	ok "a cable to the pid of $c" attach $c "10.8.0.$([ $c = red ]; echo $(($? + 1)))"
done
ok "red reaches blue" pings red 10.8.0.2
id=$(podman inspect -f '{{.Id}}' red)
ok "nsbridge cable list says whose it is" has "p-red.*podman ${id:0:12}" nsbridge cable list
ok "their crossing is counted" has '"frames": *[1-9]' nsbridge -j crossing show bridge br0
ok "a crossing is denied by pid" nsbridge crossing deny bridge br0 from "pid:$(pid_of red)" to "pid:$(pid_of blue)"
ok "and red does not reach blue" not pings red 10.8.0.2
ok "a container that goes" podman rm -f -t 0 blue
port_gone() { [ ! -e /sys/class/net/p-blue ]; }
ok "takes its cable along" wait_for 20 port_gone
ok "podman removes the other" podman rm -f -t 0 red
ip link del br0

# --- mininet: its own classes, our kinds
ok "mininet: three hosts, two switches, all reach all" python3 /opt/tests/dkms/mininet-net.py
ok "mininet has left nothing" not has 's1|h1-' ip -o link

# --- lldpd, pyroute2, monitors
net programs

ok "autopkgtest: devices, command" bash /opt/tests/dkms/autopkgtest.sh
healthy
