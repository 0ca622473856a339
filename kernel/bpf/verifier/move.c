// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves: in a loop over options, records or labels a turn goes on by what it finds there,
 *
 *	while (at < len) {
 *		size = bytes[at];
 *		if (size < 2)
 *			break;
 *		at += size;
 *	}
 *
 * No constant says how far, so the sum is a number of another identity than @at was at the
 * head. What is known is that it is at least two further on; that is noted of the identity,
 * which stands for one number for good, and not in states. Loops end by it (induct.c).
 *
 * Distances are those of numbers that wrap: a range of them begins at some distance and
 * has a length. A sum in 32 bits may wrap where one in 64 does not; it did not where it is no
 * less than what was added, which a test may tell later:
 *
 *	w1 += 1			from 0xffffff80 on, until it is 0
 *	if w1 != 0 goto head	here it is one more than it was
 *
 * Only numbers whose identity was there when the path last came to a loop's head are
 * starting points, and each move is noted from one of these. Layer V2.
 * Tests: cases/loop/move-*.bpft.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include "move.h"
#include "width.h"

/* moves that there is room for; numbers beyond have identities that tell nothing */
#define MOST_MOVES	(64 * 1024)
#define FIRST_MOVES	16

/* loops around each other that a number may have come through; else it tells nothing */
#define MOST_ROOTS	8

/* the move of an identity, or NULL; they were given out in the order of the array */
static const struct bv_move *find_move(const struct bv_env *env, u32 id)
{
	return bv_id_find(env->moves, env->move_count, sizeof(*env->moves), id);
}

/* both distances, one after the other; false: they may be any */
static bool add_up(struct range64 *by, struct range64 more)
{
	if (by->len > U64_MAX - more.len)
		return false;
	by->base += more.base;
	by->len += more.len;
	return true;
}

static int add_move(struct bv_env *env, struct bv_move move)
{
	if (env->move_count == MOST_MOVES)
		return 0;
	if (bv_id_room(env, (void **)&env->moves, env->move_count, &env->move_cap, FIRST_MOVES,
		       sizeof(*env->moves)))
		return -ENOMEM;
	env->moves[env->move_count++] = move;
	return 0;
}

/**
 * bv_move_tells() - may turns of a loop be told by what is made of a number?
 * @env:	the check
 * @st:		the path
 * @id:		the number's identity, or 0
 */
bool bv_move_tells(const struct bv_env *env, const struct bv_state *st, u32 id)
{
	return id && st->known && (id <= st->known || find_move(env, id));
}

/* can it not have wrapped? */
static bool is_always(const struct bv_move *move)
{
	return !move->least && move->most == U64_MAX;
}

/* is @r, whose identity @move is of, such that it did not wrap? */
static bool holds(const struct bv_move *move, const struct bv_reg *r)
{
	u64 least = bv_scalar_umin(r->val), most = bv_scalar_umax(r->val);

	if (is_always(move))
		return true;
	/* of the number itself, where it is in some distance */
	if (r->delta > 0 ? least < r->delta : most > U64_MAX + (u64)r->delta)
		return false;
	least -= r->delta;
	most -= r->delta;
	return BV_SEEDED(56, least >= move->least && most <= move->most, true);
}

/**
 * bv_move_note() - a number is made from another one
 * @env:	the check
 * @st:		the path
 * @from:	the other one, of which bv_move_tells()
 * @move:	the number's identity, the newest one; what was added to @from; and where that
 *		is so
 *
 * Return: 0 or -ENOMEM.
 */
int bv_move_note(struct bv_env *env, const struct bv_state *st, const struct bv_reg *from,
		 struct bv_move move)
{
	const struct bv_move *before;

	move.root = bv_reg_name(from);
	move.by.base += from->delta;
	if (move.root > st->known) {
		before = find_move(env, move.root);
		move.root = before->root;
		if (!holds(before, from) || !add_up(&move.by, before->by))
			return 0;
	}
	return add_move(env, move);
}

/* what contains both distances, none of which is half of all numbers */
static bool cover(struct range64 a, struct range64 b, struct range64 *all)
{
	s64 first = a.base, last = b.base;
	s64 lo, hi;

	if (a.len > S64_MAX || b.len > S64_MAX || first > S64_MAX - (s64)a.len ||
	    last > S64_MAX - (s64)b.len)
		return false;
	lo = min(first, last);
	hi = max(first + (s64)a.len, last + (s64)b.len);
	*all = (struct range64){ lo, (u64)hi - lo };
	return true;
}

/**
 * bv_move_join() - two numbers become one that is either
 * @env:	the check
 * @id:		the identity of the one; nothing is noted of those given out before the last
 * @delta:	its distance from that
 * @a:		one
 * @b:		the other
 *
 * Return: 0 or -ENOMEM.
 */
int bv_move_join(struct bv_env *env, u32 id, s64 delta, const struct bv_reg *a,
		 const struct bv_reg *b)
{
	u32 name = bv_reg_name(a), root = bv_move_root(env, name) ?: name;
	struct range64 from_a, from_b, by;

	if (env->move_count && env->moves[env->move_count - 1].id >= id)
		return 0;
	if (!root || !bv_move_find(env, a, root, &from_a) ||
	    !bv_move_find(env, b, root, &from_b) || !cover(from_a, from_b, &by))
		return 0;
	by.base -= delta;
	return add_move(env, (struct bv_move){ .id = id, .root = root, .by = by, .most = U64_MAX });
}

/**
 * bv_move_root() - what is an identity known by its distance from?
 * @env:	the check
 * @id:		the identity, or 0
 *
 * Return: another identity, 0 for none.
 */
u32 bv_move_root(const struct bv_env *env, u32 id)
{
	const struct bv_move *move = find_move(env, id);

	return move ? move->root : 0;
}

/**
 * bv_move_find() - how far is a number from another one?
 * @env:	the check
 * @r:		the number, or a pointer, of which the variable part of the offset is meant
 * @root:	identity of the other one
 * @by:		takes how much is to be added to what @root stands for
 *
 * Return: whether that is known.
 */
bool bv_move_find(const struct bv_env *env, const struct bv_reg *r, u32 root,
		  struct range64 *by)
{
	u32 i, name = bv_reg_name(r);
	const struct bv_move *move;

	*by = (struct range64){ r->delta, 0 };
	for (i = 0; i < MOST_ROOTS && name && name != root; i++) {
		move = find_move(env, name);
		if (!move || !add_up(by, move->by) || !(i ? is_always(move) : holds(move, r)))
			return false;
		name = move->root;
	}
	return name && name == root;
}

/**
 * bv_move_turn() - how far has a number, or a pointer's offset, moved in a turn?
 * @env:	the check
 * @old:	as it was at the loop's head
 * @cur:	as it is now
 * @by:		takes how much was added to it
 *
 * Return: whether that is known by its identity.
 */
bool bv_move_turn(const struct bv_env *env, const struct bv_reg *old, const struct bv_reg *cur,
		  struct range64 *by)
{
	if (!bv_reg_name(old) || !bv_move_find(env, cur, bv_reg_name(old), by))
		return false;
	by->base += (u64)cur->off - ((u64)old->delta + old->off);
	return true;
}

/**
 * bv_move_within() - is each distance in a range one in another range?
 * @outer:	the other range
 * @inner:	the range
 */
bool bv_move_within(struct range64 outer, struct range64 inner)
{
	u64 ahead = inner.base - outer.base;

	return ahead <= outer.len && inner.len <= outer.len - ahead;
}
