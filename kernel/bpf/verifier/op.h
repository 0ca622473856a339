/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One function per class of instruction: the state before becomes the state after.
 * All work on the instruction at env->pc; 0, or what bv_refuse() gave, or -ENOMEM.
 *
 * Layer V5.
 */
#ifndef _BPF_VERIFIER_OP_H
#define _BPF_VERIFIER_OP_H

#include "mem.h"
#include "state.h"

/* alu.c: ALU, ALU64, with ptr.c for arithmetic on pointers */
int bv_op_alu(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
/* ptr.c: dst op= src where one is a pointer */
int bv_op_pointer(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn,
		  const struct bv_reg *src);
/* alu.c: ld_imm64 */
int bv_op_const(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
/* call.c: helper calls, LD_ABS and LD_IND */
int bv_op_call(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
int bv_op_packet_load(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
/* args.c: argument @n (0-4) of @proto is acceptable; call.c's helper */
struct bv_call {
	const struct bpf_func_proto	*proto;
	u16				map;		/* BV_ARG_MAP seen, or BV_NO_MAP */
	u32				bytes;		/* BPF_ARG_CONST_SIZE, or 0 */
	u32				given_back;	/* id of BPF_ARG_ACQUIRED, or 0 */
};

int bv_args_check(struct bv_env *env, struct bv_state *st, struct bv_call *call, u8 n);
/* func.c: call of a function of the program, and the way back; *next is where it goes on */
int bv_op_enter(struct bv_env *env, struct bv_state *st, u32 *next);
int bv_op_return(struct bv_env *env, struct bv_state *st, u32 *next);
/* global.c: call of a function that is verified by itself, and that verification's two ends */
int bv_op_call_global(struct bv_env *env, struct bv_state *st, struct bv_func *f);
void bv_op_begin_global(struct bv_env *env, struct bv_state *st, const struct bv_func *f);
int bv_op_exit_global(struct bv_env *env, struct bv_state *st);
/* retval.c: what every exit wants; exit with R0 legal for the type */
int bv_op_exit_ready(struct bv_env *env, struct bv_state *st);
int bv_op_exit(struct bv_env *env, struct bv_state *st);

/**
 * struct bv_arms - arms of a conditional jump that are possible
 * @fall:	state for the next instruction, or NULL
 * @jump:	state for the target, or NULL
 * @jump_first:	where there are two: which one is better walked first
 */
struct bv_arms {
	struct bv_state	*fall;
	struct bv_state	*jump;
	bool		jump_first;
};

/*
 * branch.c: decides the conditional jump and refines. Where both arms are possible, the
 * jump arm gets a copy of @st, which the caller owns then; otherwise the one arm is @st
 */
int bv_op_branch(struct bv_env *env, struct bv_state *st,
		 const struct bpf_insn *insn, struct bv_arms *arms);

#endif /* _BPF_VERIFIER_OP_H */
