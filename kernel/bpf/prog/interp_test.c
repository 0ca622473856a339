// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: arithmetic and memory operations of RFC 9669 on the interpreter, with
 * operands at the edges, against slow_math.h.
 *
 * Layer K4. Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include "slow_math.h"
#include "xinsn.h"

#define MAX_INSNS	16

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

/* one instruction on R1 and R2; R1 is what comes back, R2 through @regs */
static u64 run_one(struct kunit *test, struct bpf_insn insn, u64 *regs)
{
	const struct bpf_insn insns[] = {
		insn, BPF_MOV64_REG(BPF_REG_0, BPF_REG_1), BPF_EXIT_INSN(),
	};

	return run(test, insns, ARRAY_SIZE(insns), regs);
}

/* ---- arithmetic ---------------------------------------------------------- */

struct alu_case {
	const char	*name;
	u8		op;
	s16		off;
	u64		(*slow)(u64 a, u64 b, u32 bits);
};

static const struct alu_case alu_cases[] = {
	{ "add", BPF_ADD, 0, slow_add },
	{ "sub", BPF_SUB, 0, slow_sub },
	{ "mul", BPF_MUL, 0, slow_mul },
	{ "div", BPF_DIV, 0, slow_div },
	{ "mod", BPF_MOD, 0, slow_mod },
	{ "sdiv", BPF_DIV, 1, slow_sdiv },
	{ "smod", BPF_MOD, 1, slow_smod },
	{ "or", BPF_OR, 0, slow_or },
	{ "and", BPF_AND, 0, slow_and },
	{ "xor", BPF_XOR, 0, slow_xor },
	{ "lsh", BPF_LSH, 0, slow_lsh },
	{ "rsh", BPF_RSH, 0, slow_rsh },
	{ "arsh", BPF_ARSH, 0, slow_arsh },
	{ "mov", BPF_MOV, 0, slow_mov },
};

static void alu_describe(const struct alu_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(alu, alu_cases, alu_describe);

static void check_alu(struct kunit *test, const struct alu_case *c, u64 a, u64 b,
		      u32 bits)
{
	u8 class = bits == 64 ? BPF_ALU64 : BPF_ALU;
	u64 expected = c->slow(cut(a, bits), cut(b, bits), bits);
	u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_1] = a, [BPF_REG_2] = b };
	u64 got;

	got = run_one(test, BPF_INSN(class | c->op | BPF_X, 1, 2, c->off, 0), regs);
	KUNIT_EXPECT_EQ_MSG(test, got, expected, "%s%u reg %llx, %llx", c->name,
			    bits, a, b);
	KUNIT_EXPECT_EQ(test, regs[BPF_REG_2], b);

	/* constants are 32 bits, extended with their sign */
	b = (s64)(s32)b;
	expected = c->slow(cut(a, bits), cut(b, bits), bits);
	regs[BPF_REG_1] = a;
	got = run_one(test, BPF_INSN(class | c->op | BPF_K, 1, 0, c->off, (s32)b),
		      regs);
	KUNIT_EXPECT_EQ_MSG(test, got, expected, "%s%u imm %llx, %llx", c->name,
			    bits, a, b);
}

static void alu_test(struct kunit *test)
{
	const struct alu_case *c = test->param_value;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (k = 0; k < ARRAY_SIZE(edges); k++) {
			check_alu(test, c, edges[i], edges[k], 64);
			check_alu(test, c, edges[i], edges[k], 32);
		}
	}
}

/* source and destination the same register */
static void alu_same_register_test(struct kunit *test)
{
	const struct alu_case *c = test->param_value;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		u64 a = edges[i];
		u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_1] = a };
		u64 got = run_one(test, BPF_INSN(BPF_ALU64 | c->op | BPF_X, 1, 1,
						 c->off, 0), regs);

		KUNIT_EXPECT_EQ_MSG(test, got, c->slow(a, a, 64), "%s %llx",
				    c->name, a);
	}
}

static void negate_test(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		u64 a = edges[i];
		u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_1] = a };

		KUNIT_EXPECT_EQ(test, slow_neg(a, 64),
				run_one(test, BPF_ALU64_IMM(BPF_NEG, 1, 0), regs));
		regs[BPF_REG_1] = a;
		KUNIT_EXPECT_EQ(test, slow_neg(cut(a, 32), 32),
				run_one(test, BPF_ALU32_IMM(BPF_NEG, 1, 0), regs));
	}
}

