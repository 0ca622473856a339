// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs on frames, attached to the loopback device by netlink and run by the kernel's
 * generic XDP: what they let through, drop, rewrite and move, and who may not be attached.
 */
#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "load.h"
#include "tap.h"

#define LOOPBACK	1
#define PORT		4711
#define OTHER_PORT	4712

/* where headers of IPv4 and UDP without options have it */
#define PORT_AT		36
#define PAYLOAD_AT	42

#define LDW(dst, src, off)	{ BPF_LDX | BPF_MEM | BPF_W, dst, src, off, 0 }
#define MOV(dst, src)		{ BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0 }
#define SET(dst, imm)		{ BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm }
#define PLUS(dst, imm)		{ BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm }
#define EXIT			{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 }

/* R6 and R7 are the frame's start and end, R9 the context; out by @jump if it is too short */
#define FRAME(bytes, jump)						\
	MOV(9, 1), LDW(6, 1, 0), LDW(7, 1, 4), SET(0, XDP_PASS), MOV(2, 6), PLUS(2, bytes),	\
	{ BPF_JMP | BPF_JGT | BPF_X, 2, 7, jump, 0 }

static const struct bpf_insn let_pass[] = { SET(0, XDP_PASS), EXIT };

/* no verdict, and one that nothing was prepared for */
static const struct bpf_insn no_verdict[] = { SET(0, 99), EXIT };
static const struct bpf_insn redirect[] = { SET(0, XDP_REDIRECT), EXIT };

static const struct bpf_insn drop_port[] = {
	FRAME(PAYLOAD_AT, 4),
	{ BPF_LDX | BPF_MEM | BPF_H, 3, 6, PORT_AT, 0 },
	{ BPF_ALU | BPF_END | BPF_TO_BE, 3, 0, 0, 16 },
	{ BPF_JMP | BPF_JNE | BPF_K, 3, 0, 1, PORT },
	SET(0, XDP_DROP),
	EXIT,
};

static const struct bpf_insn rewrite[] = {
	FRAME(PAYLOAD_AT + 1, 3),
	{ BPF_LDX | BPF_MEM | BPF_B, 3, 6, PAYLOAD_AT, 0 },
	PLUS(3, 1),
	{ BPF_STX | BPF_MEM | BPF_B, 6, 3, PAYLOAD_AT, 0 },
	EXIT,
};

/* eight bytes more in front, and away again */
static const struct bpf_insn adjust[] = {
	FRAME(PAYLOAD_AT, 7),
	MOV(1, 9), SET(2, -8), { BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_head },
	MOV(1, 9), SET(2, 8), { BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_head },
	SET(0, XDP_PASS),
	EXIT,
};

static const struct bpf_insn unsafe[] = {
	FRAME(PAYLOAD_AT, 1),
	{ BPF_LDX | BPF_MEM | BPF_B, 3, 6, PAYLOAD_AT, 0 },
	EXIT,
};

static const struct bpf_insn stale[] = {
	FRAME(PAYLOAD_AT, 4),
	MOV(1, 9), SET(2, 8), { BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_xdp_adjust_head },
	{ BPF_LDX | BPF_MEM | BPF_B, 3, 6, 0, 0 },
	EXIT,
};

#define LOAD(insns)	load_as(BPF_PROG_TYPE_XDP, NULL, insns,	\
				sizeof(insns) / sizeof(*(insns)), true)
#define REFUSED(insns)	load_as(BPF_PROG_TYPE_XDP, NULL, insns,	\
				sizeof(insns) / sizeof(*(insns)), false)

struct request {
	struct nlmsghdr	head;
	struct ifinfomsg	link;
	struct rtattr	nest;
	struct rtattr	fd_head;
	int		fd;
	struct rtattr	flags_head;
	unsigned int	flags;
};

/* @fd for -1 detaches; 0 or -errno */
static int attach(int fd)
{
	struct request r = {
		.head = { sizeof(r), RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.link = { .ifi_index = LOOPBACK },
		.nest = { sizeof(r) - offsetof(struct request, nest), NLA_F_NESTED | IFLA_XDP },
		.fd_head = { RTA_LENGTH(4), IFLA_XDP_FD }, .fd = fd,
		.flags_head = { RTA_LENGTH(4), IFLA_XDP_FLAGS }, .flags = XDP_FLAGS_SKB_MODE,
	};
	struct {
		struct nlmsghdr	head;
		struct nlmsgerr	answer;
		char		rest[512];
	} got = {};
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), err = -EIO;

	if (send(sock, &r, sizeof(r), 0) == sizeof(r) && recv(sock, &got, sizeof(got), 0) > 0 &&
	    got.head.nlmsg_type == NLMSG_ERROR)
		err = got.answer.error;
	close(sock);
	return err;
}

static void bring_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int sock = socket(AF_INET, SOCK_DGRAM, 0);

	ioctl(sock, SIOCGIFFLAGS, &ifr);
	ifr.ifr_flags |= IFF_UP;
	ioctl(sock, SIOCSIFFLAGS, &ifr);
	close(sock);
}

static struct sockaddr_in address(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* the first byte of what arrives of a datagram with 'a', or -1: nothing does */
static int send_to(int port)
{
	struct timeval soon = { .tv_usec = 200000 };
	struct sockaddr_in to = address(port);
	int sock = socket(AF_INET, SOCK_DGRAM, 0), got = -1;
	unsigned char byte = 'a';

	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	if (!bind(sock, (struct sockaddr *)&to, sizeof(to)) &&
	    sendto(sock, &byte, 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1 &&
	    recv(sock, &byte, 1, 0) == 1)
		got = byte;
	close(sock);
	return got;
}

static void expect(int got, int want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %d, want %d\n", got, want);
}

int main(void)
{
	static const struct bpf_insn filter[] = { SET(0, 0), EXIT };
	int fd;

	bring_up();
	expect(REFUSED(unsafe), -EACCES, "a byte behind what was compared");
	expect(REFUSED(stale), -EACCES, "a pointer from before the frame was moved");
	expect(attach(load_insns(filter, 2, true)), -EINVAL, "a socket filter is none for frames");

	fd = LOAD(let_pass);
	expect(attach(fd), 0, "a program that lets all pass");
	expect(send_to(PORT), 'a', "a datagram passes it");
	expect(attach(LOAD(drop_port)), 0, "one that drops a port, in its place");
	expect(send_to(PORT), -1, "a datagram to the port is dropped");
	expect(send_to(OTHER_PORT), 'a', "one to another port is not");
	expect(attach(LOAD(rewrite)), 0, "one that rewrites the payload");
	expect(send_to(PORT), 'b', "a datagram is rewritten");
	expect(attach(LOAD(adjust)), 0, "one that moves the start there and back");
	expect(send_to(PORT), 'a', "a datagram is as it was");
	expect(attach(LOAD(no_verdict)), 0, "one that returns what is no verdict");
	expect(send_to(PORT), -1, "a datagram is dropped");
	expect(attach(LOAD(redirect)), 0, "one that redirects to nowhere");
	expect(send_to(PORT), -1, "a datagram is dropped, too");
	expect(attach(-1), 0, "none any more");
	expect(send_to(PORT), 'a', "a datagram passes");
	return tap_done();
}
