/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Growing values, until a state covers more than one path.
 *
 * Layer V6.
 */
#ifndef _BPF_VERIFIER_GROW_H
#define _BPF_VERIFIER_GROW_H

#include "state.h"

#define BV_MOST_STOPS	160

/**
 * struct bv_grow - a state is made to cover more
 * @env:	the check
 * @stop:	likely bounds of numbers
 * @stops:	how many
 * @exits:	the first of them, which a number that moves by steps may have
 * @tight:	bounds grow to those of the other number instead, and no further
 * @near:	so do those of constants
 * @moved:	identities that numbers had before and have now, and how far they moved:
 *		numbers that moved together get one identity
 * @count:	how many
 */
struct bv_grow {
	struct bv_env	*env;
	u64		stop[BV_MOST_STOPS];
	u32		stops;
	u32		exits;
	bool		tight;
	bool		near;
	struct {
		u32	old;
		u32	cur;
		u64	by;
		u32	id;
	} moved[MAX_BPF_REG + BV_SLOTS];
	u32		count;
};

bool bv_grow_same_number(const struct bv_reg *old, const struct bv_reg *cur);
void bv_grow_stop(struct bv_grow *g, u64 stop);
void bv_grow_reg(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur, bool strict);
void bv_grow_slot(struct bv_grow *g, const struct bv_slot *old, struct bv_slot *cur,
		  bool strict);

#endif /* _BPF_VERIFIER_GROW_H */
