/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Growing values, until a state covers more than one path.
 *
 * Layer V6.
 */
#ifndef _BPF_VERIFIER_GROW_H
#define _BPF_VERIFIER_GROW_H

#include "state.h"

#define BV_MOST_STOPS	96

/* identities that are remembered; numbers of others that moved are linked to none */
#define BV_MOST_MOVED	24

/**
 * struct bv_grow - a state is made to cover more
 * @env:	the check
 * @loop:	whose turns make it grow, where its tests tell how far (limit.c); otherwise 0
 * @stop:	likely bounds of numbers
 * @stops:	how many
 * @exits:	the first of them, which a number that moves by steps may have
 * @tight:	bounds grow to those of the other number instead, and no further
 * @near:	so do those of constants
 * @joins:	both are of the same turn of a loop, if of any
 * @err:	0, or -ENOMEM: what has grown may not be used
 * @counter:	what counts the turns, as far as can be told (lockstep.c): its @step, 0 while none
 *		is known; whether a test has it go no further than to some limit; as it was and
 *		is; its identity once it has grown, 0 before, and what that stands for then
 * @moved:	identities that numbers had before and have now, and how far they moved:
 *		numbers that moved together get one identity
 * @count:	how many
 */
struct bv_grow {
	struct bv_env	*env;
	u32		loop;
	u64		stop[BV_MOST_STOPS];
	u32		stops;
	u32		exits;
	bool		tight;
	bool		near;
	bool		joins;
	int		err;
	struct {
		s64		step;
		bool		limited;
		struct bv_reg	old;
		struct bv_reg	cur;
		u32		id;
		struct scalar	all;
	} counter;
	struct {
		u32	old;
		u32	cur;
		u64	by;
		u32	id;
	} moved[BV_MOST_MOVED];
	u32		count;
};

struct bv_grow *bv_grow_start(struct bv_env *env);
bool bv_grow_same_number(const struct bv_reg *old, const struct bv_reg *cur);
bool bv_grow_may_link(const struct bv_grow *g, const struct bv_reg *r);
void bv_grow_stop(struct bv_grow *g, u64 stop);
void bv_grow_reg(struct bv_grow *g, const struct bv_reg *old, struct bv_reg *cur, bool strict);
void bv_grow_slot(struct bv_grow *g, const struct bv_slot *old, struct bv_slot *cur,
		  bool strict);

#endif /* _BPF_VERIFIER_GROW_H */
