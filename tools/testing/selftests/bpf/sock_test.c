// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket filters on sockets: attach, replace, lock, detach, what each refuses, how
 * the return value cuts packets, and what a program sees of real packets on lo.
 *
 * Runs as root.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "classic_asm.h"
#include "load.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif
#ifndef SO_ATTACH_REUSEPORT_EBPF
#define SO_ATTACH_REUSEPORT_EBPF 52
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

#define LARGE 40000

/* byte @i of the large packets */
static unsigned char pattern(unsigned int i)
{
	return i * 2654435761u >> 24;
}

static int set_option(int fd, int name, int val)
{
	return setsockopt(fd, SOL_SOCKET, name, &val, sizeof(val)) ? errno : 0;
}

static int attach(int fd, int prog)
{
	return set_option(fd, SO_ATTACH_BPF, prog);
}

static int attach_classic(int fd, unsigned int ret)
{
	struct sock_filter insn = { BPF_RET | BPF_K, 0, 0, ret };
	struct sock_fprog prog = { .len = 1, .filter = &insn };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ?
		errno : 0;
}

/* instructions of the classic filter, or -errno */
static int get_filter(int fd)
{
	struct sock_filter room[4];
	socklen_t len = COUNT(room);

	return getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, room, &len) ? -errno : (int)len;
}

/* a program that returns @value */
static int load_return(int value)
{
	struct program p = { };

	add_return(&p, value);
	return load(&p);
}

/* bytes of option memory a socket uses */
static int option_memory(int fd)
{
	unsigned int info[16] = { };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
		return -1;
	return info[6];		/* SK_MEMINFO_OPTMEM */
}

/* ---- attach, replace, lock, detach ------------------------------------------------- */

static void test_refused(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), prog = load_return(-1);
	int null = open("/dev/null", O_RDONLY), map = make_array(1);
	short half = prog;

	ok(prog >= 0, "load a filter");
	ok(attach(fd, -1) == EBADF, "no descriptor: EBADF");
	ok(attach(fd, 9999) == EBADF, "descriptor not open: EBADF");
	ok(attach(fd, null) == EINVAL, "a file: EINVAL");
	ok(attach(fd, map) == EINVAL, "a map: EINVAL");
	ok(attach(fd, fd) == EINVAL, "a socket: EINVAL");
	ok(setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &half, sizeof(half)) &&
	   errno == EINVAL, "two bytes of descriptor: EINVAL");
	ok(setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, (void *)0x10, sizeof(int)) &&
	   errno == EFAULT, "wild pointer: EFAULT");
	ok(set_option(fd, SO_DETACH_FILTER, 0) == ENOENT, "nothing attached by then");
	close(fd);
	close(prog);
	close(null);
	close(map);
}

static void test_lifecycle(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), prog = load_return(-1), i, failed = 0;
	int one;

	ok(get_filter(fd) == 0, "no filter to get");
	ok(!attach(fd, prog), "attach");
	ok(get_filter(fd) == -EACCES, "an extended program is not handed back: EACCES");
	one = option_memory(fd);
	ok(one > 0, "the socket pays for it");
	ok(!attach(fd, prog) && option_memory(fd) == one, "replace by itself");
	ok(!attach_classic(fd, 3) && get_filter(fd) == 1, "replace by a classic one");
	ok(!attach(fd, prog) && get_filter(fd) == -EACCES, "and back");
	for (i = 0; i < 500; i++)
		failed += attach(fd, prog) || attach_classic(fd, i);
	ok(!failed, "1000 replacements");
	ok(!set_option(fd, SO_DETACH_FILTER, 0), "detach");
	ok(!option_memory(fd), "nothing left to pay");
	ok(set_option(fd, SO_DETACH_FILTER, 0) == ENOENT, "detach again: ENOENT");
	close(prog);
	close(fd);
}

