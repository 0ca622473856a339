// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arithmetic but division: RFC 9669 section 4, and ld_imm64.
 *
 * Each operation of 64 bits becomes one of 32, a byte shorter, where the upper half of
 * the result is known to be zero anyway: jit->upper says of which registers that is
 * known. Constants that mean less work take a shorter form.
 *
 * Layer K5; builds in user space too. Tests: every operation with every pair of
 * registers and constants at the boundaries, against the model in tools/bpf/verify.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include "encode.h"
#include "host.h"

#define OP_BSWAP	(OP_0F | 0xc8)

/**
 * struct alu - an operation on its way
 * @insn:	the instruction
 * @pc:		its index
 * @wide:	OP_W or 0
 * @dst:	machine register of the destination
 * @src:	of the operand; HW_NONE: it is @imm
 * @imm:	the constant
 */
struct alu {
	const struct bpf_insn	*insn;
	u32			pc;
	u32			wide;
	u8			dst;
	u8			src;
	s32			imm;
};

static bool upper_dst(const struct jit *jit, const struct alu *a)
{
	return jit_upper_known(jit, a->insn->dst_reg);
}

/* is the operand, as 64 bits, known to be less than 2^32? */
static bool upper_src(const struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE)
		return a->imm >= 0;
	return jit_upper_known(jit, a->insn->src_reg);
}

/* an operation of 32 bits that changes nothing still clears the upper half */
static void put_nothing(struct jit *jit, const struct alu *a)
{
	if (!a->wide && !upper_dst(jit, a))
		enc_mov32(jit, a->dst, a->dst);
}

static void flags_of(struct jit *jit, const struct alu *a, u32 wide)
{
	jit_flags_are(jit, a->insn->dst_reg, wide);
}

/* ---- moves ---------------------------------------------------------------------- */

static u32 sign_extension(s16 bits)
{
	switch (bits) {
	case 8:
		return OP_MOVSX8;
	case 16:
		return OP_MOVSX16;
	default:
		return OP_MOVSX32;
	}
}

static void put_mov(struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE)
		enc_const(jit, a->dst, a->wide ? (s64)a->imm : (u32)a->imm);
	else if (a->insn->off)
		enc_rr(jit, sign_extension(a->insn->off) | a->wide, a->dst, a->src);
	else if (a->pc == jit->plan.entry_move)
		return;
	else if (a->dst == a->src && (a->wide || upper_src(jit, a)))
		return;
	else if (a->wide && !upper_src(jit, a))
		enc_mov64(jit, a->dst, a->src);
	else
		enc_mov32(jit, a->dst, a->src);
}

/* ---- addition, logic -------------------------------------------------------------- */

static void put_add_imm(struct jit *jit, const struct alu *a, s32 imm)
{
	if (!imm) {
		put_nothing(jit, a);
		return;
	}
	if (imm == 1 || imm == -1)
		enc_rr(jit, OP_GROUP5 | a->wide, imm < 0, a->dst);
	else if (imm == 128)
		enc_alu_imm(jit, X86_SUB, a->wide, a->dst, -128);
	else
		enc_alu_imm(jit, X86_ADD, a->wide, a->dst, imm);
	flags_of(jit, a, a->wide);
}

static void put_add(struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE) {
		put_add_imm(jit, a, a->imm);
		return;
	}
	enc_alu(jit, X86_ADD, a->wide, a->dst, a->src);
	flags_of(jit, a, a->wide);
}

static void put_sub(struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE && a->imm == S32_MIN) {
		/* has no negation */
		enc_alu_imm(jit, X86_SUB, a->wide, a->dst, a->imm);
		flags_of(jit, a, a->wide);
	} else if (a->src == HW_NONE) {
		put_add_imm(jit, a, -a->imm);
	} else if (a->src == a->dst) {
		enc_zero(jit, a->dst);
	} else {
		enc_alu(jit, X86_SUB, a->wide, a->dst, a->src);
		flags_of(jit, a, a->wide);
	}
}

