// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which values may come to decide something: whether a jump is taken, where an access
 * goes, how large what a helper gets is, whether a result will do. All others may be any
 * number, and where a path comes back to a loop's head they need not be what they were.
 *
 *	strict before i = what i itself decides by
 *			+ what it makes a strict value behind i from
 *			+ (strict behind i - what i writes)
 *
 * in the same order as liveness (live.c), and without knowing any value. precise.c finds
 * out later, exactly, what did decide; a loop cannot wait for that. Where it finds what
 * this room did not foresee, such as arithmetic on a pointer that nobody uses, the walk
 * adds it here and starts again.
 *
 * Layer V3. Tests: cases/loop/strict-*.bpft.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../insn.h"
#include "live.h"
#include "pass.h"

#define CALLER_SAVED	0x3f	/* R0 to R5, which calls and packet loads destroy */
#define ARGUMENTS	0x3e	/* R1 to R5 */

/* strict values */
struct strict {
	u16		regs;
	struct bv_units	units;
};

/**
 * struct sweep - this pass
 * @env:	the check
 * @touch:	of each instruction the bytes of the stack it touches, or NULL
 * @hi:		of each instruction strict.units.hi; the rest is in env->strict
 * @changed:	something became strict at a loop's head since the loop was looked at
 */
struct sweep {
	struct bv_env		*env;
	const struct bv_touch	*touch;
	u64			*hi;
	bool			changed;
};

static struct strict strict_at(const struct sweep *sw, u32 pc)
{
	const struct bv_deps *s = &sw->env->strict[pc];

	return (struct strict){ s->regs, { s->slots, sw->hi[pc] } };
}

static void add(struct strict *to, struct strict more)
{
	to->regs |= more.regs;
	to->units.lo |= more.units.lo;
	to->units.hi |= more.units.hi;
}

/* the stack that an access at @pc may be to, all of it where that is not known */
static struct bv_units units_at(const struct sweep *sw, u32 pc, bool inside)
{
	static const struct bv_units all = { U64_MAX, U64_MAX };
	static const struct bv_units none;

	if (!sw->touch)
		return none;
	if (sw->touch[pc].maybe)
		return inside ? none : all;
	return bv_units_of(sw->touch[pc], inside);
}

static bool meets(struct bv_units a, struct bv_units b)
{
	return (a.lo & b.lo) || (a.hi & b.hi);
}

/* dst = dst op src: both make the result, or src alone does */
static void before_alu(const struct bpf_insn *insn, struct strict *s)
{
	u8 op = BPF_OP(insn->code);
	bool by_reg = BPF_SRC(insn->code) == BPF_X && op != BPF_NEG && op != BPF_END;

	if (!(s->regs & BIT(insn->dst_reg)))
		return;
	if (op == BPF_MOV)
		s->regs &= ~BIT(insn->dst_reg);
	if (by_reg)
		s->regs |= BIT(insn->src_reg);
}

static void before_load(const struct sweep *sw, u32 pc, struct strict *s)
{
	const struct bpf_insn *insn = &sw->env->insns[pc];

	if (s->regs & BIT(insn->dst_reg))
		add(s, (struct strict){ 0, units_at(sw, pc, false) });
	s->regs &= ~BIT(insn->dst_reg);
	s->regs |= BIT(insn->src_reg);
}

static void before_store(const struct sweep *sw, u32 pc, struct strict *s)
{
	const struct bpf_insn *insn = &sw->env->insns[pc];
	struct bv_units gone = units_at(sw, pc, true);
	bool kept = meets(s->units, units_at(sw, pc, false));

	s->units.lo &= ~gone.lo;
	s->units.hi &= ~gone.hi;
	s->regs |= BIT(insn->dst_reg);
	if (kept && BPF_CLASS(insn->code) == BPF_STX)
		s->regs |= BIT(insn->src_reg);
}

/* what is read and what is written are the same bytes, and the result is either */
static void before_atomic(const struct sweep *sw, u32 pc, struct strict *s)
{
	const struct bpf_insn *insn = &sw->env->insns[pc];
	struct bv_units units = units_at(sw, pc, false);
	u16 result = insn->imm == BPF_CMPXCHG ? BIT(BPF_REG_0) : BIT(insn->src_reg);

	if (meets(s->units, units) || s->regs & result) {
		add(s, (struct strict){ result, units });
		s->regs |= BIT(insn->src_reg);
	}
	s->regs |= BIT(insn->dst_reg);
}

