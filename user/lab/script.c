// SPDX-License-Identifier: GPL-2.0
/* What "lab up" does, as a script of the usual commands: to learn from, and to
 * take elsewhere.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "link.h"
#include "plan.h"
#include "script.h"

/* As the shell takes it for one word; good until the eighth call after it. */
static const char *q(const char *text)
{
	static char *ring[8];
	static unsigned int next;
	char *out, *at;
	const char *c;

	for (c = text; isalnum((unsigned char)*c) || strchr("_-.:/=,+@", *c); c++)
		if (!*c && c > text)
			return text;
		else if (!*c)
			break;
	out = xalloc(NULL, 4 * strlen(text) + 3);
	at = out;
	*at++ = '\'';
	for (c = text; *c; c++)
		at += sprintf(at, *c == '\'' ? "'\\''" : "%c", *c);
	*at++ = '\'';
	*at = 0;
	free(ring[next]);
	ring[next] = out;
	next = (next + 1) % 8;
	return out;
}

/* A command in a namespace: those that can go there themselves do. */
static void in(const char *netns, const char *command)
{
	bool goes = !strcmp(command, "ip") || !strcmp(command, "tc") ||
		    !strcmp(command, "bridge");

	if (!strncmp(netns, "pid:", 4))
		printf("nsenter -t %s -n %s", netns + 4, command);
	else if (strchr(netns, '/'))
		printf("nsenter --net=%s %s", q(netns), command);
	else if (goes)
		printf("%s -n %s", command, netns);
	else
		printf("ip netns exec %s %s", netns, command);
}

/* As "ip link ... netns" takes it. */
static const char *netns_arg(const char *netns)
{
	return !strncmp(netns, "pid:", 4) ? netns + 4 : netns;
}

static const char *on(const bool *val)
{
	return *val ? "on" : "off";
}

static void print_sysctls(const struct lab_namespace *ns, const char *netns,
			  bool later)
{
	unsigned int k;

	for (k = 0; k < ns->sysctls_count; k++) {
		in(netns, "sysctl");
		printf(" -q -w %s%s\n", q(ns->sysctls[k]),
		       later ? "" : " 2>/dev/null || :");
	}
}

