// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic programs on sockets: what is refused and with which errno, what each
 * instruction computes (against a model of the language written here), every kind
 * of ancillary data, and the programs that SO_GET_FILTER hands back.
 *
 * Built for 32 bits too. Runs as root, on the base's lo.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "classic_asm.h"
#include "classic_model.h"

#ifndef SO_BPF_EXTENSIONS
#define SO_BPF_EXTENSIONS 48
#endif
#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif

#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif

static int pair[2];
static unsigned char packet[PACKET_BYTES];

static int attach_to(int fd, const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = {
		.len = len,
		.filter = (struct sock_filter *)insns,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ?
		errno : 0;
}

static int attach(const struct sock_filter *insns, unsigned int len)
{
	return attach_to(pair[1], insns, len);
}

/* bytes of the packet that the attached filter let through; 0: dropped */
static int pass(unsigned int bytes)
{
	static unsigned char got[PACKET_BYTES];
	int n;

	if (send(pair[0], packet, bytes, 0) < 0 && errno != EPERM) {
		perror("# send");
		return -1;
	}
	n = recv(pair[1], got, sizeof(got), MSG_DONTWAIT);
	return n < 0 ? 0 : n;
}

/* ---- what is refused ------------------------------------------------------- */

struct verdict {
	const char *what;
	int want;
	unsigned int len;
	struct sock_filter insns[6];
};

static const struct verdict verdicts[] = {
	{ "smallest program", 0, PROGRAM(RET_K(0)) },
	{ "end without return", EINVAL, PROGRAM(STMT(BPF_LD | BPF_IMM, 1)) },
	{ "last is a jump", EINVAL, PROGRAM(RET_K(0), STMT(BPF_JMP | BPF_JA, 0)) },
	{ "return of X", EINVAL, PROGRAM(STMT(BPF_RET | BPF_X, 0)) },
	{ "opcode above 255", EINVAL, PROGRAM(STMT(0x100, 0), RET_K(0)) },
	{ "opcode 0xffff", EINVAL, PROGRAM(STMT(0xffff, 0), RET_K(0)) },
	{ "extended opcode exit", EINVAL, PROGRAM(STMT(0x95, 0), RET_K(0)) },
	{ "extended opcode mov64", EINVAL, PROGRAM(STMT(0xb7, 0), RET_K(0)) },
	{ "load of 8 bytes", EINVAL, PROGRAM(STMT(BPF_LD | 0x18 | BPF_ABS, 0), RET_A) },
	{ "seccomp's load", EINVAL,
	  PROGRAM(STMT(BPF_LDX | BPF_W | BPF_ABS, 0), RET_A) },
	{ "negation of X", EINVAL, PROGRAM(STMT(BPF_ALU | BPF_NEG | BPF_X, 0), RET_A) },

	{ "shift left by 31", 0, PROGRAM(STMT(BPF_ALU | BPF_LSH | BPF_K, 31), RET_A) },
	{ "shift left by 32", EINVAL,
	  PROGRAM(STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RET_A) },
	{ "shift right by 32", EINVAL,
	  PROGRAM(STMT(BPF_ALU | BPF_RSH | BPF_K, 32), RET_A) },
	{ "division by 0", EINVAL, PROGRAM(STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RET_A) },
	{ "modulo by 0", EINVAL, PROGRAM(STMT(BPF_ALU | BPF_MOD | BPF_K, 0), RET_A) },
	{ "division by 1", 0, PROGRAM(STMT(BPF_ALU | BPF_DIV | BPF_K, 1), RET_A) },

	{ "jump onto the last", 0,
	  PROGRAM(STMT(BPF_JMP | BPF_JA, 1), RET_K(0), RET_K(1)) },
	{ "jump behind the end", EINVAL,
	  PROGRAM(STMT(BPF_JMP | BPF_JA, 2), RET_K(0), RET_K(1)) },
	{ "jump back", EINVAL,
	  PROGRAM(RET_K(0), STMT(BPF_JMP | BPF_JA, -2), RET_K(1)) },
	{ "jump by 2^32 - 1", EINVAL, PROGRAM(STMT(BPF_JMP | BPF_JA, -1), RET_K(0)) },
	{ "true arm behind the end", EINVAL,
	  PROGRAM(JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), RET_K(0)) },
	{ "false arm behind the end", EINVAL,
	  PROGRAM(JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), RET_K(0)) },
	{ "arm by 255 behind the end", EINVAL,
	  PROGRAM(JUMP(BPF_JMP | BPF_JGT | BPF_X, 0, 0, 255), RET_K(0)) },
	{ "unknown condition", EINVAL,
	  PROGRAM(JUMP(BPF_JMP | 0x50 | BPF_K, 0, 0, 0), RET_K(0)) },

	{ "word 15", 0, PROGRAM(STMT(BPF_ST, 15), STMT(BPF_LD | BPF_MEM, 15), RET_A) },
	{ "store to word 16", EINVAL, PROGRAM(STMT(BPF_ST, 16), RET_K(0)) },
	{ "store to word 2^31", EINVAL, PROGRAM(STMT(BPF_STX, 1U << 31), RET_K(0)) },
	{ "load of word 16", EINVAL, PROGRAM(STMT(BPF_LD | BPF_MEM, 16), RET_A) },
	{ "word not written", EINVAL, PROGRAM(STMT(BPF_LD | BPF_MEM, 0), RET_A) },
	{ "word not written, to X", EINVAL, PROGRAM(STMT(BPF_LDX | BPF_MEM, 3), RET_A) },
	{ "another word written", EINVAL,
	  PROGRAM(STMT(BPF_ST, 1), STMT(BPF_LD | BPF_MEM, 2), RET_A) },
	{ "word written on one arm only", EINVAL,
	  PROGRAM(JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), STMT(BPF_ST, 0),
		  STMT(BPF_LD | BPF_MEM, 0), RET_A) },
	{ "word written on both arms", 0,
	  PROGRAM(JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2), STMT(BPF_ST, 0),
		  STMT(BPF_JMP | BPF_JA, 1), STMT(BPF_STX, 0),
		  STMT(BPF_LD | BPF_MEM, 0), RET_A) },
	{ "word written on a jumped-over arm", EINVAL,
	  PROGRAM(STMT(BPF_JMP | BPF_JA, 1), STMT(BPF_ST, 0),
		  STMT(BPF_LD | BPF_MEM, 0), RET_A) },

	{ "ancillary data without number", EINVAL,
	  PROGRAM(LD_ABS(BPF_W, SKF_AD_OFF + SKF_AD_MAX), RET_A) },
	{ "ancillary data between two", EINVAL,
	  PROGRAM(LD_ABS(BPF_W, SKF_AD_OFF + 2), RET_A) },
	{ "offset -1", EINVAL, PROGRAM(LD_ABS(BPF_B, -1), RET_A) },
	{ "ancillary data as a byte", 0,
	  PROGRAM(LD_ABS(BPF_B, SKF_AD_OFF + SKF_AD_PKTTYPE), RET_A) },
	{ "offset from the network header", 0, PROGRAM(LD_ABS(BPF_B, SKF_NET_OFF), RET_A) },
	{ "offset from nothing", 0, PROGRAM(LD_ABS(BPF_B, SKF_LL_OFF - 1), RET_A) },
	{ "length as a half word", EINVAL,
	  PROGRAM(STMT(BPF_LD | BPF_H | BPF_LEN, 0), RET_A) },
	{ "header length as a word", EINVAL,
	  PROGRAM(STMT(BPF_LDX | BPF_W | BPF_MSH, 0), RET_A) },
};

