// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: after bpf_blind() no constant of the program is left in it, and it computes
 * what it did.
 *
 * Layer K4. Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf_jit.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include "../opt/opt.h"
#include "prog.h"
#include "xinsn.h"

#define MAX_INSNS	24

/* what a user of ours writes; no chance number is likely to be one of them */
#define SPRAY		0x3c909090
#define SPRAY_NEGATIVE	((s32)0xbb909090)

/* ---- running ------------------------------------------------------------------ */

static u64 run(struct kunit *test, const struct bpf_insn *insns, u32 count, const void *ctx)
{
	struct bpf_xinsn *code = kunit_kcalloc(test, count + 1, sizeof(*code), GFP_KERNEL);
	u64 stack[8] = { };
	u64 regs[MAX_BPF_EXT_REG] = {
		11, 0x1234567890abcdefULL, 0xfffffffffffffff5ULL, 44, 55, 66,
		(unsigned long)ctx, 88, 99, 1010, (unsigned long)&stack[8],
	};
	struct bpf_xtraits traits;

	KUNIT_ASSERT_NOT_NULL(test, code);
	KUNIT_ASSERT_EQ(test, 0, bpf_xcode_decode(insns, count, code, &traits));
	return bpf_interp_run(code, regs) + 3 * stack[7];
}

static struct bpf_code copy(struct kunit *test, const struct bpf_insn *insns, u32 count)
{
	struct bpf_code code = {
		.insns = kvmalloc_array(count, sizeof(*insns), GFP_KERNEL),
		.count = count,
	};

	KUNIT_ASSERT_NOT_NULL(test, code.insns);
	memcpy(code.insns, insns, count * sizeof(*insns));
	return code;
}

static bool survives(const struct bpf_code *code, s32 imm)
{
	u32 i;

	for (i = 0; i < code->count; i++) {
		if (code->insns[i].imm == imm)
			return true;
	}
	return false;
}

/* ---- every instruction with a constant ------------------------------------------- */

/**
 * struct hide_case - an instruction that takes a constant
 * @name:	for messages
 * @insns:	the first one gets the constant. After a branch the second is jumped over
 * @count:	how many
 */
struct hide_case {
	const char	*name;
	struct bpf_insn	insns[2];
	u32		count;
};

#define ALU_CASES(op)								\
	{ #op " 64", { BPF_ALU64_IMM(op, BPF_REG_1, 0) }, 1 },			\
	{ #op " 32", { BPF_ALU32_IMM(op, BPF_REG_1, 0) }, 1 }

#define JUMP_CASES(op)								\
	{ #op " 64", { BPF_JMP_IMM(op, BPF_REG_1, 0, 1),			\
		       BPF_MOV64_IMM(BPF_REG_1, 0) }, 2 },			\
	{ #op " 32", { BPF_JMP32_IMM(op, BPF_REG_1, 0, 1),			\
		       BPF_MOV64_IMM(BPF_REG_1, 0) }, 2 }

static const struct hide_case hide_cases[] = {
	ALU_CASES(BPF_ADD), ALU_CASES(BPF_SUB), ALU_CASES(BPF_MUL), ALU_CASES(BPF_DIV),
	ALU_CASES(BPF_OR), ALU_CASES(BPF_AND), ALU_CASES(BPF_MOD), ALU_CASES(BPF_XOR),
	ALU_CASES(BPF_MOV),
	{ "sdiv", { BPF_ALU64_IMM_OFF(BPF_DIV, BPF_REG_1, 0, 1) }, 1 },
	{ "smod", { BPF_ALU32_IMM_OFF(BPF_MOD, BPF_REG_1, 0, 1) }, 1 },
	{ "on AX", { BPF_ALU64_IMM(BPF_AND, BPF_REG_AX, 0),
		     BPF_MOV64_REG(BPF_REG_1, BPF_REG_AX) }, 2 },
	{ "beside AX", { BPF_ALU64_IMM(BPF_OR, BPF_REG_1, 0),
			 BPF_ALU64_REG(BPF_ADD, BPF_REG_1, BPF_REG_AX) }, 2 },
	{ "if AX", { BPF_JMP_IMM(BPF_JGT, BPF_REG_AX, 0, 1),
		     BPF_MOV64_REG(BPF_REG_1, BPF_REG_AX) }, 2 },
	{ "ld_imm64", { BPF_LD_IMM64(BPF_REG_1, 0x1122334400000000) }, 2 },
	{ "ld_imm64, negative", { BPF_LD_IMM64(BPF_REG_1, 0xf122334400000000) }, 2 },
	{ "ld_imm64, 32 bits", { BPF_LD_IMM64(BPF_REG_1, 0) }, 2 },
	{ "ld_imm64, extended", { BPF_LD_IMM64(BPF_REG_1, 0xffffffff00000000) }, 2 },
	{ "st 8", { BPF_ST_MEM(BPF_B, BPF_REG_FP, -8, 0) }, 1 },
	{ "st 16", { BPF_ST_MEM(BPF_H, BPF_REG_FP, -8, 0) }, 1 },
	{ "st 32", { BPF_ST_MEM(BPF_W, BPF_REG_FP, -8, 0) }, 1 },
	{ "st 64", { BPF_ST_MEM(BPF_DW, BPF_REG_FP, -8, 0) }, 1 },
	JUMP_CASES(BPF_JEQ), JUMP_CASES(BPF_JGT), JUMP_CASES(BPF_JGE),
	JUMP_CASES(BPF_JSET), JUMP_CASES(BPF_JNE), JUMP_CASES(BPF_JSGT),
	JUMP_CASES(BPF_JSGE), JUMP_CASES(BPF_JLT), JUMP_CASES(BPF_JLE),
	JUMP_CASES(BPF_JSLT), JUMP_CASES(BPF_JSLE),
};

