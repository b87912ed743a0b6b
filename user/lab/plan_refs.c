// SPDX-License-Identifier: GPL-2.0
/* What refers to namespaces, bridges and devices of a lab must find them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "address.h"
#include "plan.h"
#include "plan_refs.h"

#define COUNT_MAX	100000
#define TIME_MAX	3600000	/* ms */
#define PORT_MAX	65535

/* A device and who has it, to find what is there twice. */
struct claim {
	const char *space;
	const char *device;
	const char *list;
	const char *key;
	unsigned int i;
	unsigned int n;		/* what came first */
};

static int by_device(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int diff = strcmp(x->space, y->space);

	if (!diff)
		diff = strcmp(x->device, y->device);
	return diff ? diff : x->n < y->n ? -1 : 1;
}

static int by_claim(const void *key, const void *claim)
{
	const struct claim *x = key, *y = claim;
	int diff = strcmp(x->space, y->space);

	return diff ? diff : strcmp(x->device, y->device);
}

struct claims {
	struct claim *claim;
	unsigned int n;
};

static void claim(struct claims *c, const char *space, const char *device,
		  const char *list, unsigned int i, const char *key)
{
	c->claim[c->n] = (struct claim){ space, device, list, key, i, c->n };
	c->n++;
}

static void collect(const struct lab *lab, struct claims *c)
{
	const struct lab_file *f = lab->file;
	const struct lab_end *ends;
	unsigned int i;

	c->n = 0;
	c->claim = xalloc(NULL, (2 * f->ports_count + 2 * f->cables_count +
				 f->devices_count + 1) * sizeof(*c->claim));
	for (i = 0; i < f->ports_count; i++) {
		claim(c, f->ports[i].end.namespace, f->ports[i].end.device,
		      "ports", i, "device");
		/* No namespace has a name with a blank. */
		claim(c, " switch", f->ports[i].peer, "ports", i, "peer");
	}
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		claim(c, ends[0].namespace, ends[0].device, "cables", i,
		      "ends[0].device");
		claim(c, ends[1].namespace, ends[1].device, "cables", i,
		      "ends[1].device");
	}
	for (i = 0; i < f->devices_count; i++)
		claim(c, f->devices[i].end.namespace, f->devices[i].end.device,
		      "devices", i, "device");
	qsort(c->claim, c->n, sizeof(*c->claim), by_device);
}

static int check_twice(const struct lab *lab, const struct claims *c)
{
	unsigned int i;

	for (i = 1; i < c->n; i++)
		if (!by_claim(&c->claim[i - 1], &c->claim[i]))
			return lab_error(lab, c->claim[i].list, c->claim[i].i,
					 c->claim[i].key, "\"%s\" is there twice",
					 c->claim[i].device);
	return 0;
}

static const struct lab_namespace *find(const struct lab *lab,
					const char *name)
{
	int i = lab_find_namespace(lab, name);

	return i < 0 ? NULL : &lab->file->namespaces[i];
}

static int no_namespace(const struct lab *lab, const char *list, unsigned int i,
			const char *key, const char *name)
{
	return lab_error(lab, list, i, key,
			 "no namespace \"%s\" in this lab: \"namespaces\" lists them",
			 name);
}

/* A namespace that was there before may have devices we know nothing of. */
static int check_ref(const struct lab *lab, const struct claims *c,
		     const char *list, unsigned int i, const char *key,
		     const char *space, const char *device)
{
	const struct claim want = { .space = space, .device = device };

	if (lab_is_foreign(find(lab, space)) || !strcmp(device, "lo") ||
	    bsearch(&want, c->claim, c->n, sizeof(*c->claim), by_claim))
		return 0;
	return lab_error(lab, list, i, key,
			 "no device \"%s\" in the namespace \"%s\"", device,
			 space);
}

