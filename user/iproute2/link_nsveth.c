// SPDX-License-Identifier: GPL-2.0
/* Teaches "ip link" to make a pair of nsveth with everything said of its peer. */
#include <string.h>
#include <linux/if_nsbridge.h>
#include "iplink.h"

static void print_help(struct link_util *lu, int argc, char **argv, FILE *fp)
{
	(void)lu;
	(void)argc;
	(void)argv;
	fprintf(fp, "Usage: ip link add [ OPTIONS ] type nsveth [ peer [ OPTIONS ] ]\n"
		"OPTIONS of either end are those of \"ip link add\": name, address, mtu, netns, ...\n");
}

/* iplink_parse() reads the options of a link into a request: what is a
 * property of the header goes into its ifinfomsg, everything else behind its
 * end. So the peer's header is set up at the end of the request as it stands,
 * its options parsed behind it, and what they did to the request's own header
 * moved to the peer's.
 */
static int parse_opt(struct link_util *lu, int argc, char **argv,
		     struct nlmsghdr *n)
{
	struct ifinfomsg *head = NLMSG_DATA(n);
	const struct ifinfomsg own = *head;
	struct ifinfomsg *peer_head;
	struct rtattr *peer;
	char *type = NULL;
	int used;

	if (strcmp(argv[0], "peer") != 0) {
		fprintf(stderr,
			"%s: expected \"peer\" instead of \"%s\": see \"ip link help %s\"\n",
			lu->id, argv[0], lu->id);
		return -1;
	}

	peer = addattr_nest(n, sizeof(struct iplink_req), NSVETH_INFO_PEER);
	peer_head = RTA_DATA(peer);
	memset(peer_head, 0, sizeof(*peer_head));
	n->nlmsg_len += NLMSG_ALIGN(sizeof(*peer_head));

	head->ifi_flags = 0;
	head->ifi_change = 0;
	head->ifi_index = 0;
	used = iplink_parse(argc - 1, argv + 1, (struct iplink_req *)n, &type);
	peer_head->ifi_flags = head->ifi_flags;
	peer_head->ifi_change = head->ifi_change;
	peer_head->ifi_index = head->ifi_index;
	*head = own;
	if (used < 0)
		return used;

	if (type) {
		fprintf(stderr,
			"%s: the peer is of the same type, leave out \"type %s\"\n",
			lu->id, type);
		return -1;
	}
	addattr_nest_end(n, peer);
	/* What the parser left over is an error to the caller. */
	return argc - 1 - used;
}

struct link_util nsveth_link_util = {
	.id		= "nsveth",
	.maxattr	= NSVETH_INFO_MAX,
	.parse_opt	= parse_opt,
	.print_help	= print_help,
};
