// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: where a program goes: jumps, calls, functions, tail calls, packets that are
 * too short, loads that fault, and what the decoder must refuse to run.
 *
 * Layer K4. Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/bpf_jit.h>
#include <linux/filter.h>
#include "slow_math.h"
#include "xinsn.h"

#define MAX_INSNS	32

static const u8 packet_sizes[] = { BPF_B, BPF_H, BPF_W };

/* ---- running ------------------------------------------------------------- */

/* runs @insns on @regs and returns R0 */
static u64 run(struct kunit *test, const struct bpf_insn *insns, u32 count,
	       u64 *regs)
{
	struct bpf_xinsn code[MAX_INSNS + 1];
	struct bpf_xtraits traits;

	KUNIT_ASSERT_LE(test, count, (u32)MAX_INSNS);
	KUNIT_ASSERT_EQ(test, 0, bpf_xcode_decode(insns, count, code, &traits));
	return bpf_interp_run(code, regs);
}

/* ---- jumps --------------------------------------------------------------- */

struct branch_case {
	const char	*name;
	u8		op;
	bool		if_below;
	bool		if_equal;
	bool		if_above;
	bool		is_signed;
};

static const struct branch_case branch_cases[] = {
	{ "jeq", BPF_JEQ, false, true, false },
	{ "jne", BPF_JNE, true, false, true },
	{ "jgt", BPF_JGT, false, false, true },
	{ "jge", BPF_JGE, false, true, true },
	{ "jlt", BPF_JLT, true, false, false },
	{ "jle", BPF_JLE, true, true, false },
	{ "jsgt", BPF_JSGT, false, false, true, true },
	{ "jsge", BPF_JSGE, false, true, true, true },
	{ "jslt", BPF_JSLT, true, false, false, true },
	{ "jsle", BPF_JSLE, true, true, false, true },
	{ "jset", BPF_JSET },
};

static void branch_describe(const struct branch_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(branch, branch_cases, branch_describe);

static bool slow_taken(const struct branch_case *c, u64 a, u64 b, u32 bits)
{
	a = cut(a, bits);
	b = cut(b, bits);
	if (c->op == BPF_JSET)
		return slow_and(a, b, bits) != 0;
	if (!slow_sub(a, b, bits))
		return c->if_equal;
	if (c->is_signed ? slow_signed_below(a, b, bits) : slow_below(a, b, bits))
		return c->if_below;
	return c->if_above;
}

/* jumps back when taken, so that both directions are gone */
static void check_branch(struct kunit *test, const struct branch_case *c,
			 struct bpf_insn insn, u64 a, u64 b, u32 bits)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_JMP_A(2),
		BPF_ALU64_IMM(BPF_OR, BPF_REG_0, 1),
		BPF_EXIT_INSN(),
		insn,
		BPF_JMP_A(-3),
	};
	u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_1] = a, [BPF_REG_2] = b };

	KUNIT_EXPECT_EQ_MSG(test, (u64)slow_taken(c, a, b, bits),
			    run(test, insns, ARRAY_SIZE(insns), regs),
			    "%s%u %llx, %llx", c->name, bits, a, b);
}

static void branch_test(struct kunit *test)
{
	const struct branch_case *c = test->param_value;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (k = 0; k < ARRAY_SIZE(edges); k++) {
			u64 a = edges[i], b = edges[k];
			s64 imm = (s64)(s32)b;

			check_branch(test, c, BPF_JMP_REG(c->op, 1, 2, -3), a, b, 64);
			check_branch(test, c, BPF_JMP32_REG(c->op, 1, 2, -3), a, b, 32);
			check_branch(test, c, BPF_JMP_IMM(c->op, 1, (s32)b, -3), a, imm, 64);
			check_branch(test, c, BPF_JMP32_IMM(c->op, 1, (s32)b, -3), a, imm, 32);
		}
	}
}

static void long_jump_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_JMP32_A(3),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 4),
		BPF_EXIT_INSN(),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 64),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1),
		BPF_JMP32_A(-5),
	};
	u64 regs[MAX_BPF_EXT_REG] = { };

	KUNIT_EXPECT_EQ(test, 5ULL, run(test, insns, ARRAY_SIZE(insns), regs));
}

/* "r0 = r1; r0 += imm" is run as one; a jump to its second half is not */
static void joined_pair_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_2, 0, 1),
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_1),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, -8),
		BPF_EXIT_INSN(),
	};
	u64 regs[MAX_BPF_EXT_REG] = { 1000, 100, 1 };

	KUNIT_EXPECT_EQ(test, 92ULL, run(test, insns, ARRAY_SIZE(insns), regs));
	regs[BPF_REG_0] = 1000;
	regs[BPF_REG_2] = 0;
	KUNIT_EXPECT_EQ(test, 992ULL, run(test, insns, ARRAY_SIZE(insns), regs));
}

