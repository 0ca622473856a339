/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May these bytes be accessed, and what does the access do to what is known? Each
 * function first checks and changes nothing, then applies and cannot refuse.
 *
 * Layer V4.
 */
#ifndef _BPF_VERIFIER_MEM_H
#define _BPF_VERIFIER_MEM_H

#include "state.h"

/*
 * precise.c: the number in @r decides about safety, so
 * the values it was made from must be compared exactly when states are
 */
void bv_demand(struct bv_env *env, struct bv_state *st, const struct bv_reg *r);

/*
 * mem.c: the instruction at env->pc, of class LDX, ST or STX, including BPF_ATOMIC and
 * BPF_MEMSX. 0 or what bv_refuse() gave, -ENOMEM
 */
int bv_mem_load(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
int bv_mem_store(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);
int bv_mem_atomic(struct bv_env *env, struct bv_state *st, const struct bpf_insn *insn);

/*
 * mem.c: a helper will read (@write false) or fill (@write true) @min to @max bytes
 * at the address in register @regno. @max 0 is legal only with a zero size
 */
int bv_mem_helper(struct bv_env *env, struct bv_state *st, u8 regno,
		  u64 min, u64 max, bool write);

/* stack.c: layer below mem.c. @off is from the frame pointer, negative */
int bv_stack_read(struct bv_env *env, struct bv_state *st, const struct bv_reg *ptr,
		  u32 size, bool sign, u8 dst);
int bv_stack_write(struct bv_env *env, struct bv_state *st, const struct bv_reg *ptr,
		   u32 size, const struct bv_reg *val);
int bv_stack_helper(struct bv_env *env, struct bv_state *st, const struct bv_reg *ptr,
		    u32 size, bool write);

#endif /* _BPF_VERIFIER_MEM_H */
