// SPDX-License-Identifier: GPL-2.0
/* Network namespaces of this machine: naming and entering them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "err.h"
#include "netns.h"
#include "netns_proc.h"

#define PID_MAX_LIMIT	4194304

const char *const netns_source_names[NETNS_SOURCES] = {
	[NETNS_NAMED]	= "named",
	[NETNS_DOCKER]	= "docker",
	[NETNS_PODMAN]	= "podman",
	[NETNS_MOUNT]	= "mount",
	[NETNS_PROCESS]	= "process",
	[NETNS_FD]	= "fd",
};

/* A file is a namespace only if it is on the kernel's file system for these:
 * an empty file may lie there that nothing is mounted on.
 */
static uint64_t path_inode(const char *path)
{
	struct statfs fs;
	struct stat st;

	if (statfs(path, &fs) || fs.f_type != NSFS_MAGIC || stat(path, &st))
		return 0;
	return st.st_ino;
}

/* Where an inode is in the index, or would be: a list of crossings asks for the
 * same few names a million times.
 */
static size_t *place_of(struct netns_list *list, uint64_t inode)
{
	size_t i = inode * 0x9e3779b97f4a7c15ULL >> 32;
	size_t *place;

	do {
		place = &list->index[i++ & (list->room - 1)];
	} while (*place && list->ns[*place - 1].inode != inode);
	return place;
}

void netns_index(struct netns_list *list)
{
	size_t i;

	if (list->n * 2 >= list->room)
		list->room = list->room ? list->room * 2 : 64;
	free(list->index);
	list->index = xalloc(NULL, list->room * sizeof(*list->index));
	for (i = 0; i < list->n; i++)
		*place_of(list, list->ns[i].inode) = i + 1;
}

struct netns *netns_find(struct netns_list *list, uint64_t inode)
{
	size_t *place = list->room ? place_of(list, inode) : NULL;

	return place && *place ? &list->ns[*place - 1] : NULL;
}

struct netns *netns_add(struct netns_list *list, uint64_t inode,
			enum netns_source source, const char *path)
{
	struct netns *ns;

	list->ns = xalloc(list->ns, (list->n + 1) * sizeof(*list->ns));
	ns = &list->ns[list->n++];
	memset(ns, 0, sizeof(*ns));
	ns->inode = inode;
	ns->source = source;
	ns->path = xstrdup(path);
	if (list->n * 2 >= list->room)
		netns_index(list);
	else
		*place_of(list, inode) = list->n;
	return ns;
}

/* As podman names what it puts beside those of "ip netns": netns-UUID. */
static bool podmans(const char *name)
{
	unsigned int part[5];
	int len = 0;

	return sscanf(name, "netns-%8x-%4x-%4x-%4x-%12x%n", &part[0], &part[1],
		      &part[2], &part[3], &part[4], &len) == 5 && !name[len];
}

static void scan_dir(struct netns_list *list, const char *dir,
		     enum netns_source source)
{
	struct dirent *ent;
	struct netns *ns;
	char path[4096];
	uint64_t inode;
	DIR *d;

	d = opendir(dir);
	if (!d)
		return;
	while ((ent = readdir(d))) {
		if (ent->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, ent->d_name);
		inode = path_inode(path);
		if (!inode || netns_find(list, inode))
			continue;
		ns = netns_add(list, inode, source, path);
		if (source == NETNS_NAMED && podmans(ent->d_name))
			ns->source = NETNS_PODMAN;
		ns->name = source == NETNS_NAMED ? xstrdup(ent->d_name) :
			   xprintf("%s:%s", netns_source_names[source],
				   ent->d_name);
	}
	closedir(d);
}

/* Rootless podman keeps its namespaces in each user's own run directory. */
static void scan_users(struct netns_list *list)
{
	struct dirent *ent;
	char path[4096];
	DIR *d;

	d = opendir("/run/user");
	if (!d)
		return;
	while ((ent = readdir(d))) {
		if (ent->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/run/user/%s/netns", ent->d_name);
		scan_dir(list, path, NETNS_PODMAN);
	}
	closedir(d);
}

/* Any other place where somebody has mounted a namespace. */
static void scan_mounts(struct netns_list *list)
{
	unsigned long long inode;
	char point[4096];
	char *line = NULL;
	struct netns *ns;
	size_t size = 0;
	FILE *f;

	f = fopen("/proc/self/mountinfo", "re");
	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		if (sscanf(line, "%*s %*s %*s net:[%llu] %4095s", &inode,
			   point) != 2)
			continue;
		if (netns_find(list, inode) || path_inode(point) != inode)
			continue;
		ns = netns_add(list, inode, NETNS_MOUNT, point);
		ns->name = xstrdup(point);
	}
	free(line);
	fclose(f);
}

