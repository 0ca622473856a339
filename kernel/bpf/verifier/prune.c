// SPDX-License-Identifier: GPL-2.0-only
/*
 * States kept at prune points, where paths meet: which are kept, compared, and thrown
 * away again.
 *
 * A kept state is open while something that follows from it is still to be walked.
 * The walk goes depth first and programs have no loops, so whoever comes to the same
 * instruction later finds it closed: all its runs are known to be safe. That is what
 * makes ending a path sound; it is checked at each comparison.
 *
 * A state is kept only while an arm waits, for otherwise nobody will come; it holds
 * only what is live; each instruction keeps a bounded number, the useful ones first;
 * and where all states together grow too large no more are kept, which costs time and
 * no verdict but that of the instruction budget.
 *
 * Whether one state covers another is same.c's matter. Layer V6.
 * Tests: cases/walk/prune-*.bpft, tools/bpf/verify/fuzz_prune.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "claims.h"
#include "walk.h"

/* a state compared so often in vain, for each one it covered, makes room */
#define MISSES_PER_HIT	8

/* so many frames and states that nobody needs are waited for before they are looked for */
#define LEAST_SWEEP	64U

/**
 * bv_prune_hold() - something more follows from a kept state
 * @cp:	the state, or NULL for the entry
 */
void bv_prune_hold(struct bv_checkpoint *cp)
{
	if (cp)
		cp->open++;
}

/**
 * bv_prune_release() - something that followed from a kept state has ended
 * @cp:	the state, or NULL for the entry
 *
 * A state of which all has ended is closed, and its own parent has one less to wait
 * for.
 */
void bv_prune_release(struct bv_checkpoint *cp)
{
	while (cp && !--cp->open) {
		struct bv_checkpoint *last = cp->last;

		cp->last = NULL;
		cp->parent = NULL;
		cp->result = NULL;
		cp = last;
	}
}

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
static void restart_deps(struct bv_state *st)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++)
		if (st->reg[i].kind == BV_SCALAR)
			st->reg[i].deps = (struct bv_deps){ .regs = BIT(i) };
	for (i = 0; i < st->nslots; i++) {
		struct bv_slot *slot = &st->slots[i];

		if (slot_is_unset(slot))
			continue;
		slot->deps = (struct bv_deps){ .slots = BIT_ULL(i) };
		if (slot->size && slot->spill.kind == BV_SCALAR)
			slot->spill.deps = slot->deps;
	}
}

static struct bv_checkpoint *make(struct bv_env *env, const struct bv_state *st)
{
	struct bv_deps kept = kept_values(env, st);
	u32 nregs = hweight16(kept.regs), nslots = hweight64(kept.slots);
	struct bv_checkpoint *cp;
	struct bv_slot *slot;
	struct bv_reg *reg;
	u32 bytes;

	bytes = sizeof(*cp) + nregs * sizeof(*cp->reg) + nslots * sizeof(*cp->slot) +
		st->nheld * sizeof(*cp->held);
	cp = bv_alloc(bytes);
	if (!cp || bv_claims_point(env, &cp->point)) {
		bv_free(cp);
		return NULL;
	}
	cp->slot = (struct bv_slot *)&cp->reg[nregs];
	cp->held = (struct bv_held *)&cp->slot[nslots];
	cp->nheld = st->nheld;
	cp->bytes = bytes;
	cp->regs = kept.regs;
	cp->slots = kept.slots;
	for (reg = cp->reg; kept.regs; kept.regs &= kept.regs - 1)
		*reg++ = st->reg[__ffs(kept.regs)];
	for (slot = cp->slot; kept.slots; kept.slots &= kept.slots - 1)
		*slot++ = st->slots[__ffs64(kept.slots)];
	memcpy(cp->held, st->held, st->nheld * sizeof(*cp->held));
	cp->caller = bv_frames_get(st->caller);
	return cp;
}

static void destroy(struct bv_env *env, struct bv_checkpoint *cp)
{
	env->walk->kept_bytes -= cp->bytes;
	bv_state_bytes(env, -(s64)cp->bytes);
	bv_claims_settle(env, cp->point, cp->precise);
	bv_frames_put(env, cp->caller);
	bv_free(cp);
}

/* where functions are called, a state may be kept no longer and still be referred to */
static void drop(struct bv_env *env, struct bv_kept *kept, struct bv_checkpoint **link)
{
	struct bv_checkpoint *cp = *link;

	*link = cp->next;
	kept->count--;
	env->stats.states_now--;
	if (env->func_count == 1) {
		destroy(env, cp);
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
		cp->needed = false;
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
		if (cp->open || cp->needed) {
			link = &cp->next;
			continue;
		}
		*link = cp->next;
		walk->nlost--;
		destroy(env, cp);
	}
	walk->sweep_at = 2 * walk->nlost;
}

