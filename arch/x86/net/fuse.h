/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions that go together: fuse.c with registers, fuse_mem.c with memory.
 *
 * Layer K5; builds in user space too.
 */
#ifndef _BPF_X86_FUSE_H
#define _BPF_X86_FUSE_H

#include "../../../kernel/bpf/flow.h"
#include "jit.h"

/**
 * struct jit_pair - two instructions, one after the other, in one block
 * @a:		the first
 * @b:		the second
 * @pc:		index of @a
 * @next:	index of @b
 */
struct jit_pair {
	const struct bpf_insn	*a;
	const struct bpf_insn	*b;
	u32			pc;
	u32			next;
};

/**
 * jit_next() - the instruction that follows, if it does so always
 * @jit:	the compilation
 * @pc:		an instruction; not one that ends a block
 *
 * Return: its index, 0 if somebody jumps there or the function ends.
 */
static inline u32 jit_next(const struct jit *jit, u32 pc)
{
	u32 next = pc + jit_slots(&jit->in->insns[pc]);

	if (next >= jit->func_end || (jit->marks[next] & (BPF_FLOW_TARGET | BPF_FLOW_FUNC)))
		return 0;
	return next;
}

/* nobody reads @reg behind the instruction at @pc */
static inline bool jit_is_dead(const struct jit *jit, u32 pc, u8 reg)
{
	return !(jit->live_after[pc] >> reg & 1);
}

/* operations that something may go together with, by their code without the class */
#define JIT_FUSE_ALU							\
	(1u << ((BPF_MOV | BPF_K) >> 3) | 1u << ((BPF_MOV | BPF_X) >> 3) |	\
	 1u << ((BPF_END | BPF_K) >> 3) | 1u << ((BPF_END | BPF_X) >> 3) |	\
	 1u << ((BPF_LSH | BPF_K) >> 3) | 1u << ((BPF_RSH | BPF_X) >> 3))

/**
 * jit_may_fuse() - may an instruction go together with those behind it?
 * @code:	its code
 *
 * Return: false where jit_fuse() finds nothing anyway.
 */
static inline bool jit_may_fuse(u8 code)
{
	switch (BPF_CLASS(code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return JIT_FUSE_ALU >> (code >> 3) & 1;
	case BPF_LDX:
		return BPF_MODE(code) == BPF_MEM;
	default:
		return false;
	}
}

/* fuse_mem.c: slots written, or 0 */
u32 jit_fuse_load(struct jit *jit, const struct jit_pair *p);
u32 jit_fuse_store(struct jit *jit, const struct jit_pair *p);

/* branch.c: the jump of the branch at @pc, if @cc; @cc says what the branch asks */
void jit_jump_if(struct jit *jit, u32 pc, enum jit_cc cc);
/* branch.c: the jump of the branch at @pc, if @reg & @imm, or with @if_zero if not */
void jit_test_and_jump(struct jit *jit, u32 pc, u8 reg, u32 wide, s32 imm, bool if_zero);
/* branch.c: condition of a comparing branch */
enum jit_cc jit_condition(const struct bpf_insn *insn);
enum jit_cc jit_unsigned(enum jit_cc cc);
void jit_shorten(enum jit_cc *cc, s32 *imm);

#endif /* _BPF_X86_FUSE_H */
