// SPDX-License-Identifier: GPL-2.0
/* Two things at once, thousands of times, under traffic:
 *
 *	race PAIR ROUNDS SECONDS [SEED]
 *
 * PAIR is one of those at the end of this file. Each side of it is a thread
 * that does its part over and over. It ends when the first has done it so many
 * times, or after so long, but not before each has done it once, for which there
 * is ten times as long. Prints how often each did it, and how often it was
 * refused, which may well be; status 3 if one never came to do it. What must not
 * happen shows in the kernel's log.
 *
 * Everything is in a namespace of its own, and gone when it ends.
 */
#include "link.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

#define SPACES	5	/* the last has no cable */
#define SENDERS	2
#define BURST	8
#define MAC_X	0x1000	/* addresses that several have */
#define MAC_Y	0x1001
#define ADDR	0x0a000009

struct actor {
	const char *name;
	/* 0, or -1 if it was refused */
	int (*act)(struct actor *a);
	bool slow;		/* less often than the others */
	atomic_ulong ok, refused;
	unsigned long round;
	uint64_t rng;
	struct nl_sock *rt, *genl, *there[SPACES];
	int family;
};

static int spaces[SPACES];
static unsigned int bridge, ports[SPACES];
static atomic_ullong cookie;
static atomic_ulong sent;
static atomic_bool stop;

/* -- what is there when it begins -- */

static unsigned int bridge_new(struct nl_sock *rt, const char *name)
{
	if (link_bridge(rt, name, NULL))
		return 0;
	return if_nametoindex(name);
}

static int cable_new(struct nl_sock *rt, unsigned int i)
{
	unsigned char mac[6];
	char name[IFNAMSIZ];

	make_mac(mac, i);
	snprintf(name, sizeof(name), "p%u", i);
	if (link_pair(rt, name, bridge, spaces[i], "eth0", mac))
		return -1;
	ports[i] = if_nametoindex(name);
	return 0;
}

static void build(void)
{
	struct nl_sock *rt;
	unsigned int i;

	if (unshare(CLONE_NEWNET))
		die("unshare", errno);
	ns_quiet();
	rt = nl_open(-1, NETLINK_ROUTE);
	bridge = bridge_new(rt, "br0");
	if (!bridge)
		refusal("no bridge");
	for (i = 0; i < SPACES; i++) {
		spaces[i] = ns_new();
		if (i < SPACES - 1 && cable_new(rt, i))
			refusal("no cable");
	}
	cookie = ns_cookie(spaces[0]);
	nl_socket_free(rt);
}

/* -- traffic from all that is there -- */

static unsigned int make_frame(unsigned char *f, unsigned int from, uint64_t *rng)
{
	static const unsigned char ip[] = {
		0x08, 0x00, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0,
		10, 0, 0, 1, ADDR >> 24, 0, 0, ADDR & 0xff,
	};
	unsigned int kind = pick(rng, 16);

	make_mac(f, kind < 6 ? MAC_X + kind % 2 : pick(rng, SPACES - 1));
	if (kind == 15)
		memset(f, 0xff, 6);
	if (kind == 14)
		memcpy(f, "\1\0\x5e\1\2\3", 6);
	make_mac(f + 6, kind == 13 ? 0x2000 + pick(rng, 64) : from);
	memcpy(f + 12, ip, sizeof(ip));
	return kind == 12 ? 1514 : 60;
}

