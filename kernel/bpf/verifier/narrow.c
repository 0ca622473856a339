// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a comparison says of a number is known of all that is linked to it: copies, sums of
 * it and a constant, what is tied to it, what it was computed from and what was computed from
 * it, in registers and saved; and of copies and sums in frames of callers.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/walk/{link,origin}-*.bpft
 */
#include <linux/bitops.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "mem.h"
#include "narrow.h"
#include "origin.h"
#include "tie.h"
#include "width.h"

/* an offset that comes to depend on numbers makes them matter at once; false: as it was */
static bool narrow(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
		   struct scalar val, struct bv_deps deps)
{
	if (bv_scalar_same(&r->val, &val))
		return false;
	r->val = val;
	if (r->kind == BV_SCALAR) {
		r->deps = bv_deps_or(r->deps, deps);
	} else {
		struct bv_reg from = { .kind = BV_SCALAR, .deps = deps };

		bv_demand(env, st, &from);
	}
	return true;
}

/* what is tied to one side, or NULL */
static const struct bv_tie *find_tie(const struct bv_env *env, const struct bv_side *side, u32 id)
{
	const struct bv_tie *tie = env->tie_count && id ? bv_tie_find(env, id) : NULL;

	return tie && tie->to == side->id ? tie : NULL;
}

/* what was computed from one side, or NULL */
static struct bv_origin *find_origin(const struct bv_env *env, const struct bv_side *side, u32 id)
{
	struct bv_origin *origin = bv_origin_find(env, id);

	return origin && origin->to == side->id ? origin : NULL;
}

/**
 * struct linked - identities that something follows for from what one side is known to be
 * @env:	the check
 * @side:	the side
 * @above:	besides its own, identities that may be tied to it, or computed from it, are
 *		above this one
 * @last:	and not above that one
 */
struct linked {
	struct bv_env		*env;
	const struct bv_side	*side;
	u32			above;
	u32			last;
};

/* what is computed from a number has an identity that was given out later */
static struct linked linked_to(struct bv_env *env, const struct bv_side *side)
{
	struct linked all = { .env = env, .side = side, .above = side->id };

	if (env->origin_count)
		all.last = env->origins[env->origin_count - 1].id;
	if (env->tie_count) {
		all.above = 0;
		all.last = U32_MAX;
	}
	return all;
}

static inline bool is_linked(const struct linked *all, u32 id)
{
	if (id == all->side->id)
		return true;
	return id > all->above && id <= all->last &&
	       (find_tie(all->env, all->side, id) || find_origin(all->env, all->side, id));
}

/* narrow_linked() where @r has another identity */
static void narrow_other(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
			 const struct bv_side *side, struct scalar val, struct bv_deps deps)
{
	struct bv_origin *origin = find_origin(env, side, bv_reg_name(r));
	const struct bv_tie *tie = find_tie(env, side, bv_reg_name(r));
	u64 own = -(u64)side->delta;

	if (origin)
		val = bv_origin_result(origin, bv_scalar_plus(val, own));
	else
		val = bv_tie_value(tie, bv_scalar_plus(val, BV_SEEDED(62, own, 0)));
	if (bv_scalar_meet(r->val, bv_scalar_plus(val, r->delta), &val) &&
	    narrow(env, st, r, val, deps) && origin)
		bv_origin_learnt(env, origin);
}

/*
 * @r is linked to @side, which is now known to be @val. Where both cannot be, the arm is
 * one that no run takes, and what is known of @r may stay.
 */
static void narrow_linked(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
			  const struct bv_side *side, struct scalar val, struct bv_deps deps)
{
	u64 apart = (u64)r->delta - side->delta;

	/* most are copies of which the same is known */
	if (bv_reg_name(r) != side->id)
		narrow_other(env, st, r, side, val, deps);
	else if (!apart && bv_scalar_same(&r->val, &side->val))
		narrow(env, st, r, val, deps);
	else if (bv_scalar_meet(r->val, bv_scalar_plus(val, BV_SEEDED(42, apart, 0)), &val))
		narrow(env, st, r, val, deps);
}

