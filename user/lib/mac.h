/* SPDX-License-Identifier: GPL-2.0 */
/* Ethernet addresses as text. */
#ifndef NSB_MAC_H
#define NSB_MAC_H

#define MAC_TEXT	18

/* 0, or -1 for what is not six bytes in hex with colons between. */
int mac_parse(const char *text, unsigned char *mac);
const char *mac_text(const unsigned char *mac, char *buf);

#endif /* NSB_MAC_H */
