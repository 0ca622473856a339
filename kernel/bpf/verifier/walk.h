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

/* instructions that may be visited before the program counts as too complex */
#define BV_LIMIT_VISITED	1000000

/* bytes of kept states after which no more are kept, and of all after which it ends */
#define BV_LIMIT_KEPT_BYTES	(64ULL << 20)
#define BV_LIMIT_STATE_BYTES	(144ULL << 20)

/* states kept for one instruction */
#define BV_LIMIT_KEPT_INSN	32

/* check the states' invariants before every instruction? In user space, but to measure */
#ifndef BV_SELF_CHECK
#ifdef __BPF_USER_BUILD__
#define BV_SELF_CHECK	1
#else
#define BV_SELF_CHECK	0
#endif
#endif

/**
 * struct bv_checkpoint - a state kept at a prune point
 * @next:	another one at the same instruction
 * @last:	checkpoint before it on its path, as long as @open
 * @parent:	checkpoint whose values deps name, likewise; not @last behind a call
 * @result:	the one for R0, where that is another; otherwise NULL
 * @caller:	frames of callers
 * @wanted:	of the values kept, those that are about to be demanded (precise.c)
 * @todo:	next one of which some are (precise.c)
 * @slots:	stack slots kept: those live, bit i is slot i
 * @nheld:	entries of @held
 * @precise:	of the values kept, those that must be compared exactly (precise.c)
 * @regs:	registers kept: those live, without R10
 * @needed:	frames refer to it (prune.c only)
 * @open:	paths and checkpoints that follow from it and have not ended. When
 *		it is 0 all that can come of the state has been walked and found
 *		safe, @precise is final, and states may be compared with it
 * @hits:	states that it covered
 * @misses:	states compared and not covered, since the last hit
 * @bytes:	memory it takes
 * @point:	its number among the claims (claims.c)
 * @slot:	the slots, lowest number first (behind @reg)
 * @held:	memory that the path holds (behind @slot)
 * @reg:	the registers, lowest number first. Deps in @reg and @slot name values
 *		of @parent; in the states that go on from here a bit of deps names
 *		a value kept here
 */
struct bv_checkpoint {
	struct bv_checkpoint	*next;
	struct bv_checkpoint	*last;
	struct bv_checkpoint	*parent;
	struct bv_checkpoint	*result;
	struct bv_frame		*caller;
	struct bv_checkpoint	*todo;
	u64			slots;
	struct bv_deps		precise;
	struct bv_deps		wanted;
	u16			regs;
	u16			nheld;
	bool			needed;
	u32			open;
	u32			hits;
	u32			misses;
	u32			bytes;
	u32			point;
	struct bv_slot		*slot;
	struct bv_held		*held;
	struct bv_reg		reg[];
};

/**
 * struct bv_kept - what is kept for one instruction
 * @first:	checkpoints, the last one that covered a state first
 * @count:	how many
 * @arrivals:	how often the walk came here
 */
struct bv_kept {
	struct bv_checkpoint	*first;
	u32			count;
	u32			arrivals;
};

/**
 * struct bv_waiting - an arm that waits
 * @st:		its state
 * @pc:		where it goes on
 * @from:	the jump it is an arm of
 * @trail:	decisions on the path before that jump
 */
struct bv_waiting {
	struct bv_state	*st;
	u32		pc;
	u32		from;
	u32		trail;
};

/**
 * struct bv_walk - the exploration
 * @st:		the path being walked
 * @waiting:	arms to walk, the next one last
 * @count:	how many
 * @cap:	room for
 * @kept:	one per instruction (prune.c)
 * @kept_bytes:	what the states there take
 * @lost:	states no longer kept, but open or needed by frames
 * @nlost:	how many
 * @sweep_at:	so many are looked at
 */
struct bv_walk {
	struct bv_state		*st;
	struct bv_waiting	*waiting;
	u32			count;
	u32			cap;
	struct bv_kept		*kept;
	u64			kept_bytes;
	struct bv_checkpoint	*lost;
	u32			nlost;
	u32			sweep_at;
};

/*
 * precise.c: what @old compares exactly, @st must too, as its path ends because @old
 * covers it
 */
void bv_demand_as(struct bv_env *env, struct bv_state *st,
		  const struct bv_checkpoint *old);

/* precise.c: R0, given by a function, matters as far as its deps go */
void bv_demand_result(struct bv_state *st);

/* same.c: does @old cover @cur, that is, is every run from @cur one from @old? */
bool bv_same(struct bv_env *env, const struct bv_checkpoint *old,
	     const struct bv_state *cur);

/*
 * prune.c: at a prune point: 1 an old state covers @st (whose path ends), 0 go on
 * (@st may have been kept and now has it as parent), -ENOMEM, or a refusal where the
 * verifier contradicts itself
 */
int bv_prune(struct bv_env *env, struct bv_state *st);
/* prune.c: one path more, and one path less, follows from @cp */
void bv_prune_hold(struct bv_checkpoint *cp);
void bv_prune_release(struct bv_checkpoint *cp);
/* prune.c: gives back frames and states that nobody needs any more, now and then */
void bv_prune_sweep(struct bv_env *env);
void bv_prune_free(struct bv_env *env);

/* step.c: one instruction of @st; sets *next, BV_NO_PC where the path ends */
int bv_step(struct bv_env *env, struct bv_state *st, u32 *next);

/* walk.c: an arm waits; the walk owns @st, also where this fails */
int bv_walk_push(struct bv_env *env, struct bv_state *st, u32 pc, u32 from_pc);
/* walk.c: the conditional jump at env->pc went @arm's way */
int bv_walk_decided(struct bv_env *env, u32 pc, u8 arm, bool forced);
/* walk.c: the whole exploration. 0, a refusal, -ENOMEM, -EAGAIN */
int bv_walk(struct bv_env *env);

#endif /* _BPF_VERIFIER_WALK_H */
