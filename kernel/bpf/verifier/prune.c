// SPDX-License-Identifier: GPL-2.0-only
/*
 * States kept at prune points, where paths meet: which are kept, compared, and thrown
 * away again.
 *
 * A kept state is open while something that follows from it is still to be walked. The
 * walk goes depth first, so states that are open are the path's own past, and whoever
 * else comes to the same instruction finds it closed: all its runs are known to be safe,
 * at once or, in a loop, together with those of an older state (final.c). That is what
 * makes ending a path sound.
 *
 * A path that comes back to a loop's head is compared with its own past too: there the
 * question is whether turns bring something forward (induct.c).
 *
 * Where many came that no kept state covers, the next one is made to (join.c).
 *
 * A state is kept only while an arm waits from where the walk may come again, or at a loop's
 * head; it holds only what is live; each instruction keeps a bounded number, the useful
 * ones first; and where all states together grow too large no more are kept, which costs
 * time and no verdict but that of the instruction budget.
 *
 * Whether one state covers another is same.c's matter. Layer V6.
 * Tests: cases/walk/prune-*.bpft, tools/bpf/verify/fuzz_prune.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <linux/types.h>
#include "claims.h"
#include "walk.h"

/* a state compared so often in vain, for each one it covered, makes room */
#define MISSES_PER_HIT	8

/* so many frames and states that nobody needs are waited for before they are looked for */
#define LEAST_SWEEP	64U

static bool slot_is_unset(const struct bv_slot *slot)
{
	u64 bytes;

	BUILD_BUG_ON(sizeof(slot->byte) != sizeof(bytes) || BV_BYTE_UNSET != 0);
	memcpy(&bytes, slot->byte, sizeof(bytes));
	return !bytes;
}

/* values that a kept state is about: live, and set at all */
static struct bv_deps kept_values(const struct bv_env *env, const struct bv_state *st)
{
	u32 regs = env->info[env->pc].live_regs & (BIT(BPF_REG_10) - 1);
	u64 slots = env->info[env->pc].live_slots;
	struct bv_deps kept = {};

	for (; regs; regs &= regs - 1)
		if (st->reg[__ffs(regs)].kind != BV_UNSET)
			kept.regs |= regs & -regs;
	if (st->nslots < BV_SLOTS)
		slots &= BIT_ULL(st->nslots) - 1;
	for (; slots; slots &= slots - 1)
		if (!slot_is_unset(&st->slots[__ffs64(slots)]))
			kept.slots |= slots & -slots;
	return kept;
}

/* from here on @st's values come from the checkpoint that was just made of it */
static void restart_deps(struct bv_state *st, const struct bv_checkpoint *cp)
{
	u64 slots;
	u32 regs;

	for (regs = cp->regs; regs; regs &= regs - 1)
		if (st->reg[__ffs(regs)].kind == BV_SCALAR)
			st->reg[__ffs(regs)].deps = (struct bv_deps){ .regs = regs & -regs };
	for (slots = cp->slots; slots; slots &= slots - 1) {
		struct bv_slot *slot = &st->slots[__ffs64(slots)];

		slot->deps = (struct bv_deps){ .slots = slots & -slots };
		if (slot->whole && slot->spill.kind == BV_SCALAR)
			slot->spill.deps = slot->deps;
	}
}

/**
 * bv_prune_grow() - a kept state takes more memory
 * @env:	the check
 * @cp:		the state; all of it is given back with it
 * @bytes:	how much more
 */
void bv_prune_grow(struct bv_env *env, struct bv_checkpoint *cp, u32 bytes)
{
	cp->bytes += bytes;
	env->walk->kept_bytes += bytes;
	bv_state_bytes(env, bytes);
}

static u32 bytes_of(u32 nregs, u32 nslots, u32 nheld)
{
	return sizeof(struct bv_checkpoint) + nregs * sizeof(struct bv_reg) +
	       nslots * sizeof(struct bv_slot) + nheld * sizeof(struct bv_held);
}

static struct bv_checkpoint *make(struct bv_env *env, const struct bv_state *st)
{
	struct bv_deps kept = kept_values(env, st);
	u32 nregs = hweight16(kept.regs), nslots = hweight64(kept.slots);
	struct bv_checkpoint *cp;
	struct bv_slot *slot;
	struct bv_reg *reg;
	u32 bytes;