static void test_lock(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), prog = load_return(-1), locked = 0;
	socklen_t len = sizeof(locked);

	ok(!attach(fd, prog), "attach before the lock");
	ok(!set_option(fd, SO_LOCK_FILTER, 1), "lock");
	ok(!getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &locked, &len) && locked == 1,
	   "says that it is locked");
	ok(attach(fd, prog) == EPERM, "locked: replace: EPERM");
	ok(attach_classic(fd, 1) == EPERM, "locked: classic: EPERM");
	ok(set_option(fd, SO_DETACH_FILTER, 0) == EPERM, "locked: detach: EPERM");
	ok(set_option(fd, SO_LOCK_FILTER, 0) == EPERM, "locked: unlock: EPERM");
	ok(set_option(fd, SO_LOCK_FILTER, 1) == 0, "locked: lock again");
	close(fd);
	close(prog);
}

static void test_too_long(void)
{
	struct program *p = calloc(1, sizeof(*p));
	int fd = socket(AF_INET, SOCK_DGRAM, 0), prog;

	while (p->len < 3000)
		ADD(p, BPF_MOV64_IMM(BPF_REG_0, p->len));
	ADD(p, BPF_EXIT_INSN());
	prog = load(p);
	ok(prog >= 0, "load 3001 instructions");
	ok(attach(fd, prog) == ENOMEM, "more than option memory holds: ENOMEM");
	ok(!option_memory(fd), "which pays for nothing");
	free(p);
	close(fd);
	close(prog);
}

/* ---- how much of a packet passes ------------------------------------------------------- */

static __u32 dropped(int fd)
{
	__u32 info[SK_MEMINFO_VARS] = { };
	socklen_t len = sizeof(info);

	getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len);
	return info[SK_MEMINFO_DROPS];
}

/* until a packet is there, or another was dropped: a busy processor does both late */
static void await_packet(int fd, __u32 drops_before)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	int tries;

	for (tries = 0; tries < 1000 && dropped(fd) == drops_before; tries++)
		if (poll(&in, 1, 10) > 0)
			return;
}

static void check_cut(const char *kind, int tx, int rx, int value, int want)
{
	char sent[100] = { }, got[200];
	int prog = load_return(value), n;
	__u32 drops;

	attach(rx, prog);
	close(prog);
	drops = dropped(rx);
	if (send(tx, sent, sizeof(sent), 0) == sizeof(sent))
		await_packet(rx, drops);
	else if (errno != EPERM)
		perror("# send");
	n = recv(rx, got, sizeof(got), MSG_DONTWAIT);
	if (n < 0)
		n = -errno;
	ok(n == want, "%s: %d of 100 bytes asked for", kind, value);
	if (n != want)
		printf("# got %d\n", n);
}

/* two connected UDP sockets on lo */
static bool udp_pair(int *tx, int *rx)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);

	*tx = socket(AF_INET, SOCK_DGRAM, 0);
	*rx = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(*rx, (void *)&addr, len) || getsockname(*rx, (void *)&addr, &len) ||
	    connect(*tx, (void *)&addr, len) || getsockname(*tx, (void *)&addr, &len))
		return false;
	return !connect(*rx, (void *)&addr, len);
}

static void test_cut(void)
{
	int sv[2], tx, rx;

	if (!socketpair(AF_UNIX, SOCK_DGRAM, 0, sv)) {
		check_cut("local", sv[0], sv[1], 0, -EAGAIN);
		check_cut("local", sv[0], sv[1], 1, 1);
		check_cut("local", sv[0], sv[1], 99, 99);
		check_cut("local", sv[0], sv[1], 100, 100);
		check_cut("local", sv[0], sv[1], 101, 100);
		check_cut("local", sv[0], sv[1], -1, 100);
		check_cut("local", sv[0], sv[1], 0x80000000, 100);
		close(sv[0]);
		close(sv[1]);
	}
	if (!ok(udp_pair(&tx, &rx), "UDP sockets"))
		return;
	/* the header counts, and is never cut */
	check_cut("UDP", tx, rx, 0, -EAGAIN);
	check_cut("UDP", tx, rx, 1, 0);
	check_cut("UDP", tx, rx, 8, 0);
	check_cut("UDP", tx, rx, 18, 10);
	check_cut("UDP", tx, rx, 108, 100);
	check_cut("UDP", tx, rx, -1, 100);
	close(tx);
	close(rx);
}

