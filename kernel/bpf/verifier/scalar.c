// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that is known of a number: known bits, a range of the whole word and one of
 * its low half, kept consistent with each other. Here every arithmetic
 * instruction and every conditional jump gets its meaning on such knowledge.
 *
 * The one promise: whatever a program computes from members of the operands is a
 * member of the result. Knowledge may be lost, never invented. Nothing here
 * knows of registers, pointers or paths, allocates, or can fail.
 *
 * An operator first works on the parts that it is easy for, then bv_scalar_sync()
 * lets the parts tell each other. Layer V0; BV_ONES and friends are explained
 * in width.h. Proved by tools/testing/selftests/bpf/host/: prove/ and domain_*.c.
 */
#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <uapi/linux/bpf.h>

#include "domain.h"
#include "range.h"
#include "width.h"

/* Rounds of sync(): no proof finds an operand that needs more than three. */
#define SYNC_ROUNDS	4

/* bounds as keys whose unsigned order is the order asked for */
struct keys {
	u64	min;
	u64	max;
};

/* how an ordering jump relates its operands once written as lesser, greater */
struct order {
	bool	is_order;	/* it is one of these jumps at all */
	bool	is_signed;
	bool	strict;		/* lesser < greater; else <= */
	bool	swapped;	/* the destination is the greater */
};

/**
 * bv_scalar_span() - any number from one bound up to another
 * @lo:	first
 * @hi:	last; below @lo as an unsigned number where the way leads through zero
 *
 * So either unsigned bounds or signed ones, say (u64)-4095 and 512.
 */
struct scalar bv_scalar_span(u64 lo, u64 hi)
{
	struct scalar a = bv_scalar_any();

	a.r64 = range64_between(lo, hi);
	bv_scalar_sync(&a);
	return a;
}

/**
 * bv_scalar_bytes() - what a load of this size gives
 * @bytes:	1, 2, 4 or 8, zero-extended
 */
struct scalar bv_scalar_bytes(u8 bytes)
{
	return bv_scalar_span(0, BV_ONES >> (BV_BITS - bytes * (BV_BITS / 8)));
}

/**
 * bv_scalar_has() - is this value possible?
 * @a:	the number
 * @v:	the value
 */
bool bv_scalar_has(struct scalar a, u64 v)
{
	return bv_tnum_has(a.bits, v) && range64_has(a.r64, v) &&
	       range32_has(a.r32, v);
}

/**
 * bv_scalar_within() - is every value of one possible for the other?
 * @outer:	the one that may be larger
 * @inner:	the one that may be smaller
 *
 * True is sure; false may be given where the parts only together would show it.
 */
bool bv_scalar_within(struct scalar outer, struct scalar inner)
{
	return bv_tnum_within(outer.bits, inner.bits) &&
	       range64_within(outer.r64, inner.r64) &&
	       range32_within(outer.r32, inner.r32);
}

/**
 * bv_scalar_is_any() - is nothing known?
 * @a:	the number
 */
bool bv_scalar_is_any(struct scalar a)
{
	return a.bits.mask == BV_ONES && range64_is_any(a.r64) &&
	       range32_is_any(a.r32);
}

/**
 * bv_scalar_umin() - least value, unsigned
 * @a:	the number
 *
 * Where a range goes through zero the known bits still bound it; likewise below.
 */
u64 bv_scalar_umin(struct scalar a)
{
	return max(range64_umin(a.r64), a.bits.value);
}

/**
 * bv_scalar_umax() - greatest value, unsigned
 * @a:	the number
 */
u64 bv_scalar_umax(struct scalar a)
{
	return min(range64_umax(a.r64), a.bits.value | a.bits.mask);
}

/**
 * bv_scalar_smin() - least value, signed
 * @a:	the number
 */
s64 bv_scalar_smin(struct scalar a)
{
	u64 least = a.bits.value | (a.bits.mask & BV_SIGN);

	return max(range64_smin(a.r64), bv_signed(least, BV_BITS));
}

/**
 * bv_scalar_smax() - greatest value, signed
 * @a:	the number
 */
s64 bv_scalar_smax(struct scalar a)
{
	u64 most = a.bits.value | (a.bits.mask & ~BV_SIGN);

	return min(range64_smax(a.r64), bv_signed(most, BV_BITS));
}

