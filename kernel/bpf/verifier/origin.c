// SPDX-License-Identifier: GPL-2.0-only
/*
 * Origins: compilers test something else than what is used afterwards,
 *
 *	w1 = w8			if (n > 0 && n <= 64)
 *	w1 += -1		wraps where n is 0
 *	if w1 > 63 goto out
 *	w4 = w8
 *
 *	w2 = w1			if (c < 64), where c is a byte
 *	w2 &= 192
 *	if w2 != 0 goto out
 *	w1 &= 255
 *
 *	r2 = r1			if (c < 10), where c is a byte
 *	r2 &= 255
 *	if r2 > 9 goto out
 *	r1 &= 255		is the same number as r2
 *
 * So it is noted what a number with an identity was computed from and how, if by a constant.
 * What is learnt of either says something of the other, and the same computation gives the
 * same identity again. Like ties (tie.c) this is noted of identities and not in states: they
 * stand for one number each.
 *
 * A state may only cover one in which the same is known to go together, if anything was
 * learnt that way (same.c). Layer V2. Tests: cases/walk/origin-*.bpft
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "origin.h"
#include "width.h"

/* origins that there is room for; numbers beyond are computed from nothing known */
#define MOST_ORIGINS	(64 * 1024)
#define FIRST_ORIGINS	8

/* how many of the last ones are compared with a new one */
#define LOOK_BACK	16

/**
 * bv_origin_search() - what was a number computed from?
 * @env:	the check
 * @id:		its identity; they were given out in the order of the array
 *
 * Return: how, and from what; NULL if that is not known.
 */
struct bv_origin *bv_origin_search(const struct bv_env *env, u32 id)
{
	return (struct bv_origin *)bv_id_find(env->origins, env->origin_count,
					      sizeof(*env->origins), id);
}

/**
 * bv_origin_learnt() - something is learnt by how a number was computed
 * @env:	the check
 * @origin:	how
 */
void bv_origin_learnt(const struct bv_env *env, struct bv_origin *origin)
{
	for (; BV_SEEDED(107, origin->beside, false); origin = bv_origin_search(env, origin->to))
		origin->used = true;
	origin->used = true;
}

/**
 * bv_origin_use() - something is learnt by how a number was computed, in some steps or none
 * @env:	the check
 * @id:		identity of the number
 * @from:	what it was computed from
 */
void bv_origin_use(const struct bv_env *env, u32 id, u32 from)
{
	while (id != from) {
		struct bv_origin *origin = bv_origin_search(env, id);

		bv_origin_learnt(env, origin);
		id = origin->to;
	}
}

/*
 * The same with masks looked through: a mask of what was masked before is one mask of that,
 * and of what was masked with all of the low half that half is left.
 */
static struct bv_origin look_through(const struct bv_env *env, struct bv_origin origin)
{
	const struct bv_origin *mask;

	while (!origin.delta) {
		mask = bv_origin_find(env, origin.to);
		if (!mask || mask->op != BPF_AND)
			break;
		if (origin.op == BPF_AND)
			origin.num &= mask->num;
		else if (origin.is64 || (u32)mask->num != U32_MAX)
			break;
		origin.to = mask->to;
		origin.delta = mask->delta;
	}
	return origin;
}

/* do two computations come to the same? @bits are those that the number may have */
static bool is_same(const struct bv_origin *a, const struct bv_origin *b, u64 bits)
{
	if (a->to != b->to || a->op != b->op || a->is64 != b->is64 || a->delta != b->delta)
		return false;
	return a->num == b->num || (a->op == BPF_AND && !((a->num ^ b->num) & bits));
}

/*
 * One that comes to the same, or NULL; what comes of a number is noted after it. @bits are
 * those that the number may have, which say nothing of another one that it was masked from.
 */
static struct bv_origin *find_same(struct bv_env *env, const struct bv_origin *origin, u64 bits)
{
	struct bv_origin wanted = look_through(env, *origin), old;
	u32 i = env->origin_count, looked;

