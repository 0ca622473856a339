// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does an old state cover the current one? It does if every run that can come from
 * the current state could also come from the old one, which has been walked and found
 * safe: per value that may still be read,
 *
 *	old			covers
 *	unset			anything: no path from there reads it
 *	number, not precise	any number
 *	number, precise		numbers within its bounds
 *	pointer			the same kind and place, its variable part within; into a
 *				packet, as many bytes known to be there
 *	stack bytes: unset	anything
 *	stack bytes: number	numbers, zeroes and saved numbers, never a pointer
 *	stack bytes: zero	zeroes; if not precise, any number
 *	saved number, precise	bytes that make up numbers within its bounds, however saved
 *	memory held		as many pieces, each under one name in both
 *	frames of callers	waiting at the same calls, value by value as here
 *
 * Identities are names: they may differ, but what is one in the old state must be one
 * in the current. (Not the other way round: being the same says more.) Numbers of one
 * identity must be as far from each other in both. Constants are, or are not, without any
 * identity, as if all were one and their values the distances.
 *
 * What is tied in the old state, as a pointer is to a counter, is tied in the current one in the
 * same way (tie.c), whatever the names.
 *
 * Precise numbers only: a number that mattered through its link to another has made
 * both precise (branch.c), so links of others cannot matter.
 *
 * A state that is not final does not know yet which numbers will be precise: there all that
 * may become it are compared (strict.c). And as turns of a loop are counted from its head,
 * an identity from there on stands for the same number in both states, and must be the same
 * one (induct.c).
 *
 * It changes nothing. Layer V6. Tests: cases/walk/, tools/bpf/verify/fuzz_prune.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "move.h"
#include "origin.h"
#include "tie.h"
#include "walk.h"
#include "width.h"

/* with those of callers; who has more is covered by nobody */
#define MOST_NAMES	(MAX_BPF_REG + BV_SLOTS + 4 * BV_KEPT_REGS)

/**
 * struct bv_names - identities of the old state and what they are in the current one
 * @old:	identity there
 * @cur:	identity here
 * @apart:	how much larger distances from it are here
 * @count:	pairs
 * @bases:	behind these, numbers that others were computed from, up to here; apart[] is which
 *		of the others first
 * @nameless:	numbers without identity that were given one for the comparison
 * @fixed:	identities up to this one are no mere names, but the same in both
 * @heads:	and so are those by which turns are counted that ended at these states, each of a
 *		turn before the one in front of it; NULL for none
 * @known:	these are no higher than this
 * @final:	all that follows from the old state is known
 * @env:	the check
 */
struct bv_names {
	const struct bv_env	*env;
	u32	old[MOST_NAMES];
	u32	cur[MOST_NAMES];
	u64	apart[MOST_NAMES];
	u32	count;
	u32	bases;
	u32	nameless;
	u32	fixed;
	u32	known;
	bool	final;
	const struct bv_checkpoint *heads;
};

/* in bv_checkpoint.differs */
#define FIRST_REG	1
#define FIRST_SLOT	(FIRST_REG + MAX_BPF_REG)

/* above all that env->next_id gives out: BV_LIMIT_VISITED is far below */
#define NAMELESS	0x80000000
/* the name of all constants */
#define CONSTANT	0x7fffffff

/* the place of an identity of the old state, or -1 */
static int name_of_old(const struct bv_names *names, u32 id)
{
	u32 i;

	for (i = 0; i < names->count; i++)
		if (names->old[i] == id)
			return i;
	return -1;
}

/* one more pair, behind @count of them; false: a state that is hard to cover is walked again */
static bool add_pair(struct bv_names *names, u32 *count, u32 old, u32 cur, u64 apart)
{
	u32 i = *count;

	if (i == MOST_NAMES)
		return false;
	names->old[i] = old;
	names->cur[i] = cur;
	names->apart[i] = apart;
	*count = i + 1;
	return true;
}

static bool same_id(struct bv_names *names, u32 old, u32 cur, u64 apart)
{
	int i;

	if (!old)
		return true;
	if (!cur)
		cur = NAMELESS + names->nameless++;
	i = name_of_old(names, old);
	if (i >= 0)
		return BV_SEEDED(40, names->cur[i] == cur, true) &&
		       names->apart[i] == BV_SEEDED(37, apart, names->apart[i]);
	return add_pair(names, &names->count, old, cur, apart);
}

