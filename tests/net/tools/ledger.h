/* SPDX-License-Identifier: GPL-2.0 */
/* For soak.c: what each namespace sent and got, by the counters of its devices on
 * one hand, and by the bridge's crossings on the other; and whether they agree.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "link.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#define ACCOUNTS	32768		/* namespaces that there ever were, at most */
#define REASONS		32

/* What crossings say of a namespace. */
struct tally {
	unsigned long frames, copies, flooded, drops, drop_copies;	/* from it */
	unsigned long reasons[REASONS];
	unsigned long in_frames, in_bytes, in_backlog;		/* into it */
};

/**
 * struct paper - what the devices of a namespace say
 * @sent:	frames that went into the cable
 * @refused:	frames that the cable did not take, or that were lost on it
 * @stack:	frames that the stack of the port's namespace had: the port was
 *		none, or they were not for the bridge. The refused ones too, as the
 *		kernel counts them on both ends.
 * @got:	frames that came out of the cable
 * @got_bytes:	the same in bytes
 */
struct paper {
	unsigned long sent, refused, stack, got, got_bytes;
};

struct account {
	unsigned long cookie;
	struct paper paper;
	struct tally ended;	/* by crossings that are gone, of which an event told */
	struct tally there;	/* by those that are there */
};

static struct account accounts[ACCOUNTS];

static struct account *account_of(unsigned long cookie)
{
	unsigned int i = cookie % ACCOUNTS, n;

	for (n = 0; n < ACCOUNTS; n++, i = (i + 1) % ACCOUNTS) {
		if (!accounts[i].cookie)
			accounts[i].cookie = cookie;
		if (accounts[i].cookie == cookie)
			return &accounts[i];
	}
	die("too many namespaces", ENOSPC);
	return NULL;
}

static struct tally tally_sum(const struct tally *a, const struct tally *b)
{
	const unsigned long *x = (const unsigned long *)a, *y = (const unsigned long *)b;
	struct tally sum;
	unsigned int i;

	for (i = 0; i < sizeof(sum) / sizeof(*x); i++)
		((unsigned long *)&sum)[i] = x[i] + y[i];
	return sum;
}

/* -- by crossings -- */

static unsigned long cookie_in(struct nlattr *ns)
{
	struct nlattr *a = ns ? nla_find(nla_data(ns), nla_len(ns),
					 NSBRIDGE_A_NS_COOKIE) : NULL;

	return a ? nla_get_u64(a) : 0;
}

static unsigned long u64_in(struct nlattr *a)
{
	return a ? nla_get_u64(a) : 0;
}

/* Enter one crossing, from a dump or as an event. */
static void enter_crossing(struct nlmsghdr *nlh, bool ended)
{
	struct nlattr *tb[NSBRIDGE_A_CROSSING_MAX + 1], *a, *why, *n;
	struct account *from, *to;
	struct tally *t;
	uint32_t target;
	int rem;

	if (genlmsg_parse(nlh, 0, tb, NSBRIDGE_A_CROSSING_MAX, NULL))
		die("crossing", EBADMSG);
	if (nla_get_u32(tb[NSBRIDGE_A_CROSSING_LINK]) != NSBRIDGE_LINK_BRIDGE)
		return;
	from = account_of(cookie_in(tb[NSBRIDGE_A_CROSSING_FROM]));
	t = ended ? &from->ended : &from->there;
	t->frames += u64_in(tb[NSBRIDGE_A_CROSSING_FRAMES]);
	t->copies += u64_in(tb[NSBRIDGE_A_CROSSING_COPIES]);
	t->flooded += u64_in(tb[NSBRIDGE_A_CROSSING_FLOODED]);
	t->drops += u64_in(tb[NSBRIDGE_A_CROSSING_DROPS]);
	t->drop_copies += u64_in(tb[NSBRIDGE_A_CROSSING_DROP_COPIES]);

	target = nla_get_u32(tb[NSBRIDGE_A_CROSSING_TARGET]);
	/* who had no room for a crossing of its own has no name there */
	to = target == NSBRIDGE_TARGET_NOWHERE ? NULL : target == NSBRIDGE_TARGET_OTHER ?
	     account_of(UINT64_MAX) : account_of(cookie_in(tb[NSBRIDGE_A_CROSSING_TO]));
	if (to) {
		struct tally *in = ended ? &to->ended : &to->there;

		in->in_frames += u64_in(tb[NSBRIDGE_A_CROSSING_FRAMES]);
		in->in_bytes += u64_in(tb[NSBRIDGE_A_CROSSING_BYTES]);
	}
	nlmsg_for_each_attr(a, nlh, GENL_HDRLEN, rem) {
		if (nla_type(a) != NSBRIDGE_A_CROSSING_DROP)
			continue;
		why = nla_find(nla_data(a), nla_len(a), NSBRIDGE_A_DROP_REASON);
		n = nla_find(nla_data(a), nla_len(a), NSBRIDGE_A_DROP_FRAMES);
		t->reasons[nla_get_u32(why) % REASONS] += nla_get_u64(n);
		if (to && nla_get_u32(why) == NSBRIDGE_REASON_BACKLOG)
			(ended ? &to->ended : &to->there)->in_backlog += nla_get_u64(n);
	}
}