/* a listener's filter goes to the sockets it accepts */
static void test_accept(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, child;
	socklen_t len = sizeof(addr);
	char byte;

	client = socket(AF_INET, SOCK_STREAM, 0);
	ok(!bind(listener, (void *)&addr, len) && !listen(listener, 4) &&
	   !getsockname(listener, (void *)&addr, &len) &&
	   !attach_classic(listener, -1) && !connect(client, (void *)&addr, len),
	   "connect through a filter");
	child = accept(listener, NULL, NULL);
	ok(get_filter(child) == 1 && option_memory(child) > 0,
	   "the accepted socket has it, and pays");
	ok(!set_option(child, SO_DETACH_FILTER, 0) && get_filter(listener) == 1,
	   "detached there, the listener keeps it");
	ok(!attach_classic(child, 0), "drop everything");
	ok(send(client, "x", 1, 0) == 1 && !usleep(20000) &&
	   recv(child, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN,
	   "nothing arrives");
	ok(!set_option(child, SO_DETACH_FILTER, 0) && recv(child, &byte, 1, 0) == 1,
	   "until the filter is gone and TCP sends again");
	close(child);
	close(client);
	close(listener);
}

/* ---- what a program sees of a packet ------------------------------------------------ */

#define FIELD(f) offsetof(struct __sk_buff, f)

/* an incoming UDP packet over lo, seen by a packet socket of kind @type */
static bool run_on_lo(int prog, int type, unsigned int bytes)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex("lo"),
	};
	int fd = socket(AF_PACKET, type, 0), one = 1, tx, rx, mark = 0x51234567, prio = 5;
	char *buf = calloc(1, bytes);
	bool done;

	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	done = udp_pair(&tx, &rx) && !attach(fd, prog) && !bind(fd, (void *)&ll, sizeof(ll)) &&
	       !set_option(tx, SO_MARK, mark) && !set_option(tx, SO_PRIORITY, prio);
	done = done && send(tx, buf, bytes, 0) == (int)bytes &&
	       recv(rx, buf, bytes, 0) == (int)bytes &&
	       recv(fd, buf, bytes, MSG_DONTWAIT) > 0;
	if (!done)
		perror("# packet over lo");
	free(buf);
	close(tx);
	close(rx);
	close(fd);
	return done;
}

static void test_fields(void)
{
	static const struct {
		const char *name;
		int off;
		__s64 want;	/* -1: any */
	} rows[] = {
		{ "len", FIELD(len), 14 + 20 + 8 + 30 },
		{ "pkt_type", FIELD(pkt_type), PACKET_HOST },
		{ "mark", FIELD(mark), 0x51234567 },
		{ "queue_mapping", FIELD(queue_mapping), 0 },
		{ "protocol", FIELD(protocol), -2 },
		{ "vlan_present", FIELD(vlan_present), 0 },
		{ "vlan_tci", FIELD(vlan_tci), 0 },
		{ "vlan_proto", FIELD(vlan_proto), 0 },
		{ "priority", FIELD(priority), 5 },
		{ "ingress_ifindex", FIELD(ingress_ifindex), -3 },
		{ "ifindex", FIELD(ifindex), -3 },
		{ "tc_index", FIELD(tc_index), 0 },
		{ "hash", FIELD(hash), -1 },
		{ "napi_id", FIELD(napi_id), -1 },
		{ "gso_segs", FIELD(gso_segs), 0 },
		{ "gso_size", FIELD(gso_size), 0 },
		{ "cb[0]", FIELD(cb[0]), 0 },
		{ "cb[4]", FIELD(cb[4]), 0 },
	};
	int array = make_array(COUNT(rows)), prog;
	__u64 seen[COUNT(rows)] = { };
	struct program p = { };
	unsigned int i;

	add_array(&p, array);
	for (i = 0; i < COUNT(rows); i++) {
		ADD(&p, BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_6, rows[i].off));
		add_store(&p, i, BPF_REG_1);
	}
	add_return(&p, -1);
	prog = load(&p);
	if (!ok(prog >= 0 && run_on_lo(prog, SOCK_RAW, 30), "fields of a packet on lo"))
		return;
	read_array(array, seen);
	for (i = 0; i < COUNT(rows); i++) {
		__s64 want = rows[i].want;

		if (want == -1)
			want = seen[i] & 0xffffffff;
		else if (want == -2)
			want = htons(ETH_P_IP);
		else if (want == -3)
			want = if_nametoindex("lo");
		ok(seen[i] == (__u64)want, "%s", rows[i].name);
		if (seen[i] != (__u64)want)
			printf("# %#llx, not %#llx\n", (unsigned long long)seen[i],
			       (unsigned long long)want);
	}
	close(prog);
	close(array);
}

