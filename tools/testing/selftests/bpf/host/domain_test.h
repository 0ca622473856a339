/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the proofs of the verifier's value domains share: the concrete meaning of
 * instructions and jumps, written from RFC 9669 without a look at the domains,
 * a random source, and TAP.
 *
 * The width of a word is BV_BITS, as in the sources under test.
 */
#ifndef _DOMAIN_TEST_H
#define _DOMAIN_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

#include "domain.h"
#include "width.h"

#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

struct alu_form {
	u8		op;
	bool		is_signed;
	const char	*name;
};

static const struct alu_form __maybe_unused alu_forms[] = {
	{ BPF_ADD, false, "add" }, { BPF_SUB, false, "sub" },
	{ BPF_MUL, false, "mul" }, { BPF_DIV, false, "div" },
	{ BPF_DIV, true, "sdiv" }, { BPF_MOD, false, "mod" },
	{ BPF_MOD, true, "smod" }, { BPF_OR, false, "or" },
	{ BPF_AND, false, "and" }, { BPF_XOR, false, "xor" },
	{ BPF_LSH, false, "lsh" }, { BPF_RSH, false, "rsh" },
	{ BPF_ARSH, false, "arsh" }, { BPF_NEG, false, "neg" },
};

struct jump_form {
	u8		op;
	const char	*name;
};

static const struct jump_form __maybe_unused jump_forms[] = {
	{ BPF_JEQ, "jeq" }, { BPF_JNE, "jne" }, { BPF_JSET, "jset" },
	{ BPF_JGT, "jgt" }, { BPF_JGE, "jge" }, { BPF_JLT, "jlt" },
	{ BPF_JLE, "jle" }, { BPF_JSGT, "jsgt" }, { BPF_JSGE, "jsge" },
	{ BPF_JSLT, "jslt" }, { BPF_JSLE, "jsle" },
};

static int tap_count, tap_failed, tap_wrong;
static unsigned long long tap_checks;

