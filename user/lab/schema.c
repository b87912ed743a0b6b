// SPDX-License-Identifier: GPL-2.0
/* The form of a lab file: what keys there are, and what each may say. The tables
 * are libcyaml's; vet.c checks a file against them before that reads it, and
 * json_schema.c prints them for editors.
 */
#include "../lib/array.h"
#include "file.h"
#include "schema.h"

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
#define FLOAT_OPT(key, type, field) \
	CYAML_FIELD_FLOAT_PTR(key, PTR_OPT, type, field)
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
	{ "fault", LAB_FAULT },
};

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 4096),
};

static const cyaml_schema_value_t number_value = {
	CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint32_t),
};

static const cyaml_schema_field_t namespace_fields[] = {
	TEXT("name", struct lab_namespace, name),
	BOOL_OPT("ipv6", struct lab_namespace, ipv6),
	LIST_OPT("sysctls", struct lab_namespace, sysctls, &text_value),
	UINT_OPT("replicas", struct lab_namespace, replicas),
	CYAML_FIELD_STRING_PTR("nftables", PTR_OPT, struct lab_namespace,
			       nftables, 1, 65536),
	TEXT_OPT("netns", struct lab_namespace, netns),
	UINT_OPT("pid", struct lab_namespace, pid),
	TEXT_OPT("docker", struct lab_namespace, docker),
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
	BOOL_OPT("vlan_filtering", struct lab_bridge, vlan_filtering),
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
	FLOAT_OPT("delay", struct lab_port, end.delay),
	FLOAT_OPT("jitter", struct lab_port, end.jitter),
	FLOAT_OPT("loss", struct lab_port, end.loss),
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
	UINT_OPT("vlan", struct lab_port, vlan),
	LIST_OPT("vlans", struct lab_port, vlans, &number_value),
	BOOL_OPT("clone", struct lab_port, clone),
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
	FLOAT_OPT("delay", struct lab_end, delay),
	FLOAT_OPT("jitter", struct lab_end, jitter),
	FLOAT_OPT("loss", struct lab_end, loss),
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

static const cyaml_schema_field_t device_fields[] = {
	TEXT("namespace", struct lab_device, end.namespace),
	TEXT("device", struct lab_device, end.device),
	TEXT_OPT("mac", struct lab_device, end.mac),
	UINT_OPT("mtu", struct lab_device, end.mtu),
	LIST_OPT("addresses", struct lab_device, end.addresses, &text_value),
	TEXT_OPT("link", struct lab_device, link),
	UINT_OPT("vlan", struct lab_device, vlan),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t device_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_device,
			    device_fields),
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
	UINT_OPT("metric", struct lab_route, metric),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t route_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_route, route_fields),
};

static const cyaml_schema_field_t neighbour_fields[] = {
	TEXT("namespace", struct lab_neighbour, namespace),
	TEXT("device", struct lab_neighbour, device),
	TEXT("address", struct lab_neighbour, address),
	TEXT("mac", struct lab_neighbour, mac),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t neighbour_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_neighbour,
			    neighbour_fields),
};

static const cyaml_schema_field_t process_fields[] = {
	TEXT("namespace", struct lab_process, namespace),
	TEXT("command", struct lab_process, command),
	UINT_OPT("listen", struct lab_process, listen),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t process_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct lab_process,
			    process_fields),
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

static const cyaml_schema_field_t run_fields[] = {
	TEXT("in", struct lab_run, in),
	TEXT("command", struct lab_run, command),
	CYAML_FIELD_UINT("timeout", OPT, struct lab_run, timeout),
	CYAML_FIELD_END
};

static const cyaml_schema_field_t check_fields[] = {
	CYAML_FIELD_MAPPING_PTR("ping", PTR_OPT, struct lab_check, ping,
				packet_fields),
	CYAML_FIELD_MAPPING_PTR("tcp", PTR_OPT, struct lab_check, tcp,
				stream_fields),
	CYAML_FIELD_MAPPING_PTR("probe", PTR_OPT, struct lab_check, probe,
				packet_fields),
	CYAML_FIELD_MAPPING_PTR("run", PTR_OPT, struct lab_check, run,
				run_fields),
	TEXT_OPT("what", struct lab_check, what),
	ENUM_OPT("expect", struct lab_check, expect, expect_strings,
		 ARRAY_SIZE(expect_strings)),
	ENUM_OPT("stock", struct lab_check, stock, expect_strings,
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
	LIST_OPT("needs", struct lab_file, needs, &text_value),
	LIST_OPT("namespaces", struct lab_file, namespaces, &namespace_value),
	LIST_OPT("bridges", struct lab_file, bridges, &bridge_value),
	LIST_OPT("ports", struct lab_file, ports, &port_value),
	LIST_OPT("cables", struct lab_file, cables, &cable_value),
	LIST_OPT("devices", struct lab_file, devices, &device_value),
	LIST_OPT("verdicts", struct lab_file, verdicts, &rule_value),
	LIST_OPT("routes", struct lab_file, routes, &route_value),
	LIST_OPT("neighbours", struct lab_file, neighbours, &neighbour_value),
	LIST_OPT("processes", struct lab_file, processes, &process_value),
	LIST_OPT("checks", struct lab_file, checks, &check_value),
	CYAML_FIELD_END
};

const cyaml_schema_value_t lab_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct lab_file, lab_fields),
};
