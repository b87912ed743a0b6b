// SPDX-License-Identifier: GPL-2.0
/* What a lab file means: checked as a whole before anything is built. */
#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "address.h"
#include "expand.h"
#include "plan.h"
#include "plan_refs.h"

#define MTU_MIN		68
#define MTU_MAX		65535
#define DELAY_MAX	60000.0	/* ms */
#define VLAN_MAX	4094

/* A key below another one: "ends[0]" and "mac". For the caller to free. */
static char *below(const char *where, const char *key)
{
	return xprintf("%s%s%s", where ? where : "", where ? "." : "", key);
}

static int check_device(const struct lab *lab, const char *list,
			unsigned int i, const char *where, const char *last,
			const char *name)
{
	char *key = below(where, last);
	const char *c;
	int err = 0;

	for (c = name; *c; c++)
		if (strchr("/:%", *c) || isspace((unsigned char)*c) ||
		    iscntrl((unsigned char)*c))
			break;
	if (strlen(name) >= IFNAMSIZ)
		err = lab_error(lab, list, i, key,
				"\"%s\" is too long for a device: %d characters are allowed%s",
				name, IFNAMSIZ - 1, !strcmp(last, "peer") ?
				", give a shorter one with \"peer\"" : "");
	else if (*c || !strcmp(name, ".") || !strcmp(name, "..") ||
		 !strcmp(name, "lo") || !strcmp(name, "all") ||
		 !strcmp(name, "default"))
		err = lab_error(lab, list, i, key,
				"\"%s\" cannot be the name of a device: letters, digits, \"-\", \"_\" and \".\" can",
				name);
	free(key);
	return err;
}

static int check_addresses(const struct lab *lab, const char *list,
			   unsigned int i, const char *where, char **addresses,
			   unsigned int n)
{
	char *key;
	unsigned int k;

	for (k = 0; k < n; k++) {
		if (address_family(addresses[k], true) >= 0)
			continue;
		key = xprintf("%s%saddresses[%u]", where ? where : "",
			      where ? "." : "", k);
		lab_error(lab, list, i, key,
			  "\"%s\" is no address: write it as 10.0.0.1/24 or fd00::1/64",
			  addresses[k]);
		free(key);
		return -1;
	}
	return 0;
}

static int check_common(const struct lab *lab, const char *list,
			unsigned int i, const char *where, const char *mac,
			const uint32_t *mtu)
{
	unsigned char bytes[6];
	char *key = NULL;
	int err = 0;

	if (mac && (mac_parse(mac, bytes) || bytes[0] & 1 ||
		    !memcmp(bytes, "\0\0\0\0\0", 6))) {
		key = below(where, "mac");
		if (mac_parse(mac, bytes))
			err = lab_error(lab, list, i, key,
					"\"%s\" is no MAC address: write it as 02:00:00:00:00:01",
					mac);
		else
			err = lab_error(lab, list, i, key,
					"\"%s\" is %s, which no device can have: write it as 02:00:00:00:00:01",
					mac, bytes[0] & 1 ? "a group address" :
					"all zero");
	} else if (mtu && (*mtu < MTU_MIN || *mtu > MTU_MAX)) {
		key = below(where, "mtu");
		err = lab_error(lab, list, i, key, "%u is not from %d to %d",
				*mtu, MTU_MIN, MTU_MAX);
	}
	free(key);
	return err;
}

static int check_netem(const struct lab *lab, const char *list, unsigned int i,
		       const char *where, const struct lab_end *end)
{
	const char *last = NULL, *what = NULL;
	char *key;

	if (end->delay && *end->delay > DELAY_MAX) {
		last = "delay";
		what = "more than 60000 milliseconds are not accepted";
	} else if (end->jitter && !end->delay) {
		last = "jitter";
		what = "there is no \"delay\" that it could vary";
	} else if (end->jitter && *end->jitter > *end->delay) {
		last = "jitter";
		what = "more than \"delay\" is not accepted";
	} else if (end->loss && *end->loss > 100) {
		last = "loss";
		what = "it is in percent: from 0 to 100";
	}
	if (!what)
		return 0;
	key = below(where, last);
	lab_error(lab, list, i, key, "%s", what);
	free(key);
	return -1;
}

