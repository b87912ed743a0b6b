// SPDX-License-Identifier: GPL-2.0
/* What netlink does not tell of a lab: rules, processes, and what is usual. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <nftables/libnftables.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "link.h"
#include "process.h"
#include "view.h"

#define MTU_USUAL	"1500"

char *nft_listing(const char *text)
{
	struct nft_ctx *ctx = space_nft();
	char *all, *out = NULL;
	int err = 0;

	if (!ctx)
		return NULL;
	nft_ctx_buffer_error(ctx);
	nft_ctx_buffer_output(ctx);
	/* Counters count, which makes no difference. */
	nft_ctx_output_set_flags(ctx, NFT_CTX_OUTPUT_STATELESS);
	if (text) {
		all = xprintf("flush ruleset; %s", text);
		err = nft_run_cmd_from_buffer(ctx, all);
		free(all);
	}
	if (!err && !nft_run_cmd_from_buffer(ctx, "list ruleset"))
		out = xstrdup(nft_ctx_get_output_buffer(ctx));
	nft_ctx_free(ctx);
	return out;
}

/* A bridge of the kind, with a port. */
static bool make_usual(struct space *space, bool stock)
{
	const struct lab_bridge bridge = { .name = "br" };
	const struct link_end a = {
		.name = "port", .netns = space->fd, .index = 102, .master = 101,
	};
	const struct link_end b = {
		.name = "end", .netns = space->fd, .index = 103,
	};
	struct nl_msg *msg;
	int err;

	msg = link_bridge(stock ? "bridge" : "nsbridge", &bridge, 101);
	err = nl_talk(&space->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	if (err)
		return false;
	msg = link_pair(stock ? "veth" : "nsveth", &a, &b);
	err = nl_talk(&space->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	return !err;
}

static char *usual_setting(struct view *view, const struct item *item)
{
	struct space *space = view_scratch(view);
	const struct live_setting *set;
	const struct live_link *link;
	struct live live = { 0 };
	struct nl_msg *msg;
	char *val = NULL;

	/* Into a namespace, what the side makes sensible. */
	if (!item->stock && item->slave && !strcmp(item->what, "flood"))
		return xstrdup("off");
	if (!space || !make_usual(space, item->stock))
		return NULL;
	if (!live_read(&live, space)) {
		link = live_link(&live, item->slave ? "port" : "br");
		set = !link ? NULL : item->slave ? &link->port[item->attr] :
		      &link->data[item->attr];
		if (set && set->given)
			val = setting_text(item->what, set->val, item->len);
		live_free(&live);
	}
	msg = link_delete(102);
	nl_talk(&space->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	msg = link_delete(101);
	nl_talk(&space->nl, msg, NULL, NULL);
	nlmsg_free(msg);
	return val;
}

static char *usual_sysctl(struct view *view, const struct item *item)
{
	struct space *space = view_scratch(view);
	char *name, *dev, *end, *val = NULL;

	if (!space || netns_enter(space->fd))
		return NULL;
	val = sysctl_read(item->what);
	/* net.ipv4.conf.DEVICE.NAME is as that of "default". */
	dev = strstr(item->what, ".conf.");
	dev = dev ? dev : strstr(item->what, ".neigh.");
	if (!val && dev) {
		dev = strchr(dev + 1, '.') + 1;
		end = strchr(dev, '.');
		name = xprintf("%.*sdefault%s", (int)(dev - item->what),
			       item->what, end ? end : "");
		val = sysctl_read(name);
		free(name);
	}
	space_leave(view->home);
	return val;
}

char *item_default(struct view *view, const struct item *item)
{
	if (item->type == ITEM_MTU)
		return xstrdup(MTU_USUAL);
	if (item->type == ITEM_SETTING)
		return usual_setting(view, item);
	return item->type == ITEM_SYSCTL ? usual_sysctl(view, item) : NULL;
}

/* One session is one of them, whatever it has started. */
struct session {
	pid_t sid;
	char *command;
};

static void see_process(struct items *items, const char *space, char *command)
{
	struct item *item;
	unsigned int k = 1;
	char *key;
	size_t i;

	for (i = 0; i < items->n; i++)
		if (items->item[i].type == ITEM_PROCESS &&
		    !strcmp(items->item[i].space, space) &&
		    !strcmp(items->item[i].what, command))
			k++;
	item = items_add(items, ITEM_PROCESS, space, NULL, command);
	if (k == 1)
		return;
	key = xprintf("%s #%u", item->key, k);
	free(item->key);
	item->key = key;
}

static void see_processes(struct items *items, const struct view *view,
			  const struct view_space *vs, const struct netns *ns)
{
	struct session *session = NULL;
	size_t i, k, n = 0;
	char *command;
	pid_t sid;

	for (i = 0; i < ns->n_pids; i++) {
		command = process_command(view->state->id, ns->pids[i].pid);
		sid = command ? getsid(ns->pids[i].pid) : -1;
		for (k = 0; sid >= 0 && k < n; k++)
			if (session[k].sid == sid)
				break;
		if (sid < 0 || k < n) {
			free(command);
			continue;
		}
		session = xalloc(session, (n + 1) * sizeof(*session));
		session[n].sid = sid;
		session[n++].command = command;
		see_process(items, vs->name, command);
	}
	for (k = 0; k < n; k++)
		free(session[k].command);
	free(session);
}

static bool any_process(const struct view *view)
{
	return view->lab[0]->file->processes_count ||
	       view->lab[1]->file->processes_count;
}

void process_items(struct items *items, const struct view *view)
{
	struct netns_list list = { 0 };
	const struct netns *ns;
	size_t i;

	if (!any_process(view))
		return;
	netns_scan_procs(&list);
	for (i = 0; i < view->n; i++) {
		ns = view->space[i].open ?
		     netns_find(&list, view->space[i].inode) : NULL;
		if (ns)
			see_processes(items, view, &view->space[i], ns);
	}
	netns_free(&list);
}

void process_item_end(const struct view *view, const struct item *item)
{
	const struct view_space *vs = view_find(view, item->space);
	struct netns_list list = { 0 };
	const struct netns *ns;
	char *command;
	size_t i;

	netns_scan_procs(&list);
	ns = vs && vs->open ? netns_find(&list, vs->inode) : NULL;
	for (i = 0; ns && i < ns->n_pids; i++) {
		command = process_command(view->state->id, ns->pids[i].pid);
		if (command && !strcmp(command, item->what))
			kill(ns->pids[i].pid, SIGKILL);
		free(command);
	}
	netns_free(&list);
}
