/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event that bpf_trace_printk() writes: one line of text, shown in the trace
 * as "bpf_trace_printk: text".
 *
 * Layer K1.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bpf_trace

#if !defined(_TRACE_BPF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_BPF_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(bpf_trace_printk,

	TP_PROTO(const char *line),

	TP_ARGS(line),

	TP_STRUCT__entry(
		__string(text, line)
	),

	TP_fast_assign(
		__assign_str(text, line);
	),

	TP_printk("%s", __get_str(text))
);

#endif /* _TRACE_BPF_TRACE_H */

#include <trace/define_trace.h>
