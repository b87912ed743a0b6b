/* SPDX-License-Identifier: GPL-2.0 */
/* What the suites share: a bridge with cables into real network namespaces, and
 * a tap at every far end that tells who got a frame. Nothing is mocked.
 *
 * The kernel has no call for a module to make a namespace or to give a device
 * an address, so these are made with ip, by way of rig_sh(). Without ip the
 * tests are skipped.
 */
#ifndef NSB_RIG_H
#define NSB_RIG_H

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/netdevice.h>
#include "bridge.h"
#include "port.h"
#include "side.h"

#define RIG_NETS	7	/* the first is the bridge's own */
#define RIG_PORTS	8
#define RIG_MAC(n)	((const u8 []){ 0x02, 0, 0, 0, 0, (n) })
#define RIG_TWICE	BIT(31)

/**
 * struct rig_port - where frames are put in, and where they arrive
 * @rig:	what it is a part of
 * @dev:	the port's device, or the bridge's
 * @far:	the far end; the same as @dev if there is none
 * @port:	the port, NULL for the bridge device
 * @tap:	sees what arrives at @far
 * @got:	how many copies of the last frame have arrived
 */
struct rig_port {
	struct rig *rig;
	struct net_device *dev;
	struct net_device *far;
	struct nsb_port *port;
	struct packet_type tap;
	unsigned int got;
};

/**
 * struct rig - a bridge and what hangs on it
 * @br:		the bridge
 * @host:	the bridge device, by which its own namespace sends
 * @ports:	in the order in which they were made, @host first
 * @n_ports:	how many
 * @serial:	of the last frame sent, in its last bytes
 * @pretend:	what every frame says it is outside of itself, as a packet
 *		socket can make it do; 0 for the truth
 * @tags:	every frame gets so many VLAN tags that only tell a priority
 */
struct rig {
	struct kunit *test;
	struct nsb_bridge *br;
	struct rig_port *host;
	struct rig_port ports[RIG_PORTS];
	unsigned int n_ports;
	u64 serial;
	u16 pretend;
	unsigned int tags;
};

/**
 * struct rig_frame - what a frame looks like
 * @dst:	destination MAC
 * @src:	source MAC; NULL for that of the device that sends
 * @proto:	what @data is, 0 for nothing that the kernel knows
 * @data:	what follows the Ethernet header; random if NULL
 * @len:	how many bytes of it
 * @vlan:	VLAN id for a tag that is not inside the frame, 0 for none
 */
struct rig_frame {
	const u8 *dst;
	const u8 *src;
	u16 proto;
	const void *data;
	unsigned int len;
	u16 vlan;
};

/* A namespace each, the fourth mostly the sender, and an uplink. */
struct rig_town {
	struct rig *rig;
	struct rig_port *a;
	struct rig_port *b;
	struct rig_port *c;
	struct rig_port *d;
	struct rig_port *up;
};

/* Two namespaces; what is for many has two copies, and waits for nobody. */
struct rig_pair {
	struct rig *rig;
	struct rig_port *a;
	struct rig_port *b;
	struct rig_port *host;
};

/* A device without a far end, as a NIC is. */
static inline bool rig_is_uplink(const struct rig_port *p)
{
	return p->port && p->far == p->dev;
}

/* Without what this does a test is worth nothing. */
#define RIG_SH(test, ...) KUNIT_ASSERT_EQ(test, 0, rig_sh(__VA_ARGS__))

int rig_suite_init(struct kunit_suite *suite);
void rig_suite_exit(struct kunit_suite *suite);
int rig_sh(const char *fmt, ...) __printf(1, 2);
struct net *rig_net(unsigned int i);
bool rig_wait(bool (*done)(void *arg), void *arg);
bool rig_has_queue(void *arg);
void rig_settle(void);

struct rig *rig_new(struct kunit *test);
struct rig_port *rig_cable(struct rig *rig, unsigned int net, const u8 *mac);
struct rig_port *rig_uplink(struct rig *rig);
void rig_town(struct kunit *test, struct rig_town *t);
void rig_pair(struct kunit *test, struct rig_pair *t);
void rig_unplug(struct rig_port *p);
void rig_set_mac(struct rig_port *p, const u8 *mac);
int rig_add_mac(struct rig_port *p, const u8 *mac);
void rig_del_mac(struct rig_port *p, const u8 *mac);
void rig_set_up(struct net_device *dev, bool up);
struct nsb_side *rig_side(const struct rig_port *p);

struct sk_buff *rig_raw(struct rig_port *from, struct net_device *dev,
			const u8 *dst, u16 proto, unsigned int len);
void rig_send_raw(struct sk_buff *skb);
void rig_send_frame(struct rig_port *from, const struct rig_frame *frame);
void rig_send(struct rig_port *from, const u8 *dst, const u8 *src);
void rig_send_arp(struct rig_port *from, const u8 *dst, u16 op,
		  const char *sender, const char *target);
u32 rig_got(struct rig *rig);
u64 rig_drops(const struct rig_port *from, const struct rig_port *to,
	      enum nsbridge_reason reason);
u64 rig_rx_dropped(const struct rig *rig);
u64 rig_cable_drops(const struct net_device *dev, enum nsbridge_reason reason);

/* Who got the last frame, and nobody else did. */
#define EXPECT_TO(test, rig, who) \
	KUNIT_EXPECT_EQ(test, (u32)(who), rig_got(rig))

static inline u32 rig_bit(const struct rig_port *p)
{
	return BIT(p - p->rig->ports);
}

#endif
