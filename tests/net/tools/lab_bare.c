// SPDX-License-Identifier: GPL-2.0
/* lab_bare N KIND: the milliseconds that N namespaces and N pairs take, one end in
 * a namespace and the other in one more, and nothing else. They go when it ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buf[1024];
static struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

static struct rtattr *put(int type, const void *data, int len)
{
	struct rtattr *rta = (struct rtattr *)(buf + NLMSG_ALIGN(nlh->nlmsg_len));

	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(rta), data, len);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + RTA_ALIGN(rta->rta_len);
	return rta;
}

static void end(struct rtattr *rta)
{
	rta->rta_len = buf + nlh->nlmsg_len - (char *)rta;
}

static int pair(int sock, int i, int fd, const char *kind)
{
	const struct ifinfomsg head = { 0 };
	struct rtattr *info, *data, *peer;
	struct nlmsgerr *err;
	char name[16];

	memset(buf, 0, sizeof(buf));
	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(head));
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	snprintf(name, sizeof(name), "p%d", i);
	put(IFLA_IFNAME, name, strlen(name) + 1);
	info = put(IFLA_LINKINFO, NULL, 0);
	put(IFLA_INFO_KIND, kind, strlen(kind) + 1);
	data = put(IFLA_INFO_DATA, NULL, 0);
	peer = put(VETH_INFO_PEER, &head, sizeof(head));
	put(IFLA_IFNAME, "eth0", 5);
	put(IFLA_NET_NS_FD, &fd, sizeof(fd));
	end(peer);
	end(data);
	end(info);
	if (send(sock, buf, nlh->nlmsg_len, 0) < 0 ||
	    recv(sock, buf, sizeof(buf), 0) < 0)
		return -1;
	err = NLMSG_DATA(nlh);
	return nlh->nlmsg_type == NLMSG_ERROR ? err->error : -1;
}

int main(int argc, char **argv)
{
	int i, n = argc > 2 ? atoi(argv[1]) : 0;
	struct rlimit limit = { 65536, 65536 };
	struct timespec from, to;
	int *fd = calloc(n + 1, sizeof(*fd));
	int sock;

	if (n < 1 || !fd) {
		fprintf(stderr, "lab_bare N KIND\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &limit);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i <= n; i++) {
		if (unshare(CLONE_NEWNET)) {
			perror("unshare");
			return 1;
		}
		fd[i] = open("/proc/self/ns/net", O_RDONLY);
	}
	/* The last one has the other ends. */
	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	for (i = 0; i < n; i++) {
		if (fd[i] < 0 || pair(sock, i, fd[i], argv[2])) {
			fprintf(stderr, "pair %d failed\n", i);
			return 1;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000ll +
	       (to.tv_nsec - from.tv_nsec) / 1000000);
	return 0;
}
