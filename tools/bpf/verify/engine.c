// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine.h: what prog/select.c does in the kernel, one way at a time, so that the ways
 * can be compared.
 *
 * Layer: as bpfcase.c. The interpreter's registers and stack hold garbage at the start,
 * as machine registers do.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../kernel/bpf/opt/opt.h"
#include "../../../kernel/bpf/prog/prog.h"
#include "../../../kernel/bpf/prog/xinsn.h"
#include "engine.h"
#include "host_user.h"
#include "jitrun.h"
#include "verify.h"

static u8 garbage = 0xb5;

/**
 * engine_set_garbage() - what the interpreter finds in registers and stack
 * @byte:	each byte of them; the lowest bit chooses between two stacks
 */
void engine_set_garbage(u8 byte)
{
	garbage = byte;
}

/* ---- what the verifier accepted --------------------------------------------------- */

/**
 * engine_funcs() - functions of a program
 * @res:	the program
 *
 * Return: res->func_count of them, to be given to free(); NULL without memory.
 */
struct bpf_jit_func *engine_funcs(const struct bv_result *res)
{
	struct bpf_jit_func *funcs = calloc(res->func_count, sizeof(*funcs));
	u32 i;

	for (i = 0; funcs && i < res->func_count; i++)
		funcs[i] = (struct bpf_jit_func){
			res->funcs[i].start, res->funcs[i].stack_depth,
		};
	return funcs;
}

/**
 * engine_decode() - decode a program for the interpreter
 * @res:	the program
 * @out:	takes its instructions and one more
 *
 * Return: 0; what bpf_xcode_decode_funcs() says, -EINVAL too where that finds another
 * depth of the stack than the verifier; -ENOMEM.
 */
int engine_decode(const struct bv_result *res, struct bpf_xinsn *out)
{
	struct bpf_jit_func *funcs = engine_funcs(res);
	struct bpf_xtraits traits;
	int err;

	if (!funcs)
		return -ENOMEM;
	err = bpf_xcode_decode_funcs(res->insns, res->count, funcs, res->func_count, out,
				     &traits);
	free(funcs);
	/* what cannot be reached was taken away, and may have been the deepest */
	if (!err && traits.stack_depth > res->stack_depth)
		err = -EINVAL;
	return err;
}

/* ---- ways ------------------------------------------------------------------------ */

/**
 * engine_name() - a way of running in words
 * @way:	ENGINE_*
 *
 * Return: the words.
 */
const char *engine_name(u32 way)
{
	static const char * const names[ENGINE_WAYS] = {
		"interpreter", "interpreter, optimised", "interpreter, blinded",
		"interpreter, optimised, blinded", "JIT", "JIT, optimised", "JIT, blinded",
		"JIT, optimised, blinded",
	};

	return names[way % ENGINE_WAYS];
}

/**
 * engine_may_refuse() - is it no error that a program cannot be run that way?
 * @way:	ENGINE_*
 * @err:	what engine_prepare() returned
 *
 * Return: true where blinding found no register, and where the interpreter was to run tail
 * calls in functions.
 */
bool engine_may_refuse(u32 way, int err)
{
	return err == -EOPNOTSUPP && (way & ENGINE_BLIND || !(way & ENGINE_JIT));
}

/* copies of what passes may change */
static bool copy_input(struct engine_prog *p, const struct bpf_jit_input *in)
{
	p->insns = kvmalloc_array(in->count, sizeof(*p->insns), GFP_KERNEL);
	p->funcs = kvmalloc_array(in->func_count, sizeof(*p->funcs), GFP_KERNEL);
	if (!p->insns || !p->funcs)
		return false;
	memcpy(p->insns, in->insns, in->count * sizeof(*p->insns));
	memcpy(p->funcs, in->funcs, in->func_count * sizeof(*p->funcs));
	p->count = in->count;
	p->func_count = in->func_count;
	return true;
}

static int run_passes(struct engine_prog *p)
{
	struct bpf_code code = { .insns = p->insns, .count = p->count };
	int err = 0;

	if (p->way & ENGINE_OPT)
		err = bpf_opt_run(&code);
	if (!err && p->way & ENGINE_BLIND)
		err = bpf_blind(&code, p->funcs, p->func_count);
	p->insns = code.insns;
	p->count = code.count;
	return err;
}

static int decode(struct engine_prog *p)
{
	struct bpf_xtraits traits;
	int err;

	p->xcode = kvmalloc((p->count + 1) * sizeof(*p->xcode), GFP_KERNEL);
	if (!p->xcode)
		return -ENOMEM;
	err = bpf_xcode_decode_funcs(p->insns, p->count, p->funcs, p->func_count,
				     p->xcode, &traits);
	if (!err && traits.deep_tail_calls)
		err = -EOPNOTSUPP;
	if (err)
		return err;
	p->depth = traits.tail_calls ? MAX_BPF_STACK : traits.stack_depth;
	return 0;
}

static int compile(struct engine_prog *p, u32 flags)
{
#if JIT_HOST
	const struct bpf_jit_input in = {
		.insns = p->insns,
		.count = p->count,
		.flags = flags,
		.funcs = p->funcs,
		.func_count = p->func_count,
	};

	return jit_image_load(&in, &p->image);
#else
	return -EOPNOTSUPP;
#endif
}

/**
 * engine_prepare() - make a program ready for one way of running it
 * @p:		takes it; to be given to engine_drop() whatever is returned
 * @in:		the program
 * @way:	ENGINE_*
 *
 * Return: 0, or what a pass, the decoder or the code generator says.
 */
int engine_prepare(struct engine_prog *p, const struct bpf_jit_input *in, u32 way)
{
	int err;

	memset(p, 0, sizeof(*p));
	p->way = way;
	if (!copy_input(p, in))
		return -ENOMEM;
	err = run_passes(p);
	if (err)
		return err;
	return way & ENGINE_JIT ? compile(p, in->flags) : decode(p);
}

/**
 * engine_drop() - give a program back
 * @p:	from engine_prepare(), whatever that returned; cleared
 */
void engine_drop(struct engine_prog *p)
{
	kvfree(p->insns);
	kvfree(p->funcs);
	kvfree(p->xcode);
#if JIT_HOST
	jit_image_unload(&p->image);
#endif
	memset(p, 0, sizeof(*p));
}

struct interpreted {
	const struct bpf_xinsn	*xcode;
	u64			regs[MAX_BPF_EXT_REG];
	u64			r0;
};

static void interpret(void *arg)
{
	struct interpreted *run = arg;

	run->r0 = bpf_interp_run(run->xcode, run->regs);
}

/**
 * engine_run() - run a program once
 * @p:		the program
 * @ctx:	its context
 * @r0:		takes the result
 * @crash:	takes what went wrong
 *
 * Return: whether it ran to its end.
 */
bool engine_run(const struct engine_prog *p, const void *ctx, u64 *r0,
		struct run_crash *crash)
{
	static u64 stacks[2][MAX_BPF_STACK / sizeof(u64)];
	u64 *stack = stacks[garbage & 1];
	struct interpreted run = { .xcode = p->xcode };
	bool good;

#if JIT_HOST
	if (p->way & ENGINE_JIT)
		return jit_image_run(&p->image, ctx, NULL, r0, crash);
#endif
	memset(stack, garbage, MAX_BPF_STACK);
	memset(run.regs, garbage, sizeof(run.regs));
	run.regs[BPF_REG_1] = (u64)ctx;
	run.regs[BPF_REG_FP] = (u64)stack + MAX_BPF_STACK;
	good = run_guarded(interpret, &run, NULL, crash);
	*r0 = run.r0;
	return good;
}
