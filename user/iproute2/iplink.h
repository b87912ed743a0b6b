/* SPDX-License-Identifier: GPL-2.0 */
/* What a plugin needs of the program "ip". iproute2 installs no header for
 * plugins: "ip" looks up the symbol KIND_link_util in link_KIND.so, and resolves
 * the functions below from itself. Both have kept their form from iproute2 6.1 on.
 */
#ifndef NSB_IPLINK_H
#define NSB_IPLINK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv,
			 struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *fp, struct rtattr **tb);
	void (*print_xstats)(struct link_util *lu, FILE *fp,
			     struct rtattr *xstats);
	void (*print_help)(struct link_util *lu, int argc, char **argv,
			   FILE *fp);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
};

/* "ip" keeps a request in a buffer that begins with these two headers. */
struct iplink_req {
	struct nlmsghdr n;
	struct ifinfomsg i;
	char buf[1024];
};

/* Only the JSON half of the print functions is used: the text half takes the
 * number of a colour, and that list is one that may grow.
 */
#define PRINT_JSON	2

int iplink_parse(int argc, char **argv, struct iplink_req *req, char **type);
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int alen);
struct rtattr *addattr_nest(struct nlmsghdr *n, int maxlen, int type);
int addattr_nest_end(struct nlmsghdr *n, struct rtattr *nest);
int get_u32(__u32 *val, const char *arg, int base);
bool is_json_context(void);
int print_color_bool(int type, int color, const char *key, const char *fmt,
		     bool value);
int print_color_string(int type, int color, const char *key, const char *fmt,
		       const char *value);
int print_color_u64(int type, int color, const char *key, const char *fmt,
		    uint64_t value);
int print_color_s64(int type, int color, const char *key, const char *fmt,
		    int64_t value);

#endif /* NSB_IPLINK_H */
