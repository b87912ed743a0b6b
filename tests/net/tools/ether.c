// SPDX-License-Identifier: GPL-2.0
/* Ethernet frames as a test wants them, past the IP stack:
 *
 *	ether send DEV [options]	send frames, print how many went out
 *	ether count DEV|any [options]	count frames that come in, until a signal
 *
 *	-n N	how many (send: 1; count: stop after so many)
 *	-s MAC	source		-S N	sources, MAC and the N - 1 after it
 *	-d MAC	destination	-D N	destinations, likewise
 *	-t HEX	EtherType (88b5, which is for experiments)
 *	-l LEN	length with the header, without FCS (60)
 *	-q VID	with an 802.1Q tag; 0 is one that only tells a priority
 *	-p HEX	payload, filled up with zeroes
 *	-u A,B	payload: IPv4 or IPv6 and UDP to port 9, from address A to B
 *	-a OP,SHA,SPA,THA,TPA	payload: ARP, OP 1 asks and 2 answers
 *	-v TYPE,A,B,TARGET,MAC	payload: neighbour discovery from address A to B
 *		(133 RS, 134 RA, 135 NS, 136 NA, 137 redirect), with MAC as the
 *		link-layer address option; RS and RA have no use for TARGET
 *	-x	with IPv6 destination options before it (give it before -v)
 *	-g USEC	send: rest so long after each frame
 *	-i ADDR	count: IPv4 or IPv6 destination
 *	-w SEC	count: stop after so long
 *
 * -d, -s, -t and -i are what count looks for; without them it counts
 * everything. It says "ready" on stderr when it listens.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LEN_MAX	65535

struct options {
	unsigned long n;
	unsigned char src[6], dst[6];
	bool has_src, has_dst, has_type, has_vid, has_ip, options;
	unsigned long n_src, n_dst;
	unsigned int type, len, vid, seconds, gap, ip_type;
	unsigned char ip[16];
	unsigned char payload[LEN_MAX];
	size_t n_payload;
};

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void die(const char *what, const char *arg)
{
	fprintf(stderr, "ether: %s: %s\n", what, arg);
	exit(2);
}

static void parse_mac(unsigned char *mac, const char *text)
{
	char end;

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5], &end) != 6)
		die("not a MAC", text);
}

static void mac_add(unsigned char *to, const unsigned char *mac,
		    unsigned long n)
{
	int i;

	memcpy(to, mac, 6);
	for (i = 5; i > 2; i--) {
		n += to[i];
		to[i] = n;
		n >>= 8;
	}
}

static void put(struct options *o, const void *data, size_t len)
{
	if (o->n_payload + len > LEN_MAX - 18)
		die("too long", "payload");
	memcpy(o->payload + o->n_payload, data, len);
	o->n_payload += len;
}

static void parse_hex(struct options *o, const char *text)
{
	unsigned char byte;

	for (; *text; text += 2) {
		if (sscanf(text, "%2hhx", &byte) != 1 || !text[1])
			die("not hex", text);
		put(o, &byte, 1);
	}
}

static void parse_arp(struct options *o, char *text)
{
	static const unsigned char head[] = { 0, 1, 8, 0, 6, 4 };
	char *word, *save = NULL;
	unsigned char mac[6];
	uint16_t op;
	uint32_t ip;
	int i;

	put(o, head, sizeof(head));
	for (i = 0, word = strtok_r(text, ",", &save); word;
	     i++, word = strtok_r(NULL, ",", &save)) {
		if (i == 0) {
			op = htons(atoi(word));
			put(o, &op, 2);
		} else if (i % 2) {
			parse_mac(mac, word);
			put(o, mac, 6);
		} else {
			if (inet_pton(AF_INET, word, &ip) != 1)
				die("not an IPv4 address", word);
			put(o, &ip, 4);
		}
	}
	if (i != 5)
		die("needs OP,SHA,SPA,THA,TPA", "-a");
	o->type = ETH_P_ARP;
}

static uint16_t checksum(const unsigned char *data, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? data[i] : data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void parse_udp(struct options *o, char *text)
{
	/* from port 9 to port 9, with the word "nsbridge", without checksum */
	unsigned char udp[16] = { 0, 9, 0, 9, 0, 16, 0, 0,
				  'n', 's', 'b', 'r', 'i', 'd', 'g', 'e' };
	char *to = strchr(text, ',');
	unsigned char ip4[20] = { 0x45, 0, 0, 36, 0, 0, 0, 0, 64, 17 };
	unsigned char ip6[40] = { 0x60, 0, 0, 0, 0, 16, 17, 64 };
	uint16_t sum;

	if (!to)
		die("needs two addresses", text);
	*to++ = 0;
	if (inet_pton(AF_INET, text, ip4 + 12) == 1 &&
	    inet_pton(AF_INET, to, ip4 + 16) == 1) {
		sum = checksum(ip4, 20, 0);
		ip4[10] = sum >> 8;
		ip4[11] = sum;
		put(o, ip4, 20);
		o->type = ETH_P_IP;
	} else if (inet_pton(AF_INET6, text, ip6 + 8) == 1 &&
		   inet_pton(AF_INET6, to, ip6 + 24) == 1) {
		/* the pseudo header: both addresses, length, protocol */
		sum = ~checksum(ip6 + 8, 32, 16 + 17);
		sum = checksum(udp, 16, sum);
		udp[6] = sum >> 8;
		udp[7] = sum;
		put(o, ip6, 40);
		o->type = ETH_P_IPV6;
	} else {
		die("not two addresses", text);
	}
	put(o, udp, 16);
}

