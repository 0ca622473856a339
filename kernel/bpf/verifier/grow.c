// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growing values: what contains two registers, or two slots of the stack, one of which a
 * path held before and one of which it holds now. Loops are verified with it (induct.c), and where
 * many paths meet they go on as one (join.c).
 *
 * Numbers contain by their bounds; what became something else altogether can be used no
 * more. Numbers that moved by the same amount stay linked.
 *
 * Layer V6. Tests: cases/loop/.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include "grow.h"
#include "limit.h"
#include "lockstep.h"
#include "move.h"
#include "walk.h"
#include "width.h"

/**
 * bv_grow_bytes() - room for what grows; too much for a kernel's stack
 *
 * Return: bytes.
 */
size_t bv_grow_bytes(void)
{
	return sizeof(struct bv_grow);
}

/**
 * bv_grow_start() - nothing is growing yet
 * @env:	the check, during a walk
 *
 * Return: the one that there is, without stops; NULL without memory.
 */
struct bv_grow *bv_grow_start(struct bv_env *env)
{
	struct bv_grow *g = env->walk->grow;

	if (!g)
		g = bv_heap_take(&env->heap, sizeof(*g));
	if (!g)
		return NULL;
	env->walk->grow = g;
	g->env = env;
	g->loop = 0;
	g->stops = 0;
	g->exits = 0;
	g->tight = false;
	g->near = false;
	g->joins = false;
	g->err = 0;
	g->counter.step = 0;
	g->counter.id = 0;
	g->count = 0;
	return g;
}

/**
 * bv_grow_same_number() - is it, by its identity, still what it was?
 * @old:	a number, or a pointer, before
 * @cur:	now
 */
bool bv_grow_same_number(const struct bv_reg *old, const struct bv_reg *cur)
{
	if (bv_reg_name(old))
		return bv_reg_name(old) == bv_reg_name(cur) && old->delta == cur->delta;
	return bv_scalar_is_const(old->val) && bv_scalar_is_const(cur->val) &&
	       old->val.bits.value == cur->val.bits.value;
}

/**
 * bv_grow_stop() - note a likely bound
 * @g:		what is growing
 * @stop:	the bound; those beyond BV_MOST_STOPS are not kept
 */
void bv_grow_stop(struct bv_grow *g, u64 stop)
{
	if (g->stops < ARRAY_SIZE(g->stop))
		g->stop[g->stops++] = stop;
}

/* the identity of what moved by @by from @old to @cur */
static u32 moved_id(struct bv_grow *g, u32 old, u32 cur, u64 by)
{
	u32 i;

	for (i = 0; i < g->count; i++)
		if (g->moved[i].old == old && g->moved[i].cur == cur && g->moved[i].by == by)
			return g->moved[i].id;
	if (i == ARRAY_SIZE(g->moved))
		return ++g->env->next_id;
	g->moved[i].old = old;
	g->moved[i].cur = cur;
	g->moved[i].by = by;
	g->moved[i].id = ++g->env->next_id;
	return g->moved[g->count++].id;
}

/**
 * bv_grow_may_link() - may a test of a number tell of a register that moved with it?
 * @g:	what is growing
 * @r:	the register
 *
 * Return: false for an offset without privilege: a test may be guessed (ptr.c).
 */
bool bv_grow_may_link(const struct bv_grow *g, const struct bv_reg *r)
{
	return r->kind == BV_SCALAR || g->env->req->privileged;
}

/* @was: @cur before it grew */
static void name_moved(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *was,
		       struct bv_reg *cur)
{
	u32 from = bv_reg_name(old), to = bv_reg_name(was);

