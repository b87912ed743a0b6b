// SPDX-License-Identifier: GPL-2.0
/* Takes a lab away, whole or half built. Everything a lab has is in its own
 * namespaces, so it is enough to take their names.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "build.h"
#include "process.h"

#define MARK_TRIES	20
#define MARK_WAIT_US	50000

/* A name may stand for another namespace by now, which is not ours to touch.
 * One that stands for none is ours: we were killed between two steps.
 */
static bool is_ours(const struct state_space *space, const struct space_id *now)
{
	if (!now->inode)
		return true;
	return now->inode == space->id.inode &&
	       now->cookie == space->id.cookie;
}

static int down_one(const struct state_space *space, int home)
{
	struct space_id now;

	if (space_identify(space->name, home, &now)) {
		if (errno == ENOENT)
			return 0;
		return fail("cannot look at the namespace \"%s\": %m",
			    space->name);
	}
	if (!is_ours(space, &now))
		return 0;
	if (space_remove(space->name))
		return fail("cannot remove the namespace \"%s\": %m",
			    space->name);
	return 0;
}

/* Ends what the lab has started. A namespace without a name lives on, devices and
 * all, as long as somebody else is inside: only whoever that is can say whether
 * it may be ended.
 */
static bool end_once(const struct state *state, bool say)
{
	struct netns_list list = { 0 };
	const struct netns_pid *stays;
	const struct netns *ns;
	bool again = false;
	size_t i;

	netns_scan_procs(&list);
	for (i = 0; i < state->n; i++) {
		ns = netns_find(&list, state->space[i].id.inode);
		stays = ns ? process_end(state->id, ns) : NULL;
		if (!stays)
			continue;
		again |= !strcmp(stays->comm, program_invocation_short_name);
		if (say)
			fail("lab %s: %s (pid %d) is still inside \"%s\", which is gone when that ends",
			     state->id, stays->comm, (int)stays->pid,
			     state->space[i].name);
	}
	netns_free(&list);
	return again;
}

/* One of ours in there may be about to become a process of the lab, if whoever
 * started it was killed at that moment: it has its mark a moment later.
 */
static void end_processes(const struct state *state)
{
	int tries;

	for (tries = 0; tries < MARK_TRIES; tries++) {
		if (!end_once(state, false))
			break;
		usleep(MARK_WAIT_US);
	}
	end_once(state, true);
}

int lab_down_state(struct state *state)
{
	int home = netns_self();
	int err = 0;
	size_t i;

	if (home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	end_processes(state);
	for (i = state->n; i-- > 0;) {
		progress("lab %s: removing namespace %zu of %zu", state->id,
			 state->n - i, state->n);
		if (down_one(&state->space[i], home))
			err = -1;
	}
	progress_end();
	close(home);
	if (!err)
		state_end(state);
	return err;
}

int lab_down_space(const struct state *state, const char *name)
{
	struct state one = { .id = state->id };
	int home = netns_self();
	int err = 0;
	size_t i;

	if (home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	for (i = 0; i < state->n; i++) {
		if (strcmp(state->space[i].name, name) != 0)
			continue;
		one.space = &state->space[i];
		one.n = 1;
		end_processes(&one);
		err |= down_one(&state->space[i], home);
	}
	close(home);
	return err;
}

int lab_down(const char *id)
{
	struct state state;
	int err;

	err = state_read(&state, id, true);
	if (err > 0)
		return fail("no lab \"%s\" is up: \"nsbridge lab list\" shows what there is",
			    id);
	if (err)
		return err;
	err = lab_down_state(&state);
	state_free(&state);
	return err;
}
