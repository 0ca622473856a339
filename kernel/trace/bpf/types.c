// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program types of trace events: what each sees of an event, and which helpers it
 * may call. All of them may read any kernel memory through helpers, so loading one
 * takes CAP_PERFMON. What they return is the same: 0 drops the event.
 *
 *	type		attached to			context
 *	TRACING		an event's filter file		struct bpf_context
 *	TRACEPOINT	the same, perf events		the event's record
 *	KPROBE		perf events: kprobes, uprobes	struct pt_regs
 *	RAW_TRACEPOINT	tracepoints			their arguments
 *	PERF_EVENT	any other perf event		struct bpf_perf_event_data
 *
 * Must never run a program. Layer K5. Tests: selftests/bpf/cases/trace.
 */
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>
#include <linux/trace_events.h>
#include "helpers.h"
#include "trace_bpf.h"

/* what all these types have in common */
#define TRACE_TYPE(number, words, view, find)	\
	.type		= (number),		\
	.name		= (words),		\
	.traits		= BPF_TYPE_PERFMON,	\
	.ret_min	= S32_MIN,		\
	.ret_max	= S32_MAX,		\
	.ctx		= &(view),		\
	.proto		= (find)

/* memory of the kernel as it is, from @from to behind @to */
#define MEMORY_FIELD(words, from, to)		\
	{					\
		.name	= (words),		\
		.off	= (from),		\
		.size	= (to) - (from),	\
		.unit	= 8,			\
		.rights	= BPF_FIELD_READ | BPF_FIELD_RAW,	\
		.koff	= (from),		\
		.ksize	= 8,			\
	}

/* ---- registers ------------------------------------------------------------ */

static const struct bpf_field regs_fields[] = {
	MEMORY_FIELD("registers", 0, sizeof(struct pt_regs)),
};

static const struct bpf_view regs_view = {
	.name	= "pt_regs",
	.size	= sizeof(struct pt_regs),
	.fields	= regs_fields,
	.count	= ARRAY_SIZE(regs_fields),
};

static const struct bpf_func_proto *kprobe_proto(enum bpf_func_id id)
{
	return trace_helper_find(TRACE_KPROBE, id);
}

const struct bpf_type_ops bpf_kprobe_type = {
	TRACE_TYPE(BPF_PROG_TYPE_KPROBE, "kprobe", regs_view, kprobe_proto),
};

/* ---- the record of an event ------------------------------------------------ */

/* which has how many bytes is seen when the program is attached */
static const struct bpf_field record_fields[] = {
	MEMORY_FIELD("fields", 8, PERF_MAX_TRACE_SIZE),
};

static const struct bpf_view record_view = {
	.name	= "the event's record",
	.size	= PERF_MAX_TRACE_SIZE,
	.fields	= record_fields,
	.count	= ARRAY_SIZE(record_fields),
};

static const struct bpf_func_proto *tracepoint_proto(enum bpf_func_id id)
{
	return trace_helper_find(TRACE_TRACEPOINT, id);
}

const struct bpf_type_ops bpf_tracepoint_type = {
	TRACE_TYPE(BPF_PROG_TYPE_TRACEPOINT, "tracepoint", record_view, tracepoint_proto),
};

/* ---- arguments of a tracepoint --------------------------------------------- */

static const struct bpf_field raw_fields[] = {
	MEMORY_FIELD("args", 0, TRACE_RAW_ARGS * sizeof(u64)),
};

static const struct bpf_view raw_view = {
	.name	= "bpf_raw_tracepoint_args",
	.size	= TRACE_RAW_ARGS * sizeof(u64),
	.fields	= raw_fields,
	.count	= ARRAY_SIZE(raw_fields),
};

static const struct bpf_func_proto *raw_proto(enum bpf_func_id id)
{
	return trace_helper_find(TRACE_RAW, id);
}

const struct bpf_type_ops bpf_raw_tracepoint_type = {
	TRACE_TYPE(BPF_PROG_TYPE_RAW_TRACEPOINT, "raw_tracepoint", raw_view, raw_proto),
};

/* ---- arguments in place of a filter ---------------------------------------- */

#define ARG_FIELD(member)				\
	{						\
		.name	= #member,			\
		.off	= offsetof(struct bpf_context, member),	\
		.size	= sizeof(u64),			\
		.unit	= sizeof(u64),			\
		.rights	= BPF_FIELD_READ | BPF_FIELD_NARROW,	\
		.koff	= offsetof(struct bpf_context, member),	\
		.ksize	= sizeof(u64),			\
	}

