// SPDX-License-Identifier: GPL-2.0-only
/*
 * Program objects that the oracle watches: those loaded by bpf(2), all of them or, by
 * bpf_oracle.on=0, none, so that a tail call never leaves the watched ones. Their runs
 * are counted in /sys/module/bpf_oracle/parameters.
 *
 * Layer K4. Tests: selftests/bpf/oracle_test.c, and all others in a debug kernel.
 */
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/bpf_jit.h>
#include <linux/bug.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "oracle.h"
#include "prog.h"
#include "xinsn.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX	"bpf_oracle."

/* ---- switch and counters ------------------------------------------------------------- */

static bool on = true;
module_param(on, bool, 0444);

static atomic64_t runs;
static atomic64_t steps;
static atomic64_t violations;

static int show_count(char *buf, const struct kernel_param *param)
{
	const atomic64_t *count = param->arg;

	return sysfs_emit(buf, "%lld\n", atomic64_read(count));
}

static const struct kernel_param_ops count_ops = {
	.get = show_count,
};

module_param_cb(runs, &count_ops, &runs, 0444);
module_param_cb(steps, &count_ops, &steps, 0444);
module_param_cb(violations, &count_ops, &violations, 0444);

/**
 * bpf_oracle_wanted() - are programs that are loaded to be watched?
 *
 * Return: true where the verifier is to keep its claims.
 */
bool bpf_oracle_wanted(void)
{
	return on;
}

/* ---- runs ------------------------------------------------------------------------------ */

/* a frame of its own: with the stack, it is bigger than one should be */
static noinline u64 run_on(const void *ctx, const struct bpf_prog *prog, u64 *stack_end)
{
	struct bv_oracle_run run;
	u64 ret;

	memset(run.regs, 0, sizeof(run.regs));
	run.regs[BPF_REG_1] = (unsigned long)ctx;
	run.regs[BPF_REG_FP] = (unsigned long)stack_end;
	ret = bpf_oracle_run(container_of(prog->xcode, struct bpf_oracle_code, xcode[0]), &run);
	atomic64_inc(&runs);
	atomic64_add(run.steps, &steps);
	if (run.broken) {
		atomic64_inc(&violations);
		WARN_ONCE(1, "bpf oracle: program %s breaks a claim of the verifier\n",
			  prog->aux->name);
	}
	return ret;
}

static u64 run_watched(const void *ctx, const struct bpf_prog *prog)
{
	u64 stack[MAX_BPF_STACK / sizeof(u64)];

	return run_on(ctx, prog, stack + ARRAY_SIZE(stack));
}

/* ---- the runtime ----------------------------------------------------------------------- */

/**
 * bpf_oracle_make() - make the interpreter run a program under the oracle
 * @prog:	the program, its claims in aux
 * @unit:	its instructions
 *
 * Called by: select.c. Context: may sleep.
 * Return: 0; -EINVAL for instructions that the interpreter cannot run (xcode.c), and tail
 * calls in functions; -ENOMEM.
 * bpf_oracle_free() is due in any case.
 */
int bpf_oracle_make(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	struct bpf_oracle_code *code;
	struct bpf_xtraits traits;
	int err;

	code = kvzalloc(bpf_oracle_bytes(unit->code.count), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!code)
		return -ENOMEM;
	prog->xcode = code->xcode;
	prog->aux->xcode_insns = unit->code.count;
	err = bpf_xcode_decode_funcs(unit->code.insns, unit->code.count, unit->funcs,
				     unit->func_count, code->xcode, &traits);
	if (!err && traits.deep_tail_calls)
		err = -EINVAL;
	if (err)
		return err;
	bpf_oracle_watch(code, prog->aux->claims, unit->code.count);
	prog->bpf_func = run_watched;
	return 0;
}

/**
 * bpf_oracle_free() - undo bpf_oracle_make(), and give the claims back
 * @prog:	a program that nobody runs any more; may have another runtime or none
 *
 * Called by: select.c. Context: may sleep.
 */
void bpf_oracle_free(struct bpf_prog *prog)
{
	if (!prog->aux->claims)
		return;
	if (prog->xcode)
		kvfree(container_of(prog->xcode, struct bpf_oracle_code, xcode[0]));
	prog->xcode = NULL;
	bv_claims_free(prog->aux->claims);
	prog->aux->claims = NULL;
}
