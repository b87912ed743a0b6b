// SPDX-License-Identifier: GPL-2.0
/* The bench that the suites work on: namespaces, and when everything has arrived
 * in them. See rig.h; no suite of its own.
 */
#include <linux/interrupt.h>
#include <linux/kmod.h>
#include <linux/netdevice.h>
#include <linux/umh.h>
#include <net/addrconf.h>
#include <net/net_namespace.h>
#include <net/sch_generic.h>

#include "rig.h"

#define NSID		7000	/* ids by which the namespaces are found */
#define WAIT		(10 * HZ)

static struct net *nets[RIG_NETS];
static int host_ipv6;

/* -- namespaces -- */

/* What every command may use: "n 2 ..." is ip in the second namespace, and
 * "s 2 a/b 1 c/d 0" sets sysctls there.
 */
static const char prelude[] =
	"n() { i=$1; shift; ip -n nsb-kunit-$i \"$@\"; }\n"
	"set='while [ $# != 0 ]; do echo $2 >/proc/sys/net/$1; shift 2; done'\n"
	"s() { i=$1; shift; ip netns exec nsb-kunit-$i sh -ec \"$set\" s $@; }\n";

static int shell(const char *fmt, va_list args)
{
	char *envp[2] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	};
	char *argv[4] = { "/bin/sh", "-ec" };
	char *command = kvasprintf(GFP_KERNEL, fmt, args);
	int err = -ENOMEM;

	argv[2] = command ? kasprintf(GFP_KERNEL, "%s%s", prelude, command) :
			    NULL;
	if (argv[2])
		err = call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC);
	if (err)
		pr_err("\"%s\" ended with %d\n", command, err);
	kfree(argv[2]);
	kfree(command);
	return err;
}

/**
 * rig_sh() - let a shell do what the kernel has no call for
 * @fmt: the command; see prelude
 *
 * Context: process, without RTNL.
 * Return: 0, or what the shell ended with.
 */
int rig_sh(const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = shell(fmt, args);
	va_end(args);
	return err;
}

#if IS_ENABLED(CONFIG_IPV6)
/* So that nothing is sent but what a test sends. */
static int silence(struct net *net, int off)
{
	int was = net->ipv6.devconf_dflt->disable_ipv6;

	WRITE_ONCE(net->ipv6.devconf_dflt->disable_ipv6, off);
	return was;
}
#else
static int silence(struct net *net, int off)
{
	return 0;
}
#endif

/**
 * rig_suite_init() - make the namespaces
 * @suite: the suite
 *
 * Return: always 0; without them rig_new() skips its test.
 */
int rig_suite_init(struct kunit_suite *suite)
{
	unsigned int i;

	nets[0] = &init_net;
	host_ipv6 = silence(&init_net, 1);
	for (i = 1; i < RIG_NETS; i++) {
		if (rig_sh("ip netns add nsb-kunit-%u", i) ||
		    rig_sh("ip netns set nsb-kunit-%u %u", i, NSID + i))
			break;
		nets[i] = get_net_ns_by_id(&init_net, NSID + i);
		if (nets[i])
			silence(nets[i], 1);
	}
	return 0;
}

/**
 * rig_suite_exit() - take the namespaces away
 * @suite: the suite
 */
void rig_suite_exit(struct kunit_suite *suite)
{
	unsigned int i;

	silence(&init_net, host_ipv6);
	for (i = 1; i < RIG_NETS; i++) {
		if (!nets[i])
			continue;
		put_net(nets[i]);
		nets[i] = NULL;
		rig_sh("ip netns del nsb-kunit-%u", i);
	}
}

/**
 * rig_net() - one of the namespaces
 * @i: 0 for the bridge's own, or below RIG_NETS
 */
struct net *rig_net(unsigned int i)
{
	return nets[i];
}

/* -- time -- */

/**
 * rig_wait() - wait until something is so
 * @done: whether it is
 * @arg: for @done
 *
 * Return: false if it took too long.
 */
bool rig_wait(bool (*done)(void *arg), void *arg)
{
	unsigned long end = jiffies + WAIT;

	while (!done(arg)) {
		if (time_after(jiffies, end))
			return false;
		schedule_timeout_uninterruptible(1);
	}
	return true;
}

static bool queues_empty(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		struct softnet_data *sd = &per_cpu(softnet_data, cpu);

		/* the poll list is that of frames with many copies, too */
		if (!list_empty_careful(&sd->poll_list) ||
		    !skb_queue_empty_lockless(&sd->input_pkt_queue) ||
		    !skb_queue_empty_lockless(&sd->process_queue))
			return false;
	}
	return true;
}

/* What was just taken off a queue may be put on the next one. */
static bool settled(void *arg)
{
	if (!queues_empty())
		return false;
	synchronize_net();
	return queues_empty();
}

/**
 * rig_settle() - wait until every frame has arrived where it goes
 */
void rig_settle(void)
{
	rig_wait(settled, NULL);
}

/**
 * rig_has_queue() - does a device send, or is its carrier still on its way?
 * @arg: the device
 *
 * For rig_wait(): a carrier that came back takes up to a second to be noticed.
 */
bool rig_has_queue(void *arg)
{
	struct net_device *dev = arg;

	return rcu_access_pointer(netdev_get_tx_queue(dev, 0)->qdisc) !=
	       &noop_qdisc;
}
