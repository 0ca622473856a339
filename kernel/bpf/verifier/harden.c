// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of those who may not see kernel memory, against guesses of the processor. What
 * the walk proves holds for what is executed; a processor runs ahead on a guess, with
 * values that no path has, and what it touches then can be told by time. So:
 *
 *	number that moves	is cut to the range that the walk saw, without a branch:
 *	a pointer		a guess that a test passed cannot take it further
 *	paths disagree on	speculation is held back before the instruction: on the range, on
 *	that number		which register is the pointer, on whether there is one
 *	arm that a path		begins with a barrier, if another path takes it: it was
 *	cannot take		checked with other kinds of values than this one has
 *	arm where a pointer	begins with a barrier: the pointer is the number 0 there and
 *	is NULL			an address if the guess is wrong
 *	store of a pointer,	is followed by a barrier: a load must not get what was there
 *	or to fresh stack	before, an address taken for a number or a number for one
 *	memory of a size that	speculation is held back before the call
 *	is not constant
 *
 * An arm that no path takes is no jump any more (trim.c). What the walk noted is in struct
 * bv_insn_info; a path that ends early is covered by one that was walked, whose ranges and
 * kinds include its own, so that nothing is missing.
 *
 * It must not change what a program computes. Layer V7.
 * Tests: cases/rewrite/guess-*.bpft, tools/bpf/verify/fuzz_oracle runs what comes out.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../insn.h"
#include "rewrite.h"
#include "width.h"

#define MASK_BOTH	(BV_HARDEN_MASK_SRC | BV_HARDEN_MASK_DST)

static u32 emit_barrier(struct bpf_insn *out)
{
	*out = (struct bpf_insn){ .code = BPF_ST | BPF_NOSPEC };
	return 1;
}

static struct bpf_insn by_reg(u8 op, u8 dst, u8 src)
{
	return (struct bpf_insn){
		.code = BPF_ALU64 | op | BPF_X, .dst_reg = dst, .src_reg = src,
	};
}

static struct bpf_insn by_imm(u8 op, u8 dst, s32 imm)
{
	return (struct bpf_insn){ .code = BPF_ALU64 | op | BPF_K, .dst_reg = dst, .imm = imm };
}

/*
 * Number @reg stays if it is one of @lo..@hi and becomes @lo otherwise:
 *
 *	reg -= lo
 *	ax = (hi - lo - reg) | reg		negative if reg is beyond either end
 *	ax = ax s>> 63 & reg			what is too much, or 0
 *	reg ^= ax
 *	reg += lo
 */
static u32 emit_mask(struct bpf_insn *out, u8 reg, s64 lo, s64 hi)
{
	u32 n = 0;

	if (lo == hi) {
		out[n++] = by_imm(BPF_MOV, reg, lo);
		return n;
	}
	if (lo)
		out[n++] = by_imm(BPF_SUB, reg, lo);
	out[n++] = by_imm(BPF_MOV, BPF_REG_AX, hi - lo);
	out[n++] = by_reg(BPF_SUB, BPF_REG_AX, reg);
	out[n++] = by_reg(BPF_OR, BPF_REG_AX, reg);
	out[n++] = by_imm(BV_SEEDED(87, BPF_ARSH, BPF_RSH), BPF_REG_AX, 63);
	out[n++] = by_reg(BPF_AND, BPF_REG_AX, reg);
	out[n++] = by_reg(BPF_XOR, reg, BPF_REG_AX);
	if (lo)
		out[n++] = by_imm(BPF_ADD, reg, lo);
	return n;
}

/* can a number be cut here, whatever path it is on? */
static bool is_agreed(u8 harden, struct bv_moved by)
{
	if ((harden & MASK_BOTH) == MASK_BOTH ||
	    harden & (BV_HARDEN_NUMBERS | BV_HARDEN_DIFFERS))
		return false;
	return by.lo >= S32_MIN + 1LL && by.hi <= S32_MAX && by.hi - by.lo <= S32_MAX;
}

/**
 * bv_harden_before() - what goes ahead of an instruction
 * @env:	the check, accepted
 * @pc:		the instruction
 * @out:	takes at most BV_HARDEN_MOST instructions
 *
 * A number that is constant on every way has become an immediate by now (fold.c), and
 * nobody can guess it wrong.
 *
 * Return: how many.
 */
u32 bv_harden_before(const struct bv_env *env, u32 pc, struct bpf_insn *out)
{
	const struct bv_insn_info *info = &env->info[pc];
	const struct bpf_insn *insn = &env->insns[pc];
	bool src = info->harden & BV_HARDEN_MASK_SRC;
	struct bv_moved by;

	if (info->harden & BV_HARDEN_BEFORE)
		return BV_SEEDED(81, emit_barrier(out), 0);
	if (!(info->harden & MASK_BOTH) || BPF_SRC(insn->code) != BPF_X)
		return 0;
	by = env->moved[pc];
	if (!is_agreed(info->harden, by))
		return BV_SEEDED(82, emit_barrier(out), 0);
	return BV_SEEDED(83, emit_mask(out, src ? insn->src_reg : insn->dst_reg, by.lo, by.hi), 0);
}

/**
 * bv_harden_after() - what goes behind an instruction
 * @env:	the check, accepted
 * @pc:		the instruction
 * @out:	takes at most BV_HARDEN_MOST instructions
 *
 * Return: how many.
 */
u32 bv_harden_after(const struct bv_env *env, u32 pc, struct bpf_insn *out)
{
	return env->info[pc].harden & BV_SEEDED(84, BV_HARDEN_AFTER, 0) ? emit_barrier(out) : 0;
}

/**
 * bv_harden_arms() - arms of a jump that must not begin on a guess
 * @env:	the check, accepted
 * @pc:		the jump
 *
 * Return: BV_ARM_*, of those that are still there.
 */
u8 bv_harden_arms(const struct bv_env *env, u32 pc)
{
	const struct bv_insn_info *info = &env->info[pc];

	if (bpf_insn_form(env->insns[pc].code)->class != BPF_IC_BRANCH)
		return 0;
	return (BV_SEEDED(85, info->barred, 0) | BV_SEEDED(86, info->nulled, 0)) & info->arms;
}
