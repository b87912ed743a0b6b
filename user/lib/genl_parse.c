// SPDX-License-Identifier: GPL-2.0
/* What a message of the kernel's "nsbridge" family says. A newer kernel may say
 * more, and an attribute may be missing.
 */
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include "array.h"
#include "genl.h"
#include "genl_parse.h"
#include "names.gen.h"

/* A newer kernel may have more of them. */
static const char *name_of(const char *const *names, size_t n, uint32_t i)
{
	return i < n && names[i] ? names[i] : "unknown-to-this-version";
}

const char *reason_name(uint32_t reason)
{
	_Static_assert(ARRAY_SIZE(nsb_reason_names) < NSB_REASONS,
		       "no room for what this version does not know");
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
	if (reason >= NSB_REASONS)
		reason = NSB_REASONS - 1;
	c->drop[reason] += get_uint(tb[NSBRIDGE_A_DROP_FRAMES]);
}

int get_crossing(struct nlmsghdr *nlh, struct crossing *c)
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

static void get_bar(struct nlattr *nest, struct latency *l)
{
	struct nlattr *tb[NSBRIDGE_A_LATENCY_MAX + 1];
	uint64_t least;

	if (nla_parse_nested(tb, NSBRIDGE_A_LATENCY_MAX, nest, NULL))
		return;
	least = get_uint(tb[NSBRIDGE_A_LATENCY_LEAST]);
	l->bar[least ? 64 - __builtin_clzll(least) : 0] +=
		get_uint(tb[NSBRIDGE_A_LATENCY_FRAMES]);
}

int get_latency(struct nlmsghdr *nlh, struct latency *l)
{
	struct nlattr *attr;
	int rem;

	if (get_crossing(nlh, &l->crossing))
		return -1;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		if (nla_type(attr) == NSBRIDGE_A_CROSSING_LATENCY)
			get_bar(attr, l);
		if (nla_type(attr) == NSBRIDGE_A_CROSSING_LATENCY_TOTAL) {
			l->measured = true;
			l->total = get_uint(attr);
		}
	}
	return 0;
}

int get_side(struct nlmsghdr *nlh, struct side *s)
{
	struct nlattr *tb[NSBRIDGE_A_NAMESPACE_MAX + 1];

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_NAMESPACE_MAX, NULL))
		return -1;
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

int get_fdb(struct nlmsghdr *nlh, struct fdb_entry *f)
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

int get_port(struct nlmsghdr *nlh, struct port *p)
{
	struct nlattr *tb[NSBRIDGE_A_PORT_MAX + 1];

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_PORT_MAX, NULL))
		return -1;
	p->ifindex = get_uint(tb[NSBRIDGE_A_PORT_IFINDEX]);
	p->port = get_uint(tb[NSBRIDGE_A_PORT_PORT]);
	p->has_ns = tb[NSBRIDGE_A_PORT_NS];
	get_ns(tb[NSBRIDGE_A_PORT_NS], &p->ns);
	p->far = get_uint(tb[NSBRIDGE_A_PORT_FAR]);
	p->uplink = tb[NSBRIDGE_A_PORT_UPLINK];
	return 0;
}

int get_event(struct nlmsghdr *nlh, struct event *e)
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