/* whoever wrote it, a program ends where its instructions end */
static void no_exit_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_0, 7),
	};
	u64 regs[MAX_BPF_EXT_REG] = { };

	KUNIT_EXPECT_EQ(test, 7ULL, run(test, insns, ARRAY_SIZE(insns), regs));
}

/* ---- calls --------------------------------------------------------------- */

BPF_CALL_5(bpf_interp_test_digits, u32, a, u64, b, u8, c, u64, d, u64, e)
{
	return (((a * 10ULL + b) * 10 + c) * 10 + d) * 10 + e;
}

static void call_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_EMIT_CALL(bpf_interp_test_digits),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_9),
		BPF_EXIT_INSN(),
	};
	u64 regs[MAX_BPF_EXT_REG] = {
		0, 0xff00000001, 2, 0xff03, 4, 5, [BPF_REG_9] = 100000,
	};

	KUNIT_EXPECT_EQ(test, 112345ULL, run(test, insns, ARRAY_SIZE(insns), regs));
}

static struct bpf_prog *make_prog(struct kunit *test, const struct bpf_insn *insns,
				  u32 count, u32 stack_depth)
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(count), 0);
	int err;

	KUNIT_ASSERT_NOT_NULL(test, prog);
	memcpy(prog->insnsi, insns, count * sizeof(*insns));
	prog->len = count;
	prog->type = BPF_PROG_TYPE_SOCKET_FILTER;
	prog->aux->stack_depth = stack_depth;
	prog = bpf_prog_select_runtime(prog, &err);
	KUNIT_ASSERT_EQ(test, 0, err);
	return prog;
}

/* each run adds one to what the context points to and calls the program itself */
static void tail_call_test(struct kunit *test)
{
	struct bpf_array *array = kunit_kzalloc(test, sizeof(*array) +
						2 * sizeof(void *), GFP_KERNEL);
	const struct bpf_insn insns[] = {
		BPF_LDX_MEM(BPF_DW, BPF_REG_0, BPF_REG_1, 0),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1),
		BPF_STX_MEM(BPF_DW, BPF_REG_1, BPF_REG_0, 0),
		BPF_LD_IMM64(BPF_REG_2, (unsigned long)array),
		BPF_LDX_MEM(BPF_DW, BPF_REG_3, BPF_REG_1, 8),
		BPF_RAW_INSN(BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0),
		BPF_MOV64_IMM(BPF_REG_0, 77),
		BPF_EXIT_INSN(),
	};
	struct bpf_prog *prog;
	/* how often it ran, and the index it calls */
	u64 ctx[2];

	KUNIT_ASSERT_NOT_NULL(test, array);
	prog = make_prog(test, insns, ARRAY_SIZE(insns), 0);
	array->map.max_entries = 2;
	array->ptrs[0] = prog;

	ctx[0] = 0;
	ctx[1] = 0;
	KUNIT_EXPECT_EQ(test, 77ULL, prog->bpf_func(ctx, prog));
	KUNIT_EXPECT_EQ(test, ctx[0], (u64)MAX_TAIL_CALL_CNT + 1);
	/* an empty place, one behind the end, and an index cut to 32 bits */
	ctx[0] = 0;
	ctx[1] = 1;
	KUNIT_EXPECT_EQ(test, 77ULL, prog->bpf_func(ctx, prog));
	ctx[1] = 2;
	KUNIT_EXPECT_EQ(test, 77ULL, prog->bpf_func(ctx, prog));
	KUNIT_EXPECT_EQ(test, ctx[0], 2ULL);
	ctx[1] = 1ULL << 32;
	KUNIT_EXPECT_EQ(test, 77ULL, prog->bpf_func(ctx, prog));
	KUNIT_EXPECT_EQ(test, ctx[0], 2ULL + MAX_TAIL_CALL_CNT + 1);
	bpf_prog_free(prog);
}

