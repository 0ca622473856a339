// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loops by induction. The walk goes round a loop as it goes anywhere; what ends it is a
 * state at the loop's head that covers what a turn from it leads to:
 *
 *	first turn	from the state that comes into the loop: i = 0
 *	back		i = 1: not covered. What changed grows to the next likely bound, a
 *			constant that the loop compares with: i = 0 .. 99
 *	second turn	from there, which is any turn: i = 1 .. 99 comes back. Covered
 *
 * The covering state then holds before every turn, however many there are. That they end
 * needs something more: a number at the head, known by an identity, to which every turn
 * adds at least something, or from which every one takes something, while the covering
 * state has bounds for it. These bounds also say how many turns there can be. Numbers and
 * their sums with constants keep identities (alu.c), so this is read off the state.
 *
 * Where no covering state is found, because some access or the program's end needs more
 * than it says, the walk starts again and goes through that loop turn by turn.
 *
 * Why no run is endless: take a run that stays in a loop, and the outermost state at its
 * head that it comes by again and again. Each time the same number has moved the same way
 * by at least one, and it is between two bounds.
 *
 * Layer V6. Tests: cases/loop/, tools/bpf/verify/fuzz_oracle.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/types.h>
#include "../insn.h"
#include "grow.h"
#include "lockstep.h"
#include "move.h"
#include "pass.h"
#include "walk.h"
#include "width.h"

/*
 * states in a row that are made to cover more: with constants as they came, to likely
 * bounds, and at all
 */
#define MOST_NEAR	4
#define MOST_GUESSES	12
#define MOST_ROUNDS	20

/**
 * bv_induct_is_turn() - does the path come to a loop's head from inside the loop?
 * @env:	the check; env->pc is a head
 */
bool bv_induct_is_turn(const struct bv_env *env)
{
	return env->walk->from != BV_NO_PC &&
	       bv_loop_has(env, env->walk->from, env->info[env->pc].loop);
}

static u64 strict_slots(const struct bv_env *env)
{
	return env->strict[env->pc].slots;
}

static u32 strict_regs(const struct bv_env *env)
{
	return env->strict[env->pc].regs;
}

/* ---- likely bounds --------------------------------------------------------------- */

/* a bound, whether or not it is itself within */
static void add_bound(struct bv_grow *g, u64 bound)
{
	bv_grow_stop(g, bound);
	bv_grow_stop(g, bound - 1);
	bv_grow_stop(g, bound + 1);
}

/* constants that the loop compares with, where it is left or elsewhere */
static void add_constants(struct bv_grow *g, u32 number, bool exits)
{
	const struct bv_env *env = g->env;
	const struct bv_loop *loop = bv_loop(env, number);
	u32 pc;

	for (pc = loop->first; pc <= loop->last; pc++) {
		const struct bpf_insn *insn = &env->insns[pc];

		if (!bv_loop_branches(env, pc, number) || BPF_SRC(insn->code) == BPF_X ||
		    BPF_OP(insn->code) == BPF_JSET || exits != bv_loop_left(env, pc, number))
			continue;
		if (BPF_CLASS(insn->code) == BPF_JMP || insn->imm >= 0)
			add_bound(g, (s64)insn->imm);
		else
			add_bound(g, (u32)insn->imm);
	}
}

/*
 * Bounds of a number that does not change in the loop; it may compare with it. One that does
 * may be what counts the turns, if it decides anything.
 */
static void add_number(struct bv_grow *g, const struct bv_reg *old, const struct bv_reg *cur,
		       bool strict)
{
	if (strict)
		bv_lockstep_note(g, old, cur);
	if (old->kind != cur->kind || old->kind == BV_UNSET || old->off != cur->off ||
	    !bv_grow_same_number(old, cur))
		return;
	add_bound(g, bv_scalar_umax(old->val) + old->off);
	add_bound(g, bv_scalar_umin(old->val) + old->off);
}

/* what a slot saves at @at of what was kept, and what is there now; false: nothing that is read */
static bool find_saved(const struct bv_slot *slot, u32 at, const struct bv_state *st, u32 idx,
		       struct bv_reg *old, struct bv_reg *cur)
{
	bv_slot_get(slot, at, old);
	return idx < st->nslots &&
	       bv_slot_read(&st->slots[idx], at, bv_slot_width(slot, at), false, cur);
}

