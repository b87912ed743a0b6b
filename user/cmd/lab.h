/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of "nsbridge lab" share. */
#ifndef NSB_CMD_LAB_H
#define NSB_CMD_LAB_H

#include <stdbool.h>
#include "../lab/file.h"
#include "../lab/state.h"

#define LAB_HELP	"nsbridge lab help"

struct lab_args {
	const char *what;	/* FILE or NAME, or a namespace */
	const char *file;	/* the second of two */
	const char *kind;
	const char *format;
	const char *write;	/* a file for what is captured */
	bool keep;
	bool plan;
	char **rest;		/* behind "--", with NULL at the end; or NULL */
};

/* All return 0, or -1 after a message, or EXIT_USAGE. */
bool lab_is_path(const char *what);
/* A file, or one of those that are bundled. */
int lab_load_file(struct lab *lab, const char *what);
/* A file, under the name and with the kind of a lab that is up. */
int lab_load_as(struct lab *lab, const char *path, const struct state *state);
int lab_load_running(struct lab *lab, const char *what);
/* One that is up, else a file or one of those that are bundled. */
int lab_load_any(struct lab *lab, const char *what);
int lab_set_kind(struct lab *lab, const char *kind);
/* Where the bundled labs are; for the caller to free. */
char *lab_bundled_dir(void);

int lab_list(void);
int lab_bundled(void);
int lab_show(const struct lab_args *args);
int lab_draw(const struct lab_args *args);
int lab_new(const struct lab_args *args);
/* 0 when there is no difference, 1 when there is, 2 after a message. */
int lab_differ(const struct lab_args *args);
int lab_change(const struct lab_args *args);
int lab_exec(const struct lab_args *args);
int lab_shell(const struct lab_args *args);
int lab_capture(const struct lab_args *args);

#endif /* NSB_CMD_LAB_H */
