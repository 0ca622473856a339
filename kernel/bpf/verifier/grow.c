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
#include "walk.h"
#include "width.h"

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
 * @stop:	the bound; some beyond the first hundred and more are not kept
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

/* @was: @cur before it grew */
static void name_moved(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *was,
		       struct bv_reg *cur)
{
	u32 from = bv_reg_name(old), to = bv_reg_name(was);

	if (from && to)
		bv_reg_set_name(cur, moved_id(g, from, to, was->delta - old->delta), old->delta);
	else if (bv_scalar_is_const(old->val) && bv_scalar_is_const(was->val))
		bv_reg_set_name(cur, moved_id(g, 0, 0, was->val.bits.value - old->val.bits.value),
				old->val.bits.value);
	else
		bv_reg_set_name(cur, ++g->env->next_id, 0);
}

enum way {
	BY_OWN,		/* to the bounds that the other one has */
	BY_EXITS,	/* to likely bounds of what moves by steps */
	BY_ALL,		/* to any likely bounds */
};

static enum way choose_way(const struct bv_grow *g, const struct bv_reg *old,
			   const struct bv_reg *cur)
{
	if (g->tight)
		return BY_OWN;
	if (bv_reg_name(old) && bv_reg_name(old) == bv_reg_name(cur))
		return BY_EXITS;
	if (g->near && bv_scalar_is_const(old->val) && bv_scalar_is_const(cur->val))
		return BY_OWN;
	return BY_ALL;
}

static struct scalar grow_value(struct bv_grow *g, struct scalar old, struct scalar cur,
				enum way way)
{
	u64 own[] = { bv_scalar_umin(cur), bv_scalar_umax(cur),
		      bv_scalar_smin(cur), bv_scalar_smax(cur) };

	if (way == BY_OWN)
		return bv_scalar_grow(old, cur, own, ARRAY_SIZE(own));
	return bv_scalar_grow(old, cur, g->stop, way == BY_EXITS ? g->exits : g->stops);
}

static void grow_number(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur,
			bool strict)
{
	enum way way = choose_way(g, old, cur);
	struct bv_reg was = *cur;

	if (bv_grow_same_number(old, cur)) {
		cur->val = BV_SEEDED(52, grow_value(g, old->val, was.val, way), old->val);
	} else if (!strict) {
		cur->val = bv_scalar_any();
		cur->id = 0;
		cur->delta = 0;
	} else {
		cur->val = grow_value(g, old->val, was.val, way);
		name_moved(g, old, &was, cur);
	}
}

/* likely bounds are of whole offsets */
static struct scalar grow_offset(struct bv_grow *g, const struct bv_reg *old,
				 const struct bv_reg *cur)
{
	struct scalar off = bv_scalar_const((s64)old->off), val;

	val = grow_value(g, bv_scalar_alu(BPF_ADD, true, false, old->val, off),
			 bv_scalar_alu(BPF_ADD, true, false, cur->val, off),
			 choose_way(g, old, cur));
	return bv_scalar_alu(BPF_SUB, true, false, val, off);
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
	if (bv_reg_is_packet(cur) && (g->tight || cur->bytes >= old->bytes))
		cur->bytes = min(cur->bytes, old->bytes);
	else if (bv_reg_is_packet(cur))
		cur->bytes = 0;
	was = *cur;
	cur->val = grow_offset(g, old, &was);
	if (!view && !bv_grow_same_number(old, &was))
		name_moved(g, old, &was, cur);
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
