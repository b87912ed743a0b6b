// SPDX-License-Identifier: GPL-2.0
/* A lab to begin with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "../lib/err.h"
#include "starter.h"

static const char text[] =
	"description: two namespaces on a bridge, and a server\n"
	"\n"
	"# The drivers of this project; \"stock\" is the kernel's bridge and veth. \"lab up\n"
	"# --kind stock\" builds the same on those.\n"
	"kind: nsbridge\n"
	"\n"
	"# Each is a network of its own, in /run/netns as LAB.NAME.\n"
	"namespaces:\n"
	"  - name: red\n"
	"  - name: blue\n"
	"  # - {name: many, replicas: 10}    # many1 to many10\n"
	"  # - {name: router, sysctls: [net.ipv4.ip_forward=1]}\n"
	"\n"
	"# All bridges are in one more namespace, LAB-switch.\n"
	"bridges:\n"
	"  - name: br0\n"
	"    # default_verdict: deny         # nobody may send to anybody but for \"verdicts\"\n"
	"\n"
	"# A port is a cable from a namespace to a bridge.\n"
	"ports:\n"
	"  - {namespace: red, device: eth0, bridge: br0, addresses: [10.0.0.1/24]}\n"
	"  - {namespace: blue, device: eth0, bridge: br0, addresses: [10.0.0.2/24]}\n"
	"  # with any of: mac: 02:00:00:00:00:01, mtu: 1400, delay: 10, loss: 1.5\n"
	"\n"
	"# verdicts:\n"
	"#   - {bridge: br0, from: red, to: blue, verdict: deny}\n"
	"\n"
	"# routes:\n"
	"#   - {namespace: red, to: default, via: 10.0.0.2}\n"
	"\n"
	"# What runs as long as the lab is up.\n"
	"# processes:\n"
	"#   - {namespace: blue, command: python3 -m http.server 80, listen: 80}\n"
	"\n"
	"# What \"lab check\" tries. More of them: tcp, probe, run.\n"
	"checks:\n"
	"  - ping: {from: red, to: 10.0.0.2}\n"
	"  - tcp: {from: blue, to: red}\n"
	"  # - ping: {from: red, to: blue}\n"
	"  #   expect: fail\n";

int starter_write(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return fail("cannot write %s: %m", path);
	fprintf(f, "# A lab. Build it with: nsbridge lab up %s\nname: %s\n%s",
		path, name, text);
	if (ferror(f) | fclose(f))
		return fail("cannot write %s: %m", path);
	printf("%s is written. Next: nsbridge lab up %s; nsbridge lab check %s; nsbridge lab down %s\n",
	       path, path, name, name);
	return 0;
}
