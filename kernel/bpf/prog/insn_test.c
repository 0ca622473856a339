// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: the instruction table against the list of RFC 9669 appendix A, the rules
 * for operands, and the text of instructions.
 *
 * Layer K4 (tests K0). Run: CONFIG_BPF_KUNIT_TEST, in UML or QEMU.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include "../disasm.h"
#include "../insn.h"

/* code bytes of the appendix, call variants and deprecated packet loads included */
static const u8 legal_codes[] = {
	/* 64-bit arithmetic */
	0x07, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x47, 0x4f, 0x57, 0x5f,
	0x67, 0x6f, 0x77, 0x7f, 0x87, 0x97, 0x9f, 0xa7, 0xaf, 0xb7, 0xbf, 0xc7,
	0xcf, 0xd7,
	/* 32-bit arithmetic */
	0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c,
	0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac, 0xb4, 0xbc, 0xc4,
	0xcc, 0xd4, 0xdc,
	/* jumps */
	0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x55, 0x5d, 0x65,
	0x6d, 0x75, 0x7d, 0x85, 0x95, 0xa5, 0xad, 0xb5, 0xbd, 0xc5, 0xcd, 0xd5,
	0xdd,
	/* 32-bit jumps */
	0x06, 0x16, 0x1e, 0x26, 0x2e, 0x36, 0x3e, 0x46, 0x4e, 0x56, 0x5e, 0x66,
	0x6e, 0x76, 0x7e, 0xa6, 0xae, 0xb6, 0xbe, 0xc6, 0xce, 0xd6, 0xde,
	/* constants and packets */
	0x18, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50,
	/* memory */
	0x61, 0x69, 0x71, 0x79, 0x81, 0x89, 0x91,
	0x62, 0x6a, 0x72, 0x7a, 0x63, 0x6b, 0x73, 0x7b, 0xc3, 0xdb,
};

static void codes_test(struct kunit *test)
{
	bool legal[256] = { };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(legal_codes); i++)
		legal[legal_codes[i]] = true;
	for (i = 0; i < 256; i++)
		KUNIT_EXPECT_EQ_MSG(test, legal[i],
				    bpf_insn_form(i)->class != BPF_IC_ILLEGAL,
				    "code %02x", i);
}

struct check_case {
	const char		*name;
	struct bpf_insn		insns[2];
	enum bpf_enc_error	expected;
};

#define ONE(insn)	{ insn, BPF_EXIT_INSN() }

