// SPDX-License-Identifier: GPL-2.0
/* nsbridge namespace: every network namespace on this machine. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/net_namespace.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"
#include "namespace_devs.h"

#define HELP "nsbridge namespace help"
#define SHOWN_PIDS	3

static const char usage[] =
	"Usage: nsbridge [ -s ] namespace [ list ] [ addresses ]\n"
	"       nsbridge namespace show [ bridge DEV ]\n";

#define ADDRESS_COLUMN	5

static const struct column columns[] = {
	{ "name", 0 },
	{ "source", 0 },
	{ "inode", OUT_RIGHT },
	{ "nsid", OUT_RIGHT },
	{ "devices", OUT_RIGHT },
	[ADDRESS_COLUMN] = { "addresses", 0 },
	{ "path", OUT_JSON_ONLY },
	{ "processes", 0 },
	{ "bridges", 0 },
	{ NULL, 0 }
};

/* What a bridge in one namespace knows of another. */
struct seat {
	uint64_t home;		/* the namespace the bridge is in */
	char bridge[IF_NAMESIZE];
	struct side side;
};

/* What was found inside of each. */
struct seats {
	struct seat *seat;
	size_t n;
	bool addresses;
	bool bridges;		/* the kernel knows of them */
	struct dump devs;	/* of struct ns_devs */
};

static int on_nsid(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attr;

	attr = nlmsg_find_attr(nlh, sizeof(struct rtgenmsg), NETNSA_NSID);
	if (attr)
		*(int *)arg = (int)nla_get_u32(attr);
	return 0;
}

/* -1 when the namespace of the caller has no number for it. */
static int nsid_of(struct nl *nl, const char *path)
{
	struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	struct nl_msg *msg;
	int nsid = -1;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	msg = nlmsg_alloc_simple(RTM_GETNSID, 0);
	if (msg && !nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) &&
	    !nla_put_u32(msg, NETNSA_FD, fd))
		nl_talk(nl, msg, on_nsid, &nsid);
	nlmsg_free(msg);
	close(fd);
	return nsid;
}

/* The bridges in the namespace the caller is in just now. */
static void collect_here(struct seats *seats, uint64_t home)
{
	const struct side *side;
	struct genl genl;
	struct dump dump;
	struct seat *seat;
	size_t i;

	if (genl_try(&genl))
		return;
	if (!genl_sides(&genl, 0, &dump)) {
		side = dump.item;
		seats->seat = xalloc(seats->seat, (seats->n + dump.n) *
				     sizeof(*seats->seat));
		for (i = 0; i < dump.n; i++) {
			seat = &seats->seat[seats->n++];
			seat->home = home;
			seat->side = side[i];
			dev_name(side[i].ifindex, seat->bridge);
		}
	}
	free(dump.item);
	genl_shut(&genl);
}

/* Devices are told of only in their own namespace, and of its namespaces a
 * bridge tells only in its own one: visit them all.
 */
static void look_inside(struct netns *ns, void *arg)
{
	struct seats *seats = arg;
	struct ns_devs *d = dump_next(&seats->devs, sizeof(*d));

	d->inode = ns->inode;
	ns_devs_look(d, seats->addresses);
	if (seats->bridges)
		collect_here(seats, ns->inode);
}

static void collect(struct seats *seats, struct netns_list *list)
{
	struct genl genl;

	seats->bridges = !genl_try(&genl);
	if (seats->bridges)
		genl_shut(&genl);
	netns_visit(list, look_inside, seats);
}

static void show_devs(struct out *out, const struct netns *ns,
		      const struct seats *seats)
{
	const struct ns_devs *d = seats->devs.item;
	size_t i;

	for (i = 0; i < seats->devs.n; i++)
		if (d[i].inode == ns->inode)
			ns_devs_show(out, &d[i], seats->addresses);
}

static void seats_free(struct seats *seats)
{
	struct ns_devs *d = seats->devs.item;
	size_t i;

	for (i = 0; i < seats->devs.n; i++)
		free(d[i].addr.item);
	free(d);
	free(seats->seat);
}

static void show_pids(struct out *out, const struct netns *ns)
{
	const struct netns_pid *pid = ns->n_pids ? ns->pids : ns->holders;
	size_t n = ns->n_pids ? ns->n_pids : ns->n_holders;
	const char *how = ns->n_pids ? "" : "open in ";
	char text[160] = "";
	size_t i, len = 0;

	for (i = 0; i < n && i < SHOWN_PIDS; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%d/%s",
				i ? " " : how, (int)pid[i].pid, pid[i].comm);
	if (n > SHOWN_PIDS)
		snprintf(text + len, sizeof(text) - len, " +%zu",
			 n - SHOWN_PIDS);
	out_cell(out, "processes", n ? text : "-", NULL);
}

static struct json_object *pids_json(const struct netns_pid *pid, size_t n)
{
	struct json_object *list = json_object_new_array();
	struct json_object *one;
	size_t i;

	for (i = 0; i < n; i++) {
		one = json_object_new_object();
		json_u64(one, "pid", pid[i].pid);
		json_str(one, "command", pid[i].comm);
		json_object_array_add(list, one);
	}
	return list;
}