/* what a slot saves at @at now, and what was there; false: nothing that is a number */
static bool find_before(const struct bv_slot *slot, const struct bv_slot *now, u32 at,
			struct bv_reg *old, struct bv_reg *cur)
{
	bv_slot_get(now, at, cur);
	return bv_slot_read(slot, at, bv_slot_width(now, at), false, old);
}

static void add_numbers(struct bv_grow *g, const struct bv_checkpoint *old,
			const struct bv_state *st)
{
	u64 slots, strict = strict_slots(g->env);
	const struct bv_slot *slot = old->slot;
	const struct bv_reg *reg = old->reg;
	struct bv_reg old_reg, cur_reg;
	u32 regs, begins;

	for (regs = old->regs; regs; regs &= regs - 1)
		add_number(g, reg++, &st->reg[__ffs(regs)],
			   strict_regs(g->env) & regs & -regs);
	for (slots = old->slots; slots; slots &= slots - 1, slot++) {
		const struct bv_slot *cur = &st->slots[__ffs64(slots)];

		/* by what is there now, for zeroes were no number yet */
		for (begins = __ffs64(slots) < st->nslots ? cur->begins : 0; begins;
		     begins &= begins - 1)
			if (find_before(slot, cur, __ffs(begins), &old_reg, &cur_reg))
				add_number(g, &old_reg, &cur_reg, strict & slots & -slots);
	}
}

/* where a pointer into a packet may be behind its last test, and a step further on */
static void add_packet(struct bv_grow *g, const struct bv_state *st)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++) {
		if (!bv_reg_is_packet(&st->reg[i]))
			continue;
		bv_grow_stop(g, BPF_PACKET_LIMIT - 1);
		bv_grow_stop(g, BPF_PACKET_LIMIT + U16_MAX);
		return;
	}
}

static void find_stops(struct bv_grow *g, const struct bv_checkpoint *old,
		       const struct bv_state *st)
{
	if (old->rounds >= MOST_GUESSES)
		return;
	g->loop = g->env->info[g->env->pc].loop;
	bv_grow_stop(g, S64_MAX);
	bv_grow_stop(g, U32_MAX);
	bv_grow_stop(g, S32_MAX);
	add_packet(g, st);
	add_numbers(g, old, st);
	add_constants(g, g->env->info[g->env->pc].loop, true);
	g->exits = g->stops;
	add_constants(g, g->env->info[g->env->pc].loop, false);
	g->near = old->rounds < MOST_NEAR;
}

/* ---- growing --------------------------------------------------------------------- */

static void grow_slots(struct bv_grow *g, const struct bv_checkpoint *old, struct bv_state *st)
{
	const struct bv_slot *slot = old->slot;
	u32 i;

	for (i = 0; i < st->nslots; i++) {
		if (!(old->slots >> i & 1))
			bv_slot_unset(&st->slots[i]);
		else
			bv_grow_slot(g, slot++, &st->slots[i], strict_slots(g->env) >> i & 1);
	}
}

/* what turns did through pointers to the stacks of callers; their registers they left alone */
static int grow_frames(struct bv_grow *g, const struct bv_checkpoint *old, struct bv_state *st)
{
	const struct bv_frame *was;
	struct bv_frame *f;
	u32 i;

	if (!st->caller || st->caller == old->caller)
		return 0;
	f = bv_frames_own(g->env, st, 0);
	if (!f)
		return -ENOMEM;
	for (f = st->caller, was = old->caller; f && was; f = f->caller, was = was->caller) {
		u64 strict = g->env->strict[f->call].slots;

		for (i = 0; i < f->nslots; i++) {
			if (i >= was->nslots)
				bv_slot_unset(&f->slots[i]);
			else
				bv_grow_slot(g, &was->slots[i], &f->slots[i], strict >> i & 1);
		}
	}
	return 0;
}

/**
 * bv_induct_grow() - make a state that came back to a loop's head cover more turns
 * @env:	the check; env->pc is the head
 * @old:	the state there one turn ago, which does not cover @st
 * @st:		the state that came back; will cover itself as it was, and @old but for
 *		values that are unset then
 *
 * Numbers that changed grow to the next bound that the loop may have for them; what else
 * changed can be used no more.
 *
 * Return: 1; 0 where growing leads nowhere, @st being as it was; -ENOMEM.
 */