static int check_end(const struct lab *lab, const char *list, unsigned int i,
		     const char *where, const struct lab_end *end)
{
	char *key;

	if (lab_find_namespace(lab, end->namespace) < 0) {
		key = below(where, "namespace");
		lab_error(lab, list, i, key,
			  "no namespace \"%s\" in this lab: \"namespaces\" lists them",
			  end->namespace);
		free(key);
		return -1;
	}
	if (check_device(lab, list, i, where, "device", end->device) ||
	    check_common(lab, list, i, where, end->mac, end->mtu) ||
	    check_netem(lab, list, i, where, end))
		return -1;
	return check_addresses(lab, list, i, where, end->addresses,
			       end->addresses_count);
}

static bool container_name(const char *name)
{
	while (isalnum((unsigned char)*name) || (*name && strchr("_.-", *name)))
		name++;
	return !*name;
}

/* What is done to a namespace of somebody else cannot be undone. */
static int check_foreign(const struct lab *lab, unsigned int i)
{
	const struct lab_namespace *ns = &lab->file->namespaces[i];
	const char *key = NULL;

	if (!!ns->netns + !!ns->pid + !!ns->docker > 1)
		return lab_error(lab, "namespaces", i, NULL,
				 "one of \"netns\", \"pid\" and \"docker\" is enough");
	if (ns->pid && (!*ns->pid || *ns->pid > 4194304))
		return lab_error(lab, "namespaces", i, "pid",
				 "%u is no process id: it is from 1 to 4194304",
				 *ns->pid);
	if (ns->docker && !container_name(ns->docker))
		return lab_error(lab, "namespaces", i, "docker",
				 "\"%s\" cannot be the name of a container",
				 ns->docker);
	if (ns->sysctls_count)
		key = "sysctls";
	else if (ns->nftables)
		key = "nftables";
	else if (ns->ipv6)
		key = "ipv6";
	else if (ns->replicas)
		key = "replicas";
	if (!key)
		return 0;
	return lab_error(lab, "namespaces", i, key,
			 "is not for a namespace that is there already");
}

static int check_sysctls(const struct lab *lab, unsigned int i)
{
	const struct lab_namespace *ns = &lab->file->namespaces[i];
	unsigned int k;
	char key[32];

	for (k = 0; k < ns->sysctls_count; k++) {
		if (strchr(ns->sysctls[k], '=') &&
		    !strncmp(ns->sysctls[k], "net.", 4) &&
		    !strstr(ns->sysctls[k], "..") &&
		    !strchr(ns->sysctls[k], '\n'))
			continue;
		snprintf(key, sizeof(key), "sysctls[%u]", k);
		return lab_error(lab, "namespaces", i, key,
				 "\"%s\" is not of the form net.NAME=VALUE",
				 ns->sysctls[k]);
	}
	return 0;
}

static int check_namespaces(const struct lab *lab)
{
	const struct lab_namespace *ns = lab->file->namespaces;
	unsigned int i;

	for (i = 0; i < lab->file->namespaces_count; i++) {
		if (!lab_name_valid(ns[i].name))
			return lab_error(lab, "namespaces", i, "name",
					 "\"%s\" must be up to 100 letters, digits, \"-\" and \"_\"",
					 ns[i].name);
		if (lab_find_namespace(lab, ns[i].name) != (int)i)
			return lab_error(lab, "namespaces", i, "name",
					 "\"%s\" is there twice", ns[i].name);
		if (lab_is_foreign(&ns[i]) && check_foreign(lab, i))
			return -1;
		if (check_sysctls(lab, i))
			return -1;
	}
	return 0;
}

static int check_bridges(const struct lab *lab)
{
	const struct lab_bridge *br = lab->file->bridges;
	unsigned int i;

	for (i = 0; i < lab->file->bridges_count; i++) {
		if (check_device(lab, "bridges", i, NULL, "name", br[i].name) ||
		    check_common(lab, "bridges", i, NULL, br[i].mac,
				 br[i].mtu) ||
		    check_addresses(lab, "bridges", i, NULL, br[i].addresses,
				    br[i].addresses_count))
			return -1;
		if (lab_find_bridge(lab, br[i].name) != (int)i)
			return lab_error(lab, "bridges", i, "name",
					 "\"%s\" is there twice", br[i].name);
		if (br[i].group_fwd_mask && *br[i].group_fwd_mask > 0xffff)
			return lab_error(lab, "bridges", i, "group_fwd_mask",
					 "%u is not from 0 to 65535",
					 *br[i].group_fwd_mask);
	}
	return 0;
}