static void test_verdicts(void)
{
	unsigned int i;
	int got;

	for (i = 0; i < COUNT(verdicts); i++) {
		got = attach(verdicts[i].insns, verdicts[i].len);
		ok(got == verdicts[i].want, "%s: %s", verdicts[i].what,
		   verdicts[i].want ? strerrorname_np(verdicts[i].want) : "accepted");
		if (got != verdicts[i].want)
			printf("# got %s\n", got ? strerrorname_np(got) : "accepted");
	}
}

/* each opcode alone, by what filter.rst lists */
static void test_opcodes(void)
{
	static const unsigned char legal[] = {
		0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x80, 0x00, 0x60,
		0xb1, 0x81, 0x01, 0x61, 0x02, 0x03,
		0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x94, 0x9c, 0x54, 0x5c,
		0x44, 0x4c, 0xa4, 0xac, 0x64, 0x6c, 0x74, 0x7c, 0x84,
		0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
		0x06, 0x16, 0x07, 0x87,
	};
	unsigned int code, i, wrong = 0;
	int got;

	for (code = 0; code < 512; code++) {
		struct sock_filter insns[] = {
			STMT(BPF_ST, 1), STMT(code, 1), RET_K(0), RET_K(0),
		};
		bool want = false;

		for (i = 0; i < COUNT(legal); i++)
			want |= legal[i] == code;
		got = attach(insns, COUNT(insns));
		if (got != (want ? 0 : EINVAL)) {
			printf("# opcode %#x: errno %d\n", code, got);
			wrong++;
		}
	}
	ok(!wrong, "opcodes: the documented ones and no other");
}

