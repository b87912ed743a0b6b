/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of neighbour discovery. */
#ifndef NSB_RIG_ND_H
#define NSB_RIG_ND_H

#include <linux/icmpv6.h>
#include <linux/inet.h>
#include <linux/ipv6.h>
#include <linux/string.h>
#include <net/ipv6.h>

struct nd {
	struct ipv6hdr ip;
	u8 rest[64];
};

/* A message of a type from an address, about a target; @before is the header
 * before ICMPv6: 0 for none, or IPPROTO_DSTOPTS, or NEXTHDR_FRAGMENT.
 */
static inline unsigned int nd_build(struct nd *nd, u8 type, const char *from,
				    const char *target, u8 before)
{
	struct icmp6hdr *icmp;
	u8 *p = nd->rest;

	memset(nd, 0, sizeof(*nd));
	nd->ip.version = 6;
	nd->ip.hop_limit = 255;
	nd->ip.nexthdr = before ?: IPPROTO_ICMPV6;
	in6_pton(from, -1, nd->ip.saddr.s6_addr, -1, NULL);
	in6_pton("ff02::1:ff00:2", -1, nd->ip.daddr.s6_addr, -1, NULL);
	if (before) {
		/* Both are 8 bytes, and name what is next in the first. */
		p[0] = IPPROTO_ICMPV6;
		if (before == NEXTHDR_FRAGMENT)
			p[3] = 1;	/* and there is more */
		p += 8;
	}
	icmp = (struct icmp6hdr *)p;
	icmp->icmp6_type = type;
	p += sizeof(*icmp);
	if (target) {
		in6_pton(target, -1, p, -1, NULL);
		p += sizeof(struct in6_addr);
	}
	nd->ip.payload_len = htons(p - nd->rest);
	return p - (u8 *)nd;
}

#endif
