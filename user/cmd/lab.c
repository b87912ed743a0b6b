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
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/out.h"
#include "cmd.h"

#define HELP "nsbridge lab help"

static const char usage[] =
	"Usage: nsbridge lab up [ kind KIND ] FILE|NAME\n"
	"       nsbridge lab down FILE|NAME\n"
	"       nsbridge lab check FILE|NAME\n"
	"       nsbridge lab compare [ keep ] FILE|NAME\n"
	"       nsbridge lab show FILE|NAME\n"
	"       nsbridge lab [ list ]\n"
	"KIND := { nsbridge | stock }\n";

struct lab_args {
	const char *what;	/* FILE or NAME */
	const char *kind;
	bool keep;
};

static bool is_path(const char *what)
{
	size_t len = strlen(what);

	return strchr(what, '/') ||
	       (len > 5 && !strcmp(what + len - 5, ".yaml")) ||
	       (len > 4 && !strcmp(what + len - 4, ".yml"));
}

/* A bundled lab: where they were installed, or beside the command. */
static char *bundled(const char *name)
{
	const char *dir = getenv("NSB_LABS");
	char exe[PATH_MAX];
	char *path, *slash;
	ssize_t len;

	path = xprintf("%s/%s.yaml", dir ? dir : LABDIR, name);
	if (!access(path, R_OK) || dir)
		return path;
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len < 0)
		return path;
	exe[len] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	free(path);
	return xprintf("%s/labs/%s.yaml", exe, name);
}

static int load_file(struct lab *lab, const char *what)
{
	char *path = is_path(what) ? xstrdup(what) : bundled(what);
	int err;

	if (!is_path(what) && access(path, F_OK))
		err = fail("no lab \"%s\" is up, nor is there a file %s: give the path of a file, or see \"nsbridge lab list\"",
			   what, path);
	else
		err = lab_load(lab, path) ?: lab_plan(lab);
	free(path);
	return err;
}

/* A lab that is up is known by the file as it was when it was built. */
static int load_running(struct lab *lab, const char *what)
{
	struct state state;
	char *id, *path;
	int err;

	memset(lab, 0, sizeof(*lab));
	if (is_path(what)) {
		err = load_file(lab, what);
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
		err = lab_load(lab, path);
		free(path);
		if (!err) {
			free(lab->id);
			lab->id = xstrdup(id);
			lab->kind = state.kind && !strcmp(state.kind, "bridge") ?
				    LAB_STOCK : LAB_NSBRIDGE;
			err = lab_plan(lab);
		}
		if (!err && !state.ready)
			err = fail("lab \"%s\" is not whole: take it down with \"nsbridge lab down %s\"",
				   id, id);
		state_free(&state);
	}
	free(id);
	return err;
}

static int set_kind(struct lab *lab, const char *kind)
{
	unsigned int i;

	if (!kind)
		return 0;
	if (!strcmp(kind, "nsbridge"))
		lab->kind = LAB_NSBRIDGE;
	else if (!strcmp(kind, "stock") || !strcmp(kind, "bridge"))
		lab->kind = LAB_STOCK;
	else
		return usage_error(HELP, "\"%s\" is not a kind of lab", kind);
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

	err = load_file(&lab, args->what) ?: set_kind(&lab, args->kind) ?:
	      lab_up(&lab);
	lab_free(&lab);
	return err;
}

static int down(const struct lab_args *args)
{
	struct lab lab = { 0 };
	int err;

	if (!is_path(args->what))
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

	err = load_running(&lab, args->what);
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

	err = load_file(&lab, args->what) ?: lab_compare(&lab, args->keep);
	lab_free(&lab);
	return err;
}

static const struct column list_columns[] = {
	{ "name", 0 },
	{ "kind", 0 },
	{ "state", 0 },
	{ "namespaces", OUT_RIGHT },
	{ "file", 0 },
	{ NULL, 0 }
};

static int list(void)
{
	struct out *out = out_new(list_columns);
	char **names = state_list();
	struct state state;
	char **name;
	int err = 0;

	for (name = names; *name; name++) {
		/* One may be taken down meanwhile; one that cannot be read
		 * says why.
		 */
		if (!err)
			err = state_read(&state, *name, false);
		if (!err) {
			out_row(out);
			out_str(out, "name", state.id);
			out_str(out, "kind", state.kind ? state.kind : "-");
			out_str(out, "state", state.busy ? "busy" :
				state.ready ? "up" : "partial");
			out_u64(out, "namespaces", state.n);
			out_str(out, "file", state.path ? state.path : "-");
			state_free(&state);
		}
		err = err > 0 ? 0 : err;
		free(*name);
	}
	free(names);
	out_print(out);
	return err;
}

