// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known bits: which bits of a number are surely one, which surely zero.
 *
 * A number n is in (value, mask) when n agrees with value wherever mask is zero.
 * value & mask is always zero; the least member is value, the greatest value |
 * mask. Nothing here knows of ranges, registers or the program.
 *
 * Layer V0. Every operator is pure, takes and gives by value and, bar
 * multiplication, has no loop, so that it can be enumerated and put to a solver.
 * Proved by tools/testing/selftests/bpf/host/: prove/ and domain_parts.c.
 */
#include <linux/types.h>
#include <linux/bitops.h>

#include "domain.h"
#include "width.h"

static struct tnum make(u64 value, u64 mask)
{
	return (struct tnum){ .value = value & BV_ONES, .mask = mask & BV_ONES };
}

/* the bits that some member has set */
static u64 may(struct tnum a)
{
	return a.value | a.mask;
}

static struct tnum complement(struct tnum a)
{
	return make(~may(a), a.mask);
}

/**
 * bv_tnum_span() - known bits of all numbers from @lo to @hi
 * @lo:	least, unsigned
 * @hi:	greatest, not below @lo
 *
 * Only the bits above the highest one in which the ends differ are common.
 */
struct tnum bv_tnum_span(u64 lo, u64 hi)
{
	u64 differ = lo ^ hi;
	u64 below = differ ? ~0ULL >> (64 - fls64(differ)) : 0;

	return make(lo & ~below, below);
}

/**
 * bv_tnum_add() - known bits of a sum
 * @a:	one operand
 * @b:	the other
 *
 * Every carry lies between those of the least sum and those of the greatest, so
 * a bit is known where both operands are and both sums received the same carry.
 */
struct tnum bv_tnum_add(struct tnum a, struct tnum b)
{
	u64 least = a.value + b.value;
	u64 greatest = may(a) + may(b);
	u64 unknown = BV_SEEDED(1, least ^ greatest, 0) | a.mask | b.mask;

	return make(least & ~unknown, unknown);
}

/**
 * bv_tnum_sub() - known bits of a difference
 * @a:	minuend
 * @b:	subtrahend
 *
 * a - b is ~(~a + b), and complement loses nothing.
 */
struct tnum bv_tnum_sub(struct tnum a, struct tnum b)
{
	return complement(bv_tnum_add(complement(a), b));
}

/**
 * bv_tnum_and() - known bits of a conjunction
 * @a:	one operand
 * @b:	the other
 */
struct tnum bv_tnum_and(struct tnum a, struct tnum b)
{
	u64 ones = a.value & b.value;

	return make(ones, (may(a) & may(b)) ^ ones);
}

/**
 * bv_tnum_or() - known bits of a disjunction
 * @a:	one operand
 * @b:	the other
 */
struct tnum bv_tnum_or(struct tnum a, struct tnum b)
{
	u64 ones = a.value | b.value;

	return make(ones, (may(a) | may(b)) ^ ones);
}

/**
 * bv_tnum_xor() - known bits of an exclusive or
 * @a:	one operand
 * @b:	the other
 */
struct tnum bv_tnum_xor(struct tnum a, struct tnum b)
{
	u64 unknown = a.mask | b.mask;

	return make((a.value ^ b.value) & ~unknown, unknown);
}

/**
 * bv_tnum_mul() - known bits of a product
 * @a:	one operand
 * @b:	the other
 *
 * As on paper: one shifted row for each bit @a may have, the row being possibly
 * zero where that bit is unknown. At most one round per bit of the sparser
 * operand.
 */
struct tnum bv_tnum_mul(struct tnum a, struct tnum b)
{
	struct tnum sum = bv_tnum_const(0);
	struct tnum row;
	u64 todo;
	u8 at;

	if (a.mask == BV_ONES && b.mask == BV_ONES)
		return bv_tnum_any();
	if (hweight64(may(b)) < hweight64(may(a))) {
		row = a;
		a = b;
		b = row;
	}
	for (todo = may(a); todo; todo &= todo - 1) {
		at = __ffs64(todo);
		row = a.value >> at & 1 ? b : make(0, may(b));
		sum = bv_tnum_add(sum, bv_tnum_shl(row, at));
	}
	return sum;
}

/**
 * bv_tnum_shl() - shift left, zeros come in
 * @a:	operand
 * @by:	distance, below the width of a word
 */
struct tnum bv_tnum_shl(struct tnum a, u8 by)
{
	return make(a.value << by, a.mask << by);
}

/**
 * bv_tnum_shr() - shift right, zeros come in
 * @a:	operand
 * @by:	distance, below the width of a word
 */
struct tnum bv_tnum_shr(struct tnum a, u8 by)
{
	return make(a.value >> by, a.mask >> by);
}

/**
 * bv_tnum_sar() - shift right, copies of the sign come in
 * @a:		operand; above @width it must be known zero
 * @by:		distance, below @width
 * @width:	bits of the number that is shifted: a word or half of one
 *
 * An unknown sign makes every incoming bit unknown, which is what shifting the
 * mask arithmetically does. Bits above @width stay zero.
 */
struct tnum bv_tnum_sar(struct tnum a, u8 by, u8 width)
{
	u64 keep = ~0ULL >> (64 - width);

	return make(bv_signed(a.value, width) >> by & keep,
		    bv_signed(a.mask, width) >> by & keep);
}

/**
 * bv_tnum_low() - keep the low bits, the rest becomes zero
 * @a:		operand
 * @bits:	how many, 1 to the width of a word
 */
struct tnum bv_tnum_low(struct tnum a, u8 bits)
{
	u64 keep = ~0ULL >> (64 - bits);

	return make(a.value & keep, a.mask & keep);
}

/**
 * bv_tnum_meet() - what two descriptions of one number say together
 * @a:		one
 * @b:		the other
 * @out:	numbers in both; written only when there are any
 *
 * Return: false when they contradict each other.
 */
bool bv_tnum_meet(struct tnum a, struct tnum b, struct tnum *out)
{
	if ((a.value ^ b.value) & ~(a.mask | b.mask))
		return false;
	*out = make(a.value | b.value, a.mask & b.mask);
	return true;
}

/**
 * bv_tnum_within() - is every member of one a member of the other?
 * @outer:	the one that may be larger
 * @inner:	the one that may be smaller
 */
bool bv_tnum_within(struct tnum outer, struct tnum inner)
{
	return BV_SEEDED(12, !(inner.mask & ~outer.mask), true) &&
	       !((inner.value ^ outer.value) & ~outer.mask);
}

/**
 * bv_tnum_has() - is this number a member?
 * @a:	known bits
 * @v:	the number
 */
bool bv_tnum_has(struct tnum a, u64 v)
{
	return !((a.value ^ v) & ~a.mask & BV_ONES);
}
