// SPDX-License-Identifier: GPL-2.0
/* nsbridge fdb monitor: entries that come and go. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/mac.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"

struct monitor {
	uint32_t bridge;	/* of the only one to show, or 0 */
	uint32_t port;
	struct netns_list names;
	struct out *out;	/* only in JSON */
};

static uint64_t real_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void text_head(uint64_t now, const char *what)
{
	time_t sec = now / 1000000000;
	struct tm tm;
	char text[32] = "-";

	if (localtime_r(&sec, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03llu %s", text, (unsigned long long)now / 1000000 % 1000,
	       what);
}

static void say(struct monitor *m, const struct fdb_entry *f, bool gone)
{
	char bridge[16], port[16], mac[MAC_TEXT];
	const char *what = gone ? "gone" : "new";
	uint64_t now = real_now();

	dev_name(f->ifindex, bridge);
	dev_name(f->port, port);
	mac_text(f->addr, mac);
	if (m->out) {
		out_row(m->out);
		out_str(m->out, "event", what);
		out_u64(m->out, "time", now);
		out_str(m->out, "bridge", bridge);
		out_str(m->out, "port", port);
		out_str(m->out, "mac", mac);
		out_u64(m->out, "vlan", f->vlan);
		out_ns(m->out, "namespace", &m->names, &f->ns);
		out_str(m->out, "origin", origin_name(f->origin));
		out_bool(m->out, "uplink", f->uplink);
		out_line(m->out);
		return;
	}
	text_head(now, what);
	printf(" %s %s %s", bridge, port, mac);
	if (f->vlan)
		printf(" vlan %u", f->vlan);
	printf(" namespace %s %s%s\n", netns_name(&m->names, f->ns.inode),
	       origin_name(f->origin), f->uplink ? " uplink" : "");
	fflush(stdout);
}

static void on_entry(const struct fdb_entry *f, bool gone, void *arg)
{
	struct monitor *m = arg;

	/* One that was not there when the names were read. */
	if (!netns_find(&m->names, f->ns.inode)) {
		netns_free(&m->names);
		netns_scan_names(&m->names);
	}
	if ((!m->bridge || m->bridge == f->ifindex) &&
	    (!m->port || m->port == f->port))
		say(m, f, gone);
}

static void say_lost(struct monitor *m)
{
	if (m->out) {
		out_row(m->out);
		out_str(m->out, "event", "lost");
		out_u64(m->out, "time", real_now());
		out_line(m->out);
		return;
	}
	text_head(real_now(), "lost some, they came too fast\n");
	fflush(stdout);
}

int fdb_monitor(uint32_t bridge, uint32_t port)
{
	struct monitor m = { .bridge = bridge, .port = port };
	struct genl genl;
	int err;

	if (genl_open(&genl))
		return -1;
	err = genl_fdb_listen(&genl);
	netns_scan_names(&m.names);
	if (!err && opt.json)
		m.out = out_lines();
	while (!err) {
		err = genl_fdb_next(&genl, on_entry, &m);
		if (err == -ENOBUFS) {
			say_lost(&m);
			err = 0;
		}
	}
	genl_fail(&genl, "fdb");
	genl_shut(&genl);
	netns_free(&m.names);
	free(m.out);
	return -1;
}
