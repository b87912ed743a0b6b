// SPDX-License-Identifier: GPL-2.0
/* The link kind "nsveth": pairs are made, moved and unmade here. */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <uapi/linux/if_nsbridge.h>

#include "compat.h"
#include "link.h"
#include "pair.h"
#include "pair_link.h"

static int pair_validate(struct nlattr *tb[], struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	int err = nsb_link_check_address(tb, extack);

	if (err)
		return err;
	if (tb[IFLA_MTU]) {
		u32 mtu = nla_get_u32(tb[IFLA_MTU]);

		if (mtu < ETH_MIN_MTU || mtu > ETH_MAX_MTU) {
			static_assert(ETH_MIN_MTU == 68 &&
				      ETH_MAX_MTU == 65535);
			NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_MTU],
					    "The MTU must be from 68 to 65535");
			return -EINVAL;
		}
	}
	return 0;
}

/* As many queues are made as there may be use for, and one is used until the
 * user asks for more.
 */
static void use_one_queue(struct net_device *dev, bool tx, bool rx)
{
	if (tx)
		netif_set_real_num_tx_queues(dev, 1);
	if (rx)
		netif_set_real_num_rx_queues(dev, 1);
}

static int register_end(struct net_device *dev)
{
	int err;

	netif_carrier_off(dev);
	err = register_netdevice(dev);
	if (err)
		return err;
	/* Off until asked for, as with veth. */
	dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(dev);
	return 0;
}

static void pair_dellink(struct net_device *dev, struct list_head *head)
{
	struct nsb_end *end = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(end->peer);

	/* The other end has been here before, and has queued this one. */
	if (!peer)
		return;
	RCU_INIT_POINTER(end->way, NULL);
	RCU_INIT_POINTER(end->peer, NULL);
	RCU_INIT_POINTER(end->into, NULL);
	unregister_netdevice_queue(dev, head);

	end = netdev_priv(peer);
	RCU_INIT_POINTER(end->way, NULL);
	RCU_INIT_POINTER(end->peer, NULL);
	RCU_INIT_POINTER(end->into, NULL);
	unregister_netdevice_queue(peer, head);
}

static int pair_newlink(struct net_device *dev,
			struct rtnl_newlink_params *params,
			struct netlink_ext_ack *extack)
{
	struct nlattr *attr = params->data ? params->data[NSVETH_INFO_PEER] : NULL;
	unsigned char name_assign_type = NET_NAME_ENUM;
	struct nlattr **tb = params->tb, **peer_tb = tb;
	struct nlattr *parsed[IFLA_MAX + 1];
	const struct ifinfomsg *ifm = NULL;
	struct nsb_end *end, *other;
	char name[IFNAMSIZ];
	struct net_device *peer;
	LIST_HEAD(list);
	struct net *net;
	int err;

	snprintf(name, sizeof(name), "%s%%d", nsb_pair_link_ops.kind);
	if (attr) {
		err = rtnl_nla_parse_ifinfomsg(parsed, attr, extack);
		if (err < 0)
			return err;
		/* the core does not do it everywhere */
		err = pair_validate(parsed, NULL, extack);
		if (err)
			return err;
		ifm = nla_data(attr);
		peer_tb = parsed;
		if (peer_tb[IFLA_IFNAME]) {
			nla_strscpy(name, peer_tb[IFLA_IFNAME], sizeof(name));
			name_assign_type = NET_NAME_USER;
		}
	}

	net = nsb_get_peer_net(params, peer_tb, extack);
	if (IS_ERR(net))
		return PTR_ERR(net);
	peer = rtnl_create_link(net, name, name_assign_type,
				&nsb_pair_link_ops, peer_tb, extack);
	if (IS_ERR(peer)) {
		put_net(net);
		return PTR_ERR(peer);
	}