static const struct check_case check_cases[] = {
	{ "add", ONE(BPF_ALU64_REG(BPF_ADD, 1, 10)), BPF_ENC_OK },
	{ "opcode ff", ONE(BPF_INSN(0xff, 0, 0, 0, 0)), BPF_ENC_OPCODE },
	{ "opcode 00", ONE(BPF_INSN(0, 0, 0, 0, 0)), BPF_ENC_OPCODE },
	{ "internal tail call", ONE(BPF_INSN(BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0)),
	  BPF_ENC_OPCODE },
	{ "dst r11", ONE(BPF_MOV64_IMM(11, 0)), BPF_ENC_REG },
	{ "src r11", ONE(BPF_MOV64_REG(0, 11)), BPF_ENC_REG },
	{ "writes r10", ONE(BPF_MOV64_IMM(10, 0)), BPF_ENC_FRAME },
	{ "loads r10", ONE(BPF_LDX_MEM(BPF_W, 10, 1, 0)), BPF_ENC_FRAME },
	{ "stores at r10", ONE(BPF_ST_MEM(BPF_W, 10, -4, 0)), BPF_ENC_OK },
	{ "compares r10", ONE(BPF_JMP_IMM(BPF_JEQ, 10, 0, 0)), BPF_ENC_OK },
	{ "src with imm", ONE(BPF_INSN(BPF_ALU64 | BPF_ADD, 0, 1, 0, 1)),
	  BPF_ENC_RESERVED_SRC },
	{ "imm with src", ONE(BPF_INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 1)),
	  BPF_ENC_RESERVED_IMM },
	{ "off of add", ONE(BPF_INSN(BPF_ALU64 | BPF_ADD, 0, 0, 1, 1)),
	  BPF_ENC_RESERVED_OFF },
	{ "imm of neg", ONE(BPF_ALU64_IMM(BPF_NEG, 0, 1)), BPF_ENC_RESERVED_IMM },
	{ "zero extension mark", ONE(BPF_ZEXT_REG(1)), BPF_ENC_RESERVED_IMM },
	{ "movsx 8", ONE(BPF_MOVSX64_REG(0, 1, 8)), BPF_ENC_OK },
	{ "movsx 32", ONE(BPF_MOVSX64_REG(0, 1, 32)), BPF_ENC_OK },
	{ "movsx 32 of 32", ONE(BPF_MOVSX32_REG(0, 1, 32)), BPF_ENC_RESERVED_OFF },
	{ "movsx 7", ONE(BPF_MOVSX64_REG(0, 1, 7)), BPF_ENC_RESERVED_OFF },
	{ "mov imm with off", ONE(BPF_INSN(BPF_ALU64 | BPF_MOV, 0, 0, 8, 0)),
	  BPF_ENC_RESERVED_OFF },
	{ "sdiv", ONE(BPF_ALU64_REG_OFF(BPF_DIV, 0, 1, 1)), BPF_ENC_OK },
	{ "smod by -1", ONE(BPF_ALU32_IMM_OFF(BPF_MOD, 0, -1, 1)), BPF_ENC_OK },
	{ "div variant 2", ONE(BPF_ALU64_REG_OFF(BPF_DIV, 0, 1, 2)),
	  BPF_ENC_RESERVED_OFF },
	{ "div by zero", ONE(BPF_ALU64_IMM(BPF_DIV, 0, 0)), BPF_ENC_DIV_ZERO },
	{ "mod by zero", ONE(BPF_ALU32_IMM(BPF_MOD, 0, 0)), BPF_ENC_DIV_ZERO },
	{ "shift 63", ONE(BPF_ALU64_IMM(BPF_LSH, 0, 63)), BPF_ENC_OK },
	{ "shift 64", ONE(BPF_ALU64_IMM(BPF_LSH, 0, 64)), BPF_ENC_SHIFT },
	{ "shift 32 of 32", ONE(BPF_ALU32_IMM(BPF_ARSH, 0, 32)), BPF_ENC_SHIFT },
	{ "shift -1", ONE(BPF_ALU64_IMM(BPF_RSH, 0, -1)), BPF_ENC_SHIFT },
	{ "be16", ONE(BPF_ENDIAN(BPF_TO_BE, 0, 16)), BPF_ENC_OK },
	{ "be24", ONE(BPF_ENDIAN(BPF_TO_BE, 0, 24)), BPF_ENC_RESERVED_IMM },
	{ "bswap64", ONE(BPF_BSWAP(0, 64)), BPF_ENC_OK },
	{ "fetch_add", ONE(BPF_ATOMIC_OP(BPF_DW, BPF_ADD | BPF_FETCH, 1, 2, 0)),
	  BPF_ENC_OK },
	{ "fetch to r10", ONE(BPF_ATOMIC_OP(BPF_W, BPF_XCHG, 1, 10, 0)),
	  BPF_ENC_FRAME },
	{ "atomic sub", ONE(BPF_ATOMIC_OP(BPF_DW, BPF_SUB, 1, 2, 0)),
	  BPF_ENC_RESERVED_IMM },
	{ "xchg without fetch", ONE(BPF_ATOMIC_OP(BPF_DW, 0xe0, 1, 2, 0)),
	  BPF_ENC_RESERVED_IMM },
	{ "ja with imm", ONE(BPF_INSN(BPF_JMP | BPF_JA, 0, 0, 0, 1)),
	  BPF_ENC_RESERVED_IMM },
	{ "gotol with off", ONE(BPF_INSN(BPF_JMP32 | BPF_JA, 0, 0, 1, 0)),
	  BPF_ENC_RESERVED_OFF },
	{ "exit with dst", ONE(BPF_INSN(BPF_JMP | BPF_EXIT, 1, 0, 0, 0)),
	  BPF_ENC_RESERVED_DST },
	{ "call kind 9", ONE(BPF_INSN(BPF_JMP | BPF_CALL, 0, 9, 0, 1)),
	  BPF_ENC_RESERVED_SRC },
	{ "ld_abs with src", ONE(BPF_INSN(BPF_LD | BPF_ABS | BPF_B, 0, 1, 0, 0)),
	  BPF_ENC_RESERVED_SRC },
	{ "ld_ind with dst", ONE(BPF_INSN(BPF_LD | BPF_IND | BPF_B, 1, 1, 0, 0)),
	  BPF_ENC_RESERVED_DST },
	{ "ld_imm64", { BPF_LD_IMM64(1, -1) }, BPF_ENC_OK },
	{ "ld_imm64 of a map", { BPF_LD_MAP_FD(1, 3) }, BPF_ENC_OK },
	{ "ld_imm64 kind 9", { BPF_LD_IMM64_RAW(1, 9, 3) }, BPF_ENC_RESERVED_SRC },
	{ "ld_imm64, then exit", ONE(BPF_INSN(BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, 0)),
	  BPF_ENC_SECOND },
	{ "map with upper half", { BPF_LD_IMM64_RAW(1, 1, 1ULL << 32) },
	  BPF_ENC_SECOND },
	{ "map by index", { BPF_LD_IMM64_RAW(1, BPF_PSEUDO_MAP_IDX, 3) }, BPF_ENC_OK },
	{ "map by index with upper half",
	  { BPF_LD_IMM64_RAW(1, BPF_PSEUDO_MAP_IDX, 1ULL << 32) }, BPF_ENC_SECOND },
	{ "map value", { BPF_LD_IMM64_RAW(1, BPF_PSEUDO_MAP_VALUE, 8ULL << 32 | 3) },
	  BPF_ENC_OK },
	{ "map value by index",
	  { BPF_LD_IMM64_RAW(1, BPF_PSEUDO_MAP_IDX_VALUE, 8ULL << 32 | 3) }, BPF_ENC_OK },
};