int bv_induct_grow(struct bv_env *env, const struct bv_checkpoint *old, struct bv_state *st)
{
	const struct bv_reg *reg = old->reg;
	struct bv_grow *g;
	int err;
	u32 i;

	if (old->nheld != st->nheld || old->rounds >= MOST_ROUNDS)
		return 0;
	g = bv_grow_start(env);
	if (!g)
		return -ENOMEM;
	find_stops(g, old, st);
	bv_lockstep_start(g);
	for (i = 0; i < BPF_REG_10; i++) {
		if (!(old->regs >> i & 1))
			bv_reg_unset(&st->reg[i]);
		else
			bv_grow_reg(g, reg++, &st->reg[i], strict_regs(env) >> i & 1);
	}
	grow_slots(g, old, st);
	err = grow_frames(g, old, st) ?: g->err;
	return err ?: 1;
}

/* ---- turns ----------------------------------------------------------------------- */

static void name(struct bv_env *env, struct bv_reg *r)
{
	if (r->kind != BV_UNSET && !bv_reg_has_view(r) && !bv_reg_name(r) &&
	    !bv_scalar_is_const(r->val))
		bv_reg_set_name(r, ++env->next_id, 0);
}

static void name_saved(struct bv_reg *r, void *env)
{
	name(env, r);
}

/**
 * bv_induct_name() - give numbers identities, so that turns can be told by them
 * @env:	the check; env->pc is a loop's head
 * @st:		the state before it
 */
void bv_induct_name(struct bv_env *env, struct bv_state *st)
{
	u64 slots = strict_slots(env);
	u32 i;

	for (i = 0; i < BPF_REG_10; i++)
		if (strict_regs(env) >> i & 1)
			name(env, &st->reg[i]);
	for (i = 0; i < st->nslots; i++)
		if (slots >> i & 1)
			bv_slot_each(&st->slots[i], name_saved, env);
}

/* the numbers that come back, all of which are in the range of @old, @cur's among them */
static void note_back(struct bv_step *step, const struct bv_reg *old, const struct bv_reg *cur)
{
	u64 first = cur->val.r64.base - old->val.r64.base, last = first + cur->val.r64.len;

	/* of a pointer the constant part of the offset may have moved */
	if (old->kind != BV_SCALAR || last < first || last > old->val.r64.len) {
		first = 0;
		last = old->val.r64.len;
	}
	step->first = step->way ? min(step->first, first) : first;
	step->last = step->way ? max(step->last, last) : last;
}

/* how far a turn moved a number or pointer, always forwards or always back; false: not known */
static bool find_way(const struct bv_env *env, const struct bv_reg *old, const struct bv_reg *cur,
		     struct range64 *by, s8 *way)
{
	s64 first, last;

	if (!bv_move_turn(env, old, cur, by))
		return false;
	first = by->base;
	last = by->base + by->len;
	*way = first < 0 ? -1 : 1;
	return by->len <= S64_MAX && last >= first && first && last && (first < 0) == (last < 0);
}

/* what the turn did to one number or pointer, which was @old at its beginning */
static void note_step(const struct bv_env *env, struct bv_step *step,
		      const struct bv_reg *old, const struct bv_reg *cur)
{
	struct range64 by;
	u64 least, most;
	s8 way;

	if (old->kind != cur->kind || !find_way(env, old, cur, &by, &way) ||
	    (step->way && step->way != way)) {
		step->way = BV_NO_WAY;
		return;
	}
	least = way < 0 ? -(by.base + BV_SEEDED(58, by.len, 0)) :
			  by.base + BV_SEEDED(58, 0, by.len);
	most = way < 0 ? -by.base : by.base + by.len;
	/* from one bound it may not come round to the other */
	if (old->val.r64.len > U64_MAX - most) {
		step->way = BV_NO_WAY;
		return;
	}
	if (!step->way || least < step->least)
		step->least = least;
	note_back(step, old, cur);
	step->way = way;
}

/*
 * How many turns there can be: from one bound of the state to the other; and after the first
 * turn from one bound of what comes back to the other, which a test in the loop may have made
 * closer than the state could tell.
 */
static u64 most_turns(const struct bv_step *step, const struct bv_reg *reg)
{
	u64 all = div64_u64(reg->val.r64.len, step->least);
	u64 back = div64_u64(step->last - step->first, step->least);

	return back < all ? back + 1 : all;
}

/* registers kept, and all that is saved in slots kept */
static u32 count_values(const struct bv_checkpoint *cp)
{
	u32 i, count = hweight16(cp->regs);

	for (i = 0; i < hweight64(cp->slots); i++)
		count += hweight16(cp->slot[i].begins);
	return count;
}

