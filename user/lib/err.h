/* SPDX-License-Identifier: GPL-2.0 */
/* Errors are one line on stderr that says what to do next. */
#ifndef NSB_ERR_H
#define NSB_ERR_H

#define __printf(fmt, args) \
	__attribute__((format(printf, \
			      fmt, args)))

enum {
	EXIT_OK,
	EXIT_FAILED,
	EXIT_USAGE,
};

/* Prints "nsbridge: ..." and returns -1. */
int fail(const char *fmt, ...) __printf(1, 2);
/* As fail(), and says where the arguments are explained. Returns EXIT_USAGE. */
int usage_error(const char *help, const char *fmt, ...) __printf(2, 3);
/* Memory for a command's own lists; ends the program when there is none. */
void *xalloc(void *old, size_t size);
char *xstrdup(const char *str);
char *xprintf(const char *fmt, ...) __printf(1, 2);
/* A line on a terminal that overwrites itself, once a second has passed. */
void progress(const char *fmt, ...) __printf(1, 2);
void progress_end(void);

#endif /* NSB_ERR_H */
