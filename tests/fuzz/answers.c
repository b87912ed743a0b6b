// SPDX-License-Identifier: GPL-2.0
/* libFuzzer: what the command makes of the kernel's answers. The bytes are what
 * its netlink sockets receive, so all that reads them is under test: the error
 * callbacks, the lists and the events of the "nsbridge" family, and the devices
 * of rtnetlink.
 *
 *	byte 0		which request is answered
 *	then		datagrams: two bytes of length, and the messages
 *
 * Only the sequence numbers are put right. After the last datagram comes the end
 * of a dump. seeds.py writes answers to begin with.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/rtnetlink.h>
#include "../../user/lib/genl.h"
#include "../../user/lib/rtlink.h"
#include "fuzzer.h"

static const uint8_t *input;
static size_t left;
static unsigned int seq;
static struct genl genl;

static void number_all(unsigned char *buf, size_t len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	int rest = len;

	for (; nlmsg_ok(nlh, rest); nlh = nlmsg_next(nlh, &rest))
		nlh->nlmsg_seq = seq;
}

static int receive(struct nl_sock *sock, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds)
{
	struct nlmsghdr end = {
		.nlmsg_len = sizeof(end),
		.nlmsg_type = NLMSG_DONE,
		.nlmsg_flags = NLM_F_MULTI,
	};
	size_t len = 0;

	(void)sock;
	(void)creds;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	if (left > 2) {
		len = input[0] | input[1] << 8;
		input += 2;
		left -= 2;
		if (len > left)
			len = left;
	}
	/* Of exactly this size, so that the sanitizer sees who reads beyond. */
	*buf = malloc(len ? len : sizeof(end));
	if (len) {
		memcpy(*buf, input, len);
		input += len;
		left -= len;
	} else {
		len = sizeof(end);
		memcpy(*buf, &end, len);
	}
	number_all(*buf, len);
	return len;
}

static int dispatch(struct nl_sock *sock, struct nl_msg *msg)
{
	(void)sock;
	seq = nlmsg_hdr(msg)->nlmsg_seq;
	return nlmsg_hdr(msg)->nlmsg_len;
}

static void on_event(const struct event *e, void *arg)
{
	happening_name(e->happening);
	(void)arg;
}

static void on_end(const struct crossing *c, void *arg)
{
	target_name(c->target);
	link_name(c->link);
	verdict_name(c->verdict);
	(void)arg;
}

static void on_entry(const struct fdb_entry *f, bool gone, void *arg)
{
	origin_name(f->origin);
	(void)gone;
	(void)arg;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct nl_cb *cb;

	(void)argc;
	(void)argv;
	if (nl_open(&genl.nl, NETLINK_GENERIC))
		exit(1);
	nl_cb_overwrite_recv(genl.nl.cb, receive);
	cb = nl_socket_get_cb(genl.nl.sock);
	nl_cb_overwrite_send(cb, dispatch);
	nl_cb_put(cb);
	genl.family = 32;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ns_pick any = { .fd = -1 };
	struct dump dump = { 0 };
	struct rtlink link;

	if (!size)
		return 0;
	input = data + 1;
	left = size - 1;
	switch (data[0] % 9) {
	case 0:
		genl_crossings(&genl, 1, &dump);
		break;
	case 1:
		genl_latencies(&genl, 0, &dump);
		break;
	case 2:
		genl_sides(&genl, 0, &dump);
		break;
	case 3:
		genl_fdb(&genl, 0, 1, &dump);
		break;
	case 4:
		genl_ports(&genl, 0, 0, &dump);
		break;
	case 5:
		rtlink_dump(&genl.nl, 0, "nsbridge", &dump);
		break;
	case 6:
		rtlink_get(&genl.nl, 1, -1, &link);
		break;
	case 7:
		genl_crossing_set(&genl, 1, &any, &any, 0);
		break;
	case 8:
		while (left > 2 &&
		       !genl_next(&genl, on_event, on_end, NULL) &&
		       left > 2 && !genl_fdb_next(&genl, on_entry, NULL))
			;
		break;
	}
	free(dump.item);
	return 0;
}
