/* SPDX-License-Identifier: GPL-2.0 */
/* What ethtool shows and sets of an nsveth device. */
#ifndef NSB_ETHTOOL_H
#define NSB_ETHTOOL_H

struct ethtool_ops;

extern const struct ethtool_ops nsb_end_ethtool_ops;

#endif
