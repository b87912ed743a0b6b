/* SPDX-License-Identifier: GPL-2.0 */
/* Part of soak.c: what comes, goes and changes meanwhile. */
#ifndef SOAK_CHANGE_H
#define SOAK_CHANGE_H

#include "soak_cable.h"

static unsigned long rng;

static struct cable *any_cable(void)
{
	return &cables[pick(&rng, n_spaces)];
}

/* One whose far end may be closed. */
static struct cable *loose_cable(void)
{
	return &cables[STEADY + pick(&rng, n_spaces - STEADY)];
}

static int port_out(void)
{
	struct cable *c = any_cable();

	/* A tap would take what arrives at a port that is none, and nobody would
	 * count it.
	 */
	unwatch(c);
	drain();
	return link_u32(admin, c->port, IFLA_MASTER, 0);
}

static int port_in(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n_spaces; i++)
		err |= link_u32(admin, cables[i].port, IFLA_MASTER, bridge);
	return err;
}

static int port_down(void)
{
	struct cable *c = any_cable();
	int err = link_up(admin, c->port, false);

	usleep(pick(&rng, 3000));
	return link_up(admin, c->port, true) ?: err;
}

static int far_down(void)
{
	struct cable *c = loose_cable();
	const struct space *s = &spaces[c->at];
	unsigned int index = ns_index(s->fd, c->name);
	int err = link_up(s->rt, index, false);

	usleep(pick(&rng, 3000));
	return link_up(s->rt, index, true) ?: err;
}

/* The far end goes into another namespace, while both send and are sent to. */
static int far_move(void)
{
	struct cable *c = loose_cable();
	const struct space *from = &spaces[c->at], *to;
	unsigned int at = pick(&rng, n_spaces);
	struct paper now;

	to = &spaces[at];
	if (from == to || link_u32(from->rt, ns_index(from->fd, c->name),
				   IFLA_NET_NS_FD, to->fd))
		return -1;
	/* It is down now, so nothing is counted until it is up. */
	drain();
	c->at = at;
	pthread_mutex_lock(&c->lock);
	now = cable_paper(c);
	cable_enter(c, from->cookie, &now);
	pthread_mutex_unlock(&c->lock);
	if (link_up(to->rt, ns_index(to->fd, c->name), true))
		return -1;
	sender_open(c, to->fd);
	return 0;
}

/* Deleted by either end, while frames go there. */
static int cable_again(void)
{
	struct cable *c = loose_cable();
	const struct space *s = &spaces[c->at];
	int err;

	cable_stop(c);
	if (pick(&rng, 2))
		err = link_del(admin, c->port);
	else
		err = link_del(s->rt, ns_index(s->fd, c->name));
	if (err)
		refusal("a cable does not go");
	cable_gone(c, s->cookie);
	cable_new(c - cables, pick(&rng, n_spaces));
	return 0;
}

static unsigned long dead[ACCOUNTS];
static unsigned int n_dead;

static int space_again(void)
{
	unsigned int at = STEADY + pick(&rng, n_spaces - STEADY), i;
	struct space *s = &spaces[at];
	unsigned long cookie = s->cookie;

	for (i = 0; i < n_spaces; i++)
		if (cables[i].at == at)
			cable_stop(&cables[i]);
	nl_socket_free(s->rt);
	close(s->ctl);
	close(s->fd);
	dead[n_dead++ % ACCOUNTS] = cookie;
	for (i = 0; i < n_spaces; i++)
		if (cables[i].at == at)
			cable_gone(&cables[i], cookie);
	space_new(s, ns_new());
	for (i = 0; i < n_spaces; i++)
		if (cables[i].at == at)
			cable_new(i, at);
	return 0;
}

/* Does a dump still show a crossing of a namespace that is gone? */
static bool dead_there(void)
{
	unsigned int i;

	for (i = 0; i < n_dead; i++) {
		const struct tally *t = &account_of(dead[i])->there;

		if (t->frames || t->drops || t->in_frames || t->flooded)
			return true;
	}
	return false;
}

static int verdict(void)
{
	unsigned int how = pick(&rng, 8), v = pick(&rng, 5);
	unsigned long from = spaces[pick(&rng, n_spaces)].cookie;
	unsigned long to = spaces[pick(&rng, n_spaces)].cookie;

	/* to deny is rarer, or soon nothing would pass */
	return nsb_rule(dumper, family, bridge, how == 1 ? 0 : from, how == 2 ? 0 : to,
			v == 4 ? NSBRIDGE_VERDICT_DENY : v % 2 ? NSBRIDGE_VERDICT_ALLOW :
			NSBRIDGE_VERDICT_UNSET);
}

static int deny_all(void)
{
	int err = link_switch(admin, bridge, false, IFLA_NSBRIDGE_DEFAULT_VERDICT, 1);

	usleep(pick(&rng, 2000));
	return link_switch(admin, bridge, false, IFLA_NSBRIDGE_DEFAULT_VERDICT, 0) ?: err;
}