/* every depth of stack can be written from end to end */
static void stack_test(struct kunit *test)
{
	u32 depth;

	for (depth = 8; depth <= MAX_BPF_STACK; depth += 8) {
		const struct bpf_insn insns[] = {
			BPF_ST_MEM(BPF_DW, BPF_REG_FP, -(s16)depth, 40),
			BPF_ST_MEM(BPF_B, BPF_REG_FP, -1, 2),
			BPF_LDX_MEM(BPF_B, BPF_REG_0, BPF_REG_FP, -1),
			BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_FP, -(s16)depth),
			BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_1),
			BPF_EXIT_INSN(),
		};
		struct bpf_prog *prog = make_prog(test, insns, ARRAY_SIZE(insns),
						  depth);
		u64 both = depth == 8 && !IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ?
			   2 + (2ULL << 56 | 40) : depth == 8 ? 4 : 42;

		KUNIT_EXPECT_EQ_MSG(test, both, prog->bpf_func(NULL, prog),
				    "depth %u", depth);
		bpf_prog_free(prog);
	}
}

/* ---- functions of the program -------------------------------------------- */

/* runs a program of @func_count functions on a stack as deep as decoding says */
static u64 run_funcs(struct kunit *test, const struct bpf_insn *insns, u32 count,
		     const struct bpf_jit_func *funcs, u32 func_count, u32 depth)
{
	struct bpf_xinsn code[MAX_INSNS + 1];
	u64 regs[MAX_BPF_EXT_REG] = { };
	u64 stack[MAX_BPF_STACK / sizeof(u64)];
	struct bpf_xtraits traits;

	KUNIT_ASSERT_LE(test, count, (u32)MAX_INSNS);
	KUNIT_ASSERT_EQ(test, 0, bpf_xcode_decode_funcs(insns, count, funcs, func_count,
							code, &traits));
	KUNIT_EXPECT_EQ(test, depth, traits.stack_depth);
	regs[BPF_REG_FP] = (unsigned long)stack + traits.stack_depth;
	return bpf_interp_run(code, regs);
}

/* arguments arrive, R6 to R9, R10 and both stacks are what they were afterwards */
static void function_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_6, 1),
		BPF_MOV64_IMM(BPF_REG_9, 20),
		BPF_ST_MEM(BPF_DW, BPF_REG_FP, -8, 300),
		BPF_MOV64_IMM(BPF_REG_1, 4000),
		BPF_MOV64_IMM(BPF_REG_5, 50000),
		BPF_CALL_REL(5),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_6),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_9),
		BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_FP, -8),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_1),
		BPF_EXIT_INSN(),
		/* 11 */
		BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
		BPF_MOV64_IMM(BPF_REG_9, 7),
		BPF_ST_MEM(BPF_DW, BPF_REG_FP, -8, 8),
		BPF_STX_MEM(BPF_DW, BPF_REG_FP, BPF_REG_5, -24),
		BPF_CALL_REL(4),
		BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_FP, -24),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_1),
		BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_6),
		BPF_EXIT_INSN(),
		/* 20 */
		BPF_ST_MEM(BPF_DW, BPF_REG_FP, -16, -1),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	const struct bpf_jit_func funcs[] = { { 0, 8 }, { 11, 24 }, { 20, 16 } };

	KUNIT_EXPECT_EQ(test, 54321ULL, run_funcs(test, insns, ARRAY_SIZE(insns), funcs,
						  ARRAY_SIZE(funcs), 48));
}

/* a chain of @count functions, each with @stack bytes; the last one calls @last */
static int decode_chain(struct kunit *test, u32 count, u32 stack, s32 last)
{
	struct bpf_insn insns[3 * (BPF_XCODE_MAX_CALLS + 1)];
	struct bpf_xinsn code[ARRAY_SIZE(insns) + 1];
	struct bpf_jit_func funcs[BPF_XCODE_MAX_CALLS + 1];
	struct bpf_xtraits traits;
	u32 i;

	KUNIT_ASSERT_LE(test, count, (u32)ARRAY_SIZE(funcs));
	for (i = 0; i < count; i++) {
		funcs[i] = (struct bpf_jit_func) { 3 * i, stack };
		insns[3 * i] = BPF_MOV64_IMM(BPF_REG_0, 0);
		insns[3 * i + 1] = BPF_CALL_REL(1);
		insns[3 * i + 2] = BPF_EXIT_INSN();
	}
	insns[3 * i - 2] = BPF_MOV64_IMM(BPF_REG_0, 0);
	if (last)
		insns[3 * i - 2] = BPF_CALL_REL(last);
	return bpf_xcode_decode_funcs(insns, 3 * count, funcs, count, code, &traits);
}

static void function_depth_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, decode_chain(test, 8, 64, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 8, 72, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 9, 0, 0));
	/* itself, the one before, the first, and no function */
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 2, 0, -2));
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 3, 0, -5));
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 2, 0, -5));
	KUNIT_EXPECT_EQ(test, -EINVAL, decode_chain(test, 2, 0, -1));
}

