// SPDX-License-Identifier: GPL-2.0
/* Many entries of the forwarding table at once, as no command line can:
 *
 *	fdb add N MAC PORT...	add N static entries, MAC and those after it, to
 *				the ports by turns
 *	fdb count [BRIDGE]	dump the table, print how many entries there are
 *
 * Requests are sent many to a packet, and only the last one of each is
 * acknowledged; every refusal is reported all the same.
 */
#include <errno.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/uapi/linux/nsbridge.h"

#define PACKET	32768

static struct nl_sock *sock;
static int family;

/* What has come back of the packet that ends with the request number @last. */
struct answer {
	uint32_t last;
	bool done;
	unsigned long refused;
	int error;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "fdb: %s: %s\n", what, why);
	exit(1);
}

static unsigned int port_index(const char *name)
{
	unsigned int i = if_nametoindex(name);

	if (!i)
		die(name, "no such device");
	return i;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct answer *a = arg;

	(void)msg;
	a->done = true;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct answer *a = arg;

	(void)from;
	a->error = err->error;
	a->refused++;
	a->done = err->msg.nlmsg_seq == a->last;
	return a->done ? NL_STOP : NL_SKIP;
}

static int no_check(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static void start(void)
{
	int err;

	sock = nl_socket_alloc();
	if (!sock)
		die("socket", "no memory");
	err = genl_connect(sock);
	if (err)
		die("socket", nl_geterror(err));
	family = genl_ctrl_resolve(sock, NSBRIDGE_FAMILY_NAME);
	if (family < 0)
		die(NSBRIDGE_FAMILY_NAME, nl_geterror(family));
	nl_socket_disable_auto_ack(sock);
}

static void send_packet(char *packet, size_t len, struct nlmsghdr *last,
			struct answer *a)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err;

	last->nlmsg_flags |= NLM_F_ACK;
	a->last = last->nlmsg_seq;
	a->done = false;
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, no_check, NULL);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, a);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, a);
	err = nl_sendto(sock, packet, len);
	while (err >= 0 && !a->done)
		err = nl_recvmsgs(sock, cb);
	/* A refusal is that, too, and has been noted. */
	if (err < 0 && !a->done)
		die("request", nl_geterror(err));
	nl_cb_put(cb);
}

/* MAC addresses are counted up as one number. */
static uint64_t mac_number(const char *text)
{
	unsigned int b[6];
	uint64_t n = 0;
	int i;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3],
		   &b[4], &b[5]) != 6)
		die(text, "not a MAC address");
	for (i = 0; i < 6; i++)
		n = n << 8 | b[i];
	return n;
}

static void put_mac(unsigned char *to, uint64_t n)
{
	int i;

	for (i = 5; i >= 0; i--, n >>= 8)
		to[i] = n;
}

static int add(int argc, char **argv)
{
	static char packet[PACKET];
	struct nlmsghdr *h = NULL, *model;
	unsigned int ports[1024];
	struct answer a = { 0 };
	unsigned char mac[6];
	struct nl_msg *msg;
	unsigned long i, n;
	size_t used = 0;
	uint64_t first;
	int n_ports;

	n = strtoul(argv[0], NULL, 0);
	first = mac_number(argv[1]);
	for (n_ports = 0; n_ports < argc - 2 && n_ports < 1024; n_ports++)
		ports[n_ports] = port_index(argv[n_ports + 2]);

	msg = nlmsg_alloc();
	if (!msg || !genlmsg_put(msg, 0, 0, family, 0, NLM_F_REQUEST,
				 NSBRIDGE_CMD_FDB_ADD, 1))
		die("request", "no memory");
	model = nlmsg_hdr(msg);
	for (i = 0; i < n; i++) {
		/* Only what differs is written anew. */
		model->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
		model->nlmsg_seq = i + 1;
		put_mac(mac, first + i);
		nla_put_u32(msg, NSBRIDGE_A_FDB_PORT, ports[i % n_ports]);
		nla_put(msg, NSBRIDGE_A_FDB_ADDR, sizeof(mac), mac);
		h = (struct nlmsghdr *)(packet + used);
		memcpy(h, model, model->nlmsg_len);
		used += NLMSG_ALIGN(model->nlmsg_len);
		if (used + NLMSG_ALIGN(model->nlmsg_len) > sizeof(packet) ||
		    i == n - 1) {
			send_packet(packet, used, h, &a);
			used = 0;
		}
	}
	nlmsg_free(msg);
	printf("%lu added, %lu refused\n", n - a.refused, a.refused);
	if (a.refused)
		fprintf(stderr, "fdb: %s\n", strerror(-a.error));
	return a.refused != 0;
}

static int on_entry(struct nl_msg *msg, void *arg)
{
	unsigned long *n = arg;

	if (nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP_INTR)
		fprintf(stderr, "fdb: the dump was interrupted\n");
	(*n)++;
	return NL_OK;
}

static int count(const char *bridge)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	struct nl_msg *msg = nlmsg_alloc();
	unsigned long n = 0;
	int err;

	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
		    NLM_F_REQUEST | NLM_F_DUMP, NSBRIDGE_CMD_FDB_GET, 1);
	if (bridge)
		nla_put_u32(msg, NSBRIDGE_A_FDB_IFINDEX, port_index(bridge));
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_entry, &n);
	err = nl_send_auto(sock, msg);
	if (err >= 0)
		err = nl_recvmsgs(sock, cb);
	if (err < 0)
		die("dump", nl_geterror(err));
	printf("%lu\n", n);
	nlmsg_free(msg);
	nl_cb_put(cb);
	return 0;
}

int main(int argc, char **argv)
{
	bool adds = argc > 4 && !strcmp(argv[1], "add");

	if (!adds && (argc < 2 || argc > 3 || strcmp(argv[1], "count"))) {
		fprintf(stderr, "Usage: fdb add N MAC PORT...\n"
			"       fdb count [BRIDGE]\n");
		return 2;
	}
	start();
	return adds ? add(argc - 2, argv + 2) : count(argv[2]);
}
