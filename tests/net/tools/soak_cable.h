/* SPDX-License-Identifier: GPL-2.0 */
/* Part of soak.c: namespaces, the cables into them, and what the kernel tells of
 * both.
 */
#ifndef SOAK_CABLE_H
#define SOAK_CABLE_H

#include "ledger.h"

#include <poll.h>
#include <stdatomic.h>

#define MAX	200
#define STEADY	10
#define BATCH	16
#define GROUPS	4
#define MAC_X	0x1000		/* addresses that several have */
#define HOME	0x2000		/* that of the bridge */

struct space {
	int fd, ctl;
	unsigned long cookie;
	struct nl_sock *rt;
};

struct cable {
	/* for the sender */
	pthread_mutex_t lock;
	int sock;
	unsigned char mac[6];
	unsigned long accepted;	/* since @base */
	bool bypass;		/* no queue in front of the device */
	/* for who changes it */
	unsigned int port, at;
	char name[IFNAMSIZ];	/* of the far end */
	int watch, tap;
	struct paper base;
	/* from the last message about the port */
	struct rtnl_link_stats64 last;
	atomic_bool gone;
};

static struct space home, spaces[MAX];
static struct cable cables[MAX], bridge_dev;
static unsigned int n_spaces = 50, n_cpus, n_threads, bridge, uplink;
static unsigned long seed = 1, goal, lost_before, uncounted;
static atomic_ullong sent;
static struct nl_sock *events, *links, *stats, *admin, *dumper;
static int family;
static unsigned int missed;	/* times that events were lost */

/* -- what is told -- */

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	(void)arg;
	if (genlmsg_hdr(nlh)->cmd == NSBRIDGE_CMD_CROSSING_END)
		enter_crossing(nlh, true);
	return NL_OK;
}

static int on_dumped(struct nl_msg *msg, void *arg)
{
	(void)arg;
	enter_crossing(nlmsg_hdr(msg), false);
	return NL_OK;
}

static int on_change(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct ifinfomsg *ifm = nlmsg_data(nlh);
	unsigned int i;

	(void)arg;
	if (nlh->nlmsg_type != RTM_DELLINK || ifm->ifi_family != AF_UNSPEC)
		return NL_OK;
	for (i = 0; i < n_spaces; i++)
		if (cables[i].port == (unsigned int)ifm->ifi_index) {
			on_link(msg, &cables[i].last);
			cables[i].gone = true;
		}
	return NL_OK;
}

/* Everything that has been told so far. */
static void hear(void)
{
	struct nl_sock *from[] = { links, events };
	struct pollfd fd;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		fd = (struct pollfd){ nl_socket_get_fd(from[i]), POLLIN, 0 };
		while (poll(&fd, 1, 0) > 0)
			if (nl_recvmsgs_default(from[i]) < 0)
				missed++;
	}
}

static struct nl_sock *listener(int protocol, nl_recvmsg_msg_cb_t func)
{
	struct nl_sock *sk = nl_open(-1, protocol);
	int room = 64 << 20;

	if (setsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_RCVBUFFORCE, &room,
		       sizeof(room)))
		die("SO_RCVBUFFORCE", errno);
	nl_socket_disable_seq_check(sk);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, func, NULL);
	return sk;
}

/* All crossings that there are, in place of what the last dump said. */
static void take_stock(void)
{
	struct nl_msg *msg;
	unsigned int i;
	int err;

	do {
		for (i = 0; i < ACCOUNTS; i++)
			accounts[i].there = (struct tally){ 0 };
		msg = nsb_msg(family, NSBRIDGE_CMD_CROSSING_GET, NLM_F_DUMP);
		nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, bridge);
		err = nl_send_auto(dumper, msg);
		nlmsg_free(msg);
		if (err >= 0)
			err = nl_recvmsgs_default(dumper);
	} while (err == -NLE_DUMP_INTR);
	if (err < 0)
		refusal("dump of crossings");
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity", errno);
}

/* Until what was sent before has come by in the receive queue of every CPU: what
 * this sends comes after that.
 */
static void drain(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int sk = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct timeval wait = { .tv_sec = 1 };
	socklen_t len = sizeof(to);
	cpu_set_t was;
	unsigned int i;
	char c = 0;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sk < 0 || bind(sk, (struct sockaddr *)&to, sizeof(to)) ||
	    getsockname(sk, (struct sockaddr *)&to, &len) ||
	    connect(sk, (struct sockaddr *)&to, sizeof(to)))
		die("loopback", errno);
	setsockopt(sk, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	sched_getaffinity(0, sizeof(was), &was);
	for (i = 0; i < n_cpus; i++) {
		pin(i);
		do
			send(sk, &c, 1, 0);
		while (recv(sk, &c, 1, 0) != 1);
	}
	sched_setaffinity(0, sizeof(was), &was);
	close(sk);
}

/* -- cables and namespaces -- */

static void space_new(struct space *s, int fd)
{
	int back = ns_self();

	s->fd = fd;
	s->cookie = ns_cookie(fd);
	s->rt = nl_open(fd, NETLINK_ROUTE);
	ns_enter(fd);
	s->ctl = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ns_enter(back);
	close(back);
}

/* A socket that sees all that @name of @s receives (SO_PROTOCOL ETH_P_ALL), and
 * keeps next to nothing of it.
 */
