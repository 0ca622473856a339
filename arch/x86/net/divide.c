// SPDX-License-Identifier: GPL-2.0-only
/*
 * Division and remainder: RFC 9669 section 4.1. Dividing by zero gives zero, the
 * remainder is the dividend then; the most negative number by -1 is itself, remainder
 * zero. The machine would trap on each of these.
 *
 * The machine divides rdx:rax, so both are cleared away first, but only if something in
 * them is needed later. By constants it is shifts, masks and multiplication.
 *
 * Layer K5; builds in user space too. Tests: every pair of registers, with operands at
 * the edges, against the model in tools/bpf/verify.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include "encode.h"

#define OP_CDQ	0x99

/**
 * struct division - a division on its way
 * @pc:		index of the instruction
 * @wide:	OP_W or 0
 * @dst:	machine register of the dividend and the result
 * @src:	of the divisor; HW_NONE: it is @imm
 * @imm:	the constant, not zero
 * @is_signed:	it is signed
 * @mod:	the remainder is wanted
 * @upper:	the upper half of @dst is known to be zero
 */
struct division {
	u32	pc;
	u32	wide;
	u8	dst;
	u8	src;
	s32	imm;
	bool	is_signed;
	bool	mod;
	bool	upper;
};

static bool is_division(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_ALU || class == BPF_ALU64) && (op == BPF_DIV || op == BPF_MOD);
}

/* the constant divisor as it is used, where that is a number without sign */
static u64 unsigned_divisor(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64 ? (u64)(s64)insn->imm : (u32)insn->imm;
}

/**
 * struct magic - x / divisor is x * @factor >> @shift, for all x of 32 bits
 * @factor:	32 bits, so that nothing is lost of the product in 64
 * @shift:	32 to 63
 */
struct magic {
	u64	factor;
	u32	shift;
};

/*
 * The factor is 2^shift / divisor, rounded up; that is exact enough if it exceeds it by
 * 2^-32 at most, taken times the divisor (Granlund and Montgomery 1994, theorem 4.2).
 * Some divisors would need a factor of 33 bits: false.
 */
static bool find_magic(u32 divisor, struct magic *magic)
{
	u32 shift;

	for (shift = 32; shift < 64; shift++) {
		u64 power = 1ULL << shift;
		u64 factor = div_u64(power - 1, divisor) + 1;

		if (factor > U32_MAX)
			return false;
		if (factor * divisor - power > power >> 32)
			continue;
		*magic = (struct magic){ .factor = factor, .shift = shift };
		return true;
	}
	return false;
}

/* by a constant that takes a shift, a mask, or nothing at all */
static bool is_easy(const struct bpf_insn *insn)
{
	if (insn->off)
		return insn->imm >= -1 && insn->imm <= 1;
	return !insn->imm || is_power_of_2(unsigned_divisor(insn));
}

/* a constant divides a number of 32 bits without sign */
static bool is_by_magic(const struct bpf_insn *insn, struct magic *magic)
{
	return BPF_SRC(insn->code) == BPF_K && !insn->off && insn->imm &&
	       find_magic(insn->imm, magic);
}

/**
 * jit_is_hard_division() - does an instruction divide with rax and rdx?
 * @insn:	any instruction
 *
 * Return: false for all but divisions, and for those by constants that are easier.
 */
bool jit_is_hard_division(const struct bpf_insn *insn)
{
	struct magic magic;

	if (!is_division(insn))
		return false;
	if (BPF_SRC(insn->code) == BPF_X)
		return true;
	if (is_easy(insn))
		return false;
	return BPF_CLASS(insn->code) == BPF_ALU64 || !is_by_magic(insn, &magic);
}

/* ---- constants that are easy ------------------------------------------------------- */

static void put_unchanged(struct jit *jit, const struct division *d)
{
	if (!d->wide && !d->upper)
		enc_mov32(jit, d->dst, d->dst);
}

