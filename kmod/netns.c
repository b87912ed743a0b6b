// SPDX-License-Identifier: GPL-2.0
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "event.h"
#include "netns.h"
#include "side.h"

static unsigned int net_id __read_mostly;

/**
 * nsb_net() - the module's part of a namespace
 * @net: a namespace that is alive, or that an RCU section or RTNL keeps
 */
struct nsb_net *nsb_net(const struct net *net)
{
	return net_generic(net, net_id);
}

static int __net_init net_init(struct net *net)
{
	struct nsb_net *nn = nsb_net(net);

	INIT_LIST_HEAD(&nn->bridges);
	INIT_LIST_HEAD(&nn->sides);
	return 0;
}

/* The core has deleted or moved all devices of these namespaces by now: what
 * is left of them are sides without a port. A side is the only thing here that
 * points at a namespace, so after this nothing does.
 */
static void __net_exit net_exit_batch(struct list_head *nets)
{
	struct nsb_side *side, *tmp;
	struct net *net;
	LIST_HEAD(gone);

	rtnl_lock();
	list_for_each_entry(net, nets, exit_list)
		list_for_each_entry_safe(side, tmp, &nsb_net(net)->sides,
					 net_link) {
			nsb_event_send(side->br, &(struct nsb_event){
				.what = NSBRIDGE_HAPPENING_NAMESPACE_GONE,
				.side = side,
			});
			nsb_side_unlink(side, &gone);
		}
	/* Still under RTNL, which keeps the bridges of these sides. */
	nsb_sides_free(&gone);
	rtnl_unlock();
}

static struct pernet_operations net_ops = {
	.init		= net_init,
	.exit_batch	= net_exit_batch,
	.id		= &net_id,
	.size		= sizeof(struct nsb_net),
};

int nsb_netns_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void nsb_netns_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
