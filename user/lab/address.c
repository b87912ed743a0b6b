// SPDX-License-Identifier: GPL-2.0
/* Addresses that count up. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../lib/err.h"
#include "../lib/mac.h"
#include "address.h"

/* Both versions of IP as one number, the first byte on top. */
static unsigned __int128 load(const unsigned char *bytes, int len)
{
	unsigned __int128 val = 0;
	int i;

	for (i = 0; i < len; i++)
		val = val << 8 | bytes[i];
	return val;
}

static void store(unsigned __int128 val, unsigned char *bytes, int len)
{
	while (len--) {
		bytes[len] = (unsigned char)val;
		val >>= 8;
	}
}

int address_family(const char *text, bool with_length)
{
	const char *slash = strchr(text, '/');
	unsigned char bytes[16];
	char plain[64], *end;
	unsigned long length;
	int family;

	if (!!slash != with_length || strlen(text) >= sizeof(plain))
		return -1;
	snprintf(plain, sizeof(plain), "%.*s",
		 slash ? (int)(slash - text) : (int)strlen(text), text);
	if (inet_pton(AF_INET, plain, bytes) == 1)
		family = AF_INET;
	else if (inet_pton(AF_INET6, plain, bytes) == 1)
		family = AF_INET6;
	else
		return -1;
	if (!slash)
		return family;
	length = strtoul(slash + 1, &end, 10);
	if (*end || !strchr("0123456789", slash[1]) || !slash[1] ||
	    strlen(slash + 1) > 3 || length > (family == AF_INET ? 32 : 128))
		return -1;
	return family;
}

char *address_network(const char *text)
{
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	int len = family == AF_INET ? 4 : 16;
	unsigned char bytes[16];
	char plain[64];
	int bit, length;

	snprintf(plain, sizeof(plain), "%.*s", (int)strcspn(text, "/"), text);
	length = strchr(text, '/') ? atoi(strchr(text, '/') + 1) : len * 8;
	if (inet_pton(family, plain, bytes) != 1)
		return xstrdup(text);
	for (bit = length; bit < len * 8; bit++)
		bytes[bit / 8] &= ~(0x80 >> bit % 8);
	inet_ntop(family, bytes, plain, sizeof(plain));
	return xprintf("%s/%d", plain, length);
}

char *address_plus(const char *text, unsigned int n, bool by_network)
{
	unsigned char bytes[16];
	char plain[64], out[64];
	unsigned __int128 val, max, host;
	const char *slash = strchr(text, '/');
	int family, bits, length;

	snprintf(plain, sizeof(plain), "%.*s",
		 slash ? (int)(slash - text) : (int)strlen(text), text);
	if (inet_pton(AF_INET, plain, bytes) == 1)
		family = AF_INET;
	else if (inet_pton(AF_INET6, plain, bytes) == 1)
		family = AF_INET6;
	else
		return xstrdup(text);
	bits = family == AF_INET ? 32 : 128;
	length = slash ? atoi(slash + 1) : bits;
	if (length < 0 || length > bits)
		return xstrdup(text);
	val = load(bytes, bits / 8);
	max = bits == 128 ? ~(unsigned __int128)0 : 0xffffffffu;
	host = length ? max >> (length - 1) >> 1 : max;
	if (by_network) {
		if (!length || n > (max - val) >> (bits - length))
			return NULL;
		val += (unsigned __int128)n << (bits - length);
	} else if (!host) {
		/* An address without a network. */
		if (n > max - val)
			return NULL;
		val += n;
	} else {
		/* The last one of a network of IPv4 is for broadcasts. */
		if (n > host - (val & host) ||
		    (family == AF_INET && length < 31 &&
		     ((val + n) & host) == host))
			return NULL;
		val += n;
	}
	store(val, bytes, bits / 8);
	inet_ntop(family, bytes, out, sizeof(out));
	return xprintf("%s%s", out, slash ? slash : "");
}

char *mac_plus(const char *text, unsigned int n)
{
	unsigned char bytes[6];
	char buf[MAC_TEXT];

	if (mac_parse(text, bytes))
		return xstrdup(text);
	store(load(bytes, 6) + n, bytes, 6);
	return xstrdup(mac_text(bytes, buf));
}
