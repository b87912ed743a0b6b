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

/* An address up to its slash; bytes[] has room for either version. Returns its
 * family, -1 if it is none.
 */
static int parse(const char *text, unsigned char *bytes)
{
	char plain[64];

	if (strcspn(text, "/") >= sizeof(plain))
		return -1;
	snprintf(plain, sizeof(plain), "%.*s", (int)strcspn(text, "/"), text);
	if (inet_pton(AF_INET, plain, bytes) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, plain, bytes) == 1 ? AF_INET6 : -1;
}

int address_family(const char *text, bool with_length)
{
	const char *slash = strchr(text, '/');
	unsigned char bytes[16];
	unsigned long length;
	char *end;
	int family;

	family = !!slash == with_length ? parse(text, bytes) : -1;
	if (family < 0 || !slash)
		return family;
	length = strtoul(slash + 1, &end, 10);
	if (*end || !strchr("0123456789", slash[1]) || !slash[1] ||
	    strlen(slash + 1) > 3 || length > (family == AF_INET ? 32 : 128))
		return -1;
	return family;
}

char *address_network(const char *text)
{
	const char *slash = strchr(text, '/');
	unsigned char bytes[16];
	int family = parse(text, bytes);
	int len = family == AF_INET ? 4 : 16;
	char plain[64];
	int bit, length;

	if (family < 0)
		return xstrdup(text);
	length = slash ? atoi(slash + 1) : len * 8;
	for (bit = length; bit < len * 8; bit++)
		bytes[bit / 8] &= ~(0x80 >> bit % 8);
	inet_ntop(family, bytes, plain, sizeof(plain));
	return xprintf("%s/%d", plain, length);
}

char *address_plus(const char *text, unsigned int n, bool by_network)
{
	unsigned char bytes[16];
	char out[64];
	unsigned __int128 val, max, host;
	const char *slash = strchr(text, '/');
	int family = parse(text, bytes), bits, length;

	if (family < 0)
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
