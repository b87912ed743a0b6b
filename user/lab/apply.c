// SPDX-License-Identifier: GPL-2.0
/* Brings a lab that is up to its edited file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "apply_item.h"
#include "build.h"
#include "carrier.h"
#include "diff.h"
#include "plan.h"

/* What one change takes with it is put back in the next round. */
#define ROUNDS	4

/* Numbers for new devices, which up to 6.12 must be free where a request is made
 * as well: in the namespace of the bridges.
 */
static void number(struct build *b, const struct view *view)
{
	const struct live *live;
	int last = 100;
	size_t i, k;

	for (i = 0; i < view->n; i++) {
		live = &view->space[i].live;
		for (k = 0; !view->space[i].foreign && k < live->n_links; k++)
			if (live->link[k].index > last)
				last = live->link[k].index;
	}
	for (i = 0; i < b->n; i++)
		b->space[i].next_index = last + 1;
	last += b->lab->file->bridges_count + b->lab->file->ports_count;
	for (i = 0; i + 1 < b->n; i++)
		b->space[i].next_index = last + 1;
	b->first_index = last + 1;
}

/* As if all that is there had just been built. */
static void begin(struct build *b, struct diff *diff, struct lab *lab)
{
	struct view_space *vs;
	unsigned int i;
	size_t k;

	memset(b, 0, sizeof(*b));
	b->lab = lab;
	b->home = diff->view.home;
	b->state = *diff->view.state;
	b->n = lab->file->namespaces_count + 1;
	b->space = xalloc(NULL, b->n * sizeof(*b->space));
	b->batch = xalloc(NULL, b->n * sizeof(*b->batch));
	for (i = 0; i < b->n; i++) {
		vs = view_find(&diff->view, i + 1 < b->n ?
			       lab->file->namespaces[i].name : SWITCH_NAME);
		if (!vs->open)
			continue;
		b->space[i] = vs->space;
		b->space[i].dev = xalloc(NULL, (vs->live.n_links + 1) *
					 sizeof(*b->space[i].dev));
		for (k = 0; k < vs->live.n_links; k++) {
			b->space[i].dev[k].name = vs->live.link[k].name;
			b->space[i].dev[k].index = vs->live.link[k].index;
		}
		b->space[i].n_dev = vs->live.n_links;
		b->batch[i].lab = lab;
		b->batch[i].nl = &b->space[i].nl;
	}
	number(b, &diff->view);
}

static void end(struct build *b, struct diff *diff)
{
	struct view_space *vs;
	unsigned int i;

	*diff->view.state = b->state;
	for (i = 0; i < b->n; i++) {
		batch_free(&b->batch[i]);
		vs = view_find(&diff->view, i + 1 < b->n ?
			       b->lab->file->namespaces[i].name : SWITCH_NAME);
		/* Those that are new are nobody else's to close. */
		if (vs->open)
			free(b->space[i].dev);
		else
			space_close(&b->space[i]);
	}
	free(b->space);
	free(b->batch);
}

static int make_all(struct diff *diff, struct lab *lab)
{
	struct build b;
	unsigned int i;
	int err = 0;
	size_t k;

	begin(&b, diff, lab);
	for (k = 0; k < diff->n && !err; k++) {
		progress("lab %s: change %zu of %zu", lab->id, k + 1, diff->n);
		err = apply_item(&b, diff, &diff->change[k]);
	}
	for (i = 0; i < b.n && !err; i++)
		if (b.space[i].name)
			err = build_wait_carrier(&b, i);
	carrier_end();
	end(&b, diff);
	progress_end();
	return err;
}

/* 0 when there is nothing left to do, -1 after a message. */
static int converge(struct state *state, struct lab *wanted, struct lab *other,
		    bool *touched)
{
	struct diff diff;
	unsigned int round;
	size_t left = 1;
	int err = 0;

	for (round = 0; round < ROUNDS && left && !err; round++) {
		if (diff_open(&diff, state, wanted, other))
			return -1;
		left = diff.n;
		if (left) {
			*touched = true;
			err = make_all(&diff, wanted);
		}
		if (!err && left && round == ROUNDS - 1)
			err = fail("lab \"%s\" still differs in %s",
				   wanted->id, diff.change[0].item->key);
		diff_close(&diff);
	}
	return err;
}

int lab_apply(struct state *state, struct lab *wanted, struct lab *built)
{
	bool touched = false;

	if (!converge(state, wanted, built, &touched))
		return state_keep_file(wanted, state->id);
	if (!touched)
		return -1;
	if (converge(state, built, wanted, &touched))
		return fail("lab \"%s\" is neither as it was nor as it should be: \"nsbridge lab diff %s\" tells the difference",
			    state->id, state->id);
	return fail("lab \"%s\" is as it was built: what was changed is taken back",
		    state->id);
}
