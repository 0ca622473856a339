// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where programs of socket filters hang: every family of sockets, what is kept when
 * a replacement fails, option memory, privilege, the choice among sockets of a
 * reuseport group and of a packet fanout group. sock_test.c and classic_test.c have
 * attach, detach and lock as such.
 *
 * Runs as root.
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include "load.h"
#include "classic_asm.h"
#include "tapdev.h"

#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif
#ifndef SO_ATTACH_REUSEPORT_EBPF
#define SO_ATTACH_REUSEPORT_EBPF 52
#endif
#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif

#define OPTMEM "/proc/sys/net/core/optmem_max"

static int set_int(int fd, int option, int val)
{
	return setsockopt(fd, SOL_SOCKET, option, &val, sizeof(val)) ? errno : 0;
}

static int attach_return(int fd, __u32 value)
{
	const struct sock_filter insns[] = { RET_K(value) };

	return set_classic(fd, SO_ATTACH_FILTER, insns, 1);
}

/* errno of SO_GET_FILTER with room for @room instructions as minus, or their number */
static int get_filter(int fd, struct sock_filter *insns, int room)
{
	socklen_t len = room;

	return getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, insns, &len) ? -errno : (int)len;
}

/* ---- every family --------------------------------------------------------------------- */

static void test_families(void)
{
	static const struct {
		const char *name;
		int family, type, proto;
	} rows[] = {
		{ "unix stream", AF_UNIX, SOCK_STREAM, 0 },
		{ "unix datagram", AF_UNIX, SOCK_DGRAM, 0 },
		{ "unix seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
		{ "TCP", AF_INET, SOCK_STREAM, 0 },
		{ "UDP", AF_INET, SOCK_DGRAM, 0 },
		{ "raw ICMP", AF_INET, SOCK_RAW, IPPROTO_ICMP },
		{ "TCP over IPv6", AF_INET6, SOCK_STREAM, 0 },
		{ "UDP over IPv6", AF_INET6, SOCK_DGRAM, 0 },
		{ "raw ICMPv6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
		{ "packet, raw", AF_PACKET, SOCK_RAW, 0 },
		{ "packet, without link layer", AF_PACKET, SOCK_DGRAM, 0 },
		{ "netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
	};
	struct sock_filter got[4];
	unsigned int i;
	int fd;

	for (i = 0; i < COUNT(rows); i++) {
		fd = socket(rows[i].family, rows[i].type, rows[i].proto);
		ok(fd >= 0 && get_filter(fd, got, 4) == 0 && !attach_return(fd, 11 + i) &&
		   get_filter(fd, got, 4) == 1 && got[0].k == 11 + i &&
		   !attach_return(fd, 12) && !set_int(fd, SO_DETACH_FILTER, 0) &&
		   set_int(fd, SO_DETACH_FILTER, 0) == ENOENT,
		   "%s: attach, get, replace, detach", rows[i].name);
		close(fd);
	}
}

/* a filter of the kernel's own messages, by their type */
static void test_netlink(void)
{
	struct sock_filter insns[] = {
		LD_ABS(BPF_H, 4), IF_EQ(0, 0, 1), RET_K(0), RET_K(-1),
	};
	struct {
		struct nlmsghdr h;
		struct ifinfomsg m;
	} ask = {
		.h = { sizeof(ask), RTM_GETLINK, NLM_F_REQUEST, 1, 0 },
		.m = { .ifi_index = 1 },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct pollfd in = { .fd = fd, .events = POLLIN };
	char got[8192];

	insns[1].k = htons(RTM_NEWLINK);
	ok(send(fd, &ask, sizeof(ask), 0) == sizeof(ask) && poll(&in, 1, 100) == 1 &&
	   recv(fd, got, sizeof(got), 0) > 0, "netlink: an answer");
	ok(!set_classic(fd, SO_ATTACH_FILTER, insns, COUNT(insns)) &&
	   send(fd, &ask, sizeof(ask), 0) == sizeof(ask) && poll(&in, 1, 50) == 0,
	   "netlink: none where the filter refuses its type");
	insns[1].k = htons(RTM_DELLINK);
	ok(!set_classic(fd, SO_ATTACH_FILTER, insns, COUNT(insns)) &&
	   send(fd, &ask, sizeof(ask), 0) == sizeof(ask) && poll(&in, 1, 100) == 1,
	   "netlink: an answer where it refuses another");
	close(fd);
}

/* ---- options as such --------------------------------------------------------------------- */

static void test_get(void)
{
	static const struct sock_filter insns[] = {
		LD_ABS(BPF_H, 12), IF_EQ(0x800, 0, 1), RET_K(-1), RET_K(0),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sock_filter got[8];
	int room, right = 0;

	set_classic(fd, SO_ATTACH_FILTER, insns, COUNT(insns));
	memset(got, 0x55, sizeof(got));
	ok(get_filter(fd, got, 0) == COUNT(insns) && got[0].code == 0x5555,
	   "GET_FILTER without room: the number");
	ok(get_filter(fd, NULL, 0) == COUNT(insns), "GET_FILTER without room, nowhere");
	for (room = 1; room < (int)COUNT(insns); room++)
		right += get_filter(fd, got, room) == -EINVAL && got[0].code == 0x5555;
	ok(right == COUNT(insns) - 1, "GET_FILTER with too little room: EINVAL");
	for (room = COUNT(insns); room <= (int)COUNT(got); room++)
		right += get_filter(fd, got, room) == COUNT(insns) &&
			 !memcmp(got, insns, sizeof(insns)) && got[COUNT(insns)].code == 0x5555;
	ok(right == 2 * COUNT(insns), "GET_FILTER with enough");
	ok(get_filter(fd, (void *)0x10, 4) == -EFAULT, "GET_FILTER nowhere: EFAULT");
	ok(get_filter(fd, got, -1) == -EINVAL, "GET_FILTER with negative room: EINVAL");
	set_int(fd, SO_LOCK_FILTER, 1);
	ok(get_filter(fd, got, 8) == COUNT(insns), "GET_FILTER while locked");
	close(fd);
}

static void test_option_sizes(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), locked = 0;
	struct sock_filter insn = RET_K(1);
	socklen_t len = sizeof(locked);
	short two = 2;

	attach_return(fd, 1);
	ok(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, NULL, 0) && errno == EINVAL,
	   "DETACH_FILTER without a value: EINVAL");
	ok(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &two, sizeof(two)) && errno == EINVAL,
	   "LOCK_FILTER with two bytes: EINVAL");
	ok(!set_int(fd, SO_LOCK_FILTER, 0) && !attach_return(fd, 2),
	   "LOCK_FILTER 0 locks nothing");
	ok(!set_int(fd, SO_LOCK_FILTER, 77) &&
	   !getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &locked, &len) && locked == 1,
	   "LOCK_FILTER 77 locks, and says 1");
	ok(set_classic(fd, SO_ATTACH_FILTER, &insn, 0) == EPERM &&
	   set_classic(fd, SO_ATTACH_FILTER, NULL, 1) == EPERM,
	   "locked: EPERM before the program is looked at");
	ok(set_classic(fd, SO_ATTACH_REUSEPORT_CBPF, &insn, 1) == EPERM &&
	   set_int(fd, SO_ATTACH_REUSEPORT_EBPF, -1) == EPERM,
	   "locked: no program for the group");
	close(fd);
}

/* nobody, without any capability, may do all of it */
static int unprivileged(void)
{
	struct sock_filter insn = RET_K(5);
	int sv[2];
	char buf[16];

	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534) ||
	    socketpair(AF_UNIX, SOCK_DGRAM, 0, sv))
		return 1;
	if (set_classic(sv[1], SO_ATTACH_FILTER, &insn, 1) || send(sv[0], buf, 16, 0) != 16 ||
	    recv(sv[1], buf, 16, MSG_DONTWAIT) != 5)
		return 2;
	if (set_int(sv[1], SO_DETACH_FILTER, 0) || attach_return(sv[1], 3) ||
	    set_int(sv[1], SO_LOCK_FILTER, 1))
		return 3;
	return set_int(sv[1], SO_LOCK_FILTER, 0) == EPERM ? 0 : 4;
}

