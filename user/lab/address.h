/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that count up. */
#ifndef NSB_LAB_ADDRESS_H
#define NSB_LAB_ADDRESS_H

#include <stdbool.h>

/* The n-th address after "ADDRESS/LENGTH", in the same network; or the same
 * place in the n-th network after it. NULL when there is none, and a copy of
 * what is no address. For the caller to free, as of the next.
 */
char *address_plus(const char *text, unsigned int n, bool by_network);
/* With the part of the host zero, as the kernel has it in a route. */
char *address_network(const char *text);
char *mac_plus(const char *text, unsigned int n);

/* AF_INET or AF_INET6 of "ADDRESS", or of "ADDRESS/LENGTH"; -1 for neither. */
int address_family(const char *text, bool with_length);

#endif /* NSB_LAB_ADDRESS_H */
