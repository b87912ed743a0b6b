// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>
#include <linux/kernel.h>

#include "crossing.h"
#include "reason.h"

static const char * const names[] = {
	[NSBRIDGE_REASON_UNSPEC]	= "unspec",
	[NSBRIDGE_REASON_POLICY]	= "policy",
	[NSBRIDGE_REASON_UNKNOWN]	= "unknown",
	[NSBRIDGE_REASON_NOBODY]	= "nobody",
	[NSBRIDGE_REASON_SPOOF]		= "spoof",
	[NSBRIDGE_REASON_QUOTA]		= "quota",
	[NSBRIDGE_REASON_NEIGH]		= "neigh",
	[NSBRIDGE_REASON_MTU]		= "mtu",
	[NSBRIDGE_REASON_DOWN]		= "down",
	[NSBRIDGE_REASON_RESERVED]	= "reserved",
	[NSBRIDGE_REASON_INVALID]	= "invalid",
	[NSBRIDGE_REASON_HAIRPIN]	= "hairpin",
	[NSBRIDGE_REASON_NO_MEMORY]	= "no-memory",
	[NSBRIDGE_REASON_BACKLOG]	= "backlog",
	[NSBRIDGE_REASON_VLAN]		= "vlan",
};

static_assert(ARRAY_SIZE(names) == NSB_REASONS);

/**
 * nsb_reason_name() - the name of a reason, as users see it everywhere
 * @reason: the reason
 *
 * Return: a string that is never NULL.
 */
const char *nsb_reason_name(enum nsbridge_reason reason)
{
	if (reason >= ARRAY_SIZE(names))
		return names[NSBRIDGE_REASON_UNSPEC];
	return names[reason];
}