/* is the identity one by which turns of a loop that the path is in are counted? */
static bool is_fixed(const struct bv_names *names, u32 id)
{
	const struct bv_checkpoint *cp;

	if (id <= names->fixed || id > names->known)
		return id && id <= names->fixed;
	for (cp = names->heads; cp; cp = cp->before)
		if (BV_SEEDED(59, bv_induct_tells(cp, id), false))
			return true;
	return false;
}

/* what is known by its distance from a number of an earlier turn may be no further now */
static bool same_move(const struct bv_names *names, const struct bv_reg *old,
		      const struct bv_reg *cur)
{
	u32 root = bv_reg_name(old);
	struct range64 outer, inner;

	do
		root = bv_move_root(names->env, root);
	while (root && !is_fixed(names, root));
	return !root || (bv_move_find(names->env, old, root, &outer) &&
			 bv_move_find(names->env, cur, root, &inner) &&
			 bv_move_within(outer, inner));
}

/* are identities known to go together, other than by being the same? */
static bool tells_more(const struct bv_names *names)
{
	return names->env->tie_count || names->env->origin_count;
}

/* two numbers that are precise, or variable parts of offsets, which always are */
static bool same_link(struct bv_names *names, const struct bv_reg *old,
		      const struct bv_reg *cur)
{
	u32 name = bv_reg_name(old);

	if (!name)
		return true;
	if (is_fixed(names, name))
		return name == bv_reg_name(cur) && old->delta == cur->delta &&
		       (!tells_more(names) || same_id(names, name, name, 0));
	if (names->known && !BV_SEEDED(53, same_move(names, old, cur), true))
		return false;
	/* but what is tied to it, or computed from it */
	if (bv_scalar_is_const(old->val) && !tells_more(names))
		return true;
	if (bv_scalar_is_const(cur->val))
		return same_id(names, name, CONSTANT, cur->val.bits.value - old->delta);
	return same_id(names, name, bv_reg_name(cur), cur->delta - old->delta);
}

/* most are the same */
static bool covers(const struct scalar *old, const struct scalar *cur)
{
	if (old->bits.value == cur->bits.value && old->bits.mask == cur->bits.mask &&
	    old->r64.base == cur->r64.base && old->r64.len == cur->r64.len &&
	    old->r32.base == cur->r32.base && old->r32.len == cur->r32.len)
		return true;
	return bv_scalar_within(*old, *cur);
}

static bool same_offset(struct bv_names *names, const struct bv_reg *old,
			const struct bv_reg *cur)
{
	if (!BV_SEEDED(32, covers(&old->val, &cur->val), true))
		return false;
	return BV_SEEDED(38, same_link(names, old, cur), true);
}

/* what is constant of one offset may be variable in the other, but for views */
static bool same_pointer(struct bv_names *names, const struct bv_reg *old,
			 const struct bv_reg *cur)
{
	struct bv_reg moved;

	if (!bv_reg_same_place(old, cur))
		return false;
	if (!same_id(names, old->id, cur->id, 0))
		return false;
	moved = *cur;
	if (old->off != cur->off)
		bv_reg_rebase(&moved, old->off);
	/* of a packet as much must be known */
	if (bv_reg_is_packet(old) && BV_SEEDED(75, old->there > moved.there, false))
		return false;
	return same_offset(names, old, &moved);
}

static bool same_reg(struct bv_names *names, const struct bv_reg *old,
		     const struct bv_reg *cur, bool precise)
{
	if (old->kind == BV_UNSET)
		return true;
	if (old->kind != cur->kind)
		return false;
	if (old->kind != BV_SCALAR)
		return same_pointer(names, old, cur);
	if (BV_SEEDED(31, !precise, true))
		return true;
	if (!covers(&old->val, &cur->val))
		return false;
	return same_link(names, old, cur);
}

/* would reading byte @i give a number and not a part of a pointer? */
static bool is_number_byte(const struct bv_slot *slot, u32 i)
{
	return slot->byte[i] != BV_BYTE_UNSET && !bv_slot_is_pointer(slot);
}

