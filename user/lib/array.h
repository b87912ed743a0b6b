/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSB_ARRAY_H
#define NSB_ARRAY_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif /* NSB_ARRAY_H */