static void sign_extending_move_test(struct kunit *test)
{
	static const u8 widths[] = { 8, 16, 32 };
	u32 i, w;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (w = 0; w < ARRAY_SIZE(widths); w++) {
			u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_2] = edges[i] };
			u8 from = widths[w];

			KUNIT_EXPECT_EQ(test, slow_extend(edges[i], from, 64),
					run_one(test, BPF_MOVSX64_REG(1, 2, from),
						regs));
			if (from == 32)
				continue;
			KUNIT_EXPECT_EQ(test, slow_extend(edges[i], from, 32),
					run_one(test, BPF_MOVSX32_REG(1, 2, from),
						regs));
		}
	}
}

/* bytes of @v in memory order, then read back the other way round or not */
static u64 slow_reorder(u64 v, u32 bits, bool swap)
{
	u64 result = 0;
	u32 i;

	for (i = 0; i < bits; i += 8) {
		u64 byte = (v >> i) & 0xff;

		result |= byte << (swap ? bits - 8 - i : i);
	}
	return result;
}

static void byte_order_test(struct kunit *test)
{
	const bool big = IS_ENABLED(CONFIG_CPU_BIG_ENDIAN);
	u32 i, bits;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (bits = 16; bits <= 64; bits *= 2) {
			u64 v = edges[i];
			u64 regs[MAX_BPF_EXT_REG] = { [BPF_REG_1] = v };

			KUNIT_EXPECT_EQ(test, slow_reorder(v, bits, !big),
					run_one(test, BPF_ENDIAN(BPF_TO_BE, 1, bits),
						regs));
			regs[BPF_REG_1] = v;
			KUNIT_EXPECT_EQ(test, slow_reorder(v, bits, big),
					run_one(test, BPF_ENDIAN(BPF_TO_LE, 1, bits),
						regs));
			regs[BPF_REG_1] = v;
			KUNIT_EXPECT_EQ(test, slow_reorder(v, bits, true),
					run_one(test, BPF_BSWAP(1, bits), regs));
		}
	}
}

static void constant_test(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		const struct bpf_insn insns[] = {
			BPF_LD_IMM64(BPF_REG_0, edges[i]), BPF_EXIT_INSN(),
		};
		u64 regs[MAX_BPF_EXT_REG] = { };

		KUNIT_EXPECT_EQ(test, edges[i], run(test, insns, 3, regs));
	}
}

/* ---- memory -------------------------------------------------------------- */

static const u8 sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

/* the number that @bytes bytes of memory are */
static u64 slow_load(const u8 *at, u32 bytes)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < bytes; i++) {
		u32 place = IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ? bytes - 1 - i : i;

		v |= (u64)at[i] << (8 * place);
	}
	return v;
}

static void load_test(struct kunit *test)
{
	u8 memory[64] __aligned(8);
	u32 i, s;

	for (i = 0; i < sizeof(memory); i++)
		memory[i] = i * 37 + 0x85;
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		u32 bytes = 1 << s;
		s32 off;

		for (off = -32; off <= 24; off += bytes) {
			const u8 *at = memory + 32 + off;
			u64 regs[MAX_BPF_EXT_REG] = {
				[BPF_REG_2] = (unsigned long)(memory + 32),
			};
			u64 v = slow_load(at, bytes);

			KUNIT_EXPECT_EQ(test, v,
					run_one(test, BPF_LDX_MEM(sizes[s], 1, 2, off),
						regs));
			if (bytes == 8)
				continue;
			KUNIT_EXPECT_EQ(test, slow_extend(v, bytes * 8, 64),
					run_one(test, BPF_LDX_MEMSX(sizes[s], 1, 2, off),
						regs));
		}
	}
}

static void check_store(struct kunit *test, struct bpf_insn insn, u64 value,
			u32 bytes)
{
	u8 memory[24] __aligned(8);
	u64 regs[MAX_BPF_EXT_REG] = {
		[BPF_REG_1] = (unsigned long)(memory + 8),
		[BPF_REG_2] = value,
	};
	u32 i;

	memset(memory, 0xa5, sizeof(memory));
	run_one(test, insn, regs);
	KUNIT_EXPECT_EQ(test, cut(value, bytes * 8),
			slow_load(memory + 8 + insn.off, bytes));
	for (i = 0; i < sizeof(memory); i++) {
		if (i < 8 + insn.off || i >= 8 + insn.off + bytes)
			KUNIT_EXPECT_EQ(test, 0xa5, memory[i]);
	}
}

static void store_test(struct kunit *test)
{
	u32 i, s;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			u32 bytes = 1 << s;
			s16 off = s & 1 ? -(s16)bytes : bytes;

			check_store(test, BPF_STX_MEM(sizes[s], 1, 2, off), edges[i],
				    bytes);
			check_store(test, BPF_ST_MEM(sizes[s], 1, off, (s32)edges[i]),
				    (s64)(s32)edges[i], bytes);
		}
	}
}

