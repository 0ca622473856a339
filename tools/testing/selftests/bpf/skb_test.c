// SPDX-License-Identifier: GPL-2.0-only
/*
 * The context of socket filters, byte for byte: which accesses of struct __sk_buff
 * and struct bpf_sock are accepted, at every offset and width; and
 * BPF_PROG_TEST_RUN, which makes packets and contexts to order.
 *
 * Runs as root.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>
#include "load.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CTX(f) offsetof(struct __sk_buff, f)
#define CTX_END(f) (CTX(f) + sizeof(((struct __sk_buff *)0)->f))
#define SOCK(f) offsetof(struct bpf_sock, f)

/* ---- every offset, every width ---------------------------------------------------- */

static bool is_one_of(unsigned int off, const unsigned short *list, unsigned int n)
{
	while (n--)
		if (*list++ == off)
			return true;
	return false;
}

/*
 * As released Linux has it, and more where that is as safe: constants stored to the
 * control block, which 6.1 had no rewriting for, and the upper bytes of the numbers
 * of a socket, whose lower bytes it lets be read.
 */
static bool is_ctx_legal(unsigned int off, unsigned int size, bool write)
{
	static const unsigned short words[] = {
		CTX(len), CTX(pkt_type), CTX(mark), CTX(queue_mapping), CTX(protocol),
		CTX(vlan_present), CTX(vlan_tci), CTX(vlan_proto), CTX(priority),
		CTX(ingress_ifindex), CTX(ifindex), CTX(tc_index), CTX(hash),
		CTX(napi_id), CTX(gso_segs), CTX(gso_size),
	};

	if (off % size)
		return false;
	if (off >= CTX(cb) && off + size <= CTX_END(cb))
		return true;
	if (write)
		return false;
	if (off == CTX(sk) && size == 8)
		return true;
	return size <= 4 && is_one_of(off & ~3, words, COUNT(words));
}

static bool is_sock_legal(unsigned int off, unsigned int size)
{
	static const unsigned short words[] = {
		SOCK(family), SOCK(src_ip4), SOCK(src_ip6[0]), SOCK(src_ip6[1]),
		SOCK(src_ip6[2]), SOCK(src_ip6[3]), SOCK(src_port), SOCK(dst_ip4),
		SOCK(dst_ip6[0]), SOCK(dst_ip6[1]), SOCK(dst_ip6[2]), SOCK(dst_ip6[3]),
		SOCK(state), SOCK(rx_queue_mapping),
	};

	if (off % size)
		return false;
	if (off == SOCK(bound_dev_if))
		return size == 4;
	if (off == SOCK(dst_port))
		return size <= 4;
	if (off == SOCK(dst_port) + 1)
		return size == 1;
	return size <= 4 && is_one_of(off & ~3, words, COUNT(words));
}

static const unsigned char size_codes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

/* loads and judges; a program that loads is taken back at once */
static bool is_accepted(const struct program *p)
{
	int fd = load_insns(p->insns, p->len, false);

	if (fd >= 0)
		close(fd);
	else if (fd != -EACCES)
		printf("# errno %d\n", -fd);
	return fd >= 0;
}

enum access { LOAD, STORE, STORE_CONST };

static bool accepts_ctx(unsigned int off, unsigned char code, enum access access)
{
	struct program p = { };

	ADD(&p, BPF_MOV64_IMM(BPF_REG_0, 0));
	switch (access) {
	case LOAD:
		ADD(&p, BPF_LDX_MEM(code, BPF_REG_2, BPF_REG_1, off));
		break;
	case STORE:
		ADD(&p, BPF_STX_MEM(code, BPF_REG_1, BPF_REG_0, off));
		break;
	case STORE_CONST:
		ADD(&p, BPF_ST_MEM(code, BPF_REG_1, off, 5));
		break;
	}
	add_return(&p, 0);
	return is_accepted(&p);
}

static void check_ctx(unsigned int size_idx, enum access access, const char *what)
{
	unsigned int off, wrong = 0, size = 1 << size_idx;
	bool got, want;

	for (off = 0; off < sizeof(struct __sk_buff) + 16; off++) {
		want = is_ctx_legal(off, size, access != LOAD);
		got = accepts_ctx(off, size_codes[size_idx], access);
		if (got == want)
			continue;
		printf("# offset %u: %s\n", off, got ? "accepted" : "refused");
		wrong++;
	}
	ok(!wrong, "%s of %u bytes at each offset of __sk_buff", what, size);
}