static void put_mask(struct jit *jit, const struct division *d, u64 mask)
{
	if (mask == 0xff)
		enc_rr(jit, OP_MOVZX8, d->dst, d->dst);
	else if (mask == 0xffff)
		enc_rr(jit, OP_MOVZX16, d->dst, d->dst);
	else
		enc_alu_imm(jit, X86_AND, 0, d->dst, mask);
}

static void put_easy(struct jit *jit, const struct division *d, u64 divisor)
{
	bool none_left = d->imm && (d->is_signed || divisor == 1);

	if (d->mod ? none_left : !d->imm)
		enc_zero(jit, d->dst);
	else if (!d->imm || divisor == 1)
		put_unchanged(jit, d);
	else if (d->is_signed)
		enc_rr(jit, OP_GROUP3 | d->wide, X86_NEG, d->dst);
	else if (d->mod)
		put_mask(jit, d, divisor - 1);
	else
		enc_rr_imm(jit, OP_SHIFT_IMM | d->wide, X86_SHR, d->dst, ilog2(divisor), 1);
}

/* ---- constants that multiply --------------------------------------------------------- */

/* @to = @from, of 32 bits, divided; JIT_TEMP is lost */
static void put_quotient(struct jit *jit, u8 to, u8 from, const struct magic *magic)
{
	u8 temp = jit_hw(jit, JIT_TEMP);

	if (magic->factor <= S32_MAX) {
		enc_rr_imm(jit, OP_IMUL_IMM | OP_W, to, from, magic->factor, 4);
	} else {
		enc_const(jit, temp, magic->factor);
		enc_rr(jit, OP_IMUL | OP_W, to, to == temp ? from : temp);
	}
	enc_rr_imm(jit, OP_SHIFT_IMM | OP_W, X86_SHR, to, magic->shift, 1);
}

static void put_by_magic(struct jit *jit, const struct division *d,
			 const struct magic *magic)
{
	u8 temp = jit_hw(jit, JIT_TEMP);

	if (!d->upper)
		enc_mov32(jit, d->dst, d->dst);
	if (!d->mod) {
		put_quotient(jit, d->dst, d->dst, magic);
		return;
	}
	put_quotient(jit, temp, d->dst, magic);
	if (fits_s8(d->imm))
		enc_rr_imm(jit, OP_IMUL_IMM8, temp, temp, d->imm, 1);
	else
		enc_rr_imm(jit, OP_IMUL_IMM, temp, temp, d->imm, 4);
	enc_alu(jit, X86_SUB, 0, d->dst, temp);
}

/* ---- all others ---------------------------------------------------------------------- */

/**
 * struct kept - a register that was cleared away
 * @hw:		which, HW_NONE: there was no need
 * @in:		where it is, HW_NONE: on the stack
 */
struct kept {
	u8	hw;
	u8	in;
};

static struct kept keep(struct jit *jit, const struct division *d, u8 hw, u32 avoid)
{
	struct kept k = { .hw = HW_NONE };

	if (hw == d->dst || !jit_hw_needed(jit, d->pc, hw))
		return k;
	k.hw = hw;
	k.in = jit_spare(jit, d->pc, avoid | 1u << HW_AX | 1u << HW_DX);
	if (k.in == HW_NONE)
		enc_push(jit, hw);
	else
		enc_mov64(jit, k.in, hw);
	return k;
}

static void give_back(struct jit *jit, struct kept k)
{
	if (k.hw == HW_NONE)
		return;
	if (k.in == HW_NONE)
		enc_pop(jit, k.hw);
	else
		enc_mov64(jit, k.hw, k.in);
}

