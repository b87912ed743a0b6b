// SPDX-License-Identifier: GPL-2.0
/* Reads a lab's YAML file. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cyaml/cyaml.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "file.h"
#include "lines.h"

#define OPT	CYAML_FLAG_OPTIONAL
#define PTR_OPT	(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, type, field) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, field, 1, 4096)
#define TEXT_OPT(key, type, field) \
	CYAML_FIELD_STRING_PTR(key, PTR_OPT, type, field, 1, 4096)
#define BOOL_OPT(key, type, field) \
	CYAML_FIELD_BOOL_PTR(key, PTR_OPT, type, field)
#define UINT_OPT(key, type, field) \
	CYAML_FIELD_UINT_PTR(key, PTR_OPT, type, field)
#define ENUM_OPT(key, type, field, strings, n) \
	CYAML_FIELD_ENUM_PTR(key, PTR_OPT | CYAML_FLAG_STRICT, type, field, \
			     strings, n)
#define LIST_OPT(key, type, field, schema) \
	CYAML_FIELD_SEQUENCE(key, PTR_OPT, type, field, schema, 0, \
			     CYAML_UNLIMITED)

static const cyaml_strval_t kind_strings[] = {
	{ "nsbridge", LAB_NSBRIDGE },
	{ "nsveth", LAB_NSBRIDGE },
	{ "bridge", LAB_STOCK },
	{ "veth", LAB_STOCK },
	{ "stock", LAB_STOCK },
};

static const cyaml_strval_t switch_strings[] = {
	{ "off", LAB_OFF },
	{ "on", LAB_ON },
	{ "auto", LAB_AUTO },
};

static const cyaml_strval_t verdict_strings[] = {
	{ "allow", LAB_ALLOW },
	{ "deny", LAB_DENY },
};

static const cyaml_strval_t expect_strings[] = {
	{ "pass", LAB_PASS },
	{ "fail", LAB_FAIL },
};

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 4096),
};

static const cyaml_schema_field_t namespace_fields[] = {
	TEXT("name", struct lab_namespace, name),
	BOOL_OPT("ipv6", struct lab_namespace, ipv6),
	LIST_OPT("sysctls", struct lab_namespace, sysctls, &text_value),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t namespace_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_namespace,
			    namespace_fields),
};

static const cyaml_schema_field_t bridge_fields[] = {
	TEXT("name", struct lab_bridge, name),
	ENUM_OPT("kind", struct lab_bridge, kind, kind_strings,
		 ARRAY_SIZE(kind_strings)),
	TEXT_OPT("mac", struct lab_bridge, mac),
	UINT_OPT("mtu", struct lab_bridge, mtu),
	LIST_OPT("addresses", struct lab_bridge, addresses, &text_value),
	UINT_OPT("ageing_time", struct lab_bridge, ageing_time),
	UINT_OPT("quota", struct lab_bridge, quota),
	UINT_OPT("group_fwd_mask", struct lab_bridge, group_fwd_mask),
	UINT_OPT("max_entries", struct lab_bridge, max_entries),
	UINT_OPT("max_crossings", struct lab_bridge, max_crossings),
	ENUM_OPT("default_verdict", struct lab_bridge, default_verdict,
		 verdict_strings, ARRAY_SIZE(verdict_strings)),
	BOOL_OPT("neigh_direct", struct lab_bridge, neigh_direct),
	BOOL_OPT("neigh_guard", struct lab_bridge, neigh_guard),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t bridge_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_bridge,
			    bridge_fields),
};

static const cyaml_schema_field_t port_fields[] = {
	TEXT("namespace", struct lab_port, end.namespace),
	TEXT("device", struct lab_port, end.device),
	TEXT_OPT("mac", struct lab_port, end.mac),
	UINT_OPT("mtu", struct lab_port, end.mtu),
	LIST_OPT("addresses", struct lab_port, end.addresses, &text_value),
	TEXT("bridge", struct lab_port, bridge),
	TEXT_OPT("peer", struct lab_port, peer),
	BOOL_OPT("learning", struct lab_port, learning),
	ENUM_OPT("flood", struct lab_port, flood, switch_strings,
		 ARRAY_SIZE(switch_strings)),
	BOOL_OPT("mcast_flood", struct lab_port, mcast_flood),
	BOOL_OPT("bcast_flood", struct lab_port, bcast_flood),
	BOOL_OPT("locked", struct lab_port, locked),
	BOOL_OPT("isolated", struct lab_port, isolated),
	BOOL_OPT("trusted", struct lab_port, trusted),
	UINT_OPT("quota", struct lab_port, quota),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t port_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_port, port_fields),
};

static const cyaml_schema_field_t end_fields[] = {
	TEXT("namespace", struct lab_end, namespace),
	TEXT("device", struct lab_end, device),
	TEXT_OPT("mac", struct lab_end, mac),
	UINT_OPT("mtu", struct lab_end, mtu),
	LIST_OPT("addresses", struct lab_end, addresses, &text_value),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t end_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_end, end_fields),
};

static const cyaml_schema_field_t cable_fields[] = {
	CYAML_FIELD_SEQUENCE("ends", CYAML_FLAG_POINTER, struct lab_cable,
			     ends, &end_value, 2, 2),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t cable_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_cable, cable_fields),
};

static const cyaml_schema_field_t rule_fields[] = {
	TEXT("bridge", struct lab_rule, bridge),
	TEXT_OPT("from", struct lab_rule, from),
	TEXT_OPT("to", struct lab_rule, to),
	CYAML_FIELD_ENUM("verdict", CYAML_FLAG_STRICT, struct lab_rule, verdict,
			 verdict_strings, ARRAY_SIZE(verdict_strings)),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t rule_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_rule, rule_fields),
};

static const cyaml_schema_field_t route_fields[] = {
	TEXT("namespace", struct lab_route, namespace),
	TEXT("to", struct lab_route, to),
	TEXT_OPT("via", struct lab_route, via),
	TEXT_OPT("dev", struct lab_route, dev),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t route_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_route, route_fields),
};

static const cyaml_schema_field_t packet_fields[] = {
	TEXT("from", struct lab_action, from),
	TEXT("to", struct lab_action, to),
	CYAML_FIELD_UINT("count", OPT, struct lab_action, count),
	CYAML_FIELD_UINT("interval", OPT, struct lab_action, interval),
	CYAML_FIELD_UINT("timeout", OPT, struct lab_action, timeout),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t stream_fields[] = {
	TEXT("from", struct lab_action, from),
	TEXT("to", struct lab_action, to),
	CYAML_FIELD_UINT("bytes", OPT, struct lab_action, bytes),
	CYAML_FIELD_UINT("timeout", OPT, struct lab_action, timeout),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t check_fields[] = {
	CYAML_FIELD_MAPPING_PTR("ping", PTR_OPT, struct lab_check, ping,
				packet_fields),
	CYAML_FIELD_MAPPING_PTR("tcp", PTR_OPT, struct lab_check, tcp,
				stream_fields),
	CYAML_FIELD_MAPPING_PTR("probe", PTR_OPT, struct lab_check, probe,
				packet_fields),
	ENUM_OPT("expect", struct lab_check, expect, expect_strings,
		 ARRAY_SIZE(expect_strings)),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t check_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_check, check_fields),
};

static const cyaml_schema_field_t lab_fields[] = {
	TEXT("name", struct lab_file, name),
	TEXT_OPT("description", struct lab_file, description),
	ENUM_OPT("kind", struct lab_file, kind, kind_strings,
		 ARRAY_SIZE(kind_strings)),
	BOOL_OPT("ipv6", struct lab_file, ipv6),
	LIST_OPT("namespaces", struct lab_file, namespaces, &namespace_value),
	LIST_OPT("bridges", struct lab_file, bridges, &bridge_value),
	LIST_OPT("ports", struct lab_file, ports, &port_value),
	LIST_OPT("cables", struct lab_file, cables, &cable_value),
	LIST_OPT("verdicts", struct lab_file, verdicts, &rule_value),
	LIST_OPT("routes", struct lab_file, routes, &route_value),
	LIST_OPT("checks", struct lab_file, checks, &check_value),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t lab_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct lab_file, lab_fields),
};

/* The library logs what is wrong first, and then from the inside out where. */
struct log {
	char what[256];
	char where[256];
};

