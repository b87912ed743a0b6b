// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing show --latency: how long frames take, as bars; and nsbridge
 * crossing latency, which has bridges measure it.
 */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_nsbridge.h>
#include <linux/rtnetlink.h>
#include "../lib/err.h"
#include "../lib/rtlink.h"
#include "cmd.h"
#include "crossing.h"

#define BAR_WIDTH	40

static const struct column columns[] = {
	{ NULL, 0 }
};

static uint64_t least_of(int bar)
{
	return bar ? 1ULL << (bar - 1) : 0;
}

static uint64_t frames_of(const struct latency *l)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < NSB_BARS; i++)
		n += l->bar[i];
	return n;
}

/* The last bar of the kernel has no end, but the times in it have a sum. */
static void show_json(struct out *out, struct netns_list *names,
		      const char *dev, const struct latency *l)
{
	struct json_object *bars = json_object_new_array(), *bar;
	uint64_t n = frames_of(l);
	int i;

	out_row(out);
	out_str(out, "link", dev);
	out_ns(out, "from", names, &l->crossing.from);
	out_ns(out, "to", names, &l->crossing.to);
	out_u64(out, "frames", n);
	out_u64(out, "total_ns", l->total);
	for (i = 0; i < NSB_BARS; i++) {
		if (!l->bar[i])
			continue;
		bar = json_object_new_object();
		json_u64(bar, "least_ns", least_of(i));
		json_u64(bar, "frames", l->bar[i]);
		json_object_array_add(bars, bar);
	}
	out_cell(out, "histogram", "", bars);
}

/* Three digits, and a unit in which they are few. */
static const char *time_text(char *buf, size_t size, double ns)
{
	static const char *const unit[] = { "ns", "us", "ms", "s" };
	size_t i;

	for (i = 0; i < 3 && ns >= 999.5; i++)
		ns /= 1000;
	snprintf(buf, size, "%.*f %s", ns >= 99.95 || !i ? 0 : ns >= 9.995 ? 1 : 2,
		 ns, unit[i]);
	return buf;
}

/* As long as it is many, in eighths of a column where the terminal has them. */
static void show_bar(uint64_t n, uint64_t most)
{
	static const char *const eighths[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉",
	};
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	int len, i;

	len = (double)n / most * BAR_WIDTH * 8 + 0.5;
	if (n && len < (utf8 ? 1 : 8))
		len = utf8 ? 1 : 8;
	for (i = 0; i < len / 8; i++)
		fputs(utf8 ? "█" : "#", stdout);
	if (utf8)
		fputs(eighths[len % 8], stdout);
	if (utf8 && len % 8)
		i++;
	printf("%*s", BAR_WIDTH - i, "");
}

static void show_bars(struct netns_list *names, const char *dev,
		      const struct latency *l)
{
	uint64_t n = frames_of(l), most = 0;
	int i, first = NSB_BARS, last = 0;
	char from[16], to[16];

	for (i = 0; i < NSB_BARS; i++) {
		if (!l->bar[i])
			continue;
		if (first == NSB_BARS)
			first = i;
		last = i;
		if (l->bar[i] > most)
			most = l->bar[i];
	}
	/* Two calls, as a name may be made in a static buffer. */
	printf("%s: from %s to ", dev, netns_name(names, l->crossing.from.inode));
	printf("%s: %llu frames, %s on average\n",
	       netns_name(names, l->crossing.to.inode), (unsigned long long)n,
	       time_text(from, sizeof(from), (double)l->total / n));
	for (i = first; i <= last; i++) {
		printf("  %8s .. %8s  ",
		       time_text(from, sizeof(from), least_of(i)),
		       time_text(to, sizeof(to), least_of(i) ?
				 2.0 * least_of(i) : 1));
		show_bar(l->bar[i], most);
		printf(" %12llu %5.1f %%\n", (unsigned long long)l->bar[i],
		       100.0 * l->bar[i] / n);
	}
}

static int show(const struct dump *dump)
{
	const struct latency *l = dump->item;
	struct dev_cache devs = { 0 };
	struct netns_list names;
	struct out *out = NULL;
	bool measured = false;
	size_t i, shown = 0;

	netns_scan_names(&names);
	if (opt.json)
		out = out_new(columns);
	for (i = 0; i < dump->n; i++) {
		const char *dev = dev_cached(&devs, l[i].crossing.ifindex);

		measured |= l[i].measured;
		if (!l[i].measured || !frames_of(&l[i]))
			continue;
		if (opt.json)
			show_json(out, &names, dev, &l[i]);
		else
			show_bars(&names, dev, &l[i]);
		shown++;
	}
	if (opt.json)
		out_print(out);
	netns_free(&names);
	dev_cache_free(&devs);
	if (shown || opt.json)
		return 0;
	if (measured)
		return fail("no frame has crossed since it is measured how long that takes");
	return fail("no bridge measures how long frames take: switch it on with \"nsbridge crossing latency bridge DEV on\"");
}

int crossing_latencies(uint32_t ifindex)
{
	struct genl genl;
	struct dump dump;
	int err;

	if (genl_open(&genl))
		return -1;
	err = genl_latencies(&genl, ifindex, &dump);
	if (err)
		genl_fail(&genl, "crossings");
	genl_shut(&genl);
	if (!err)
		err = show(&dump);
	free(dump.item);
	return err ? -1 : 0;
}

/* RTM_NEWLINK with the setting in IFLA_INFO_DATA, as "ip" does it. */
static int set(uint32_t ifindex, const char *dev, bool on)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_ACK);
	struct nlattr *info, *data;
	struct nl nl;
	int err;

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO))
		return fail("out of memory");
	info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "nsbridge");
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	nla_put_u8(msg, IFLA_NSBRIDGE_LATENCY, on);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);

	if (nl_open(&nl, NETLINK_ROUTE)) {
		nlmsg_free(msg);
		return fail("cannot open a netlink socket: %s", nl.msg);
	}
	err = nl_talk(&nl, msg, NULL, NULL);
	nlmsg_free(msg);
	if (nl.error == EPERM)
		fail("%s: %s: this needs CAP_NET_ADMIN, run it as root", dev,
		     nl.msg);
	else if (err == -EOPNOTSUPP)
		fail("%s is not an nsbridge, or the module is older than this command",
		     dev);
	else if (err)
		fail("%s: %s", dev, nl.msg);
	nl_shut(&nl);
	return err ? -1 : 0;
}

int crossing_latency_set(int argc, char **argv)
{
	uint32_t ifindex;

	if (argc != 3 || !(word(argv[0], "bridge") || !strcmp(argv[0], "dev")))
		return usage_error(CROSSING_HELP,
				   "\"latency\" needs \"bridge DEV\" and \"on\" or \"off\"");
	if (strcmp(argv[2], "on") != 0 && strcmp(argv[2], "off") != 0)
		return usage_error(CROSSING_HELP,
				   "\"latency\" is on or off, and not \"%s\"",
				   argv[2]);
	ifindex = find_device(argv[1]);
	return ifindex ? set(ifindex, argv[1], !strcmp(argv[2], "on")) : -1;
}
