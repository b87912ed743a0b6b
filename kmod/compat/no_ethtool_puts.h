/* SPDX-License-Identifier: GPL-2.0 */
/* Until 6.7 there was only ethtool_sprintf(). */
#ifndef NSB_NO_ETHTOOL_PUTS_H
#define NSB_NO_ETHTOOL_PUTS_H

static inline void ethtool_puts(u8 **data, const char *str)
{
	strscpy(*data, str, ETH_GSTRING_LEN);
	*data += ETH_GSTRING_LEN;
}

#endif