	bytes = bytes_of(nregs, nslots, st->nheld);
	cp = bv_heap_take(&env->heap, bytes);
	if (!cp)
		return NULL;
	slot = (struct bv_slot *)&cp->reg[nregs];
	*cp = (struct bv_checkpoint){
		.slot = slot, .held = (struct bv_held *)&slot[nslots], .nheld = st->nheld,
		.regs = kept.regs, .slots = kept.slots,
	};
	if (bv_claims_point(env, &cp->point)) {
		bv_heap_give(&env->heap, cp, bytes);
		return NULL;
	}
	for (reg = cp->reg; kept.regs; kept.regs &= kept.regs - 1)
		*reg++ = st->reg[__ffs(kept.regs)];
	for (; kept.slots; kept.slots &= kept.slots - 1)
		bv_slot_copy(slot++, &st->slots[__ffs64(kept.slots)]);
	memcpy(cp->held, st->held, st->nheld * sizeof(*cp->held));
	bv_prune_grow(env, cp, bytes);
	cp->caller = bv_frames_get(st->caller);
	return cp;
}

/**
 * bv_prune_drop() - give back a kept state
 * @env:	the check
 * @cp:		the state, in no list any more
 */
void bv_prune_drop(struct bv_env *env, struct bv_checkpoint *cp)
{
	env->stats.states_now--;
	env->walk->kept_bytes -= cp->bytes;
	bv_state_bytes(env, -(s64)cp->bytes);
	bv_claims_settle(env, cp->point, cp->precise);
	bv_frames_put(env, cp->caller);
	bv_demand_drop(env, cp);
	bv_induct_drop(env, cp);
	bv_heap_give(&env->heap, cp, bytes_of(hweight16(cp->regs), hweight64(cp->slots),
					      cp->nheld));
}

/*
 * A state that is compared no longer may still be referred to: where functions are called,
 * or as long as it is not final.
 */
static void drop(struct bv_env *env, struct bv_kept *kept, struct bv_checkpoint **link)
{
	struct bv_checkpoint *cp = *link;

	*link = cp->next;
	kept->count--;
	if (env->func_count == 1 && cp->final) {
		bv_prune_drop(env, cp);
		return;
	}
	cp->next = env->walk->lost;
	env->walk->lost = cp;
	env->walk->nlost++;
}

static void mark_needed(struct bv_env *env)
{
	const struct bv_frame *f;
	struct bv_checkpoint *cp;

	for (cp = env->walk->lost; cp; cp = cp->next)
		cp->needed = !cp->final;
	for (f = env->frames; f; f = f->next)
		if (f->refs && f->saved)
			f->saved->needed = true;
}

/**
 * bv_prune_sweep() - give back frames and states that nobody needs any more
 * @env:	the check
 *
 * Does something only when so many are lost that it is worth it.
 */
void bv_prune_sweep(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;
	struct bv_checkpoint **link = &walk->lost;
	struct bv_checkpoint *cp;

	if (env->dead_frames + walk->nlost < max(walk->sweep_at, LEAST_SWEEP))
		return;
	bv_frames_sweep(env);
	mark_needed(env);
	while ((cp = *link)) {
		if (cp->needed) {
			link = &cp->next;
			continue;
		}
		*link = cp->next;
		walk->nlost--;
		bv_prune_drop(env, cp);
	}
	walk->sweep_at = 2 * walk->nlost;
}

static void count_kept(struct bv_env *env)
{
	struct bv_stats *s = &env->stats;

	s->states_total++;
	s->states_now++;
	s->states_peak = max(s->states_peak, s->states_now);
}

/*
 * Of a full list the last final one goes, which covered nothing for longest, or else the
 * last of all: in a loop that is walked turn by turn there is no end of those.
 */
static void make_room(struct bv_env *env, struct bv_kept *kept)
{
	struct bv_checkpoint **link, **last = NULL;

	if (kept->count < BV_LIMIT_KEPT_INSN)
		return;
	for (link = &kept->first; *link; link = &(*link)->next)
		if ((*link)->final || !last || !(*last)->final)
			last = link;
	drop(env, kept, last);
}

