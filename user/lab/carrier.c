// SPDX-License-Identifier: GPL-2.0
/* The kernel tells a bridge of a carrier a moment after it is there, and lets nothing
 * pass before; a lab that is up should be one that forwards.
 *
 * It tells up to 200 devices, and the others a second later: unless one more comes up
 * meanwhile. So a thousand pairs would take ten seconds, and we have one come up.
 */
#include <unistd.h>
#include "../lib/err.h"
#include "carrier.h"
#include "link.h"

#define TRIES		150
#define WAIT_US		20000
#define SOON		50	/* tries that do not wait as long */
#define SOON_US		1000
#define PAIR		2	/* the number of one end */

static struct space spare;

static int talk(struct nl_msg *msg)
{
	int err = msg ? nl_talk(&spare.nl, msg, NULL, NULL) : -1;

	nlmsg_free(msg);
	return err;
}

/* A pair of its own, in a namespace of its own, that has no name. */
static int make_spare(struct build *b)
{
	const char *kind = b->lab->kind == LAB_STOCK ? "veth" : "nsveth";
	struct link_end a = { .name = "a", .index = PAIR };
	struct link_end z = { .name = "z", .index = PAIR + 1 };
	struct space_id id;
	int err;

	err = space_make(&spare, "spare", &id);
	space_leave(b->home);
	if (err)
		return -1;
	a.netns = spare.fd;
	z.netns = spare.fd;
	return talk(link_pair(kind, &a, &z)) ?: talk(link_up(PAIR + 1));
}

static void hurry(struct build *b)
{
	if (!spare.name && make_spare(b))
		return;
	talk(link_down(PAIR));
	talk(link_up(PAIR));
}

int build_wait_carrier(struct build *b, unsigned int i)
{
	struct space *space = &b->space[i];
	unsigned int k, tries;

	for (k = 0; k < space->n_dev; k++) {
		for (tries = 0; tries < TRIES; tries++) {
			if (!link_pending(&space->nl, space->dev[k].name))
				break;
			hurry(b);
			progress("lab %s: waiting for carrier", b->lab->id);
			usleep(tries < SOON ? SOON_US : WAIT_US);
		}
	}
	return 0;
}

void carrier_end(void)
{
	space_close(&spare);
}
