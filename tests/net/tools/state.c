// SPDX-License-Identifier: GPL-2.0
/* What there is, in one go and in a form to be compared, as fault.inc wants it
 * hundreds of times:
 *
 *	state [NETNS...]	here and in these namespaces: links with their
 *				features, IPv4 addresses, the devices' address
 *				lists, VLANs; here also ports, entries, sides and
 *				rules as the family tells them
 *
 * One object a line, sorted, attributes by their number and devices by their name.
 * Left out is what changes by itself, for whoever asks, or when the same is made
 * again: counters, ages, numbers of namespaces and devices.
 */
#include "link.h"

#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#define LINES	4096

/* An attribute that is printed; with @in, only such attributes of what is nested.
 * @index: as the name of a device
 */
struct want {
	int type;
	const struct want *in;
	bool index;
};

static const struct want port_data[] = {
	{ IFLA_NSBRIDGE_PORT_LEARNING }, { IFLA_NSBRIDGE_PORT_FLOOD },
	{ IFLA_NSBRIDGE_PORT_MCAST_FLOOD }, { IFLA_NSBRIDGE_PORT_BCAST_FLOOD },
	{ IFLA_NSBRIDGE_PORT_LOCKED }, { IFLA_NSBRIDGE_PORT_ISOLATED },
	{ IFLA_NSBRIDGE_PORT_TRUSTED }, { IFLA_NSBRIDGE_PORT_QUOTA },
	{ IFLA_NSBRIDGE_PORT_UPLINK }, { IFLA_NSBRIDGE_PORT_NETNS_INODE }, { 0 }
};

static const struct want link_info[] = {
	{ IFLA_INFO_KIND }, { IFLA_INFO_DATA }, { IFLA_INFO_SLAVE_KIND },
	{ IFLA_INFO_SLAVE_DATA, port_data }, { 0 }
};

static const struct want xdp_info[] = {
	{ IFLA_XDP_ATTACHED }, { 0 }
};

static const struct want link_wants[] = {
	{ IFLA_ADDRESS }, { IFLA_MTU }, { IFLA_MASTER, .index = true },
	{ IFLA_PROMISCUITY }, { IFLA_ALLMULTI }, { IFLA_TXQLEN },
	{ IFLA_MAX_MTU }, { IFLA_NUM_TX_QUEUES }, { IFLA_XDP, xdp_info },
	{ IFLA_IFALIAS }, { IFLA_LINKINFO, link_info }, { 0 }
};

static const struct want vlan_wants[] = {
	{ IFLA_AF_SPEC }, { 0 }
};

static const struct want addr_wants[] = {
	{ IFA_LOCAL }, { IFA_ADDRESS }, { IFA_FLAGS }, { 0 }
};

static const struct want neigh_wants[] = {
	{ NDA_LLADDR }, { NDA_VLAN }, { NDA_MASTER, .index = true }, { 0 }
};

static const struct want ns_wants[] = {
	{ NSBRIDGE_A_NS_INODE }, { NSBRIDGE_A_NS_SELF }, { 0 }
};

static const struct want port_wants[] = {
	{ NSBRIDGE_A_PORT_IFINDEX, .index = true },
	{ NSBRIDGE_A_PORT_PORT, .index = true },
	{ NSBRIDGE_A_PORT_NS, ns_wants }, { NSBRIDGE_A_PORT_UPLINK }, { 0 }
};

static const struct want fdb_wants[] = {
	{ NSBRIDGE_A_FDB_IFINDEX, .index = true },
	{ NSBRIDGE_A_FDB_PORT, .index = true },
	{ NSBRIDGE_A_FDB_ADDR }, { NSBRIDGE_A_FDB_VLAN },
	{ NSBRIDGE_A_FDB_NS, ns_wants }, { NSBRIDGE_A_FDB_ORIGIN },
	{ NSBRIDGE_A_FDB_UPLINK }, { NSBRIDGE_A_FDB_STICKY }, { 0 }
};

