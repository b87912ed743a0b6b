// SPDX-License-Identifier: GPL-2.0
/* Ethernet addresses as text. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include "mac.h"

int mac_parse(const char *text, unsigned char *mac)
{
	unsigned long byte;
	char *end;
	int i;

	for (i = 0; i < 6; i++) {
		/* strtoul() alone would take a sign or a blank. */
		if (!isxdigit((unsigned char)*text))
			return -1;
		byte = strtoul(text, &end, 16);
		if (end - text > 2 || *end != (i < 5 ? ':' : '\0'))
			return -1;
		mac[i] = byte;
		text = end + 1;
	}
	return 0;
}

const char *mac_text(const unsigned char *mac, char *buf)
{
	snprintf(buf, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return buf;
}
