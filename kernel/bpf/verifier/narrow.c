// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a comparison says of a number is known of all that is linked to it: copies, sums of
 * it and a constant, what is tied to it, in registers, saved, and in frames of callers.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/walk/link-*.bpft
 */
#include <linux/bitops.h>
#include <linux/string.h>
#include <linux/types.h>
#include "mem.h"
#include "narrow.h"
#include "tie.h"
#include "width.h"

/* an offset that comes to depend on numbers makes them matter at once */
static void narrow(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
		   struct scalar val, struct bv_deps deps)
{
	struct bv_reg from = { .kind = BV_SCALAR, .deps = deps };

	if (!memcmp(&r->val, &val, sizeof(val)))
		return;
	r->val = val;
	if (r->kind == BV_SCALAR)
		r->deps = bv_deps_or(r->deps, deps);
	else
		bv_demand(env, st, &from);
}

/* what is tied to one side, or NULL */
static const struct bv_tie *find_tie(const struct bv_env *env, const struct bv_side *side, u32 id)
{
	const struct bv_tie *tie = env->tie_count && id ? bv_tie_find(env, id) : NULL;

	return tie && tie->to == side->id ? tie : NULL;
}

/* does it follow from what one side is known to be what a number of that identity is? */
static bool is_linked(const struct bv_env *env, const struct bv_side *side, u32 id)
{
	return id == side->id || find_tie(env, side, id);
}

/*
 * @r is linked to @side, which is now known to be @val. Where both cannot be, the arm is
 * one that no run takes, and what is known of @r may stay.
 */
static void narrow_linked(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
			  const struct bv_side *side, struct scalar val, struct bv_deps deps)
{
	const struct bv_tie *tie = find_tie(env, side, bv_reg_name(r));
	u64 apart = (u64)r->delta - side->delta;
	u64 own = -(u64)side->delta;

	if (tie)
		val = bv_scalar_plus(bv_tie_value(tie, bv_scalar_plus(val, BV_SEEDED(62, own, 0))),
				     r->delta);
	else if (apart)
		val = bv_scalar_plus(val, BV_SEEDED(42, apart, 0));
	if (bv_scalar_meet(r->val, val, &val))
		narrow(env, st, r, val, deps);
}

/* a number, or the offset of a pointer, that nothing is linked to */
static void narrow_alone(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
			 struct scalar val, struct bv_deps deps)
{
	if (r->kind == BV_SCALAR ||
	    bv_scalar_meet(r->val, bv_scalar_plus(val, -(s64)r->off), &val))
		narrow(env, st, r, val, deps);
}

/* the same of what is saved in a slot */
static void narrow_saved(struct bv_env *env, struct bv_state *st, struct bv_slot *slot,
			 const struct bv_side *side, struct scalar val, struct bv_deps deps)
{
	struct bv_reg r;
	u32 begins;

	if (slot->whole) {
		if (is_linked(env, side, bv_reg_name(&slot->spill)))
			narrow_linked(env, st, &slot->spill, side, val, deps);
		return;
	}
	for (begins = slot->begins; begins; begins &= begins - 1) {
		u32 at = __ffs(begins);

		if (!is_linked(env, side, bv_slot_id(slot, at)))
			continue;
		bv_slot_get(slot, at, &r);
		narrow_linked(env, st, &r, side, val, deps);
		bv_slot_put(slot, at, &r);
	}
}

/**
 * bv_narrow() - one side of a comparison is now known to be some number
 * @env:	the check
 * @st:		the state of the arm; every copy of the number, and what is linked to it, is
 *		narrowed with it
 * @side:	as it was before
 * @val:	what it is
 * @deps:	what that follows from
 */
void bv_narrow(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
	       struct scalar val, struct bv_deps deps)
{
	u32 i;

	if (side->reg == MAX_BPF_REG)
		return;
	if (!side->id) {
		narrow_alone(env, st, &st->reg[side->reg], val, deps);
		return;
	}
	for (i = 0; i < MAX_BPF_REG; i++)
		if (is_linked(env, side, bv_reg_name(&st->reg[i])))
			narrow_linked(env, st, &st->reg[i], side, val, deps);
	for (i = 0; i < st->nslots; i++)
		if (st->slots[i].begins)
			narrow_saved(env, st, &st->slots[i], side, val, deps);
}

/* what one side is known to be, for frames of callers */
struct narrowed {
	struct bv_env		*env;
	struct bv_state		*st;
	const struct bv_side	*side;
	struct scalar		val;
};

static void narrow_caller(struct bv_reg *r, void *arg)
{
	const struct narrowed *n = arg;

	if (bv_reg_name(r) == n->side->id)
		narrow_linked(n->env, n->st, r, n->side, n->val, (struct bv_deps){});
}

/**
 * bv_narrow_callers() - the same of what functions under way hold
 * @env:	the check
 * @st:		the state of the arm; where a frame holds the number, what @val follows from
 *		was demanded
 * @side:	as of bv_narrow()
 * @val:	what it is
 */
void bv_narrow_callers(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
		       struct scalar val)
{
	struct narrowed n = { env, st, side, val };

	if (side->id)
		bv_frames_each(st, narrow_caller, &n);
}
