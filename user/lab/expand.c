// SPDX-License-Identifier: GPL-2.0
/* Counts out what a lab file says once for many: "replicas". */
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "address.h"
#include "expand.h"
#include "plan.h"

static void *own(struct lab *lab, void *mem)
{
	if (!(lab->n_owned & (lab->n_owned - 1)))
		lab->owned = xalloc(lab->owned, (lab->n_owned ?
				    lab->n_owned * 2 : 1) *
				    sizeof(*lab->owned));
	lab->owned[lab->n_owned++] = mem;
	return mem;
}

char *lab_own(struct lab *lab, char *text)
{
	return own(lab, text);
}

static void *copy(struct lab *lab, const void *from, size_t size)
{
	return own(lab, memcpy(xalloc(NULL, size), from, size));
}

/* Room for one more in a list of n, which grows by doubling. */
static void *grown(void *list, unsigned int n, size_t size)
{
	return n & (n - 1) ? list : xalloc(list, (n ? 2 * n : 1) * size);
}

/* Appends a copy of an item to one of the lists of lab->file. */
#define append(lab, list, item) do { \
	struct lab_file *f_ = (lab)->file; \
	f_->list = grown(f_->list, f_->list##_count, sizeof(*f_->list)); \
	f_->list[f_->list##_count++] = item; \
} while (0)

/* How many a name stands for, or 0 if it is one of itself. */
static unsigned int replicas_of(const struct lab *lab, const char *name)
{
	const struct lab_file *p = lab->parsed;
	unsigned int i;

	for (i = 0; name && i < p->namespaces_count; i++)
		if (p->namespaces[i].replicas &&
		    !strcmp(p->namespaces[i].name, name))
			return *p->namespaces[i].replicas;
	return 0;
}

static char *numbered(struct lab *lab, const char *name, unsigned int i)
{
	return lab_own(lab, xprintf("%s%u", name, i + 1));
}

static char *replica(struct lab *lab, const char *name, unsigned int i)
{
	return replicas_of(lab, name) ?
	       numbered(lab, name, i) : (char *)name;
}

static unsigned int at_least_one(unsigned int n)
{
	return n ? n : 1;
}

static int expand_namespaces(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	struct lab_namespace ns;
	unsigned int i, k, n;

	for (i = 0; i < p->namespaces_count; i++) {
		ns = p->namespaces[i];
		ns.at = i;
		if (ns.replicas && (!*ns.replicas ||
				    *ns.replicas > LAB_REPLICAS_MAX))
			return lab_error(lab, "namespaces", i, "replicas",
					 "%u is not from 1 to %d",
					 *ns.replicas, LAB_REPLICAS_MAX);
		n = at_least_one(replicas_of(lab, ns.name));
		for (k = 0; k < n; k++) {
			ns.name = replica(lab, p->namespaces[i].name, k);
			append(lab, namespaces, ns);
		}
	}
	return 0;
}

/* The k-th of many devices has the k-th address after the one in the file. */
static int count_up(struct lab *lab, const char *list, unsigned int i,
		    const char *key, struct lab_end *end, unsigned int k,
		    bool by_network)
{
	char **addresses;
	unsigned int a;

	if (!k)
		return 0;
	if (end->mac)
		end->mac = lab_own(lab, mac_plus(end->mac, k));
	if (!end->addresses_count)
		return 0;
	addresses = own(lab, xalloc(NULL, end->addresses_count *
				    sizeof(*addresses)));
	for (a = 0; a < end->addresses_count; a++) {
		addresses[a] = address_plus(end->addresses[a], k, by_network);
		if (!addresses[a])
			return lab_error(lab, list, i, key,
					 "\"%s\" has no room for %u replicas: take a larger network",
					 end->addresses[a], k + 1);
		own(lab, addresses[a]);
	}
	end->addresses = addresses;
	return 0;
}

static int expand_ports(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	struct lab_file *f = lab->file;
	unsigned int i, k, n;
	struct lab_port port;
	bool clone;

	for (i = 0; i < p->ports_count; i++) {
		n = replicas_of(lab, p->ports[i].end.namespace);
		clone = p->ports[i].clone && *p->ports[i].clone;
		for (k = 0; k < at_least_one(n); k++) {
			port = p->ports[i];
			port.at = i;
			port.end.namespace = replica(lab, port.end.namespace, k);
			if (port.peer && n)
				port.peer = numbered(lab, port.peer, k);
			append(lab, ports, port);
			if (!clone && count_up(lab, "ports", f->ports_count - 1,
					       "addresses",
					       &f->ports[f->ports_count - 1].end,
					       k, false))
				return -1;
		}
	}
	return 0;
}

/* A cable to each of many has a network of its own; at the one end that they
 * have in common, a device as well.
 */
static int expand_cables(struct lab *lab)
{
	static const char *const keys[] = { "ends[0].addresses",
					    "ends[1].addresses" };
	const struct lab_file *p = lab->parsed;
	struct lab_file *f = lab->file;
	unsigned int i, k, n[2], e;
	struct lab_cable cable;
	struct lab_end *ends;

	for (i = 0; i < p->cables_count; i++) {
		cable = p->cables[i];
		cable.at = i;
		for (e = 0; e < 2; e++)
			n[e] = replicas_of(lab, cable.ends[e].namespace);
		if (n[0] && n[1] && n[0] != n[1])
			return lab_error(lab, "cables", i, NULL,
					 "one end is %u namespaces, the other %u: as many are wanted, or one",
					 n[0], n[1]);
		for (k = 0; k < at_least_one(n[0] ? n[0] : n[1]); k++) {
			ends = copy(lab, p->cables[i].ends, 2 * sizeof(*ends));
			cable.ends = ends;
			append(lab, cables, cable);
			for (e = 0; e < 2; e++) {
				if (!n[e] && n[!e])
					ends[e].device =
						numbered(lab, ends[e].device, k);
				ends[e].namespace =
					replica(lab, ends[e].namespace, k);
				if (count_up(lab, "cables",
					     f->cables_count - 1, keys[e],
					     &ends[e], k, true))
					return -1;
			}
		}
	}
	return 0;
}

static int expand_devices(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	struct lab_file *f = lab->file;
	struct lab_device device;
	unsigned int i, k, n;

	for (i = 0; i < p->devices_count; i++) {
		n = at_least_one(replicas_of(lab, p->devices[i].end.namespace));
		for (k = 0; k < n; k++) {
			device = p->devices[i];
			device.at = i;
			device.end.namespace =
				replica(lab, device.end.namespace, k);
			append(lab, devices, device);
			if (count_up(lab, "devices", f->devices_count - 1,
				     "addresses",
				     &f->devices[f->devices_count - 1].end, k,
				     false))
				return -1;
		}
	}
	return 0;
}

static void expand_rules(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	unsigned int i, k, m, from, to;
	struct lab_rule rule;

	for (i = 0; i < p->verdicts_count; i++) {
		from = at_least_one(replicas_of(lab, p->verdicts[i].from));
		to = at_least_one(replicas_of(lab, p->verdicts[i].to));
		for (k = 0; k < from; k++) {
			for (m = 0; m < to; m++) {
				rule = p->verdicts[i];
				rule.at = i;
				rule.from = replica(lab, rule.from, k);
				rule.to = replica(lab, rule.to, m);
				append(lab, verdicts, rule);
			}
		}
	}
}

/* Lists whose entries are in one namespace, and the same in each of many. */
#define expand_simple(lab, list, in) do { \
	const struct lab_file *p_ = (lab)->parsed; \
	struct lab_file *x_ = (lab)->file; \
	unsigned int i_, k_, n_; \
	for (i_ = 0; i_ < p_->list##_count; i_++) { \
		n_ = at_least_one(replicas_of(lab, p_->list[i_].in)); \
		for (k_ = 0; k_ < n_; k_++) { \
			append(lab, list, p_->list[i_]); \
			x_->list[x_->list##_count - 1].at = i_; \
			x_->list[x_->list##_count - 1].in = \
				replica(lab, p_->list[i_].in, k_); \
		} \
	} \
} while (0)

/* In "to" of a check, a namespace stands for its first address, and many for
 * that of each but the sender.
 */
static char *expand_to(struct lab *lab, const char *from, const char *to)
{
	char *text = xstrdup(""), *longer, *name;
	const char *address;
	unsigned int k, n;
	char word[128];

	while (lab_word(&to, word, sizeof(word))) {
		n = replicas_of(lab, word);
		for (k = 0; k < at_least_one(n); k++) {
			name = n ? xprintf("%s%u", word, k + 1) : xstrdup(word);
			address = lab_first_address(lab, name);
			if (!n || (address && strcmp(name, from) != 0)) {
				longer = xprintf("%s%s%.*s", text,
						 *text ? " " : "", address ?
						 (int)strcspn(address, "/") :
						 (int)strlen(name),
						 address ? address : name);
				free(text);
				text = longer;
			}
			free(name);
		}
	}
	return lab_own(lab, text);
}

static struct lab_action *expand_action(struct lab *lab,
					const struct lab_action *action,
					unsigned int k)
{
	struct lab_action *own_action;

	if (!action)
		return NULL;
	own_action = copy(lab, action, sizeof(*action));
	own_action->from = replica(lab, action->from, k);
	own_action->to = expand_to(lab, own_action->from, action->to);
	return own_action;
}

static void expand_checks(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	const struct lab_action *action;
	struct lab_check check;
	unsigned int i, k, n;

	for (i = 0; i < p->checks_count; i++) {
		check = p->checks[i];
		action = check.ping ?: check.tcp ?: check.probe;
		n = replicas_of(lab, check.run ? check.run->in :
				action ? action->from : NULL);
		for (k = 0; k < at_least_one(n); k++) {
			check = p->checks[i];
			check.at = i;
			check.ping = expand_action(lab, check.ping, k);
			check.tcp = expand_action(lab, check.tcp, k);
			check.probe = expand_action(lab, check.probe, k);
			if (check.run) {
				check.run = copy(lab, check.run,
						 sizeof(*check.run));
				check.run->in = replica(lab, check.run->in, k);
			}
			append(lab, checks, check);
		}
	}
}

int lab_expand(struct lab *lab)
{
	const struct lab_file *p = lab->parsed;
	struct lab_file *f;
	unsigned int i;

	f = xalloc(NULL, sizeof(*f));
	lab->file = f;
	f->name = p->name;
	f->description = p->description;
	f->kind = p->kind;
	f->ipv6 = p->ipv6;
	f->needs = p->needs;
	f->needs_count = p->needs_count;
	for (i = 0; i < p->bridges_count; i++) {
		append(lab, bridges, p->bridges[i]);
		f->bridges[i].at = i;
	}
	if (expand_namespaces(lab))
		return -1;
	lab_index(lab);
	if (expand_ports(lab) || expand_cables(lab) || expand_devices(lab))
		return -1;
	expand_rules(lab);
	expand_simple(lab, routes, namespace);
	expand_simple(lab, neighbours, namespace);
	expand_simple(lab, processes, namespace);
	expand_checks(lab);
	return 0;
}

void lab_expand_free(struct lab *lab)
{
	struct lab_file *f = lab->file;
	size_t i;

	for (i = 0; i < lab->n_owned; i++)
		free(lab->owned[i]);
	free(lab->owned);
	free(lab->by_name);
	if (!f)
		return;
	free(f->namespaces);
	free(f->bridges);
	free(f->ports);
	free(f->cables);
	free(f->devices);
	free(f->verdicts);
	free(f->routes);
	free(f->neighbours);
	free(f->processes);
	free(f->checks);
	free(f);
}

unsigned int lab_origin(const struct lab *lab, const char *list, unsigned int i)
{
	const struct lab_file *f = lab->file;

	/* While lists are made, an index is one of the file. */
#define origin_in(name) do { \
	if (!strcmp(list, #name) && i < f->name##_count) \
		return f->name[i].at; \
} while (0)
	origin_in(namespaces);
	origin_in(ports);
	origin_in(cables);
	origin_in(devices);
	origin_in(verdicts);
	origin_in(routes);
	origin_in(neighbours);
	origin_in(processes);
	origin_in(checks);
#undef origin_in
	return i;
}