static int check_devices(const struct lab *lab, const struct claims *c)
{
	const struct lab_device *dev = lab->file->devices;
	unsigned int i;

	for (i = 0; i < lab->file->devices_count; i++)
		if (dev[i].link &&
		    check_ref(lab, c, "devices", i, "link",
			      dev[i].end.namespace, dev[i].link))
			return -1;
	return 0;
}

static int check_side(const struct lab *lab, unsigned int i, const char *key,
		      const struct lab_rule *rule, const char *side)
{
	if (side && lab_any(side) && lab_find_namespace(lab, side) >= 0)
		return lab_error(lab, "verdicts", i, key,
				 "\"%s\" is also a namespace of this lab: give that another name",
				 side);
	if (lab_any(side) || lab_find_namespace(lab, side) >= 0 ||
	    !strcmp(side, rule->bridge))
		return 0;
	return lab_error(lab, "verdicts", i, key,
			 "\"%s\" is no namespace of this lab, nor the bridge itself, nor \"any\"",
			 side);
}

static int check_verdicts(const struct lab *lab)
{
	const struct lab_rule *rule = lab->file->verdicts;
	unsigned int i;

	for (i = 0; i < lab->file->verdicts_count; i++) {
		if (lab_find_bridge(lab, rule[i].bridge) < 0)
			return lab_error(lab, "verdicts", i, "bridge",
					 "no bridge \"%s\" in this lab: \"bridges\" lists them",
					 rule[i].bridge);
		if (check_side(lab, i, "from", &rule[i], rule[i].from) ||
		    check_side(lab, i, "to", &rule[i], rule[i].to))
			return -1;
		if (lab_any(rule[i].from) && lab_any(rule[i].to))
			return lab_error(lab, "verdicts", i, NULL,
					 "from any to any is what \"default_verdict\" of the bridge is for");
	}
	return 0;
}

static int check_route(const struct lab *lab, const struct claims *c,
		       unsigned int i)
{
	const struct lab_route *route = &lab->file->routes[i];
	int to = -1, via;

	if (!find(lab, route->namespace))
		return no_namespace(lab, "routes", i, "namespace",
				    route->namespace);
	if (!route->via && !route->dev)
		return lab_error(lab, "routes", i, NULL,
				 "a route needs \"via\" or \"dev\"");
	via = route->via ? address_family(route->via, false) : -1;
	if (route->via && via < 0)
		return lab_error(lab, "routes", i, "via",
				 "\"%s\" is no address: write it as 10.0.0.1",
				 route->via);
	if (strcmp(route->to, "default") != 0) {
		to = address_family(route->to, !!strchr(route->to, '/'));
		if (to < 0)
			return lab_error(lab, "routes", i, "to",
					 "\"%s\" is no network and not \"default\": write it as 10.0.0.0/24",
					 route->to);
	}
	if (to >= 0 && via >= 0 && to != via)
		return lab_error(lab, "routes", i, "via",
				 "\"%s\" is not of the same version of IP as \"%s\"",
				 route->via, route->to);
	return route->dev ? check_ref(lab, c, "routes", i, "dev",
				      route->namespace, route->dev) : 0;
}

static int check_neighbour(const struct lab *lab, const struct claims *c,
			   unsigned int i)
{
	const struct lab_neighbour *n = &lab->file->neighbours[i];
	unsigned char mac[6];

	if (!find(lab, n->namespace))
		return no_namespace(lab, "neighbours", i, "namespace",
				    n->namespace);
	if (address_family(n->address, false) < 0)
		return lab_error(lab, "neighbours", i, "address",
				 "\"%s\" is no address: write it as 10.0.0.1",
				 n->address);
	if (mac_parse(n->mac, mac))
		return lab_error(lab, "neighbours", i, "mac",
				 "\"%s\" is no MAC address: write it as 02:00:00:00:00:01",
				 n->mac);
	return check_ref(lab, c, "neighbours", i, "device", n->namespace,
			 n->device);
}