static void parse_nd(struct options *o, char *text)
{
	/* IPv6, destination options (one that is padding), ICMPv6: a header and
	 * up to two addresses, the option
	 */
	unsigned char buf[40 + 8 + 40 + 8] = { 0x60, 0, 0, 0, 0, 0, 58, 255 };
	static const unsigned char padding[8] = { 58, 0, 1, 4 };
	unsigned char *nd = buf + 40, *option, pseudo[32 + 48];
	char *word[5], *save = NULL;
	size_t len = 8;
	uint16_t sum;
	int i;

	for (i = 0; i < 5; i++)
		word[i] = strtok_r(i ? NULL : text, ",", &save);
	if (!word[4] || inet_pton(AF_INET6, word[1], buf + 8) != 1 ||
	    inet_pton(AF_INET6, word[2], buf + 24) != 1)
		die("needs TYPE,A,B,TARGET,MAC", "-v");
	if (o->options) {
		buf[6] = 60;
		memcpy(nd, padding, sizeof(padding));
		nd += sizeof(padding);
	}

	nd[0] = atoi(word[0]);
	switch (nd[0]) {
	case 134:	/* a router for 30 minutes; it says nothing about timers */
		nd[4] = 64;
		nd[6] = 1800 >> 8;
		nd[7] = 1800 & 0xff;
		len += 8;
		break;
	case 136:	/* override */
		nd[4] = 0x20;
		break;
	}
	if (nd[0] >= 135) {
		if (inet_pton(AF_INET6, word[3], nd + len) != 1)
			die("not an IPv6 address", word[3]);
		/* who is redirected to a neighbour: both addresses are its */
		if (nd[0] == 137)
			memcpy(nd + len + 16, nd + len, 16);
		len += nd[0] == 137 ? 32 : 16;
	}
	option = nd + len;
	option[0] = nd[0] >= 136 ? 2 : 1;
	option[1] = 1;
	parse_mac(option + 2, word[4]);
	len += 8;

	memcpy(pseudo, buf + 8, 32);
	memcpy(pseudo + 32, nd, len);
	sum = checksum(pseudo, 32 + len, len + 58);
	nd[2] = sum >> 8;
	nd[3] = sum;
	len += nd - (buf + 40);
	buf[5] = len;
	put(o, buf, 40 + len);
	o->type = ETH_P_IPV6;
}

static void parse_ip(struct options *o, const char *text)
{
	o->has_ip = true;
	if (inet_pton(AF_INET, text, o->ip) == 1)
		o->ip_type = ETH_P_IP;
	else if (inet_pton(AF_INET6, text, o->ip) == 1)
		o->ip_type = ETH_P_IPV6;
	else
		die("not an address", text);
}

