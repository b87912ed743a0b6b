// SPDX-License-Identifier: GPL-2.0
/* nsbridge lab: networks of namespaces, from a file. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lab/build.h"
#include "../lab/check.h"
#include "../lab/compare.h"
#include "../lab/plan.h"
#include "../lab/schema.h"
#include "../lab/script.h"
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/out.h"
#include "cmd.h"
#include "lab.h"

static const char usage[] =
	"Usage: nsbridge lab up [ --plan ] [ --kind KIND ] [ --keep ] FILE|NAME\n"
	"       nsbridge lab down FILE|NAME\n"
	"       nsbridge lab check FILE|NAME\n"
	"       nsbridge lab compare [ --keep ] FILE|NAME\n"
	"       nsbridge lab diff NAME [ FILE ]\n"
	"       nsbridge lab apply NAME [ FILE ]\n"
	"       nsbridge lab show FILE|NAME\n"
	"       nsbridge lab [ list ]\n"
	"       nsbridge lab exec NS [ -- ] COMMAND...\n"
	"       nsbridge lab shell NS\n"
	"       nsbridge lab capture NS[/DEV] [ -w FILE ] [ -- EXPRESSION... ]\n"
	"       nsbridge lab graph [ --format text|dot|mermaid|svg ] FILE|NAME\n"
	"       nsbridge lab bundled\n"
	"       nsbridge lab new NAME|FILE.yaml\n"
	"       nsbridge lab schema\n"
	"KIND := { nsbridge | stock }\n"
	"NS := LAB.NAMESPACE | NAMESPACE, where one lab only has it | LAB-switch\n";

bool lab_is_path(const char *what)
{
	size_t len = strlen(what);

	return strchr(what, '/') ||
	       (len > 5 && !strcmp(what + len - 5, ".yaml")) ||
	       (len > 4 && !strcmp(what + len - 4, ".yml"));
}

/* Where they were installed, or beside the command. */
char *lab_bundled_dir(void)
{
	const char *dir = getenv("NSB_LABS");
	char exe[PATH_MAX];
	char *slash;
	ssize_t len;

	if (dir)
		return xstrdup(dir);
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len < 0)
		return xstrdup(LABDIR);
	exe[len] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	/* Beside it comes first: that is who works on them. */
	slash = xprintf("%s/labs", exe);
	if (!access(slash, R_OK))
		return slash;
	free(slash);
	return xstrdup(LABDIR);
}

static char *bundled(const char *name)
{
	char *dir = lab_bundled_dir();
	char *path = xprintf("%s/%s.yaml", dir, name);

	free(dir);
	return path;
}

int lab_load_file(struct lab *lab, const char *what)
{
	char *path = lab_is_path(what) ? xstrdup(what) : bundled(what);
	int err;

	if (!lab_is_path(what) && access(path, F_OK))
		err = fail("no lab \"%s\" is up, nor is there a file %s: give the path of a file, or see \"nsbridge lab list\"",
			   what, path);
	else
		err = lab_load(lab, path) ?: lab_plan(lab);
	free(path);
	return err;
}

int lab_load_as(struct lab *lab, const char *path, const struct state *state)
{
	const char *kind = state->kind ? state->kind : "nsbridge";
	int err = lab_load(lab, path);

	if (err)
		return err;
	free(lab->id);
	lab->id = xstrdup(state->id);
	/* As said with the command that built it, which stands above the file. */
	if (strcmp(kind, lab->kind == LAB_STOCK ? "bridge" : "nsbridge") != 0)
		lab_set_kind(lab, kind);
	return lab_plan(lab);
}

/* A lab that is up is known by the file as it was when it was built. */
int lab_load_running(struct lab *lab, const char *what)
{
	struct state state;
	char *id, *path;
	int err;

	memset(lab, 0, sizeof(*lab));
	if (lab_is_path(what)) {
		err = lab_load_file(lab, what);
		if (err)
			return err;
		id = xstrdup(lab->id);
		lab_free(lab);
	} else {
		id = xstrdup(what);
	}
	err = state_read(&state, id, false);
	if (err > 0)
		err = fail("no lab \"%s\" is up: build it with \"nsbridge lab up %s\"",
			   id, what);
	if (!err) {
		path = state_yaml(id);
		err = lab_load_as(lab, path, &state);
		free(path);
		if (!err && !state.ready)
			err = fail("lab \"%s\" is not whole: take it down with \"nsbridge lab down %s\"",
				   id, id);
		state_free(&state);
	}
	free(id);
	return err;
}

int lab_load_any(struct lab *lab, const char *what)
{
	if (!lab_is_path(what)) {
		char *path = state_yaml(what);
		bool up = !access(path, R_OK);

		free(path);
		if (up)
			return lab_load_running(lab, what);
	}
	return lab_load_file(lab, what);
}