static int check_process(const struct lab *lab, unsigned int i)
{
	const struct lab_process *p = &lab->file->processes[i];

	if (!find(lab, p->namespace))
		return no_namespace(lab, "processes", i, "namespace",
				    p->namespace);
	if (lab_is_foreign(find(lab, p->namespace)))
		return lab_error(lab, "processes", i, "namespace",
				 "\"%s\" is a namespace that is there already: nothing of the lab runs there",
				 p->namespace);
	if (p->listen && (!*p->listen || *p->listen > PORT_MAX))
		return lab_error(lab, "processes", i, "listen",
				 "%u is not from 1 to %d", *p->listen, PORT_MAX);
	return 0;
}

static int check_limits(const struct lab *lab, unsigned int i, const char *key,
			const struct lab_action *action)
{
	const char *last = NULL;
	unsigned int max = TIME_MAX;
	char path[32];

	if (action->count > COUNT_MAX) {
		last = "count";
		max = COUNT_MAX;
	} else if (action->interval > TIME_MAX) {
		last = "interval";
	} else if (action->timeout > TIME_MAX) {
		last = "timeout";
	}
	if (!last)
		return 0;
	snprintf(path, sizeof(path), "%s.%s", key, last);
	return lab_error(lab, "checks", i, path, "more than %u is not accepted",
			 max);
}

static int check_action(const struct lab *lab, unsigned int i, const char *key,
			const struct lab_action *action)
{
	const char *to = action->to;
	char address[128], path[32];
	int owner, n = 0;

	snprintf(path, sizeof(path), "%s.from", key);
	if (!find(lab, action->from))
		return no_namespace(lab, "checks", i, path, action->from);
	snprintf(path, sizeof(path), "%s.to", key);
	for (; lab_word(&to, address, sizeof(address)); n++) {
		owner = lab_find_address(lab, address);
		if (owner < 0)
			return lab_error(lab, "checks", i, path,
					 "no namespace of this lab has the address \"%s\"",
					 address);
		if (owner == (int)lab->file->namespaces_count &&
		    !strcmp(key, "probe"))
			return lab_error(lab, "checks", i, path,
					 "\"%s\" is of a bridge, where a probe cannot look: use \"ping\"",
					 address);
	}
	if (!n)
		return lab_error(lab, "checks", i, path,
				 "an address is wanted, or a namespace");
	return check_limits(lab, i, key, action);
}

static int check_run(const struct lab *lab, unsigned int i,
		     const struct lab_run *run)
{
	if (!find(lab, run->in))
		return no_namespace(lab, "checks", i, "run.in", run->in);
	if (run->timeout > TIME_MAX)
		return lab_error(lab, "checks", i, "run.timeout",
				 "more than %u is not accepted", TIME_MAX);
	return 0;
}

static int check_check(const struct lab *lab, unsigned int i)
{
	const struct lab_check *c = &lab->file->checks[i];

	if (!!c->ping + !!c->tcp + !!c->probe + !!c->run != 1)
		return lab_error(lab, "checks", i, NULL,
				 "a check is one of \"ping\", \"tcp\", \"probe\" and \"run\"");
	if (c->expect && *c->expect == LAB_FAULT)
		return lab_error(lab, "checks", i, "expect",
				 "\"fault\" is not accepted: one of pass, fail is");
	if (c->run)
		return check_run(lab, i, c->run);
	return check_action(lab, i, c->ping ? "ping" : c->tcp ? "tcp" : "probe",
			    c->ping ?: c->tcp ?: c->probe);
}

int plan_refs(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	struct claims c;
	unsigned int i;
	int err;

	collect(lab, &c);
	err = check_twice(lab, &c) ?: check_devices(lab, &c) ?:
	      check_verdicts(lab);
	for (i = 0; !err && i < f->routes_count; i++)
		err = check_route(lab, &c, i);
	for (i = 0; !err && i < f->neighbours_count; i++)
		err = check_neighbour(lab, &c, i);
	for (i = 0; !err && i < f->processes_count; i++)
		err = check_process(lab, i);
	for (i = 0; !err && i < f->checks_count; i++)
		err = check_check(lab, i);
	free(c.claim);
	return err;
}