/* a number, or the offset of a pointer, that nothing is linked to */
static void narrow_alone(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
			 struct scalar val, struct bv_deps deps)
{
	/* nobody reads it in this arm */
	if (r->kind == BV_UNSET)
		return;
	if (r->kind == BV_SCALAR ||
	    bv_scalar_meet(r->val, bv_scalar_plus(val, -(s64)r->off), &val))
		narrow(env, st, r, val, deps);
}

/* the same of what is saved in a slot */
static void narrow_saved(const struct linked *all, struct bv_state *st, struct bv_slot *slot,
			 struct scalar val, struct bv_deps deps)
{
	const struct bv_side *side = all->side;
	struct bv_env *env = all->env;
	struct bv_reg r;
	u32 begins;

	if (slot->whole) {
		if (is_linked(all, bv_reg_name(&slot->spill)))
			narrow_linked(env, st, &slot->spill, side, val, deps);
		return;
	}
	for (begins = slot->begins; begins; begins &= begins - 1) {
		u32 at = __ffs(begins);

		if (!is_linked(all, bv_slot_id(slot, at)))
			continue;
		bv_slot_get(slot, at, &r);
		narrow_linked(env, st, &r, side, val, deps);
		bv_slot_put(slot, at, &r);
	}
}

/* copies of one side, and what is linked to it */
static void narrow_all(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
		       struct scalar val, struct bv_deps deps)
{
	struct linked all = linked_to(env, side);
	u32 i;

	for (i = 0; i < MAX_BPF_REG; i++)
		if (is_linked(&all, bv_reg_name(&st->reg[i])))
			narrow_linked(env, st, &st->reg[i], side, val, deps);
	for (i = 0; i < st->nslots; i++)
		if (st->slots[i].begins)
			narrow_saved(&all, st, &st->slots[i], val, deps);
}

/*
 * Goes on to what @side was computed from, if something is told by its being @val; *held: it
 * is held somewhere.
 */
static bool go_back(struct bv_env *env, const struct bv_state *st, struct bv_side *side,
		    struct scalar *val, struct bv_deps *deps, bool *held)
{
	struct bv_origin *origin = bv_origin_find(env, side->id);
	struct scalar result;
	int steps;

	if (!origin)
		return false;
	result = bv_scalar_plus(*val, -(u64)side->delta);
	*side = (struct bv_side){ .id = origin->to };
	steps = bv_origin_number(env, st, side->id, &side->val, deps);
	if (steps < 0)
		return false;
	*val = side->val;
	if (!bv_origin_refine(origin, result, val) ||
	    bv_scalar_same(val, &side->val))
		return false;
	bv_origin_learnt(env, origin);
	*held = !steps;
	return true;
}

/* what one side was computed from, which is now known to be @val */
static void narrow_origins(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
			   struct scalar val, struct bv_deps deps)
{
	struct bv_side from = { .id = side->id, .delta = side->delta };
	bool held;
	u32 i;

	for (i = 0; i < BV_ORIGIN_STEPS && go_back(env, st, &from, &val, &deps, &held); i++)
		if (held)
			narrow_all(env, st, &from, val, deps);
}

/**
 * bv_narrow() - one side of a comparison is now known to be some number
 * @env:	the check
 * @st:		the state of the arm; every copy of the number, and what is linked to it, is
 *		narrowed with it, and so is what it was computed from
 * @side:	as it was before, a register
 * @val:	what it is, less than it was
 * @deps:	what that follows from
 */
void bv_narrow(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
	       struct scalar val, struct bv_deps deps)
{
	if (!side->id) {
		narrow_alone(env, st, &st->reg[side->reg], val, deps);
		return;
	}
	narrow_all(env, st, side, val, deps);
	if (bv_origin_find(env, side->id))
		narrow_origins(env, st, side, val, deps);
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
 * bv_narrow_callers() - the same of copies and sums that functions under way hold
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
