// SPDX-License-Identifier: GPL-2.0
/* nsbridge lab diff and apply: a lab that is up, and its file as it is now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lab/diff.h"
#include "../lab/plan.h"
#include "../lib/err.h"
#include "../lib/out.h"
#include "cmd.h"
#include "lab.h"

/* A lab that is up, as it was built and as it is wanted. */
struct both {
	struct state state;
	struct lab built;
	struct lab wanted;
};

static enum lab_kind kind_of(const struct lab *lab)
{
	return lab->parsed->kind ? *lab->parsed->kind : LAB_NSBRIDGE;
}

static int load_both(struct both *both, const char *id, const char *path,
		     bool lock)
{
	char *yaml = state_yaml(id);
	int err;

	err = state_read(&both->state, id, lock);
	if (err > 0)
		err = fail("no lab \"%s\" is up: build it with \"nsbridge lab up\"",
			   id);
	if (!err && !both->state.ready)
		err = fail("lab \"%s\" is not whole: take it down with \"nsbridge lab down %s\"",
			   id, id);
	if (!err)
		err = lab_load_as(&both->built, yaml, &both->state);
	if (!err)
		err = lab_load_as(&both->wanted, path ? path :
				  both->state.path ? both->state.path : yaml,
				  &both->state);
	if (!err && kind_of(&both->built) != kind_of(&both->wanted))
		err = lab_error(&both->wanted, NULL, 0, "kind",
				"cannot change while the lab is up: take it down and build it again");
	free(yaml);
	return err;
}

/* Of a path the name of the lab is in the file. */
static int load(struct both *both, const struct lab_args *args, bool lock)
{
	struct lab lab = { 0 };
	int err;

	memset(both, 0, sizeof(*both));
	both->state.lock = -1;
	if (!lab_is_path(args->what))
		return load_both(both, args->what, args->file, lock);
	err = lab_load_file(&lab, args->what) ?:
	      load_both(both, lab.id, args->file ? args->file : args->what,
			lock);
	lab_free(&lab);
	return err;
}

static void both_free(struct both *both)
{
	lab_free(&both->wanted);
	lab_free(&both->built);
	state_free(&both->state);
}

int lab_differ(const struct lab_args *args)
{
	struct both both;
	struct diff diff;
	int ret = EXIT_USAGE;

	if (!load(&both, args, false) &&
	    !diff_open(&diff, &both.state, &both.wanted, &both.built)) {
		ret = diff_show(&diff) ? EXIT_FAILED : EXIT_OK;
		diff_close(&diff);
	}
	both_free(&both);
	return ret;
}

int lab_change(const struct lab_args *args)
{
	struct both both;
	int err;

	err = load(&both, args, true) ?:
	      lab_apply(&both.state, &both.wanted, &both.built);
	both_free(&both);
	return err;
}
