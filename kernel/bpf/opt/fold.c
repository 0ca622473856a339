// SPDX-License-Identifier: GPL-2.0-only
/*
 * What arithmetic and comparisons give where operands are known (RFC 9669 sections 4.1
 * and 4.3), and arithmetic with a constant that comes to something simpler.
 *
 * Must never look at more than one instruction.
 *
 * Layer K3o; builds in user space too. Tests: tools/bpf/verify/opt_test.c, fuzz_opt.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/swab.h>
#include "pass.h"

static u64 divide(u64 a, u64 b, bool is_signed, bool wide)
{
	if (!b)
		return 0;
	if (!is_signed)
		return div64_u64(a, b);
	if ((s64)b == -1)
		return -a;
	return wide ? div64_s64(a, b) : (s32)a / (s32)b;
}

static u64 modulo(u64 a, u64 b, bool is_signed, bool wide)
{
	if (!b)
		return a;
	if (!is_signed)
		return a - div64_u64(a, b) * b;
	if ((s64)b == -1)
		return 0;
	return wide ? a - div64_s64(a, b) * b : (s32)a % (s32)b;
}

static u64 move(s16 off, u64 b)
{
	switch (off) {
	case 8:
		return (s8)b;
	case 16:
		return (s16)b;
	case 32:
		return (s32)b;
	default:
		return b;
	}
}

/* operands are as wide as the operation; the caller cuts the result */
static u64 alu(u8 op, s16 off, bool wide, u64 a, u64 b)
{
	u32 shift = b & (wide ? 63 : 31);

	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return divide(a, b, off, wide);
	case BPF_MOD:
		return modulo(a, b, off, wide);
	case BPF_OR:
		return a | b;
	case BPF_AND:
		return a & b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << shift;
	case BPF_RSH:
		return a >> shift;
	case BPF_ARSH:
		return wide ? (s64)a >> shift : (s32)a >> shift;
	case BPF_NEG:
		return -a;
	default:
		return move(off, b);
	}
}

/**
 * bpf_opt_alu() - result of an operation on known numbers
 * @code:	of class BPF_ALU or BPF_ALU64, any operation but BPF_END
 * @off:	of the instruction: signed division, sign-extending move
 * @a:		what dst holds
 * @b:		what src holds, or the constant, sign-extended
 *
 * Return: what dst holds afterwards.
 */
u64 bpf_opt_alu(u8 code, s16 off, u64 a, u64 b)
{
	u8 op = BPF_OP(code);

	if (BPF_CLASS(code) == BPF_ALU64)
		return alu(op, off, true, a, b);
	if (off == 1)
		return (u32)alu(op, off, false, (s32)a, (s32)b);
	return (u32)alu(op, off, false, (u32)a, (u32)b);
}

/**
 * bpf_opt_taken() - is a branch on known numbers taken?
 * @code:	of class BPF_JMP or BPF_JMP32, a conditional branch
 * @a:		what dst holds
 * @b:		what src holds, or the constant, sign-extended
 */
bool bpf_opt_taken(u8 code, u64 a, u64 b)
{
	s64 sa = a, sb = b;

	if (BPF_CLASS(code) == BPF_JMP32) {
		a = (u32)a;
		b = (u32)b;
		sa = (s32)a;
		sb = (s32)b;
	}
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSGT:
		return sa > sb;
	case BPF_JSGE:
		return sa >= sb;
	case BPF_JSLT:
		return sa < sb;
	case BPF_JSLE:
		return sa <= sb;
	default:
		return a & b;
	}
}

/**
 * bpf_opt_opposite() - the comparison that holds where another does not
 * @op:		BPF_OP of a branch
 *
 * Return: its BPF_OP, or 0 for BPF_JSET, which has none.
 */
u8 bpf_opt_opposite(u8 op)
{
	static const u8 opposite[16] = {
		[BPF_JEQ >> 4]	= BPF_JNE,	[BPF_JNE >> 4]	= BPF_JEQ,
		[BPF_JGT >> 4]	= BPF_JLE,	[BPF_JLE >> 4]	= BPF_JGT,
		[BPF_JGE >> 4]	= BPF_JLT,	[BPF_JLT >> 4]	= BPF_JGE,
		[BPF_JSGT >> 4]	= BPF_JSLE,	[BPF_JSLE >> 4]	= BPF_JSGT,
		[BPF_JSGE >> 4]	= BPF_JSLT,	[BPF_JSLT >> 4]	= BPF_JSGE,
	};

	return opposite[op >> 4];
}

/* ---- operations with a constant --------------------------------------------------- */

static void become(struct bpf_insn *insn, u8 op, s32 imm)
{
	insn->code = BPF_CLASS(insn->code) | op | BPF_K;
	insn->off = 0;
	insn->imm = imm;
}

/* dst = dst; in 32 bits that clears the upper half */
static void become_same(struct bpf_insn *insn)
{
	if (BPF_CLASS(insn->code) == BPF_ALU64) {
		bpf_opt_make_nop(insn);
		return;
	}
	become(insn, BPF_MOV, 0);
	insn->code |= BPF_X;
	insn->src_reg = insn->dst_reg;
}

static void simplify_multiplication(struct bpf_insn *insn)
{
	/* in 64 bits the constant is signed, in 32 bits that makes no difference */
	bool power = is_power_of_2((u32)insn->imm) &&
		     (insn->imm > 0 || BPF_CLASS(insn->code) == BPF_ALU);

	if (!insn->imm)
		become(insn, BPF_MOV, 0);
	else if (insn->imm == 1)
		become_same(insn);
	else if (insn->imm == -1)
		become(insn, BPF_NEG, 0);
	else if (power)
		become(insn, BPF_LSH, __ffs((u32)insn->imm));
}

static void simplify_division(struct bpf_insn *insn)
{
	bool is_modulo = BPF_OP(insn->code) == BPF_MOD;
	bool power = is_power_of_2((u32)insn->imm) &&
		     (insn->imm > 0 || BPF_CLASS(insn->code) == BPF_ALU);

	if (!insn->imm && is_modulo)
		become_same(insn);
	else if (!insn->imm || (insn->imm == 1 && is_modulo))
		become(insn, BPF_MOV, 0);
	else if (insn->imm == 1)
		become_same(insn);
	else if (insn->off == 1 || !power)
		return;
	else if (is_modulo)
		become(insn, BPF_AND, (u32)insn->imm - 1);
	else
		become(insn, BPF_RSH, __ffs((u32)insn->imm));
}

/**
 * bpf_opt_simplify_alu() - an operation with a constant may be a simpler one, or none
 * @insn:	of class BPF_ALU or BPF_ALU64, BPF_K, any operation but BPF_NEG and
 *		BPF_END; changed in place
 */
void bpf_opt_simplify_alu(struct bpf_insn *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_XOR:
		if (!insn->imm)
			become_same(insn);
		break;
	case BPF_OR:
		if (!insn->imm)
			become_same(insn);
		else if (insn->imm == -1)
			become(insn, BPF_MOV, -1);
		break;
	case BPF_AND:
		if (!insn->imm)
			become(insn, BPF_MOV, 0);
		else if (insn->imm == -1)
			become_same(insn);
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		insn->imm &= BPF_CLASS(insn->code) == BPF_ALU64 ? 63 : 31;
		if (!insn->imm)
			become_same(insn);
		break;
	case BPF_MUL:
		simplify_multiplication(insn);
		break;
	case BPF_DIV:
	case BPF_MOD:
		simplify_division(insn);
		break;
	}
}