	if (wanted.to != origin->to)
		bits = BV_SEEDED(105, U64_MAX, bits);
	for (looked = 0; i-- && looked < LOOK_BACK; looked++) {
		if (env->origins[i].id <= wanted.to)
			break;
		if (env->origins[i].op != wanted.op)
			continue;
		old = look_through(env, env->origins[i]);
		if (!is_same(&old, &wanted, bits))
			continue;
		bv_origin_use(env, origin->to, wanted.to);
		bv_origin_use(env, env->origins[i].id, wanted.to);
		return &env->origins[i];
	}
	return NULL;
}

static int note(struct bv_env *env, const struct bv_origin *origin)
{
	if (env->origin_count == MOST_ORIGINS)
		return 0;
	if (bv_id_room(env, (void **)&env->origins, env->origin_count, &env->origin_cap,
		       FIRST_ORIGINS, sizeof(*env->origins)))
		return -ENOMEM;
	env->origins[env->origin_count++] = *origin;
	return 0;
}

/* what the number of an identity is by something that holds it */
static struct scalar held_number(const struct bv_reg *r)
{
	return bv_scalar_plus(r->val, -(u64)r->delta);
}

/*
 * A register that holds the number of an identity, or something apart from it; or NULL. It
 * is live, for what others hold depends on where states were kept.
 */
static const struct bv_reg *find_holder(const struct bv_env *env, const struct bv_state *st,
					u32 id)
{
	u32 regs;

	for (regs = env->info[env->pc].live_regs; regs; regs &= regs - 1)
		if (bv_reg_name(&st->reg[__ffs(regs)]) == id)
			return &st->reg[__ffs(regs)];
	return NULL;
}

/* likewise of what is saved, as a register */
static bool find_saved(const struct bv_env *env, const struct bv_state *st, u32 id,
		       struct bv_reg *r)
{
	u64 slots = env->info[env->pc].live_slots;
	u32 begins;

	for (; slots && __ffs64(slots) < st->nslots; slots &= slots - 1) {
		const struct bv_slot *slot = &st->slots[__ffs64(slots)];

		for (begins = slot->begins; begins; begins &= begins - 1) {
			if (bv_slot_id(slot, __ffs(begins)) != id)
				continue;
			bv_slot_get(slot, __ffs(begins), r);
			return true;
		}
	}
	return false;
}

/* what an identity stands for, if something holds it, of whose deps *deps is told */
static bool find_number(const struct bv_env *env, const struct bv_state *st, u32 id,
			struct scalar *num, struct bv_deps *deps)
{
	const struct bv_reg *holder = find_holder(env, st, id);
	struct bv_reg saved;

	if (!holder && !find_saved(env, st, id, &saved))
		return false;
	if (!holder)
		holder = &saved;
	*num = held_number(holder);
	*deps = bv_deps_or(*deps, holder->deps);
	return true;
}

/*
 * @r is the number of a computation that was made before; what a test told of that result is
 * known of this one, too.
 */
static void take_over(const struct bv_env *env, const struct bv_state *st, struct bv_reg *r,
		      u32 id)
{
	const struct bv_reg *holder = find_holder(env, st, id);
	struct scalar val;

	r->id = id;
	if (!holder || holder->kind != BV_SCALAR ||
	    !bv_scalar_meet(r->val, held_number(holder), &val))
		return;
	r->val = val;
	r->deps = bv_deps_or(r->deps, holder->deps);
}

/*
 * Some bits of a number of which more are masked out and held, too: they are taken for bits
 * of that, so that either tells of the other when the number is gone.
 */
static void look_beside(const struct bv_env *env, const struct bv_state *st,
			struct bv_origin *origin)
{
	u32 i = env->origin_count, looked;

	for (looked = 0; i-- && looked < LOOK_BACK; looked++) {
		const struct bv_origin *old = &env->origins[i];

		if (old->id <= origin->to)
			return;
		if (old->op != BPF_AND || old->to != origin->to || old->delta != origin->delta ||
		    (origin->num & ~old->num) || !find_holder(env, st, old->id))
			continue;
		origin->to = old->id;
		origin->delta = 0;
		origin->beside = true;
		return;
	}
}

