/* SPDX-License-Identifier: GPL-2.0 */
/* What a message of the kernel's "nsbridge" family says. */
#ifndef NSB_GENL_PARSE_H
#define NSB_GENL_PARSE_H

#include "genl.h"

struct nlmsghdr;

/* Into what is all zero. 0, or -1 if it is no message of the kind. */
int get_crossing(struct nlmsghdr *nlh, struct crossing *c);
int get_latency(struct nlmsghdr *nlh, struct latency *l);
int get_side(struct nlmsghdr *nlh, struct side *s);
int get_fdb(struct nlmsghdr *nlh, struct fdb_entry *f);
int get_port(struct nlmsghdr *nlh, struct port *p);
int get_event(struct nlmsghdr *nlh, struct event *e);

#endif /* NSB_GENL_PARSE_H */