void netns_scan_names(struct netns_list *list)
{
	memset(list, 0, sizeof(*list));
	scan_dir(list, NETNS_RUN_DIR, NETNS_NAMED);
	scan_dir(list, "/run/docker/netns", NETNS_DOCKER);
	scan_dir(list, "/run/podman/netns", NETNS_PODMAN);
	scan_users(list);
	scan_mounts(list);
}

void netns_free(struct netns_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		free(list->ns[i].name);
		free(list->ns[i].path);
		free(list->ns[i].pids);
		free(list->ns[i].holders);
	}
	free(list->ns);
	free(list->index);
	memset(list, 0, sizeof(*list));
}

const char *netns_name(struct netns_list *list, uint64_t inode)
{
	struct netns *ns = netns_find(list, inode);
	char name[32];

	if (!ns && !list->procs) {
		netns_scan_procs(list);
		ns = netns_find(list, inode);
	}
	if (!ns) {
		/* Remembered, so that the name lives as long as the list. */
		snprintf(name, sizeof(name), "net:[%llu]",
			 (unsigned long long)inode);
		ns = netns_add(list, inode, NETNS_FD, "");
		ns->name = xstrdup(name);
	}
	return ns->name;
}

/* A number no process can have is an inode's: those of namespaces begin far
 * above. Also as it is shown, in "net:[ ]".
 */
static uint64_t parse_inode(const char *what)
{
	bool shown = !strncmp(what, "net:[", 5);
	unsigned long long val;
	char *end;

	if (shown)
		what += 5;
	if (!isdigit((unsigned char)*what))
		return 0;
	val = strtoull(what, &end, 10);
	if (strcmp(end, shown ? "]" : "") != 0)
		return 0;
	return shown || val > PID_MAX_LIMIT ? val : 0;
}

/* PID or pid:PID. */
static unsigned long parse_pid(const char *what)
{
	unsigned long val;
	char *end;

	if (!strncmp(what, "pid:", 4))
		what += 4;
	if (!isdigit((unsigned char)*what))
		return 0;
	val = strtoul(what, &end, 10);
	return *end ? 0 : val;
}

/* What the list of all namespaces knows under this name or number. */
static char *listed(const char *what, uint64_t inode)
{
	struct netns_list list;
	char *path = NULL;
	size_t i;

	netns_scan_names(&list);
	netns_scan_procs(&list);
	for (i = 0; i < list.n && !path; i++)
		if (inode ? list.ns[i].inode == inode :
			    !strcmp(list.ns[i].name, what))
			path = xstrdup(list.ns[i].path);
	netns_free(&list);
	return path;
}

/* What to open for a namespace; NULL when there is no such thing. */
static char *find_path(const char *what, uint64_t *inode)
{
	char *path;

	*inode = 0;
	path = strchr(what, '/') ? xstrdup(what) :
	       xprintf(NETNS_RUN_DIR "/%s", what);
	if (*what && !access(path, F_OK))
		return path;
	free(path);
	*inode = parse_inode(what);
	if (!*inode && parse_pid(what))
		return xprintf("/proc/%lu/ns/net", parse_pid(what));
	return listed(what, *inode);
}

int netns_open_or_inode(const char *what, uint64_t *inode)
{
	char *path = find_path(what, inode);
	int fd = -1;

	if (path)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	else
		errno = ENOENT;
	if (fd >= 0 && *inode && netns_inode(fd) != *inode) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		*inode = 0;
	else if (*inode)
		errno = ENOENT;
	else if (errno == ENOENT)
		fail("no network namespace \"%s\": \"nsbridge namespace list\" shows what there is",
		     what);
	else
		fail("cannot open %s: %s", path, strerror(errno));
	free(path);
	return fd;
}

int netns_open(const char *what)
{
	uint64_t inode;
	int fd = netns_open_or_inode(what, &inode);

	if (fd < 0 && inode)
		fail("no network namespace \"%s\" that can be opened: \"nsbridge namespace list\" shows what there is",
		     what);
	return fd;
}

int netns_enter(int fd)
{
	return setns(fd, CLONE_NEWNET);
}

int netns_self(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

uint64_t netns_inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}
