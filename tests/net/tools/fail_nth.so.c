// SPDX-License-Identifier: GPL-2.0
/* Preloaded into a program (LD_PRELOAD): of all that the kernel asks for while
 * it does what the program wants done in sockets, ioctls and module loading, the
 * FAIL_NTH-th is refused (/proc/thread-self/fail-nth). What the program itself
 * needs, to start and to run, is not counted.
 *
 * At its end a line is appended to FAIL_NTH_LOG: "hit" if that many were asked
 * for, else "miss" and how many fewer there were.
 *
 * What is refused may be the kernel's answer, of which it says no more than that
 * it was lost. Some programs wait for it all the same: they are told that there is
 * nothing more, and the line is "hit lost".
 */
#define _GNU_SOURCE
#include <sys/types.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static long left;	/* to go; 0 when it was hit, or is not wanted */
static int fd = -1;	/* fail-nth of this task */
static int lost;	/* an answer */

static void say(void)
{
	const char *log = getenv("FAIL_NTH_LOG");
	char text[32];
	int out, n;

	if (fd < 0 || !log)
		return;
	out = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (out < 0)
		return;
	n = left ? snprintf(text, sizeof(text), "miss %ld\n", left) :
		   snprintf(text, sizeof(text), "hit%s\n",
			    lost ? " lost" : "");
	if (write(out, text, n) != n)
		perror(log);
	close(out);
}

__attribute__((constructor)) static void start(void)
{
	const char *nth = getenv("FAIL_NTH");

	left = nth ? atol(nth) : 0;
	if (left <= 0)
		return;
	fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror("/proc/thread-self/fail-nth");
		_exit(125);
	}
	atexit(say);
}

static void arm(void)
{
	char text[32];
	int n;

	if (left <= 0)
		return;
	n = snprintf(text, sizeof(text), "%ld", left);
	if (pwrite(fd, text, n, 0) != n)
		_exit(125);
}

static void disarm(void)
{
	int saved = errno;
	char text[32] = "";

	if (left <= 0)
		return;
	if (pread(fd, text, sizeof(text) - 1, 0) <= 0 ||
	    pwrite(fd, "0", 1, 0) != 1)
		_exit(125);
	left = atol(text);
	errno = saved;
}

int init_module(void *image, unsigned long len, const char *params);

/* The C library's own, looked up before the kernel is told to refuse. */
#define REAL(name) ({							\
	static typeof(name) *real;					\
	if (!real)							\
		real = (typeof(name) *)dlsym(RTLD_NEXT, #name);		\
	real;								\
})

#define WRAP(name, ...) ({						\
	typeof(name) *real_ = REAL(name);				\
	typeof(real_(__VA_ARGS__)) rc_;					\
	arm();								\
	rc_ = real_(__VA_ARGS__);					\
	disarm();							\
	rc_;								\
})

ssize_t sendmsg(int s, const struct msghdr *msg, int flags)
{
	return WRAP(sendmsg, s, msg, flags);
}

ssize_t recvmsg(int s, struct msghdr *msg, int flags)
{
	struct pollfd p = { .fd = s, .events = POLLIN };
	ssize_t n;

	if (lost && !poll(&p, 1, 0))
		return 0;
	n = WRAP(recvmsg, s, msg, flags);
	if (n < 0 && errno == ENOBUFS)
		lost = 1;
	return n;
}

ssize_t sendto(int s, const void *p, size_t n, int flags,
	       const struct sockaddr *to, socklen_t len)
{
	return WRAP(sendto, s, p, n, flags, to, len);
}

ssize_t send(int s, const void *p, size_t n, int flags)
{
	return WRAP(send, s, p, n, flags);
}

int setsockopt(int s, int level, int name, const void *p, socklen_t len)
{
	return WRAP(setsockopt, s, level, name, p, len);
}

int ioctl(int s, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	return WRAP(ioctl, s, request, arg);
}

int init_module(void *image, unsigned long len, const char *params)
{
	return WRAP(init_module, image, len, params);
}

/* kmod has no function for this one. */
long syscall(long nr, ...)
{
	enum { ARGS = 6 };
	long a[ARGS];
	va_list ap;
	int i;

	va_start(ap, nr);
	for (i = 0; i < ARGS; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_finit_module)
		return WRAP(syscall, nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	return REAL(syscall)(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}