	/* Without attributes of its own the peer was made from the device's,
	 * but must not have its address.
	 */
	if (!ifm || !peer_tb[IFLA_ADDRESS])
		eth_hw_addr_random(peer);
	if (!tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	/* The header is older than the index in it, and user space may have
	 * left anything there, unless it asks for indices.
	 */
	if (ifm && dev->ifindex)
		peer->ifindex = ifm->ifi_index;
	netif_inherit_tso_max(peer, dev);
	use_one_queue(dev, !tb[IFLA_NUM_TX_QUEUES], !tb[IFLA_NUM_RX_QUEUES]);
	use_one_queue(peer,
		      !tb[IFLA_NUM_TX_QUEUES] && !peer_tb[IFLA_NUM_TX_QUEUES],
		      !tb[IFLA_NUM_RX_QUEUES] && !peer_tb[IFLA_NUM_RX_QUEUES]);

	err = register_end(peer);
	put_net(net);
	if (err) {
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "A device has the name of the peer already: choose another");
		free_netdev(peer);
		return err;
	}
	err = register_end(dev);
	if (err) {
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "A device, maybe the peer, has this name already: choose another");
		unregister_netdevice(peer);
		return err;
	}

	end = netdev_priv(dev);
	other = netdev_priv(peer);
	rcu_assign_pointer(end->peer, peer);
	rcu_assign_pointer(other->peer, dev);

	/* Only now, since this may bring it up. The caller does the same for
	 * the device.
	 */
	err = rtnl_configure_link(peer, ifm, 0, NULL);
	if (err < 0) {
		pair_dellink(dev, &list);
		unregister_netdevice_many(&list);
		return err;
	}
	return 0;
}

NSB_NEWLINK_WRAP(pair_newlink)

/* Context: RTNL, or RCU in a dump of names */
static struct net *pair_get_link_net(const struct net_device *dev)
{
	const struct nsb_end *end = netdev_priv(dev);
	const struct net_device *peer = rcu_dereference_rtnl(end->peer);

	return dev_net(peer ? peer : dev);
}

static unsigned int pair_get_num_queues(void)
{
	/* rtnl_create_link() takes no more */
	return min_t(unsigned int, num_possible_cpus(), 4096);
}

static const struct nla_policy pair_policy[NSVETH_INFO_MAX + 1] = {
	[NSVETH_INFO_PEER]	= { .len = sizeof(struct ifinfomsg) },
};

struct rtnl_link_ops nsb_pair_link_ops = {
	.kind			= "nsveth",
	.priv_size		= sizeof(struct nsb_end),
	.setup			= nsb_end_setup,
	.maxtype		= NSVETH_INFO_MAX,
	.policy			= pair_policy,
	.validate		= pair_validate,
	.newlink		= NSB_NEWLINK(pair_newlink),
	.dellink		= pair_dellink,
	NSB_PEER_TYPE(NSVETH_INFO_PEER)
	.get_link_net		= pair_get_link_net,
	.get_num_tx_queues	= pair_get_num_queues,
	.get_num_rx_queues	= pair_get_num_queues,
};

/* A device that has moved is registered once more, in its new namespace: then
 * the crossings of its cable are between other namespaces.
 */
static int pair_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_REGISTER && nsb_is_end(dev))
		nsb_end_restart(netdev_priv(dev));
	return NOTIFY_DONE;
}

static struct notifier_block pair_notifier = {
	.notifier_call = pair_event,
};

int __init nsb_pair_init(void)
{
	int err = register_netdevice_notifier(&pair_notifier);

	if (err)
		return err;
	err = rtnl_link_register(&nsb_pair_link_ops);
	if (err)
		unregister_netdevice_notifier(&pair_notifier);
	return err;
}

/* Takes all pairs down, in all namespaces. */
void nsb_pair_exit(void)
{
	rtnl_link_unregister(&nsb_pair_link_ops);
	unregister_netdevice_notifier(&pair_notifier);
}

MODULE_ALIAS_RTNL_LINK("nsveth");
