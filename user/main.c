// SPDX-License-Identifier: GPL-2.0
/* nsbridge: shows and builds namespace-aware bridges. */
#include <locale.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmd/cmd.h"
#include "lib/err.h"
#include "lib/netns.h"
#include "lib/out.h"

#ifndef VERSION
#define VERSION "0.1"
#endif

static const char usage[] =
	"Usage: nsbridge [ OPTIONS ] OBJECT { COMMAND | help }\n"
	"OBJECT := { crossing | fdb | port | cable | namespace | lab | metrics }\n"
	"OPTIONS := { -j[son] | -p[retty] | -s[tatistics] |\n"
	"             -n[etns] NAME|PATH|PID | -V[ersion] | -h[elp] }\n";

struct object {
	const char *name;
	int (*run)(int argc, char **argv);
};

static const struct object objects[] = {
	{ "crossing", cmd_crossing },
	{ "fdb", cmd_fdb },
	{ "port", cmd_port },
	{ "cable", cmd_cable },
	{ "namespace", cmd_namespace },
	{ "netns", cmd_namespace },
	{ "lab", cmd_lab },
	{ "metrics", cmd_metrics },
	{ }
};

bool word(const char *arg, const char *word)
{
	return *arg && !strncmp(arg, word, strlen(arg));
}

uint32_t find_device(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	if (!ifindex)
		fail("no device \"%s\" in this network namespace: \"ip link\" shows what there is",
		     name);
	return ifindex;
}

static int enter_netns(const char *what)
{
	int fd = netns_open(what);
	int err;

	if (fd < 0)
		return -1;
	err = netns_enter(fd);
	close(fd);
	if (err)
		return fail("cannot enter the network namespace \"%s\": %m: this needs CAP_SYS_ADMIN, run it as root",
			    what);
	return 0;
}

static int run(int argc, char **argv)
{
	const struct object *object;
	int err;

	if (word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	for (object = objects; object->name; object++) {
		if (!word(argv[0], object->name))
			continue;
		err = object->run(argc - 1, argv + 1);
		return err < 0 ? EXIT_FAILED : err;
	}
	return usage_error("nsbridge help", "no object \"%s\"", argv[0]);
}

int main(int argc, char **argv)
{
	const char *arg;

	/* Names may be in UTF-8; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	for (argc--, argv++; argc > 0 && argv[0][0] == '-'; argc--, argv++) {
		arg = argv[0] + 1;
		if (*arg == '-')
			arg++;
		if (word(arg, "json")) {
			opt.json = true;
		} else if (word(arg, "pretty")) {
			opt.pretty = true;
		} else if (word(arg, "statistics") || word(arg, "stats")) {
			opt.stats = true;
		} else if (word(arg, "netns")) {
			if (argc < 2)
				return usage_error("nsbridge help",
						   "-n needs a namespace");
			if (enter_netns(argv[1]))
				return EXIT_FAILED;
			argc--;
			argv++;
		} else if (word(arg, "Version") || word(arg, "version")) {
			puts("nsbridge " VERSION);
			return EXIT_OK;
		} else if (word(arg, "help")) {
			fputs(usage, stdout);
			return EXIT_OK;
		} else {
			return usage_error("nsbridge help", "no option \"%s\"",
					   argv[0]);
		}
	}
	if (argc < 1) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	argc = run(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		fail("cannot write what is to be shown: %m");
		return EXIT_FAILED;
	}
	return argc;
}
