// SPDX-License-Identifier: GPL-2.0
/* usage FILE COMMAND...: runs a command, and writes into the file the milliseconds
 * that it took, those of them that it or the kernel for it was at work, and the
 * KiB of memory that it had at most. Exit status as that of the command.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long ms_of(const struct timeval *time)
{
	return time->tv_sec * 1000 + time->tv_usec / 1000;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage use;
	int status;
	pid_t pid;
	FILE *f;

	f = argc > 2 ? fopen(argv[1], "we") : NULL;
	if (!f) {
		fprintf(stderr, "usage FILE COMMAND...\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &to);
	fprintf(f, "%lld %ld %ld\n", (to.tv_sec - from.tv_sec) * 1000ll +
		(to.tv_nsec - from.tv_nsec) / 1000000,
		ms_of(&use.ru_utime) + ms_of(&use.ru_stime), use.ru_maxrss);
	fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