static void test_unprivileged(void)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(unprivileged());
	waitpid(pid, &status, 0);
	ok(!status, "without privilege: attach, run, detach, lock");
}

/* ---- option memory -------------------------------------------------------------------------- */

static int pass(int sv[2])
{
	char buf[64] = { };

	send(sv[0], buf, sizeof(buf), 0);
	return recv(sv[1], buf, sizeof(buf), MSG_DONTWAIT);
}

static void test_option_memory(void)
{
	struct sock_filter *insns = calloc(BPF_MAXINSNS, sizeof(*insns));
	struct sock_filter bad = STMT(BPF_JMP | BPF_JA, 7);
	char before[32];
	unsigned int i;
	int sv[2];

	for (i = 0; i < BPF_MAXINSNS; i++)
		insns[i] = (struct sock_filter)RET_K(9);
	read_value(OPTMEM, before, sizeof(before));
	socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
	ok(!attach_return(sv[1], 20) && pass(sv) == 20, "a filter that works");
	ok(set_classic(sv[1], SO_ATTACH_FILTER, &bad, 1) == EINVAL && pass(sv) == 20,
	   "still does after a bad one: EINVAL");
	write_value(OPTMEM, "8192");
	ok(set_classic(sv[1], SO_ATTACH_FILTER, insns, BPF_MAXINSNS) == ENOMEM &&
	   pass(sv) == 20, "and after one for which there is no memory: ENOMEM");
	ok(set_classic(sv[1], SO_ATTACH_FILTER, insns, 200) == 0 && pass(sv) == 9,
	   "one of 200 instructions fits");
	write_value(OPTMEM, "1");
	ok(attach_return(sv[1], 21) == ENOMEM && pass(sv) == 9, "nothing fits in one byte");
	ok(!set_int(sv[1], SO_DETACH_FILTER, 0) && pass(sv) == 64, "detach needs none");
	ok(attach_return(sv[1], 21) == ENOMEM && pass(sv) == 64,
	   "nor does the limit forget it afterwards");
	write_value(OPTMEM, "1000000");
	ok(!set_classic(sv[1], SO_ATTACH_FILTER, insns, BPF_MAXINSNS) && pass(sv) == 9,
	   "with more of it 4096 instructions fit");
	write_value(OPTMEM, before);
	close(sv[0]);
	close(sv[1]);
	free(insns);
}

