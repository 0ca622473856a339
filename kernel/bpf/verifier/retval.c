// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program may leave in R0: any number, where its type takes any; otherwise a
 * number in the type's range; an address only for loaders who may see addresses.
 *
 * Layer V5. Tests: tools/testing/selftests/bpf/cases/ops/exit-*.bpft
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include "op.h"

/**
 * bv_op_exit_ready() - what every exit wants, whoever gets the result
 * @env:	the check, env->pc being the exit instruction
 * @st:		state
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for R0 never written, -EINVAL for acquired
 * memory that is still held.
 */
int bv_op_exit_ready(struct bv_env *env, struct bv_state *st)
{
	int err = bv_refs_check(env, st, BV_R_HELD_EXIT);

	if (err)
		return err;
	if (st->reg[BPF_REG_0].kind == BV_UNSET)
		return bv_refuse(env, BV_R_EXIT_UNSET, BV_REG(BPF_REG_0));
	return 0;
}

/**
 * bv_op_exit() - the program ends
 * @env:	the check, env->pc being the exit instruction
 * @st:		state
 *
 * Return: 0, or what bv_refuse() gave: -EACCES for R0 never written or an address
 * that must stay secret, -EINVAL for a value outside the type's range and for acquired
 * memory that is still held.
 */
int bv_op_exit(struct bv_env *env, struct bv_state *st)
{
	const struct bv_reg *r0 = &st->reg[BPF_REG_0];
	const struct bpf_type_ops *type = env->type;
	int err = bv_op_exit_ready(env, st);

	if (err)
		return err;
	if (bv_reg_is_pointer(r0) && !env->req->privileged)
		return bv_refuse(env, BV_R_EXIT_LEAK, BV_REG(BPF_REG_0));
	if (type->ret_min == S32_MIN && type->ret_max == S32_MAX)
		return 0;
	if (r0->kind != BV_SCALAR)
		return bv_refuse(env, BV_R_EXIT_KIND, BV_REG(BPF_REG_0), type->name);
	bv_demand(env, st, r0);
	if (bv_scalar_smin32(r0->val) < type->ret_min ||
	    bv_scalar_smax32(r0->val) > type->ret_max)
		return bv_refuse(env, BV_R_EXIT_RANGE, BV_REG(BPF_REG_0),
				 bv_scalar_smin32(r0->val), bv_scalar_smax32(r0->val),
				 type->name, type->ret_min, type->ret_max);
	return 0;
}