static void test_arguments(void)
{
	struct sock_filter *big = calloc(65536, sizeof(*big));
	struct sock_fprog prog = { .len = 1, .filter = (void *)0x10 };
	unsigned int i;

	for (i = 0; i < 65536; i++)
		big[i] = (struct sock_filter)RET_K(7);
	ok(attach(big, 0) == EINVAL, "no instruction: EINVAL");
	ok(attach(big, BPF_MAXINSNS + 1) == EINVAL, "4097 instructions: EINVAL");
	ok(attach(big, 65535) == EINVAL, "65535 instructions: EINVAL");
	ok(attach(NULL, 1) == EINVAL, "no program: EINVAL");
	ok(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) &&
	   errno == EFAULT, "wild pointer: EFAULT");
	prog.filter = big;
	ok(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &prog,
		      sizeof(prog) - 1) && errno == EINVAL, "short argument: EINVAL");
	ok(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &prog,
		      sizeof(prog) + 4) && errno == EINVAL, "long argument: EINVAL");
	ok(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, (void *)0x10,
		      sizeof(prog)) && errno == EFAULT, "argument nowhere: EFAULT");
	free(big);
}

/* ---- the language, against a model ------------------------------------------ */

/* the low 14, the middle 14, the high 4 bits of A, as a length above zero */
static unsigned int put_tail(struct sock_filter *at, int part)
{
	const struct sock_filter tail[] = {
		STMT(BPF_ALU | BPF_RSH | BPF_K, 14 * part),
		STMT(BPF_ALU | BPF_AND | BPF_K, 0x3fff),
		STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
		RET_A,
	};

	memcpy(at, tail, sizeof(tail));
	return COUNT(tail);
}

static void print_program(const struct sock_filter *insns, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		printf("#   %3u: %#04x jt %u jf %u k %#x\n", i, insns[i].code,
		       insns[i].jt, insns[i].jf, insns[i].k);
}

/* programs that start by writing all words of M[], so that all are legal to read */
static void test_random(unsigned int programs)
{
	unsigned int i, n, body, wrong = 0, dropped = 0, len;
	struct sock_filter insns[80];
	__u32 want, got;
	int part;

	for (i = 0; i < programs && wrong < 3; i++) {
		insns[0] = (struct sock_filter)STMT(BPF_LD | BPF_IMM, draw_number());
		insns[1] = (struct sock_filter)STMT(BPF_LDX | BPF_IMM, draw_number());
		for (n = 0; n < BPF_MEMWORDS; n++)
			insns[2 + n] = (struct sock_filter)STMT(n & 1 ? BPF_ST : BPF_STX, n);
		body = 1 + draw(40);
		for (n = 0; n < body; n++)
			insns[18 + n] = draw_insn(body - n - 1);
		for (part = 0; part < 3; part++) {
			len = 18 + body + put_tail(&insns[18 + body], part);
			want = model_run(insns, packet, PACKET_BYTES);
			got = attach(insns, len) ? ~0u : (__u32)pass(PACKET_BYTES);
			dropped += !want;
			if (got == want)
				continue;
			printf("# program %u: %u, not %u\n", i, got, want);
			print_program(insns, len);
			wrong++;
			break;
		}
	}
	ok(!wrong, "%u random programs compute what the model does", programs);
	ok(dropped < programs * 3 / 2, "most of them get to their end");
	printf("# %u of %u runs ended early\n", dropped, programs * 3);
}

