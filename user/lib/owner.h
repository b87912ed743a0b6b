/* SPDX-License-Identifier: GPL-2.0 */
/* Whose a network namespace is: a container's, or a process's. */
#ifndef NSB_OWNER_H
#define NSB_OWNER_H

#include "netns.h"

/* "docker 0123456789ab", "123/nginx +3", or "-"; for the caller to free. Of a
 * list whose processes were looked at.
 */
char *owner_text(const struct netns *ns);
/* The container that a line of /proc/PID/cgroup tells of, or NULL; as above. */
char *owner_of_cgroup(const char *line);

#endif /* NSB_OWNER_H */