static void function_refused_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_CALL_REL(2),
		BPF_RAW_INSN(BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0),
		BPF_EXIT_INSN(),
		BPF_EXIT_INSN(),
	};
	const struct bpf_insn in_function[] = {
		BPF_CALL_REL(1),
		BPF_EXIT_INSN(),
		BPF_RAW_INSN(BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0),
		BPF_EXIT_INSN(),
	};
	const struct bpf_jit_func second[] = { { 0, 8 }, { 2, 8 } };
	const struct bpf_jit_func good[] = { { 0, 8 }, { 3, 8 } };
	const struct bpf_jit_func unordered[] = { { 0, 8 }, { 3, 8 }, { 2, 8 } };
	const struct bpf_jit_func outside[] = { { 0, 8 }, { 4, 8 } };
	const struct bpf_jit_func deep[] = { { 0, 8 }, { 3, 520 } };
	struct bpf_xinsn code[5];
	struct bpf_xtraits traits;

	/* tail calls are for the first one */
	KUNIT_EXPECT_EQ(test, 0, bpf_xcode_decode_funcs(insns, 4, good, 2, code, &traits));
	KUNIT_EXPECT_FALSE(test, traits.deep_tail_calls);
	KUNIT_EXPECT_EQ(test, 0,
			bpf_xcode_decode_funcs(in_function, 4, second, 2, code, &traits));
	KUNIT_EXPECT_TRUE(test, traits.deep_tail_calls);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_xcode_decode_funcs(insns, 4, unordered, 3, code, &traits));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_xcode_decode_funcs(insns, 4, outside, 2, code, &traits));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_xcode_decode_funcs(insns, 4, deep, 2, code, &traits));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_xcode_decode_funcs(insns, 4, good, 0, code, &traits));
}

/* ---- loads that may fault ------------------------------------------------ */

static void probe_test(struct kunit *test)
{
	static const u8 codes[] = {
		BPF_PROBE_MEM | BPF_B, BPF_PROBE_MEM | BPF_H, BPF_PROBE_MEM | BPF_W,
		BPF_PROBE_MEM | BPF_DW, BPF_PROBE_MEMSX | BPF_B,
		BPF_PROBE_MEMSX | BPF_H, BPF_PROBE_MEMSX | BPF_W,
	};
	u64 value = 0x8182838485868788ULL;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		u8 plain = codes[i] & BPF_PROBE_MEMSX ? BPF_MEMSX : BPF_MEM;
		struct bpf_insn insns[] = {
			BPF_RAW_INSN(BPF_LDX | codes[i], BPF_REG_0, BPF_REG_1, 8, 0),
			BPF_RAW_INSN(BPF_ST | BPF_NOSPEC, 0, 0, 0, 0),
			BPF_EXIT_INSN(),
		};
		u64 regs[MAX_BPF_EXT_REG] = { 5, (unsigned long)&value - 8 };
		u64 loaded = run(test, insns, 3, regs);

		insns[0].code = BPF_LDX | BPF_SIZE(codes[i]) | plain;
		KUNIT_EXPECT_EQ_MSG(test, run(test, insns, 3, regs), loaded,
				    "code %#x", codes[i]);
		KUNIT_EXPECT_NE(test, 0ULL, loaded);
		/* no read of the kernel is safe from faults there */
		if (IS_ENABLED(CONFIG_UML))
			continue;
		insns[0].code = BPF_LDX | codes[i];
		regs[BPF_REG_0] = 5;
		regs[BPF_REG_1] = 0x10;
		KUNIT_EXPECT_EQ_MSG(test, 0ULL, run(test, insns, 3, regs),
				    "code %#x, no memory", codes[i]);
	}
}

/* ---- packets ------------------------------------------------------------- */

/* bytes 0 to 63 linear, 64 to 127 in a page */
static struct sk_buff *make_packet(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < 64; i++)
		*(u8 *)skb_put(skb, 1) = i;
	for (i = 0; i < 64; i++)
		((u8 *)page_address(page))[i] = 64 + i;
	skb_add_rx_frag(skb, 0, page, 0, 64, 64);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, 14);
	return skb;
}

/* what a load of @bytes at @off must give, network byte order; -1 for none */
static s64 packet_value(s64 off, u32 bytes)
{
	u64 v = 0;
	u32 i;

	if (off < 0 || off + bytes > 128)
		return -1;
	for (i = 0; i < bytes; i++)
		v = v << 8 | (u64)(off + i);
	return v;
}