/* the control block is the program's for one run: zero before, unseen after */
static void test_control_block(void)
{
	int array = make_array(3), prog;
	__u64 seen[3] = { 99, 99, 99 };
	struct program p = { };

	add_array(&p, array);
	ADD(&p,
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_6, FIELD(cb[0])),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 0),
	    BPF_MOV64_IMM(BPF_REG_1, 0x11223344),
	    BPF_STX_MEM(BPF_W, BPF_REG_6, BPF_REG_1, FIELD(cb[1])),
	    BPF_STX_MEM(BPF_B, BPF_REG_6, BPF_REG_1, FIELD(cb[2])),
	    BPF_LDX_MEM(BPF_H, BPF_REG_1, BPF_REG_6, FIELD(cb[1]) + 2),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 8),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_6, FIELD(cb[2])),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 16));
	add_return(&p, -1);
	prog = load(&p);
	ok(prog >= 0 && run_on_lo(prog, SOCK_RAW, 30), "write the control block");
	read_array(array, seen);
	ok(!seen[0], "it starts as zeros");
	ok(seen[1] == 0x1122 && seen[2] == 0x44, "it keeps what is written");
	close(prog);
	close(array);
}

#define SOCK(f) offsetof(struct bpf_sock, f)

static void test_socket(void)
{
	struct sockaddr_in local, remote;
	int array = make_array(6), prog, tx, rx;
	socklen_t len = sizeof(local);
	__u64 seen[6] = { };
	struct program p = { };
	char byte = 1;

	add_array(&p, array);
	ADD(&p,
	    BPF_LDX_MEM(BPF_DW, BPF_REG_8, BPF_REG_6, FIELD(sk)),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_8, 0, 2),
	    BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_EXIT_INSN(),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_8, SOCK(family)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 0),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_8, SOCK(src_port)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 8),
	    BPF_LDX_MEM(BPF_H, BPF_REG_1, BPF_REG_8, SOCK(dst_port)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 16),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_8, SOCK(src_ip4)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 24),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_8, SOCK(state)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 32),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_8, SOCK(rx_queue_mapping)),
	    BPF_STX_MEM(BPF_DW, BPF_REG_7, BPF_REG_1, 40));
	add_return(&p, -1);
	prog = load(&p);
	if (!ok(prog >= 0 && udp_pair(&tx, &rx) && !attach(rx, prog) &&
		send(tx, &byte, 1, 0) == 1 && recv(rx, &byte, 1, 0) == 1,
		"a filter that looks at its socket"))
		return;
	getsockname(rx, (void *)&local, &len);
	getsockname(tx, (void *)&remote, &len);
	read_array(array, seen);
	ok(seen[0] == AF_INET, "family");
	ok(seen[1] == ntohs(local.sin_port), "src_port, host order");
	ok(seen[2] == remote.sin_port, "dst_port, network order");
	ok(seen[3] == htonl(INADDR_LOOPBACK), "src_ip4");
	ok(seen[4] == 1, "state of a connected UDP socket");
	ok((__s32)seen[5] == -1 || seen[5] < 0xffff, "rx_queue_mapping");
	close(tx);
	close(rx);
	close(prog);
	close(array);
}

/* ---- bytes of the packet ----------------------------------------------------------------- */

/* sends LARGE bytes over UDP to a filter that stores one number; false: no packet */
static bool run_large(struct program *body, int array, __u64 *seen)
{
	static unsigned char buf[LARGE];
	int prog = load(body), tx = -1, rx = -1, size = 1 << 20;
	unsigned int i;
	__u32 drops = 0;
	bool done;

	for (i = 0; i < LARGE; i++)
		buf[i] = pattern(i);
	*seen = ~0ULL;
	write_array(array, seen);
	done = prog >= 0 && udp_pair(&tx, &rx) && !set_option(tx, SO_SNDBUF, size) &&
	       !set_option(rx, SO_RCVBUF, size) && !attach(rx, prog);
	if (done)
		drops = dropped(rx);
	done = done && send(tx, buf, LARGE, 0) == LARGE;
	if (done)
		await_packet(rx, drops);
	done = done && recv(rx, buf, LARGE, MSG_DONTWAIT) > 0;
	read_array(array, seen);
	close(prog);
	close(tx);
	close(rx);
	return done;
}

