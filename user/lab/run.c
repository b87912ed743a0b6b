// SPDX-License-Identifier: GPL-2.0
/* A check that is a command. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../lib/err.h"
#include "agent.h"
#include "enter.h"
#include "plan.h"
#include "process.h"
#include "run.h"

#define TIMEOUT_MS	20000

struct task {
	const struct lab *lab;
	const struct lab_run *run;
	int out;
};

static int child(void *arg)
{
	const struct task *task = arg;

	/* A group of its own, so that all of it can be ended. */
	setpgid(0, 0);
	dup2(task->out, 1);
	dup2(task->out, 2);
	enter_sys();
	process_environment(task->lab);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", task->run->command, NULL);
	return 127;
}

/* Keeps the last line that is not empty. */
static void keep_line(char *last, size_t size, const char *text)
{
	size_t len = strcspn(text, "\r\n");

	if (len)
		snprintf(last, size, "%.*s", (int)len, text);
}

static void read_output(int fd, struct run_result *result, uint64_t end)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char text[1024], *line;
	size_t len = 0;
	uint64_t now;
	ssize_t got;

	while ((now = now_ms()) < end && poll(&pfd, 1, end - now) > 0) {
		got = read(fd, text + len, sizeof(text) - 1 - len);
		if (got <= 0)
			break;
		len += got;
		text[len] = '\0';
		while ((line = strchr(text, '\n'))) {
			keep_line(result->last, sizeof(result->last), text);
			len -= line + 1 - text;
			memmove(text, line + 1, len + 1);
		}
		if (len == sizeof(text) - 1)
			len = 0;
	}
	text[len] = '\0';
	keep_line(result->last, sizeof(result->last), text);
}

int run_command(const struct lab *lab, const struct lab_run *run,
		struct run_result *result)
{
	uint64_t end = now_ms() + (run->timeout ? run->timeout : TIMEOUT_MS);
	struct task task = { .lab = lab, .run = run };
	int pipes[2];
	char *name;
	uint64_t now;
	pid_t pid;

	memset(result, 0, sizeof(*result));
	if (pipe(pipes))
		return fail("cannot make a pipe: %m");
	task.out = pipes[1];
	name = lab_netns(lab, run->in);
	pid = name ? agent_start(name, child, &task) : -1;
	free(name);
	close(pipes[1]);
	if (pid > 0) {
		read_output(pipes[0], result, end);
		now = now_ms();
		result->status = agent_end(pid, now < end ? end - now : 0);
		kill(-pid, SIGKILL);
	}
	close(pipes[0]);
	return pid < 0 ? -1 : 0;
}
