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
#include <linux/string.h>
#include <linux/types.h>
#include "../insn.h"
#include "walk.h"
#include "width.h"

/* states in a row that are made to cover more, to likely bounds, and at all */
#define MOST_GUESSES	12
#define MOST_ROUNDS	20

#define MOST_STOPS	160

/**
 * struct grow - a state at a head is made to cover more
 * @env:	the check
 * @stop:	likely bounds of numbers
 * @stops:	how many
 * @moved:	identities that numbers had before and have now, and how far they moved:
 *		numbers that moved together get one identity
 * @count:	how many
 */
struct grow {
	struct bv_env	*env;
	u64		stop[MOST_STOPS];
	u32		stops;
	struct {
		u32	old;
		u32	cur;
		u64	by;
		u32	id;
	} moved[MAX_BPF_REG + BV_SLOTS];
	u32		count;
};

static bool in_loop(const struct bv_env *env, u32 pc, u32 number)
{
	u32 at;

	for (at = env->info[pc].loop; at && at != number;)
		at = bv_loop(env, at)->parent;
	return at;
}

/**
 * bv_induct_is_turn() - does the path come to a loop's head from inside the loop?
 * @env:	the check; env->pc is a head
 */
bool bv_induct_is_turn(const struct bv_env *env)
{
	return env->walk->from != BV_NO_PC &&
	       in_loop(env, env->walk->from, env->info[env->pc].head);
}

static u64 strict_slots(const struct bv_env *env)
{
	return env->strict[env->pc].slots;
}

static u32 strict_regs(const struct bv_env *env)
{
	return env->strict[env->pc].regs;
}

/* is it, by its identity, still what it was a turn ago? */
static bool is_same_number(const struct bv_reg *old, const struct bv_reg *cur)
{
	if (bv_reg_name(old))
		return bv_reg_name(old) == bv_reg_name(cur) && old->delta == cur->delta;
	return bv_scalar_is_const(old->val) && bv_scalar_is_const(cur->val) &&
	       old->val.bits.value == cur->val.bits.value;
}

/* ---- likely bounds --------------------------------------------------------------- */

static void add_stop(struct grow *g, u64 stop)
{
	if (g->stops < MOST_STOPS)
		g->stop[g->stops++] = stop;
}

/* a bound, whether or not it is itself within */
static void add_bound(struct grow *g, u64 bound)
{
	add_stop(g, bound);
	add_stop(g, bound - 1);
	add_stop(g, bound + 1);
}

static bool is_branch_in(const struct bv_env *env, u32 pc, u32 number)
{
	return !env->info[pc].second && in_loop(env, pc, number) &&
	       bpf_insn_form(env->insns[pc].code)->class == BPF_IC_BRANCH;
}

/* constants that the loop compares with */
static void add_constants(struct grow *g, u32 number)
{
	const struct bv_env *env = g->env;
	const struct bv_loop *loop = bv_loop(env, number);
	u32 pc;

	for (pc = loop->head; pc <= loop->last; pc++) {
		const struct bpf_insn *insn = &env->insns[pc];

		if (!is_branch_in(env, pc, number) || BPF_SRC(insn->code) == BPF_X)
			continue;
		if (BPF_CLASS(insn->code) == BPF_JMP || insn->imm >= 0)
			add_bound(g, (s64)insn->imm);
		else
			add_bound(g, (u32)insn->imm);
	}
}

/* bounds of a number that does not change in the loop; it may compare with it */
static void add_number(struct grow *g, const struct bv_reg *old, const struct bv_reg *cur)
{
	if (old->kind != cur->kind || old->kind == BV_UNSET || old->off != cur->off ||
	    !is_same_number(old, cur))
		return;
	add_bound(g, bv_scalar_umax(old->val) + old->off);
	add_bound(g, bv_scalar_umin(old->val) + old->off);
}

