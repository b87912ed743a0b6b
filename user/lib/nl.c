// SPDX-License-Identifier: GPL-2.0
/* Netlink sockets that keep what the kernel says of a refusal. libnl turns a
 * refusal into a number of its own and drops the text, so the errors are read
 * in callbacks here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "nl.h"

#define DUMP_TRIES	16
#define RCVBUF		1048576

struct talk {
	struct nl *nl;
	nl_each each;
	void *arg;
	bool done;
};

static void set_error(struct nl *nl, int error, const char *text)
{
	nl->error = error;
	snprintf(nl->msg, sizeof(nl->msg), "%s", text ? text : strerror(error));
}

int nl_errno(int error)
{
	/* the kernel's MAX_ERRNO (linux/err.h) */
	return error < 0 && error >= -4095 ? -error : EPROTO;
}

/* The attributes behind an error or the end of a dump. */
static const char *ext_ack(const void *pos, const void *end)
{
	struct nlattr *head = (struct nlattr *)pos, *attr;

	if ((const char *)end <= (const char *)pos)
		return NULL;
	attr = nla_find(head, (const char *)end - (const char *)pos,
			NLMSGERR_ATTR_MSG);
	if (!attr || nla_len(attr) < 1 ||
	    strnlen(nla_data(attr), nla_len(attr)) == (size_t)nla_len(attr))
		return NULL;
	return nla_data(attr);
}

static int on_error(struct sockaddr_nl *addr, struct nlmsgerr *err, void *arg)
{
	const struct nlmsghdr *nlh =
		(const struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	struct talk *talk = arg;
	const char *text = NULL;
	size_t skip = sizeof(*err);

	(void)addr;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		text = ext_ack((char *)err + NLMSG_ALIGN(skip),
			       (const char *)nlh + nlh->nlmsg_len);
	set_error(talk->nl, nl_errno(err->error), text);
	talk->done = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct talk *talk = arg;

	(void)msg;
	talk->done = true;
	return NL_STOP;
}

/* A dump that fails half-way says so in its last message. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct talk *talk = arg;
	const char *text = NULL;
	int err = 0;

	if (nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(err)))
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (err < 0) {
		if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
			text = ext_ack((char *)nlmsg_data(nlh) + sizeof(err),
				       (const char *)nlh + nlh->nlmsg_len);
		set_error(talk->nl, nl_errno(err), text);
	}
	talk->done = true;
	return NL_STOP;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct talk *talk = arg;

	if (talk->each && !talk->nl->intr)
		talk->each(nlmsg_hdr(msg), talk->arg);
	return NL_OK;
}

static int on_intr(struct nl_msg *msg, void *arg)
{
	struct talk *talk = arg;

	(void)msg;
	talk->nl->intr = true;
	return NL_OK;
}

int nl_open(struct nl *nl, int protocol)
{
	int one = 1;
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->sock = nl_socket_alloc();
	nl->cb = nl_cb_alloc(NL_CB_CUSTOM);
	if (!nl->sock || !nl->cb) {
		set_error(nl, ENOMEM, NULL);
		nl_shut(nl);
		return -ENOMEM;
	}
	err = nl_connect(nl->sock, protocol);
	if (err) {
		set_error(nl, errno ? errno : EIO, NULL);
		nl_shut(nl);
		return -nl->error;
	}
	nl_socket_set_buffer_size(nl->sock, RCVBUF, 0);
	nl_socket_set_msg_buf_size(nl->sock, 1 << 15);
	/* Old kernels have neither; then there is no text, and that is all. */
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_EXT_ACK,
		   &one, sizeof(one));
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_CAP_ACK,
		   &one, sizeof(one));
	return 0;
}

void nl_shut(struct nl *nl)
{
	if (nl->cb)
		nl_cb_put(nl->cb);
	if (nl->sock)
		nl_socket_free(nl->sock);
	nl->cb = NULL;
	nl->sock = NULL;
}

/* All callbacks, as those of the last talk point to what is gone. */
static void begin(struct talk *talk)
{
	struct nl *nl = talk->nl;

	nl->error = 0;
	nl->intr = false;
	nl->msg[0] = '\0';
	nl_cb_err(nl->cb, NL_CB_CUSTOM, on_error, talk);
	nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, talk);
	nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, talk);
	nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, talk);
	nl_cb_set(nl->cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_intr, talk);
}

int nl_talk(struct nl *nl, struct nl_msg *msg, nl_each each, void *arg)
{
	struct talk talk = { .nl = nl, .each = each, .arg = arg };
	int err;

	begin(&talk);
	err = nl_send_auto(nl->sock, msg);
	if (err < 0) {
		set_error(nl, errno ? errno : EIO, NULL);
		return -nl->error;
	}
	while (!talk.done) {
		err = nl_recvmsgs(nl->sock, nl->cb);
		if (err < 0 && !talk.done) {
			set_error(nl, EIO, nl_geterror(err));
			return -EIO;
		}
	}
	return -nl->error;
}

int nl_talk_dump(struct nl *nl, struct nl_msg *msg, nl_each each,
		 void (*restart)(void *arg), void *arg)
{
	int tries, err;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		/* libnl fills in a number of its own for each sending. */
		nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
		err = nl_talk(nl, msg, each, arg);
		if (!nl->intr)
			return err;
		restart(arg);
	}
	set_error(nl, EINTR,
		  "what was to be listed kept changing while it was read: try again");
	return -EINTR;
}

static int on_any_seq(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

int nl_listen(struct nl *nl, int group)
{
	if (nl_socket_add_membership(nl->sock, group)) {
		set_error(nl, errno ? errno : EIO, NULL);
		return -nl->error;
	}
	return 0;
}

int nl_next(struct nl *nl, nl_each each, void *arg)
{
	struct talk talk = { .nl = nl, .each = each, .arg = arg };
	int err;

	begin(&talk);
	nl_cb_set(nl->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_any_seq, NULL);
	err = nl_recvmsgs(nl->sock, nl->cb);
	if (err >= 0)
		return -nl->error;
	/* What libnl makes of ENOBUFS. */
	set_error(nl, err == -NLE_NOMEM ? ENOBUFS : EIO, nl_geterror(err));
	return -nl->error;
}
