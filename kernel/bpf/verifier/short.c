// SPDX-License-Identifier: GPL-2.0-only
/*
 * Short loops: their turns are walked one by one though a state may be found that covers them
 * all (induct.c). Walking them knows more: every number is what it is in that turn. And it
 * is no dearer where a register moves by a constant each turn to a bound that the loop is
 * left by, and so many turns, if they are like the first ones, are few instructions.
 *
 * A counter in 32 bits that compilers let go down from 0 wraps in its first turn,
 *
 *	w1 = 0			0, 0xffffffff, 0xfffffffe ..
 *	w1 += -1
 *
 * and moves by the same in all others: that turn, too, is walked by itself.
 *
 * This is a matter of cost alone: what is walked is always right. However many paths there
 * are, the limit is on all that was visited since the first of them came into the loop.
 *
 * Layer V6. Tests: cases/loop/short-*.bpft.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/types.h>
#include "../insn.h"
#include "pass.h"
#include "walk.h"

/* instructions visited since the path came into the loop, with those of the turns to come */
#define MOST_SHORT	80

/* what register @n was one turn ago, or NULL */
static const struct bv_reg *find_reg(const struct bv_checkpoint *old, u32 n)
{
	if (!(old->regs >> n & 1))
		return NULL;
	return &old->reg[hweight16(old->regs & (BIT(n) - 1))];
}

/* the distance that a turn moved a number by: 0 none, or not known */
static u64 find_step(const struct bv_reg *old, const struct bv_reg *cur)
{
	if (!old || old->kind != BV_SCALAR || cur->kind != BV_SCALAR ||
	    !bv_scalar_is_const(old->val) || !bv_scalar_is_const(cur->val))
		return 0;
	return cur->val.bits.value - old->val.bits.value;
}

/* what the jump compares @cur with, if that is known */
static bool find_bound(const struct bpf_insn *insn, const struct bv_state *st, u64 *bound)
{
	const struct bv_reg *src = &st->reg[insn->src_reg];

	if (BPF_SRC(insn->code) == BPF_K) {
		*bound = (s64)insn->imm;
		return true;
	}
	if (src->kind != BV_SCALAR || !bv_scalar_is_const(src->val))
		return false;
	*bound = src->val.bits.value;
	return true;
}

/*
 * Turns that are left until the jump at @pc, by which the loop is left, decides otherwise: 0
 * where the last one made that sure, U64_MAX where nothing tells.
 */
static u64 turns_left(const struct bv_env *env, const struct bv_checkpoint *old,
		      const struct bv_state *st, u32 pc)
{
	const struct bpf_insn *insn = &env->insns[pc];
	const struct bv_reg *cur = &st->reg[insn->dst_reg];
	s64 step = find_step(find_reg(old, insn->dst_reg), cur), way;
	u64 bound;

	if (!step || !find_bound(insn, st, &bound))
		return U64_MAX;
	way = bound - cur->val.bits.value;
	if (BPF_CLASS(insn->code) == BPF_JMP32) {
		step = (s32)step;
		way = (s32)way;
	}
	if (step < 0) {
		step = -(u64)step;
		way = -(u64)way;
	}
	if (way < 0)
		return -(u64)way <= (u64)step ? 0 : U64_MAX;
	return step ? div64_u64(way, step) : U64_MAX;
}

/*
 * Is there a jump by which the loop is left after so few turns that all together are few
 * instructions, if the others are like those up to now? Most likely it is the last one.
 */
static bool is_short(const struct bv_env *env, const struct bv_checkpoint *old,
		     const struct bv_state *st, u32 visited)
{
	u32 number = env->info[env->pc].loop, pc;
	const struct bv_loop *loop = bv_loop(env, number);
	u64 turns;

	for (pc = loop->last + 1; pc-- > loop->first;) {
		if (!bv_loop_branches(env, pc, number) || !bv_loop_left(env, pc, number))
			continue;
		turns = turns_left(env, old, st, pc);
		if (turns < MOST_SHORT &&
		    visited + turns * visited / (old->turn + 1) < MOST_SHORT)
			return true;
	}
	return false;
}

/* did some register of 32 bits wrap in its first turn? */
static bool is_wrapped(const struct bv_checkpoint *old, const struct bv_state *st)
{
	const struct bv_reg *reg = old->reg;
	u32 regs;
	s64 step;

	for (regs = old->regs; regs; regs &= regs - 1, reg++) {
		step = find_step(reg, &st->reg[__ffs(regs)]);
		if ((step > S32_MAX || step < S32_MIN) && bv_scalar_umax(reg->val) <= U32_MAX &&
		    bv_scalar_umax(st->reg[__ffs(regs)].val) <= U32_MAX)
			return true;
	}
	return false;
}

/**
 * bv_short() - is the next turn of a loop to be walked by itself?
 * @env:	the check; env->pc is the head
 * @old:	the state there a turn ago
 * @st:		the state that came back, which @old does not cover
 */
bool bv_short(const struct bv_env *env, const struct bv_checkpoint *old,
	      const struct bv_state *st)
{
	u32 visited = env->stats.visited - old->begun;

	if (old->rounds)
		return false;
	if (!old->turn && is_wrapped(old, st))
		return true;
	return visited < MOST_SHORT && is_short(env, old, st, visited);
}
