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
#include "batch.h"
#include "build.h"
#include "build_space.h"
#include "carrier.h"
#include "link.h"
#include "plan.h"
#include "process.h"

static struct space *switch_of(struct build *b)
{
	return &b->space[b->lab->file->namespaces_count];
}

static struct space *space_of(struct build *b, const char *namespace)
{
	return &b->space[lab_find_namespace(b->lab, namespace)];
}

/* What is still to be said to the namespace of a space. */
static struct batch *batch_of(struct build *b, const struct space *space)
{
	return &b->batch[space - b->space];
}

static const char *bridge_kind(struct build *b, const char *bridge)
{
	int i = lab_find_bridge(b->lab, bridge);

	return lab_bridge_kind(b->lab, &b->lab->file->bridges[i]);
}

static int make_bridge(struct build *b, unsigned int i)
{
	const struct lab_bridge *br = &b->lab->file->bridges[i];
	const char *kind = lab_bridge_kind(b->lab, br);
	struct batch *batch = batch_of(b, switch_of(b));
	int index = space_index(switch_of(b), br->name);
	unsigned int k;

	if (batch_add(batch, link_bridge(kind, br, index), "bridges", i, NULL,
		      "cannot make %s \"%s\"", kind, br->name))
		return -1;
	for (k = 0; k < br->addresses_count; k++)
		if (batch_add(batch, link_address(index, br->addresses[k]),
			      "bridges", i, "addresses", "%s",
			      br->addresses[k]))
			return -1;
	return 0;
}

/* Once all ports are there: while it is up, a stock bridge looks at all that it has
 * for each one more.
 */
static int raise_bridge(struct build *b, unsigned int i)
{
	struct space *space = switch_of(b);
	const char *name = b->lab->file->bridges[i].name;

	return batch_add(batch_of(b, space), link_up(space_find(space, name)),
			 "bridges", i, NULL, "cannot set \"%s\" up", name);
}

int build_bridge(struct build *b, unsigned int i)
{
	return make_bridge(b, i) ?: raise_bridge(b, i);
}

void build_pick_side(struct build *b, const char *side, struct ns_pick *pick)
{
	pick->fd = -1;
	pick->inode = 0;
	if (lab_any(side))
		return;
	pick->fd = lab_find_namespace(b->lab, side) >= 0 ?
		   space_of(b, side)->fd : switch_of(b)->fd;
}

/* Before there are ports, so that no frame is ahead of the rules. */
static int make_rules(struct build *b, unsigned int i)
{
	const struct lab_rule *rule = b->lab->file->verdicts;
	struct ns_pick sides[2];
	struct genl genl;
	int err = 0;

	if (batch_send(batch_of(b, switch_of(b))))
		return -1;
	for (; i < b->lab->file->verdicts_count; i++)
		if (!strcmp(bridge_kind(b, rule[i].bridge), "nsbridge"))
			break;
	/* A stock bridge has none. */
	if (i == b->lab->file->verdicts_count)
		return 0;
	if (netns_enter(switch_of(b)->fd))
		return fail("setns: %m");
	err = genl_open(&genl);
	space_leave(b->home);
	if (err)
		return -1;
	for (; !err && i < b->lab->file->verdicts_count; i++) {
		if (strcmp(bridge_kind(b, rule[i].bridge), "nsbridge") != 0)
			continue;
		build_pick_side(b, rule[i].from, &sides[0]);
		build_pick_side(b, rule[i].to, &sides[1]);
		if (genl_crossing_set(&genl,
				      space_find(switch_of(b), rule[i].bridge),
				      &sides[0], &sides[1],
				      rule[i].verdict == LAB_DENY ?
				      NSBRIDGE_VERDICT_DENY : NSBRIDGE_VERDICT_ALLOW))
			err = lab_error(b->lab, "verdicts", i, NULL, "%s",
					genl.nl.msg);
	}
	genl_shut(&genl);
	return err;
}

static void end_of(struct build *b, const struct lab_end *end,
		   struct link_end *out)
{
	struct space *space = space_of(b, end->namespace);

	memset(out, 0, sizeof(*out));
	out->name = end->device;
	out->netns = space->fd;
	out->index = space_index(space, end->device);
	out->mac = end->mac;
	out->mtu = end->mtu;
	/* Stock veth sets the second end up before it knows the first. */
	out->up = b->lab->kind == LAB_NSBRIDGE;
}

