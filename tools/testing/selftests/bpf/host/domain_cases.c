// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs rely on: the sequences compilers emit to bound an index, at full
 * width, with the bounds that must come out. The proofs say that nothing is
 * wrong; this says that what is needed is known.
 */
#include "domain_test.h"

static struct scalar alu(u8 op, struct scalar a, u64 k)
{
	return bv_scalar_alu(op, true, false, a, bv_scalar_const(k));
}

static struct scalar alu32(u8 op, struct scalar a, u64 k)
{
	return bv_scalar_alu(op, false, false, a, bv_scalar_const(k));
}

/* the arm of a jump against a constant; must be open */
static struct scalar arm(u8 op, bool is64, bool taken, struct scalar a, u64 k)
{
	struct scalar b = bv_scalar_const(k);

	if (!bv_scalar_refine(op, is64, taken, &a, &b))
		wrong("op %x on %llx is closed", op, (unsigned long long)k);
	return a;
}

static void expect(const char *what, struct scalar a, s64 lo, s64 hi)
{
	tap_checks++;
	if (bv_scalar_smin(a) != lo || bv_scalar_smax(a) != hi)
		wrong("%s: %lld to %lld wanted, %lld to %lld known", what,
		      (long long)lo, (long long)hi, (long long)bv_scalar_smin(a),
		      (long long)bv_scalar_smax(a));
	if (lo >= 0 && (bv_scalar_umin(a) != (u64)lo || bv_scalar_umax(a) != (u64)hi))
		wrong("%s: unsigned bounds differ", what);
	tap_end("%s", what);
}

static void masks_and_shifts(void)
{
	struct scalar any = bv_scalar_any();
	struct scalar byte = bv_scalar_bytes(1);
	struct scalar a;

	expect("x & 255", alu(BPF_AND, any, 255), 0, 255);
	expect("w & 7", alu32(BPF_AND, any, 7), 0, 7);
	expect("x >> 56", alu(BPF_RSH, any, 56), 0, 255);
	expect("w >> 28", alu32(BPF_RSH, any, 28), 0, 15);
	expect("byte << 3 | 5", alu(BPF_OR, alu(BPF_LSH, byte, 3), 5), 5, 2045);
	a = alu(BPF_ADD, alu(BPF_MUL, alu(BPF_AND, any, 7), 12), 4);
	expect("(x & 7) * 12 + 4", a, 4, 88);
	tap_checks++;
	if (a.bits.mask & 3 || a.bits.value & 3)
		wrong("its low bits are not known zero");
	tap_end("(x & 7) * 12 + 4 is a multiple of 4");
	expect("1 << (x & 5)", bv_scalar_alu(BPF_LSH, true, false, bv_scalar_const(1),
					     alu(BPF_AND, any, 5)), 1, 32);
	expect("byte >> (x & 3)", bv_scalar_alu(BPF_RSH, true, false, byte,
						alu(BPF_AND, any, 3)), 0, 255);
	expect("w s>> 31, & 6", alu32(BPF_AND, alu32(BPF_ARSH, any, 31), 6), 0, 6);
	expect("~byte", alu(BPF_XOR, byte, -1), -256, -1);
}

static void divisions(void)
{
	struct scalar any = bv_scalar_any();
	struct scalar word = bv_scalar_bytes(4);
	struct scalar byte = bv_scalar_bytes(1);

	expect("x % 10", alu(BPF_MOD, any, 10), 0, 9);
	expect("w % 10", alu32(BPF_MOD, any, 10), 0, 9);
	expect("word / 10", alu(BPF_DIV, word, 10), 0, 429496729);
	expect("x / 0", alu(BPF_DIV, any, 0), 0, 0);
	expect("byte % 0", alu(BPF_MOD, byte, 0), 0, 255);
	expect("byte / x", bv_scalar_alu(BPF_DIV, true, false, byte, any), 0, 255);
	expect("byte % x", bv_scalar_alu(BPF_MOD, true, false, byte, any), 0, 255);
	expect("(byte - 100) s/ 10",
	       bv_scalar_alu(BPF_DIV, true, true, alu(BPF_SUB, byte, 100),
			     bv_scalar_const(10)), -10, 15);
	expect("x s% -8", bv_scalar_alu(BPF_MOD, true, true, any, bv_scalar_const(-8)),
	       -7, 7);
}

