/* SPDX-License-Identifier: GPL-2.0 */
/* Network namespaces of this machine: finding, naming and entering them. */
#ifndef NSB_NETNS_H
#define NSB_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NETNS_RUN_DIR	"/run/netns"

/* What keeps a namespace, and so where its name comes from, best first. */
enum netns_source {
	NETNS_NAMED,		/* a file in /run/netns */
	NETNS_DOCKER,
	NETNS_PODMAN,
	NETNS_MOUNT,		/* a bind mount somewhere else */
	NETNS_PROCESS,
	NETNS_FD,		/* nothing but an open file descriptor */
	NETNS_SOURCES,
};

extern const char *const netns_source_names[NETNS_SOURCES];

struct netns_pid {
	pid_t pid;
	char comm[17];
};

struct netns {
	uint64_t inode;
	enum netns_source source;
	char *name;		/* what to show */
	char *path;		/* what to open */
	struct netns_pid *pids;	/* processes inside */
	size_t n_pids;
	struct netns_pid *holders; /* processes outside with it open */
	size_t n_holders;
};

struct netns_list {
	struct netns *ns;
	size_t n;
	bool procs;		/* processes were looked at */
};

/* Namespaces that have a name; and then also those of processes and fds. */
void netns_scan_names(struct netns_list *list);
void netns_scan_procs(struct netns_list *list);
void netns_free(struct netns_list *list);
struct netns *netns_find(struct netns_list *list, uint64_t inode);
/* A name for an inode number, looking at processes only when it must. */
const char *netns_name(struct netns_list *list, uint64_t inode);

/* The namespace NAME, PATH or PID stands for, opened; -1 after a message. */
int netns_open(const char *what) __attribute__((nonnull));
/* Enters it. 0, or -1 with errno. */
int netns_enter(int fd);
int netns_self(void);
uint64_t netns_inode(int fd);

#endif /* NSB_NETNS_H */
