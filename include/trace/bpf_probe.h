/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each trace event adds for programs on raw tracepoints: a function that collects
 * the tracepoint's arguments, and a row of the table that finds it by the tracepoint.
 * Included by trace/define_trace.h once for every header of events, so there is no
 * guard.
 *
 * Layer K1. Test: tools/testing/selftests/bpf/rawtp_test.c.
 */
#ifdef CONFIG_BPF_EVENTS

#include "stages/stage6_event_callback.h"

#include <linux/bpf_event_args.h>
#include <linux/bpf_events.h>

/* the words of the record's assignments are not used here */
#undef __perf_count
#define __perf_count(c)	(c)

#undef __perf_task
#define __perf_task(t)	(t)

#undef DECLARE_EVENT_CLASS
#define DECLARE_EVENT_CLASS(call, proto, args, tstruct, assign, print)	\
static notrace void bpf_raw_event_##call(void *__data, proto)		\
{									\
	const u64 __event_args[] = { BPF_EVENT_ARGS(args) };		\
									\
	bpf_raw_event_run(__data, __event_args, ARRAY_SIZE(__event_args)); \
}

#undef DECLARE_EVENT_SYSCALL_CLASS
#define DECLARE_EVENT_SYSCALL_CLASS DECLARE_EVENT_CLASS

#undef BPF_RAW_EVENT_ROW
#define BPF_RAW_EVENT_ROW(template, call, args)				\
static struct bpf_raw_event_map __used					\
	__section("__bpf_raw_tp_map") bpf_raw_event_row_##call = {	\
	.tp		= &__tracepoint_##call,				\
	.bpf_func	= bpf_raw_event_##template,			\
	.num_args	= COUNT_ARGS(args),				\
};

/* the function takes what the tracepoint gives, or this does not compile */
#undef DEFINE_EVENT
#define DEFINE_EVENT(template, call, proto, args)			\
static inline void bpf_raw_event_fits_##call(void)			\
{									\
	check_trace_callback_type_##call(bpf_raw_event_##template);	\
}									\
BPF_RAW_EVENT_ROW(template, call, PARAMS(args))

#undef DEFINE_EVENT_PRINT
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)		\
	DEFINE_EVENT(template, name, PARAMS(proto), PARAMS(args))

/* tracepoints without a trace event */
#undef DECLARE_TRACE
#define DECLARE_TRACE(call, proto, args)				\
	DECLARE_EVENT_CLASS(call, PARAMS(proto), PARAMS(args), , , )	\
	DEFINE_EVENT(call, call, PARAMS(proto), PARAMS(args))

#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

/* as trace/define_trace.h has set it, for whatever is included next */
#undef DECLARE_TRACE
#define DECLARE_TRACE(name, proto, args)

#endif /* CONFIG_BPF_EVENTS */