static bool same_byte(const struct bv_slot *old, const struct bv_slot *cur, u32 i,
		      bool precise)
{
	switch (old->byte[i]) {
	case BV_BYTE_UNSET:
		return true;
	case BV_BYTE_ZERO:
		if (BV_SEEDED(36, precise, false))
			return cur->byte[i] == BV_BYTE_ZERO;
		return is_number_byte(cur, i);
	default:
		return is_number_byte(cur, i);
	}
}

/* a saved number in the place of another, or of bytes that were never saved as one */
static bool same_saved(struct bv_names *names, const struct bv_slot *old,
		       const struct bv_slot *cur, u32 at, u32 width)
{
	struct bv_reg a, b;

	bv_slot_get(old, at, &a);
	return bv_slot_read(cur, at, width, false, &b) &&
	       same_reg(names, &a, &b, BV_SEEDED(92, true, at < BV_SLOT_BYTES / 2));
}

static bool same_slot(struct bv_names *names, const struct bv_slot *old,
		      const struct bv_slot *cur, bool precise)
{
	u32 i, width;

	if (old->whole && cur->whole)
		return same_reg(names, &old->spill, &cur->spill, precise);
	if (bv_slot_is_pointer(old))
		return false;
	for (i = 0; i < BV_SLOT_BYTES; i += width) {
		if (precise && old->begins >> i & 1) {
			width = bv_slot_width(old, i);
			if (!same_saved(names, old, cur, i, width))
				return false;
			continue;
		}
		width = 1;
		if (!same_byte(old, cur, i, precise))
			return false;
	}
	return true;
}

/* the slot that is @slot in the old state */
static bool same_place(struct bv_names *names, const struct bv_slot *slot,
		       const struct bv_state *cur, u32 i, u64 precise)
{
	static const struct bv_slot unset;

	return same_slot(names, slot, i < cur->nslots ? &cur->slots[i] : &unset,
			 precise >> i & 1);
}

/* where they differ is remembered */
static bool same_stack(struct bv_names *names, struct bv_checkpoint *old,
		       const struct bv_state *cur, u64 precise)
{
	const struct bv_slot *slot = old->slot;
	u64 slots;

	for (slots = old->slots; slots; slots &= slots - 1, slot++) {
		u32 i = __ffs64(slots);

		if (same_place(names, slot, cur, i, precise))
			continue;
		old->differs = FIRST_SLOT + i;
		return false;
	}
	return true;
}

static bool same_regs(struct bv_names *names, struct bv_checkpoint *old,
		      const struct bv_state *cur, u32 precise)
{
	const struct bv_reg *reg = old->reg;
	u32 regs;

	for (regs = old->regs; regs; regs &= regs - 1, reg++) {
		u32 i = __ffs(regs);

		if (same_reg(names, reg, &cur->reg[i], precise >> i & 1))
			continue;
		old->differs = FIRST_REG + i;
		return false;
	}
	return true;
}

/*
 * Is the value the same in which another state differed last, if it is still compared? It
 * is the one that differs most often.
 */
static bool same_again(struct bv_names *names, const struct bv_checkpoint *old,
		       const struct bv_state *cur, struct bv_deps precise)
{
	u32 i;

	if (!old->differs)
		return true;
	if (old->differs < FIRST_SLOT) {
		i = old->differs - FIRST_REG;
		return !(old->regs >> i & 1) ||
		       same_reg(names, &old->reg[hweight16(old->regs & (BIT(i) - 1))],
				&cur->reg[i], precise.regs >> i & 1);
	}
	i = old->differs - FIRST_SLOT;
	return !(old->slots >> i & 1) ||
	       same_place(names, &old->slot[hweight64(old->slots & (BIT_ULL(i) - 1))], cur, i,
			  precise.slots);
}

/*
 * Frames of callers: their values are compared as the checkpoint at the call compares
 * them. As long as that one is not final it may turn out that more of them matter.
 */
static bool same_frame(struct bv_names *names, const struct bv_frame *old,
		       const struct bv_frame *cur)
{
	static const struct bv_slot unset;
	struct bv_deps precise = { U64_MAX, U16_MAX };
	u32 i;

	if (old->call != cur->call)
		return false;
	if (old->saved && old->saved->final)
		precise = old->saved->precise;
	for (i = 0; i < BV_KEPT_REGS; i++)
		if (!same_reg(names, &old->reg[i], &cur->reg[i],
			      precise.regs >> (BPF_REG_6 + i) & 1))
			return false;
	for (i = 0; i < old->nslots; i++)
		if (!same_slot(names, &old->slots[i], i < cur->nslots ? &cur->slots[i] : &unset,
			       precise.slots >> i & 1))
			return false;
	return true;
}

