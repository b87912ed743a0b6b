/* SPDX-License-Identifier: GPL-2.0 */
/* What devices and addresses there are in a network namespace. */
#ifndef NSB_NAMESPACE_DEVS_H
#define NSB_NAMESPACE_DEVS_H

#include "../lib/genl.h"
#include "../lib/out.h"

struct ns_addr {
	char dev[16];
	char text[64];		/* with the length of the prefix */
};

struct ns_devs {
	uint64_t inode;
	size_t n;		/* devices */
	struct dump addr;	/* of struct ns_addr, loopback's apart */
};

/* Of the namespace that the command is in; silent when that fails. */
void ns_devs_look(struct ns_devs *d, bool addresses);
void ns_devs_show(struct out *out, const struct ns_devs *d, bool addresses);

#endif /* NSB_NAMESPACE_DEVS_H */