/**
 * bv_scalar_umin32() - least value of the low half, unsigned
 * @a:	the number
 */
u32 bv_scalar_umin32(struct scalar a)
{
	return max(range32_umin(a.r32), (u32)a.bits.value & BV_HALF_ONES);
}

/**
 * bv_scalar_umax32() - greatest value of the low half, unsigned
 * @a:	the number
 */
u32 bv_scalar_umax32(struct scalar a)
{
	u32 most = a.bits.value | a.bits.mask;

	return min(range32_umax(a.r32), most & BV_HALF_ONES);
}

/**
 * bv_scalar_smin32() - least value of the low half, signed
 * @a:	the number
 */
s32 bv_scalar_smin32(struct scalar a)
{
	u64 least = a.bits.value | (a.bits.mask & BV_HALF_SIGN);

	return max(range32_smin(a.r32), bv_signed(least, BV_HALF));
}

/**
 * bv_scalar_smax32() - greatest value of the low half, signed
 * @a:	the number
 */
s32 bv_scalar_smax32(struct scalar a)
{
	u64 most = a.bits.value | (a.bits.mask & ~(u64)BV_HALF_SIGN);

	return min(range32_smax(a.r32), bv_signed(most, BV_HALF));
}

/* a range shorter than a lap of the low half has a range for its low half */
static bool tell_low_half(struct scalar *a)
{
	if (a->r64.len >= BV_HALF_ONES)
		return true;
	return range32_meet(a->r32, range32_arc(a->r64.base, a->r64.len), &a->r32);
}

/* ends whose low half is outside of r32 move inwards to where r32 is met again */
static bool tell_word(struct scalar *a)
{
	u32 first = ((u32)a->r64.base - a->r32.base) & BV_HALF_ONES;
	u32 last = ((u32)range64_last(a->r64) - a->r32.base) & BV_HALF_ONES;
	u64 up = first > a->r32.len ? -first & BV_HALF_ONES : 0;
	u64 down = BV_SEEDED(5, last > a->r32.len ? last - a->r32.len : 0, last);

	if (!(up | down))
		return true;
	if (up > a->r64.len || down > a->r64.len - up)
		return false;
	a->r64 = range64_arc(a->r64.base + up, a->r64.len - up - down);
	/* it may be shorter than a lap only now */
	return tell_low_half(a);
}

/* the bits above the highest in which a range's ends differ are common to it */
static bool tell_bits(struct scalar *a)
{
	return range64_wraps(a->r64) ||
	       bv_tnum_meet(a->bits, bv_tnum_span(a->r64.base, range64_last(a->r64)),
			    &a->bits);
}

static bool tell_low_bits(struct scalar *a)
{
	struct tnum low;

	if (range32_wraps(a->r32))
		return true;
	low = bv_tnum_span(a->r32.base, range32_last(a->r32));
	low.mask |= BV_ONES & ~(u64)BV_HALF_ONES;
	return bv_tnum_meet(a->bits, low, &a->bits);
}

/* is r32 just r64 seen through the low half? Then r64 can speak for both. */
static bool is_low_of_word(struct scalar a)
{
	return a.r32.len == a.r64.len &&
	       a.r32.base == ((u32)a.r64.base & BV_HALF_ONES);
}

/* both ranges end in numbers that have the known bits */
static bool fit_bits(struct scalar *a, bool is_low)
{
	if (!range64_fit(&a->r64, a->bits.value, a->bits.mask))
		return false;
	if (!is_low)
		return range32_fit(&a->r32, a->bits.value & BV_HALF_ONES,
				   a->bits.mask & BV_HALF_ONES);
	a->r32 = range32_arc(a->r64.base, a->r64.len);
	return true;
}

static bool settle(struct scalar *a, u64 v)
{
	if (!bv_scalar_has(*a, v))
		return false;
	*a = bv_scalar_const(v);
	return true;
}

/**
 * bv_scalar_sync() - let each part know what the others know
 * @a:	the number; left in an unspecified state when there is none
 *
 * Never drops a value that is in all three parts, and no part grows. Where two
 * ranges overlap at both ends the shorter one is kept. Doing it again changes
 * nothing.
 *
 * A round after which the ranges are what they were when the bits were told of
 * them has nothing left to tell.
 *
 * Return: false when no value is in all three parts.
 */