static int port_switch(void)
{
	static const int attrs[] = {
		IFLA_NSBRIDGE_PORT_LEARNING, IFLA_NSBRIDGE_PORT_FLOOD,
		IFLA_NSBRIDGE_PORT_MCAST_FLOOD, IFLA_NSBRIDGE_PORT_BCAST_FLOOD,
		IFLA_NSBRIDGE_PORT_LOCKED, IFLA_NSBRIDGE_PORT_ISOLATED,
	};
	unsigned int i = pick(&rng, 6);

	return link_switch(admin, any_cable()->port, true, attrs[i],
			   i == 1 ? pick(&rng, 3) : i < 4 ? pick(&rng, 4) > 0 :
			   !pick(&rng, 4));
}

/* Not IFLA_NSBRIDGE_LATENCY: it looks at what arrives by a tap, and what a tap has
 * seen the kernel does not count as dropped when nobody else wants it. By that
 * settle_up() tells what went up from what did not.
 */
static int bridge_switch(void)
{
	static const int attrs[] = {
		IFLA_NSBRIDGE_NEIGH_DIRECT, IFLA_NSBRIDGE_NEIGH_GUARD,
		IFLA_NSBRIDGE_VLAN_FILTERING,
	};

	return link_switch(admin, bridge, false, attrs[pick(&rng, 3)], pick(&rng, 2));
}

static int bridge_down(void)
{
	int err = link_up(admin, bridge, false);

	usleep(pick(&rng, 2000));
	return link_up(admin, bridge, true) ?: err;
}

static int address(void)
{
	struct cable *c = any_cable();
	const struct space *s = &spaces[c->at];
	unsigned char mac[6];

	make_mac(mac, pick(&rng, 2) ? c - cables : MAC_X + pick(&rng, 3));
	if (link_mac(s->rt, ns_index(s->fd, c->name), mac))
		return -1;
	pthread_mutex_lock(&c->lock);
	memcpy(c->mac, mac, 6);
	pthread_mutex_unlock(&c->lock);
	return 0;
}

static int mtu(void)
{
	struct cable *c = any_cable();

	return link_u32(admin, c->port, IFLA_MTU, pick(&rng, 3) ? 1500 : 300);
}

static const char *port_name(const struct cable *c, char *name)
{
	if (!if_indextoname(c->port, name))
		die("name of a port", errno);
	return name;
}

static int watch_port(void)
{
	struct cable *c = any_cable();
	char name[IFNAMSIZ];

	if (c->watch >= 0)
		unwatch(c);
	/* one that is a port */
	else if (!link_u32(admin, c->port, IFLA_MASTER, bridge))
		c->watch = tap_open(home.fd, port_name(c, name));
	return 0;
}

static int gro(void)
{
	struct ethtool_value v = { .cmd = ETHTOOL_SGRO, .data = pick(&rng, 2) };
	struct ifreq ifr = { .ifr_data = (void *)&v };
	struct cable *c = any_cable();

	if (pick(&rng, 2)) {
		memcpy(ifr.ifr_name, c->name, IFNAMSIZ);
		return ioctl(spaces[c->at].ctl, SIOCETHTOOL, &ifr);
	}
	port_name(c, ifr.ifr_name);
	return ioctl(home.ctl, SIOCETHTOOL, &ifr);
}

static int look(void)
{
	take_stock();
	return 0;
}

static struct {
	const char *name;
	int (*change)(void);
	unsigned int odds;
	unsigned long done, refused;
} todo[] = {
	{ "ports out", port_out, 10, 0, 0 },
	{ "ports in", port_in, 3, 0, 0 },
	{ "ports down", port_down, 6, 0, 0 },
	{ "far ends down", far_down, 6, 0, 0 },
	{ "far ends moved", far_move, 12, 0, 0 },
	{ "cables again", cable_again, 6, 0, 0 },
	{ "namespaces again", space_again, 6, 0, 0 },
	{ "verdicts", verdict, 20, 0, 0 },
	{ "deny by default", deny_all, 2, 0, 0 },
	{ "switches of ports", port_switch, 20, 0, 0 },
	{ "switches of the bridge", bridge_switch, 6, 0, 0 },
	{ "bridge down", bridge_down, 2, 0, 0 },
	{ "addresses", address, 8, 0, 0 },
	{ "MTUs", mtu, 6, 0, 0 },
	{ "taps", watch_port, 8, 0, 0 },
	{ "GRO", gro, 6, 0, 0 },
	{ "dumps", look, 2, 0, 0 },
};

#define TODO	(sizeof(todo) / sizeof(*todo))

static void change(void)
{
	static unsigned int all;
	unsigned int i, dice;

	if (!all) {
		rng = seed;
		for (i = 0; i < TODO; i++)
			all += todo[i].odds;
	}
	dice = pick(&rng, all);
	for (i = 0; dice >= todo[i].odds; i++)
		dice -= todo[i].odds;
	if (todo[i].change())
		todo[i].refused++;
	else
		todo[i].done++;
}

static unsigned long changes(void)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < TODO; i++)
		n += todo[i].done;
	return n;
}

/* Each must have worked, where there was time for all. */
static void print_changes(void)
{
	unsigned int i;

	printf("%lu changes:", changes());
	for (i = 0; i < TODO; i++) {
		printf(" %s %lu%s", todo[i].name, todo[i].done, i + 1 < TODO ? "," : "\n");
		if (!todo[i].done && changes() > 500)
			say_wrong("never done: %s\n", todo[i].name);
	}
}

#endif