/* ---- TCP -------------------------------------------------------------------------------------- */

static int listen_on(unsigned short *port, bool reuse)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	socklen_t len = sizeof(addr);

	if (reuse)
		set_int(fd, SO_REUSEPORT, 1);
	if (bind(fd, (void *)&addr, len) || listen(fd, 16) ||
	    getsockname(fd, (void *)&addr, &len)) {
		perror("# listen");
		return -1;
	}
	*port = ntohs(addr.sin_port);
	return fd;
}

/* a connection from @from to @to; -1 where it fails */
static int connect_from(unsigned short from, unsigned short to)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(from),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct linger now = { 1, 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	set_int(fd, SO_REUSEADDR, 1);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (from && bind(fd, (void *)&addr, sizeof(addr)))
		perror("# bind");
	addr.sin_port = htons(to);
	if (!connect(fd, (void *)&addr, sizeof(addr)))
		return fd;
	close(fd);
	return -1;
}

/* a filter sees the TCP header first, of data and of handshakes */
static void test_tcp(void)
{
	struct sock_filter insns[] = {
		/* the sender's port, and no options beyond 60 bytes of header */
		LD_ABS(BPF_H, 0), IF_EQ(0, 0, 1), RET_K(0), RET_K(-1),
	};
	unsigned short port = 0;
	int listener = listen_on(&port, false), fd, got;
	struct pollfd in = { .fd = listener, .events = POLLIN };

	insns[1].k = 30001;
	ok(!set_classic(listener, SO_ATTACH_FILTER, insns, COUNT(insns)), "TCP: a listener");
	fd = connect_from(30002, port);
	ok(fd >= 0 && poll(&in, 1, 200) == 1, "TCP: accepts from one port");
	got = accept(listener, NULL, NULL);
	close(fd);
	close(got);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	{
		struct sockaddr_in addr = {
			.sin_family = AF_INET, .sin_port = htons(30001),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		};

		bind(fd, (void *)&addr, sizeof(addr));
		addr.sin_port = htons(port);
		connect(fd, (void *)&addr, sizeof(addr));
	}
	ok(poll(&in, 1, 50) == 0, "TCP: and hears nothing from another");
	close(fd);
	close(listener);
}

/* ---- reuseport: TCP ---------------------------------------------------------------------------- */

#define GROUP 4

