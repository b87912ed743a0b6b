// SPDX-License-Identifier: GPL-2.0
/* Network namespaces that are held by processes and by open files. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "err.h"
#include "netns_proc.h"

static uint64_t link_inode(int dir, const char *name)
{
	unsigned long long inode;
	char target[64];
	ssize_t len;

	len = readlinkat(dir, name, target, sizeof(target) - 1);
	if (len < 0)
		return 0;
	target[len] = '\0';
	return sscanf(target, "net:[%llu]", &inode) == 1 ? inode : 0;
}

static void add_pid(struct netns_pid **pids, size_t *n,
		    const struct netns_pid *pid)
{
	if (*n && (*pids)[*n - 1].pid == pid->pid)
		return;
	/* Room for twice as many whenever the number is a power of two. */
	if (!(*n & (*n - 1)))
		*pids = xalloc(*pids, (*n ? *n * 2 : 1) * sizeof(**pids));
	(*pids)[(*n)++] = *pid;
}

static void add_inside(struct netns_list *list, uint64_t inode,
		       const struct netns_pid *pid, const char *path)
{
	struct netns *ns;

	if (!inode)
		return;
	ns = netns_find(list, inode);
	if (!ns)
		ns = netns_add(list, inode, NETNS_PROCESS, path);
	if (!ns->name)
		ns->name = xprintf("%d/%s", (int)pid->pid, pid->comm);
	add_pid(&ns->pids, &ns->n_pids, pid);
}

/* Threads may each be in a namespace of their own. */
static void scan_tasks(struct netns_list *list, int proc,
		       const struct netns_pid *pid)
{
	struct dirent *ent;
	char path[300];
	char link[288];
	DIR *d;
	int fd;

	fd = openat(proc, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return;
	while ((ent = readdir(d))) {
		if (!isdigit((unsigned char)ent->d_name[0]))
			continue;
		snprintf(link, sizeof(link), "%s/ns/net", ent->d_name);
		/* A thread's directory is there under its own number, too. */
		snprintf(path, sizeof(path), "/proc/%s", link);
		add_inside(list, link_inode(fd, link), pid, path);
	}
	closedir(d);
}

struct open_file {
	uint64_t inode;
	struct netns_pid pid;
	char path[64];
};

struct open_files {
	struct open_file *file;
	size_t n;
};

static void scan_fds(struct open_files *files, int proc,
		     const struct netns_pid *pid)
{
	struct open_file *file;
	struct dirent *ent;
	uint64_t inode;
	DIR *d;
	int fd;

	fd = openat(proc, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return;
	while ((ent = readdir(d))) {
		inode = link_inode(fd, ent->d_name);
		if (!inode)
			continue;
		files->file = xalloc(files->file,
				     (files->n + 1) * sizeof(*files->file));
		file = &files->file[files->n++];
		memset(file, 0, sizeof(*file));
		file->inode = inode;
		file->pid = *pid;
		snprintf(file->path, sizeof(file->path), "/proc/%d/fd/%.16s",
			 (int)pid->pid, ent->d_name);
	}
	closedir(d);
}

/* Kernel threads are no help in telling namespaces apart. They run no file. */
static bool kernel_thread(int proc)
{
	char target[2];

	return readlinkat(proc, "exe", target, sizeof(target)) < 0 &&
	       errno == ENOENT;
}

static void read_comm(int proc, struct netns_pid *pid)
{
	ssize_t len;
	char *c;
	int fd;

	fd = openat(proc, "comm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	len = read(fd, pid->comm, sizeof(pid->comm) - 1);
	close(fd);
	if (len > 0 && pid->comm[len - 1] == '\n')
		pid->comm[len - 1] = '\0';
	/* Anybody may choose it, and it goes to the terminal of root. */
	for (c = pid->comm; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
}

static void scan_pid(struct netns_list *list, struct open_files *files,
		     const char *number)
{
	struct netns_pid pid = { .pid = atoi(number) };
	char path[64];
	int proc;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid.pid);
	proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		return;
	if (kernel_thread(proc)) {
		close(proc);
		return;
	}
	read_comm(proc, &pid);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid.pid);
	add_inside(list, link_inode(proc, "ns/net"), &pid, path);
	scan_tasks(list, proc, &pid);
	if (pid.pid != getpid())
		scan_fds(files, proc, &pid);
	close(proc);
}

static void add_holder(struct netns_list *list, const struct open_file *file)
{
	struct netns *ns = netns_find(list, file->inode);

	if (!ns)
		ns = netns_add(list, file->inode, NETNS_FD, file->path);
	if (!ns->name)
		ns->name = xprintf("%d/%s", (int)file->pid.pid,
				   file->pid.comm);
	add_pid(&ns->holders, &ns->n_holders, &file->pid);
}

void netns_scan_procs(struct netns_list *list)
{
	struct open_files files = { 0 };
	struct dirent *ent;
	size_t i;
	DIR *d;

	list->procs = true;
	d = opendir("/proc");
	if (!d)
		return;
	while ((ent = readdir(d)))
		if (isdigit((unsigned char)ent->d_name[0]))
			scan_pid(list, &files, ent->d_name);
	closedir(d);
	/* Last, since a process that is inside gives a better name. */
	for (i = 0; i < files.n; i++)
		add_holder(list, &files.file[i]);
	free(files.file);
}
