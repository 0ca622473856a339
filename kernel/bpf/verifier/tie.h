/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ties: numbers that go the same way in steps of different size.
 *
 * Layer V2.
 */
#ifndef _BPF_VERIFIER_TIE_H
#define _BPF_VERIFIER_TIE_H

#include "state.h"

/* tie.c: notes a tie of the newest identity. 0 or -ENOMEM */
int bv_tie_note(struct bv_env *env, struct bv_tie tie);
/* tie.c: how an identity is tied to another one, or NULL */
const struct bv_tie *bv_tie_find(const struct bv_env *env, u32 id);
/* tie.c: what an identity stands for, where the one that it is tied to stands for @val */
struct scalar bv_tie_value(const struct bv_tie *tie, struct scalar val);
/* tie.c: what is left of @id, and one apart, without so many times what it is tied to */
bool bv_tie_rest(const struct bv_env *env, u32 id, u32 to, s64 times, struct scalar *rest);
/* tie.c: what is left of @a without @times @b */
struct scalar bv_tie_left(struct scalar a, s64 times, struct scalar b);

#endif /* _BPF_VERIFIER_TIE_H */
