// SPDX-License-Identifier: GPL-2.0
/* Network namespaces of this machine: into each and back. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "err.h"
#include "netns.h"

void netns_visit(struct netns_list *list,
		 void (*each)(struct netns *ns, void *arg), void *arg)
{
	uint64_t self;
	int here, fd;
	size_t i, n;

	here = netns_self();
	if (here < 0)
		return;
	self = netns_inode(here);
	/* What is there already: naming things may add to the list. */
	n = list->n;
	for (i = 0; i < n; i++) {
		if (list->ns[i].inode == self) {
			each(&list->ns[i], arg);
			continue;
		}
		fd = open(list->ns[i].path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		/* The path may lead elsewhere by now. */
		if (netns_inode(fd) == list->ns[i].inode && !netns_enter(fd))
			each(&list->ns[i], arg);
		close(fd);
		if (netns_enter(here)) {
			fail("cannot return to the network namespace of the command: %m");
			exit(EXIT_FAILED);
		}
	}
	close(here);
}