static int tap_open(int ns, const char *name)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ns_index(ns, name),
	};
	int one = 1, back = ns_self(), fd;

	ns_enter(ns);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	ns_enter(back);
	close(back);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die("packet tap", errno);
	return fd;
}

static void sender_open(struct cable *c, int ns)
{
	struct packet_mreq join = { .mr_type = PACKET_MR_MULTICAST, .mr_alen = 6 };
	unsigned int i = c - cables;
	int one = 1, was, sock;

	sock = packet_open(ns, c->name);
	if (sock < 0)
		die(c->name, errno);
	join.mr_ifindex = ns_index(ns, c->name);
	memcpy(join.mr_address, "\1\0\x5e\0\1", 5);
	join.mr_address[5] = i % GROUPS;
	if (i % 3)
		setsockopt(sock, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &join, sizeof(join));
	if (c->bypass)
		setsockopt(sock, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	pthread_mutex_lock(&c->lock);
	was = c->sock;
	c->sock = sock;
	pthread_mutex_unlock(&c->lock);
	if (was >= 0)
		close(was);
}

static void sender_close(struct cable *c)
{
	pthread_mutex_lock(&c->lock);
	if (c->sock >= 0)
		close(c->sock);
	c->sock = -1;
	pthread_mutex_unlock(&c->lock);
}

static void unwatch(struct cable *c)
{
	if (c->watch >= 0)
		close(c->watch);
	c->watch = -1;
}

/* One frame of a cable's far end, to @dst. */
static bool send_one(const struct cable *c, int sock, const unsigned char *dst)
{
	unsigned char frame[60] = { 0 };

	memcpy(frame, dst, 6);
	memcpy(frame + 6, c->mac, 6);
	frame[12] = FRAME_TYPE >> 8;
	frame[13] = FRAME_TYPE & 0xff;
	return write(sock, frame, sizeof(frame)) == sizeof(frame);
}

/* What nobody wants, of all that a device receives, the core counts from when it
 * has found memory for that, which it does not wait for (netdev_core_stats_inc()).
 * So that it has, the port drops something before it is one.
 */
static void drop_first(struct cable *c, int ns)
{
	int sock = packet_open(ns, c->name);

	if (sock < 0)
		die(c->name, errno);
	do {
		send_one(c, sock, c->mac);
		drain();
	} while (!link_stats(stats, c->port).rx_dropped);
	close(sock);
}

/* What its devices say now. */
static struct paper cable_paper(const struct cable *c)
{
	struct rtnl_link_stats64 p = c->gone ? c->last : link_stats(stats, c->port);
	struct paper paper = {
		.sent = c->base.sent, .refused = c->base.refused,
		.stack = p.rx_dropped, .got = p.tx_packets, .got_bytes = p.tx_bytes,
	};
	struct wire far;

	if (!wire_stats(spaces[c->at].ctl, c->name, &far)) {
		paper.sent = far.frames;
		paper.refused = far.dropped;
	}
	return paper;
}

static void cable_new(unsigned int i, unsigned int at)
{
	struct cable *c = &cables[i];
	char port[IFNAMSIZ];

	snprintf(port, sizeof(port), "p%u", i);
	snprintf(c->name, sizeof(c->name), "e%u", i);
	make_mac(c->mac, i);
	if (link_pair(admin, port, 0, spaces[at].fd, c->name, c->mac))
		refusal("no cable");
	c->port = if_nametoindex(port);
	c->at = at;
	c->accepted = 0;
	c->gone = false;
	c->base = (struct paper){ 0 };
	drop_first(c, spaces[at].fd);
	c->base = cable_paper(c);
	if (link_u32(admin, c->port, IFLA_MASTER, bridge))
		refusal("no port");
	sender_open(c, spaces[at].fd);
}

/* Since the last time, while it is between two namespaces or nobody sends. */
static void cable_enter(struct cable *c, unsigned long cookie, const struct paper *now)
{
	unsigned long gone = now->sent - c->base.sent;

	add_paper(&account_of(cookie)->paper, now, &c->base);
	/* Of a device without carrier the kernel's queue takes frames, and they
	 * are gone.
	 */
	if (c->accepted < gone || (c->accepted > gone && c->bypass))
		say_wrong("%s: send() took %lu frames, the device %lu\n",
			  c->name, c->accepted, gone);
	lost_before += c->accepted - gone;
	c->accepted = 0;
	c->base = *now;
}

/* Its sender has stopped, and what that has sent has arrived. */
static void cable_stop(struct cable *c)
{
	struct paper now;

	sender_close(c);
	drain();
	now = cable_paper(c);
	/* what goes into it goes on, until it is gone */
	now.stack = c->base.stack;
	now.got = c->base.got;
	now.got_bytes = c->base.got_bytes;
	cable_enter(c, spaces[c->at].cookie, &now);
}

static void cable_gone(struct cable *c, unsigned long cookie)
{
	struct paper now;
	unsigned int i;

	for (i = 0; i < 60000 && !c->gone; i++) {
		hear();
		usleep(1000);
	}
	if (!c->gone)
		die(c->name, ETIMEDOUT);
	unwatch(c);
	now = c->base;
	now.stack = c->last.rx_dropped;
	now.got = c->last.tx_packets;
	now.got_bytes = c->last.tx_bytes;
	cable_enter(c, cookie, &now);
}

#endif
