/* SPDX-License-Identifier: GPL-2.0 */
/* A lab as a list of small things, each of which can be had or be missing: as a
 * file wants it, and as the kernel has it. What differs is what an edit changes.
 */
#ifndef NSB_LAB_ITEMS_H
#define NSB_LAB_ITEMS_H

#include "file.h"

#define SWITCH_NAME	"(switch)"	/* the namespace of the bridges */

/* In the order in which they are made. */
enum item_type {
	ITEM_NAMESPACE,
	ITEM_BRIDGE,
	ITEM_VERDICT,
	ITEM_PORT,
	ITEM_CABLE,
	ITEM_DEVICE,
	ITEM_MASTER,
	ITEM_SETTING,
	ITEM_VLAN,
	ITEM_MAC,
	ITEM_MTU,
	ITEM_UP,
	ITEM_ADDRESS,
	ITEM_NETEM,
	ITEM_NEIGHBOUR,
	ITEM_ROUTE,
	ITEM_SYSCTL,
	ITEM_NFTABLES,
	ITEM_PROCESS,
	ITEM_TYPES,
};

struct item {
	enum item_type type;
	char *key;		/* "address red eth0 10.0.0.1/24" */
	char *val;		/* what may differ of it */
	char *space;		/* a namespace's name in the file */
	char *dev;		/* or NULL, as the next */
	char *what;		/* address, sysctl, command, ... */
	char *other;		/* a cable's other namespace, a verdict's to */
	char *peer;		/* a port's, and a cable's device there */
	char *parent;		/* the key of the link that it goes with */
	const char *list;	/* where the file has it, NULL if it has not */
	unsigned int i;
	unsigned int attr;	/* of a setting, with its length */
	unsigned int len;
	bool stock;		/* a setting of the stock bridge's */
	bool slave;		/* a setting of a port */
	uint32_t metric;
	const struct lab_end *end;
};

struct items {
	struct item *item;
	size_t n;
};

/* One more; the key is made of the type's name and what is given here. */
struct item *items_add(struct items *items, enum item_type type,
		       const char *space, const char *dev, const char *what);
void items_free(struct items *items);
/* By key; then items_find() works. */
void items_sort(struct items *items);
struct item *items_find(const struct items *items, const char *key);
/* The key of the bridge, port, cable or device that a device is of, or NULL. */
const char *items_parent(const struct items *items, const char *space,
			 const char *dev);

/* What a file wants, sorted. */
void items_wanted(struct items *items, const struct lab *lab);
/* How a setting reads. */
char *setting_text(const char *name, uint64_t val, unsigned int len);

#endif /* NSB_LAB_ITEMS_H */