static void *sender(void *arg)
{
	unsigned char f[BURST][1514] = { 0 };
	struct mmsghdr msgs[BURST] = { 0 };
	struct iovec iov[BURST];
	uint64_t rng = 7919 * (1 + (uintptr_t)arg);
	int sock[SPACES], n;
	unsigned int i, j;

	for (i = 0; i < SPACES; i++)
		sock[i] = -1;
	while (!stop) {
		i = pick(&rng, SPACES);
		if (sock[i] < 0)
			sock[i] = packet_open(spaces[i], "eth0");
		if (sock[i] < 0) {
			usleep(200);
			continue;
		}
		for (j = 0; j < BURST; j++) {
			iov[j] = (struct iovec){ f[j], make_frame(f[j], i, &rng) };
			msgs[j].msg_hdr.msg_iov = &iov[j];
			msgs[j].msg_hdr.msg_iovlen = 1;
		}
		n = sendmmsg(sock[i], msgs, BURST, 0);
		if (n > 0) {
			sent += n;
		} else if (errno != ENOBUFS) {
			/* moved, or gone */
			close(sock[i]);
			sock[i] = -1;
		}
		/* the others are to get a turn on one CPU */
		usleep(100);
	}
	return NULL;
}

/* -- what is done at once -- */

static int enslave(struct actor *a)
{
	return link_u32(a->rt, ports[0], IFLA_MASTER, a->round % 2 ? bridge : 0);
}

/* The far end of the same port, there and back. */
static int move(struct actor *a)
{
	unsigned int at = a->round % 2 ? SPACES - 1 : 0, to = SPACES - 1 - at;
	unsigned int index = ns_index(spaces[at], "eth0");

	if (!index || link_u32(a->there[at], index, IFLA_NET_NS_FD, spaces[to]))
		return -1;
	return link_up(a->there[to], ns_index(spaces[to], "eth0"), true);
}

/* A namespace with a port and an address that others have, and away with it. */
static int namespace(struct actor *a)
{
	unsigned char mac[6];
	char name[IFNAMSIZ];
	int ns = ns_new(), err;

	make_mac(mac, MAC_X);
	snprintf(name, sizeof(name), "x%lu", a->round % 64);
	err = link_pair(a->rt, name, bridge, ns, "eth0", mac);
	cookie = ns_cookie(ns);
	usleep(pick(&a->rng, 1000));
	close(ns);
	return err;
}

static int on_any(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int dump(struct nl_sock *sk, struct nl_msg *msg)
{
	int err = nl_send_auto(sk, msg);

	nlmsg_free(msg);
	if (err >= 0)
		err = nl_recvmsgs_default(sk);
	/* one that was interrupted is one, too */
	return err < 0 && err != -NLE_DUMP_INTR ? -1 : 0;
}

static int list(struct actor *a)
{
	static const int cmds[] = {
		NSBRIDGE_CMD_CROSSING_GET, NSBRIDGE_CMD_NAMESPACE_GET,
		NSBRIDGE_CMD_FDB_GET, NSBRIDGE_CMD_PORT_GET,
	};
	struct nl_msg *msg;

	if (a->family < 0)
		a->family = genl_ctrl_resolve(a->genl, NSBRIDGE_FAMILY_NAME);
	if (a->family < 0)
		return -1;
	if (a->round % 6 < 4) {
		msg = nsb_msg(a->family, cmds[a->round % 6], NLM_F_DUMP);
		if (!dump(a->genl, msg))
			return 0;
		/* The family may be another one by now. */
		a->family = -1;
		return -1;
	}
	if (a->round % 6 == 4)
		return dump(a->rt, link_msg(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0));
	msg = link_msg(RTM_GETNEIGH, NLM_F_DUMP, 0, 0, 0);
	((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(msg)))->ifi_family = PF_BRIDGE;
	return dump(a->rt, msg);
}

static int rule(struct actor *a)
{
	uint64_t from = cookie, to = ns_cookie(spaces[1]);
	unsigned int how = pick(&a->rng, 6);

	if (!nsb_rule(a->genl, a->family, bridge, how == 1 ? 0 : from,
		      how == 2 ? 0 : to, how % 3))
		return 0;
	/* The family may be another one by now. */
	a->family = genl_ctrl_resolve(a->genl, NSBRIDGE_FAMILY_NAME);
	return -1;
}

/* Two namespaces take the same addresses by turns. */
static int address(struct actor *a, unsigned int who)
{
	unsigned char mac[6];

	make_mac(mac, pick(&a->rng, 3) ? MAC_X + pick(&a->rng, 2) : who);
	return link_mac(a->there[who], ns_index(spaces[who], "eth0"), mac);
}

static int address0(struct actor *a)
{
	return address(a, 0);
}

static int address1(struct actor *a)
{
	return address(a, 1);
}

/* And one of them has, or has not, what the frames are for. */
static int ip_address(struct actor *a)
{
	struct ifaddrmsg ifa = {
		.ifa_family = AF_INET, .ifa_prefixlen = 24,
		.ifa_index = ns_index(spaces[1], "eth0"),
	};
	bool add = a->round % 2;
	struct nl_msg *msg = nlmsg_alloc_simple(add ? RTM_NEWADDR : RTM_DELADDR,
						add ? NLM_F_CREATE : 0);

	nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO);
	nla_put_u32(msg, IFA_LOCAL, htonl(ADDR));
	nla_put_u32(msg, IFA_ADDRESS, htonl(ADDR));
	return nl_do(a->there[1], msg);
}

