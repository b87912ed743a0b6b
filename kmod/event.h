/* SPDX-License-Identifier: GPL-2.0 */
/* What is told to who listens to the group "events" of the family. */
#ifndef NSB_EVENT_H
#define NSB_EVENT_H

#include <linux/in6.h>
#include <uapi/linux/nsbridge.h>

struct nsb_bridge;
struct nsb_crossing;
struct nsb_fdb_entry;
struct nsb_port;
struct nsb_side;

#define NSB_HAPPENINGS	(NSBRIDGE_HAPPENING_NAMESPACE_GONE + 1)

/**
 * struct nsb_event - something that happened on a bridge
 * @what:	enum nsbridge_happening
 * @port:	the port it happened on, or NULL
 * @side:	who did it, or to whom it happened
 * @other:	who had the address first, or NULL
 * @addr:	a MAC, or NULL
 * @ip:		an IP address, or NULL
 */
struct nsb_event {
	enum nsbridge_happening what;
	const struct nsb_port *port;
	const struct nsb_side *side;
	const struct nsb_side *other;
	const u8 *addr;
	const struct in6_addr *ip;
};

void nsb_event_send(struct nsb_bridge *br, const struct nsb_event *event);
void nsb_event_crossing_end(const struct nsb_crossing *x);
void nsb_event_fdb(const struct nsb_bridge *br, const struct nsb_fdb_entry *e,
		   u8 cmd);
void nsb_event_init(struct nsb_bridge *br);

#endif
