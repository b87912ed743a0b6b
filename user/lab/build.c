// SPDX-License-Identifier: GPL-2.0
/* Builds a lab: whole, or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "build.h"
#include "link.h"
#include "plan.h"

#define CARRIER_TRIES	100
#define CARRIER_WAIT_US	20000

struct build {
	struct lab *lab;
	struct state state;
	struct space *space;	/* one per namespace, then the switch */
	unsigned int n;
	int home;
};

static struct space *switch_of(struct build *b)
{
	return &b->space[b->lab->file->namespaces_count];
}

static struct space *space_of(struct build *b, const char *namespace)
{
	return &b->space[lab_find_namespace(b->lab, namespace)];
}

/* What to type when the kernel does not know a kind of ours. */
static const char *kind_hint(const struct nl *nl, const char *kind)
{
	if (nl->error == EOPNOTSUPP && !strncmp(kind, "ns", 2))
		return ": load the module with \"modprobe nsbridge\"";
	return "";
}

static int sysctl_error(struct build *b, unsigned int i, const char *setting)
{
	return lab_error(b->lab, "namespaces", i, "sysctls", "%s: %s", setting,
			 strerror(errno));
}

/* A setting of a device that is not there yet is left for later. */
static int set_sysctls(struct build *b, unsigned int i, bool later)
{
	const struct lab_namespace *ns = &b->lab->file->namespaces[i];
	char *name, *value;
	unsigned int k;
	int err = 0;

	for (k = 0; k < ns->sysctls_count && !err; k++) {
		name = xstrdup(ns->sysctls[k]);
		value = strchr(name, '=');
		*value++ = '\0';
		if (space_sysctl(name, value) && (later || errno != ENOENT))
			err = sysctl_error(b, i, ns->sysctls[k]);
		free(name);
	}
	return err;
}

/* Before there is any device, so that none ever sends a word of IPv6. */
static int no_ipv6(void)
{
	if (space_sysctl("net.ipv6.conf.all.disable_ipv6", "1") &&
	    errno != ENOENT)
		return -1;
	if (space_sysctl("net.ipv6.conf.default.disable_ipv6", "1") &&
	    errno != ENOENT)
		return -1;
	return 0;
}

static int make_space(struct build *b, unsigned int i)
{
	const struct lab_file *f = b->lab->file;
	bool is_switch = i == f->namespaces_count;
	struct space_id id;
	char *name;
	int err;

	name = is_switch ? lab_switch(b->lab) :
	       lab_netns(b->lab, f->namespaces[i].name);
	if (space_make(&id)) {
		err = fail("cannot make the namespace \"%s\": %m: building a lab needs root",
			   name);
		space_leave(b->home);
		free(name);
		return err;
	}
	err = state_add(&b->state, name, &id);
	if (!err && space_name(name)) {
		if (errno == EEXIST) {
			state_forget(&b->state);
			err = fail("a namespace \"%s\" is there already and not of this lab: remove it with \"ip netns del %s\", or rename the lab",
				   name, name);
		} else {
			err = fail("cannot name the namespace \"%s\": %m",
				   name);
		}
	}
	if (!err && !lab_ipv6(b->lab, is_switch ? -1 : (int)i) && no_ipv6())
		err = fail("cannot turn IPv6 off in \"%s\": %m", name);
	if (!err && !is_switch)
		err = set_sysctls(b, i, false);
	space_leave(b->home);
	if (!err)
		err = space_open(&b->space[i], name, b->home);
	if (!err && link_up(&b->space[i].nl, "lo"))
		err = fail("cannot set lo up in \"%s\": %s", name,
			   b->space[i].nl.msg);
	free(name);
	return err;
}

static int make_bridge(struct build *b, unsigned int i)
{
	const struct lab_bridge *br = &b->lab->file->bridges[i];
	const char *kind = lab_bridge_kind(b->lab, br);
	struct nl *nl = &switch_of(b)->nl;
	unsigned int k;

	if (link_add_bridge(nl, kind, br))
		return lab_error(b->lab, "bridges", i, NULL,
				 "cannot make %s \"%s\": %s%s", kind, br->name,
				 nl->msg, kind_hint(nl, kind));
	for (k = 0; k < br->addresses_count; k++)
		if (link_address(nl, br->name, br->addresses[k]))
			return lab_error(b->lab, "bridges", i, "addresses",
					 "%s: %s", br->addresses[k], nl->msg);
	if (link_up(nl, br->name))
		return lab_error(b->lab, "bridges", i, NULL,
				 "cannot set \"%s\" up: %s", br->name, nl->msg);
	return 0;
}

