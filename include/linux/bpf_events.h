/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on events: several on one, and never one inside another.
 *
 * An event can fire wherever a CPU is, also inside a program's helper. A program runs
 * on it unless another one is running in the same context of this CPU: a task, a soft
 * interrupt, an interrupt and an NMI each have their own, so that what interrupts a
 * program is still seen.
 *
 * Layer K1. Implemented in kernel/trace/bpf/run.c.
 */
#ifndef _LINUX_BPF_EVENTS_H
#define _LINUX_BPF_EVENTS_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/types.h>

struct bpf_prog;

/* task, soft interrupt, interrupt, NMI */
#define BPF_EVENT_LEVELS	4

/**
 * struct bpf_prog_array_item - a program of a hook
 * @prog:	the program, held; NULL behind the last one
 * @cookie:	what the attachment says of itself
 */
struct bpf_prog_array_item {
	struct bpf_prog	*prog;
	u64		cookie;
};

/**
 * struct bpf_prog_array - programs of a hook, in the order they run; never changed
 * @rcu:	for the grace period before freeing
 * @count:	programs in @items
 * @items:	one more than @count
 */
struct bpf_prog_array {
	struct rcu_head			rcu;
	u32				count;
	struct bpf_prog_array_item	items[];
};

#ifdef CONFIG_BPF_EVENTS

DECLARE_PER_CPU(u8[BPF_EVENT_LEVELS], bpf_event_busy);

/* as interrupt_context_level(); most events fire in a task */
static __always_inline int bpf_event_level(void)
{
	if (likely(!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return 0;
	return interrupt_context_level();
}

/**
 * bpf_event_enter() - may a program run on an event now?
 *
 * Context: any, preemption off until bpf_event_leave().
 * Return: this context's level, to be given to bpf_event_leave(); -1 where a program
 * is running in it already.
 */
static __always_inline int bpf_event_enter(void)
{
	int level = bpf_event_level();

	if (unlikely(__this_cpu_read(bpf_event_busy[level])))
		return -1;
	__this_cpu_write(bpf_event_busy[level], 1);
	barrier();
	return level;
}

/**
 * bpf_event_leave() - the program has run
 * @level:	what bpf_event_enter() returned, not -1
 */
static __always_inline void bpf_event_leave(int level)
{
	barrier();
	__this_cpu_write(bpf_event_busy[level], 0);
}

/**
 * bpf_events_shut() - no program runs on events of what follows
 *
 * For work that maps put off, such as taking memory for elements to come: where a program
 * runs on the events of that, and changes the map, there is work again, and no end of it.
 *
 * Context: any, preemption off until bpf_events_reopen().
 * Return: what bpf_events_reopen() takes.
 */
static inline int bpf_events_shut(void)
{
	return bpf_event_enter();
}

/**
 * bpf_events_reopen() - programs run again
 * @level:	what bpf_events_shut() returned
 */
static inline void bpf_events_reopen(int level)
{
	if (level >= 0)
		bpf_event_leave(level);
}

/* kernel/trace/bpf/run.c, rawtp.c; kernel-doc is with the definitions */
void bpf_raw_event_run(struct bpf_prog *prog, const u64 *args, u32 count);
u32 bpf_events_run(struct bpf_prog_array __rcu *const *programs, const void *ctx);

/* name that uprobes of the base use; no program sleeps */
#define bpf_prog_run_array_sleepable(programs, ctx, run)	\
	bpf_events_run(&(programs), ctx)

#else

static inline int bpf_events_shut(void)
{
	return -1;
}

static inline void bpf_events_reopen(int level)
{
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _LINUX_BPF_EVENTS_H */
