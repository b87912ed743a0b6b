/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that run in a lab as long as it is up. Each carries the lab's name in
 * its environment, as does all that it starts, so that they are found again
 * whatever became of whoever started them.
 */
#ifndef NSB_LAB_PROCESS_H
#define NSB_LAB_PROCESS_H

#include "../lib/netns.h"
#include "file.h"
#include "state.h"

/* The i-th of the file, in that namespace. 0, or -1 after a message. */
int process_start(const struct lab *lab, unsigned int i, int netns);
/* Waits until it listens, if the file says where. */
int process_wait(const struct lab *lab, unsigned int i, int netns, int home);
/* Ends those of a lab that are in this namespace, and returns one that is not of it,
 * or NULL.
 */
const struct netns_pid *process_end(const char *id, const struct netns *ns);
/* False for one in the middle of exec(), whose environment is not there yet; and
 * for one that has none.
 */
bool process_is_settled(pid_t pid);
/* For those that a check runs: not to be ended with the lab. */
void process_environment(const struct lab *lab);
/* Whether there is such a command. */
bool process_find(const char *command);
/* What a process was started as if it is one of a lab's, else NULL. */
char *process_command(const char *id, pid_t pid);

#endif /* NSB_LAB_PROCESS_H */