static void pick_side(struct build *b, const char *side, struct ns_pick *pick)
{
	pick->fd = -1;
	pick->inode = 0;
	if (lab_any(side))
		return;
	pick->fd = lab_find_namespace(b->lab, side) >= 0 ?
		   space_of(b, side)->fd : switch_of(b)->fd;
}

/* Before there are ports, so that no frame is ahead of the rules. */
static int make_rule(struct build *b, unsigned int i)
{
	const struct lab_rule *rule = &b->lab->file->verdicts[i];
	const struct lab_bridge *br =
		&b->lab->file->bridges[lab_find_bridge(b->lab, rule->bridge)];
	struct ns_pick from, to;
	struct genl genl;
	int ifindex, err;

	/* A stock bridge has none. */
	if (strcmp(lab_bridge_kind(b->lab, br), "nsbridge") != 0)
		return 0;
	ifindex = link_index(&switch_of(b)->nl, rule->bridge);
	if (ifindex < 0)
		return lab_error(b->lab, "verdicts", i, "bridge", "%s: %s",
				 rule->bridge, switch_of(b)->nl.msg);
	if (netns_enter(switch_of(b)->fd))
		return lab_error(b->lab, "verdicts", i, NULL, "setns: %s",
				 strerror(errno));
	err = genl_open(&genl);
	space_leave(b->home);
	if (err)
		return -1;
	pick_side(b, rule->from, &from);
	pick_side(b, rule->to, &to);
	err = genl_crossing_set(&genl, ifindex, &from, &to,
				rule->verdict == LAB_DENY ?
				NSBRIDGE_VERDICT_DENY : NSBRIDGE_VERDICT_ALLOW);
	if (err)
		err = lab_error(b->lab, "verdicts", i, NULL, "%s", genl.nl.msg);
	genl_shut(&genl);
	return err;
}

static int finish_end(struct build *b, const char *list, unsigned int i,
		      const struct lab_end *end)
{
	struct nl *nl = &space_of(b, end->namespace)->nl;
	unsigned int k;

	for (k = 0; k < end->addresses_count; k++)
		if (link_address(nl, end->device, end->addresses[k]))
			return lab_error(b->lab, list, i, "addresses",
					 "%s: %s", end->addresses[k], nl->msg);
	if (link_up(nl, end->device))
		return lab_error(b->lab, list, i, NULL,
				 "cannot set \"%s\" up: %s", end->device,
				 nl->msg);
	return 0;
}

static void end_of(struct build *b, const struct lab_end *end,
		   struct link_end *out)
{
	memset(out, 0, sizeof(*out));
	out->name = end->device;
	out->netns = space_of(b, end->namespace)->fd;
	out->mac = end->mac;
	out->mtu = end->mtu;
}

static int make_port(struct build *b, unsigned int i)
{
	const struct lab_port *port = &b->lab->file->ports[i];
	const struct lab_bridge *br =
		&b->lab->file->bridges[lab_find_bridge(b->lab, port->bridge)];
	const char *kind = lab_pair_kind(b->lab);
	struct nl *nl = &switch_of(b)->nl;
	struct link_end far, near = {
		.name = port->peer,
		.netns = switch_of(b)->fd,
		.mtu = port->end.mtu,
	};

	near.master = link_index(nl, port->bridge);
	if (near.master < 0)
		return lab_error(b->lab, "ports", i, "bridge", "%s: %s",
				 port->bridge, nl->msg);
	end_of(b, &port->end, &far);
	if (link_add_pair(nl, kind, &near, &far))
		return lab_error(b->lab, "ports", i, NULL,
				 "cannot make the %s pair \"%s\" and \"%s\": %s%s",
				 kind, port->peer, port->end.device, nl->msg,
				 kind_hint(nl, kind));
	if (link_set_port(nl, lab_bridge_kind(b->lab, br), port))
		return lab_error(b->lab, "ports", i, NULL,
				 "cannot set the port \"%s\": %s", port->peer,
				 nl->msg);
	if (link_up(nl, port->peer))
		return lab_error(b->lab, "ports", i, NULL,
				 "cannot set \"%s\" up: %s", port->peer,
				 nl->msg);
	return finish_end(b, "ports", i, &port->end);
}

