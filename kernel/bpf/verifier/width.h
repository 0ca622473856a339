/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The word the value domains work on. The kernel's is 64 bits with a half of 32.
 * The proofs build the very same sources with BV_BITS of 4 to 8, where every
 * abstract value can be tried; numbers then still sit in a u64 and every result
 * is cut to the word. At 64 bits the cuts compile to nothing.
 *
 * A shift instruction takes its distance modulo the word by a mask, so it means what
 * it should only where BV_BITS is a power of two; all else works at any width. The
 * half of an odd word is the larger one: what is shifted left by at least a half must
 * not see more than the half.
 * Layer V0.
 */
#ifndef _BPF_VERIFIER_WIDTH_H
#define _BPF_VERIFIER_WIDTH_H

#include <linux/types.h>

#ifndef BV_BITS
#define BV_BITS		64
#endif
#define BV_HALF		((BV_BITS + 1) / 2)

#define BV_ONES		(~0ULL >> (64 - BV_BITS))
#define BV_SIGN		(1ULL << (BV_BITS - 1))
#define BV_HALF_ONES	(~0U >> (32 - BV_HALF))
#define BV_HALF_SIGN	(1U << (BV_HALF - 1))

/*
 * A seeded wrong operator, for the test of the tests only: the term that is
 * named by BV_SEED is replaced. Unset, which is always so in the kernel, each
 * is the right term and nothing else.
 */
#ifndef BV_SEED
#define BV_SEED		0
#endif
#define BV_SEEDED(n, right, wrong)	(BV_SEED == (n) ? (wrong) : (right))

/* x, whose low @bits are a number, as a signed 64-bit number */
static inline s64 bv_signed(u64 x, u8 bits)
{
	return (s64)(x << (64 - bits)) >> (64 - bits);
}

#endif /* _BPF_VERIFIER_WIDTH_H */
