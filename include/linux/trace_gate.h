/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate of a trace event: a program in place of the event's filter sees the event's
 * arguments and says whether anything of it is recorded.
 *
 *	event fires -> triggers without condition -> gate -> fields -> triggers with
 *	condition, histograms -> ring buffer
 *
 * A place that records an event asks the gate where EVENT_FILE_FL_GATED is set, and
 * goes on with the file that it gets back, if any. Where the program has dropped the
 * event, and triggers want to see its fields all the same, that file is a stand-in
 * under which nothing is recorded.
 *
 * Layer K1. Implemented in kernel/trace/bpf/filter.c.
 */
#ifndef _LINUX_TRACE_GATE_H
#define _LINUX_TRACE_GATE_H

#include <linux/bpf_event_args.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct pt_regs;
struct trace_event_file;

#ifdef CONFIG_BPF_EVENTS

/* of trace_event_file::flags, above those of the base: EVENT_FILE_FL_* */
#define EVENT_FILE_FL_GATED	BIT(30)		/* ask the gate before recording */
#define EVENT_FILE_FL_STANDIN	BIT(29)		/* not a file of its own, see above */

/* kernel/trace/bpf/filter.c; kernel-doc is with the definitions */
struct trace_event_file *trace_gate(struct trace_event_file *file, const u64 *args,
				    u32 count);
struct trace_event_file *trace_gate_ret(struct trace_event_file *file, u64 ret);
struct trace_event_file *trace_gate_syscall(struct trace_event_file *file,
					    struct pt_regs *regs);
struct trace_event_file *trace_gate_synth(struct trace_event_file *file, const u64 *values,
					  const unsigned int *index, u32 count);
struct trace_event_file *trace_gate_values(struct trace_event_file *file, const u64 *values,
					   u32 count);
struct trace_event_file *trace_gate_va(struct trace_event_file *file, u32 count,
				       va_list values);
struct trace_event_file *trace_gate_kernel(struct trace_event_file *file,
					   struct pt_regs *regs, bool returns);
struct trace_event_file *trace_gate_user(struct trace_event_file *file,
					 struct pt_regs *regs, bool returns);
struct trace_event_file *trace_gate_real(struct trace_event_file *file);

#else

#define EVENT_FILE_FL_GATED	0
#define EVENT_FILE_FL_STANDIN	0

static inline struct trace_event_file *trace_gate(struct trace_event_file *file,
						  const u64 *args, u32 count)
{
	return file;
}

static inline struct trace_event_file *trace_gate_ret(struct trace_event_file *file, u64 ret)
{
	return file;
}

static inline struct trace_event_file *trace_gate_syscall(struct trace_event_file *file,
							  struct pt_regs *regs)
{
	return file;
}

static inline struct trace_event_file *trace_gate_synth(struct trace_event_file *file,
							const u64 *values,
							const unsigned int *index, u32 count)
{
	return file;
}

static inline struct trace_event_file *trace_gate_values(struct trace_event_file *file,
							 const u64 *values, u32 count)
{
	return file;
}

static inline struct trace_event_file *trace_gate_va(struct trace_event_file *file,
						     u32 count, va_list values)
{
	return file;
}

static inline struct trace_event_file *trace_gate_kernel(struct trace_event_file *file,
							 struct pt_regs *regs, bool returns)
{
	return file;
}

static inline struct trace_event_file *trace_gate_user(struct trace_event_file *file,
						       struct pt_regs *regs, bool returns)
{
	return file;
}

static inline struct trace_event_file *trace_gate_real(struct trace_event_file *file)
{
	return file;
}

#endif /* CONFIG_BPF_EVENTS */

#endif /* _LINUX_TRACE_GATE_H */
