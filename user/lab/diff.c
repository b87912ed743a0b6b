// SPDX-License-Identifier: GPL-2.0
/* What differs between a lab that is up and its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "diff.h"

static bool is_link(enum item_type type)
{
	return type >= ITEM_BRIDGE && type <= ITEM_DEVICE &&
	       type != ITEM_VERDICT;
}

/* What the old file had set and the new one leaves out is to be as usual. */
static void want_usual(struct diff *diff)
{
	struct items more = { 0 };
	const struct item *old;
	struct item *item;
	char *val, *key;
	bool stays;
	size_t i;

	for (i = 0; i < diff->built.n; i++) {
		old = &diff->built.item[i];
		if (old->type != ITEM_MTU && old->type != ITEM_SETTING &&
		    old->type != ITEM_SYSCTL)
			continue;
		key = old->parent ? xstrdup(old->parent) :
		      xprintf("namespace %s", old->space);
		stays = items_find(&diff->wanted, key) &&
			!items_find(&diff->wanted, old->key);
		free(key);
		val = stays ? item_default(&diff->view, old) : NULL;
		if (!val)
			continue;
		item = items_add(&more, old->type, old->space, old->dev,
				 old->what);
		free(item->val);
		item->val = val;
		item->parent = old->parent ? xstrdup(old->parent) : NULL;
		item->attr = old->attr;
		item->len = old->len;
		item->stock = old->stock;
		item->slave = old->slave;
	}
	for (i = 0; i < more.n; i++) {
		item = items_add(&diff->wanted, more.item[i].type, "", NULL,
				 NULL);
		free(item->key);
		free(item->val);
		free(item->space);
		*item = more.item[i];
	}
	free(more.item);
	items_sort(&diff->wanted);
}

/* Rules read in many ways: how the kernel would list these is what compares. */
static int list_rules(struct diff *diff)
{
	const struct item *now, *old;
	struct space *space;
	struct item *item;
	char *text;
	size_t i;

	for (i = 0; i < diff->wanted.n; i++) {
		item = &diff->wanted.item[i];
		if (item->type != ITEM_NFTABLES)
			continue;
		space = view_scratch(&diff->view);
		if (!space)
			return -1;
		if (netns_enter(space->fd))
			return fail("cannot enter a namespace: %m");
		text = nft_listing(item->val);
		space_leave(diff->view.home);
		now = items_find(&diff->live, item->key);
		old = items_find(&diff->built, item->key);
		/* Some are only taken where their devices are. */
		if (!text && now && old && !strcmp(old->val, item->val))
			text = xstrdup(now->val);
		if (!text)
			continue;
		free(item->val);
		item->val = text;
	}
	return 0;
}

/* Things that nobody would miss in what is made anew. */
static bool is_usual(const struct diff *diff, const struct item *item)
{
	char *key = xprintf("namespace %s", item->space);
	bool usual = item->type == ITEM_UP;

	if (item->type == ITEM_SYSCTL && strstr(item->what, ".disable_ipv6"))
		usual = !items_find(&diff->live, key);
	free(key);
	return usual;
}

static void add(struct diff *diff, char sign, const struct item *item,
		const struct item *now)
{
	struct change *change;

	if (!(diff->n & (diff->n - 1)))
		diff->change = xalloc(diff->change, sizeof(*diff->change) *
				      (diff->n ? 2 * diff->n : 1));
	change = &diff->change[diff->n++];
	change->sign = sign;
	change->item = item;
	change->now = now;
	change->quiet = sign == '+' && is_usual(diff, item);
}

/* Whether the link that it is of is made anew. */
static bool is_new(const struct diff *diff, const char *parent)
{
	const struct item *now = items_find(&diff->live, parent);
	const struct item *wanted = items_find(&diff->wanted, parent);

	return !now || (wanted && strcmp(now->val, wanted->val) != 0);
}

static bool has_space(const struct diff *diff, const char *name)
{
	char *key = xprintf("namespace %s", name);
	bool has = items_find(&diff->wanted, key);

	free(key);
	return has || !strcmp(name, SWITCH_NAME) || !strcmp(name, "any");
}