/* would @turns be fewer by this number? */
static bool is_better(const struct bv_step *step, const struct bv_reg *reg, bool first, u64 *turns)
{
	u64 most;

	if (step->way != 1 && step->way != -1)
		return false;
	most = most_turns(step, reg);
	if (!first && most >= *turns)
		return false;
	*turns = most;
	return true;
}

/* the number that lets the fewest turns be, its index among those kept, or -1 */
static int find_best(const struct bv_checkpoint *cp, const struct bv_step *steps, u64 *turns)
{
	u32 nregs = hweight16(cp->regs), nslots = hweight64(cp->slots), i, begins, n;
	struct bv_reg r;
	int best = -1;

	for (n = 0; n < nregs; n++)
		if (is_better(&steps[n], &cp->reg[n], best < 0, turns))
			best = n;
	for (i = 0; i < nslots; i++)
		for (begins = cp->slot[i].begins; begins; begins &= begins - 1, n++) {
			bv_slot_get(&cp->slot[i], __ffs(begins), &r);
			if (is_better(&steps[n], &r, best < 0, turns))
				best = n;
		}
	return best;
}

static void note_turns(struct bv_env *env, const struct bv_checkpoint *cp, u64 turns)
{
	struct bv_loop *loop = bv_loop(env, env->info[cp->pc].loop);

	loop->closed = true;
	loop->turns = max(loop->turns, turns);
}

/* of each value kept what the turn that led to @st did to it */
static void note_steps(const struct bv_env *env, const struct bv_checkpoint *old,
		       const struct bv_state *st, struct bv_step *step)
{
	const struct bv_slot *slot = old->slot;
	const struct bv_reg *reg = old->reg;
	struct bv_reg old_reg, cur_reg;
	u32 regs, begins;
	u64 slots;

	for (regs = old->regs; regs; regs &= regs - 1, reg++, step++) {
		if (strict_regs(env) & regs & -regs)
			note_step(env, step, reg, &st->reg[__ffs(regs)]);
		else
			step->way = BV_NO_WAY;
	}
	for (slots = old->slots; slots; slots &= slots - 1, slot++) {
		for (begins = slot->begins; begins; begins &= begins - 1, step++) {
			if (strict_slots(env) & slots & -slots &&
			    find_saved(slot, __ffs(begins), st, __ffs64(slots), &old_reg, &cur_reg))
				note_step(env, step, &old_reg, &cur_reg);
			else
				step->way = BV_NO_WAY;
		}
	}
}

static u32 turns_bytes(const struct bv_checkpoint *cp)
{
	return (count_values(cp) + 1) * sizeof(struct bv_step);
}

/**
 * bv_induct_drop() - nobody refers to a kept state any more
 * @env:	the check
 * @cp:		the state; what it knows of turns goes
 */
void bv_induct_drop(struct bv_env *env, struct bv_checkpoint *cp)
{
	if (cp->turns)
		bv_heap_give(&env->heap, cp->turns, turns_bytes(cp));
	cp->turns = NULL;
}

/**
 * bv_induct_turn() - a turn of a loop led back to a state that covers what came
 * @env:	the check
 * @old:	the state at the head
 * @st:		what came back
 *
 * Return: 1 if there is still a number that every turn moves the same way; 0 if not, and
 * the turn is none that may end here; -ENOMEM.
 */
int bv_induct_turn(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *st)
{
	u32 bytes = turns_bytes(old);
	struct bv_step *steps = bv_heap_take(&env->heap, bytes);
	u64 turns;

	if (!steps)
		return -ENOMEM;
	if (old->turns)
		memcpy(steps, old->turns, bytes);
	else
		memset(steps, 0, bytes);
	note_steps(env, old, st, steps);
	if (find_best(old, steps, &turns) < 0) {
		bv_heap_give(&env->heap, steps, bytes);
		return 0;
	}
	if (!old->turns)
		bv_prune_grow(env, old, bytes);
	bv_heap_give(&env->heap, old->turns, bytes);
	old->turns = steps;
	note_turns(env, old, turns);
	return 1;
}

/**
 * bv_induct_tells() - may turns that ended at a state be counted by a number?
 * @cp:	the state, at a loop's head
 * @id:	identity of the number, not 0
 *
 * Return: true if each of them, as far as they are known, moved it on.
 */
