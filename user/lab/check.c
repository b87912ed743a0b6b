// SPDX-License-Identifier: GPL-2.0
/* Runs the checks of a lab. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/out.h"
#include "check.h"
#include "plan.h"

#define ARP_STAT	"/proc/net/stat/arp_cache"
#define ND_STAT		"/proc/net/stat/ndisc_cache"
#define NOT_RUN		126	/* and above: the shell found no such command */

/* To pass is to reach, whole: one that gets half of it through is neither. Nothing
 * of a probe may be seen by anybody else.
 */
static bool probe_passes(const struct check_result *r,
			 const struct probe_target *t)
{
	if (!r->check->probe)
		return t->replies == (r->reach ? t->sent : 0);
	if (!r->reach)
		return !t->right && !t->wrong;
	return t->right == t->sent && !t->wrong && !t->lost;
}

static bool stream_passes(const struct check_result *r,
			  const struct stream_target *t)
{
	return r->reach ? t->complete : !t->got;
}

static bool all_pass(const struct check_result *r)
{
	unsigned int i;

	for (i = 0; i < r->probe.n; i++)
		if (!probe_passes(r, &r->probe.target[i]))
			return false;
	for (i = 0; i < r->stream.n; i++)
		if (!stream_passes(r, &r->stream.target[i]))
			return false;
	return true;
}

/* What the check is to do on the drivers that the lab was built with. */
static enum lab_expect expected(const struct lab *lab,
				const struct lab_check *check)
{
	if (lab->kind == LAB_STOCK && check->stock)
		return *check->stock;
	return check->expect ? *check->expect : LAB_PASS;
}

static int run_one(const struct lab *lab, const struct lab_check *check,
		   struct check_result *r)
{
	int err;

	r->check = check;
	r->expect = expected(lab, check);
	/* A known fault is that the check does not do what it should. */
	r->reach = r->expect == LAB_FAULT ?
		   !check->expect || *check->expect == LAB_PASS :
		   r->expect == LAB_PASS;
	if (check->tcp) {
		r->what = "tcp";
		r->action = check->tcp;
		err = stream_run(lab, check->tcp, &r->stream);
	} else if (check->probe) {
		r->what = "probe";
		r->action = check->probe;
		err = probe_run(lab, check->probe, true, &r->probe);
	} else if (check->run) {
		r->what = "run";
		err = run_command(lab, check->run, &r->run);
		r->passed = !err && !r->run.status == r->reach &&
			    r->run.status >= 0 && r->run.status < NOT_RUN;
	} else {
		r->what = "ping";
		r->action = check->ping;
		err = probe_run(lab, check->ping, false, &r->probe);
	}
	if (!check->run)
		r->passed = !err && all_pass(r);
	if (r->expect == LAB_FAULT)
		r->passed = !err && !r->passed;
	return err;
}

/* How often the kernel had no room for a neighbour, one figure for all namespaces
 * and a line for each processor; 0 where it does not tell.
 */
static unsigned long table_fulls(const char *path)
{
	unsigned long sum = 0, fulls;
	char line[512];
	FILE *f;

	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		/* The last of 13 columns. */
		if (sscanf(line, "%*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %lx",
			   &fulls) == 1)
			sum += fulls;
	if (f)
		fclose(f);
	return sum;
}

static void say_full(const char *path, unsigned long before, const char *limit)
{
	unsigned long lost = table_fulls(path) - before;
	unsigned int val = 0;
	FILE *f;

	if (!lost)
		return;
	f = fopen(limit, "re");
	if (f && fscanf(f, "%u", &val) != 1)
		val = 0;
	if (f)
		fclose(f);
	fail("%lu times the kernel had no room for a neighbour: %s is %u, for all namespaces together",
	     lost, limit, val);
}

int check_run(const struct lab *lab, struct check_result **results)
{
	unsigned long arp = table_fulls(ARP_STAT), nd = table_fulls(ND_STAT);
	unsigned int n = lab->file->checks_count;
	bool failed = false;
	unsigned int i;

	*results = xalloc(NULL, (n + 1) * sizeof(**results));
	for (i = 0; i < n; i++) {
		progress("lab %s: check %u of %u", lab->id, i + 1, n);
		if (run_one(lab, &lab->file->checks[i], &(*results)[i])) {
			check_free(lab, *results);
			*results = NULL;
			return -1;
		}
		failed |= !(*results)[i].passed;
	}
	progress_end();
	if (failed) {
		say_full(ARP_STAT, arp,
			 "/proc/sys/net/ipv4/neigh/default/gc_thresh3");
		say_full(ND_STAT, nd,
			 "/proc/sys/net/ipv6/neigh/default/gc_thresh3");
	}
	return 0;
}