int lab_set_kind(struct lab *lab, const char *kind)
{
	unsigned int i;

	if (!kind)
		return 0;
	if (!strcmp(kind, "nsbridge"))
		lab->kind = LAB_NSBRIDGE;
	else if (!strcmp(kind, "stock") || !strcmp(kind, "bridge"))
		lab->kind = LAB_STOCK;
	else
		return usage_error(LAB_HELP, "\"%s\" is not a kind of lab", kind);
	/* The command line stands above all that the file says. */
	for (i = 0; i < lab->file->bridges_count; i++)
		if (lab->file->bridges[i].kind)
			*lab->file->bridges[i].kind = lab->kind;
	return 0;
}

static int up(const struct lab_args *args)
{
	struct lab lab = { 0 };
	int err;

	err = lab_load_file(&lab, args->what) ?: lab_set_kind(&lab, args->kind) ?:
	      args->plan ? lab_script(&lab) : lab_up(&lab, args->keep);
	lab_free(&lab);
	return err;
}

static int down(const struct lab_args *args)
{
	struct lab lab = { 0 };
	int err;

	if (!lab_is_path(args->what))
		return lab_down(args->what);
	err = lab_load(&lab, args->what) ?: lab_down(lab.id);
	lab_free(&lab);
	return err;
}

static int check(const struct lab_args *args)
{
	struct check_result *results = NULL;
	struct lab lab = { 0 };
	int err;

	err = lab_load_running(&lab, args->what);
	if (!err && !lab.file->checks_count)
		err = fail("lab \"%s\" has no checks: add \"checks:\" to its file",
			   lab.id);
	if (!err)
		err = check_run(&lab, &results);
	if (!err)
		err = check_show(&lab, results);
	if (results)
		check_free(&lab, results);
	lab_free(&lab);
	return err;
}

static int compare(const struct lab_args *args)
{
	struct lab lab = { 0 };
	int err;

	err = lab_load_file(&lab, args->what) ?: lab_compare(&lab, args->keep);
	lab_free(&lab);
	return err;
}

static int schema(void)
{
	json_schema_print();
	return 0;
}

/* Options like words of "ip", and with dashes for other habits. */
static bool is_option(const char *arg, const char *name, int argc)
{
	return (!strncmp(arg, "--", 2) && !strcmp(arg + 2, name)) ||
	       (!strcmp(arg, name) && argc > 1);
}

static int parse(struct lab_args *args, int argc, char **argv, bool rest,
		 bool two)
{
	const char *arg, **val;

	for (; argc > 0; argc--, argv++) {
		arg = argv[0];
		val = NULL;
		if (rest && args->what && arg[0] != '-') {
			args->rest = argv;
			break;
		}
		if (!strcmp(arg, "--") && rest && args->what && argc > 1) {
			args->rest = argv + 1;
			break;
		}
		if (is_option(arg, "kind", argc))
			val = &args->kind;
		else if (is_option(arg, "format", argc))
			val = &args->format;
		else if (!strcmp(arg, "-w"))
			val = &args->write;
		else if (is_option(arg, "keep", argc))
			args->keep = true;
		else if (!strcmp(arg, "--plan"))
			args->plan = true;
		else if (arg[0] != '-' && !args->what)
			args->what = arg;
		else if (arg[0] != '-' && two && !args->file)
			args->file = arg;
		else
			return usage_error(LAB_HELP, "\"%s\" is out of place",
					   arg);
		if (!val)
			continue;
		if (argc < 2)
			return usage_error(LAB_HELP, "\"%s\" needs a value",
					   arg);
		*val = argv[1];
		argc--;
		argv++;
	}
	return 0;
}

struct command {
	const char *name;
	int (*run)(const struct lab_args *args);
	const char *needs;	/* what it must be told, if anything */
	bool rest;
	int (*alone)(void);
	bool two;		/* or a file as well */
};

int cmd_lab(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "list", .alone = lab_list },
		{ "up", up, "a lab" },
		{ "down", down, "a lab" },
		{ "check", check, "a lab" },
		{ "compare", compare, "a lab" },
		{ "diff", lab_differ, "a lab", .two = true },
		{ "apply", lab_change, "a lab", .two = true },
		{ "show", lab_show, "a lab" },
		{ "exec", lab_exec, "a namespace", true },
		{ "shell", lab_shell, "a namespace" },
		{ "schema", .alone = schema },
		{ "capture", lab_capture, "a namespace", true },
		{ "graph", lab_draw, "a lab" },
		{ "bundled", .alone = lab_bundled },
		{ "new", lab_new, "a name" },
	};
	struct lab_args args = { 0 };
	size_t i;
	int err;

	if (argc < 1)
		return lab_list();
	if (word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!word(argv[0], commands[i].name))
			continue;
		err = parse(&args, argc - 1, argv + 1, commands[i].rest,
			    commands[i].two);
		if (err)
			return err;
		if (commands[i].alone && (args.what || args.rest))
			return usage_error(LAB_HELP, "\"%s\" is out of place",
					   args.what);
		if (commands[i].alone)
			return commands[i].alone();
		if (!args.what)
			return usage_error(LAB_HELP, "\"%s\" needs %s",
					   commands[i].name, commands[i].needs);
		return commands[i].run(&args);
	}
	return usage_error(LAB_HELP, "no command \"%s\" for lab", argv[0]);
}
