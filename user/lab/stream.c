// SPDX-License-Identifier: GPL-2.0
/* TCP transfers from one namespace to one or several addresses at once. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../lib/err.h"
#include "agent.h"
#include "plan.h"
#include "stream.h"

#define PORT		47011
#define BYTES		1000000
#define TIMEOUT_MS	5000
#define CHUNK		65536
#define PERIOD		251	/* of what is sent; prime to all sizes of segments */

struct one {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} to;
	socklen_t len;
	uint64_t got;
	uint64_t ms;
	int corrupt;
};

struct shared {
	atomic_int ready;
	uint64_t bytes;
	uint64_t timeout;
	uint64_t start;
	struct one one[];
};

/* What an agent is told. Not shared: it has its own copy once it runs. */
struct task {
	struct shared *sh;
	struct one *one;
};

static void fill(unsigned char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = i % PERIOD;
}

/* Waits for an event until the transfer's time is up. */
static int wait_for(int fd, int events, uint64_t end)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	uint64_t now = now_ms();

	if (now >= end)
		return -1;
	return poll(&pfd, 1, end - now) > 0 ? 0 : -1;
}

static void receive(struct shared *sh, struct one *one, int fd, uint64_t end)
{
	static unsigned char want[CHUNK + PERIOD], buf[CHUNK];
	ssize_t len;

	fill(want, sizeof(want));
	while (one->got < sh->bytes && !wait_for(fd, POLLIN, end)) {
		len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (len <= 0)
			break;
		if (memcmp(buf, want + one->got % PERIOD, len) != 0) {
			one->corrupt = 1;
			break;
		}
		one->got += len;
		one->ms = now_ms() - sh->start;
	}
}

static int server(void *arg)
{
	const struct task *task = arg;
	struct shared *sh = task->sh;
	struct one *one = task->one;
	int on = 1;
	int fd, in;

	fd = socket(one->to.sa.sa_family, SOCK_STREAM, 0);
	if (fd < 0)
		return EXIT_FAILED;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &one->to.sa, one->len) || listen(fd, 1)) {
		fail("tcp: cannot listen: %m");
		return EXIT_FAILED;
	}
	atomic_fetch_add(&sh->ready, 1);
	/* The clock starts when all are ready: allow for that as well. */
	if (wait_for(fd, POLLIN, now_ms() + sh->timeout + 20000))
		return EXIT_OK;
	in = accept(fd, NULL, NULL);
	if (in >= 0)
		receive(sh, one, in, sh->start + sh->timeout);
	return EXIT_OK;
}

static int client(void *arg)
{
	static unsigned char buf[CHUNK + PERIOD];
	const struct task *task = arg;
	struct shared *sh = task->sh;
	struct one *one = task->one;
	uint64_t end = sh->start + sh->timeout;
	uint64_t done = 0;
	ssize_t len;
	size_t part;
	int fd;

	fill(buf, sizeof(buf));
	fd = socket(one->to.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return EXIT_FAILED;
	if (connect(fd, &one->to.sa, one->len) && errno != EINPROGRESS)
		return EXIT_OK;
	while (done < sh->bytes && !wait_for(fd, POLLOUT, end)) {
		part = sh->bytes - done < CHUNK ? sh->bytes - done : CHUNK;
		len = send(fd, buf + done % PERIOD, part, MSG_NOSIGNAL);
		if (len < 0 && errno != EAGAIN && errno != EINTR)
			break;
		done += len > 0 ? len : 0;
	}
	shutdown(fd, SHUT_WR);
	/* The end of the connection says that the other side has it all. */
	while (!wait_for(fd, POLLIN, end)) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (!len || (len < 0 && errno != EAGAIN && errno != EINTR))
			break;
	}
	return EXIT_OK;
}

static int set_address(struct one *one, const char *address, int port)
{
	memset(&one->to, 0, sizeof(one->to));
	if (inet_pton(AF_INET, address, &one->to.in.sin_addr) == 1) {
		one->to.in.sin_family = AF_INET;
		one->to.in.sin_port = htons(port);
		one->len = sizeof(one->to.in);
		return 0;
	}
	if (inet_pton(AF_INET6, address, &one->to.in6.sin6_addr) == 1) {
		one->to.in6.sin6_family = AF_INET6;
		one->to.in6.sin6_port = htons(port);
		one->len = sizeof(one->to.in6);
		return 0;
	}
	return fail("\"%s\" is not an address", address);
}

static pid_t start(const struct lab *lab, int namespace,
		   int (*run)(void *arg), struct task *task)
{
	char *name = lab_netns_at(lab, namespace);
	pid_t pid = agent_start(name, run, task);

	free(name);
	return pid;
}

static int act(const struct lab *lab, const struct lab_action *action,
	       struct stream_result *res, struct shared *sh)
{
	int from = lab_find_namespace(lab, action->from);
	pid_t *pid = xalloc(NULL, 2 * res->n * sizeof(*pid));
	struct task task = { .sh = sh };
	unsigned int i;
	int err = 0;

	for (i = 0; i < res->n && !err; i++) {
		task.one = &sh->one[i];
		pid[i] = start(lab, res->target[i].namespace, server, &task);
		if (pid[i] < 0)
			err = -1;
	}
	if (!err)
		err = agent_wait_ready("tcp", &sh->ready, res->n);
	sh->start = now_ms();
	for (i = 0; i < res->n && !err; i++) {
		task.one = &sh->one[i];
		pid[res->n + i] = start(lab, from, client, &task);
		if (pid[res->n + i] < 0)
			err = -1;
	}
	for (i = 0; i < 2 * res->n; i++) {
		uint64_t end = sh->start + sh->timeout + 500;
		uint64_t now = now_ms();

		if (pid[i] > 0)
			agent_end(pid[i], err || now > end ? 0 : end - now);
	}
	free(pid);
	return err;
}

static void find_targets(const struct lab *lab, const struct lab_action *action,
			 struct stream_result *res)
{
	struct stream_target target;
	const char *to = action->to;

	memset(&target, 0, sizeof(target));
	while (lab_word(&to, target.address, sizeof(target.address))) {
		target.namespace = lab_find_address(lab, target.address);
		target.bytes = action->bytes ? action->bytes : BYTES;
		res->target = xalloc(res->target,
				     (res->n + 1) * sizeof(*res->target));
		res->target[res->n++] = target;
	}
}

int stream_run(const struct lab *lab, const struct lab_action *action,
	       struct stream_result *result)
{
	struct stream_target *target;
	struct shared *sh;
	unsigned int i;
	size_t size;
	int err = 0;

	memset(result, 0, sizeof(*result));
	find_targets(lab, action, result);
	size = sizeof(*sh) + result->n * sizeof(sh->one[0]);
	sh = agent_memory(size);
	sh->bytes = action->bytes ? action->bytes : BYTES;
	sh->timeout = action->timeout ? action->timeout : TIMEOUT_MS;
	for (i = 0; i < result->n && !err; i++)
		err = set_address(&sh->one[i], result->target[i].address,
				  PORT + i);
	if (!err)
		err = act(lab, action, result, sh);
	for (i = 0; i < result->n; i++) {
		target = &result->target[i];
		target->got = sh->one[i].got;
		target->ms = sh->one[i].ms;
		target->corrupt = sh->one[i].corrupt;
		target->complete = target->got == target->bytes;
	}
	agent_memory_free(sh, size);
	if (err)
		stream_free(result);
	return err;
}

void stream_free(struct stream_result *result)
{
	free(result->target);
	memset(result, 0, sizeof(*result));
}
