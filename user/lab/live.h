/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has in a namespace of a lab that is up. */
#ifndef NSB_LAB_LIVE_H
#define NSB_LAB_LIVE_H

#include <net/if.h>
#include "space.h"

#define LIVE_SETTINGS	64	/* attributes of a kind that are looked at */

struct live_setting {
	bool given;
	uint64_t val;
};

struct live_link {
	int index;
	char name[IF_NAMESIZE];
	char kind[16];
	unsigned int flags;	/* IFF_* */
	unsigned char mac[6];
	uint32_t mtu;
	int master;
	int peer;		/* IFLA_LINK */
	struct live_setting data[LIVE_SETTINGS];	/* IFLA_INFO_DATA */
	struct live_setting port[LIVE_SETTINGS];	/* IFLA_INFO_SLAVE_DATA */
};

/* What belongs to a device, as text in the words of a lab file. */
struct live_fact {
	enum live_what {
		LIVE_ADDRESS,	/* key is ADDRESS/LENGTH */
		LIVE_ROUTE,	/* key is TO, val "via ADDRESS dev DEVICE" */
		LIVE_NEIGHBOUR,	/* key is ADDRESS, val its MAC address */
		LIVE_NETEM,	/* val as netem_text() has it */
		LIVE_VLAN,	/* key is the number, val "tagged" or "untagged" */
	} what;
	int index;
	char *key;
	char *val;
	uint32_t metric;	/* of a route */
};

struct live {
	struct live_link *link;
	size_t n_links;
	struct live_fact *fact;
	size_t n_facts;
};

/* Reads all of a namespace. 0, or -1 after a message. */
int live_read(struct live *live, struct space *space);
void live_free(struct live *live);
const struct live_link *live_link(const struct live *live, const char *name);
const struct live_link *live_link_at(const struct live *live, int index);
/* For the caller to free, as the next: "delay 10.000 jitter 0.000 loss 5.0000". */
char *netem_text(int64_t delay_ns, int64_t jitter_ns, uint32_t loss);
/* An address with or without its length, as the kernel would write it. */
char *live_normal(const char *address);
uint64_t live_number(const struct nlattr *attr);

#endif /* NSB_LAB_LIVE_H */
