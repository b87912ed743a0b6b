// SPDX-License-Identifier: GPL-2.0
/* A lab that is up: its namespaces, opened and read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "plan.h"
#include "view.h"

struct view_space *view_find(const struct view *view, const char *name)
{
	size_t i;

	for (i = 0; i < view->n; i++)
		if (!strcmp(view->space[i].name, name))
			return &view->space[i];
	return NULL;
}

/* 1 or 0, or -1 after a message. */
static int is_ours(const struct state *state, const char *name, int home)
{
	struct space_id id;
	size_t i;

	if (space_identify(name, home, &id))
		return errno == ENOENT ? 0 :
		       fail("cannot look at the namespace \"%s\": %m", name);
	for (i = 0; i < state->n; i++)
		if (!strcmp(state->space[i].name, name) &&
		    state->space[i].id.inode == id.inode &&
		    state->space[i].id.cookie == id.cookie)
			return 1;
	return 0;
}

static int open_one(struct view *view, const char *name, char *netns,
		    bool foreign)
{
	struct view_space *vs;
	int ours = 1;

	view->space = xalloc(view->space, (view->n + 1) * sizeof(*vs));
	vs = &view->space[view->n++];
	memset(vs, 0, sizeof(*vs));
	vs->name = xstrdup(name);
	vs->foreign = foreign;
	if (!netns)
		return -1;
	/* One that is gone is a difference, and no error. */
	if (!foreign)
		ours = is_ours(view->state, netns, view->home);
	if (ours <= 0)
		return ours;
	if (space_open(&vs->space, netns, view->home))
		return -1;
	vs->open = true;
	vs->space.foreign = foreign;
	vs->inode = netns_inode(vs->space.fd);
	return live_read(&vs->live, &vs->space);
}

static int open_all(struct view *view, const struct lab *lab)
{
	const struct lab_namespace *ns = lab->file->namespaces;
	unsigned int i, n = lab->file->namespaces_count;
	const char *name;
	char *netns;
	int err = 0;

	for (i = 0; i <= n && !err; i++) {
		name = i < n ? ns[i].name : SWITCH_NAME;
		progress("lab %s: reading namespace %u of %u", lab->id, i, n);
		if (view_find(view, name))
			continue;
		netns = lab_netns_at(lab, i);
		err = open_one(view, name, netns,
			       i < n && lab_is_foreign(&ns[i]));
		free(netns);
	}
	return err;
}

int view_open(struct view *view, struct state *state, const struct lab *wanted,
	      const struct lab *built)
{
	int err;

	memset(view, 0, sizeof(*view));
	view->state = state;
	view->lab[0] = wanted;
	view->lab[1] = built;
	view->home = netns_self();
	if (view->home < 0)
		return fail("cannot open /proc/self/ns/net: %m");
	err = open_all(view, wanted) ?: open_all(view, built);
	progress_end();
	if (err)
		view_close(view);
	return err;
}

struct space *view_scratch(struct view *view)
{
	struct space_id id;
	int err;

	if (view->has_scratch)
		return &view->scratch;
	err = space_make(&view->scratch, "scratch", &id);
	space_leave(view->home);
	if (err) {
		fail("cannot make a namespace: %m");
		return NULL;
	}
	view->has_scratch = true;
	return &view->scratch;
}

void view_close(struct view *view)
{
	size_t i;

	for (i = 0; i < view->n; i++) {
		live_free(&view->space[i].live);
		if (view->space[i].open)
			space_close(&view->space[i].space);
		free(view->space[i].name);
	}
	free(view->space);
	if (view->has_scratch)
		space_close(&view->scratch);
	close(view->home);
	memset(view, 0, sizeof(*view));
}