static int open_packet(const char *dev, unsigned int type)
{
	struct sockaddr_ll to = {
		.sll_family	= AF_PACKET,
		.sll_protocol	= htons(type),
		.sll_ifindex	= if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	/* Any also takes those that are only to come. */
	if (!to.sll_ifindex && (!type || strcmp(dev, "any")))
		die("no device", dev);
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die("no packet socket", strerror(errno));
	return fd;
}

static int do_send(const char *dev, const struct options *o)
{
	static unsigned char frame[LEN_MAX];
	size_t head = o->has_vid ? 18 : 14;
	size_t len = o->len;
	unsigned long i, sent = 0, failed = 0;
	int fd = open_packet(dev, 0), err = 0;

	if (len < head + o->n_payload)
		len = head + o->n_payload;
	if (o->has_vid) {
		frame[12] = 0x81;
		frame[14] = o->vid >> 8;
		frame[15] = o->vid;
	}
	frame[head - 2] = o->type >> 8;
	frame[head - 1] = o->type;
	memcpy(frame + head, o->payload, o->n_payload);

	for (i = 0; i < o->n && !stop; i++) {
		mac_add(frame, o->dst, i % o->n_dst);
		mac_add(frame + 6, o->src, i % o->n_src);
		if (send(fd, frame, len, 0) == (ssize_t)len) {
			sent++;
		} else {
			err = errno;
			failed++;
		}
		if (o->gap)
			usleep(o->gap);
	}
	if (failed)
		fprintf(stderr, "ether: %lu not sent: %s\n", failed,
			strerror(err));
	printf("%lu\n", sent);
	return 0;
}

static bool wanted(const struct options *o, const unsigned char *frame)
{
	unsigned int type = frame[12] << 8 | frame[13];

	if (o->has_ip && (type != o->ip_type ||
			  (type == ETH_P_IP ? memcmp(frame + 30, o->ip, 4) :
					      memcmp(frame + 38, o->ip, 16))))
		return false;
	return (!o->has_dst || !memcmp(frame, o->dst, 6)) &&
	       (!o->has_src || !memcmp(frame + 6, o->src, 6)) &&
	       (!o->has_type || type == o->type);
}

static int do_count(const char *dev, const struct options *o)
{
	int fd = open_packet(dev, ETH_P_ALL), size = 64 << 20;
	unsigned char frame[64];
	unsigned long n = 0;
	struct sockaddr_ll from;
	struct timeval tick = { .tv_usec = 50000 };
	struct tpacket_stats stats = { 0 };
	socklen_t slen = sizeof(stats);
	time_t end = time(NULL) + o->seconds;
	bool drain = false;
	ssize_t len;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
	fprintf(stderr, "ready\n");

	/* what has arrived before the signal still counts */
	while (!o->n || n < o->n) {
		socklen_t flen = sizeof(from);

		drain = stop || (o->seconds && time(NULL) >= end);
		len = recvfrom(fd, frame, sizeof(frame),
			       drain ? MSG_DONTWAIT : 0,
			       (struct sockaddr *)&from, &flen);
		if (len < 0 && drain && errno != EINTR)
			break;
		if (len >= 14 && from.sll_pkttype != PACKET_OUTGOING &&
		    wanted(o, frame))
			n++;
	}
	if (!getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &slen) &&
	    stats.tp_drops)
		fprintf(stderr, "ether: %u frames missed\n", stats.tp_drops);
	printf("%lu\n", n);
	return 0;
}

int main(int argc, char **argv)
{
	static struct options o = {
		.n_src = 1, .n_dst = 1, .type = 0x88b5, .len = 60,
	};
	struct sigaction sa = { .sa_handler = on_signal };
	bool sends;
	int c;

	if (argc < 3 || (strcmp(argv[1], "send") && strcmp(argv[1], "count")))
		die("usage", "ether send|count DEV [options], see its source");
	sends = !strcmp(argv[1], "send");
	o.n = sends;
	/* a source that is nobody's */
	memcpy(o.src, "\2\0\0\0\0\xfe", 6);
	memset(o.dst, 0xff, 6);

	optind = 3;
	while ((c = getopt(argc, argv, "n:s:S:d:D:t:l:q:p:u:a:v:xg:i:w:")) != -1) {
		switch (c) {
		case 'n': o.n = strtoul(optarg, NULL, 0); break;
		case 's': parse_mac(o.src, optarg); o.has_src = true; break;
		case 'S': o.n_src = strtoul(optarg, NULL, 0); break;
		case 'd': parse_mac(o.dst, optarg); o.has_dst = true; break;
		case 'D': o.n_dst = strtoul(optarg, NULL, 0); break;
		case 't': o.type = strtoul(optarg, NULL, 16); o.has_type = true; break;
		case 'l': o.len = strtoul(optarg, NULL, 0); break;
		case 'q': o.vid = strtoul(optarg, NULL, 0); o.has_vid = true; break;
		case 'p': parse_hex(&o, optarg); break;
		case 'u': parse_udp(&o, optarg); break;
		case 'a': parse_arp(&o, optarg); break;
		case 'v': parse_nd(&o, optarg); break;
		case 'x': o.options = true; break;
		case 'g': o.gap = strtoul(optarg, NULL, 0); break;
		case 'i': parse_ip(&o, optarg); break;
		case 'w': o.seconds = strtoul(optarg, NULL, 0); break;
		default: return 2;
		}
	}
	if (o.len > LEN_MAX || !o.n_src || !o.n_dst)
		die("out of range", "-l, -S or -D");
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	return sends ? do_send(argv[2], &o) : do_count(argv[2], &o);
}