/* ---- edges ----------------------------------------------------------------- */

/* the program ends in RET A; A must be @want */
static bool computes(const struct sock_filter *insns, unsigned int len, __u32 want,
		     unsigned int bytes)
{
	struct sock_filter *all = calloc(len + 3, sizeof(*all));
	bool equal;
	int err;

	memcpy(all, insns, len * sizeof(*insns));
	all[len] = (struct sock_filter)JUMP(BPF_JMP | BPF_JEQ | BPF_K, want, 0, 1);
	all[len + 1] = (struct sock_filter)RET_K(-1);
	all[len + 2] = (struct sock_filter)RET_K(0);
	err = attach(all, len + 3);
	free(all);
	equal = !err && pass(bytes);
	if (err)
		printf("# attach: %s\n", strerrorname_np(err));
	return equal;
}

#define COMPUTES(want, what, ...) do {						\
	static const struct sock_filter insns[] = { __VA_ARGS__ };		\
										\
	ok(computes(insns, COUNT(insns), want, 100), what);			\
} while (0)

static void test_edges(void)
{
	COMPUTES(0, "A is 0 at the start", STMT(BPF_ALU | BPF_ADD | BPF_K, 0));
	COMPUTES(0, "X is 0 at the start", STMT(BPF_LD | BPF_IMM, 5),
		 STMT(BPF_MISC | BPF_TXA, 0));
	COMPUTES(100, "length", STMT(BPF_LD | BPF_W | BPF_LEN, 0));
	COMPUTES(100, "length to X", STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
		 STMT(BPF_MISC | BPF_TXA, 0));
	COMPUTES(0x80000000, "unsigned division",
		 STMT(BPF_LD | BPF_IMM, 0x80000000), STMT(BPF_ALU | BPF_DIV | BPF_K, 1));
	COMPUTES(0, "unsigned modulo", STMT(BPF_LD | BPF_IMM, 0x80000000),
		 STMT(BPF_ALU | BPF_MOD | BPF_K, 0x80000000));
	COMPUTES(7, "header length leaves A", STMT(BPF_LD | BPF_IMM, 7),
		 STMT(BPF_LDX | BPF_B | BPF_MSH, 5));
	COMPUTES(4 * (5 & 15), "header length", STMT(BPF_LDX | BPF_B | BPF_MSH, 5),
		 STMT(BPF_MISC | BPF_TXA, 0));
	COMPUTES(0x60616263, "last four bytes", LD_ABS(BPF_W, 96));
	ok(!computes((struct sock_filter[]){ LD_ABS(BPF_W, 97) }, 1, 0, 100),
	   "load across the end ends the program with 0");
	ok(!computes((struct sock_filter[]){ STMT(BPF_LDX | BPF_B | BPF_MSH, 100) }, 1, 0,
		     100), "header length behind the end, too");
	ok(!computes((struct sock_filter[]){ STMT(BPF_ALU | BPF_DIV | BPF_X, 0) }, 1, 0,
		     100), "division by an X of 0, too");
	ok(!computes((struct sock_filter[]){ STMT(BPF_ALU | BPF_MOD | BPF_X, 0) }, 1, 0,
		     100), "modulo by an X of 0, too");
	ok(!computes((struct sock_filter[]){ LD_AD(IFINDEX) }, 1, 0, 100),
	   "device of a packet that has none, too");
	ok(!computes((struct sock_filter[]){ LD_AD(HATYPE) }, 1, 0, 100),
	   "type of that device, too");
}

