// SPDX-License-Identifier: GPL-2.0
/* A lab as a list of small things: what the kernel has of it. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_link.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/mac.h"
#include "../lib/netns.h"
#include "view.h"

struct seeing {
	struct view *view;
	struct items *items;
	const struct items *wanted;
	const struct items *built;
	bool failed;		/* after a message */
};

/* A thing like one of a file's, with its value as it is. */
static void see(struct seeing *s, const struct item *like, char *val)
{
	struct item *item = items_add(s->items, like->type, like->space,
				      like->dev, like->what);

	free(item->key);
	item->key = xstrdup(like->key);
	free(item->val);
	item->val = val;
	item->other = like->other ? xstrdup(like->other) : NULL;
	item->peer = like->peer ? xstrdup(like->peer) : NULL;
	item->parent = like->parent ? xstrdup(like->parent) : NULL;
	item->attr = like->attr;
	item->len = like->len;
	item->stock = like->stock;
	item->slave = like->slave;
}

static const struct live_link *link_of(const struct seeing *s,
				       const char *space, const char *dev)
{
	const struct view_space *vs = view_find(s->view, space);

	return vs && vs->open && dev ? live_link(&vs->live, dev) : NULL;
}

static const char *name_at(const struct live *live, int index)
{
	const struct live_link *link = index ? live_link_at(live, index) : NULL;

	return link ? link->name : "-";
}

/* Both ends name each other by number. */
static char *pair_text(const struct seeing *s, const struct item *like,
		       const struct live_link *link)
{
	const struct live_link *peer = link_of(s, like->other, like->peer);

	if (peer && peer->index == link->peer && peer->peer == link->index &&
	    !strcmp(peer->kind, link->kind))
		return xstrdup(like->val);
	return xprintf("another device (%s)", *link->kind ? link->kind : "?");
}

static char *device_text(const struct seeing *s, const struct item *like,
			 const struct live_link *link)
{
	const struct view_space *vs = view_find(s->view, like->space);

	if (!strcmp(link->kind, "vlan"))
		return xprintf("vlan %llu of %s", (unsigned long long)
			       link->data[IFLA_VLAN_ID].val,
			       name_at(&vs->live, link->peer));
	return xstrdup(link->kind);
}

