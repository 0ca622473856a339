/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the walk claims: for every instruction the states in which it stepped over it,
 * kept behind the check so that the oracle (oracle.c) can hold a run against them. In
 * a kernel without CONFIG_BPF_ORACLE all of this is nothing.
 *
 * A run that is covered by a kept state (prune.c) goes on as the walk went on from that
 * state, so the states of that walk are claims about it too, as far as they follow from
 * values that the kept state compares exactly. Which these are is final when the kept
 * state goes: a claim remembers the checkpoint its values were made from as a point, and
 * a point is told then.
 *
 * Layer V3. Written by claims.c, read by oracle.c.
 */
#ifndef _BPF_VERIFIER_CLAIMS_H
#define _BPF_VERIFIER_CLAIMS_H

#include "oracle.h"
#include "state.h"

/* states recorded for one instruction, and bytes for a program; behind that it is open */
#define BV_CLAIMS_INSN	256
#define BV_CLAIMS_BYTES	(16U << 20)

/* no checkpoint: values were made from nothing that could differ */
#define BV_NO_POINT	U32_MAX

/**
 * struct bv_claims_func - a function of the program
 * @start:	its first instruction
 * @stack_depth: bytes of its stack
 * @global:	it was verified by itself
 * @nargs:	likewise: how many arguments it takes
 * @arg:	likewise: the arguments
 */
struct bv_claims_func {
	u32			start;
	u32			stack_depth;
	bool			global;
	u8			nargs;
	struct bv_func_arg	arg[BV_MOST_ARGS];
};

/**
 * struct bv_claim - a state before an instruction, what is live of it
 * @next:	another one of the same instruction
 * @call:	call that the innermost of the callers waits at, BV_NO_PC without one
 * @point:	index in bv_claims.points, BV_NO_POINT before the first checkpoint
 * @slots:	stack slots, bit i is slot i
 * @regs:	registers
 * @slot:	the slots, lowest number first (behind @reg)
 * @reg:	the registers, lowest number first
 */
struct bv_claim {
	struct bv_claim	*next;
	u32		call;
	u32		point;
	u16		regs;
	u64		slots;
	struct bv_slot	*slot;
	struct bv_reg	reg[];
};

/**
 * struct bv_claims_insn - what is claimed at one instruction
 * @first:	states; a run is in one of them
 * @proto:	helper called, or NULL
 * @view:	view that a load or store goes through, or NULL
 * @count:	how many states
 * @map:	index in bv_claims.maps of a map that is named here, or BV_NO_MAP
 * @open:	there were too many: nothing is claimed of registers and stack
 */
struct bv_claims_insn {
	struct bv_claim			*first;
	const struct bpf_func_proto	*proto;
	const struct bpf_view		*view;
	u32				count;
	u16				map;
	bool				open;
};

/**
 * struct bv_claims - all that was claimed of one program
 * @type:	its type
 * @insns:	its instructions, as they were given
 * @count:	how many
 * @at:		one per instruction
 * @origin:	of each instruction after rewriting the one here that it begins, or
 *		BV_NO_PC; bv_claims_place() writes
 * @origins:	how many of those
 * @points:	values that each checkpoint compared exactly
 * @npoints:	how many
 * @cap:	room for
 * @maps:	maps; the program holds them
 * @bytes:	memory taken by states
 * @funcs:	functions
 * @func_count:	how many
 * @budget:	instructions that a run may take
 * @privileged:	numbers may be addresses
 */
struct bv_claims {
	const struct bpf_type_ops	*type;
	struct bpf_insn			*insns;
	u32				count;
	struct bv_claims_insn		*at;
	u32				*origin;
	u32				origins;
	struct bv_deps			*points;
	u32				npoints;
	u32				cap;
	struct bv_map			*maps;
	u64				bytes;
	struct bv_claims_func		*funcs;
	u32				func_count;
	u64				budget;
	bool				privileged;
};

#if BV_ORACLE

int bv_claims_start(struct bv_env *env);
int bv_claims_note(struct bv_env *env, const struct bv_state *st);
int bv_claims_point(struct bv_env *env, u32 *point);
void bv_claims_settle(struct bv_env *env, u32 point, struct bv_deps precise);
int bv_claims_place(struct bv_env *env, const u32 *start);
int bv_claims_funcs(struct bv_env *env);
struct bv_claims *bv_claims_finish(struct bv_env *env);
void bv_claims_drop(struct bv_env *env);

#else

static inline int bv_claims_start(struct bv_env *env)
{
	return 0;
}

static inline int bv_claims_note(struct bv_env *env, const struct bv_state *st)
{
	return 0;
}

static inline int bv_claims_point(struct bv_env *env, u32 *point)
{
	return 0;
}

static inline void bv_claims_settle(struct bv_env *env, u32 point, struct bv_deps precise)
{
}

static inline int bv_claims_place(struct bv_env *env, const u32 *start)
{
	return 0;
}

static inline int bv_claims_funcs(struct bv_env *env)
{
	return 0;
}

static inline struct bv_claims *bv_claims_finish(struct bv_env *env)
{
	return NULL;
}

static inline void bv_claims_drop(struct bv_env *env)
{
}

#endif

#endif /* _BPF_VERIFIER_CLAIMS_H */