static void set_optmem(const char *bytes)
{
	int fd = open("/proc/sys/net/core/optmem_max", O_WRONLY);

	if (fd < 0 || write(fd, bytes, strlen(bytes)) < 0)
		perror("# optmem_max");
	close(fd);
}

/* the longest programs, and the ones that grow most */
static void test_longest(void)
{
	struct sock_filter *insns = calloc(BPF_MAXINSNS, sizeof(*insns));
	unsigned int i;

	for (i = 0; i < BPF_MAXINSNS; i++)
		insns[i] = (struct sock_filter)STMT(BPF_LDX | BPF_B | BPF_MSH, i % 100);
	insns[BPF_MAXINSNS - 1] = (struct sock_filter)RET_K(33);
	set_optmem("20480");
	ok(attach(insns, BPF_MAXINSNS) == ENOMEM,
	   "4096 instructions, more than option memory holds: ENOMEM");
	set_optmem("1000000");
	ok(!attach(insns, BPF_MAXINSNS) && pass(100) == 33,
	   "4096 header lengths");

	insns[0] = (struct sock_filter)STMT(BPF_JMP | BPF_JA, BPF_MAXINSNS - 2);
	ok(attach(insns, BPF_MAXINSNS) == EINVAL, "a jump over all of them: EINVAL");
	for (i = 1; i < BPF_MAXINSNS - 1; i++)
		insns[i] = (struct sock_filter)STMT(BPF_ALU | BPF_DIV | BPF_X, 0);
	ok(!attach(insns, BPF_MAXINSNS) && pass(100) == 33, "a jump over 4094 divisions");

	for (i = 0; i < BPF_MAXINSNS - 1; i++)
		insns[i] = (struct sock_filter)STMT(BPF_ALU | BPF_ADD | BPF_K, 1);
	insns[BPF_MAXINSNS - 1] = (struct sock_filter)RET_A;
	ok(!attach(insns, BPF_MAXINSNS) && pass(PACKET_BYTES) == BPF_MAXINSNS - 1,
	   "4095 additions");

	/* each condition jumps by 255 where it can; the arithmetic between never runs */
	for (i = 0; i < BPF_MAXINSNS - 1; i++)
		insns[i] = i % 256 ? (struct sock_filter)STMT(BPF_ALU | BPF_DIV | BPF_X, 0) :
			(struct sock_filter)JUMP(BPF_JMP | BPF_JSET | BPF_K, 1,
						 0, 255);
	insns[BPF_MAXINSNS - 256] =
		(struct sock_filter)STMT(BPF_JMP | BPF_JA, 254);
	insns[BPF_MAXINSNS - 1] = (struct sock_filter)RET_K(44);
	ok(!attach(insns, BPF_MAXINSNS) && pass(100) == 44,
	   "arms of 255 instructions that grow");
	setsockopt(pair[1], SOL_SOCKET, SO_DETACH_FILTER, &i, sizeof(i));
	set_optmem("20480");
	free(insns);
}

/* ---- what SO_GET_FILTER gives back -------------------------------------------- */

static int get_filter(int fd, struct sock_filter *room, unsigned int count)
{
	socklen_t len = count;

	return getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, room, &len) ? -errno : (int)len;
}