/**
 * bv_prune_closed() - others may be compared with a kept state from now on
 * @env:	the check
 * @cp:		the state, of which nothing is open any more
 */
void bv_prune_closed(struct bv_env *env, struct bv_checkpoint *cp)
{
	struct bv_kept *kept = bv_walk_kept(env, cp->pc);

	make_room(env, kept);
	cp->next = kept->first;
	kept->first = cp;
	kept->count++;
	env->stats.states_insn = max(env->stats.states_insn, kept->count);
}

/* @old: where the path was one turn ago, or NULL */
static int keep(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old)
{
	struct bv_checkpoint *cp;

	if (env->stats.bytes_now > BV_LIMIT_STATE_BYTES)
		return bv_refuse(env, BV_R_BUDGET_STATES, BV_INSN, env->stats.bytes_now,
				 BV_LIMIT_STATE_BYTES, env->walk->count);
	cp = make(env, st);
	if (!cp)
		return -ENOMEM;
	cp->last = st->last;	/* @st's hold on it passes to @cp */
	cp->parent = st->parent;
	cp->result = st->result;
	cp->open = 1;
	cp->pc = env->pc;
	cp->known = st->known;
	cp->around = old ? old->around : st->known;
	cp->before = old;
	cp->begun = old ? old->begun : env->stats.visited;
	cp->turn = old ? old->turn + 1 : 0;
	cp->anchor = !old || is_power_of_2(cp->turn) ? cp : old->anchor;
	cp->index = ++env->walk->made;
	cp->low = cp->index;
	count_kept(env);
	bv_state_keep_live(env, st, env->pc);
	restart_deps(st, cp);
	st->last = cp;
	st->parent = cp;
	st->result = NULL;
	if (env->info[env->pc].head)
		st->known = env->next_id;
	return 0;
}

/*
 * Does an arm wait that may lead to this instruction? Where no jump back goes over it, none
 * that goes on behind it does, unless that returns to another function.
 */
static bool may_come_again(const struct bv_env *env)
{
	const struct bv_walk *walk = env->walk;

	if (!walk->count)
		return false;
	if (env->func_count > 1 || (env->pc >= env->back_first && env->pc <= env->back_last))
		return true;
	return walk->waiting[walk->count - 1].first <= env->pc;
}

/*
 * Will somebody come who could be covered, and is there room? What a caller holds is told
 * by the state at its call, which there must be; behind that one saves demands.
 */
static bool is_worth_keeping(const struct bv_env *env, const struct bv_state *st)
{
	if (env->req->pruning == BV_PRUNE_ALWAYS || env->info[env->pc].head ||
	    bpf_insn_calls_func(&env->insns[env->pc]))
		return true;
	return (may_come_again(env) || st->result) &&
	       env->walk->kept_bytes < BV_LIMIT_KEPT_BYTES;
}

/* look for a closed state that covers @st; states that are of no use go */
static struct bv_checkpoint *find(struct bv_env *env, struct bv_kept *kept,
				  const struct bv_state *st)
{
	struct bv_checkpoint **link = &kept->first;
	struct bv_checkpoint *cp;

	while ((cp = *link)) {
		if (bv_same(env, cp, st)) {
			cp->hits++;
			cp->misses = 0;
			*link = cp->next;
			cp->next = kept->first;
			kept->first = cp;
			return cp;
		}
		if (++cp->misses > MISSES_PER_HIT * (cp->hits + 1) && cp->final)
			drop(env, kept, link);
		else
			link = &cp->next;
	}
	return NULL;
}

/* the path ends, as @old covers it */
static int end_covered(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old)
{
	env->stats.pruned++;
	if (old->final) {
		bv_demand_as(env, st, old);
		return 1;
	}
	bv_final_hang(st->last, old);
	return bv_demand_later(env, st, old) ?: 1;
}

/**
 * bv_prune_one_call() - are two states of one call of their function?
 * @cp:	a kept state
 * @st:	a state of a path that came by it, in the same function
 */
bool bv_prune_one_call(const struct bv_checkpoint *cp, const struct bv_state *st)
{
	if (!cp->caller || !st->caller)
		return cp->caller == st->caller;
	return cp->caller->saved == st->caller->saved;
}

