// SPDX-License-Identifier: GPL-2.0
/* nsbridge namespace show: the namespaces that a bridge knows. */
#include <stdlib.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"

static const struct column columns[] = {
	{ "bridge", 0 },
	{ "namespace", 0 },
	{ "ports", OUT_RIGHT },
	{ "quota", OUT_RIGHT },
	{ "used", OUT_RIGHT },
	{ "entries", OUT_RIGHT },
	{ "refused", OUT_RIGHT },
	{ "rule_from", 0 },
	{ "rule_to", 0 },
	{ NULL, 0 }
};

static void show_side(struct out *out, struct netns_list *names,
		      struct dev_cache *devs, const struct side *side)
{
	out_row(out);
	out_str(out, "bridge", dev_cached(devs, side->ifindex));
	out_ns(out, "namespace", names, &side->ns);
	out_u64(out, "ports", side->ports);
	out_u64(out, "quota", side->quota);
	out_u64(out, "used", side->used);
	out_u64(out, "entries", side->entries);
	out_u64(out, "refused", side->refused);
	if (opt.json || side->rule_from != NSBRIDGE_VERDICT_UNSET)
		out_str(out, "rule_from", verdict_name(side->rule_from));
	if (opt.json || side->rule_to != NSBRIDGE_VERDICT_UNSET)
		out_str(out, "rule_to", verdict_name(side->rule_to));
}

/* Those that the bridges in this namespace know, and what they may do. */
int namespace_show(uint32_t ifindex)
{
	struct dev_cache devs = { 0 };
	const struct side *side;
	struct netns_list names;
	struct genl genl;
	struct dump dump;
	struct out *out;
	size_t i;

	if (genl_open(&genl))
		return -1;
	if (genl_sides(&genl, ifindex, &dump)) {
		genl_fail(&genl, "namespaces");
		genl_shut(&genl);
		free(dump.item);
		return -1;
	}
	genl_shut(&genl);
	netns_scan_names(&names);
	out = out_new(columns);
	side = dump.item;
	for (i = 0; i < dump.n; i++)
		show_side(out, &names, &devs, &side[i]);
	out_print(out);
	netns_free(&names);
	dev_cache_free(&devs);
	free(dump.item);
	return 0;
}
