// SPDX-License-Identifier: GPL-2.0-only
/*
 * tie.c: what a number is by what it is tied to, and what it has beside that, for numbers on
 * all sides of where they wrap and their signs change; which ties are found, and when there is
 * no more room.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <stdlib.h>
#include "env.h"
#include "tie.h"
#include "host_user.h"
#include "tap.h"

static const u64 places[] = { 0, 1, 7, 100, S32_MAX - 3U, U32_MAX - 2, S64_MAX - 3,
			      (u64)S64_MIN + 1, (u64)-9, (u64)-1 };
static const s64 factors[] = { 1, -1, 2, -2, 3, 8, -8, 4096, -4097, S32_MAX, S64_MAX,
			       S64_MIN + 1 };

/* a few numbers from @at on, without the one where no range leads on */
static struct scalar some(u64 at, u32 count)
{
	u64 last = at + count - 1;

	if ((at > last && (s64)at > (s64)last) || count == 1)
		return bv_scalar_const(at);
	return bv_scalar_span(at, last);
}

/* each number of @b and each rest: is the sum in what is told, and what is left? */
static u32 count_missing(struct scalar b, struct scalar rest, s64 times)
{
	const struct bv_tie tie = { .id = 2, .to = 1, .times = times, .rest = rest };
	struct scalar a = bv_tie_value(&tie, b), left = bv_tie_left(a, times, b);
	u64 i, j, x, r, missing = 0;

	for (i = 0; i <= b.r64.len; i++) {
		for (j = 0; j <= rest.r64.len; j++) {
			x = b.r64.base + i;
			r = rest.r64.base + j;
			missing += !bv_scalar_has(a, (u64)times * x + r);
			missing += !bv_scalar_has(left, r);
		}
	}
	return missing;
}

static void test_values(void)
{
	u32 i, j, k, missing = 0, exact = 0;
	struct bv_tie tie;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		for (j = 0; j < ARRAY_SIZE(places); j++)
			for (k = 0; k < ARRAY_SIZE(factors); k++)
				missing += count_missing(some(places[i], 6), some(places[j], 3),
							 factors[k]);
	ok(!missing, "sums and what is left of them are in what is told");
	for (k = 0; k < ARRAY_SIZE(factors); k++) {
		tie = (struct bv_tie){ .times = factors[k], .rest = bv_scalar_const(16) };
		exact += bv_scalar_is_const(bv_tie_value(&tie, bv_scalar_const(5))) &&
			 bv_tie_value(&tie, bv_scalar_const(5)).bits.value == 5 * factors[k] + 16;
	}
	ok(exact == ARRAY_SIZE(factors), "one number is told exactly");
	tie = (struct bv_tie){ .times = -8, .rest = bv_scalar_const(80) };
	ok(bv_scalar_within(bv_scalar_span(0, 80), bv_tie_value(&tie, bv_scalar_span(0, 10))),
	   "a number that goes down is no less than at its end");
}

static void test_find(struct bv_env *env)
{
	struct bv_tie tie = { .id = 5, .to = 3, .times = 8, .rest = bv_scalar_span(0, 4) };
	struct scalar rest;

	ok(!bv_tie_find(env, 5) && !bv_tie_find(env, 0), "there is none at first");
	ok(!bv_tie_note(env, tie) && bv_tie_find(env, 5)->to == 3 && !bv_tie_find(env, 3) &&
	   !bv_tie_find(env, 4) && !bv_tie_find(env, 6), "one is noted");
	ok(bv_tie_rest(env, 5, 3, 8, &rest) && bv_scalar_umax(rest) == 4, "and told of both");
	ok(!bv_tie_rest(env, 5, 3, 7, &rest) && !bv_tie_rest(env, 5, 4, 8, &rest) &&
	   !bv_tie_rest(env, 3, 5, 8, &rest), "and of no others");
	tie.to = 4;
	ok(!bv_tie_note(env, tie) && bv_tie_find(env, 5)->to == 3, "an identity keeps its tie");
}

static void test_room(struct bv_env *env)
{
	struct bv_tie tie = { .id = 100, .to = 3, .times = 2, .rest = bv_scalar_const(0) };
	u32 i, last = 0;
	int err = 0;

	for (i = 0; i < 70000 && !err; i++) {
		tie.id++;
		err = bv_tie_note(env, tie);
		if (bv_tie_find(env, tie.id))
			last = tie.id;
	}
	ok(!err && last && last < tie.id && bv_tie_find(env, last) && bv_tie_find(env, 5),
	   "there is an end of them");
	free(env->ties);
	env->ties = NULL;
	env->tie_count = 0;
	env->tie_cap = 0;
	user_starve(1);
	ok(bv_tie_note(env, tie) == -ENOMEM && user_starved(), "without memory that is said");
}

int main(void)
{
	struct bv_env *env = calloc(1, sizeof(*env));

	test_values();
	test_find(env);
	test_room(env);
	free(env);
	return tap_done();
}
