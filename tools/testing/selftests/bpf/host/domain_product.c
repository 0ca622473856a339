// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exhaustive proof of the product domain at 4 bits with a half of 2: every
 * combination of known bits and two ranges through sync, and the results, paired,
 * through every instruction and jump. Sets of numbers are words of 16 bits.
 *
 * usage: domain_product [TABLE [STEP]]
 *	STEP: every how manieth pair is tried; 1 is all of them
 */
#include "domain_table.h"

#define N	(1 << BV_BITS)
#define HALF	(1 << BV_HALF)
#define SETS	(1 << N)
#define WORDS	1000003

static struct scalar known[200000];
static u16 known_set[200000];
static int known_count;
static u8 seen[1 << 20];

static u16 arc_sets[N][N];
static u16 low_sets[HALF][HALF];
static u16 best_of[SETS];	/* the best set around a set that the domain can say */
static u16 image[N][SETS];	/* what x op (every member of a set) gives */

static u16 set_of(struct scalar a)
{
	u16 set = arc_sets[a.r64.base][a.r64.len] & low_sets[a.r32.base][a.r32.len];
	int x;

	for (x = 0; x < N; x++)
		if (!bv_tnum_has(a.bits, x))
			set &= ~(1 << x);
	return set;
}

static void fill_sets(void)
{
	int base, len, x;

	for (base = 0; base < N; base++)
		for (len = 0; len < N; len++)
			for (x = 0; x <= len; x++)
				arc_sets[base][len] |= 1 << ((base + x) & (N - 1));
	for (base = 0; base < HALF; base++)
		for (len = 0; len < HALF; len++)
			for (x = 0; x < N; x++)
				if (((x - base) & (HALF - 1)) <= len)
					low_sets[base][len] |= 1 << x;
}

/* the smallest of each part around a set, and what is in all three */
static u16 best_around(u16 set)
{
	struct scalar a = { .bits.value = N - 1 };
	int base, len, x, may = 0;

	for (x = 0; x < N; x++)
		if (set & 1 << x) {
			a.bits.value &= x;
			may |= x;
		}
	a.bits.mask = may & ~a.bits.value;
	a.r64.len = N - 1;
	a.r32.len = HALF - 1;
	for (base = 0; base < N; base++)
		for (len = 0; len < (int)a.r64.len; len++)
			if (!(set & ~arc_sets[base][len])) {
				a.r64.base = base;
				a.r64.len = len;
			}
	for (base = 0; base < HALF; base++)
		for (len = 0; len < (int)a.r32.len; len++)
			if (!(set & ~low_sets[base][len])) {
				a.r32.base = base;
				a.r32.len = len;
			}
	return set_of(a);
}

/* a number that is the same for equal scalars only */
static int key_of(struct scalar a)
{
	return a.bits.value | a.bits.mask << 4 | a.r64.base << 8 |
	       a.r64.len << 12 | (u64)a.r32.base << 16 | (u64)a.r32.len << 18;
}

static void prove_sync_of(struct scalar a, struct row *r, unsigned long long *missed)
{
	u16 was = set_of(a);
	struct scalar got;

	if (!sync_result(a, was, &got))
		return;
	if (was & ~set_of(got))
		wrong("sync of %s drops values: %s", scalar_text(a), scalar_text(got));
	if (!was) {
		++*missed;
		return;
	}
	row_add(r, hweight16(set_of(got)), hweight16(best_of[was]));
	if (!seen[key_of(got)]) {
		seen[key_of(got)] = 1;
		known_set[known_count] = set_of(got);
		known[known_count++] = got;
	}
}

static void prove_sync(void)
{
	struct row *r = row_start("sync");
	unsigned long long missed = 0;
	struct scalar a;
	int i;

	for (i = 0; i < 1 << 20; i++) {
		a.bits.value = i & 15;
		a.bits.mask = i >> 4 & 15;
		a.r64.base = i >> 8 & 15;
		a.r64.len = i >> 12 & 15;
		a.r32.base = i >> 16 & 3;
		a.r32.len = i >> 18;
		if (scalar_well_formed(a))
			prove_sync_of(a, r, &missed);
	}
	tap_end("exhaustive: sync, %d different results, %llu empty ones not seen",
		known_count, missed);
}

