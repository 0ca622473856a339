// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exhaustive proof of the parts of the product domain at 4 to 7 bits: every pair of
 * known-bits values and every pair of circular ranges through every operator,
 * against concrete arithmetic, with the size of the result against the best
 * possible one. Sets of numbers are words of a bit for each number.
 *
 * The parts know distances of shifts, not how a program's operand gives one, so that
 * the width need not be a power of two here.
 *
 * usage: domain_parts [TABLE [STEP]]
 *	STEP: every how manieth range is a right operand; 1 is all of them
 */
#include "domain_table.h"
#include "range.h"

#define N	(1 << BV_BITS)
#define ARCS	(N * (N - 1) + 1)
#define TNUMS	2187			/* 3 to the power of 7 */

#if BV_BITS > 6
typedef unsigned __int128 set_t;
#else
typedef u64 set_t;
#endif

#define EVERY	(~(set_t)0 >> (8 * sizeof(set_t) - N))

static struct tnum tnums[TNUMS];
static set_t tnum_set[TNUMS];
static int tnum_count;

static struct range64 arcs[ARCS];
static set_t arc_set[N][N];		/* by base and len */
static set_t image[N][ARCS];	/* what x op (every member of an arc) gives */
static int step = 1;
static const char *kind = "exhaustive";	/* of what takes every pair of ranges */

static set_t bit(u64 x)
{
	return (set_t)1 << (x & (N - 1));
}

static set_t set_of_tnum(struct tnum t)
{
	set_t set = 0;
	int x;

	for (x = 0; x < N; x++)
		set |= bv_tnum_has(t, x) ? bit(x) : 0;
	return set;
}

static set_t set_of(struct range64 a)
{
	return arc_set[a.base][a.len];
}

/* the size of the smallest arc around a set that is not empty */
static int best_arc(set_t set)
{
	set_t gaps = EVERY & ~set;
	int longest = 0;

	for (; gaps; gaps &= gaps << 1 | gaps >> (N - 1))
		longest++;
	return N - longest;
}

static struct tnum best_tnum(set_t set)
{
	u64 ones = N - 1, may = 0, x;

	for (x = 0; x < N; x++) {
		if (!(set & bit(x)))
			continue;
		ones &= x;
		may |= x;
	}
	return (struct tnum){ .value = ones, .mask = may & ~ones };
}

static void fill(void)
{
	int value, mask, base, len, n = 0;

	for (value = 0; value < N; value++)
		for (mask = 0; mask < N; mask++)
			if (!(value & mask)) {
				tnums[tnum_count].value = value;
				tnums[tnum_count].mask = mask;
				tnum_set[tnum_count] = set_of_tnum(tnums[tnum_count]);
				tnum_count++;
			}
	for (base = 0; base < N; base++)
		for (len = 0; len < N; len++) {
			arc_set[base][len] = (len ? arc_set[base][len - 1] : 0) |
					     bit(base + len);
			if (len < N - 1 || !base) {
				arcs[n].base = base;
				arcs[n++].len = len;
			}
		}
}

static void tnum_result(struct row *r, struct tnum got, set_t exact)
{
	struct tnum best = best_tnum(exact);

	tap_checks++;
	if (exact & ~set_of_tnum(got) || got.value & got.mask ||
	    (got.value | got.mask) >> BV_BITS)
		wrong("%s gives %llx/%llx for %llx/%llx", r->name,
		      (unsigned long long)got.value, (unsigned long long)got.mask,
		      (unsigned long long)best.value, (unsigned long long)best.mask);
	row_add(r, 1 << hweight64(got.mask), 1 << hweight64(best.mask));
}

struct tnum_op {
	u8		op;
	const char	*name;
	struct tnum	(*fn)(struct tnum a, struct tnum b);
};

/* what x op (every member of a tnum) gives; of these there are fewer than of arcs */
static void fill_tnum_image(u8 op)
{
	int x, y, j;

	for (x = 0; x < N; x++)
		for (j = 0; j < tnum_count; j++)
			for (image[x][j] = 0, y = 0; y < N; y++)
				if (tnum_set[j] & bit(y))
					image[x][j] |= bit(alu_meaning(op, true, false, x, y));
}

static set_t paired_set(set_t a, int j)
{
	set_t out = 0;
	int x;

	for (x = 0; x < N; x++)
		if (a & bit(x))
			out |= image[x][j];
	return out;
}

static void prove_tnum_pairs(void)
{
	static const struct tnum_op ops[] = {
		{ BPF_ADD, "add", bv_tnum_add }, { BPF_SUB, "sub", bv_tnum_sub },
		{ BPF_AND, "and", bv_tnum_and }, { BPF_OR, "or", bv_tnum_or },
		{ BPF_XOR, "xor", bv_tnum_xor }, { BPF_MUL, "mul", bv_tnum_mul },
	};
	unsigned int k;
	int i, j;

	for (k = 0; k < ARRAY_LEN(ops); k++) {
		struct row *r = row_start("tnum_%s", ops[k].name);

		fill_tnum_image(ops[k].op);
		for (i = 0; i < tnum_count; i++)
			for (j = 0; j < tnum_count; j++)
				tnum_result(r, ops[k].fn(tnums[i], tnums[j]),
					    paired_set(tnum_set[i], j));
		tap_end("exhaustive: tnum %s", ops[k].name);
	}
}

