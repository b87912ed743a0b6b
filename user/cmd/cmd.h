/* SPDX-License-Identifier: GPL-2.0 */
/* The objects of the command, one file each. */
#ifndef NSB_CMD_H
#define NSB_CMD_H

#include <stdbool.h>
#include <stdint.h>

int cmd_crossing(int argc, char **argv);
int cmd_cable(int argc, char **argv);
int cmd_fdb(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_namespace(int argc, char **argv);
int cmd_lab(int argc, char **argv);
int cmd_port(int argc, char **argv);

/* As "ip" does it: any beginning of a word stands for the word. */
bool word(const char *arg, const char *word);
/* The ifindex of a device in this namespace; 0 after a message. */
uint32_t find_device(const char *name);

/* Of one bridge, or of all here when ifindex is 0. */
int namespace_show(uint32_t ifindex);
int fdb_monitor(uint32_t bridge, uint32_t port);

#endif /* NSB_CMD_H */
