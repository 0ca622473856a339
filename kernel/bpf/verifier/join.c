// SPDX-License-Identifier: GPL-2.0-only
/*
 * Joining: where paths meet whose states differ, and none of the states kept there covers
 * the next one, twelve independent choices make four thousand paths of what four dozen
 * could show. So after a while the state that arrives is made to cover what was kept
 * there before, value by value, and the walk goes on with that:
 *
 *	kept	r1 = 0, r2 = 4		r1 = 1, r2 = 4		...
 *	arrives	r1 = 1, r2 = 8
 *	goes on	r1 = 0 .. 1, r2 = 4 .. 8, multiple of 4
 *
 * It contains every run of the state that arrived, so whatever is found safe is. But it
 * also has runs that no path takes; if one of them is refused, nothing is told, and the walk
 * starts again without joining there (bv_join_refused()). After a few vain attempts
 * states are joined nowhere, and the verdict is that of walking path by path.
 *
 * Only what the kept states compare exactly is joined: other numbers may differ anyway.
 * Bounds grow to those of the states, then, as more of them come, by doubling, so an
 * instruction sees few joined states. Not joined are states at a loop's head, where
 * induct.c decides, or in a loop that is walked turn by turn, where it would hide the
 * turns; and, in loops, states in which the turns' numbers would lose their identities.
 *
 * Layer V6. Tests: cases/walk/join-*.bpft, tools/bpf/verify/fuzz_oracle.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include "grow.h"
#include "move.h"
#include "walk.h"
#include "width.h"

/* states that arrive at an instruction in vain before they are joined there */
#define JOIN_AFTER	8

/* joined states at an instruction that go no further than those they cover */
#define MOST_TIGHT	8

/* so often may the walk start again because of a joined state */
#define MOST_VAIN	6

/* names of values for a line of the log, and what one of them takes at most */
struct text {
	char	buf[80];
	size_t	len;
};

#define NAME_ROOM	16

/* values of a kept state that it compares exactly, or may come to */
static struct bv_deps compared(const struct bv_env *env, const struct bv_checkpoint *cp)
{
	if (cp->final || !env->strict)
		return cp->precise;
	return bv_deps_or(cp->precise, env->strict[cp->pc]);
}

/* tests join early, and where nothing is compared, nothing is kept to be joined with */
static u32 least_vain(const struct bv_env *env)
{
	switch (env->req->pruning) {
	case BV_PRUNE_NORMAL:
		return JOIN_AFTER;
	case BV_PRUNE_ALWAYS:
		return 2;
	default:
		return U32_MAX;
	}
}

static bool is_join_point(const struct bv_env *env)
{
	const struct bv_insn_info *info = &env->info[env->pc];
	u32 number;

	if (env->apart || info->apart || info->head ||
	    bv_walk_kept(env, env->pc)->vain < least_vain(env))
		return false;
	for (number = info->loop; number; number = bv_loop(env, number)->parent)
		if (bv_loop(env, number)->unroll)
			return false;
	return true;
}

/* the number of an earlier turn that @r is, or is some way from; 0 for none */
static u32 find_root(const struct bv_env *env, const struct bv_checkpoint *cp,
		     const struct bv_reg *r)
{
	u32 name = bv_reg_name(r);

	return name <= cp->known ? name : bv_move_root(env, name);
}

/* does what turns of a loop are told by stay as it is? */
static bool keeps_turns(const struct bv_env *env, const struct bv_checkpoint *cp,
			const struct bv_reg *old, const struct bv_reg *cur)
{
	if (bv_reg_name(old) == bv_reg_name(cur))
		return true;
	/* both some way from one number: so is what is either of them (grow.c) */
	return find_root(env, cp, old) == find_root(env, cp, cur);
}

static bool reg_joins(const struct bv_env *env, const struct bv_checkpoint *cp,
		      const struct bv_reg *old, const struct bv_reg *cur, bool exact)
{
	if (old->kind == BV_UNSET)
		return true;
	if (old->kind != cur->kind)
		return false;
	if (old->kind == BV_SCALAR)
		return !exact || keeps_turns(env, cp, old, cur);
	if (!bv_reg_same_place(old, cur))
		return false;
	return bv_reg_has_view(old) || keeps_turns(env, cp, old, cur);
}

/* a number that tells turns, in the place of which there are bytes */
static bool part_joins(const struct bv_env *env, const struct bv_checkpoint *cp,
		       const struct bv_slot *from, u32 at, const struct bv_slot *to)
{
	struct bv_reg a, b;

	bv_slot_get(from, at, &a);
	if (!bv_slot_read(to, at, bv_slot_width(from, at), false, &b))
		return !find_root(env, cp, &a);
	return keeps_turns(env, cp, &a, &b);
}

