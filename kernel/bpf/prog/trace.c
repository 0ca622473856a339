// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_trace_printk(), bpf_trace_vprintk(): a line of text from a program into the trace
 * buffer.
 *
 * A debugging aid. Must never block or lose the caller's line to another's: each
 * CPU has a line buffer for every context that may interrupt another.
 *
 * Layer K4. Tests: selftests/bpf/helpers_test.c, trace_helpers_test.c (a line is found in
 * the trace).
 */
#include <linux/bpf.h>
#include <linux/percpu.h>
#include <linux/trace_events.h>
#include "prog.h"

#define CREATE_TRACE_POINTS
#include <trace/events/bpf_trace.h>

#define LINE_BYTES	512
/* task, softirq, interrupt, NMI */
#define CONTEXTS	4
/* of one bpf_trace_vprintk() */
#define VALUES_MAX	12

/**
 * struct lines - line buffers of a CPU
 * @depth:	contexts that are printing now, each having interrupted the one below
 * @text:	a buffer for each
 */
struct lines {
	int	depth;
	char	text[CONTEXTS][LINE_BYTES];
};

static DEFINE_PER_CPU(struct lines, lines);

static long print_line(const char *fmt, u32 fmt_size, const u64 *args, u32 count)
{
	struct lines *mine;
	int ret = -EBUSY;
	int depth;

	preempt_disable();
	mine = this_cpu_ptr(&lines);
	depth = this_cpu_inc_return(lines.depth);
	if (depth <= CONTEXTS) {
		char *text = mine->text[depth - 1];

		ret = bpf_format(text, LINE_BYTES, fmt, fmt_size, args, count);
		if (ret >= 0)
			trace_bpf_trace_printk(text);
	}
	this_cpu_dec(lines.depth);
	preempt_enable();
	return ret;
}

BPF_CALL_5(bpf_trace_printk, const char *, fmt, u32, fmt_size, u64, a, u64, b,
	   u64, c)
{
	const u64 args[] = { a, b, c };

	return print_line(fmt, fmt_size, args, ARRAY_SIZE(args));
}

static const struct bpf_func_proto trace_printk_proto = {
	.name		= "trace_printk",
	.func		= bpf_trace_printk,
	.ret		= BPF_RET_SCALAR,
	.arg		= { BPF_ARG_MEM_READ, BPF_ARG_SIZE },
	.gpl_only	= true,
	.takes_more	= true,
	.narrow		= bpf_trace_printk_narrow,
};

/* the values are an array of u64 */
BPF_CALL_4(bpf_trace_vprintk, const char *, fmt, u32, fmt_size, const u64 *, values,
	   u32, size)
{
	if (size % sizeof(*values) || size > VALUES_MAX * sizeof(*values))
		return -EINVAL;
	return print_line(fmt, fmt_size, values, size / sizeof(*values));
}

static const struct bpf_func_proto trace_vprintk_proto = {
	.name		= "trace_vprintk",
	.func		= bpf_trace_vprintk,
	.ret		= BPF_RET_SCALAR,
	.arg		= { BPF_ARG_MEM_READ, BPF_ARG_SIZE, BPF_ARG_MEM_READ_OR_NULL,
			    BPF_ARG_SIZE_OR_ZERO },
	.gpl_only	= true,
	.narrow		= bpf_trace_vprintk_narrow,
};

/* switches on the event that the lines are */
static void enable_event(void)
{
	if (trace_set_clr_event("bpf_trace", "bpf_trace_printk", 1))
		pr_warn_ratelimited("bpf_trace_printk: the trace event cannot be enabled\n");
}

/**
 * bpf_trace_printk_proto() - the helper, and the event it writes switched on
 *
 * Called by: bpf_base_proto() while a program is loaded. Context: may sleep.
 * Return: its description.
 */
const struct bpf_func_proto *bpf_trace_printk_proto(void)
{
	enable_event();
	return &trace_printk_proto;
}

/**
 * bpf_trace_vprintk_proto() - the helper with many values; as bpf_trace_printk_proto()
 *
 * Called by: bpf_base_proto() while a program is loaded. Context: may sleep.
 * Return: its description.
 */
const struct bpf_func_proto *bpf_trace_vprintk_proto(void)
{
	enable_event();
	return &trace_vprintk_proto;
}