bool bv_scalar_sync(struct scalar *a)
{
	struct range64 was64;
	struct range32 was32;
	bool is_low;
	int round;

	if (bv_scalar_is_const(*a))
		return settle(a, a->bits.value);
	if (!a->r64.len)
		return settle(a, BV_SEEDED(11, a->r64.base, a->r32.base));
	for (round = 0; round < SYNC_ROUNDS; round++) {
		if (!tell_low_half(a) || !tell_word(a))
			return false;
		is_low = is_low_of_word(*a);
		if (!tell_bits(a) || (!is_low && !tell_low_bits(a)))
			return false;
		if (a->bits.mask == BV_ONES)
			return true;
		was64 = a->r64;
		was32 = a->r32;
		if (!fit_bits(a, is_low))
			return false;
		if (a->r64.base == was64.base && a->r64.len == was64.len &&
		    a->r32.base == was32.base && a->r32.len == was32.len)
			return true;
	}
	return true;
}

/**
 * bv_scalar_meet() - what two descriptions of one number say together
 * @a:		one
 * @b:		the other
 * @out:	values in both; written only when there may be any
 *
 * Return: false when they contradict each other.
 */
bool bv_scalar_meet(struct scalar a, struct scalar b, struct scalar *out)
{
	struct scalar both;

	if (!bv_tnum_meet(a.bits, b.bits, &both.bits) ||
	    !range64_meet(a.r64, b.r64, &both.r64) ||
	    !range32_meet(a.r32, b.r32, &both.r32) ||
	    !bv_scalar_sync(&both))
		return false;
	*out = both;
	return true;
}

/* ---- arithmetic -------------------------------------------------------- */

static u64 divide(u64 x, u64 y, u8 width, bool is_signed)
{
	s64 sx = bv_signed(x, width);
	s64 sy = bv_signed(y, width);

	if (!y)
		return BV_SEEDED(9, 0, x);
	if (!is_signed)
		return x / y;
	return sy == -1 ? -x : (u64)(sx / sy);
}

static u64 modulo(u64 x, u64 y, u8 width, bool is_signed)
{
	s64 sx = bv_signed(x, width);
	s64 sy = bv_signed(y, width);

	if (!y)
		return x;
	if (!is_signed)
		return x % y;
	return sy == -1 ? 0 : (u64)(sx % sy);
}

/**
 * bv_scalar_compute() - one instruction on two numbers, RFC 9669 section 4.1
 * @op:		BPF_ADD to BPF_ARSH; not BPF_MOV, not BPF_END
 * @is64:	class BPF_ALU64; else the low halves are used and zero-extended
 * @is_signed:	the signed forms of BPF_DIV and BPF_MOD
 * @x:		destination, left operand
 * @y:		source, right operand
 *
 * Return: the number, as bv_scalar_alu() has it of constants.
 */
u64 bv_scalar_compute(u8 op, bool is64, bool is_signed, u64 x, u64 y)
{
	u8 width = is64 ? BV_BITS : BV_HALF;
	u64 ones = is64 ? BV_ONES : BV_HALF_ONES;
	u8 by = y & (width - 1);

	x &= ones;
	y &= ones;
	switch (op) {
	case BPF_ADD:
		return (x + y) & ones;
	case BPF_SUB:
		return (x - y) & ones;
	case BPF_MUL:
		return (x * y) & ones;
	case BPF_DIV:
		return divide(x, y, width, is_signed) & ones;
	case BPF_MOD:
		return modulo(x, y, width, is_signed) & ones;
	case BPF_OR:
		return x | y;
	case BPF_AND:
		return x & y;
	case BPF_XOR:
		return x ^ y;
	case BPF_LSH:
		return (x << by) & ones;
	case BPF_RSH:
		return x >> by;
	case BPF_ARSH:
		return (bv_signed(x, width) >> by) & ones;
	case BPF_NEG:
		return -x & ones;
	}
	return 0;
}

/* by how much a shift by @src can shift: modulo the width */
static struct shift distances(struct scalar src, u8 width)
{
	u32 top = width - 1;
	u32 first = src.r32.base & top;
	struct shift by = {
		.lo = src.bits.value & top,
		.hi = (src.bits.value | src.bits.mask) & top,
	};

