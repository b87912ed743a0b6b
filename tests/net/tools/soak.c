// SPDX-License-Identifier: GPL-2.0
/* Frames of every kind between many namespaces, on every CPU, while ports, cables,
 * namespaces, verdicts and settings come and go; afterwards every frame must be
 * accounted for, see ledger.h:
 *
 *	soak FRAMES [SEED [NAMESPACES]]
 *
 * A bridge in a namespace of its own, with an uplink and one cable for each of 50
 * namespaces. Cables move between these, so that some have several. The first
 * STEADY of cables and namespaces stay, and what arrives there is also counted
 * by a packet socket.
 */
#include "soak_send.h"
#include "soak_change.h"

#include <time.h>

/* -- all of it -- */

/* As drop_first(), for what goes up. The bridge has counted that by itself, so it
 * is known how much the core has not.
 */
static void drop_first_up(const unsigned char *mac)
{
	struct rtnl_link_stats64 br;
	struct cable *c = &cables[0];

	do {
		c->accepted += send_one(c, c->sock, mac);
		drain();
		br = link_stats(stats, bridge);
	} while (!br.rx_dropped);
	uncounted = br.rx_packets - br.rx_dropped;
}

static void build(void)
{
	unsigned char mac[6];
	unsigned int i;
	int group;

	if (unshare(CLONE_NEWNET))
		die("unshare", errno);
	ns_quiet();
	space_new(&home, ns_self());
	admin = home.rt;
	stats = nl_open(-1, NETLINK_ROUTE);
	dumper = nsb_open(-1, &family);
	nl_socket_modify_cb(dumper, NL_CB_VALID, NL_CB_CUSTOM, on_dumped, NULL);
	if (family < 0)
		die("no family nsbridge", ENOENT);
	links = listener(NETLINK_ROUTE, on_change);
	events = listener(NETLINK_GENERIC, on_event);
	link_up(admin, 1, true);
	make_mac(mac, HOME);
	if (link_bridge(admin, "br0", mac) || link_kind(admin, "up0", "dummy", NULL))
		refusal("no bridge");
	bridge = if_nametoindex("br0");
	uplink = if_nametoindex("up0");
	if (link_u32(admin, uplink, IFLA_MASTER, bridge))
		refusal("no uplink");
	group = genl_ctrl_resolve_grp(dumper, NSBRIDGE_FAMILY_NAME, NSBRIDGE_MCGRP_EVENTS);
	if (nl_socket_add_membership(links, RTNLGRP_LINK) ||
	    nl_socket_add_membership(events, group))
		die("group of events", ENOENT);
	for (i = 0; i < n_spaces; i++) {
		pthread_mutex_init(&cables[i].lock, NULL);
		cables[i].sock = -1;
		cables[i].watch = -1;
		cables[i].tap = -1;
		cables[i].bypass = i % 2;
		space_new(&spaces[i], ns_new());
		cable_new(i, i);
		if (i < STEADY)
			cables[i].tap = tap_open(spaces[i].fd, cables[i].name);
	}
	drop_first_up(mac);
	pthread_mutex_init(&bridge_dev.lock, NULL);
	memcpy(bridge_dev.mac, mac, 6);
	bridge_dev.sock = packet_open(-1, "br0");
}

/* Nothing is under way any more. */
static void wait_for_rest(void)
{
	struct rtnl_link_stats64 now, before = { 0 };
	unsigned int i;

	for (i = 0; i < 100; i++) {
		drain();
		usleep(100000);
		hear();
		take_stock();
		now = link_stats(stats, bridge);
		if (!dead_there() && !memcmp(&now, &before, sizeof(now)))
			return;
		before = now;
	}
	say_wrong("the counters do not settle\n");
}

/* What a packet socket saw is what the device says. */
static void check_tap(struct cable *c)
{
	struct tpacket_stats st;
	socklen_t len = sizeof(st);

	if (getsockopt(c->tap, SOL_PACKET, PACKET_STATISTICS, &st, &len))
		die("PACKET_STATISTICS", errno);
	if (st.tp_packets != (uint32_t)c->base.got)
		say_wrong("%s got %lu frames, and %u arrived\n", c->name,
			  c->base.got, st.tp_packets);
}