static void put_and_imm(struct jit *jit, const struct alu *a, u32 wide)
{
	if (a->imm >= 0)
		wide = 0;
	if (!a->imm)
		enc_zero(jit, a->dst);
	else if (a->imm == -1)
		put_nothing(jit, a);
	else if (a->imm == 0xff)
		enc_rr(jit, OP_MOVZX8, a->dst, a->dst);
	else if (a->imm == 0xffff)
		enc_rr(jit, OP_MOVZX16, a->dst, a->dst);
	else
		enc_alu_imm(jit, X86_AND, wide, a->dst, a->imm);
	/* movzx sets none, but is known to be non-negative only: leave those alone */
	if (a->imm && a->imm != -1 && a->imm != 0xff && a->imm != 0xffff)
		flags_of(jit, a, wide);
}

static void put_and(struct jit *jit, const struct alu *a)
{
	u32 wide = a->wide;

	if (upper_dst(jit, a) || upper_src(jit, a))
		wide = 0;
	if (a->src == HW_NONE) {
		put_and_imm(jit, a, wide);
		return;
	}
	enc_alu(jit, X86_AND, wide, a->dst, a->src);
	flags_of(jit, a, wide);
}

static void put_or_xor(struct jit *jit, const struct alu *a, enum x86_alu alu)
{
	u32 wide = a->wide;

	if (upper_dst(jit, a) && upper_src(jit, a))
		wide = 0;
	if (a->src != HW_NONE)
		enc_alu(jit, alu, wide, a->dst, a->src);
	else if (a->imm)
		enc_alu_imm(jit, alu, wide, a->dst, a->imm);
	else
		return put_nothing(jit, a);
	flags_of(jit, a, wide);
}

static void put_or(struct jit *jit, const struct alu *a)
{
	put_or_xor(jit, a, X86_OR);
}

static void put_xor(struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE && a->imm == -1)
		enc_rr(jit, OP_GROUP3 | a->wide, X86_NOT, a->dst);
	else
		put_or_xor(jit, a, X86_XOR);
}

static void put_neg(struct jit *jit, const struct alu *a)
{
	enc_rr(jit, OP_GROUP3 | a->wide, X86_NEG, a->dst);
	flags_of(jit, a, a->wide);
}

/* ---- multiplication, shifts --------------------------------------------------------- */

static void put_shift_imm(struct jit *jit, const struct alu *a, enum x86_shift shift,
			  u32 count)
{
	u32 wide = a->wide;

	count &= wide ? 63 : 31;
	if (!count) {
		put_nothing(jit, a);
		return;
	}
	/* of a number of 32 bits: as one of 32 bits, or all of it is gone */
	if (wide && shift != X86_SHL && upper_dst(jit, a)) {
		if (count > 31) {
			enc_zero(jit, a->dst);
			return;
		}
		wide = 0;
		shift = X86_SHR;
	}
	if (count == 1)
		enc_rr(jit, OP_SHIFT_ONE | wide, shift, a->dst);
	else
		enc_rr_imm(jit, OP_SHIFT_IMM | wide, shift, a->dst, count, 1);
	flags_of(jit, a, wide);
}

/* the count has to be in cl, which may be anybody's */
static void put_shift_cl(struct jit *jit, const struct alu *a, enum x86_shift shift)
{
	u8 temp = jit_hw(jit, JIT_TEMP), dst = a->dst;
	bool keep = a->src != HW_CX && a->dst != HW_CX &&
		    jit_hw_needed(jit, a->pc, HW_CX);

	if (dst == HW_CX) {
		enc_mov64(jit, temp, HW_CX);
		dst = temp;
	} else if (keep) {
		enc_mov64(jit, temp, HW_CX);
	}
	if (a->src != HW_CX)
		enc_mov32(jit, HW_CX, a->src);
	enc_rr(jit, OP_SHIFT_CL | a->wide, shift, dst);
	if (keep || dst == temp)
		enc_mov64(jit, HW_CX, temp);
}

static void put_shift(struct jit *jit, const struct alu *a, enum x86_shift shift)
{
	if (a->src == HW_NONE)
		put_shift_imm(jit, a, shift, a->imm);
	else if (jit_host_has_bmi2() && (a->src != HW_CX || a->dst == HW_CX))
		enc_shift_by(jit, shift, a->wide, a->dst, a->dst, a->src);
	else
		put_shift_cl(jit, a, shift);
}