	if (src.r32.len <= top - first) {
		by.lo = max_t(u8, by.lo, first);
		by.hi = min_t(u8, by.hi, first + src.r32.len);
	}
	return by;
}

/* the lowest bit that some member has set, 0 when none has */
static u64 lowest_bit(struct tnum a)
{
	u64 may = a.value | a.mask;

	return may & -may;
}

/*
 * A remainder differs from the dividend by a multiple of the divisor, so the low
 * bits in which every divisor is zero are the dividend's. Zero divisors keep all.
 */
static struct tnum bits_of_modulo(struct tnum a, struct tnum b, bool is_signed)
{
	u64 low = lowest_bit(b) - 1;

	if (!is_signed && !b.mask && !(b.value & (b.value - 1)))
		return bv_tnum_and(a, bv_tnum_const(b.value - 1));
	return (struct tnum){ .value = a.value & low,
			      .mask = BV_ONES & (a.mask | ~low) };
}

/* known bits after an instruction @width bits wide; operands have no others */
static struct tnum bits_of(u8 op, bool is_signed, struct tnum a, struct tnum b,
			   struct shift by, u8 width)
{
	switch (op) {
	case BPF_ADD:
		return bv_tnum_add(a, b);
	case BPF_SUB:
		return bv_tnum_sub(a, b);
	case BPF_NEG:
		return bv_tnum_sub(bv_tnum_const(BV_SEEDED(14, 0, 1)), a);
	case BPF_MUL:
		return bv_tnum_mul(a, b);
	case BPF_AND:
		return bv_tnum_and(a, b);
	case BPF_OR:
		return bv_tnum_or(a, b);
	case BPF_XOR:
		return bv_tnum_xor(a, b);
	case BPF_MOD:
		return bits_of_modulo(a, b, is_signed);
	case BPF_DIV:
		if (!is_signed && b.value && !b.mask && !(b.value & (b.value - 1)))
			return bv_tnum_shr(a, __ffs64(b.value));
		return bv_tnum_any();
	case BPF_LSH:
		if (by.lo != by.hi)
			a = (struct tnum){ .mask = -lowest_bit(a) };
		return bv_tnum_shl(a, by.lo);
	case BPF_RSH:
		return by.lo == by.hi ? bv_tnum_shr(a, by.lo) : bv_tnum_any();
	case BPF_ARSH:
		return by.lo == by.hi ? bv_tnum_sar(a, by.lo, width) : bv_tnum_any();
	}
	return bv_tnum_any();
}

/*
 * The low half of a 64-bit result, where the low halves of the operands decide
 * it; elsewhere only sync() can tell.
 */
static struct range32 low_half_of(u8 op, struct scalar dst, struct scalar src,
				  struct shift by)
{
	switch (op) {
	case BPF_LSH:
		if (by.hi >= BV_HALF)
			break;
		fallthrough;
	case BPF_ADD:
	case BPF_SUB:
	case BPF_NEG:
	case BPF_MUL:
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		return range32_alu(op, false, dst.r32, src.r32, by);
	}
	return range32_any();
}

/* a shift left by half a word or more only sees the low half */
static struct range64 seen_by(u8 op, struct scalar dst, struct shift by)
{
	if (op == BPF_LSH && by.lo >= BV_SEEDED(13, BV_HALF, BV_HALF - 1) &&
	    dst.r32.len < dst.r64.len)
		return range64_arc(dst.r32.base, dst.r32.len);
	return dst.r64;
}

/**
 * bv_scalar_alu() - one arithmetic instruction, RFC 9669 section 4.1
 * @op:		BPF_ADD to BPF_ARSH; not BPF_MOV, not BPF_END
 * @is64:	class BPF_ALU64; else the low halves are used and zero-extended
 * @is_signed:	the signed forms of BPF_DIV and BPF_MOD
 * @dst:	destination, left operand
 * @src:	source, right operand; BPF_NEG ignores it
 */
struct scalar bv_scalar_alu(u8 op, bool is64, bool is_signed,
			    struct scalar dst, struct scalar src)
{
	u8 width = is64 ? BV_BITS : BV_HALF;
	struct tnum a = dst.bits, b = src.bits;
	struct shift by = { 0, 0 };
	struct scalar out;