/* All that was counted is told once more when the bridge goes. */
static void check_events(void)
{
	struct tally before, *after;
	unsigned int i;

	for (i = 0; i < ACCOUNTS; i++)
		accounts[i].there = tally_sum(&accounts[i].ended, &accounts[i].there);
	if (link_del(admin, bridge))
		refusal("the bridge does not go");
	hear();
	for (i = 0; i < ACCOUNTS; i++) {
		before = accounts[i].there;
		after = &accounts[i].ended;
		if (memcmp(&before, after, sizeof(before)))
			say_wrong("namespace %lu: %lu frames from it and %lu into it, the last events say %lu and %lu\n",
				  accounts[i].cookie, before.frames, before.in_frames,
				  after->frames, after->in_frames);
	}
}

static void settle_up(void)
{
	struct rtnl_link_stats64 br = link_stats(stats, bridge), up = link_stats(stats, uplink);
	struct paper now, none = { 0 };
	struct account *host = account_of(home.cookie);
	struct tally t = tally_sum(&host->ended, &host->there);
	unsigned int i;

	for (i = 0; i < n_spaces; i++) {
		now = cable_paper(&cables[i]);
		cable_enter(&cables[i], spaces[cables[i].at].cookie, &now);
		if (i < STEADY)
			check_tap(&cables[i]);
	}
	now = (struct paper){
		.sent = br.tx_packets, .got = br.rx_packets + up.tx_packets,
		.got_bytes = br.rx_bytes + up.tx_bytes,
	};
	add_paper(&host->paper, &now, &none);
	if (bridge_dev.accepted < br.tx_packets)
		say_wrong("br0: send() took %lu frames, the device %llu\n",
			  bridge_dev.accepted, br.tx_packets);
	lost_before += bridge_dev.accepted - br.tx_packets;
	/* Nobody in the bridge's namespace takes frames of this type, so those that
	 * went up, or found no room on their way, were dropped there.
	 */
	balance(br.rx_dropped + uncounted - br.rx_packets - t.in_backlog);
}

int main(int argc, char **argv)
{
	time_t began = time(NULL), said = began;
	pthread_t threads[64];
	unsigned int i;

	if (argc < 2) {
		fprintf(stderr, "usage: soak FRAMES [SEED [NAMESPACES]]\n");
		return 2;
	}
	goal = strtoull(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	if (argc > 3)
		n_spaces = strtoul(argv[3], NULL, 0);
	if (n_spaces <= STEADY + 2 || n_spaces > MAX) {
		fprintf(stderr, "soak: NAMESPACES is %u to %u\n", STEADY + 3, MAX);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	n_threads = n_cpus < 2 ? 2 : n_cpus > 64 ? 64 : n_cpus;
	printf("%lu frames, seed %lu, %u namespaces, %u senders on %u CPUs\n",
	       goal, seed, n_spaces, n_threads, n_cpus);
	build();
	for (i = 0; i < n_threads; i++)
		pthread_create(&threads[i], NULL, sender, (void *)(uintptr_t)i);
	while (sent < goal) {
		change();
		hear();
		if (time(NULL) - said < 15)
			continue;
		said = time(NULL);
		printf("%llu of %lu frames, %lu changes, %ld s\n", sent, goal,
		       changes(), (long)(said - began));
	}
	for (i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	wait_for_rest();
	settle_up();
	check_events();
	if (missed)
		say_wrong("events were lost %u times\n", missed);

	printf("%llu frames in %ld s:", sent, (long)(time(NULL) - began));
	for (i = 0; i < KINDS; i++)
		printf(" %s %llu%s", kind_names[i], kinds[i], i + 1 < KINDS ? "," : "\n");
	print_changes();
	if (lost_before)
		printf("%lu of what send() took was lost in the kernel's queue of a device without carrier\n",
		       lost_before);
	return wrong > 0;
}
