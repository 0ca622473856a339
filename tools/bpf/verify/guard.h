/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running what may crash or never end, so that it is a result and not the end.
 */
#ifndef TOOLS_BPF_GUARD_H
#define TOOLS_BPF_GUARD_H

#include <stdbool.h>
#include <ucontext.h>

/**
 * struct run_crash - how a run ended that did not return
 * @sig:	signal; SIGVTALRM: it ran for too long; 0: it did return, but broke what
 *		callers rely on: @why
 * @ip:		where
 * @addr:	the address it could not use, if that is what it was
 * @why:	in words
 */
struct run_crash {
	int		sig;
	unsigned long	ip;
	unsigned long	addr;
	char		why[160];
};

/* may the signal's cause be? Then it has mended the context */
typedef bool (*guard_expected_t)(int sig, ucontext_t *context);

/* runs fn(arg); false and @crash where that did not return */
bool run_guarded(void (*fn)(void *arg), void *arg, guard_expected_t expected,
		 struct run_crash *crash);

#endif /* TOOLS_BPF_GUARD_H */
