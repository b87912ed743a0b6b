// SPDX-License-Identifier: GPL-2.0
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bridge.h"
#include "crossing.h"
#include "forward.h"
#include "hist.h"
#include "latency.h"
#include "pair.h"
#include "port.h"
#include "side.h"

DEFINE_STATIC_KEY_FALSE(nsb_latency_used);

/* So many frames that wait in the queues of a bridge's ports can be told apart.
 * Of more than that the oldest are not counted.
 */
#define NOTE_BITS	11
#define NOTE_WAYS	4

/* @watch: the tap it is for, 0 for the bridge itself
 * @cookie, @from: of the side it came from
 */
struct note {
	const struct sk_buff *skb;
	u64 since;
	u64 cookie;
	u32 watch;
	u16 from;
};

struct notes {
	spinlock_t lock;	/* nothing nests inside */
	struct note way[NOTE_WAYS];
};

/**
 * struct nsb_latency - what a bridge needs while it measures
 * @rcu:	to free it
 * @notes:	of frames that others may write to, by the address of the skb
 *
 * A frame that is dropped on its way leaves its note behind, until another one
 * needs the place or has the same skb.
 */
struct nsb_latency {
	struct rcu_head rcu;
	struct notes notes[BIT(NOTE_BITS)];
};

/* In the control buffer of a frame, before the mark of forward.h. Others leave
 * anything there, so it begins with a secret.
 */
struct stamp {
	u64 word;
	u64 since;
	u64 cookie;
	u16 from;
};

static u64 stamp_key __ro_after_init;

static struct stamp *stamp_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct stamp) > sizeof(skb->cb) - sizeof(u64));
	return (struct stamp *)skb->cb;
}

/* -- notes -- */

static struct notes *notes_of(struct nsb_latency *l, const struct sk_buff *skb)
{
	return &l->notes[hash_ptr(skb, NOTE_BITS)];
}

static void note_put(struct nsb_latency *l, const struct note *note)
{
	struct notes *notes = notes_of(l, note->skb);
	struct note *to = NULL;
	int i;

	spin_lock(&notes->lock);
	for (i = 0; i < NOTE_WAYS; i++) {
		struct note *n = &notes->way[i];

		if (n->skb == note->skb) {
			to = n;
			break;
		}
		/* One that is free has a time of zero. */
		if (!to || n->since < to->since)
			to = n;
	}
	*to = *note;
	spin_unlock(&notes->lock);
}

static bool note_take(struct nsb_latency *l, const struct sk_buff *skb,
		      struct note *note)
{
	struct notes *notes = notes_of(l, skb);
	bool found = false;
	int i;

	spin_lock(&notes->lock);
	for (i = 0; i < NOTE_WAYS; i++) {
		struct note *n = &notes->way[i];

		if (n->skb == skb) {
			*note = *n;
			memset(n, 0, sizeof(*n));
			found = true;
			break;
		}
	}
	spin_unlock(&notes->lock);
	return found;
}

/* -- a frame on its way -- */

/**
 * nsb_latency_leave() - a frame will wait in the receive queue of a port
 * @port: the port
 * @skb: the frame
 *
 * Context: RCU, bottom halves off.
 */
void nsb_latency_leave(const struct nsb_port *port, const struct sk_buff *skb)
{
	struct nsb_latency *l = rcu_dereference(port->br->latency);

	if (l)
		note_put(l, &(struct note){
			.skb = skb,
			.since = ktime_get_ns(),
		});
}

/**
 * nsb_latency_begin() - a frame has come to a bridge
 * @br: the bridge
 * @skb: the frame
 *
 * Context: RCU, bottom halves off.
 * Return: when it was sent, 0 if the bridge does not measure. For what comes
 * from outside, and from where the bridge has no say, that is now.
 */
