/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.12 it was up to newlink to find the namespace of the peer. */
#ifndef NSB_NO_PEER_TYPE_H
#define NSB_NO_PEER_TYPE_H

#include <linux/capability.h>
#include <net/net_namespace.h>

#define NSB_PEER_TYPE(attr)

static inline struct net *nsb_get_peer_net(struct rtnl_newlink_params *params,
					   struct nlattr **peer_tb,
					   struct netlink_ext_ack *extack)
{
	struct net *net = rtnl_link_get_net(params->src_net, peer_tb);

	if (IS_ERR(net)) {
		NL_SET_ERR_MSG(extack,
			       "No such network namespace for the peer: name a process or a file descriptor that has one");
		return net;
	}

	/* The core has asked this only for the namespace of the device itself.
	 * A request is served in the context of the process that sent it.
	 */
	if (!net_eq(net, params->src_net) &&
	    !ns_capable(net->user_ns, CAP_NET_ADMIN)) {
		put_net(net);
		NL_SET_ERR_MSG(extack,
			       "Creating the peer in that network namespace takes CAP_NET_ADMIN there");
		return ERR_PTR(-EPERM);
	}

	return net;
}

#endif
