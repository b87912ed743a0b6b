/* SPDX-License-Identifier: GPL-2.0 */
/* Many requests in one message to the kernel, which answers once. */
#ifndef NSB_LAB_BATCH_H
#define NSB_LAB_BATCH_H

#include "../lib/nl.h"
#include "file.h"

struct batch_note;

/* Requests that wait to be sent over one socket. Zeroed but for "lab" and "nl" to
 * begin with.
 */
struct batch {
	const struct lab *lab;
	struct nl *nl;
	char *buf;
	size_t len;
	size_t room;
	struct batch_note *note;
	unsigned int n;
	uint32_t seq;
};

/* Takes over the message. What the file says that it is made of, and what is to
 * be said when the kernel refuses it, come after it; list may be NULL. 0, or -1
 * after a message.
 */
int batch_add(struct batch *batch, struct nl_msg *msg, const char *list,
	      unsigned int i, const char *key, const char *fmt, ...) __printf(6, 7);

/* Sends what is left. 0, or -1 after a message for the first that was refused. */
int batch_send(struct batch *batch);
void batch_free(struct batch *batch);

#endif /* NSB_LAB_BATCH_H */
