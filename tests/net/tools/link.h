/* SPDX-License-Identifier: GPL-2.0 */
/* For race.c and soak.c: namespaces without a name, cables and ports by
 * netlink, frames past the IP stack. Functions return 0 or -1 (what the kernel
 * refused), and end the program only where nothing can be refused.
 */
#ifndef LINK_H
#define LINK_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../kmod/uapi/linux/if_nsbridge.h"
#include "../../../kmod/uapi/linux/nsbridge.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71
#endif
#define FRAME_TYPE	0x88b5	/* for experiments */

static inline void die(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(err));
	exit(1);
}

/* -- namespaces: a thread is in one, and a socket stays where it was made -- */

static inline int ns_self(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("/proc/thread-self/ns/net", errno);
	return fd;
}

static inline void ns_enter(int fd)
{
	if (setns(fd, CLONE_NEWNET))
		die("setns", errno);
}

static inline void put_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	/* without IPv6 there is nothing to switch off */
	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		die(path, errno);
	close(fd);
}

/* Nobody there says anything by itself. */
static inline void ns_quiet(void)
{
	put_sysctl("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	put_sysctl("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

/* A new namespace, which lives as long as the file descriptor. */
static inline int ns_new(void)
{
	int home = ns_self(), fd;

	if (unshare(CLONE_NEWNET))
		die("unshare", errno);
	ns_quiet();
	fd = ns_self();
	ns_enter(home);
	close(home);
	return fd;
}

static inline uint64_t ns_cookie(int ns)
{
	socklen_t len = sizeof(uint64_t);
	uint64_t cookie = 0;
	int home = ns_self(), fd;

	ns_enter(ns);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len))
		die("SO_NETNS_COOKIE", errno);
	close(fd);
	ns_enter(home);
	close(home);
	return cookie;
}

/* -- netlink -- */

/* Of the namespace @ns, or of the thread's if that is negative. */
static inline struct nl_sock *nl_open(int ns, int protocol)
{
	struct nl_sock *sk = nl_socket_alloc();
	int home = ns_self();

	if (ns >= 0)
		ns_enter(ns);
	if (!sk || nl_connect(sk, protocol))
		die("netlink", errno);
	ns_enter(home);
	close(home);
	nl_socket_set_buffer_size(sk, 1 << 20, 0);
	return sk;
}

/* sets errno to an error of libnl's, for refusal() */
static inline int nl_do(struct nl_sock *sk, struct nl_msg *msg)
{
	int err = nl_send_sync(sk, msg);

	errno = err < 0 ? -err : 0;
	return err < 0 ? -1 : 0;
}

static inline void refusal(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, nl_geterror(errno));
	exit(2);
}

static inline struct nl_msg *link_msg(int type, int flags, unsigned int index,
				      unsigned int up, unsigned int change)
{
	struct ifinfomsg ifm = {
		.ifi_index = index, .ifi_flags = up, .ifi_change = change,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (!msg || nlmsg_append(msg, &ifm, sizeof(ifm), NLMSG_ALIGNTO))
		die("message", ENOMEM);
	return msg;
}

/* A cable from here, up, to @peer in @ns, up as well. @master: 0 for none. */
static inline int link_pair(struct nl_sock *sk, const char *name,
			    unsigned int master, int ns, const char *peer,
			    const unsigned char *mac)
{
	struct ifinfomsg far = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct nl_msg *msg = link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
				      IFF_UP, IFF_UP);
	struct nlattr *info, *data, *end;

	nla_put_string(msg, IFLA_IFNAME, name);
	if (master)
		nla_put_u32(msg, IFLA_MASTER, master);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "nsveth");
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	end = nla_nest_start(msg, NSVETH_INFO_PEER);
	nlmsg_append(msg, &far, sizeof(far), NLMSG_ALIGNTO);
	nla_put_string(msg, IFLA_IFNAME, peer);
	if (mac)
		nla_put(msg, IFLA_ADDRESS, 6, mac);
	if (ns >= 0)
		nla_put_u32(msg, IFLA_NET_NS_FD, ns);
	nla_nest_end(msg, end);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_do(sk, msg);
}

static inline int link_kind(struct nl_sock *sk, const char *name,
			    const char *kind, const unsigned char *mac)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
				      IFF_UP, IFF_UP);
	struct nlattr *info;

	nla_put_string(msg, IFLA_IFNAME, name);
	if (mac)
		nla_put(msg, IFLA_ADDRESS, 6, mac);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, kind);
	nla_nest_end(msg, info);
	return nl_do(sk, msg);
}