static bool same_frames(struct bv_names *names, const struct bv_checkpoint *old,
			const struct bv_state *cur)
{
	const struct bv_frame *a = old->caller, *b = cur->caller;

	for (; a && b; a = a->caller, b = b->caller)
		if (BV_SEEDED(61, !same_frame(names, a, b), false))
			return false;
	return !a && !b;
}

static u32 find_name(const struct bv_names *names, u32 old)
{
	u32 i;

	for (i = 0; i < names->count; i++)
		if (names->old[i] == old)
			return names->cur[i];
	return 0;
}

/*
 * All that is held must be given back, so each piece is named by a pointer in the old
 * state, or that would have been refused; two pieces there may not be one here. Pointers
 * to acquired memory name a piece that is held, so this pairs off all of them.
 */
static bool same_held(const struct bv_names *names, const struct bv_checkpoint *old,
		      const struct bv_state *cur)
{
	u32 paired[BV_MOST_HELD];
	u32 i, j;

	if (old->nheld != cur->nheld)
		return false;
	for (i = 0; i < old->nheld; i++) {
		paired[i] = find_name(names, old->held[i].id);
		if (!paired[i])
			return false;
		for (j = 0; j < i; j++)
			if (paired[j] == paired[i])
				return false;
	}
	return true;
}

/* is the @a-th identity tied to the @b-th one in the current state as in the old one? */
static bool same_tie(const struct bv_names *names, u32 a, u32 b, const struct bv_tie *tie)
{
	u64 apart = names->apart[a] - tie->times * names->apart[b];
	struct scalar rest = bv_scalar_const(0);

	if ((names->cur[a] != CONSTANT || names->cur[b] != CONSTANT) &&
	    !bv_tie_rest(names->env, names->cur[a], names->cur[b], tie->times, &rest))
		return false;
	return bv_scalar_within(tie->rest, bv_scalar_plus(rest, apart));
}

/* what goes together in the old state does in the current one, by whatever names */
static bool same_ties(const struct bv_names *names)
{
	u32 a;

	for (a = 0; a < names->count; a++) {
		const struct bv_tie *tie = bv_tie_find(names->env, names->old[a]);
		int b = tie ? name_of_old(names, tie->to) : -1;

		if (b >= 0 && !same_tie(names, a, b, tie))
			return false;
	}
	return true;
}

/* constants: does the one come of the other? */
static bool comes_of(const struct bv_origin *origin, u64 from, u64 result)
{
	return bv_origin_result(origin, bv_scalar_const(from)).bits.value == result;
}

/* the same computation, of a number that in the current state is @apart from the old one's? */
static bool same_step(const struct bv_origin *old, const struct bv_origin *cur, u64 apart)
{
	return cur && cur->op == old->op && cur->is64 == old->is64 && cur->num == old->num &&
	       cur->delta == old->delta + apart;
}

/*
 * A number that two others were computed from and nobody holds any more, or nothing hangs on
 * but by these, is noted behind the names as one that may be any number: @a is the first of
 * the two. The second one must have come of the same there, too; @cur is 0 where it is known
 * already that the @a-th did not come of it in that way.
 */
static bool same_base(struct bv_names *names, u32 old, u32 cur, u32 a)
{
	u32 i;

	for (i = names->count; i < names->bases; i++) {
		if (names->old[i] != old)
			continue;
		if (!cur || names->cur[i] != cur)
			return BV_SEEDED(106, false, true);
		bv_origin_use(names->env, names->cur[names->apart[i]], cur);
		bv_origin_use(names->env, names->cur[a], cur);
		return true;
	}
	return add_pair(names, &names->bases, old, cur, a);
}

/*
 * The @a-th identity was computed in the old state, maybe in some steps, from another one
 * that is there, or that another one there was computed from: so it must be in the current
 * one, if something was learnt by that.
 */
