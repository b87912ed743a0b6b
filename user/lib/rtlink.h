/* SPDX-License-Identifier: GPL-2.0 */
/* Devices of a network namespace, as rtnetlink tells of them. */
#ifndef NSB_RTLINK_H
#define NSB_RTLINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <linux/if_nsbridge.h>
#include "genl.h"
#include "nl.h"

struct rtlink {
	uint32_t ifindex;
	uint32_t flags;		/* IFF_* */
	char name[IF_NAMESIZE];
	char kind[16];
	char slave_kind[16];
	uint32_t master;
	uint32_t peer;		/* IFLA_LINK, 0 for none */
	int peer_nsid;		/* -1: the peer is in the same namespace */
	bool carrier;
	/* Settings of a port of an nsbridge, where it is one. */
	struct {
		bool given;
		uint64_t val;
	} setting[IFLA_NSBRIDGE_PORT_MAX + 1];
};

/* All devices here, or those of a master or of a kind. 0, or -errno. */
int rtlink_dump(struct nl *nl, uint32_t master, const char *kind,
		struct dump *out);
/* One device: here, or in the namespace that has this nsid here. */
int rtlink_get(struct nl *nl, uint32_t ifindex, int nsid, struct rtlink *link);

#endif /* NSB_RTLINK_H */