	if (!dst.bits.mask && (!src.bits.mask || op == BPF_NEG))
		return bv_scalar_const(bv_scalar_compute(op, is64, is_signed, dst.bits.value,
							 src.bits.value));
	if (!is64) {
		a = bv_tnum_low(a, BV_HALF);
		b = bv_tnum_low(b, BV_HALF);
	}
	if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		by = distances(src, width);
	/* no bit meets another: nothing carries, and ranges add exactly */
	if ((op == BPF_OR || op == BPF_XOR) &&
	    !((a.value | a.mask) & (b.value | b.mask)))
		op = BPF_ADD;
	out.bits = bits_of(op, is_signed, a, b, by, width);
	if (is64) {
		out.r64 = range64_alu(op, is_signed, seen_by(op, dst, by),
				      src.r64, by);
		out.r32 = low_half_of(op, dst, src, by);
	} else {
		out.bits = bv_tnum_low(out.bits, BV_HALF);
		out.r32 = range32_alu(op, is_signed, dst.r32, src.r32, by);
		out.r64 = range64_between(range32_umin(out.r32),
					  BV_SEEDED(26, range32_umax(out.r32),
						    range32_last(out.r32)));
	}
	/* only operands that had no value at all can contradict each other here */
	return bv_scalar_sync(&out) ? out : bv_scalar_any();
}

/**
 * bv_scalar_low() - keep the low bits, the rest becomes zero
 * @a:		the number
 * @bits:	how many, 1 to the width of a word
 */
struct scalar bv_scalar_low(struct scalar a, u8 bits)
{
	u64 keep = ~0ULL >> (64 - bits);

	if (!((a.bits.value | a.bits.mask) & ~keep))
		return a;
	return bv_scalar_alu(BPF_AND, true, false, a, bv_scalar_const(keep));
}

/**
 * bv_scalar_zext32() - the low half, zero-extended
 * @a:	the number
 */
struct scalar bv_scalar_zext32(struct scalar a)
{
	return bv_scalar_low(a, BV_HALF);
}

/**
 * bv_scalar_sext() - the low bits, sign-extended to the word
 * @a:		the number
 * @from_bits:	how many: 8, 16 or 32
 */
struct scalar bv_scalar_sext(struct scalar a, u8 from_bits)
{
	struct scalar by = bv_scalar_const(BV_BITS - from_bits);
	struct scalar out;

	out = bv_scalar_alu(BPF_LSH, true, false, a, by);
	out = bv_scalar_alu(BPF_ARSH, true, false, out, by);
	/* the low half is still what it was, even as a range through its sign */
	if (from_bits == BV_HALF) {
		out.r32 = a.r32;
		if (!bv_scalar_sync(&out))
			return bv_scalar_any();
	}
	return out;
}

/**
 * bv_scalar_swap() - reverse the order of the low bytes, zero-extended
 * @a:		the number
 * @bits:	16, 32 or 64
 */
struct scalar bv_scalar_swap(struct scalar a, u8 bits)
{
	struct scalar out = bv_scalar_any();

	out.bits.value = __builtin_bswap64(a.bits.value) >> (64 - bits);
	out.bits.mask = __builtin_bswap64(a.bits.mask) >> (64 - bits);
	bv_scalar_sync(&out);
	return out;
}

/* ---- branches ---------------------------------------------------------- */

/* the ordering jumps, by the high four bits of their opcode */
static const struct order orders[16] = {
	[BPF_JGT >> 4]  = { .is_order = true, .strict = true, .swapped = true },
	[BPF_JGE >> 4]  = { .is_order = true, .swapped = true },
	[BPF_JLT >> 4]  = { .is_order = true, .strict = true },
	[BPF_JLE >> 4]  = { .is_order = true },
	[BPF_JSGT >> 4] = { .is_order = true, .is_signed = true, .strict = true,
			    .swapped = true },
	[BPF_JSGE >> 4] = { .is_order = true, .is_signed = true, .swapped = true },
	[BPF_JSLT >> 4] = { .is_order = true, .is_signed = true, .strict = true },
	[BPF_JSLE >> 4] = { .is_order = true, .is_signed = true },
};