static int set_port(struct build *b, unsigned int i, int index)
{
	const struct lab_port *port = &b->lab->file->ports[i];
	struct batch *batch = batch_of(b, switch_of(b));
	unsigned int k;

	if (link_has_settings(port) &&
	    batch_add(batch, link_settings(index, bridge_kind(b, port->bridge),
					   port),
		      "ports", i, NULL, "cannot set the port \"%s\"",
		      port->peer))
		return -1;
	if (port->vlan &&
	    batch_add(batch, link_vlan(index, *port->vlan, false), "ports", i,
		      "vlan", "%u", *port->vlan))
		return -1;
	for (k = 0; k < port->vlans_count; k++)
		if (batch_add(batch, link_vlan(index, port->vlans[k], true),
			      "ports", i, "vlans", "%u", port->vlans[k]))
			return -1;
	/* What every new port is in, until it is said otherwise. */
	if (!lab_leaves_vlan1(port))
		return 0;
	return batch_add(batch, link_vlan_del(index, 1), "ports", i, "vlan",
			 "cannot leave VLAN 1");
}

int build_port(struct build *b, unsigned int i)
{
	const struct lab_port *port = &b->lab->file->ports[i];
	const char *kind = lab_pair_kind(b->lab);
	struct batch *batch = batch_of(b, switch_of(b));
	bool later = link_has_settings(port) || port->vlan || port->vlans_count;
	struct link_end far, near = {
		.name = port->peer,
		.netns = switch_of(b)->fd,
		.mtu = port->end.mtu,
		.up = !later,
	};

	near.master = space_find(switch_of(b), port->bridge);
	near.index = space_index(switch_of(b), port->peer);
	end_of(b, &port->end, &far);
	if (batch_add(batch, link_pair(kind, &near, &far), "ports", i, NULL,
		      "cannot make the %s pair \"%s\" and \"%s\"", kind,
		      port->peer, port->end.device))
		return -1;
	/* Nothing passes before the settings are in force. */
	if (later && (set_port(b, i, near.index) ||
		      batch_add(batch, link_up(near.index), "ports", i, NULL,
				"cannot set \"%s\" up", port->peer)))
		return -1;
	return 0;
}

int build_cable(struct build *b, unsigned int i)
{
	const struct lab_end *ends = b->lab->file->cables[i].ends;
	const char *kind = lab_pair_kind(b->lab);
	bool swap = space_of(b, ends[0].namespace)->foreign;
	struct link_end a, z;

	/* An index can be chosen for both ends, or for the first. */
	end_of(b, &ends[swap], &a);
	end_of(b, &ends[!swap], &z);
	return batch_add(batch_of(b, switch_of(b)), link_pair(kind, &a, &z),
			 "cables", i, NULL,
			 "cannot make the %s pair \"%s\" and \"%s\"", kind,
			 a.name, z.name);
}

static int send_pairs(struct build *b, unsigned int i)
{
	(void)i;
	return batch_send(batch_of(b, switch_of(b)));
}

static int index_of(struct space *space, const char *device)
{
	int index = space_find(space, device);

	/* One that the kernel has chosen, or that was there before. */
	if (index || !space->foreign)
		return index;
	index = link_index(&space->nl, device);
	return index < 0 ? fail("no device \"%s\" in \"%s\": %s", device,
				space->name, space->nl.msg) : index;
}

static int finish_end(struct build *b, const char *list, unsigned int i,
		      const struct lab_end *end, const char *key)
{
	struct space *space = space_of(b, end->namespace);
	struct batch *batch = batch_of(b, space);
	int index = index_of(space, end->device);
	unsigned int k;

	if (index < 0 ||
	    (b->lab->kind != LAB_NSBRIDGE &&
	     batch_add(batch, link_up(index), list, i, NULL,
		       "cannot set \"%s\" up", end->device)))
		return -1;
	for (k = 0; k < end->addresses_count; k++)
		if (batch_add(batch, link_address(index, end->addresses[k]),
			      list, i, key, "%s", end->addresses[k]))
			return -1;
	if ((end->delay || end->loss) &&
	    batch_add(batch, link_netem(index, end), list, i, NULL,
		      "cannot delay or lose what \"%s\" sends, for which the module sch_netem is needed",
		      end->device))
		return -1;
	return 0;
}

static int finish_port(struct build *b, unsigned int i)
{
	return finish_end(b, "ports", i, &b->lab->file->ports[i].end,
			  "addresses");
}

static int finish_cable(struct build *b, unsigned int i)
{
	const struct lab_end *ends = b->lab->file->cables[i].ends;

	return finish_end(b, "cables", i, &ends[0], "ends[0].addresses") ?:
	       finish_end(b, "cables", i, &ends[1], "ends[1].addresses");
}