static const struct want side_wants[] = {
	{ NSBRIDGE_A_NAMESPACE_IFINDEX, .index = true },
	{ NSBRIDGE_A_NAMESPACE_NS, ns_wants },
	{ NSBRIDGE_A_NAMESPACE_PORTS }, { NSBRIDGE_A_NAMESPACE_QUOTA },
	{ NSBRIDGE_A_NAMESPACE_USED }, { NSBRIDGE_A_NAMESPACE_ENTRIES },
	{ NSBRIDGE_A_NAMESPACE_RULE_FROM }, { NSBRIDGE_A_NAMESPACE_RULE_TO }, { 0 }
};

static const struct want rule_wants[] = {
	{ NSBRIDGE_A_CROSSING_IFINDEX, .index = true },
	{ NSBRIDGE_A_CROSSING_FROM, ns_wants },
	{ NSBRIDGE_A_CROSSING_TO, ns_wants }, { NSBRIDGE_A_CROSSING_RULE }, { 0 }
};

static char *lines[LINES];
static unsigned int n_lines;

/* Of the devices of the namespace that is looked at. */
static struct {
	int index;
	char name[IFNAMSIZ];
} names[LINES];
static unsigned int n_names;

static const char *name_of(int index)
{
	unsigned int i;

	for (i = 0; i < n_names; i++)
		if (names[i].index == index)
			return names[i].name;
	return index ? "?" : "-";
}

static void name_is(int index, const char *name)
{
	if (n_names == LINES)
		return;
	names[n_names].index = index;
	snprintf(names[n_names++].name, IFNAMSIZ, "%s", name);
}

static void put_raw(FILE *f, const unsigned char *p, int len)
{
	int i, text = len > 1 && !p[len - 1];

	for (i = 0; text && i < len - 1; i++)
		text = p[i] > ' ' && p[i] < 127;
	if (text) {
		fputs((const char *)p, f);
		return;
	}
	for (i = 0; i < len; i++)
		fprintf(f, "%02x", p[i]);
}

static void put_attrs(FILE *f, struct nlattr *head, int len,
		      const struct want *wants)
{
	const struct want *w;
	struct nlattr *a;
	int rem;

	nla_for_each_attr(a, head, len, rem) {
		for (w = wants; w->type && w->type != nla_type(a); w++)
			;
		if (!w->type)
			continue;
		fprintf(f, " %d=", w->type);
		if (w->index) {
			fputs(name_of(nla_get_u32(a)), f);
		} else if (w->in) {
			fputc('{', f);
			put_attrs(f, nla_data(a), nla_len(a), w->in);
			fputs(" }", f);
		} else {
			put_raw(f, nla_data(a), nla_len(a));
		}
	}
}

/* Who asked: @where is the namespace's name, @what what is listed. */
struct list {
	const char *where, *what;
	const struct want *wants;	/* NULL: note the names */
	int fd;				/* for ioctl */
};

/* What the kernel has made of the features that are wanted. */
static void put_features(FILE *f, int fd, const char *name)
{
	union {
		struct ethtool_gfeatures head;
		char room[sizeof(struct ethtool_gfeatures) +
			  4 * sizeof(struct ethtool_get_features_block)];
	} get = { .head = { .cmd = ETHTOOL_GFEATURES, .size = 4 } };
	struct ifreq req = { .ifr_data = (void *)&get };
	unsigned int i;

	snprintf(req.ifr_name, IFNAMSIZ, "%s", name);
	if (ioctl(fd, SIOCETHTOOL, &req))
		return;
	fputs(" features=", f);
	for (i = 0; i < get.head.size && i < 4; i++)
		fprintf(f, "%08x", get.head.features[i].active);
}

