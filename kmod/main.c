// SPDX-License-Identifier: GPL-2.0
/* nsbridge: a bridge, and the cables to it, that know which network namespace
 * is behind each port.
 *
 * Where to read on, in this order:
 *
 *	netns.c, side.c		a namespace, and how one bridge sees it
 *	pair.c, pair_link.c	"nsveth", a cable
 *	xmit.c			what it does with a frame, on the shortest way
 *	napi.c			queues of its own, when asked for
 *	xdp.c, xdp_set.c	programs that act on what arrives there
 *	bridge.c, link.c	"nsbridge", the device and its settings
 *	port.c			an enslaved device, and where it leads
 *	retry.c			and what it found no memory for
 *	fdb.c			who has which MAC address
 *	fdb_own.c, fdb_admin.c	what of it the kernel knows, and what it was told
 *	group.c, neigh.c	who has joined which group, who has which IP address
 *	forward.c, usable.c	where a frame goes
 *	deliver.c		how it gets there
 *	flood.c, flood_queue.c	who gets copies, and when
 *	policy.c, vlan.c	who may send to whom
 *	crossing.c		what passed from whom to whom
 *	latency.c, hist.c	and how long it took
 *	genl.c, event.c		how all that is shown, and told
 *	fdb_rtnl.c		what of it "bridge fdb" shows
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "fdb.h"
#include "forward.h"
#include "genl.h"
#include "latency.h"
#include "link.h"
#include "neigh.h"
#include "netns.h"
#include "pair.h"
#include "port.h"

/* The kinds come last and go first: while there is a device of ours, all that
 * it uses is there, and what happens to it can be told.
 */
static int __init nsbridge_init(void)
{
	int err;

	nsb_forward_init();
	nsb_latency_init();
	err = nsb_fdb_cache_init();
	if (err)
		return err;
	err = nsb_netns_init();
	if (err)
		goto err_cache;
	err = nsb_genl_init();
	if (err)
		goto err_netns;
	err = nsb_port_init();
	if (err)
		goto err_genl;
	err = nsb_neigh_init();
	if (err)
		goto err_port;
	err = nsb_pair_init();
	if (err)
		goto err_neigh;
	err = rtnl_link_register(&nsb_bridge_link_ops);
	if (err)
		goto err_pair;
	return 0;

err_pair:
	nsb_pair_exit();
err_neigh:
	nsb_neigh_exit();
err_port:
	nsb_port_exit();
err_genl:
	nsb_genl_exit();
err_netns:
	nsb_netns_exit();
err_cache:
	nsb_fdb_cache_exit();
	return err;
}

/* Unregistering a kind deletes its devices, in every namespace. */
static void __exit nsbridge_exit(void)
{
	rtnl_link_unregister(&nsb_bridge_link_ops);
	nsb_pair_exit();
	nsb_neigh_exit();
	nsb_port_exit();
	nsb_genl_exit();
	nsb_netns_exit();
	nsb_fdb_cache_exit();
}

module_init(nsbridge_init);
module_exit(nsbridge_exit);

MODULE_DESCRIPTION("Bridge and veth that know network namespaces");
MODULE_AUTHOR("The nsbridge developers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
