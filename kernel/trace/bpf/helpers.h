/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The helpers of programs on events: rows, each in the file that has the function. A
 * program's type is a bit here, so that a row says at once who may call it, and a helper
 * whose work depends on the context has a row for each.
 *
 * Layer K5. Documentation/bpf/helpers.rst has the same rows for people, and
 * tools/bpf/verify/helpers.py compares the two.
 */
#ifndef _TRACE_BPF_HELPERS_H
#define _TRACE_BPF_HELPERS_H

#include <linux/bits.h>
#include <linux/bpf_func.h>
#include <linux/types.h>

/* the types of types.c */
#define TRACE_KPROBE		BIT(0)
#define TRACE_TRACEPOINT	BIT(1)
#define TRACE_RAW		BIT(2)
#define TRACE_PERF_EVENT	BIT(3)
#define TRACE_FILTER		BIT(4)
#define TRACE_ALL		(BIT(5) - 1)

/**
 * struct trace_helper - a helper of programs on events
 * @id:		its number
 * @types:	program types that have it, TRACE_*
 * @locked:	reads kernel memory, which a locked-down kernel does not let programs do
 * @proto:	as the verifier sees it
 */
struct trace_helper {
	enum bpf_func_id	id;
	u8			types;
	bool			locked;
	struct bpf_func_proto	proto;
};

/**
 * struct trace_helpers - those of one file
 * @row:	each
 * @count:	how many
 */
struct trace_helpers {
	const struct trace_helper	*row;
	u32				count;
};

/* read.c, task.c, output.c, override.c */
extern const struct trace_helpers trace_read_helpers;
extern const struct trace_helpers trace_task_helpers;
extern const struct trace_helpers trace_output_helpers;
#ifdef CONFIG_BPF_KPROBE_OVERRIDE
extern const struct trace_helpers trace_override_helpers;
#endif

/* helpers.c */
const struct bpf_func_proto *trace_helper_find(u32 type, enum bpf_func_id id);

#endif /* _TRACE_BPF_HELPERS_H */
