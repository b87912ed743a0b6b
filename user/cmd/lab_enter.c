// SPDX-License-Identifier: GPL-2.0
/* nsbridge lab { exec | shell | capture }: commands inside labs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lab/enter.h"
#include "../lib/err.h"
#include "lab.h"

static int enter(const char *what, char **argv)
{
	char *netns = enter_find(what);
	int err = netns ? enter_exec(netns, argv) : -1;

	free(netns);
	return err;
}

int lab_exec(const struct lab_args *args)
{
	if (!args->rest)
		return usage_error(LAB_HELP, "\"exec\" needs a command");
	return enter(args->what, args->rest);
}

int lab_shell(const struct lab_args *args)
{
	char *shell = getenv("SHELL");
	char *argv[2] = { NULL };

	argv[0] = shell && *shell ? shell : "/bin/sh";
	/* For prompts that want to show where one is. */
	setenv("LAB_NAMESPACE", args->what, 1);
	return enter(args->what, argv);
}

/* Names are not looked up: there is nobody in a lab to ask. */
int lab_capture(const struct lab_args *args)
{
	const char *slash = strchr(args->what, '/');
	char *netns = slash ? xprintf("%.*s", (int)(slash - args->what),
				      args->what) : xstrdup(args->what);
	char **argv, **rest;
	size_t n = 0;
	int err;

	for (rest = args->rest; rest && *rest; rest++)
		n++;
	argv = xalloc(NULL, (n + 16) * sizeof(*argv));
	n = 0;
	argv[n++] = "tcpdump";
	argv[n++] = "-n";
	argv[n++] = "-i";
	argv[n++] = slash && slash[1] ? (char *)slash + 1 : "any";
	if (args->write) {
		/* As whom we are, or it could not write where we may. */
		argv[n++] = "-Z";
		argv[n++] = "root";
		argv[n++] = "-U";
		argv[n++] = "-w";
		argv[n++] = (char *)args->write;
	} else {
		argv[n++] = "-l";
		argv[n++] = "-e";
	}
	for (rest = args->rest; rest && *rest; rest++)
		argv[n++] = *rest;
	err = enter(netns, argv);
	free(argv);
	free(netns);
	return err;
}