/* ORDER arguments: bit n of bpf_prog_aux.ctx_fields is argument n, bit 6 the result */
static const struct bpf_field tracing_fields[] = {
	ARG_FIELD(arg1),
	ARG_FIELD(arg2),
	ARG_FIELD(arg3),
	ARG_FIELD(arg4),
	ARG_FIELD(arg5),
	ARG_FIELD(arg6),
	ARG_FIELD(ret),
};

static_assert(offsetof(struct bpf_context, arg6) == offsetof(struct trace_args, arg[5]));
static_assert(offsetof(struct bpf_context, ret) == offsetof(struct trace_args, ret));

static const struct bpf_view tracing_view = {
	.name	= "bpf_context",
	.size	= sizeof(struct bpf_context),
	.fields	= tracing_fields,
	.count	= ARRAY_SIZE(tracing_fields),
};

static const struct bpf_func_proto *tracing_proto(enum bpf_func_id id)
{
	return trace_helper_find(TRACE_FILTER, id);
}

const struct bpf_type_ops bpf_tracing_type = {
	TRACE_TYPE(BPF_PROG_TYPE_TRACING, "tracing", tracing_view, tracing_proto),
};

/* ---- a perf event's sample -------------------------------------------------- */

/* the member at @second of what the pointer at @first of the context points to */
static u32 emit_through(const struct bpf_access *a, u32 first, u32 second,
			struct bpf_insn *out)
{
	out[0] = BPF_LDX_MEM(bpf_size_code(sizeof(void *)), a->dst, a->src, first);
	out[1] = BPF_LDX_MEM(bpf_size_code(a->size), a->dst, a->dst, second);
	return 2;
}

static u32 emit_sample_regs(const struct bpf_field *f, const struct bpf_access *a,
			    struct bpf_insn *out)
{
	return emit_through(a, offsetof(struct bpf_perf_event_data_kern, regs), a->off, out);
}

static u32 emit_sample_period(const struct bpf_field *f, const struct bpf_access *a,
			      struct bpf_insn *out)
{
	return emit_through(a, offsetof(struct bpf_perf_event_data_kern, data),
			    offsetof(struct perf_sample_data, period), out);
}

static u32 emit_sample_addr(const struct bpf_field *f, const struct bpf_access *a,
			    struct bpf_insn *out)
{
	return emit_through(a, offsetof(struct bpf_perf_event_data_kern, data),
			    offsetof(struct perf_sample_data, addr), out);
}

static_assert(sizeof_field(struct perf_sample_data, period) == sizeof(u64));
static_assert(sizeof_field(struct perf_sample_data, addr) == sizeof(u64));

static const struct bpf_field sample_fields[] = {
	{
		.name	= "regs",
		.off	= offsetof(struct bpf_perf_event_data, regs),
		.size	= sizeof(bpf_user_pt_regs_t),
		.unit	= sizeof(long),
		.rights	= BPF_FIELD_READ,
		.emit	= emit_sample_regs,
	}, {
		.name	= "sample_period",
		.off	= offsetof(struct bpf_perf_event_data, sample_period),
		.size	= sizeof(u64),
		.unit	= sizeof(u64),
		.rights	= BPF_FIELD_READ | BPF_FIELD_NARROW,
		.emit	= emit_sample_period,
	}, {
		.name	= "addr",
		.off	= offsetof(struct bpf_perf_event_data, addr),
		.size	= sizeof(u64),
		.unit	= sizeof(u64),
		.rights	= BPF_FIELD_READ | BPF_FIELD_NARROW,
		.emit	= emit_sample_addr,
	},
};

static const struct bpf_view sample_view = {
	.name	= "bpf_perf_event_data",
	.size	= sizeof(struct bpf_perf_event_data),
	.fields	= sample_fields,
	.count	= ARRAY_SIZE(sample_fields),
};

static const struct bpf_func_proto *sample_proto(enum bpf_func_id id)
{
	return trace_helper_find(TRACE_PERF_EVENT, id);
}

const struct bpf_type_ops bpf_perf_event_type = {
	TRACE_TYPE(BPF_PROG_TYPE_PERF_EVENT, "perf_event", sample_view, sample_proto),
};
