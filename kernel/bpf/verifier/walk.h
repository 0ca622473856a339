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

struct bv_names;
struct bv_grow;

/* instructions that may be visited before the program counts as too complex */
#define BV_LIMIT_VISITED	1000000

/* bytes of kept states after which no more are kept, and of all after which it ends */
#define BV_LIMIT_KEPT_BYTES	(64ULL << 20)
#define BV_LIMIT_STATE_BYTES	(144ULL << 20)

/* states kept for one instruction to be compared with */
#define BV_LIMIT_KEPT_INSN	32

/* instructions that a run of the program may take, all turns of its loops counted */
#define BV_LIMIT_RUN		(256ULL << 20)

/* the walk is to start again: a loop is to be walked in another way, or a value was not
 * foreseen to be strict; never leaves bv_walk()
 */
#define BV_AGAIN		2

/* check the states' invariants before every instruction? In user space, but to measure */
#ifndef BV_SELF_CHECK
#ifdef __BPF_USER_BUILD__
#define BV_SELF_CHECK	1
#else
#define BV_SELF_CHECK	0
#endif
#endif

/**
 * struct bv_edge - a path that ended because a state that is not final covers it
 * @next:	another one to the same state
 * @parent:	the last checkpoint of the path
 * @from:	deps there of what the path held in place of each value that the state
 *		keeps: registers first, lowest number first, then slots
 */
struct bv_edge {
	struct bv_edge		*next;
	struct bv_checkpoint	*parent;
	struct bv_deps		from[];
};

/**
 * struct bv_step - what turns of a loop do to a value of the state at its head
 * @way:	1 each one adds to it, -1 each one takes from it, 0 there was none yet,
 *		BV_NO_WAY some does neither, or it is not known to be the same number
 * @least:	at least so much each time
 * @first:	what came back, from where the range of the state at the head begins: least
 * @last:	and most
 */
struct bv_step {
	s8	way;
	u64	least;
	u64	first;
	u64	last;
};

#define BV_NO_WAY	2

/**
 * struct bv_checkpoint - a state kept at a prune point
 * @next:	another one at the same instruction, once nothing of it is open
 * @last:	checkpoint before it on its path, as long as it is not final
 * @parent:	checkpoint whose values deps name, likewise; not @last behind a call
 * @result:	the one for R0, where that is another; otherwise NULL
 * @caller:	frames of callers
 * @slots:	stack slots kept: those live, bit i is slot i
 * @nheld:	entries of @held
 * @precise:	of the values kept, those that must be compared exactly (precise.c)
 * @regs:	registers kept: those live, without R10
 * @open:	paths and checkpoints that follow from it and have not ended
 * @needed:	frames refer to it (prune.c only)
 * @final:	all that can come of the state has been walked, and hangs on nothing that
 *		has not: @precise is final (final.c)
 * @joined:	values that were made to cover those of states kept before (join.c)
 * @index:	number of checkpoints made before it, and one
 * @low:	least index of what it, and what follows from it, hangs on; its own if on
 *		nothing older
 * @hanging:	once nothing of it is open: those that become final with it, linked by
 *		@hangs
 * @hanging_last: the last of them
 * @hangs:	likewise
 * @edges:	paths that it covers while it is not final
 * @wanted:	values that were demanded and not yet passed on (precise.c)
 * @work:	next of those with something in @wanted
 * @queued:	it is one of those
 * @turns:	at a loop's head, of each value kept what a turn does to it, in the order of
 *		@reg and @slot; otherwise NULL
 * @known:	bv_state.known where it was made
 * @around:	at a loop's head: that where the path came into the loop
 * @before:	likewise: the state a turn ago, or NULL
 * @within:	likewise: turns, in all, at states that came of it and hang on it: there may be as
 *		many again after each turn that ends at it
 * @behind:	and at those that do not
 * @pc:		the instruction
 * @rounds:	how often in a row states at the head were made to cover more
 * @differs:	the value in which a state that it did not cover differed last; same.c's own
 * @turn:	at a loop's head: turns since the path came into the loop
 * @anchor:	likewise: the state some of these turns ago, never more than half of them
 *		(induct.c)
 * @begun:	likewise: instructions visited when it came
 * @hits:	states that it covered
 * @misses:	states compared and not covered, since the last hit
 * @bytes:	memory it takes, with @edges and @turns
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
	u64			slots;
	struct bv_deps		precise;
	u16			regs;
	u16			nheld;
	struct bv_deps		joined;
	struct bv_deps		wanted;
	bool			final;
	bool			queued;
	bool			needed;
	u8			rounds;
	u8			differs;
	u32			turn;
	u32			begun;
	u32			pc;
	u32			known;
	u32			around;
	u32			index;
	u32			low;
	struct bv_checkpoint	*hanging;
	struct bv_checkpoint	*hanging_last;
	struct bv_checkpoint	*hangs;
	struct bv_edge		*edges;
	struct bv_step		*turns;
	struct bv_checkpoint	*anchor;
	struct bv_checkpoint	*before;
	u64			within;
	u64			behind;
	struct bv_checkpoint	*work;
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
 * struct bv_kept - what is kept for one instruction where states are compared
 * @first:	checkpoints that are closed, the last one that covered a state first
 * @count:	how many
 * @arrivals:	how often the walk came here
 * @vain:	so often no state covered what came (join.c)
 * @unlike:	values in which states there could not be joined (join.c)
 */
