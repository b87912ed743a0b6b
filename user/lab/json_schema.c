// SPDX-License-Identifier: GPL-2.0
/* The form of a lab file as a JSON schema, for editors. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../lib/array.h"
#include "schema.h"

/* By list and key; a key that means the same everywhere is there without. */
static const struct {
	const char *path;
	const char *text;
} texts[] = {
	{ "name", "letters, digits, - and _" },
	{ "description", "one line, for lists" },
	{ "kind", "nsbridge, or stock for the kernel's bridge and veth" },
	{ "ipv6", "off: no IPv6 at all" },
	{ "needs", "commands without which the lab is not built" },
	{ "namespaces", "networks of their own, LAB.NAME in /run/netns" },
	{ "bridges", "all in the namespace LAB-switch" },
	{ "ports", "pairs from a namespace to a bridge" },
	{ "cables", "pairs between two namespaces" },
	{ "devices", "VLANs of devices, and dummies" },
	{ "verdicts", "what may cross a bridge" },
	{ "routes", "routes of namespaces" },
	{ "neighbours", "permanent neighbour entries" },
	{ "processes", "what runs while the lab is up" },
	{ "checks", "what \"lab check\" tries" },
	{ "sysctls", "net.NAME=VALUE" },
	{ "replicas", "so many of it: NAME1, NAME2 and so on" },
	{ "nftables", "rules as \"nft -f\" reads them" },
	{ "netns", "one that is there already: a name in /run/netns, or a path" },
	{ "pid", "the namespace of a process, instead of a new one" },
	{ "docker", "the namespace of a container, instead of a new one" },
	{ "mac", "like 02:00:00:00:00:01" },
	{ "mtu", "from 68 to 65535" },
	{ "addresses", "like 10.0.0.1/24 or fd00::1/64" },
	{ "ageing_time", "of learned entries, in 1/100 s" },
	{ "quota", "entries that a namespace may have" },
	{ "group_fwd_mask", "reserved groups that are forwarded" },
	{ "max_entries", "of the table" },
	{ "max_crossings", "pairs of namespaces that are counted" },
	{ "default_verdict", "where no verdict says otherwise" },
	{ "neigh_direct", "ARP and ND only to who has the address" },
	{ "neigh_guard", "nobody answers for an address of another" },
	{ "vlan_filtering", "VLANs are kept apart" },
	{ "namespace", "one of \"namespaces\"" },
	{ "device", "at most 15 characters" },
	{ "bridge", "one of \"bridges\"" },
	{ "peer", "the end on the bridge; NAMESPACE-DEVICE if left out" },
	{ "learning", "source addresses are learned" },
	{ "flood", "frames to addresses that nobody has" },
	{ "mcast_flood", "multicast to groups that nobody joined" },
	{ "bcast_flood", "broadcasts" },
	{ "locked", "only sources that are entries of its own" },
	{ "isolated", "nothing to other isolated ports" },
	{ "trusted", "of an uplink: what is learned there ranks first" },
	{ "vlan", "1 to 4094: untagged on a port, the id of a device" },
	{ "vlans", "tagged, 1 to 4094" },
	{ "clone", "replicas all have this address and MAC" },
	{ "delay", "of what it sends, in milliseconds" },
	{ "jitter", "by which the delay varies, in milliseconds" },
	{ "loss", "of what it sends, in percent" },
	{ "ends", "the two ends" },
	{ "link", "the device that a VLAN is on" },
	{ "from", "a namespace; in verdicts also the bridge, or any" },
	{ "to", "an address, network or namespace" },
	{ "verdict", "allow or deny" },
	{ "via", "the address of a router" },
	{ "dev", "a device of the namespace" },
	{ "metric", "the least is taken" },
	{ "address", "without a length" },
	{ "command", "for the shell" },
	{ "listen", "the TCP port to wait for before the lab is up" },
	{ "ping", "echo requests must be answered" },
	{ "tcp", "a transfer must arrive" },
	{ "probe", "pings, with a look at which namespaces they enter" },
	{ "run", "a command must succeed" },
	{ "what", "what is checked, in a few words" },
	{ "expect", "pass, or fail: nothing arrives" },
	{ "stock", "the same on the stock drivers; fault: does not pass there" },
	{ "in", "the namespace to run it in" },
	{ "count", "of packets to each address" },
	{ "interval", "between packets, in milliseconds" },
	{ "timeout", "in milliseconds" },
	{ "bytes", "to each address" },
};