static int rename_port(struct actor *a)
{
	char name[IFNAMSIZ];
	int err;

	/* older kernels rename only what is down */
	snprintf(name, sizeof(name), "name%lu", a->round % 3);
	link_up(a->rt, ports[1], false);
	err = link_rename(a->rt, ports[1], name);
	link_up(a->rt, ports[1], true);
	return err;
}

/* Both do this, on the same few things. */
static int administer(struct actor *a)
{
	unsigned int i = pick(&a->rng, 3), at;
	char br[IFNAMSIZ], port[IFNAMSIZ];

	snprintf(br, sizeof(br), "b%u", i % 2);
	snprintf(port, sizeof(port), "c%u", i);
	switch (pick(&a->rng, 10)) {
	case 0:
		return link_bridge(a->rt, br, NULL);
	case 1:
		at = if_nametoindex(br);
		return at ? link_del(a->rt, at) : -1;
	case 2:
	case 3:
		return link_pair(a->rt, port, if_nametoindex(br), spaces[3 + i % 2],
				 port, NULL);
	case 4:
		at = if_nametoindex(port);
		return at ? link_del(a->rt, at) : -1;
	case 5:
	case 6:
		at = if_nametoindex(port);
		return at ? link_u32(a->rt, at, IFLA_MASTER,
				     pick(&a->rng, 3) ? if_nametoindex(br) : 0) : -1;
	case 7:
		at = if_nametoindex(port);
		return at ? link_switch(a->rt, at, true,
					IFLA_NSBRIDGE_PORT_LEARNING + pick(&a->rng, 6),
					pick(&a->rng, 2)) : -1;
	case 8:
		at = if_nametoindex(br);
		return at ? link_switch(a->rt, at, false,
					IFLA_NSBRIDGE_NEIGH_DIRECT + pick(&a->rng, 3),
					pick(&a->rng, 2)) : -1;
	}
	at = if_nametoindex(br);
	return at ? nsb_rule(a->genl, a->family, at, cookie, 0, pick(&a->rng, 3)) : -1;
}

static int unload(struct actor *a)
{
	usleep(20000 + pick(&a->rng, 20000));
	return syscall(SYS_delete_module, "nsbridge", O_NONBLOCK);
}

/* What an unload has taken away. It brings the module back by itself. */
static int rebuild(struct actor *a)
{
	unsigned int i = a->round % (SPACES - 1);
	unsigned int br = if_nametoindex("br0");

	if (!br)
		br = bridge_new(a->rt, "br0");
	if (br)
		bridge = br;
	return br ? cable_new(a->rt, i) : -1;
}

