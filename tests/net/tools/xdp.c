// SPDX-License-Identifier: GPL-2.0
/* XDP programs of a few instructions, assembled here:
 *
 *	xdp [-g] [-f] DEV ACTION	pass, drop, tx, aborted, redirect:OTHER, or
 *					off; -g generic, else the driver's own; -f
 *					the program can do with fragments
 *	xdp DEV FIRST:ACTION		the action only if the frame's EtherType is
 *					FIRST (hex), else pass
 *
 * What the kernel says of a refusal is printed, also what its verifier says.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS 32
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

static struct bpf_insn prog[32];
static int len;

static void op(uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	prog[len++] = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm,
	};
}

static void mov(int reg, int32_t imm)
{
	op(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, imm);
}

static void end(void)
{
	op(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void load(int reg, int from, int16_t off, int size)
{
	op(BPF_LDX | BPF_MEM | size, reg, from, off, 0);
}

/* Passes what is not of this type. */
static void only_type(uint16_t type)
{
	load(2, 1, offsetof(struct xdp_md, data), BPF_W);
	load(3, 1, offsetof(struct xdp_md, data_end), BPF_W);
	op(BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0);
	op(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, 14);
	/* if data + 14 > data_end, or the type is another one, pass */
	op(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 3, 0);
	load(5, 2, 12, BPF_H);
	op(BPF_ALU | BPF_END | BPF_TO_BE, 5, 0, 0, 16);
	op(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, 2, type);
	mov(0, XDP_PASS);
	end();
}

static void act(const char *what)
{
	static const char * const acts[] = {
		[XDP_ABORTED] = "aborted", [XDP_DROP] = "drop",
		[XDP_PASS] = "pass", [XDP_TX] = "tx",
	};
	unsigned int i, index;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		if (!strcmp(what, acts[i])) {
			mov(0, i);
			end();
			return;
		}
	if (!strncmp(what, "redirect:", 9)) {
		index = if_nametoindex(what + 9);
		if (!index) {
			fprintf(stderr, "xdp: no device %s\n", what + 9);
			exit(1);
		}
		mov(1, index);
		mov(2, 0);
		op(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect);
		end();
		return;
	}
	fprintf(stderr, "xdp: action '%s': pass, drop, tx, aborted or redirect:DEV\n", what);
	exit(2);
}

static int prog_load(unsigned int flags)
{
	static char log[65536];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_XDP;
	attr.insns = (uintptr_t)prog;
	attr.insn_cnt = len;
	attr.license = (uintptr_t)"GPL";
	attr.prog_flags = flags;
	attr.log_buf = (uintptr_t)log;
	attr.log_size = sizeof(log);
	attr.log_level = 1;
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0) {
		fprintf(stderr, "xdp: the kernel does not load the program: %s\n%s",
			strerror(errno), log);
		exit(1);
	}
	return fd;
}

/* What the kernel says, for want of which the error has to do. */
static int verdict(struct nl_sock *sk)
{
	const struct nlmsgerr *err;
	struct nlmsghdr *nlh;
	struct nlattr *text;
	char buf[8192];
	int n, skip;

	n = recv(nl_socket_get_fd(sk), buf, sizeof(buf), 0);
	nlh = (struct nlmsghdr *)buf;
	if (n < (int)NLMSG_LENGTH(sizeof(*err)) || nlh->nlmsg_type != NLMSG_ERROR) {
		fprintf(stderr, "xdp: no answer\n");
		return 1;
	}
	err = NLMSG_DATA(nlh);
	if (!err->error)
		return 0;
	skip = sizeof(*err);
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - sizeof(err->msg);
	text = nlmsg_find_attr(nlh, skip, NLMSGERR_ATTR_MSG);
	fprintf(stderr, "xdp: %s%s%s\n", text ? nla_get_string(text) : "",
		text ? ": " : "", strerror(-err->error));
	return 1;
}

static int attach(unsigned int index, int fd, uint32_t flags)
{
	struct ifinfomsg ifm = { .ifi_index = index };
	struct nl_sock *sk = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_SETLINK,
						NLM_F_REQUEST | NLM_F_ACK);
	struct nlattr *nest;
	int one = 1;

	if (!sk || !msg || nl_connect(sk, NETLINK_ROUTE) < 0) {
		fprintf(stderr, "xdp: no netlink\n");
		return 1;
	}
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &one,
		   sizeof(one));
	nlmsg_append(msg, &ifm, sizeof(ifm), NLMSG_ALIGNTO);
	nest = nla_nest_start(msg, IFLA_XDP | NLA_F_NESTED);
	nla_put_s32(msg, IFLA_XDP_FD, fd);
	nla_put_u32(msg, IFLA_XDP_FLAGS, flags);
	nla_nest_end(msg, nest);
	if (nl_send_auto(sk, msg) < 0) {
		fprintf(stderr, "xdp: cannot send\n");
		return 1;
	}
	return verdict(sk);
}

int main(int argc, char **argv)
{
	uint32_t mode = XDP_FLAGS_DRV_MODE;
	unsigned int index, flags = 0;
	int c, fd = -1;
	char *what, *p;

	while ((c = getopt(argc, argv, "gf")) != -1) {
		switch (c) {
		case 'g': mode = XDP_FLAGS_SKB_MODE; break;
		case 'f': flags = BPF_F_XDP_HAS_FRAGS; break;
		default: argc = 0;
		}
	}
	if (argc != optind + 2) {
		fprintf(stderr, "usage: xdp [-g] [-f] DEV [TYPE:]ACTION|off\n");
		return 2;
	}
	index = if_nametoindex(argv[optind]);
	if (!index) {
		fprintf(stderr, "xdp: no device %s\n", argv[optind]);
		return 1;
	}
	what = argv[optind + 1];
	if (strcmp(what, "off")) {
		p = strchr(what, ':');
		if (p && strncmp(what, "redirect:", 9)) {
			only_type(strtoul(what, NULL, 16));
			what = p + 1;
		}
		act(what);
		fd = prog_load(flags);
	}
	return attach(index, fd, mode);
}
