// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_override_return(): the probed function does not run and returns what the program
 * says.
 *
 * Whether a function may be made to fail is asked when the program is attached
 * (prog->kprobe_override, run.c); here it is too late to refuse. Layer K5. Test:
 * selftests/bpf/trace_override_test.c.
 */
#include <linux/error-injection.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include "helpers.h"

BPF_CALL_2(bpf_override_return, struct pt_regs *, regs, unsigned long, result)
{
	regs_set_return_value(regs, result);
	override_function_with_return(regs);
	return 0;
}

static const struct trace_helper rows[] = {
	{
		BPF_FUNC_override_return, TRACE_KPROBE, false, {
			.name		= "override_return",
			.func		= bpf_override_return,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_CTX, BPF_ARG_ANY },
			.gpl_only	= true,
		}
	},
};

const struct trace_helpers trace_override_helpers = { rows, ARRAY_SIZE(rows) };