static int check_vlans(const struct lab *lab, unsigned int i)
{
	const struct lab_port *port = &lab->file->ports[i];
	const struct lab_bridge *br;
	char key[32] = "vlan";
	unsigned int k;

	if (!port->vlan && !port->vlans_count)
		return 0;
	br = &lab->file->bridges[lab_find_bridge(lab, port->bridge)];
	if (!br->vlan_filtering || !*br->vlan_filtering)
		return lab_error(lab, "ports", i, port->vlan ? "vlan" : "vlans",
				 "the bridge \"%s\" has no \"vlan_filtering: on\"",
				 port->bridge);
	if (port->vlan && (!*port->vlan || *port->vlan > VLAN_MAX))
		return lab_error(lab, "ports", i, key,
				 "%u is not from 1 to %d", *port->vlan,
				 VLAN_MAX);
	for (k = 0; k < port->vlans_count; k++) {
		snprintf(key, sizeof(key), "vlans[%u]", k);
		if (!port->vlans[k] || port->vlans[k] > VLAN_MAX)
			return lab_error(lab, "ports", i, key,
					 "%u is not from 1 to %d",
					 port->vlans[k], VLAN_MAX);
		if (port->vlan && port->vlans[k] == *port->vlan)
			return lab_error(lab, "ports", i, key,
					 "%u is \"vlan\" already: it cannot be tagged as well",
					 port->vlans[k]);
	}
	return 0;
}

static char *default_peer(const struct lab_end *end)
{
	return xprintf("%s-%s", end->namespace, end->device);
}

static int check_ports(struct lab *lab)
{
	struct lab_port *port = lab->file->ports;
	unsigned int i;

	for (i = 0; i < lab->file->ports_count; i++) {
		if (check_end(lab, "ports", i, NULL, &port[i].end))
			return -1;
		if (lab_find_bridge(lab, port[i].bridge) < 0)
			return lab_error(lab, "ports", i, "bridge",
					 "no bridge \"%s\" in this lab: \"bridges\" lists them",
					 port[i].bridge);
		if (!port[i].peer)
			port[i].peer = lab_own(lab, default_peer(&port[i].end));
		if (check_device(lab, "ports", i, NULL, "peer", port[i].peer))
			return -1;
		if (lab_find_bridge(lab, port[i].peer) >= 0)
			return lab_error(lab, "ports", i, "peer",
					 "\"%s\" is the name of a bridge",
					 port[i].peer);
		if (check_vlans(lab, i))
			return -1;
	}
	return 0;
}

static int check_cables(const struct lab *lab)
{
	static const char *const ends[] = { "ends[0]", "ends[1]" };
	const struct lab_cable *cable = lab->file->cables;
	unsigned int i, e, foreign;
	int ns;

	for (i = 0; i < lab->file->cables_count; i++) {
		foreign = 0;
		for (e = 0; e < 2; e++) {
			if (check_end(lab, "cables", i, ends[e],
				      &cable[i].ends[e]))
				return -1;
			ns = lab_find_namespace(lab, cable[i].ends[e].namespace);
			foreign += lab_is_foreign(&lab->file->namespaces[ns]);
		}
		/* Nothing of the lab would take it away with itself. */
		if (foreign == 2)
			return lab_error(lab, "cables", i, NULL,
					 "both ends are in namespaces that are there already: one must be of this lab");
	}
	return 0;
}

static int check_devices(const struct lab *lab)
{
	const struct lab_device *dev = lab->file->devices;
	unsigned int i;
	int ns;

	for (i = 0; i < lab->file->devices_count; i++) {
		if (check_end(lab, "devices", i, NULL, &dev[i].end))
			return -1;
		ns = lab_find_namespace(lab, dev[i].end.namespace);
		if (lab_is_foreign(&lab->file->namespaces[ns]))
			return lab_error(lab, "devices", i, "namespace",
					 "\"%s\" is a namespace that is there already: only ports and cables lead there",
					 dev[i].end.namespace);
		if (!dev[i].vlan != !dev[i].link)
			return lab_error(lab, "devices", i,
					 dev[i].vlan ? "vlan" : "link",
					 "a VLAN device needs both \"link\" and \"vlan\"");
		if (dev[i].vlan && (!*dev[i].vlan || *dev[i].vlan > VLAN_MAX))
			return lab_error(lab, "devices", i, "vlan",
					 "%u is not from 1 to %d", *dev[i].vlan,
					 VLAN_MAX);
	}
	return 0;
}

int lab_plan(struct lab *lab)
{
	if (!lab_name_valid(lab->file->name))
		return lab_error(lab, NULL, 0, "name",
				 "\"%s\" must be up to 100 letters, digits, \"-\" and \"_\"",
				 lab->file->name);
	return check_namespaces(lab) ?: check_bridges(lab) ?:
	       check_ports(lab) ?: check_cables(lab) ?: check_devices(lab) ?:
	       plan_refs(lab);
}
