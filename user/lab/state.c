// SPDX-License-Identifier: GPL-2.0
/* What is known of a lab that was built, or half built. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/err.h"
#include "plan.h"
#include "state.h"

#define RUN_DIR		"/run/nsbridge"
#define LAB_DIR		RUN_DIR "/labs"
#define SUFFIX		".lab"
#define FRESH		".new"

static char *state_path(const char *id, const char *suffix)
{
	return xprintf(LAB_DIR "/%s%s", id, suffix);
}

char *state_yaml(const char *id)
{
	return state_path(id, ".yaml");
}

char *state_log(const char *id, unsigned int i)
{
	return xprintf(LAB_DIR "/%s.%u.log", id, i);
}

/* No lab's name has a dot, so what is left of its own is plain. */
static void remove_logs(const char *id)
{
	size_t len = strlen(id);
	struct dirent *ent;
	char *path;
	DIR *d;

	d = opendir(LAB_DIR);
	while (d && (ent = readdir(d))) {
		if (strncmp(ent->d_name, id, len) || ent->d_name[len] != '.' ||
		    !isdigit((unsigned char)ent->d_name[len + 1]))
			continue;
		path = xprintf(LAB_DIR "/%s", ent->d_name);
		unlink(path);
		free(path);
	}
	if (d)
		closedir(d);
}

/* The lock is on the state file itself, and goes with the process. */
static int take_lock(struct state *state, const char *path, int flags)
{
	state->lock = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
	if (state->lock < 0)
		return -1;
	return flock(state->lock, LOCK_EX | LOCK_NB);
}

/* Whoever reads it meanwhile has the one before. */
int state_keep_file(const struct lab *lab, const char *id)
{
	char *path = state_yaml(id), *fresh = state_path(id, FRESH);
	FILE *f = fopen(fresh, "we");
	int err = 0;

	if (!f || fputs(lab->text, f) < 0)
		err = -1;
	if (f && fclose(f))
		err = -1;
	if (err || rename(fresh, path)) {
		err = fail("cannot write %s: %m", path);
		unlink(fresh);
	}
	free(path);
	free(fresh);
	return err;
}

static int write_line(struct state *state)
{
	if (!fflush(state->f) && !ferror(state->f))
		return 0;
	return fail("cannot write the state of the lab in " LAB_DIR ": %m");
}

int state_begin(struct state *state, const struct lab *lab)
{
	char *path, *full;
	int err;

	memset(state, 0, sizeof(*state));
	state->lock = -1;
	if ((mkdir(RUN_DIR, 0755) && errno != EEXIST) ||
	    (mkdir(LAB_DIR, 0755) && errno != EEXIST))
		return fail("cannot make " LAB_DIR ": %m: building a lab needs root");
	path = state_path(lab->id, SUFFIX);
	err = take_lock(state, path, O_CREAT | O_EXCL);
	if (err && errno == EEXIST)
		err = fail("lab \"%s\" is there already: take it down with \"nsbridge lab down %s\"",
			   lab->id, lab->id);
	else if (err)
		err = fail("cannot make %s: %m: building a lab needs root",
			   path);
	free(path);
	if (err) {
		state_free(state);
		return -1;
	}
	state->id = xstrdup(lab->id);
	state->f = fdopen(fcntl(state->lock, F_DUPFD_CLOEXEC, 0), "a");
	if (!state->f || state_keep_file(lab, lab->id)) {
		state_end(state);
		state_free(state);
		return -1;
	}
	full = realpath(lab->path, NULL);
	fprintf(state->f, "kind %s\nfile %s\n",
		lab->kind == LAB_STOCK ? "bridge" : "nsbridge",
		full ? full : lab->path);
	free(full);
	return write_line(state);
}

static void remember(struct state *state, const char *name,
		     const struct space_id *id)
{
	state->space = xalloc(state->space,
			      (state->n + 1) * sizeof(*state->space));
	state->space[state->n].name = xstrdup(name);
	state->space[state->n++].id = *id;
}