struct atomic_case {
	const char	*name;
	s32		op;
	u64		(*slow)(u64 a, u64 b, u32 bits);
};

static const struct atomic_case atomic_cases[] = {
	{ "add", BPF_ADD, slow_add },
	{ "or", BPF_OR, slow_or },
	{ "and", BPF_AND, slow_and },
	{ "xor", BPF_XOR, slow_xor },
	{ "fetch_add", BPF_ADD | BPF_FETCH, slow_add },
	{ "fetch_or", BPF_OR | BPF_FETCH, slow_or },
	{ "fetch_and", BPF_AND | BPF_FETCH, slow_and },
	{ "fetch_xor", BPF_XOR | BPF_FETCH, slow_xor },
	{ "xchg", BPF_XCHG, slow_mov },
};

static void atomic_describe(const struct atomic_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(atomic, atomic_cases, atomic_describe);

static void check_atomic(struct kunit *test, const struct atomic_case *c, u64 a,
			 u64 b, u32 bits)
{
	u8 size = bits == 64 ? BPF_DW : BPF_W;
	u64 memory[3] = { 0x1111111111111111, a, 0x2222222222222222 };
	u64 regs[MAX_BPF_EXT_REG] = {
		[BPF_REG_1] = (unsigned long)memory, [BPF_REG_2] = b,
	};
	u64 old = slow_load((u8 *)&memory[1], bits / 8);
	u64 neighbour = slow_load((u8 *)&memory[1] + 4, 4);

	run_one(test, BPF_ATOMIC_OP(size, c->op, 1, 2, 8), regs);
	KUNIT_EXPECT_EQ(test, slow_load((u8 *)&memory[1], bits / 8),
			c->slow(old, cut(b, bits), bits));
	KUNIT_EXPECT_EQ(test, regs[BPF_REG_2], c->op & BPF_FETCH ? old : b);
	if (bits == 32)
		KUNIT_EXPECT_EQ(test, slow_load((u8 *)&memory[1] + 4, 4), neighbour);
	KUNIT_EXPECT_EQ(test, memory[0], 0x1111111111111111);
	KUNIT_EXPECT_EQ(test, memory[2], 0x2222222222222222);
}

static void atomic_test(struct kunit *test)
{
	const struct atomic_case *c = test->param_value;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (k = 0; k < ARRAY_SIZE(edges); k++) {
			check_atomic(test, c, edges[i], edges[k], 64);
			check_atomic(test, c, edges[i], edges[k], 32);
		}
	}
}

static void check_compare(struct kunit *test, u64 a, u64 r0, u64 b, u32 bits)
{
	const struct bpf_insn insns[] = {
		BPF_ATOMIC_OP(bits == 64 ? BPF_DW : BPF_W, BPF_CMPXCHG, 1, 2, 0),
		BPF_EXIT_INSN(),
	};
	u64 memory = a;
	u64 old = slow_load((u8 *)&memory, bits / 8);
	u64 regs[MAX_BPF_EXT_REG] = {
		r0, (unsigned long)&memory, b,
	};
	bool equal = old == cut(r0, bits);

	KUNIT_EXPECT_EQ(test, old, run(test, insns, 2, regs));
	KUNIT_EXPECT_EQ(test, slow_load((u8 *)&memory, bits / 8),
			equal ? cut(b, bits) : old);
	KUNIT_EXPECT_EQ(test, regs[BPF_REG_2], b);
}

static void compare_and_exchange_test(struct kunit *test)
{
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (k = 0; k < ARRAY_SIZE(edges); k++) {
			check_compare(test, edges[i], edges[k], ~edges[i], 64);
			check_compare(test, edges[i], edges[k], ~edges[i], 32);
		}
	}
}

static struct kunit_case data_cases[] = {
	KUNIT_CASE_PARAM(alu_test, alu_gen_params),
	KUNIT_CASE_PARAM(alu_same_register_test, alu_gen_params),
	KUNIT_CASE(negate_test),
	KUNIT_CASE(sign_extending_move_test),
	KUNIT_CASE(byte_order_test),
	KUNIT_CASE(constant_test),
	KUNIT_CASE(load_test),
	KUNIT_CASE(store_test),
	KUNIT_CASE_PARAM(atomic_test, atomic_gen_params),
	KUNIT_CASE(compare_and_exchange_test),
	{ }
};

static struct kunit_suite data_suite = {
	.name		= "bpf_interp_data",
	.test_cases	= data_cases,
};

kunit_test_suite(data_suite);
