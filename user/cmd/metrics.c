// SPDX-License-Identifier: GPL-2.0
/* nsbridge metrics: the counters as text for Prometheus. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../lib/err.h"
#include "../lib/genl.h"
#include "../lib/netns.h"
#include "../lib/out.h"
#include "cmd.h"
#include "metrics.h"

#define HELP "nsbridge metrics help"

static const char usage[] =
	"Usage: nsbridge metrics [ all ] [ --openmetrics ] [ --out FILE ]\n"
	"The counters of the bridges and cables of this network namespace, or of all of\n"
	"them, in the text format of Prometheus, or strictly in that of OpenMetrics.\n"
	"FILE is replaced in one step, for the textfile directory of node_exporter.\n";

static void put_label(FILE *f, const char *name, const char *val, bool first)
{
	size_t plain;

	fprintf(f, "%s%s=\"", first ? "{" : ",", name);
	for (; *val; val++) {
		plain = strcspn(val, "\\\"\n");
		fwrite(val, 1, plain, f);
		val += plain;
		if (!*val)
			break;
		fputc('\\', f);
		fputc(*val == '\n' ? 'n' : *val, f);
	}
	fputc('"', f);
}

static void put_head(FILE *f, const struct family *family, bool strict)
{
	bool counter = family->counter;

	/* In OpenMetrics the name of a counter is without what its samples end
	 * with, and before that with it.
	 */
	fprintf(f, "# HELP nsbridge_%s%s %s\n", family->name,
		counter && !strict ? "_total" : "", family->help);
	fprintf(f, "# TYPE nsbridge_%s%s %s\n", family->name,
		counter && !strict ? "_total" : "",
		counter ? "counter" : "gauge");
}

static int cmp(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return strcmp(x->labels, y->labels);
}

/* A family is in one piece, and there are no two samples with the same labels:
 * what people cannot tell apart is added up.
 */
static void put_samples(FILE *f, struct metrics *m, bool strict)
{
	struct sample *s = m->samples.item;
	const struct family *family = NULL;
	size_t i, n = m->samples.n;
	uint64_t val;

	if (n)
		qsort(s, n, sizeof(*s), cmp);
	for (i = 0; i < n; i++) {
		val = s[i].val;
		for (; i + 1 < n && !cmp(&s[i], &s[i + 1]); i++)
			val += s[i + 1].val;
		if (s[i].family != family)
			put_head(f, s[i].family, strict);
		family = s[i].family;
		fprintf(f, "nsbridge_%s%s%s %llu\n", family->name,
			family->counter ? "_total" : "", s[i].labels,
			(unsigned long long)val);
	}
	if (strict)
		fputs("# EOF\n", f);
}

char *metrics_labels(const char *const *labels)
{
	size_t size = 0;
	char *text = NULL;
	FILE *f = open_memstream(&text, &size);
	int i;

	for (i = 0; f && labels[i]; i += 2)
		put_label(f, labels[i], labels[i + 1], !i);
	if (f)
		fputc('}', f);
	if (!f || fclose(f)) {
		fail("out of memory");
		exit(EXIT_FAILED);
	}
	return text;
}

void metrics_add(struct metrics *m, const struct family *family,
		 const char *labels, uint64_t val)
{
	struct sample *s = dump_next(&m->samples, sizeof(*s));

	s->family = family;
	s->labels = xstrdup(labels);
	s->val = val;
}

/* In the folder of the file, so that the rename stays on one file system. */
static int write_file(const char *path, struct metrics *m, bool strict)
{
	char *tmp = xprintf("%s.%d.tmp", path, (int)getpid());
	FILE *f = NULL;
	int fd, err = 0;

	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd >= 0)
		f = fdopen(fd, "w");
	if (!f) {
		err = fail("cannot write %s: %m", tmp);
		goto out;
	}
	put_samples(f, m, strict);
	/* A reader that is not root is to read it, whatever the umask is. */
	if (fflush(f) || ferror(f) || fchmod(fd, 0644) || fsync(fd))
		err = fail("cannot write %s: %m", tmp);
	if (fclose(f) && !err)
		err = fail("cannot write %s: %m", tmp);
	if (!err && rename(tmp, path))
		err = fail("cannot rename %s to %s: %m", tmp, path);
	if (err)
		unlink(tmp);
out:
	free(tmp);
	return err;
}

static void collect(struct netns *ns, void *arg)
{
	metrics_collect(arg, ns->name, false);
}

static int metrics(bool all, bool strict, const char *path)
{
	struct metrics m = { 0 };
	struct sample *s;
	char text[32];
	size_t i;
	int fd, err = 0;

	netns_scan_names(&m.names);
	if (all) {
		struct netns_list visited;

		netns_scan_names(&visited);
		netns_scan_procs(&visited);
		err = metrics_collect(NULL, NULL, true);
		if (!err)
			netns_visit(&visited, collect, &m);
		netns_free(&visited);
	} else {
		fd = netns_self();
		snprintf(text, sizeof(text), "%s",
			 netns_name(&m.names, netns_inode(fd)));
		close(fd);
		err = metrics_collect(&m, text, true);
	}
	if (!err && path)
		err = write_file(path, &m, strict);
	else if (!err)
		put_samples(stdout, &m, strict);
	s = m.samples.item;
	for (i = 0; i < m.samples.n; i++)
		free(s[i].labels);
	free(s);
	netns_free(&m.names);
	return err;
}

int cmd_metrics(int argc, char **argv)
{
	bool all = false, strict = false;
	const char *path = NULL;

	for (; argc > 0; argc--, argv++) {
		if (!strcmp(argv[0], "--out")) {
			if (argc < 2)
				return usage_error(HELP, "\"--out\" needs a file");
			path = argv[1];
			argc--;
			argv++;
		} else if (!strcmp(argv[0], "--openmetrics")) {
			strict = true;
		} else if (!strcmp(argv[0], "all")) {
			all = true;
		} else if (word(argv[0], "help")) {
			fputs(usage, stdout);
			return EXIT_OK;
		} else if (argv[0][0] == '-') {
			return usage_error(HELP, "no option \"%s\"", argv[0]);
		} else {
			return usage_error(HELP, "no command \"%s\" for metrics",
					   argv[0]);
		}
	}
	return metrics(all, strict, path);
}
