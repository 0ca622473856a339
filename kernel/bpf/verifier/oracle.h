/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: a run of a program, held against what the verifier claimed of it. Whoever
 * runs the program calls bv_oracle_before() ahead of every instruction of the original.
 *
 * Layer V0, with no include of a V layer, as verify.h is.
 */
#ifndef _BPF_VERIFIER_ORACLE_H
#define _BPF_VERIFIER_ORACLE_H

#include <linux/bpf_func.h>
#include <linux/types.h>

struct bv_claims;

#if defined(__BPF_USER_BUILD__) || defined(CONFIG_BPF_ORACLE)
#define BV_ORACLE	1
#else
#define BV_ORACLE	0
#endif

#define BV_ORACLE_SLOTS		(MAX_BPF_STACK / 8)

/**
 * struct bv_shadow - what a value of the run really is
 * @base:	pointers: address of what it points to; a stack: its end
 * @size:	bytes there
 * @map:	index of the map, where it is one's
 * @kind:	enum bv_kind, never one that may be NULL
 */
struct bv_shadow {
	u64	base;
	u32	size;
	u16	map;
	u8	kind;
};

/**
 * struct bv_oracle_frame - a function that waits for one that it called
 * @caller:	who called it in turn, or NULL
 * @depth:	functions that waited when it was called, as far as the walk knew
 * @global:	it called one that was verified by itself, and knew nothing of it
 * @reg:	what its R6 to R9 are
 * @fp:		what its R10 is
 * @call:	the call
 */
struct bv_oracle_frame {
	struct bv_oracle_frame	*caller;
	u32			depth;
	bool			global;
	struct bv_shadow	reg[4];
	struct bv_shadow	fp;
	u32			call;
};

/**
 * struct bv_oracle_run - one run
 * @regs:	registers of the run; the first member, so that it can be found by them
 * @claims:	of the program that runs, which a tail call changes
 * @code:	the runner's own
 * @pc:		instruction being executed, U32_MAX before the first
 * @steps:	instructions so far
 * @held:	pieces of memory acquired and not given back
 * @broken:	some claim did not hold
 * @before:	registers before the instruction at @pc
 * @reg:	what they are
 * @slot:	what slots of the stack are, those of all functions: the program's end is
 *		the end of all
 * @caller:	the innermost function that waits, NULL in the program itself
 */
struct bv_oracle_run {
	u64			regs[MAX_BPF_EXT_REG];
	const struct bv_claims	*claims;
	const void		*code;
	u32			pc;
	u32			steps;
	u32			held;
	bool			broken;
	u64			before[MAX_BPF_REG];
	struct bv_shadow	reg[MAX_BPF_REG];
	struct bv_shadow	slot[BV_ORACLE_SLOTS];
	struct bv_oracle_frame	*caller;
};

#if BV_ORACLE

void bv_oracle_enter(struct bv_oracle_run *run, const struct bv_claims *claims);
bool bv_oracle_before(struct bv_oracle_run *run, u32 pc);

/* around what a call of a function of the program does; the frame is the runner's */
void bv_oracle_call(struct bv_oracle_run *run, struct bv_oracle_frame *f, u32 pc);
void bv_oracle_return(struct bv_oracle_run *run);

/* original instruction that number @idx of the rewritten program begins, or U32_MAX */
u32 bv_oracle_origin(const struct bv_claims *claims, u32 idx);
void bv_claims_free(struct bv_claims *claims);

#else

static inline void bv_claims_free(struct bv_claims *claims)
{
}

#endif

#endif /* _BPF_VERIFIER_ORACLE_H */