static void prove_bounds(void)
{
	int i, x;

	for (i = 0; i < known_count; i++) {
		struct scalar a = known[i];
		int count = 0;

		for (x = 0; x < N; x++) {
			bool in = known_set[i] & 1 << x;
			int sx = x < N / 2 ? x : x - N;
			int low = x % HALF;
			int slow = low < HALF / 2 ? low : low - HALF;

			tap_checks++;
			count += in;
			if (in != bv_scalar_has(a, x))
				wrong("has %s %d", scalar_text(a), x);
			if (in && (x < (int)bv_scalar_umin(a) ||
				   x > (int)bv_scalar_umax(a) ||
				   sx < bv_scalar_smin(a) || sx > bv_scalar_smax(a) ||
				   low < (int)bv_scalar_umin32(a) ||
				   low > (int)bv_scalar_umax32(a) ||
				   slow < bv_scalar_smin32(a) ||
				   slow > bv_scalar_smax32(a)))
				wrong("bounds of %s, %d", scalar_text(a), x);
		}
		if (bv_scalar_is_const(a) && count != 1)
			wrong("%s is no constant", scalar_text(a));
		if (bv_scalar_is_any(a) && count != N)
			wrong("%s is not everything", scalar_text(a));
	}
	tap_end("exhaustive: bounds, has, const, any");
}

static void result(struct row *r, struct scalar got, u16 exact)
{
	struct scalar again = got;

	tap_checks++;
	if (!scalar_well_formed(got))
		wrong("%s gives malformed %s", r->name, scalar_text(got));
	else if (exact & ~set_of(got))
		wrong("%s gives %s, lacks %x", r->name, scalar_text(got),
		      exact & ~set_of(got));
	else if (!bv_scalar_sync(&again) || !scalar_same(again, got))
		wrong("%s gives %s, not synced", r->name, scalar_text(got));
	row_add(r, hweight16(set_of(got)), hweight16(best_of[exact]));
}

/* the next pair: every STEP-th one in an order that mixes both operands */
static bool next_pair(u64 *at, u64 step, int *i, int *j)
{
	u64 pairs = (u64)known_count * known_count;
	u64 k = *at;

	if (k >= pairs)
		return false;
	*at += step;
	*i = k / known_count;
	*j = (k + (u64)*i * WORDS) % known_count;
	return true;
}

static void prove_alu(const struct alu_form *f, bool is64, u64 step)
{
	struct row *r = row_start("%s%d", f->name, is64 ? BV_BITS : BV_HALF);
	struct scalar got;
	u64 at = 0;
	u32 set;
	u16 exact;
	int i, j, x;

	for (x = 0; x < N; x++)
		for (image[x][0] = 0, set = 1; set < SETS; set++)
			image[x][set] = image[x][set & (set - 1)] |
				1 << alu_meaning(f->op, is64, f->is_signed, x, __ffs64(set));
	while (next_pair(&at, step, &i, &j)) {
		exact = 0;
		for (x = 0; x < N; x++)
			if (known_set[i] & 1 << x)
				exact |= image[x][known_set[j]];
		got = bv_scalar_alu(f->op, is64, f->is_signed, known[i], known[j]);
		result(r, got, exact);
	}
	tap_end("product: %s", r->name);
}

static void prove_unary(void)
{
	struct row *low = row_start("low"), *sext = row_start("sext");
	struct row *zext = row_start("zext_half");
	u16 lows, sexts;
	int i, x, n;

	for (i = 0; i < known_count; i++)
		for (n = 1; n <= BV_BITS; n++) {
			lows = 0;
			sexts = 0;
			for (x = 0; x < N; x++) {
				int cut = x & ((1 << n) - 1);

				if (!(known_set[i] & 1 << x))
					continue;
				lows |= 1 << cut;
				sexts |= 1 << ((int)as_signed(cut, n) & (N - 1));
			}
			result(low, bv_scalar_low(known[i], n), lows);
			result(sext, bv_scalar_sext(known[i], n), sexts);
			if (n == BV_HALF)
				result(zext, bv_scalar_zext32(known[i]), lows);
		}
	tap_end("product: low, sext, zext");
}