static set_t shifted_set(u8 op, set_t set, int lo, int hi)
{
	set_t out = 0;
	int x, by;

	for (x = 0; x < N; x++)
		for (by = lo; set & bit(x) && by <= hi; by++)
			out |= bit(alu_meaning(op, true, false, x, by));
	return out;
}

static void prove_tnum_rest(void)
{
	struct row *shl = row_start("tnum_shl"), *shr = row_start("tnum_shr");
	struct row *sar = row_start("tnum_sar"), *low = row_start("tnum_low");
	struct row *span = row_start("tnum_span");
	set_t exact;
	u64 keep;
	int i, x, by;

	for (i = 0; i < tnum_count; i++)
		for (by = 0; by < BV_BITS; by++) {
			tnum_result(shl, bv_tnum_shl(tnums[i], by),
				    shifted_set(BPF_LSH, tnum_set[i], by, by));
			tnum_result(shr, bv_tnum_shr(tnums[i], by),
				    shifted_set(BPF_RSH, tnum_set[i], by, by));
			tnum_result(sar, bv_tnum_sar(tnums[i], by, BV_BITS),
				    shifted_set(BPF_ARSH, tnum_set[i], by, by));
			exact = 0;
			keep = (2 << by) - 1;
			for (x = 0; x < N; x++)
				exact |= tnum_set[i] & bit(x) ? bit(x & keep) : 0;
			tnum_result(low, bv_tnum_low(tnums[i], by + 1), exact);
			exact = 0;
			for (x = 0; x < N; x++)
				if (tnum_set[i] & bit(x))
					exact |= bit(alu_meaning(BPF_ARSH, false, false, x,
								 by % BV_HALF));
			tnum_result(sar, bv_tnum_sar(bv_tnum_low(tnums[i], BV_HALF),
						     by % BV_HALF, BV_HALF), exact);
		}
	for (i = 0; i < N; i++)
		for (x = i; x < N; x++)
			tnum_result(span, bv_tnum_span(i, x), arc_set[i][x - i]);
	tap_end("exhaustive: tnum shifts, low, span");
}

static void prove_tnum_sets(void)
{
	struct row *r = row_start("tnum_meet");
	struct tnum out;
	bool within;
	set_t both;
	int i, j;

	for (i = 0; i < tnum_count; i++)
		for (j = 0; j < tnum_count; j++) {
			both = tnum_set[i] & tnum_set[j];
			if (bv_tnum_meet(tnums[i], tnums[j], &out))
				tnum_result(r, out, both);
			else if (both)
				wrong("tnum meet is empty");
			within = bv_tnum_within(tnums[i], tnums[j]);
			if (within != !(tnum_set[j] & ~tnum_set[i]))
				wrong("tnum within");
		}
	tap_end("exhaustive: tnum meet, within");
}

static void arc_result(struct row *r, struct range64 got, set_t exact)
{
	tap_checks++;
	if ((got.base | got.len) >> BV_BITS || (got.len == N - 1 && got.base))
		wrong("%s gives malformed %llx+%llx", r->name,
		      (unsigned long long)got.base, (unsigned long long)got.len);
	else if (exact & ~set_of(got))
		wrong("%s gives %llx+%llx, lacks %llx", r->name,
		      (unsigned long long)got.base, (unsigned long long)got.len,
		      (unsigned long long)(exact & ~set_of(got)));
	row_add(r, got.len + 1, best_arc(exact));
}

static void fill_image(u8 op, bool is_signed)
{
	set_t acc = 0;
	int x, j;

	for (x = 0; x < N; x++)
		for (j = 0; j < ARCS; j++) {
			if (!arcs[j].len)
				acc = 0;
			acc |= bit(alu_meaning(op, true, is_signed, x,
					       (arcs[j].base + arcs[j].len) & (N - 1)));
			/* the only full arc stands behind all others of base 0 */
			image[x][j] = acc;
		}
}

static void prove_arc_pairs(void)
{
	const struct shift none = { 0, 0 };
	unsigned int k;
	set_t acc;
	int i, j;

	for (k = 0; k < ARRAY_LEN(alu_forms); k++) {
		const struct alu_form *f = &alu_forms[k];
		struct row *r;

		if (f->op == BPF_LSH || f->op == BPF_RSH || f->op == BPF_ARSH)
			continue;
		r = row_start("range_%s", f->name);
		fill_image(f->op, f->is_signed);
		for (j = 0; j < ARCS; j += step)
			for (acc = 0, i = 0; i < ARCS; i++) {
				if (!arcs[i].len)
					acc = 0;
				acc |= image[(arcs[i].base + arcs[i].len) & (N - 1)][j];
				arc_result(r, range64_alu(f->op, f->is_signed, arcs[i],
							  arcs[j], none), acc);
			}
		tap_end("%s: range %s", kind, f->name);
	}
}

