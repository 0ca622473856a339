// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that give out more than a number of an event: stacks, records for user space,
 * counters. Most need the machine's registers where the event fired, which each program
 * type has elsewhere:
 *
 *	KPROBE		the context is the registers
 *	TRACEPOINT	a pointer to them is in the first, hidden bytes of the record
 *	PERF_EVENT	the sample has them
 *	FILTER		behind the arguments, where the event has any
 *	RAW		nobody kept them: those of the program's caller are made up here
 *
 * Must never wait for anything. The work is done in kernel/bpf/map. Layer K5. Tests:
 * selftests/bpf/trace_output_test.c.
 */
#include <linux/bpf_events.h>
#include <linux/bpf_perfarray.h>
#include <linux/bpf_stackmap.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include "helpers.h"
#include "trace_bpf.h"

/* ---- registers ---------------------------------------------------------------- */

/* one program runs in a context of a CPU, so one structure for each is enough */
static DEFINE_PER_CPU(struct pt_regs[BPF_EVENT_LEVELS], made_up);

/* inlined into the helper: what calls it is the program */
static __always_inline struct pt_regs *make_up_regs(void)
{
	struct pt_regs *regs = this_cpu_ptr(&made_up[interrupt_context_level()]);

	perf_fetch_caller_regs(regs);
	return regs;
}

static __always_inline struct pt_regs *kprobe_regs(void *ctx)
{
	return ctx;
}

static __always_inline struct pt_regs *tracepoint_regs(void *ctx)
{
	return *(struct pt_regs **)ctx;
}

static __always_inline struct pt_regs *raw_regs(void *ctx)
{
	return make_up_regs();
}

static __always_inline struct pt_regs *sample_regs(void *ctx)
{
	return ((struct bpf_perf_event_data_kern *)ctx)->regs;
}

static __always_inline struct pt_regs *filter_regs(void *ctx)
{
	struct pt_regs *regs = ((struct trace_args *)ctx)->regs;

	return regs ?: make_up_regs();
}

/* ---- stacks and records --------------------------------------------------------- */

