// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing { allow | deny | unset }: rules for what may cross. */
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "cmd.h"
#include "crossing.h"

struct rule_args {
	const char *bridge;
	const char *from;
	const char *to;
};

static int parse(struct rule_args *args, int argc, char **argv)
{
	const char **val;

	for (; argc > 0; argc -= 2, argv += 2) {
		val = NULL;
		if (word(argv[0], "bridge") || !strcmp(argv[0], "dev"))
			val = &args->bridge;
		else if (word(argv[0], "from"))
			val = &args->from;
		else if (word(argv[0], "to"))
			val = &args->to;
		if (!val || argc < 2)
			return usage_error(CROSSING_HELP,
					   "\"%s\" is out of place", argv[0]);
		*val = argv[1];
	}
	if (!args->bridge || !args->from || !args->to)
		return usage_error(CROSSING_HELP,
				   "a rule needs \"bridge\", \"from\" and \"to\"");
	return 0;
}

static bool any(const char *side)
{
	return !strcmp(side, "any");
}

/* Opened, so that a namespace can be named which is not on the bridge yet. */
int crossing_pick(const char *side, struct ns_pick *pick)
{
	pick->fd = -1;
	pick->inode = 0;
	if (!side || any(side))
		return 0;
	pick->fd = netns_open_or_inode(side, &pick->inode);
	return pick->fd < 0 && !pick->inode ? -1 : 0;
}

void crossing_unpick(struct ns_pick *pick)
{
	if (pick->fd >= 0)
		close(pick->fd);
	pick->fd = -1;
}

static int set(uint32_t ifindex, const struct rule_args *args, uint32_t rule)
{
	struct ns_pick from = { .fd = -1 }, to = { .fd = -1 };
	struct genl genl;
	int err;

	err = crossing_pick(args->from, &from) ?:
	      crossing_pick(args->to, &to) ?: genl_open(&genl);
	if (!err) {
		err = genl_crossing_set(&genl, ifindex, &from, &to, rule);
		if (err)
			genl_fail(&genl, args->bridge);
		genl_shut(&genl);
	}
	crossing_unpick(&from);
	crossing_unpick(&to);
	return err ? -1 : 0;
}

int crossing_rule(uint32_t rule, int argc, char **argv)
{
	struct rule_args args = { 0 };
	uint32_t ifindex;
	int err;

	err = parse(&args, argc, argv);
	if (err)
		return err;
	if (any(args.from) && any(args.to)) {
		fail("from any to any is the default of the bridge: set it with \"ip link set %s type nsbridge default_verdict %s\"",
		     args.bridge, rule == NSBRIDGE_VERDICT_DENY ? "deny" :
		     "allow");
		return EXIT_USAGE;
	}
	ifindex = find_device(args.bridge);
	return ifindex ? set(ifindex, &args, rule) : -1;
}