static void check_sock(unsigned int size_idx)
{
	unsigned int off, wrong = 0, size = 1 << size_idx;
	bool got, want;

	for (off = 0; off < sizeof(struct bpf_sock) + 8; off++) {
		struct program p = { };

		/* zeros behind dst_port, where there was a wider field once */
		if (off / 4 == SOCK(dst_port) / 4 && off % 4 >= 2)
			continue;
		ADD(&p,
		    BPF_MOV64_IMM(BPF_REG_0, 0),
		    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_1, CTX(sk)),
		    BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 0, 1),
		    BPF_LDX_MEM(size_codes[size_idx], BPF_REG_2, BPF_REG_1, off),
		    BPF_EXIT_INSN());
		want = is_sock_legal(off, size);
		got = is_accepted(&p);
		if (got == want)
			continue;
		printf("# offset %u: %s\n", off, got ? "accepted" : "refused");
		wrong++;
	}
	ok(!wrong, "load of %u bytes at each offset of bpf_sock", size);
}

static void test_accesses(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		check_ctx(i, LOAD, "load");
		check_ctx(i, STORE, "store");
		check_ctx(i, STORE_CONST, "store of a constant");
		check_sock(i);
	}
}

static void refuse(const char *what, const struct bpf_insn *insns, unsigned int len)
{
	struct program p = { };

	memcpy(p.insns, insns, len * sizeof(*insns));
	p.len = len;
	ok(!is_accepted(&p), "%s: refused", what);
}

#define REFUSE(what, ...) \
	refuse(what, (struct bpf_insn[]){ __VA_ARGS__ }, \
	       COUNT(((struct bpf_insn[]){ __VA_ARGS__ })))

static void test_refused(void)
{
	REFUSE("socket that may be NULL",
	       BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_1, CTX(sk)),
	       BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, SOCK(family)), BPF_EXIT_INSN());
	REFUSE("store to a socket",
	       BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_1, CTX(sk)),
	       BPF_MOV64_IMM(BPF_REG_0, 0),
	       BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 0, 1),
	       BPF_ST_MEM(BPF_W, BPF_REG_1, SOCK(family), 0), BPF_EXIT_INSN());
	REFUSE("variable offset into the context",
	       BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	       BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_6, CTX(len)),
	       BPF_ALU64_IMM(BPF_AND, BPF_REG_2, 4),
	       BPF_ALU64_REG(BPF_ADD, BPF_REG_6, BPF_REG_2),
	       BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_6, 0), BPF_EXIT_INSN());
	REFUSE("atomic on the control block",
	       BPF_MOV64_IMM(BPF_REG_0, 1),
	       BPF_ATOMIC_OP(BPF_W, BPF_ADD, BPF_REG_1, BPF_REG_0, CTX(cb)),
	       BPF_EXIT_INSN());
	REFUSE("packet load without the packet in R6",
	       BPF_LD_ABS(BPF_B, 0), BPF_EXIT_INSN());
	REFUSE("packet load in R1 to R5's time",
	       BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_LD_ABS(BPF_B, 0),
	       BPF_MOV64_REG(BPF_REG_0, BPF_REG_1), BPF_EXIT_INSN());
	REFUSE("skb_load_bytes of nothing",
	       BPF_MOV64_IMM(BPF_REG_2, 0), BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	       BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -8), BPF_MOV64_IMM(BPF_REG_4, 0),
	       BPF_CALL_FUNC(BPF_FUNC_skb_load_bytes), BPF_EXIT_INSN());
	REFUSE("skb_load_bytes past the stack",
	       BPF_MOV64_IMM(BPF_REG_2, 0), BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	       BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -8), BPF_MOV64_IMM(BPF_REG_4, 9),
	       BPF_CALL_FUNC(BPF_FUNC_skb_load_bytes), BPF_EXIT_INSN());
}

/* ---- BPF_PROG_TEST_RUN ----------------------------------------------------------------- */