static char *trimmed(const char *text)
{
	char *out = xalloc(NULL, strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++) {
		if (!isspace((unsigned char)*text))
			out[n++] = *text;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

char *sysctl_read(const char *name)
{
	char *path = space_sysctl_path(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t len;

	free(path);
	if (fd < 0)
		return NULL;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len < 0 ? NULL : trimmed(text);
}

/* Each of them in the namespace that it is of. */
static char *read_inside(struct seeing *s, const struct item *like)
{
	const struct view_space *vs = view_find(s->view, like->space);
	bool rules = like->type == ITEM_NFTABLES;
	char *val = NULL;

	if (!vs || !vs->open)
		return NULL;
	if (netns_enter(vs->space.fd)) {
		fail("cannot enter the namespace \"%s\": %m", vs->space.name);
		s->failed = true;
		return NULL;
	}
	val = rules ? nft_listing(NULL) : sysctl_read(like->what);
	if (rules && !val) {
		fail("cannot read the rules of nftables in \"%s\"",
		     vs->space.name);
		s->failed = true;
	}
	space_leave(s->view->home);
	return val;
}

static char *setting_of(const struct item *like, const struct live_link *link)
{
	const struct live_setting *set = like->slave ? link->port : link->data;

	return set[like->attr].given ?
	       setting_text(like->what, set[like->attr].val, like->len) : NULL;
}

static char *link_text(const struct seeing *s, const struct item *like,
		       const struct live_link *link)
{
	char mac[MAC_TEXT];

	switch (like->type) {
	case ITEM_BRIDGE:
		return xstrdup(link->kind);
	case ITEM_PORT:
	case ITEM_CABLE:
		return pair_text(s, like, link);
	case ITEM_DEVICE:
		return device_text(s, like, link);
	case ITEM_MASTER:
		return xstrdup(name_at(&view_find(s->view, like->space)->live,
				       link->master));
	case ITEM_SETTING:
		return setting_of(like, link);
	case ITEM_MAC:
		return xstrdup(mac_text(link->mac, mac));
	case ITEM_MTU:
		return xprintf("%u", link->mtu);
	case ITEM_UP:
		return xstrdup(link->flags & IFF_UP ? "up" : "down");
	default:
		return NULL;
	}
}

static void see_one(struct seeing *s, const struct item *like)
{
	const struct live_link *link;
	char *val = NULL;

	if (like->type == ITEM_NAMESPACE) {
		if (view_find(s->view, like->space)->open)
			val = xstrdup(like->val);
	} else if (like->type == ITEM_SYSCTL || like->type == ITEM_NFTABLES) {
		val = read_inside(s, like);
		/* No rules are no thing. */
		if (val && like->type == ITEM_NFTABLES && !*val) {
			free(val);
			val = NULL;
		}
	} else {
		link = link_of(s, like->space, like->dev);
		val = link ? link_text(s, like, link) : NULL;
	}
	if (val)
		see(s, like, val);
}

static void see_listed(struct seeing *s)
{
	const struct item *item;
	size_t i;

	for (i = 0; i < s->wanted->n; i++)
		see_one(s, &s->wanted->item[i]);
	for (i = 0; i < s->built->n; i++) {
		item = &s->built->item[i];
		/* As it was built, where that is not as it is wanted. */
		if (!items_find(s->wanted, item->key))
			see_one(s, item);
	}
}

static const char *parent_of(const struct seeing *s, const char *space,
			     const char *dev)
{
	return items_parent(s->wanted, space, dev) ?:
	       items_parent(s->built, space, dev);
}

static void see_route(struct seeing *s, const struct view_space *vs,
		      const struct live_fact *fact)
{
	const char *dev = name_at(&vs->live, fact->index);
	bool v6 = strchr(fact->key, ':') || !strcmp(fact->key, "default6");
	const struct item *like;
	struct item *item;
	char *what;

	what = fact->metric && !(v6 && fact->metric == 1024) ?
	       xprintf("%s metric %u", fact->key, fact->metric) :
	       xstrdup(fact->key);
	item = items_add(s->items, ITEM_ROUTE, vs->name, NULL, what);
	item->metric = fact->metric;
	free(item->val);
	like = items_find(s->wanted, item->key) ?:
	       items_find(s->built, item->key);
	/* A file need not name the device. */
	if (like && *fact->val && !strstr(like->val, "dev "))
		item->val = xstrdup(fact->val);
	else
		item->val = xprintf("%s%sdev %s", fact->val,
				    *fact->val ? " " : "", dev);
	free(what);
}

/* What is on devices of the lab, whoever has put it there. */
static void see_facts(struct seeing *s, const struct view_space *vs)
{
	static const enum item_type types[] = {
		[LIVE_ADDRESS] = ITEM_ADDRESS,
		[LIVE_NEIGHBOUR] = ITEM_NEIGHBOUR,
		[LIVE_NETEM] = ITEM_NETEM,
		[LIVE_VLAN] = ITEM_VLAN,
	};
	const struct live_fact *fact;
	const char *dev, *parent;
	struct item *item;
	size_t i;

	for (i = 0; i < vs->live.n_facts; i++) {
		fact = &vs->live.fact[i];
		dev = name_at(&vs->live, fact->index);
		parent = parent_of(s, vs->name, dev);
		if (fact->what == LIVE_ROUTE && (parent || !vs->foreign)) {
			see_route(s, vs, fact);
			continue;
		}
		if (!parent)
			continue;
		item = items_add(s->items, types[fact->what], vs->name, dev,
				 *fact->key ? fact->key : NULL);
		free(item->val);
		item->val = xstrdup(fact->val);
		item->parent = xstrdup(parent);
	}
}

static bool has_vlans(const struct items *items, const char *dev)
{
	size_t i;

	for (i = 0; i < items->n; i++)
		if (items->item[i].type == ITEM_VLAN &&
		    !strcmp(items->item[i].dev, dev))
			return true;
	return false;
}

/* The kernel lists VLANs of bridges that do not filter them as well. */
static void drop_unfiltered(struct seeing *s)
{
	struct item *item;
	size_t i, n = 0;

	for (i = 0; i < s->items->n; i++) {
		item = &s->items->item[i];
		if (item->type == ITEM_VLAN &&
		    !has_vlans(s->wanted, item->dev) &&
		    !has_vlans(s->built, item->dev)) {
			free(item->key);
			free(item->val);
			free(item->space);
			free(item->dev);
			free(item->what);
			free(item->parent);
		} else {
			s->items->item[n++] = *item;
		}
	}
	s->items->n = n;
}

static const char *side_name(const struct view *view, const struct ns_ref *ref)
{
	size_t i;

	for (i = 0; i < view->n; i++)
		if (view->space[i].open && view->space[i].inode == ref->inode)
			return view->space[i].name;
	return NULL;
}

static void see_rule(struct seeing *s, const char *bridge, const char *from,
		     const char *to, uint32_t rule)
{
	struct item *item;
	char *what;

	if (!from || !to || rule == NSBRIDGE_VERDICT_UNSET)
		return;
	what = xprintf("from %s to %s", from, to);
	item = items_add(s->items, ITEM_VERDICT, SWITCH_NAME, bridge, what);
	free(what);
	free(item->val);
	item->val = xstrdup(rule == NSBRIDGE_VERDICT_DENY ? "deny" : "allow");
	free(item->what);
	item->what = xstrdup(from);
	item->other = xstrdup(to);
}

static int see_bridge(struct seeing *s, struct genl *genl,
		      const struct live_link *bridge)
{
	struct dump sides = { 0 }, crossings = { 0 };
	const struct crossing *c;
	const struct side *side;
	const char *name;
	size_t i;
	int err;

	err = genl_sides(genl, bridge->index, &sides);
	for (side = sides.item, i = 0; !err && i < sides.n; i++, side++) {
		name = side_name(s->view, &side->ns);
		see_rule(s, bridge->name, name, "any", side->rule_from);
		see_rule(s, bridge->name, "any", name, side->rule_to);
	}
	err = err ?: genl_crossings(genl, bridge->index, &crossings);
	for (c = crossings.item, i = 0; !err && i < crossings.n; i++, c++)
		if (c->target == NSBRIDGE_TARGET_NAMESPACE)
			see_rule(s, bridge->name, side_name(s->view, &c->from),
				 side_name(s->view, &c->to), c->rule);
	free(sides.item);
	free(crossings.item);
	return err ? genl_fail(genl, bridge->name) : 0;
}

static int see_rules(struct seeing *s)
{
	const struct view_space *vs = view_find(s->view, SWITCH_NAME);
	struct genl genl;
	int err = 0;
	size_t i;

	if (!vs->open)
		return 0;
	for (i = 0; i < vs->live.n_links; i++)
		if (!strcmp(vs->live.link[i].kind, "nsbridge"))
			break;
	if (i == vs->live.n_links)
		return 0;
	if (netns_enter(vs->space.fd))
		return fail("setns: %m");
	err = genl_open(&genl);
	space_leave(s->view->home);
	if (err)
		return -1;
	for (; !err && i < vs->live.n_links; i++)
		if (!strcmp(vs->live.link[i].kind, "nsbridge"))
			err = see_bridge(s, &genl, &vs->live.link[i]);
	genl_shut(&genl);
	return err;
}

int items_live(struct items *items, struct view *view,
	       const struct items *wanted, const struct items *built)
{
	struct seeing s = {
		.view = view,
		.items = items,
		.wanted = wanted,
		.built = built,
	};
	size_t i;

	memset(items, 0, sizeof(*items));
	see_listed(&s);
	for (i = 0; i < view->n; i++)
		see_facts(&s, &view->space[i]);
	drop_unfiltered(&s);
	process_items(items, view);
	if (s.failed || see_rules(&s)) {
		items_free(items);
		return -1;
	}
	items_sort(items);
	return 0;
}
