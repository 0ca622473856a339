/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two backward sweeps share: which bytes of the stack an instruction touches,
 * and sets of halves of its slots. live.c finds the former, strict.c reads it.
 *
 * Layer V3.
 */
#ifndef _BPF_VERIFIER_LIVE_H
#define _BPF_VERIFIER_LIVE_H

#include "state.h"

/**
 * struct bv_touch - bytes of the stack, counted from the lowest address
 * @from:	the first; from 0
 * @bytes:	how many; 0: none that is known
 * @maybe:	the address is not known and may be one of the stack
 */
struct bv_touch {
	u16	from;
	u16	bytes;
	bool	maybe;
};

/* halves of slots: bit i is the half of slot i at the lower (@lo), higher address */
struct bv_units {
	u64	lo;
	u64	hi;
};

/* live.c: halves that @t overlaps, or with @inside those that lie in it wholly */
struct bv_units bv_units_of(struct bv_touch t, bool inside);

/*
 * strict.c: fills env->strict; @touch has one entry per instruction, NULL where none
 * touches the stack. 0 or -ENOMEM
 */
int bv_strict(struct bv_env *env, const struct bv_touch *touch);

#endif /* _BPF_VERIFIER_LIVE_H */