bool bv_induct_tells(const struct bv_checkpoint *cp, u32 id)
{
	u32 nregs = hweight16(cp->regs), nslots = hweight64(cp->slots), i, begins, n;
	const struct bv_step *steps = cp->turns;

	if (!steps)
		return false;
	for (n = 0; n < nregs; n++)
		if (bv_reg_name(&cp->reg[n]) == id && steps[n].way != BV_NO_WAY)
			return true;
	for (i = 0; i < nslots; i++)
		for (begins = cp->slot[i].begins; begins; begins &= begins - 1, n++)
			if (bv_slot_id(&cp->slot[i], __ffs(begins)) == id &&
			    steps[n].way != BV_NO_WAY)
				return true;
	return false;
}

/* the value that is the @idx-th of those kept */
static struct bv_deps value_at(const struct bv_checkpoint *cp, u32 idx)
{
	const struct bv_slot *slot = cp->slot;
	u32 regs = cp->regs;
	u64 slots = cp->slots;

	for (; regs; regs &= regs - 1)
		if (!idx--)
			return (struct bv_deps){ .regs = regs & -regs };
	for (; idx >= hweight16(slot->begins); slot++) {
		idx -= hweight16(slot->begins);
		slots &= slots - 1;
	}
	return (struct bv_deps){ .slots = slots & -slots };
}

/* beyond what any run may take, so that nothing wraps */
static u64 add_turns(u64 a, u64 b)
{
	return min(a, BV_LIMIT_RUN) + min(b, BV_LIMIT_RUN);
}

/*
 * Turns at @cp, of which @own end there, and at all that grew from it. What hangs on it may
 * come back to it, and begin anew then; the rest comes at its end, once.
 */
static u64 all_turns(const struct bv_checkpoint *cp, u64 own)
{
	u64 each = min(own, BV_LIMIT_RUN) + 1;

	return add_turns(add_turns(own, each * min(cp->within, BV_LIMIT_RUN)), cp->behind);
}

/**
 * bv_induct_close() - all turns from a state at a head have been seen
 * @env:	the check
 * @cp:		a state at a loop's head of which nothing is open any more
 *
 * The number that tells how many turns there are decides something, if anything does.
 */
void bv_induct_close(struct bv_env *env, struct bv_checkpoint *cp)
{
	struct bv_loop *loop = bv_loop(env, env->info[cp->pc].loop);
	u64 turns = 0, all;

	if (cp->turns) {
		int best = find_best(cp, cp->turns, &turns);

		note_turns(env, cp, turns);
		bv_demand_at(env, cp, value_at(cp, best));
	}
	all = all_turns(cp, turns);
	if (!cp->before) {
		loop->turns = max(loop->turns, all);
		loop->all_turns = add_turns(loop->all_turns, all);
	} else if (all && cp->low < cp->index) {
		cp->before->within = add_turns(cp->before->within, all + 1);
	} else if (all) {
		cp->before->behind = add_turns(cp->before->behind, all + 1);
	}
}

/* ---- when it does not work ------------------------------------------------------- */

/* a loop that was grown on the way here, and is best walked turn by turn */
static struct bv_loop *choose_loop(const struct bv_env *env)
{
	const struct bv_checkpoint *cp;
	struct bv_loop *best = NULL;

	for (cp = env->cur->last; cp; cp = cp->last) {
		struct bv_loop *loop;

		if (!cp->rounds)
			continue;
		loop = bv_loop(env, env->info[cp->pc].loop);
		/* what is not closed yet is where it went wrong */
		if (!loop->closed)
			return loop;
		if (!best || loop->turns < best->turns)
			best = loop;
	}
	return best;
}

/* a register that decides whether the loop goes on, and the jump that it decides */
static bool find_exit(const struct bv_env *env, u32 number, u32 *pc, u32 *reg)
{
	const struct bv_loop *loop = bv_loop(env, number);

	for (*pc = loop->first; *pc <= loop->last; ++*pc) {
		const struct bpf_insn *insn = &env->insns[*pc];

		if (!bv_loop_branches(env, *pc, number))
			continue;
		if (!bv_loop_left(env, *pc, number))
			continue;
		*reg = insn->dst_reg;
		return true;
	}
	return false;
}

static int refuse_endless(struct bv_env *env)
{
	u32 number = env->info[env->pc].loop, pc, reg;

	if (!find_exit(env, number, &pc, &reg))
		return bv_refuse(env, BV_R_LOOP_NO_EXIT, BV_INSN, env->pc, env->walk->from);
	return bv_refuse(env, BV_R_LOOP_ENDLESS, BV_REG(reg), env->pc, env->walk->from, reg, pc);
}