static void print_space(const struct lab *lab, unsigned int i)
{
	bool is_switch = i == lab->file->namespaces_count;
	char *netns = lab_netns_at(lab, i);

	printf("ip netns add %s\n", netns);
	if (!lab_ipv6(lab, is_switch ? -1 : (int)i)) {
		in(netns, "sysctl");
		puts(" -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
	}
	if (!is_switch)
		print_sysctls(&lab->file->namespaces[i], netns, false);
	in(netns, "ip");
	puts(" link set lo up");
	free(netns);
}

static void print_bridge(const struct lab *lab, const struct lab_bridge *br,
			 const char *netns)
{
	const char *kind = lab_bridge_kind(lab, br);
	bool stock = !strcmp(kind, "bridge");
	unsigned int k;

	in(netns, "ip");
	printf(" link add name %s", q(br->name));
	if (br->mac)
		printf(" address %s", br->mac);
	if (br->mtu)
		printf(" mtu %u", *br->mtu);
	printf(" type %s", kind);
#define number(key) do { \
	if (br->key) \
		printf(" " #key " %" PRIu32, *br->key); \
} while (0)
	number(ageing_time);
	if (br->group_fwd_mask)
		printf(" group_fwd_mask 0x%x", *br->group_fwd_mask);
	if (br->vlan_filtering)
		printf(" vlan_filtering %d", *br->vlan_filtering);
	if (!stock) {
		number(quota);
		number(max_entries);
		number(max_crossings);
		if (br->default_verdict)
			printf(" default_verdict %s", *br->default_verdict ==
			       LAB_DENY ? "deny" : "allow");
		if (br->neigh_direct)
			printf(" neigh_direct %s", on(br->neigh_direct));
		if (br->neigh_guard)
			printf(" neigh_guard %s", on(br->neigh_guard));
	}
#undef number
	putchar('\n');
	for (k = 0; k < br->addresses_count; k++) {
		in(netns, "ip");
		printf(" addr add %s dev %s%s\n", br->addresses[k], q(br->name),
		       strchr(br->addresses[k], ':') ? " nodad" : " brd +");
	}
	in(netns, "ip");
	printf(" link set dev %s up\n", q(br->name));
}

static void print_rule(const struct lab *lab, const struct lab_rule *rule,
		       const char *netns)
{
	int br = lab_find_bridge(lab, rule->bridge);
	const char *side;
	char *name[2];
	int i;

	if (strcmp(lab_bridge_kind(lab, &lab->file->bridges[br]),
		   "nsbridge") != 0)
		return;
	for (i = 0; i < 2; i++) {
		side = i ? rule->to : rule->from;
		name[i] = lab_any(side) ? xstrdup("any") :
			  lab_find_namespace(lab, side) >= 0 ?
			  lab_netns(lab, side) : xstrdup(netns);
	}
	printf("nsbridge -n %s crossing %s bridge %s from %s to %s\n", netns,
	       rule->verdict == LAB_DENY ? "deny" : "allow", q(rule->bridge),
	       name[0], name[1]);
	free(name[0]);
	free(name[1]);
}

/* The far end of a pair, in a line that was begun. */
static void print_peer(const struct lab_end *end, const char *netns)
{
	printf(" peer name %s netns %s", q(end->device), netns_arg(netns));
	if (end->mac)
		printf(" address %s", end->mac);
	if (end->mtu)
		printf(" mtu %u", *end->mtu);
	putchar('\n');
}

static void print_end(const struct lab *lab, const struct lab_end *end)
{
	char *netns = lab_netns(lab, end->namespace);
	unsigned int k;

	in(netns, "ip");
	printf(" link set dev %s up\n", q(end->device));
	for (k = 0; k < end->addresses_count; k++) {
		in(netns, "ip");
		printf(" addr add %s dev %s%s\n", end->addresses[k],
		       q(end->device), strchr(end->addresses[k], ':') ?
		       " nodad" : " brd +");
	}
	if (end->delay || end->loss) {
		in(netns, "tc");
		printf(" qdisc add dev %s root netem", q(end->device));
		if (end->delay)
			printf(" delay %gms", *end->delay);
		if (end->jitter)
			printf(" %gms", *end->jitter);
		if (end->loss)
			printf(" loss %g%%", *end->loss);
		putchar('\n');
	}
	free(netns);
}

static void print_settings(const struct lab_port *port, const char *kind,
			   const char *netns)
{
	static const char *const flood[] = { "off", "on", "auto" };
	bool stock = !strcmp(kind, "bridge");

	in(netns, "ip");
	printf(" link set dev %s type %s_slave", q(port->peer), kind);
#define toggle(key) do { \
	if (port->key) \
		printf(" " #key " %s", on(port->key)); \
} while (0)
	toggle(learning);
	toggle(mcast_flood);
	toggle(bcast_flood);
	toggle(locked);
	toggle(isolated);
	if (!stock)
		toggle(trusted);
#undef toggle
	if (port->flood && !(stock && *port->flood == LAB_AUTO))
		printf(" flood %s", flood[*port->flood]);
	if (port->quota && !stock)
		printf(" quota %u", *port->quota);
	putchar('\n');
}

static void print_vlans(const struct lab_port *port, const char *netns)
{
	unsigned int k;

	if (port->vlan) {
		in(netns, "bridge");
		printf(" vlan add dev %s vid %u pvid untagged\n",
		       q(port->peer), *port->vlan);
	}
	for (k = 0; k < port->vlans_count; k++) {
		in(netns, "bridge");
		printf(" vlan add dev %s vid %u\n", q(port->peer),
		       port->vlans[k]);
	}
	if (lab_leaves_vlan1(port)) {
		in(netns, "bridge");
		printf(" vlan del dev %s vid 1\n", q(port->peer));
	}
}

static void print_port(const struct lab *lab, const struct lab_port *port,
		       const char *netns)
{
	int br = lab_find_bridge(lab, port->bridge);
	const char *kind = lab_bridge_kind(lab, &lab->file->bridges[br]);
	char *far = lab_netns(lab, port->end.namespace);

	in(netns, "ip");
	printf(" link add name %s", q(port->peer));
	if (port->end.mtu)
		printf(" mtu %u", *port->end.mtu);
	printf(" type %s", lab_pair_kind(lab));
	print_peer(&port->end, far);
	in(netns, "ip");
	printf(" link set dev %s master %s\n", q(port->peer), q(port->bridge));
	if (link_has_settings(port))
		print_settings(port, kind, netns);
	print_vlans(port, netns);
	in(netns, "ip");
	printf(" link set dev %s up\n", q(port->peer));
	print_end(lab, &port->end);
	free(far);
}

static void print_cable(const struct lab *lab, const struct lab_end *ends)
{
	char *near = lab_netns(lab, ends[0].namespace);
	char *far = lab_netns(lab, ends[1].namespace);

	in(near, "ip");
	printf(" link add name %s", q(ends[0].device));
	if (ends[0].mac)
		printf(" address %s", ends[0].mac);
	if (ends[0].mtu)
		printf(" mtu %u", *ends[0].mtu);
	printf(" type %s", lab_pair_kind(lab));
	print_peer(&ends[1], far);
	print_end(lab, &ends[0]);
	print_end(lab, &ends[1]);
	free(near);
	free(far);
}

static void print_device(const struct lab *lab, const struct lab_device *dev)
{
	char *netns = lab_netns(lab, dev->end.namespace);

	in(netns, "ip");
	printf(" link add");
	if (dev->link)
		printf(" link %s", q(dev->link));
	printf(" name %s", q(dev->end.device));
	if (dev->end.mac)
		printf(" address %s", dev->end.mac);
	if (dev->end.mtu)
		printf(" mtu %u", *dev->end.mtu);
	if (dev->link)
		printf(" type vlan id %u\n", *dev->vlan);
	else
		puts(" type dummy");
	print_end(lab, &dev->end);
	free(netns);
}

static void print_route(const struct lab *lab, const struct lab_route *route)
{
	char *netns = lab_netns(lab, route->namespace);

	in(netns, "ip");
	printf("%s route add %s", strchr(route->via ? route->via : route->to,
					 ':') ? " -6" : "", route->to);
	if (route->via)
		printf(" via %s", route->via);
	if (route->dev)
		printf(" dev %s", q(route->dev));
	if (route->metric)
		printf(" metric %u", *route->metric);
	puts(" proto static");
	free(netns);
}

static void print_neighbour(const struct lab *lab,
			    const struct lab_neighbour *n)
{
	char *netns = lab_netns(lab, n->namespace);

	in(netns, "ip");
	printf(" neigh add %s lladdr %s dev %s nud permanent\n", n->address,
	       n->mac, q(n->device));
	free(netns);
}

static void print_late(const struct lab *lab, unsigned int i)
{
	const struct lab_namespace *ns = &lab->file->namespaces[i];
	char *netns;

	if (lab_is_foreign(ns))
		return;
	netns = lab_netns_at(lab, i);
	print_sysctls(ns, netns, true);
	if (ns->nftables) {
		in(netns, "nft");
		printf(" %s\n", q(ns->nftables));
	}
	free(netns);
}

static void print_process(const struct lab *lab, const struct lab_process *p)
{
	char *netns = lab_netns(lab, p->namespace);

	in(netns, "setsid");
	printf(" sh -c %s </dev/null >/dev/null 2>&1 &\n", q(p->command));
	free(netns);
}

int lab_script(const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	char *netns = lab_switch(lab);
	unsigned int i;

	printf("#!/bin/sh\n# What \"nsbridge lab up\" does for the lab %s.\nset -e\n",
	       lab->id);
	for (i = 0; i <= f->namespaces_count; i++)
		if (i == f->namespaces_count ||
		    !lab_is_foreign(&f->namespaces[i]))
			print_space(lab, i);
	for (i = 0; i < f->bridges_count; i++)
		print_bridge(lab, &f->bridges[i], netns);
	for (i = 0; i < f->verdicts_count; i++)
		print_rule(lab, &f->verdicts[i], netns);
	for (i = 0; i < f->ports_count; i++)
		print_port(lab, &f->ports[i], netns);
	for (i = 0; i < f->cables_count; i++)
		print_cable(lab, f->cables[i].ends);
	for (i = 0; i < f->devices_count; i++)
		print_device(lab, &f->devices[i]);
	for (i = 0; i < f->neighbours_count; i++)
		print_neighbour(lab, &f->neighbours[i]);
	for (i = 0; i < f->routes_count; i++)
		print_route(lab, &f->routes[i]);
	for (i = 0; i < f->namespaces_count; i++)
		print_late(lab, i);
	for (i = 0; i < f->processes_count; i++)
		print_process(lab, &f->processes[i]);
	free(netns);
	return 0;
}
