/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespaces of a lab. */
#ifndef NSB_LAB_SPACE_H
#define NSB_LAB_SPACE_H

#include <stdint.h>
#include "../lib/nl.h"

/* A namespace of a lab, with what is needed to work in it. */
struct space {
	char *name;		/* in /run/netns, or as netns_open() has it */
	int fd;
	struct nl nl;		/* an rtnetlink socket inside */
	bool foreign;		/* was there before */
	struct {
		const char *name;
		int index;
	} *dev;			/* that were made in it */
	unsigned int n_dev;
	int next_index;
};

/* What tells a namespace from any other, also from one of the same name. */
struct space_id {
	uint64_t inode;
	uint64_t cookie;
};

/* Makes a namespace and opens it. Nobody else sees the name yet: the caller is
 * inside, where space_name() gives it one, and space_leave() goes back, also after
 * a failure. 0, or -1 with errno.
 */
int space_make(struct space *space, const char *name, struct space_id *id);
int space_name(const char *name);
int space_leave(int home);
/* Opens one that netns_open() understands. 0, or -1 after a message. */
int space_open(struct space *space, const char *name, int home);
/* The index that the next device in it shall have; remembers whose. */
int space_index(struct space *space, const char *device);
/* That of a device, 0 if it has none yet. */
int space_find(const struct space *space, const char *device);
void space_close(struct space *space);
/* Which namespace a file stands for; -1 with errno. */
int space_identify(const char *name, int home, struct space_id *id);
/* Takes the name away, and with it the namespace unless something is inside. */
int space_remove(const char *name);
/* Its file, for the caller to free. Dots become slashes and the other way round, as
 * in sysctl.conf.
 */
char *space_sysctl_path(const char *name);
/* In the namespace of the caller. -1 with errno. */
int space_sysctl(const char *name, const char *value);
/* For its rules of nftables; NULL with errno. */
struct nft_ctx *space_nft(void);

#endif /* NSB_LAB_SPACE_H */
