// SPDX-License-Identifier: GPL-2.0
/* Containers of Docker, asked for over its socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <json-c/json.h>
#include "../lib/err.h"
#include "docker.h"

#define SOCKET		"/var/run/docker.sock"
#define UNIX		"unix://"
#define ANSWER_MAX	1048576

/* As Docker's own command and Podman's have it. */
static const char *socket_path(void)
{
	const char *host = getenv("DOCKER_HOST");

	return host && !strncmp(host, UNIX, strlen(UNIX)) ?
	       host + strlen(UNIX) : SOCKET;
}

static int connect_docker(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", socket_path());

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* HTTP 1.0, so that the answer is one piece and ends with the connection. */
static char *ask(int fd, const char *container)
{
	char *text = xprintf("GET /containers/%s/json HTTP/1.0\r\n\r\n",
			     container);
	size_t len = 0;
	ssize_t got;

	got = send(fd, text, strlen(text), MSG_NOSIGNAL);
	free(text);
	if (got < 0)
		return NULL;
	text = xalloc(NULL, ANSWER_MAX);
	while (len < ANSWER_MAX - 1 &&
	       (got = recv(fd, text + len, ANSWER_MAX - 1 - len, 0)) > 0)
		len += got;
	text[len] = '\0';
	return text;
}

static int pid_of(const char *answer)
{
	const char *body = answer ? strstr(answer, "\r\n\r\n") : NULL;
	struct json_object *json, *state = NULL, *pid = NULL;
	int val = 0;

	if (!body)
		return 0;
	json = json_tokener_parse(body + 4);
	if (json && json_object_object_get_ex(json, "State", &state) &&
	    json_object_object_get_ex(state, "Pid", &pid))
		val = json_object_get_int(pid);
	json_object_put(json);
	return val;
}

char *docker_netns(const char *container)
{
	int fd = connect_docker();
	char *answer;
	int pid;

	if (fd < 0) {
		fail("cannot ask Docker for the container \"%s\": %s: %m",
		     container, socket_path());
		return NULL;
	}
	answer = ask(fd, container);
	close(fd);
	pid = pid_of(answer);
	free(answer);
	if (!pid) {
		fail("Docker has no running container \"%s\": \"docker ps\" lists them",
		     container);
		return NULL;
	}
	return xprintf("pid:%d", pid);
}
