/* SPDX-License-Identifier: GPL-2.0 */
/* Containers of Docker, asked for over its socket. */
#ifndef NSB_LAB_DOCKER_H
#define NSB_LAB_DOCKER_H

/* "pid:PID" of a running container, for the caller to free; else NULL after a
 * message.
 */
char *docker_netns(const char *container);

#endif /* NSB_LAB_DOCKER_H */
