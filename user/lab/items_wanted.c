// SPDX-License-Identifier: GPL-2.0
/* A lab as a list of small things: what its file wants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_nsbridge.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/mac.h"
#include "address.h"
#include "items.h"
#include "link.h"
#include "live.h"
#include "plan.h"

static const struct {
	bool stock;
	bool slave;
	unsigned int attr;
	const char *name;
} settings[] = {
	{ false, false, IFLA_NSBRIDGE_AGEING_TIME, "ageing_time" },
	{ false, false, IFLA_NSBRIDGE_QUOTA, "quota" },
	{ false, false, IFLA_NSBRIDGE_GROUP_FWD_MASK, "group_fwd_mask" },
	{ false, false, IFLA_NSBRIDGE_MAX_ENTRIES, "max_entries" },
	{ false, false, IFLA_NSBRIDGE_MAX_CROSSINGS, "max_crossings" },
	{ false, false, IFLA_NSBRIDGE_DEFAULT_VERDICT, "default_verdict" },
	{ false, false, IFLA_NSBRIDGE_NEIGH_DIRECT, "neigh_direct" },
	{ false, false, IFLA_NSBRIDGE_NEIGH_GUARD, "neigh_guard" },
	{ false, false, IFLA_NSBRIDGE_VLAN_FILTERING, "vlan_filtering" },
	{ true, false, IFLA_BR_AGEING_TIME, "ageing_time" },
	{ true, false, IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask" },
	{ true, false, IFLA_BR_VLAN_FILTERING, "vlan_filtering" },
	{ false, true, IFLA_NSBRIDGE_PORT_LEARNING, "learning" },
	{ false, true, IFLA_NSBRIDGE_PORT_FLOOD, "flood" },
	{ false, true, IFLA_NSBRIDGE_PORT_MCAST_FLOOD, "mcast_flood" },
	{ false, true, IFLA_NSBRIDGE_PORT_BCAST_FLOOD, "bcast_flood" },
	{ false, true, IFLA_NSBRIDGE_PORT_LOCKED, "locked" },
	{ false, true, IFLA_NSBRIDGE_PORT_ISOLATED, "isolated" },
	{ false, true, IFLA_NSBRIDGE_PORT_TRUSTED, "trusted" },
	{ false, true, IFLA_NSBRIDGE_PORT_QUOTA, "quota" },
	{ true, true, IFLA_BRPORT_LEARNING, "learning" },
	{ true, true, IFLA_BRPORT_UNICAST_FLOOD, "flood" },
	{ true, true, IFLA_BRPORT_MCAST_FLOOD, "mcast_flood" },
	{ true, true, IFLA_BRPORT_BCAST_FLOOD, "bcast_flood" },
	{ true, true, IFLA_BRPORT_LOCKED, "locked" },
	{ true, true, IFLA_BRPORT_ISOLATED, "isolated" },
};

/* The list that is worked on, and the place in the file. */
struct maker {
	struct items *items;
	const struct lab *lab;
	const char *list;
	unsigned int i;
	const char *parent;
};

static void set_val(struct item *item, char *val)
{
	free(item->val);
	item->val = val;
}

static struct item *want(struct maker *m, enum item_type type,
			 const char *space, const char *dev, const char *what,
			 char *val)
{
	struct item *item = items_add(m->items, type, space, dev, what);

	item->list = m->list;
	item->i = m->i;
	if (m->parent)
		item->parent = xstrdup(m->parent);
	if (val)
		set_val(item, val);
	return item;
}

char *setting_text(const char *name, uint64_t val, unsigned int len)
{
	if (!strcmp(name, "default_verdict"))
		return xstrdup(val ? "deny" : "allow");
	/* Into a namespace, what the side makes sensible is not to flood. */
	if (len == 1)
		return xstrdup(val == 1 ? "on" : "off");
	return xprintf("%llu", (unsigned long long)val);
}

