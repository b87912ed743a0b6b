/* SPDX-License-Identifier: GPL-2.0 */
/* A lab as its YAML file has it. */
#ifndef NSB_LAB_FILE_H
#define NSB_LAB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../lib/err.h"

enum lab_kind {
	LAB_NSBRIDGE,		/* nsbridge and nsveth */
	LAB_STOCK,		/* bridge and veth */
};

enum lab_switch {
	LAB_OFF,
	LAB_ON,
	LAB_AUTO,
};

enum lab_verdict {
	LAB_ALLOW,
	LAB_DENY,
};

enum lab_expect {
	LAB_PASS,
	LAB_FAIL,
	LAB_FAULT,		/* not to pass, whatever else it does */
};

/* "at" in these is the place in the list of the file: with "replicas" one
 * entry there stands for many here.
 */
struct lab_namespace {
	char *name;
	bool *ipv6;
	char **sysctls;
	unsigned int sysctls_count;
	uint32_t *replicas;
	char *nftables;
	/* One that is there already, instead of a new one. */
	char *netns;
	uint32_t *pid;
	char *docker;
	unsigned int at;
};

struct lab_bridge {
	char *name;
	enum lab_kind *kind;
	char *mac;
	uint32_t *mtu;
	char **addresses;
	unsigned int addresses_count;
	uint32_t *ageing_time;
	uint32_t *quota;
	uint32_t *group_fwd_mask;
	uint32_t *max_entries;
	uint32_t *max_crossings;
	enum lab_verdict *default_verdict;
	bool *neigh_direct;
	bool *neigh_guard;
	bool *vlan_filtering;
	unsigned int at;
};

/* A device in a namespace of the lab. */
struct lab_end {
	char *namespace;
	char *device;
	char *mac;
	uint32_t *mtu;
	char **addresses;
	unsigned int addresses_count;
	double *delay;		/* milliseconds, of what it sends */
	double *jitter;
	double *loss;		/* percent */
};

struct lab_port {
	struct lab_end end;
	char *bridge;
	char *peer;		/* the other end, on the bridge */
	bool *learning;
	enum lab_switch *flood;
	bool *mcast_flood;
	bool *bcast_flood;
	bool *locked;
	bool *isolated;
	bool *trusted;
	uint32_t *quota;
	uint32_t *vlan;		/* untagged */
	uint32_t *vlans;	/* tagged */
	unsigned int vlans_count;
	bool *clone;		/* replicas have one MAC and one address */
	unsigned int at;
};

struct lab_cable {
	struct lab_end *ends;
	unsigned int ends_count;
	unsigned int at;
};

/* A device of its own in a namespace: a VLAN of another one, or a dummy. */
struct lab_device {
	struct lab_end end;
	char *link;
	uint32_t *vlan;
	unsigned int at;
};

/* What may cross a bridge. A side is a namespace, or the bridge itself; one
 * that is left out or "any" is any.
 */
struct lab_rule {
	char *bridge;
	char *from;
	char *to;
	enum lab_verdict verdict;
	unsigned int at;
};

struct lab_route {
	char *namespace;
	char *to;
	char *via;
	char *dev;
	uint32_t *metric;
	unsigned int at;
};

struct lab_neighbour {
	char *namespace;
	char *device;
	char *address;
	char *mac;
	unsigned int at;
};

/* Something that runs in a namespace as long as the lab is up. */
struct lab_process {
	char *namespace;
	char *command;		/* for the shell */
	uint32_t *listen;	/* the TCP port to wait for */
	unsigned int at;
};

/* What one check does: addresses in "to" are separated by blanks. */
struct lab_action {
	char *from;
	char *to;
	uint32_t count;
	uint32_t interval;	/* milliseconds */
	uint64_t bytes;
	uint32_t timeout;	/* milliseconds */
};

/* A command for the shell, that is to succeed. */
struct lab_run {
	char *in;
	char *command;
	uint32_t timeout;	/* milliseconds */
};

struct lab_check {
	struct lab_action *ping;
	struct lab_action *tcp;
	struct lab_action *probe;
	struct lab_run *run;
	char *what;		/* in a few words */
	enum lab_expect *expect;
	enum lab_expect *stock;	/* to be expected on the stock drivers */
	unsigned int at;
};

struct lab_file {
	char *name;
	char *description;
	enum lab_kind *kind;
	bool *ipv6;
	char **needs;
	unsigned int needs_count;
	struct lab_namespace *namespaces;
	unsigned int namespaces_count;
	struct lab_bridge *bridges;
	unsigned int bridges_count;
	struct lab_port *ports;
	unsigned int ports_count;
	struct lab_cable *cables;
	unsigned int cables_count;
	struct lab_device *devices;
	unsigned int devices_count;
	struct lab_rule *verdicts;
	unsigned int verdicts_count;
	struct lab_route *routes;
	unsigned int routes_count;
	struct lab_neighbour *neighbours;
	unsigned int neighbours_count;
	struct lab_process *processes;
	unsigned int processes_count;
	struct lab_check *checks;
	unsigned int checks_count;
};

struct lab_lines;

/* A file that was read, and what the command line says about it. */
struct lab {
	struct lab_file *file;	/* with replicas counted out; see expand.h */
	struct lab_file *parsed; /* as it was written */
	char **owned;		/* strings of "file" that "parsed" has not */
	size_t n_owned;
	unsigned int *by_name;	/* namespaces, sorted */
	struct lab_lines *lines;
	char *path;		/* as it was given, for messages */
	char *text;
	char *id;		/* the name it runs under */
	enum lab_kind kind;
};

/* 0, or -1 after a message with file, line, column and key. */
int lab_load(struct lab *lab, const char *path);
void lab_free(struct lab *lab);
/* "FILE:LINE:COLUMN: LIST[N].KEY: ..."; key may be NULL, list as well, and is
 * a path like "ends[1].mac" where it lies deeper. Returns -1.
 */
int lab_error(const struct lab *lab, const char *list, unsigned int i,
	      const char *key, const char *fmt, ...) __printf(5, 6);

#endif /* NSB_LAB_FILE_H */
