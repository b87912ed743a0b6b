/* SPDX-License-Identifier: GPL-2.0 */
static inline void nsb_set_xdp_features(struct net_device *dev)
{
}
