/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For the tests of the interpreter: operands at the edges, and arithmetic in
 * another and slower way than the interpreter's: sums bit by bit, products by
 * adding, quotients by subtracting, order by comparing bits.
 *
 * Must never use the operator that it computes the result of.
 *
 * Layer K4.
 */
#ifndef _BPF_SLOW_MATH_H
#define _BPF_SLOW_MATH_H

#include <linux/kernel.h>
#include <linux/types.h>

static const u64 edges[] = {
	0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
	0xffff, 0x10000, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
	0x100000000, 0x123456789abcdef0, 0x7fffffffffffffff, 0x8000000000000000,
	0x8000000000000001, 0xffffffff00000000, 0xffffffff7fffffff,
	0xffffffff80000000, 0xfffffffffffffffe, 0xffffffffffffffff,
};

/* @bits is 32 or 64, operands are cut to it */

static inline u64 cut(u64 v, u32 bits)
{
	return bits == 64 ? v : v & ((1ULL << bits) - 1);
}

static inline bool bit(u64 v, u32 n)
{
	return (v >> n) & 1;
}

static inline u64 slow_add(u64 a, u64 b, u32 bits)
{
	bool carry = false;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < bits; i++) {
		u32 ones = bit(a, i) + bit(b, i) + carry;

		sum |= (u64)(ones & 1) << i;
		carry = ones > 1;
	}
	return sum;
}

static inline u64 slow_neg(u64 a, u32 bits)
{
	return slow_add(cut(~a, bits), 1, bits);
}

static inline u64 slow_sub(u64 a, u64 b, u32 bits)
{
	return slow_add(a, slow_neg(b, bits), bits);
}

static inline u64 slow_mul(u64 a, u64 b, u32 bits)
{
	u64 product = 0;
	u32 i;

	for (i = 0; i < bits; i++) {
		if (bit(b, i))
			product = slow_add(product, cut(a << i, bits), bits);
	}
	return product;
}

/* is a below b, as numbers without sign? */
static inline bool slow_below(u64 a, u64 b, u32 bits)
{
	u32 i;

	for (i = bits; i-- > 0; ) {
		if (bit(a, i) != bit(b, i))
			return bit(b, i);
	}
	return false;
}

static inline bool slow_signed_below(u64 a, u64 b, u32 bits)
{
	if (bit(a, bits - 1) != bit(b, bits - 1))
		return bit(a, bits - 1);
	return slow_below(a, b, bits);
}

/* the remainder; the quotient to *q */
static inline u64 slow_divide(u64 a, u64 b, u32 bits, u64 *q)
{
	u64 rest = 0;
	u32 i;

	*q = 0;
	for (i = bits; i-- > 0; ) {
		bool over = bit(rest, bits - 1);

		rest = cut(rest << 1, bits) | bit(a, i);
		if (over || !slow_below(rest, b, bits)) {
			rest = slow_sub(rest, b, bits);
			*q |= 1ULL << i;
		}
	}
	return rest;
}

static inline u64 slow_div(u64 a, u64 b, u32 bits)
{
	u64 q;

	if (!b)
		return 0;
	slow_divide(a, b, bits, &q);
	return q;
}

static inline u64 slow_mod(u64 a, u64 b, u32 bits)
{
	u64 q;

	return b ? slow_divide(a, b, bits, &q) : a;
}

static inline u64 magnitude(u64 a, u32 bits)
{
	return bit(a, bits - 1) ? slow_neg(a, bits) : a;
}

/* towards zero; the remainder has the dividend's sign */
static inline u64 slow_sdiv(u64 a, u64 b, u32 bits)
{
	u64 q = slow_div(magnitude(a, bits), magnitude(b, bits), bits);

	return bit(a, bits - 1) != bit(b, bits - 1) ? slow_neg(q, bits) : q;
}

static inline u64 slow_smod(u64 a, u64 b, u32 bits)
{
	u64 rest;

	if (!b)
		return a;
	rest = slow_mod(magnitude(a, bits), magnitude(b, bits), bits);
	return bit(a, bits - 1) ? slow_neg(rest, bits) : rest;
}

static inline u64 slow_lsh(u64 a, u64 b, u32 bits)
{
	for (b %= bits; b; b--)
		a = slow_add(a, a, bits);
	return a;
}

static inline u64 slow_shift_right(u64 a, u64 b, u32 bits, bool fill)
{
	u64 result = 0;
	u32 i;

	b %= bits;
	for (i = 0; i < bits; i++) {
		bool value = i + b < bits ? bit(a, i + b) : fill;

		result |= (u64)value << i;
	}
	return result;
}

static inline u64 slow_rsh(u64 a, u64 b, u32 bits)
{
	return slow_shift_right(a, b, bits, false);
}

static inline u64 slow_arsh(u64 a, u64 b, u32 bits)
{
	return slow_shift_right(a, b, bits, bit(a, bits - 1));
}

static inline u64 slow_logic(u64 a, u64 b, u32 bits, u8 truth)
{
	u64 result = 0;
	u32 i;

	for (i = 0; i < bits; i++)
		result |= (u64)bit(truth, bit(a, i) * 2 + bit(b, i)) << i;
	return result;
}

static inline u64 slow_or(u64 a, u64 b, u32 bits)
{
	return slow_logic(a, b, bits, 0xe);
}

static inline u64 slow_and(u64 a, u64 b, u32 bits)
{
	return slow_logic(a, b, bits, 0x8);
}

static inline u64 slow_xor(u64 a, u64 b, u32 bits)
{
	return slow_logic(a, b, bits, 0x6);
}

static inline u64 slow_mov(u64 a, u64 b, u32 bits)
{
	return b;
}

/* bits from @from on are copies of the one below */
static inline u64 slow_extend(u64 v, u32 from, u32 bits)
{
	u32 i;

	v = cut(v, from);
	for (i = from; i < bits; i++)
		v |= (u64)bit(v, from - 1) << i;
	return v;
}

#endif /* _BPF_SLOW_MATH_H */