static void add_numbers(struct grow *g, const struct bv_checkpoint *old,
			const struct bv_state *st)
{
	const struct bv_slot *slot = old->slot;
	const struct bv_reg *reg = old->reg;
	u64 slots;
	u32 regs;

	for (regs = old->regs; regs; regs &= regs - 1)
		add_number(g, reg++, &st->reg[__ffs(regs)]);
	for (slots = old->slots; slots; slots &= slots - 1, slot++) {
		u32 i = __ffs64(slots);

		if (slot->size && i < st->nslots && st->slots[i].size == slot->size)
			add_number(g, &slot->spill, &st->slots[i].spill);
	}
}

/* where a pointer into a packet may be behind its last test, and a step further on */
static void add_packet(struct grow *g, const struct bv_state *st)
{
	u32 i;

	for (i = 0; i < BPF_REG_10; i++) {
		if (!bv_reg_is_packet(&st->reg[i]))
			continue;
		add_stop(g, BPF_PACKET_LIMIT - 1);
		add_stop(g, BPF_PACKET_LIMIT + U16_MAX);
		return;
	}
}

static void find_stops(struct grow *g, const struct bv_checkpoint *old,
		       const struct bv_state *st)
{
	if (old->rounds >= MOST_GUESSES)
		return;
	add_stop(g, S64_MAX);
	add_stop(g, U32_MAX);
	add_stop(g, S32_MAX);
	add_packet(g, st);
	add_numbers(g, old, st);
	add_constants(g, g->env->info[g->env->pc].head);
}

/* ---- growing --------------------------------------------------------------------- */

/* the identity of what moved by @by from @old to @cur */
static u32 moved_id(struct grow *g, u32 old, u32 cur, u64 by)
{
	u32 i;

	for (i = 0; i < g->count; i++)
		if (g->moved[i].old == old && g->moved[i].cur == cur && g->moved[i].by == by)
			return g->moved[i].id;
	if (i == ARRAY_SIZE(g->moved))
		return ++g->env->next_id;
	g->moved[i].old = old;
	g->moved[i].cur = cur;
	g->moved[i].by = by;
	g->moved[i].id = ++g->env->next_id;
	return g->moved[g->count++].id;
}

static void set_name(struct bv_reg *r, u32 name, s64 delta)
{
	if (r->kind == BV_SCALAR)
		r->id = name;
	else
		r->var = name;
	r->delta = delta;
}

/* @was: @cur before it grew */
static void name_moved(struct grow *g, const struct bv_reg *old, const struct bv_reg *was,
		       struct bv_reg *cur)
{
	u32 from = bv_reg_name(old), to = bv_reg_name(was);

	if (from && to)
		set_name(cur, moved_id(g, from, to, was->delta - old->delta), old->delta);
	else if (bv_scalar_is_const(old->val) && bv_scalar_is_const(was->val))
		set_name(cur, moved_id(g, 0, 0, was->val.bits.value - old->val.bits.value),
			 old->val.bits.value);
	else
		set_name(cur, ++g->env->next_id, 0);
}

static void grow_number(struct grow *g, const struct bv_reg *old, struct bv_reg *cur, bool strict)
{
	struct bv_reg was = *cur;

	if (is_same_number(old, cur)) {
		cur->val = old->val;
	} else if (!strict) {
		cur->val = bv_scalar_any();
		cur->id = 0;
		cur->delta = 0;
	} else {
		cur->val = bv_scalar_grow(old->val, was.val, g->stop, g->stops);
		name_moved(g, old, &was, cur);
	}
}

/* likely bounds are of whole offsets */
static struct scalar grow_offset(struct grow *g, const struct bv_reg *old, struct scalar val)
{
	struct scalar off = bv_scalar_const((s64)old->off);

	val = bv_scalar_grow(bv_scalar_alu(BPF_ADD, true, false, old->val, off),
			     bv_scalar_alu(BPF_ADD, true, false, val, off), g->stop, g->stops);
	return bv_scalar_alu(BPF_SUB, true, false, val, off);
}

