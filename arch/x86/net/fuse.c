// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two or three instructions of the program that are one of the machine's, where all
 * operands are registers or constants; those with memory are in fuse_mem.c.
 *
 * Only inside a block: nobody jumps to an instruction that has gone into the one before.
 * A register that is no longer written has to be dead behind the last of them.
 *
 * Layer K5; builds in user space too. Tests: the fuzzers of tools/bpf/verify.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include "../../../kernel/bpf/flow.h"
#include "encode.h"
#include "fuse.h"
#include "host.h"

/* ---- what instructions are ---------------------------------------------------------- */

static u32 width_of(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64 ? OP_W : 0;
}

static bool is_by_register(const struct bpf_insn *insn)
{
	return BPF_SRC(insn->code) == BPF_X;
}

/* ---- dst = src; dst op= operand ------------------------------------------------------ */

/* @s + @disp to @d */
static void put_sum(struct jit *jit, u32 wide, u8 d, u8 s, s32 disp)
{
	enc_rm(jit, OP_LEA | wide, d, mem_at(s, disp));
}

/* lea cannot have rbp or r13 as base without a byte more, but any as index */
static void put_sum_of_two(struct jit *jit, u32 wide, u8 d, u8 a, u8 b)
{
	if ((a & 7) == HW_BP)
		enc_rm(jit, OP_LEA | wide, d, mem_index(b, a, 0, 0));
	else
		enc_rm(jit, OP_LEA | wide, d, mem_index(a, b, 0, 0));
}

static bool put_move_mul(struct jit *jit, u32 wide, u8 d, u8 s, s32 imm)
{
	if (imm == 3 || imm == 5 || imm == 9)
		enc_rm(jit, OP_LEA | wide, d, mem_index(s, s, ilog2(imm - 1), 0));
	else if (imm > 0 && is_power_of_2(imm))
		return false;
	else if (!imm || imm == -1)
		return false;
	else if (fits_s8(imm))
		enc_rr_imm(jit, OP_IMUL_IMM8 | wide, d, s, imm, 1);
	else
		enc_rr_imm(jit, OP_IMUL_IMM | wide, d, s, imm, 4);
	return true;
}

static bool put_move_and(struct jit *jit, u32 wide, u8 d, u8 s, s32 imm)
{
	if (imm == 0xff)
		enc_rr(jit, OP_MOVZX8, d, s);
	else if (imm == 0xffff)
		enc_rr(jit, OP_MOVZX16, d, s);
	else if (imm == -1 && !wide)
		enc_mov32(jit, d, s);
	else
		return false;
	return true;
}

static bool put_move_imm(struct jit *jit, const struct bpf_insn *op, u8 d, u8 s)
{
	u32 wide = width_of(op);

	switch (BPF_OP(op->code)) {
	case BPF_ADD:
		put_sum(jit, wide, d, s, op->imm);
		return true;
	case BPF_SUB:
		if (op->imm == S32_MIN)
			return false;
		put_sum(jit, wide, d, s, -op->imm);
		return true;
	case BPF_MUL:
		return put_move_mul(jit, wide, d, s, op->imm);
	case BPF_AND:
		return put_move_and(jit, wide, d, s, op->imm);
	case BPF_LSH:
		if ((op->imm & (wide ? 63 : 31)) != 1)
			return false;
		put_sum_of_two(jit, wide, d, s, s);
		return true;
	default:
		return false;
	}
}

static bool put_move_reg(struct jit *jit, const struct bpf_insn *op, u8 d, u8 s)
{
	/* the operand may be the destination, which has the value of @s by then */
	u8 x = op->src_reg == op->dst_reg ? s : jit_hw(jit, op->src_reg);
	enum x86_shift shift;

	switch (BPF_OP(op->code)) {
	case BPF_ADD:
		put_sum_of_two(jit, width_of(op), d, s, x);
		return true;
	case BPF_LSH:
		shift = X86_SHL;
		break;
	case BPF_RSH:
		shift = X86_SHR;
		break;
	case BPF_ARSH:
		shift = X86_SAR;
		break;
	default:
		return false;
	}
	if (!jit_host_has_bmi2())
		return false;
	enc_shift_by(jit, shift, width_of(op), d, s, x);
	return true;
}

/* dst = src; dst &= imm; if dst == 0 or dst != 0, and dst is not read any more */
static u32 fuse_test(struct jit *jit, const struct jit_pair *p)
{
	u32 at = jit_next(jit, p->next);
	const struct bpf_insn *branch = &jit->in->insns[at];
	u8 op;

	if (!at || BPF_OP(p->b->code) != BPF_AND || is_by_register(p->b) || !p->b->imm)
		return 0;
	op = BPF_OP(branch->code);
	if ((BPF_CLASS(branch->code) != BPF_JMP && BPF_CLASS(branch->code) != BPF_JMP32) ||
	    (op != BPF_JEQ && op != BPF_JNE) || is_by_register(branch) || branch->imm ||
	    branch->dst_reg != p->b->dst_reg || !jit_is_dead(jit, at, branch->dst_reg))
		return 0;
	if (BPF_CLASS(branch->code) == BPF_JMP32 && width_of(p->b) && p->b->imm < 0)
		return 0;
	jit_test_and_jump(jit, at, p->a->src_reg, width_of(p->b), p->b->imm,
			  op == BPF_JEQ);
	return at + 1 - p->pc;
}

