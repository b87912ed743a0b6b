// SPDX-License-Identifier: GPL-2.0
/* The kernel's "nsbridge" family: its dumps as lists, its requests as calls. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/genl/ctrl.h>
#include "err.h"
#include "genl.h"
#include "genl_parse.h"

static void get_groups(struct nlattr *groups, struct genl *genl)
{
	struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1], *group, *name, *id;
	int rem;

	nla_for_each_nested(group, groups, rem) {
		if (nla_parse_nested(tb, CTRL_ATTR_MCAST_GRP_MAX, group, NULL))
			continue;
		name = tb[CTRL_ATTR_MCAST_GRP_NAME];
		id = tb[CTRL_ATTR_MCAST_GRP_ID];
		if (!name || !id || nla_len(id) < (int)sizeof(uint32_t))
			continue;
		if (!nla_strcmp(name, NSBRIDGE_MCGRP_EVENTS))
			genl->events = nla_get_u32(id);
		if (!nla_strcmp(name, NSBRIDGE_MCGRP_FDB))
			genl->fdb = nla_get_u32(id);
	}
}

static int on_family(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct genl *genl = arg;

	if (genlmsg_parse(nlh, 0, tb, CTRL_ATTR_MAX, NULL))
		return 0;
	if (tb[CTRL_ATTR_FAMILY_ID] &&
	    nla_len(tb[CTRL_ATTR_FAMILY_ID]) >= (int)sizeof(uint16_t))
		genl->family = nla_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		get_groups(tb[CTRL_ATTR_MCAST_GROUPS], genl);
	return 0;
}

/* Asking the controller by name makes the kernel try to load the module. */
static int find_family(struct genl *genl)
{
	struct nl_msg *msg = nlmsg_alloc();
	int err;

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, GENL_ID_CTRL,
				 0, 0, CTRL_CMD_GETFAMILY, 1) ||
	    nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, NSBRIDGE_FAMILY_NAME)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	err = nl_talk(&genl->nl, msg, on_family, genl);
	nlmsg_free(msg);
	if (!err && !genl->family)
		err = -ENOENT;
	return err;
}

int genl_try(struct genl *genl)
{
	int err;

	memset(genl, 0, sizeof(*genl));
	err = nl_open(&genl->nl, NETLINK_GENERIC);
	if (err)
		return err;
	err = find_family(genl);
	if (err)
		genl_shut(genl);
	return err;
}

int genl_open(struct genl *genl)
{
	int err = genl_try(genl);

	if (err == -ENOENT)
		return fail("the kernel has no family \"" NSBRIDGE_FAMILY_NAME "\": load the module with \"modprobe nsbridge\"");
	if (err)
		return fail("cannot ask the kernel: %s", strerror(-err));
	return 0;
}

void genl_shut(struct genl *genl)
{
	nl_shut(&genl->nl);
}

int genl_fail(struct genl *genl, const char *what)
{
	if (genl->nl.error == EPERM)
		return fail("%s: %s: this needs CAP_NET_ADMIN, run it as root",
			    what, genl->nl.msg);
	return fail("%s: %s", what, genl->nl.msg);
}

static struct nl_msg *request(struct genl *genl, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, genl->family,
				 0, flags, cmd, NSBRIDGE_FAMILY_VERSION)) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return msg;
}

void *dump_next(struct dump *dump, size_t size)
{
	if (dump->n == dump->room) {
		dump->room = dump->room ? dump->room * 2 : 64;
		dump->item = xalloc(dump->item, dump->room * size);
	}
	return memset((char *)dump->item + dump->n++ * size, 0, size);
}

void dump_restart(void *arg)
{
	((struct dump *)arg)->n = 0;
}

#define ON(name, type)							\
	static int on_##name(struct nlmsghdr *nlh, void *arg)		\
	{								\
		struct dump *d = arg;					\
									\
		if (get_##name(nlh, dump_next(d, sizeof(struct type))))	\
			d->n--;						\
		return 0;						\
	}

ON(crossing, crossing)
ON(latency, latency)
ON(side, side)
ON(fdb, fdb_entry)
ON(port, port)

static int dump(struct genl *genl, struct nl_msg *msg, nl_each each,
		struct dump *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = nl_talk_dump(&genl->nl, msg, each, dump_restart, out);
	nlmsg_free(msg);
	return err;
}

static void put_pick(struct nl_msg *msg, int attr, const struct ns_pick *pick)
{
	struct nlattr *nest;

	if (pick->fd < 0 && !pick->inode)
		return;
	nest = nla_nest_start(msg, attr);
	if (pick->fd >= 0)
		nla_put_u32(msg, NSBRIDGE_A_NS_FD, pick->fd);
	else
		nla_put_u64(msg, NSBRIDGE_A_NS_INODE, pick->inode);
	nla_nest_end(msg, nest);
}

int genl_crossings_which(struct genl *genl, const struct which *which,
			 struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_CROSSING_GET,
				     NLM_F_DUMP);

	if (which->ifindex)
		nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, which->ifindex);
	put_pick(msg, NSBRIDGE_A_CROSSING_FROM, &which->from);
	put_pick(msg, NSBRIDGE_A_CROSSING_TO, &which->to);
	if (which->since)
		nla_put_u64(msg, NSBRIDGE_A_CROSSING_SINCE, which->since);
	return dump(genl, msg, on_crossing, out);
}