struct bv_kept {
	struct bv_checkpoint	*first;
	u32			count;
	u32			arrivals;
	u32			vain;
	struct bv_deps		unlike;
};

/**
 * struct bv_waiting - an arm that waits
 * @st:		its state, or NULL
 * @packed:	its state where that is packed, or NULL
 * @pc:		where it goes on
 * @from:	the jump it is an arm of
 * @first:	the first instruction where this one or one that waits for longer goes on
 * @trail:	decisions on the path before that jump
 */
struct bv_waiting {
	struct bv_state		*st;
	struct bv_packed	*packed;
	u32			pc;
	u32			from;
	u32			first;
	u32			trail;
};

/* the checkpoint that its path passed last, or NULL */
static inline struct bv_checkpoint *bv_waiting_last(const struct bv_waiting *w)
{
	return w->st ? w->st->last : w->packed->path.last;
}

/**
 * struct bv_walk - the exploration
 * @st:		the path being walked
 * @waiting:	arms to walk, the next one last
 * @count:	how many
 * @cap:	room for
 * @npacked:	so many of them, those that wait for longest, are packed
 * @packed:	where these lie, in that order
 * @kept:	one per instruction where states are compared, by bv_insn_info.point (prune.c)
 * @kept_bytes:	what kept states take
 * @names:	same.c's own
 * @grow:	grow.c's own, NULL where nothing has grown yet
 * @from:	instruction before the one that the path is at, BV_NO_PC at its beginning
 * @made:	checkpoints made
 * @lost:	states no longer kept that frames may still refer to
 * @nlost:	how many
 * @sweep_at:	so many are looked at
 * @again:	the walk is to start again
 */
struct bv_walk {
	struct bv_state		*st;
	struct bv_waiting	*waiting;
	u32			count;
	u32			cap;
	u32			npacked;
	struct bv_pool		packed;
	struct bv_kept		*kept;
	u64			kept_bytes;
	struct bv_names		*names;
	struct bv_grow		*grow;
	u32			from;
	u32			made;
	struct bv_checkpoint	*lost;
	u32			nlost;
	u32			sweep_at;
	bool			again;
};

/* what is kept for the instruction @pc, where states are compared */
static inline struct bv_kept *bv_walk_kept(const struct bv_env *env, u32 pc)
{
	return &env->walk->kept[env->info[pc].point];
}

/*
 * precise.c: what @old compares exactly, @st must too, as its path ends because @old
 * covers it
 */
void bv_demand_as(struct bv_env *env, struct bv_state *st,
		  const struct bv_checkpoint *old);

/* precise.c: the same with one that is not final: also for what it may compare later */
int bv_demand_later(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old);
/* precise.c: @cp is given back, with what it remembers of such paths */
void bv_demand_drop(struct bv_env *env, struct bv_checkpoint *cp);
/* precise.c: R0, given by a function, matters as far as its deps go */
void bv_demand_result(struct bv_env *env, struct bv_state *st);

/* same.c, grow.c: bytes of bv_walk.names and bv_walk.grow */
size_t bv_names_bytes(void);
size_t bv_grow_bytes(void);

/* same.c: does @old cover @cur, that is, is every run from @cur one from @old? */
bool bv_same(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *cur);
/* same.c: the same of the path's own state at a loop's head, @counted: if turns may end there */
bool bv_same_turn(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *cur,
		  bool counted);

/* same.c: callers' frames and memory held alone */
bool bv_same_outside(struct bv_env *env, const struct bv_checkpoint *old,
		     const struct bv_state *cur);

/*
 * join.c: no kept state covers @st: 1 made to cover those kept before in the values @joined,
 * 0 not, -ENOMEM
 */
