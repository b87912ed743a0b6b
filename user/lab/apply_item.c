// SPDX-License-Identifier: GPL-2.0
/* One change to a lab that is up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/rtnetlink.h>
#include <nftables/libnftables.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "apply_item.h"
#include "build.h"
#include "link.h"
#include "plan.h"
#include "process.h"

static int refuse(struct build *b, const struct change *c, const char *words)
{
	static const char *const steps[] = { "remove", "change", "add" };
	const char *step = steps[c->sign == '-' ? 0 : c->sign == '~' ? 1 : 2];

	if (c->sign != '-' && c->item->list)
		return lab_error(b->lab, c->item->list, c->item->i, NULL,
				 "cannot %s %s: %s", step, c->item->key, words);
	return fail("lab %s: cannot %s %s: %s", b->lab->id, step, c->item->key,
		    words);
}

static struct space *space_of(struct build *b, struct diff *diff,
			      const char *name)
{
	struct view_space *vs = view_find(&diff->view, name);
	int i;

	if (vs->open)
		return &vs->space;
	i = lab_find_namespace(b->lab, name);
	return i >= 0 && b->space[i].name ? &b->space[i] : NULL;
}

/* That one may be gone with another one already is as good. */
static int talk(struct build *b, const struct change *c, struct space *space,
		struct nl_msg *msg)
{
	int err = msg ? nl_talk(&space->nl, msg, NULL, NULL) : -ENOMEM;

	nlmsg_free(msg);
	if (!err || (c->sign == '+' && err == -EEXIST) ||
	    (c->sign == '-' && (err == -ENOENT || err == -ESRCH ||
				err == -ENODEV || err == -EADDRNOTAVAIL)))
		return 0;
	return refuse(b, c, err == -ENOMEM ? "out of memory" : space->nl.msg);
}

static int flush(struct build *b)
{
	unsigned int i;

	/* Some are of namespaces that are yet to be made. */
	for (i = 0; i < b->n; i++)
		if (b->batch[i].nl && batch_send(&b->batch[i]))
			return -1;
	return 0;
}

static int do_space(struct build *b, const struct change *c)
{
	char *name;
	int err;

	if (c->sign == '+')
		return build_space(b, c->item->i) ?: flush(b);
	if (*c->item->val)
		return 0;
	name = xprintf("%s.%s", b->lab->id, c->item->space);
	err = lab_down_space(&b->state, name);
	free(name);
	return err;
}

static int do_link(struct build *b, const struct change *c,
		   struct space *space, int index)
{
	static int (*const make[])(struct build *b, unsigned int i) = {
		[ITEM_BRIDGE] = build_bridge,
		[ITEM_PORT] = build_port,
		[ITEM_CABLE] = build_cable,
		[ITEM_DEVICE] = build_device,
	};

	if (c->sign == '+')
		return make[c->item->type](b, c->item->i) ?: flush(b);
	return index ? talk(b, c, space, link_delete(index)) : 0;
}

static int do_verdict(struct build *b, const struct change *c, int bridge)
{
	struct space *home = &b->space[b->n - 1];
	uint32_t rule = NSBRIDGE_VERDICT_UNSET;
	struct ns_pick sides[2];
	struct genl genl;
	int err;

	if (netns_enter(home->fd))
		return fail("setns: %m");
	err = genl_open(&genl);
	space_leave(b->home);
	if (err)
		return err;
	build_pick_side(b, c->item->what, &sides[0]);
	build_pick_side(b, c->item->other, &sides[1]);
	if (c->sign != '-')
		rule = !strcmp(c->item->val, "deny") ? NSBRIDGE_VERDICT_DENY :
		       NSBRIDGE_VERDICT_ALLOW;
	err = genl_crossing_set(&genl, bridge, &sides[0], &sides[1], rule);
	/* A bridge that is gone has none. */
	if (err && c->sign == '-' && !bridge)
		err = 0;
	if (err)
		err = refuse(b, c, genl.nl.msg);
	genl_shut(&genl);
	return err;
}

static uint64_t setting_number(const struct item *item)
{
	if (item->len > 1)
		return strtoull(item->val, NULL, 10);
	/* Into a namespace, that is what the side makes sensible. */
	if (!item->stock && item->slave && !strcmp(item->what, "flood") &&
	    strcmp(item->val, "on") != 0)
		return LAB_AUTO;
	return !strcmp(item->val, "on") || !strcmp(item->val, "deny");
}

static struct nl_msg *netem_request(const struct change *c, int index)
{
	struct nl_msg *msg;

	if (c->sign == '-')
		return link_netem_del(index);
	msg = link_netem(index, c->item->end);
	if (msg) {
		nlmsg_hdr(msg)->nlmsg_flags &= ~NLM_F_EXCL;
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_REPLACE;
	}
	return msg;
}

static struct nl_msg *neighbour_request(const struct change *c, int index)
{
	const struct lab_neighbour n = {
		.address = c->item->what, .mac = c->item->val,
	};
	struct nl_msg *msg = link_neighbour(&n, index);

	if (!msg)
		return NULL;
	if (c->sign == '-') {
		nlmsg_hdr(msg)->nlmsg_type = RTM_DELNEIGH;
		nlmsg_hdr(msg)->nlmsg_flags = 0;
	} else {
		nlmsg_hdr(msg)->nlmsg_flags &= ~NLM_F_EXCL;
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_REPLACE;
	}
	return msg;
}

