// SPDX-License-Identifier: GPL-2.0
/* Many requests in one message to the kernel, which answers once: it confirms
 * only the last of them, and says of any that it refuses why. libnl waits after
 * each, so what comes back is read here.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "../lib/err.h"
#include "batch.h"

#define SEND_AT		65536	/* bytes; a socket takes thrice as much */
#define ANSWER_SIZE	32768

struct batch_note {
	const char *list;
	unsigned int i;
	const char *key;
	char *what;
};

/* What the answers to a batch come to. */
struct answer {
	uint32_t last;
	bool done;
	int error;
	uint32_t seq;		/* of what was refused first */
	char text[256];
};

static void read_error(struct answer *answer, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t skip = NLMSG_LENGTH(sizeof(*err));
	struct nlattr *attr = NULL;

	if (err->error && !answer->error) {
		answer->error = nl_errno(err->error);
		answer->seq = nlh->nlmsg_seq;
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(err->msg.nlmsg_len) -
				sizeof(err->msg);
		if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && nlh->nlmsg_len > skip)
			attr = nla_find((struct nlattr *)((char *)nlh + skip),
					nlh->nlmsg_len - skip,
					NLMSGERR_ATTR_MSG);
		snprintf(answer->text, sizeof(answer->text), "%.*s",
			 attr ? nla_len(attr) : 255, attr ?
			 (char *)nla_data(attr) : strerror(answer->error));
	}
	if (nlh->nlmsg_seq == answer->last)
		answer->done = true;
}

static int read_answers(int fd, struct answer *answer)
{
	static char buf[ANSWER_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	ssize_t len;

	while (!answer->done) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return -1;
		for (nlh = (struct nlmsghdr *)buf; NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len))
			if (nlh->nlmsg_type == NLMSG_ERROR)
				read_error(answer, nlh);
	}
	return 0;
}

static void forget(struct batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->n; i++)
		free(batch->note[i].what);
	batch->n = 0;
	batch->len = 0;
}

static int refused(struct batch *batch, const struct answer *answer)
{
	const struct batch_note *note;
	unsigned int i = answer->seq - batch->seq;

	note = &batch->note[i < batch->n ? i : 0];
	batch->nl->error = answer->error;
	if (!note->list)
		return fail("%s: %s", note->what, answer->text);
	return lab_error(batch->lab, note->list, note->i, note->key, "%s: %s%s",
			 note->what, answer->text,
			 answer->error == EOPNOTSUPP && strstr(note->what, " ns") ?
			 ": load the module with \"modprobe nsbridge\", or say \"--kind stock\"" : "");
}

int batch_send(struct batch *batch)
{
	int fd = nl_socket_get_fd(batch->nl->sock);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	struct answer answer = { 0 };
	struct nlmsghdr *nlh;
	size_t at = 0;
	int err = 0;

	if (!batch->n)
		return 0;
	do {
		nlh = (struct nlmsghdr *)(batch->buf + at);
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	} while (at < batch->len);
	nlh->nlmsg_flags |= NLM_F_ACK;
	answer.last = nlh->nlmsg_seq;
	if (sendto(fd, batch->buf, batch->len, 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0 || read_answers(fd, &answer))
		err = fail("%s: %m", batch->note->what);
	else if (answer.error)
		err = refused(batch, &answer);
	batch->seq += batch->n;
	forget(batch);
	return err;
}

int batch_add(struct batch *batch, struct nl_msg *msg, const char *list,
	      unsigned int i, const char *key, const char *fmt, ...)
{
	struct batch_note *note;
	struct nlmsghdr *nlh;
	va_list ap;
	size_t len;

	if (!msg)
		return fail("out of memory");
	nlh = nlmsg_hdr(msg);
	len = NLMSG_ALIGN(nlh->nlmsg_len);
	if (batch->len + len > SEND_AT && batch_send(batch)) {
		nlmsg_free(msg);
		return -1;
	}
	if (batch->len + len > batch->room) {
		batch->room = batch->room ? 2 * batch->room : 2048;
		batch->room = batch->room < batch->len + len ?
			      batch->len + len : batch->room;
		batch->buf = xalloc(batch->buf, batch->room);
	}
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	nlh->nlmsg_flags &= ~NLM_F_ACK;
	nlh->nlmsg_seq = batch->seq + batch->n;
	memset(batch->buf + batch->len, 0, len);
	memcpy(batch->buf + batch->len, nlh, nlh->nlmsg_len);
	batch->len += len;
	nlmsg_free(msg);
	if (!(batch->n & (batch->n - 1)))
		batch->note = xalloc(batch->note, (batch->n ? 2 * batch->n : 1) *
				     sizeof(*batch->note));
	note = &batch->note[batch->n++];
	note->list = list;
	note->i = i;
	note->key = key;
	va_start(ap, fmt);
	if (vasprintf(&note->what, fmt, ap) < 0)
		note->what = xstrdup("a request");
	va_end(ap);
	return 0;
}

void batch_free(struct batch *batch)
{
	forget(batch);
	free(batch->buf);
	free(batch->note);
	batch->buf = NULL;
	batch->note = NULL;
	batch->room = 0;
}