static void hide_describe(const struct hide_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(hide, hide_cases, hide_describe);

/* AX holds what it holds all through the instruction */
static u32 write_case(struct bpf_insn *insns, const struct hide_case *c, s32 imm)
{
	u32 i, n = 0;

	insns[n++] = BPF_MOV64_REG(BPF_REG_AX, BPF_REG_2);
	for (i = 0; i < c->count; i++)
		insns[n++] = c->insns[i];
	insns[1].imm = imm;
	insns[n++] = BPF_MOV64_REG(BPF_REG_0, BPF_REG_1);
	insns[n++] = BPF_EXIT_INSN();
	return n;
}

static void hide_test(struct kunit *test)
{
	static const s32 imms[] = { SPRAY, SPRAY_NEGATIVE, 0x90, 0, 1, -1, 64, 65,
				    S32_MAX, S32_MIN, S32_MIN + 1 };
	struct bpf_insn insns[8];
	struct bpf_code code;
	u32 i, n;

	/* again and again, for chance */
	for (i = 0; i < 20 * ARRAY_SIZE(imms); i++) {
		s32 imm = imms[i % ARRAY_SIZE(imms)];

		n = write_case(insns, test->param_value, imm);
		code = copy(test, insns, n);
		KUNIT_ASSERT_EQ(test, 0, bpf_blind(&code, NULL, 0));
		KUNIT_EXPECT_EQ_MSG(test, run(test, insns, n, NULL),
				    run(test, code.insns, code.count, NULL),
				    "constant %d", imm);
		if (imm == SPRAY || imm == SPRAY_NEGATIVE)
			KUNIT_EXPECT_FALSE(test, survives(&code, imm));
		kvfree(code.insns);
	}
}

/* ---- packets ------------------------------------------------------------------------ */

static void packet_test(struct kunit *test)
{
	static const s32 offsets[] = { 1, 14, 60, 63, 64, SKF_NET_OFF, SKF_NET_OFF + 9,
				       SKF_LL_OFF + 3, S32_MAX };
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	for (i = 0; i < 64; i++)
		*(u8 *)skb_put(skb, 1) = 0x40 + i;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, 14);
	for (i = 0; i < 2 * ARRAY_SIZE(offsets); i++) {
		s32 off = offsets[i / 2];
		struct bpf_insn insns[] = {
			BPF_MOV64_IMM(BPF_REG_7, 2),
			BPF_LD_ABS(BPF_B, off),
			BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, SPRAY),
			BPF_EXIT_INSN(),
		};
		struct bpf_code code;

		if (i & 1)
			insns[1] = BPF_LD_IND(BPF_H, BPF_REG_7, off);
		code = copy(test, insns, 4);
		KUNIT_ASSERT_EQ(test, 0, bpf_blind(&code, NULL, 0));
		KUNIT_EXPECT_FALSE(test, survives(&code, off));
		KUNIT_EXPECT_EQ_MSG(test, run(test, insns, 4, skb),
				    run(test, code.insns, code.count, skb), "at %d", off);
		kvfree(code.insns);
	}
	kfree_skb(skb);
}

/* ---- jumps -------------------------------------------------------------------------- */