static void count_kept(struct bv_env *env, const struct bv_kept *kept)
{
	struct bv_stats *s = &env->stats;

	s->states_total++;
	s->states_now++;
	s->states_peak = max(s->states_peak, s->states_now);
	s->states_insn = max(s->states_insn, kept->count);
}

/* the last of a full list goes, which covered nothing for longest */
static void make_room(struct bv_env *env, struct bv_kept *kept)
{
	struct bv_checkpoint **link = &kept->first;

	if (kept->count < BV_LIMIT_KEPT_INSN)
		return;
	while ((*link)->next)
		link = &(*link)->next;
	drop(env, kept, link);
}

static int keep(struct bv_env *env, struct bv_kept *kept, struct bv_state *st)
{
	struct bv_checkpoint *cp;

	if (env->stats.bytes_now > BV_LIMIT_STATE_BYTES)
		return bv_refuse(env, BV_R_BUDGET_STATES, BV_INSN, env->stats.bytes_now,
				 BV_LIMIT_STATE_BYTES, env->walk->count);
	make_room(env, kept);
	cp = make(env, st);
	if (!cp)
		return -ENOMEM;
	env->walk->kept_bytes += cp->bytes;
	bv_state_bytes(env, cp->bytes);
	cp->last = st->last;	/* @st's hold on it passes to @cp */
	cp->parent = st->parent;
	cp->result = st->result;
	cp->open = 1;
	cp->next = kept->first;
	kept->first = cp;
	kept->count++;
	count_kept(env, kept);
	bv_state_keep_live(env, st, env->pc);
	restart_deps(st);
	st->last = cp;
	st->parent = cp;
	st->result = NULL;
	return 0;
}

/*
 * Will somebody come who could be covered, and is there room? What a caller holds is told
 * by the state at its call, which there must be; behind that one saves demands.
 */
static bool is_worth_keeping(const struct bv_env *env, const struct bv_state *st)
{
	if (env->req->pruning == BV_PRUNE_ALWAYS || bv_is_local_call(&env->insns[env->pc]))
		return true;
	return (env->walk->count || st->result) &&
	       env->walk->kept_bytes < BV_LIMIT_KEPT_BYTES;
}

/* are both of one call of their function? */
static bool is_of_call(const struct bv_checkpoint *cp, const struct bv_state *st)
{
	if (!cp->caller || !st->caller)
		return cp->caller == st->caller;
	return cp->caller->saved == st->caller->saved;
}

/* look for a state that covers @st; states that are of no use go */
static int find(struct bv_env *env, struct bv_kept *kept, const struct bv_state *st,
		struct bv_checkpoint **found)
{
	struct bv_checkpoint **link = &kept->first;
	struct bv_checkpoint *cp;

	while ((cp = *link)) {
		/* the same function, called once more */
		if (cp->open && !is_of_call(cp, st)) {
			link = &cp->next;
			continue;
		}
		if (cp->open)
			return bv_refuse(env, BV_R_BUG_STATE, BV_INSN,
					 "a path that meets its own past");
		if (bv_same(env, cp, st)) {
			cp->hits++;
			cp->misses = 0;
			*link = cp->next;
			cp->next = kept->first;
			kept->first = cp;
			*found = cp;
			return 1;
		}
		if (++cp->misses > MISSES_PER_HIT * (cp->hits + 1))
			drop(env, kept, link);
		else
			link = &cp->next;
	}
	return 0;
}

/**
 * bv_prune() - has all that can come from a state been walked before?
 * @env:	the check; env->pc is a prune point
 * @st:		the state before it; where it is kept, what is not live in it becomes
 *		unset and its deps start anew
 *
 * Return: 1 if an old state covers @st, whose path ends then; 0 if the walk goes on;
 * -ENOMEM; -EINVAL through bv_refuse() where a state is compared with its own past.
 */
int bv_prune(struct bv_env *env, struct bv_state *st)
{
	struct bv_kept *kept = &env->walk->kept[env->pc];
	struct bv_checkpoint *old;
	int ret;

	kept->arrivals++;
	ret = find(env, kept, st, &old);
	if (ret < 0)
		return ret;
	if (ret) {
		bv_demand_as(env, st, old);
		env->stats.pruned++;
		return 1;
	}
	if (is_worth_keeping(env, st))
		return keep(env, kept, st);
	bv_demand_result(st);
	return 0;
}

/**
 * bv_prune_free() - give back all kept states
 * @env:	the check, at its end
 */
void bv_prune_free(struct bv_env *env)
{
	struct bv_kept *kept = env->walk->kept;
	struct bv_checkpoint *cp;
	u32 pc;

	for (pc = 0; env->stats.states_now; pc++)
		while (kept[pc].first)
			drop(env, &kept[pc], &kept[pc].first);
	while ((cp = env->walk->lost)) {
		env->walk->lost = cp->next;
		destroy(env, cp);
	}
	bv_free(kept);
	env->walk->kept = NULL;
	bv_frames_sweep(env);
}
