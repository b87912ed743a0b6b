// SPDX-License-Identifier: GPL-2.0
/* nsbridge lab { list | show | bundled | graph | new }: what there is of labs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../lab/build.h"
#include "../lab/graph.h"
#include "../lab/plan.h"
#include "../lab/starter.h"
#include "../lib/err.h"
#include "../lib/out.h"
#include "lab.h"

static const struct column list_columns[] = {
	{ "name", 0 },
	{ "kind", 0 },
	{ "state", 0 },
	{ "namespaces", OUT_RIGHT },
	{ "file", 0 },
	{ NULL, 0 }
};

int lab_list(void)
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
	{ "bridge", OUT_JSON_ONLY },
	{ "from", OUT_JSON_ONLY },
	{ "verdict", OUT_JSON_ONLY },
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

static const struct column verdict_columns[] = {
	{ "bridge", 0 },
	{ "from", 0 },
	{ "to", 0 },
	{ "verdict", 0 },
	{ NULL, 0 }
};

static void show_side(struct out *out, const struct lab *lab, const char *key,
		      const char *side)
{
	char *name = lab_any(side) ? xstrdup("any") :
		     lab_find_namespace(lab, side) >= 0 ?
		     lab_netns(lab, side) : lab_switch(lab);

	out_str(out, key, name);
	free(name);
}

static struct out *show_verdicts(struct out *out, const struct lab *lab)
{
	const struct lab_rule *rule = lab->file->verdicts;
	unsigned int i;

	if (!out) {
		putchar('\n');
		out = out_new(verdict_columns);
	}
	for (i = 0; i < lab->file->verdicts_count; i++) {
		out_row(out);
		out_str(out, "bridge", rule[i].bridge);
		show_side(out, lab, "from", rule[i].from);
		show_side(out, lab, "to", rule[i].to);
		out_str(out, "verdict",
			rule[i].verdict == LAB_DENY ? "deny" : "allow");
	}
	return out;
}

int lab_show(const struct lab_args *args)
{
	struct lab lab = { 0 };
	const struct lab_end *ends;
	const struct lab_port *port;
	struct out *out;
	char *name;
	unsigned int i;
	int err;

	err = lab_load_running(&lab, args->what);
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
	/* JSON is one list, text two tables. */
	if (!opt.json)
		out_print(out);
	if (lab.file->verdicts_count)
		out = show_verdicts(opt.json ? out : NULL, &lab);
	if (opt.json || lab.file->verdicts_count)
		out_print(out);
	lab_free(&lab);
	return 0;
}

static const struct column bundled_columns[] = {
	{ "name", 0 },
	{ "description", 0 },
	{ "file", OUT_JSON_ONLY },
	{ NULL, 0 }
};

static int is_yaml(const struct dirent *ent)
{
	size_t len = strlen(ent->d_name);

	return len > 5 && !strcmp(ent->d_name + len - 5, ".yaml");
}

int lab_bundled(void)
{
	char *dir = lab_bundled_dir();
	struct dirent **files;
	struct lab lab = { 0 };
	struct out *out;
	char *path;
	int i, n, err = 0;

	n = scandir(dir, &files, is_yaml, alphasort);
	if (n < 0) {
		err = fail("no bundled labs in %s: %m", dir);
		free(dir);
		return err;
	}
	out = out_new(bundled_columns);
	for (i = 0; i < n; i++) {
		path = xprintf("%s/%s", dir, files[i]->d_name);
		if (lab_load(&lab, path)) {
			err = -1;
		} else {
			out_row(out);
			out_str(out, "name", lab.file->name);
			if (lab.file->description)
				out_str(out, "description",
					lab.file->description);
			out_str(out, "file", path);
		}
		lab_free(&lab);
		free(path);
		free(files[i]);
	}
	free(files);
	free(dir);
	out_print(out);
	return err;
}

int lab_draw(const struct lab_args *args)
{
	struct lab lab = { 0 };
	int err;

	err = lab_load_any(&lab, args->what) ?: lab_set_kind(&lab, args->kind);
	if (!err && lab_graph(&lab, args->format))
		err = usage_error(LAB_HELP, "\"%s\" is no format: one of text, dot, mermaid, svg is",
				  args->format);
	lab_free(&lab);
	return err;
}

int lab_new(const struct lab_args *args)
{
	const char *slash = strrchr(args->what, '/');
	size_t len = strlen(args->what);
	bool is_file = len > 5 && !strcmp(args->what + len - 5, ".yaml");
	char *path, *name;
	int err;

	path = is_file ? xstrdup(args->what) : xprintf("%s.yaml", args->what);
	name = xstrdup(slash ? slash + 1 : args->what);
	if (is_file)
		name[strlen(name) - 5] = '\0';
	if (lab_name_valid(name))
		err = starter_write(path, name);
	else
		err = fail("\"%s\" cannot be the name of a lab: letters, digits, \"-\" and \"_\" can",
			   name);
	free(path);
	free(name);
	return err;
}