/* -- by devices -- */

static int on_link(struct nl_msg *msg, void *arg)
{
	struct nlattr *a = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg),
					   IFLA_STATS64);

	if (a)
		memcpy(arg, nla_data(a), sizeof(struct rtnl_link_stats64));
	return NL_OK;
}

/* @sk: of the namespace that the device is in, and for nothing else */
static struct rtnl_link_stats64 link_stats(struct nl_sock *sk, unsigned int index)
{
	struct rtnl_link_stats64 stats = { 0 };
	struct nl_msg *msg = link_msg(RTM_GETLINK, 0, index, 0, 0);

	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_link, &stats);
	if (nl_send_auto(sk, msg) < 0 || nl_recvmsgs_default(sk) < 0 ||
	    nl_wait_for_ack(sk) < 0)
		die("statistics of a device", ENODEV);
	nlmsg_free(msg);
	return stats;
}

struct wire {
	unsigned long frames, bytes, dropped;
};

/* What an nsveth sent by its cable. @ctl: a socket of its namespace. */
static int wire_stats(int ctl, const char *name, struct wire *w)
{
	static const char prefix[] = "tx_drop_";
	union {
		struct ethtool_drvinfo info;
		struct ethtool_gstrings strings;
		struct ethtool_stats stats;
		char room[8192];
	} u = { .info = { .cmd = ETHTOOL_GDRVINFO } };
	static char names[128][ETH_GSTRING_LEN];
	static unsigned int n;
	struct ifreq ifr = { .ifr_data = (void *)&u };
	unsigned int i;

	memcpy(ifr.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	if (!n) {
		if (ioctl(ctl, SIOCETHTOOL, &ifr) || u.info.n_stats > 128)
			return -1;
		n = u.info.n_stats;
		u.strings.cmd = ETHTOOL_GSTRINGS;
		u.strings.string_set = ETH_SS_STATS;
		u.strings.len = n;
		if (ioctl(ctl, SIOCETHTOOL, &ifr))
			die("names of statistics", errno);
		memcpy(names, u.strings.data, n * ETH_GSTRING_LEN);
	}
	u.stats.cmd = ETHTOOL_GSTATS;
	u.stats.n_stats = n;
	if (ioctl(ctl, SIOCETHTOOL, &ifr))
		return -1;
	*w = (struct wire){ 0 };
	for (i = 0; i < n; i++) {
		if (!strcmp(names[i], "tx_frames"))
			w->frames = u.stats.data[i];
		else if (!strcmp(names[i], "tx_bytes"))
			w->bytes = u.stats.data[i];
		else if (!strncmp(names[i], prefix, sizeof(prefix) - 1))
			w->dropped += u.stats.data[i];
	}
	return 0;
}

static void add_paper(struct paper *to, const struct paper *now,
		      const struct paper *before)
{
	to->sent += now->sent - before->sent;
	to->refused += now->refused - before->refused;
	to->stack += now->stack - before->stack;
	to->got += now->got - before->got;
	to->got_bytes += now->got_bytes - before->got_bytes;
}

/* -- whether they agree -- */

static const char * const reason_names[REASONS] = {
	"?", "policy", "unknown", "nobody", "spoof", "quota", "neigh", "mtu",
	"down", "reserved", "invalid", "hairpin", "no-memory", "backlog", "vlan",
};

static unsigned int wrong;

static void __attribute__((format(printf, 1, 2))) say_wrong(const char *fmt, ...)
{
	va_list args;

	if (++wrong > 20)
		return;
	va_start(args, fmt);
	printf("wrong: ");
	vprintf(fmt, args);
	va_end(args);
}

/* Frames that a namespace offered, and that met a port which was none. */
static unsigned long unported(const struct paper *p, const struct tally *t)
{
	return p->stack - p->refused - t->reasons[NSBRIDGE_REASON_RESERVED];
}

/**
 * balance() - both equations, for every namespace
 * @homeless: frames that came in by ports whose far end was between namespaces,
 *	      so that nobody can say whose they were
 *
 * Prints what they come to; @wrong tells how often they do not.
 */
static void balance(unsigned long homeless)
{
	unsigned long others = account_of(UINT64_MAX)->ended.in_frames +
			  account_of(UINT64_MAX)->there.in_frames;
	struct paper papers = { 0 }, none = { 0 };
	long missing, lost = 0, unnamed = 0;
	unsigned long delivered, dropped, idle = 0;
	struct tally all = { 0 }, t;
	unsigned int i;

	for (i = 0; i < ACCOUNTS; i++) {
		const struct account *a = &accounts[i];
		const struct paper *p = &a->paper;

		if (!a->cookie || a->cookie == UINT64_MAX)
			continue;
		t = tally_sum(&a->ended, &a->there);
		delivered = t.frames - t.copies;
		dropped = t.drops - t.drop_copies;
		missing = p->sent - delivered - t.flooded - dropped - unported(p, &t);
		/* Of some it cannot be said whose they were, so below, together. */
		if (missing < 0 || missing > (long)homeless)
			say_wrong("namespace %lu sent %lu, of which %ld are missing: delivered %lu, flooded %lu, dropped %lu, by no port %lu\n",
				  a->cookie, p->sent, missing, delivered, t.flooded,
				  dropped, unported(p, &t));
		if ((t.in_frames != p->got || t.in_bytes != p->got_bytes) && !others)
			say_wrong("namespace %lu got %lu frames, %lu bytes; into it crossed %lu, %lu\n",
				  a->cookie, p->got, p->got_bytes, t.in_frames, t.in_bytes);
		lost += missing;
		unnamed += p->got - t.in_frames;
		idle += unported(p, &t);
		all = tally_sum(&all, &t);
		add_paper(&papers, p, &none);
	}
	if (lost != (long)homeless)
		say_wrong("%ld frames are missing, and %lu were dropped between namespaces\n",
			  lost, homeless);
	if (unnamed != (long)others)
		say_wrong("%ld frames came from no crossing, and %lu were counted as other\n",
			  unnamed, others);

	printf("offered %lu = delivered %lu + flooded %lu + dropped %lu (",
	       papers.sent, all.frames - all.copies, all.flooded,
	       all.drops - all.drop_copies);
	printf("with %lu copies:", all.drop_copies);
	for (i = 0; i < REASONS; i++)
		if (all.reasons[i])
			printf(" %s %lu", reason_names[i], all.reasons[i]);
	printf(") + met no port %lu + no namespace %lu\n", idle, homeless);
	printf("received %lu frames, %lu bytes = crossed %lu, %lu (%lu copies, %lu under other)\n",
	       papers.got, papers.got_bytes, all.in_frames + others,
	       all.in_bytes + account_of(UINT64_MAX)->ended.in_bytes +
	       account_of(UINT64_MAX)->there.in_bytes, all.copies, others);
	printf("refused by their own cables %lu\n", papers.refused);
}

#endif