static void put_lsh(struct jit *jit, const struct alu *a)
{
	put_shift(jit, a, X86_SHL);
}

static void put_rsh(struct jit *jit, const struct alu *a)
{
	put_shift(jit, a, X86_SHR);
}

static void put_arsh(struct jit *jit, const struct alu *a)
{
	put_shift(jit, a, X86_SAR);
}

static void put_mul_imm(struct jit *jit, const struct alu *a)
{
	s32 imm = a->imm;

	if (!imm)
		enc_zero(jit, a->dst);
	else if (imm == -1)
		put_neg(jit, a);
	else if (imm == 3 || imm == 5 || imm == 9)
		enc_rm(jit, OP_LEA | a->wide, a->dst,
		       mem_index(a->dst, a->dst, ilog2(imm - 1), 0));
	else if (imm > 0 && is_power_of_2(imm))
		put_shift_imm(jit, a, X86_SHL, ilog2(imm));
	else if (fits_s8(imm))
		enc_rr_imm(jit, OP_IMUL_IMM8 | a->wide, a->dst, a->dst, imm, 1);
	else
		enc_rr_imm(jit, OP_IMUL_IMM | a->wide, a->dst, a->dst, imm, 4);
}

static void put_mul(struct jit *jit, const struct alu *a)
{
	if (a->src == HW_NONE)
		put_mul_imm(jit, a);
	else
		enc_rr(jit, OP_IMUL | a->wide, a->dst, a->src);
}

/* ---- byte order ----------------------------------------------------------------------- */

static void put_end(struct jit *jit, const struct alu *a)
{
	bool swap = BPF_CLASS(a->insn->code) == BPF_ALU64 ||
		    BPF_SRC(a->insn->code) == BPF_TO_BE;

	if (!swap && a->imm == 16)
		enc_rr(jit, OP_MOVZX16, a->dst, a->dst);
	else if (!swap && a->imm == 32 && !upper_dst(jit, a))
		enc_mov32(jit, a->dst, a->dst);
	if (!swap)
		return;
	enc_opreg(jit, OP_BSWAP | (a->imm == 64 ? OP_W : 0), a->dst);
	if (a->imm == 16)
		enc_rr_imm(jit, OP_SHIFT_IMM, X86_SHR, a->dst, 16, 1);
}

static void put_division(struct jit *jit, const struct alu *a)
{
	jit_divide(jit, a->pc);
}

/* ---- all of them ------------------------------------------------------------------------ */

typedef void (*put_alu)(struct jit *jit, const struct alu *a);

/* by BPF_OP() >> 4 */
static const put_alu operations[16] = {
	[BPF_ADD >> 4] = put_add,
	[BPF_SUB >> 4] = put_sub,
	[BPF_MUL >> 4] = put_mul,
	[BPF_DIV >> 4] = put_division,
	[BPF_OR >> 4] = put_or,
	[BPF_AND >> 4] = put_and,
	[BPF_LSH >> 4] = put_lsh,
	[BPF_RSH >> 4] = put_rsh,
	[BPF_NEG >> 4] = put_neg,
	[BPF_MOD >> 4] = put_division,
	[BPF_XOR >> 4] = put_xor,
	[BPF_MOV >> 4] = put_mov,
	[BPF_ARSH >> 4] = put_arsh,
	[BPF_END >> 4] = put_end,
};

/**
 * jit_alu() - arithmetic
 * @jit:	the compilation
 * @pc:		an instruction of class ALU or ALU64
 *
 * Return: slots written, 0 where there is no such operation.
 */
u32 jit_alu(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	u8 op = BPF_OP(insn->code);
	bool by_register = BPF_SRC(insn->code) == BPF_X && op != BPF_END && op != BPF_NEG;
	struct alu a = {
		.insn = insn,
		.pc = pc,
		.wide = BPF_CLASS(insn->code) == BPF_ALU64 ? OP_W : 0,
		.dst = jit_hw(jit, insn->dst_reg),
		.src = by_register ? jit_hw(jit, insn->src_reg) : HW_NONE,
		.imm = insn->imm,
	};
	put_alu put = operations[op >> 4];

	if (!put)
		return 0;
	put(jit, &a);
	return 1;
}