/* Those that a request has are those that the file has. */
static void want_settings(struct maker *m, struct nl_msg *msg, bool slave,
			  bool stock, const char *dev)
{
	const int data = slave ? IFLA_INFO_SLAVE_DATA : IFLA_INFO_DATA;
	struct nlattr *tb[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1], *attr;
	struct item *item;
	size_t i;
	int rem;

	/* No nest is one that would be empty. */
	if (!msg || nlmsg_parse(nlmsg_hdr(msg), sizeof(struct ifinfomsg), tb,
				IFLA_MAX, NULL) || !tb[IFLA_LINKINFO] ||
	    nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL) ||
	    !info[data]) {
		nlmsg_free(msg);
		return;
	}
	nla_for_each_nested(attr, info[data], rem) {
		for (i = 0; i < ARRAY_SIZE(settings); i++)
			if (settings[i].stock == stock &&
			    settings[i].slave == slave &&
			    settings[i].attr == (unsigned int)nla_type(attr))
				break;
		if (i == ARRAY_SIZE(settings))
			continue;
		item = want(m, ITEM_SETTING, SWITCH_NAME, dev, settings[i].name,
			    setting_text(settings[i].name, live_number(attr),
					 nla_len(attr)));
		item->attr = nla_type(attr);
		item->len = nla_len(attr);
		item->stock = stock;
		item->slave = slave;
	}
	nlmsg_free(msg);
}

static void want_link(struct maker *m, const char *space, const char *dev,
		      const char *mac, const uint32_t *mtu, char **addresses,
		      unsigned int n)
{
	unsigned char bytes[6];
	char text[MAC_TEXT];
	unsigned int k;
	char *normal;

	if (mac && !mac_parse(mac, bytes))
		want(m, ITEM_MAC, space, dev, NULL,
		     xstrdup(mac_text(bytes, text)));
	if (mtu)
		want(m, ITEM_MTU, space, dev, NULL, xprintf("%u", *mtu));
	want(m, ITEM_UP, space, dev, NULL, xstrdup("up"));
	for (k = 0; k < n; k++) {
		normal = live_normal(addresses[k]);
		want(m, ITEM_ADDRESS, space, dev, normal, NULL);
		free(normal);
	}
}

static void want_end(struct maker *m, const struct lab_end *end)
{
	double delay = end->delay ? *end->delay : 0;
	double jitter = end->jitter ? *end->jitter : 0;
	double loss = end->loss ? *end->loss : 0;
	struct item *item;

	want_link(m, end->namespace, end->device, end->mac, end->mtu,
		  end->addresses, end->addresses_count);
	if (!end->delay && !end->loss)
		return;
	item = want(m, ITEM_NETEM, end->namespace, end->device, NULL,
		    netem_text(delay * 1e6 + 0.5, jitter * 1e6 + 0.5,
			       loss / 100 * UINT32_MAX));
	item->end = end;
}

static void want_bridge(struct maker *m, const struct lab_bridge *br)
{
	const char *kind = lab_bridge_kind(m->lab, br);
	struct item *item = want(m, ITEM_BRIDGE, SWITCH_NAME, br->name, NULL,
				 xstrdup(kind));
	char *parent = xstrdup(item->key);

	m->parent = parent;
	want_settings(m, link_bridge(kind, br, 0), false,
		      !strcmp(kind, "bridge"), br->name);
	want_link(m, SWITCH_NAME, br->name, br->mac, br->mtu, br->addresses,
		  br->addresses_count);
	m->parent = NULL;
	free(parent);
}

static void want_vlans(struct maker *m, const struct lab_port *port,
		       const struct lab_bridge *br)
{
	char vid[16];
	unsigned int k;

	if (!br->vlan_filtering || !*br->vlan_filtering)
		return;
	if (!lab_leaves_vlan1(port) && !(port->vlan && *port->vlan == 1)) {
		for (k = 0; k < port->vlans_count; k++)
			if (port->vlans[k] == 1)
				break;
		if (k == port->vlans_count)
			want(m, ITEM_VLAN, SWITCH_NAME, port->peer, "1",
			     xstrdup("untagged"));
	}
	if (port->vlan) {
		snprintf(vid, sizeof(vid), "%u", *port->vlan);
		want(m, ITEM_VLAN, SWITCH_NAME, port->peer, vid,
		     xstrdup("untagged"));
	}
	for (k = 0; k < port->vlans_count; k++) {
		snprintf(vid, sizeof(vid), "%u", port->vlans[k]);
		want(m, ITEM_VLAN, SWITCH_NAME, port->peer, vid,
		     xstrdup("tagged"));
	}
}