/* the socket of the group that a connection from port @from arrives at; -1: none */
static int arrives_at(const int *group, unsigned short from, unsigned short to)
{
	struct pollfd in[GROUP];
	int fd = connect_from(from, to), i, got = -1;

	for (i = 0; i < GROUP; i++)
		in[i] = (struct pollfd){ .fd = group[i], .events = POLLIN };
	if (fd < 0 || poll(in, GROUP, 1000) != 1)
		got = -1;
	else
		for (i = 0; i < GROUP; i++)
			if (in[i].revents & POLLIN)
				got = i;
	if (got >= 0)
		close(accept(group[got], NULL, NULL));
	close(fd);
	return got;
}

/* A program for groups: X + port of the sender. After the protocol's header there is
 * nothing in a SYN; its ports are found from the network header.
 */
static int attach_by_port(int fd, __u32 add, __u32 modulo)
{
	const struct sock_filter insns[] = {
		LD_ABS(BPF_H, SKF_NET_OFF + 20), STMT(BPF_ALU | BPF_MOD | BPF_K, modulo),
		STMT(BPF_ALU | BPF_ADD | BPF_K, add), RET_A,
	};

	return set_classic(fd, SO_ATTACH_REUSEPORT_CBPF, insns, COUNT(insns));
}

static unsigned int count_by_port(const int *group, unsigned short port)
{
	unsigned int right = 0;
	int i;

	for (i = 0; i < 3 * GROUP; i++)
		right += arrives_at(group, 31000 + i, port) == (31000 + i) % GROUP;
	return right;
}

static void test_reuseport_tcp(void)
{
	int group[GROUP], i, by_hash[16], right;
	struct program p = { };
	unsigned short port = 0;
	int prog;

	for (i = 0; i < GROUP; i++)
		group[i] = listen_on(&port, true);
	for (i = 0; i < 16; i++)
		by_hash[i] = arrives_at(group, 32000 + i, port);
	ok(!attach_by_port(group[1], 0, GROUP) && count_by_port(group, port) == 3 * GROUP,
	   "reuseport, TCP: the sockets that the program says");
	ok(!attach_by_port(group[0], GROUP, GROUP), "reuseport, TCP: a program out of range");
	for (i = right = 0; i < 16; i++)
		right += arrives_at(group, 32000 + i, port) == by_hash[i];
	ok(right == 16, "reuseport, TCP: as without a program then");
	ok(!attach_by_port(group[2], 0xfffffffe, 2), "reuseport, TCP: far out of range");
	for (i = right = 0; i < 16; i++)
		right += arrives_at(group, 32000 + i, port) == by_hash[i];
	ok(right == 16, "reuseport, TCP: the same");

	/* an extended program does as well */
	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_H, SKF_NET_OFF + 20),
	    BPF_ALU32_IMM(BPF_AND, BPF_REG_0, GROUP - 1), BPF_EXIT_INSN());
	prog = load(&p);
	ok(prog >= 0 && !set_int(group[3], SO_ATTACH_REUSEPORT_EBPF, prog) &&
	   count_by_port(group, port) == 3 * GROUP, "reuseport, TCP: an extended program");
	close(prog);
	ok(count_by_port(group, port) == 3 * GROUP, "reuseport, TCP: which the group holds");
	ok(!set_int(group[1], SO_DETACH_REUSEPORT_BPF, 0), "reuseport, TCP: detach by another");
	for (i = right = 0; i < 16; i++)
		right += arrives_at(group, 32000 + i, port) == by_hash[i];
	ok(right == 16, "reuseport, TCP: by the hash again");
	for (i = 0; i < GROUP; i++)
		close(group[i]);
}

/* ---- reuseport: UDP ------------------------------------------------------------------------------ */

