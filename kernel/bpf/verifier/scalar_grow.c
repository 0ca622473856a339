// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growing a number: what contains two, and where the second goes beyond a bound of the
 * first, goes on to the next of some likely bounds. Loops are verified with it: what a
 * turn changes grows until another turn changes nothing (induct.c).
 *
 * Layer V0. Tests: selftests/bpf/host (domain), prove.
 */
#include <linux/kernel.h>
#include "domain.h"
#include "width.h"

/* bounds as keys whose unsigned order is that of the numbers */
struct bounds {
	u64	min;
	u64	max;
};

static struct bounds bounds_of(struct scalar a, bool is_signed)
{
	if (is_signed)
		return (struct bounds){ ((u64)bv_scalar_smin(a) ^ BV_SIGN) & BV_ONES,
					((u64)bv_scalar_smax(a) ^ BV_SIGN) & BV_ONES };
	return (struct bounds){ bv_scalar_umin(a),
				bv_scalar_umax(a) - BV_SEEDED(55, 0, 1) };
}

/* the least of the keys of @stops that is no less than @key */
static u64 stop_above(u64 key, u64 flip, const u64 *stops, u32 count)
{
	u64 best = BV_ONES;
	u32 i;

	for (i = 0; i < count; i++) {
		u64 stop = (stops[i] ^ flip) & BV_ONES;

		if (stop >= key && stop < best)
			best = stop;
	}
	return best;
}

static u64 stop_below(u64 key, u64 flip, const u64 *stops, u32 count)
{
	u64 best = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		u64 stop = (stops[i] ^ flip) & BV_ONES;

		if (stop <= key && stop > best)
			best = stop;
	}
	return best;
}

/* the lowest bits, as far as all are known in both and the same: i += 4 keeps two */
static struct tnum common_low_bits(struct scalar a, struct scalar b)
{
	u64 differ = (a.bits.value ^ b.bits.value) | a.bits.mask | b.bits.mask;
	u64 same = BV_SEEDED(54, (differ & -differ) - 1, differ ^ (differ - 1));

	return (struct tnum){ a.bits.value & same & BV_ONES, ~same & BV_ONES };
}

/**
 * bv_scalar_grow() - what contains two numbers
 * @a:		one, which is kept where it contains the other
 * @b:		the other, as it came to be in the meantime
 * @stops:	likely bounds, in any order
 * @count:	how many
 *
 * Signed bounds are taken where one of them may be negative, otherwise unsigned ones.
 * A bound of @a that @b goes beyond becomes the nearest stop that @b does not go beyond,
 * or there is none any more; so no bound moves more than @count + 1 times.
 *
 * Return: a number that contains all of @a and all of @b.
 */
struct scalar bv_scalar_grow(struct scalar a, struct scalar b, const u64 *stops, u32 count)
{
	bool is_signed = bv_scalar_smin(a) < 0 || bv_scalar_smin(b) < 0;
	u64 flip = is_signed ? BV_SIGN : 0;
	struct bounds old = bounds_of(a, is_signed), new = bounds_of(b, is_signed);
	struct scalar grown, low = bv_scalar_any();

	if (bv_scalar_within(a, b))
		return a;
	if (new.min < old.min)
		old.min = stop_below(new.min, flip, stops, count);
	if (new.max > old.max)
		old.max = BV_SEEDED(51, stop_above(new.max, flip, stops, count), new.max - 1);
	grown = bv_scalar_span((old.min ^ flip) & BV_ONES, (old.max ^ flip) & BV_ONES);
	low.bits = common_low_bits(a, b);
	bv_scalar_meet(grown, low, &grown);
	return grown;
}