static __u32 pattern_be(unsigned int i, int bytes)
{
	__u32 val = 0;

	while (bytes--)
		val = val << 8 | pattern(i++);
	return val;
}

/* LD_ABS or LD_IND at payload byte @off of a packet with fragments */
static void check_packet_load(int array, struct bpf_insn load_insn, __u64 want,
			      bool passes, const char *what, unsigned int off)
{
	struct program p = { };
	__u64 seen;
	bool passed;

	add_array(&p, array);
	ADD(&p, BPF_MOV64_IMM(BPF_REG_8, 0x100));
	ADD(&p, load_insn);
	add_store(&p, 0, BPF_REG_0);
	add_return(&p, -1);
	passed = run_large(&p, array, &seen);
	ok(passed == passes && seen == (passes ? want : ~0ULL), "%s at %u", what, off);
	if (seen != want && passes)
		printf("# %#llx, not %#llx\n", (unsigned long long)seen,
		       (unsigned long long)want);
}

static void test_packet_loads(void)
{
	/* the boundaries of 4096-byte fragments, the ends, and some between */
	static const unsigned int offs[] = {
		0, 1, 100, 4086, 4087, 4090, 8191, 16382, 30001, LARGE - 4,
	};
	int array = make_array(1);
	unsigned int i;

#define ABS(size, k) ((struct bpf_insn)BPF_LD_ABS(size, k))
#define IND(size, k) ((struct bpf_insn)BPF_LD_IND(size, BPF_REG_8, (k) - 0x100))
	/* a UDP socket's filter sees the UDP header first */
	for (i = 0; i < COUNT(offs); i++) {
		check_packet_load(array, ABS(BPF_B, offs[i] + 8), pattern_be(offs[i], 1),
				  true, "LD_ABS byte", offs[i]);
		check_packet_load(array, ABS(BPF_H, offs[i] + 8), pattern_be(offs[i], 2),
				  true, "LD_ABS half", offs[i]);
		check_packet_load(array, ABS(BPF_W, offs[i] + 8), pattern_be(offs[i], 4),
				  true, "LD_ABS word", offs[i]);
		check_packet_load(array, IND(BPF_W, offs[i] + 8), pattern_be(offs[i], 4),
				  true, "LD_IND word", offs[i]);
	}
	check_packet_load(array, ABS(BPF_W, LARGE + 8 - 3), 0, false,
			  "LD_ABS word past the end ends with 0,", LARGE - 3);
	check_packet_load(array, ABS(BPF_B, LARGE + 8), 0, false,
			  "LD_ABS byte past the end ends with 0,", LARGE);
	check_packet_load(array, ABS(BPF_B, 0x7fffffff), 0, false,
			  "LD_ABS byte far away ends with 0,", 0x7fffffff);
	check_packet_load(array, ABS(BPF_B, -1), 0, false,
			  "LD_ABS byte at -1 ends with 0,", 0);
	check_packet_load(array, ABS(BPF_B, SKF_NET_OFF + 9), IPPROTO_UDP, true,
			  "LD_ABS byte from the network header", 9);
	check_packet_load(array, ABS(BPF_W, SKF_NET_OFF + 12), INADDR_LOOPBACK, true,
			  "LD_ABS word from the network header", 12);
	check_packet_load(array, ABS(BPF_H, SKF_LL_OFF + 12), ETH_P_IP, true,
			  "LD_ABS half from the link layer header", 12);
	close(array);
}