/* ---- rotations ----------------------------------------------------------------------- */

/* @insn shifts by a constant, logically: how far left, of @wide's width; 0: it does not */
static u32 shifted_left(const struct bpf_insn *insn, u32 wide)
{
	u32 bits = wide ? 64 : 32, count = insn->imm & (bits - 1);

	if (BPF_CLASS(insn->code) != (wide ? BPF_ALU64 : BPF_ALU) || !count)
		return 0;
	switch (BPF_OP(insn->code) | BPF_SRC(insn->code)) {
	case BPF_LSH | BPF_K:
		return count;
	case BPF_RSH | BPF_K:
		return bits - count;
	default:
		return 0;
	}
}

/* bits that are not in both: one is as good as the other */
static bool is_union(const struct bpf_insn *insn, u32 wide)
{
	u8 op = BPF_OP(insn->code);

	return BPF_CLASS(insn->code) == (wide ? BPF_ALU64 : BPF_ALU) &&
	       is_by_register(insn) && (op == BPF_OR || op == BPF_XOR || op == BPF_ADD);
}

static bool is_copy_of(const struct bpf_insn *insn, u8 src, u32 wide)
{
	return (insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) ||
		(!wide && insn->code == (BPF_ALU | BPF_MOV | BPF_X))) &&
	       !insn->off && insn->src_reg == src && insn->dst_reg != src;
}

static void put_rotation(struct jit *jit, u32 wide, u8 dst, u8 src, u32 left)
{
	u32 bits = wide ? 64 : 32;

	if (dst == src) {
		enc_rr_imm(jit, OP_SHIFT_IMM | wide, X86_ROL, dst, left, 1);
	} else if (jit_host_has_bmi2()) {
		enc_rotate_right(jit, wide, dst, src, bits - left);
	} else {
		enc_mov64(jit, dst, src);
		enc_rr_imm(jit, OP_SHIFT_IMM | wide, X86_ROL, dst, left, 1);
	}
}

/*
 * one = src; one <<= n; two = src; two >>= bits - n; two |= one: as compilers of C write
 * rotations, in any order. Without the second move, @src itself is shifted. What is not
 * the result is not read any more.
 */
static u32 fuse_rotation(struct jit *jit, const struct jit_pair *p)
{
	u32 wide = width_of(p->b), left = shifted_left(p->b, wide), at = p->next;
	const struct bpf_insn *insns = jit->in->insns;
	u8 src = p->a->src_reg, one = p->a->dst_reg, two = src, rest;

	if (!left || !is_copy_of(p->a, src, wide))
		return 0;
	at = jit_next(jit, at);
	if (at && is_copy_of(&insns[at], src, wide)) {
		two = insns[at].dst_reg;
		at = jit_next(jit, at);
	}
	/* the other way, and together all bits */
	if (!at || two == one || insns[at].dst_reg != two ||
	    BPF_OP(insns[at].code) == BPF_OP(p->b->code) ||
	    shifted_left(&insns[at], wide) != left)
		return 0;
	at = jit_next(jit, at);
	if (!at || !is_union(&insns[at], wide))
		return 0;
	rest = insns[at].src_reg;
	if (!(insns[at].dst_reg == one && rest == two) &&
	    !(insns[at].dst_reg == two && rest == one))
		return 0;
	if (!jit_is_dead(jit, at, rest))
		return 0;
	put_rotation(jit, wide, jit_hw(jit, insns[at].dst_reg), jit_hw(jit, src), left);
	return at + 1 - p->pc;
}

static u32 fuse_move(struct jit *jit, const struct jit_pair *p)
{
	u8 d = jit_hw(jit, p->a->dst_reg), s = jit_hw(jit, p->a->src_reg);
	u8 class = BPF_CLASS(p->b->code);
	u32 done;

	if (p->a->off || p->pc == jit->plan.entry_move || p->b->dst_reg != p->a->dst_reg ||
	    (class != BPF_ALU && class != BPF_ALU64))
		return 0;
	done = fuse_rotation(jit, p);
	if (done)
		return done;
	/* 32 bits moved, then 64 of them used */
	if (class == BPF_ALU64 && !width_of(p->a) && !jit_upper_known(jit, p->a->src_reg))
		return 0;
	done = fuse_test(jit, p);
	if (done)
		return done;
	if (d == s)
		return 0;
	if (is_by_register(p->b) ? put_move_reg(jit, p->b, d, s) :
	    put_move_imm(jit, p->b, d, s))
		return 2;
	return 0;
}

/* ---- dst = imm; dst += src ----------------------------------------------------------- */