static unsigned char frame[4096];

static void make_frame(void)
{
	static const unsigned char head[] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0,
		0x45, 0, 0, 50, 0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 2, 3, 10, 4, 5, 6,
	};
	unsigned int i;

	for (i = 0; i < sizeof(frame); i++)
		frame[i] = i;
	memcpy(frame, head, sizeof(head));
}

static union bpf_attr test_attr(int prog, const void *data, unsigned int len)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)data;
	attr.test.data_size_in = len;
	return attr;
}

static int run(union bpf_attr *attr)
{
	return bpf_call(BPF_PROG_TEST_RUN, attr) ? errno : 0;
}

/* errno of a run with @ctx for both directions; the result in @ctx */
static int run_ctx(int prog, struct __sk_buff *ctx, unsigned int len, __u32 *retval)
{
	union bpf_attr attr = test_attr(prog, frame, len);
	int err;

	attr.test.ctx_in = (uintptr_t)ctx;
	attr.test.ctx_out = (uintptr_t)ctx;
	attr.test.ctx_size_in = sizeof(*ctx);
	attr.test.ctx_size_out = sizeof(*ctx);
	err = run(&attr);
	*retval = attr.test.retval;
	return err;
}

static int load_one(struct bpf_insn insn)
{
	struct program p = { };

	ADD(&p, BPF_MOV64_REG(BPF_REG_6, BPF_REG_1), BPF_MOV64_IMM(BPF_REG_0, 0));
	ADD(&p, insn);
	ADD(&p, BPF_EXIT_INSN());
	return load(&p);
}

/* what @insn leaves in R0 on the frame's first @len bytes; R6 is the context */
static __u32 result(struct bpf_insn insn, unsigned int len)
{
	int prog = load_one(insn);
	union bpf_attr attr = test_attr(prog, frame, len);
	int err = run(&attr);

	close(prog);
	if (err)
		printf("# errno %d\n", err);
	return err ? 0xdeadbeef : attr.test.retval;
}

#define FIELD(size, f) ((struct bpf_insn)BPF_LDX_MEM(size, BPF_REG_0, BPF_REG_6, CTX(f)))
#define FIELD_AT(size, f, at) \
	((struct bpf_insn)BPF_LDX_MEM(size, BPF_REG_0, BPF_REG_6, CTX(f) + (at)))
#define ABS(size, k) ((struct bpf_insn)BPF_LD_ABS(size, k))

static void test_results(void)
{
	ok(result(FIELD(BPF_W, len), 64) == 50, "len does not count the Ethernet header");
	ok(result(FIELD(BPF_H, len), 320) == (306 & 0xffff), "two bytes of len");
	ok(result(FIELD(BPF_B, len), 320) == (306 & 0xff), "one byte of len");
	ok(result(FIELD_AT(BPF_B, len, 1), 320) == 306 >> 8, "another byte of len");
	ok(result(FIELD_AT(BPF_H, len, 2), 320) == 0, "upper half of len");
	ok(result(FIELD(BPF_W, protocol), 64) == htons(ETH_P_IP), "protocol");
	ok(result(FIELD_AT(BPF_B, protocol, 0), 64) == 8, "first byte of protocol");
	ok(result(FIELD_AT(BPF_H, protocol, 2), 64) == 0, "upper half of protocol");
	ok(result(FIELD(BPF_W, pkt_type), 64) == PACKET_HOST, "pkt_type, to us");
	frame[0] = 0xff;
	ok(result(FIELD(BPF_W, pkt_type), 64) == PACKET_MULTICAST, "pkt_type, multicast");
	frame[0] = 0x02;
	ok(result(FIELD(BPF_B, pkt_type), 64) == PACKET_OTHERHOST, "pkt_type, to others");
	frame[0] = 0;
	ok(result(FIELD(BPF_W, ifindex), 64) == 1, "ifindex is that of lo");
	ok(result(FIELD_AT(BPF_B, ifindex, 3), 64) == 0, "upper byte of ifindex");
	ok(result(FIELD(BPF_W, vlan_present), 64) == 0, "vlan_present");
	ok(result(FIELD(BPF_W, napi_id), 64) == 0, "napi_id");
	ok(result(ABS(BPF_B, 9), 64) == 17, "LD_ABS of the IP protocol");
	ok(result(ABS(BPF_W, 12), 64) == 0x0a010203, "LD_ABS of the source address");
	ok(result(ABS(BPF_W, 46), 64) == 0x3c3d3e3f, "LD_ABS of the last word");
	ok(result(ABS(BPF_W, 47), 64) == 0, "LD_ABS behind it ends with 0");
	ok(result(ABS(BPF_H, -0x200000 + 12), 64) == ETH_P_IP,
	   "LD_ABS from the link layer header");
	ok(result(ABS(BPF_B, -0x100000), 64) == 0x45, "LD_ABS from the network header");
}

