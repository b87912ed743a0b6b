/* SPDX-License-Identifier: GPL-2.0 */
/* The settings of a port, as rtnetlink has them. */
#ifndef NSB_PORT_H
#define NSB_PORT_H

#include <stdint.h>

#define PORT_HELP "nsbridge port help"

enum port_form {
	PORT_SWITCH,		/* on, off */
	PORT_AUTO,		/* on, off, auto */
	PORT_NUMBER,
};

struct port_setting {
	const char *name;
	int attr;
	enum port_form form;
	uint32_t usual;		/* what a new port has */
};

/* Ends with a name of NULL. */
extern const struct port_setting port_settings[];

int port_set(int argc, char **argv);

#endif /* NSB_PORT_H */