static u32 fuse_constant(struct jit *jit, const struct jit_pair *p)
{
	u32 wide = width_of(p->b);

	if (p->b->dst_reg != p->a->dst_reg || p->b->src_reg == p->a->dst_reg ||
	    BPF_OP(p->b->code) != BPF_ADD || !is_by_register(p->b) ||
	    (BPF_CLASS(p->b->code) != BPF_ALU && BPF_CLASS(p->b->code) != BPF_ALU64))
		return 0;
	if (wide && !width_of(p->a) && p->a->imm < 0)
		return 0;
	put_sum(jit, wide, jit_hw(jit, p->a->dst_reg), jit_hw(jit, p->b->src_reg),
		p->a->imm);
	return 2;
}

/* ---- shifts ---------------------------------------------------------------------------- */

/* left and right again by as much: the low bits, with or without their sign; 0: none */
static u32 extension(u32 bits, u32 wide, bool is_signed)
{
	switch (bits) {
	case 8:
		return is_signed ? OP_MOVSX8 | wide : OP_MOVZX8;
	case 16:
		return is_signed ? OP_MOVSX16 | wide : OP_MOVZX16;
	case 32:
		return is_signed ? OP_MOVSX32 : OP_MOV_LOAD;
	default:
		return 0;
	}
}

/* a <<= 1, 2 or 3; a += b, or b += a where a is not read any more */
static u32 fuse_scaled(struct jit *jit, const struct jit_pair *p, u32 wide, u32 count)
{
	u8 scaled = p->a->dst_reg, dst = p->b->dst_reg, other = p->b->src_reg;

	if (BPF_OP(p->b->code) != BPF_ADD || !is_by_register(p->b) || count > 3 ||
	    dst == other)
		return 0;
	if (other == scaled && jit_is_dead(jit, p->next, scaled))
		other = dst;
	else if (dst != scaled)
		return 0;
	enc_rm(jit, OP_LEA | wide, jit_hw(jit, dst),
	       mem_index(jit_hw(jit, other), jit_hw(jit, scaled), count, 0));
	return 2;
}

static u32 fuse_shifts(struct jit *jit, const struct jit_pair *p)
{
	u8 d = jit_hw(jit, p->a->dst_reg);
	u32 wide = width_of(p->a), count = p->a->imm & (wide ? 63 : 31);
	bool is_signed = BPF_OP(p->b->code) == BPF_ARSH;
	u32 op, done;

	if (BPF_CLASS(p->a->code) != BPF_CLASS(p->b->code) || !count)
		return 0;
	done = fuse_scaled(jit, p, wide, count);
	if (done || p->a->dst_reg != p->b->dst_reg)
		return done;
	if (is_by_register(p->b) || p->b->imm != p->a->imm ||
	    (BPF_OP(p->b->code) != BPF_RSH && !is_signed))
		return 0;
	op = extension((wide ? 64 : 32) - count, wide, is_signed);
	if (!op)
		return 0;
	enc_rr(jit, op, d, d);
	return 2;
}

/* dst >>= src; if dst & 1, and dst is not read any more */
static u32 fuse_bit(struct jit *jit, const struct jit_pair *p)
{
	const struct bpf_insn *branch = p->b;
	u8 class = BPF_CLASS(branch->code);

	if ((class != BPF_JMP && class != BPF_JMP32) || BPF_OP(branch->code) != BPF_JSET ||
	    is_by_register(branch) || branch->imm != 1 ||
	    branch->dst_reg != p->a->dst_reg ||
	    !jit_is_dead(jit, p->next, branch->dst_reg))
		return 0;
	enc_rr(jit, OP_BT | width_of(p->a), jit_hw(jit, p->a->src_reg),
	       jit_hw(jit, p->a->dst_reg));
	jit_jump_if(jit, p->next, CC_B);
	return 2;
}

/* ---- all of them ------------------------------------------------------------------------- */

static u32 fuse_alu(struct jit *jit, const struct jit_pair *p)
{
	switch (BPF_OP(p->a->code) | BPF_SRC(p->a->code)) {
	case BPF_MOV | BPF_X:
		return fuse_move(jit, p);
	case BPF_MOV | BPF_K:
		return fuse_constant(jit, p) ?: jit_fuse_store(jit, p);
	case BPF_LSH | BPF_K:
		return fuse_shifts(jit, p);
	case BPF_RSH | BPF_X:
		return fuse_bit(jit, p);
	case BPF_END | BPF_X:
	case BPF_END | BPF_K:
		return jit_fuse_store(jit, p);
	default:
		return 0;
	}
}

/**
 * jit_fuse() - write instructions that go together as one
 * @jit:	the compilation
 * @pc:		the first of them; jit_may_fuse()
 *
 * Return: slots written, 0 where nothing goes together.
 */
u32 jit_fuse(struct jit *jit, u32 pc)
{
	struct jit_pair p = { .pc = pc, .a = &jit->in->insns[pc] };

	p.next = jit_next(jit, pc);
	if (!p.next)
		return 0;
	p.b = &jit->in->insns[p.next];
	if (BPF_CLASS(p.a->code) == BPF_LDX)
		return jit_fuse_load(jit, &p);
	return fuse_alu(jit, &p);
}
