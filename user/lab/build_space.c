// SPDX-License-Identifier: GPL-2.0
/* Makes the namespaces of a lab, and what is set in them besides devices. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <nftables/libnftables.h>
#include "../lib/err.h"
#include "../lib/netns.h"
#include "build_space.h"
#include "link.h"
#include "plan.h"

/* A setting of a device that is not there yet is left for later. */
static int set_sysctls(struct build *b, unsigned int i, bool later)
{
	const struct lab_namespace *ns = &b->lab->file->namespaces[i];
	char *name, *value, key[32];
	unsigned int k;
	int err = 0;

	for (k = 0; k < ns->sysctls_count && !err; k++) {
		name = xstrdup(ns->sysctls[k]);
		value = strchr(name, '=');
		*value++ = '\0';
		snprintf(key, sizeof(key), "sysctls[%u]", k);
		if (space_sysctl(name, value) && (later || errno != ENOENT))
			err = lab_error(b->lab, "namespaces", i, key, "%s: %s",
					ns->sysctls[k], strerror(errno));
		free(name);
	}
	return err;
}

/* Before there is any device, so that none ever sends a word of IPv6. */
static int no_ipv6(void)
{
	if (space_sysctl("net.ipv6.conf.all.disable_ipv6", "1") &&
	    errno != ENOENT)
		return -1;
	if (space_sysctl("net.ipv6.conf.default.disable_ipv6", "1") &&
	    errno != ENOENT)
		return -1;
	return 0;
}

static int open_foreign(struct build *b, unsigned int i)
{
	char *name = lab_netns_at(b->lab, i);
	int err = -1;

	if (name && !space_open(&b->space[i], name, b->home)) {
		b->space[i].foreign = true;
		b->batch[i].lab = b->lab;
		b->batch[i].nl = &b->space[i].nl;
		err = 0;
	}
	if (err)
		lab_error(b->lab, "namespaces", i, NULL,
			  "this namespace is not there");
	free(name);
	return err;
}

/* A command that was killed may have left a name of this lab with nothing behind
 * it.
 */
static bool is_hollow(const struct build *b, const char *name)
{
	struct space_id id;
	size_t i;

	/* The last one is the new one. */
	for (i = 0; i + 1 < b->state.n; i++)
		if (!strcmp(b->state.space[i].name, name))
			return !space_identify(name, b->home, &id) && !id.inode;
	return false;
}

static int name_space(struct build *b, const char *name,
		      const struct space_id *id)
{
	int err;

	if (state_add(&b->state, name, id))
		return -1;
	err = space_name(name);
	if (err && errno == EEXIST) {
		err = is_hollow(b, name) ? space_remove(name) : -1;
		if (!err)
			err = space_name(name);
		else
			errno = EEXIST;
	}
	if (!err)
		return 0;
	if (errno != EEXIST)
		return fail("cannot name the namespace \"%s\": %m", name);
	state_forget(&b->state);
	return fail("a namespace \"%s\" is there already and not of this lab: remove it with \"ip netns del %s\", or rename the lab",
		    name, name);
}

/* Inside the new namespace, which the caller leaves. */
static int prepare(struct build *b, unsigned int i, const char *name,
		   const struct space_id *id)
{
	bool is_switch = i == b->lab->file->namespaces_count;

	if (name_space(b, name, id))
		return -1;
	if (!lab_ipv6(b->lab, is_switch ? -1 : (int)i) && no_ipv6())
		return fail("cannot turn IPv6 off in \"%s\": %m", name);
	if (!is_switch && set_sysctls(b, i, false))
		return -1;
	/* Up to 6.12 an index must be free where the request is made as well. */
	if (b->first_index)
		b->space[i].next_index = b->first_index;
	else if (!is_switch)
		b->space[i].next_index += b->lab->file->bridges_count +
					  b->lab->file->ports_count;
	b->batch[i].lab = b->lab;
	b->batch[i].nl = &b->space[i].nl;
	return batch_add(&b->batch[i], link_up(1), NULL, 0, NULL,
			 "cannot set lo up in \"%s\"", name);
}

int build_space(struct build *b, unsigned int i)
{
	const struct lab_file *f = b->lab->file;
	struct space_id id;
	char *name;
	int err;

	if (i < f->namespaces_count && lab_is_foreign(&f->namespaces[i]))
		return open_foreign(b, i);
	name = lab_netns_at(b->lab, i);
	if (space_make(&b->space[i], name, &id))
		err = fail("cannot make the namespace \"%s\": %m: building a lab needs root",
			   name);
	else
		err = prepare(b, i, name, &id);
	/* The next one is made from inside this one. */
	if (err || i == f->namespaces_count)
		space_leave(b->home);
	free(name);
	return err;
}

int build_late_sysctls(struct build *b, unsigned int i)
{
	int err;

	if (!b->lab->file->namespaces[i].sysctls_count)
		return 0;
	if (netns_enter(b->space[i].fd))
		return fail("cannot enter \"%s\": %m", b->space[i].name);
	err = set_sysctls(b, i, true);
	space_leave(b->home);
	return err;
}

/* In the namespace that the caller is in. libnftables names the line and column
 * within the text in the first line of what it says.
 */
static int load_rules(struct build *b, unsigned int i)
{
	struct nft_ctx *ctx = space_nft();
	const char *text;
	int err;

	if (!ctx)
		return fail("cannot open a socket for nftables in \"%s\": %m",
			    b->space[i].name);
	nft_ctx_buffer_error(ctx);
	nft_ctx_buffer_output(ctx);
	err = nft_run_cmd_from_buffer(ctx, b->lab->file->namespaces[i].nftables);
	if (err) {
		text = nft_ctx_get_error_buffer(ctx);
		err = lab_error(b->lab, "namespaces", i, "nftables", "%.*s",
				(int)strcspn(text, "\n"), text);
	}
	nft_ctx_free(ctx);
	return err;
}

int build_nftables(struct build *b, unsigned int i)
{
	int err;

	if (!b->lab->file->namespaces[i].nftables)
		return 0;
	if (netns_enter(b->space[i].fd))
		return fail("cannot enter \"%s\": %m", b->space[i].name);
	err = load_rules(b, i);
	space_leave(b->home);
	return err;
}
