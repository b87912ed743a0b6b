/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of a link kind: one table serves reading, printing and the help. */
#ifndef NSB_SETTING_H
#define NSB_SETTING_H

#include "iplink.h"

enum setting_form {
	SETTING_SWITCH,		/* u8: on, off */
	SETTING_SWITCH_AUTO,	/* u8: on, off, auto */
	SETTING_VERDICT,	/* u8: allow, deny */
	SETTING_BIT,		/* a switch that is shown as 0 or 1 */
	SETTING_U16,
	SETTING_U16_HEX,
	SETTING_U32,
	SETTING_S32,
	SETTING_U64,
};

struct setting {
	const char *name;
	int attr;
	enum setting_form form;
	bool read_only;
	const char *help;	/* a word for the value, in the usage text */
};

int setting_parse(const char *kind, const struct setting *set, int argc,
		  char **argv, struct nlmsghdr *n);
void setting_print(const struct setting *set, FILE *fp, struct rtattr **tb);
void setting_help(const char *usage, const struct setting *set, FILE *fp);

#endif /* NSB_SETTING_H */
