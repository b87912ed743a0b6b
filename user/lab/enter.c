// SPDX-License-Identifier: GPL-2.0
/* Commands inside the namespaces of labs that are up. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "enter.h"
#include "state.h"

/* What a namespace is called within its lab: behind the dot. */
static const char *short_name(const struct state *state, const char *name)
{
	size_t len = strlen(state->id);

	return !strncmp(name, state->id, len) && name[len] == '.' ?
	       name + len + 1 : name;
}

static void note(const struct state *state, const char *what, char **found,
		 char **another)
{
	const char *name;
	size_t i;

	for (i = 0; i < state->n; i++) {
		name = state->space[i].name;
		if (strcmp(name, what) && strcmp(short_name(state, name), what))
			continue;
		if (!*found)
			*found = xstrdup(name);
		else if (!*another)
			*another = xstrdup(name);
	}
}

char *enter_find(const char *what)
{
	char **names = state_list(), **name;
	char *found = NULL, *another = NULL;
	struct state state;

	for (name = names; *name; name++) {
		if (!state_read(&state, *name, false)) {
			note(&state, what, &found, &another);
			state_free(&state);
		}
		free(*name);
	}
	free(names);
	if (!found) {
		fail("no namespace \"%s\" in a lab that is up: \"nsbridge lab show LAB\" lists those of one",
		     what);
	} else if (another) {
		fail("\"%s\" is in more than one lab: say %s or %s", what,
		     found, another);
		free(found);
		found = NULL;
	}
	free(another);
	return found;
}

/* As "ip netns exec" does it. What cannot be had is not worth a complaint. */
void enter_sys(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("", "/", "none", MS_SLAVE | MS_REC, NULL))
		return;
	umount2("/sys", MNT_DETACH);
	if (mount("nsbridge", "/sys", "sysfs", 0, NULL))
		return;
}

int enter_exec(const char *netns, char **argv)
{
	int fd = netns_open(netns);
	int err;

	if (fd < 0)
		return -1;
	err = netns_enter(fd);
	close(fd);
	if (err)
		return fail("cannot enter the namespace \"%s\": %m", netns);
	enter_sys();
	fflush(NULL);
	execvp(argv[0], argv);
	return fail("cannot run \"%s\": %s", argv[0], strerror(errno));
}
