/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Passes over the instructions before the walk, in this order. Each reads what the
 * ones before it wrote to env->info and writes its own members.
 *
 * Layer V3.
 */
#ifndef _BPF_VERIFIER_PASS_H
#define _BPF_VERIFIER_PASS_H

#include "env.h"

/*
 * decode.c: every instruction is legal (opcode table of kernel/bpf/insn.h, reserved
 * fields, registers), maps and helpers are resolved, licence is checked. 0, -EINVAL,
 * -EBADF, -E2BIG (maps), -ENOMEM
 */
int bv_decode(struct bv_env *env);

/*
 * callback.c: helpers that call functions of the program become such functions. 0, -EINVAL,
 * -ENOMEM
 */
int bv_callbacks(struct bv_env *env);
/* callback.c: what these functions call beside helpers; NULL: nothing has that number */
const struct bpf_func_proto *bv_callback_proto(s32 id);

/*
 * subprog.c: functions begin where calls go; who calls whom, without recursion and not
 * too deep. 0, -EINVAL, -E2BIG, -ENOMEM
 */
int bv_subprogs(struct bv_env *env);
/* subprog.c: after the walk, the stack of all who call each other together: enough? or -EACCES */
bool bv_subprogs_fit(struct bv_env *env);
int bv_subprogs_crowded(struct bv_env *env);

/* signature.c: which functions are global, and what these take. 0, -EINVAL */
int bv_signatures(struct bv_env *env);
/* signature.c: an integer or enumeration, typedefs and qualifiers aside? */
bool bv_type_is_number(const struct bpf_types *types, u32 id);

/*
 * cfg.c: jumps stay inside and do not land in the middle of an ld_imm64, every
 * instruction is reachable, no way out but exit; marks prune points. 0, -EINVAL,
 * -ENOMEM. Linear in the program, no recursion.
 */
int bv_cfg(struct bv_env *env);

/* loops.c: the loops, each with one way in; part of bv_cfg(). 0, -EINVAL, -E2BIG, -ENOMEM */
int bv_loops(struct bv_env *env);
/* loops.c: the loop that a sweep over the finished list has come by, the @k-th being the last */
const struct bv_loop *bv_loop_again(const struct bv_env *env, u32 k, bool forward);

/*
 * Of a sweep over the finished list, the next index behind @k. Where something *@changed at
 * the head of a loop, the loop is looked at once more.
 */
static inline u32 bv_next_backward(const struct bv_env *env, u32 k, bool *changed)
{
	const struct bv_loop *loop = *changed ? bv_loop_again(env, k, false) : NULL;

	if (!loop)
		return k + 1;
	*changed = false;
	return loop->began;
}

/* loops.c: is @pc in loop @number, a conditional jump there, and may that lead out of it? */
bool bv_loop_has(const struct bv_env *env, u32 pc, u32 number);
bool bv_loop_branches(const struct bv_env *env, u32 pc, u32 number);
bool bv_loop_left(const struct bv_env *env, u32 pc, u32 number);

/*
 * live.c: registers and stack slots live before each instruction. Loads, stores and
 * helper arguments through computed addresses count as reading every slot. 0, -ENOMEM
 */
int bv_live(struct bv_env *env);

#endif /* _BPF_VERIFIER_PASS_H */