static int bind_udp6(unsigned short *port, bool attach_first)
{
	struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6, .sin6_port = htons(*port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	static const struct sock_filter first_byte[] = { LD_ABS(BPF_B, 0), RET_A };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	socklen_t len = sizeof(addr);

	set_int(fd, SO_REUSEPORT, 1);
	if (attach_first && set_classic(fd, SO_ATTACH_REUSEPORT_CBPF, first_byte, 2))
		return -1;
	if (bind(fd, (void *)&addr, len) || getsockname(fd, (void *)&addr, &len))
		return -1;
	*port = ntohs(addr.sin6_port);
	return fd;
}

/* the socket of the group that gets a datagram of one byte; -1: none */
static int gets(int tx, const int *group, unsigned char byte, unsigned short port)
{
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct pollfd in[GROUP];
	int i, got = -1;

	for (i = 0; i < GROUP; i++)
		in[i] = (struct pollfd){ .fd = group[i], .events = POLLIN };
	sendto(tx, &byte, 1, 0, (void *)&to, sizeof(to));
	/* a busy processor delivers late */
	poll(in, GROUP, 500);
	for (i = 0; i < GROUP; i++)
		if (recv(group[i], &byte, 1, MSG_DONTWAIT) == 1)
			got = i;
	return got;
}

static void test_reuseport_udp(void)
{
	static const struct sock_filter close_last[] = { RET_K(GROUP - 1) };
	struct sock_filter *big = calloc(BPF_MAXINSNS, sizeof(*big));
	int group[GROUP], tx = socket(AF_INET6, SOCK_DGRAM, 0), i, by_hash, right = 0;
	unsigned short port = 0;

	for (i = 0; i < GROUP; i++)
		group[i] = bind_udp6(&port, !i);
	ok(group[GROUP - 1] >= 0, "reuseport, UDP: a program before the first bind");
	for (i = 0; i < 40; i++)
		right += gets(tx, group, i % GROUP, port) == i % GROUP;
	ok(right == 40, "reuseport, UDP over IPv6: the sockets that the program says");
	by_hash = gets(tx, group, 200, port);
	for (i = right = 0; i < 20; i++)
		right += gets(tx, group, GROUP + i, port) == by_hash;
	ok(by_hash >= 0 && right == 20, "reuseport, UDP: out of range, all to the hash's");
	for (i = 0; i < BPF_MAXINSNS; i++)
		big[i] = (struct sock_filter)RET_K(1);
	ok(set_classic(group[0], SO_ATTACH_REUSEPORT_CBPF, big, BPF_MAXINSNS) == ENOMEM &&
	   gets(tx, group, 2, port) == 2, "reuseport: too long for option memory: ENOMEM");
	ok(set_classic(group[0], SO_ATTACH_REUSEPORT_CBPF, big, BPF_MAXINSNS + 1) == EINVAL &&
	   gets(tx, group, 3, port) == 3, "reuseport: 4097 instructions: EINVAL");
	ok(!set_classic(group[0], SO_ATTACH_REUSEPORT_CBPF, close_last, 1) &&
	   gets(tx, group, 0, port) == GROUP - 1, "reuseport, UDP: replace");
	close(group[0]);
	group[0] = -1;
	right = gets(tx, group, 0, port);
	ok(right > 0, "reuseport, UDP: the group shrinks, and the number is out of range");
	for (i = 1; i < GROUP; i++)
		close(group[i]);
	close(tx);
	free(big);
}

/* ---- fanout ------------------------------------------------------------------------------------------ */

#define TAP "tapatt0"

static int join_fanout(int id, int mode)
{
	int fd = open_sniffer(TAP, SOCK_RAW), group = id | mode << 16;

	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)))
		perror("# PACKET_FANOUT");
	return fd;
}

static int set_data(int fd, const void *data, socklen_t len)
{
	return setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, data, len) ? errno : 0;
}

static int set_data_classic(int fd, const struct sock_filter *insns, unsigned int len)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };

	return set_data(fd, &prog, sizeof(prog));
}

/* the socket that gets a frame with @word behind the IPv4 header; -1: none or several */
static int fans_to(int tap, const int *fds, __u32 word)
{
	unsigned char frame[64] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45 };
	int i, got = -1;
	char byte;

	word = htonl(word);
	memcpy(frame + 34, &word, 4);
	if (write(tap, frame, sizeof(frame)) != sizeof(frame))
		return -1;
	for (i = 0; i < GROUP; i++)
		if (recv(fds[i], &byte, 1, MSG_DONTWAIT) == 1)
			got = got < 0 ? i : -2;
	return got;
}

static const __u32 words[] = { 0, 1, 2, 3, 4, 5, 77, 0x7fffffff, 0x80000000, 0xffffffff };

static unsigned int count_fanned(int tap, const int *fds)
{
	unsigned int i, right = 0;

	for (i = 0; i < COUNT(words); i++)
		right += fans_to(tap, fds, words[i]) == (int)(words[i] % GROUP);
	return right;
}

