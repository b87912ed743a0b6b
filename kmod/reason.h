/* SPDX-License-Identifier: GPL-2.0 */
/* Why a frame was dropped: the list is enum nsbridge_reason, written down once
 * in netlink/nsbridge.yaml.
 */
#ifndef NSB_REASON_H
#define NSB_REASON_H

#include <uapi/linux/nsbridge.h>

const char *nsb_reason_name(enum nsbridge_reason reason);

#endif