/* One wrong value is enough; the first of each test are shown. */
__printf(1, 2)
static __maybe_unused void wrong(const char *fmt, ...)
{
	va_list args;

	if (tap_wrong++ >= 3)
		return;
	printf("# ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

__printf(1, 2)
static __maybe_unused void tap_end(const char *fmt, ...)
{
	va_list args;

	tap_failed += tap_wrong != 0;
	printf("%sok %d - W=%d ", tap_wrong ? "not " : "", ++tap_count, BV_BITS);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	if (tap_wrong)
		printf(": %d wrong", tap_wrong);
	printf(", %llu checks\n", tap_checks);
	fflush(stdout);
	tap_wrong = 0;
	tap_checks = 0;
}

static __maybe_unused int tap_finish(void)
{
	printf("1..%d\n%d passed, %d failed, 0 skipped\n", tap_count,
	       tap_count - tap_failed, tap_failed);
	return tap_failed != 0;
}

static u64 random_state = 0x9e3779b97f4a7c15ULL;

static __maybe_unused u64 random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static __maybe_unused u64 random_below(u64 n)
{
	return (random_u64() >> 20) % n;
}

static __maybe_unused __int128 as_signed(u64 x, int width)
{
	__int128 one = 1;

	return x >> (width - 1) & 1 ? (__int128)x - (one << width) : (__int128)x;
}

/* RFC 9669 section 4.1, over integers of any size, cut to the width at the end */
static __maybe_unused u64 alu_meaning(u8 op, bool is64, bool is_signed, u64 dst, u64 src)
{
	int width = is64 ? BV_BITS : BV_HALF;
	u64 cut = width == 64 ? ~0ULL : (1ULL << width) - 1;
	__int128 x, y, r = 0;

	dst &= cut;
	src &= cut;
	x = is_signed || op == BPF_ARSH ? as_signed(dst, width) : (__int128)dst;
	y = is_signed ? as_signed(src, width) : (__int128)src;
	if (op == BPF_ADD)
		r = x + y;
	else if (op == BPF_SUB)
		r = x - y;
	else if (op == BPF_MUL)
		r = (__int128)(dst * src);
	else if (op == BPF_DIV)
		r = y ? x / y : 0;
	else if (op == BPF_MOD)
		r = y ? x % y : x;
	else if (op == BPF_OR)
		r = x | y;
	else if (op == BPF_AND)
		r = x & y;
	else if (op == BPF_XOR)
		r = x ^ y;
	else if (op == BPF_LSH)
		r = (__int128)(dst << (src % width));
	else if (op == BPF_RSH || op == BPF_ARSH)
		r = x >> (src % width);
	else if (op == BPF_NEG)
		r = -x;
	return (u64)r & cut;
}

/* RFC 9669 section 4.3 */
static __maybe_unused bool jump_meaning(u8 op, bool is64, u64 dst, u64 src)
{
	int width = is64 ? BV_BITS : BV_HALF;
	u64 cut = width == 64 ? ~0ULL : (1ULL << width) - 1;
	__int128 x, y;

	dst &= cut;
	src &= cut;
	x = as_signed(dst, width);
	y = as_signed(src, width);
	switch (op) {
	case BPF_JEQ:
		return dst == src;
	case BPF_JNE:
		return dst != src;
	case BPF_JSET:
		return dst & src;
	case BPF_JGT:
		return dst > src;
	case BPF_JGE:
		return dst >= src;
	case BPF_JLT:
		return dst < src;
	case BPF_JLE:
		return dst <= src;
	case BPF_JSGT:
		return x > y;
	case BPF_JSGE:
		return x >= y;
	case BPF_JSLT:
		return x < y;
	default:
		return x <= y;
	}
}

static __maybe_unused bool scalar_same(struct scalar a, struct scalar b)
{
	return a.bits.value == b.bits.value && a.bits.mask == b.bits.mask &&
	       a.r64.base == b.r64.base && a.r64.len == b.r64.len &&
	       a.r32.base == b.r32.base && a.r32.len == b.r32.len;
}

/*
 * No part of @now may be larger than it was. It may be elsewhere: where two ranges
 * overlap at both ends, one of them has to be chosen.
 */
static __maybe_unused bool scalar_no_wider(struct scalar was, struct scalar now)
{
	return bv_tnum_within(was.bits, now.bits) &&
	       now.r64.len <= was.r64.len && now.r32.len <= was.r32.len;
}

static __maybe_unused bool scalar_well_formed(struct scalar a)
{
	u64 all = a.bits.value | a.bits.mask | a.r64.base | a.r64.len;

	return !(a.bits.value & a.bits.mask) && !(all & ~BV_ONES) &&
	       !((a.r32.base | a.r32.len) & ~BV_HALF_ONES) &&
	       (a.r64.len != BV_ONES || !a.r64.base) &&
	       (a.r32.len != BV_HALF_ONES || !a.r32.base);
}

static __maybe_unused const char *scalar_text(struct scalar a)
{
	static char text[4][160];
	static int at;
	char *t = text[at++ & 3];

	snprintf(t, sizeof(text[0]), "{bits %llx/%llx r64 %llx+%llx r32 %x+%x}",
		 (unsigned long long)a.bits.value, (unsigned long long)a.bits.mask,
		 (unsigned long long)a.r64.base, (unsigned long long)a.r64.len,
		 a.r32.base, a.r32.len);
	return t;
}

/*
 * What refinement makes of @a, which allows @any number: once is enough, and no part
 * grows. False: it says that there is none.
 */
static __maybe_unused bool sync_result(struct scalar a, bool any, struct scalar *got)
{
	struct scalar again;

	tap_checks++;
	*got = a;
	if (!bv_scalar_sync(got)) {
		if (any)
			wrong("sync of %s is empty", scalar_text(a));
		return false;
	}
	again = *got;
	if (!bv_scalar_sync(&again) || !scalar_same(*got, again))
		wrong("sync twice of %s", scalar_text(a));
	if (!scalar_well_formed(*got) || !scalar_no_wider(a, *got))
		wrong("sync of %s is wider: %s", scalar_text(a), scalar_text(*got));
	return true;
}

#endif /* _DOMAIN_TEST_H */