int build_device(struct build *b, unsigned int i)
{
	const struct lab_device *dev = &b->lab->file->devices[i];
	struct space *space = space_of(b, dev->end.namespace);
	struct batch *batch = batch_of(b, space);
	int link = dev->link ? index_of(space, dev->link) : 0;
	int index;

	if (dev->link && !link)
		return lab_error(b->lab, "devices", i, "link",
				 "\"%s\" is not there yet: list it before",
				 dev->link);
	index = space_index(space, dev->end.device);
	if (batch_add(batch, link_device(dev, index, link), "devices", i, NULL,
		      "cannot make \"%s\"", dev->end.device) ||
	    batch_add(batch, link_up(index), "devices", i, NULL,
		      "cannot set \"%s\" up", dev->end.device))
		return -1;
	return finish_end(b, "devices", i, &dev->end, "addresses");
}

static int make_route(struct build *b, unsigned int i)
{
	const struct lab_route *route = &b->lab->file->routes[i];
	struct space *space = space_of(b, route->namespace);
	int index = route->dev ? index_of(space, route->dev) : 0;

	if (index < 0)
		return -1;
	return batch_add(batch_of(b, space), link_route(route, index), "routes",
			 i, NULL, "cannot add the route to %s", route->to);
}

static int make_neighbour(struct build *b, unsigned int i)
{
	const struct lab_neighbour *n = &b->lab->file->neighbours[i];
	struct space *space = space_of(b, n->namespace);
	int index = index_of(space, n->device);

	if (index < 0)
		return -1;
	return batch_add(batch_of(b, space), link_neighbour(n, index),
			 "neighbours", i, NULL, "cannot add %s", n->address);
}

static int finish_space(struct build *b, unsigned int i)
{
	return batch_send(&b->batch[i]);
}

static int make_process(struct build *b, unsigned int i)
{
	const struct lab_process *p = &b->lab->file->processes[i];

	return process_start(b->lab, i, space_of(b, p->namespace)->fd);
}

static int wait_process(struct build *b, unsigned int i)
{
	const struct lab_process *p = &b->lab->file->processes[i];

	return process_wait(b->lab, i, space_of(b, p->namespace)->fd, b->home);
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
		{ "namespace", f->namespaces_count + 1, build_space },
		{ "bridge", f->bridges_count, make_bridge },
		{ "verdict", 1, make_rules },
		{ "port", f->ports_count, build_port },
		{ "cable", f->cables_count, build_cable },
		{ "bridge", f->bridges_count, raise_bridge },
		{ "pair", 1, send_pairs },
		{ "port", f->ports_count, finish_port },
		{ "cable", f->cables_count, finish_cable },
		{ "device", f->devices_count, build_device },
		{ "neighbour", f->neighbours_count, make_neighbour },
		{ "route", f->routes_count, make_route },
		{ "namespace", f->namespaces_count, finish_space },
		{ "sysctl", f->namespaces_count, build_late_sysctls },
		{ "rules", f->namespaces_count, build_nftables },
		{ "carrier", f->namespaces_count + 1, build_wait_carrier },
		{ "process", f->processes_count, make_process },
		{ "process", f->processes_count, wait_process },
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

static int check_needs(const struct lab *lab)
{
	unsigned int i;
	char key[32];

	for (i = 0; i < lab->file->needs_count; i++) {
		snprintf(key, sizeof(key), "needs[%u]", i);
		if (!process_find(lab->file->needs[i]))
			return lab_error(lab, NULL, 0, key,
					 "there is no command \"%s\" here: install it",
					 lab->file->needs[i]);
	}
	return 0;
}

int lab_up(struct lab *lab, bool keep)
{
	struct build b = { .lab = lab };
	unsigned int i;
	int err;

	more_files();
	if (check_needs(lab))
		return -1;
	b.home = netns_self();
	if (b.home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	if (state_begin(&b.state, lab)) {
		close(b.home);
		return -1;
	}
	b.n = lab->file->namespaces_count + 1;
	b.space = xalloc(NULL, b.n * sizeof(*b.space));
	b.batch = xalloc(NULL, b.n * sizeof(*b.batch));
	err = build(&b);
	carrier_end();
	progress_end();
	for (i = 0; i < b.n; i++) {
		batch_free(&b.batch[i]);
		space_close(&b.space[i]);
	}
	free(b.batch);
	free(b.space);
	if (err && keep)
		fail("what was built is left as it is: \"nsbridge lab down %s\" takes it away",
		     lab->id);
	else if (err)
		lab_down_state(&b.state);
	state_free(&b.state);
	close(b.home);
	return err;
}