static inline int link_bridge(struct nl_sock *sk, const char *name,
			      const unsigned char *mac)
{
	return link_kind(sk, name, "nsbridge", mac);
}

static inline int link_del(struct nl_sock *sk, unsigned int index)
{
	return nl_do(sk, link_msg(RTM_DELLINK, 0, index, 0, 0));
}

static inline int link_up(struct nl_sock *sk, unsigned int index, bool up)
{
	return nl_do(sk, link_msg(RTM_NEWLINK, 0, index, up ? IFF_UP : 0, IFF_UP));
}

static inline int link_u32(struct nl_sock *sk, unsigned int index, int attr,
			   uint32_t value)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0, 0);

	nla_put_u32(msg, attr, value);
	return nl_do(sk, msg);
}

static inline int link_mac(struct nl_sock *sk, unsigned int index,
			   const unsigned char *mac)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0, 0);

	nla_put(msg, IFLA_ADDRESS, 6, mac);
	return nl_do(sk, msg);
}

static inline int link_rename(struct nl_sock *sk, unsigned int index,
			      const char *name)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0, 0);

	nla_put_string(msg, IFLA_IFNAME, name);
	return nl_do(sk, msg);
}

/* A switch of a bridge (kind "nsbridge", IFLA_INFO_DATA) or of a port. */
static inline int link_switch(struct nl_sock *sk, unsigned int index, bool port,
			      int attr, uint8_t value)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0, 0);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	nla_put_string(msg, port ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND,
		       "nsbridge");
	data = nla_nest_start(msg, port ? IFLA_INFO_SLAVE_DATA : IFLA_INFO_DATA);
	nla_put_u8(msg, attr, value);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_do(sk, msg);
}

/* 0 if there is none */
static inline unsigned int ns_index(int ns, const char *name)
{
	int home = ns_self();
	unsigned int index;

	ns_enter(ns);
	index = if_nametoindex(name);
	ns_enter(home);
	close(home);
	return index;
}

/* -- the family -- */

static inline struct nl_sock *nsb_open(int ns, int *family)
{
	struct nl_sock *sk = nl_open(ns, NETLINK_GENERIC);

	*family = genl_ctrl_resolve(sk, NSBRIDGE_FAMILY_NAME);
	return sk;
}

static inline struct nl_msg *nsb_msg(int family, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				 flags, cmd, 1))
		die("message", ENOMEM);
	return msg;
}

static inline void nsb_put_ns(struct nl_msg *msg, int attr, uint64_t cookie)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u64(msg, NSBRIDGE_A_NS_COOKIE, cookie);
	nla_nest_end(msg, nest);
}

/* A rule for a crossing; a cookie of 0 is any, NSBRIDGE_VERDICT_UNSET deletes. */
static inline int nsb_rule(struct nl_sock *sk, int family, unsigned int bridge,
			   uint64_t from, uint64_t to, uint32_t verdict)
{
	bool del = verdict == NSBRIDGE_VERDICT_UNSET;
	struct nl_msg *msg = nsb_msg(family, del ? NSBRIDGE_CMD_RULE_DEL :
					     NSBRIDGE_CMD_CROSSING_SET, 0);

	nla_put_u32(msg, NSBRIDGE_A_CROSSING_IFINDEX, bridge);
	if (from)
		nsb_put_ns(msg, NSBRIDGE_A_CROSSING_FROM, from);
	if (to)
		nsb_put_ns(msg, NSBRIDGE_A_CROSSING_TO, to);
	if (!del)
		nla_put_u32(msg, NSBRIDGE_A_CROSSING_RULE, verdict);
	return nl_do(sk, msg);
}

/* -- frames -- */

/* Sends by @dev of @ns, or of the thread's own namespace if that is negative;
 * receives nothing. Negative where there is no such.
 */
static inline int packet_open(int ns, const char *dev)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int home = ns_self(), fd;

	if (ns >= 0)
		ns_enter(ns);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex(dev);
	if (fd < 0)
		die("packet socket", errno);
	if (!to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		fd = -1;
	}
	ns_enter(home);
	close(home);
	return fd;
}

static inline void make_mac(unsigned char *mac, unsigned int number)
{
	mac[0] = 2;
	mac[1] = 0x50;
	mac[2] = number >> 24;
	mac[3] = number >> 16;
	mac[4] = number >> 8;
	mac[5] = number;
}

/* So that the same seed does the same; each thread has a state of its own. */
static inline uint32_t pick(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (*state >> 33) % below;
}

#endif
