/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of kernel/trace/bpf share: contexts as the kernel fills them in, and
 * the helpers that depend on them.
 *
 * Layer K5.
 */
#ifndef _TRACE_BPF_H
#define _TRACE_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

struct bpf_event_site;
struct file;
struct pt_regs;
struct trace_attached;
struct trace_event_file;
struct tracepoint;

/* arguments that programs see: arg1 to arg6 of struct bpf_context */
#define TRACE_ARGS	6

/* arguments that a raw tracepoint may have */
#define TRACE_RAW_ARGS	12

/**
 * struct trace_args - struct bpf_context as it really is
 * @arg:	the event's arguments
 * @ret:	what was returned
 * @regs:	registers where the event fired, or NULL; programs do not see it
 */
struct trace_args {
	u64		arg[TRACE_ARGS];
	u64		ret;
	struct pt_regs	*regs;
};

/* filter.c */
struct trace_attached *trace_attached_to(const struct trace_event_file *file);
struct bpf_prog *trace_attach_prog(const struct trace_attached *attached);

/* types.c; include/linux/bpf_type_list.h lists them */
extern const struct bpf_type_ops bpf_kprobe_type;
extern const struct bpf_type_ops bpf_tracepoint_type;
extern const struct bpf_type_ops bpf_raw_tracepoint_type;
extern const struct bpf_type_ops bpf_tracing_type;
extern const struct bpf_type_ops bpf_perf_event_type;

/* rawtp.c */
int trace_raw_args(const struct tracepoint *tp);
int trace_raw_site(const struct file *file, struct bpf_event_site *site);

#endif /* _TRACE_BPF_H */