u64 nsb_latency_begin(const struct nsb_bridge *br, const struct sk_buff *skb)
{
	struct nsb_latency *l = rcu_dereference(br->latency);
	struct note note;

	if (!l)
		return 0;
	if (note_take(l, skb, &note) && !note.watch)
		return note.since;
	return ktime_get_ns();
}

/**
 * nsb_latency_stamp() - a frame is about to enter its last queue
 * @watch: where it will arrive
 * @x: the crossing it takes
 * @skb: the frame
 * @since: when it was sent, 0 for now
 *
 * Context: RCU, bottom halves off.
 */
void nsb_latency_stamp(const struct nsb_watch *watch,
		       const struct nsb_crossing *x, struct sk_buff *skb,
		       u64 since)
{
	struct stamp *stamp = stamp_of(skb);
	u32 id = READ_ONCE(watch->id);

	if (!id) {
		stamp->word = 0;
		return;
	}
	stamp->word = stamp_key ^ id;
	stamp->since = since ?: ktime_get_ns();
	stamp->cookie = x->from->cookie;
	stamp->from = x->from->idx;
}

/**
 * nsb_latency_note() - a frame is handed to the device of a port
 * @out: the port
 * @x: the crossing it takes
 * @skb: the frame
 * @since: when it was sent
 *
 * Context: RCU, bottom halves off.
 */
void nsb_latency_note(const struct nsb_port *out, const struct nsb_crossing *x,
		      const struct sk_buff *skb, u64 since)
{
	struct nsb_latency *l = rcu_dereference(out->br->latency);
	u32 id = READ_ONCE(out->watch.id);

	if (l && id)
		note_put(l, &(struct note){
			.skb = skb,
			.since = since,
			.cookie = x->from->cookie,
			.from = x->from->idx,
			.watch = id,
		});
}

/* What has become of the side that a frame came from, while it waited? */
static struct nsb_side *side_of(struct nsb_bridge *br, u16 idx, u64 cookie)
{
	struct nsb_side *side = xa_load(&br->sides, idx);

	return side && !READ_ONCE(side->dead) && side->cookie == cookie ?
	       side : NULL;
}

static void taken(const struct nsb_watch *watch, struct sk_buff *skb)
{
	struct nsb_latency *l = rcu_dereference(watch->br->latency);
	struct stamp *stamp = stamp_of(skb);
	u64 now = ktime_get_ns(), word = stamp->word ^ stamp_key;
	u32 id = READ_ONCE(watch->id);
	struct nsb_side *from, *to;
	struct nsb_crossing *x;
	struct note note;

	if (!l || !id)
		return;
	if (word == id) {
		stamp->word = 0;
		note.since = stamp->since;
		note.cookie = stamp->cookie;
		note.from = stamp->from;
	} else if (!note_take(l, skb, &note) || note.watch != id) {
		return;
	}

	from = side_of(watch->br, note.from, note.cookie);
	to = watch->port ? rcu_dereference(watch->port->side) :
			   watch->br->host;
	if (!from || !to)
		return;
	x = nsb_crossing_find(from, to) ?: from->other;
	if (x->hist)
		nsb_hist_add(x->hist, now > note.since ? now - note.since : 0);
}

static int watch_func(struct sk_buff *skb, struct net_device *dev,
		      struct packet_type *pt, struct net_device *orig_dev)
{
	taken(container_of(pt, struct nsb_watch, pt), skb);
	consume_skb(skb);
	return 0;
}

/**
 * nsb_latency_polled() - the stack is about to get a frame by way of GRO or XDP
 * @end: where it has arrived
 * @skb: the frame
 *
 * These write to the control buffer, and make other frames of it, before a tap
 * sees it.
 *
 * Context: RCU, softirq.
 */
void nsb_latency_polled(struct nsb_end *end, struct sk_buff *skb)
{
	struct net_device *peer = rcu_dereference(end->peer);
	struct nsb_port *port;

	if (!peer)
		return;
	port = rcu_dereference(((struct nsb_end *)netdev_priv(peer))->port);
	if (port)
		taken(&port->watch, skb);
}