static void __printf(3, 0) on_log(cyaml_log_t level, void *ctx,
				  const char *fmt, va_list args)
{
	struct log *log = ctx;
	char line[256];
	char *at = line;

	if (level < CYAML_LOG_ERROR)
		return;
	vsnprintf(line, sizeof(line), fmt, args);
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(at, "Load: ", 6))
		at += 6;
	at += strspn(at, " ");
	if (!strncmp(at, "Backtrace", 9))
		return;
	if (!strncmp(at, "in ", 3)) {
		if (!*log->where)
			snprintf(log->where, sizeof(log->where), "%s", at);
	} else if (!*log->what) {
		snprintf(log->what, sizeof(log->what), "%s", at);
	}
}

static int load_error(const struct lab *lab, cyaml_err_t err,
		      const struct log *log)
{
	const char *what = *log->what ? log->what : cyaml_strerror(err);
	const char *at = strstr(log->where, "(line: ");
	int line = at ? atoi(at + strlen("(line: ")) : 0;
	int len = at ? at - log->where : 0;

	while (len && log->where[len - 1] == ' ')
		len--;
	if (!line)
		return fail("%s: %s", lab->path, what);
	/* What is missing is not where the library was when it noticed. */
	if (!strncmp(what, "Missing", 7))
		len = 0;
	return fail("%s:%d: %s%s%.*s%s", lab->path, line, what,
		    len ? " (" : "", len, log->where, len ? ")" : "");
}