/**
 * bv_origin_name() - a number was computed
 * @env:	the check
 * @st:		the path
 * @r:		the register that has it, with the identity that it was given, or none
 * @origin:	how; @id is filled in
 * @bits:	bits that the number may have that it was computed from
 *
 * Return: 0 or -ENOMEM.
 */
int bv_origin_name(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
		   struct bv_origin origin, u64 bits)
{
	struct bv_origin *same = r->id ? NULL : find_same(env, &origin, bits);

	if (same) {
		take_over(env, st, r, same->id);
		return 0;
	}
	if (!r->id)
		r->id = ++env->next_id;
	origin.id = r->id;
	if (origin.op == BPF_AND)
		look_beside(env, st, &origin);
	return note(env, &origin);
}

/**
 * bv_origin_result() - what comes of a computation
 * @origin:	the computation
 * @val:	what the identity stands for that it is made of
 */
struct scalar bv_origin_result(const struct bv_origin *origin, struct scalar val)
{
	return bv_scalar_alu(origin->op, origin->is64, false, bv_scalar_plus(val, origin->delta),
			     bv_scalar_const(origin->num));
}

/**
 * bv_origin_number() - what does an identity stand for?
 * @env:	the check
 * @st:		the path, of which registers and what is saved are asked
 * @id:		the identity
 * @num:	takes the number
 * @deps:	where it came from is added
 *
 * Return: from how many computations that follows, 0 if it is held; -1 if nothing is held,
 * nor anything that it was computed from.
 */
int bv_origin_number(const struct bv_env *env, const struct bv_state *st, u32 id,
		     struct scalar *num, struct bv_deps *deps)
{
	const struct bv_origin *way[BV_ORIGIN_STEPS];
	int steps = 0, i;

	while (!find_number(env, st, id, num, deps)) {
		if (steps == BV_ORIGIN_STEPS)
			return -1;
		way[steps] = bv_origin_find(env, id);
		if (!way[steps])
			return -1;
		id = way[steps++]->to;
	}
	for (i = steps; i--;)
		*num = bv_origin_result(way[i], *num);
	return steps;
}

/* the low half is what that of @low is */
static bool meet_low(struct scalar *val, struct scalar low)
{
	return bv_scalar_refine(BPF_JEQ, false, true, val, &low);
}

/* the low half less a constant */
static bool refine_sum(const struct bv_origin *origin, struct scalar result, struct scalar *val)
{
	return meet_low(val, bv_scalar_alu(BPF_SUB, false, false, result,
					   bv_scalar_const(BV_SEEDED(95, origin->num, 0))));
}

/* bits of the mask are what they are in the result, which is no greater than the number */
static bool refine_mask(const struct bv_origin *origin, struct scalar result, struct scalar *val)
{
	u64 mask = BV_SEEDED(96, origin->num, U64_MAX), least = bv_scalar_umin(result);
	struct tnum bits = {
		.value = result.bits.value & mask,
		.mask = (result.bits.mask & mask) | ~mask,
	};
	struct scalar with = *val;

	if (!bv_tnum_meet(with.bits, bits, &with.bits) || !bv_scalar_sync(&with))
		return false;
	if (least && !bv_scalar_meet(with, bv_scalar_span(least, U64_MAX), &with))
		return false;
	/* nothing was masked, or nothing of one half: they are the same */
	if ((u32)mask == U32_MAX && !meet_low(&with, result))
		return false;
	if (!(bv_scalar_bits(with) & ~mask) && !bv_scalar_meet(with, result, &with))
		return false;
	*val = with;
	return true;
}

/* what is shifted out may be anything */
static bool refine_shift(const struct bv_origin *origin, struct scalar result,
			 struct scalar *val)
{
	u64 least = bv_scalar_umin(result), most = bv_scalar_umax(result);
	u64 all = origin->is64 ? U64_MAX : U32_MAX;
	u64 out = BV_SEEDED(97, (1ULL << origin->num) - 1, 0);

