// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that bytes choose (accept.h), for a fuzzer that is guided by what of the
 * verifier they reach: libFuzzer, which calls this with bytes that it changes. All that
 * must hold of an accepted program is held against it, and what does not ends the run,
 * the bytes kept in a file crash-*. A file is shown as a case by
 *
 *	fuzz_bytes FILE		with SHOW=1 in the environment
 *
 * Layer: as bpfcase.c.
 */
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include "oracle_try.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len);

static u64 tried, accepted;

static void tell(void)
{
	printf("ok 1 - %llu programs that bytes chose, %llu accepted (%.1f %%)\n1..1\n", tried,
	       accepted, tried ? 100.0 * accepted / tried : 0);
	try_end();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	try_start();
	atexit(tell);
	return 0;
}

/* what fields, packets and maps hold goes with the bytes */
static u64 number_of(const u8 *bytes, size_t len)
{
	u64 n = len;

	while (len--)
		n = (n ^ *bytes++) * 0x100000001b3ULL;
	return n;
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	static struct accept_prog p;
	u64 number = number_of(bytes, len);
	enum try_result res;

	accept_make_from(&p, bytes, len);
	if (getenv("SHOW"))
		try_show(&p);
	res = try_program(&p, number, number % 8 ? 0 : TRY_ENGINES | TRY_PRUNE | TRY_GUESS);
	tried++;
	accepted += res != TRY_REFUSED;
	if (res != TRY_BAD)
		return 0;
	printf("not ok 1 - what a program claims\n# %s\n", try_why());
	try_show(&p);
	fflush(stdout);
	abort();
}
