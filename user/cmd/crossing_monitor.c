// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing monitor: what happens, as the kernel tells it. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <netinet/in.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "../lib/netns_proc.h"
#include "crossing.h"

struct dev {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
};

/* What is told of is often gone when it is told, so names are kept. */
struct monitor {
	uint32_t ifindex;	/* of the only bridge to show, or 0 */
	struct netns_list names;	/* with cookies */
	struct dev *dev;
	size_t n_devs;
	struct out *out;	/* only in JSON */
	uint64_t now;		/* when the event came, ns since 1970 */
};

/* Its name, or the last it had. */
static const char *dev_of(struct monitor *m, uint32_t ifindex)
{
	char name[IF_NAMESIZE];
	struct dev *dev;
	size_t i;

	for (i = 0; i < m->n_devs && m->dev[i].ifindex != ifindex; i++)
		;
	if (i == m->n_devs) {
		m->dev = xalloc(m->dev, ++m->n_devs * sizeof(*m->dev));
		m->dev[i].ifindex = ifindex;
		snprintf(m->dev[i].name, IF_NAMESIZE, "if%u", ifindex);
	}
	dev = &m->dev[i];
	if (if_indextoname(ifindex, name))
		memcpy(dev->name, name, sizeof(name));
	return dev->name;
}

/* An inode number may come back with another namespace, a cookie never. */
static void learn(struct monitor *m, struct netns_list *all,
		  const struct ns_ref *ref)
{
	struct netns *ns = netns_find(&m->names, ref->inode);

	if (!ns)
		ns = netns_add(&m->names, ref->inode, NETNS_FD, "");
	free(ns->name);
	ns->name = xstrdup(netns_name(all, ref->inode));
	ns->cookie = ref->cookie;
}

static void meet(struct monitor *m, const struct ns_ref *ref)
{
	const struct netns *ns = netns_find(&m->names, ref->inode);
	struct netns_list all;

	/* One that had no name may have been given one. */
	if (ns && ns->cookie == ref->cookie && strncmp(ns->name, "net:[", 5))
		return;
	netns_scan_names(&all);
	learn(m, &all, ref);
	netns_free(&all);
}

