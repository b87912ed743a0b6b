/* SPDX-License-Identifier: GPL-2.0 */
/* A lab to begin with. */
#ifndef NSB_LAB_STARTER_H
#define NSB_LAB_STARTER_H

/* Writes a file that was not there. 0, or -1 after a message. */
int starter_write(const char *path, const char *name);

#endif /* NSB_LAB_STARTER_H */
