/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is learnt of a number is learnt of all that is linked to it.
 *
 * Layer V5.
 */
#ifndef _BPF_VERIFIER_NARROW_H
#define _BPF_VERIFIER_NARROW_H

#include "state.h"

/**
 * struct bv_side - one operand of the comparison
 * @reg:	register number, or MAX_BPF_REG for a constant
 * @id:		identity of the number, 0 none. Of a pointer the number is its offset
 * @delta:	its distance from that
 * @val:	the number
 * @deps:	where it came from
 */
struct bv_side {
	u32		reg;
	u32		id;
	s64		delta;
	struct scalar	val;
	struct bv_deps	deps;
};

/* narrow.c: @side is now known to be @val, which follows from what @deps name */
void bv_narrow(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
	       struct scalar val, struct bv_deps deps);
/* narrow.c: the same in frames of callers, where that was demanded */
void bv_narrow_callers(struct bv_env *env, struct bv_state *st, const struct bv_side *side,
		       struct scalar val);

#endif /* _BPF_VERIFIER_NARROW_H */