/* two pointers, or two of numbers and bytes */
static bool slot_joins(const struct bv_env *env, const struct bv_checkpoint *cp,
		       const struct bv_slot *old, const struct bv_slot *cur, bool exact)
{
	u32 begins;

	if (bv_slot_is_pointer(old) != bv_slot_is_pointer(cur))
		return false;
	if (old->whole && cur->whole)
		return reg_joins(env, cp, &old->spill, &cur->spill, exact);
	if (!exact)
		return true;
	for (begins = old->begins; begins; begins &= begins - 1)
		if (!part_joins(env, cp, old, __ffs(begins), cur))
			return false;
	for (begins = cur->begins; begins; begins &= begins - 1)
		if (!part_joins(env, cp, cur, __ffs(begins), old))
			return false;
	return true;
}

/* a value of @cp that cannot be joined with that of @st; none, where all can be */
static struct bv_deps find_unlike(struct bv_env *env, const struct bv_checkpoint *cp,
				  const struct bv_state *st)
{
	struct bv_deps exact = compared(env, cp);
	const struct bv_slot *slot = cp->slot;
	const struct bv_reg *reg = cp->reg;
	u64 slots;
	u32 regs;

	for (regs = cp->regs; regs; regs &= regs - 1, reg++)
		if (!reg_joins(env, cp, reg, &st->reg[__ffs(regs)], exact.regs & regs & -regs))
			return (struct bv_deps){ .regs = regs & -regs };
	for (slots = cp->slots; slots; slots &= slots - 1, slot++) {
		u32 i = __ffs64(slots);

		if (i >= st->nslots || !slot_joins(env, cp, slot, &st->slots[i],
						   exact.slots & slots & -slots))
			return (struct bv_deps){ .slots = slots & -slots };
	}
	return (struct bv_deps){};
}

/* memory that is held, and what callers wait for, are not joined: they are to be the same */
static bool joins(struct bv_env *env, const struct bv_checkpoint *cp, const struct bv_state *st)
{
	struct bv_deps *all = &bv_walk_kept(env, env->pc)->unlike;
	struct bv_deps unlike;

	if (cp->known != st->known || !bv_same_outside(env, cp, st))
		return false;
	unlike = find_unlike(env, cp, st);
	*all = bv_deps_or(*all, unlike);
	return !unlike.regs && !unlike.slots;
}

/* is all of a value of a kept state in the current one already? */
static bool has_all(const struct bv_reg *old, const struct bv_reg *cur)
{
	return old->kind == BV_UNSET ||
	       (old->off == cur->off && bv_scalar_within(cur->val, old->val) &&
		(!bv_reg_is_packet(cur) || cur->there <= old->there));
}

static bool slot_has_all(const struct bv_slot *old, const struct bv_slot *cur)
{
	struct bv_reg a, b;
	u32 i, begins;

	if (old->whole && cur->whole)
		return has_all(&old->spill, &cur->spill);
	for (begins = cur->begins; begins; begins &= begins - 1) {
		i = __ffs(begins);
		bv_slot_get(cur, i, &b);
		if (!bv_slot_read(old, i, bv_slot_width(cur, i), false, &a) || !has_all(&a, &b))
			return false;
	}
	for (i = 0; i < BV_SLOT_BYTES; i++)
		if (cur->byte[i] == BV_BYTE_ZERO && old->byte[i] != BV_BYTE_ZERO)
			return false;
	return true;
}

/* values of @cp that the joined state is to cover and @st does not */
static struct bv_deps find_missing(const struct bv_env *env, const struct bv_checkpoint *cp,
				   const struct bv_state *st)
{
	struct bv_deps exact = compared(env, cp), missing = {};
	const struct bv_slot *slot = cp->slot;
	const struct bv_reg *reg = cp->reg;
	u64 slots;
	u32 regs;

	for (regs = cp->regs; regs; regs &= regs - 1, reg++)
		if ((bv_reg_is_pointer(reg) || exact.regs & regs & -regs) &&
		    !has_all(reg, &st->reg[__ffs(regs)]))
			missing.regs |= regs & -regs;
	for (slots = cp->slots; slots; slots &= slots - 1, slot++)
		if ((bv_slot_is_pointer(slot) ||
		     exact.slots & slots & -slots) &&
		    !slot_has_all(slot, &st->slots[__ffs64(slots)]))
			missing.slots |= slots & -slots;
	return missing;
}

static void join(struct bv_grow *g, const struct bv_checkpoint *cp, struct bv_state *st,
		 struct bv_deps missing)
{
	const struct bv_slot *slot = cp->slot;
	const struct bv_reg *reg = cp->reg;
	u64 slots;
	u32 regs;

	g->count = 0;
	for (regs = cp->regs; regs; regs &= regs - 1, reg++)
		if (missing.regs & regs & -regs)
			bv_grow_reg(g, reg, &st->reg[__ffs(regs)], true);
	for (slots = cp->slots; slots; slots &= slots - 1, slot++)
		if (missing.slots & slots & -slots)
			bv_grow_slot(g, slot, &st->slots[__ffs64(slots)], true);
}

