// SPDX-License-Identifier: GPL-2.0
/* The kernel's "nsbridge" family: its dumps as lists, its requests as calls. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/genl/ctrl.h>
#include "array.h"
#include "err.h"
#include "genl.h"
#include "names.gen.h"

/* A newer kernel may have more of them. */
static const char *name_of(const char *const *names, size_t n, uint32_t i)
{
	return i < n && names[i] ? names[i] : "unknown-to-this-version";
}

const char *reason_name(uint32_t reason)
{
	return name_of(nsb_reason_names, ARRAY_SIZE(nsb_reason_names), reason);
}

const char *origin_name(uint32_t origin)
{
	return name_of(nsb_origin_names, ARRAY_SIZE(nsb_origin_names), origin);
}

const char *target_name(uint32_t target)
{
	return name_of(nsb_target_names, ARRAY_SIZE(nsb_target_names), target);
}

const char *link_name(uint32_t link)
{
	return name_of(nsb_link_names, ARRAY_SIZE(nsb_link_names), link);
}

const char *verdict_name(uint32_t verdict)
{
	return name_of(nsb_verdict_names, ARRAY_SIZE(nsb_verdict_names),
		       verdict);
}

const char *happening_name(uint32_t happening)
{
	return name_of(nsb_happening_names, ARRAY_SIZE(nsb_happening_names),
		       happening);
}

static void get_groups(struct nlattr *groups, struct genl *genl)
{
	struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1], *group, *name, *id;
	int rem;

	nla_for_each_nested(group, groups, rem) {
		if (nla_parse_nested(tb, CTRL_ATTR_MCAST_GRP_MAX, group, NULL))
			continue;
		name = tb[CTRL_ATTR_MCAST_GRP_NAME];
		id = tb[CTRL_ATTR_MCAST_GRP_ID];
		if (name && id && !nla_strcmp(name, NSBRIDGE_MCGRP_EVENTS))
			genl->events = nla_get_u32(id);
		if (name && id && !nla_strcmp(name, NSBRIDGE_MCGRP_FDB))
			genl->fdb = nla_get_u32(id);
	}
}

static int on_family(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct genl *genl = arg;

	if (genlmsg_parse(nlh, 0, tb, CTRL_ATTR_MAX, NULL))
		return 0;
	if (tb[CTRL_ATTR_FAMILY_ID])
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

static uint64_t get_uint(struct nlattr *attr)
{
	if (!attr)
		return 0;
	switch (nla_len(attr)) {
	case sizeof(uint64_t):
		return nla_get_u64(attr);
	case sizeof(uint32_t):
		return nla_get_u32(attr);
	case sizeof(uint16_t):
		return nla_get_u16(attr);
	}
	return 0;
}

static void get_ns(struct nlattr *nest, struct ns_ref *ref)
{
	struct nlattr *tb[NSBRIDGE_A_NS_MAX + 1];

	if (!nest || nla_parse_nested(tb, NSBRIDGE_A_NS_MAX, nest, NULL))
		return;
	ref->inode = get_uint(tb[NSBRIDGE_A_NS_INODE]);
	ref->cookie = get_uint(tb[NSBRIDGE_A_NS_COOKIE]);
	ref->has_nsid = tb[NSBRIDGE_A_NS_NSID];
	ref->nsid = (int32_t)get_uint(tb[NSBRIDGE_A_NS_NSID]);
	ref->self = tb[NSBRIDGE_A_NS_SELF];
}

static void get_drop(struct nlattr *nest, struct crossing *c)
{
	struct nlattr *tb[NSBRIDGE_A_DROP_MAX + 1];
	uint64_t reason;

	if (nla_parse_nested(tb, NSBRIDGE_A_DROP_MAX, nest, NULL))
		return;
	reason = get_uint(tb[NSBRIDGE_A_DROP_REASON]);
	if (reason < NSB_REASONS)
		c->drop[reason] += get_uint(tb[NSBRIDGE_A_DROP_FRAMES]);
}

static int get_crossing(struct nlmsghdr *nlh, struct crossing *c)
{
	struct nlattr *tb[NSBRIDGE_A_CROSSING_MAX + 1], *attr;
	int rem;

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_CROSSING_MAX, NULL))
		return -1;
	c->link = get_uint(tb[NSBRIDGE_A_CROSSING_LINK]);
	c->ifindex = get_uint(tb[NSBRIDGE_A_CROSSING_IFINDEX]);
	get_ns(tb[NSBRIDGE_A_CROSSING_FROM], &c->from);
	c->target = get_uint(tb[NSBRIDGE_A_CROSSING_TARGET]);
	get_ns(tb[NSBRIDGE_A_CROSSING_TO], &c->to);
	c->frames = get_uint(tb[NSBRIDGE_A_CROSSING_FRAMES]);
	c->segs = get_uint(tb[NSBRIDGE_A_CROSSING_SEGS]);
	c->bytes = get_uint(tb[NSBRIDGE_A_CROSSING_BYTES]);
	c->copies = get_uint(tb[NSBRIDGE_A_CROSSING_COPIES]);
	c->flooded = get_uint(tb[NSBRIDGE_A_CROSSING_FLOODED]);
	c->drops = get_uint(tb[NSBRIDGE_A_CROSSING_DROPS]);
	c->drop_copies = get_uint(tb[NSBRIDGE_A_CROSSING_DROP_COPIES]);
	c->first_seen = get_uint(tb[NSBRIDGE_A_CROSSING_FIRST_SEEN]);
	c->last_seen = get_uint(tb[NSBRIDGE_A_CROSSING_LAST_SEEN]);
	c->has_verdict = tb[NSBRIDGE_A_CROSSING_VERDICT];
	c->verdict = get_uint(tb[NSBRIDGE_A_CROSSING_VERDICT]);
	c->rule = get_uint(tb[NSBRIDGE_A_CROSSING_RULE]);
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		if (nla_type(attr) == NSBRIDGE_A_CROSSING_DROP)
			get_drop(attr, c);
	return 0;
}