static void prove_arc_shifts(void)
{
	static const struct alu_form ops[] = {
		{ BPF_LSH, false, "lsh" }, { BPF_RSH, false, "rsh" },
		{ BPF_ARSH, false, "arsh" },
	};
	unsigned int k;
	struct shift by;
	int i;

	for (k = 0; k < ARRAY_LEN(ops); k++) {
		struct row *r = row_start("range_%s", ops[k].name);

		for (i = 0; i < ARCS; i++)
			for (by.lo = 0; by.lo < BV_BITS; by.lo++)
				for (by.hi = by.lo; by.hi < BV_BITS; by.hi++)
					arc_result(r, range64_alu(ops[k].op, false, arcs[i],
								  arcs[0], by),
						   shifted_set(ops[k].op, set_of(arcs[i]),
							       by.lo, by.hi));
		tap_end("exhaustive: range %s by a range", ops[k].name);
	}
}

static void prove_arc_sets(void)
{
	struct row *r = row_start("range_meet");
	struct range64 out;
	set_t both;
	int i, j;

	for (i = 0; i < ARCS; i++)
		for (j = 0; j < ARCS; j += step) {
			both = set_of(arcs[i]) & set_of(arcs[j]);
			if (range64_within(arcs[i], arcs[j]) !=
			    !(set_of(arcs[j]) & ~set_of(arcs[i])))
				wrong("range within");
			if (range64_meet(arcs[i], arcs[j], &out) != !!both)
				wrong("range meet of %llx+%llx and %llx+%llx",
				      (unsigned long long)arcs[i].base,
				      (unsigned long long)arcs[i].len,
				      (unsigned long long)arcs[j].base,
				      (unsigned long long)arcs[j].len);
			else if (both)
				arc_result(r, out, both);
		}
	tap_end("%s: range meet, within", kind);
}

static void prove_arc_bounds(void)
{
	int i, x, sx, umin, umax, smin, smax;

	for (i = 0; i < ARCS; i++) {
		umin = N;
		smin = N;
		umax = -N;
		smax = -N;
		for (x = 0; x < N; x++) {
			if (range64_has(arcs[i], x) != !!(set_of(arcs[i]) & bit(x)))
				wrong("range has");
			if (!(set_of(arcs[i]) & bit(x)))
				continue;
			sx = x < N / 2 ? x : x - N;
			umin = min(umin, x);
			umax = max(umax, x);
			smin = min(smin, sx);
			smax = max(smax, sx);
		}
		tap_checks++;
		if ((int)range64_umin(arcs[i]) != umin ||
		    (int)range64_umax(arcs[i]) != umax ||
		    range64_smin(arcs[i]) != smin || range64_smax(arcs[i]) != smax)
			wrong("bounds of %llx+%llx", (unsigned long long)arcs[i].base,
			      (unsigned long long)arcs[i].len);
	}
	tap_end("exhaustive: range bounds, has");
}

static void prove_arc_cuts(void)
{
	struct row *fit = row_start("range_fit"), *drop = row_start("range_drop");
	struct range64 out;
	set_t both;
	int i, j;

	for (i = 0; i < ARCS; i++) {
		for (j = 0; j < tnum_count; j++) {
			both = set_of(arcs[i]) & tnum_set[j];
			out = arcs[i];
			if (range64_fit(&out, tnums[j].value, tnums[j].mask) != !!both)
				wrong("range fit");
			else if (both && arcs[i].len < N - 1 && !(both & bit(out.base)))
				wrong("range fit: its end has not the bits");
			else if (both)
				arc_result(fit, out, both);
		}
		for (j = 0; j < N; j++) {
			both = set_of(arcs[i]) & ~bit(j);
			out = arcs[i];
			if (range64_drop(&out, j) != !!both)
				wrong("range drop");
			else if (both)
				arc_result(drop, out, both);
		}
	}
	tap_end("exhaustive: range fit, drop");
}

int main(int argc, char **argv)
{
	table_path = argc > 1 && *argv[1] ? argv[1] : NULL;
	step = argc > 2 ? atoi(argv[2]) : 1;
	if (step > 1)
		kind = "in steps";
	fill();
	prove_tnum_pairs();
	prove_tnum_rest();
	prove_tnum_sets();
	prove_arc_pairs();
	prove_arc_shifts();
	prove_arc_sets();
	prove_arc_bounds();
	prove_arc_cuts();
	rows_end();
	return tap_finish();
}