static void check_describe(const struct check_case *c, char *out)
{
	strscpy(out, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(check, check_cases, check_describe);

static void check_test(struct kunit *test)
{
	const struct check_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, c->expected, bpf_insn_check(c->insns, 2));
}

/* the second half of a constant may not be read where there is none */
static void lonely_constant_test(struct kunit *test)
{
	const struct bpf_insn insns[] = { BPF_LD_IMM64(0, 0) };

	KUNIT_EXPECT_EQ(test, BPF_ENC_SECOND, bpf_insn_check(insns, 1));
	KUNIT_EXPECT_EQ(test, BPF_ENC_OK, bpf_insn_check(insns, 2));
}

struct text_case {
	struct bpf_insn	insns[2];
	const char	*expected;
};

static const struct text_case text_cases[] = {
	{ ONE(BPF_MOV64_REG(1, 10)), "r1 = r10" },
	{ ONE(BPF_MOV32_IMM(1, -5)), "w1 = -5" },
	{ ONE(BPF_ALU64_IMM(BPF_ARSH, 3, 7)), "r3 s>>= 7" },
	{ ONE(BPF_ALU32_REG(BPF_XOR, 3, 4)), "w3 ^= w4" },
	{ ONE(BPF_ALU64_REG_OFF(BPF_DIV, 3, 4, 1)), "r3 s/= r4" },
	{ ONE(BPF_ALU64_IMM(BPF_NEG, 2, 0)), "r2 = -r2" },
	{ ONE(BPF_MOVSX64_REG(2, 1, 16)), "r2 = (s16)r1" },
	{ ONE(BPF_ENDIAN(BPF_TO_BE, 2, 32)), "r2 = be32 r2" },
	{ ONE(BPF_BSWAP(2, 16)), "r2 = bswap16 r2" },
	{ { BPF_LD_IMM64(2, 0x123456789abcULL) }, "r2 = 0x123456789abc" },
	{ { BPF_LD_MAP_FD(2, 5) }, "r2 = map[fd:5]" },
	{ { BPF_LD_IMM64_RAW(2, BPF_PSEUDO_MAP_IDX, 5) }, "r2 = map[idx:5]" },
	{ { BPF_LD_IMM64_RAW(2, BPF_PSEUDO_MAP_VALUE, 16ULL << 32 | 5) },
	  "r2 = map[fd:5][0]+16" },
	{ { BPF_LD_IMM64_RAW(2, BPF_PSEUDO_MAP_IDX_VALUE, 16ULL << 32 | 5) },
	  "r2 = map[idx:5][0]+16" },
	{ ONE(BPF_LDX_MEM(BPF_B, 0, 1, 16)), "r0 = *(u8 *)(r1 +16)" },
	{ ONE(BPF_LDX_MEMSX(BPF_W, 0, 1, -4)), "r0 = *(s32 *)(r1 -4)" },
	{ ONE(BPF_STX_MEM(BPF_DW, 10, 1, -8)), "*(u64 *)(r10 -8) = r1" },
	{ ONE(BPF_ST_MEM(BPF_H, 10, 0, 3)), "*(u16 *)(r10 +0) = 3" },
	{ ONE(BPF_ATOMIC_OP(BPF_DW, BPF_ADD, 1, 2, 8)), "lock *(u64 *)(r1 +8) += r2" },
	{ ONE(BPF_ATOMIC_OP(BPF_W, BPF_OR | BPF_FETCH, 1, 2, 0)),
	  "r2 = atomic_fetch_or((u32 *)(r1 +0), r2)" },
	{ ONE(BPF_ATOMIC_OP(BPF_DW, BPF_CMPXCHG, 10, 2, -8)),
	  "r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r2)" },
	{ ONE(BPF_LD_ABS(BPF_H, 12)), "r0 = *(u16 *)skb[12]" },
	{ ONE(BPF_LD_IND(BPF_B, 7, 14)), "r0 = *(u8 *)skb[r7 + 14]" },
	{ ONE(BPF_JMP_IMM(BPF_JSGT, 1, 16, 3)), "if r1 s> 0x10 goto pc+3" },
	{ ONE(BPF_JMP32_REG(BPF_JSET, 1, 2, -1)), "if w1 & w2 goto pc-1" },
	{ ONE(BPF_JMP_A(2)), "goto pc+2" },
	{ ONE(BPF_JMP32_A(70000)), "gotol pc+70000" },
	{ ONE(BPF_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, 1)), "call bpf_map_lookup_elem#1" },
	{ ONE(BPF_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, 9999)), "call unknown#9999" },
	{ ONE(BPF_CALL_REL(4)), "call pc+4" },
	{ ONE(BPF_EXIT_INSN()), "exit" },
	{ ONE(BPF_INSN(0xff, 0, 0, 0, 0)), "BUG_ff" },
};

