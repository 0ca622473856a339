// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of functions of the program, and their ends. A function is walked at each call as
 * if it stood there: R1 to R5 are what the caller put there, the stack is a new one, and
 * what the caller will find again waits in a frame (frames.c).
 *
 * How deep calls go was judged before the walk, how much stack they take will be judged
 * after it (subprog.c).
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/func.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include "op.h"

/**
 * bv_op_enter() - call of a function of the program
 * @env:	the check, env->pc being the call
 * @st:		the path, kept a moment ago where states are kept at all
 * @next:	takes the function's first instruction
 *
 * RFC 9669 section 4.3.2. Where it may go on in another program, which returns to the caller,
 * that may have moved the packet.
 *
 * Return: 0 or -ENOMEM.
 */
int bv_op_enter(struct bv_env *env, struct bv_state *st, u32 *next)
{
	int err = 0;

	*next = bv_callee(env, env->pc);
	if (bv_func_at(env, *next)->leaves)
		err = bv_packet_moved(env, st);
	return err ?: bv_frames_push(env, st, st->parent);
}

/*
 * Functions that callback.c wrote call those that are called back, whose result tells whether
 * to go on. They could do with any; programs for released Linux say no more than that.
 */
static int check_callback(struct bv_env *env, struct bv_state *st)
{
	const struct bv_reg *r0 = &st->reg[BPF_REG_0];

	if (st->caller->call < env->req->count)
		return 0;
	if (r0->kind != BV_SCALAR)
		return bv_refuse(env, BV_R_CALLBACK_KIND, BV_REG(BPF_REG_0));
	bv_demand(env, st, r0);
	if (bv_scalar_umax(r0->val) > 1)
		return bv_refuse(env, BV_R_CALLBACK_RESULT, BV_REG(BPF_REG_0),
				 bv_scalar_smin(r0->val), bv_scalar_smax(r0->val));
	return 0;
}

/**
 * bv_op_return() - a function of the program ends
 * @env:	the check, env->pc being the instruction that ends it
 * @st:		the path, with a caller
 * @next:	takes the instruction behind the call
 *
 * R0 may be unset, as long as the caller does not read it. Memory that is held may be
 * given back by the caller.
 *
 * Return: 0, -ENOMEM, or what bv_refuse() gave: -EINVAL for a pointer to a stack and for
 * what is called back and returns another number than 0 and 1, -EACCES if it returns none.
 */
int bv_op_return(struct bv_env *env, struct bv_state *st, u32 *next)
{
	struct bv_checkpoint *from = st->parent;
	struct bv_reg *r0 = &st->reg[BPF_REG_0];
	int err;

	if (r0->kind == BV_STACK)
		return bv_refuse(env, BV_R_RETURN_STACK, BV_REG(BPF_REG_0));
	err = check_callback(env, st);
	if (err)
		return err;
	*next = st->caller->call + 1;
	err = bv_frames_pop(env, st);
	if (err || r0->kind != BV_SCALAR)
		return err;
	if (!(env->info[*next].live_regs & BIT(BPF_REG_0)))
		r0->deps = (struct bv_deps){};
	else if (r0->deps.regs || r0->deps.slots)
		st->result = from;
	return 0;
}
