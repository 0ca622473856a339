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
 * A state that a path of a loop came back to is compared with before all this is known.
 * What the path held in place of its values is remembered (struct bv_edge), and whatever
 * is demanded of it later is demanded there, too.
 *
 * What functions are given names values of the checkpoint at the call (A), and so does
 * all that the caller finds again; what it gets names those of the last checkpoint in the
 * function (B). So the checkpoint behind the call has two to pass demands on to: R0's to
 * B, all others to A. What goes through pointers to a caller's stack is demanded when it
 * does, and a value that a function puts there stands for the one that was there at A.
 *
 * A demand reaches only checkpoints that are not final. Layer V6.
 * Tests: cases/walk/precise-*.bpft, tools/bpf/verify/fuzz_prune.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include "walk.h"
#include "width.h"

static struct bv_deps reg_deps(const struct bv_reg *r)
{
	return r->kind == BV_SCALAR ? r->deps : (struct bv_deps){};
}

/*
 * Deps of the values of @cp that @wanted names; with @edge, of what the path that ended
 * there held in their place.
 */
static struct bv_deps sources(const struct bv_checkpoint *cp, const struct bv_edge *edge,
			      struct bv_deps wanted)
{
	const struct bv_deps *held = edge ? edge->from : NULL;
	const struct bv_slot *slot = cp->slot;
	const struct bv_reg *reg = cp->reg;
	struct bv_deps from = {};
	u64 slots;
	u32 regs;

	for (regs = cp->regs; regs; regs &= regs - 1, reg++) {
		if (wanted.regs & regs & -regs)
			from = bv_deps_or(from, held ? *held : reg_deps(reg));
		held += !!held;
	}
	for (slots = wanted.slots ? cp->slots : 0; slots; slots &= slots - 1, slot++) {
		if (wanted.slots & slots & -slots)
			from = bv_deps_or(from, held ? *held : bv_slot_deps(slot));
		held += !!held;
	}
	return from;
}

static void queue(struct bv_checkpoint **work, struct bv_checkpoint *cp, struct bv_deps wanted)
{
	if (!cp)
		return;
	wanted.regs &= ~cp->precise.regs;
	wanted.slots &= ~cp->precise.slots;
	if (!wanted.regs && !wanted.slots)
		return;
	cp->wanted = bv_deps_or(cp->wanted, wanted);
	if (cp->queued)
		return;
	cp->queued = true;
	cp->work = *work;
	*work = cp;
}

/*
 * Paths may have been ended in loops by comparing what is strict alone. Where more turns
 * out to be, it was wrong to end them.
 */
static void foresee(struct bv_env *env, const struct bv_checkpoint *cp, struct bv_deps wanted)
{
	struct bv_deps *strict = env->strict ? &env->strict[cp->pc] : NULL;

	if (!strict || (!(wanted.regs & ~strict->regs) && !(wanted.slots & ~strict->slots)))
		return;
	*strict = bv_deps_or(*strict, wanted);
	if (cp->edges)
		env->walk->again = true;
}