static void prove_pairs(u64 step)
{
	struct row *r = row_start("meet");
	struct scalar got;
	u64 at = 0;
	int i, j;

	while (next_pair(&at, step, &i, &j)) {
		if (bv_scalar_within(known[i], known[j]) &&
		    known_set[j] & ~known_set[i])
			wrong("%s is not within %s", scalar_text(known[j]),
			      scalar_text(known[i]));
		if (!bv_scalar_meet(known[i], known[j], &got)) {
			if (known_set[i] & known_set[j])
				wrong("meet of %s, %s is empty", scalar_text(known[i]),
				      scalar_text(known[j]));
		} else if (known_set[i] & known_set[j]) {
			result(r, got, known_set[i] & known_set[j]);
		}
	}
	for (i = 0; i < known_count; i++)
		if (!bv_scalar_within(known[i], known[i]) ||
		    !bv_scalar_within(bv_scalar_any(), known[i]))
			wrong("within is not reflexive for %s", scalar_text(known[i]));
	tap_end("product: meet, within");
}

/* what contains both, with stops that differ from pair to pair */
static void prove_grow(u64 step)
{
	struct row *r = row_start("grow");
	u64 at = 0, stops[3];
	u16 both;
	int i, j;

	while (next_pair(&at, step, &i, &j)) {
		both = known_set[i] | known_set[j];
		stops[0] = i & (N - 1);
		stops[1] = j & (N - 1);
		stops[2] = (i + j) / N & (N - 1);
		result(r, bv_scalar_grow(known[i], known[j], stops, at % 4), both);
	}
	tap_end("product: grow");
}

/* the members of @mine for which some member of @other takes this arm */
static u16 arm_members(const u16 *partners, u16 mine, u16 other)
{
	u16 out = 0;
	int x;

	for (x = 0; x < N; x++)
		if (mine & 1 << x && partners[x] & other)
			out |= 1 << x;
	return out;
}

static void prove_jump(const struct jump_form *f, bool is64, bool taken, u64 step)
{
	struct row *r = row_start("%s%d_%s", f->name, is64 ? BV_BITS : BV_HALF,
				  taken ? "taken" : "passed");
	struct row *d = taken ? row_start("%s%d_decide", f->name,
					  is64 ? BV_BITS : BV_HALF) : NULL;
	u16 of_dst[N] = { 0 }, of_src[N] = { 0 }, dst, src;
	struct scalar a, b;
	int i, j, x, y, said;
	u64 at = 0;
	bool open;

	for (x = 0; x < N; x++)
		for (y = 0; y < N; y++)
			if (jump_meaning(f->op, is64, x, y) == taken) {
				of_dst[x] |= 1 << y;
				of_src[y] |= 1 << x;
			}
	while (next_pair(&at, step, &i, &j)) {
		a = known[i];
		b = known[j];
		dst = arm_members(of_dst, known_set[i], known_set[j]);
		src = arm_members(of_src, known_set[j], known_set[i]);
		open = bv_scalar_refine(f->op, is64, taken, &a, &b);
		if (!open && (dst || !scalar_same(a, known[i]) ||
			      !scalar_same(b, known[j])))
			wrong("%s of %s, %s is not closed", r->name,
			      scalar_text(known[i]), scalar_text(known[j]));
		if (!scalar_no_wider(known[i], a) || !scalar_no_wider(known[j], b))
			wrong("%s widens %s, %s", r->name, scalar_text(known[i]),
			      scalar_text(known[j]));
		if (dst) {
			result(r, a, dst);
			result(r, b, src);
		}
		said = bv_scalar_decide(f->op, is64, known[i], known[j]);
		if (dst && said == !taken)
			wrong("%s of %s, %s is decided %d", r->name,
			      scalar_text(known[i]), scalar_text(known[j]), said);
		/* a row's values: arms left open, against arms that are open */
		if (d)
			row_add(d, said != 0, dst != 0);
	}
	tap_end("product: %s", r->name);
}

int main(int argc, char **argv)
{
	u64 step = argc > 2 ? strtoull(argv[2], NULL, 0) : 61;
	unsigned int k;
	int form;

	table_path = argc > 1 && *argv[1] ? argv[1] : NULL;
	fill_sets();
	for (k = 0; k < SETS; k++)
		best_of[k] = best_around(k);
	prove_sync();
	prove_bounds();
	prove_unary();
	prove_pairs(step);
	prove_grow(step);
	for (k = 0; k < ARRAY_LEN(alu_forms) * 2; k++)
		prove_alu(&alu_forms[k / 2], k & 1, step);
	for (form = 0; form < (int)ARRAY_LEN(jump_forms) * 4; form++)
		prove_jump(&jump_forms[form / 4], form & 1, form & 2, step);
	rows_end();
	return tap_finish();
}
