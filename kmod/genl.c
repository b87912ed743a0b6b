// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "genl.h"
#include <uapi/linux/nsbridge.h>

static const struct nla_policy ns_policy[] = {
	[NSBRIDGE_A_NS_NSID] = { .type = NLA_S32, },
	[NSBRIDGE_A_NS_INODE] = { .type = NLA_U64, },
	[NSBRIDGE_A_NS_COOKIE] = { .type = NLA_U64, },
	[NSBRIDGE_A_NS_SELF] = { .type = NLA_FLAG, },
	[NSBRIDGE_A_NS_FD] = { .type = NLA_U32, },
	[NSBRIDGE_A_NS_PID] = { .type = NLA_U32, },
};

static const struct nla_policy crossing_set_policy[] = {
	[NSBRIDGE_A_CROSSING_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_CROSSING_FROM] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_TO] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_RULE] = NLA_POLICY_MAX(NLA_U32, 2),
};

static const struct nla_policy crossing_get_policy[] = {
	[NSBRIDGE_A_CROSSING_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_CROSSING_FROM] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_TARGET] = NLA_POLICY_MAX(NLA_U32, 2),
	[NSBRIDGE_A_CROSSING_TO] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_SINCE] = { .type = NLA_U64, },
};

static const struct nla_policy rule_del_policy[] = {
	[NSBRIDGE_A_CROSSING_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_CROSSING_FROM] = NLA_POLICY_NESTED(ns_policy),
	[NSBRIDGE_A_CROSSING_TO] = NLA_POLICY_NESTED(ns_policy),
};

static const struct nla_policy namespace_get_policy[] = {
	[NSBRIDGE_A_NAMESPACE_IFINDEX] = { .type = NLA_U32, },
};

static const struct nla_policy fdb_get_policy[] = {
	[NSBRIDGE_A_FDB_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_PORT] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_ADDR] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[NSBRIDGE_A_FDB_VLAN] = NLA_POLICY_MAX(NLA_U16, 4094),
	[NSBRIDGE_A_FDB_NS] = NLA_POLICY_NESTED(ns_policy),
};

static const struct nla_policy port_get_policy[] = {
	[NSBRIDGE_A_PORT_IFINDEX] = { .type = NLA_U32, },
	[NSBRIDGE_A_PORT_PORT] = { .type = NLA_U32, },
	[NSBRIDGE_A_PORT_NS] = NLA_POLICY_NESTED(ns_policy),
};

static const struct nla_policy fdb_add_policy[] = {
	[NSBRIDGE_A_FDB_PORT] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_ADDR] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[NSBRIDGE_A_FDB_VLAN] = NLA_POLICY_MAX(NLA_U16, 4094),
	[NSBRIDGE_A_FDB_ORIGIN] = NLA_POLICY_MAX(NLA_U32, 2),
	[NSBRIDGE_A_FDB_STICKY] = { .type = NLA_FLAG, },
};

static const struct nla_policy fdb_del_policy[] = {
	[NSBRIDGE_A_FDB_PORT] = { .type = NLA_U32, },
	[NSBRIDGE_A_FDB_ADDR] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[NSBRIDGE_A_FDB_VLAN] = NLA_POLICY_MAX(NLA_U16, 4094),
};

/* GENL_UNS_ADMIN_PERM: whoever may configure the namespace may look into it,
 * and that is the one the bridges of a request live in.
 */
static const struct genl_ops ops[] = {
	{
		.cmd		= NSBRIDGE_CMD_CROSSING_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= crossing_get_policy,
		.maxattr	= ARRAY_SIZE(crossing_get_policy) - 1,
		.doit		= nsb_genl_crossing_get,
		.dumpit		= nsb_genl_crossing_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_NAMESPACE_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= namespace_get_policy,
		.maxattr	= ARRAY_SIZE(namespace_get_policy) - 1,
		.dumpit		= nsb_genl_namespace_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_get_policy,
		.maxattr	= ARRAY_SIZE(fdb_get_policy) - 1,
		.doit		= nsb_genl_fdb_get,
		.dumpit		= nsb_genl_fdb_dump,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_ADD,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_add_policy,
		.maxattr	= ARRAY_SIZE(fdb_add_policy) - 1,
		.doit		= nsb_genl_fdb_add,
	},
	{
		.cmd		= NSBRIDGE_CMD_FDB_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= fdb_del_policy,
		.maxattr	= ARRAY_SIZE(fdb_del_policy) - 1,
		.doit		= nsb_genl_fdb_del,
	},
	{
		.cmd		= NSBRIDGE_CMD_CROSSING_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= crossing_set_policy,
		.maxattr	= ARRAY_SIZE(crossing_set_policy) - 1,
		.doit		= nsb_genl_crossing_set,
	},
	{
		.cmd		= NSBRIDGE_CMD_RULE_DEL,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= rule_del_policy,
		.maxattr	= ARRAY_SIZE(rule_del_policy) - 1,
		.doit		= nsb_genl_rule_del,
	},
	{
		.cmd		= NSBRIDGE_CMD_PORT_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= port_get_policy,
		.maxattr	= ARRAY_SIZE(port_get_policy) - 1,
		.dumpit		= nsb_genl_port_dump,
	},
};

static const struct genl_multicast_group groups[] = {
	[NSB_GROUP_EVENTS] = {
		.name	= NSBRIDGE_MCGRP_EVENTS,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
	[NSB_GROUP_FDB] = {
		.name	= NSBRIDGE_MCGRP_FDB,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family nsb_genl_family __ro_after_init = {
	.name		= NSBRIDGE_FAMILY_NAME,
	.version	= NSBRIDGE_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

int __init nsb_genl_init(void)
{
	return genl_register_family(&nsb_genl_family);
}

void nsb_genl_exit(void)
{
	genl_unregister_family(&nsb_genl_family);
}

MODULE_ALIAS_GENL_FAMILY(NSBRIDGE_FAMILY_NAME);
