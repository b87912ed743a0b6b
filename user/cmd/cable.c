// SPDX-License-Identifier: GPL-2.0
/* nsbridge cable: both ends of every pair of devices on this machine. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/owner.h"
#include "../lib/rtlink.h"
#include "cmd.h"

#define HELP "nsbridge cable help"

static const char usage[] =
	"Usage: nsbridge cable [ list ] [ NAMESPACE ] [ dev DEV ]\n"
	"Both ends of every nsveth and veth pair of this machine, whichever namespaces\n"
	"they are in. With NAMESPACE those with an end there, with DEV those with an end\n"
	"of that name.\n";

static const struct column columns[] = {
	{ "kind", 0 },
	{ "dev", 0 },
	{ "namespace", 0 },
	{ "owner", 0 },
	{ "master", 0 },
	{ "peer", 0 },
	{ "peer_namespace", 0 },
	{ "peer_owner", 0 },
	{ "peer_master", 0 },
	{ "state", 0 },
	{ NULL, 0 }
};

struct end {
	struct netns *ns;
	struct rtlink link;
	char master[IF_NAMESIZE];
	struct end *peer;
};

struct ends {
	struct dump dump;
	struct end **by_key;	/* sorted by (ifindex, peer's ifindex) */
};

static bool is_cable(const struct rtlink *link)
{
	return link->peer && (!strcmp(link->kind, "nsveth") ||
			      !strcmp(link->kind, "veth"));
}

static void collect_kind(struct ends *ends, struct netns *ns, struct nl *nl,
			 const char *kind)
{
	const struct rtlink *link;
	struct rtlink master;
	struct dump dump;
	struct end *end;
	size_t i;

	if (!rtlink_dump(nl, 0, kind, &dump)) {
		link = dump.item;
		for (i = 0; i < dump.n; i++) {
			/* A kind that the kernel does not know filters nothing. */
			if (!is_cable(&link[i]) || strcmp(link[i].kind, kind))
				continue;
			end = dump_next(&ends->dump, sizeof(*end));
			end->ns = ns;
			end->link = link[i];
			if (link[i].master &&
			    !rtlink_get(nl, link[i].master, -1, &master))
				memcpy(end->master, master.name,
				       sizeof(end->master));
		}
	}
	free(dump.item);
}

static void collect(struct netns *ns, void *arg)
{
	struct nl nl;

	if (nl_open(&nl, NETLINK_ROUTE))
		return;
	collect_kind(arg, ns, &nl, "nsveth");
	collect_kind(arg, ns, &nl, "veth");
	nl_shut(&nl);
}

static int on_nsid(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attr;

	attr = nlmsg_find_attr(nlh, sizeof(struct rtgenmsg), NETNSA_NSID);
	if (attr)
		*(int *)arg = (int)nla_get_u32(attr);
	return 0;
}

/* Has the namespace of b this number in that of a? Asked in the one of a. */
static bool numbered(const struct end *a, const struct end *b)
{
	struct rtgenmsg head = { .rtgen_family = AF_UNSPEC };
	int here = netns_self(), nsid = -1;
	struct nl_msg *msg;
	struct nl nl;
	int in, to;

	in = open(a->ns->path, O_RDONLY | O_CLOEXEC);
	to = open(b->ns->path, O_RDONLY | O_CLOEXEC);
	if (here >= 0 && in >= 0 && to >= 0 && !netns_enter(in)) {
		if (!nl_open(&nl, NETLINK_ROUTE)) {
			msg = nlmsg_alloc_simple(RTM_GETNSID, NLM_F_ACK);
			if (msg && !nlmsg_append(msg, &head, sizeof(head),
						 NLMSG_ALIGNTO) &&
			    !nla_put_u32(msg, NETNSA_FD, to))
				nl_talk(&nl, msg, on_nsid, &nsid);
			nlmsg_free(msg);
			nl_shut(&nl);
		}
		if (netns_enter(here)) {
			fail("cannot return to the network namespace of the command: %m");
			exit(EXIT_FAILED);
		}
	}
	if (in >= 0)
		close(in);
	if (to >= 0)
		close(to);
	if (here >= 0)
		close(here);
	return nsid == a->link.peer_nsid;
}

static int by_key(const void *a, const void *b)
{
	const struct end *x = *(struct end *const *)a;
	const struct end *y = *(struct end *const *)b;

	if (x->link.ifindex != y->link.ifindex)
		return x->link.ifindex < y->link.ifindex ? -1 : 1;
	if (x->link.peer != y->link.peer)
		return x->link.peer < y->link.peer ? -1 : 1;
	return 0;
}

static bool may_be(const struct end *a, const struct end *b)
{
	if (a == b || b->peer || strcmp(a->link.kind, b->link.kind) != 0)
		return false;
	if (a->link.peer_nsid < 0 || b->link.peer_nsid < 0)
		return a->ns == b->ns && a->link.peer_nsid == b->link.peer_nsid;
	return a->ns != b->ns;
}

/* Who says that its peer has the number of this end, and the other way round?
 * Mostly there is one, and where there are more the numbers of the namespaces
 * tell.
 */