int state_add(struct state *state, const char *name, const struct space_id *id)
{
	remember(state, name, id);
	fprintf(state->f, "netns %s %llu %llu\n", name,
		(unsigned long long)id->inode, (unsigned long long)id->cookie);
	return write_line(state);
}

void state_forget(struct state *state)
{
	free(state->space[--state->n].name);
}

int state_ready(struct state *state)
{
	state->ready = true;
	fputs("ready\n", state->f);
	return write_line(state);
}

/* Frees the path. */
static int remove_file(char *path)
{
	int err = 0;

	if (unlink(path) && errno != ENOENT)
		err = fail("cannot remove %s: %m", path);
	free(path);
	return err;
}

/* The state goes last: while it is there, "lab down" can be told again. */
int state_end(struct state *state)
{
	remove_logs(state->id);
	/* of one that was killed while it wrote */
	return remove_file(state_path(state->id, FRESH)) ?:
	       remove_file(state_yaml(state->id)) ?:
	       remove_file(state_path(state->id, SUFFIX));
}

static void read_line(struct state *state, char *line)
{
	unsigned long long inode, cookie;
	struct space_id id;
	char name[256];

	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "kind ", 5) && !state->kind) {
		state->kind = xstrdup(line + 5);
	} else if (!strncmp(line, "file ", 5) && !state->path) {
		state->path = xstrdup(line + 5);
	} else if (!strcmp(line, "ready")) {
		state->ready = true;
	} else if (sscanf(line, "netns %255s %llu %llu", name, &inode,
			  &cookie) == 3) {
		id.inode = inode;
		id.cookie = cookie;
		remember(state, name, &id);
	}
}

int state_read(struct state *state, const char *id, bool lock)
{
	char *path, *line = NULL;
	size_t size = 0;
	int err;

	memset(state, 0, sizeof(*state));
	state->lock = -1;
	if (!lab_name_valid(id))
		return 1;
	path = state_path(id, SUFFIX);
	err = take_lock(state, path, 0);
	state->busy = err && errno == EWOULDBLOCK;
	if (err && errno == ENOENT)
		err = 1;
	else if (state->busy && !lock)
		err = 0;
	else if (state->busy)
		err = fail("another command is at work on lab \"%s\": wait for its end",
			   id);
	else if (err)
		err = fail("cannot read %s: %m: this needs root", path);
	free(path);
	if (err) {
		state_free(state);
		return err;
	}
	state->id = xstrdup(id);
	state->f = fdopen(fcntl(state->lock, F_DUPFD_CLOEXEC, 0), "r+");
	while (state->f && getline(&line, &size, state->f) > 0)
		read_line(state, line);
	free(line);
	/* What is read may be written behind. */
	if (state->f)
		fseek(state->f, 0, SEEK_END);
	if (!lock && !state->busy)
		flock(state->lock, LOCK_UN);
	return 0;
}

void state_free(struct state *state)
{
	size_t i;

	for (i = 0; i < state->n; i++)
		free(state->space[i].name);
	free(state->space);
	free(state->id);
	free(state->kind);
	free(state->path);
	if (state->f)
		fclose(state->f);
	if (state->lock >= 0)
		close(state->lock);
	memset(state, 0, sizeof(*state));
	state->lock = -1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **state_list(void)
{
	char **names = xalloc(NULL, sizeof(*names));
	struct dirent *ent;
	size_t len, n = 0;
	DIR *d;

	d = opendir(LAB_DIR);
	while (d && (ent = readdir(d))) {
		len = strlen(ent->d_name);
		if (len <= strlen(SUFFIX) ||
		    strcmp(ent->d_name + len - strlen(SUFFIX), SUFFIX) != 0)
			continue;
		names = xalloc(names, (n + 2) * sizeof(*names));
		names[n++] = xprintf("%.*s", (int)(len - strlen(SUFFIX)),
				     ent->d_name);
	}
	if (d)
		closedir(d);
	names[n] = NULL;
	qsort(names, n, sizeof(*names), by_name);
	return names;
}
