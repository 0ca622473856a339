/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits: how far numbers go in a loop, as the tests by which it is left have it.
 *
 * Layer V3.
 */
#ifndef _BPF_VERIFIER_LIMIT_H
#define _BPF_VERIFIER_LIMIT_H

#include "state.h"

/* limit.c: the conditional jump at env->pc, in a loop, compares @r with @other, its second
 * operand unless @second, when that is @r
 */
void bv_limit_note(struct bv_env *env, const struct bv_reg *r, struct scalar other, bool second);
/* limit.c: likely bounds of @cur, which was @old a turn ago in the loop; how many */
u32 bv_limit_find(const struct bv_env *env, u32 loop, const struct bv_reg *old,
		  const struct bv_reg *cur, u64 *stops);

#endif /* _BPF_VERIFIER_LIMIT_H */
