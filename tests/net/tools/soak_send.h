/* SPDX-License-Identifier: GPL-2.0 */
/* Part of soak.c: who sends what. */
#ifndef SOAK_SEND_H
#define SOAK_SEND_H

#include "soak_cable.h"

enum kind {
	ONE, UNKNOWN, BROADCAST, GROUP, UP, TWICE, BACK, RESERVED, STRANGER, BAD, LONG,
	KINDS,
};

static const char * const kind_names[] = {
	"to one", "unknown", "broadcast", "multicast", "to the bridge",
	"to an address of several", "to themselves", "reserved", "of another source",
	"of a bad source", "long",
};

static atomic_ullong kinds[KINDS];

static enum kind make_frame(unsigned char *f, const struct cable *c, unsigned long *rng,
			    size_t *len)
{
	static const unsigned char odds[KINDS] = {
		[ONE] = 200, [UNKNOWN] = 8, [BROADCAST] = 4, [GROUP] = 6, [UP] = 6,
		[TWICE] = 8, [BACK] = 2, [RESERVED] = 2, [STRANGER] = 6, [BAD] = 2,
		[LONG] = 12,
	};
	unsigned int dice = pick(rng, 256);
	enum kind kind = ONE;

	while (dice >= odds[kind]) {
		dice -= odds[kind];
		kind++;
	}
	*len = kind == LONG ? 1514 : 60 + pick(rng, 3) * 200;
	memcpy(f, cables[pick(rng, n_spaces)].mac, 6);
	memcpy(f + 6, c->mac, 6);
	f[12] = FRAME_TYPE >> 8;
	f[13] = FRAME_TYPE & 0xff;
	switch (kind) {
	case UNKNOWN:
		make_mac(f, 0x9000 + pick(rng, 100));
		break;
	case BROADCAST:
		memset(f, 0xff, 6);
		break;
	case GROUP:
		memcpy(f, "\1\0\x5e\0\1", 5);
		f[5] = pick(rng, GROUPS + 1);
		break;
	case UP:
		make_mac(f, HOME);
		break;
	case TWICE:
		make_mac(f, MAC_X + pick(rng, 3));
		break;
	case BACK:
		memcpy(f, c->mac, 6);
		break;
	case RESERVED:
		memcpy(f, "\1\x80\xc2\0\0\3", 6);
		break;
	case STRANGER:
		make_mac(f + 6, 0x8000 + pick(rng, 256));
		break;
	case BAD:
		memcpy(f + 6, pick(rng, 2) ? "\3\0\0\0\0\1" : "\0\0\0\0\0\0", 6);
		break;
	default:
		break;
	}
	return kind;
}

struct batch {
	unsigned char frames[BATCH][1514];
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
};

static void send_some(struct cable *c, struct batch *b, unsigned long *rng)
{
	unsigned int i, at = 0;
	enum kind kind[BATCH];
	int n;

	pthread_mutex_lock(&c->lock);
	for (i = 0; i < BATCH && c->sock >= 0; i++) {
		b->iov[i].iov_base = b->frames[i];
		kind[i] = make_frame(b->frames[i], c, rng, &b->iov[i].iov_len);
		b->msgs[i].msg_hdr.msg_iov = &b->iov[i];
		b->msgs[i].msg_hdr.msg_iovlen = 1;
	}
	while (at < BATCH && c->sock >= 0) {
		n = sendmmsg(c->sock, b->msgs + at, BATCH - at, 0);
		/* the device is down, or has just gone */
		if (n < 0 && errno != ENOBUFS && errno != EMSGSIZE)
			break;
		for (i = at; n > 0 && i < at + n; i++)
			kinds[kind[i]]++;
		if (n > 0) {
			c->accepted += n;
			sent += n;
		}
		/* the one that was refused is over, too */
		at += n > 0 ? n : 1;
	}
	pthread_mutex_unlock(&c->lock);
}

static void *sender(void *arg)
{
	unsigned int me = (uintptr_t)arg, i;
	static struct batch batches[64];
	unsigned long rng = seed * 7919 + me;

	pin(me % n_cpus);
	while (sent < goal) {
		for (i = me; i < n_spaces && sent < goal; i += n_threads)
			send_some(&cables[i], &batches[me], &rng);
		if (!me)
			send_some(&bridge_dev, &batches[me], &rng);
		sched_yield();
	}
	return NULL;
}

#endif