static int make_cable(struct build *b, unsigned int i)
{
	const struct lab_end *ends = b->lab->file->cables[i].ends;
	const char *kind = lab_pair_kind(b->lab);
	struct nl *nl = &switch_of(b)->nl;
	struct link_end a, z;

	end_of(b, &ends[0], &a);
	end_of(b, &ends[1], &z);
	if (link_add_pair(nl, kind, &a, &z))
		return lab_error(b->lab, "cables", i, NULL,
				 "cannot make the %s pair \"%s\" and \"%s\": %s%s",
				 kind, a.name, z.name, nl->msg,
				 kind_hint(nl, kind));
	return finish_end(b, "cables", i, &ends[0]) ?:
	       finish_end(b, "cables", i, &ends[1]);
}

static int make_route(struct build *b, unsigned int i)
{
	const struct lab_route *route = &b->lab->file->routes[i];
	struct nl *nl = &space_of(b, route->namespace)->nl;

	if (link_route(nl, route))
		return lab_error(b->lab, "routes", i, NULL,
				 "cannot add the route to %s: %s", route->to,
				 nl->msg);
	return 0;
}

static int late_sysctls(struct build *b, unsigned int i)
{
	int err;

	if (!b->lab->file->namespaces[i].sysctls_count)
		return 0;
	if (netns_enter(b->space[i].fd))
		return sysctl_error(b, i, "setns");
	err = set_sysctls(b, i, true);
	space_leave(b->home);
	return err;
}

/* The kernel tells a bridge of a carrier a moment after it is there, and a
 * lab that is up should be one that forwards.
 */
static int wait_carrier(struct build *b, unsigned int i)
{
	int tries;

	for (tries = 0; tries < CARRIER_TRIES; tries++) {
		if (link_pending(&b->space[i].nl) <= 0)
			break;
		progress("lab %s: waiting for carrier", b->lab->id);
		usleep(CARRIER_WAIT_US);
	}
	return 0;
}

struct step {
	const char *what;
	unsigned int n;
	int (*make)(struct build *b, unsigned int i);
};

static int build(struct build *b)
{
	const struct lab_file *f = b->lab->file;
	const struct step steps[] = {
		{ "namespace", f->namespaces_count + 1, make_space },
		{ "bridge", f->bridges_count, make_bridge },
		{ "verdict", f->verdicts_count, make_rule },
		{ "port", f->ports_count, make_port },
		{ "cable", f->cables_count, make_cable },
		{ "route", f->routes_count, make_route },
		{ "sysctl", f->namespaces_count, late_sysctls },
		{ "carrier", f->namespaces_count + 1, wait_carrier },
	};
	unsigned int s, i;

	for (s = 0; s < ARRAY_SIZE(steps); s++) {
		for (i = 0; i < steps[s].n; i++) {
			progress("lab %s: %s %u of %u", b->lab->id,
				 steps[s].what, i + 1, steps[s].n);
			if (steps[s].make(b, i))
				return -1;
		}
	}
	return state_ready(&b->state);
}

/* Two descriptors for each namespace. */
static void more_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int lab_up(struct lab *lab)
{
	struct build b = { .lab = lab };
	unsigned int i;
	int err;

	more_files();
	b.home = netns_self();
	if (b.home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	if (state_begin(&b.state, lab)) {
		close(b.home);
		return -1;
	}
	b.n = lab->file->namespaces_count + 1;
	b.space = xalloc(NULL, b.n * sizeof(*b.space));
	err = build(&b);
	progress_end();
	for (i = 0; i < b.n; i++)
		space_close(&b.space[i]);
	free(b.space);
	if (err)
		lab_down_state(&b.state);
	state_free(&b.state);
	close(b.home);
	return err;
}