	if (from && to)
		bv_reg_set_name(cur, moved_id(g, from, to, was->delta - old->delta), old->delta);
	else if (bv_scalar_is_const(old->val) && bv_scalar_is_const(was->val) &&
		 bv_grow_may_link(g, cur))
		bv_reg_set_name(cur, moved_id(g, 0, 0, was->val.bits.value - old->val.bits.value),
				old->val.bits.value);
	else
		bv_reg_set_name(cur, ++g->env->next_id, 0);
	if (g->joins && !g->err)
		g->err = bv_move_join(g->env, bv_reg_name(cur), cur->delta, old, was);
}

enum way {
	BY_OWN,		/* to the bounds that the other one has */
	BY_EXITS,	/* to likely bounds of what moves by steps */
	BY_ALL,		/* to any likely bounds */
};

static enum way choose_way(const struct bv_grow *g, const struct bv_reg *old,
			   const struct bv_reg *cur)
{
	struct range64 by;

	if (g->tight)
		return BY_OWN;
	if (bv_reg_name(old) && bv_move_find(g->env, cur, bv_reg_name(old), &by))
		return BY_EXITS;
	if (g->near && bv_scalar_is_const(old->val) && bv_scalar_is_const(cur->val))
		return BY_OWN;
	return BY_ALL;
}

/*
 * A number that moves by steps goes as far as a test lets it, if there is one and @cur is
 * not beyond it yet. @was, @val: of @old and @cur what is to grow; false: nothing tells
 */
static bool grow_to_limits(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *cur,
			   struct scalar was, struct scalar val, struct scalar *grown)
{
	u64 stops[BV_LOOP_LIMITS];
	u32 count;

	if (!g->loop)
		return false;
	count = bv_limit_find(g->env, g->loop, old, cur, stops);
	if (!count)
		return false;
	*grown = bv_scalar_grow(was, val, stops, count);
	return !bv_scalar_within(*grown, bv_scalar_grow(was, val, NULL, 0));
}

/* @was, @val: of @old and @cur what is to grow */
static struct scalar grow_value(struct bv_grow *g, const struct bv_reg *old,
				const struct bv_reg *cur, struct scalar was, struct scalar val)
{
	u64 own[] = { bv_scalar_umin(val), bv_scalar_umax(val),
		      bv_scalar_smin(val), bv_scalar_smax(val) };
	struct scalar grown;

	switch (choose_way(g, old, cur)) {
	case BY_OWN:
		return bv_scalar_grow(was, val, own, ARRAY_SIZE(own));
	case BY_EXITS:
		if (grow_to_limits(g, old, cur, was, val, &grown))
			return grown;
		return bv_scalar_grow(was, val, g->stop, g->exits);
	default:
		return bv_scalar_grow(was, val, g->stop, g->stops);
	}
}

static void grow_number(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur,
			bool strict)
{
	struct bv_reg was = *cur;

	if (bv_grow_same_number(old, cur)) {
		cur->val = BV_SEEDED(52, grow_value(g, old, &was, old->val, was.val),
				     old->val);
	} else if (!strict) {
		cur->val = bv_scalar_any();
		cur->id = 0;
		cur->delta = 0;
	} else {
		cur->val = grow_value(g, old, &was, old->val, was.val);
		name_moved(g, old, &was, cur);
		bv_lockstep_tie(g, old, &was, cur);
	}
}

/* likely bounds are of whole offsets */
static struct scalar grow_offset(struct bv_grow *g, const struct bv_reg *old,
				 const struct bv_reg *cur)
{
	s64 off = old->off;

	return bv_scalar_plus(grow_value(g, old, cur, bv_scalar_plus(old->val, off),
					 bv_scalar_plus(cur->val, off)), -off);
}

/* the constant part of the offset stays, the variable part grows */
static void grow_pointer(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur)
{
	bool view = bv_reg_has_view(cur);
	struct bv_reg was;

	if (!bv_reg_same_place(old, cur)) {
		bv_reg_unset(cur);
		return;
	}
	if (!view)
		bv_reg_rebase(cur, old->off);
	/* of a packet no more is known than either way; where turns know less, each must test */
	if (bv_reg_is_packet(cur) && (g->tight || cur->there >= old->there))
		cur->there = min(cur->there, old->there);
	else if (bv_reg_is_packet(cur))
		cur->there = BV_NONE_THERE;
	was = *cur;
	cur->val = grow_offset(g, old, &was);
	if (view || bv_grow_same_number(old, &was))
		return;
	name_moved(g, old, &was, cur);
	bv_lockstep_tie(g, old, &was, cur);
}

