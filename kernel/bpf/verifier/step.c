// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction: find the function of its class (op.h), and tell where the path
 * goes on. A branch may leave one arm to wait.
 *
 * It knows no instruction's meaning. Layer V6. Tests: all of the corpus.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../insn.h"
#include "walk.h"

/*
 * The arm that stays in the loop goes first, so that what its turns lead to is known before
 * what comes behind it.
 */
static bool jump_first(const struct bv_env *env, const struct bv_arms *arms, u32 target)
{
	u32 jump = env->info[target].loop, fall = env->info[env->pc + 1].loop;

	if (jump != fall && jump == env->info[env->pc].loop)
		return true;
	if (jump != fall && fall == env->info[env->pc].loop)
		return false;
	return arms->jump_first;
}

/* both arms: one waits, the path goes on with the other, whose state is walk->st then */
static int step_both(struct bv_env *env, const struct bv_arms *arms, u32 target, u32 *next)
{
	bool jumps = jump_first(env, arms, target);
	u32 pc = env->pc;
	int err;

	if (jumps) {
		env->walk->st = arms->jump;
		err = bv_walk_push(env, arms->fall, pc + 1, pc);
		*next = target;
	} else {
		env->walk->st = arms->fall;
		err = bv_walk_push(env, arms->jump, target, pc);
		*next = pc + 1;
	}
	env->cur = env->walk->st;
	if (err)
		return err;
	return bv_walk_decided(env, pc, jumps ? BV_ARM_JUMP : BV_ARM_FALL, false);
}

static int step_branch(struct bv_env *env, struct bv_state *st,
		       const struct bpf_insn *insn, u32 *next)
{
	u32 target = env->pc + 1 + bpf_insn_jump(insn);
	struct bv_arms arms;
	int err;

	err = bv_op_branch(env, st, insn, &arms);
	if (err)
		return err;
	if (arms.fall && arms.jump)
		return step_both(env, &arms, target, next);
	*next = arms.jump ? target : env->pc + 1;
	return bv_walk_decided(env, env->pc, arms.jump ? BV_ARM_JUMP : BV_ARM_FALL, true);
}

/*
 * A packet load that finds nothing ends the function that it is in, with 0 for whom called
 * it, and a tail call with what the program returned that it went on to: another path goes on
 * there. The program itself just ends.
 */
static int step_function_end(struct bv_env *env, const struct bv_state *st, bool zero)
{
	struct bv_state *end;
	u32 next;
	int err;

	if (!st->caller)
		return 0;
	end = bv_state_copy(env, st, env->pc);
	if (!end)
		return -ENOMEM;
	if (zero)
		bv_reg_const(&end->reg[BPF_REG_0], 0, (struct bv_deps){}, env->pc);
	else
		bv_reg_unknown(&end->reg[BPF_REG_0], env->pc);
	err = bv_op_return(env, end, &next);
	if (err) {
		bv_state_free(env, end);
		return err;
	}
	return bv_walk_push(env, end, next, env->pc);
}

static int step_call(struct bv_env *env, struct bv_state *st,
		     const struct bpf_insn *insn, u32 *next)
{
	struct bv_func *global = bv_global_at(env, env->pc);
	int err;

	if (global)
		return bv_op_call_global(env, st, global);
	if (bpf_insn_calls_func(insn)) {
		err = bv_walk_decided(env, env->pc, BV_ARM_JUMP, false);
		return err ?: bv_op_enter(env, st, next);
	}
	err = bv_op_call(env, st, insn);
	if (err || insn->imm != BPF_FUNC_tail_call)
		return err;
	return step_function_end(env, st, false);
}

/**
 * bv_step() - step over one instruction
 * @env:	the check; env->pc is the instruction
 * @st:		the state before it, becomes that after it; after a branch with two
 *		arms the path's state is env->walk->st
 * @next:	the path's next instruction, BV_NO_PC where it ends
 *
 * Return: 0, a refusal, -ENOMEM.
 */
int bv_step(struct bv_env *env, struct bv_state *st, u32 *next)
{
	const struct bpf_insn *insn = &env->insns[env->pc];
	int err;

	*next = env->pc + 1;
	switch (bpf_insn_form(insn->code)->class) {
	case BPF_IC_ALU:
		return bv_op_alu(env, st, insn);
	case BPF_IC_LOAD:
		return bv_mem_load(env, st, insn);
	case BPF_IC_STORE:
		return bv_mem_store(env, st, insn);
	case BPF_IC_BRANCH:
		return step_branch(env, st, insn, next);
	case BPF_IC_CALL:
		return step_call(env, st, insn, next);
	case BPF_IC_CONST:
		*next = env->pc + 2;
		return bv_op_const(env, st, insn);
	case BPF_IC_JUMP:
		*next = env->pc + 1 + bpf_insn_jump(insn);
		return 0;
	case BPF_IC_ATOMIC:
		return bv_mem_atomic(env, st, insn);
	case BPF_IC_PACKET:
		err = step_function_end(env, st, true);
		return err ?: bv_op_packet_load(env, st, insn);
	case BPF_IC_EXIT:
		if (st->caller)
			return bv_op_return(env, st, next);
		*next = BV_NO_PC;
		return env->root ? bv_op_exit_global(env, st) : bv_op_exit(env, st);
	default:
		return bv_refuse(env, BV_R_BUG_STATE, BV_INSN,
				 "an instruction that decoding let pass");
	}
}
