/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may be known of a number: known bits, a 64-bit range and a 32-bit range.
 * Values only: no state, no pointers, no memory. Every operator is pure, takes
 * and gives by value, and is sound: if x is in a and y is in b, then x op y is in
 * op(a, b). tools/testing/selftests/bpf/host/ proves that, of all 64-bit operands with
 * a solver and of all small ones by enumeration (Documentation/bpf/proofs.rst).
 *
 * A range is an arc of the circle of all values: base, base + 1, ... base + len,
 * wrapping. One arc serves signed and unsigned bounds alike. len of all ones is
 * every value. There is no empty range; operators that can come out empty say so
 * by their return value.
 *
 * Layer V0.
 */
#ifndef _BPF_VERIFIER_DOMAIN_H
#define _BPF_VERIFIER_DOMAIN_H

#include <linux/types.h>
#include "width.h"

/**
 * struct tnum - known bits of a 64-bit number
 * @value:	bits known to be one
 * @mask:	bits not known; never overlaps @value
 */
struct tnum {
	u64	value;
	u64	mask;
};

/* base .. base + len, wrapping */
struct range64 {
	u64	base;
	u64	len;
};

struct range32 {
	u32	base;
	u32	len;
};

/**
 * struct scalar - all that is known of a number
 * @bits:	known bits of all 64
 * @r64:	the number as 64 bits
 * @r32:	its low 32 bits
 *
 * The three describe one value: it is in every one of them. bv_scalar_sync() makes
 * each as tight as the others allow; every bv_scalar_*() returns it synced.
 */
struct scalar {
	struct tnum	bits;
	struct range64	r64;
	struct range32	r32;
};

/* exactly one number */
static inline struct tnum bv_tnum_const(u64 v)
{
	return (struct tnum){ .value = v & BV_ONES };
}

/* every number */
static inline struct tnum bv_tnum_any(void)
{
	return (struct tnum){ .mask = BV_ONES };
}

/* tnum.c */
struct tnum bv_tnum_span(u64 lo, u64 hi);	/* tightest that holds lo..hi, lo <= hi */
struct tnum bv_tnum_add(struct tnum a, struct tnum b);
struct tnum bv_tnum_sub(struct tnum a, struct tnum b);
struct tnum bv_tnum_and(struct tnum a, struct tnum b);
struct tnum bv_tnum_or(struct tnum a, struct tnum b);
struct tnum bv_tnum_xor(struct tnum a, struct tnum b);
struct tnum bv_tnum_mul(struct tnum a, struct tnum b);
struct tnum bv_tnum_shl(struct tnum a, u8 by);
struct tnum bv_tnum_shr(struct tnum a, u8 by);
struct tnum bv_tnum_sar(struct tnum a, u8 by, u8 width);	/* width 32 or 64 */
struct tnum bv_tnum_low(struct tnum a, u8 bits);	/* the rest zero */
bool bv_tnum_meet(struct tnum a, struct tnum b, struct tnum *out);	/* false: empty */
bool bv_tnum_within(struct tnum outer, struct tnum inner);
bool bv_tnum_has(struct tnum a, u64 v);

/* exactly one number */
static inline struct scalar bv_scalar_const(u64 v)
{
	struct scalar a = {
		.r64 = { .base = v & BV_ONES },
		.r32 = { .base = v & BV_HALF_ONES },
	};

	a.bits = bv_tnum_const(v);
	return a;
}

/* nothing is known */
static inline struct scalar bv_scalar_any(void)
{
	struct scalar a = {
		.r64 = { .len = BV_ONES },
		.r32 = { .len = BV_HALF_ONES },
	};

	a.bits = bv_tnum_any();
	return a;
}

/* is it one number? Then that is bits.value */
static inline bool bv_scalar_is_const(struct scalar a)
{
	return !a.bits.mask;
}

/* is the same known of both? */
static inline bool bv_scalar_same(const struct scalar *a, const struct scalar *b)
{
	return a->r64.base == b->r64.base && a->r64.len == b->r64.len &&
	       a->bits.value == b->bits.value && a->bits.mask == b->bits.mask &&
	       a->r32.base == b->r32.base && a->r32.len == b->r32.len;
}

/* bits that are not known to be zero */
static inline u64 bv_scalar_bits(struct scalar a)
{
	return a.bits.value | a.bits.mask;
}

/* scalar.c: making */
struct scalar bv_scalar_bytes(u8 bytes);	/* 1, 2, 4, 8: unknown, zero-extended */
struct scalar bv_scalar_span(u64 lo, u64 hi);	/* unsigned bounds, or signed ones */

/* asking */
bool bv_scalar_has(struct scalar a, u64 v);
bool bv_scalar_within(struct scalar outer, struct scalar inner);
bool bv_scalar_is_any(struct scalar a);
u64 bv_scalar_umin(struct scalar a);
u64 bv_scalar_umax(struct scalar a);
s64 bv_scalar_smin(struct scalar a);
s64 bv_scalar_smax(struct scalar a);
u32 bv_scalar_umin32(struct scalar a);
u32 bv_scalar_umax32(struct scalar a);
s32 bv_scalar_smin32(struct scalar a);
s32 bv_scalar_smax32(struct scalar a);

/*
 * Arithmetic, RFC 9669 section 4.1. @op is BPF_ADD .. BPF_ARSH (not BPF_MOV, not
 * BPF_END, BPF_NEG ignores @src); @is64 the ALU64 class; @is_signed the signed
 * forms of BPF_DIV and BPF_MOD (offset 1). 32-bit results are zero-extended.
 */
struct scalar bv_scalar_alu(u8 op, bool is64, bool is_signed,
			    struct scalar dst, struct scalar src);
u64 bv_scalar_compute(u8 op, bool is64, bool is_signed, u64 x, u64 y);
struct scalar bv_scalar_zext32(struct scalar a);
struct scalar bv_scalar_sext(struct scalar a, u8 from_bits);	/* 8, 16, 32 to 64 */
struct scalar bv_scalar_low(struct scalar a, u8 bits);		/* keep low bits, zero the rest */
struct scalar bv_scalar_swap(struct scalar a, u8 bits);	/* 16, 32, 64: reversed, zext */

/*
 * Branches, RFC 9669 section 4.3. @op is BPF_JEQ .. BPF_JSLE.
 * decide: 1 always taken, 0 never, -1 not known.
 * refine: narrows both operands to what the arm allows; false: the arm cannot be
 * reached, operands are then untouched.
 */
int bv_scalar_decide(u8 op, bool is64, struct scalar dst, struct scalar src);
bool bv_scalar_refine(u8 op, bool is64, bool taken,
		      struct scalar *dst, struct scalar *src);
bool bv_scalar_meet(struct scalar a, struct scalar b, struct scalar *out);
bool bv_scalar_sync(struct scalar *a);	/* false: no value is in all three */

/* scalar_grow.c: contains @a and @b; bounds that @b goes beyond move to a stop */
struct scalar bv_scalar_grow(struct scalar a, struct scalar b, const u64 *stops, u32 count);

#endif /* _BPF_VERIFIER_DOMAIN_H */
