// SPDX-License-Identifier: GPL-2.0
/* Names in a lab, and what they stand for. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "docker.h"
#include "plan.h"

bool lab_is_foreign(const struct lab_namespace *ns)
{
	return ns->netns || ns->pid || ns->docker;
}

static char *foreign_name(const struct lab_namespace *ns)
{
	if (ns->pid)
		return xprintf("pid:%u", *ns->pid);
	return ns->docker ? docker_netns(ns->docker) : xstrdup(ns->netns);
}

char *lab_netns(const struct lab *lab, const char *namespace)
{
	int i = lab_find_namespace(lab, namespace);

	if (i >= 0 && lab_is_foreign(&lab->file->namespaces[i]))
		return foreign_name(&lab->file->namespaces[i]);
	return xprintf("%s.%s", lab->id, namespace);
}

char *lab_switch(const struct lab *lab)
{
	return xprintf("%s-switch", lab->id);
}

const char *lab_pair_kind(const struct lab *lab)
{
	return lab->kind == LAB_STOCK ? "veth" : "nsveth";
}

const char *lab_bridge_kind(const struct lab *lab,
			    const struct lab_bridge *bridge)
{
	enum lab_kind kind = bridge->kind ? *bridge->kind : lab->kind;

	return kind == LAB_STOCK ? "bridge" : "nsbridge";
}

bool lab_name_valid(const char *name)
{
	size_t len;

	for (len = 0; name[len]; len++)
		if (!isalnum((unsigned char)name[len]) &&
		    !strchr("-_", name[len]))
			return false;
	return len && len <= 100 && name[0] != '-';
}

char *lab_netns_at(const struct lab *lab, unsigned int i)
{
	return i < lab->file->namespaces_count ?
	       lab_netns(lab, lab->file->namespaces[i].name) : lab_switch(lab);
}

const char *lab_name_at(const struct lab *lab, unsigned int i)
{
	return i < lab->file->namespaces_count ?
	       lab->file->namespaces[i].name : "(switch)";
}

/* By name, and where that is the same by place. */
static int by_name(const void *a, const void *b, void *arg)
{
	const struct lab_namespace *ns = arg;
	unsigned int x = *(const unsigned int *)a;
	unsigned int y = *(const unsigned int *)b;
	int diff = strcmp(ns[x].name, ns[y].name);

	return diff ? diff : x < y ? -1 : 1;
}

void lab_index(struct lab *lab)
{
	unsigned int i, n = lab->file->namespaces_count;

	lab->by_name = xalloc(NULL, n * sizeof(*lab->by_name));
	for (i = 0; i < n; i++)
		lab->by_name[i] = i;
	if (n)
		qsort_r(lab->by_name, n, sizeof(*lab->by_name), by_name,
			lab->file->namespaces);
}

int lab_find_namespace(const struct lab *lab, const char *name)
{
	const struct lab_namespace *ns = lab->file->namespaces;
	unsigned int low = 0, high = lab->file->namespaces_count, mid;

	/* The first of those that are not before it. */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(ns[lab->by_name[mid]].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == lab->file->namespaces_count ||
	    strcmp(ns[lab->by_name[low]].name, name) != 0)
		return -1;
	return lab->by_name[low];
}

int lab_find_bridge(const struct lab *lab, const char *name)
{
	unsigned int i;

	for (i = 0; i < lab->file->bridges_count; i++)
		if (!strcmp(lab->file->bridges[i].name, name))
			return i;
	return -1;
}

bool lab_any(const char *side)
{
	return !side || !strcmp(side, "any");
}

static const char *first_of(const struct lab_end *end, const char *namespace)
{
	return end->addresses_count && !strcmp(end->namespace, namespace) ?
	       end->addresses[0] : NULL;
}

const char *lab_first_address(const struct lab *lab, const char *namespace)
{
	const struct lab_file *f = lab->file;
	unsigned int i, e;

	for (i = 0; i < f->ports_count; i++)
		if (first_of(&f->ports[i].end, namespace))
			return first_of(&f->ports[i].end, namespace);
	for (i = 0; i < f->cables_count; i++)
		for (e = 0; e < 2; e++)
			if (first_of(&f->cables[i].ends[e], namespace))
				return first_of(&f->cables[i].ends[e],
						namespace);
	for (i = 0; i < f->devices_count; i++)
		if (first_of(&f->devices[i].end, namespace))
			return first_of(&f->devices[i].end, namespace);
	return NULL;
}

bool lab_leaves_vlan1(const struct lab_port *port)
{
	unsigned int i;

	for (i = 0; i < port->vlans_count; i++)
		if (port->vlans[i] == 1)
			return false;
	return port->vlan ? *port->vlan != 1 : port->vlans_count > 0;
}

static bool list_has(char **addresses, unsigned int n, const char *address)
{
	size_t len = strlen(address);
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!strncmp(addresses[i], address, len) &&
		    (!addresses[i][len] || addresses[i][len] == '/'))
			return true;
	return false;
}

static bool end_has(const struct lab_end *end, const char *address)
{
	return list_has(end->addresses, end->addresses_count, address);
}

int lab_find_address(const struct lab *lab, const char *address)
{
	const struct lab_file *f = lab->file;
	unsigned int i, side;

	for (i = 0; i < f->ports_count; i++)
		if (end_has(&f->ports[i].end, address))
			return lab_find_namespace(lab,
						  f->ports[i].end.namespace);
	for (i = 0; i < f->cables_count; i++)
		for (side = 0; side < 2; side++)
			if (end_has(&f->cables[i].ends[side], address))
				return lab_find_namespace(lab,
					f->cables[i].ends[side].namespace);
	for (i = 0; i < f->devices_count; i++)
		if (end_has(&f->devices[i].end, address))
			return lab_find_namespace(lab,
						  f->devices[i].end.namespace);
	for (i = 0; i < f->bridges_count; i++)
		if (list_has(f->bridges[i].addresses,
			     f->bridges[i].addresses_count, address))
			return f->namespaces_count;
	return -1;
}

bool lab_ipv6(const struct lab *lab, int namespace)
{
	const bool *own = NULL;

	if (namespace >= 0)
		own = lab->file->namespaces[namespace].ipv6;
	if (!own)
		own = lab->file->ipv6;
	return !own || *own;
}

bool lab_word(const char **list, char *buf, size_t size)
{
	size_t len;

	*list += strspn(*list, " \t\n");
	len = strcspn(*list, " \t\n");
	if (!len)
		return false;
	snprintf(buf, size, "%.*s", (int)len, *list);
	*list += len;
	return true;
}