/* the constant part of the offset stays, the variable part grows */
static void grow_pointer(struct grow *g, const struct bv_reg *old, struct bv_reg *cur)
{
	bool view = bv_reg_has_view(cur);
	struct bv_reg was;

	if (old->map != cur->map || old->frame != cur->frame ||
	    (old->bytes != cur->bytes && !bv_reg_is_packet(cur)) ||
	    (view && (old->view != cur->view || old->off != cur->off))) {
		bv_reg_unset(cur);
		return;
	}
	if (!view)
		bv_reg_rebase(cur, old->off);
	/* what is known of a packet stays where no turn knows less; otherwise each must test */
	if (bv_reg_is_packet(cur))
		cur->bytes = cur->bytes < old->bytes ? 0 : old->bytes;
	was = *cur;
	if (is_same_number(old, cur)) {
		cur->val = old->val;
		return;
	}
	cur->val = grow_offset(g, old, cur->val);
	if (!view)
		name_moved(g, old, &was, cur);
}

static void grow_reg(struct grow *g, const struct bv_reg *old, struct bv_reg *cur, bool strict)
{
	if (cur->kind == BV_UNSET)
		return;
	if (old->kind != cur->kind)
		bv_reg_unset(cur);
	else if (cur->kind == BV_SCALAR)
		grow_number(g, old, cur, strict);
	else
		grow_pointer(g, old, cur);
}

static u8 grow_byte(const struct bv_slot *old, const struct bv_slot *cur, u32 i)
{
	u8 a = old->byte[i], b = cur->byte[i];

	if (a == BV_BYTE_SPILL && old->spill.kind == BV_SCALAR)
		a = BV_BYTE_MISC;
	if (b == BV_BYTE_SPILL && cur->spill.kind == BV_SCALAR)
		b = BV_BYTE_MISC;
	if (a == b)
		return a == BV_BYTE_SPILL ? BV_BYTE_UNSET : a;
	if (a == BV_BYTE_UNSET || b == BV_BYTE_UNSET || a == BV_BYTE_SPILL ||
	    b == BV_BYTE_SPILL)
		return BV_BYTE_UNSET;
	return BV_BYTE_MISC;
}

/* what @size bytes hold is no larger than they can */
static struct scalar in_bytes(struct scalar val, u32 size)
{
	struct scalar fits = bv_scalar_bytes(size);

	return bv_scalar_meet(val, fits, &val) ? val : fits;
}

/* zero bytes where a number is stored a turn later: a counter before its first turn */
static struct bv_slot zero_as_number(const struct bv_slot *old, const struct bv_slot *cur)
{
	struct bv_slot zero = *old;
	u32 i;

	for (i = 0; i < cur->size; i++)
		if (old->byte[i] != BV_BYTE_ZERO)
			return *old;
	memset(zero.byte, BV_BYTE_SPILL, cur->size);
	zero.size = cur->size;
	bv_reg_scalar(&zero.spill, bv_scalar_const(0), old->deps, old->def_pc);
	return zero;
}

static void grow_slot(struct grow *g, const struct bv_slot *old, struct bv_slot *cur, bool strict)
{
	struct bv_slot zero;
	u32 i;

	if (!old->size && cur->size && cur->spill.kind == BV_SCALAR) {
		zero = zero_as_number(old, cur);
		old = &zero;
	}
	if (old->size && old->size == cur->size && old->spill.kind == cur->spill.kind) {
		grow_reg(g, &old->spill, &cur->spill, strict || cur->size != BV_SLOT_BYTES);
		if (cur->spill.kind == BV_SCALAR)
			cur->spill.val = in_bytes(cur->spill.val, cur->size);
		if (cur->spill.kind != BV_UNSET) {
			for (i = cur->size; i < BV_SLOT_BYTES; i++)
				cur->byte[i] = grow_byte(old, cur, i);
			return;
		}
		bv_slot_unset(cur);
		return;
	}
	for (i = 0; i < BV_SLOT_BYTES; i++)
		cur->byte[i] = grow_byte(old, cur, i);
	if (cur->size && cur->spill.kind == BV_SCALAR)
		cur->deps = bv_deps_or(cur->deps, cur->spill.deps);
	cur->size = 0;
}

static void grow_slots(struct grow *g, const struct bv_checkpoint *old, struct bv_state *st)
{
	const struct bv_slot *slot = old->slot;
	u32 i;

	for (i = 0; i < st->nslots; i++) {
		if (!(old->slots >> i & 1))
			bv_slot_unset(&st->slots[i]);
		else
			grow_slot(g, slot++, &st->slots[i], strict_slots(g->env) >> i & 1);
	}
}