static int on_line(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct list *list = arg;
	struct ifinfomsg *ifm = nlmsg_data(nlh);
	struct ifaddrmsg *ifa = nlmsg_data(nlh);
	struct ndmsg *ndm = nlmsg_data(nlh);
	int hdr = GENL_HDRLEN;
	size_t size;
	FILE *f;

	if (!list->wants) {
		name_is(ifm->ifi_index,
			nla_get_string(nlmsg_find_attr(nlh, sizeof(*ifm), IFLA_IFNAME)));
		return NL_OK;
	}
	if (list->wants == rule_wants &&
	    !nlmsg_find_attr(nlh, GENL_HDRLEN, NSBRIDGE_A_CROSSING_RULE))
		return NL_OK;
	if (n_lines == LINES) {
		fprintf(stderr, "state: more than %d objects\n", LINES);
		exit(1);
	}
	f = open_memstream(&lines[n_lines++], &size);
	fprintf(f, "%s %s", list->where, list->what);
	if (list->wants == link_wants || list->wants == vlan_wants) {
		hdr = sizeof(*ifm);
		fprintf(f, " %s flags=%x", name_of(ifm->ifi_index), ifm->ifi_flags &
			(IFF_UP | IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP));
	} else if (list->wants == addr_wants) {
		hdr = sizeof(*ifa);
		fprintf(f, " %s /%d", name_of(ifa->ifa_index), ifa->ifa_prefixlen);
	} else if (list->wants == neigh_wants) {
		hdr = sizeof(*ndm);
		fprintf(f, " %s state=%x flags=%x", name_of(ndm->ndm_ifindex),
			ndm->ndm_state, ndm->ndm_flags);
	}
	put_attrs(f, nlmsg_attrdata(nlh, hdr), nlmsg_attrlen(nlh, hdr),
		  list->wants);
	if (list->wants == link_wants)
		put_features(f, list->fd, name_of(ifm->ifi_index));
	fclose(f);
	return NL_OK;
}

static void dump(struct nl_sock *sk, struct nl_msg *msg, struct list *list)
{
	int err;

	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_line, list);
	err = nl_send_auto(sk, msg);
	nlmsg_free(msg);
	if (err >= 0)
		err = nl_recvmsgs_default(sk);
	if (err < 0) {
		fprintf(stderr, "state: %s of %s: %s\n", list->what, list->where,
			nl_geterror(err));
		exit(1);
	}
}

static void devices(const char *where, int ns)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET };
	struct nl_sock *sk = nl_open(ns, NETLINK_ROUTE);
	struct list list = { .where = where };
	int home = ns_self();
	struct nl_msg *msg;

	if (ns >= 0)
		ns_enter(ns);
	list.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ns_enter(home);
	close(home);

	n_names = 0;
	list.what = "names";
	dump(sk, link_msg(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0), &list);
	list.what = "link";
	list.wants = link_wants;
	dump(sk, link_msg(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0), &list);
	list.what = "vlans";
	list.wants = vlan_wants;
	msg = link_msg(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0);
	((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(msg)))->ifi_family = PF_BRIDGE;
	nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
	dump(sk, msg, &list);
	list.what = "addresses";
	list.wants = neigh_wants;
	msg = link_msg(RTM_GETNEIGH, NLM_F_DUMP, 0, 0, 0);
	((struct ifinfomsg *)nlmsg_data(nlmsg_hdr(msg)))->ifi_family = PF_BRIDGE;
	dump(sk, msg, &list);
	list.what = "ip";
	list.wants = addr_wants;
	msg = nlmsg_alloc_simple(RTM_GETADDR, NLM_F_DUMP);
	nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO);
	dump(sk, msg, &list);
	close(list.fd);
	nl_socket_free(sk);
}

static void family(void)
{
	static const struct {
		int cmd;
		struct list list;
	} lists[] = {
		{ NSBRIDGE_CMD_PORT_GET, { "-", "port", port_wants } },
		{ NSBRIDGE_CMD_FDB_GET, { "-", "entry", fdb_wants } },
		{ NSBRIDGE_CMD_NAMESPACE_GET, { "-", "side", side_wants } },
		{ NSBRIDGE_CMD_CROSSING_GET, { "-", "rule", rule_wants } },
	};
	struct nl_sock *sk;
	struct list list;
	unsigned int i;
	int family;

	sk = nsb_open(-1, &family);
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		list = lists[i].list;
		dump(sk, nsb_msg(family, lists[i].cmd, NLM_F_DUMP), &list);
	}
	nl_socket_free(sk);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

int main(int argc, char **argv)
{
	char path[128];
	unsigned int j;
	int i, ns;

	devices("-", -1);
	family();
	for (i = 1; i < argc; i++) {
		snprintf(path, sizeof(path), "/run/netns/%s", argv[i]);
		ns = open(path, O_RDONLY | O_CLOEXEC);
		if (ns < 0)
			die(path, errno);
		devices(argv[i], ns);
		close(ns);
	}
	qsort(lines, n_lines, sizeof(*lines), by_text);
	for (j = 0; j < n_lines; j++)
		puts(lines[j]);
	return 0;
}