/**
 * bv_grow_reg() - make a register contain what it was
 * @g:		what is growing
 * @old:	the register before
 * @cur:	the register; contains itself as it was afterwards, and @old, or is unset
 * @strict:	the number may decide something; else it may be any afterwards
 */
void bv_grow_reg(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur, bool strict)
{
	if (cur->kind == BV_UNSET)
		return;
	if (old->kind != cur->kind)
		bv_reg_unset(cur);
	else if (cur->kind == BV_SCALAR)
		grow_number(g, old, cur, strict);
	else
		grow_pointer(g, old, cur);
}

static u8 grow_byte(const struct bv_slot *old, const struct bv_slot *cur, u32 i)
{
	u8 a = old->byte[i], b = cur->byte[i];

	if (a == BV_BYTE_UNSET || b == BV_BYTE_UNSET)
		return BV_BYTE_UNSET;
	return a == b && a == BV_BYTE_ZERO ? a : BV_BYTE_MISC;
}

/* zeroes where a number was saved become one, as which they can grow */
static void save_zeros(const struct bv_slot *old, struct bv_slot *cur)
{
	struct bv_reg zero;
	u32 begins;

	bv_reg_const(&zero, 0, cur->deps, cur->def_pc);
	for (begins = old->begins; begins; begins &= begins - 1) {
		u32 at = __ffs(begins), width = bv_slot_width(old, at);

		if (bv_slot_is_zero(cur, at, width))
			bv_slot_save(cur, at, width, &zero);
	}
}

/* what is saved at @at; of what cannot be found in @old the bytes are left */
static void grow_saved(struct bv_grow *g, const struct bv_slot *old, struct bv_slot *cur,
		       u32 at, bool strict)
{
	u32 width = bv_slot_width(cur, at);
	struct bv_reg a, b;

	if (!bv_slot_read(old, at, width, false, &a)) {
		bv_slot_lose(cur, at, width);
		return;
	}
	bv_slot_get(cur, at, &b);
	if (BV_SEEDED(93, true, at < BV_SLOT_BYTES / 2))
		bv_grow_reg(g, &a, &b, strict);
	/* what bytes hold is no larger than they can */
	if (!cur->whole && !bv_scalar_meet(b.val, bv_scalar_bytes(width), &b.val))
		b.val = bv_scalar_bytes(width);
	bv_slot_put(cur, at, &b);
}

/**
 * bv_grow_slot() - make a slot of the stack contain what it was
 * @g:		what is growing
 * @old:	the slot before
 * @cur:	the slot; contains itself as it was afterwards, and @old, but for bytes that
 *		are unset then
 * @strict:	as of bv_grow_reg()
 */
void bv_grow_slot(struct bv_grow *g, const struct bv_slot *old, struct bv_slot *cur, bool strict)
{
	u32 i, begins;

	if (bv_slot_is_pointer(old) || bv_slot_is_pointer(cur)) {
		if (old->whole && cur->whole)
			bv_grow_reg(g, &old->spill, &cur->spill, strict);
		if (!old->whole || !cur->whole || cur->spill.kind == BV_UNSET)
			bv_slot_unset(cur);
		return;
	}
	save_zeros(old, cur);
	for (begins = cur->begins; begins; begins &= begins - 1)
		grow_saved(g, old, cur, __ffs(begins), strict);
	for (i = 0; i < BV_SLOT_BYTES; i++)
		if (cur->byte[i] != BV_BYTE_SPILL)
			cur->byte[i] = grow_byte(old, cur, i);
}