/* what turns did through pointers to the stacks of callers; their registers they left alone */
static int grow_frames(struct grow *g, const struct bv_checkpoint *old, struct bv_state *st)
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
				grow_slot(g, &was->slots[i], &f->slots[i], strict >> i & 1);
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
	struct grow *g;
	int err;
	u32 i;

	if (old->nheld != st->nheld || old->rounds >= MOST_ROUNDS)
		return 0;
	g = bv_alloc(sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->env = env;
	find_stops(g, old, st);
	for (i = 0; i < BPF_REG_10; i++) {
		if (!(old->regs >> i & 1))
			bv_reg_unset(&st->reg[i]);
		else
			grow_reg(g, reg++, &st->reg[i], strict_regs(env) >> i & 1);
	}
	grow_slots(g, old, st);
	err = grow_frames(g, old, st);
	bv_free(g);
	return err ?: 1;
}

/* ---- turns ----------------------------------------------------------------------- */

static void name(struct bv_env *env, struct bv_reg *r)
{
	if (r->kind != BV_UNSET && !bv_reg_has_view(r) && !bv_reg_name(r) &&
	    !bv_scalar_is_const(r->val))
		set_name(r, ++env->next_id, 0);
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
		if (slots >> i & 1 && st->slots[i].size)
			name(env, &st->slots[i].spill);
}

/* what the turn did to one number or pointer, which was @old at its beginning */
static void note_step(struct bv_step *step, const struct bv_reg *old, const struct bv_reg *cur)
{
	s64 by = ((u64)cur->delta + cur->off) - ((u64)old->delta + old->off);
	s8 way = by < 0 ? -1 : 1;
	u64 size = by < 0 ? -(u64)by : by;

	if (old->kind != cur->kind || !bv_reg_name(old) ||
	    bv_reg_name(old) != bv_reg_name(cur) || !by || (step->way && step->way != way) ||
	    /* from one bound it may not come round to the other */
	    old->val.r64.len > U64_MAX - size) {
		step->way = BV_NO_WAY;
		return;
	}
	if (!step->way || size < step->least)
		step->least = size;
	step->way = way;
}

static u32 count_values(const struct bv_checkpoint *cp)
{
	return hweight16(cp->regs) + hweight64(cp->slots);
}

/* the number that lets the fewest turns be, its index among those kept, or -1 */
static int find_best(const struct bv_checkpoint *cp, const struct bv_step *steps, u64 *turns)
{
	u32 nregs = hweight16(cp->regs), count = count_values(cp), i;
	int best = -1;

	for (i = 0; i < count; i++) {
		const struct bv_reg *reg = i < nregs ? &cp->reg[i] : &cp->slot[i - nregs].spill;
		u64 most;

		if (steps[i].way != 1 && steps[i].way != -1)
			continue;
		most = div64_u64(reg->val.r64.len, steps[i].least);
		if (best < 0 || most < *turns) {
			best = i;
			*turns = most;
		}
	}
	return best;
}

static void note_turns(struct bv_env *env, const struct bv_checkpoint *cp, u64 turns)
{
	struct bv_loop *loop = bv_loop(env, env->info[cp->pc].head);

	loop->closed = true;
	loop->turns = max(loop->turns, turns);
}

/* of each value kept what the turn that led to @st did to it */
static void note_steps(const struct bv_env *env, const struct bv_checkpoint *old,
		       const struct bv_state *st, struct bv_step *step)
{
	const struct bv_slot *slot = old->slot;
	const struct bv_reg *reg = old->reg;
	u64 slots;
	u32 regs;

	for (regs = old->regs; regs; regs &= regs - 1, reg++, step++) {
		if (strict_regs(env) & regs & -regs)
			note_step(step, reg, &st->reg[__ffs(regs)]);
		else
			step->way = BV_NO_WAY;
	}
	for (slots = old->slots; slots; slots &= slots - 1, slot++, step++) {
		u32 i = __ffs64(slots);

		if (strict_slots(env) >> i & 1 && slot->size && i < st->nslots &&
		    st->slots[i].size == slot->size)
			note_step(step, &slot->spill, &st->slots[i].spill);
		else
			step->way = BV_NO_WAY;
	}
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
	u32 bytes = (count_values(old) + 1) * sizeof(struct bv_step);
	struct bv_step *steps = bv_alloc(bytes);
	u64 turns;

	if (!steps)
		return -ENOMEM;
	if (old->turns)
		memcpy(steps, old->turns, bytes);
	note_steps(env, old, st, steps);
	if (find_best(old, steps, &turns) < 0) {
		bv_free(steps);
		return 0;
	}
	bv_free(old->turns);
	old->turns = steps;
	note_turns(env, old, turns);
	return 1;
}

