// SPDX-License-Identifier: GPL-2.0
/* Processes that act inside the namespaces of a lab. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "agent.h"

#define READY_MS	20000	/* under emulation all is slow */
#define STEP_US		2000

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

void *agent_memory(size_t size)
{
	void *mem = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return mem;
}

void agent_memory_free(void *mem, size_t size)
{
	munmap(mem, size ? size : 1);
}

pid_t agent_start(const char *netns, int (*run)(void *arg), void *arg)
{
	pid_t parent = getpid();
	pid_t pid;
	int fd;

	fd = netns_open(netns);
	if (fd < 0)
		return -1;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		/* Never outlives the command, whatever becomes of that. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(EXIT_FAILED);
		if (netns_enter(fd)) {
			fail("cannot enter the namespace \"%s\": %m", netns);
			_exit(EXIT_FAILED);
		}
		_exit(run(arg));
	}
	close(fd);
	if (pid < 0)
		return fail("cannot start a process in \"%s\": %m", netns);
	return pid;
}

int agent_wait_ready(const char *what, atomic_int *counter, int n)
{
	uint64_t end = now_ms() + READY_MS;

	while (atomic_load(counter) < n) {
		if (now_ms() > end)
			return fail("%s: %d of %d processes did not get ready",
				    what, n - atomic_load(counter), n);
		usleep(STEP_US);
	}
	return 0;
}

int agent_end(pid_t pid, uint64_t timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	int status;
	pid_t got;

	if (pid <= 0)
		return -1;
	while ((got = waitpid(pid, &status, WNOHANG)) == 0) {
		if (now_ms() >= end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		usleep(STEP_US);
	}
	return got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