static struct keys bounds(struct scalar a, bool is64, bool is_signed)
{
	if (is64 && is_signed)
		return (struct keys){
			.min = (bv_scalar_smin(a) ^ BV_SIGN) & BV_ONES,
			.max = (bv_scalar_smax(a) ^ BV_SIGN) & BV_ONES,
		};
	if (is64)
		return (struct keys){ bv_scalar_umin(a), bv_scalar_umax(a) };
	if (is_signed)
		return (struct keys){
			.min = (bv_scalar_smin32(a) ^ BV_HALF_SIGN) & BV_HALF_ONES,
			.max = (bv_scalar_smax32(a) ^ BV_HALF_SIGN) & BV_HALF_ONES,
		};
	return (struct keys){ bv_scalar_umin32(a), bv_scalar_umax32(a) };
}

/* narrows to what has a key from @min to @max; false: nothing has */
static bool keep_keys(struct scalar *a, bool is64, bool is_signed,
		      u64 min, u64 max)
{
	u64 turn = is_signed ? is64 ? BV_SIGN : BV_HALF_SIGN : 0;

	if (is64)
		return range64_meet(a->r64, range64_between(min ^ turn, max ^ turn),
				    &a->r64);
	return range32_meet(a->r32, range32_between(min ^ turn, max ^ turn),
			    &a->r32);
}

static bool keep_order(struct order by, bool is64, struct scalar *lesser,
		       struct scalar *greater)
{
	u64 top = is64 ? BV_ONES : BV_HALF_ONES;
	u64 max = bounds(*greater, is64, by.is_signed).max;
	u64 min = bounds(*lesser, is64, by.is_signed).min;

	if (BV_SEEDED(6, by.strict, false)) {
		if (!max || min == top)
			return false;
		max--;
		min++;
	}
	return keep_keys(lesser, is64, by.is_signed, 0, BV_SEEDED(7, max, max - 1)) &&
	       keep_keys(greater, is64, by.is_signed, min, top);
}

static bool keep_equal(bool is64, struct scalar *a, struct scalar *b)
{
	struct scalar both;

	if (is64) {
		if (!bv_scalar_meet(*a, *b, &both))
			return false;
		*a = both;
		*b = both;
		return true;
	}
	both.bits = bv_tnum_low(b->bits, BV_HALF);
	both.bits.mask |= BV_ONES & ~(u64)BV_HALF_ONES;
	if (!bv_tnum_meet(a->bits, both.bits, &a->bits) ||
	    !range32_meet(a->r32, b->r32, &a->r32))
		return false;
	both.bits = bv_tnum_low(a->bits, BV_HALF);
	both.bits.mask |= BV_ONES & ~(u64)BV_HALF_ONES;
	b->r32 = a->r32;
	return bv_tnum_meet(b->bits, both.bits, &b->bits);
}

/* only a constant can be taken out of the other */
static bool keep_unequal(bool is64, struct scalar *a, struct scalar *b)
{
	if (is64)
		return (BV_SEEDED(19, b->bits.mask, 0) ||
			range64_drop(&a->r64, b->bits.value)) &&
		       (a->bits.mask || range64_drop(&b->r64, a->bits.value));
	return (b->r32.len || range32_drop(&a->r32, b->r32.base)) &&
	       (a->r32.len || range32_drop(&b->r32, a->r32.base));
}

/*
 * Some bit is set in both. When only one can be, it is; in any case neither is
 * below the lowest of the candidates.
 */
static bool keep_common(bool is64, struct scalar *a, struct scalar *b)
{
	u64 both = (a->bits.value | a->bits.mask) & (b->bits.value | b->bits.mask);
	struct tnum one;
	u64 least;

	if (!is64)
		both &= BV_HALF_ONES;
	if (!both)
		return false;
	least = both & -both;
	if (!(both & (both - 1))) {
		one = (struct tnum){ .value = both, .mask = BV_ONES & ~both };
		return bv_tnum_meet(a->bits, one, &a->bits) &&
		       bv_tnum_meet(b->bits, one, &b->bits);
	}
	return keep_keys(a, is64, false, least, is64 ? BV_ONES : BV_HALF_ONES) &&
	       keep_keys(b, is64, false, least, is64 ? BV_ONES : BV_HALF_ONES);
}

/* no bit is set in both: what one surely has the other has not */
static bool keep_disjoint(bool is64, struct scalar *a, struct scalar *b)
{
	u64 all = is64 ? BV_ONES : BV_HALF_ONES;
	u64 in_a = a->bits.value & all;
	u64 in_b = BV_SEEDED(20, b->bits.value, b->bits.value | b->bits.mask) & all;

	return bv_tnum_meet(a->bits, (struct tnum){ .mask = BV_ONES & ~in_b },
			    &a->bits) &&
	       bv_tnum_meet(b->bits, (struct tnum){ .mask = BV_ONES & ~in_a },
			    &b->bits);
}

