// SPDX-License-Identifier: GPL-2.0
/* Sends pings, and looks in every namespace of the lab which of them enter it.
 * Each probe has a number. A watcher notes the numbers that it sees, so that
 * afterwards nothing has to be guessed: a probe entered the namespace that has
 * its address, or another one, or both, or none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/icmpv6.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../lib/err.h"
#include "agent.h"
#include "plan.h"
#include "probe.h"

#define MAGIC		"nsbprobe"
#define COUNT		3
#define INTERVAL_MS	5
#define SETTLE_MS	1000
#define WATCH_MS	50
#define RCVBUF		(4 << 20)

/* What a probe carries behind the ICMP header. */
struct payload {
	char magic[8];
	uint32_t run;
	uint32_t id;
	char fill[40];
};

struct packet {
	struct icmphdr icmp;
	struct payload payload;
};

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* One socket for each version of IP; -1 where a kernel has none. */
enum {
	V4,
	V6,
	VERSIONS,
};

struct shared {
	atomic_int ready;
	atomic_int stop;
	unsigned char seen[];	/* a row per namespace; the sender's: replies */
};

struct run {
	const struct lab *lab;
	const struct lab_action *action;
	struct shared *shared;
	union address *to;
	unsigned int targets;
	uint32_t total;
	uint32_t id;		/* tells this run's probes from any other's */
	int namespace;		/* that an agent works in */
};

static unsigned char *row(const struct run *run, int namespace)
{
	return run->shared->seen + (size_t)namespace * run->total;
}

static uint32_t interval(const struct lab_action *action)
{
	return action->interval ? action->interval : INTERVAL_MS;
}

static uint16_t checksum(const void *data, size_t len)
{
	const uint16_t *word = data;
	uint32_t sum = 0;

	for (; len > 1; len -= 2)
		sum += *word++;
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return ~sum;
}

/* The number of the probe in an ICMP packet, or -1 when it is not one of ours.
 * Both versions of ICMP have the same header for it, and other types.
 */
static int64_t icmp_id(const struct run *run, const unsigned char *data,
		       ssize_t len, bool reply)
{
	struct packet packet;

	if (len < (ssize_t)sizeof(packet))
		return -1;
	memcpy(&packet, data, sizeof(packet));
	if (packet.icmp.type != (reply ? ICMP_ECHOREPLY : ICMP_ECHO) &&
	    packet.icmp.type != (reply ? ICMPV6_ECHO_REPLY :
				 ICMPV6_ECHO_REQUEST))
		return -1;
	if (packet.payload.run != run->id || packet.payload.id >= run->total ||
	    memcmp(packet.payload.magic, MAGIC, sizeof(packet.payload.magic)) != 0)
		return -1;
	return packet.payload.id;
}

/* The same for a packet that begins with the IP header. */
static int64_t ip_id(const struct run *run, const unsigned char *data,
		     ssize_t len, bool reply)
{
	struct ipv6hdr ip6;
	struct iphdr ip;
	ssize_t head;

	if (len < (ssize_t)sizeof(ip))
		return -1;
	memcpy(&ip, data, sizeof(ip));
	if (ip.version == 4 && ip.protocol == IPPROTO_ICMP) {
		head = ip.ihl * 4;
	} else if (ip.version == 6 && len >= (ssize_t)sizeof(ip6)) {
		memcpy(&ip6, data, sizeof(ip6));
		if (ip6.nexthdr != IPPROTO_ICMPV6)
			return -1;
		head = sizeof(ip6);
	} else {
		return -1;
	}
	return icmp_id(run, data + head, len - head, reply);
}

static void watch_one(const struct run *run, int fd)
{
	unsigned char data[2048];
	struct sockaddr_ll from = { 0 };
	socklen_t len;
	int64_t id;
	ssize_t got;

	for (;;) {
		len = sizeof(from);
		got = recvfrom(fd, data, sizeof(data), MSG_DONTWAIT,
			       (struct sockaddr *)&from, &len);
		if (got < 0)
			break;
		id = ip_id(run, data, got, false);
		if (id >= 0 && from.sll_pkttype != PACKET_OUTGOING)
			row(run, run->namespace)[id] = 1;
	}
}