/* a helper may ask for a certain number wherever it does not take just any */
static u16 strict_args(const struct bpf_func_proto *proto)
{
	u16 regs = 0;
	u32 n;

	for (n = 0; n < ARRAY_SIZE(proto->arg); n++)
		if (proto->arg[n] != BPF_ARG_NONE && proto->arg[n] != BPF_ARG_ANY &&
		    proto->arg[n] != BPF_ARG_SCALAR)
			regs |= BIT(BPF_REG_1 + n);
	return regs;
}

/* functions have been looked at before those who call them */
static void before_call(const struct sweep *sw, u32 pc, struct strict *s)
{
	const struct bv_env *env = sw->env;

	s->regs &= ~CALLER_SAVED;
	if (!bpf_insn_calls_func(&env->insns[pc])) {
		s->regs |= strict_args(env->info[pc].proto);
		return;
	}
	s->regs |= env->strict[bv_callee(env, pc)].regs & ARGUMENTS;
	add(s, (struct strict){ 0, units_at(sw, pc, false) });
}

/* of a function the caller may want to know it exactly */
static bool result_counts(const struct bv_env *env, u32 pc)
{
	if (pc >= env->funcs[0].end)
		return true;
	return env->type->ret_min != S32_MIN || env->type->ret_max != S32_MAX;
}

/* makes @s, strict behind the instruction, what is strict before it */
static void step_back(const struct sweep *sw, u32 pc, struct strict *s)
{
	const struct bpf_insn *insn = &sw->env->insns[pc];

	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
		before_alu(insn, s);
		break;
	case BPF_IC_CONST:
		s->regs &= ~BIT(insn->dst_reg);
		break;
	case BPF_IC_LOAD:
		before_load(sw, pc, s);
		break;
	case BPF_IC_STORE:
		before_store(sw, pc, s);
		break;
	case BPF_IC_ATOMIC:
		before_atomic(sw, pc, s);
		break;
	case BPF_IC_BRANCH:
		s->regs |= BIT(insn->dst_reg);
		if (BPF_SRC(insn->code) == BPF_X)
			s->regs |= BIT(insn->src_reg);
		break;
	case BPF_IC_CALL:
		before_call(sw, pc, s);
		break;
	case BPF_IC_PACKET:
		s->regs &= ~CALLER_SAVED;
		break;
	case BPF_IC_EXIT:
		if (result_counts(sw->env, pc))
			s->regs |= BIT(BPF_REG_0);
		break;
	}
}

static void find_strict(struct sweep *sw, u32 pc)
{
	struct bv_env *env = sw->env;
	const struct bpf_insn *insn = &env->insns[pc];
	u8 class = bpf_insn_form(insn->code)->class;
	struct strict old = strict_at(sw, pc), s = {};

	if (class == BPF_IC_JUMP || class == BPF_IC_BRANCH)
		add(&s, strict_at(sw, pc + 1 + bpf_insn_jump(insn)));
	if (class != BPF_IC_JUMP && class != BPF_IC_EXIT)
		add(&s, strict_at(sw, pc + (class == BPF_IC_CONST ? 2 : 1)));
	step_back(sw, pc, &s);
	if (env->info[pc].head)
		sw->changed |= old.regs != s.regs || old.units.lo != s.units.lo ||
			       old.units.hi != s.units.hi;
	env->strict[pc] = (struct bv_deps){ .slots = s.units.lo, .regs = s.regs };
	sw->hi[pc] = s.units.hi;
}

/**
 * bv_strict() - find what may come to decide something
 * @env:	the check, within bv_live(); env->strict is filled in
 * @touch:	of each instruction the bytes of the stack it touches; NULL where none does
 *
 * Time is linear in the program, times the depth of its loops.
 *
 * Return: 0 or -ENOMEM.
 */
int bv_strict(struct bv_env *env, const struct bv_touch *touch)
{
	struct bv_mark mark = bv_pool_mark(&env->pool);
	struct sweep sw = { .env = env, .touch = touch };
	u32 k, pc;

	sw.hi = bv_pool_take(&env->pool, env->count * sizeof(*sw.hi));
	if (!sw.hi)
		return -ENOMEM;
	/* only where a turn ends is something looked at before it is known */
	for (k = 0; k < env->loop_count; k++) {
		pc = env->loops[k].head;
		env->strict[pc] = (struct bv_deps){};
		sw.hi[pc] = 0;
	}
	for (k = 0; k < env->insn_count; k = bv_next_backward(env, k, &sw.changed))
		find_strict(&sw, env->info[k].post);
	for (k = 0; k < env->insn_count; k++) {
		pc = env->info[k].post;
		env->strict[pc].slots |= sw.hi[pc];
	}
	bv_pool_release(&env->pool, mark);
	return 0;
}