static const struct column show_columns[] = {
	{ "namespace", 0 },
	{ "device", 0 },
	{ "mac", 0 },
	{ "addresses", 0 },
	{ "to", 0 },
	{ "peer", 0 },
	{ NULL, 0 }
};

static void show_end(struct out *out, const struct lab *lab,
		     const struct lab_end *end, const char *to,
		     const char *peer)
{
	struct json_object *json = json_object_new_array();
	char *text = xstrdup("");
	char *name = lab_netns(lab, end->namespace);
	char *longer;
	unsigned int i;

	for (i = 0; i < end->addresses_count; i++) {
		struct json_object *one;

		one = json_object_new_string(end->addresses[i]);
		json_object_array_add(json, one);
		longer = xprintf("%s%s%s", text, i ? " " : "",
				 end->addresses[i]);
		free(text);
		text = longer;
	}
	out_row(out);
	out_str(out, "namespace", name);
	out_str(out, "device", end->device);
	if (end->mac)
		out_str(out, "mac", end->mac);
	out_cell(out, "addresses", text, json);
	out_str(out, "to", to);
	out_str(out, "peer", peer);
	free(name);
	free(text);
}

static int show(const struct lab_args *args)
{
	struct lab lab = { 0 };
	const struct lab_end *ends;
	const struct lab_port *port;
	struct out *out;
	char *name;
	unsigned int i;
	int err;

	err = load_running(&lab, args->what);
	if (err) {
		lab_free(&lab);
		return err;
	}
	out = out_new(show_columns);
	name = lab_switch(&lab);
	for (i = 0; i < lab.file->ports_count; i++) {
		char *to;

		port = &lab.file->ports[i];
		to = xprintf("%s in %s", port->bridge, name);
		show_end(out, &lab, &port->end, to, port->peer);
		free(to);
	}
	free(name);
	for (i = 0; i < lab.file->cables_count; i++) {
		ends = lab.file->cables[i].ends;
		name = lab_netns(&lab, ends[1].namespace);
		show_end(out, &lab, &ends[0], name, ends[1].device);
		free(name);
		name = lab_netns(&lab, ends[0].namespace);
		show_end(out, &lab, &ends[1], name, ends[0].device);
		free(name);
	}
	out_print(out);
	lab_free(&lab);
	return 0;
}

static int parse(struct lab_args *args, int argc, char **argv)
{
	const char *arg;

	for (; argc > 0; argc--, argv++) {
		arg = argv[0];
		/* "kind" like a word of "ip", and "--kind" for other habits. */
		if (!strcmp(arg, "--kind") || (!strcmp(arg, "kind") && argc > 1)) {
			if (argc < 2)
				return usage_error(HELP, "\"kind\" needs one");
			args->kind = argv[1];
			argc--;
			argv++;
		} else if (!strcmp(arg, "--keep") ||
			   (!strcmp(arg, "keep") && argc > 1)) {
			args->keep = true;
		} else if (arg[0] != '-' && !args->what) {
			args->what = arg;
		} else {
			return usage_error(HELP, "\"%s\" is out of place", arg);
		}
	}
	return 0;
}

struct command {
	const char *name;
	int (*run)(const struct lab_args *args);
};

int cmd_lab(int argc, char **argv)
{
	static const struct command commands[] = {
		{ "up", up },
		{ "down", down },
		{ "check", check },
		{ "compare", compare },
		{ "show", show },
	};
	struct lab_args args = { 0 };
	size_t i;
	int err;

	if (argc < 1 || word(argv[0], "list"))
		return list();
	if (word(argv[0], "help")) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!word(argv[0], commands[i].name))
			continue;
		err = parse(&args, argc - 1, argv + 1);
		if (err)
			return err;
		if (!args.what)
			return usage_error(HELP, "\"%s\" needs a lab",
					   commands[i].name);
		return commands[i].run(&args);
	}
	return usage_error(HELP, "no command \"%s\" for lab", argv[0]);
}