static int watcher(void *arg)
{
	struct pollfd pfd[VERSIONS] = { 0 };
	const struct run *run = arg;
	int size = RCVBUF;
	bool last = false;
	int i;

	for (i = 0; i < VERSIONS; i++) {
		pfd[i].events = POLLIN;
		pfd[i].fd = socket(AF_PACKET, SOCK_DGRAM,
				   htons(i == V4 ? ETH_P_IP : ETH_P_IPV6));
		if (pfd[i].fd < 0) {
			fail("cannot watch the frames that enter \"%s\": %m",
			     run->lab->file->namespaces[run->namespace].name);
			return EXIT_FAILED;
		}
		setsockopt(pfd[i].fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			   sizeof(size));
	}
	atomic_fetch_add(&run->shared->ready, 1);
	/* Looks once more after it was told to stop. */
	while (!last) {
		last = atomic_load(&run->shared->stop);
		poll(pfd, VERSIONS, WATCH_MS);
		for (i = 0; i < VERSIONS; i++)
			watch_one(run, pfd[i].fd);
	}
	return EXIT_OK;
}

static uint32_t take_one(const struct run *run, int fd, int version)
{
	unsigned char data[2048];
	int64_t id;
	ssize_t got;

	got = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	/* A raw socket of IPv6 leaves the IP header out. */
	id = version == V4 ? ip_id(run, data, got, true) :
	     icmp_id(run, data, got, true);
	if (id < 0 || row(run, run->namespace)[id])
		return 0;
	row(run, run->namespace)[id] = 1;
	return 1;
}

static uint32_t take_replies(const struct run *run, const int *fd,
			     uint64_t until)
{
	struct pollfd pfd[VERSIONS] = {
		{ .fd = fd[V4], .events = POLLIN },
		{ .fd = fd[V6], .events = POLLIN },
	};
	uint32_t n = 0;
	uint64_t now;
	int i;

	while ((now = now_ms()) < until &&
	       poll(pfd, VERSIONS, until - now) > 0)
		for (i = 0; i < VERSIONS; i++)
			if (pfd[i].revents)
				n += take_one(run, fd[i], i);
	return n;
}

static void send_probe(const struct run *run, const int *fd, uint32_t id)
{
	const union address *to = &run->to[id % run->targets];
	bool v6 = to->sa.sa_family == AF_INET6;
	socklen_t len = v6 ? sizeof(to->in6) : sizeof(to->in);
	struct packet packet;
	int tries;

	memset(&packet, 0, sizeof(packet));
	packet.icmp.type = v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO;
	packet.icmp.un.echo.id = htons(run->id & 0xffff);
	packet.icmp.un.echo.sequence = htons(id & 0xffff);
	memcpy(packet.payload.magic, MAGIC, sizeof(packet.payload.magic));
	packet.payload.run = run->id;
	packet.payload.id = id;
	/* Of IPv6 the kernel fills it in. */
	if (!v6)
		packet.icmp.checksum = checksum(&packet, sizeof(packet));
	/* One that cannot be sent is lost like any other; but an error that
	 * the socket reports may be of an earlier one.
	 */
	for (tries = 0; tries < 2; tries++)
		if (sendto(fd[v6 ? V6 : V4], &packet, sizeof(packet), 0,
			   &to->sa, len) >= 0)
			break;
}

static int sender(void *arg)
{
	const struct run *run = arg;
	uint32_t id, replies = 0;
	uint64_t end, now;
	int fd[VERSIONS];

	fd[V4] = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	fd[V6] = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	if (fd[V4] < 0) {
		fail("cannot send from \"%s\": %m", run->action->from);
		return EXIT_FAILED;
	}
	for (id = 0; id < run->total; id++) {
		send_probe(run, fd, id);
		replies += take_replies(run, fd,
					now_ms() + interval(run->action));
	}
	end = now_ms() + (run->action->timeout ? run->action->timeout :
			  SETTLE_MS);
	while (replies < run->total && (now = now_ms()) < end)
		replies += take_replies(run, fd, now + 10);
	return EXIT_OK;
}