static void want_port(struct maker *m, const struct lab_port *port)
{
	const struct lab_bridge *br =
		&m->lab->file->bridges[lab_find_bridge(m->lab, port->bridge)];
	const char *kind = lab_bridge_kind(m->lab, br);
	struct item *item;
	char *parent;

	item = want(m, ITEM_PORT, port->end.namespace, port->end.device, NULL,
		    xprintf("to %s", port->peer));
	item->other = xstrdup(SWITCH_NAME);
	item->peer = xstrdup(port->peer);
	parent = xstrdup(item->key);
	m->parent = parent;
	want(m, ITEM_MASTER, SWITCH_NAME, port->peer, NULL,
	     xstrdup(port->bridge));
	if (link_has_settings(port))
		want_settings(m, link_settings(0, kind, port), true,
			      !strcmp(kind, "bridge"), port->peer);
	want_vlans(m, port, br);
	want(m, ITEM_UP, SWITCH_NAME, port->peer, NULL, xstrdup("up"));
	want_end(m, &port->end);
	m->parent = NULL;
	free(parent);
}

static void want_cable(struct maker *m, const struct lab_cable *cable)
{
	const struct lab_end *ends = cable->ends;
	struct item *item;
	char *parent;

	item = want(m, ITEM_CABLE, ends[0].namespace, ends[0].device, NULL,
		    xprintf("to %s %s", ends[1].namespace, ends[1].device));
	item->other = xstrdup(ends[1].namespace);
	item->peer = xstrdup(ends[1].device);
	parent = xstrdup(item->key);
	m->parent = parent;
	want_end(m, &ends[0]);
	want_end(m, &ends[1]);
	m->parent = NULL;
	free(parent);
}

static void want_device(struct maker *m, const struct lab_device *dev)
{
	struct item *item;
	char *parent;

	item = want(m, ITEM_DEVICE, dev->end.namespace, dev->end.device, NULL,
		    dev->link ? xprintf("vlan %u of %s", *dev->vlan, dev->link) :
		    xstrdup("dummy"));
	parent = xstrdup(item->key);
	m->parent = parent;
	want_end(m, &dev->end);
	m->parent = NULL;
	free(parent);
}

static void want_route(struct maker *m, const struct lab_route *route)
{
	bool v6 = strchr(route->via ? route->via : route->to, ':');
	uint32_t metric = route->metric ? *route->metric : v6 ? 1024 : 0;
	char *to, *what, *via = NULL, *val;
	struct item *item;

	if (!strcmp(route->to, "default")) {
		to = xprintf("default%s", v6 ? "6" : "");
	} else {
		char *net = address_network(route->to);

		to = live_normal(net);
		free(net);
	}
	what = metric && !(v6 && metric == 1024) ?
	       xprintf("%s metric %u", to, metric) : xstrdup(to);
	via = route->via ? live_normal(route->via) : NULL;
	val = xprintf("%s%s%s%s%s", via ? "via " : "", via ? via : "",
		      via && route->dev ? " " : "", route->dev ? "dev " : "",
		      route->dev ? route->dev : "");
	item = want(m, ITEM_ROUTE, route->namespace, NULL, what, val);
	item->metric = metric;
	free(to);
	free(what);
	free(via);
}

