/* SPDX-License-Identifier: GPL-2.0 */
/* The far end of a port's cable: the device that speaks there, and all that the
 * bridge takes from it: addresses, groups, and the namespace it is in.
 */
#ifndef NSB_FAR_H
#define NSB_FAR_H

struct net_device;
struct netlink_ext_ack;
struct nsb_port;

struct nsb_port *nsb_far_port(const struct net_device *far);
int nsb_far_attach(struct nsb_port *port, struct netlink_ext_ack *extack);
void nsb_far_detach(struct nsb_port *port);
void nsb_far_sync(struct nsb_port *port, struct net_device *far);
void nsb_far_event(struct nsb_port *port, struct net_device *far,
		   unsigned long event);

#endif