static char *read_all(const char *path, size_t *len)
{
	char *text = NULL;
	size_t room = 0;
	size_t got;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return NULL;
	*len = 0;
	do {
		room = room ? room * 2 : 4096;
		text = xalloc(text, room);
		got = fread(text + *len, 1, room - *len - 1, f);
		*len += got;
	} while (got);
	text[*len] = '\0';
	if (ferror(f)) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

int lab_load(struct lab *lab, const char *path)
{
	struct log log = { 0 };
	const cyaml_config_t config = {
		.log_fn = on_log,
		.log_ctx = &log,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
	};
	cyaml_err_t err;
	size_t len;

	memset(lab, 0, sizeof(*lab));
	lab->path = xstrdup(path);
	lab->text = read_all(path, &len);
	if (!lab->text)
		return fail("%s: %s", path, strerror(errno));
	if (lines_load(&lab->lines, lab->path, lab->text, len))
		return -1;
	err = cyaml_load_data((const uint8_t *)lab->text, len, &config,
			      &lab_value, (void **)&lab->file, NULL);
	if (err)
		return load_error(lab, err, &log);
	if (!lab->file)
		return fail("%s: nothing is in it: a lab begins with \"name: NAME\"",
			    path);
	lab->id = xstrdup(lab->file->name);
	lab->kind = lab->file->kind ? *lab->file->kind : LAB_NSBRIDGE;
	return 0;
}

void lab_free(struct lab *lab)
{
	const cyaml_config_t config = { .mem_fn = cyaml_mem };

	if (lab->file)
		cyaml_free(&config, &lab_value, lab->file, 0);
	lines_free(lab->lines);
	free(lab->path);
	free(lab->text);
	free(lab->id);
	memset(lab, 0, sizeof(*lab));
}

int lab_error(const struct lab *lab, const char *list, unsigned int i,
	      const char *key, const char *fmt, ...)
{
	int line = lines_find(lab->lines, list, i, key);
	va_list ap;
	char *what;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&what, fmt, ap);
	va_end(ap);
	if (len < 0)
		return fail("%s:%d: out of memory", lab->path, line);
	if (!list)
		fail("%s:%d: %s%s%s", lab->path, line, key ? key : "",
		     key ? ": " : "", what);
	else
		fail("%s:%d: %s[%u]%s%s: %s", lab->path, line, list, i,
		     key ? "." : "", key ? key : "", what);
	free(what);
	return -1;
}