/* is a number, or a pointer's offset, known to be the same as a turn ago, and no less? */
static bool is_still(const struct bv_reg *old, const struct bv_reg *cur)
{
	if (old->kind == BV_UNSET)
		return true;
	return bv_scalar_same(&old->val, &cur->val);
}

/* did a turn change nothing of what may decide something? Then another one will not */
static bool is_all_still(const struct bv_env *env, const struct bv_checkpoint *old,
			 const struct bv_state *st)
{
	const struct bv_reg *reg = old->reg;
	struct bv_reg old_reg, cur_reg;
	const struct bv_slot *slot;
	u32 regs, begins;
	u64 slots;

	for (regs = old->regs; regs; regs &= regs - 1, reg++)
		if (strict_regs(env) & regs & -regs && !is_still(reg, &st->reg[__ffs(regs)]))
			return false;
	for (slots = old->slots & strict_slots(env); slots; slots &= slots - 1) {
		slot = &old->slot[hweight64(old->slots & ((slots & -slots) - 1))];
		for (begins = slot->begins; begins; begins &= begins - 1)
			if (__ffs64(slots) < st->nslots &&
			    (!find_saved(slot, __ffs(begins), st, __ffs64(slots), &old_reg,
					 &cur_reg) || !is_still(&old_reg, &cur_reg)))
				return false;
	}
	return true;
}

static int unroll(struct bv_env *env, struct bv_loop *loop)
{
	loop->unroll = true;
	env->walk->again = true;
	return BV_AGAIN;
}

/**
 * bv_induct_unroll() - no state can cover the turns of a loop
 * @env:	the check; env->pc is its head
 *
 * Return: BV_AGAIN: the walk is to start again and go through the loop turn by turn.
 */
int bv_induct_unroll(struct bv_env *env)
{
	return unroll(env, bv_loop(env, env->info[env->pc].loop));
}

/**
 * bv_induct_stuck() - a turn moved nothing by a constant
 * @env:	the check; env->pc is the loop's head
 * @old:	the state there a turn ago, which covers @st
 * @st:		the state that came back
 *
 * Numbers may still have come closer to a bound in some other way: turn by turn that will
 * be seen.
 *
 * Return: BV_AGAIN where the loop is to be walked turn by turn; 0 where it is walked so,
 * and goes on; otherwise -EINVAL through bv_refuse().
 */
int bv_induct_stuck(struct bv_env *env, const struct bv_checkpoint *old,
		    const struct bv_state *st)
{
	struct bv_loop *loop = env->grown ? choose_loop(env) : NULL;
	struct bv_loop *here = bv_loop(env, env->info[env->pc].loop);
	bool still = is_all_still(env, old, st);

	if (!loop && !still && here->unroll)
		return 0;
	if (bv_join_refused(env, still ? BV_R_LOOP_ENDLESS : BV_R_BUDGET_VISITED))
		return BV_AGAIN;
	if (loop)
		return unroll(env, loop);
	return still ? refuse_endless(env) : unroll(env, here);
}

/**
 * bv_induct_repeats() - is a loop that is walked turn by turn where it was before?
 * @env:	the check; env->pc is its head
 * @old:	the state there some turns ago. It moves on after twice as many each time, so
 *		however long it takes to come round, some state will be seen twice
 * @st:		the state that came back
 *
 * Return: 0 if not; otherwise it goes round for ever: -EINVAL through bv_refuse(), or BV_AGAIN
 * where that may be so in a state alone that no run is in.
 */
int bv_induct_repeats(struct bv_env *env, struct bv_checkpoint *old,
		      const struct bv_state *st)
{
	if (!bv_same_turn(env, old, st, false) || !is_all_still(env, old, st))
		return 0;
	return bv_induct_stuck(env, old, st);
}

/**
 * bv_induct_refused() - the path was refused in a state that maybe no run is in
 * @env:	the check
 *
 * Return: BV_AGAIN: the walk is to start again, with fewer states joined or another way for
 * some loop; or -EINVAL through bv_refuse() where there is none.
 */
int bv_induct_refused(struct bv_env *env)
{
	struct bv_loop *loop = choose_loop(env);
	enum bv_reason why = env->muted;

	env->muted = BV_R_NONE;
	if (bv_join_refused(env, why))
		return BV_AGAIN;
	if (loop)
		return unroll(env, loop);
	return bv_refuse(env, BV_R_BUG_STATE, BV_INSN, "a state grown in no loop, and not joined");
}
