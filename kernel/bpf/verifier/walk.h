/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exploring all paths: a state is stepped from the entry to exit; at a branch with two
 * possible arms the other one waits; at prune points a state that an old one covers
 * ends its path.
 *
 * Layer V6.
 */
#ifndef _BPF_VERIFIER_WALK_H
#define _BPF_VERIFIER_WALK_H

#include "op.h"

/**
 * struct bv_checkpoint - a state kept at a prune point
 * @next:	older one at the same instruction
 * @parent:	checkpoint before it on its path
 * @deps_reg:	where each number of @st came from in @parent; the deps inside
 *		@st name the values of this checkpoint itself once it is made
 * @precise:	values of @st that must be compared exactly
 * @st:		the state, only what is live
 */
struct bv_checkpoint;

/* same.c: does @old cover @cur, that is, is every run from @cur one from @old? */
bool bv_same(struct bv_env *env, const struct bv_checkpoint *old,
	     const struct bv_state *cur);

/*
 * prune.c: at a prune point: 1 an old state covers @st (whose path ends), 0 go on
 * (@st may have been kept and now has it as parent), -ENOMEM, or -E2BIG through
 * bv_refuse() where the memory bound is hit
 */
int bv_prune(struct bv_env *env, struct bv_state *st);
void bv_prune_free(struct bv_env *env);

/* step.c: one instruction of @st; sets *next, or pushes an arm, or ends (*next BV_NO_PC) */
int bv_step(struct bv_env *env, struct bv_state *st, u32 *next);

/* walk.c: an arm waits */
int bv_walk_push(struct bv_env *env, struct bv_state *st, u32 pc, u32 from_pc);
/* walk.c: the whole exploration. 0, a refusal, -ENOMEM, -EINTR */
int bv_walk(struct bv_env *env);

#endif /* _BPF_VERIFIER_WALK_H */
