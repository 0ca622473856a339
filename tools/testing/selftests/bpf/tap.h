/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test points as TAP (kselftest's format), for tests that run alone in a small guest.
 * One ok() a claim; the summary is the last line and the exit status tells.
 */
#ifndef SELFTESTS_BPF_TAP_H
#define SELFTESTS_BPF_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define TAP_SKIP_STATUS 4	/* kselftest's: nothing could be tested */

static int tap_passed, tap_failed, tap_skipped;

/* one claim; says whether it holds. The text names the claim */
__attribute__((format(printf, 2, 3), unused))
static bool ok(bool holds, const char *fmt, ...)
{
	va_list args;

	printf("%s %d - ", holds ? "ok" : "not ok",
	       tap_passed + tap_failed + tap_skipped + 1);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	if (holds)
		tap_passed++;
	else
		tap_failed++;
	return holds;
}

/* a claim that cannot be tested here; the text names what is missing */
__attribute__((format(printf, 1, 2), unused))
static void skip(const char *fmt, ...)
{
	va_list args;

	tap_skipped++;
	printf("ok %d # SKIP ", tap_passed + tap_failed + tap_skipped);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

/* last call of main() */
static inline int tap_done(void)
{
	printf("1..%d\n", tap_passed + tap_failed + tap_skipped);
	printf("%d passed, %d failed, %d skipped\n", tap_passed, tap_failed,
	       tap_skipped);
	if (tap_failed)
		return 1;
	return tap_passed ? 0 : TAP_SKIP_STATUS;
}

#endif /* SELFTESTS_BPF_TAP_H */