/* the machine's division; the divisor is neither zero nor, if it matters, -1 */
static void put_machine(struct jit *jit, const struct division *d)
{
	u8 by = d->src, temp = jit_hw(jit, JIT_TEMP);
	struct kept ax, dx;

	if (by == HW_NONE) {
		by = temp;
		enc_const(jit, by, d->wide ? (s64)d->imm : (u32)d->imm);
	} else if (by == HW_AX || by == HW_DX) {
		by = temp;
		enc_mov64(jit, by, d->src);
	}
	ax = keep(jit, d, HW_AX, 0);
	dx = keep(jit, d, HW_DX, ax.hw == HW_NONE || ax.in == HW_NONE ? 0 : 1u << ax.in);
	enc_mov64(jit, HW_AX, d->dst);
	if (d->is_signed)
		enc_opreg(jit, OP_CDQ | d->wide, 0);
	else
		enc_zero(jit, HW_DX);
	enc_rr(jit, OP_GROUP3 | d->wide, d->is_signed ? X86_IDIV : X86_DIV, by);
	enc_mov64(jit, d->dst, d->mod ? HW_DX : HW_AX);
	give_back(jit, dx);
	give_back(jit, ax);
}

/*
 * Divisors that the machine traps on: what comes behind label @go runs for all others.
 * Signed: with t = src + 1, the quotient is dst * src for src = 0 and -1, the remainder
 * dst * t.
 */
static void put_special(struct jit *jit, const struct division *d, u32 go, u32 done)
{
	u8 temp = jit_hw(jit, JIT_TEMP);

	if (d->is_signed) {
		enc_rm(jit, OP_LEA | d->wide, temp, mem_at(d->src, 1));
		enc_alu_imm(jit, X86_CMP, d->wide, temp, 1);
		jit_jump_to(jit, CC_A, go);
		enc_rr(jit, OP_IMUL | d->wide, d->dst, d->mod ? temp : d->src);
		jit_jump_to(jit, CC_ALWAYS, done);
		return;
	}
	enc_rr(jit, OP_TEST | d->wide, d->src, d->src);
	if (d->mod && (d->wide || d->upper)) {
		jit_jump_to(jit, CC_E, done);
		return;
	}
	jit_jump_to(jit, CC_NE, go);
	if (d->mod)
		enc_mov32(jit, d->dst, d->dst);
	else
		enc_zero(jit, d->dst);
	jit_jump_to(jit, CC_ALWAYS, done);
}

static void put_hard(struct jit *jit, const struct division *d)
{
	u32 go, done;

	if (d->src == HW_NONE) {
		put_machine(jit, d);
		return;
	}
	go = jit_label_new(jit);
	done = jit_label_new(jit);
	put_special(jit, d, go, done);
	jit_label_here(jit, go);
	put_machine(jit, d);
	jit_label_here(jit, done);
}

/**
 * jit_divide() - write a division or remainder
 * @jit:	the compilation
 * @pc:		index of the instruction
 */
void jit_divide(struct jit *jit, u32 pc)
{
	const struct bpf_insn *insn = &jit->in->insns[pc];
	struct magic magic;
	struct division d = {
		.pc = pc,
		.wide = BPF_CLASS(insn->code) == BPF_ALU64 ? OP_W : 0,
		.dst = jit_hw(jit, insn->dst_reg),
		.src = BPF_SRC(insn->code) == BPF_X ? jit_hw(jit, insn->src_reg) : HW_NONE,
		.imm = insn->imm,
		.is_signed = insn->off,
		.mod = BPF_OP(insn->code) == BPF_MOD,
		.upper = jit_upper_known(jit, insn->dst_reg),
	};

	/* of two numbers of 32 bits */
	if (d.wide && !d.is_signed && d.upper &&
	    (d.src == HW_NONE ? d.imm > 0 : jit_upper_known(jit, insn->src_reg)))
		d.wide = 0;
	if (BPF_SRC(insn->code) == BPF_K && is_easy(insn))
		put_easy(jit, &d, unsigned_divisor(insn));
	else if (!d.wide && is_by_magic(insn, &magic))
		put_by_magic(jit, &d, &magic);
	else
		put_hard(jit, &d);
}
