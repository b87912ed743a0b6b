/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink sockets that keep what the kernel says of a refusal. */
#ifndef NSB_NL_H
#define NSB_NL_H

#include <stdbool.h>
#include <netlink/netlink.h>
#include <netlink/msg.h>
#include <netlink/attr.h>

struct nl {
	struct nl_sock *sock;
	struct nl_cb *cb;
	int error;		/* errno of the last refusal */
	bool intr;		/* the last dump was interrupted */
	char msg[256];		/* the kernel's own words for it, or strerror */
};

typedef int (*nl_each)(struct nlmsghdr *nlh, void *arg);

/* The errno in a message; EPROTO for what is none. */
int nl_errno(int error);
/* A socket in the namespace of the caller. 0, or -errno with nl->msg set. */
int nl_open(struct nl *nl, int protocol);
void nl_shut(struct nl *nl);
/* Sends a request and waits for its end; each() sees every answer. */
int nl_talk(struct nl *nl, struct nl_msg *msg, nl_each each, void *arg);
/* As nl_talk(), for a dump. What was collected of an interrupted dump is
 * dropped by restart(), and the dump made again.
 */
int nl_talk_dump(struct nl *nl, struct nl_msg *msg, nl_each each,
		 void (*restart)(void *arg), void *arg);

/* Makes the socket one for listening to a multicast group, and for nothing
 * else. nl_next() waits for what comes in; -ENOBUFS when some of it was lost.
 */
int nl_listen(struct nl *nl, int group);
int nl_next(struct nl *nl, nl_each each, void *arg);

#endif /* NSB_NL_H */
