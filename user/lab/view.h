/* SPDX-License-Identifier: GPL-2.0 */
/* A lab that is up, as the kernel has it. */
#ifndef NSB_LAB_VIEW_H
#define NSB_LAB_VIEW_H

#include "items.h"
#include "live.h"
#include "state.h"

struct view_space {
	char *name;		/* in the file, or SWITCH_NAME */
	bool open;		/* it is there, and of this lab */
	bool foreign;
	uint64_t inode;
	struct space space;
	struct live live;
};

struct view {
	const struct lab *lab[2];	/* as wanted, and as it was built */
	struct state *state;
	struct view_space *space;
	size_t n;
	int home;
	struct space scratch;	/* a new namespace, to see what is usual */
	bool has_scratch;
};

/* Opens and reads the namespaces that either of the labs has. 0, or -1 after
 * a message.
 */
int view_open(struct view *view, struct state *state, const struct lab *wanted,
	      const struct lab *built);
void view_close(struct view *view);
struct view_space *view_find(const struct view *view, const char *name);
/* A namespace of its own with nothing in it, made when it is first asked for.
 * NULL after a message.
 */
struct space *view_scratch(struct view *view);

/* What of "wanted" and "built" is there, and what there is beside; sorted. */
int items_live(struct items *items, struct view *view,
	       const struct items *wanted, const struct items *built);
/* What a thing is that nobody has set; NULL where nobody can say. */
char *item_default(struct view *view, const struct item *item);
/* In the namespace of the caller, in one line; NULL where there is no such
 * setting.
 */
char *sysctl_read(const char *name);
/* The rules in the namespace of the caller, with those of text instead if there
 * is any; NULL when nftables does not take it.
 */
char *nft_listing(const char *text);
/* The processes of a lab, as items; and ends those of one item. */
void process_items(struct items *items, const struct view *view);
void process_item_end(const struct view *view, const struct item *item);

#endif /* NSB_LAB_VIEW_H */
