/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves: how far a number of one identity is from a number of another.
 *
 * Layer V2.
 */
#ifndef _BPF_VERIFIER_MOVE_H
#define _BPF_VERIFIER_MOVE_H

#include "state.h"

/* move.c: may turns of a loop be told by what is made of numbers of that identity? */
bool bv_move_tells(const struct bv_env *env, const struct bv_state *st, u32 id);
/* move.c: identity @id is @move->by from @from, if the rest of @move holds. 0 or -ENOMEM */
int bv_move_note(struct bv_env *env, const struct bv_state *st, const struct bv_reg *from,
		 struct bv_move move);
/* move.c: @id, the newest identity, stands for what is in one place or the other */
int bv_move_join(struct bv_env *env, u32 id, s64 delta, const struct bv_reg *a,
		 const struct bv_reg *b);
/* move.c: the identity that one is known by its distance from, or 0 */
u32 bv_move_root(const struct bv_env *env, u32 id);
/* move.c: how far is @r from the number of identity @root? */
bool bv_move_find(const struct bv_env *env, const struct bv_reg *r, u32 root,
		  struct range64 *by);
/* move.c: how far has @cur moved since it was @old? */
bool bv_move_turn(const struct bv_env *env, const struct bv_reg *old, const struct bv_reg *cur,
		  struct range64 *by);
/* move.c: is each distance in @inner one in @outer? */
bool bv_move_within(struct range64 outer, struct range64 inner);

#endif /* _BPF_VERIFIER_MOVE_H */
