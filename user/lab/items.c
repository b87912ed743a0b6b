// SPDX-License-Identifier: GPL-2.0
/* A lab as a list of small things. */
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "items.h"

static const char *const type_names[ITEM_TYPES] = {
	[ITEM_NAMESPACE] = "namespace",
	[ITEM_BRIDGE] = "bridge",
	[ITEM_VERDICT] = "verdict",
	[ITEM_PORT] = "port",
	[ITEM_CABLE] = "cable",
	[ITEM_DEVICE] = "device",
	[ITEM_MASTER] = "bridge of",
	[ITEM_SETTING] = "setting",
	[ITEM_VLAN] = "vlan",
	[ITEM_MAC] = "mac",
	[ITEM_MTU] = "mtu",
	[ITEM_UP] = "state",
	[ITEM_ADDRESS] = "address",
	[ITEM_NETEM] = "netem",
	[ITEM_NEIGHBOUR] = "neighbour",
	[ITEM_ROUTE] = "route",
	[ITEM_SYSCTL] = "sysctl",
	[ITEM_NFTABLES] = "nftables",
	[ITEM_PROCESS] = "process",
};

struct item *items_add(struct items *items, enum item_type type,
		       const char *space, const char *dev, const char *what)
{
	struct item *item;

	if (!(items->n & (items->n - 1)))
		items->item = xalloc(items->item, sizeof(*items->item) *
				     (items->n ? 2 * items->n : 1));
	item = &items->item[items->n++];
	memset(item, 0, sizeof(*item));
	item->type = type;
	item->key = xprintf("%s %s%s%s%s%s", type_names[type], space,
			    dev ? " " : "", dev ? dev : "", what ? " " : "",
			    what ? what : "");
	item->val = xstrdup("");
	item->space = xstrdup(space);
	item->dev = dev ? xstrdup(dev) : NULL;
	item->what = what ? xstrdup(what) : NULL;
	return item;
}

void items_free(struct items *items)
{
	struct item *item;
	size_t i;

	for (i = 0; i < items->n; i++) {
		item = &items->item[i];
		free(item->key);
		free(item->val);
		free(item->space);
		free(item->dev);
		free(item->what);
		free(item->other);
		free(item->peer);
		free(item->parent);
	}
	free(items->item);
	memset(items, 0, sizeof(*items));
}

static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return strcmp(x->key, y->key);
}

void items_sort(struct items *items)
{
	if (items->n)
		qsort(items->item, items->n, sizeof(*items->item), by_key);
}

struct item *items_find(const struct items *items, const char *key)
{
	const struct item probe = { .key = (char *)key };

	return items->n ? bsearch(&probe, items->item, items->n,
				  sizeof(probe), by_key) : NULL;
}

static bool is_end(const struct item *item, const char *space, const char *dev)
{
	if (!strcmp(item->space, space) && !strcmp(item->dev, dev))
		return true;
	return item->peer && !strcmp(item->peer, dev) &&
	       !strcmp(item->other, space);
}

const char *items_parent(const struct items *items, const char *space,
			 const char *dev)
{
	size_t i;

	for (i = 0; i < items->n; i++)
		if ((items->item[i].type == ITEM_BRIDGE ||
		     items->item[i].type == ITEM_PORT ||
		     items->item[i].type == ITEM_CABLE ||
		     items->item[i].type == ITEM_DEVICE) &&
		    is_end(&items->item[i], space, dev))
			return items->item[i].key;
	return NULL;
}