/* a context with every field that can be set, set */
static struct __sk_buff full_ctx(void)
{
	struct __sk_buff ctx;

	memset(&ctx, 0, sizeof(ctx));
	ctx.mark = 0x10;
	ctx.priority = 0x200;
	ctx.ingress_ifindex = 11;
	ctx.ifindex = 1;
	for (int i = 0; i < 5; i++)
		ctx.cb[i] = i + 100;
	ctx.tstamp = 99;
	ctx.wire_len = 500;
	ctx.gso_segs = 0x3000;
	ctx.gso_size = 0x8000;
	ctx.hwtstamp = 88;
	return ctx;
}

static int load_ctx_program(void)
{
	struct program p = { };

	ADD(&p,
	    BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, CTX(mark)),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, CTX(priority)),
	    BPF_ALU64_REG(BPF_OR, BPF_REG_0, BPF_REG_2),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, CTX(gso_segs)),
	    BPF_ALU64_REG(BPF_OR, BPF_REG_0, BPF_REG_2),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, CTX(gso_size)),
	    BPF_ALU64_REG(BPF_OR, BPF_REG_0, BPF_REG_2),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, CTX(ingress_ifindex)),
	    BPF_STX_MEM(BPF_W, BPF_REG_1, BPF_REG_2, CTX(cb[0])),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, CTX(cb[4])),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, 1),
	    BPF_STX_MEM(BPF_W, BPF_REG_1, BPF_REG_2, CTX(cb[1])),
	    BPF_EXIT_INSN());
	return load(&p);
}

static void test_ctx(void)
{
	struct __sk_buff ctx = full_ctx(), want = full_ctx();
	int prog = load_ctx_program();
	__u32 retval;

	ok(!run_ctx(prog, &ctx, 64, &retval), "run with a context");
	ok(retval == 0xb210, "the program sees its fields");
	want.cb[0] = 11;
	want.cb[1] = 105;
	ok(!memcmp(&ctx, &want, sizeof(ctx)), "and what it writes comes back");

	memset(&ctx, 0, sizeof(ctx));
	ok(!run_ctx(prog, &ctx, 64, &retval) && ctx.wire_len == 50 && ctx.ifindex == 1,
	   "wire_len and ifindex of an empty context");
	ctx = (struct __sk_buff){ .ifindex = 9999 };
	ok(run_ctx(prog, &ctx, 64, &retval) == ENODEV, "no such device: ENODEV");
	ctx = (struct __sk_buff){ .wire_len = 49 };
	ok(run_ctx(prog, &ctx, 64, &retval) == EINVAL, "wire_len below len: EINVAL");
	ctx = (struct __sk_buff){ .wire_len = 65537 };
	ok(run_ctx(prog, &ctx, 64, &retval) == EINVAL, "wire_len above 65536: EINVAL");
	ctx = (struct __sk_buff){ .gso_segs = 65535 };
	ok(!run_ctx(prog, &ctx, 64, &retval) && retval == 65535, "65535 segments");
	ctx = (struct __sk_buff){ .gso_segs = 65536 };
	ok(run_ctx(prog, &ctx, 64, &retval) == EINVAL, "65536 segments: EINVAL");
	close(prog);
}

