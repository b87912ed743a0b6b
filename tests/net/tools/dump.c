// SPDX-License-Identifier: GPL-2.0
/* What the kernel's part of a dump costs: it is read and thrown away.
 *
 *	dump [-n TIMES] [-s SECONDS] crossing|namespace|fdb|port
 *
 *	-n	so many times (1), 0 until it is killed
 *	-s	of crossings, only those seen in the last SECONDS
 *
 * Prints, of the last one: messages, bytes, milliseconds, those of them that
 * this process was at work, and the microseconds of the longest single read.
 */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../../kmod/uapi/linux/nsbridge.h"

static struct nl_sock *sock;
static char buf[32768];

struct result {
	unsigned long messages;
	unsigned long bytes;
	long long longest;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "dump: %s: %s\n", what, why);
	exit(1);
}

static long long now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

static long long at_work(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000ll +
	       (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000ll;
}

static void ask(int family, int cmd, long seconds)
{
	struct nl_msg *msg = nlmsg_alloc();

	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
		    NLM_F_REQUEST | NLM_F_DUMP, cmd, NSBRIDGE_FAMILY_VERSION);
	if (seconds >= 0)
		nla_put_u64(msg, NSBRIDGE_A_CROSSING_SINCE,
			    now(CLOCK_REALTIME) - seconds * 1000000000ll);
	if (nl_send_auto(sock, msg) < 0)
		die("request", strerror(errno));
	nlmsg_free(msg);
}

/* False at the end. */
static bool take(struct result *r)
{
	long long from = now(CLOCK_MONOTONIC), took;
	int len = recv(nl_socket_get_fd(sock), buf, sizeof(buf), 0);
	struct nlmsghdr *h = (struct nlmsghdr *)buf;

	if (len < 0)
		die("recv", strerror(errno));
	took = now(CLOCK_MONOTONIC) - from;
	if (took > r->longest)
		r->longest = took;
	r->bytes += len;
	for (; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			fprintf(stderr, "dump: it was interrupted\n");
		if (h->nlmsg_type == NLMSG_ERROR)
			die("dump", strerror(-((struct nlmsgerr *)nlmsg_data(h))->error));
		if (h->nlmsg_type == NLMSG_DONE)
			return false;
		r->messages++;
	}
	return true;
}

static int command(const char *name)
{
	if (!strcmp(name, "crossing"))
		return NSBRIDGE_CMD_CROSSING_GET;
	if (!strcmp(name, "namespace"))
		return NSBRIDGE_CMD_NAMESPACE_GET;
	if (!strcmp(name, "fdb"))
		return NSBRIDGE_CMD_FDB_GET;
	if (!strcmp(name, "port"))
		return NSBRIDGE_CMD_PORT_GET;
	die(name, "no such dump");
	return 0;
}

int main(int argc, char **argv)
{
	long times = 1, seconds = -1, i;
	long long from = 0, work = 0;
	struct result r;
	int family, opt;

	while ((opt = getopt(argc, argv, "n:s:")) != -1) {
		if (opt == 'n')
			times = atol(optarg);
		else if (opt == 's')
			seconds = atol(optarg);
		else
			return 2;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "Usage: dump [-n TIMES] [-s SECONDS] crossing|namespace|fdb|port\n");
		return 2;
	}
	sock = nl_socket_alloc();
	if (!sock || genl_connect(sock))
		die("socket", strerror(errno));
	family = genl_ctrl_resolve(sock, NSBRIDGE_FAMILY_NAME);
	if (family < 0)
		die(NSBRIDGE_FAMILY_NAME, nl_geterror(family));
	for (i = 0; !times || i < times; i++) {
		memset(&r, 0, sizeof(r));
		from = now(CLOCK_MONOTONIC);
		work = at_work();
		ask(family, command(argv[optind]), seconds);
		while (take(&r))
			;
	}
	printf("%lu %lu %lld %lld %lld\n", r.messages, r.bytes,
	       (now(CLOCK_MONOTONIC) - from) / 1000000,
	       (at_work() - work) / 1000000, r.longest / 1000);
	return 0;
}