static struct json_object *seat_json(struct netns_list *list,
				     const struct seat *seat)
{
	struct json_object *one = json_object_new_object();
	const struct side *side = &seat->side;

	json_str(one, "bridge", seat->bridge);
	json_str(one, "in", netns_name(list, seat->home));
	json_u64(one, "ports", side->ports);
	json_u64(one, "quota", side->quota);
	json_u64(one, "used", side->used);
	json_u64(one, "entries", side->entries);
	json_u64(one, "refused", side->refused);
	json_str(one, "rule_from", verdict_name(side->rule_from));
	json_str(one, "rule_to", verdict_name(side->rule_to));
	return one;
}

/* ", from deny" and the like. */
static const char *rule_text(const char *what, uint32_t rule, char *buf,
			     size_t size)
{
	if (rule == NSBRIDGE_VERDICT_UNSET)
		return "";
	snprintf(buf, size, ", %s %s", what, verdict_name(rule));
	return buf;
}

static void show_seats(struct out *out, struct netns_list *list,
		       const struct netns *ns, const struct seats *seats)
{
	struct json_object *json = json_object_new_array();
	uint64_t inode = ns->inode;
	char *text = xstrdup("");
	char from[32], to[32];
	const struct seat *seat;
	char *longer;
	size_t i;

	for (i = 0; i < seats->n; i++) {
		seat = &seats->seat[i];
		if (seat->side.ns.inode != inode)
			continue;
		json_object_array_add(json, seat_json(list, seat));
		longer = xprintf("%s%s%s in %s: %u port%s, %u of %u entries%s%s",
				 text, *text ? "; " : "", seat->bridge,
				 netns_name(list, seat->home), seat->side.ports,
				 seat->side.ports == 1 ? "" : "s",
				 seat->side.used, seat->side.quota,
				 rule_text("from", seat->side.rule_from, from,
					   sizeof(from)),
				 rule_text("to", seat->side.rule_to, to,
					   sizeof(to)));
		free(text);
		text = longer;
	}
	out_cell(out, "bridges", *text ? text : "-", json);
	free(text);
}

static void show_one(struct out *out, struct nl *nl, struct netns_list *list,
		     const struct netns *ns, const struct seats *seats)
{
	int nsid = nsid_of(nl, ns->path);
	char text[16];

	out_row(out);
	out_str(out, "name", ns->name);
	out_str(out, "source", netns_source_names[ns->source]);
	out_u64(out, "inode", ns->inode);
	if (nsid >= 0) {
		snprintf(text, sizeof(text), "%d", nsid);
		out_cell(out, "nsid", text, json_object_new_int(nsid));
	}
	if (opt.json) {
		out_str(out, "path", ns->path);
		out_cell(out, "processes", NULL,
			 pids_json(ns->pids, ns->n_pids));
		out_cell(out, "holders", NULL,
			 pids_json(ns->holders, ns->n_holders));
	} else {
		show_pids(out, ns);
	}
	show_devs(out, ns, seats);
	show_seats(out, list, ns, seats);
}

static int by_source(const void *a, const void *b)
{
	const struct netns *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return strverscmp(x->name, y->name);
}

static int namespace_list(bool addresses)
{
	struct column chosen[ARRAY_SIZE(columns)];
	struct seats seats = { .addresses = addresses };
	struct netns_list list;
	struct out *out;
	struct nl nl;
	size_t i, n;

	if (nl_open(&nl, NETLINK_ROUTE))
		return fail("cannot open a netlink socket: %s", nl.msg);
	netns_scan_names(&list);
	netns_scan_procs(&list);
	if (list.n) {
		qsort(list.ns, list.n, sizeof(*list.ns), by_source);
		netns_index(&list);
	}
	collect(&seats, &list);
	memcpy(chosen, columns, sizeof(columns));
	if (!addresses)
		chosen[ADDRESS_COLUMN].flags = OUT_JSON_ONLY;
	out = out_new(chosen);
	/* Naming a bridge's namespace may add to the list what is gone. */
	n = list.n;
	for (i = 0; i < n; i++)
		show_one(out, &nl, &list, &list.ns[i], &seats);
	out_print(out);
	seats_free(&seats);
	netns_free(&list);
	nl_shut(&nl);
	return 0;
}

int cmd_namespace(int argc, char **argv)
{
	uint32_t ifindex = 0;

	if (argc > 0 && word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (argc < 1 || word(argv[0], "list")) {
		if (argc > 2 || (argc > 1 && !word(argv[1], "addresses")))
			return usage_error(HELP, "\"%s\" is out of place",
					   argv[argc - 1]);
		return namespace_list(opt.stats || argc > 1);
	}
	if (word(argv[0], "addresses") && argc == 1)
		return namespace_list(true);
	if (!word(argv[0], "show"))
		return usage_error(HELP, "no command \"%s\" for namespace",
				   argv[0]);
	if (argc > 1) {
		if (argc != 3 || !(word(argv[1], "bridge") ||
				   !strcmp(argv[1], "dev")))
			return usage_error(HELP, "\"%s\" is out of place",
					   argv[1]);
		ifindex = find_device(argv[2]);
		if (!ifindex)
			return -1;
	}
	return namespace_show(ifindex);
}
