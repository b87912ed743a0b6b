// SPDX-License-Identifier: GPL-2.0
/* A bridge with all that can hang on it comes and goes, over and over:
 *
 *	rounds N
 *
 * In each round three namespaces, one of which is new, a cable into each, an
 * uplink, entries of every kind, rules, frames to one and to all, and every
 * setting that takes memory. The bridge, the cables or the namespaces go first,
 * by turns. What it leaves behind is for the caller to find out.
 */
#include "link.h"

#define SPACES	3

static struct nl_sock *rt, *genl;
static int family, spaces[SPACES];

static void must(int err, const char *what)
{
	if (err)
		refusal(what);
}

static void add_entry(unsigned int port, unsigned int number)
{
	struct nl_msg *msg = nsb_msg(family, NSBRIDGE_CMD_FDB_ADD, 0);
	unsigned char mac[6];

	make_mac(mac, number);
	nla_put_u32(msg, NSBRIDGE_A_FDB_PORT, port);
	nla_put(msg, NSBRIDGE_A_FDB_ADDR, 6, mac);
	nla_put_u32(msg, NSBRIDGE_A_FDB_ORIGIN, NSBRIDGE_ORIGIN_STATIC);
	must(nl_do(genl, msg), "no entry");
}

/* An address of the far end: it owns an entry, and is known to neigh.c. */
static void add_address(int ns, unsigned int i)
{
	struct nl_sock *there = nl_open(ns, NETLINK_ROUTE);
	struct ifaddrmsg ifa = {
		.ifa_family = AF_INET, .ifa_prefixlen = 24,
		.ifa_index = ns_index(ns, "eth0"),
	};
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWADDR, NLM_F_CREATE);

	nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO);
	nla_put_u32(msg, IFA_LOCAL, htonl(0x0a000001 + i));
	nla_put_u32(msg, IFA_ADDRESS, htonl(0x0a000001 + i));
	must(nl_do(there, msg), "no address");
	nl_socket_free(there);
}

/* To each of the others, to all, from sources of no end. */
static void traffic(unsigned int from)
{
	struct packet_mreq join = { .mr_type = PACKET_MR_MULTICAST, .mr_alen = 6 };
	int sock = packet_open(spaces[from], "eth0");
	unsigned char f[60] = { 0 };
	unsigned int i;

	if (sock < 0)
		die("eth0", errno);
	join.mr_ifindex = ns_index(spaces[from], "eth0");
	memcpy(join.mr_address, "\1\0\x5e\0\1\1", 6);
	setsockopt(sock, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &join, sizeof(join));
	f[12] = FRAME_TYPE >> 8;
	f[13] = FRAME_TYPE & 0xff;
	for (i = 0; i < 24; i++) {
		make_mac(f, i % SPACES);
		if (i % 4 == 0)
			memset(f, 0xff, 6);
		if (i % 8 == 2)
			memcpy(f, join.mr_address, 6);
		make_mac(f + 6, i % 3 ? from : 0x100 * (from + 1) + i);
		if (send(sock, f, sizeof(f), 0) < 0 && errno != ENOBUFS)
			die("send", errno);
	}
	close(sock);
}

static void one_round(unsigned int n)
{
	unsigned int bridge, ports[SPACES], i;
	unsigned char mac[6];
	char name[IFNAMSIZ];
	uint64_t a, b;

	must(link_bridge(rt, "br0", NULL), "no bridge");
	bridge = if_nametoindex("br0");
	must(link_kind(rt, "up0", "dummy", NULL), "no uplink");
	must(link_u32(rt, if_nametoindex("up0"), IFLA_MASTER, bridge), "no uplink");
	close(spaces[n % SPACES]);
	spaces[n % SPACES] = ns_new();
	if (n % 2)
		must(link_switch(rt, bridge, false, IFLA_NSBRIDGE_LATENCY, 1), "latency");
	for (i = 0; i < SPACES; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		make_mac(mac, i);
		must(link_pair(rt, name, bridge, spaces[i], "eth0", mac), "no cable");
		ports[i] = if_nametoindex(name);
		add_entry(ports[i], 0x1000 + i);
		add_address(spaces[i], i);
	}
	a = ns_cookie(spaces[0]);
	b = ns_cookie(spaces[1]);
	must(nsb_rule(genl, family, bridge, a, b, NSBRIDGE_VERDICT_DENY), "no rule");
	must(nsb_rule(genl, family, bridge, 0, b, NSBRIDGE_VERDICT_ALLOW), "no rule");
	for (i = 0; i < SPACES; i++)
		traffic(i);
	/* with some of it still under way */
	switch (n % 3) {
	case 0:
		must(link_del(rt, bridge), "the bridge does not go");
		break;
	case 1:
		must(link_u32(rt, ports[0], IFLA_MASTER, 0), "a port does not leave");
		must(link_u32(rt, ports[0], IFLA_MASTER, bridge), "or join");
		break;
	}
	for (i = 0; i < SPACES; i++)
		must(link_del(rt, ports[i]), "a cable does not go");
	must(link_del(rt, if_nametoindex("up0")), "the uplink does not go");
	if (n % 3)
		must(link_del(rt, bridge), "the bridge does not go");
}

int main(int argc, char **argv)
{
	unsigned long n, i;

	if (argc != 2) {
		fprintf(stderr, "usage: rounds N\n");
		return 2;
	}
	n = strtoul(argv[1], NULL, 0);
	if (unshare(CLONE_NEWNET))
		die("unshare", errno);
	ns_quiet();
	rt = nl_open(-1, NETLINK_ROUTE);
	genl = nsb_open(-1, &family);
	if (family < 0)
		die("no family nsbridge", ENOENT);
	for (i = 0; i < SPACES; i++)
		spaces[i] = ns_new();
	for (i = 0; i < n; i++)
		one_round(i);
	printf("%lu\n", n);
	return 0;
}
