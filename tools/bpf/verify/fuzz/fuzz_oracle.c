// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs that are accepted, under the oracle's eyes.
 *
 *	fuzz_oracle [SEED [COUNT]]	until COUNT programs were accepted, from SEED on
 *	fuzz_oracle --show SEED		one program as a case file
 *	fuzz_oracle --why SEED COUNT	rules that refuse, of COUNT programs
 *	fuzz_oracle --bugs SEED MOST N..	with each seeded bug N (verifier/width.h): found
 *					within MOST programs? And without, nothing is found.
 *					Where seeded bugs are compiled in
 *
 * A program that breaks a promise is shown as a case file. What is found becomes one of
 * the corpus.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "oracle_try.h"
#include "tap.h"

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

#define MOST_BAD	5
#define TELL_EVERY	1000000	/* accepted programs */
#define MOST_RULES	200
#define GUESS_EVERY	4

/* each allocation of one program in so many fails in turn: where leaks are seen, more often */
#ifdef __SANITIZE_ADDRESS__
#define STARVE_EVERY	64
#else
#define STARVE_EVERY	512
#endif

static struct accept_prog now;
static u64 now_seed;

static void show_death(void)
{
	fflush(stdout);
	printf("# seed %llu ends the process\n", now_seed);
	try_show(&now);
	fflush(stdout);
}

/* the costly ones for few programs */
static u32 how_of(u64 seed)
{
	return TRY_ENGINES | (seed % GUESS_EVERY ? 0 : TRY_GUESS) |
	       (seed % 16 ? 0 : TRY_PRUNE) | (seed % STARVE_EVERY ? 0 : TRY_STARVE);
}

static enum try_result try_seed(u64 seed, u32 how)
{
	now_seed = seed;
	accept_make(&now, seed);
	return try_program(&now, seed * 8, how);
}

static void show_found(void)
{
	printf("# seed %llu\n%s\n", now_seed, try_why());
	try_show(&now);
}

struct totals {
	u64	first;
	u64	tried;
	u64	accepted;
	u64	insns;
	u64	bad;
};

static void tell(const struct totals *t)
{
	printf("# seeds %llu to %llu: %llu accepted (%.1f %%), of %llu instructions, %llu findings\n",
	       t->first, t->first + t->tried - 1, t->accepted, 100.0 * t->accepted / t->tried,
	       t->insns / (t->accepted ?: 1), t->bad);
	fflush(stdout);
}

/* until @count were accepted */
static void run(u64 seed, u64 count)
{
	struct totals t = { .first = seed };

	while (t.accepted < count && t.bad < MOST_BAD) {
		enum try_result res = try_seed(seed + t.tried, how_of(seed + t.tried));

		t.tried++;
		if (res == TRY_REFUSED)
			continue;
		t.accepted++;
		t.insns += now.count;
		if (res == TRY_BAD) {
			t.bad++;
			show_found();
		}
		if (!(t.accepted % TELL_EVERY))
			tell(&t);
	}
	tell(&t);
	printf("# goes on with seed %llu\n", seed + t.tried);
	ok(!t.bad && t.accepted == count, "%llu accepted programs do what was claimed",
	   t.accepted);
}

static int count_why(u64 seed, u64 count)
{
	static char names[MOST_RULES][40];
	static u32 counts[MOST_RULES];
	u64 i, refused = 0;
	u32 n;

	for (i = 0; i < count; i++) {
		if (try_seed(seed + i, 0) != TRY_REFUSED)
			continue;
		refused++;
		for (n = 0; n < MOST_RULES - 1 && names[n][0] && strcmp(names[n], try_rule()); n++)
			;
		strcpy(names[n], try_rule());
		counts[n]++;
	}
	printf("%llu of %llu refused\n", refused, count);
	for (n = 0; n < MOST_RULES && names[n][0]; n++)
		printf("%6u %s\n", counts[n], names[n]);
	return 0;
}

#ifdef BV_SEED
/* the oracle finds the seeded bug, or none where it is 0 */
static void find_bug(u32 bug, u64 seed, u64 most)
{
	enum try_result res = TRY_GOOD;
	u64 tried = 0, accepted = 0;

	bv_seed = bug;
	while (tried < most && res != TRY_BAD) {
		now_seed = seed + tried++;
		accept_make_large(&now, now_seed);
		res = try_program(&now, now_seed * 8, TRY_PRUNE | TRY_GUESS);
		accepted += res != TRY_REFUSED;
	}
	bv_seed = 0;
	if (!bug) {
		ok(res != TRY_BAD, "no bug, and none is found in %llu programs", tried);
		if (res == TRY_BAD)
			show_found();
		return;
	}
	ok(res == TRY_BAD, "seeded bug %u is found in %llu programs, %llu of them accepted", bug,
	   tried, accepted);
	printf("# %.*s\n", (int)strcspn(try_why(), "\n"), try_why());
}
#else
static void find_bug(u32 bug, u64 seed, u64 most)
{
	ok(false, "seeded bugs are compiled in");
}
#endif

static void find_bugs(char **bugs, u64 seed, u64 most)
{
	find_bug(0, seed, most / 2);
	for (; *bugs; bugs++)
		find_bug(strtoul(*bugs, NULL, 0), seed, most);
}

static u64 number(int argc, char **argv, int i, u64 otherwise)
{
	return i < argc ? strtoull(argv[i], NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
	int first = *mode ? 2 : 1, ret = 0;

	try_start();
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(show_death);
	if (!strcmp(mode, "--show")) {
		accept_make(&now, number(argc, argv, first, 1));
		try_show(&now);
	} else if (!strcmp(mode, "--why")) {
		ret = count_why(number(argc, argv, first, 1), number(argc, argv, first + 1, 1000));
	} else if (!strcmp(mode, "--bugs") && argc > first + 1) {
		find_bugs(argv + first + 2, number(argc, argv, first, 1),
			  number(argc, argv, first + 1, 1));
		ret = tap_done();
	} else {
		run(number(argc, argv, first, 1), number(argc, argv, first + 1, 1000));
		ret = tap_done();
	}
	try_end();
	return ret;
}