static void find_peer(struct ends *ends, struct end *end)
{
	struct end want = { .link = { .ifindex = end->link.peer,
				      .peer = end->link.ifindex } };
	struct end *key = &want, *only = NULL;
	size_t n = ends->dump.n, i = 0, found = 0;
	struct end **at;

	at = bsearch(&key, ends->by_key, n, sizeof(*at), by_key);
	if (!at)
		return;
	i = at - ends->by_key;
	while (i > 0 && !by_key(&ends->by_key[i - 1], &key))
		i--;
	at = &ends->by_key[i];
	for (; i < n && !by_key(&ends->by_key[i], &key); i++) {
		if (!may_be(end, ends->by_key[i]))
			continue;
		only = ends->by_key[i];
		found++;
	}
	for (; found > 1 && at < ends->by_key + n && !by_key(at, &key); at++) {
		only = NULL;
		if (!may_be(end, *at) || !numbered(end, *at) ||
		    !numbered(*at, end))
			continue;
		only = *at;
		break;
	}
	if (!only)
		return;
	end->peer = only;
	only->peer = end;
}

static void match(struct ends *ends)
{
	struct end *end = ends->dump.item;
	size_t i, n = ends->dump.n;

	ends->by_key = xalloc(NULL, n * sizeof(*ends->by_key));
	for (i = 0; i < n; i++)
		ends->by_key[i] = &end[i];
	if (n)
		qsort(ends->by_key, n, sizeof(*ends->by_key), by_key);
	for (i = 0; i < n; i++)
		if (!end[i].peer)
			find_peer(ends, &end[i]);
}

static struct json_object *end_json(const struct end *end, const char *owner)
{
	struct json_object *json = json_object_new_object();

	json_str(json, "dev", end->link.name);
	json_u64(json, "ifindex", end->link.ifindex);
	json_str(json, "namespace", end->ns->name);
	json_u64(json, "inode", end->ns->inode);
	json_str(json, "owner", owner);
	if (*end->master)
		json_str(json, "master", end->master);
	json_add(json, "up", json_object_new_boolean(end->link.flags & IFF_UP));
	return json;
}

static const char *state(const struct end *a)
{
	if (!(a->link.flags & IFF_UP) ||
	    (a->peer && !(a->peer->link.flags & IFF_UP)))
		return "down";
	return a->link.carrier ? "up" : "no carrier";
}

static void show_one(struct out *out, const struct end *a)
{
	char *owner = owner_text(a->ns), *peer_owner = NULL;
	const struct end *b = a->peer;

	if (b)
		peer_owner = owner_text(b->ns);
	out_row(out);
	out_str(out, "kind", a->link.kind);
	out_str(out, "state", state(a));
	if (opt.json) {
		struct json_object *both = json_object_new_array();

		json_object_array_add(both, end_json(a, owner));
		if (b)
			json_object_array_add(both, end_json(b, peer_owner));
		out_cell(out, "ends", NULL, both);
	} else {
		out_str(out, "dev", a->link.name);
		out_str(out, "namespace", a->ns->name);
		out_str(out, "owner", owner);
		if (*a->master)
			out_str(out, "master", a->master);
		out_str(out, "peer", b ? b->link.name : "?");
	}
	if (b && !opt.json) {
		out_str(out, "peer_namespace", b->ns->name);
		out_str(out, "peer_owner", peer_owner);
		if (*b->master)
			out_str(out, "peer_master", b->master);
	}
	free(owner);
	free(peer_owner);
}

struct only {
	uint64_t inode;
	const char *dev;
};

static bool is_end(const struct only *only, const struct end *end)
{
	return (!only->inode || end->ns->inode == only->inode) &&
	       (!only->dev || !strcmp(end->link.name, only->dev));
}

static int by_name(const void *a, const void *b)
{
	const struct end *x = *(struct end *const *)a;
	const struct end *y = *(struct end *const *)b;

	return strcmp(x->link.kind, y->link.kind) ?:
	       strverscmp(x->ns->name, y->ns->name) ?:
	       strverscmp(x->link.name, y->link.name);
}

static int cable_list(const struct only *only)
{
	struct ends ends = { 0 };
	struct netns_list list;
	struct end *end;
	struct out *out;
	size_t i;

	netns_scan_names(&list);
	netns_scan_procs(&list);
	netns_visit(&list, collect, &ends);
	match(&ends);
	if (ends.dump.n)
		qsort(ends.by_key, ends.dump.n, sizeof(*ends.by_key), by_name);
	out = out_new(columns);
	for (i = 0; i < ends.dump.n; i++) {
		end = ends.by_key[i];
		/* Each pair once, at the end that comes first or is asked for. */
		if (!is_end(only, end) ||
		    (end->peer && is_end(only, end->peer) &&
		     by_name(&end->peer, &end) < 0))
			continue;
		if (end->peer && is_end(only, end->peer) &&
		    !by_name(&end->peer, &end) && end->peer < end)
			continue;
		show_one(out, end);
	}
	out_print(out);
	free(ends.by_key);
	free(ends.dump.item);
	netns_free(&list);
	return 0;
}

int cmd_cable(int argc, char **argv)
{
	struct only only = { 0 };
	int fd;

	if (argc > 0 && word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (argc > 0 && !word(argv[0], "list") && !word(argv[0], "show"))
		return usage_error(HELP, "no command \"%s\" for cable", argv[0]);
	for (argc--, argv++; argc > 0; argc--, argv++) {
		if (argc > 1 && !strcmp(argv[0], "dev")) {
			only.dev = argv[1];
			argc--;
			argv++;
		} else if (!only.inode && strcmp(argv[0], "dev") != 0) {
			fd = netns_open(argv[0]);
			if (fd < 0)
				return -1;
			only.inode = netns_inode(fd);
			close(fd);
		} else {
			return usage_error(HELP, "\"%s\" is out of place",
					   argv[0]);
		}
	}
	return cable_list(&only);
}