static void extensions(void)
{
	struct scalar any = bv_scalar_any();
	struct scalar a;

	a = alu(BPF_ARSH, alu(BPF_LSH, any, 32), 32);
	expect("x << 32 s>> 32", a, -(1LL << 31), (1LL << 31) - 1);
	expect("x << 32 >> 32", alu(BPF_RSH, alu(BPF_LSH, any, 32), 32), 0, 0xffffffff);
	expect("x << 56 s>> 56", alu(BPF_ARSH, alu(BPF_LSH, any, 56), 56), -128, 127);
	expect("sext8", bv_scalar_sext(any, 8), -128, 127);
	a = arm(BPF_JSLT, false, false, any, 0);
	a = arm(BPF_JSGT, false, false, a, 7);
	expect("w s>= 0, w s<= 7, sext", bv_scalar_sext(a, 32), 0, 7);
	expect("w s>= 0, w s<= 7, zext", bv_scalar_zext32(a), 0, 7);
	a = arm(BPF_JSGE, false, true, any, -4);
	a = arm(BPF_JSLE, false, true, a, 4);
	expect("w s>= -4, w s<= 4, sext", bv_scalar_sext(a, 32), -4, 4);
	expect("w s>= -4, w s<= 4, shl and sar",
	       alu(BPF_ARSH, alu(BPF_LSH, a, 32), 32), -4, 4);
	a = arm(BPF_JLT, false, true, any, 64);
	expect("w < 64, mov32", bv_scalar_zext32(a), 0, 63);
	expect("w < 64, shl and shr", alu(BPF_RSH, alu(BPF_LSH, a, 32), 32), 0, 63);
	a = arm(BPF_JLT, false, true, bv_scalar_bytes(4), 64);
	expect("word, w < 64", a, 0, 63);
	a = arm(BPF_JEQ, false, true, bv_scalar_bytes(4), 17);
	expect("word, w == 17", a, 17, 17);
}

static void comparisons(void)
{
	struct scalar any = bv_scalar_any();
	struct scalar a, b;

	a = arm(BPF_JGT, true, false, any, 100);
	expect("x <= 100", a, 0, 100);
	tap_checks++;
	if (bv_scalar_umax32(a) != 100)
		wrong("the low half is not bound");
	tap_end("x <= 100 bounds w");
	a = arm(BPF_JSGT, true, true, any, -1);
	expect("x s> -1, x s< 100", arm(BPF_JSLT, true, true, a, 100), 0, 99);
	a = arm(BPF_JSGE, true, false, any, 100);
	expect("x s< 100, x s>= 0", arm(BPF_JSGE, true, true, a, 0), 0, 99);
	a = arm(BPF_JNE, true, true, bv_scalar_bytes(1), 0);
	expect("byte, x != 0", a, 1, 255);
	a = arm(BPF_JNE, true, true, any, 0);
	expect("x != 0, x <= 64", arm(BPF_JLE, true, true, a, 64), 1, 64);
	a = arm(BPF_JSET, true, false, any, 1ULL << 63);
	expect("x without its sign", a, 0, (s64)(~0ULL >> 1));
	a = arm(BPF_JSET, true, false, any, ~63ULL);
	expect("no bit of x above 63", a, 0, 63);
	a = alu(BPF_SUB, bv_scalar_bytes(1), 20);
	expect("byte - 20", a, -20, 235);
	expect("byte - 20, x < 64", arm(BPF_JLT, true, true, a, 64), 0, 63);
	expect("byte - 20, x s>= 0", arm(BPF_JSGE, true, true, a, 0), 0, 235);
	expect("a helper's error or size", bv_scalar_span((u64)-4095, 512), -4095, 512);
	a = any;
	b = bv_scalar_bytes(1);
	if (!bv_scalar_refine(BPF_JLT, true, true, &a, &b))
		wrong("x < byte is closed");
	expect("x < byte", a, 0, 254);
	expect("x < byte, the byte", b, 1, 255);
}

int main(void)
{
	masks_and_shifts();
	divisions();
	extensions();
	comparisons();
	return tap_finish();
}
