// SPDX-License-Identifier: GPL-2.0
/* Lists what crossed, as an example of a client with libnl-genl-3:
 *
 *	cc crossings.c $(pkg-config --cflags --libs libnl-genl-3.0) -o crossings
 *
 * A namespace is shown as its inode number, as in "ls -Li /run/netns".
 */
#include <stdbool.h>
#include <stdio.h>
#include <linux/nsbridge.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

static bool interrupted;

static unsigned long long inode(struct nlattr *nest)
{
	struct nlattr *tb[NSBRIDGE_A_NS_MAX + 1];

	if (!nest || nla_parse_nested(tb, NSBRIDGE_A_NS_MAX, nest, NULL) ||
	    !tb[NSBRIDGE_A_NS_INODE])
		return 0;
	return nla_get_u64(tb[NSBRIDGE_A_NS_INODE]);
}

static unsigned long long number(struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

/* One message is one crossing; one that leads nowhere has no "to". */
static int on_crossing(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NSBRIDGE_A_CROSSING_MAX + 1];

	(void)arg;
	if (genlmsg_parse(nlmsg_hdr(msg), 0, tb, NSBRIDGE_A_CROSSING_MAX, NULL))
		return NL_SKIP;
	printf("%10llu %10llu %12llu %12llu %8llu\n",
	       inode(tb[NSBRIDGE_A_CROSSING_FROM]),
	       inode(tb[NSBRIDGE_A_CROSSING_TO]),
	       number(tb[NSBRIDGE_A_CROSSING_FRAMES]),
	       number(tb[NSBRIDGE_A_CROSSING_BYTES]),
	       number(tb[NSBRIDGE_A_CROSSING_DROPS]));
	return NL_OK;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	interrupted = true;
	return NL_OK;
}

int main(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int family, err;

	if (!sock || !msg || genl_connect(sock))
		return 1;
	family = genl_ctrl_resolve(sock, NSBRIDGE_FAMILY_NAME);
	if (family < 0) {
		fprintf(stderr, "no family \"%s\": modprobe nsbridge\n",
			NSBRIDGE_FAMILY_NAME);
		return 1;
	}
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_crossing, NULL);
	nl_socket_modify_cb(sock, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted,
			    NULL);
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP,
		    NSBRIDGE_CMD_CROSSING_GET, NSBRIDGE_FAMILY_VERSION);
	printf("%10s %10s %12s %12s %8s\n", "from", "to", "frames", "bytes",
	       "drops");
	err = nl_send_auto(sock, msg);
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	if (err < 0)
		fprintf(stderr, "cannot dump the crossings: %s\n",
			nl_geterror(err));
	else if (interrupted)
		fprintf(stderr, "namespaces came or went meanwhile: look again\n");
	nlmsg_free(msg);
	nl_socket_free(sock);
	return err < 0 || interrupted;
}
