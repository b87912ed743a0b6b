// SPDX-License-Identifier: GPL-2.0
/* Takes a lab away, whole or half built. Everything a lab has is in its own
 * namespaces, so it is enough to take their names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "build.h"
#include "link.h"
#include "plan.h"
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
		again |= !strcmp(stays->comm, program_invocation_short_name) ||
			 !process_is_settled(stays->pid);
		if (say)
			fail("lab %s: %s (pid %d) is still inside \"%s\", which is gone when that ends",
			     state->id, stays->comm, (int)stays->pid,
			     state->space[i].name);
	}
	netns_free(&list);
	return again;
}

/* One of ours in there may be about to become a process of the lab, if whoever
 * started it was killed at that moment: it has its mark a moment later. So has one
 * that is in the middle of exec().
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

static void unplug(const struct state *state, const char *netns,
		   const char *dev, int home)
{
	const struct state_space *own = NULL;
	struct space_id now;
	struct space space;
	struct nl_msg *msg;
	int index;
	size_t i;

	for (i = 0; i < state->n; i++)
		if (!strcmp(state->space[i].name, netns))
			own = &state->space[i];
	if (!own || space_identify(netns, home, &now) || !now.inode ||
	    !is_ours(own, &now) || space_open(&space, netns, home))
		return;
	index = link_index(&space.nl, dev);
	msg = index > 0 ? link_delete(index) : NULL;
	if (msg)
		nl_talk(&space.nl, msg, NULL, NULL);
	nlmsg_free(msg);
	space_close(&space);
}

/* What leads into namespaces of somebody else is to be gone when we are done, and
 * not a moment later with the namespace at its other end.
 */
static void unplug_all(const struct state *state, const struct lab *lab,
		       int home)
{
	const struct lab_file *f = lab->file;
	const struct lab_end *ends;
	unsigned int i, e;
	char *name;
	int ns[2];

	name = lab_switch(lab);
	for (i = 0; i < f->ports_count; i++) {
		ns[0] = lab_find_namespace(lab, f->ports[i].end.namespace);
		if (lab_is_foreign(&f->namespaces[ns[0]]))
			unplug(state, name, f->ports[i].peer, home);
	}
	free(name);
	for (i = 0; i < f->cables_count; i++) {
		ends = f->cables[i].ends;
		for (e = 0; e < 2; e++)
			ns[e] = lab_find_namespace(lab, ends[e].namespace);
		for (e = 0; e < 2; e++) {
			if (!lab_is_foreign(&f->namespaces[ns[e]]))
				continue;
			name = lab_netns_at(lab, ns[!e]);
			unplug(state, name, ends[!e].device, home);
			free(name);
		}
	}
}

static void leave_others(const struct state *state, int home)
{
	char *yaml = state_yaml(state->id);
	struct lab lab = { 0 };
	bool any = false;
	unsigned int i;

	if (access(yaml, R_OK) || lab_load(&lab, yaml)) {
		lab_free(&lab);
		free(yaml);
		return;
	}
	free(lab.id);
	lab.id = xstrdup(state->id);
	for (i = 0; i < lab.file->namespaces_count; i++)
		any |= lab_is_foreign(&lab.file->namespaces[i]);
	if (any && !lab_plan(&lab))
		unplug_all(state, &lab, home);
	lab_free(&lab);
	free(yaml);
}

int lab_down_state(struct state *state)
{
	int home = netns_self();
	int err = 0;
	size_t i;

	if (home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	leave_others(state, home);
	end_processes(state);
	for (i = state->n; i-- > 0;) {
		progress("lab %s: removing namespace %zu of %zu", state->id,
			 state->n - i, state->n);
		if (down_one(&state->space[i], home))
			err = -1;
	}
	progress_end();
	close(home);
	return err ?: state_end(state);
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
