/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs on perf events that are counters, clocks or faults, not trace events: run
 * when the event overflows. For kernel/events/core.c only, which calls these where it
 * attaches a program, frees an event, and makes a child's event.
 *
 * Layer K1. Implemented in kernel/trace/bpf/overflow.c.
 */
#ifndef _LINUX_BPF_OVERFLOW_H
#define _LINUX_BPF_OVERFLOW_H

#include <linux/errno.h>
#include <linux/types.h>

struct bpf_prog;
struct perf_event;

#ifdef CONFIG_BPF_EVENTS

int bpf_overflow_attach(struct perf_event *event, struct bpf_prog *prog, u64 cookie);
void bpf_overflow_detach(struct perf_event *event);
void bpf_overflow_inherit(struct perf_event *child, const struct perf_event *parent);

#else

static inline int bpf_overflow_attach(struct perf_event *event, struct bpf_prog *prog,
				      u64 cookie)
{
	return -EOPNOTSUPP;
}

static inline void bpf_overflow_detach(struct perf_event *event)
{
}

static inline void bpf_overflow_inherit(struct perf_event *child,
					const struct perf_event *parent)
{
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _LINUX_BPF_OVERFLOW_H */