static const struct {
	const char *name;
	struct actor actors[4];
} pairs[] = {
	{ "enslave-move", {
		{ .name = "master", .act = enslave },
		{ .name = "move", .act = move },
		{ .name = "list", .act = list, .slow = true } } },
	{ "namespace-all", {
		{ .name = "namespace", .act = namespace },
		{ .name = "list", .act = list },
		{ .name = "rule", .act = rule } } },
	{ "address-choice", {
		{ .name = "address", .act = address0 },
		{ .name = "the same", .act = address1 },
		{ .name = "ip", .act = ip_address } } },
	{ "rename-list", {
		{ .name = "rename", .act = rename_port },
		{ .name = "list", .act = list },
		{ .name = "list too", .act = list } } },
	{ "administrators", {
		{ .name = "one", .act = administer },
		{ .name = "the other", .act = administer },
		{ .name = "list", .act = list, .slow = true } } },
	{ "module-all", {
		{ .name = "unload", .act = unload },
		{ .name = "rebuild", .act = rebuild },
		{ .name = "list", .act = list },
		{ .name = "rule", .act = rule, .slow = true } } },
};

static void *play(void *arg)
{
	struct actor *a = arg;
	unsigned int i;

	a->rt = nl_open(-1, NETLINK_ROUTE);
	a->genl = nsb_open(-1, &a->family);
	nl_socket_modify_cb(a->rt, NL_CB_VALID, NL_CB_CUSTOM, on_any, NULL);
	nl_socket_modify_cb(a->genl, NL_CB_VALID, NL_CB_CUSTOM, on_any, NULL);
	for (i = 0; i < SPACES; i++)
		a->there[i] = nl_open(spaces[i], NETLINK_ROUTE);
	while (!stop) {
		a->round++;
		if (a->act(a))
			a->refused++;
		else
			a->ok++;
		if (a->slow)
			usleep(5000);
		/* what is refused at once is not to keep the others away */
		sched_yield();
	}
	return NULL;
}

/* Return: who has not done anything yet, NULL if everybody has. */
static const char *idle(const struct actor *actors, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!actors[i].ok)
			return actors[i].name;
	return sent ? NULL : "the traffic";
}

int main(int argc, char **argv)
{
	pthread_t senders[SENDERS], players[4];
	unsigned long rounds;
	uint64_t seed;
	time_t start, end, last;
	const char *who;
	struct actor actors[4];
	unsigned int i, n, p;

	for (p = 0; argc > 3 && p < sizeof(pairs) / sizeof(*pairs); p++)
		if (!strcmp(argv[1], pairs[p].name))
			break;
	if (argc < 4 || p == sizeof(pairs) / sizeof(*pairs)) {
		fprintf(stderr, "usage: race PAIR ROUNDS SECONDS [SEED], PAIR one of:");
		for (p = 0; p < sizeof(pairs) / sizeof(*pairs); p++)
			fprintf(stderr, " %s", pairs[p].name);
		fprintf(stderr, "\n");
		return 2;
	}
	rounds = strtoul(argv[2], NULL, 0);
	start = time(NULL);
	end = start + strtoul(argv[3], NULL, 0);
	last = end + 9 * (end - start);
	seed = argc > 4 ? strtoull(argv[4], NULL, 0) : (uint64_t)time(NULL);
	build();
	memcpy(actors, pairs[p].actors, sizeof(actors));
	for (n = 0; n < 4 && actors[n].act; n++)
		actors[n].rng = seed + n;
	for (i = 0; i < SENDERS; i++)
		pthread_create(&senders[i], NULL, sender, (void *)(uintptr_t)i);
	for (i = 0; i < n; i++)
		pthread_create(&players[i], NULL, play, &actors[i]);
	while ((actors[0].ok < rounds && time(NULL) < end) ||
	       (idle(actors, n) && time(NULL) < last))
		usleep(1000);
	stop = true;
	who = idle(actors, n);
	for (i = 0; i < n; i++)
		pthread_join(players[i], NULL);
	for (i = 0; i < SENDERS; i++)
		pthread_join(senders[i], NULL);
	printf("%s:", argv[1]);
	for (i = 0; i < n; i++)
		printf(" %s %lu (%lu refused),", actors[i].name, actors[i].ok,
		       actors[i].refused);
	printf(" %lu frames, %ld s\n", sent, (long)(time(NULL) - start));
	if (who)
		fprintf(stderr, "%s: never done: %s\n", argv[1], who);
	return who ? 3 : 0;
}