static void demand(struct bv_env *env, struct bv_checkpoint *first, struct bv_deps wanted)
{
	const struct bv_deps result = { .regs = BIT(BPF_REG_0) };
	struct bv_checkpoint *work = NULL, *cp;
	const struct bv_edge *edge;

	queue(&work, first, wanted);
	while ((cp = work)) {
		work = cp->work;
		cp->queued = false;
		wanted = cp->wanted;
		cp->wanted = (struct bv_deps){};
		foresee(env, cp, wanted);
		cp->precise = bv_deps_or(cp->precise, wanted);
		for (edge = cp->edges; edge; edge = edge->next)
			queue(&work, edge->parent,
			      BV_SEEDED(39, sources(cp, edge, wanted),
					(struct bv_deps){}));
		if (cp->result && wanted.regs & BIT(BPF_REG_0)) {
			queue(&work, cp->result, sources(cp, NULL, result));
			wanted.regs &= ~BIT(BPF_REG_0);
		}
		queue(&work, cp->parent,
		      BV_SEEDED(34, sources(cp, NULL, wanted), (struct bv_deps){}));
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
		demand(env, st->parent, r->deps);
}

/**
 * bv_demand_at() - values of a kept state decide something
 * @env:	the check
 * @cp:		the state, not final
 * @wanted:	the values; those of a caller name the checkpoint at the call
 */
void bv_demand_at(struct bv_env *env, struct bv_checkpoint *cp, struct bv_deps wanted)
{
	demand(env, cp, wanted);
}

/**
 * bv_demand_result() - nobody will tell what the result of a function was made from
 * @env:	the check
 * @st:		a path right behind its return; R0 has no deps then
 */
void bv_demand_result(struct bv_env *env, struct bv_state *st)
{
	if (!st->result)
		return;
	demand(env, st->result, st->reg[BPF_REG_0].deps);
	st->reg[BPF_REG_0].deps = (struct bv_deps){};
	st->result = NULL;
}

/* of the callers, too: what the checkpoint at a call compares exactly */
static void demand_frames(struct bv_env *env, const struct bv_frame *f,
			  const struct bv_frame *old)
{
	for (; f && old; f = f->caller, old = old->caller) {
		struct bv_deps wanted = {}, precise;
		u32 i;

		if (!old->saved)
			continue;
		precise = old->saved->precise;
		for (i = 0; i < BV_KEPT_REGS; i++)
			if (precise.regs & BIT(BPF_REG_6 + i))
				wanted = bv_deps_or(wanted, reg_deps(&f->reg[i]));
		for (i = 0; i < f->nslots; i++)
			if (precise.slots >> i & 1)
				wanted = bv_deps_or(wanted, bv_slot_deps(&f->slots[i]));
		demand(env, f->saved, wanted);
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
		bv_demand_result(env, st);
	demand_frames(env, st->caller, old->caller);
	for (i = st->result ? 1 : 0; i < MAX_BPF_REG; i++)
		if (old->precise.regs & (1U << i) && st->reg[i].kind == BV_SCALAR)
			wanted = bv_deps_or(wanted, st->reg[i].deps);
	for (i = 0; i < st->nslots && old->precise.slots >> i; i++) {
		if (!(old->precise.slots >> i & 1))
			continue;
		wanted = bv_deps_or(wanted, bv_slot_deps(&st->slots[i]));
	}
	demand(env, st->parent, wanted);
}

static u32 edge_bytes(const struct bv_checkpoint *old)
{
	return sizeof(struct bv_edge) +
	       (hweight16(old->regs) + hweight64(old->slots)) * sizeof(struct bv_deps);
}

/**
 * bv_demand_drop() - nobody refers to a kept state any more
 * @env:	the check
 * @cp:		the state; the paths that ended at it are forgotten
 */
void bv_demand_drop(struct bv_env *env, struct bv_checkpoint *cp)
{
	while (cp->edges) {
		struct bv_edge *edge = cp->edges;

		cp->edges = edge->next;
		bv_heap_give(&env->heap, edge, edge_bytes(cp));
	}
}

/* a path that ends at @old, with room for deps of each value kept; or NULL */
static struct bv_edge *make_edge(struct bv_env *env, struct bv_checkpoint *old,
				 struct bv_checkpoint *parent)
{
	u32 bytes = edge_bytes(old);
	struct bv_edge *edge;

	edge = bv_heap_take(&env->heap, bytes);
	if (!edge)
		return NULL;
	memset(edge, 0, bytes);
	bv_prune_grow(env, old, bytes);
	edge->parent = parent;
	edge->next = old->edges;
	old->edges = edge;
	return edge;
}

/* the frames of callers, which checkpoints at other calls stand for */
static int demand_frames_later(struct bv_env *env, const struct bv_frame *f,
			       const struct bv_frame *old)
{
	for (; f && old; f = f->caller, old = old->caller) {
		struct bv_checkpoint *saved = old->saved;
		struct bv_edge *edge;
		struct bv_deps *dep;
		u64 slots;
		u32 regs;

		if (!saved || saved->final || saved == f->saved)
			continue;
		edge = make_edge(env, saved, f->saved);
		if (!edge)
			return -ENOMEM;
		dep = edge->from;
		for (regs = saved->regs; regs; regs &= regs - 1, dep++)
			if (__ffs(regs) >= BPF_REG_6)
				*dep = reg_deps(&f->reg[__ffs(regs) - BPF_REG_6]);
		for (slots = saved->slots; slots; slots &= slots - 1, dep++)
			if (__ffs64(slots) < f->nslots)
				*dep = bv_slot_deps(&f->slots[__ffs64(slots)]);
		demand(env, f->saved, sources(saved, edge, saved->precise));
	}
	return 0;
}

/**
 * bv_demand_later() - a path ends because a state that is not final covers it
 * @env:	the check
 * @st:		the path's state
 * @old:	the state that covers it; what it comes to compare exactly, the path's past
 *		must, too
 *
 * Return: 0 or -ENOMEM.
 */
int bv_demand_later(struct bv_env *env, struct bv_state *st, struct bv_checkpoint *old)
{
	struct bv_edge *edge;
	struct bv_deps *dep;
	u64 slots;
	u32 regs;

	bv_demand_result(env, st);
	edge = make_edge(env, old, st->parent);
	if (!edge)
		return -ENOMEM;
	dep = edge->from;
	for (regs = old->regs; regs; regs &= regs - 1)
		*dep++ = reg_deps(&st->reg[__ffs(regs)]);
	for (slots = old->slots; slots; slots &= slots - 1, dep++)
		if (__ffs64(slots) < st->nslots)
			*dep = bv_slot_deps(&st->slots[__ffs64(slots)]);
	demand(env, st->parent, sources(old, edge, old->precise));
	return demand_frames_later(env, st->caller, old->caller);
}