static bool same_origin(struct bv_names *names, u32 a)
{
	struct bv_origin *old = bv_origin_find(names->env, names->old[a]);
	struct bv_origin *cur = bv_origin_find(names->env, names->cur[a]);
	bool same = !names->apart[a], wanted = !names->final;
	bool first = true;

	for (; old; old = bv_origin_find(names->env, old->to)) {
		int b = name_of_old(names, old->to);

		wanted |= old->used;
		if (b >= 0 && first && names->cur[a] == CONSTANT && names->cur[b] == CONSTANT)
			return !wanted || comes_of(old, names->apart[b], names->apart[a]);
		same = same && same_step(old, cur, b < 0 ? 0 : names->apart[b]);
		if (b >= 0 && wanted) {
			if (!same || cur->to != names->cur[b])
				return false;
			bv_origin_use(names->env, names->cur[a], cur->to);
		}
		if (b >= 0)
			return true;
		if (wanted && !same_base(names, old->to, same ? cur->to : 0, a))
			return false;
		first = false;
		cur = same ? bv_origin_find(names->env, cur->to) : NULL;
	}
	return true;
}

static bool same_origins(struct bv_names *names)
{
	u32 a;

	names->bases = names->count;
	for (a = 0; a < names->count; a++)
		if (!same_origin(names, a))
			return false;
	return true;
}

/**
 * bv_same_outside() - do two states differ in nothing but their registers and stack?
 * @env:	the check
 * @old:	a kept state
 * @cur:	a state before the same instruction
 *
 * Return: whether the callers of @old cover those of @cur, and both hold the same memory.
 */
bool bv_same_outside(struct bv_env *env, const struct bv_checkpoint *old,
		     const struct bv_state *cur)
{
	struct bv_names *names = env->walk->names;
	u32 i;

	names->env = env;
	names->count = 0;
	names->nameless = 0;
	names->fixed = U32_MAX;
	names->known = U32_MAX;
	names->heads = NULL;
	if (!same_frames(names, old, cur) || old->nheld != cur->nheld)
		return false;
	for (i = 0; i < old->nheld; i++)
		if (old->held[i].id != cur->held[i].id)
			return false;
	return true;
}

/**
 * bv_names_bytes() - room for names of one comparison; too much for a kernel's stack
 *
 * Return: bytes.
 */
size_t bv_names_bytes(void)
{
	return sizeof(struct bv_names);
}

/*
 * Does @old cover @cur, where identities up to @fixed stand for the same number in both, and
 * those by which turns are counted that ended at @heads?
 */
static bool same(struct bv_env *env, struct bv_checkpoint *old,
		 const struct bv_state *cur, u32 fixed, const struct bv_checkpoint *heads)
{
	struct bv_deps precise = old->precise;
	struct bv_names *names = env->walk->names;

	names->env = env;
	names->count = 0;
	names->nameless = 0;
	names->fixed = fixed;
	names->heads = heads;
	names->known = heads ? old->known : fixed;
	names->final = old->final;
	if (!old->final && env->strict)
		precise = bv_deps_or(precise, env->strict[old->pc]);
	return same_again(names, old, cur, precise) && same_regs(names, old, cur, precise.regs) &&
	       same_stack(names, old, cur, precise.slots) && same_frames(names, old, cur) &&
	       same_held(names, old, cur) &&
	       (!env->tie_count || BV_SEEDED(60, same_ties(names), true)) &&
	       (!env->origin_count || BV_SEEDED(98, same_origins(names), true));
}

/**
 * bv_same() - is every run from a state also one from an older state?
 * @env:	the check
 * @old:	a kept state that is not open any more
 * @cur:	a state before the same instruction
 *
 * Return: true if @old covers @cur.
 */
bool bv_same(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *cur)
{
	return same(env, old, cur, old->final ? 0 : old->known, NULL);
}

/**
 * bv_same_turn() - is every run from a state also one from that some turns ago?
 * @env:	the check
 * @old:	the path's own state at a loop's head
 * @cur:	the state that came back there
 * @counted:	turns may end there; that was one turn ago then
 *
 * How far this turn came is told from @old on. Identities that are older than that are mere
 * names, but for those that loops around this one are counted by, and turns of this one that
 * ended at states before @old: from @old on, too, a run may come by these again.
 *
 * Return: true if @old covers @cur.
 */
bool bv_same_turn(struct bv_env *env, struct bv_checkpoint *old, const struct bv_state *cur,
		  bool counted)
{
	return same(env, old, cur, BV_SEEDED(57, old->around, 0), counted ? old->before : NULL);
}