/* the value that is the @idx-th of those kept */
static struct bv_deps value_at(const struct bv_checkpoint *cp, u32 idx)
{
	u32 regs = cp->regs;
	u64 slots = cp->slots;

	for (; regs; regs &= regs - 1)
		if (!idx--)
			return (struct bv_deps){ .regs = regs & -regs };
	for (; idx; idx--)
		slots &= slots - 1;
	return (struct bv_deps){ .slots = slots & -slots };
}

/**
 * bv_induct_close() - all turns from a state at a head have been seen
 * @env:	the check
 * @cp:		a state of which nothing is open any more, at a head or elsewhere
 *
 * The number that tells how many turns there are decides something, if anything does.
 */
void bv_induct_close(struct bv_env *env, struct bv_checkpoint *cp)
{
	u64 turns;
	int best;

	if (!cp->turns)
		return;
	best = find_best(cp, cp->turns, &turns);
	note_turns(env, cp, turns);
	bv_demand_at(env, cp, value_at(cp, best));
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
		loop = bv_loop(env, env->info[cp->pc].head);
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

	for (*pc = loop->head; *pc <= loop->last; ++*pc) {
		const struct bpf_insn *insn = &env->insns[*pc];

		if (!is_branch_in(env, *pc, number))
			continue;
		if (in_loop(env, *pc + 1, number) &&
		    in_loop(env, *pc + 1 + bpf_insn_jump(insn), number))
			continue;
		*reg = insn->dst_reg;
		return true;
	}
	return false;
}

static int refuse_endless(struct bv_env *env)
{
	u32 number = env->info[env->pc].head, pc, reg;

	if (!find_exit(env, number, &pc, &reg))
		return bv_refuse(env, BV_R_LOOP_NO_EXIT, BV_INSN, env->pc, env->walk->from);
	return bv_refuse(env, BV_R_LOOP_ENDLESS, BV_REG(reg), env->pc, env->walk->from, reg, pc);
}

/* is a number, or a pointer's offset, known to be the same as a turn ago, and no less? */
static bool is_still(const struct bv_reg *old, const struct bv_reg *cur)
{
	if (old->kind == BV_UNSET)
		return true;
	return !memcmp(&old->val, &cur->val, sizeof(old->val));
}

