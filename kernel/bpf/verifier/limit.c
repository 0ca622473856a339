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
#include <linux/types.h>
#include "../insn.h"
#include "limit.h"
#include "move.h"
#include "pass.h"

/* comparisons: the one that is true where the jump's is not, and with its operands exchanged */
static const struct {
	u8	op;
	u8	inverse;
	u8	mirror;
} forms[] = {
	{ BPF_JEQ,	BPF_JNE,	BPF_JEQ },
	{ BPF_JNE,	BPF_JEQ,	BPF_JNE },
	{ BPF_JGT,	BPF_JLE,	BPF_JLT },
	{ BPF_JGE,	BPF_JLT,	BPF_JLE },
	{ BPF_JLT,	BPF_JGE,	BPF_JGT },
	{ BPF_JLE,	BPF_JGT,	BPF_JGE },
	{ BPF_JSGT,	BPF_JSLE,	BPF_JSLT },
	{ BPF_JSGE,	BPF_JSLT,	BPF_JSLE },
	{ BPF_JSLT,	BPF_JSGE,	BPF_JSGT },
	{ BPF_JSLE,	BPF_JSGT,	BPF_JSGE },
};

/* what is true where the path stays in the loop; BPF_JSET, which bounds nothing, stays itself */
static u8 find_form(u8 op, bool inverse, bool mirror)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(forms) && inverse; i++) {
		if (forms[i].op == op) {
			op = forms[i].inverse;
			break;
		}
	}
	for (i = 0; i < ARRAY_SIZE(forms) && mirror; i++)
		if (forms[i].op == op)
			return forms[i].mirror;
	return op;
}

/* the most, or the least, that is @op @b; false where nothing is */
static bool find_bound(u8 op, bool is64, struct scalar b, u64 *bound)
{
	switch (op) {
	case BPF_JLT:
		*bound = (is64 ? bv_scalar_umax(b) : bv_scalar_umax32(b)) - 1;
		return true;
	case BPF_JLE:
		*bound = is64 ? bv_scalar_umax(b) : bv_scalar_umax32(b);
		return true;
	case BPF_JGT:
		*bound = (is64 ? bv_scalar_umin(b) : bv_scalar_umin32(b)) + 1;
		return true;
	case BPF_JGE:
		*bound = is64 ? bv_scalar_umin(b) : bv_scalar_umin32(b);
		return true;
	case BPF_JSLT:
		*bound = is64 ? bv_scalar_smax(b) - 1 : (u32)bv_scalar_smax32(b) - 1;
		return true;
	case BPF_JSLE:
		*bound = is64 ? bv_scalar_smax(b) : (u32)bv_scalar_smax32(b);
		return true;
	case BPF_JSGT:
		*bound = is64 ? bv_scalar_smin(b) + 1 : (u32)bv_scalar_smin32(b) + 1;
		return true;
	case BPF_JSGE:
		*bound = is64 ? bv_scalar_smin(b) : (u32)bv_scalar_smin32(b);
		return true;
	case BPF_JNE:
		*bound = is64 ? b.bits.value : (u32)b.bits.value;
		return bv_scalar_is_const(b);
	default:
		return false;
	}
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
	bool is64 = BPF_CLASS(insn->code) == BPF_JMP;
	u32 number = env->info[env->pc].loop;
	u64 bound;
	u8 op;

	if (r->kind != BV_SCALAR || !r->id || !bv_loop_left(env, env->pc, number))
		return;
	op = find_form(BPF_OP(insn->code), bv_loop_has(env, env->pc + 1, number), second);
	if (!find_bound(op, is64, other, &bound))
		return;
	*find_place(bv_loop(env, number), env->pc) = (struct bv_limit){
		.pc = env->pc, .id = r->id, .bound = bound - r->delta,
		.unequal = op == BPF_JNE, .is32 = !is64,
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

	for (i = 0; i < BV_LOOP_LIMITS; i++) {
		const struct bv_limit *l = &loop->limit[i];

		if (!l->id)
			continue;
		if (l->id != bv_reg_name(cur) && l->id != bv_reg_name(old))
			continue;
		if (!bv_move_find(env, cur, bv_reg_name(old), &by))
			continue;
		if (l->id == bv_reg_name(cur))
			stop = l->bound + cur->delta;
		else
			stop = l->bound + furthest(by);
		/* what a turn skips is not reached either: the last number before it is */
		if (l->unequal)
			stop -= furthest(by) - old->delta;
		stops[count++] = (l->is32 ? (u32)stop : stop) + off;
	}
	return count;
}