/* skb_load_bytes of @len bytes at @off; the number is bytes 0..7, R0 in the upper part */
static void check_load_bytes(int array, bool relative, unsigned int off, unsigned int len,
			     int start, __u64 want, const char *what)
{
	struct program p = { };
	__u64 seen;

	add_array(&p, array);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_IMM(BPF_REG_2, off),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -64),
	    BPF_MOV64_IMM(BPF_REG_4, len),
	    BPF_MOV64_IMM(BPF_REG_5, start),
	    BPF_CALL_FUNC(relative ? BPF_FUNC_skb_load_bytes_relative :
			  BPF_FUNC_skb_load_bytes),
	    BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_10, -64),
	    BPF_ENDIAN(BPF_TO_BE, BPF_REG_1, 32),
	    BPF_ALU64_IMM(BPF_LSH, BPF_REG_0, 32),
	    BPF_ALU64_REG(BPF_OR, BPF_REG_1, BPF_REG_0));
	add_store(&p, 0, BPF_REG_1);
	add_return(&p, -1);
	ok(run_large(&p, array, &seen) && seen == want, "%s at %u, %u bytes", what, off, len);
	if (seen != want)
		printf("# %#llx, not %#llx\n", (unsigned long long)seen,
		       (unsigned long long)want);
}

static void test_load_bytes(void)
{
	const __u64 fault = (__u64)-EFAULT << 32;
	int array = make_array(1);

	check_load_bytes(array, false, 8, 4, 0, pattern_be(0, 4), "skb_load_bytes");
	check_load_bytes(array, false, 4094 + 8, 40, 0, pattern_be(4094, 4), "skb_load_bytes");
	check_load_bytes(array, false, LARGE + 8 - 4, 4, 0, pattern_be(LARGE - 4, 4),
			 "skb_load_bytes");
	check_load_bytes(array, false, LARGE + 8 - 3, 4, 0, fault,
			 "skb_load_bytes fails and clears,");
	check_load_bytes(array, false, 0xffffffff, 4, 0, fault,
			 "skb_load_bytes fails and clears,");
	check_load_bytes(array, true, 12, 4, BPF_HDR_START_NET, INADDR_LOOPBACK,
			 "skb_load_bytes_relative, network header");
	check_load_bytes(array, true, 12, 4, BPF_HDR_START_MAC, 0x08004500,
			 "skb_load_bytes_relative, link layer header");
	check_load_bytes(array, true, 0, 4, 2, fault,
			 "skb_load_bytes_relative, unknown start");
	check_load_bytes(array, true, 0x80000000, 4, BPF_HDR_START_NET, fault,
			 "skb_load_bytes_relative, negative");
	close(array);
}

/* ---- counting, and choosing -------------------------------------------------------------- */

static void test_count(void)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex("lo"),
	};
	int array = make_array(1), fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1, prog, tx, rx, i;
	__u64 count = 0;
	struct program p = { };

	add_array(&p, array);
	ADD(&p,
	    BPF_LD_ABS(BPF_B, ETH_HLEN + 9),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_0, IPPROTO_UDP, 2),
	    BPF_MOV64_IMM(BPF_REG_1, 1),
	    BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_7, BPF_REG_1, 0));
	add_return(&p, 0);
	prog = load(&p);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	ok(prog >= 0 && udp_pair(&tx, &rx) && !attach(fd, prog) &&
	   !bind(fd, (void *)&ll, sizeof(ll)), "a filter that counts");
	for (i = 0; i < 500; i++)
		if (send(tx, &i, sizeof(i), 0) < 0 || recv(rx, &one, sizeof(one), 0) < 0)
			break;
	read_array(array, &count);
	ok(count == 500, "500 UDP packets counted");
	printf("# %llu\n", (unsigned long long)count);
	close(tx);
	close(rx);
	close(fd);
	close(prog);
	close(array);
}

