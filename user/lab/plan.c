// SPDX-License-Identifier: GPL-2.0
/* What a lab file means: checked as a whole before anything is built. */
#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/addr.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "plan.h"

#define MTU_MIN		68
#define MTU_MAX		65535

char *lab_netns(const struct lab *lab, const char *namespace)
{
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

int lab_find_namespace(const struct lab *lab, const char *name)
{
	unsigned int i;

	for (i = 0; i < lab->file->namespaces_count; i++)
		if (!strcmp(lab->file->namespaces[i].name, name))
			return i;
	return -1;
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

static bool end_has(const struct lab_end *end, const char *address)
{
	size_t len = strlen(address);
	unsigned int i;

	for (i = 0; i < end->addresses_count; i++)
		if (!strncmp(end->addresses[i], address, len) &&
		    (!end->addresses[i][len] || end->addresses[i][len] == '/'))
			return true;
	return false;
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

static int check_device(const struct lab *lab, const char *list,
			unsigned int i, const char *key, const char *name)
{
	const char *c;

	if (strlen(name) >= IFNAMSIZ)
		return lab_error(lab, list, i, key,
				 "\"%s\" is too long for a device: %d characters are allowed%s",
				 name, IFNAMSIZ - 1, !strcmp(key, "peer") ?
				 ", give a shorter one with \"peer\"" : "");
	for (c = name; *c; c++)
		if (*c == '/' || *c == ':' || isspace((unsigned char)*c))
			break;
	if (*c || !strcmp(name, ".") || !strcmp(name, ".."))
		return lab_error(lab, list, i, key,
				 "\"%s\" cannot be the name of a device", name);
	return 0;
}

static int check_addresses(const struct lab *lab, const char *list,
			   unsigned int i, char **addresses, unsigned int n)
{
	struct nl_addr *addr;
	unsigned int k;

	for (k = 0; k < n; k++) {
		if (nl_addr_parse(addresses[k], AF_UNSPEC, &addr))
			addr = NULL;
		if (!addr || (nl_addr_get_family(addr) != AF_INET &&
			      nl_addr_get_family(addr) != AF_INET6)) {
			nl_addr_put(addr);
			return lab_error(lab, list, i, "addresses",
					 "\"%s\" is no address: write it as 10.0.0.1/24",
					 addresses[k]);
		}
		nl_addr_put(addr);
	}
	return 0;
}

static int check_common(const struct lab *lab, const char *list,
			unsigned int i, const char *mac, const uint32_t *mtu)
{
	unsigned char bytes[6];

	if (mac && mac_parse(mac, bytes))
		return lab_error(lab, list, i, "mac",
				 "\"%s\" is no MAC address: write it as 02:00:00:00:00:01",
				 mac);
	if (mac && (bytes[0] & 1))
		return lab_error(lab, list, i, "mac",
				 "\"%s\" is a group address, which no device can have",
				 mac);
	if (mtu && (*mtu < MTU_MIN || *mtu > MTU_MAX))
		return lab_error(lab, list, i, "mtu", "%u is not from %d to %d",
				 *mtu, MTU_MIN, MTU_MAX);
	return 0;
}

static int check_end(const struct lab *lab, const char *list, unsigned int i,
		     const struct lab_end *end)
{
	if (lab_find_namespace(lab, end->namespace) < 0)
		return lab_error(lab, list, i, "namespace",
				 "no namespace \"%s\" in this lab",
				 end->namespace);
	if (check_device(lab, list, i, "device", end->device) ||
	    check_common(lab, list, i, end->mac, end->mtu))
		return -1;
	return check_addresses(lab, list, i, end->addresses,
			       end->addresses_count);
}

static int check_namespaces(const struct lab *lab)
{
	const struct lab_namespace *ns = lab->file->namespaces;
	unsigned int i, k;

	for (i = 0; i < lab->file->namespaces_count; i++) {
		if (!lab_name_valid(ns[i].name))
			return lab_error(lab, "namespaces", i, "name",
					 "\"%s\" must be letters, digits, \"-\" and \"_\"",
					 ns[i].name);
		if (lab_find_namespace(lab, ns[i].name) != (int)i)
			return lab_error(lab, "namespaces", i, "name",
					 "\"%s\" is there twice", ns[i].name);
		for (k = 0; k < ns[i].sysctls_count; k++)
			if (!strchr(ns[i].sysctls[k], '=') ||
			    strncmp(ns[i].sysctls[k], "net.", 4) != 0 ||
			    strstr(ns[i].sysctls[k], ".."))
				return lab_error(lab, "namespaces", i,
						 "sysctls",
						 "\"%s\" is not of the form net.NAME=VALUE",
						 ns[i].sysctls[k]);
	}
	return 0;
}

static int check_bridges(const struct lab *lab)
{
	const struct lab_bridge *br = lab->file->bridges;
	unsigned int i;

	for (i = 0; i < lab->file->bridges_count; i++) {
		if (check_device(lab, "bridges", i, "name", br[i].name) ||
		    check_common(lab, "bridges", i, br[i].mac, br[i].mtu) ||
		    check_addresses(lab, "bridges", i, br[i].addresses,
				    br[i].addresses_count))
			return -1;
		if (lab_find_bridge(lab, br[i].name) != (int)i)
			return lab_error(lab, "bridges", i, "name",
					 "\"%s\" is there twice", br[i].name);
	}
	return 0;
}

static int check_ports(const struct lab *lab)
{
	struct lab_port *port = lab->file->ports;
	unsigned int i, k;

	for (i = 0; i < lab->file->ports_count; i++) {
		if (check_end(lab, "ports", i, &port[i].end))
			return -1;
		if (lab_find_bridge(lab, port[i].bridge) < 0)
			return lab_error(lab, "ports", i, "bridge",
					 "no bridge \"%s\" in this lab",
					 port[i].bridge);
		if (!port[i].peer)
			port[i].peer = xprintf("%s-%s", port[i].end.namespace,
					       port[i].end.device);
		if (check_device(lab, "ports", i, "peer", port[i].peer))
			return -1;
		if (lab_find_bridge(lab, port[i].peer) >= 0)
			return lab_error(lab, "ports", i, "peer",
					 "\"%s\" is the name of a bridge",
					 port[i].peer);
		for (k = 0; k < i; k++)
			if (!strcmp(port[k].peer, port[i].peer))
				return lab_error(lab, "ports", i, "peer",
						 "\"%s\" is there twice",
						 port[i].peer);
	}
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
					 "no bridge \"%s\" in this lab",
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

static int check_routes(const struct lab *lab)
{
	const struct lab_route *route = lab->file->routes;
	struct nl_addr *addr;
	unsigned int i;

	for (i = 0; i < lab->file->routes_count; i++) {
		if (lab_find_namespace(lab, route[i].namespace) < 0)
			return lab_error(lab, "routes", i, "namespace",
					 "no namespace \"%s\" in this lab",
					 route[i].namespace);
		if (!route[i].via && !route[i].dev)
			return lab_error(lab, "routes", i, NULL,
					 "a route needs \"via\" or \"dev\"");
		if (route[i].via) {
			if (nl_addr_parse(route[i].via, AF_UNSPEC, &addr))
				return lab_error(lab, "routes", i, "via",
						 "\"%s\" is no address",
						 route[i].via);
			nl_addr_put(addr);
		}
		if (!strcmp(route[i].to, "default"))
			continue;
		if (nl_addr_parse(route[i].to, AF_UNSPEC, &addr))
			return lab_error(lab, "routes", i, "to",
					 "\"%s\" is no address and not \"default\"",
					 route[i].to);
		nl_addr_put(addr);
	}
	return 0;
}

static int check_action(const struct lab *lab, unsigned int i, const char *key,
			struct lab_action *action)
{
	const char *to = action->to;
	char address[64];

	if (lab_find_namespace(lab, action->from) < 0)
		return lab_error(lab, "checks", i, key,
				 "no namespace \"%s\" in this lab",
				 action->from);
	while (lab_word(&to, address, sizeof(address)))
		if (lab_find_address(lab, address) < 0)
			return lab_error(lab, "checks", i, key,
					 "no namespace of this lab has the address \"%s\"",
					 address);
	if (action->count > 100000)
		return lab_error(lab, "checks", i, key,
				 "count is at most 100000");
	return 0;
}

static int check_checks(const struct lab *lab)
{
	const struct lab_check *check = lab->file->checks;
	unsigned int i;

	for (i = 0; i < lab->file->checks_count; i++) {
		if (!!check[i].ping + !!check[i].tcp + !!check[i].probe != 1)
			return lab_error(lab, "checks", i, NULL,
					 "a check is one of \"ping\", \"tcp\" and \"probe\"");
		if ((check[i].ping &&
		     check_action(lab, i, "ping", check[i].ping)) ||
		    (check[i].tcp &&
		     check_action(lab, i, "tcp", check[i].tcp)) ||
		    (check[i].probe &&
		     check_action(lab, i, "probe", check[i].probe)))
			return -1;
	}
	return 0;
}

int lab_plan(struct lab *lab)
{
	unsigned int i;
	int err;

	if (!lab_name_valid(lab->file->name))
		return lab_error(lab, NULL, 0, "name",
				 "\"%s\" must be letters, digits, \"-\" and \"_\"",
				 lab->file->name);
	err = check_namespaces(lab) ?: check_bridges(lab) ?: check_ports(lab);
	for (i = 0; !err && i < lab->file->cables_count; i++)
		err = check_end(lab, "cables", i,
				&lab->file->cables[i].ends[0]) ?:
		      check_end(lab, "cables", i,
				&lab->file->cables[i].ends[1]);
	return err ?: check_verdicts(lab) ?: check_routes(lab) ?: check_checks(lab);
}
