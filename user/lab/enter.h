/* SPDX-License-Identifier: GPL-2.0 */
/* Commands inside the namespaces of labs that are up. */
#ifndef NSB_LAB_ENTER_H
#define NSB_LAB_ENTER_H

/* The name in /run/netns of LAB.NAMESPACE, of NAMESPACE where only one lab has it,
 * or of LAB-switch; for the caller to free. NULL after a message.
 */
char *enter_find(const char *what);
/* Becomes that command in there; argv ends with NULL. Returns only after a message. */
int enter_exec(const char *netns, char **argv);
/* Gives the caller the /sys that belongs to its network namespace. */
void enter_sys(void);

#endif /* NSB_LAB_ENTER_H */
