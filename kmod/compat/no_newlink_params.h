/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.14 newlink got its arguments one by one. */
#ifndef NSB_NO_NEWLINK_PARAMS_H
#define NSB_NO_NEWLINK_PARAMS_H

struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

#define NSB_NEWLINK(f)		f ## _unpacked
#define NSB_NEWLINK_WRAP(f)						\
static int f ## _unpacked(struct net *src_net, struct net_device *dev,	\
			  struct nlattr *tb[], struct nlattr *data[],	\
			  struct netlink_ext_ack *extack)		\
{									\
	struct rtnl_newlink_params params = {				\
		.src_net = src_net,					\
		.tb = tb,						\
		.data = data,						\
	};								\
									\
	return f(dev, &params, extack);					\
}

/* Only 6.13 and 6.14 ask for this: there the core finds the peer's namespace,
 * and hands it over as src_net.
 */
static inline struct net *
rtnl_newlink_peer_net(struct rtnl_newlink_params *params)
{
	return params->src_net;
}

#endif