/* each byte alone: what cannot be set is EINVAL */
static void test_ctx_bytes(void)
{
	static const struct {
		unsigned short off, end;
	} settable[] = {
		{ CTX(mark), CTX_END(mark) }, { CTX(priority), CTX_END(priority) },
		{ CTX(ingress_ifindex), CTX_END(ingress_ifindex) },
		{ CTX(ifindex), CTX_END(ifindex) }, { CTX(cb), CTX_END(cb) },
		{ CTX(data_end), CTX_END(data_end) }, { CTX(tstamp), CTX_END(tstamp) },
		{ CTX(wire_len), CTX_END(wire_len) }, { CTX(gso_segs), CTX_END(gso_segs) },
		{ CTX(gso_size), CTX_END(gso_size) }, { CTX(hwtstamp), CTX_END(hwtstamp) },
	};
	int prog = load_ctx_program();
	unsigned int off, i, wrong = 0, tried = 0;
	struct __sk_buff ctx;
	__u32 retval;

	for (off = 0; off < sizeof(ctx); off++) {
		for (i = 0; i < COUNT(settable); i++)
			if (off >= settable[i].off && off < settable[i].end)
				break;
		if (i < COUNT(settable))
			continue;
		memset(&ctx, 0, sizeof(ctx));
		((unsigned char *)&ctx)[off] = 1;
		tried++;
		if (run_ctx(prog, &ctx, 64, &retval) != EINVAL) {
			printf("# byte %u\n", off);
			wrong++;
		}
	}
	ok(!wrong, "%u bytes of the context that cannot be set: EINVAL", tried);
	close(prog);
}

/* contexts shorter and longer than the kernel's */
static void test_ctx_sizes(void)
{
	struct {
		struct __sk_buff ctx;
		unsigned char more[64];
	} big;
	int prog = load_ctx_program();
	union bpf_attr attr;

	memset(&big, 0, sizeof(big));
	big.ctx.mark = 7;
	attr = test_attr(prog, frame, 64);
	attr.test.ctx_in = (uintptr_t)&big;
	attr.test.ctx_size_in = sizeof(big);
	ok(!run(&attr) && attr.test.retval == 7, "longer context, zeros behind");
	big.more[63] = 1;
	ok(run(&attr) == E2BIG, "longer context, not zero behind: E2BIG");
	attr.test.ctx_size_in = CTX_END(mark);
	ok(!run(&attr) && attr.test.retval == 7, "shorter context");
	attr.test.ctx_size_in = 0;
	ok(run(&attr) == EINVAL, "context without size: EINVAL");
	attr.test.ctx_size_in = 8;
	attr.test.ctx_in = 0;
	ok(run(&attr) == EINVAL, "size without context: EINVAL");
	attr.test.ctx_in = 0x10;
	ok(run(&attr) == EFAULT, "context nowhere: EFAULT");

	attr = test_attr(prog, frame, 64);
	attr.test.ctx_out = (uintptr_t)&big;
	attr.test.ctx_size_out = CTX_END(ifindex);
	memset(&big, 0x55, sizeof(big));
	ok(run(&attr) == ENOSPC && big.ctx.ifindex == 1 && big.ctx.tc_index == 0x55555555,
	   "room for a part of the context: ENOSPC, with that part");
	ok(attr.test.ctx_size_out == sizeof(struct __sk_buff), "and its true size");
	close(prog);
}

