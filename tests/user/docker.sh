#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2016 # ok evaluates what is quoted
# Containers of Docker as nodes of a lab: Docker's daemon itself, in namespaces of its
# own, with its files in a folder that goes with it. Where it is not installed, the
# packages are fetched from Debian (65 MB) and unpacked there. Needs root; the stock
# drivers, as the kernel of this machine has them. Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
NSBRIDGE=$PWD/user/nsbridge
if [ -z "$NSB_DOCKER_WORK" ]; then
	NSB_DOCKER_WORK=$(mktemp -d)
	export NSB_DOCKER_WORK
	trap 'rm -rf "$NSB_DOCKER_WORK"' EXIT
	if ! command -v dockerd >/dev/null; then
		(cd "$NSB_DOCKER_WORK" && apt-get download docker.io containerd runc >/dev/null 2>&1 &&
			for deb in *.deb; do dpkg -x "$deb" .; done) || {
			echo "1..0 # SKIP no Docker here, and none to be fetched"
			exit 0
		}
	fi
	# All that it leaves behind is in these namespaces.
	unshare -m -n -p -f --mount-proc "$0"
	exit
fi
WORK=$NSB_DOCKER_WORK
PATH=$WORK/usr/sbin:$WORK/usr/bin:$PATH
COUNT=0
FAILED=0

# ok WHAT COMMAND...
ok()
{
	local what=$1
	shift
	COUNT=$((COUNT + 1))
	if "$@" >"$WORK/out" 2>&1; then
		echo "ok $COUNT - $what"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $COUNT - $what"
		tail -n 5 "$WORK/out" | sed 's/^/# /'
	fi
}

mount -t tmpfs run /run
ip link set lo up
dockerd --data-root "$WORK/data" --pidfile /run/docker.pid --bridge=none --iptables=false \
	--ip-forward=false --ip-masq=false --storage-driver=vfs -H unix:///var/run/docker.sock >"$WORK/log" 2>&1 &
DAEMON=$!
for ((i = 0; i < 600; i++)); do
	docker version >/dev/null 2>&1 && break
	kill -0 $DAEMON 2>/dev/null || break
	sleep 0.1
done
echo "TAP version 13"
if ! docker version >"$WORK/out" 2>&1; then
	tail -n 3 "$WORK/log" | sed 's/^/# /'
	echo "1..0 # SKIP Docker does not run here"
	exit 0
fi
sed -n '/^Server/,$s/^ *Version: */# Docker /p' "$WORK/out" | head -n 1
mkdir -p "$WORK/image/bin"
cp "$(command -v busybox)" "$WORK/image/bin/"
ok "an image" eval 'tar -C "$WORK/image" -c . | docker import - box'
for name in web db; do
	ok "container $name" docker run -d --name $name --network none box /bin/busybox sleep 1000
done
cat >"$WORK/lab.yaml" <<END
name: containers
kind: stock
namespaces: [{name: client}, {name: web, docker: web}, {name: db, docker: db}]
bridges: [{name: br0}]
ports:
  - {namespace: client, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
  - {namespace: web, device: eth0, bridge: br0, addresses: [10.1.0.2/24]}
  - {namespace: db, device: eth0, bridge: br0, addresses: [10.1.0.3/24]}
routes: [{namespace: web, to: default, via: 10.1.0.1}]
checks:
  - probe: {from: client, to: 10.1.0.2 10.1.0.3}
  - tcp: {from: web, to: db}
END
inside() { docker exec "$1" busybox ip -o "$2"; }
ok "lab up" "$NSBRIDGE" lab up "$WORK/lab.yaml"
ok "its checks" "$NSBRIDGE" lab check containers
ok "the container has the address" eval 'inside web addr | grep -q "eth0 .*10.1.0.2/24"'
ok "and the route" eval 'inside web route | grep -q "default via 10.1.0.1"'
ok "namespace list has it as one of Docker's" eval '"$NSBRIDGE" namespace list | tee /dev/stderr | grep -Eq "[0-9a-f]{12} +docker .*busybox"'
ok "nothing differs" "$NSBRIDGE" lab diff containers
sed -i '/namespace: db, device/d; /tcp:/d; s/10.1.0.2 10.1.0.3/10.1.0.2/' "$WORK/lab.yaml"
ok "without a port of the other" "$NSBRIDGE" lab apply containers
ok "which has no such device then" eval '! inside db link | grep -q eth0'
ok "lab down" "$NSBRIDGE" lab down containers
ok "the container runs on, as it was" eval 'inside web link | grep -q lo: && ! inside web link | grep -q eth0'
docker rm -f db >/dev/null
ok "a container that is gone" eval '! "$NSBRIDGE" lab up "$WORK/lab.yaml" 2>"$WORK/err" &&
	grep -q "Docker has no running container \"db\"" "$WORK/err"'
docker rm -f web >/dev/null
kill $DAEMON
wait $DAEMON
echo "1..$COUNT"
[ $FAILED -eq 0 ]