/* "via ADDRESS dev DEVICE", either of which may be missing. */
static struct nl_msg *route_request(const struct space *space,
				    const struct item *item, bool remove)
{
	const char *at = strstr(item->val, "dev ");
	int index = at ? space_find(space, at + 4) : 0;
	uint32_t metric = item->metric;
	char to[64], via[64] = "";
	struct lab_route route = { .to = to };
	struct nl_msg *msg;

	snprintf(to, sizeof(to), "%.*s", (int)strcspn(item->what, " "),
		 item->what);
	if (!strncmp(to, "default", 7))
		to[strlen("default")] = '\0';
	if (!strncmp(item->val, "via ", 4)) {
		snprintf(via, sizeof(via), "%.*s",
			 (int)strcspn(item->val + 4, " "), item->val + 4);
		route.via = via;
	}
	if (metric)
		route.metric = &metric;
	msg = link_route(&route, index);
	if (msg && remove) {
		nlmsg_hdr(msg)->nlmsg_type = RTM_DELROUTE;
		nlmsg_hdr(msg)->nlmsg_flags = 0;
	}
	return msg;
}

static int do_route(struct build *b, const struct change *c,
		    struct space *space)
{
	struct change remove = { .sign = '-', .item = c->now };
	const struct space *devices = space;
	int i = lab_find_namespace(b->lab, c->item->space);

	/* Which knows the numbers of devices. */
	if (i >= 0)
		devices = &b->space[i];
	if (c->now && talk(b, &remove, space,
			   route_request(devices, c->now, true)))
		return -1;
	if (c->sign == '-')
		return 0;
	return talk(b, c, space, route_request(devices, c->item, false));
}

static int do_sysctl(struct build *b, const struct change *c,
		     const struct space *space)
{
	int err;

	if (netns_enter(space->fd))
		return fail("setns: %m");
	err = space_sysctl(c->item->what, c->item->val) ? errno : 0;
	space_leave(b->home);
	return err ? refuse(b, c, strerror(err)) : 0;
}

/* In one transaction of nftables, so that it is all of them or none. */
static int do_rules(struct build *b, const struct change *c,
		    const struct space *space)
{
	struct nft_ctx *ctx;
	const char *words;
	char *text;
	int err;

	text = xprintf("flush ruleset; %s", c->sign == '-' ? "" :
		       b->lab->file->namespaces[c->item->i].nftables);
	if (netns_enter(space->fd)) {
		free(text);
		return fail("setns: %m");
	}
	ctx = space_nft();
	space_leave(b->home);
	if (!ctx) {
		free(text);
		return fail("cannot open a socket for nftables: %m");
	}
	nft_ctx_buffer_error(ctx);
	nft_ctx_buffer_output(ctx);
	err = nft_run_cmd_from_buffer(ctx, text);
	if (err) {
		words = nft_ctx_get_error_buffer(ctx);
		free(text);
		text = xprintf("%.*s", (int)strcspn(words, "\n"), words);
		err = refuse(b, c, text);
	}
	free(text);
	nft_ctx_free(ctx);
	return err;
}

static int do_process(struct build *b, struct diff *diff,
		      const struct change *c, const struct space *space)
{
	if (c->sign == '-') {
		process_item_end(&diff->view, c->item);
		return 0;
	}
	return process_start(b->lab, c->item->i, space->fd) ?:
	       process_wait(b->lab, c->item->i, space->fd, b->home);
}

static struct nl_msg *request_for(struct build *b, const struct change *c,
				  int index)
{
	const struct item *item = c->item;
	int master;

	switch (item->type) {
	case ITEM_MASTER:
		master = space_find(&b->space[b->n - 1], item->val);
		return link_change(index, master, NULL, 0);
	case ITEM_SETTING:
		return link_setting(index, item->stock ? "bridge" : "nsbridge",
				    item->slave, item->attr,
				    setting_number(item), item->len);
	case ITEM_VLAN:
		return c->sign == '-' ?
		       link_vlan_del(index, strtoul(item->what, NULL, 10)) :
		       link_vlan(index, strtoul(item->what, NULL, 10),
				 !strcmp(item->val, "tagged"));
	case ITEM_MAC:
		return link_change(index, 0, item->val, 0);
	case ITEM_MTU:
		return link_change(index, 0, NULL,
				   strtoul(item->val, NULL, 10));
	case ITEM_UP:
		return link_up(index);
	case ITEM_ADDRESS:
		return c->sign == '-' ? link_address_del(index, item->what) :
		       link_address(index, item->what);
	case ITEM_NETEM:
		return netem_request(c, index);
	default:
		return neighbour_request(c, index);
	}
}

int apply_item(struct build *b, struct diff *diff, const struct change *c)
{
	const struct item *item = c->item;
	struct space *space;
	int index = 0;

	if (item->type == ITEM_NAMESPACE)
		return do_space(b, c);
	space = space_of(b, diff, item->space);
	if (!space)
		return c->sign == '-' ? 0 :
		       refuse(b, c, "its namespace is not there");
	if (item->dev) {
		index = link_index(&space->nl, item->dev);
		index = index < 0 ? 0 : index;
	}
	if (item->type == ITEM_VERDICT)
		return do_verdict(b, c, index);
	if (item->type <= ITEM_DEVICE)
		return do_link(b, c, space, index);
	if (item->type == ITEM_ROUTE)
		return do_route(b, c, space);
	if (item->type == ITEM_SYSCTL)
		return do_sysctl(b, c, space);
	if (item->type == ITEM_NFTABLES)
		return do_rules(b, c, space);
	if (item->type == ITEM_PROCESS)
		return do_process(b, diff, c, space);
	if (!index)
		return c->sign == '-' ? 0 :
		       refuse(b, c, "its device is not there");
	return talk(b, c, space, request_for(b, c, index));
}