static void test_data(void)
{
	static unsigned char out[5000], zeros[ETH_HLEN];
	int prog = load_one((struct bpf_insn)BPF_MOV64_IMM(BPF_REG_0, 77));
	union bpf_attr attr;
	unsigned int max;

	attr = test_attr(prog, frame, 13);
	ok(run(&attr) == EINVAL, "13 bytes: EINVAL");
	frame[12] = 0x77;
	attr = test_attr(prog, frame, 14);
	ok(!run(&attr) && attr.test.retval == 77, "14 bytes of no known protocol");
	frame[12] = 0x86;
	frame[13] = 0xdd;
	attr = test_attr(prog, frame, 14 + 39);
	ok(run(&attr) == EINVAL, "39 bytes of IPv6: EINVAL");
	attr = test_attr(prog, frame, 14 + 40);
	ok(!run(&attr), "40 bytes of IPv6");
	frame[12] = 8;
	frame[13] = 0;
	attr = test_attr(prog, frame, 14 + 19);
	ok(run(&attr) == EINVAL, "19 bytes of IPv4: EINVAL");
	attr = test_attr(prog, frame, 14 + 20);
	ok(!run(&attr), "20 bytes of IPv4");
	attr = test_attr(prog, frame, 0);
	ok(run(&attr) == EINVAL, "no data: EINVAL");
	attr = test_attr(prog, frame, 4096);
	ok(run(&attr) == EINVAL, "a page: EINVAL");
	attr = test_attr(prog, frame, -1);
	ok(run(&attr) == EINVAL, "4 GB: EINVAL");
	for (max = 4096; max; max--) {
		attr = test_attr(prog, frame, max);
		if (!run(&attr))
			break;
	}
	ok(max >= 3400 && max < 4096, "largest frame: a page less the kernel's part");
	printf("# %u bytes\n", max);
	attr = test_attr(prog, (void *)0x10, 64);
	ok(run(&attr) == EFAULT, "data nowhere: EFAULT");
	attr = test_attr(-1, frame, 64);
	ok(run(&attr) == EBADF, "no program: EBADF");

	attr = test_attr(prog, frame, 64);
	attr.test.data_out = (uintptr_t)out;
	attr.test.data_size_out = sizeof(out);
	ok(!run(&attr) && attr.test.data_size_out == 64 && !memcmp(out + 14, frame + 14, 50),
	   "data comes back");
	ok(!memcmp(out, zeros, sizeof(zeros)), "with the header cleared that was pulled");
	memset(out, 0x55, sizeof(out));
	attr.test.data_size_out = 20;
	ok(run(&attr) == ENOSPC && attr.test.data_size_out == 64 && out[19] == frame[19] &&
	   out[20] == 0x55 && attr.test.retval == 77, "too little room: ENOSPC, with the head");
	attr = test_attr(prog, frame, 64);
	attr.test.data_out = 0x10;
	ok(run(&attr) == EFAULT, "room nowhere: EFAULT");
	close(prog);
}

static void on_alarm(int sig)
{
}

static void test_repeat(void)
{
	struct itimerval soon = { .it_value.tv_usec = 100000 };
	int prog = load_one((struct bpf_insn)BPF_MOV64_IMM(BPF_REG_0, 5));
	union bpf_attr attr = test_attr(prog, frame, 64);

	attr.test.repeat = 100000;
	ok(!run(&attr) && attr.test.retval == 5, "100000 runs");
	printf("# %u ns each\n", attr.test.duration);
	ok(attr.test.duration < 1000000, "duration is that of one");
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &soon, NULL);
	attr.test.repeat = 0xffffffff;
	ok(run(&attr) == EINTR, "a signal ends four billion runs: EINTR");

	attr = test_attr(prog, frame, 64);
	attr.test.flags = 1;
	ok(run(&attr) == EINVAL, "flags: EINVAL");
	attr.test.flags = 0;
	attr.test.cpu = 1;
	ok(run(&attr) == EINVAL, "cpu: EINVAL");
	attr.test.cpu = 0;
	attr.test.batch_size = 1;
	ok(run(&attr) == EINVAL, "batch_size: EINVAL");
	close(prog);
}

/* addresses of the packet are those of the socket that gets it */
static void test_sock(void)
{
	struct program p = { };
	union bpf_attr attr;
	int prog;

	ADD(&p,
	    BPF_MOV64_IMM(BPF_REG_0, 0),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_1, CTX(sk)),
	    BPF_JMP_IMM(BPF_JEQ, BPF_REG_1, 0, 3),
	    BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_1, SOCK(src_ip4)),
	    BPF_LDX_MEM(BPF_W, BPF_REG_2, BPF_REG_1, SOCK(dst_ip4)),
	    BPF_ALU64_REG(BPF_XOR, BPF_REG_0, BPF_REG_2),
	    BPF_EXIT_INSN());
	prog = load(&p);
	attr = test_attr(prog, frame, 64);
	ok(!run(&attr) && attr.test.retval == (htonl(0x0a010203) ^ htonl(0x0a040506)),
	   "addresses of the socket");
	close(prog);
}

int main(void)
{
	make_frame();
	test_accesses();
	test_refused();
	test_results();
	test_ctx();
	test_ctx_bytes();
	test_ctx_sizes();
	test_data();
	test_repeat();
	test_sock();
	return tap_done();
}