void check_free(const struct lab *lab, struct check_result *results)
{
	unsigned int i;

	for (i = 0; results && i < lab->file->checks_count; i++) {
		probe_free(&results[i].probe);
		stream_free(&results[i].stream);
	}
	free(results);
}

static const struct column columns[] = {
	{ "check", 0 },
	{ "from", 0 },
	{ "to", 0 },
	{ "namespace", 0 },
	{ "expect", 0 },
	{ "result", 0 },
	{ "detail", 0 },
	{ NULL, 0 }
};

/* @passed: what is told of here. A known fault shows in all targets together. */
static void show_head(struct out *out, const struct lab *lab,
		      const struct check_result *r, const char *address,
		      int namespace, bool passed)
{
	static const char *const names[] = { "pass", "fail", "fault" };

	if (r->expect == LAB_FAULT)
		passed = r->passed;
	out_row(out);
	out_str(out, "check", r->check->what ? r->check->what : r->what);
	out_str(out, "from", r->action ? r->action->from : r->check->run->in);
	if (address)
		out_str(out, "to", address);
	if (namespace >= 0)
		out_str(out, "namespace", lab_name_at(lab, namespace));
	out_str(out, "expect", names[r->expect]);
	out_cell(out, opt.json ? "ok" : "result", passed ? "ok" : "NOT OK",
		 json_object_new_boolean(passed));
}

static void show_probe(struct out *out, const struct lab *lab,
		       const struct check_result *r,
		       const struct probe_target *t)
{
	bool watched = r->check->probe;
	char text[128];

	show_head(out, lab, r, t->address, t->namespace, probe_passes(r, t));
	if (watched)
		snprintf(text, sizeof(text),
			 "sent %u, right %u, wrong %u, lost %u, answered %u",
			 t->sent, t->right, t->wrong, t->lost, t->replies);
	else
		snprintf(text, sizeof(text), "sent %u, answered %u", t->sent,
			 t->replies);
	if (!opt.json) {
		out_str(out, "detail", text);
		return;
	}
	out_u64(out, "sent", t->sent);
	out_u64(out, "answered", t->replies);
	if (!watched)
		return;
	out_u64(out, "right", t->right);
	out_u64(out, "wrong", t->wrong);
	out_u64(out, "lost", t->lost);
}

static void show_stream(struct out *out, const struct lab *lab,
			const struct check_result *r,
			const struct stream_target *t)
{
	char text[128];

	show_head(out, lab, r, t->address, t->namespace, stream_passes(r, t));
	snprintf(text, sizeof(text), "%llu of %llu bytes in %llu ms%s",
		 (unsigned long long)t->got, (unsigned long long)t->bytes,
		 (unsigned long long)t->ms,
		 t->corrupt ? ", CORRUPT" :
		 t->complete ? "" : ", then it stalled");
	if (!opt.json) {
		out_str(out, "detail", text);
		return;
	}
	out_u64(out, "bytes", t->bytes);
	out_u64(out, "received", t->got);
	out_u64(out, "ms", t->ms);
	out_bool(out, "complete", t->complete);
	out_bool(out, "corrupt", t->corrupt);
}

static void show_run(struct out *out, const struct lab *lab,
		     const struct check_result *r)
{
	show_head(out, lab, r, NULL, -1, r->passed);
	if (opt.json)
		out_cell(out, "status", "", json_object_new_int(r->run.status));
	if (*r->run.last)
		out_str(out, "detail", r->run.last);
	else if (!opt.json)
		out_str(out, "detail", r->run.status < 0 ? "took too long" :
			r->run.status ? "failed" : "succeeded");
}

int check_show(const struct lab *lab, const struct check_result *results)
{
	struct out *out = out_new(columns);
	const struct check_result *r;
	unsigned int i, k;
	int failed = 0;

	for (i = 0; i < lab->file->checks_count; i++) {
		r = &results[i];
		for (k = 0; k < r->probe.n; k++)
			show_probe(out, lab, r, &r->probe.target[k]);
		for (k = 0; k < r->stream.n; k++)
			show_stream(out, lab, r, &r->stream.target[k]);
		if (r->check->run)
			show_run(out, lab, r);
		failed += !r->passed;
	}
	out_print(out);
	if (failed)
		fail("%d of %u checks did not pass", failed,
		     lab->file->checks_count);
	return failed ? 1 : 0;
}
