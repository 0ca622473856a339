// SPDX-License-Identifier: GPL-2.0-only
/*
 * guard.h. One run at a time; nothing here knows what it runs.
 *
 * Layer: as bpfcase.c.
 */
#define _GNU_SOURCE
#include <linux/kernel.h>
#include <linux/types.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include "guard.h"

#define SIGNAL_STACK	65536
#define TICK_US		1000000

static sigjmp_buf way_out;
static volatile sig_atomic_t running;
static u64 runs;
static struct run_crash *last_crash;
static guard_expected_t may_be;
static struct sigaction before[NSIG];

static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };

static unsigned long instruction_of(const ucontext_t *context)
{
#ifdef __x86_64__
	return context->uc_mcontext.gregs[REG_RIP];
#else
	return 0;
#endif
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	if (!running) {
		sigaction(sig, &before[sig], NULL);
		return;
	}
	if (may_be && may_be(sig, context))
		return;
	last_crash->sig = sig;
	last_crash->ip = instruction_of(context);
	last_crash->addr = (unsigned long)info->si_addr;
	siglongjmp(way_out, 1);
}

/* one and the same run at two ticks has taken too long */
static void on_tick(int sig, siginfo_t *info, void *context)
{
	static u64 seen;

	if (running && seen == runs) {
		may_be = NULL;
		on_signal(sig, info, context);
	}
	seen = runs;
}

static void catch_signals(void)
{
	static u8 stack[SIGNAL_STACK];
	static bool done;
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = {
		.sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};
	struct itimerval tick = {
		.it_interval = { 0, TICK_US },
		.it_value = { 0, TICK_US },
	};
	u32 i;

	if (done)
		return;
	done = true;
	sigaltstack(&alt, NULL);
	for (i = 0; i < ARRAY_SIZE(caught); i++)
		sigaction(caught[i], &act, &before[caught[i]]);
	act.sa_sigaction = on_tick;
	sigaction(SIGVTALRM, &act, NULL);
	setitimer(ITIMER_VIRTUAL, &tick, NULL);
}

/**
 * run_guarded() - run something that may crash, or never end
 * @fn:		what
 * @arg:	for it
 * @expected:	asked about each signal first; may be NULL
 * @crash:	takes how it went wrong
 *
 * Return: whether @fn returned.
 */
bool run_guarded(void (*fn)(void *arg), void *arg, guard_expected_t expected,
		 struct run_crash *crash)
{
	catch_signals();
	memset(crash, 0, sizeof(*crash));
	last_crash = crash;
	may_be = expected;
	runs++;
	if (sigsetjmp(way_out, 0)) {
		running = 0;
		if (crash->sig == SIGVTALRM)
			snprintf(crash->why, sizeof(crash->why), "does not end");
		else
			snprintf(crash->why, sizeof(crash->why), "signal %d at %#lx, address %#lx",
				 crash->sig, crash->ip, crash->addr);
		return false;
	}
	running = 1;
	fn(arg);
	running = 0;
	return true;
}
