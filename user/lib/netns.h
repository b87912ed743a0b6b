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
	uint64_t cookie;	/* 0 unless who made the list knows it */
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
	size_t *index;		/* by inode, places in ns from 1 */
	size_t room;		/* of the index, a power of two */
};

/* Namespaces that have a name; and then also those of processes and fds. */
void netns_scan_names(struct netns_list *list);
void netns_scan_procs(struct netns_list *list);
void netns_free(struct netns_list *list);
/* After the list was put into another order. */
void netns_index(struct netns_list *list);
struct netns *netns_find(struct netns_list *list, uint64_t inode);
/* A name for an inode number, looking at processes only when it must. */
const char *netns_name(struct netns_list *list, uint64_t inode);

/* Calls each() inside of every one of the list that can be entered. */
void netns_visit(struct netns_list *list,
		 void (*each)(struct netns *ns, void *arg), void *arg);

/* The namespace that NAME, PATH, PID, pid:PID or INODE stands for, opened; -1
 * after a message. What netns_name() says of a namespace is understood, too.
 */
int netns_open(const char *what) __attribute__((nonnull));
/* As netns_open(), but a namespace that nothing here can open is not an error
 * when it is given as an inode number: *inode is that, and -1 is returned. Else
 * *inode is 0.
 */
int netns_open_or_inode(const char *what, uint64_t *inode);
/* Enters it. 0, or -1 with errno. */
int netns_enter(int fd);
int netns_self(void);
uint64_t netns_inode(int fd);

#endif /* NSB_NETNS_H */