static void want_space(struct maker *m, unsigned int i)
{
	const struct lab_namespace *ns = &m->lab->file->namespaces[i];
	unsigned int k;
	char *name;

	if (ns->docker)
		name = xprintf("docker:%s", ns->docker);
	else if (ns->pid)
		name = xprintf("pid:%u", *ns->pid);
	else
		name = xstrdup(ns->netns ? ns->netns : "");
	want(m, ITEM_NAMESPACE, ns->name, NULL, NULL, name);
	if (lab_is_foreign(ns))
		return;
	if (!lab_ipv6(m->lab, i)) {
		want(m, ITEM_SYSCTL, ns->name, NULL,
		     "net.ipv6.conf.all.disable_ipv6", xstrdup("1"));
		want(m, ITEM_SYSCTL, ns->name, NULL,
		     "net.ipv6.conf.default.disable_ipv6", xstrdup("1"));
	}
	for (k = 0; k < ns->sysctls_count; k++) {
		name = xstrdup(ns->sysctls[k]);
		name[strcspn(name, "=")] = '\0';
		want(m, ITEM_SYSCTL, ns->name, NULL, name,
		     xstrdup(strchr(ns->sysctls[k], '=') + 1));
		free(name);
	}
	if (ns->nftables)
		want(m, ITEM_NFTABLES, ns->name, NULL, NULL,
		     xstrdup(ns->nftables));
}

static void want_rule(struct maker *m, const struct lab_rule *rule)
{
	const struct lab_bridge *br =
		&m->lab->file->bridges[lab_find_bridge(m->lab, rule->bridge)];
	const char *side[2] = { rule->from, rule->to };
	struct item *item;
	char *what;
	int k;

	if (strcmp(lab_bridge_kind(m->lab, br), "nsbridge") != 0)
		return;
	for (k = 0; k < 2; k++)
		side[k] = lab_any(side[k]) ? "any" :
			  lab_find_namespace(m->lab, side[k]) >= 0 ? side[k] :
			  SWITCH_NAME;
	what = xprintf("from %s to %s", side[0], side[1]);
	item = want(m, ITEM_VERDICT, SWITCH_NAME, rule->bridge, what,
		    xstrdup(rule->verdict == LAB_DENY ? "deny" : "allow"));
	free(item->what);
	item->what = xstrdup(side[0]);
	item->other = xstrdup(side[1]);
	free(what);
}

static void want_process(struct maker *m, const struct lab_process *p)
{
	struct item *item;
	unsigned int k;
	char *key = NULL;
	size_t i;

	/* The same twice is two of them. */
	for (k = 1, i = 0; i < m->items->n; i++)
		if (m->items->item[i].type == ITEM_PROCESS &&
		    !strcmp(m->items->item[i].space, p->namespace) &&
		    !strcmp(m->items->item[i].what, p->command))
			k++;
	item = want(m, ITEM_PROCESS, p->namespace, NULL, p->command, NULL);
	if (k > 1) {
		key = xprintf("%s #%u", item->key, k);
		free(item->key);
		item->key = key;
	}
}

#define each(m, name) \
	for ((m)->list = #name, (m)->i = 0; \
	     (m)->i < (m)->lab->file->name##_count; (m)->i++)

void items_wanted(struct items *items, const struct lab *lab)
{
	const struct lab_file *f = lab->file;
	struct maker m = { .items = items, .lab = lab };
	unsigned char mac[6] = { 0 };
	char text[MAC_TEXT], *normal;

	memset(items, 0, sizeof(*items));
	each(&m, namespaces)
		want_space(&m, m.i);
	each(&m, bridges)
		want_bridge(&m, &f->bridges[m.i]);
	each(&m, verdicts)
		want_rule(&m, &f->verdicts[m.i]);
	each(&m, ports)
		want_port(&m, &f->ports[m.i]);
	each(&m, cables)
		want_cable(&m, &f->cables[m.i]);
	each(&m, devices)
		want_device(&m, &f->devices[m.i]);
	each(&m, routes)
		want_route(&m, &f->routes[m.i]);
	each(&m, neighbours) {
		normal = live_normal(f->neighbours[m.i].address);
		mac_parse(f->neighbours[m.i].mac, mac);
		want(&m, ITEM_NEIGHBOUR, f->neighbours[m.i].namespace,
		     f->neighbours[m.i].device, normal,
		     xstrdup(mac_text(mac, text)));
		free(normal);
	}
	each(&m, processes)
		want_process(&m, &f->processes[m.i]);
	items_sort(items);
}