static void test_fanout_classic(int tap)
{
	/* it sees a packet from its network header on */
	static const struct sock_filter word[] = { LD_ABS(BPF_W, 20), RET_A };
	static const struct sock_filter behind[] = { LD_ABS(BPF_W, 47), RET_A };
	static const struct sock_filter both[] = {
		LD_ABS(BPF_H, SKF_LL_OFF + 12), STMT(BPF_MISC | BPF_TAX, 0),
		LD_ABS(BPF_B, SKF_NET_OFF), STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		STMT(BPF_ALU | BPF_SUB | BPF_K, 0x800 + 0x45 - 3), RET_A,
	};
	int fds[GROUP], i, plain = open_sniffer(TAP, SOCK_RAW);
	struct sock_fprog prog = { .len = 2, .filter = (struct sock_filter *)word };

	for (i = 0; i < GROUP; i++)
		fds[i] = join_fanout(100, PACKET_FANOUT_CBPF);
	ok(fans_to(tap, fds, 3) == 0, "fanout, classic: without program the first");
	ok(!set_data_classic(fds[1], word, 2) && count_fanned(tap, fds) == COUNT(words),
	   "fanout, classic: the program's number modulo the sockets");
	ok(set_data_classic(fds[0], word, 1) == EINVAL && set_data_classic(fds[0], word, 0) &&
	   set_data(fds[0], &prog, sizeof(prog) - 1) == EINVAL &&
	   set_data(fds[0], (void *)0x10, sizeof(prog)) == EFAULT &&
	   set_data(fds[0], &prog, sizeof(int)) == EINVAL, "fanout, classic: bad data");
	ok(set_data_classic(plain, word, 2) == EINVAL, "fanout: not a member: EINVAL");
	ok(count_fanned(tap, fds) == COUNT(words), "fanout, classic: the program stays");
	ok(!set_data_classic(fds[2], both, COUNT(both)) && fans_to(tap, fds, 0) == 3,
	   "fanout, classic: header offsets");
	ok(!set_data_classic(fds[2], behind, 2) && fans_to(tap, fds, 0) == 0,
	   "fanout, classic: a load behind the end is number 0");
	set_int(fds[3], SO_LOCK_FILTER, 1);
	ok(set_data_classic(fds[3], word, 2) == EPERM && !set_data_classic(fds[0], word, 2),
	   "fanout: EPERM for the member that is locked");
	for (i = 0; i < GROUP; i++)
		close(fds[i]);
	close(plain);
}

static void test_fanout_extended(int tap)
{
	int fds[GROUP], i, prog, hash = join_fanout(102, PACKET_FANOUT_HASH);
	struct program p = { };
	long wide;

	for (i = 0; i < GROUP; i++)
		fds[i] = join_fanout(101, PACKET_FANOUT_EBPF);
	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_W, 20), BPF_EXIT_INSN());
	prog = load(&p);
	wide = prog;
	ok(prog >= 0 && !set_data(fds[0], &prog, sizeof(prog)) &&
	   count_fanned(tap, fds) == COUNT(words), "fanout, extended: distributes");
	close(prog);
	ok(count_fanned(tap, fds) == COUNT(words), "fanout, extended: and is held");
	ok(set_data(fds[0], &wide, sizeof(wide)) == EINVAL && set_data(fds[0], &wide, 2) == EINVAL,
	   "fanout, extended: a descriptor has four bytes");
	prog = -1;
	ok(set_data(fds[0], &prog, sizeof(prog)) == EBADF, "fanout, extended: EBADF");
	ok(set_data(fds[0], &tap, sizeof(tap)) == EINVAL, "fanout, extended: no program: EINVAL");
	ok(set_data(hash, &prog, sizeof(prog)) == EINVAL, "fanout by hash takes none: EINVAL");
	for (i = 0; i < GROUP; i++)
		close(fds[i]);
	close(hash);
}

static void test_fanout(void)
{
	int tap = open_tun(TAP, IFF_TAP | IFF_NO_PI);

	if (tap < 0 || !bring_up(TAP, 1500)) {
		skip("fanout: needs CONFIG_TUN");
		return;
	}
	test_fanout_classic(tap);
	test_fanout_extended(tap);
	close(tap);
}

static void test_all(void)
{
	test_families();
	test_netlink();
	test_get();
	test_option_sizes();
	test_unprivileged();
	test_option_memory();
	test_tcp();
	test_reuseport_tcp();
	test_reuseport_udp();
	test_fanout();
}

int main(void)
{
	return in_every_mode(test_all);
}