static const char *describe(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(texts[i].path, key))
			return texts[i].text;
	return NULL;
}

static void put(struct json_object *to, const char *key,
		struct json_object *val)
{
	json_object_object_add(to, key, val);
}

static struct json_object *text(const char *val)
{
	return json_object_new_string(val);
}

static struct json_object *schema_of(const cyaml_schema_value_t *s);

static void put_mapping(struct json_object *to, const cyaml_schema_value_t *s)
{
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();
	const cyaml_schema_field_t *field;
	struct json_object *one;

	for (field = s->mapping.fields; field->key; field++) {
		one = schema_of(&field->value);
		if (describe(field->key))
			put(one, "description", text(describe(field->key)));
		put(properties, field->key, one);
		if (!(field->value.flags & CYAML_FLAG_OPTIONAL))
			json_object_array_add(required, text(field->key));
	}
	put(to, "type", text("object"));
	put(to, "properties", properties);
	put(to, "required", required);
	put(to, "additionalProperties", json_object_new_boolean(false));
}

static void put_enum(struct json_object *to, const cyaml_schema_value_t *s)
{
	struct json_object *words = json_object_new_array();
	uint32_t i;

	for (i = 0; i < s->enumeration.count; i++) {
		json_object_array_add(words,
				      text(s->enumeration.strings[i].str));
		/* What YAML 1.1 makes of "on" and "off". */
		if (!strcmp(s->enumeration.strings[i].str, "on"))
			json_object_array_add(words,
					      json_object_new_boolean(true));
		if (!strcmp(s->enumeration.strings[i].str, "off"))
			json_object_array_add(words,
					      json_object_new_boolean(false));
	}
	put(to, "enum", words);
}

static void put_bool(struct json_object *to)
{
	static const char *const words[] = { "on", "off", "yes", "no" };
	struct json_object *list = json_object_new_array();
	size_t i;

	json_object_array_add(list, json_object_new_boolean(true));
	json_object_array_add(list, json_object_new_boolean(false));
	for (i = 0; i < ARRAY_SIZE(words); i++)
		json_object_array_add(list, text(words[i]));
	put(to, "enum", list);
}

static void put_text(struct json_object *to, const cyaml_schema_value_t *s)
{
	struct json_object *types = json_object_new_array();

	/* A name may look like a number. */
	json_object_array_add(types, text("string"));
	json_object_array_add(types, text("number"));
	put(to, "type", types);
	put(to, "minLength", json_object_new_int(s->string.min));
	put(to, "maxLength", json_object_new_int(s->string.max));
}

static struct json_object *schema_of(const cyaml_schema_value_t *s)
{
	struct json_object *to = json_object_new_object();

	switch (s->type) {
	case CYAML_MAPPING:
		put_mapping(to, s);
		break;
	case CYAML_SEQUENCE:
		put(to, "type", text("array"));
		put(to, "items", schema_of(s->sequence.entry));
		if (s->sequence.min)
			put(to, "minItems",
			    json_object_new_int(s->sequence.min));
		if (s->sequence.max != CYAML_UNLIMITED)
			put(to, "maxItems",
			    json_object_new_int(s->sequence.max));
		break;
	case CYAML_UINT:
		put(to, "type", text("integer"));
		put(to, "minimum", json_object_new_int(0));
		break;
	case CYAML_FLOAT:
		put(to, "type", text("number"));
		put(to, "minimum", json_object_new_int(0));
		break;
	case CYAML_BOOL:
		put_bool(to);
		break;
	case CYAML_ENUM:
		put_enum(to, s);
		break;
	default:
		put_text(to, s);
	}
	return to;
}

void json_schema_print(void)
{
	struct json_object *json = schema_of(&lab_schema);
	struct json_object *top = json_object_new_object();

	put(top, "$schema", text("http://json-schema.org/draft-07/schema#"));
	put(top, "title", text("A lab of nsbridge"));
	json_object_object_foreach(json, key, val)
		put(top, key, json_object_get(val));
	json_object_put(json);
	puts(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(top);
}