static void check_packet(struct kunit *test, struct sk_buff *skb, s32 off, s64 at,
			 u32 s)
{
	struct bpf_insn insns[] = {
		BPF_LD_ABS(packet_sizes[s], off),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1),
		BPF_EXIT_INSN(),
	};
	s64 expected = packet_value(at, 1 << s) + 1;
	u64 regs[MAX_BPF_EXT_REG] = {
		[BPF_REG_CTX] = (unsigned long)skb, [BPF_REG_2] = 3,
	};

	/* out of the packet the program ends with 0, which is -1 + 1 */
	KUNIT_EXPECT_EQ_MSG(test, (u64)expected, run(test, insns, 3, regs),
			    "abs %d", off);
	insns[0] = BPF_LD_IND(packet_sizes[s], BPF_REG_2, off - 3);
	KUNIT_EXPECT_EQ_MSG(test, (u64)expected, run(test, insns, 3, regs),
			    "ind %d", off);
}

static void packet_test(struct kunit *test)
{
	struct sk_buff *skb = make_packet(test);
	s32 off;
	u32 s;

	for (s = 0; s < ARRAY_SIZE(packet_sizes); s++) {
		for (off = 0; off < 140; off++)
			check_packet(test, skb, off, off, s);
		for (off = 0; off < 20; off++) {
			check_packet(test, skb, SKF_LL_OFF + off, off, s);
			check_packet(test, skb, SKF_NET_OFF + off, 14 + off, s);
		}
		check_packet(test, skb, S32_MAX, S32_MAX, s);
		check_packet(test, skb, S32_MIN + 3, -1, s);
	}
	kfree_skb(skb);
}

/* ---- what must not run --------------------------------------------------- */

struct refused_case {
	const char	*name;
	struct bpf_insn	insns[2];
	u32		count;
};

static const struct refused_case refused_cases[] = {
	{ "no instructions", { }, 0 },
	{ "unknown opcode", { BPF_INSN(0xff, 0, 0, 0, 0), BPF_EXIT_INSN() }, 2 },
	{ "jump behind the end", { BPF_JMP_A(1), BPF_EXIT_INSN() }, 2 },
	{ "jump before the start", { BPF_JMP_A(-2), BPF_EXIT_INSN() }, 2 },
	{ "branch behind the end", { BPF_JMP_IMM(BPF_JEQ, 0, 0, 1), BPF_EXIT_INSN() }, 2 },
	{ "long jump behind the end", { BPF_JMP32_A(S32_MAX), BPF_EXIT_INSN() }, 2 },
	{ "half a constant", { BPF_INSN(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 0) }, 1 },
	{ "register 12", { BPF_MOV64_IMM(12, 0), BPF_EXIT_INSN() }, 2 },
	{ "sign extension from 24", { BPF_MOVSX64_REG(0, 1, 24), BPF_EXIT_INSN() }, 2 },
	{ "32 bits from 32", { BPF_MOVSX32_REG(0, 1, 32), BPF_EXIT_INSN() }, 2 },
	{ "division variant 2", { BPF_ALU64_REG_OFF(BPF_DIV, 0, 1, 2), BPF_EXIT_INSN() }, 2 },
	{ "swap of 24 bits", { BPF_BSWAP(0, 24), BPF_EXIT_INSN() }, 2 },
	{ "atomic shift", { BPF_ATOMIC_OP(BPF_DW, BPF_LSH, 1, 2, 0), BPF_EXIT_INSN() }, 2 },
	{ "function of the program", { BPF_CALL_REL(0), BPF_EXIT_INSN() }, 2 },
};

static void refused_describe(const struct refused_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refused, refused_cases, refused_describe);

static void refused_test(struct kunit *test)
{
	const struct refused_case *c = test->param_value;
	struct bpf_xinsn code[3];
	struct bpf_xtraits traits;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			bpf_xcode_decode(c->insns, c->count, code, &traits));
}

static struct kunit_case flow_cases[] = {
	KUNIT_CASE_PARAM(branch_test, branch_gen_params),
	KUNIT_CASE(long_jump_test),
	KUNIT_CASE(joined_pair_test),
	KUNIT_CASE(no_exit_test),
	KUNIT_CASE(call_test),
	KUNIT_CASE(function_test),
	KUNIT_CASE(function_depth_test),
	KUNIT_CASE(function_refused_test),
	KUNIT_CASE(probe_test),
	KUNIT_CASE(tail_call_test),
	KUNIT_CASE(stack_test),
	KUNIT_CASE(packet_test),
	KUNIT_CASE_PARAM(refused_test, refused_gen_params),
	{ }
};

static struct kunit_suite flow_suite = {
	.name		= "bpf_interp_flow",
	.test_cases	= flow_cases,
};

kunit_test_suite(flow_suite);