static int act(struct run *run, bool watch)
{
	unsigned int n = run->lab->file->namespaces_count;
	int from = lab_find_namespace(run->lab, run->action->from);
	pid_t *pid = xalloc(NULL, (n + 1) * sizeof(*pid));
	int err = 0, watchers = 0;
	unsigned int i;
	char *name;

	for (i = 0; i < n && watch && !err; i++) {
		if ((int)i == from)
			continue;
		run->namespace = i;
		name = lab_netns_at(run->lab, i);
		pid[i] = agent_start(name, watcher, run);
		free(name);
		err = pid[i] < 0 ? -1 : 0;
		watchers++;
	}
	if (!err)
		err = agent_wait_ready("probe", &run->shared->ready, watchers);
	if (!err) {
		run->namespace = from;
		name = lab_netns(run->lab, run->action->from);
		pid[from] = agent_start(name, sender, run);
		free(name);
		/* It has an end of its own; this is for one that hangs. */
		err = agent_end(pid[from], 60000 + run->action->timeout +
				(uint64_t)run->total * 10 *
				interval(run->action)) ? -1 : 0;
		pid[from] = 0;
	}
	atomic_store(&run->shared->stop, 1);
	for (i = 0; i < n; i++)
		if (pid[i] > 0 && agent_end(pid[i], 10000) && !err)
			err = fail("probe: nobody watched \"%s\" to the end",
				   run->lab->file->namespaces[i].name);
	free(pid);
	return err;
}

static void count_one(const struct run *run, bool watch, uint32_t id,
		      struct probe_target *target)
{
	int from = lab_find_namespace(run->lab, run->action->from);
	bool right, wrong = false;
	unsigned int i;

	target->sent++;
	target->replies += row(run, from)[id];
	if (!watch)
		return;
	right = row(run, target->namespace)[id];
	for (i = 0; i < run->lab->file->namespaces_count; i++)
		if ((int)i != from && (int)i != target->namespace)
			wrong |= row(run, i)[id];
	target->right += right;
	target->wrong += wrong;
	target->lost += !right && !wrong;
}

static void count(const struct run *run, bool watch, struct probe_result *res)
{
	unsigned int t;
	uint32_t id;

	for (id = 0; id < run->total; id++)
		count_one(run, watch, id, &res->target[id % run->targets]);
	for (t = 0; t < res->n; t++) {
		res->sum.sent += res->target[t].sent;
		res->sum.right += res->target[t].right;
		res->sum.wrong += res->target[t].wrong;
		res->sum.lost += res->target[t].lost;
		res->sum.replies += res->target[t].replies;
	}
}

static int set_address(union address *to, const char *text)
{
	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &to->in.sin_addr) == 1)
		to->sa.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &to->in6.sin6_addr) == 1)
		to->sa.sa_family = AF_INET6;
	else
		return fail("\"%s\" is not an address", text);
	return 0;
}

static int find_targets(struct run *run, struct probe_result *res)
{
	const char *to = run->action->to;
	struct probe_target target;

	memset(&target, 0, sizeof(target));
	while (lab_word(&to, target.address, sizeof(target.address))) {
		run->to = xalloc(run->to, (res->n + 1) * sizeof(*run->to));
		if (set_address(&run->to[res->n], target.address))
			return -1;
		target.namespace = lab_find_address(run->lab, target.address);
		res->target = xalloc(res->target,
				     (res->n + 1) * sizeof(*res->target));
		res->target[res->n++] = target;
	}
	run->targets = res->n;
	return 0;
}

int probe_run(const struct lab *lab, const struct lab_action *action,
	      bool watch, struct probe_result *result)
{
	struct run run = { .lab = lab, .action = action };
	size_t size;
	int err;

	memset(result, 0, sizeof(*result));
	err = find_targets(&run, result);
	if (!err && run.targets) {
		run.id = (uint32_t)getpid() << 8 ^ (uint32_t)now_ms();
		run.total = (action->count ? action->count : COUNT) *
			    run.targets;
		size = sizeof(*run.shared) +
		       (size_t)lab->file->namespaces_count * run.total;
		run.shared = agent_memory(size);
		err = act(&run, watch);
		if (!err)
			count(&run, watch, result);
		agent_memory_free(run.shared, size);
	}
	free(run.to);
	if (err)
		probe_free(result);
	return err;
}

void probe_free(struct probe_result *result)
{
	free(result->target);
	memset(result, 0, sizeof(*result));
}
