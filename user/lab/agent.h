/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that act inside the namespaces of a lab, and report through
 * memory they share with the command.
 */
#ifndef NSB_LAB_AGENT_H
#define NSB_LAB_AGENT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Zeroed memory that agents started later share; ends the program if there is none. */
void *agent_memory(size_t size);
void agent_memory_free(void *mem, size_t size);

/* Runs run(arg) in the namespace of that name in /run/netns. -1 after a message. */
pid_t agent_start(const char *netns, int (*run)(void *arg), void *arg);
/* Waits until *counter has come to n, and says who is missing otherwise. */
int agent_wait_ready(const char *what, atomic_int *counter, int n);
/* Waits for its end, for that long; then ends it. Its exit status, or -1. */
int agent_end(pid_t pid, uint64_t timeout_ms);

uint64_t now_ms(void);

#endif /* NSB_LAB_AGENT_H */