static void text_test(struct kunit *test)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(text_cases); i++) {
		int length = bpf_disasm(text_cases[i].insns, 2, text, sizeof(text));

		KUNIT_EXPECT_STREQ(test, text_cases[i].expected, text);
		KUNIT_EXPECT_EQ(test, (int)strlen(text), length);
	}
}

/* the longest texts still fit, whatever the fields hold */
static void text_length_test(struct kunit *test)
{
	struct bpf_insn insns[2] = { };
	char text[BPF_DISASM_BYTES];
	u32 code, op;

	for (code = 0; code < 256; code++) {
		for (op = 0; op < 256; op++) {
			insns[0] = BPF_INSN(code, 15, 15, S16_MIN,
					    op < 255 ? (s32)op : S32_MIN);
			KUNIT_EXPECT_LT(test, bpf_disasm(insns, 2, text, sizeof(text)),
					BPF_DISASM_BYTES);
		}
	}
}

static struct kunit_case insn_cases[] = {
	KUNIT_CASE(codes_test),
	KUNIT_CASE_PARAM(check_test, check_gen_params),
	KUNIT_CASE(lonely_constant_test),
	KUNIT_CASE(text_test),
	KUNIT_CASE(text_length_test),
	{ }
};

static struct kunit_suite insn_suite = {
	.name		= "bpf_insn",
	.test_cases	= insn_cases,
};

kunit_test_suite(insn_suite);
