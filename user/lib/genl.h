/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's "nsbridge" family: its dumps as lists, its requests as calls. */
#ifndef NSB_GENL_H
#define NSB_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/nsbridge.h>
#include "nl.h"

#define NSB_REASONS	16	/* the last is for those of a newer kernel */

struct genl {
	struct nl nl;
	int family;
	int events;		/* the numbers of the multicast groups */
	int fdb;
};

/* A namespace as the kernel names it to the caller. */
struct ns_ref {
	uint64_t inode;
	uint64_t cookie;
	int nsid;
	bool has_nsid;
	bool self;
};

struct crossing {
	uint32_t link;
	uint32_t ifindex;
	struct ns_ref from;
	uint32_t target;
	struct ns_ref to;
	uint64_t frames;
	uint64_t segs;
	uint64_t bytes;
	uint64_t copies;
	uint64_t flooded;
	uint64_t drops;
	uint64_t drop_copies;
	uint64_t drop[NSB_REASONS];
	uint64_t first_seen;
	uint64_t last_seen;
	bool has_verdict;
	uint32_t verdict;
	uint32_t rule;
	uint32_t nth;		/* of those that are alike, see rates() */
};

#define NSB_BARS	65

/* How long frames took on a crossing. */
struct latency {
	struct crossing crossing;
	bool measured;
	uint64_t total;		/* ns */
	/* The first is for less than a ns, bar i for 2^(i-1) to 2^i. */
	uint64_t bar[NSB_BARS];
};

struct side {
	uint32_t ifindex;
	struct ns_ref ns;
	uint32_t ports;
	uint32_t quota;
	uint32_t used;
	uint32_t entries;
	uint64_t refused;
	uint32_t rule_from;
	uint32_t rule_to;
};

struct fdb_entry {
	uint32_t ifindex;
	uint32_t port;
	unsigned char addr[6];
	uint16_t vlan;
	struct ns_ref ns;
	uint32_t origin;
	bool uplink;
	bool sticky;
	bool has_age;
	uint64_t age;
};

struct port {
	uint32_t ifindex;
	uint32_t port;
	bool has_ns;		/* not while the far end is moving */
	struct ns_ref ns;
	uint32_t far;		/* its ifindex there, or 0 */
	bool uplink;
};

struct event {
	uint32_t happening;
	uint32_t ifindex;
	uint32_t port;		/* 0 for none */
	bool has_ns;
	struct ns_ref ns;
	bool has_other;
	struct ns_ref other;
	bool has_addr;
	unsigned char addr[6];
	bool has_ip;
	unsigned char ip[16];	/* IPv4 mapped into IPv6 */
};

/* A namespace in a request: an open file if fd is not negative, else an inode
 * number, and any namespace when that is 0.
 */
struct ns_pick {
	int fd;
	uint64_t inode;
};

/* Which crossings to list; all zero, and no fd, is all of them. */
struct which {
	uint32_t ifindex;
	struct ns_pick from;
	struct ns_pick to;
	uint64_t since;		/* seen since, in ns of CLOCK_REALTIME */
};

struct dump {
	void *item;
	size_t n;
	size_t room;
};

/* One more item, all zero; and none at all, for nl_talk_dump(). */
void *dump_next(struct dump *dump, size_t size);
void dump_restart(void *arg);

/* -1 after a message when there is no such family, or nothing can be asked. */
int genl_open(struct genl *genl);
/* As genl_open(), but silent: 0, or -errno. */
int genl_try(struct genl *genl);
void genl_shut(struct genl *genl);
/* Of all bridges (and cables) when ifindex is 0. 0, or -errno with genl->nl.msg. */
int genl_crossings(struct genl *genl, uint32_t ifindex, struct dump *out);
int genl_crossings_which(struct genl *genl, const struct which *which,
			 struct dump *out);
/* Of those into namespaces. */
int genl_latencies(struct genl *genl, uint32_t ifindex, struct dump *out);
int genl_sides(struct genl *genl, uint32_t ifindex, struct dump *out);
int genl_fdb(struct genl *genl, uint32_t ifindex, uint32_t port,
	     struct dump *out);
int genl_ports(struct genl *genl, uint32_t ifindex, uint32_t port,
	       struct dump *out);
/* Of the entry, what a request may say: port, address and VLAN; to add it, the
 * origin as well, and whether it is sticky.
 */
int genl_fdb_change(struct genl *genl, int cmd, const struct fdb_entry *f);
int genl_crossing_set(struct genl *genl, uint32_t ifindex,
		      const struct ns_pick *from, const struct ns_pick *to,
		      uint32_t rule);
/* Takes part in the group of events; then what comes in is one or the other. */
int genl_listen(struct genl *genl);
/* Waits for what comes next. 0, or -errno: -ENOBUFS when some was lost. */
int genl_next(struct genl *genl, void (*event)(const struct event *e, void *arg),
	      void (*crossing_end)(const struct crossing *c, void *arg),
	      void *arg);
/* The same for entries of the forwarding table that come and go. */
int genl_fdb_listen(struct genl *genl);
int genl_fdb_next(struct genl *genl,
		  void (*each)(const struct fdb_entry *f, bool gone, void *arg),
		  void *arg);
/* Says why the last request failed, and what to do about it; returns -1. */
int genl_fail(struct genl *genl, const char *what);

const char *reason_name(uint32_t reason);
const char *origin_name(uint32_t origin);
const char *target_name(uint32_t target);
const char *link_name(uint32_t link);
const char *verdict_name(uint32_t verdict);
const char *happening_name(uint32_t happening);

#endif /* NSB_GENL_H */