static void test_reuseport(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(9997),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	/* the softirq that delivers may be some other thread's, and late */
	const struct timeval patience = { .tv_sec = 2 };
	int fd[2], tx = socket(AF_INET, SOCK_DGRAM, 0), prog, i, wrong = 0;
	struct program p = { };
	unsigned char byte;

	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 0), BPF_EXIT_INSN());
	prog = load(&p);
	for (i = 0; i < 2; i++) {
		fd[i] = socket(AF_INET, SOCK_DGRAM, 0);
		set_option(fd[i], SO_REUSEPORT, 1);
		setsockopt(fd[i], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		wrong += !!bind(fd[i], (void *)&addr, sizeof(addr));
	}
	ok(!wrong && !set_option(fd[0], SO_ATTACH_REUSEPORT_EBPF, prog), "reuseport: attach");
	ok(set_option(fd[0], SO_ATTACH_REUSEPORT_EBPF, -1) == EBADF, "reuseport: EBADF");
	ok(set_option(tx, SO_ATTACH_REUSEPORT_EBPF, prog) == EINVAL, "reuseport: no group");
	for (i = 0; i < 40; i++) {
		byte = i & 1;
		sendto(tx, &byte, 1, 0, (void *)&addr, sizeof(addr));
		wrong += recv(fd[i & 1], &byte, 1, 0) != 1;
	}
	ok(!wrong, "reuseport: the program's number is the socket");
	close(fd[0]);
	close(fd[1]);
	close(tx);
	close(prog);
}

/* ---- replacing what another processor runs ------------------------------------------------- */

static atomic_bool flooding;

static void *flood(void *arg)
{
	char bytes[64] = { };
	long sent = 0;

	while (flooding)
		sent += send(*(int *)arg, bytes, sizeof(bytes), 0) > 0;
	return (void *)sent;
}

static void test_replace_running(void)
{
	int tx, rx, progs[2] = { load_return(-1), load_return(0) }, i, n, failed = 0;
	pthread_t senders[2];
	long received = 0;
	char got[64];
	void *sent;

	if (!ok(udp_pair(&tx, &rx), "UDP sockets to flood"))
		return;
	flooding = true;
	for (i = 0; i < 2; i++)
		pthread_create(&senders[i], NULL, flood, &tx);
	for (i = 0; i < 500; i++) {
		failed += attach(rx, progs[i & 1]) || attach_classic(rx, i % 100) ||
			  set_option(rx, SO_DETACH_FILTER, 0);
		/* not all of them: two may send faster than one reads */
		for (n = 0; n < 100 && recv(rx, got, sizeof(got), MSG_DONTWAIT) >= 0; n++)
			received++;
	}
	flooding = false;
	for (i = 0; i < 2; i++)
		pthread_join(senders[i], &sent);
	ok(!failed, "1000 filters attached and 500 detached under a flood");
	ok(received > 0, "packets went through them");
	ok(!option_memory(rx), "and nothing is left");
	close(tx);
	close(rx);
	close(progs[0]);
	close(progs[1]);
}

/* ---- fanout: the program chooses the packet socket ------------------------------------------- */

static void test_fanout(void)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex("lo"),
	};
	struct program p = { };
	int fd[2], prog, tx, rx, one = 1, i, group = 77 | PACKET_FANOUT_EBPF << 16;
	unsigned char got[256], byte;
	unsigned int wrong = 0;

	/* the datagram's first byte; a fanout program sees the network header first */
	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, SKF_NET_OFF + 28),
	    BPF_EXIT_INSN());
	prog = load(&p);
	for (i = 0; i < 2; i++) {
		fd[i] = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		setsockopt(fd[i], SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
		if (bind(fd[i], (void *)&ll, sizeof(ll)) ||
		    setsockopt(fd[i], SOL_PACKET, PACKET_FANOUT, &group, sizeof(group)))
			wrong++;
	}
	ok(!wrong && !setsockopt(fd[0], SOL_PACKET, PACKET_FANOUT_DATA, &prog, sizeof(prog)),
	   "fanout: attach");
	udp_pair(&tx, &rx);
	for (i = 0; i < 40; i++) {
		byte = i & 1;
		if (send(tx, &byte, 1, 0) != 1 || recv(rx, got, 1, 0) != 1 ||
		    recv(fd[i & 1], got, sizeof(got), 0) != 29)
			wrong++;
	}
	ok(!wrong, "fanout: the program's number is the socket");
	for (i = 0; i < 2; i++)
		close(fd[i]);
	close(tx);
	close(rx);
	close(prog);
}

static void test_all(void)
{
	test_refused();
	test_lifecycle();
	test_lock();
	test_too_long();
	test_cut();
	test_accept();
	test_fields();
	test_control_block();
	test_socket();
	test_packet_loads();
	test_load_bytes();
	test_count();
	test_reuseport();
	test_fanout();
	test_replace_running();
}

int main(void)
{
	return in_every_mode(test_all);
}