static void test_get_filter(void)
{
	static const struct sock_filter insns[] = {
		LD_AD(PROTOCOL), JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 1),
		RET_K(0), RET_K(9),
	};
	struct sock_filter room[8];
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sv))
		return;
	ok(get_filter(sv[1], room, 0) == 0, "no filter: nothing to get");
	ok(!attach_to(sv[1], insns, COUNT(insns)), "a filter to get");
	ok(get_filter(sv[1], NULL, 0) == COUNT(insns), "its length, asked with no room");
	ok(get_filter(sv[1], room, 3) == -EINVAL, "too little room: EINVAL");
	ok(get_filter(sv[1], (void *)0x10, 8) == -EFAULT, "room nowhere: EFAULT");
	ok(get_filter(sv[1], room, 8) == COUNT(insns) &&
	   !memcmp(room, insns, sizeof(insns)), "the program as it was given");
	ok(!setsockopt(sv[1], SOL_SOCKET, SO_DETACH_FILTER, &sv, sizeof(int)), "detach");
	ok(get_filter(sv[1], room, 8) == 0, "nothing to get afterwards");
	close(sv[0]);
	close(sv[1]);
}

/* ---- ancillary data on a real packet -------------------------------------------- */

/* a packet socket on lo that sees incoming packets to UDP port 9999 */
static int rx_fd = -1, tx_fd = -1;

static bool open_lo(void)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex("lo"),
	};
	int one = 1;

	rx_fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
	tx_fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (rx_fd < 0 || tx_fd < 0)
		return false;
	setsockopt(rx_fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	return !bind(rx_fd, (void *)&ll, sizeof(ll));
}

/* Ethernet (with a tag where @tci is not 0), IPv4, UDP, 32 bytes of payload */
static unsigned int build_frame(unsigned char *f, unsigned int tci)
{
	static const unsigned char ip[] = {
		0x45, 0, 0, 60, 0x12, 0x34, 0, 0, 64, 17, 0, 0,
		127, 0, 0, 1, 127, 0, 0, 1,
		0x27, 0x0e, 0x27, 0x0f, 0, 40, 0, 0,
	};
	unsigned int n = 12;

	memset(f, 0, 100);
	if (tci) {
		f[n++] = 0x81;
		f[n++] = 0;
		f[n++] = tci >> 8;
		f[n++] = tci;
	}
	f[n++] = 8;
	f[n++] = 0;
	memcpy(f + n, ip, sizeof(ip));
	return n + 60;
}

/* bytes the filter @insns lets through of a frame sent over lo */
static int pass_lo(const struct sock_filter *insns, unsigned int len, unsigned int tci)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("lo"),
		.sll_halen = 6, .sll_protocol = htons(tci ? ETH_P_8021Q : ETH_P_IP),
	};
	unsigned char frame[128], got[256];
	int n, tries;

	while (recv(rx_fd, got, sizeof(got), 0) >= 0)
		;
	if (attach_to(rx_fd, insns, len))
		return -1;
	while (recv(rx_fd, got, sizeof(got), 0) >= 0)
		;
	n = build_frame(frame, tci);
	if (sendto(tx_fd, frame, n, 0, (void *)&to, sizeof(to)) != n)
		return -1;
	for (tries = 0; tries < 20; tries++) {
		n = recv(rx_fd, got, sizeof(got), 0);
		if (n >= 0)
			return n;
		usleep(500);
	}
	return 0;
}

/* A after @in, on a frame over lo, is @want */
static bool lo_computes(struct sock_filter in, __u32 want, unsigned int tci)
{
	const struct sock_filter insns[] = {
		in,
		JUMP(BPF_JMP | BPF_JEQ | BPF_K, want, 0, 1),
		RET_K(50),
		RET_K(40),
	};

	return pass_lo(insns, COUNT(insns), tci) == 50;
}

