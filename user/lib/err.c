// SPDX-License-Identifier: GPL-2.0
/* What the command says on stderr. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "err.h"

/* A line a tenth of a second is enough for any eye, and a serial line is slow. */
#define PROGRESS_NS	100000000ll

static struct timespec progress_start;
static int64_t progress_last;
static bool progress_shown;

static void __printf(1, 0) say(const char *fmt, va_list ap)
{
	progress_end();
	fflush(stdout);
	fputs("nsbridge: ", stderr);
	vfprintf(stderr, fmt, ap);
}

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return -1;
}

int usage_error(const char *help, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, ": see \"%s\"\n", help);
	return EXIT_USAGE;
}

void *xalloc(void *old, size_t size)
{
	void *new = realloc(old, size ? size : 1);

	if (!new) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	if (!old)
		memset(new, 0, size);
	return new;
}

char *xstrdup(const char *str)
{
	size_t len = strlen(str) + 1;

	return memcpy(xalloc(NULL, len), str, len);
}

char *xprintf(const char *fmt, ...)
{
	va_list ap;
	char *str;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&str, fmt, ap);
	va_end(ap);
	if (len < 0) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return str;
}

static int64_t ns_of(const struct timespec *time)
{
	return time->tv_sec * 1000000000ll + time->tv_nsec;
}

void progress(const char *fmt, ...)
{
	struct timespec now;
	va_list ap;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!progress_start.tv_sec)
		progress_start = now;
	if (now.tv_sec - progress_start.tv_sec < 1 ||
	    ns_of(&now) - progress_last < PROGRESS_NS)
		return;
	progress_last = ns_of(&now);
	if (!isatty(STDERR_FILENO))
		return;
	fputc('\r', stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\033[K", stderr);
	fflush(stderr);
	progress_shown = true;
}

void progress_end(void)
{
	progress_start.tv_sec = 0;
	if (!progress_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress_shown = false;
}