static void text_head(const struct monitor *m, const char *dev, const char *what)
{
	time_t sec = m->now / 1000000000;
	struct tm tm;
	char text[32] = "-";

	if (localtime_r(&sec, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03llu %s %s", text,
	       (unsigned long long)m->now / 1000000 % 1000, dev, what);
}

static void text_end(void)
{
	putchar('\n');
	fflush(stdout);
}

static void json_head(struct monitor *m, const char *what)
{
	out_row(m->out);
	out_str(m->out, "event", what);
	out_u64(m->out, "time", m->now);
}

static void now(struct monitor *m)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	m->now = ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static const char *ip_text(const unsigned char *ip, char *buf)
{
	struct in6_addr addr;

	memcpy(&addr, ip, sizeof(addr));
	if (IN6_IS_ADDR_V4MAPPED(&addr))
		return inet_ntop(AF_INET, ip + 12, buf, INET6_ADDRSTRLEN);
	return inet_ntop(AF_INET6, ip, buf, INET6_ADDRSTRLEN);
}

static void event_json(struct monitor *m, const struct event *e)
{
	char text[INET6_ADDRSTRLEN];

	json_head(m, happening_name(e->happening));
	out_str(m->out, "bridge", dev_of(m, e->ifindex));
	if (e->port)
		out_str(m->out, "port", dev_of(m, e->port));
	if (e->has_ns)
		out_ns(m->out, "namespace", &m->names, &e->ns);
	if (e->has_other)
		out_ns(m->out, "first", &m->names, &e->other);
	if (e->has_addr)
		out_str(m->out, "mac", mac_text(e->addr, text));
	if (e->has_ip)
		out_str(m->out, "ip", ip_text(e->ip, text));
	out_line(m->out);
}

static void event_text(struct monitor *m, const struct event *e)
{
	char text[INET6_ADDRSTRLEN];

	text_head(m, dev_of(m, e->ifindex), happening_name(e->happening));
	if (e->has_ns)
		printf(" namespace %s", netns_name(&m->names, e->ns.inode));
	if (e->port)
		printf(" port %s", dev_of(m, e->port));
	if (e->has_addr)
		printf(" mac %s", mac_text(e->addr, text));
	if (e->has_ip)
		printf(" ip %s", ip_text(e->ip, text));
	if (e->has_other)
		printf(" first %s", netns_name(&m->names, e->other.inode));
	text_end();
}

static void on_event(const struct event *e, void *arg)
{
	struct monitor *m = arg;

	/* Names are learned of all that happens, also of what is not shown. */
	now(m);
	if (e->has_ns)
		meet(m, &e->ns);
	if (e->has_other)
		meet(m, &e->other);
	if (e->port)
		dev_of(m, e->port);
	if (m->ifindex && m->ifindex != e->ifindex)
		return;
	if (m->out)
		event_json(m, e);
	else
		event_text(m, e);
}

static void on_crossing_end(const struct crossing *c, void *arg)
{
	struct monitor *m = arg;
	const char *dev = dev_of(m, c->ifindex);
	char *reasons;

	if (m->ifindex && m->ifindex != c->ifindex)
		return;
	now(m);
	meet(m, &c->from);
	if (c->target == NSBRIDGE_TARGET_NAMESPACE)
		meet(m, &c->to);
	if (m->out) {
		json_head(m, "crossing-end");
		crossing_row(m->out, &m->names, dev, c);
		out_line(m->out);
		return;
	}
	text_head(m, dev, "crossing-end");
	printf(" from %s to %s", netns_name(&m->names, c->from.inode),
	       crossing_to(&m->names, c));
	printf(" frames %llu segs %llu bytes %llu copies %llu drops %llu",
	       (unsigned long long)c->frames, (unsigned long long)c->segs,
	       (unsigned long long)c->bytes, (unsigned long long)c->copies,
	       (unsigned long long)c->drops);
	if (c->drops) {
		reasons = crossing_reasons(c);
		printf(" (%s)", reasons);
		free(reasons);
	}
	text_end();
}

static void lost(struct monitor *m)
{
	now(m);
	if (m->out) {
		json_head(m, "lost");
		out_line(m->out);
		return;
	}
	text_head(m, "-", "lost some events, they came too fast");
	text_end();
}

/* All that is there already, while it is there. */
static int look_around(struct monitor *m)
{
	struct if_nameindex *devs, *dev;
	const struct side *side;
	struct netns_list all;
	struct genl genl;
	struct dump dump;
	size_t i;
	int err;

	if (genl_open(&genl))
		return -1;
	err = genl_sides(&genl, 0, &dump);
	if (err)
		genl_fail(&genl, "namespaces");
	genl_shut(&genl);
	netns_scan_names(&all);
	side = dump.item;
	for (i = 0; i < dump.n; i++)
		learn(m, &all, &side[i].ns);
	netns_free(&all);
	free(dump.item);
	devs = if_nameindex();
	for (dev = devs; dev && dev->if_index; dev++)
		dev_of(m, dev->if_index);
	if (devs)
		if_freenameindex(devs);
	return err ? -1 : 0;
}

int crossing_monitor(uint32_t ifindex)
{
	struct monitor m = { .ifindex = ifindex };
	struct genl genl;
	int err;

	if (genl_open(&genl))
		return -1;
	/* From here on nothing is missed that look_around() does not see. */
	err = genl_listen(&genl);
	if (err)
		genl_fail(&genl, "events");
	else
		err = look_around(&m);
	if (!err && opt.json)
		m.out = out_lines();
	while (!err) {
		err = genl_next(&genl, on_event, on_crossing_end, &m);
		if (err == -ENOBUFS) {
			lost(&m);
			err = 0;
		} else if (err) {
			genl_fail(&genl, "events");
		}
	}
	genl_shut(&genl);
	netns_free(&m.names);
	free(m.dev);
	free(m.out);
	return -1;
}
