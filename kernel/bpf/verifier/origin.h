/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Origins: what a number was computed from.
 *
 * Layer V2.
 */
#ifndef _BPF_VERIFIER_ORIGIN_H
#define _BPF_VERIFIER_ORIGIN_H

#include "state.h"

/* computations in a row that are looked through */
#define BV_ORIGIN_STEPS	4

/* origin.c: gives @r, just computed, the identity of that computation. 0 or -ENOMEM */
int bv_origin_name(struct bv_env *env, struct bv_state *st, struct bv_reg *r,
		   struct bv_origin origin, u64 bits);
/* origin.c: what an identity was computed from, one of those noted, or NULL */
struct bv_origin *bv_origin_search(const struct bv_env *env, u32 id);

/**
 * bv_origin_find() - what was a number computed from?
 * @env:	the check
 * @id:		its identity, or 0
 *
 * Return: how, and from what; NULL if that is not known.
 */
static inline struct bv_origin *bv_origin_find(const struct bv_env *env, u32 id)
{
	u32 count = env->origin_count;

	if (!count || id < env->origins[0].id || id > env->origins[count - 1].id)
		return NULL;
	return bv_origin_search(env, id);
}

/* origin.c: what comes of it, where the other identity stands for @val */
struct scalar bv_origin_result(const struct bv_origin *origin, struct scalar val);
/* origin.c: what an identity stands for; by how many computations, -1: not known */
int bv_origin_number(const struct bv_env *env, const struct bv_state *st, u32 id,
		     struct scalar *num, struct bv_deps *deps);
/* origin.c: 0, or c, where the number of @src is the multiple of c below that of @dst */
u64 bv_origin_remainder(const struct bv_env *env, const struct bv_reg *dst,
			const struct bv_reg *src, bool is64);
/* origin.c: from now on it matters that this was computed so */
void bv_origin_learnt(const struct bv_env *env, struct bv_origin *origin);
/* origin.c: from now on it matters how @id came of @from, in some steps */
void bv_origin_use(const struct bv_env *env, u32 id, u32 from);
/* origin.c: 0, or the mask, where the number of @src is that of @dst masked */
u64 bv_origin_part(const struct bv_env *env, const struct bv_reg *dst,
		   const struct bv_reg *src);
/* origin.c: narrows @val to what gives @result; false: nothing does */
bool bv_origin_refine(const struct bv_origin *origin, struct scalar result, struct scalar *val);

#endif /* _BPF_VERIFIER_ORIGIN_H */