#define LO(want, tci, name)						\
	ok(lo_computes((struct sock_filter)LD_AD(name), want, tci), #name)

static void test_ancillary(void)
{
	static const struct sock_filter two_random[] = {
		LD_AD(RANDOM), STMT(BPF_MISC | BPF_TAX, 0), LD_AD(RANDOM),
		JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0), RET_K(50), RET_K(40),
	};
	static const struct sock_filter xor[] = {
		STMT(BPF_LDX | BPF_IMM, 0xf0f0), STMT(BPF_LD | BPF_IMM, 0xff),
		LD_AD(ALU_XOR_X), JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xf00f, 0, 1),
		RET_K(50), RET_K(40),
	};
	static const struct sock_filter hash[] = { LD_AD(RXHASH), RET_K(50) };
	unsigned int cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	__u32 mark = 0x12345678;
	cpu_set_t set;

	if (!open_lo()) {
		skip("packet sockets: need CAP_NET_RAW and CONFIG_PACKET");
		return;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	setsockopt(tx_fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));

	LO(ETH_P_IP, 0, PROTOCOL);
	LO(PACKET_HOST, 0, PKTTYPE);
	LO(if_nametoindex("lo"), 0, IFINDEX);
	LO(ARPHRD_LOOPBACK, 0, HATYPE);
	LO(mark, 0, MARK);
	LO(0, 0, QUEUE);
	LO(cpu, 0, CPU);
	LO(0, 0, VLAN_TAG_PRESENT);
	LO(14 + 20 + 8, 0, PAY_OFFSET);
	ok(pass_lo(two_random, COUNT(two_random), 0) == 50, "RANDOM twice differs");
	ok(pass_lo(xor, COUNT(xor), 0) == 50, "ALU_XOR_X");
	ok(pass_lo(hash, COUNT(hash), 0) == 50, "RXHASH");

	LO(0x2123, 0x2123, VLAN_TAG);
	LO(1, 0x2123, VLAN_TAG_PRESENT);
	LO(ETH_P_8021Q, 0x2123, VLAN_TPID);
	LO(ETH_P_IP, 0x2123, PROTOCOL);

	ok(lo_computes((struct sock_filter)LD_ABS(BPF_H, 12), ETH_P_IP, 0),
	   "bytes of the frame");
	ok(lo_computes((struct sock_filter)LD_ABS(BPF_W, SKF_NET_OFF + 12), 0x7f000001, 0),
	   "bytes from the network header");
	ok(lo_computes((struct sock_filter)LD_ABS(BPF_H, SKF_LL_OFF + 12), ETH_P_IP, 0),
	   "bytes from the link layer header");
	ok(lo_computes((struct sock_filter)STMT(BPF_LD | BPF_W | BPF_IND, SKF_NET_OFF + 16),
		       0x7f000001, 0), "indirect bytes from the network header");
	ok(pass_lo((struct sock_filter[]){ LD_ABS(BPF_B, SKF_NET_OFF + 60), RET_K(50) }, 2,
		   0) == 0, "behind the end from the network header ends with 0");
	ok(pass_lo((struct sock_filter[]){ LD_ABS(BPF_B, SKF_LL_OFF - 1), RET_K(50) }, 2,
		   0) == 0, "an offset from nothing ends with 0");
	ok(pass_lo((struct sock_filter[]){ RET_K(5) }, 1, 0) == 5, "cut to 5 bytes");
	ok(pass_lo((struct sock_filter[]){ RET_K(-1) }, 1, 0) == 74, "not cut");
	CPU_ZERO(&set);
	for (cpu = 0; cpu < 64; cpu++)
		CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* attributes: at 8 a plain one (type 1), at 16 a nest (type 2) with one inside */
static void put_attributes(unsigned char *p)
{
	struct nlattr attr[] = {
		{ 8, 1 }, { 0, 0 }, { 12, 2 }, { 8, 3 }, { 0, 0 },
	};

	memset(p, 0, 40);
	memcpy(p + 8, attr, sizeof(attr));
}

