/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events that a program drops as their filter, at less cost: the record is built where
 * nothing needs to be asked or told before it is known to stay.
 *
 *	reserve (quick) -> fields -> program -> dropped
 *	                                     -> head of the record -> ring buffer
 *
 * Where more than a filter has a say, an event goes the base's way.
 *
 * Layer K5. Tests: selftests/bpf/predicate_file_test.c.
 */
#ifndef _TRACE_BPF_QUICK_H
#define _TRACE_BPF_QUICK_H

#include <linux/trace_events.h>

/* in trace_event_buffer::trace_ctx, which has no such value: it comes when it is needed */
#define TRACE_QUICK_CTX	BIT(31)

/* trace_events.c: the base's way; as trace_event_buffer_reserve() */
void *trace_event_reserve_full(struct trace_event_buffer *fbuffer,
			       struct trace_event_file *file, unsigned long len);

#ifdef CONFIG_BPF_EVENTS

/* a filter, and nobody else that looks at the fields */
static __always_inline bool trace_quick_may(const struct trace_event_file *file)
{
	return (file->flags & (EVENT_FILE_FL_FILTERED | EVENT_FILE_FL_TRIGGER_COND |
			       EVENT_FILE_FL_SOFT_DISABLED | EVENT_FILE_FL_PID_FILTER |
			       EVENT_FILE_FL_GATED | EVENT_FILE_FL_STANDIN)) ==
	       EVENT_FILE_FL_FILTERED;
}

/* quick.c; kernel-doc is with the definitions */
void *trace_quick_reserve(struct trace_event_buffer *fbuffer, struct trace_event_file *file,
			  unsigned long len);
bool trace_quick_keep(struct trace_event_buffer *fbuffer);

#else

static __always_inline bool trace_quick_may(const struct trace_event_file *file)
{
	return false;
}

static inline void *trace_quick_reserve(struct trace_event_buffer *fbuffer,
					struct trace_event_file *file, unsigned long len)
{
	return trace_event_reserve_full(fbuffer, file, len);
}

static inline bool trace_quick_keep(struct trace_event_buffer *fbuffer)
{
	return true;
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _TRACE_BPF_QUICK_H */
