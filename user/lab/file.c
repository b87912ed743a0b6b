// SPDX-License-Identifier: GPL-2.0
/* Reads a lab's YAML file. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "expand.h"
#include "file.h"
#include "lines.h"
#include "schema.h"
#include "vet.h"

/* What the library finds wrong is what vet.c let pass: the form is checked
 * before, with better words.
 */
static void __printf(3, 0) on_log(cyaml_log_t level, void *ctx,
				  const char *fmt, va_list args)
{
	char *what = ctx;

	if (level < CYAML_LOG_ERROR || *what)
		return;
	vsnprintf(what, 256, fmt, args);
	what[strcspn(what, "\n")] = '\0';
}

static char *read_all(const char *path, size_t *len)
{
	char *text = NULL;
	size_t room = 0;
	size_t got;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return NULL;
	*len = 0;
	do {
		room = room ? room * 2 : 4096;
		text = xalloc(text, room);
		got = fread(text + *len, 1, room - *len - 1, f);
		*len += got;
	} while (got);
	text[*len] = '\0';
	if (ferror(f)) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

int lab_load(struct lab *lab, const char *path)
{
	char what[256] = "";
	const cyaml_config_t config = {
		.log_fn = on_log,
		.log_ctx = what,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
	};
	cyaml_err_t err;
	size_t len;

	memset(lab, 0, sizeof(*lab));
	lab->path = xstrdup(path);
	lab->text = read_all(path, &len);
	if (!lab->text)
		return fail("%s: %s", path, strerror(errno));
	if (lines_load(&lab->lines, lab->path, lab->text, len) ||
	    lab_vet(lab->path, lab->lines))
		return -1;
	err = cyaml_load_data((const uint8_t *)lab->text, len, &config,
			      &lab_schema, (void **)&lab->parsed, NULL);
	if (err)
		return fail("%s:1:1: %s", lab->path,
			    *what ? what : cyaml_strerror(err));
	lab->id = xstrdup(lab->parsed->name);
	lab->kind = lab->parsed->kind ? *lab->parsed->kind : LAB_NSBRIDGE;
	return lab_expand(lab);
}

void lab_free(struct lab *lab)
{
	const cyaml_config_t config = { .mem_fn = cyaml_mem };

	lab_expand_free(lab);
	if (lab->parsed)
		cyaml_free(&config, &lab_schema, lab->parsed, 0);
	lines_free(lab->lines);
	free(lab->path);
	free(lab->text);
	free(lab->id);
	memset(lab, 0, sizeof(*lab));
}

int lab_error(const struct lab *lab, const char *list, unsigned int i,
	      const char *key, const char *fmt, ...)
{
	struct lab_place place;
	char *what, *path;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (list)
		path = xprintf("%s[%u]%s%s", list, lab_origin(lab, list, i),
			       key ? "." : "", key ? key : "");
	else
		path = xstrdup(key ? key : "");
	place = lines_find(lab->lines, path);
	fail("%s:%u:%u: %s%s%s", lab->path, place.line, place.column, path,
	     *path ? ": " : "", what ? what : "out of memory");
	free(path);
	free(what);
	return -1;
}