	if (most > all >> origin->num)
		most = all >> origin->num;
	if (least > most)
		return false;
	result = bv_scalar_span(least << origin->num, (most << origin->num) | out);
	return origin->is64 ? bv_scalar_meet(*val, result, val) : meet_low(val, result);
}

/* as much as it takes for the result and more, up to the next one */
static bool refine_quotient(const struct bv_origin *origin, struct scalar result,
			    struct scalar *val)
{
	u64 all = origin->is64 ? U64_MAX : U32_MAX, by = origin->num;
	u64 least = bv_scalar_umin(result), most = bv_scalar_umax(result);

	if (least > all / by)
		return false;
	most = most >= all / by ? all : most * by + BV_SEEDED(99, by - 1, 0);
	result = bv_scalar_span(least * by, most);
	return origin->is64 ? bv_scalar_meet(*val, result, val) : meet_low(val, result);
}

static bool refine(const struct bv_origin *origin, struct scalar result, struct scalar *val)
{
	switch (origin->op) {
	case BPF_ADD:
		return refine_sum(origin, result, val);
	case BPF_AND:
		return refine_mask(origin, result, val);
	case BPF_RSH:
		return refine_shift(origin, result, val);
	case BPF_DIV:
		return refine_quotient(origin, result, val);
	default:
		/* of a product that may wrap nothing is known */
		return true;
	}
}

/**
 * bv_origin_refine() - what was a number computed from that is known better by now?
 * @origin:	the computation
 * @result:	what came of it
 * @val:	what the identity that it was made of stands for; narrowed
 *
 * Return: false if nothing that it may stand for gives the result; it is unchanged then.
 */
bool bv_origin_refine(const struct bv_origin *origin, struct scalar result, struct scalar *val)
{
	struct scalar from = bv_scalar_plus(*val, origin->delta);

	return refine(origin, result, &from) &&
	       bv_scalar_meet(*val, bv_scalar_plus(from, -origin->delta), val);
}

/**
 * bv_origin_remainder() - is a number subtracted from which a remainder is left?
 * @env:	the check
 * @dst:	the number
 * @src:	what is subtracted
 * @is64:	in 64 bits, not in 32
 *
 * Return: c where @src is @dst / c * c, both unsigned; otherwise 0.
 */
u64 bv_origin_remainder(const struct bv_env *env, const struct bv_reg *dst,
			const struct bv_reg *src, bool is64)
{
	struct bv_origin *times = bv_origin_find(env, src->id);
	struct bv_origin wanted = { .to = dst->id, .delta = dst->delta, .op = BPF_DIV };
	struct bv_origin *part, found;

	if (!times || times->op != BPF_MUL || times->is64 != is64 || times->delta || src->delta)
		return 0;
	part = bv_origin_find(env, times->to);
	if (!part)
		return 0;
	wanted.is64 = is64;
	wanted.num = times->num;
	wanted = look_through(env, wanted);
	found = look_through(env, *part);
	if (!is_same(&found, &wanted, 0))
		return 0;
	bv_origin_use(env, src->id, wanted.to);
	bv_origin_use(env, dst->id, wanted.to);
	return BV_SEEDED(100, times->num, times->num - 1);
}

/**
 * bv_origin_part() - is some bits of a number subtracted from it?
 * @env:	the check
 * @dst:	the number
 * @src:	what is subtracted
 *
 * Return: a mask, where @src is @dst masked with it; otherwise 0.
 */
u64 bv_origin_part(const struct bv_env *env, const struct bv_reg *dst,
		   const struct bv_reg *src)
{
	const struct bv_origin *origin = src->delta ? NULL : bv_origin_find(env, src->id);
	u64 mask = U64_MAX;

	for (; origin && origin->op == BPF_AND; origin = bv_origin_find(env, origin->to)) {
		mask &= origin->num;
		if (origin->to == dst->id && origin->delta == (u64)dst->delta) {
			bv_origin_use(env, src->id, origin->to);
			return mask;
		}
		if (origin->delta)
			break;
	}
	return 0;
}
