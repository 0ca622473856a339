// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits: how far numbers go in a loop. A conditional jump that leads out of it lets those
 * stay that are on one side of something, whatever that is in this turn:
 *
 *	head	i = N		N is the identity that the number has in this turn
 *	test	i + 1 < n	with n = 1 .. 64: N + 1 <= 63 if the loop goes on
 *	back	i = N + 1	hence i <= 63 is what the next turn begins with, at most
 *
 * By the identity it does not matter where in the turn the test is, nor in which register.
 * It is a guess all the same, for another way through the loop may have no test: grow.c
 * lets a number grow so far at first, and a turn from there shows whether that is all.
 *
 * It knows no state but the number that is tested. Layer V3. Tests: cases/loop/limit-*.bpft.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "../insn.h"
#include "limit.h"
#include "move.h"
#include "pass.h"

/* an end of the range that is none of all numbers, signed or not */
static bool find_end(u64 base, u64 end, u64 all, u64 *bound)
{
	u64 sign = all / 2 + 1;

	if (end != all && end != sign - 1)
		*bound = end;
	else if (base && base != sign)
		*bound = base;
	else
		return false;
	return true;
}

/*
 * The most, or the least, that a number may be where the jump is @taken or not and that decides
 * by order, whatever the number is; false where nothing is.
 */
static bool find_bound(const struct bpf_insn *insn, bool taken, bool second, struct scalar other,
		       u64 *bound)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_JMP;
	struct scalar r = is64 ? bv_scalar_any() : bv_scalar_bytes(4);
	u8 op = BPF_OP(insn->code);

	if (op == BPF_JSET || op == BPF_JEQ || op == BPF_JNE ||
	    !bv_scalar_refine(op, is64, taken, second ? &other : &r, second ? &r : &other))
		return false;
	if (is64)
		return find_end(r.r64.base, r.r64.base + r.r64.len, U64_MAX, bound);
	return find_end(r.r32.base, (u32)(r.r32.base + r.r32.len), U32_MAX, bound);
}

/* the number that those are not that stay; false where it is not known, or not such a jump */
static bool find_unequal(const struct bpf_insn *insn, bool taken, struct scalar other, u64 *bound)
{
	u8 op = BPF_OP(insn->code);

	*bound = other.bits.value;
	if (BPF_CLASS(insn->code) == BPF_JMP32)
		*bound = (u32)*bound;
	return op == (taken ? BPF_JNE : BPF_JEQ) && bv_scalar_is_const(other);
}

/* the place of a test's limit: where it was, or the one that was noted longest ago */
static struct bv_limit *find_place(struct bv_loop *loop, u32 pc)
{
	u32 i;

	for (i = 0; i < BV_LOOP_LIMITS; i++)
		if (loop->limit[i].id && loop->limit[i].pc == pc)
			return &loop->limit[i];
	return &loop->limit[loop->limits++ % BV_LOOP_LIMITS];
}

/**
 * bv_limit_note() - a conditional jump in a loop looks at a number
 * @env:	the check; env->pc is the jump
 * @r:		the number it tests, as it comes there
 * @other:	what it compares that with
 * @second:	@r is its second operand
 */
void bv_limit_note(struct bv_env *env, const struct bv_reg *r, struct scalar other, bool second)
{
	const struct bpf_insn *insn = &env->insns[env->pc];
	u32 number = env->info[env->pc].loop;
	bool taken, unequal;
	u64 bound;

	if (r->kind != BV_SCALAR || !r->id || !bv_loop_left(env, env->pc, number))
		return;
	/* by which arm the path stays in the loop */
	taken = !bv_loop_has(env, env->pc + 1, number);
	unequal = find_unequal(insn, taken, other, &bound);
	if (!unequal && !find_bound(insn, taken, second, other, &bound))
		return;
	*find_place(bv_loop(env, number), env->pc) = (struct bv_limit){
		.pc = env->pc, .id = r->id, .bound = bound - r->delta,
		.unequal = unequal, .is32 = BPF_CLASS(insn->code) == BPF_JMP32,
	};
}

/* the end of a range of moves that is further away from none */
static u64 furthest(struct range64 by)
{
	return (s64)by.base < 0 ? by.base : by.base + by.len;
}

/**
 * bv_limit_find() - how far may a number go?
 * @env:	the check
 * @number:	the loop
 * @old:	the number, or pointer, at its head
 * @cur:	what a turn made of it
 * @stops:	takes likely bounds of @cur, BV_LOOP_LIMITS at most; of a pointer, of its whole
 *		offset
 *
 * Return: how many.
 */
u32 bv_limit_find(const struct bv_env *env, u32 number, const struct bv_reg *old,
		  const struct bv_reg *cur, u64 *stops)
{
	const struct bv_loop *loop = bv_loop(env, number);
	u64 off = cur->kind == BV_SCALAR ? 0 : cur->off;
	struct range64 by;
	u32 i, count = 0;
	u64 stop;

	if (!bv_move_find(env, cur, bv_reg_name(old), &by))
		return 0;
	for (i = 0; i < BV_LOOP_LIMITS; i++) {
		const struct bv_limit *l = &loop->limit[i];

		if (l->id && l->id == bv_reg_name(cur))
			stop = l->bound + cur->delta;
		else if (l->id && l->id == bv_reg_name(old))
			stop = l->bound + furthest(by);
		else
			continue;
		/* what a turn skips is not reached either: the last number before it is */
		if (l->unequal)
			stop -= furthest(by) - old->delta;
		stops[count++] = (l->is32 ? (u32)stop : stop) + off;
	}
	return count;
}
