// SPDX-License-Identifier: GPL-2.0
/* Whose a network namespace is: a container's, or a process's. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "array.h"
#include "err.h"
#include "owner.h"

#define ID_LEN		64	/* of a container, in hex */
#define ID_SHOWN	12	/* as docker shows it */

/* What runtimes put before the id, and what it is called here. */
static const struct {
	const char *prefix;
	const char *name;
} runtimes[] = {
	{ "/docker-", "docker" },	/* systemd */
	{ "/docker/", "docker" },
	{ "/libpod-", "podman" },
	{ "/cri-containerd-", "containerd" },
	{ "/crio-", "cri-o" },
};

/* Those whose containers have names of their own. */
static const struct {
	const char *prefix;
	const char *name;
} named[] = {
	{ "/lxc.payload.", "lxc" },
	{ "/lxc/", "lxc" },
	{ "/machine-", "machine" },
	{ "/systemd-nspawn@", "machine" },
};

static bool is_id(const char *text)
{
	size_t i;

	for (i = 0; i < ID_LEN; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return !isalnum((unsigned char)text[ID_LEN]);
}

char *owner_of_cgroup(const char *line)
{
	const char *pos;
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(runtimes); i++) {
		pos = strstr(line, runtimes[i].prefix);
		if (pos && is_id(pos + strlen(runtimes[i].prefix)))
			return xprintf("%s %.*s", runtimes[i].name, ID_SHOWN,
				       pos + strlen(runtimes[i].prefix));
	}
	for (i = 0; i < ARRAY_SIZE(named); i++) {
		pos = strstr(line, named[i].prefix);
		if (!pos)
			continue;
		pos += strlen(named[i].prefix);
		len = strcspn(pos, "/\n");
		if (len > 6 && !strncmp(pos + len - 6, ".scope", 6))
			len -= 6;
		if (len > 8 && !strncmp(pos + len - 8, ".service", 8))
			len -= 8;
		if (len > 0)
			return xprintf("%s %.*s", named[i].name, len, pos);
	}
	return NULL;
}

static char *container_of_pid(pid_t pid)
{
	char *line = NULL, *owner = NULL;
	char path[64];
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	while (!owner && getline(&line, &size, f) > 0)
		owner = owner_of_cgroup(line);
	free(line);
	fclose(f);
	return owner;
}

char *owner_text(const struct netns *ns)
{
	const struct netns_pid *pid = ns->n_pids ? ns->pids : ns->holders;
	size_t n = ns->n_pids ? ns->n_pids : ns->n_holders;
	char *owner;

	if (!n)
		return xstrdup("-");
	owner = container_of_pid(pid[0].pid);
	if (owner)
		return owner;
	if (n > 1)
		return xprintf("%d/%s +%zu", (int)pid[0].pid, pid[0].comm,
			       n - 1);
	return xprintf("%d/%s", (int)pid[0].pid, pid[0].comm);
}