static void test_attributes(void)
{
	unsigned char kept[40];
	unsigned int wrong = 0, i;
	static const struct {
		__u32 kind, a, x, want;
	} rows[] = {
		{ SKF_AD_NLATTR, 8, 1, 8 },
		{ SKF_AD_NLATTR, 8, 2, 16 },
		{ SKF_AD_NLATTR, 8, 3, 0 },
		{ SKF_AD_NLATTR, 16, 2, 16 },
		{ SKF_AD_NLATTR, 36, 1, 0 },
		{ SKF_AD_NLATTR, 37, 1, 0 },
		{ SKF_AD_NLATTR, 0x80000000, 1, 0 },
		{ SKF_AD_NLATTR, 0xffffffff, 1, 0 },
		{ SKF_AD_NLATTR_NEST, 16, 3, 20 },
		{ SKF_AD_NLATTR_NEST, 16, 4, 0 },
		{ SKF_AD_NLATTR_NEST, 37, 3, 0 },
		{ SKF_AD_NLATTR_NEST, 0xfffffffc, 3, 0 },
	};

	memcpy(kept, packet, sizeof(kept));
	put_attributes(packet);
	for (i = 0; i < COUNT(rows); i++) {
		const struct sock_filter insns[] = {
			STMT(BPF_LD | BPF_IMM, rows[i].a), STMT(BPF_LDX | BPF_IMM, rows[i].x),
			LD_ABS(BPF_W, SKF_AD_OFF + rows[i].kind),
		};

		if (!computes(insns, COUNT(insns), rows[i].want, sizeof(kept))) {
			printf("# row %u: not %u\n", i, rows[i].want);
			wrong++;
		}
	}
	ok(!wrong, "NLATTR and NLATTR_NEST");
	memcpy(packet, kept, sizeof(kept));
}

/* ---- reuseport: the program chooses the socket ------------------------------------- */

static int reuse_socket(int reuse)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET, .sin_port = htons(9998),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;

	if (reuse)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (reuse && bind(fd, (void *)&any, sizeof(any)))
		perror("# bind");
	return fd;
}

static int attach_group(int fd, const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &prog, sizeof(prog)) ?
		errno : 0;
}

static void test_reuseport(void)
{
	static const struct sock_filter first_byte[] = { LD_ABS(BPF_B, 0), RET_A };
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(9998),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd[3], tx = socket(AF_INET, SOCK_DGRAM, 0), lone = reuse_socket(0), i;
	struct pollfd in = { .events = POLLIN };
	unsigned int wrong = 0;
	unsigned char byte, got;

	for (i = 0; i < 3; i++)
		fd[i] = reuse_socket(1);
	ok(attach_group(lone, first_byte, 2) == EINVAL, "reuseport: no group: EINVAL");
	ok(attach_group(fd[0], first_byte, 1) == EINVAL, "reuseport: bad program: EINVAL");
	ok(!attach_group(fd[0], first_byte, 2), "reuseport: attach");
	for (i = 0; i < 60; i++) {
		byte = i % 3;
		sendto(tx, &byte, 1, 0, (void *)&to, sizeof(to));
		in.fd = fd[i % 3];
		/* a busy processor delivers late */
		if (poll(&in, 1, 500) != 1 || recv(in.fd, &got, 1, MSG_DONTWAIT) != 1 ||
		    got != byte)
			wrong++;
	}
	ok(!wrong, "reuseport: the program's number is the socket");
	ok(!attach_group(fd[1], first_byte, 2), "reuseport: replace");
	ok(!setsockopt(fd[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &i, sizeof(i)),
	   "reuseport: detach");
	ok(setsockopt(fd[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &i, sizeof(i)) &&
	   errno == ENOENT, "reuseport: nothing left: ENOENT");
	for (i = 0; i < 3; i++)
		close(fd[i]);
	close(tx);
	close(lone);
}

static void test_all(void)
{
	unsigned int i;
	int val = 0;
	socklen_t len = sizeof(val);

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) {
		ok(false, "socketpair");
		return;
	}
	for (i = 0; i < PACKET_BYTES; i++)
		packet[i] = i < 256 ? i : i * 2654435761u >> 24;

	ok(!getsockopt(pair[0], SOL_SOCKET, SO_BPF_EXTENSIONS, &val, &len) &&
	   val == SKF_AD_MAX, "SO_BPF_EXTENSIONS: all of them");
	test_verdicts();
	test_opcodes();
	test_arguments();
	test_edges();
	test_random(600);
	test_longest();
	test_get_filter();
	test_ancillary();
	test_attributes();
	test_reuseport();
}

int main(void)
{
	return in_every_mode(test_all);
}