/* @middle instructions with a constant between a branch and its target, both ways */
static void check_jumps(struct kunit *test, u32 middle)
{
	u32 count = middle + 7, i;
	struct bpf_insn *insns = kvcalloc(count, sizeof(*insns), GFP_KERNEL);
	struct bpf_code code;

	KUNIT_ASSERT_NOT_NULL(test, insns);
	insns[0] = BPF_MOV64_IMM(BPF_REG_0, 0);
	insns[1] = BPF_JMP_IMM(BPF_JNE, BPF_REG_4, 55, 0);
	insns[1].off = middle;
	for (i = 0; i < middle; i++)
		insns[2 + i] = BPF_ALU64_IMM(BPF_MUL, BPF_REG_0, 7 + i);
	insns[2 + i] = BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, SPRAY);
	insns[3 + i] = BPF_ALU64_IMM(BPF_SUB, BPF_REG_3, 1);
	insns[4 + i] = BPF_JMP32_IMM(BPF_JSGT, BPF_REG_3, 40, 0);
	insns[4 + i].off = -(s32)middle - 3;
	insns[5 + i] = BPF_JMP_A(0);
	insns[6 + i] = BPF_EXIT_INSN();

	code = copy(test, insns, count);
	KUNIT_ASSERT_EQ(test, 0, bpf_blind(&code, NULL, 0));
	KUNIT_EXPECT_FALSE(test, survives(&code, SPRAY));
	KUNIT_EXPECT_EQ_MSG(test, run(test, insns, count, NULL),
			    run(test, code.insns, code.count, NULL),
			    "%u instructions between", middle);
	kvfree(code.insns);
	kvfree(insns);
}

static void jump_test(struct kunit *test)
{
	u32 middle;

	for (middle = 1; middle < 5; middle++)
		check_jumps(test, middle);
	/* each becomes three: 32768 is passed on the way */
	for (middle = 10915; middle < 10925; middle++)
		check_jumps(test, middle);
	check_jumps(test, 32000);
}

/* ---- functions ----------------------------------------------------------------------- */

static void function_test(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_1, SPRAY),
		BPF_CALL_REL(2),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_0, 1),
		BPF_EXIT_INSN(),
		BPF_ALU64_IMM(BPF_AND, BPF_REG_1, 0xffffff),
		BPF_MOV64_REG(BPF_REG_0, BPF_REG_1),
		BPF_EXIT_INSN(),
	};
	struct bpf_jit_func funcs[] = { { 0, 0 }, { 4, 8 } };
	struct bpf_code code = copy(test, insns, ARRAY_SIZE(insns));
	struct bpf_xinsn out[MAX_INSNS];
	u64 regs[MAX_BPF_EXT_REG] = { };
	struct bpf_xtraits traits;

	KUNIT_ASSERT_EQ(test, 0, bpf_blind(&code, funcs, 2));
	KUNIT_ASSERT_LT(test, code.count, (u32)MAX_INSNS);
	KUNIT_EXPECT_FALSE(test, survives(&code, 0xffffff));
	KUNIT_EXPECT_EQ(test, 0U, funcs[0].start);
	KUNIT_EXPECT_EQ(test, 8U, funcs[1].stack_depth);
	KUNIT_ASSERT_EQ(test, 0, bpf_xcode_decode_funcs(code.insns, code.count, funcs, 2,
							out, &traits));
	KUNIT_EXPECT_EQ(test, (SPRAY & 0xffffffULL) + 1, bpf_interp_run(out, regs));
	kvfree(code.insns);
}

/* all registers hold something: nothing is changed then */
static void no_register_test(struct kunit *test)
{
	struct bpf_insn insns[13] = { BPF_ALU64_IMM(BPF_AND, BPF_REG_AX, SPRAY) };
	struct bpf_code code;
	struct bpf_insn *same;
	u32 i;

	insns[1] = BPF_ALU64_REG(BPF_ADD, BPF_REG_0, BPF_REG_AX);
	for (i = 1; i < 10; i++)
		insns[1 + i] = BPF_ALU64_REG(BPF_ADD, BPF_REG_0, i);
	insns[11] = BPF_EXIT_INSN();
	code = copy(test, insns, 12);
	same = code.insns;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, bpf_blind(&code, NULL, 0));
	KUNIT_EXPECT_PTR_EQ(test, same, code.insns);
	KUNIT_EXPECT_EQ(test, 0, memcmp(insns, code.insns, 12 * sizeof(*insns)));
	/* a jump outside is refused before anything is written */
	code.insns[0] = BPF_JMP_A(12);
	KUNIT_EXPECT_EQ(test, -EINVAL, bpf_blind(&code, NULL, 0));
	kvfree(code.insns);
}

static struct kunit_case blind_cases[] = {
	KUNIT_CASE_PARAM(hide_test, hide_gen_params),
	KUNIT_CASE(packet_test),
	KUNIT_CASE(jump_test),
	KUNIT_CASE(function_test),
	KUNIT_CASE(no_register_test),
	{ }
};

static struct kunit_suite blind_suite = {
	.name		= "bpf_blind",
	.test_cases	= blind_cases,
};

kunit_test_suite(blind_suite);
