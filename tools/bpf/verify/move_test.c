// SPDX-License-Identifier: GPL-2.0-only
/*
 * move.c: how far numbers are from those that they were made from, through sums that wrap,
 * sums of sums, and what is either of two; and when nothing is known.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <stdlib.h>
#include "env.h"
#include "move.h"
#include "host_user.h"
#include "tap.h"

/* a number of an identity */
static struct bv_reg number(u32 id, s64 delta, u64 lo, u64 hi)
{
	struct bv_reg r = { .kind = BV_SCALAR, .id = id, .delta = delta };

	r.val = bv_scalar_span(lo, hi);
	return r;
}

static struct bv_move by(struct bv_env *env, u64 base, u64 len, u64 least, u64 most)
{
	return (struct bv_move){ .id = ++env->next_id, .by = { base, len }, .least = least,
				 .most = most };
}

static bool is_apart(struct bv_env *env, struct bv_reg r, u32 root, u64 base, u64 len)
{
	struct range64 found;

	return bv_move_find(env, &r, root, &found) && found.base == base && found.len == len;
}

static bool is_lost(struct bv_env *env, struct bv_reg r, u32 root)
{
	struct range64 found;

	return !bv_move_find(env, &r, root, &found);
}

/* identities 1 and 2 were there at the head of the loop */
static void test_sums(struct bv_env *env, const struct bv_state *st)
{
	struct bv_reg at = number(1, 3, 0, 100), sum;
	struct bv_move move = by(env, 2, 5, 0, U64_MAX);
	u32 id = move.id;

	ok(bv_move_tells(env, st, 1) && !bv_move_tells(env, st, id) && !bv_move_tells(env, st, 0),
	   "identities of the head tell turns");
	ok(!bv_move_note(env, st, &at, move) && bv_move_tells(env, st, id) &&
	   bv_move_root(env, id) == 1 && !bv_move_root(env, 1), "and sums of these");
	ok(is_apart(env, number(1, 7, 0, 9), 1, 7, 0), "a constant away");
	ok(is_apart(env, number(id, 0, 2, 107), 1, 5, 5), "a number away");
	ok(is_apart(env, number(id, -4, 0, 107), 1, 1, 5), "and back again");
	ok(is_lost(env, number(id, 0, 2, 107), 2) && is_lost(env, number(0, 0, 2, 107), 1),
	   "from another number, or of none, nothing is known");
	sum = number(id, 1, 3, 108);
	move = by(env, (u64)-1, 1, 0, U64_MAX);
	ok(!bv_move_note(env, st, &sum, move) && bv_move_root(env, move.id) == 1 &&
	   is_apart(env, number(move.id, 0, 0, 200), 1, 5, 6), "a sum of a sum");
	move = by(env, 1, U64_MAX, 0, U64_MAX);
	ok(!bv_move_note(env, st, &sum, move) && is_lost(env, number(move.id, 0, 0, 9), 1),
	   "a sum that may be anything tells nothing");
}

static void test_wraps(struct bv_env *env, const struct bv_state *st)
{
	struct bv_reg at = number(2, 0, 0xffffff80, U32_MAX), sum;
	struct bv_move up = by(env, 1, 5, 6, U64_MAX), down = by(env, (u64)-9, 0, 0, U32_MAX - 9);
	struct bv_move more;

	bv_move_note(env, st, &at, up);
	bv_move_note(env, st, &at, down);
	ok(is_apart(env, number(up.id, 0, 6, U32_MAX), 2, 1, 5), "a sum that did not wrap");
	ok(is_lost(env, number(up.id, 0, 5, U32_MAX), 2), "one that may have");
	ok(is_apart(env, number(up.id, 2, 8, U32_MAX), 2, 3, 5), "some way from one that did not");
	ok(is_lost(env, number(up.id, 2, 7, U32_MAX), 2) &&
	   is_lost(env, number(up.id, 2, 0, U32_MAX), 2), "some way from one that may have");
	ok(is_apart(env, number(up.id, -2, 4, 9), 2, (u64)-1, 5) &&
	   is_lost(env, number(up.id, -2, 3, 9), 2), "likewise the other way");
	ok(is_apart(env, number(down.id, 0, 0, U32_MAX - 9), 2, (u64)-9, 0) &&
	   is_lost(env, number(down.id, 0, 0, U32_MAX - 8), 2), "a difference");
	ok(is_lost(env, number(down.id, -1, 0, U64_MAX), 2), "of which nothing is known");
	sum = number(up.id, 0, 0, U32_MAX);
	more = by(env, 1, 0, 0, U64_MAX);
	ok(!bv_move_note(env, st, &sum, more) && !bv_move_root(env, more.id),
	   "a sum of what may have wrapped tells nothing");
}

static void test_either(struct bv_env *env, const struct bv_state *st)
{
	struct bv_reg a = number(1, 4, 0, 9), b = number(0, 0, 0, 9), c = number(2, 0, 0, 9);
	struct bv_move move = by(env, 7, 3, 0, U64_MAX);
	u32 id;

	bv_move_note(env, st, &a, move);
	b.id = move.id;
	id = ++env->next_id;
	ok(!bv_move_join(env, id, 10, &a, &b) && is_apart(env, number(id, 10, 0, 9), 1, 4, 10) &&
	   is_apart(env, number(id, 0, 0, 9), 1, (u64)-6, 10), "what is one number or another");
	id = ++env->next_id;
	ok(!bv_move_join(env, id, 0, &b, &c) && !bv_move_root(env, id),
	   "of two numbers of the head nothing is known");
	ok(!bv_move_join(env, 3, 0, &a, &b), "what has a distance keeps it");
}

static void test_within(void)
{
	const struct range64 r = { (u64)-2, 5 };

	ok(bv_move_within(r, r) && bv_move_within(r, (struct range64){ 0, 3 }) &&
	   bv_move_within(r, (struct range64){ (u64)-1, 0 }), "ranges that are inside");
	ok(!bv_move_within(r, (struct range64){ 0, 4 }) &&
	   !bv_move_within(r, (struct range64){ (u64)-3, 1 }) &&
	   !bv_move_within(r, (struct range64){ 4, 0 }) &&
	   !bv_move_within(r, (struct range64){ 0, U64_MAX }), "and that are not");
}

static void test_room(struct bv_env *env, const struct bv_state *st)
{
	struct bv_reg at = number(1, 0, 0, 9);
	struct bv_move move;
	u32 i, last = 0;
	int err = 0;

	for (i = 0; i < 70000 && !err; i++) {
		move = by(env, 1, 1, 0, U64_MAX);
		err = bv_move_note(env, st, &at, move);
		if (bv_move_root(env, move.id))
			last = move.id;
	}
	ok(!err && last && last < env->next_id && is_apart(env, number(last, 0, 0, 9), 1, 1, 1) &&
	   is_lost(env, number(env->next_id, 0, 0, 9), 1), "there is an end of them");
	free(env->moves);
	env->moves = NULL;
	env->move_count = 0;
	env->move_cap = 0;
	user_starve(1);
	move = by(env, 1, 1, 0, U64_MAX);
	ok(bv_move_note(env, st, &at, move) == -ENOMEM && user_starved(),
	   "without memory that is said");
}

int main(void)
{
	struct bv_env *env = calloc(1, sizeof(*env));
	struct bv_state *st = calloc(1, sizeof(*st));

	env->next_id = 2;
	st->known = 2;
	test_sums(env, st);
	test_wraps(env, st);
	test_either(env, st);
	test_within();
	test_room(env, st);
	free(env);
	free(st);
	return tap_done();
}