static bool is_joined(const struct bv_checkpoint *cp)
{
	return cp->joined.regs || cp->joined.slots;
}

/* where some joined states were not enough: powers of two, on both sides of 0 */
static struct bv_grow *start(struct bv_env *env, const struct bv_checkpoint *cp)
{
	struct bv_grow *g = bv_grow_start(env);
	u32 i, joined = 0;

	if (!g)
		return NULL;
	g->joins = true;
	for (; cp; cp = cp->next)
		joined += is_joined(cp);
	g->tight = joined < MOST_TIGHT;
	for (i = 1; i < 64 && !g->tight; i++) {
		bv_grow_stop(g, BIT_ULL(i) - 1);
		bv_grow_stop(g, -BIT_ULL(i));
	}
	g->exits = g->stops;
	return g;
}

/**
 * bv_join() - make a state cover what was kept before at an instruction
 * @env:	the check; env->pc is the instruction
 * @st:		a state before it that no kept one covers; contains itself as it was
 *		afterwards
 * @joined:	none; takes the values in which it does
 *
 * Return: 1 if it covers more now, and maybe has runs that no path takes; 0; -ENOMEM.
 */
int bv_join(struct bv_env *env, struct bv_state *st, struct bv_deps *joined)
{
	struct bv_kept *kept = bv_walk_kept(env, env->pc);
	const struct bv_checkpoint *cp;
	struct bv_grow *g = NULL;

	kept->vain++;
	if (!is_join_point(env))
		return 0;
	for (cp = kept->first; cp; cp = cp->next) {
		struct bv_deps missing;

		if (!joins(env, cp, st))
			continue;
		missing = find_missing(env, cp, st);
		if (!missing.regs && !missing.slots)
			continue;
		if (!g)
			g = start(env, kept->first);
		if (!g)
			return -ENOMEM;
		join(g, cp, st, missing);
		*joined = bv_deps_or(*joined, missing);
	}
	if (!g)
		return 0;
	if (g->err)
		return g->err;
	env->joins++;
	st->grown = true;
	env->grown = true;
	return 1;
}

/**
 * bv_join_refused() - the path was refused in a state that maybe no run is in
 * @env:	the check
 * @why:	the reason
 *
 * Return: whether a state was joined on the way here. Then none will be there when the
 * walk starts again, or, if that happened often, none at all.
 */
bool bv_join_refused(struct bv_env *env, enum bv_reason why)
{
	const struct bv_checkpoint *cp = env->cur->last;

	while (cp && !is_joined(cp))
		cp = cp->last;
	if (!cp)
		return false;
	env->vain = (struct bv_vain_join){
		.slots = cp->joined.slots, .pc = cp->pc, .at = env->pc,
		.regs = cp->joined.regs, .why = why,
	};
	env->info[cp->pc].apart = true;
	env->apart = ++env->vain_joins > MOST_VAIN;
	env->walk->again = true;
	return true;
}

/* adds ", r7"; or ", ..." where there is hardly room, and no more then */
static bool add_name(struct text *t, const char *stem, u32 number)
{
	bool room = t->len + NAME_ROOM < sizeof(t->buf);

	t->len += scnprintf(t->buf + t->len, sizeof(t->buf) - t->len, "%s", t->len ? ", " : "");
	if (room)
		t->len += scnprintf(t->buf + t->len, sizeof(t->buf) - t->len, "%s%u", stem, number);
	else
		t->len += scnprintf(t->buf + t->len, sizeof(t->buf) - t->len, "...");
	return room;
}

/* "r3, r7, fp-16" */
static const char *name_values(struct bv_deps values, struct text *t)
{
	u64 slots = values.slots;
	u32 regs = values.regs;

	t->len = 0;
	t->buf[0] = 0;
	for (; regs; regs &= regs - 1)
		if (!add_name(t, "r", __ffs(regs)))
			return t->buf;
	for (; slots; slots &= slots - 1)
		if (!add_name(t, "fp-", BV_SLOT_BYTES * (__ffs64(slots) + 1)))
			return t->buf;
	return t->buf;
}

/**
 * bv_join_log() - under a refusal: why paths were not taken as one
 * @env:	the check, which visited too much
 * @pc:		where most paths meet
 */
void bv_join_log(struct bv_env *env, u32 pc)
{
	const struct bv_deps unlike = bv_walk_kept(env, pc)->unlike;
	const struct bv_vain_join *vain = &env->vain;
	const struct bv_deps differ = { vain->slots, vain->regs };
	struct text t;

	if (!env->log.level)
		return;
	if (env->vain_joins)
		bv_log(&env->log,
		       "  note: paths that meet at %u differ in %s; taken as one they are refused at %u [%s]\n",
		       vain->pc, name_values(differ, &t), vain->at, bv_rule(vain->why));
	if (unlike.regs || unlike.slots)
		bv_log(&env->log,
		       "  note: paths that meet at %u hold different things in %s and cannot be taken as one\n",
		       pc, name_values(unlike, &t));
}
