// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exhaustive proof of mutual refinement at 5 and 6 bits with a half of 3: every
 * combination of known bits, a range of the word and a range of its half. An odd
 * word has its middle bit in both halves. Sets of numbers are words of 64 bits.
 *
 * usage: domain_sync [TABLE [STEP]]
 *	STEP: every how manieth combination is tried; 1 is all of them
 */
#include "domain_table.h"

#define N	(1 << BV_BITS)
#define HALF	(1 << BV_HALF)
#define EVERY	(~0ULL >> (64 - N))

static u64 tnum_sets[N][N];		/* by value and mask */
static u64 arc_sets[N][N];		/* by base and len */
static u64 low_sets[HALF][HALF];

static void fill(void)
{
	int a, b, x;

	for (a = 0; a < N; a++)
		for (b = 0; b < N; b++)
			for (x = 0; x < N; x++) {
				if (!((x ^ a) & ~b))
					tnum_sets[a][b] |= 1ULL << x;
				if (((x - a) & (N - 1)) <= b)
					arc_sets[a][b] |= 1ULL << x;
			}
	for (a = 0; a < HALF; a++)
		for (b = 0; b < HALF; b++)
			for (x = 0; x < N; x++)
				if (((x - a) & (HALF - 1)) <= b)
					low_sets[a][b] |= 1ULL << x;
}

static u64 set_of(struct scalar a)
{
	return tnum_sets[a.bits.value][a.bits.mask] & arc_sets[a.r64.base][a.r64.len] &
	       low_sets[a.r32.base][a.r32.len];
}

/* the least arc on a circle of @n around a set: all but its longest gap */
static void best_arc(u64 set, int n, u64 *base, u64 *len)
{
	int x, first, gap = 0, longest = -1;

	for (first = 0; !(set >> first & 1);)
		first++;
	for (x = first + 1; x <= first + n; x++) {
		gap++;
		if (!(set >> (x % n) & 1))
			continue;
		if (gap > longest) {
			longest = gap;
			*base = x % n;
		}
		gap = 0;
	}
	*len = n - longest;
	if (*len == (u64)n - 1)
		*base = 0;
}

/* how many numbers the domain has to allow when it is to allow these */
static int best_around(u64 set)
{
	u64 low = 0, base = 0, len = 0;
	struct scalar a = { .bits.value = N - 1 };
	int x, may = 0;

	for (x = 0; x < N; x++)
		if (set >> x & 1) {
			a.bits.value &= x;
			may |= x;
			low |= 1ULL << x % HALF;
		}
	a.bits.mask = may & ~a.bits.value;
	best_arc(set, N, &a.r64.base, &a.r64.len);
	best_arc(low, HALF, &base, &len);
	a.r32.base = base;
	a.r32.len = len;
	return __builtin_popcountll(set_of(a));
}

static void check(struct scalar a, struct row *r, unsigned long long *missed)
{
	u64 was = set_of(a);
	struct scalar got;

	if (!sync_result(a, was, &got))
		return;
	if (was & ~set_of(got))
		wrong("sync of %s drops values: %s", scalar_text(a), scalar_text(got));
	else if (!was)
		++*missed;
	else
		row_add(r, __builtin_popcountll(set_of(got)), best_around(was));
}

int main(int argc, char **argv)
{
	unsigned long long at = 0, step = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	unsigned long long missed = 0;
	struct row *r = row_start("sync");
	struct scalar a;
	u64 i, j, k;

	table_path = argc > 1 && *argv[1] ? argv[1] : NULL;
	fill();
	for (i = 0; i < N * N; i++) {
		a.bits.value = i % N;
		a.bits.mask = i / N;
		for (j = 0; !(a.bits.value & a.bits.mask) && j < N * N; j++) {
			a.r64.base = j % N;
			a.r64.len = j / N;
			for (k = 0; k < HALF * HALF; k++) {
				a.r32.base = k % HALF;
				a.r32.len = k / HALF;
				if (scalar_well_formed(a) && at++ % step == 0)
					check(a, r, &missed);
			}
		}
	}
	tap_end("%s: sync, %llu empty ones not seen",
		step == 1 ? "exhaustive" : "in steps", missed);
	rows_end();
	return tap_finish();
}
