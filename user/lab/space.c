// SPDX-License-Identifier: GPL-2.0
/* The network namespaces of a lab, named as "ip netns" names them. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "space.h"

/* Indices are chosen here, so that nobody has to ask for them. There is room for
 * the tunnels that some modules put into every new namespace.
 */
#define FIRST_INDEX	101

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71
#endif

static void path_of(char *path, size_t size, const char *name)
{
	snprintf(path, size, NETNS_RUN_DIR "/%s", name);
}

/* Names are seen in every mount namespace only if the directory is a shared
 * mount, so that is what everybody who adds a name there makes of it.
 */
static int prepare_dir(void)
{
	static bool done;

	if (done)
		return 0;
	done = true;
	if (mkdir(NETNS_RUN_DIR, 0755) && errno != EEXIST)
		return -1;
	if (!mount("", NETNS_RUN_DIR, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	if (errno != EINVAL)
		return -1;
	if (mount(NETNS_RUN_DIR, NETNS_RUN_DIR, "none", MS_BIND | MS_REC, NULL))
		return -1;
	return mount("", NETNS_RUN_DIR, "none", MS_SHARED | MS_REC, NULL);
}

/* Any socket of a namespace tells its cookie; kernels before 5.14 have none. */
static void identify(int netns, int sock, struct space_id *id)
{
	socklen_t len = sizeof(id->cookie);

	id->inode = netns_inode(netns);
	if (getsockopt(sock, SOL_SOCKET, SO_NETNS_COOKIE, &id->cookie, &len))
		id->cookie = 0;
}

/* Opens the one the caller is in. 0, or -1 with errno. */
static int open_here(struct space *space, const char *name)
{
	memset(space, 0, sizeof(*space));
	space->next_index = FIRST_INDEX;
	space->fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (space->fd < 0)
		return -1;
	if (nl_open(&space->nl, NETLINK_ROUTE)) {
		errno = space->nl.error;
		close(space->fd);
		return -1;
	}
	space->name = xstrdup(name);
	return 0;
}

int space_make(struct space *space, const char *name, struct space_id *id)
{
	if (unshare(CLONE_NEWNET) || open_here(space, name))
		return -1;
	identify(space->fd, nl_socket_get_fd(space->nl.sock), id);
	return 0;
}

int space_name(const char *name)
{
	char path[4096];
	int fd, err;

	if (prepare_dir())
		return -1;
	path_of(path, sizeof(path), name);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	close(fd);
	if (!mount("/proc/self/ns/net", path, "none", MS_BIND, NULL))
		return 0;
	err = errno;
	unlink(path);
	errno = err;
	return -1;
}

int space_leave(int home)
{
	if (!netns_enter(home))
		return 0;
	fail("cannot return to the namespace of the command: %m");
	exit(EXIT_FAILED);
}

int space_open(struct space *space, const char *name, int home)
{
	int err, fd = netns_open(name);

	memset(space, 0, sizeof(*space));
	if (fd < 0)
		return -1;
	err = netns_enter(fd);
	if (!err) {
		err = open_here(space, name);
		space_leave(home);
	}
	if (err)
		fail("cannot enter the namespace \"%s\": %m", name);
	close(fd);
	return err;
}

int space_index(struct space *space, const char *device)
{
	space->dev = xalloc(space->dev, (space->n_dev + 1) *
			    sizeof(*space->dev));
	space->dev[space->n_dev].name = device;
	/* In a namespace of somebody else the kernel must choose. */
	return space->dev[space->n_dev++].index =
		space->foreign ? 0 : space->next_index++;
}

int space_find(const struct space *space, const char *device)
{
	unsigned int i;

	if (!strcmp(device, "lo"))
		return 1;
	for (i = 0; i < space->n_dev; i++)
		if (!strcmp(space->dev[i].name, device))
			return space->dev[i].index;
	return 0;
}

void space_close(struct space *space)
{
	if (!space->name)
		return;
	nl_shut(&space->nl);
	close(space->fd);
	free(space->name);
	free(space->dev);
	space->name = NULL;
}

int space_identify(const char *name, int home, struct space_id *id)
{
	struct statfs fs;
	char path[4096];
	int fd, sock, err;

	memset(id, 0, sizeof(*id));
	path_of(path, sizeof(path), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	/* A file that nothing was mounted on yet stands for no namespace. */
	if (fstatfs(fd, &fs) || fs.f_type != NSFS_MAGIC) {
		close(fd);
		return 0;
	}
	err = netns_enter(fd);
	if (!err) {
		sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		space_leave(home);
		err = sock < 0 ? -1 : 0;
	}
	if (!err) {
		identify(fd, sock, id);
		close(sock);
	}
	close(fd);
	return err;
}

int space_remove(const char *name)
{
	char path[4096];

	path_of(path, sizeof(path), name);
	if (umount2(path, MNT_DETACH) && errno != EINVAL)
		return -1;
	return unlink(path);
}

char *space_sysctl_path(const char *name)
{
	char *path = xprintf("/proc/sys/%s", name);
	size_t i;

	for (i = strlen("/proc/sys/"); path[i]; i++)
		path[i] = path[i] == '.' ? '/' : path[i] == '/' ? '.' : path[i];
	return path;
}

int space_sysctl(const char *name, const char *value)
{
	char *path = space_sysctl_path(name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len;

	free(path);
	if (fd < 0)
		return -1;
	len = write(fd, value, strlen(value));
	close(fd);
	return len < 0 ? -1 : 0;
}

/* Where there is no socket to be had, libnftables ends the whole process. */
struct nft_ctx *space_nft(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0)
		return NULL;
	close(fd);
	return nft_ctx_new(NFT_CTX_DEFAULT);
}
