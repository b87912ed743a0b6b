/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of a lab that was built, or half built: a text file that grows
 * before each step, so that it is right whenever the builder is killed.
 */
#ifndef NSB_LAB_STATE_H
#define NSB_LAB_STATE_H

#include <stdbool.h>
#include <stdio.h>
#include "file.h"
#include "space.h"

struct state_space {
	char *name;
	struct space_id id;
};

struct state {
	char *id;
	char *kind;
	char *path;		/* of the file it was built from */
	bool ready;
	bool busy;		/* somebody is at work on it */
	struct state_space *space;
	size_t n;
	int lock;
	FILE *f;
};

/* Begins the state of a new lab, locked. 0, or -1 after a message. */
int state_begin(struct state *state, const struct lab *lab);
/* Keeps a copy of a lab's file, instead of the one there is. */
int state_keep_file(const struct lab *lab, const char *id);
/* A namespace is about to get its name. */
int state_add(struct state *state, const char *name, const struct space_id *id);
/* The last one belongs to somebody else. */
void state_forget(struct state *state);
int state_ready(struct state *state);
/* Forgets the lab, once nothing of it is left. */
int state_end(struct state *state);
/* Reads a state; locked too if that is asked for. 1 if there is none, -1
 * after a message.
 */
int state_read(struct state *state, const char *id, bool lock);
void state_free(struct state *state);
/* The copy of the lab's file, for the caller to free. */
char *state_yaml(const char *id);
/* What the i-th process of a lab says; for the caller to free. */
char *state_log(const char *id, unsigned int i);
/* Names of all labs there is a state of; NULL at the end. For the caller to free. */
char **state_list(void);

#endif /* NSB_LAB_STATE_H */
