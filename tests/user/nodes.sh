# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Namespaces that were there before as nodes of a lab: by the id of a process, by
# name, by path, and by container. What Docker says of a container comes over its
# socket: here from a server that answers as Docker does; docker.sh has Docker itself.
cat >"$WORK/daemon.py" <<'END'
import json, re, socketserver, sys
from http.server import BaseHTTPRequestHandler
pids = dict(a.split('=') for a in sys.argv[2:])
class Handler(BaseHTTPRequestHandler):
    def address_string(self): return 'local'
    def log_message(self, *args): pass
    def do_GET(self):
        m = re.fullmatch(r'(/v[0-9.]+)?/containers/([^/]+)/json', self.path)
        pid = pids.get(m and m[2])
        body = {'message': 'No such container'} if pid is None else \
            {'Id': 'c0ffee', 'State': {'Status': 'running', 'Pid': int(pid)}, 'Name': '/' + m[2]}
        text = json.dumps(body).encode()
        self.send_response(404 if pid is None else 200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)
socketserver.ThreadingUnixStreamServer(sys.argv[1], Handler).serve_forever()
END

# node WORDS: a lab of a new namespace and one that WORDS say
node()
{
	cat >"$WORK/node.yaml" <<END
name: $TEST_LAB-node
kind: ${NODE_KIND:-stock}
namespaces: [{name: a}, {name: old, $1}]
bridges: [{name: br0}]
ports:
  - {namespace: a, device: eth0, bridge: br0, addresses: [10.1.0.1/24]}
  - {namespace: old, device: lab0, bridge: br0, addresses: [10.1.0.2/24]}
cables:
  - ends:
      - {namespace: old, device: lab1, addresses: [10.4.0.1/24]}
      - {namespace: a, device: wire, addresses: [10.4.0.2/24]}
checks:
  - ping: {from: a, to: 10.1.0.2 10.4.0.1}
  - ping: {from: old, to: 10.1.0.1}
END
}

# How many devices a process has, but for lo.
devices()
{
	nsenter -t "$1" -n ip -o link | grep -vc ' lo: '
}

# works WHAT PID: the node of PID is one, also when the lab is edited
works()
{
	NODE=$2
	nsb lab up "$WORK/node.yaml"
	ok "$1: up" eval 'code_is 0 && quiet'
	ok "$1: two ends are in there" test "$(devices "$2")" = 2
	nsb lab check "$TEST_LAB-node"
	ok "$1: it reaches the other, and is reached" code_is 0
	nsb lab diff "$TEST_LAB-node"
	ok "$1: nothing differs" eval 'code_is 0 && [ -z "$OUT" ]'
	cp "$WORK/node.yaml" "$WORK/less.yaml"
	sed -i '/^cables:/,/wire/d; s/ 10.4.0.1}/}/; s/10.1.0.2\/24/10.1.0.3\/24/; s/10.1.0.2}/10.1.0.3}/' "$WORK/less.yaml"
	nsb lab apply "$TEST_LAB-node" "$WORK/less.yaml"
	ok "$1: less of it" eval 'code_is 0 && quiet && [ "$(devices "$NODE")" = 1 ]'
	nsb lab check "$TEST_LAB-node"
	ok "$1: with another address" code_is 0
	nsb lab apply "$TEST_LAB-node" "$WORK/node.yaml"
	ok "$1: all of it again" eval 'code_is 0 && quiet && [ "$(devices "$NODE")" = 2 ]'
	nsb lab down "$TEST_LAB-node"
	ok "$1: down takes the ends away, and nothing else" eval 'code_is 0 && quiet && [ "$(devices "$NODE")" = 0 ] && kill -0 "$NODE" && no_names_left'
}

if ! have_stock; then
	skip "nodes that are there already" "needs root, veth and bridge"
else
	unshare -n sleep 1000 &
	pid=$!
	for i in $(seq 100); do
		[ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ] || break
		sleep 0.1
	done
	node "pid: $pid"
	works pid $pid

	# it has two names then, and one that is a path
	ip netns attach "mine-$TEST_LAB" $pid
	node "netns: mine-$TEST_LAB"
	works netns $pid
	node "netns: /proc/$pid/ns/net"
	works "a path" $pid
	ip netns del "mine-$TEST_LAB"

	node "docker: web"
	DOCKER_HOST=unix://$WORK/docker.sock
	export DOCKER_HOST
	nsb lab up "$WORK/node.yaml"
	ok "docker: without Docker" eval 'code_is 1 &&
		err_has "cannot ask Docker for the container \"web\": $WORK/docker.sock: " && no_names_left'
	if command -v python3 >/dev/null; then
		"$(command -v /usr/bin/python3 || command -v python3)" "$WORK/daemon.py" "$WORK/docker.sock" web=$pid off=0 &
		daemon=$!
		for i in $(seq 300); do
			[ ! -S "$WORK/docker.sock" ] || break
			sleep 0.1
		done
		works docker $pid
		node "docker: off"
		nsb lab up "$WORK/node.yaml"
		ok "a container that does not run" eval 'code_is 1 && err_has "Docker has no running container \"off\"" && no_names_left'
		node "docker: none"
		nsb lab up "$WORK/node.yaml"
		ok "and one that is not there" eval 'code_is 1 && err_has "Docker has no running container \"none\"" && no_names_left'
		kill $daemon
		wait $daemon 2>/dev/null
	else
		skip "docker:" "no python3 here"
	fi
	unset DOCKER_HOST
	kill $pid
	wait $pid 2>/dev/null
	node "pid: $pid"
	nsb lab up "$WORK/node.yaml"
	ok "a process that is gone" eval 'code_is 1 && err_has "namespaces[1]: this namespace is not there" && no_names_left'
fi
