/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.6 there was only tc, and it was elsewhere. */
#ifndef NSB_NO_TCX_INGRESS_H
#define NSB_NO_TCX_INGRESS_H

static inline bool nsb_tc_ingress(const struct net_device *dev)
{
#ifdef CONFIG_NET_INGRESS
	return rcu_access_pointer(dev->miniq_ingress);
#else
	return false;
#endif
}

static inline bool nsb_tc_egress(const struct net_device *dev)
{
#ifdef CONFIG_NET_EGRESS
	return rcu_access_pointer(dev->miniq_egress);
#else
	return false;
#endif
}

#endif