static bool narrow(u8 op, bool is64, bool taken, struct scalar *dst,
		   struct scalar *src)
{
	struct order by = orders[op >> 4];

	if (by.is_order) {
		/* not a < b is b <= a */
		if (!taken) {
			by.swapped = !by.swapped;
			by.strict = !by.strict;
		}
		return by.swapped ? keep_order(by, is64, src, dst) :
				    keep_order(by, is64, dst, src);
	}
	if (op == BPF_JSET)
		return taken ? keep_common(is64, dst, src) :
			       keep_disjoint(is64, dst, src);
	return taken == (op == BPF_JEQ) ? keep_equal(is64, dst, src) :
					  keep_unequal(is64, dst, src);
}

/**
 * bv_scalar_refine() - what one arm of a conditional jump tells of its operands
 * @op:		BPF_JEQ to BPF_JSLE, RFC 9669 section 4.3
 * @is64:	class BPF_JMP; else BPF_JMP32, on the low halves
 * @taken:	the arm that jumps
 * @dst:	left operand, narrowed in place
 * @src:	right operand, narrowed in place; not the same object as @dst
 *
 * Return: false when the arm cannot be reached; the operands are then untouched.
 */
bool bv_scalar_refine(u8 op, bool is64, bool taken,
		      struct scalar *dst, struct scalar *src)
{
	struct scalar a = *dst;
	struct scalar b = *src;

	/* a constant that was not refused is what it was */
	if (!narrow(op, is64, taken, &a, &b) ||
	    (dst->bits.mask && !bv_scalar_sync(&a)) ||
	    (src->bits.mask && !bv_scalar_sync(&b)))
		return false;
	*dst = a;
	*src = b;
	return true;
}

/* 1: no member of one is in the other; 0: the same single number; -1: not known */
static int decide_unequal(bool is64, struct scalar a, struct scalar b)
{
	u64 known = ~(a.bits.mask | b.bits.mask);
	struct range64 r64;
	struct range32 r32;

	if (!is64)
		known &= BV_HALF_ONES;
	if ((a.bits.value ^ b.bits.value) & known ||
	    !range32_meet(a.r32, b.r32, &r32) ||
	    (is64 && !range64_meet(a.r64, b.r64, &r64)))
		return 1;
	if (is64 ? !a.bits.mask && !b.bits.mask : !a.r32.len && !b.r32.len)
		return 0;
	return -1;
}

static int decide_common(bool is64, struct scalar a, struct scalar b)
{
	u64 all = is64 ? BV_ONES : BV_HALF_ONES;

	if (a.bits.value & BV_SEEDED(27, b.bits.value, b.bits.mask) & all)
		return 1;
	if (!((a.bits.value | a.bits.mask) & (b.bits.value | b.bits.mask) & all))
		return 0;
	return -1;
}

/**
 * bv_scalar_decide() - is a conditional jump taken?
 * @op:		BPF_JEQ to BPF_JSLE, RFC 9669 section 4.3
 * @is64:	class BPF_JMP; else BPF_JMP32, on the low halves
 * @dst:	left operand
 * @src:	right operand
 *
 * Return: 1 when always, 0 when never, -1 when not known.
 */
int bv_scalar_decide(u8 op, bool is64, struct scalar dst, struct scalar src)
{
	struct keys lesser, greater;
	struct order by = orders[op >> 4];
	int unequal;

	if (op == BPF_JSET)
		return decide_common(is64, dst, src);
	if (!by.is_order) {
		unequal = decide_unequal(is64, dst, src);
		return unequal < 0 ? -1 : unequal == (op == BPF_JNE);
	}
	lesser = bounds(by.swapped ? src : dst, is64, by.is_signed);
	greater = bounds(by.swapped ? dst : src, is64, by.is_signed);
	if (BV_SEEDED(10, by.strict, false) ? lesser.max < greater.min :
					      lesser.max <= greater.min)
		return 1;
	if (by.strict ? lesser.min >= greater.max : lesser.min > greater.max)
		return 0;
	return -1;
}
