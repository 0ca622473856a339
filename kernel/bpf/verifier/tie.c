// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ties: compilers turn p[i] into a pointer that goes along with the counter,
 *
 *	r1 += 1			the counter, which is tested
 *	r2 += 8			the pointer, which is not
 *
 * and what the test says of the one is to be known of the other. Both move by a constant in
 * each turn, so whatever the turn,
 *
 *	r2 = 8 r1 + rest
 *
 * with the same rest as at the beginning. That is noted of the identities that they have at
 * the loop's head, which stand for one number each, and not in states: it is as true in the
 * next instructions, whatever they do to the registers. All of it in 64 bits that wrap.
 *
 * Layer V2. Tests: cases/loop/tied-*.bpft, tools/bpf/verify/tie_test.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "tie.h"

/* ties that there is room for; numbers beyond are not known to go together */
#define MOST_TIES	(64 * 1024)
#define FIRST_TIES	8

/**
 * bv_tie_note() - two numbers go together
 * @env:	the check
 * @tie:	how; nothing is noted of an identity that was given out before the last one noted
 *
 * Return: 0 or -ENOMEM.
 */
int bv_tie_note(struct bv_env *env, struct bv_tie tie)
{
	if (env->tie_count == MOST_TIES ||
	    (env->tie_count && env->ties[env->tie_count - 1].id >= tie.id))
		return 0;
	if (bv_id_room(env, (void **)&env->ties, env->tie_count, &env->tie_cap, FIRST_TIES,
		       sizeof(*env->ties)))
		return -ENOMEM;
	env->ties[env->tie_count++] = tie;
	return 0;
}

/**
 * bv_tie_find() - what is an identity tied to?
 * @env:	the check
 * @id:		the identity, or 0; they were given out in the order of the array
 *
 * Return: how, and to what; NULL if to none.
 */
const struct bv_tie *bv_tie_find(const struct bv_env *env, u32 id)
{
	return bv_id_find(env->ties, env->tie_count, sizeof(*env->ties), id);
}

/* so many times a number; the product of a negative one is taken away instead */
static struct scalar add_times(struct scalar a, s64 times, struct scalar b)
{
	u64 by = times < 0 ? -(u64)times : times;

	b = bv_scalar_alu(BPF_MUL, true, false, b, bv_scalar_const(by));
	return bv_scalar_alu(times < 0 ? BPF_SUB : BPF_ADD, true, false, a, b);
}

/**
 * bv_tie_left() - what is left of a number without so many times another one
 * @a:		the number
 * @times:	how often
 * @b:		the other one
 */
struct scalar bv_tie_left(struct scalar a, s64 times, struct scalar b)
{
	return add_times(a, -(u64)times, b);
}

/**
 * bv_tie_value() - what a number is by what it is tied to
 * @tie:	how
 * @val:	what that one stands for
 *
 * Return: what the identity of the tie stands for.
 */
struct scalar bv_tie_value(const struct bv_tie *tie, struct scalar val)
{
	return add_times(tie->rest, tie->times, val);
}

/**
 * bv_tie_rest() - are two numbers known to go together in that way?
 * @env:	the check
 * @id:		identity of one
 * @to:		identity of the other
 * @times:	how much more the one moves
 * @rest:	takes what it is beside that, the same in all turns
 */
bool bv_tie_rest(const struct bv_env *env, u32 id, u32 to, s64 times, struct scalar *rest)
{
	const struct bv_tie *tie = bv_tie_find(env, id);

	if (!tie || tie->to != to || tie->times != times)
		return false;
	*rest = tie->rest;
	return true;
}