/* the three helpers that want registers, for the context called @of */
#define WITH_REGS(of)							\
BPF_CALL_3(bpf_get_stackid_##of, void *, ctx, struct bpf_map *, map, u64, flags) \
{									\
	return bpf_stack_id(of##_regs(ctx), map, flags);		\
}									\
									\
BPF_CALL_4(bpf_get_stack_##of, void *, ctx, void *, to, u32, size, u64, flags) \
{									\
	return bpf_stack_copy(of##_regs(ctx), to, size, flags);		\
}									\
									\
BPF_CALL_5(bpf_perf_event_output_##of, void *, ctx, struct bpf_map *, map, u64, flags, \
	   const void *, data, u64, size)				\
{									\
	return bpf_perf_output(of##_regs(ctx), map, flags, data, size);	\
}

WITH_REGS(kprobe)
WITH_REGS(tracepoint)
WITH_REGS(raw)
WITH_REGS(sample)
WITH_REGS(filter)

#ifdef CONFIG_STACKTRACE
/* from the program's caller on; the ring buffer takes it in any context */
BPF_CALL_0(bpf_dump_stack)
{
	trace_dump_stack(1);
	return 0;
}
#endif

/* ---- counters ------------------------------------------------------------------- */

BPF_CALL_2(bpf_perf_event_read, struct bpf_map *, map, u64, flags)
{
	struct bpf_perf_event_value value;
	long err = bpf_perf_read(map, flags, &value);

	return err ? err : value.counter;
}

/* @to is filled with zeros where there is no count */
static long counted(long err, struct bpf_perf_event_value *to, u32 size)
{
	if (unlikely(err))
		memset(to, 0, size);
	return err;
}

BPF_CALL_4(bpf_perf_event_read_value, struct bpf_map *, map, u64, flags,
	   struct bpf_perf_event_value *, to, u32, size)
{
	long err = -EINVAL;

	if (size == sizeof(*to))
		err = bpf_perf_read(map, flags, to);
	return counted(err, to, size);
}

/* the event whose sample the program is looking at */
BPF_CALL_3(bpf_perf_prog_read_value, struct bpf_perf_event_data_kern *, ctx,
	   struct bpf_perf_event_value *, to, u32, size)
{
	long err = -EINVAL;

	if (size == sizeof(*to))
		err = perf_event_read_local(ctx->event, &to->counter, &to->enabled,
					    &to->running);
	return counted(err, to, size);
}

/* ---- which there are ------------------------------------------------------------- */

#define STACKID(of)						\
	{							\
		.name		= "get_stackid",		\
		.func		= bpf_get_stackid_##of,		\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_CTX, BPF_ARG_MAP, BPF_ARG_ANY }, \
		.map_type	= BPF_MAP_TYPE_STACK_TRACE,	\
		.gpl_only	= true,				\
	}

#define STACK(of)						\
	{							\
		.name		= "get_stack",			\
		.func		= bpf_get_stack_##of,		\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_CTX, BPF_ARG_MEM_FILL, BPF_ARG_SIZE_OR_ZERO, \
				    BPF_ARG_ANY },		\
		.gpl_only	= true,				\
		.narrow		= bpf_get_stack_##of##_narrow,	\
	}

#define OUTPUT(of)						\
	{							\
		.name		= "perf_event_output",		\
		.func		= bpf_perf_event_output_##of,	\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_CTX, BPF_ARG_MAP, BPF_ARG_ANY, \
				    BPF_ARG_MEM_READ, BPF_ARG_SIZE_OR_ZERO }, \
		.map_type	= BPF_MAP_TYPE_PERF_EVENT_ARRAY, \
		.gpl_only	= true,				\
	}

/* all three, for programs of type @type */
#define ROWS(type, of)						\
	{ BPF_FUNC_get_stackid, type, false, STACKID(of) },	\
	{ BPF_FUNC_get_stack, type, false, STACK(of) },		\
	{ BPF_FUNC_perf_event_output, type, false, OUTPUT(of) }

static const struct trace_helper rows[] = {
	ROWS(TRACE_KPROBE, kprobe),
	ROWS(TRACE_TRACEPOINT, tracepoint),
	ROWS(TRACE_RAW, raw),
	ROWS(TRACE_PERF_EVENT, sample),
	ROWS(TRACE_FILTER, filter),
	{
		BPF_FUNC_perf_event_read, TRACE_ALL, false, {
			.name		= "perf_event_read",
			.func		= bpf_perf_event_read,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_MAP, BPF_ARG_ANY },
			.map_type	= BPF_MAP_TYPE_PERF_EVENT_ARRAY,
			.gpl_only	= true,
		}
	}, {
		BPF_FUNC_perf_event_read_value, TRACE_ALL, false, {
			.name		= "perf_event_read_value",
			.func		= bpf_perf_event_read_value,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_MAP, BPF_ARG_ANY, BPF_ARG_MEM_FILL,
					    BPF_ARG_SIZE },
			.map_type	= BPF_MAP_TYPE_PERF_EVENT_ARRAY,
			.gpl_only	= true,
			.narrow		= bpf_perf_event_read_value_narrow,
		}
	}, {
		BPF_FUNC_perf_prog_read_value, TRACE_PERF_EVENT, false, {
			.name		= "perf_prog_read_value",
			.func		= bpf_perf_prog_read_value,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_CTX, BPF_ARG_MEM_FILL, BPF_ARG_SIZE },
			.gpl_only	= true,
			.narrow		= bpf_perf_prog_read_value_narrow,
		}
	},
#ifdef CONFIG_STACKTRACE
	{
		BPF_FUNC_dump_stack, TRACE_ALL, false, {
			.name		= "dump_stack",
			.func		= bpf_dump_stack,
			.ret		= BPF_RET_SCALAR,
			.gpl_only	= true,
		}
	},
#endif
};

const struct trace_helpers trace_output_helpers = { rows, ARRAY_SIZE(rows) };