/* -- switching it on and off -- */

/**
 * nsb_latency_watch() - look at what arrives at a device, if the bridge measures
 * @watch: of its port, or of the bridge
 * @dev: the far end, or the bridge device
 *
 * Context: RTNL.
 */
void nsb_latency_watch(struct nsb_watch *watch, struct net_device *dev)
{
	static u32 last;

	ASSERT_RTNL();
	if (!rcu_access_pointer(watch->br->latency) || watch->id || !dev)
		return;
	watch->pt = (struct packet_type){
		.type = htons(ETH_P_ALL),
		.ignore_outgoing = true,
		.dev = dev,
		.func = watch_func,
	};
	WRITE_ONCE(watch->id, ++last ?: ++last);
	dev_add_pack(&watch->pt);
}

/**
 * nsb_latency_unwatch() - take back nsb_latency_watch()
 * @watch: of a port, or of the bridge
 *
 * It must stay for an RCU grace period after this.
 *
 * Context: RTNL.
 */
void nsb_latency_unwatch(struct nsb_watch *watch)
{
	ASSERT_RTNL();
	if (!watch->id)
		return;
	WRITE_ONCE(watch->id, 0);
	__dev_remove_pack(&watch->pt);
}

static void unwatch_all(struct nsb_bridge *br)
{
	struct nsb_port *port;

	list_for_each_entry(port, &br->ports, list)
		nsb_latency_unwatch(&port->watch);
	nsb_latency_unwatch(&br->watch);
}

static void stop(struct nsb_bridge *br)
{
	struct nsb_latency *l = rtnl_dereference(br->latency);

	unwatch_all(br);
	static_branch_dec(&nsb_latency_used);
	RCU_INIT_POINTER(br->latency, NULL);
	synchronize_net();
	kvfree(l);
}

static int start(struct nsb_bridge *br)
{
	struct nsb_latency *l;
	struct nsb_port *port;
	int i, err;

	l = kvzalloc(sizeof(*l), GFP_KERNEL_ACCOUNT);
	if (!l)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(l->notes); i++)
		spin_lock_init(&l->notes[i].lock);

	err = nsb_hists_give(br);
	if (err) {
		kvfree(l);
		return err;
	}

	rcu_assign_pointer(br->latency, l);
	nsb_latency_watch(&br->watch, br->dev);
	list_for_each_entry(port, &br->ports, list)
		nsb_latency_watch(&port->watch, rtnl_dereference(port->far));
	static_branch_inc(&nsb_latency_used);
	return 0;
}

/**
 * nsb_latency_set() - switch the measuring on or off
 * @br: the bridge
 * @on: which
 * @extack: for the reason of a failure
 *
 * Histograms begin anew when it is switched on.
 *
 * Context: process, RTNL. May sleep for an RCU grace period.
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int nsb_latency_set(struct nsb_bridge *br, bool on,
		    struct netlink_ext_ack *extack)
{
	int err = 0;

	ASSERT_RTNL();
	if (on == !!rcu_access_pointer(br->latency))
		return 0;
	if (!on) {
		stop(br);
		nsb_hists_drop(br);
		return 0;
	}
	err = start(br);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "No memory for a histogram of each crossing, lower max_crossings or remove ports");
	return err;
}

/**
 * nsb_latency_exit() - a bridge goes
 * @br: the bridge; it has no port, and the histograms go with the crossings
 *
 * Context: process, RTNL. May sleep for an RCU grace period.
 */
void nsb_latency_exit(struct nsb_bridge *br)
{
	if (rcu_access_pointer(br->latency))
		stop(br);
}

void __init nsb_latency_init(void)
{
	/* A control buffer of zeros and small numbers has no stamp. */
	do {
		get_random_bytes(&stamp_key, sizeof(stamp_key));
	} while (!(stamp_key >> 32));
}
