// SPDX-License-Identifier: GPL-2.0
/* Builds a lab on the stock drivers and on nsbridge, and compares its probes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../cmd/crossing.h"
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "build.h"
#include "check.h"
#include "compare.h"
#include "plan.h"

struct half {
	const char *name;
	enum lab_kind kind;
	struct check_result *results;
	struct probe_target sum;
	bool passed;
};

static const struct column columns[] = {
	{ "driver", 0 },
	{ "from", 0 },
	{ "to", 0 },
	{ "namespace", 0 },
	{ "sent", OUT_RIGHT },
	{ "right", OUT_RIGHT },
	{ "wrong", OUT_RIGHT },
	{ "lost", OUT_RIGHT },
	{ "answered", OUT_RIGHT },
	{ "tcp", 0 },
	{ NULL, 0 }
};

/* The crossings are gone with the lab, so they are shown while it is up. */
static int show_matrix(const struct lab *lab)
{
	char *name = lab_switch(lab);
	int home = netns_self();
	int fd = netns_open(name);
	int err = -1;

	if (home >= 0 && fd >= 0 && !netns_enter(fd)) {
		printf("Crossings on nsbridge, in frames:\n");
		err = crossing_matrix(0, "frames", lab->id);
		putchar('\n');
		if (netns_enter(home)) {
			fail("cannot return to the namespace of the command: %m");
			exit(EXIT_FAILED);
		}
	}
	if (fd >= 0)
		close(fd);
	if (home >= 0)
		close(home);
	free(name);
	return err;
}

static void judge(const struct lab *lab, struct half *half)
{
	const struct check_result *r;
	unsigned int i;

	half->passed = true;
	for (i = 0; i < lab->file->checks_count; i++) {
		r = &half->results[i];
		half->passed &= r->passed;
		if (!r->check->probe)
			continue;
		half->sum.sent += r->probe.sum.sent;
		half->sum.right += r->probe.sum.right;
		half->sum.wrong += r->probe.sum.wrong;
		half->sum.lost += r->probe.sum.lost;
		half->sum.replies += r->probe.sum.replies;
	}
}

static int run_half(struct lab *lab, struct half *half, bool keep)
{
	struct state state;
	char *id = lab->id;
	int err;

	lab->id = xprintf("%s-%s", id, half->kind == LAB_STOCK ? "stock" :
			  "nsbridge");
	lab->kind = half->kind;
	/* Left over from a comparison that was interrupted, or kept. */
	err = state_read(&state, lab->id, true);
	if (!err) {
		err = lab_down_state(&state);
		state_free(&state);
	}
	err = err < 0 ? err : lab_up(lab, false);
	if (!err) {
		err = check_run(lab, &half->results);
		if (!err)
			judge(lab, half);
		if (!err && half->kind == LAB_NSBRIDGE && !opt.json)
			err = show_matrix(lab);
		if (!keep && lab_down(lab->id))
			err = -1;
	}
	free(lab->id);
	lab->id = id;
	return err;
}

static void show_tcp(struct out *out, const struct stream_target *t)
{
	char text[96];

	if (t->complete)
		snprintf(text, sizeof(text), "%llu bytes, all, in %llu ms",
			 (unsigned long long)t->got,
			 (unsigned long long)t->ms);
	else
		snprintf(text, sizeof(text), "stalled after %llu of %llu bytes",
			 (unsigned long long)t->got,
			 (unsigned long long)t->bytes);
	if (!opt.json) {
		out_str(out, "tcp", text);
		return;
	}
	out_u64(out, "tcp_bytes", t->bytes);
	out_u64(out, "tcp_received", t->got);
	out_u64(out, "tcp_ms", t->ms);
	out_bool(out, "tcp_complete", t->complete);
}

static const struct stream_target *find_tcp(const struct lab *lab,
					    const struct half *half,
					    const char *from,
					    const char *address)
{
	const struct check_result *r;
	unsigned int i, k;

	for (i = 0; i < lab->file->checks_count; i++) {
		r = &half->results[i];
		for (k = 0; k < r->stream.n; k++)
			if (!strcmp(r->action->from, from) &&
			    !strcmp(r->stream.target[k].address, address))
				return &r->stream.target[k];
	}
	return NULL;
}

static void show_half(struct out *out, const struct lab *lab,
		      const struct half *half)
{
	const struct stream_target *tcp;
	const struct check_result *r;
	const struct probe_target *t;
	unsigned int i, k;

	for (i = 0; i < lab->file->checks_count; i++) {
		r = &half->results[i];
		for (k = 0; r->check->probe && k < r->probe.n; k++) {
			t = &r->probe.target[k];
			out_row(out);
			out_str(out, "driver", half->name);
			out_str(out, "from", r->action->from);
			out_str(out, "to", t->address);
			out_str(out, "namespace",
				lab_name_at(lab, t->namespace));
			out_u64(out, "sent", t->sent);
			out_u64(out, "right", t->right);
			out_u64(out, "wrong", t->wrong);
			out_u64(out, "lost", t->lost);
			out_u64(out, "answered", t->replies);
			tcp = find_tcp(lab, half, r->action->from, t->address);
			if (tcp)
				show_tcp(out, tcp);
		}
	}
}

static void show(const struct lab *lab, const struct half *stock,
		 const struct half *own)
{
	struct out *out = out_new(columns);

	show_half(out, lab, stock);
	show_half(out, lab, own);
	out_print(out);
	if (opt.json)
		return;
	/* For scripts, so its form is fixed. */
	printf("\ndemo: bridge sent=%u right=%u wrong=%u lost=%u; nsbridge sent=%u right=%u wrong=%u lost=%u\n",
	       stock->sum.sent, stock->sum.right, stock->sum.wrong,
	       stock->sum.lost, own->sum.sent, own->sum.right, own->sum.wrong,
	       own->sum.lost);
}

int lab_compare(struct lab *lab, bool keep)
{
	struct half stock = { .name = "bridge", .kind = LAB_STOCK };
	struct half own = { .name = "nsbridge", .kind = LAB_NSBRIDGE };
	unsigned int i, probes = 0;
	struct genl genl;
	int err;

	for (i = 0; i < lab->file->checks_count; i++)
		probes += !!lab->file->checks[i].probe;
	if (!probes)
		return lab_error(lab, NULL, 0, "checks",
				 "there is no \"probe\" to compare by");
	for (i = 0; i < lab->file->bridges_count; i++)
		if (lab->file->bridges[i].kind)
			return lab_error(lab, "bridges", i, "kind",
					 "a bridge with a kind of its own cannot be compared: leave it out");
	/* Better said now than after the first half. */
	if (genl_open(&genl))
		return -1;
	genl_shut(&genl);
	err = run_half(lab, &stock, keep) ?: run_half(lab, &own, keep);
	if (!err) {
		show(lab, &stock, &own);
		err = own.passed ? 0 : 1;
	}
	check_free(lab, stock.results);
	check_free(lab, own.results);
	return err;
}
