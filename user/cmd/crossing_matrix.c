// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing matrix: namespaces by namespaces, added up. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "../lib/rate.h"
#include "crossing.h"
#include "crossing_matrix.h"

static const char *stripped(const struct matrix *m, const char *name)
{
	size_t len = m->strip ? strlen(m->strip) : 0;

	if (!len || strncmp(name, m->strip, len) != 0 ||
	    !name[len] || !strchr(".-", name[len]))
		return name;
	return name + len + 1;
}

/* One place in the tree. With a hundred thousand crossings nothing may look
 * through all of the axis for each.
 */
struct place {
	uint32_t target;
	uint64_t inode;
	size_t at;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static struct place *place_of(struct matrix *m, uint32_t target,
			      const struct ns_ref *ns)
{
	struct place want = { .target = target }, *new, **found;

	if (target == NSBRIDGE_TARGET_NAMESPACE)
		want.inode = ns->inode;
	found = tfind(&want, &m->found, by_place);
	if (found)
		return *found;
	new = xalloc(NULL, sizeof(*new));
	*new = want;
	new->at = SIZE_MAX;
	if (!tsearch(new, &m->found, by_place)) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return new;
}

static size_t axis_find(struct matrix *m, uint32_t target,
			const struct ns_ref *ns)
{
	struct place *place = place_of(m, target, ns);
	struct axis *axis;
	char name[32];

	if (place->at != SIZE_MAX)
		return place->at;
	if (m->n == m->room) {
		m->room = m->room ? m->room * 2 : 64;
		m->axis = xalloc(m->axis, m->room * sizeof(*m->axis));
	}
	place->at = m->n;
	axis = &m->axis[m->n];
	axis->place = place;
	axis->target = target;
	axis->ns = *ns;
	snprintf(name, sizeof(name), "(%s)", target_name(target));
	axis->name = xstrdup(target == NSBRIDGE_TARGET_NAMESPACE ?
			     stripped(m, netns_name(&m->names, ns->inode)) :
			     name);
	return m->n++;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct axis *)a)->name,
			  ((const struct axis *)b)->name);
}

/* All namespaces by name, s2 before s10. */
static void axis_sort(struct matrix *m)
{
	size_t i;

	if (m->n)
		qsort(m->axis, m->n, sizeof(*m->axis), by_name);
	for (i = 0; i < m->n; i++)
		m->axis[i].place->at = i;
}

/* A little is not nothing. */
static uint64_t whole(double rate)
{
	return rate > 0 && rate < 1 ? 1 : (uint64_t)(rate + 0.5);
}

static int by_axis(const void *a, const void *b)
{
	const struct passed *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

/* Of several bridges as one. */
static void add_up(struct matrix *m)
{
	struct passed *to = m->passed, *e;
	size_t i;

	if (!m->n_passed)
		return;
	qsort(m->passed, m->n_passed, sizeof(*m->passed), by_axis);
	for (i = 1; i < m->n_passed; i++) {
		e = &m->passed[i];
		if (by_axis(to, e)) {
			*++to = *e;
			continue;
		}
		to->val += e->val;
		to->drops += e->drops;
	}
	m->n_passed = to - m->passed + 1;
}

static void fill(struct matrix *m, const struct crossing *c,
		 const struct rate *rate, size_t n)
{
	struct passed *e;
	size_t i;

	/* All namespaces first, so that what is none comes last. */
	for (i = 0; i < n; i++) {
		axis_find(m, NSBRIDGE_TARGET_NAMESPACE, &c[i].from);
		if (c[i].target == NSBRIDGE_TARGET_NAMESPACE)
			axis_find(m, c[i].target, &c[i].to);
	}
	axis_sort(m);
	m->passed = xalloc(NULL, (n + 1) * sizeof(*m->passed));
	for (i = 0; i < n; i++) {
		e = &m->passed[m->n_passed++];
		e->from = axis_find(m, NSBRIDGE_TARGET_NAMESPACE, &c[i].from);
		e->to = axis_find(m, c[i].target, &c[i].to);
		e->val = rate ? whole(rate[i].per_s[m->what]) :
			 count_of(&c[i], m->what);
		e->drops = rate ? whole(rate[i].per_s[COUNT_DROPS]) :
			   c[i].drops;
		m->drops |= e->drops;
	}
	add_up(m);
}

/* The counters, and where a rate is wanted how they change in that time. */
static int look(struct genl *genl, uint32_t ifindex, double seconds,
		struct dump *now, struct rate **rate)
{
	struct dump before = { 0 };
	double start = seconds_now();
	int err = 0;

	*rate = NULL;
	if (seconds > 0) {
		err = genl_crossings(genl, ifindex, &before);
		if (!err) {
			rates_begin(&before);
			usleep(seconds * 1e6);
		}
	}
	if (!err)
		err = genl_crossings(genl, ifindex, now);
	if (!err && seconds > 0) {
		*rate = xalloc(NULL, now->n * sizeof(**rate));
		rates(now, &before, seconds_now() - start, *rate);
	}
	free(before.item);
	return err;
}

static int matrix(uint32_t ifindex, enum count what, double seconds,
		  const char *strip)
{
	struct matrix m = { .what = what, .seconds = seconds,
			    .strip = strip };
	struct dump dump = { 0 };
	struct genl genl;
	struct rate *rate;
	size_t i;
	int err;

	if (genl_open(&genl))
		return -1;
	err = look(&genl, ifindex, seconds, &dump, &rate);
	if (err)
		genl_fail(&genl, "crossings");
	genl_shut(&genl);
	if (!err) {
		netns_scan_names(&m.names);
		fill(&m, dump.item, rate, dump.n);
		matrix_print(&m);
		netns_free(&m.names);
	}
	for (i = 0; i < m.n; i++)
		free((char *)m.axis[i].name);
	free(m.axis);
	tdestroy(m.found, free);
	free(m.passed);
	free(rate);
	free(dump.item);
	return err ? -1 : 0;
}

int crossing_matrix_of(uint32_t ifindex, enum count what, double seconds)
{
	return matrix(ifindex, what, seconds, NULL);
}

int crossing_matrix(uint32_t ifindex, const char *what, const char *strip)
{
	return matrix(ifindex, count_named(what), 0, strip);
}
