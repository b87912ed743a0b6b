/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.6 there was only tc, and it was elsewhere. */
#ifndef NSB_NO_TCX_INGRESS_H
#define NSB_NO_TCX_INGRESS_H

static inline unsigned long nsb_tc_ingress(const struct net_device *dev)
{
#ifdef CONFIG_NET_INGRESS
	return nsb_is_set(dev->miniq_ingress);
#else
	return 0;
#endif
}

static inline unsigned long nsb_tc_egress(const struct net_device *dev)
{
#ifdef CONFIG_NET_EGRESS
	return nsb_is_set(dev->miniq_egress);
#else
	return 0;
#endif
}

#endif