static int on_crossing(struct nlmsghdr *nlh, void *arg)
{
	struct dump *dump = arg;

	if (get_crossing(nlh, dump_next(dump, sizeof(struct crossing))))
		dump->n--;
	return 0;
}

static int on_side(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[NSBRIDGE_A_NAMESPACE_MAX + 1];
	struct side *s;

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_NAMESPACE_MAX, NULL))
		return 0;
	s = dump_next(arg, sizeof(*s));
	s->ifindex = get_uint(tb[NSBRIDGE_A_NAMESPACE_IFINDEX]);
	get_ns(tb[NSBRIDGE_A_NAMESPACE_NS], &s->ns);
	s->ports = get_uint(tb[NSBRIDGE_A_NAMESPACE_PORTS]);
	s->quota = get_uint(tb[NSBRIDGE_A_NAMESPACE_QUOTA]);
	s->used = get_uint(tb[NSBRIDGE_A_NAMESPACE_USED]);
	s->entries = get_uint(tb[NSBRIDGE_A_NAMESPACE_ENTRIES]);
	s->refused = get_uint(tb[NSBRIDGE_A_NAMESPACE_REFUSED]);
	s->rule_from = get_uint(tb[NSBRIDGE_A_NAMESPACE_RULE_FROM]);
	s->rule_to = get_uint(tb[NSBRIDGE_A_NAMESPACE_RULE_TO]);
	return 0;
}

static int get_fdb(struct nlmsghdr *nlh, struct fdb_entry *f)
{
	struct nlattr *tb[NSBRIDGE_A_FDB_MAX + 1];

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_FDB_MAX, NULL))
		return -1;
	f->ifindex = get_uint(tb[NSBRIDGE_A_FDB_IFINDEX]);
	f->port = get_uint(tb[NSBRIDGE_A_FDB_PORT]);
	if (tb[NSBRIDGE_A_FDB_ADDR])
		nla_memcpy(f->addr, tb[NSBRIDGE_A_FDB_ADDR], sizeof(f->addr));
	f->vlan = get_uint(tb[NSBRIDGE_A_FDB_VLAN]);
	get_ns(tb[NSBRIDGE_A_FDB_NS], &f->ns);
	f->origin = get_uint(tb[NSBRIDGE_A_FDB_ORIGIN]);
	f->uplink = tb[NSBRIDGE_A_FDB_UPLINK];
	f->sticky = tb[NSBRIDGE_A_FDB_STICKY];
	f->has_age = tb[NSBRIDGE_A_FDB_AGE];
	f->age = get_uint(tb[NSBRIDGE_A_FDB_AGE]);
	return 0;
}

static int on_fdb(struct nlmsghdr *nlh, void *arg)
{
	struct dump *dump = arg;

	if (get_fdb(nlh, dump_next(dump, sizeof(struct fdb_entry))))
		dump->n--;
	return 0;
}

static int on_port(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *tb[NSBRIDGE_A_PORT_MAX + 1];
	struct port *p;

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_PORT_MAX, NULL))
		return 0;
	p = dump_next(arg, sizeof(*p));
	p->ifindex = get_uint(tb[NSBRIDGE_A_PORT_IFINDEX]);
	p->port = get_uint(tb[NSBRIDGE_A_PORT_PORT]);
	p->has_ns = tb[NSBRIDGE_A_PORT_NS];
	get_ns(tb[NSBRIDGE_A_PORT_NS], &p->ns);
	p->far = get_uint(tb[NSBRIDGE_A_PORT_FAR]);
	p->uplink = tb[NSBRIDGE_A_PORT_UPLINK];
	return 0;
}

static int dump(struct genl *genl, struct nl_msg *msg, nl_each each,
		struct dump *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = nl_talk_dump(&genl->nl, msg, each, dump_restart, out);
	nlmsg_free(msg);
	return err;
}

int genl_crossings(struct genl *genl, uint32_t ifindex, struct dump *out)
{
	struct nl_msg *msg = request(genl, NSBRIDGE_CMD_CROSSING_GET,
				     NLM_F_DUMP);

	if (ifindex)
		nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, ifindex);
	return dump(genl, msg, on_crossing, out);
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

static int get_event(struct nlmsghdr *nlh, struct event *e)
{
	struct nlattr *tb[NSBRIDGE_A_EVENT_MAX + 1];

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_EVENT_MAX, NULL))
		return -1;
	e->happening = get_uint(tb[NSBRIDGE_A_EVENT_HAPPENING]);
	e->ifindex = get_uint(tb[NSBRIDGE_A_EVENT_IFINDEX]);
	e->port = get_uint(tb[NSBRIDGE_A_EVENT_PORT]);
	e->has_ns = tb[NSBRIDGE_A_EVENT_NS];
	get_ns(tb[NSBRIDGE_A_EVENT_NS], &e->ns);
	e->has_other = tb[NSBRIDGE_A_EVENT_OTHER];
	get_ns(tb[NSBRIDGE_A_EVENT_OTHER], &e->other);
	e->has_addr = tb[NSBRIDGE_A_EVENT_ADDR];
	if (e->has_addr)
		nla_memcpy(e->addr, tb[NSBRIDGE_A_EVENT_ADDR], sizeof(e->addr));
	e->has_ip = tb[NSBRIDGE_A_EVENT_IP];
	if (e->has_ip)
		nla_memcpy(e->ip, tb[NSBRIDGE_A_EVENT_IP], sizeof(e->ip));
	return 0;
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