/* the path's own state at this loop's head, one turn ago */
static struct bv_checkpoint *find_last_turn(const struct bv_env *env, const struct bv_state *st)
{
	struct bv_checkpoint *cp = st->last;

	while (cp && (cp->pc != env->pc || !bv_prune_one_call(cp, st)))
		cp = cp->last;
	return cp;
}

/* the next turn is walked by itself */
static int go_round(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old)
{
	struct bv_loop *loop = bv_loop(env, env->info[env->pc].loop);
	int err;

	err = keep(env, st, old);
	if (err)
		return err;
	loop->singly++;
	return 0;
}

/* the path comes back to the loop's head where it was in @old */
static int come_back(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old)
{
	const struct bv_loop *loop = bv_loop(env, env->info[env->pc].loop);
	int ret;

	if (loop->unroll ? bv_same(env, old, st) : bv_same_turn(env, old, st, true)) {
		ret = bv_induct_turn(env, old, st);
		if (ret > 0)
			return end_covered(env, st, old);
		if (!ret)
			ret = bv_induct_stuck(env, old, st);
		if (ret)
			return ret;
	}
	if (loop->unroll)
		return bv_induct_repeats(env, old->anchor, st) ?: keep(env, st, old);
	if (bv_short(env, old, st))
		return go_round(env, st, old);
	bv_state_keep_live(env, st, env->pc);
	ret = bv_induct_grow(env, old, st);
	if (ret <= 0)
		return ret ?: bv_induct_unroll(env);
	st->grown = true;
	env->grown = true;
	ret = keep(env, st, old);
	if (!ret)
		st->last->rounds = old->rounds + 1;
	return ret;
}

/**
 * bv_prune() - has all that can come from a state been walked before?
 * @env:	the check; env->pc is a prune point
 * @st:		the state before it; where it is kept, what is not live in it becomes
 *		unset and its deps start anew
 *
 * Return: 1 if an old state covers @st, whose path ends then; 0 if the walk goes on;
 * BV_AGAIN where the walk is to start again; -ENOMEM; what bv_refuse() gave for a loop
 * that does not end, or too much memory.
 */
int bv_prune(struct bv_env *env, struct bv_state *st)
{
	struct bv_kept *kept = bv_walk_kept(env, env->pc);
	bool head = env->info[env->pc].head;
	struct bv_deps joined = {};
	struct bv_checkpoint *old;
	int ret;

	kept->arrivals++;
	env->shifted.pc = BV_NO_PC;
	old = find(env, kept, st);
	if (old)
		return end_covered(env, st, old);
	if (head) {
		old = bv_induct_is_turn(env) ? find_last_turn(env, st) : NULL;
		bv_induct_name(env, st);
		if (old)
			return come_back(env, st, old);
	}
	ret = bv_join(env, st, &joined);
	if (ret < 0 || (!ret && !is_worth_keeping(env, st)))
		return ret;
	ret = keep(env, st, NULL);
	if (!ret)
		st->last->joined = joined;
	return ret;
}

/* kept states that are open: the past of the path, or of the arm that comes next */
static void drop_open(struct bv_env *env)
{
	struct bv_walk *walk = env->walk;
	struct bv_checkpoint *cp = NULL;

	if (walk->st)
		cp = walk->st->last;
	else if (walk->count)
		cp = bv_waiting_last(&walk->waiting[walk->count - 1]);
	while (cp) {
		struct bv_checkpoint *last = cp->last;

		bv_prune_drop(env, cp);
		cp = last;
	}
}

/**
 * bv_prune_free() - give back all kept states
 * @env:	the check, at its end
 */
void bv_prune_free(struct bv_env *env)
{
	struct bv_kept *kept = env->walk->kept;
	struct bv_checkpoint *cp;
	u32 i;

	drop_open(env);
	while ((cp = env->walk->lost)) {
		env->walk->lost = cp->next;
		bv_prune_drop(env, cp);
	}
	for (i = 0; env->stats.states_now; i++) {
		while ((cp = kept[i].first)) {
			kept[i].first = cp->next;
			bv_prune_drop(env, cp);
		}
	}
	env->walk->kept = NULL;
}