int genl_crossings(struct genl *genl, uint32_t ifindex, struct dump *out)
{
	const struct which which = {
		.ifindex = ifindex,
		.from = { .fd = -1 },
		.to = { .fd = -1 },
	};

	return genl_crossings_which(genl, &which, out);
}

int genl_latencies(struct genl *genl, uint32_t ifindex, struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_CROSSING_GET,
				     NLM_F_DUMP);

	if (ifindex)
		nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, ifindex);
	nla_put_u32(msg, NSBRIDGE_A_CROSSING_TARGET, NSBRIDGE_TARGET_NAMESPACE);
	return dump(genl, msg, on_latency, out);
}

int genl_sides(struct genl *genl, uint32_t ifindex, struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_NAMESPACE_GET,
				     NLM_F_DUMP);

	if (ifindex)
		nla_put_u32(msg, NSBRIDGE_A_NAMESPACE_IFINDEX, ifindex);
	return dump(genl, msg, on_side, out);
}

int genl_fdb(struct genl *genl, uint32_t ifindex, uint32_t port,
	     struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_FDB_GET, NLM_F_DUMP);

	if (ifindex)
		nla_put_u32(msg, NSBRIDGE_A_FDB_IFINDEX, ifindex);
	if (port)
		nla_put_u32(msg, NSBRIDGE_A_FDB_PORT, port);
	return dump(genl, msg, on_fdb, out);
}

int genl_ports(struct genl *genl, uint32_t ifindex, uint32_t port,
	       struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_PORT_GET, NLM_F_DUMP);

	if (ifindex)
		nla_put_u32(msg, NSBRIDGE_A_PORT_IFINDEX, ifindex);
	if (port)
		nla_put_u32(msg, NSBRIDGE_A_PORT_PORT, port);
	return dump(genl, msg, on_port, out);
}

int genl_fdb_change(struct genl *genl, int cmd, const struct fdb_entry *f)
{
	struct nl_msg *msg = request(genl, cmd, NLM_F_ACK);
	int err;

	nla_put_u32(msg, NSBRIDGE_A_FDB_PORT, f->port);
	nla_put(msg, NSBRIDGE_A_FDB_ADDR, sizeof(f->addr), f->addr);
	if (f->vlan)
		nla_put_u16(msg, NSBRIDGE_A_FDB_VLAN, f->vlan);
	if (cmd == NSBRIDGE_CMD_FDB_ADD) {
		nla_put_u32(msg, NSBRIDGE_A_FDB_ORIGIN, f->origin);
		if (f->sticky)
			nla_put_flag(msg, NSBRIDGE_A_FDB_STICKY);
	}
	err = nl_talk(&genl->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	return err;
}

int genl_crossing_set(struct genl *genl, uint32_t ifindex,
		      const struct ns_pick *from, const struct ns_pick *to,
		      uint32_t rule)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_CROSSING_SET,
				     NLM_F_ACK);
	int err;

	nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, ifindex);
	put_pick(msg, NSBRIDGE_A_CROSSING_FROM, from);
	put_pick(msg, NSBRIDGE_A_CROSSING_TO, to);
	nla_put_u32(msg, NSBRIDGE_A_CROSSING_RULE, rule);
	err = nl_talk(&genl->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	return err;
}

int genl_listen(struct genl *genl)
{
	return nl_listen(&genl->nl, genl->events);
}

struct listener {
	void (*event)(const struct event *e, void *arg);
	void (*crossing_end)(const struct crossing *c, void *arg);
	void *arg;
};

static int on_notice(struct nlmsghdr *nlh, void *arg)
{
	const struct genlmsghdr *head = nlmsg_data(nlh);
	const struct listener *l = arg;
	struct crossing c = { 0 };
	struct event e = { 0 };

	if (!genlmsg_valid_hdr(nlh, 0))
		return 0;
	if (head->cmd == NSBRIDGE_CMD_EVENT && !get_event(nlh, &e))
		l->event(&e, l->arg);
	if (head->cmd == NSBRIDGE_CMD_CROSSING_END && !get_crossing(nlh, &c))
		l->crossing_end(&c, l->arg);
	return 0;
}

int genl_next(struct genl *genl, void (*event)(const struct event *e, void *arg),
	      void (*crossing_end)(const struct crossing *c, void *arg),
	      void *arg)
{
	struct listener l = { event, crossing_end, arg };

	return nl_next(&genl->nl, on_notice, &l);
}

struct fdb_listener {
	void (*each)(const struct fdb_entry *f, bool gone, void *arg);
	void *arg;
};

static int on_fdb_notice(struct nlmsghdr *nlh, void *arg)
{
	const struct genlmsghdr *head = nlmsg_data(nlh);
	const struct fdb_listener *l = arg;
	struct fdb_entry f = { 0 };

	if (!genlmsg_valid_hdr(nlh, 0))
		return 0;
	if ((head->cmd == NSBRIDGE_CMD_FDB_NEW ||
	     head->cmd == NSBRIDGE_CMD_FDB_GONE) && !get_fdb(nlh, &f))
		l->each(&f, head->cmd == NSBRIDGE_CMD_FDB_GONE, l->arg);
	return 0;
}

int genl_fdb_listen(struct genl *genl)
{
	return nl_listen(&genl->nl, genl->fdb);
}

int genl_fdb_next(struct genl *genl,
		  void (*each)(const struct fdb_entry *f, bool gone, void *arg),
		  void *arg)
{
	struct fdb_listener l = { each, arg };

	return nl_next(&genl->nl, on_fdb_notice, &l);
}