int bv_join(struct bv_env *env, struct bv_state *st, struct bv_deps *joined);
/* join.c: was a state joined on the path? The walk is to start again then */
bool bv_join_refused(struct bv_env *env, enum bv_reason why);
/* join.c: under a refusal, why paths that meet at @pc could not be taken as one */
void bv_join_log(struct bv_env *env, u32 pc);

/*
 * prune.c: at a prune point: 1 an old state covers @st (whose path ends), 0 go on
 * (@st may have been kept and now has it as parent), BV_AGAIN, -ENOMEM, or a refusal
 */
int bv_prune(struct bv_env *env, struct bv_state *st);
/* prune.c: nothing of @cp is open any more: others may be compared with it */
void bv_prune_closed(struct bv_env *env, struct bv_checkpoint *cp);
/* prune.c: are both of one call of their function? */
bool bv_prune_one_call(const struct bv_checkpoint *cp, const struct bv_state *st);
/* prune.c: gives back frames and states that nobody needs any more, now and then */
void bv_prune_sweep(struct bv_env *env);
/* prune.c: a kept state takes more memory, which goes with it */
void bv_prune_grow(struct bv_env *env, struct bv_checkpoint *cp, u32 bytes);
/* prune.c: give back one kept state, or all */
void bv_prune_drop(struct bv_env *env, struct bv_checkpoint *cp);
void bv_prune_free(struct bv_env *env);

/* final.c: one path more, and one path less, follows from @cp */
void bv_final_hold(struct bv_checkpoint *cp);
void bv_final_release(struct bv_env *env, struct bv_checkpoint *cp);
/* final.c: what follows from @cp hangs on @old, which is not final */
void bv_final_hang(struct bv_checkpoint *cp, const struct bv_checkpoint *old);

/*
 * induct.c: loops. A state that came back to a head is made to cover more turns: 1, 0
 * where it cannot be, -ENOMEM
 */
int bv_induct_grow(struct bv_env *env, const struct bv_checkpoint *old, struct bv_state *st);
/* induct.c: numbers of a state at a head get identities, so that turns can be told */
void bv_induct_name(struct bv_env *env, struct bv_state *st);
/* induct.c: a turn from @old led to @st, which it covers: 1, 0 nothing came forward, -ENOMEM */
int bv_induct_turn(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *st);
/* induct.c: may turns that ended at @cp be counted by the number of identity @id? */
bool bv_induct_tells(const struct bv_checkpoint *cp, u32 id);
/* induct.c: all turns from @cp have been seen: how many there can be is noted */
void bv_induct_close(struct bv_env *env, struct bv_checkpoint *cp);
/* induct.c: @cp is given back, with what it knows of turns */
void bv_induct_drop(struct bv_env *env, struct bv_checkpoint *cp);
/* induct.c: a loop cannot be verified this way: BV_AGAIN, or a refusal */
int bv_induct_unroll(struct bv_env *env);
int bv_induct_stuck(struct bv_env *env, const struct bv_checkpoint *old,
		    const struct bv_state *st);
int bv_induct_refused(struct bv_env *env);
/* induct.c: 0, or a refusal where a loop walked turn by turn is where it was some turns ago */
int bv_induct_repeats(struct bv_env *env, struct bv_checkpoint *old,
		      const struct bv_state *st);
/* induct.c: does the way to env->pc come from inside the loop whose head that is? */
bool bv_induct_is_turn(const struct bv_env *env);
/* count.c: 0, or -E2BIG through bv_refuse() where runs may take too many instructions */
int bv_count_run(struct bv_env *env);

/* short.c: is the next turn of a loop that came from @old to be walked by itself? */
bool bv_short(const struct bv_env *env, const struct bv_checkpoint *old,
	      const struct bv_state *st);

/* step.c: one instruction of @st; sets *next, BV_NO_PC where the path ends */
int bv_step(struct bv_env *env, struct bv_state *st, u32 *next);

/* walk.c: an arm waits; the walk owns @st, also where this fails */
int bv_walk_push(struct bv_env *env, struct bv_state *st, u32 pc, u32 from_pc);
/* walk.c: the conditional jump at @pc went @arm's way. 0 or -ENOMEM */
int bv_walk_log_decided(struct bv_env *env, u32 pc, u8 arm, bool forced);

static inline int bv_walk_decided(struct bv_env *env, u32 pc, u8 arm, bool forced)
{
	return env->log.level ? bv_walk_log_decided(env, pc, arm, forced) : 0;
}

/* walk.c: the whole exploration. 0, a refusal, -ENOMEM, -EAGAIN */
int bv_walk(struct bv_env *env);

#endif /* _BPF_VERIFIER_WALK_H */
