// SPDX-License-Identifier: GPL-2.0
/* Processes that run in a lab as long as it is up. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/err.h"
#include "agent.h"
#include "plan.h"
#include "process.h"
#include "space.h"

#define MARK		"NSBRIDGE_LAB_PROCESS"
#define COMMAND		"NSBRIDGE_LAB_COMMAND"
#define LISTEN_MS	20000
#define STEP_US		10000
#define TCP_LISTEN	0x0a

bool process_find(const char *command)
{
	const char *path = getenv("PATH");
	char file[4096];
	size_t len;

	if (strchr(command, '/'))
		return !access(command, X_OK);
	for (path = path ? path : "/usr/sbin:/usr/bin"; *path;
	     path += len + (path[len] == ':')) {
		len = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%s", (int)len, path,
			 command);
		if (!access(file, X_OK))
			return true;
	}
	return false;
}

void process_environment(const struct lab *lab)
{
	char *name = lab_switch(lab);

	setenv("LAB", lab->id, 1);
	setenv("LAB_SWITCH", name, 1);
	setenv("LAB_KIND", lab->kind == LAB_STOCK ? "stock" : "nsbridge", 1);
	free(name);
}

static void __attribute__((noreturn)) become(const struct lab *lab,
					     unsigned int i)
{
	const struct lab_process *p = &lab->file->processes[i];
	char *log = state_log(lab->id, i);
	int fd;

	setsid();
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd >= 0) {
		dup2(fd, 1);
		dup2(fd, 2);
	}
	/* The lock on the lab is not for it to keep. That its end of the pipe
	 * is closed tells who waits for it.
	 */
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	process_environment(lab);
	setenv(MARK, lab->id, 1);
	setenv(COMMAND, p->command, 1);
	signal(SIGPIPE, SIG_DFL);
	/* From here on it is found by the mark. */
	prctl(PR_SET_PDEATHSIG, 0);
	execl("/bin/sh", "sh", "-c", p->command, NULL);
	_exit(127);
}

int process_start(const struct lab *lab, unsigned int i, int netns)
{
	pid_t parent = getpid();
	int pipes[2];
	pid_t pid;
	char byte;

	if (pipe2(pipes, O_CLOEXEC))
		return fail("cannot make a pipe: %m");
	fflush(NULL);
	pid = fork();
	if (!pid) {
		/* Until it has its mark it goes with whoever starts it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent || netns_enter(netns))
			_exit(127);
		become(lab, i);
	}
	close(pipes[1]);
	/* Nothing is ever written. */
	while (pid > 0 && read(pipes[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(pipes[0]);
	if (pid < 0)
		return lab_error(lab, "processes", i, NULL,
				 "cannot start it: %s", strerror(errno));
	return 0;
}

/* Of the namespace of the caller. */
static bool is_listening(const char *path, unsigned int port)
{
	unsigned int at, state;
	char *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *f;

	f = fopen(path, "re");
	while (f && !found && getline(&line, &size, f) > 0)
		found = sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x",
			       &at, &state) == 2 &&
			at == port && state == TCP_LISTEN;
	free(line);
	if (f)
		fclose(f);
	return found;
}

int process_wait(const struct lab *lab, unsigned int i, int netns, int home)
{
	const struct lab_process *p = &lab->file->processes[i];
	uint64_t end = now_ms() + LISTEN_MS;
	bool found = false;
	char *log;

	if (!p->listen)
		return 0;
	if (netns_enter(netns))
		return fail("setns: %m");
	while (!found && now_ms() < end) {
		found = is_listening("/proc/thread-self/net/tcp", *p->listen) ||
			is_listening("/proc/thread-self/net/tcp6", *p->listen);
		progress("lab %s: waiting for port %u in %s", lab->id,
			 *p->listen, p->namespace);
		if (!found)
			usleep(STEP_US);
	}
	space_leave(home);
	if (found)
		return 0;
	log = state_log(lab->id, i);
	lab_error(lab, "processes", i, "listen",
		  "nothing listens on port %u after %d s: \"nsbridge lab up --keep\" leaves what it said in %s",
		  *p->listen, LISTEN_MS / 1000, log);
	free(log);
	return -1;
}

/* What a process was started with: how many bytes, or -1 if nobody tells. */
static ssize_t environment(pid_t pid, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	len = fread(text, 1, size, f);
	fclose(f);
	return len;
}

/* A variable that a process was started with; for the caller to free. */
static char *variable(pid_t pid, const char *name)
{
	ssize_t len, at, n = strlen(name);
	char text[65536];

	len = environment(pid, text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	for (at = 0; at < len; at += strlen(text + at) + 1)
		if (!strncmp(text + at, name, n) && text[at + n] == '=')
			return xstrdup(text + at + n + 1);
	return NULL;
}

/* Whether a process was started for this lab. */
static bool is_marked(pid_t pid, const char *id)
{
	char *lab = variable(pid, MARK);
	bool same = lab && !strcmp(lab, id);

	free(lab);
	return same;
}

char *process_command(const char *id, pid_t pid)
{
	return is_marked(pid, id) ? variable(pid, COMMAND) : NULL;
}

bool process_is_settled(pid_t pid)
{
	char c;

	return environment(pid, &c, 1) != 0;
}

/* On its last steps: it is in its namespace still, and has no program any more. */
static bool is_ending(pid_t pid)
{
	char path[64], c;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return readlink(path, &c, 1) < 0 && errno == ENOENT;
}

const struct netns_pid *process_end(const char *id, const struct netns *ns)
{
	const struct netns_pid *other = NULL;
	size_t i;

	for (i = 0; i < ns->n_pids; i++)
		if (is_marked(ns->pids[i].pid, id))
			kill(ns->pids[i].pid, SIGKILL);
		else if (!is_ending(ns->pids[i].pid))
			other = &ns->pids[i];
	return other;
}