/* did a turn change nothing of what may decide something? Then another one will not */
static bool is_all_still(const struct bv_env *env, const struct bv_checkpoint *old,
			 const struct bv_state *st)
{
	const struct bv_slot *slot = old->slot;
	const struct bv_reg *reg = old->reg;
	u64 slots;
	u32 regs;

	for (regs = old->regs; regs; regs &= regs - 1, reg++)
		if (strict_regs(env) & regs & -regs && !is_still(reg, &st->reg[__ffs(regs)]))
			return false;
	for (slots = old->slots; slots; slots &= slots - 1, slot++) {
		u32 i = __ffs64(slots);

		if (strict_slots(env) & slots & -slots && slot->size && i < st->nslots &&
		    (!st->slots[i].size || !is_still(&slot->spill, &st->slots[i].spill)))
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
	return unroll(env, bv_loop(env, env->info[env->pc].head));
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

	if (loop)
		return unroll(env, loop);
	if (is_all_still(env, old, st))
		return refuse_endless(env);
	loop = bv_loop(env, env->info[env->pc].head);
	return loop->unroll ? 0 : unroll(env, loop);
}

/**
 * bv_induct_refused() - the path was refused in a state that maybe no run is in
 * @env:	the check
 *
 * Return: BV_AGAIN: the walk is to start again, with another way for some loop; or
 * -EINVAL through bv_refuse() where there is none.
 */
int bv_induct_refused(struct bv_env *env)
{
	struct bv_loop *loop = choose_loop(env);

	env->muted = false;
	if (loop)
		return unroll(env, loop);
	return bv_refuse(env, BV_R_BUG_STATE, BV_INSN, "a state grown in no loop");
}

/* @by, which is above all limits where a factor was */
static u64 times(u64 count, u64 by)
{
	if (count > BV_LIMIT_RUN || by > BV_LIMIT_RUN)
		return count && by ? BV_LIMIT_RUN + 1 : 0;
	return min(count * by, BV_LIMIT_RUN + 1);
}

/* a loop that bpf_loop() and the like stand for, which have bounds of their own */
static bool is_of_helper(const struct bv_env *env, const struct bv_loop *loop)
{
	return loop->head >= env->req->count;
}

/* turns of the loops around an instruction that were not walked one by one, and one */
static u64 turns_around(const struct bv_env *env, u32 number, bool helpers)
{
	u64 all = 1;

	for (; number; number = bv_loop(env, number)->parent) {
		const struct bv_loop *loop = bv_loop(env, number);

		if (helpers || !is_of_helper(env, loop))
			all = times(all, min(loop->turns, BV_LIMIT_RUN) + 1);
	}
	return all;
}

/* how often functions are called from where loops go round: callers first */
static void count_calls(struct bv_env *env, bool helpers)
{
	u32 i, pc;

	for (i = 0; i < env->func_count; i++)
		env->funcs[i].times = 1;
	for (i = env->called; i-- > 0;) {
		const struct bv_func *f = &env->funcs[env->funcs[i].order];

		for (pc = f->start; f->frames > 1 && pc < f->end; pc++) {
			struct bv_func *to;
			u64 calls;

			if (env->info[pc].second || !bpf_insn_calls_func(&env->insns[pc]))
				continue;
			to = bv_func_at(env, bv_callee(env, pc));
			calls = times(f->times, turns_around(env, env->info[pc].loop, helpers));
			to->times = max(to->times, calls);
		}
	}
}

static int refuse_long(struct bv_env *env)
{
	const struct bv_loop *most = env->loops;
	u32 i;

	for (i = 1; i < env->loop_count; i++)
		if (env->loops[i].turns > most->turns && !is_of_helper(env, &env->loops[i]))
			most = &env->loops[i];
	env->pc = most->head;
	return bv_refuse(env, BV_R_BUDGET_RUN, BV_INSN, most->head, most->turns, BV_LIMIT_RUN);
}

/* all of a run; those of @helpers turn as often as they may, or not at all */
static u64 count_run(struct bv_env *env, bool helpers)
{
	u64 total = env->stats.visited - env->stats.visited_before;
	u32 i;

	count_calls(env, helpers);
	for (i = 0; i < env->loop_count; i++)
		total -= env->loops[i].visits;
	for (i = 0; i < env->func_count; i++) {
		total -= env->funcs[i].visits;
		total += times(env->funcs[i].visits, env->funcs[i].times);
	}
	for (i = 0; i < env->loop_count; i++) {
		const struct bv_loop *loop = &env->loops[i];

		total += times(times(loop->visits, turns_around(env, i + 1, helpers)),
			       bv_func_at(env, loop->head)->times);
	}
	return total;
}

/**
 * bv_induct_count() - how many instructions can a run take?
 * @env:	the check, its walk at its end; env->budget is written
 *
 * A run comes by each instruction that the walk stepped over at most once, but for turns
 * of loops that the walk did not go through one by one, and functions that these call.
 * What helpers repeat has their bounds, as in released Linux, and is no reason to refuse.
 *
 * Return: 0, or -E2BIG through bv_refuse().
 */
int bv_induct_count(struct bv_env *env)
{
	env->budget = count_run(env, true);
	if (env->budget <= BV_LIMIT_RUN)
		return 0;
	env->budget = U64_MAX;
	return count_run(env, false) > BV_LIMIT_RUN ? refuse_long(env) : 0;
}