static void compare_wanted(struct diff *diff, const struct item *item)
{
	const struct item *now = items_find(&diff->live, item->key);

	/* These come with the link. */
	if (item->parent && item->type >= ITEM_MASTER &&
	    item->type <= ITEM_MTU && is_new(diff, item->parent))
		return;
	/* A kernel without IPv6 has it off. */
	if (!now && item->type == ITEM_SYSCTL &&
	    strstr(item->what, "disable_ipv6") &&
	    access("/proc/sys/net/ipv6", F_OK))
		return;
	if (!now) {
		add(diff, '+', item, NULL);
	} else if (strcmp(now->val, item->val) != 0) {
		if (is_link(item->type) || item->type == ITEM_NAMESPACE) {
			add(diff, '-', now, now);
			add(diff, '+', item, NULL);
		} else {
			add(diff, '~', item, now);
		}
	}
}

static void compare_live(struct diff *diff, const struct item *now)
{
	if (items_find(&diff->wanted, now->key))
		return;
	/* These go with it. */
	if (now->parent && (!items_find(&diff->wanted, now->parent) ||
			    is_new(diff, now->parent)))
		return;
	if (!is_link(now->type) && now->type != ITEM_NAMESPACE &&
	    !has_space(diff, now->space))
		return;
	if (now->type == ITEM_VERDICT &&
	    (!has_space(diff, now->what) || !has_space(diff, now->other)))
		return;
	/* Only what a file says of them is looked at. */
	if (now->type >= ITEM_MASTER && now->type <= ITEM_UP &&
	    now->type != ITEM_VLAN)
		return;
	if (now->type == ITEM_SYSCTL)
		return;
	add(diff, '-', now, now);
}

/* What goes comes first, in the order opposite to that of making; things alike
 * are made in the order of the file.
 */
static int by_order(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int type = (int)x->item->type - (int)y->item->type;

	if ((x->sign == '-') != (y->sign == '-'))
		return x->sign == '-' ? -1 : 1;
	if (type)
		return x->sign == '-' ? -type : type;
	if (x->sign != '-' && x->item->i != y->item->i)
		return x->item->i < y->item->i ? -1 : 1;
	return strcmp(x->item->key, y->item->key);
}

int diff_open(struct diff *diff, struct state *state, const struct lab *wanted,
	      const struct lab *built)
{
	size_t i;

	memset(diff, 0, sizeof(*diff));
	if (view_open(&diff->view, state, wanted, built))
		return -1;
	items_wanted(&diff->wanted, wanted);
	items_wanted(&diff->built, built);
	want_usual(diff);
	if (items_live(&diff->live, &diff->view, &diff->wanted, &diff->built) ||
	    list_rules(diff)) {
		diff_close(diff);
		return -1;
	}
	for (i = 0; i < diff->live.n; i++)
		compare_live(diff, &diff->live.item[i]);
	for (i = 0; i < diff->wanted.n; i++)
		compare_wanted(diff, &diff->wanted.item[i]);
	if (diff->n)
		qsort(diff->change, diff->n, sizeof(*diff->change), by_order);
	return 0;
}

void diff_close(struct diff *diff)
{
	items_free(&diff->wanted);
	items_free(&diff->built);
	items_free(&diff->live);
	free(diff->change);
	view_close(&diff->view);
	memset(diff, 0, sizeof(*diff));
}

static void show_json(const struct diff *diff)
{
	static const struct column columns[] = {
		{ "change", 0 },
		{ "what", 0 },
		{ "now", 0 },
		{ "wanted", 0 },
		{ NULL, 0 }
	};
	struct out *out = out_new(columns);
	const struct change *c;
	size_t i;

	for (i = 0; i < diff->n; i++) {
		c = &diff->change[i];
		if (c->quiet)
			continue;
		out_row(out);
		out_str(out, "change", c->sign == '+' ? "add" :
			c->sign == '-' ? "remove" : "change");
		out_str(out, "what", c->item->key);
		if (c->now && *c->now->val)
			out_str(out, "now", c->now->val);
		if (c->sign != '-' && *c->item->val)
			out_str(out, "wanted", c->item->val);
	}
	out_print(out);
}

unsigned int diff_show(const struct diff *diff)
{
	unsigned int shown = 0;
	const struct change *c;
	size_t i;

	for (i = 0; i < diff->n; i++) {
		c = &diff->change[i];
		if (c->quiet)
			continue;
		shown++;
		if (opt.json)
			continue;
		if (c->item->type == ITEM_NFTABLES || !*c->item->val)
			printf("%c %s\n", c->sign, c->item->key);
		else if (c->sign == '~')
			printf("~ %s: %s -> %s\n", c->item->key, c->now->val,
			       c->item->val);
		else
			printf("%c %s: %s\n", c->sign, c->item->key,
			       c->item->val);
	}
	if (opt.json)
		show_json(diff);
	return shown;
}
