// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a program runs. Its instructions are copied and made better; then
 *
 *	the interpreter with the oracle (oracle_prog.c), if the verifier kept its claims
 *	else machine code (jit.c), if that is switched on and possible
 *	else the interpreter (interp_prog.c), if the kernel has one
 *
 * prog->insnsi stays what the verifier or the classic translation made.
 *
 * Takes programs from the verifier, classic ones, and lib/test_bpf.c's. Must never
 * be called twice for one program.
 *
 * Layer K4. Tests: kernel/bpf/prog/interp_flow_test.c, lib/test_bpf.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_jit.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../flow.h"
#include "oracle.h"
#include "prog.h"

/**
 * bpf_runtime_free() - undo bpf_prog_select_runtime()
 * @prog:	a program on its way out; may never have had a runtime
 *
 * Called by: prog.c's worker. Context: may sleep.
 */
void bpf_runtime_free(struct bpf_prog *prog)
{
	bpf_jit_free(prog);
	bpf_oracle_free(prog);
	bpf_interp_free(prog);
}

/**
 * bpf_runtime_memory() - memory a program's runtime takes beside the program
 * @prog:	the program
 *
 * Called by: fdinfo. Any context.
 * Return: bytes.
 */
u64 bpf_runtime_memory(const struct bpf_prog *prog)
{
	return bpf_jit_memory(prog) + bpf_interp_memory(prog);
}

/* ---- functions ----------------------------------------------------------------------- */

static bool calls_functions(const struct bpf_code *code)
{
	u32 i;

	for (i = 0; i < code->count; i++)
		if (bpf_insn_calls_func(&code->insns[i]))
			return true;
	return false;
}

static u32 list_functions(const u8 *marks, u32 count, struct bpf_jit_func *funcs, u32 depth)
{
	u32 i, n = 0;

	for (i = 0; i < count; i++) {
		if (!(marks[i] & BPF_FLOW_FUNC))
			continue;
		if (funcs)
			funcs[n] = (struct bpf_jit_func){ .start = i, .stack_depth = depth };
		n++;
	}
	return n;
}

/* of what kernel code wrote: each function may use as much stack as the program says it does */
static int find_functions(struct bpf_unit *unit, u32 depth)
{
	const struct bpf_code *code = &unit->code;
	u8 *marks;
	int err;

	marks = kvmalloc(code->count, GFP_KERNEL);
	if (!marks)
		return -ENOMEM;
	err = bpf_flow_mark(code->insns, code->count, marks);
	if (!err) {
		unit->func_count = list_functions(marks, code->count, NULL, 0);
		unit->funcs = kvmalloc_array(unit->func_count, sizeof(*unit->funcs),
					     GFP_KERNEL);
		if (unit->funcs)
			list_functions(marks, code->count, unit->funcs, depth);
		else
			err = -ENOMEM;
	}
	kvfree(marks);
	return err;
}

/* ---- the way of a program --------------------------------------------------------------- */

/*
 * Kernel code may write programs whose last instruction nothing reaches: an exit behind
 * it closes them, so that none can be left that way.
 */
static int copy_code(const struct bpf_prog *prog, struct bpf_code *code)
{
	code->insns = kvmalloc_array(prog->len + 1, sizeof(*code->insns),
				     GFP_KERNEL | __GFP_NOWARN);
	if (!code->insns)
		return -ENOMEM;
	code->count = prog->len;
	memcpy(code->insns, prog->insnsi, prog->len * sizeof(*code->insns));
	if (bpf_insn_falls_through(&code->insns[code->count - 1]))
		code->insns[code->count++] = BPF_EXIT_INSN();
	return 0;
}

static int choose(struct bpf_prog *prog, const struct bpf_unit *unit)
{
	int err;

	if (prog->aux->claims) {
		err = bpf_oracle_make(prog, unit);
		/* tail calls in functions are for machine code: nobody watches then */
		if (err != -EINVAL)
			return err;
		bpf_oracle_free(prog);
	}
	if (!bpf_jit_make(prog, unit))
		return 0;
	return bpf_interp_make(prog, unit);
}

static int make_runtime(struct bpf_prog *prog)
{
	struct bpf_jit_func whole = {
		.stack_depth = round_up(prog->aux->stack_depth, sizeof(u64)),
	};
	struct bpf_unit unit = { .funcs = &whole, .func_count = 1 };
	int err;

	if (!prog->len || whole.stack_depth > MAX_BPF_STACK)
		return -EINVAL;
	err = copy_code(prog, &unit.code);
	if (err)
		return err;
	/*
	 * Without memory to make it better, it runs as it is; and claims are of the program
	 * as it is.
	 */
	if (!prog->aux->claims)
		bpf_opt_run(&unit.code);
	if (prog->aux->stacks) {
		unit.funcs = prog->aux->stacks;
		unit.func_count = prog->aux->stack_cnt;
	} else if (calls_functions(&unit.code)) {
		err = find_functions(&unit, whole.stack_depth);
	}
	if (!err)
		err = choose(prog, &unit);
	if (unit.funcs != &whole && unit.funcs != prog->aux->stacks)
		kvfree(unit.funcs);
	kvfree(unit.code.insns);
	return err;
}

/**
 * bpf_prog_select_runtime() - make a program ready to run
 * @prog:	the program, complete: type, len, insnsi, aux->stack_depth, and all
 *		else that is not in aux; nothing in it can change afterwards
 * @err:	takes 0; -ENOMEM; -EINVAL for instructions the interpreter cannot run
 *		(xcode.c) or a stack deeper than MAX_BPF_STACK; -ENOTSUPP where there
 *		is no interpreter (CONFIG_BPF_JIT_ALWAYS_ON) and no machine code
 *
 * Called by: program loading, classic programs, lib/test_bpf.c. Context: may
 * sleep.
 *
 * Return: @prog, also on an error; the caller frees it.
 */
struct bpf_prog *bpf_prog_select_runtime(struct bpf_prog *prog, int *err)
{
	*err = make_runtime(prog);
	return prog;
}
EXPORT_SYMBOL_GPL(bpf_prog_select_runtime);
