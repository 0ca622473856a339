/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * After acceptance: the instructions are made what the machine runs. These rooms may
 * fail for memory and nothing else; they may not refuse for safety.
 *
 * Layer V7.
 */
#ifndef _BPF_VERIFIER_REWRITE_H
#define _BPF_VERIFIER_REWRITE_H

#include "env.h"

/*
 * fold.c: operands that are constant on every way become immediates, stack slots and
 * map keys included; what that decides is taken from info->arms and info->seen, and a
 * lookup's known key is left in info->key. 0 or -ENOMEM
 */
int bv_fold(struct bv_env *env);

/*
 * trim.c: arms that no path took become straight line, instructions that no path
 * reached go away. 0 or -ENOMEM
 */
int bv_trim(struct bv_env *env);

/*
 * lower.c: one pass that writes a new instruction array: context accesses through
 * info->view become loads and stores of the kernel's objects (ctxconv.c emits one
 * access), map references become addresses, calls become distances from
 * __bpf_call_base, a call with one known map becomes the map's own function. Linear
 * in the program: no instruction is inserted by moving those behind it. 0, -ENOMEM
 */
int bv_lower(struct bv_env *env);

/* instructions that a lookup becomes, at most */
#define BV_INLINE_MAX	10

/**
 * struct bv_inlined - a lookup written out
 * @insns:	the instructions; behind the last one R0 is the result
 * @count:	how many; 0: the call stays
 * @miss:	index of the jump that is taken where there is no value, its distance
 *		being to the end; @count where there is none
 */
struct bv_inlined {
	struct bpf_insn	insns[BV_INLINE_MAX];
	u32		count;
	u32		miss;
};

/* inline.c: may the lookup at @pc be written out, and is its key then known? */
bool bv_inline_able(const struct bv_env *env, u32 pc);
bool bv_inline_known(const struct bv_env *env, u32 pc);
/* inline.c: @clear: R0 must be zero where the jump is taken */
void bv_inline_emit(const struct bv_env *env, u32 pc, bool clear, struct bv_inlined *out);

/* harden.c: against guesses of the processor; instructions ahead of one, at most */
#define BV_HARDEN_MOST	8

u32 bv_harden_before(const struct bv_env *env, u32 pc, struct bpf_insn *out);
u32 bv_harden_after(const struct bv_env *env, u32 pc, struct bpf_insn *out);
u8 bv_harden_arms(const struct bv_env *env, u32 pc);

/* ctxconv.c: instructions for one access; returns how many, at most BPF_EMIT_MAX + 4 */
u32 bv_ctxconv_emit(const struct bpf_view *view, const struct bpf_insn *insn,
		    struct bpf_insn *out);

#endif /* _BPF_VERIFIER_REWRITE_H */
