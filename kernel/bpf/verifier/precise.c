// SPDX-License-Identifier: GPL-2.0-only
/*
 * Precision: which numbers matter. Most numbers of a program decide nothing about its
 * safety, and a state kept at a prune point covers any other number in their place.
 * Some do: an offset of a pointer, a size, a branch with one possible arm.
 *
 *	deps	every number knows the values of its path's last checkpoint that it
 *		was made from, because each operation ors the sets of its operands
 *	demand	where a number matters, the values of its set become precise in
 *		that checkpoint; each that was not yet passes the demand on to the
 *		checkpoint before, by the set it was kept with
 *
 *	  checkpoint A        checkpoint B            now
 *	  r1 r2         -->   r1{A.r1} r3{A.r1,A.r2}  -->   r4{B.r3}   demand r4:
 *	  B.r3 precise, hence A.r1 and A.r2 precise; B.r1 is not
 *
 * No instruction is looked at again, a demand ends at the first checkpoint that has
 * it all already, and a bit is set once: the cost is linear in the checkpoints.
 *
 * Why it is enough: let v be a value of checkpoint C that is not precise when all that
 * follows from C has been walked. Then no check and no choice of an arm looked at a
 * number made from v, so the walk would have been the same with v any number.
 *
 * What functions are given names values of the checkpoint at the call (A), and so does
 * all that the caller finds again; what it gets names those of the last checkpoint in the
 * function (B). So the checkpoint behind the call has two to pass demands on to: R0's to
 * B, all others to A. What goes through pointers to a caller's stack is demanded when it
 * does, and a value that a function puts there stands for the one that was there at A.
 *
 * A demand reaches only checkpoints that are still open. Layer V6.
 * Tests: cases/walk/precise-*.bpft, tools/bpf/verify/fuzz_prune.
 */
#include <linux/bits.h>
#include <linux/types.h>
#include "walk.h"
#include "width.h"

/* deps of the values of @cp that @wanted names */
static struct bv_deps sources(const struct bv_checkpoint *cp, struct bv_deps wanted)
{
	const struct bv_slot *slot = cp->slot;
	const struct bv_reg *reg = cp->reg;
	struct bv_deps from = {};
	u64 slots;
	u32 regs;

	for (regs = cp->regs; regs; regs &= regs - 1, reg++)
		if (wanted.regs & regs & -regs)
			from = bv_deps_or(from, reg->deps);
	if (!wanted.slots)
		return from;
	for (slots = cp->slots; slots; slots &= slots - 1, slot++) {
		if (!(wanted.slots & slots & -slots))
			continue;
		from = bv_deps_or(from, slot->deps);
		if (slot->size)
			from = bv_deps_or(from, slot->spill.deps);
	}
	return from;
}

static bool is_none(struct bv_deps deps)
{
	return !deps.regs && !deps.slots;
}

/* @wanted of @cp is demanded later */
static void put_off(struct bv_checkpoint **todo, struct bv_checkpoint *cp,
		    struct bv_deps wanted)
{
	if (!cp || is_none(wanted))
		return;
	if (is_none(cp->wanted)) {
		cp->todo = *todo;
		*todo = cp;
	}
	cp->wanted = bv_deps_or(cp->wanted, wanted);
}

/* back through what the values were made from; where R0 came another way, that is put off */
static void demand_back(struct bv_checkpoint **todo, struct bv_checkpoint *cp,
			struct bv_deps wanted)
{
	struct bv_deps result = { .regs = BIT(BPF_REG_0) };

	while (cp) {
		wanted.regs &= ~cp->precise.regs;
		wanted.slots &= ~cp->precise.slots;
		if (is_none(wanted))
			return;
		cp->precise = bv_deps_or(cp->precise, wanted);
		if (cp->result && wanted.regs & result.regs) {
			put_off(todo, cp->result, sources(cp, result));
			wanted.regs &= ~result.regs;
		}
		wanted = BV_SEEDED(34, sources(cp, wanted), (struct bv_deps){});
		cp = cp->parent;
	}
}

static void demand(struct bv_checkpoint *cp, struct bv_deps wanted)
{
	struct bv_checkpoint *todo = NULL;

	demand_back(&todo, cp, wanted);
	while (todo) {
		cp = todo;
		todo = cp->todo;
		wanted = cp->wanted;
		cp->wanted = (struct bv_deps){};
		demand_back(&todo, cp, wanted);
	}
}

/**
 * bv_demand() - a number decides about safety, or about what is walked
 * @env:	the check
 * @st:		the path
 * @r:		the number, in a register of @st or made from them. Pointers and
 *		constants of the instruction have no deps and demand nothing
 */
void bv_demand(struct bv_env *env, struct bv_state *st, const struct bv_reg *r)
{
	if (r->kind == BV_SCALAR)
		demand(st->parent, r->deps);
}

/**
 * bv_demand_saved() - a number in a caller's frame decides
 * @saved:	checkpoint at the call
 * @deps:	the number's, which name values of @saved
 */
void bv_demand_saved(struct bv_checkpoint *saved, struct bv_deps deps)
{
	demand(saved, deps);
}

/**
 * bv_demand_result() - nobody will tell what the result of a function was made from
 * @st:	a path right behind its return; R0 has no deps then
 */
void bv_demand_result(struct bv_state *st)
{
	if (!st->result)
		return;
	demand(st->result, st->reg[BPF_REG_0].deps);
	st->reg[BPF_REG_0].deps = (struct bv_deps){};
	st->result = NULL;
}

static struct bv_deps slot_deps(const struct bv_slot *slot)
{
	return slot->size ? bv_deps_or(slot->deps, slot->spill.deps) : slot->deps;
}

/* of the callers, too: what the checkpoint at a call compares exactly */
static void demand_frames(const struct bv_frame *f, const struct bv_frame *old)
{
	for (; f && old; f = f->caller, old = old->caller) {
		struct bv_deps wanted = {}, precise;
		u32 i;

		if (!old->saved)
			continue;
		precise = old->saved->precise;
		for (i = 0; i < BV_KEPT_REGS; i++)
			if (precise.regs & BIT(BPF_REG_6 + i) &&
			    f->reg[i].kind == BV_SCALAR)
				wanted = bv_deps_or(wanted, f->reg[i].deps);
		for (i = 0; i < f->nslots; i++)
			if (precise.slots >> i & 1)
				wanted = bv_deps_or(wanted, slot_deps(&f->slots[i]));
		demand(f->saved, wanted);
	}
}

/**
 * bv_demand_as() - a path ends because an old state covers it
 * @env:	the check
 * @st:		the path's state
 * @old:	the state that covers it. Whatever it compares exactly mattered on the
 *		paths from there, which are also the paths from @st
 */
void bv_demand_as(struct bv_env *env, struct bv_state *st,
		  const struct bv_checkpoint *old)
{
	struct bv_deps wanted = {};
	u32 i;

	if (old->precise.regs & BIT(BPF_REG_0))
		bv_demand_result(st);
	demand_frames(st->caller, old->caller);
	for (i = st->result ? 1 : 0; i < MAX_BPF_REG; i++)
		if (old->precise.regs & (1U << i) && st->reg[i].kind == BV_SCALAR)
			wanted = bv_deps_or(wanted, st->reg[i].deps);
	for (i = 0; i < st->nslots && old->precise.slots >> i; i++) {
		if (!(old->precise.slots >> i & 1))
			continue;
		wanted = bv_deps_or(wanted, slot_deps(&st->slots[i]));
	}
	demand(st->parent, wanted);
}
