// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lockstep: where a turn of a loop moves several numbers by constants, the state that covers
 * more turns need not let each of them be anything. One of them is the counter, best that
 * which a test of the loop looks at; it grows as it does by itself (grow.c). Those that move
 * some times as far are tied to it (tie.c), and are what it makes them:
 *
 *	first turn	r1 = 0		r2 = value + 16
 *	back		r1 = 1		r2 = value + 24
 *	second turn	r1 = 0 .. 15	r2 = value + 16 + 8 r1 = value + 16 .. 136
 *
 * That holds before the first turn, and a turn leaves it as it is; whether each one does is
 * seen where it comes back (same.c).
 *
 * Layer V6. Tests: cases/loop/tied-*.bpft.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/types.h>
#include "limit.h"
#include "lockstep.h"
#include "move.h"
#include "tie.h"

/* how far a turn moved a number, or the offset of a pointer; 0: not, or by no constant */
static s64 find_step(const struct bv_env *env, const struct bv_reg *old,
		     const struct bv_reg *cur)
{
	struct range64 by;

	if (old->kind != cur->kind || old->kind == BV_UNSET || bv_reg_has_view(old))
		return 0;
	if (bv_reg_name(old))
		return bv_move_turn(env, old, cur, &by) && !by.len ? by.base : 0;
	if (!bv_scalar_is_const(old->val) || !bv_scalar_is_const(cur->val))
		return 0;
	return (u64)cur->off - old->off + cur->val.bits.value - old->val.bits.value;
}

static bool has_limit(const struct bv_grow *g, const struct bv_reg *old,
		      const struct bv_reg *cur)
{
	u64 stops[BV_LOOP_LIMITS];

	return g->loop && bv_limit_find(g->env, g->loop, old, cur, stops);
}

static u64 size_of(s64 step)
{
	return step < 0 ? -(u64)step : step;
}

/**
 * bv_lockstep_note() - a number may be the counter
 * @g:		what is growing, its loop known
 * @old:	the number a turn ago, one that may decide something
 * @cur:	now
 */
void bv_lockstep_note(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *cur)
{
	s64 step = find_step(g->env, old, cur);
	bool limited;

	if (old->kind != BV_SCALAR || !step)
		return;
	limited = has_limit(g, old, cur);
	if (g->counter.step &&
	    (limited != g->counter.limited ? g->counter.limited :
					     size_of(step) >= size_of(g->counter.step)))
		return;
	g->counter.step = step;
	g->counter.limited = limited;
	g->counter.old = *old;
	g->counter.cur = *cur;
}

/* what the identity of a moved number stands for before the turn, as grow.c gives it */
static struct scalar stands_for(const struct bv_reg *old)
{
	if (!bv_reg_name(old))
		return bv_scalar_const(0);
	return bv_scalar_plus(old->val, -(u64)old->delta);
}

/**
 * bv_lockstep_start() - all that may be the counter are noted
 * @g:	what is growing, its likely bounds known
 */
void bv_lockstep_start(struct bv_grow *g)
{
	struct bv_reg *cur = &g->counter.cur;

	if (!g->counter.step)
		return;
	/* as it will be where it stands: the same identity, the same bounds */
	bv_grow_reg(g, &g->counter.old, cur, true);
	g->counter.id = cur->id;
	g->counter.all = bv_scalar_plus(cur->val, -(u64)cur->delta);
}

/*
 * What the number has beside the counter. A counter that is already on its way, while the
 * number did not go with it, says nothing; false then.
 */
static bool find_rest(const struct bv_grow *g, const struct bv_reg *old, s64 times,
		      struct scalar *rest)
{
	const struct bv_reg *counter = &g->counter.old;

	if (!bv_scalar_is_const(counter->val))
		return bv_tie_rest(g->env, bv_reg_name(old), bv_reg_name(counter), times, rest);
	*rest = bv_tie_left(stands_for(old), times, stands_for(counter));
	return true;
}

/**
 * bv_lockstep_tie() - a number has grown, and may go with the counter
 * @g:		what has grown
 * @old:	the number, or pointer, a turn ago
 * @was:	as it came back, with the constant part of the offset of @old
 * @cur:	as it is now; becomes what the counter makes it
 */
void bv_lockstep_tie(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *was,
		     struct bv_reg *cur)
{
	s64 step = find_step(g->env, old, was), counts = g->counter.step;
	struct bv_tie tie = { .id = bv_reg_name(cur), .to = g->counter.id };
	const struct bv_tie *noted;

	/* the least number has no opposite */
	if (!tie.to || tie.id == tie.to || !step || step == S64_MIN || counts == S64_MIN ||
	    has_limit(g, old, was) || !bv_grow_may_link(g, old))
		return;
	tie.times = div64_s64(step, counts);
	if (step != tie.times * counts || !find_rest(g, old, tie.times, &tie.rest))
		return;
	if (!bv_tie_find(g->env, tie.id) && !g->err)
		g->err = bv_tie_note(g->env, tie);
	noted = bv_tie_find(g->env, tie.id);
	if (!noted)
		return;
	cur->val = bv_scalar_plus(bv_tie_value(noted, g->counter.all), cur->delta);
}
